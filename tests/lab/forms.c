/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes every blank letter of conf/forms into a folder as a PDF, for people who
 * want to look at them and for tests; or one of them, filled in:
 *
 *     forms CONF_DIR FOLDER [FORM NAME=VALUE...]
 */
#include "base/io.h"
#include "base/text.h"
#include "config/forms.h"
#include "letter/form.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the engine fills in, in every form. */
static const struct form_value usual[] = {
    {"office", "Dinas Komunikasi dan Informatika Kota Contoh"},
    {"date", "Senin, 23 November 2026"},
    {"case", "LOCK-2026-000001"},
    {"name", "Agus Pratama"},
    {"number", "198508172010011003"},
    {"agency", "Dinas Kesehatan Kota Contoh"},
    {"serial", "5E1B00A4"},
    {"nonce", "8KQT-4M2P-77XD"},
};

enum { VALUES_MAX = 32 };

static int write_pdf(const char *folder, const struct form *form,
                     const struct form_value *values, size_t count) {
    struct err e = ERR_INIT;
    char path[LIMIT_PATH];
    struct buf pdf;
    int fd, rc;

    buf_init(&pdf, LIMIT_FORM);
    snprintf(path, sizeof path, "%s/%s", folder, form->file);
    rc = form_write(form, values, count, &pdf, &e);
    fd = rc == 0 ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)
                 : -1;
    rc = fd < 0 || io_write_all(fd, pdf.data, pdf.size, &e) != 0;
    if (fd >= 0) {
        close(fd);
    }
    if (rc != 0) {
        fprintf(stderr, "forms: %s: %s\n", path, e.text);
    }
    buf_free(&pdf);
    return rc;
}

/* Blank: only what has no field is filled in. */
static int write_blank(const char *folder, const struct form *form) {
    struct form_value values[VALUES_MAX];
    size_t count = 0;

    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) {
        bool is_field = false;

        for (size_t k = 0; k < form->item_count; k++) {
            is_field = is_field || (form->items[k].kind == FORM_FIELD &&
                                    strcmp(form->items[k].name,
                                           usual[i].name) == 0);
        }
        if (!is_field) {
            values[count++] = usual[i];
        }
    }
    return write_pdf(folder, form, values, count);
}

static int write_filled(const char *folder, const struct form *form,
                        char **pairs, int n) {
    struct form_value values[VALUES_MAX];
    size_t count = 0;

    for (int i = 0; i < n && count < VALUES_MAX; i++) {
        char *equals = strchr(pairs[i], '=');

        if (equals == NULL) {
            return 100;
        }
        *equals = '\0';
        values[count++] = (struct form_value){pairs[i], equals + 1};
    }
    return write_pdf(folder, form, values, count);
}

int main(int argc, char **argv) {
    struct err e = ERR_INIT;
    struct formbook *book;
    int rc = 0;

    if (argc < 3) {
        fprintf(stderr,
                "usage: forms CONF_DIR FOLDER [FORM NAME=VALUE...]\n");
        return 100;
    }
    book = forms_load(argv[1], &e);
    if (book == NULL) {
        fprintf(stderr, "forms: %s\n", e.text);
        return 1;
    }
    if (argc > 3) {
        const struct form *form = formbook_find(book, argv[3]);

        rc = form == NULL ? 1 : write_filled(argv[2], form, argv + 4, argc - 4);
    }
    for (size_t i = 0; argc == 3 && i < book->count; i++) {
        rc |= write_blank(argv[2], &book->forms[i]);
    }
    formbook_free(&book);
    return rc;
}
