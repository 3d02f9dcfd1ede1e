/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_FORM_H
#define LOKET_MODEL_FORM_H

#include "base/limits.h"
#include "model/document.h"

#include <stddef.h>

/*
 * A letter to be filled in, as conf/forms/NAME.conf describes it: what stands
 * on the page, from top to bottom.  letter/form.h makes a PDF of it.
 */
enum form_item_kind {
    FORM_TEXT,   /* a paragraph; {name} in it is a value, else dots */
    FORM_CENTRE, /* a line in the middle */
    FORM_FIELD,  /* "label : [      ]", to be filled in; a value stands in it */
    FORM_FIXED,  /* "label : value", which nobody changes */
    FORM_SIGN,   /* place and date, who signs, room for it, name and NIP; its
                    fields are NAME-place, NAME-name and NAME-nip */
    FORM_ITEM__MAX
};

struct form_item {
    enum form_item_kind kind;
    char name[LIMIT_WORD]; /* of its value: FIELD, FIXED, SIGN */
    char *text;            /* owned; paragraph, label, or who signs */
    unsigned lines;        /* FIELD: room for so many */
};

struct form {
    char name[LIMIT_WORD];      /* "statement": that of its file */
    char file[LIMIT_FILE_NAME]; /* how it is saved: "surat-pernyataan.pdf" */
    enum paper paper;           /* the paper it becomes; PAPER__MAX: none that
                                   is handed out blank */
    char *title;                /* owned */
    size_t item_count;
    struct form_item items[LIMIT_FORM_ITEMS];
};

/* Everything in conf/forms. */
struct formbook {
    size_t count;
    struct form forms[LIMIT_FORMS]; /* by name */
};

/* The form of this name, or NULL. */
const struct form *formbook_find(const struct formbook *book,
                                 const char *name);
void formbook_free(struct formbook **book);

#endif
