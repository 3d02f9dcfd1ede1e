/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an answer to the survey says, and what all of them say together
 * (Permenpan RB 14/2017; requirements.md 4).  Called by proc/engine_survey.c.
 * Pure; whole numbers, rounded once.
 */
#include "workflow/survey.h"

#include <stdbool.h>
#include <string.h>

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* "3: 4", "U3 = 4", "3.": the question, and its answer where there is one. */
static bool read_item(const char *line, size_t size, unsigned *item_r,
                      const char **rest_r) {
    size_t at = size > 0 && (line[0] == 'U' || line[0] == 'u') ? 1 : 0;
    size_t mark = at + 1;

    if (mark >= size || line[at] < '1' || line[at] > '9') {
        return false;
    }
    while (mark < size && line[mark] == ' ') {
        mark++;
    }
    if (mark >= size || strchr(":=.)", line[mark]) == NULL) {
        return false;
    }
    *item_r = (unsigned)(line[at] - '1');
    *rest_r = line + mark + 1;
    return true;
}

/* Digits, and what people put between them. */
static bool is_digits(const char *line, size_t size) {
    bool found = false;

    for (size_t i = 0; i < size; i++) {
        if (is_digit(line[i])) {
            found = true;
        } else if (strchr(" ,;-", line[i]) == NULL) {
            return false;
        }
    }
    return found;
}

struct sheet {
    unsigned count;
    bool has[SURVEY_ITEMS], is_wrong, is_double;
    unsigned answers[SURVEY_ITEMS];
};

static void put(struct sheet *s, unsigned item, char digit) {
    if (item >= SURVEY_ITEMS || s->has[item]) {
        s->is_double = true;
        return;
    }
    s->has[item] = true;
    s->answers[item] = (unsigned)(digit - '0');
    s->is_wrong = s->is_wrong || s->answers[item] < 1 ||
                  s->answers[item] > SURVEY_BEST;
    s->count++;
}

/* False: this line has nothing to do with it. */
static bool read_line(struct sheet *s, const char *line, size_t size) {
    const char *end = line + size, *rest;
    unsigned item;

    if (read_item(line, size, &item, &rest)) {
        if (!is_digits(rest, (size_t)(end - rest))) {
            return rest == end; /* left empty */
        }
        for (; rest < end; rest++) {
            if (is_digit(*rest)) {
                put(s, item, *rest);
            }
        }
        return true;
    }
    if (!is_digits(line, size)) {
        return false;
    }
    for (; line < end; line++) {
        if (is_digit(*line)) {
            put(s, s->count, *line);
        }
    }
    return true;
}

enum survey_fault survey_read(const char *own_text,
                              unsigned answers_r[SURVEY_ITEMS]) {
    struct sheet s = {0};
    bool ended = false;

    /* From the first line with an answer to the first without one. */
    while (*own_text != '\0' && !ended) {
        size_t n = strcspn(own_text, "\n"), size = n;

        while (size > 0 && own_text[size - 1] == ' ') {
            size--;
        }
        ended = size > 0 && !read_line(&s, own_text, size) && s.count > 0;
        own_text += n + (own_text[n] == '\n');
    }
    memcpy(answers_r, s.answers, sizeof s.answers);
    return s.count == 0 && !s.is_double ? SURVEY_NO_DIGITS
           : s.count != SURVEY_ITEMS || s.is_double ? SURVEY_COUNT
           : s.is_wrong ? SURVEY_RANGE
                        : SURVEY_FINE;
}

/* part / whole * scale, rounded to the nearest. */
static unsigned ratio(uint64_t part, uint64_t scale, uint64_t whole) {
    return whole == 0 ? 0
                      : (unsigned)((2 * part * scale + whole) / (2 * whole));
}

unsigned survey_index(const struct survey_sums *sums) {
    uint64_t all = 0;

    for (unsigned i = 0; i < SURVEY_ITEMS; i++) {
        all += sums->sums[i];
    }
    return ratio(all, 25 * 100, sums->count * SURVEY_ITEMS);
}

unsigned survey_item(const struct survey_sums *sums, unsigned item) {
    return ratio(sums->sums[item], 1000, sums->count);
}

char survey_band(unsigned index) {
    return index == 0      ? '-'
           : index >= 8831 ? 'A'
           : index >= 7661 ? 'B'
           : index >= 6500 ? 'C'
                           : 'D';
}
