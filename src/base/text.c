/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Small questions about text, each without locale and without allocation.
 */
#include "base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool text_copy(char *to, size_t room, const char *from) {
    return text_copy_n(to, room, from, strlen(from));
}

bool text_copy_n(char *to, size_t room, const char *from, size_t size) {
    size_t n = size < room ? size : room - 1;

    /* Never leave half a character at the cut. */
    if (n < size) {
        while (n > 0 && ((unsigned char)from[n] & 0xc0) == 0x80) {
            n--;
        }
    }
    memcpy(to, from, n);
    to[n] = '\0';
    return n == size;
}

void text_escape(char *to, size_t room, const char *from) {
    size_t n = 0;

    for (; *from != '\0'; from++) {
        unsigned char c = (unsigned char)*from;
        bool plain = c >= 0x20 && c < 0x7f;

        if (n + (plain ? 1 : 4) >= room) {
            break;
        }
        if (plain) {
            to[n++] = (char)c;
        } else {
            n += (size_t)snprintf(to + n, room - n, "\\x%02x", c);
        }
    }
    to[n] = '\0';
}

bool text_equal_ci(const char *a, const char *b) {
    while (*a != '\0' && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return *a == '\0' && *b == '\0';
}

bool text_starts_ci(const char *text, const char *prefix) {
    while (*prefix != '\0' && lower(*text) == lower(*prefix)) {
        text++;
        prefix++;
    }
    return *prefix == '\0';
}

bool text_ends_ci(const char *text, const char *const *endings) {
    size_t n = strlen(text);

    for (; *endings != NULL; endings++) {
        size_t m = strlen(*endings);

        if (n > m && text_equal_ci(text + n - m, *endings)) {
            return true;
        }
    }
    return false;
}

const char *text_find_ci(const char *text, const char *word) {
    for (; *text != '\0'; text++) {
        if (text_starts_ci(text, word)) {
            return text;
        }
    }
    return *word == '\0' ? text : NULL;
}

/* The length of the character at p, or 0 when it is not well formed
 * (RFC 3629 section 4). */
static size_t utf8_length(const unsigned char *p, size_t left) {
    static const struct {
        unsigned char low, high, second_low, second_high;
        size_t length;
    } forms[] = {
        {0x01, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2},
        {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
        {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4},
        {0xf4, 0xf4, 0x80, 0x8f, 4},
    };

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (p[0] < forms[i].low || p[0] > forms[i].high) {
            continue;
        }
        if (forms[i].length > left) {
            return 0;
        }
        if (forms[i].length > 1 &&
            (p[1] < forms[i].second_low || p[1] > forms[i].second_high)) {
            return 0;
        }
        for (size_t k = 2; k < forms[i].length; k++) {
            if ((p[k] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return forms[i].length;
    }
    return 0;
}

bool text_is_utf8(const char *text, size_t size) {
    const unsigned char *p = (const unsigned char *)text;

    while (size > 0) {
        size_t n = utf8_length(p, size);

        if (n == 0) {
            return false;
        }
        p += n;
        size -= n;
    }
    return true;
}

uint32_t text_next(const char **p) {
    const unsigned char *at = (const unsigned char *)*p;
    uint32_t c = *at++;

    if (c >= 0xc0) {
        c &= c >= 0xf0 ? 0x07 : c >= 0xe0 ? 0x0f : 0x1f;
        while ((*at & 0xc0) == 0x80) {
            c = c << 6 | (*at++ & 0x3fU);
        }
    }
    *p = (const char *)at;
    return c;
}

char *text_trim(char *text) {
    size_t n;

    while (is_space(*text)) {
        text++;
    }
    n = strlen(text);
    while (n > 0 && is_space(text[n - 1])) {
        text[--n] = '\0';
    }
    return text;
}

void text_squeeze(char *text) {
    char *to = text;
    bool gap = false;

    for (const char *from = text; *from != '\0'; from++) {
        if (is_space(*from)) {
            gap = to != text;
            continue;
        }
        if (gap) {
            *to++ = ' ';
            gap = false;
        }
        *to++ = *from;
    }
    *to = '\0';
}

/* The next character of the squeezed text: white space is one blank, and none
 * at the end. */
static char next_squeezed(const char **text) {
    const char *p = *text;

    while (is_space(*p)) {
        p++;
    }
    if (p != *text && *p != '\0') {
        *text = p;
        return ' ';
    }
    *text = *p != '\0' ? p + 1 : p;
    return lower(*p);
}

bool text_same_words(const char *a, const char *b) {
    char x, y;

    while (is_space(*a)) {
        a++;
    }
    while (is_space(*b)) {
        b++;
    }
    do {
        x = next_squeezed(&a);
        y = next_squeezed(&b);
    } while (x == y && x != '\0');
    return x == y;
}

static bool is_alnum(char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}

/* RFC 5322 3.2.3 */
static bool is_atext(char c) {
    return is_alnum(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static bool is_dot_atom(const char *text, size_t size) {
    bool dot = true; /* as if one stood before the first character */

    for (size_t i = 0; i < size; i++) {
        if (text[i] == '.') {
            if (dot) {
                return false;
            }
            dot = true;
        } else if (is_atext(text[i])) {
            dot = false;
        } else {
            return false;
        }
    }
    return !dot;
}

/* Labels of letters, digits and inner hyphens, 1 to 63 long, two or more
 * (RFC 1123 2.1). */
static bool is_domain(const char *text) {
    size_t label = 0, labels = 1;

    for (const char *p = text;; p++) {
        if (*p == '.' || *p == '\0') {
            if (label == 0 || label > 63 || p[-1] == '-') {
                return false;
            }
            if (*p == '\0') {
                return labels >= 2;
            }
            labels++;
            label = 0;
        } else if (is_alnum(*p) || (*p == '-' && label > 0)) {
            label++;
        } else {
            return false;
        }
    }
}

bool text_is_addr_spec(const char *text) {
    const char *at = strchr(text, '@');
    size_t local = at == NULL ? 0 : (size_t)(at - text);

    return at != NULL && local <= 64 && strlen(text) <= 254 &&
           is_dot_atom(text, local) && is_domain(at + 1);
}

/* Where the host at `text` ends, or NULL when there is none. */
static const char *end_of_host(const char *text) {
    const char *p = text;
    size_t label = 0;

    for (; is_alnum(*p) || *p == '-' || *p == '.'; p++) {
        if (label == 0 && !is_alnum(*p)) {
            return NULL;
        }
        label = *p == '.' ? 0 : label + 1;
    }
    return label == 0 || p - text > 253 ? NULL : p;
}

/* Where the port at `text` ends, or NULL when it is none. */
static const char *end_of_port(const char *text) {
    const char *p = text;
    long port = 0;

    for (; *p >= '0' && *p <= '9' && p - text < 5; p++) {
        port = port * 10 + (*p - '0');
    }
    return port >= 1 && port <= 65535 ? p : NULL;
}

bool text_is_https_url(const char *text) {
    static const char scheme[] = "https://";
    const char *p;

    if (!text_starts_ci(text, scheme)) {
        return false;
    }
    p = end_of_host(text + sizeof scheme - 1);
    if (p != NULL && *p == ':') {
        p = end_of_port(p + 1);
    }
    if (p == NULL || (*p != '\0' && *p != '/')) {
        return false;
    }
    for (; *p != '\0'; p++) {
        if (*p <= 0x20 || *p > 0x7e || strchr("\"#<>\\^`{|}", *p) != NULL) {
            return false;
        }
    }
    return true;
}

void text_fold_plus(const char *address, char *folded, size_t room) {
    const char *at = strrchr(address, '@');
    const char *plus = strchr(address, '+');

    if (at == NULL || plus == NULL || plus > at || plus == address) {
        text_copy(folded, room, address);
        return;
    }
    text_copy_n(folded, room, address, (size_t)(plus - address));
    text_copy(folded + strlen(folded), room - strlen(folded), at);
}

bool text_same_address(const char *a, const char *b) {
    return text_equal_ci(a, b);
}
