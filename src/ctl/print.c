/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables and key-value lines on a terminal, JSON for programs.
 */
#include "ctl/print.h"

#include "base/clock.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { CELL = 512, COLUMNS_MAX = 12, WIDTH_MAX = 48 };

static int zone = 0;
static char zone_word[8] = "";

void print_use_zone(int zone_min, const char *zone_name) {
    zone = zone_min;
    text_copy(zone_word, sizeof zone_word, zone_name);
}

/* "2026-11-24T08:45:00Z" as the office's clock shows it; true if it is one. */
static bool office_time(const char *iso, char text[CELL]) {
    struct civil c;
    usec_t t;

    if (zone_word[0] == '\0' || strlen(iso) != 20 || iso[19] != 'Z' ||
        clock_from_iso(iso, 0, &t) != 0) {
        return false;
    }
    c = civil_from(t, zone);
    snprintf(text, CELL, "%04d-%02d-%02d %02d.%02d %s", c.year, c.month, c.day,
             c.hour, c.minute, zone_word);
    return true;
}

static void cell_text(const json_t *value, char text[CELL]) {
    text[0] = '\0';
    switch (json_typeof(value)) {
    case JSON_STRING:
        if (!office_time(json_string_value(value), text)) {
            text_escape(text, CELL, json_string_value(value));
        }
        break;
    case JSON_INTEGER:
        snprintf(text, CELL, "%" JSON_INTEGER_FORMAT,
                 json_integer_value(value));
        break;
    case JSON_TRUE:
        text_copy(text, CELL, "yes");
        break;
    case JSON_FALSE:
        text_copy(text, CELL, "no");
        break;
    case JSON_REAL:
        snprintf(text, CELL, "%g", json_real_value(value));
        break;
    case JSON_NULL:
    case JSON_OBJECT:
    case JSON_ARRAY:
        text_copy(text, CELL, "-");
        break;
    }
    if (text[0] == '\0') {
        text_copy(text, CELL, "-");
    }
}

static void print_row(const json_t *row, const char *const *columns,
                      const int *widths) {
    for (size_t i = 0; columns[i] != NULL; i++) {
        const json_t *value = json_object_get(row, columns[i]);
        char text[CELL] = "-";

        if (value != NULL) {
            cell_text(value, text);
        }
        if (columns[i + 1] == NULL) {
            printf("%s\n", text);
        } else {
            printf("%-*.*s  ", widths[i], widths[i], text);
        }
    }
}

void print_table(const json_t *list, const char *const *columns) {
    int widths[COLUMNS_MAX] = {0};
    size_t index;
    json_t *row;

    for (size_t i = 0; columns[i] != NULL; i++) {
        widths[i] = (int)strlen(columns[i]);
        json_array_foreach(list, index, row) {
            const json_t *value = json_object_get(row, columns[i]);
            char text[CELL] = "-";
            int n;

            if (value != NULL) {
                cell_text(value, text);
            }
            n = (int)strlen(text);
            widths[i] = n > widths[i] ? n : widths[i];
        }
        widths[i] = widths[i] > WIDTH_MAX ? WIDTH_MAX : widths[i];
    }
    for (size_t i = 0; columns[i] != NULL; i++) {
        if (columns[i + 1] == NULL) {
            printf("%s\n", columns[i]);
        } else {
            printf("%-*s  ", widths[i], columns[i]);
        }
    }
    json_array_foreach(list, index, row) {
        print_row(row, columns, widths);
    }
}

/* What makes a spreadsheet compute gets a "'" before it (OWASP, "CSV
 * Injection"); a control character would break the line, or do worse. */
static void print_csv_text(const char *text, FILE *to) {
    if (text[0] != '\0' && strchr("=+-@\t\r\n", text[0]) != NULL) {
        fputc('\'', to);
    }
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            fputc('"', to);
        }
        fputc((unsigned char)*text < ' ' || *text == 0x7f ? ' ' : *text, to);
    }
}

static void print_csv_field(const json_t *value, FILE *to) {
    char text[CELL];

    fputc('"', to);
    if (json_is_string(value)) {
        print_csv_text(json_string_value(value), to);
    } else if (value != NULL && !json_is_null(value)) {
        cell_text(value, text);
        fputs(text, to);
    }
    fputc('"', to);
}

void print_csv(const json_t *list, const char *const *columns, FILE *to) {
    size_t index;
    json_t *row;

    for (size_t i = 0; columns[i] != NULL; i++) {
        fprintf(to, "%s\"%s\"", i > 0 ? "," : "", columns[i]);
    }
    fputs("\r\n", to);
    json_array_foreach(list, index, row) {
        for (size_t i = 0; columns[i] != NULL; i++) {
            fputs(i > 0 ? "," : "", to);
            print_csv_field(json_object_get(row, columns[i]), to);
        }
        fputs("\r\n", to);
    }
}

/* Depth is that of our own answers: three at most. */
static void print_nested(const json_t *object, int indent) {
    const char *key;
    json_t *value;
    void *it;

    for (it = json_object_iter((json_t *)(uintptr_t)object); it != NULL;
         it = json_object_iter_next((json_t *)(uintptr_t)object, it)) {
        char text[CELL];
        size_t index;
        json_t *item;

        key = json_object_iter_key(it);
        value = json_object_iter_value(it);
        if (json_is_object(value)) {
            printf("%*s%s:\n", indent, "", key);
            print_nested(value, indent + 2);
        } else if (json_is_array(value)) {
            printf("%*s%s:\n", indent, "", key);
            json_array_foreach(value, index, item) {
                if (json_is_object(item)) {
                    print_nested(item, indent + 2);
                    printf("\n");
                } else {
                    cell_text(item, text);
                    printf("%*s%s\n", indent + 2, "", text);
                }
            }
        } else {
            cell_text(value, text);
            printf("%*s%s: %s\n", indent, "", key, text);
        }
    }
}

void print_object(const json_t *object) {
    print_nested(object, 0);
}

void print_json(const json_t *json) {
    json_dumpf(json, stdout, JSON_INDENT(2));
    printf("\n");
}
