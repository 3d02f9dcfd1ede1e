/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tag lists of DKIM-Signature fields (RFC 6376 3.2).  Stricter than
 * libopendkim: what two readers could read differently is no list here, so
 * that the tags judged in dkim.c are the tags the library verifies.
 */
#include "message/tags.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static bool is_tag_name(const char *p) {
    if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z'))) {
        return false;
    }
    for (; *p != '\0'; p++) {
        bool alnum = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
                     (*p >= '0' && *p <= '9');

        if (!alnum && *p != '_') {
            return false;
        }
    }
    return true;
}

/* Values are printable ASCII, with white space inside (3.2 tval). */
static bool is_tag_value(const char *p) {
    for (; *p != '\0'; p++) {
        if ((*p < 0x21 || *p > 0x7e) && *p != ' ' && *p != '\t') {
            return false;
        }
    }
    return true;
}

static bool add(struct tags *t, char *part) {
    char *equals = strchr(part, '=');
    char *name;

    if (equals == NULL || t->count == TAGS_MAX) {
        return false;
    }
    *equals = '\0';
    name = text_trim(part);
    if (!is_tag_name(name) || tags_get(t, name) != NULL) {
        return false;
    }
    t->names[t->count] = name;
    t->values[t->count] = text_trim(equals + 1);
    return is_tag_value(t->values[t->count++]);
}

bool tags_read(struct tags *t, char *text) {
    *t = (struct tags){.text = text};
    for (char *part = text, *next; part != NULL; part = next) {
        next = strchr(part, ';');
        if (next != NULL) {
            *next++ = '\0';
        }
        part = text_trim(part);
        if (*part == '\0' && (next == NULL || *text_trim(next) == '\0')) {
            break; /* one ";" may end the list */
        }
        if (!add(t, part)) {
            return false;
        }
    }
    return t->count > 0;
}

void tags_free(struct tags *t) {
    free(t->text);
    *t = (struct tags){0};
}

const char *tags_get(const struct tags *t, const char *name) {
    for (size_t i = 0; i < t->count; i++) {
        /* Tag names are case-sensitive; "D=" beside "d=" is a trick. */
        if (text_equal_ci(t->names[i], name)) {
            return strcmp(t->names[i], name) == 0 ? t->values[i] : "";
        }
    }
    return NULL;
}

size_t tags_list_count(const char *list, const char *word) {
    size_t n = strlen(word), count = 0;

    for (const char *p = list; p != NULL; p = strchr(p, ':')) {
        const char *end, *behind;

        p += *p == ':';
        p += strspn(p, " \t");
        end = p + strcspn(p, ": \t");
        behind = end + strspn(end, " \t");
        count += (size_t)(end - p) == n && text_starts_ci(p, word) &&
                 (*behind == ':' || *behind == '\0');
    }
    return count;
}

bool tags_list_has(const char *list, const char *word) {
    return tags_list_count(list, word) > 0;
}
