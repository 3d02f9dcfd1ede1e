/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which mail program wrote an answer, by the line that introduces its quote:
 * programs differ in how they write the date there, or in the rule above the
 * head of the letter.  Called by texts.c; pure.  A drill shows it to the
 * administrator; nothing is decided by it.
 *
 * A line is compared by its shape: 'a' stands for a word, '9' for a number, all
 * else for itself, so that no language need be known.
 */
#include "message/quoting.h"

#include "message/lines.h"

#include <string.h>

enum { SHAPE = 160 }; /* of a line; what is longer is cut */

/* The first that fits wins. */
static const struct {
    const char *start, *within;
    enum quoting quoting;
} shapes[] = {
    {"-------- a", "", QUOTING_SAMSUNG}, /* "-------- Pesan asli --------" */
    {"----- a", "", QUOTING_ZIMBRA},     /* "----- On Nov 21, 2026, ..." */
    {"-----a", "", QUOTING_OUTLOOK},
    {"________", "", QUOTING_OUTLOOK},
    {"a: ", "", QUOTING_OUTLOOK},        /* "Dari: NAME <ADDRESS>" */
    {"a ", " +9, a", QUOTING_MUTT},      /* "..., pukul 09:15:02 +0700, " */
    {"a a, ", "9.9.9", QUOTING_YAHOO},   /* "Pada Sabtu, ... 09.15.02 WIB" */
    {"a a, ", "9:9:9", QUOTING_YAHOO},
    {"a a, ", "a<a", QUOTING_YAHOO},     /* no blank before the address */
    {"a a, ", "", QUOTING_GMAIL},        /* "On Sat, 21 Nov 2026 at 09:15, " */
    {"a 9 a 9, a 9", "", QUOTING_APPLE}, /* "Pada 21 Nov 2026, pukul 09.15" */
    {"a a 9, 9, a 9", "", QUOTING_APPLE},
    {"a 9/9/9", "", QUOTING_THUNDERBIRD},
    {"a 9-9-9 ", "", QUOTING_ROUNDCUBE},
};

static char class_of(char c) {
    if (c >= '0' && c <= '9') {
        return '9';
    }
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                   (unsigned char)c >= 0x80
               ? 'a'
               : c;
}

/* Words and numbers become one character each. */
static void shape_of(const char *text, char shape[SHAPE]) {
    size_t n = 0;

    for (; *text != '\0' && n < SHAPE - 1; text++) {
        char c = class_of(*text);

        if ((c != 'a' && c != '9') || n == 0 || shape[n - 1] != c) {
            shape[n++] = c;
        }
    }
    shape[n] = '\0';
}

enum quoting quoting_at(const char *at) {
    char text[LINES_READ], shape[SHAPE];
    struct line l;

    if (at == NULL) {
        return QUOTING_NONE;
    }
    l = line_at(at);
    line_read(&l, text);
    shape_of(text + strspn(text, "> "), shape);
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        if (strncmp(shape, shapes[i].start, strlen(shapes[i].start)) == 0 &&
            strstr(shape, shapes[i].within) != NULL) {
            return shapes[i].quoting;
        }
    }
    return QUOTING_UNKNOWN;
}
