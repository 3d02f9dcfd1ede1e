/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Strangers' text in HTML.  Used by sheet.c for every value it prints.
 */
#include "ctl/html.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

static const char *entity_of(char c) {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* How many bytes at this place must not be printed: C0 and DEL, C1, marks and
 * overrides of the direction (U+061C, U+200E, U+200F, U+202A-E, U+2066-9), line
 * and paragraph separators (U+2028, U+2029), U+FEFF. */
static size_t unprintable(const char *text) {
    const unsigned char *b = (const unsigned char *)text;

    if (b[0] < 0x20 || b[0] == 0x7f) {
        return 1;
    }
    if ((b[0] == 0xc2 && b[1] >= 0x80 && b[1] < 0xa0) ||
        (b[0] == 0xd8 && b[1] == 0x9c)) {
        return 2;
    }
    if (b[0] == 0xe2 && b[1] == 0x80 &&
        (b[2] == 0x8e || b[2] == 0x8f || (b[2] >= 0xa8 && b[2] <= 0xae))) {
        return 3;
    }
    if (b[0] == 0xe2 && b[1] == 0x81 && b[2] >= 0xa6 && b[2] <= 0xa9) {
        return 3;
    }
    return b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf ? 3 : 0;
}

void html_text(FILE *out, const char *text) {
    while (*text != '\0') {
        const char *entity = entity_of(*text);
        size_t skipped = unprintable(text);

        if (skipped > 0) {
            fputs(*text == '\n' || *text == '\t' ? " " : REPLACEMENT, out);
            text += skipped;
        } else if (entity != NULL) {
            fputs(entity, out);
            text++;
        } else {
            fputc(*text++, out);
        }
    }
}
