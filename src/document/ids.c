/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NIP and NIK in a text (requirements.md 3).  Called by pdf.c on the text of a
 * letter; the workflow compares what is found with the registry.  Says what
 * is plausible, never whose number it is.
 */
#include "document/document.h"

#include <string.h>

enum {
    NIP_DIGITS = 18,
    NIK_DIGITS = 16,
    GROUPS_MAX = 18,
    WIB_MIN = 7 * 60,
    AGE_MIN = 17 /* years, at appointment */
};

static int number_at(const char *digits, size_t at, size_t count) {
    int n = 0;

    for (size_t i = 0; i < count; i++) {
        n = n * 10 + (digits[at + i] - '0');
    }
    return n;
}

/* A day of the calendar: civil_to and back gives the same. */
static bool is_date(int year, int month, int day) {
    struct civil c = {.year = year, .month = month, .day = day};
    struct civil again;

    if (month < 1 || month > 12 || day < 1 || day > 31) {
        return false;
    }
    again = civil_from(civil_to(&c, 0), 0);
    return again.month == month && again.day == day;
}

/* NIP of a civil servant: YYYYMMDD of birth, YYYYMM of appointment, 1 or 2,
 * serial.  PPPK have the number of their work agreement, 21 or more, where
 * the others have the month. */
static bool nip_is_plausible(const char *d, struct civil today) {
    int born_year = number_at(d, 0, 4), born_month = number_at(d, 4, 2);
    int year = number_at(d, 8, 4), month = number_at(d, 12, 2);
    bool agreement = month >= 21;

    if (born_year < 1900 ||
        !is_date(born_year, born_month, number_at(d, 6, 2)) ||
        (!agreement && (month < 1 || month > 12)) ||
        (d[14] != '1' && d[14] != '2') || number_at(d, 15, 3) == 0) {
        return false;
    }
    if (agreement) {
        return year >= born_year + AGE_MIN && year <= today.year;
    }
    return year * 12 + month >= (born_year + AGE_MIN) * 12 + born_month &&
           year * 12 + month <= today.year * 12 + today.month;
}

/* NIK: PP KK CC DDMMYY NNNN; women have 40 added to the day.  The century is
 * not said: either may fit. */
static bool nik_is_plausible(const char *d, struct civil today) {
    int day = number_at(d, 6, 2), month = number_at(d, 8, 2);
    int year = number_at(d, 10, 2);

    if (day > 40) {
        day -= 40;
    }
    return number_at(d, 0, 2) >= 11 && number_at(d, 12, 4) != 0 &&
           (is_date(1900 + year, month, day) ||
            (2000 + year <= today.year && is_date(2000 + year, month, day)));
}

/* ---- finding ------------------------------------------------------------- */

/* A run of digits in the text. */
struct group {
    const char *p;
    size_t size;
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* The next group at or behind p; size 0 at the end. */
static struct group next_group(const char *p) {
    struct group g = {0};

    while (*p != '\0' && !is_digit(*p)) {
        p++;
    }
    g.p = p;
    while (is_digit(p[g.size])) {
        g.size++;
    }
    return g;
}

/* Groups of one number stand apart by spaces and dots only, at most two
 * ("19710130 199903 1 005"); U+00A0 is what word processors write. */
static bool may_join(struct group a, struct group b) {
    const char *p = a.p + a.size;
    int gap = 0;

    while (p < b.p) {
        if (*p == ' ' || *p == '.') {
            p++;
        } else if (p[0] == '\xc2' && p[1] == '\xa0') {
            p += 2;
        } else {
            return false;
        }
        gap++;
    }
    return gap >= 1 && gap <= 2;
}

/* The form in which a NIP is printed by habit. */
static bool has_nip_form(const struct group *groups, size_t count) {
    static const size_t sizes[] = {8, 6, 1, 3};

    for (size_t i = 0; i < count; i++) {
        if (count != 4 || groups[i].size != sizes[i]) {
            return false;
        }
    }
    return true;
}

static bool make_id(const struct group *groups, size_t count, size_t digits,
                    struct civil today, struct id_number *id) {
    size_t n = 0;

    *id = (struct id_number){.kind = digits == NIP_DIGITS ? ID_NIP : ID_NIK};
    for (size_t i = 0; i < count; i++) {
        memcpy(id->digits + n, groups[i].p, groups[i].size);
        n += groups[i].size;
    }
    id->plausible = id->kind == ID_NIP ? nip_is_plausible(id->digits, today)
                                       : nik_is_plausible(id->digits, today);
    /* Pieces that add up to the length by chance are no number. */
    return id->plausible || count == 1 || has_nip_form(groups, count);
}

/* The number that begins with the first group: how many groups it took, 0 =
 * none.  A plausible one wins over one that is only as long. */
static size_t match(struct group first, struct civil today,
                    struct id_number *id) {
    struct group groups[GROUPS_MAX] = {first};
    struct id_number found;
    size_t digits = first.size, count = 1, used = 0;

    for (;;) {
        if ((digits == NIP_DIGITS || digits == NIK_DIGITS) &&
            make_id(groups, count, digits, today, &found) &&
            (used == 0 || found.plausible)) {
            *id = found;
            used = count;
        }
        if (count == GROUPS_MAX || digits >= NIP_DIGITS) {
            return used;
        }
        groups[count] = next_group(groups[count - 1].p +
                                   groups[count - 1].size);
        if (groups[count].size == 0 ||
            !may_join(groups[count - 1], groups[count])) {
            return used;
        }
        digits += groups[count].size;
        count++;
    }
}

size_t id_numbers_find(const char *text, usec_t today, struct id_number *ids,
                       size_t max) {
    struct civil now = civil_from(today, WIB_MIN);
    struct group g = next_group(text);
    size_t n = 0;

    while (n < max && g.size > 0) {
        size_t used = match(g, now, &ids[n]);

        n += used > 0;
        for (size_t i = 0; i < (used > 0 ? used : 1); i++) {
            g = next_group(g.p + g.size);
        }
    }
    return n;
}
