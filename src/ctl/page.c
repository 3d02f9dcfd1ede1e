/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the case sheet is written with: escaped text, words of its language,
 * times of its office, facts and tables.  Used by sheet.c and sheet_steps.c.
 */
#include "ctl/page.h"

#include "base/clock.h"
#include "ctl/html.h"
#include "ctl/sheet_words.h"

/* ---- writing ------------------------------------------------------------ */

void page_raw(const struct page *s, const char *html) {
    fputs(html, s->out);
}

void page_text(const struct page *s, const char *value) {
    html_text(s->out, value);
}

void page_word(const struct page *s, const char *name) {
    const char *found = sheet_word(s->language, name);

    page_text(s, found != NULL ? found : name);
}

/* The wording of "PREFIX-CODE"; a code that has none stands as it is. */
void page_coded(const struct page *s, const char *prefix, const char *code) {
    char name[80];
    const char *found;

    snprintf(name, sizeof name, "%s-%s", prefix, code);
    found = sheet_word(s->language, name);
    page_text(s, found != NULL ? found : code);
}

/* "23 November 2026 pukul 08.00.12 WIB". */
void page_time(const struct page *s, const char *iso) {
    struct civil c;
    char line[96];
    usec_t t;

    if (clock_from_iso(iso, 0, &t) != 0) {
        page_text(s, "-");
        return;
    }
    c = civil_from(t, s->zone_min);
    snprintf(line, sizeof line, "%d %s %d %s %02d.%02d.%02d %.8s", c.day,
             sheet_month(s->language, c.month), c.year,
             sheet_word(s->language, "at-time"), c.hour, c.minute, c.second,
             s->zone);
    page_text(s, line);
}

void page_date(const struct page *s, const char *iso) {
    struct civil c;
    char line[64];
    usec_t t;

    if (clock_from_iso(iso, s->zone_min, &t) != 0) {
        page_text(s, iso);
        return;
    }
    c = civil_from(t, s->zone_min);
    snprintf(line, sizeof line, "%d %s %d", c.day,
             sheet_month(s->language, c.month), c.year);
    page_text(s, line);
}

/* "2026-11-23 08.00.12", for narrow columns; the zone is in the heading. */
void page_short_time(const struct page *s, const char *iso) {
    struct civil c;
    char line[48];
    usec_t t;

    if (clock_from_iso(iso, 0, &t) != 0) {
        page_text(s, "-");
        return;
    }
    c = civil_from(t, s->zone_min);
    snprintf(line, sizeof line, "%04d-%02d-%02d %02d.%02d.%02d", c.year,
             c.month, c.day, c.hour, c.minute, c.second);
    page_text(s, line);
}

void page_digest(const struct page *s, const char *hex) {
    page_raw(s, "<code>");
    page_text(s, hex[0] != '\0' ? hex : "-");
    page_raw(s, "</code>");
}

void page_section(const struct page *s, const char *name) {
    page_raw(s, "<section>\n<h2>");
    page_word(s, name);
    page_raw(s, "</h2>\n");
}

void page_section_end(const struct page *s) {
    page_raw(s, "</section>\n");
}

void page_none(const struct page *s, const char *name) {
    page_raw(s, "<p class=\"none\">");
    page_word(s, name);
    page_raw(s, "</p>\n");
}

/* ---- facts: label and value --------------------------------------------- */

void page_open_fact(const struct page *s, const char *label) {
    page_raw(s, "<tr><th scope=\"row\">");
    page_word(s, label);
    page_raw(s, "</th><td>");
}

void page_close_fact(const struct page *s) {
    page_raw(s, "</td></tr>\n");
}

void page_fact(const struct page *s, const char *label, const json_t *o,
               const char *key) {
    if (text_at(o, key)[0] != '\0') {
        page_open_fact(s, label);
        page_text(s, text_at(o, key));
        page_close_fact(s);
    }
}

void page_fact_time(const struct page *s, const char *label, const json_t *o,
                    const char *key) {
    const char *iso = text_at(o, key);

    if (iso[0] != '\0') {
        page_open_fact(s, label);
        page_time(s, iso);
        page_raw(s, " <span class=\"utc\">(");
        page_text(s, iso);
        page_raw(s, ")</span>");
        page_close_fact(s);
    }
}

void page_fact_digest(const struct page *s, const char *label, const json_t *o,
                      const char *key) {
    if (text_at(o, key)[0] != '\0') {
        page_open_fact(s, label);
        page_digest(s, text_at(o, key));
        page_close_fact(s);
    }
}

void page_fact_coded(const struct page *s, const char *label,
                     const char *prefix, const json_t *o, const char *key) {
    if (text_at(o, key)[0] != '\0') {
        page_open_fact(s, label);
        page_coded(s, prefix, text_at(o, key));
        page_close_fact(s);
    }
}

void page_fact_number(const struct page *s, const char *label, const json_t *o,
                      const char *key) {
    page_open_fact(s, label);
    fprintf(s->out, "%" JSON_INTEGER_FORMAT, number_at(o, key));
    page_close_fact(s);
}

/* ---- tables ------------------------------------------------------------- */

/* Column headings; the widths are those of the class in the style sheet. */
void page_table(const struct page *s, const char *class,
                const char *const *columns) {
    fprintf(s->out, "<table class=\"list %s\"><thead><tr>", class);
    for (size_t i = 0; columns[i] != NULL; i++) {
        page_raw(s, "<th scope=\"col\">");
        page_word(s, columns[i]);
        if (strcmp(columns[i], "when") == 0) { /* short times, of this zone */
            page_raw(s, " (");
            page_text(s, s->zone);
            page_raw(s, ")");
        }
        page_raw(s, "</th>");
    }
    page_raw(s, "</tr></thead>\n<tbody>\n");
}

void page_table_end(const struct page *s) {
    page_raw(s, "</tbody></table>\n");
}

void page_next_cell(const struct page *s) {
    page_raw(s, "</td><td>");
}

/* Who acted for somebody else, and for whom. */
static void page_for_whom(const struct page *s, const json_t *o) {
    const char *name = text_at(o, "for_whom_name");

    page_raw(s, ", ");
    page_word(s, "for-whom");
    page_raw(s, " <bdi>");
    page_text(s, name[0] != '\0' ? name : text_at(o, "for_whom"));
    page_raw(s, "</bdi>");
}

/* "Siti Aminah, Verifikator", or the bare id of who is in no list any more. */
void page_person(const struct page *s, const json_t *o, const char *key) {
    char name[64], title[64];

    snprintf(name, sizeof name, "%s_name", key);
    snprintf(title, sizeof title, "%s_title", key);
    if (text_at(o, name)[0] == '\0') {
        page_coded(s, "actor", text_at(o, key));
        return;
    }
    page_raw(s, "<bdi>");
    page_text(s, text_at(o, name));
    page_raw(s, "</bdi>");
    if (text_at(o, title)[0] != '\0') {
        page_raw(s, ", ");
        page_text(s, text_at(o, title));
    }
    if (text_at(o, "for_whom")[0] != '\0') {
        page_for_whom(s, o);
    }
}
