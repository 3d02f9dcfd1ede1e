/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_HTML_STYLE_H
#define LOKET_MESSAGE_HTML_STYLE_H

#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * What CSS does to the visibility of words, as far as it can be told without
 * laying out a page: enough to leave out what nobody sees, and to say so
 * where somebody would have to look.
 */

enum { COLOR_UNSAID = -1, COLOR_UNKNOWN = -2 };

/* What the declarations of one element say. */
struct style {
    bool hidden;   /* display: none and its kin: the children, too */
    bool struck;   /* line-through */
    bool doubtful; /* moved, clipped, shrunk: seen or not, who knows */
    bool block;    /* begins a line of its own */
    bool margin;   /* says itself how far from the lines around */
    bool divider;  /* the line that Outlook draws above what it quotes */
    /* -1 unsaid, 0 seen, 1 not; children may say otherwise. */
    int tiny, invisible;
    int color, background; /* 0xRRGGBB, or COLOR_... */
};

void style_none(struct style *s);
/* Adds "name: value; ..." to *s; what stands later wins. */
void style_read(struct style *s, const char *text, size_t size);
/* "#fff", "white", "rgb(255, 255, 255)"; COLOR_UNKNOWN for all others. */
int style_color(const char *value);

/* The rules of style sheets that hide, strike or move what they select. */
struct sheet {
    size_t count;
    char names[LIMIT_HTML_RULES][48]; /* "p", ".class", "#id" */
    bool too_much; /* a selector or more than could be kept: all may be */
};

void sheet_read(struct sheet *s, const char *css, size_t size);
/* May a rule of the sheet bear on this element?  class and id may be NULL. */
bool sheet_selects(const struct sheet *s, const char *element,
                   const char *classes, const char *id);

/* Is word one of those that the white space in words separates? */
bool style_has_class(const char *words, const char *word);

#endif
