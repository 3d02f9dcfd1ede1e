/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_PAGE_H
#define LOKET_CTL_PAGE_H

#include "model/person.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* An HTML page about one record, in one language and one zone.  Whatever is
 * given as a value is escaped (html.h); only page_raw() is not. */
struct page {
    FILE *out;
    enum language language;
    const json_t *record;
    int zone_min;
    const char *zone;
};

/* Values of an object; "" and 0 where there is none. */
static inline const char *text_at(const json_t *o, const char *key) {
    const char *text = json_string_value(json_object_get(o, key));

    return text != NULL ? text : "";
}

static inline json_int_t number_at(const json_t *o, const char *key) {
    return json_integer_value(json_object_get(o, key));
}

static inline bool word_is(const json_t *o, const char *key, const char *word) {
    return strcmp(text_at(o, key), word) == 0;
}

static inline const json_t *list_at(const struct page *s, const char *key) {
    return json_object_get(s->record, key);
}

/* HTML of our own; nothing else may go through here. */
void page_raw(const struct page *s, const char *html);
/* A stranger's text. */
void page_text(const struct page *s, const char *value);
/* The word of this name in the page's language. */
void page_word(const struct page *s, const char *name);
/* The word PREFIX-CODE; a code that has none stands as it is. */
void page_coded(const struct page *s, const char *prefix, const char *code);
/* "23 November 2026 pukul 08.00.12 WIB", from UTC; "23 November 2026";
 * "2026-11-23 08.00.12". */
void page_time(const struct page *s, const char *iso);
void page_date(const struct page *s, const char *iso);
void page_short_time(const struct page *s, const char *iso);
void page_digest(const struct page *s, const char *hex);

/* A heading and what follows it. */
void page_section(const struct page *s, const char *name);
void page_section_end(const struct page *s);
void page_none(const struct page *s, const char *name);

/* Rows of label and value; nothing is written for a value that is empty. */
void page_open_fact(const struct page *s, const char *label);
void page_close_fact(const struct page *s);
void page_fact(const struct page *s, const char *label, const json_t *o,
               const char *key);
void page_fact_time(const struct page *s, const char *label, const json_t *o,
                    const char *key);
void page_fact_digest(const struct page *s, const char *label, const json_t *o,
                      const char *key);
void page_fact_coded(const struct page *s, const char *label,
                     const char *prefix, const json_t *o, const char *key);
void page_fact_number(const struct page *s, const char *label, const json_t *o,
                      const char *key);

/* Tables: `columns` are words, ended by NULL; `class` is of the style sheet. */
void page_table(const struct page *s, const char *class,
                const char *const *columns);
void page_table_end(const struct page *s);
void page_next_cell(const struct page *s);
/* An officer by name and title: KEY, KEY_name and KEY_title of the object. */
void page_person(const struct page *s, const json_t *o, const char *key);

#endif
