/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_BASE_DATE_H
#define LOKET_BASE_DATE_H

#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Days without a time, counted since 1970-01-01, and dates as people write
 * them into mails, Indonesian and English.  No locale.
 */

/* The day of a date (Gregorian, any year; the date must be real). */
int date_to_day(int year, int month, int day);
/* Only year, month, day and weekday of the result are set. */
struct civil date_from_day(int day);
/* Is there such a date, in the years 1900 to 9999? */
bool date_is_real(int year, int month, int day);
int date_weekday(int day); /* 0 = Sunday */

/* The day a moment lies in, and the moment a day begins, in a zone. */
int date_of(usec_t when, int zone_min);
usec_t date_start(int day, int zone_min);

/* "Minggu", "Sunday"; weekday 0 = Sunday, month 1-12. */
const char *date_weekday_name(int weekday, bool english);
const char *date_month_name(int month, bool english);

/*
 * A date at the start of the text: "5 Desember 2026", "5 Des. 2026",
 * "5-12-2026", "05/12/2026", "5.12.2026", "2026-12-05", "December 5, 2026",
 * "5th December 2026"; the weekday and words like "tanggal" may come before
 * it.  Numbers alone are day, month, year, as Indonesians write.  Returns how
 * many bytes it takes, 0 if there is none; one with a year of two digits is
 * none.  Without a year ("5 Desember") it is the one nearest to the day `near`,
 * or none where that is DATE_EXACT.
 */
enum { DATE_EXACT = 0 };
size_t date_read(const char *text, int near, int *day_r);

/* A word like "sampai", "hingga", "s.d.", "until", and a date behind it; or the
 * dash of "1-5 Desember 2026". */
struct date_until {
    const char *at; /* the word; NULL = there is no such word */
    size_t size;    /* of the word and the date */
    bool readable;  /* false: the word is there, but no date follows it */
    int day;        /* the last day */
};

/* The first one in the text that has a date, else the first without. */
struct date_until date_find_until(const char *text, int near);

#endif
