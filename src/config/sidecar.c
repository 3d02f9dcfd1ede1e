/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sidecar of a registered certificate: whose it is.  Called by `loketctl
 * registry import`, through config/settings.h.
 */
#include "config/settings.h"

#include "base/text.h"
#include "config/values.h"

#include <string.h>

static const char *const language_words[] = {"id", "en", NULL};

static int read_addresses(const struct value *v, void *to, struct err *e) {
    struct subscriber *s = to;

    return value_addresses(v, s->addresses, &s->address_count, e);
}

/* "-" is nobody. */
static int read_contact(const struct value *v, void *to, struct err *e) {
    const char *text = config_setting_get_string(v->setting);

    if (text != NULL && strcmp(text, "-") == 0) {
        text_copy(to, v->key->size, text);
        return 0;
    }
    return value_address(v, to, e);
}

/* 18 or 16 digits; spaces and dots between them are dropped, as letters print
 * them (requirements.md 3). */
static int read_digits(const struct value *v, void *to, struct err *e) {
    const char *text = config_setting_get_string(v->setting);
    char *digits = to;
    size_t n = 0;

    if (text == NULL) {
        return value_wrong(v, e);
    }
    for (; *text != '\0'; text++) {
        if (*text == ' ' || *text == '.') {
            continue;
        }
        if (*text < '0' || *text > '9' || n + 1 >= v->key->size) {
            return value_wrong(v, e);
        }
        digits[n++] = *text;
    }
    digits[n] = '\0';
    if (n != 0 && n + 1 != v->key->size) {
        return value_wrong(v, e);
    }
    return 0;
}

#define TO(member) KEY_TO(struct subscriber, member)

static const struct key sidecar_keys[] = {
    {"name", value_text, TO(name), .min = 1,
     .right = "a name is right, for example name = \"Budi Santoso, S.Sos\""},
    {"nip", read_digits, TO(nip),
     .right = "18 digits are right, for example "
              "nip = \"198508172010011003\""},
    {"nik", read_digits, TO(nik),
     .right = "16 digits are right, for example nik = \"3375001708850001\""},
    {"agency", value_text, TO(agency), .min = 1,
     .right = "the name of an agency is right, for example "
              "agency = \"Dinas Kesehatan\""},
    {"language", value_choice, TO(language), .words = language_words,
     .right = "\"id\" or \"en\" is right"},
    {"addresses", read_addresses, 0, sizeof(struct subscriber),
     .right = "one to eight mail addresses are right, for example "
              "addresses = [\"siti@kota.example\"]"},
    {"second_contact", read_contact, TO(second_contact),
     .right = "a mail address that is not his own is right, or \"-\" for "
              "nobody, for example second_contact = "
              "\"kepegawaian@kota.example\""},
};

int sidecar_load(const char *path, struct subscriber *person, struct err *e) {
    const char *slash = strrchr(path, '/');
    char dir[LIMIT_PATH];
    struct source s;
    int rc;

    *person = (struct subscriber){0};
    if (slash == NULL) {
        text_copy(dir, sizeof dir, ".");
    } else {
        text_copy_n(dir, sizeof dir, path, (size_t)(slash - path) + 1);
    }
    if (source_open(&s, dir, slash == NULL ? path : slash + 1, e) != 0) {
        return -1;
    }
    rc = reader_read(&s, config_root_setting(&s.config), "", sidecar_keys,
                     sizeof sidecar_keys / sizeof sidecar_keys[0], person, e);
    source_close(&s);
    return rc;
}
