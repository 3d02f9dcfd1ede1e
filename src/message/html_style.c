/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The little CSS that decides whether a word of a mail is seen.  Called by
 * html.c; pure and linear.
 *
 * It is no layout.  What surely hides is left out (display: none); what may
 * hide, move or paint over is called doubtful, and a mail whose own words are
 * doubtful decides nothing.  A style sheet is read for the last name of each
 * selector only: that selects too much, never too little.
 */
#include "message/html_style.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { VALUE_MAX = 128 };

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

void style_none(struct style *s) {
    *s = (struct style){.tiny = -1,
                        .invisible = -1,
                        .color = COLOR_UNSAID,
                        .background = COLOR_UNSAID};
}

/* ---- colours ------------------------------------------------------------- */

static int hex_digit(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* "#rgb" and "#rrggbb", more digits are transparency. */
static int read_hex(const char *p) {
    size_t n = strspn(p, "0123456789abcdefABCDEF");
    size_t each = n == 3 || n == 4 ? 1 : 2;
    int color = 0;

    if (n != 3 && n != 4 && n != 6 && n != 8) {
        return COLOR_UNKNOWN;
    }
    for (size_t i = 0; i < 3; i++) {
        int high = hex_digit(p[i * each]);

        color = color << 8 | high << 4 | hex_digit(p[i * each + each - 1]);
    }
    return color;
}

/* "rgb(255, 255, 255" of numbers; commas or spaces between. */
static int read_rgb(const char *p) {
    int color = 0;

    for (int i = 0; i < 3; i++) {
        char *end;
        long n;

        p += strspn(p, ", ");
        n = strtol(p, &end, 10);
        if (end == p || n < 0 || n > 255 || *end == '%') {
            return COLOR_UNKNOWN;
        }
        color = color << 8 | (int)n;
        p = end;
    }
    return color;
}

int style_color(const char *value) {
    static const struct {
        const char *name;
        int color;
    } names[] = {
        {"white", 0xffffff},      {"black", 0x000000},
        {"window", 0xffffff},     {"windowtext", 0x000000},
        {"red", 0xff0000},        {"blue", 0x0000ff},
        {"green", 0x008000},      {"yellow", 0xffff00},
        {"gray", 0x808080},       {"grey", 0x808080},
        {"silver", 0xc0c0c0},     {"snow", 0xfffafa},
        {"ivory", 0xfffff0},      {"whitesmoke", 0xf5f5f5},
        {"ghostwhite", 0xf8f8ff}, {"floralwhite", 0xfffaf0},
        {"mintcream", 0xf5fffa},  {"azure", 0xf0ffff},
    };

    value += strspn(value, " ");
    if (*value == '#') {
        return read_hex(value + 1);
    }
    if (text_starts_ci(value, "rgb(")) {
        return read_rgb(value + 4);
    }
    for (size_t i = 0; i < COUNT(names); i++) {
        if (text_starts_ci(value, names[i].name) &&
            strchr(" ;!", value[strlen(names[i].name)]) != NULL) {
            return names[i].color;
        }
    }
    return COLOR_UNKNOWN;
}

/* ---- declarations -------------------------------------------------------- */

static bool is_zero(const char *value) {
    return strtod(value, NULL) <= 0 && strpbrk(value, "0123456789") == value;
}

/* Smaller than anybody reads: less than 2 px, or a fifth of the usual. */
static bool is_tiny(const char *value) {
    char *unit;
    double n = strtod(value, &unit);

    if (unit == value || n < 0) {
        return false;
    }
    if (text_starts_ci(unit, "em") || text_starts_ci(unit, "rem") ||
        text_starts_ci(unit, "vw") || text_starts_ci(unit, "cm") ||
        text_starts_ci(unit, "in") || text_starts_ci(unit, "ex")) {
        return n < 0.05;
    }
    return *unit == '%' ? n < 20 : n < 2;
}

static void on_display(struct style *s, const char *v) {
    s->hidden = text_starts_ci(v, "none");
    s->block = text_starts_ci(v, "block") || text_starts_ci(v, "table") ||
               text_starts_ci(v, "flex") || text_starts_ci(v, "list-item");
}

static void on_visibility(struct style *s, const char *v) {
    s->invisible = text_starts_ci(v, "hidden") ||
                   text_starts_ci(v, "collapse");
}

static void on_opacity(struct style *s, const char *v) {
    char *unit;
    double n = strtod(v, &unit);

    s->hidden = s->hidden ||
                (unit > v && n < (*unit == '%' ? 10 : 0.1));
}

static void on_font_size(struct style *s, const char *v) {
    s->tiny = is_tiny(v);
}

/* "font: 0/0 a" */
static void on_font(struct style *s, const char *v) {
    s->doubtful = s->doubtful || is_zero(v) ||
                  text_find_ci(v, " 0") != NULL ||
                  text_find_ci(v, " 1px") != NULL;
}

static void on_mso_hide(struct style *s, const char *v) {
    s->hidden = s->hidden || text_starts_ci(v, "all");
}

static void on_decoration(struct style *s, const char *v) {
    s->struck = s->struck || text_find_ci(v, "line-through") != NULL;
}

static void on_color(struct style *s, const char *v) {
    s->color = style_color(v);
    s->doubtful = s->doubtful || text_starts_ci(v, "transparent") ||
                  text_starts_ci(v, "rgba(");
}

static void on_background(struct style *s, const char *v) {
    s->background = text_starts_ci(v, "none") ||
                            text_starts_ci(v, "transparent") ||
                            text_starts_ci(v, "inherit")
                        ? COLOR_UNSAID
                        : style_color(v);
}

/* "border-top: solid #E1E1E1 1.0pt" (2013 and later), "#B5C4DF" (2007, 2010,
 * telephones). */
static void on_border_top(struct style *s, const char *v) {
    static const char *const grey[] = {"#e1e1e1", "#b5c4df",
                                       "rgb(225, 225, 225)",
                                       "rgb(181, 196, 223)",
                                       "rgb(225,225,225)",
                                       "rgb(181,196,223)"};

    for (size_t i = 0; i < COUNT(grey); i++) {
        s->divider = s->divider || (text_find_ci(v, "solid") != NULL &&
                                    text_find_ci(v, grey[i]) != NULL);
    }
}

static void on_margin(struct style *s, const char *v) {
    (void)v;
    s->margin = true;
}

static void on_position(struct style *s, const char *v) {
    s->doubtful = s->doubtful || text_starts_ci(v, "absolute") ||
                  text_starts_ci(v, "fixed");
}

/* A box of no size. */
static void on_extent(struct style *s, const char *v) {
    s->doubtful = s->doubtful || is_zero(v);
}

static void on_indent(struct style *s, const char *v) {
    s->doubtful = s->doubtful || strtod(v, NULL) < -200;
}

static void on_odd(struct style *s, const char *v) {
    s->doubtful = s->doubtful || (!text_starts_ci(v, "none") &&
                                  !text_starts_ci(v, "auto") &&
                                  !text_starts_ci(v, "normal") &&
                                  !text_starts_ci(v, "initial"));
}

static const struct property {
    const char *name;
    void (*read)(struct style *s, const char *value);
} properties[] = {
    {"display", on_display},
    {"visibility", on_visibility},
    {"opacity", on_opacity},
    {"font-size", on_font_size},
    {"font", on_font},
    {"mso-hide", on_mso_hide},
    {"text-decoration", on_decoration},
    {"text-decoration-line", on_decoration},
    {"color", on_color},
    {"background", on_background},
    {"background-color", on_background},
    {"border-top", on_border_top},
    {"margin", on_margin},
    {"margin-top", on_margin},
    {"margin-bottom", on_margin},
    {"position", on_position},
    {"height", on_extent},
    {"max-height", on_extent},
    {"width", on_extent},
    {"max-width", on_extent},
    {"line-height", on_extent},
    {"text-indent", on_indent},
    {"margin-left", on_indent},
    {"clip", on_odd},
    {"clip-path", on_odd},
    {"transform", on_odd},
    {"filter", on_odd},
    {"content", on_odd},
    {"unicode-bidi", on_odd},
    {"-webkit-text-fill-color", on_odd},
    {"text-security", on_odd},
    {"-webkit-text-security", on_odd},
};

static size_t skip_blank(const char *p, size_t size) {
    size_t n = 0;

    while (n < size && strchr(" \t\r\n\f", p[n]) != NULL && p[n] != '\0') {
        n++;
    }
    return n;
}

static void read_declaration(struct style *s, const char *p, size_t size) {
    const char *colon = memchr(p, ':', size);
    char name[VALUE_MAX], value[VALUE_MAX];
    size_t skip;

    if (colon == NULL) {
        return;
    }
    skip = skip_blank(p, size);
    text_copy_n(name, sizeof name, p + skip, (size_t)(colon - p) - skip);
    size -= (size_t)(colon + 1 - p);
    skip = skip_blank(colon + 1, size);
    text_copy_n(value, sizeof value, colon + 1 + skip, size - skip);
    text_squeeze(name);
    text_squeeze(value);
    for (size_t i = 0; i < COUNT(properties); i++) {
        if (text_equal_ci(name, properties[i].name)) {
            properties[i].read(s, value);
        }
    }
}

/* An escape outside quotes, or a comment, may spell any name. */
static bool is_disguised(const char *text, size_t size) {
    char quote = '\0';

    for (size_t i = 0; i < size; i++) {
        if (quote != '\0') {
            quote = text[i] == quote ? '\0' : quote;
        } else if (text[i] == '"' || text[i] == '\'') {
            quote = text[i];
        } else if (text[i] == '\\' ||
                   (text[i] == '/' && i + 1 < size && text[i + 1] == '*')) {
            return true;
        }
    }
    return false;
}

void style_read(struct style *s, const char *text, size_t size) {
    s->doubtful = s->doubtful || is_disguised(text, size);
    while (size > 0) {
        const char *end = memchr(text, ';', size);
        size_t n = end == NULL ? size : (size_t)(end - text);

        read_declaration(s, text, n);
        n += end != NULL;
        text += n;
        size -= n;
    }
}

/* ---- style sheets -------------------------------------------------------- */

static bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           (unsigned char)c >= 0x80;
}

