/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an automatic reply says of its owner's absence.  Called by mime.c for
 * mail that automatic.c knows for an automatic reply; pure.  It only reads:
 * whether anything follows from it (whose address it is, whether he has a
 * deputy, how long at most) is for who knows these things.
 *
 * Missing an absence costs a reminder and an escalation, seeing one that is
 * none costs a question to a deputy: so whole phrases count, and none of them
 * behind "jika" or "tidak".
 */
#include "message/absence.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static const char *const phrases[] = {
    "saya cuti", "sedang cuti", "masih cuti", "menjalani cuti",
    "menjalankan cuti", "melaksanakan cuti", "mengambil cuti",
    "dalam masa cuti", "cuti tahunan", "cuti sakit", "cuti melahirkan",
    "cuti besar", "cuti karena alasan penting", "cuti sampai", "cuti hingga",
    "cuti s.d.", "cuti s/d", "cuti mulai", "cuti dari", "cuti tanggal",
    "cuti pada tanggal", "di luar kantor", "diluar kantor",
    "tidak berada di kantor", "tidak berada ditempat",
    "tidak berada di tempat", "tidak di kantor", "tidak ada di kantor",
    "tidak masuk kantor", "tidak masuk kerja", "dinas luar",
    "perjalanan dinas", "tugas luar", "di luar kota", "keluar kota",
    "di luar negeri", "sedang sakit", "sedang dirawat", "ibadah haji",
    "ibadah umrah", "ibadah umroh", "mengikuti diklat",
    "mengikuti pelatihan", "tugas belajar",
    "out of office", "out of the office", "out-of-office", "on leave",
    "on annual leave", "on sick leave", "on maternity leave",
    "on paternity leave", "on parental leave", "on vacation", "on holiday",
    "on a business trip", "on business trip", "on duty travel",
    "on official travel", "away from the office", "away from office",
    "away from my desk", "not in the office", "away until",
};

/* Before a phrase, in its sentence: what is said holds only then. */
static const char *const conditions[] = {"jika", "bila", "apabila", "kalau",
                                         "if", "unless"};

/* Right before a phrase: it is not so. */
static const char *const negations[] = {"tidak", "tak", "belum", "bukan",
                                        "not", "never", "longer"};

/* He is there again on the day that follows one of these. */
static const char *const returns[] = {"kembali", "masuk", "aktif", "bertugas",
                                      "back", "return", "returning",
                                      "returns"};

/* From one of them to the date: "kembali bekerja seperti biasa pada ...". */
enum { RETURN_WORDS = 6 };

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* Does the phrase stand at p, as whole words? */
static bool stands(const char *text, const char *p, const char *phrase) {
    return (p == text || !is_letter(p[-1])) && text_starts_ci(p, phrase) &&
           !is_letter(p[strlen(phrase)]);
}

static bool stands_any(const char *text, const char *p,
                       const char *const *table, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (stands(text, p, table[i])) {
            return true;
        }
    }
    return false;
}

/* "s.d." and "5.12.2026" end no sentence. */
static bool is_end(const char *p) {
    return (*p == '.' || *p == '!' || *p == '?' || *p == ';') &&
           (p[1] == ' ' || p[1] == '\0');
}

/* The beginning of the word before p, or NULL at the start of the sentence. */
static const char *word_before(const char *text, const char *p) {
    if (p == text) {
        return NULL;
    }
    for (p--; p > text && !is_letter(*p); p--) {
        if (is_end(p)) {
            return NULL;
        }
    }
    while (p > text && is_letter(p[-1])) {
        p--;
    }
    return is_letter(*p) ? p : NULL;
}

static bool is_taken_back(const char *text, const char *phrase) {
    const char *p = word_before(text, phrase);

    if (p != NULL && stands_any(text, p, negations, COUNT(negations))) {
        return true;
    }
    for (; p != NULL; p = word_before(text, p)) {
        if (stands_any(text, p, conditions, COUNT(conditions))) {
            return true;
        }
    }
    return false;
}

static bool is_absent(const char *text) {
    for (const char *p = text; *p != '\0'; p++) {
        if ((p == text || !is_letter(p[-1])) &&
            stands_any(text, p, phrases, COUNT(phrases)) &&
            !is_taken_back(text, p)) {
            return true;
        }
    }
    return false;
}

/* A date within a few words, in the same sentence. */
static bool find_date(const char *p, int sent, int *day_r) {
    for (int words = 0; words < RETURN_WORDS; words++) {
        while (is_letter(*p)) {
            p++;
        }
        while (*p != '\0' && !is_letter(*p)) {
            if (is_end(p)) {
                return false;
            }
            p++;
        }
        if (*p == '\0') {
            return false;
        }
        if (date_read(p, sent, day_r) > 0) {
            return true;
        }
    }
    return false;
}

/* The last day: "sampai ...", or the day before he is back. */
static int last_day(const char *text, int sent) {
    struct date_until until = date_find_until(text, sent);
    int day;

    if (until.readable) {
        return until.day;
    }
    for (const char *p = text; *p != '\0'; p++) {
        if (stands_any(text, p, returns, COUNT(returns)) &&
            find_date(p, sent, &day)) {
            return day - 1;
        }
    }
    return 0;
}

bool absence_read(const char *subject, const char *own_text, int sent,
                  int *until_r) {
    char *text = xstrdup(own_text);
    bool absent;

    text_squeeze(text); /* a phrase may go over the end of a line */
    absent = is_absent(text) || is_absent(subject);
    *until_r = absent ? last_day(text, sent) : 0;
    if (absent && *until_r <= 0) {
        *until_r = last_day(subject, sent);
    }
    if (*until_r < 0) {
        *until_r = 0; /* before 1970 nobody wrote mail */
    }
    free(text);
    return absent;
}
