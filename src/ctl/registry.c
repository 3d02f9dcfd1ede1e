/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Certificates and their holders into the registry, and tables of people.  The
 * certificate itself is not read here: the engine gives it to a parser child.
 */
#include "ctl/registry.h"

#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "config/settings.h"
#include "ctl/client.h"
#include "ctl/roster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIXED_WORDS = 8 };

/* "alice.pem" -> "alice.person" */
static void sidecar_path(const char *file, char path[LIMIT_PATH]) {
    const char *slash = strrchr(file, '/');
    const char *dot = strrchr(file, '.');
    size_t stem = dot != NULL && (slash == NULL || dot > slash)
                      ? (size_t)(dot - file)
                      : strlen(file);

    snprintf(path, LIMIT_PATH, "%.*s.person", (int)stem, file);
}

json_t *registry_import(const char *socket_path, const char *file,
                        struct err *e) {
    const char *words[FIXED_WORDS + LIMIT_PERSON_ADDRESSES] = {"registry",
                                                               "import"};
    struct subscriber person = {.language = LANGUAGE_ID};
    char path[LIMIT_PATH], *bytes = NULL;
    json_t *json = NULL;
    size_t size;
    int fd;

    sidecar_path(file, path);
    if (access(path, F_OK) == 0 && sidecar_load(path, &person, e) != 0) {
        return NULL;
    }
    if (io_read_file(file, LIMIT_CERTIFICATE, &bytes, &size, e) != 0) {
        e->kind = ERR_INPUT; /* the word on the command line is wrong */
        return NULL;
    }
    fd = io_memfd("certificate", bytes, size, e);
    free(bytes);
    if (fd < 0) {
        return NULL;
    }
    words[2] = person.name;
    words[3] = person.nip;
    words[4] = person.nik;
    words[5] = person.agency;
    words[6] = language_name(person.language);
    words[7] = person.second_contact;
    for (size_t i = 0; i < person.address_count; i++) {
        words[FIXED_WORDS + i] = person.addresses[i];
    }
    json = client_ask(socket_path, words, FIXED_WORDS + person.address_count,
                      fd, e);
    if (json == NULL) {
        err_prefix(e, "%s", file);
    }
    return json;
}

/* ---- tables --------------------------------------------------------------- */

bool registry_is_table(const char *file) {
    const char *dot = strrchr(file, '.');

    return dot != NULL && text_equal_ci(dot, ".csv");
}

static json_t *row_json(const struct roster_row *row) {
    const struct subscriber *p = &row->person;
    json_t *addresses = json_array();

    for (size_t i = 0; i < p->address_count; i++) {
        json_array_append_new(addresses, json_string(p->addresses[i]));
    }
    return json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "line",
                     (int)row->line, "name", p->name, "nip", p->nip, "nik",
                     p->nik, "agency", p->agency, "language",
                     row->says_language ? language_name(p->language) : "",
                     "second_contact", p->second_contact, "addresses",
                     addresses);
}

static json_t *ask_table(const char *socket_path, const struct roster *r,
                         bool update, struct err *e) {
    const char *words[] = {"registry", "people", update ? "update" : "add"};
    json_t *rows = json_array();
    char *text;
    int fd;

    for (size_t i = 0; i < r->count; i++) {
        json_array_append_new(rows, row_json(&r->rows[i]));
    }
    text = json_dumps(rows, JSON_COMPACT);
    json_decref(rows);
    if (text == NULL) {
        err_set(e, ERR_BUG, "the table cannot be written as JSON");
        return NULL;
    }
    fd = io_memfd("people", text, strlen(text), e);
    free(text);
    return fd < 0 ? NULL : client_ask(socket_path, words, 3, fd, e);
}

/* The lines that were not even asked about. */
static json_t *defects_json(const struct roster *r) {
    json_t *refused = json_array();

    for (size_t i = 0; i < r->defect_count && i < ROSTER_DEFECTS; i++) {
        json_array_append_new(refused,
                              json_pack("{s:i, s:s}", "line",
                                        (int)r->defects[i].line, "why",
                                        r->defects[i].text));
    }
    return json_pack("{s:i, s:i, s:i, s:I, s:o, s:[]}", "added", 0, "updated",
                     0, "unchanged", 0, "refused_count",
                     (json_int_t)r->defect_count, "refused", refused,
                     "changes");
}

json_t *registry_table(const char *socket_path, const char *file, bool update,
                       struct err *e) {
    char *text = NULL;
    struct roster r;
    json_t *answer, *unused;
    size_t size;

    if (io_read_file(file, ROSTER_FILE, &text, &size, e) != 0) {
        e->kind = ERR_INPUT; /* the word on the command line is wrong */
        return NULL;
    }
    roster_read(&r, text, size);
    answer = r.defect_count > 0 ? defects_json(&r)
                                : ask_table(socket_path, &r, update, e);
    if (answer != NULL) {
        unused = json_array();
        for (size_t i = 0; i < r.unused_count; i++) {
            json_array_append_new(unused, json_string(r.unused[i]));
        }
        json_object_set_new(answer, "unused", unused);
    }
    roster_free(&r);
    free(text);
    return answer;
}

static void print_lines(const char *file, const json_t *list, FILE *to) {
    const json_t *o;
    size_t i;

    json_array_foreach(list, i, o) {
        json_int_t line = json_integer_value(json_object_get(o, "line"));
        const char *why = json_string_value(json_object_get(o, "why"));

        if (line > 0) {
            fprintf(to, "%s:%lld: %s\n", file, (long long)line, why);
        } else {
            fprintf(to, "%s: %s\n", file, why);
        }
    }
}

bool registry_print_table(const char *file, const json_t *answer, FILE *out,
                          FILE *errors) {
    static const char *const counts[] = {"added", "updated", "unchanged"};
    const json_t *refused = json_object_get(answer, "refused");
    const json_t *unused = json_object_get(answer, "unused"), *word;
    json_int_t all =
        json_integer_value(json_object_get(answer, "refused_count"));
    size_t i;

    print_lines(file, json_object_get(answer, "changes"), out);
    print_lines(file, refused, errors);
    if (all > (json_int_t)json_array_size(refused)) {
        fprintf(errors, "%s: %lld lines more\n", file,
                (long long)(all - (json_int_t)json_array_size(refused)));
    }
    json_array_foreach(unused, i, word) {
        fprintf(all > 0 ? errors : out, "%s: column \"%s\" is not used\n",
                file, json_string_value(word));
    }
    if (all > 0) {
        fprintf(errors, "%s: nothing was changed\n", file);
        return false;
    }
    for (i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        fprintf(out, "%s%s: %lld", i > 0 ? ", " : "", counts[i],
                (long long)json_integer_value(
                    json_object_get(answer, counts[i])));
    }
    fputc('\n', out);
    return true;
}
