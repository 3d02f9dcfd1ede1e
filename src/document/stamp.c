/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What tells a letter from others: its number and its date, and the serial
 * number of the certificate that it is about.  Called by paper.c.
 */
#include "document/stamp.h"

#include "base/date.h"
#include "base/text.h"
#include "document/field.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum { WIB_MIN = 7 * 60, OLDEST_YEAR = 2000, AHEAD_DAYS = 366 };

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_letter(char c) {
    return is_upper(c) || (c >= 'a' && c <= 'z') || (c & 0x80) != 0;
}

/* ---- number -------------------------------------------------------------- */

/* The tokens of a letter's number: one, and those that a stroke binds to it. */
static void copy_letter_number(char *to, size_t room, const char *from,
                               const char *end) {
    char value[LIMIT_NAME * 2];
    size_t n;

    field_value(value, sizeof value, from, end);
    n = strcspn(value, " ");
    while (value[n] == ' ') {
        const char *next = value + n + 1;

        if (value[n - 1] != '/' && value[n - 1] != '-' && next[0] != '/' &&
            !(next[0] == '-' && next[1] != '\0')) {
            break;
        }
        n += 1 + strcspn(next, " ");
    }
    while (n > 0 && strchr(" ,;:-/", value[n - 1]) != NULL) {
        n--;
    }
    value[n] = '\0';
    if (strcspn(value, "0123456789") == strlen(value) ||
        !text_copy(to, room, value)) {
        to[0] = '\0'; /* no number, or none of a letter */
    }
}

/* In the head: before the first person and the first sentence. */
static void read_number(const struct page *p, const char *head_end,
                        struct paper_facts *f) {
    for (size_t i = 0; i < p->site_count; i++) {
        const struct site *s = &p->sites[i];

        if (s->label == LABEL_NAME || s->start > head_end) {
            return;
        }
        if (s->label == LABEL_NUMBER) {
            copy_letter_number(f->number, sizeof f->number, s->value, s->end);
            if (f->number[0] != '\0') {
                return;
            }
        }
    }
}

/* ---- date ---------------------------------------------------------------- */

/* Better ones first. */
enum date_form {
    DATE_FORM_PLACE,  /* "Pekalongan, 20 November 2026" */
    DATE_FORM_LABEL,  /* "Tanggal : 20 November 2026" */
    DATE_FORM_PHRASE, /* "pada tanggal 20 November 2026" */
    DATE_FORM_ALONE,  /* perhaps behind a place, without a comma */
    DATE_FORM__NONE
};

static bool read_day(const char *text, usec_t today, int *day_r) {
    return date_read(text, DATE_EXACT, day_r) > 0 &&
           *day_r >= date_to_day(OLDEST_YEAR, 1, 1) &&
           *day_r <= date_of(today, WIB_MIN) + AHEAD_DAYS;
}

/* The day that somebody was born, or that a certificate ends. */
static bool is_other_day(const struct page *p, const char *at) {
    for (size_t i = 0; i < p->site_count; i++) {
        const struct site *s = &p->sites[i];

        if (s->label == LABEL_BIRTH && at >= s->start && at <= s->end) {
            return true;
        }
    }
    return false;
}

/* A place before the comma: a word with a capital. */
static bool is_place(const char *cell, const char *comma) {
    const char *word = comma;

    while (word > cell && is_letter(word[-1])) {
        word--;
    }
    return comma - word >= 3 && is_upper(*word);
}

static bool starts_phrase(const char *text) {
    static const char *const phrases[] = {
        "pada tanggal", "tanggal", "tgl", "pada hari ini", "pada hari",
        "on this day"};

    for (size_t i = 0; i < COUNT(phrases); i++) {
        if (text_starts_ci(text, phrases[i])) {
            return true;
        }
    }
    return false;
}

/* "November 20, 2026", "Senin, 20 November 2026": no place. */
static bool starts_date(const char *text) {
    int day;

    return date_read(text, DATE_EXACT, &day) > 0;
}

static enum date_form date_in_cell(const struct page *p, const char *cell,
                                   usec_t today, int *day_r) {
    const char *at = cell;

    for (; (at = strchr(at, ',')) != NULL; at++) {
        if (is_place(cell, at) && !is_other_day(p, at) &&
            read_day(at + 1, today, day_r)) {
            return DATE_FORM_PLACE;
        }
    }
    if (is_other_day(p, cell)) {
        return DATE_FORM__NONE;
    }
    if (starts_phrase(cell)) {
        at = cell + (text_starts_ci(cell, "pada ") ? 5 : 0);
        if (read_day(at, today, day_r)) {
            return DATE_FORM_PHRASE;
        }
        at = page_word(cell, "tanggal");
        if (at != NULL && read_day(at, today, day_r)) {
            return DATE_FORM_PHRASE;
        }
    }
    at = cell;
    for (int n = 0; n < 3 && is_upper(*at) && !starts_date(at); n++) {
        at += strcspn(at, " ");
        at += strspn(at, " ");
    }
    cell = at;
    at += date_read(cell, DATE_EXACT, day_r);
    return at > cell && at[strspn(at, " .")] == '\0' &&
                   read_day(cell, today, day_r)
               ? DATE_FORM_ALONE
               : DATE_FORM__NONE;
}

static void read_date(const struct page *p, usec_t today,
                      struct paper_facts *f) {
    enum date_form best = DATE_FORM__NONE;
    int day;

    for (size_t i = 0; i < p->cell_count; i++) {
        enum date_form form = date_in_cell(p, p->cells[i].text, today, &day);

        if (form < best) {
            best = form;
            f->date = day;
        }
    }
    for (size_t i = 0; i < p->site_count && best > DATE_FORM_LABEL; i++) {
        if (p->sites[i].label == LABEL_DATE &&
            read_day(p->sites[i].value, today, &day)) {
            best = DATE_FORM_LABEL;
            f->date = day;
        }
    }
    f->has_date = best != DATE_FORM__NONE;
}

