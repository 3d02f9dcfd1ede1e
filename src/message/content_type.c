/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Content-Type field (RFC 2045 5.1), read strictly where it steers the
 * structure of a mail: the boundary.  Elsewhere a broken value is only noted.
 * Called by the gate, so it must not use a library and must be linear.
 */
#include "message/content_type.h"

#include "base/text.h"

#include <string.h>

static bool is_wsp(char c) {
    return c == ' ' || c == '\t';
}

/* RFC 2045: a token is any ASCII but space, controls and tspecials. */
static bool is_token(char c) {
    return c > 0x20 && c < 0x7f && strchr("()<>@,;:\\\"/[]?=", c) == NULL;
}

/* RFC 2046 5.1.1: bchars; a space may not come last. */
static bool is_boundary(const char *p, size_t size) {
    for (size_t i = 0; i < size; i++) {
        bool alnum = (p[i] >= '0' && p[i] <= '9') ||
                     (p[i] >= 'A' && p[i] <= 'Z') ||
                     (p[i] >= 'a' && p[i] <= 'z');

        if (!alnum && (p[i] == '\0' || !strchr("'()+_,-./:=? ", p[i]))) {
            return false;
        }
    }
    return size > 0 && size <= LIMIT_BOUNDARY && p[size - 1] != ' ';
}

static const char *skip_cfws(const char *p) {
    int depth = 0;

    for (; *p != '\0'; p++) {
        if (depth > 0 && *p == '\\' && p[1] != '\0') {
            p++;
        } else if (*p == '(') {
            depth++;
        } else if (*p == ')' && depth > 0) {
            depth--;
        } else if (depth == 0 && !is_wsp(*p)) {
            break;
        }
    }
    return p;
}

static void put_lower(char *to, size_t room, const char *from, size_t size) {
    size_t n = size < room ? size : room - 1;

    for (size_t i = 0; i < n; i++) {
        char c = from[i];

        to[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    to[n] = '\0';
}

static const char *read_token(const char *p) {
    while (is_token(*p)) {
        p++;
    }
    return p;
}

/* "type/subtype"; NULL when it is none. */
static const char *read_media(const char *p, struct content_type *ct) {
    const char *slash = read_token(p), *end;

    if (slash == p || *slash != '/') {
        return NULL;
    }
    end = read_token(slash + 1);
    if (end == slash + 1 || end - p >= LIMIT_MEDIA_TYPE) {
        return NULL;
    }
    put_lower(ct->media, sizeof ct->media, p, (size_t)(end - p));
    return end;
}

/* A value, quoted or not, into `value` (cut at room); returns its end, NULL
 * when it is not closed.  Unquoted values are read up to the next ';' or
 * white space, because "boundary=----=_Part" is everywhere. */
static const char *read_value(const char *p, char *value, size_t room,
                              size_t *size_r) {
    size_t n = 0;
    bool quoted = *p == '"';

    for (p += quoted; quoted ? *p != '"' : *p != ';' && !is_wsp(*p); p++) {
        if (*p == '\0') {
            if (quoted) {
                return NULL;
            }
            break;
        }
        if (quoted && *p == '\\' && p[1] != '\0') {
            p++;
        }
        if (n + 1 < room) {
            value[n] = *p;
        }
        n++;
    }
    value[n < room ? n : room - 1] = '\0';
    *size_r = n;
    return p + quoted;
}

static void take(struct content_type *ct, const char *name, size_t name_size,
                 const char *value, size_t size) {
    char key[16];

    put_lower(key, sizeof key, name, name_size);
    if (strcmp(key, "boundary") == 0) {
        ct->boundaries++;
        ct->boundary_bad = !is_boundary(value, size);
        if (!ct->boundary_bad) {
            text_copy(ct->boundary, sizeof ct->boundary, value);
        }
    } else if (text_starts_ci(key, "boundary*")) {
        ct->boundaries += 2; /* RFC 2231 forms: readers disagree */
    } else if (strcmp(key, "report-type") == 0) {
        put_lower(ct->report, sizeof ct->report, value, strlen(value));
    }
}

void content_type_read(const char *value, struct content_type *ct) {
    char text[LIMIT_BOUNDARY + 32];
    const char *p;
    size_t size;

    *ct = (struct content_type){.media = "text/plain"};
    if (value == NULL || *(p = skip_cfws(value)) == '\0') {
        return;
    }
    p = read_media(p, ct);
    while (p != NULL && *(p = skip_cfws(p)) != '\0') {
        const char *name, *name_end;

        if (*p != ';') {
            p = NULL;
            break;
        }
        name = skip_cfws(p + 1);
        if (*name == '\0' || *name == ';') { /* "; ;" and a last ";" */
            p = name;
            continue;
        }
        name_end = read_token(name);
        p = skip_cfws(name_end);
        if (name_end == name || *p != '=') {
            p = NULL;
            break;
        }
        p = read_value(skip_cfws(p + 1), text, sizeof text, &size);
        if (p != NULL) {
            take(ct, name, (size_t)(name_end - name), text, size);
        }
    }
    ct->broken = p == NULL;
}

bool content_type_is(const struct content_type *ct, const char *media) {
    return strcmp(ct->media, media) == 0;
}

bool content_type_is_multipart(const struct content_type *ct) {
    return text_starts_ci(ct->media, "multipart/");
}
