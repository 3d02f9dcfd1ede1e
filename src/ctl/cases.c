/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One case for the eyes of an administrator or auditor: on the terminal, on
 * paper, and as a folder of files.  Used by loketctl's case commands.
 *
 * A stranger's bytes go into files with names of our own, never to the
 * terminal.
 */
#include "ctl/cases.h"

#include "base/digest.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "ctl/client.h"
#include "ctl/print.h"
#include "ctl/sheet.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *text_of(const json_t *o, const char *key) {
    const char *text = json_string_value(json_object_get(o, key));

    return text != NULL ? text : "";
}

/* ---- on the terminal -------------------------------------------------------
 */

static const struct part {
    const char *key, *heading;
    const char *columns[10];
} parts[] = {
    {"documents",
     "papers",
     {"paper", "revision", "current", "read_by_eye", "size", "notes", "name",
      NULL}},
    {"documents",
     "what was read in the papers",
     {"paper", "read_name", "read_nip", "read_nik", "read_agency",
      "read_number", "read_date", "read_serial", "read_plea", NULL}},
    {"questions",
     "questions",
     {"person", "for_whom", "step", "revision", "since", "until", "state",
      "ended", "why", NULL}},
    {"approvals",
     "approvals",
     {"person", "for_whom", "step", "at", "revision", "state", "mail",
      "approved", NULL}},
    {"letters",
     "letters",
     {"id", "letter", "to", "state", "queued", "closed", "reply", "came_back",
      "came_back_status", NULL}},
    {"steps",
     "steps (office minutes; norms are the SOP's)",
     {"step", "start", "stop", "norm", "used", "waiting", "with",
      "unobserved", NULL}},
    {"events",
     "events",
     {"at", "actor", "kind", "state", "revision", "audit", "detail", NULL}},
    {"outputs", "outputs", {"file", "sha256", NULL}},
};

/* Says nothing, and so is left out. */
static bool is_empty(const json_t *value) {
    return json_is_null(value) ||
           (json_is_string(value) && json_string_length(value) == 0) ||
           (json_is_array(value) && json_array_size(value) == 0);
}

/* The facts of an object that say something; nested ones only when wanted. */
static void print_facts(const json_t *object, bool nested) {
    json_t *facts = json_object(), *value;
    const char *key;

    json_object_foreach((json_t *)(uintptr_t)object, key, value) {
        if (!is_empty(value) &&
            (nested || !(json_is_object(value) || json_is_array(value)))) {
            json_object_set(facts, key, value);
        }
    }
    print_object(facts);
    json_decref(facts);
}

void case_show_text(const json_t *record) {
    static const char *const objects[] = {"sop", "person", "certificate",
                                           "norms"};
    const json_t *orders = json_object_get(record, "orders");
    const json_t *order;
    size_t i;

    print_facts(record, false);
    for (i = 0; i < sizeof objects / sizeof objects[0]; i++) {
        if (json_is_object(json_object_get(record, objects[i]))) {
            printf("\n%s:\n", objects[i]);
            print_facts(json_object_get(record, objects[i]), false);
        }
    }
    json_array_foreach(orders, i, order) {
        printf("\norder %s:\n", text_of(order, "kind"));
        print_facts(order, true);
    }
    for (i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const json_t *list = json_object_get(record, parts[i].key);

        if (json_array_size(list) > 0) {
            printf("\n%s:\n", parts[i].heading);
            print_table(list, parts[i].columns);
        }
    }
}

/* ---- new files --------------------------------------------------------------
 */

/* `folder` may be NULL. */
static int write_new(const char *folder, const char *name, const void *bytes,
                     size_t size, struct err *e) {
    char path[LIMIT_PATH];
    int fd, rc;

    if (snprintf(path, sizeof path, "%s%s%s", folder != NULL ? folder : "",
                 folder != NULL ? "/" : "", name) >= (int)sizeof path) {
        return err_set(e, ERR_INPUT, "the path is too long: %s", name);
    }
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        return err_set(e, ERR_INPUT, "%s: %s", path, strerror(errno));
    }
    rc = io_write_all(fd, bytes, size, e);
    io_close(&fd);
    return rc == 0 ? 0 : err_prefix(e, "%s", path);
}

/* The whole sheet; the caller frees *html_r. */
static int make_sheet(const json_t *record, enum language language,
                      char **html_r, size_t *size_r, struct err *e) {
    FILE *out = open_memstream(html_r, size_r);

    if (out == NULL) {
        return err_set(e, ERR_SETUP, "out of memory");
    }
    sheet_write(out, record, language);
    fclose(out);
    return 0;
}

