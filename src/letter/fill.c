/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Slots and values.  Called by compose.c; the phrases' own slots are filled by
 * letter_phrase() here too.
 */
#include "letter/fill.h"

#include "base/text.h"
#include "letter/compose.h"
#include "letter/link.h"
#include "letter/mime.h"

#include <stdbool.h>
#include <string.h>

/* The slots of several lines. */
static bool is_block(enum letter_slot s) {
    static const enum letter_slot blocks[] = {
        SLOT_ITEMS, SLOT_DEFECTS, SLOT_CHANNELS, SLOT_REPORT, SLOT_REGISTRY,
        SLOT_LETTER, SLOT_CSR, SLOT_CERTIFICATE, SLOT_FINDINGS, SLOT_STEPS,
        SLOT_PREFACE, SLOT_EXPLANATION, SLOT_ANSWERS, SLOT_CONTACT,
        SLOT_ITEMS_TO_CHECK, SLOT_REMARK, SLOT_STANDARD, SLOT_COURSE,
        SLOT_HELPER};

    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        if (blocks[i] == s) {
            return true;
        }
    }
    return false;
}

static int slot_of(const char *name, size_t size) {
    for (int i = 0; i < SLOT__MAX; i++) {
        const char *known = letter_slot_name((enum letter_slot)i);

        if (strlen(known) == size && memcmp(known, name, size) == 0) {
            return i;
        }
    }
    return -1;
}

/* The closing line ends of a block belong to whoever made it. */
static void put_block(struct buf *to, const char *value) {
    struct buf clean;

    buf_init(&clean, 4 * strlen(value) + 4);
    mime_clean(&clean, value, true);
    while (clean.size > 0 && clean.data[clean.size - 1] == '\n') {
        clean.data[--clean.size] = '\0';
    }
    buf_put(to, clean.data, clean.size);
    buf_free(&clean);
}

int fill_template(struct buf *to, const char *text, const struct letter *letter,
                  struct err *e) {
    while (*text != '\0') {
        size_t n = strcspn(text, "{");
        size_t size;
        int slot;

        buf_put(to, text, n);
        text += n;
        if (*text == '\0') {
            break;
        }
        size = strcspn(text + 1, "}");
        slot = slot_of(text + 1, size);
        if (slot < 0 || letter->values[slot] == NULL) {
            return err_set(e, ERR_BUG, "letter %s: {%.*s} has no value",
                           letter_kind_name(letter->kind), (int)size,
                           text + 1);
        }
        if (link_is_slot((enum letter_slot)slot)) {
            buf_puts(to, letter->values[slot]); /* compose.c made it */
        } else if (is_block((enum letter_slot)slot)) {
            put_block(to, letter->values[slot]);
        } else {
            mime_clean(to, letter->values[slot], false);
        }
        text += size + 2;
    }
    return 0;
}

/* ---- phrases ------------------------------------------------------------ */

static const char *value_of(const struct phrase_value *values, const char *name,
                            size_t size) {
    for (; values != NULL && values->name != NULL; values++) {
        if (strlen(values->name) == size &&
            memcmp(values->name, name, size) == 0) {
            return values->value;
        }
    }
    return NULL;
}

void letter_phrase(const struct letterbook *book, enum language l,
                   const char *name, const struct phrase_value *values,
                   char *text, size_t room) {
    const char *words = letterbook_phrase(book, l, name);

    letter_words(words != NULL ? words : "", values, text, room);
}

void letter_words(const char *p, const struct phrase_value *values,
                  char *text, size_t room) {
    struct buf b;

    buf_init(&b, 16 * room);
    while (*p != '\0') {
        size_t n = strcspn(p, "{");
        size_t size = p[n] == '{' ? strcspn(p + n + 1, "}") : 0;
        const char *value =
            size > 0 ? value_of(values, p + n + 1, size) : NULL;

        buf_put(&b, p, n);
        p += n;
        if (value != NULL) {
            mime_clean(&b, value, false);
            p += size + 2;
        } else if (*p != '\0') {
            buf_putc(&b, *p++); /* a brace of nobody's: as it is */
        }
    }
    text_copy_n(text, room, b.data, b.size);
    buf_free(&b);
}
