/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One reader per kind of value.  Named by the tables of settings.c, people.c
 * and workflows.c; called by reader.c only.
 *
 * libconfig's own config_setting_lookup_* fail in silence on a wrong type and
 * leave the caller with what was there before; here the type is asked first.
 */
#include "config/values.h"

#include "base/text.h"
#include "model/settings.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

bool value_is_plain(const char *text) {
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0';
         p++) {
        /* C0, DEL, and C1 in UTF-8 (U+0080 to U+009F) */
        if (*p < 0x20 || *p == 0x7f ||
            (*p == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f)) {
            return false;
        }
    }
    return true;
}

/* What the shipped files hold where an office has to put its own: a mail that
 * went to these, or a letter that named them, would be worse than no start. */
static bool is_placeholder(const char *text) {
    static const char *const blanks[] = {"(nama ", "(nomor ", "(0000)",
                                         "example.invalid"};

    for (size_t i = 0; i < sizeof blanks / sizeof blanks[0]; i++) {
        if (text_find_ci(text, blanks[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* The string, or NULL with the message written. */
static const char *get_string(const struct value *v, struct err *e) {
    const char *text = config_setting_get_string(v->setting);

    if (text == NULL) {
        value_wrong(v, e);
        return NULL;
    }
    if (!value_is_plain(text) || !text_is_utf8(text, strlen(text))) {
        value_refuse(v, e, "with a control character in it");
        return NULL;
    }
    if (is_placeholder(text)) {
        value_refuse(v, e, "a placeholder; put your own there");
        return NULL;
    }
    return text;
}

/* ---- texts -------------------------------------------------------------- */

int value_text(const struct value *v, void *to, struct err *e) {
    const char *text = get_string(v, e);

    if (text == NULL) {
        return -1;
    }
    if ((long)strlen(text) < v->key->min) {
        return value_wrong(v, e);
    }
    if (strlen(text) >= v->key->size) {
        return value_refuse(v, e, "longer than %zu bytes", v->key->size - 1);
    }
    text_copy(to, v->key->size, text);
    return 0;
}

/* A word for records, names and audit rows. */
int value_word(const struct value *v, void *to, struct err *e) {
    const char *text = to;

    if (value_text(v, to, e) != 0) {
        return -1;
    }
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") ==
                   strlen(text)
               ? 0
               : value_wrong(v, e);
}

/* A list of strings becomes lines. */
int value_lines(const struct value *v, void *to, struct err *e) {
    int n = value_count(v, INT_MAX, e);
    char *text = to;
    size_t used = 0;

    if (n < 0) {
        return -1;
    }
    if (n < v->key->min) {
        return value_wrong(v, e);
    }
    for (int i = 0; i < n; i++) {
        const char *line = value_element(v, i, v->key->size, e);

        if (line == NULL) {
            return -1;
        }
        if (used + strlen(line) + 2 > v->key->size) {
            return value_refuse(v, e, "of more than %zu bytes in all",
                                v->key->size - 1);
        }
        used += (size_t)snprintf(text + used, v->key->size - used, "%s%s",
                                 used > 0 ? "\n" : "", line);
    }
    return 0;
}

int value_address(const struct value *v, void *to, struct err *e) {
    const char *text = get_string(v, e);

    if (text == NULL) {
        return -1;
    }
    if (!text_is_addr_spec(text)) {
        return value_wrong(v, e);
    }
    text_copy(to, v->key->size, text);
    return 0;
}

/* A name that could stand behind the @ of an address. */
static bool is_domain(const char *text) {
    char address[LIMIT_DOMAIN + 2];

    if (strlen(text) >= LIMIT_DOMAIN) {
        return false;
    }
    snprintf(address, sizeof address, "x@%s", text);
    return text_is_addr_spec(address);
}

/* A host name, "localhost", or the number of a host: the characters that these
 * have, none of which means anything in a URL. */
static bool is_host(const char *text) {
    size_t n = strlen(text);

    return n > 0 && n < LIMIT_DOMAIN && text[0] != '-' && text[0] != '.' &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789.-:") == n;
}

int value_domain(const struct value *v, void *to, struct err *e) {
    const char *text = get_string(v, e);

    if (text == NULL) {
        return -1;
    }
    if (!is_domain(text)) {
        return value_wrong(v, e);
    }
    text_copy(to, v->key->size, text);
    return 0;
}

int value_host(const struct value *v, void *to, struct err *e) {
    const char *text = get_string(v, e);

    if (text == NULL) {
        return -1;
    }
    if (!is_host(text)) {
        return value_wrong(v, e);
    }
    text_copy(to, v->key->size, text);
    return 0;
}

int value_https(const struct value *v, void *to, struct err *e) {
    if (value_text(v, to, e) != 0) {
        return -1;
    }
    return text_is_https_url(to) ? 0 : value_wrong(v, e);
}

/* "" or ADDRESS or ADDRESS@PORT, as libunbound takes it. */
int value_resolver(const struct value *v, void *to, struct err *e) {
    const char *text = get_string(v, e);
    size_t n = text == NULL ? 0 : strlen(text);

    if (text == NULL) {
        return -1;
    }
    if (n >= v->key->size || strspn(text, "0123456789abcdefABCDEF.:@") != n) {
        return value_wrong(v, e);
    }
    text_copy(to, v->key->size, text);
    return 0;
}

/* ---- numbers and choices ------------------------------------------------ */

static int get_number(const struct value *v, long *number_r, struct err *e) {
    int type = config_setting_type(v->setting);

    if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64) {
        return value_wrong(v, e);
    }
    *number_r = (long)config_setting_get_int64(v->setting);
    if (*number_r < v->key->min || *number_r > v->key->max) {
        return value_wrong(v, e);
    }
    return 0;
}

int value_number(const struct value *v, void *to, struct err *e) {
    unsigned *number = to;
    long found = 0;

    if (get_number(v, &found, e) != 0) {
        return -1;
    }
    *number = (unsigned)found;
    return 0;
}

int value_port(const struct value *v, void *to, struct err *e) {
    uint16_t *number = to;
    long found = 0;

    if (get_number(v, &found, e) != 0) {
        return -1;
    }
    *number = (uint16_t)found;
    return 0;
}

int value_boolean(const struct value *v, void *to, struct err *e) {
    bool *flag = to;

    if (config_setting_type(v->setting) != CONFIG_TYPE_BOOL) {
        return value_wrong(v, e);
    }
    *flag = config_setting_get_bool(v->setting) != 0;
    return 0;
}

/* key->words are in the order of the enum; a "" is a value not on offer. */
int value_choice(const struct value *v, void *to, struct err *e) {
    const char *text = get_string(v, e);
    unsigned *choice = to; /* GCC's enums without negatives are unsigned */

    if (text == NULL) {
        return -1;
    }
    for (unsigned i = 0; v->key->words[i] != NULL; i++) {
        if (*text != '\0' && strcmp(v->key->words[i], text) == 0) {
            *choice = i;
            return 0;
        }
    }
    return value_wrong(v, e);
}

/* ---- times -------------------------------------------------------------- */

/* "08.00" at p: the minute of the day (24.00 is the end of it), or -1. */
static int read_minute(const char *p) {
    static const char digits[] = "0123456789";
    int hour, minute;

    if (strspn(p, digits) != 2 || p[2] != '.' || strspn(p + 3, digits) != 2) {
        return -1;
    }
    hour = (p[0] - '0') * 10 + p[1] - '0';
    minute = (p[3] - '0') * 10 + p[4] - '0';
    if (minute > 59 || hour * 60 + minute > 24 * 60) {
        return -1;
    }
    return hour * 60 + minute;
}

int value_minute(const struct value *v, void *to, struct err *e) {
    const char *text = get_string(v, e);
    int *minute = to, found;

    if (text == NULL) {
        return -1;
    }
    found = strlen(text) == 5 ? read_minute(text) : -1;
    if (found < 0 || found == 24 * 60) {
        return value_wrong(v, e);
    }
    *minute = found;
    return 0;
}

/* ["08.00-12.00", "13.00-15.45"]: in order, none empty, none touching. */
int value_spans(const struct value *v, void *to, struct err *e) {
    int n = value_count(v, TIMETABLE_SPANS, e);
    struct timetable_day *day = to;

    if (n < 0) {
        return -1;
    }
    day->count = 0;
    for (int i = 0; i < n; i++) {
        const char *text = value_element(v, i, LIMIT_WORD, e);
        int from, until;

        if (text == NULL) {
            return -1;
        }
        from = strlen(text) == 11 && text[5] == '-' ? read_minute(text) : -1;
        until = from >= 0 ? read_minute(text + 6) : -1;
        if (from < 0 || until < 0) {
            return value_refuse(v, e, "where \"%.40s\" is no span of hours",
                                text);
        }
        if (until <= from || (i > 0 && from <= day->spans[i - 1].to_min)) {
            return value_refuse(v, e,
                                "where \"%.40s\" does not come after what "
                                "stands before it",
                                text);
        }
        day->spans[i].from_min = from;
        day->spans[i].to_min = until;
        day->count++;
    }
    return 0;
}

/* "2026-11-21" and nothing behind it: midnight of that day. */
static int get_date(const struct value *v, usec_t *when, struct err *e) {
    const char *text = get_string(v, e);

    if (text == NULL) {
        return -1;
    }
    return strlen(text) == 10 && clock_from_iso(text, 0, when) == 0
               ? 0
               : value_wrong(v, e);
}

int value_date(const struct value *v, void *to, struct err *e) {
    usec_t when;

    return get_date(v, &when, e) != 0 ? -1 : value_text(v, to, e);
}

int value_day(const struct value *v, void *to, struct err *e) {
    usec_t when;
    int *day = to;

    if (get_date(v, &when, e) != 0) {
        return -1;
    }
    /* Rounded down: 1969 is none of ours, but -1 is not 0. */
    *day = (int)(when / USEC_PER_DAY) - (when < 0 && when % USEC_PER_DAY != 0);
    return 0;
}

/* ---- paths -------------------------------------------------------------- */

int value_path(const struct value *v, void *to, struct err *e) {
    const char *text = get_string(v, e);
    char path[2 * LIMIT_PATH + 2];

    if (text == NULL) {
        return -1;
    }
    if (*text == '\0') {
        return value_wrong(v, e);
    }
    snprintf(path, sizeof path, "%s%s%.*s", *text == '/' ? "" : v->source->dir,
             *text == '/' ? "" : "/", LIMIT_PATH, text);
    if (!text_copy(to, v->key->size, path)) {
        return value_refuse(v, e, "too long a path");
    }
    return 0;
}

/* The kernel takes 107 bytes (unix(7)). */
int value_socket(const struct value *v, void *to, struct err *e) {
    const struct sockaddr_un *a = NULL;

    if (value_path(v, to, e) != 0) {
        return -1;
    }
    if (strlen(to) >= sizeof a->sun_path) {
        return value_refuse(v, e, "a path of more than %zu bytes",
                            sizeof a->sun_path - 1);
    }
    return 0;
}

/* "" = none, where the table allows it (min 0). */
static bool is_none(const struct value *v, char *to) {
    const char *text = config_setting_get_string(v->setting);

    if (text != NULL && *text == '\0' && v->key->min == 0) {
        *to = '\0';
        return true;
    }
    return false;
}

int value_file(const struct value *v, void *to, struct err *e) {
    struct stat st;

    if (is_none(v, to)) {
        return 0;
    }
    if (value_path(v, to, e) != 0) {
        return -1;
    }
    if (stat(to, &st) != 0 || access(to, R_OK) != 0) {
        return value_refuse(v, e, "which cannot be read (%s)", strerror(errno));
    }
    if (!S_ISREG(st.st_mode)) {
        return value_refuse(v, e, "which is not a file");
    }
    return 0;
}

/* Where the file is looked for, and the command that puts it there right. */
static int refuse_secret(const struct value *v, const char *path,
                         const char *why, struct err *e) {
    return err_set(e, ERR_SETUP,
                   "%s:%u: %s: the file %s %s; write the secret into a file "
                   "and put it there: install -m 0400 -o loket FILE %s",
                   v->source->name, config_setting_source_line(v->setting),
                   v->path, path, why, path);
}

int value_secret(const struct value *v, void *to, struct err *e) {
    struct stat st;
    char why[128];

    if (is_none(v, to)) {
        return 0;
    }
    if (value_path(v, to, e) != 0) {
        return -1;
    }
    if (stat(to, &st) != 0) {
        snprintf(why, sizeof why, "cannot be found (%s)", strerror(errno));
        return refuse_secret(v, to, why, e);
    }
    if (!S_ISREG(st.st_mode)) {
        return refuse_secret(v, to, "is not a file", e);
    }
    if ((st.st_mode & 077) != 0) {
        snprintf(why, sizeof why, "may be read by others (mode %04o)",
                 (unsigned)(st.st_mode & 07777));
        return refuse_secret(v, to, why, e);
    }
    if (st.st_size == 0) {
        return refuse_secret(v, to, "is empty", e);
    }
    return 0;
}

/* ---- lists -------------------------------------------------------------- */

int value_count(const struct value *v, int max, struct err *e) {
    int type = config_setting_type(v->setting);
    int n = config_setting_length(v->setting);

    if (type != CONFIG_TYPE_ARRAY && type != CONFIG_TYPE_LIST) {
        return value_wrong(v, e);
    }
    if (n > max) {
        return value_refuse(v, e, "of %d elements; at most %d are taken", n,
                            max);
    }
    return n;
}

const char *value_element(const struct value *v, int i, size_t room,
                          struct err *e) {
    const config_setting_t *at =
        config_setting_get_elem(v->setting, (unsigned)i);
    char path[320];
    struct value element = {v->source, v->key, at, path};
    const char *text;

    snprintf(path, sizeof path, "%s[%d]", v->path, i);
    text = get_string(&element, e);
    if (text == NULL) {
        return NULL;
    }
    if (*text == '\0') {
        value_wrong(&element, e);
        return NULL;
    }
    if (strlen(text) >= room) {
        value_refuse(&element, e, "longer than %zu bytes", room - 1);
        return NULL;
    }
    return text;
}

int value_group(const struct value *v, struct err *e) {
    return config_setting_type(v->setting) == CONFIG_TYPE_GROUP
               ? 0
               : value_wrong(v, e);
}

int value_groups(const struct value *v, int max, value_each_fn each, void *to,
                 struct err *e) {
    int n = value_count(v, max, e);

    for (int i = 0; i < n; i++) {
        const config_setting_t *at =
            config_setting_get_elem(v->setting, (unsigned)i);
        char base[VALUE_BASE_SIZE];
        struct value element = {v->source, v->key, at, base};

        snprintf(base, sizeof base, "%s[%d]", v->path, i);
        if (value_group(&element, e) != 0) {
            return -1;
        }
        snprintf(base, sizeof base, "%s[%d].", v->path, i);
        if (each(v, at, base, i, to, e) != 0) {
            return -1;
        }
    }
    return n < 0 ? -1 : 0;
}

int value_some(const struct value *v, int max, struct err *e) {
    int n = value_count(v, max, e);

    return n == 0 ? value_wrong(v, e) : n;
}

int value_members(const struct value *v, int max, const char *(*name_of)(int),
                  const char *kind, bool *to, struct err *e) {
    int n = value_some(v, max, e);

    if (n < 0) {
        return -1;
    }
    for (int i = 0; i < n; i++) {
        const char *word = value_element(v, i, LIMIT_WORD, e);
        int member = 0;

        if (word == NULL) {
            return -1;
        }
        while (member < max && strcmp(name_of(member), word) != 0) {
            member++;
        }
        if (member == max) {
            return value_refuse(v, e, "where \"%.40s\" is no %s", word, kind);
        }
        to[member] = true;
    }
    return 0;
}

int value_member(const struct value *v, int max, const char *(*name_of)(int),
                 unsigned *to, struct err *e) {
    const char *text = get_string(v, e);

    if (text == NULL) {
        return -1;
    }
    for (int i = 0; i < max; i++) {
        if (strcmp(name_of(i), text) == 0) {
            *to = (unsigned)i;
            return 0;
        }
    }
    return value_wrong(v, e);
}

int value_addresses(const struct value *v, char (*to)[LIMIT_ADDRESS],
                    size_t *count, struct err *e) {
    int n = value_some(v, LIMIT_PERSON_ADDRESSES, e);

    if (n < 0) {
        return -1;
    }
    for (int i = 0; i < n; i++) {
        const char *address = value_element(v, i, LIMIT_ADDRESS, e);

        if (address == NULL) {
            return -1;
        }
        if (!text_is_addr_spec(address)) {
            return value_refuse(v, e, "where \"%.80s\" is no mail address",
                                address);
        }
        text_copy(to[i], LIMIT_ADDRESS, address);
    }
    *count = (size_t)n;
    return 0;
}

/* A list of domains, none of them a pattern: a wildcard would let in whole
 * provinces (V172). */
int value_domains(const struct value *v, char (*to)[LIMIT_DOMAIN],
                  size_t *count, struct err *e) {
    int n = value_count(v, LIMIT_WORDS, e);

    if (n < 0) {
        return -1;
    }
    for (int i = 0; i < n; i++) {
        const char *domain = value_element(v, i, LIMIT_DOMAIN, e);
        char address[LIMIT_DOMAIN + 2];

        if (domain == NULL) {
            return -1;
        }
        snprintf(address, sizeof address, "x@%s", domain);
        if (!text_is_addr_spec(address)) {
            return value_refuse(v, e, "where \"%.80s\" is no domain", domain);
        }
        text_copy(to[i], LIMIT_DOMAIN, domain);
    }
    *count = (size_t)n;
    return 0;
}