static void keep(struct sheet *s, const char *name, size_t size) {
    if (s->count == LIMIT_HTML_RULES || size >= sizeof s->names[0]) {
        s->too_much = true;
        return;
    }
    text_copy_n(s->names[s->count++], sizeof s->names[0], name, size);
}

/* One selector without commas: its last name, a class or id if it has one;
 * what stands behind a colon ("p.x:first-child") selects less. */
static void keep_selector(struct sheet *s, const char *p, size_t size) {
    size_t end = size, start;

    for (;;) {
        while (end > 0 && strchr(" \t\r\n\f", p[end - 1]) != NULL) {
            end--;
        }
        start = end;
        while (start > 0 && is_name(p[start - 1])) {
            start--;
        }
        if (start == 0 || p[start - 1] != ':') {
            break;
        }
        end = start - 1;
        while (end > 0 && p[end - 1] == ':') {
            end--;
        }
    }
    if (start == end) { /* "*", "a[href]", nothing */
        s->too_much = true;
    } else if (start > 0 && (p[start - 1] == '.' || p[start - 1] == '#')) {
        keep(s, p + start - 1, end - start + 1);
    } else {
        keep(s, p + start, end - start);
    }
}

static void keep_selectors(struct sheet *s, const char *p, size_t size) {
    while (size > 0) {
        const char *comma = memchr(p, ',', size);
        size_t n = comma == NULL ? size : (size_t)(comma - p);

        keep_selector(s, p, n);
        n += comma != NULL;
        p += n;
        size -= n;
    }
}

