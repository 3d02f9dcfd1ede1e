/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_PRINT_H
#define LOKET_CTL_PRINT_H

#include <jansson.h>
#include <stdio.h>

/*
 * Answers for people.  Strangers' text (subjects, names) is escaped: nothing
 * from a mail reaches the terminal as it came (V111).
 */

/* Times are printed as this zone has them ("2026-11-24 15.45 WIB"); without
 * this call, in UTC.  JSON always has UTC. */
void print_use_zone(int zone_min, const char *zone_name);

/* One line per object of the array; `columns` are keys, ended by NULL. */
void print_table(const json_t *list, const char *const *columns);

/*
 * The same as a spreadsheet reads it (RFC 4180, "," between the fields, in
 * UTF-8, the names of the columns first; times in UTC, as in JSON).  What a
 * spreadsheet would take for a formula gets a "'" before it (V115).  What is
 * not known is empty.
 */
void print_csv(const json_t *list, const char *const *columns, FILE *to);

/* "key: value" lines; nested objects and lists are indented. */
void print_object(const json_t *object);

void print_json(const json_t *json);

#endif
