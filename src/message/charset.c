/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Charsets to UTF-8 through iconv, from a closed list: what people send, and
 * nothing that hides ASCII in other bytes (UTF-7, UTF-16, UTF-32, EBCDIC are
 * unknown here, V073).
 */
#include "message/charset.h"

#include "base/text.h"

#include <iconv.h>
#include <string.h>

/* The name in the mail, and what it means in practice. */
static const struct {
    const char *name, *table;
} charsets[] = {
    {"iso-8859-1", "WINDOWS-1252"}, {"latin1", "WINDOWS-1252"},
    {"windows-1252", "WINDOWS-1252"}, {"cp1252", "WINDOWS-1252"},
    {"iso-8859-2", "ISO-8859-2"}, {"iso-8859-3", "ISO-8859-3"},
    {"iso-8859-4", "ISO-8859-4"}, {"iso-8859-5", "ISO-8859-5"},
    {"iso-8859-6", "ISO-8859-6"}, {"iso-8859-7", "ISO-8859-7"},
    {"iso-8859-8", "ISO-8859-8"}, {"iso-8859-8-i", "ISO-8859-8"},
    {"iso-8859-9", "ISO-8859-9"}, {"iso-8859-10", "ISO-8859-10"},
    {"iso-8859-13", "ISO-8859-13"}, {"iso-8859-14", "ISO-8859-14"},
    {"iso-8859-15", "ISO-8859-15"}, {"latin-9", "ISO-8859-15"},
    {"iso-8859-16", "ISO-8859-16"}, {"windows-1250", "WINDOWS-1250"},
    {"windows-1251", "WINDOWS-1251"}, {"windows-1253", "WINDOWS-1253"},
    {"windows-1254", "WINDOWS-1254"}, {"windows-1255", "WINDOWS-1255"},
    {"windows-1256", "WINDOWS-1256"}, {"windows-1257", "WINDOWS-1257"},
    {"windows-1258", "WINDOWS-1258"}, {"koi8-r", "KOI8-R"},
    {"koi8-u", "KOI8-U"}, {"macintosh", "MACINTOSH"},
    {"gb2312", "GB18030"}, {"gbk", "GB18030"}, {"gb18030", "GB18030"},
    {"big5", "BIG5-HKSCS"}, {"big5-hkscs", "BIG5-HKSCS"},
    {"euc-jp", "EUC-JP"}, {"shift_jis", "CP932"}, {"cp932", "CP932"},
    {"iso-2022-jp", "ISO-2022-JP"}, {"euc-kr", "CP949"},
    {"ks_c_5601-1987", "CP949"}, {"windows-874", "CP874"},
    {"tis-620", "TIS-620"},
};
enum { CHARSET_COUNT = sizeof charsets / sizeof charsets[0] };

static const char *find_table(const char *charset) {
    for (size_t i = 0; i < CHARSET_COUNT; i++) {
        if (text_equal_ci(charsets[i].name, charset)) {
            return charsets[i].table;
        }
    }
    return NULL;
}

static bool is_utf8_name(const char *charset) {
    return charset == NULL || *charset == '\0' ||
           text_equal_ci(charset, "utf-8") || text_equal_ci(charset, "utf8") ||
           text_equal_ci(charset, "us-ascii") ||
           text_equal_ci(charset, "ascii");
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
                return exact;
            }
        }
    }
}

bool charset_put(struct buf *to, const char *charset, const char *data,
                 size_t size, bool *exact_r) {
    const char *table;
    iconv_t cd;
    bool exact = true;

    if (is_utf8_name(charset)) {
        buf_put(to, data, size);
        return true;
    }
    table = find_table(charset);
    if (table == NULL) {
        return false;
    }
    cd = iconv_open("UTF-8", table);
    if (cd == (iconv_t)-1) {
        return false;
    }
    exact = size == 0 || convert(cd, to, data, size);
    iconv_close(cd);
    if (exact_r != NULL && !exact) {
        *exact_r = false;
    }
    return true;
}

void charset_warm_up(void) {
    /* What GMime opens by itself for file names in these charsets. */
    static const char *const others[] = {"ISO-8859-1", "GBK", "BIG5",
                                         "EUC-KR", "SHIFT_JIS", "US-ASCII"};
    enum { OTHER_COUNT = sizeof others / sizeof others[0] };
    /* Open for ever, so that the tables stay loaded. */
    static iconv_t kept[CHARSET_COUNT + OTHER_COUNT];

    for (size_t i = 0; i < CHARSET_COUNT + OTHER_COUNT; i++) {
        if (kept[i] == NULL) {
            kept[i] = iconv_open("UTF-8", i < CHARSET_COUNT
                                              ? charsets[i].table
                                              : others[i - CHARSET_COUNT]);
        }
    }
}