int case_print(const json_t *record, enum language language, const char *path,
               struct err *e) {
    char *html;
    size_t size;
    int rc;

    if (make_sheet(record, language, &html, &size, e) != 0) {
        return -1;
    }
    rc = path != NULL ? write_new(NULL, path, html, size, e)
                      : io_write_all(STDOUT_FILENO, html, size, e);
    free(html);
    return rc;
}

/* ---- a folder of everything
 * -------------------------------------------------- */

struct saving {
    const char *folder;
    FILE *sums; /* what becomes SHA256SUMS */
};

static int save_bytes(const struct saving *s, const char *name,
                      const void *bytes, size_t size, struct err *e) {
    struct digest d = digest_of(bytes, size);
    char hex[DIGEST_HEX_SIZE];

    digest_to_hex(&d, hex);
    fprintf(s->sums, "%s  %s\n", hex, name);
    return write_new(s->folder, name, bytes, size, e);
}

/* The engine's names are its own; one that leads elsewhere is none. */
static bool is_file_name(const char *name) {
    return name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL;
}

/* 1 = saved, 0 = it cannot be had, -1 = the folder cannot be written. */
static int save_output(const struct saving *s, const char *socket_path,
                       const json_t *record, const json_t *output,
                       struct err *e) {
    const char *name = text_of(output, "file");
    const char *words[] = {"case", "output", text_of(record, "number"), name};
    struct err why = ERR_INIT;
    char hex[DIGEST_HEX_SIZE];
    char *bytes = NULL;
    size_t size = 0;
    int rc = 0;

    if (!is_file_name(name)) {
        err_set(&why, ERR_BUG, "the engine's name for it is none");
    } else if (client_ask_bytes(socket_path, words, 4, &bytes, &size, &why) ==
               0) {
        struct digest d = digest_of(bytes, size);

        digest_to_hex(&d, hex);
        if (strcmp(hex, text_of(output, "sha256")) != 0) {
            err_set(&why, ERR_BUG, "its bytes have another SHA-256 than said");
        } else {
            rc = save_bytes(s, name, bytes, size, e) == 0 ? 1 : -1;
        }
    }
    free(bytes);
    if (rc == 0) {
        fprintf(stderr, "loketctl: %s is not saved: %s\n", name, why.text);
    }
    return rc;
}

static int save_outputs(const struct saving *s, const char *socket_path,
                        const json_t *record, size_t *missing_r,
                        struct err *e) {
    const json_t *outputs = json_object_get(record, "outputs");
    const json_t *output;
    size_t i;

    *missing_r = 0;
    json_array_foreach(outputs, i, output) {
        int rc = save_output(s, socket_path, record, output, e);

        if (rc < 0) {
            return -1;
        }
        *missing_r += rc == 0;
    }
    return 0;
}

static int save_record(const struct saving *s, const json_t *record,
                       struct err *e) {
    char *json = json_dumps(record, JSON_INDENT(2)), *html = NULL;
    size_t size;
    int rc = json == NULL ? err_set(e, ERR_SETUP, "out of memory") : 0;

    if (rc == 0) {
        rc = save_bytes(s, "case.json", json, strlen(json), e);
    }
    if (rc == 0) {
        rc = make_sheet(record, sheet_office_language(record), &html, &size, e);
    }
    if (rc == 0) {
        rc = save_bytes(s, "sheet.html", html, size, e);
    }
    free(json);
    free(html);
    return rc;
}

int case_save(const char *socket_path, const json_t *record, const char *folder,
              size_t *missing_r, struct err *e) {
    struct saving s = {.folder = folder};
    char *sums = NULL;
    size_t size = 0;
    int rc;

    if (mkdir(folder, 0700) != 0) {
        return err_set(e, ERR_INPUT, "%s: %s (a new folder is wanted)", folder,
                       strerror(errno));
    }
    s.sums = open_memstream(&sums, &size);
    if (s.sums == NULL) {
        return err_set(e, ERR_SETUP, "out of memory");
    }
    rc = save_outputs(&s, socket_path, record, missing_r, e);
    if (rc == 0) {
        rc = save_record(&s, record, e);
    }
    fclose(s.sums);
    if (rc == 0) {
        rc = write_new(folder, "SHA256SUMS", sums, size, e);
    }
    free(sums);
    return rc;
}