/* Does it do anything to what is seen? */
static bool is_harmful(const char *body, size_t size) {
    struct style s;

    style_none(&s);
    style_read(&s, body, size);
    return s.hidden || s.struck || s.doubtful || s.tiny == 1 ||
           s.invisible == 1 || (s.color >= 0 && s.color == s.background) ||
           s.color == 0xffffff;
}

/* Where the selector of the rule at `brace` begins. */
static size_t selector_start(const char *css, size_t brace) {
    size_t start = brace;

    while (start > 0 && strchr("{};", css[start - 1]) == NULL) {
        start--;
    }
    return start;
}

void sheet_read(struct sheet *s, const char *css, size_t size) {
    for (size_t i = 0; i < size; i++) {
        size_t end = i + 1;

        if (css[i] != '{') {
            continue;
        }
        while (end < size && css[end] != '{' && css[end] != '}') {
            end++;
        }
        /* A brace inside is that of a rule in a block: "@media {". */
        if (end == size || css[end] == '}') {
            size_t start = selector_start(css, i);

            if (is_harmful(css + i + 1, end - i - 1)) {
                keep_selectors(s, css + start, i - start);
            }
        }
        i = end - 1;
    }
}

bool style_has_class(const char *words, const char *word) {
    size_t n = strlen(word);

    if (words == NULL) {
        return false;
    }
    for (const char *p = words; *p != '\0'; p += strcspn(p, " \t\r\n\f")) {
        p += strspn(p, " \t\r\n\f");
        if (text_starts_ci(p, word) && strchr(" \t\r\n\f", p[n]) != NULL) {
            return true;
        }
    }
    return false;
}

bool sheet_selects(const struct sheet *s, const char *element,
                   const char *classes, const char *id) {
    bool selects = s->too_much;

    for (size_t i = 0; i < s->count && !selects; i++) {
        const char *name = s->names[i];

        selects = *name == '.'   ? style_has_class(classes, name + 1)
                  : *name == '#' ? id != NULL && text_equal_ci(id, name + 1)
                                 : text_equal_ci(name, element);
    }
    return selects;
}
