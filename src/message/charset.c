/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Charsets to UTF-8: all that iconv knows (charset_names.c), under the names
 * that mails use.  Called by texts.c and envelope.c.
 *
 * A sandboxed child cannot open iconv's modules, and 250 of them kept open
 * make each fork twenty times dearer.  So the parent makes a table of each
 * charset with one byte a letter, which is nearly all of them, lets the module
 * go, and keeps the others open (docs/decisions/016).
 *
 * Many mails lie: Latin-1 that is UTF-8, UTF-8 that is Windows-1252, nothing
 * said at all.  They can be read; what was guessed never decides (V073).
 */
#include "message/charset.h"

#include "base/mem.h"
#include "base/text.h"
#include "message/charset_names.h"

#include <iconv.h>
#include <stdint.h>
#include <string.h>

enum { NONE = 0xfffd, WORD = 40 };

/* One byte a letter. */
struct table {
    uint16_t letters[256];
    bool safe; /* ASCII is ASCII, and nothing else is */
};

/* One of both for each name; the other is NULL. */
static struct {
    struct table *table;
    iconv_t kept;
} readers[CHARSET_NAMES_MAX];

/* ---- names --------------------------------------------------------------- */

/* "ISO_8859-1:1987" and "iso8859-1" are one: letters and digits, small. */
static void plain_name(char to[WORD], const char *charset) {
    size_t n = 0;

    for (const char *p = charset; *p != '\0' && *p != ':' && n + 1 < WORD;
         p++) {
        char c = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;

        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            to[n++] = c;
        }
    }
    to[n] = '\0';
}

static bool is_among(const char *words, const char *word) {
    size_t n = strlen(word);

    for (const char *p = words; (p = strstr(p, word)) != NULL; p++) {
        if ((p == words || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0')) {
            return true;
        }
    }
    return false;
}

/* The row of a name, or -1. */
static int find(const char *charset) {
    char word[WORD];

    plain_name(word, charset);
    for (int i = 0; word[0] != '\0' && charset_names[i].name != NULL; i++) {
        if (is_among(charset_names[i].words, word)) {
            return i;
        }
    }
    return -1;
}

/* What people send under the name of Latin-1 is Windows-1252. */
static int reader_of(const char *charset) {
    static int latin1 = -1, western = -1;
    int i = find(charset);

    if (latin1 < 0) {
        latin1 = find("iso-8859-1");
        western = find("windows-1252");
    }
    return i == latin1 ? western : i;
}

/* ---- reading ------------------------------------------------------------- */

/* The letter that one byte is, NONE if it is none. */
static uint16_t letter_of(iconv_t cd, unsigned char byte) {
    char in = (char)byte, *from = &in, out[16], *at = out;
    size_t size = 1, room = sizeof out;
    unsigned char *u = (unsigned char *)out;

    (void)iconv(cd, NULL, NULL, NULL, NULL);
    /* Some wait for an accent that might follow. */
    if (iconv(cd, &from, &size, &at, &room) == (size_t)-1 ||
        iconv(cd, NULL, NULL, &at, &room) == (size_t)-1 || at != out + 2) {
        return NONE;
    }
    return (uint16_t)(u[0] << 8 | u[1]);
}

static struct table *make_table(const char *name) {
    iconv_t cd = iconv_open("UCS-2BE", name);
    struct table *t;

    if (cd == (iconv_t)-1) {
        return NULL;
    }
    t = xcalloc(1, sizeof *t);
    t->safe = true;
    for (unsigned b = 0; b < 256; b++) {
        uint16_t c = letter_of(cd, (unsigned char)b);

        t->letters[b] = c;
        t->safe = t->safe && (b < 128 ? c == b : c >= 128);
    }
    iconv_close(cd);
    return t;
}

static void open_reader(int i) {
    if (charset_names[i].kind == TABLE) {
        if (readers[i].table == NULL) {
            readers[i].table = make_table(charset_names[i].name);
        }
    } else if (readers[i].kept == NULL) {
        readers[i].kept = iconv_open("UTF-8", charset_names[i].name);
    }
}

static void put_letter(struct buf *to, unsigned c) {
    if (c < 0x80) {
        buf_putc(to, (char)c);
    } else if (c < 0x800) {
        buf_putc(to, (char)(0xc0 | c >> 6));
        buf_putc(to, (char)(0x80 | (c & 0x3f)));
    } else {
        buf_putc(to, (char)(0xe0 | c >> 12));
        buf_putc(to, (char)(0x80 | (c >> 6 & 0x3f)));
        buf_putc(to, (char)(0x80 | (c & 0x3f)));
    }
}

static bool read_table(const struct table *t, struct buf *to,
                       const char *data, size_t size) {
    bool exact = t->safe;

    for (size_t i = 0; i < size; i++) {
        unsigned c = t->letters[(unsigned char)data[i]];

        put_letter(to, c);
        exact = exact && c != NONE;
    }
    return exact;
}

static bool convert(iconv_t cd, struct buf *to, const char *data,
                    size_t size) {
    char *from = (char *)(size_t)data;
    bool exact = true;

    for (;;) {
        char out[4096], *at = out;
        size_t room = sizeof out;
        size_t got = iconv(cd, size > 0 ? &from : NULL, &size, &at, &room);

        buf_put(to, out, sizeof out - room);
        if (got != (size_t)-1 && size == 0) {
            (void)iconv(cd, NULL, NULL, NULL, NULL);
            return exact;
        }
        if (got == (size_t)-1 && room > sizeof out - 16 && size > 0) {
            /* No progress for want of meaning, not of room. */
            buf_puts(to, "\xef\xbf\xbd");
            exact = false;
            from++;
            size--;
            if (size == 0) {
                (void)iconv(cd, NULL, NULL, NULL, NULL);
                return exact;
            }
        }
    }
}

/* ---- guesses ------------------------------------------------------------- */

static bool has_8_bit(const char *data, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)data[i] >= 0x80) {
            return true;
        }
    }
    return false;
}

