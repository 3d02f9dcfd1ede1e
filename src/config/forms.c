/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The blank letters of forms/.  Called by settings.c; the PDF is made by
 * letter/form.c.  What is checked here cannot fail there: the kind of every
 * item, names that are used once, values that the program knows.
 */
#include "config/forms.h"

#include "base/mem.h"
#include "base/text.h"
#include "config/values.h"

#include <stdio.h>
#include <string.h>

/* All of them, by name. */
static const char *const names[] = {
    "acceptance", "reason", "recommendation", "request", "statement",
    "superior",
};
_Static_assert(sizeof names / sizeof names[0] <= LIMIT_FORMS, "room");

/* ---- one item ---------------------------------------------------------------- */

/* An item as it is written: one of the first five, and what belongs to it. */
struct item {
    char text[LIMIT_CONFIG_TEXT], centre[LIMIT_CONFIG_TEXT];
    char field[LIMIT_WORD], fixed[LIMIT_WORD], sign[LIMIT_WORD];
    char label[LIMIT_NAME];
    unsigned lines;
};

#define ITEM(member) KEY_TO(struct item, member)
#define RIGHT_NAME "a word of a-z, 0-9 and \"-\" is right, for example "

static const struct key item_keys[] = {
    {"text", value_text, ITEM(text), .min = 1,
     .right = "a paragraph is right"},
    {"centre", value_text, ITEM(centre), .min = 1,
     .right = "a line of text is right"},
    {"field", value_word, ITEM(field),
     .right = RIGHT_NAME "field = \"name\""},
    {"fixed", value_word, ITEM(fixed),
     .right = RIGHT_NAME "fixed = \"case\""},
    {"sign", value_word, ITEM(sign),
     .right = RIGHT_NAME "sign = \"applicant\""},
    {"label", value_text, ITEM(label), .min = 1,
     .right = "what stands before the field is right, for example label = "
              "\"Nama lengkap\""},
    {"lines", value_number, ITEM(lines), .min = 1, .max = 20,
     .right = "a number from 1 to 20 is right"},
};

/* Which kind it is; FORM_ITEM__MAX: none, or more than one. */
static enum form_item_kind kind_of(const struct item *raw) {
    const char *const said[FORM_ITEM__MAX] = {
        [FORM_TEXT] = raw->text,   [FORM_CENTRE] = raw->centre,
        [FORM_FIELD] = raw->field, [FORM_FIXED] = raw->fixed,
        [FORM_SIGN] = raw->sign};
    enum form_item_kind kind = FORM_ITEM__MAX;

    for (int i = 0; i < FORM_ITEM__MAX; i++) {
        if (said[i][0] == '\0') {
            continue;
        }
        if (kind != FORM_ITEM__MAX) {
            return FORM_ITEM__MAX;
        }
        kind = (enum form_item_kind)i;
    }
    return kind;
}

static int refuse_item(const struct value *v, const config_setting_t *group,
                       const char *base, const char *what, struct err *e) {
    return err_set(e, ERR_SETUP, "%s:%u: %.*s %s", v->source->name,
                   config_setting_source_line(group),
                   (int)strlen(base) - 1, base, what);
}

static bool is_named(const struct form *form, const char *name) {
    for (size_t i = 0; i < form->item_count; i++) {
        if (strcmp(form->items[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static int take_item(const struct value *v, const config_setting_t *group,
                     const char *base, int i, void *to, struct err *e) {
    struct form *form = to;
    struct item raw = {.lines = 1};
    struct form_item *item = &form->items[form->item_count];
    const char *name;

    (void)i;
    if (reader_read(v->source, group, base, item_keys,
                    sizeof item_keys / sizeof item_keys[0], &raw, e) != 0) {
        return -1;
    }
    item->kind = kind_of(&raw);
    if (item->kind == FORM_ITEM__MAX) {
        return refuse_item(v, group, base,
                           "is one of text, centre, field, fixed and sign, "
                           "and only one", e);
    }
    name = raw.field[0] != '\0'   ? raw.field
           : raw.fixed[0] != '\0' ? raw.fixed
                                  : raw.sign;
    if ((name[0] != '\0') != (raw.label[0] != '\0')) {
        return refuse_item(v, group, base,
                           "has a label where it is a field, fixed or sign, "
                           "and only there", e);
    }
    if (name[0] != '\0' && is_named(form, name)) {
        return refuse_item(v, group, base,
                           "has the name of an earlier one; each name is used "
                           "once", e);
    }
    text_copy(item->name, sizeof item->name, name);
    item->lines = raw.lines;
    item->text = xstrdup(name[0] != '\0'       ? raw.label
                         : raw.text[0] != '\0' ? raw.text
                                               : raw.centre);
    form->item_count++;
    return 0;
}

/* ---- one form ---------------------------------------------------------------- */

static int read_items(const struct value *v, void *to, struct err *e) {
    if (value_some(v, LIMIT_FORM_ITEMS, e) < 0) {
        return -1;
    }
    return value_groups(v, LIMIT_FORM_ITEMS, take_item, to, e);
}

static const char *paper_at(int i) {
    return paper_name((enum paper)i);
}

static int read_paper(const struct value *v, void *to, struct err *e) {
    return value_member(v, PAPER__MAX, paper_at, to, e);
}

static int read_title(const struct value *v, void *to, struct err *e) {
    char text[LIMIT_NAME];

    if (value_text(v, text, e) != 0) {
        return -1;
    }
    ((struct form *)to)->title = xstrdup(text);
    return 0;
}

/* It becomes the name of a file of whoever saves it. */
static int read_file_name(const struct value *v, void *to, struct err *e) {
    const char *text = config_setting_get_string(v->setting);
    size_t n = text == NULL ? 0 : strlen(text);

    if (n < 5 || n >= v->key->size || strcmp(text + n - 4, ".pdf") != 0 ||
        strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != n - 4) {
        return value_wrong(v, e);
    }
    text_copy(to, v->key->size, text);
    return 0;
}

static const struct key form_keys[] = {
    {"file", read_file_name, KEY_TO(struct form, file), .required = true,
     .right = "a name of a-z, 0-9 and \"-\" that ends in .pdf is right"},
    {"paper", read_paper, KEY_TO(struct form, paper),
     .right = "the paper that it becomes is right, for example "
              "paper = \"statement\""},
    {"title", read_title, 0, LIMIT_NAME, .min = 1, .required = true,
     .right = "the heading of the letter is right"},
    {"page", read_items, 0, sizeof(struct form), .required = true,
     .right = "what stands on it, from top to bottom, is right, for example "
              "page = ( { field = \"name\"; label = \"Nama\"; } )"},
};

static int read_form(const char *dir, const char *name, struct form *form,
                     struct err *e) {
    char path[LIMIT_PATH];
    struct source s;
    int rc;

    text_copy(form->name, sizeof form->name, name);
    form->paper = PAPER__MAX;
    snprintf(path, sizeof path, "forms/%s.conf", name);
    if (source_open(&s, dir, path, e) != 0) {
        return -1;
    }
    rc = reader_read(&s, config_root_setting(&s.config), "", form_keys,
                     sizeof form_keys / sizeof form_keys[0], form, e);
    source_close(&s);
    return rc;
}

struct formbook *forms_load(const char *dir, struct err *e) {
    struct formbook *book = xcalloc(1, sizeof *book);

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        book->count++;
        if (read_form(dir, names[i], &book->forms[i], e) != 0) {
            formbook_free(&book);
            return NULL;
        }
    }
    return book;
}
