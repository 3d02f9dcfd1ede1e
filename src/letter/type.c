/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Helvetica: its encoding and how wide its letters are, from Adobe's Font
 * Metrics of the 14 standard fonts.  Called by form.c; pure.
 */
#include "letter/type.h"

#include "base/text.h"

#include <stdint.h>
#include <string.h>

enum {
    FIRST = 0x20,
    LAST = 0x7e,
    ACCENTED = 556, /* most letters beyond ASCII are as wide as a digit */
};

static const unsigned short widths[][LAST - FIRST + 1] = {
    [TYPE_PLAIN] =
        {278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,
         278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278,
         584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
         500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944,
         667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556,
         278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
         278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584},
    [TYPE_BOLD] =
        {278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333,
         278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333,
         584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278,
         556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944,
         667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556,
         333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556,
         333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584},
};

/* What WinAnsiEncoding has elsewhere than Unicode. */
static const struct {
    uint32_t unicode;
    unsigned char byte;
} moved[] = {
    {0x20ac, 0x80}, {0x201a, 0x82}, {0x0192, 0x83}, {0x201e, 0x84},
    {0x2026, 0x85}, {0x2020, 0x86}, {0x2021, 0x87}, {0x02c6, 0x88},
    {0x2030, 0x89}, {0x0160, 0x8a}, {0x2039, 0x8b}, {0x0152, 0x8c},
    {0x017d, 0x8e}, {0x2018, 0x91}, {0x2019, 0x92}, {0x201c, 0x93},
    {0x201d, 0x94}, {0x2022, 0x95}, {0x2013, 0x96}, {0x2014, 0x97},
    {0x02dc, 0x98}, {0x2122, 0x99}, {0x0161, 0x9a}, {0x203a, 0x9b},
    {0x0153, 0x9c}, {0x017e, 0x9e}, {0x0178, 0x9f},
};

static char byte_of(uint32_t c) {
    if (c == '\n') {
        return '\n';
    }
    if (c < 0x20 || c == 0x7f || c == 0xa0) {
        return ' ';
    }
    if (c < 0x7f || (c > 0xa0 && c <= 0xff)) {
        return (char)c;
    }
    for (size_t i = 0; i < sizeof moved / sizeof moved[0]; i++) {
        if (moved[i].unicode == c) {
            return (char)moved[i].byte;
        }
    }
    return '?';
}

/* ---- encoding -------------------------------------------------------------- */

void type_encode(struct buf *to, const char *text) {
    while (*text != '\0') {
        buf_putc(to, byte_of(text_next(&text)));
    }
}

/* ---- measuring --------------------------------------------------------------- */

static unsigned width_of(enum type_face face, char c) {
    unsigned char u = (unsigned char)c;

    return u >= FIRST && u <= LAST ? widths[face][u - FIRST] : ACCENTED;
}

unsigned type_width(enum type_face face, const char *text, size_t size) {
    unsigned width = 0;

    for (size_t i = 0; i < size; i++) {
        width += width_of(face, text[i]);
    }
    return width;
}

size_t type_fit(enum type_face face, unsigned points, unsigned width,
                const char *text, size_t *skip_r) {
    size_t n = 0, blank = 0;
    unsigned used = 0;

    while (text[n] != '\0' && text[n] != '\n') {
        used += width_of(face, text[n]) * points;
        if (used > width * 1000 && n > 0) {
            break;
        }
        if (text[n] == ' ' && (n == 0 || text[n - 1] != ' ')) {
            blank = n;
        }
        n++;
    }
    if (text[n] != '\0' && text[n] != '\n' && blank > 0 &&
        (text[n] != ' ' || text[n - 1] == ' ')) {
        n = blank;
    }
    *skip_r = strspn(text + n, " ");
    *skip_r += text[n + *skip_r] == '\n';
    return n;
}