/* Is any letter of it UTF-8 of more than one byte? */
static bool has_utf8(const char *data, size_t size) {
    for (size_t i = 0; i + 1 < size; i++) {
        for (size_t n = 2; n <= 4 && n <= size - i; n++) {
            if ((unsigned char)data[i] >= 0xc2 && text_is_utf8(data + i, n)) {
                return true;
            }
        }
    }
    return false;
}

/* Bytes that are declared UTF-8, ASCII, or nothing. */
static bool put_utf8(struct buf *to, bool declared, const char *data,
                     size_t size) {
    int western = reader_of("windows-1252");

    if (size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
        data += 3; /* "here begins UTF-8" */
        size -= 3;
    }
    if (text_is_utf8(data, size) || has_utf8(data, size)) {
        buf_put(to, data, size); /* what is wrong in it, clean.c shows */
        return declared || !has_8_bit(data, size);
    }
    open_reader(western);
    (void)read_table(readers[western].table, to, data, size);
    return false;
}

/* Can it be read, and does ASCII not hide in it? */
static bool is_open(int i) {
    return readers[i].table != NULL ||
           (readers[i].kept != NULL && readers[i].kept != (iconv_t)-1);
}

static bool is_safe(int i) {
    return charset_names[i].kind == KEPT_SAFE ||
           (readers[i].table != NULL && readers[i].table->safe);
}

static bool put(struct buf *to, int i, const char *data, size_t size) {
    if (charset_names[i].kind != TABLE) {
        return convert(readers[i].kept, to, data, size) && is_safe(i);
    }
    if (i == reader_of("windows-1252") && has_8_bit(data, size) &&
        text_is_utf8(data, size)) {
        buf_put(to, data, size);
        return false;
    }
    return read_table(readers[i].table, to, data, size);
}

bool charset_put(struct buf *to, const char *charset, const char *data,
                 size_t size, bool *exact_r) {
    char word[WORD];
    bool exact;
    int i;

    plain_name(word, charset == NULL ? "" : charset);
    if (word[0] == '\0' || is_among("utf8 usascii ascii", word)) {
        exact = put_utf8(to, strcmp(word, "utf8") == 0, data, size);
    } else {
        i = reader_of(charset);
        if (i < 0) {
            return false;
        }
        open_reader(i);
        if (!is_open(i) || (exact_r == NULL && !is_safe(i))) {
            return false;
        }
        exact = put(to, i, data, size);
    }
    if (exact_r != NULL && !exact) {
        *exact_r = false;
    }
    return true;
}

void charset_warm_up(void) {
    /* What GMime opens by itself for file names. */
    static const char *const others[] = {
        "ISO-8859-1", "ISO-8859-2", "ISO-8859-15", "WINDOWS-1250",
        "WINDOWS-1251", "WINDOWS-1252", "KOI8-R", "GBK", "BIG5", "EUC-KR",
        "SHIFT_JIS", "US-ASCII"};
    enum { OTHER_COUNT = sizeof others / sizeof others[0] };
    /* Open for ever, so that the tables stay loaded. */
    static iconv_t kept[OTHER_COUNT];

    for (int i = 0; charset_names[i].name != NULL; i++) {
        open_reader(i);
    }
    for (size_t i = 0; i < OTHER_COUNT; i++) {
        if (kept[i] == NULL) {
            kept[i] = iconv_open("UTF-8", others[i]);
        }
    }
}