/* ---- serial -------------------------------------------------------------- */

static int hex_value(char c) {
    static const char digits[] = "0123456789ABCDEFabcdef";
    const char *at = c == '\0' ? NULL : strchr(digits, c);
    int v = at == NULL ? -1 : (int)(at - digits);

    return v > 15 ? v - 6 : v;
}

static size_t hex_run(const char *p) {
    size_t n = 0;

    while (hex_value(p[n]) >= 0) {
        n++;
    }
    return n;
}

/* Groups of the same size, apart by one separator: "5a:3b:07", "5A3B 0711". */
static size_t read_hex(const char *p, char *hex, size_t room, bool *grouped_r) {
    size_t group = hex_run(p), n = 0, size = group;
    char by = p[group];

    *grouped_r = false;
    while (size > 0 && n + size < room) {
        memcpy(hex + n, p, size);
        n += size;
        p += size;
        if (strchr(": -", by) == NULL || by == '\0' || *p != by ||
            group % 2 != 0 || size != group) {
            break;
        }
        size = hex_run(p + 1);
        if (size != group || is_letter(p[1 + size])) {
            break;
        }
        p++;
        *grouped_r = true;
    }
    hex[n] = '\0';
    return is_letter(*p) ? 0 : n; /* "dicabut" begins with hex digits */
}

/* Decimal digits to hex, by hand: the numbers have up to 160 bits. */
static void decimal_to_hex(char *digits, size_t room) {
    unsigned char bytes[LIMIT_SERIAL / 2] = {0};
    size_t n = 0, first = 0;

    for (const char *p = digits; *p != '\0'; p++) {
        unsigned carry = (unsigned)(*p - '0');

        for (size_t i = sizeof bytes; i-- > 0;) {
            carry += bytes[i] * 10U;
            bytes[i] = (unsigned char)(carry & 0xff);
            carry >>= 8;
        }
        if (carry != 0) {
            digits[0] = '\0'; /* no serial is as long */
            return;
        }
    }
    for (size_t i = 0; i < sizeof bytes * 2 && n + 1 < room; i++) {
        unsigned v = i % 2 == 0 ? bytes[i / 2] >> 4 : bytes[i / 2] & 15U;

        digits[n++] = "0123456789ABCDEF"[v];
    }
    digits[n] = '\0';
    first = strspn(digits, "0");
    memmove(digits, digits + first, n - first + 1);
}

enum { SERIAL_DIGITS = 6, DECIMAL_DIGITS = 17 };

/* All digits and longer than 64 bits are in hex: a decimal number. */
static bool read_serial_at(const char *p, char serial[LIMIT_SERIAL]) {
    bool grouped, decimal;
    const char *hex;
    char near[40];
    size_t n, zeros;

    /* "4660 (0x1234)", as OpenSSL prints it. */
    text_copy_n(near, sizeof near, p, strnlen(p, sizeof near - 1));
    hex = strstr(near, "0x");
    p += hex != NULL ? (size_t)(hex - near) + 2 : strspn(p, " ");
    n = read_hex(p, serial, LIMIT_SERIAL, &grouped);
    if (n < SERIAL_DIGITS || strcspn(serial, "0123456789") == n) {
        serial[0] = '\0';
        return false;
    }
    decimal = strspn(serial, "0123456789") == n && !grouped && hex == NULL &&
              n >= DECIMAL_DIGITS;
    if (decimal) {
        decimal_to_hex(serial, LIMIT_SERIAL);
    }
    for (char *c = serial; *c != '\0'; c++) {
        *c = "0123456789ABCDEF"[hex_value(*c)];
    }
    zeros = strspn(serial, "0");
    memmove(serial, serial + zeros, strlen(serial + zeros) + 1);
    return serial[0] != '\0';
}

/* In a sentence: "dengan nomor seri sertifikat 5A:3B:...". */
static bool serial_in_prose(const char *flat, char serial[LIMIT_SERIAL]) {
    static const char *const words[] = {"serial", "seri"};
    static const char *const fillers[] = {
        "number", "sertifikat", "elektronik", "nomor", "saya", "lama",
        "adalah", "is", "certificate", "yaitu"};

    for (size_t i = 0; i < COUNT(words); i++) {
        const char *at = flat;

        for (; (at = page_word(at, words[i])) != NULL; at++) {
            const char *p = at + strlen(words[i]);
            bool more = true;

            while (more) {
                more = false;
                p += strspn(p, " .:=(");
                for (size_t k = 0; k < COUNT(fillers); k++) {
                    size_t n = strlen(fillers[k]);

                    if (text_starts_ci(p, fillers[k]) && !is_letter(p[n])) {
                        p += n;
                        more = true;
                    }
                }
            }
            if (read_serial_at(p, serial)) {
                return true;
            }
        }
    }
    return false;
}

static void read_serial(const struct page *p, struct paper_facts *f) {
    char value[LIMIT_NAME];

    for (size_t i = 0; i < p->site_count; i++) {
        const struct site *s = &p->sites[i];

        if (s->label != LABEL_SERIAL) {
            continue;
        }
        field_value(value, sizeof value, s->value, s->end);
        if (read_serial_at(value, f->serial)) {
            return;
        }
    }
    serial_in_prose(p->flat, f->serial);
}

void stamp_read(const struct page *p, const char *head_end, usec_t today,
                struct paper_facts *f) {
    read_number(p, head_end, f);
    read_date(p, today, f);
    read_serial(p, f);
}
