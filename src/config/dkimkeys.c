/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file of pinned DKIM keys (loket.conf, dkim.keys_file).  Read by the
 * engine at its start and by loketctl inspect; never changed by a program.
 */
#include "config/dkimkeys.h"

#include "base/buf.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS_MAX = 1000, FILE_MAX = 4 * 1024 * 1024 };

struct pinned {
    char *name;
    char *record;
};

struct dkim_keys {
    size_t count;
    struct pinned keys[KEYS_MAX];
};

const char *dkim_keys_find(const struct dkim_keys *keys, const char *name) {
    for (size_t i = 0; keys != NULL && i < keys->count; i++) {
        if (text_equal_ci(keys->keys[i].name, name)) {
            return keys->keys[i].record;
        }
    }
    return NULL;
}

size_t dkim_keys_of_domain(const struct dkim_keys *keys, const char *domain) {
    static const char label[] = "._domainkey.";
    size_t count = 0;

    for (size_t i = 0; keys != NULL && i < keys->count; i++) {
        const char *at = text_find_ci(keys->keys[i].name, label);

        count += domain == NULL ||
                 (at != NULL && text_equal_ci(at + sizeof label - 1, domain));
    }
    return count;
}

void dkim_keys_free(struct dkim_keys **keys) {
    for (size_t i = 0; *keys != NULL && i < (*keys)->count; i++) {
        free((*keys)->keys[i].name);
        free((*keys)->keys[i].record);
    }
    free(*keys);
    *keys = NULL;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* Adds one line's piece of a record: quoted strings are joined without what is
 * between them, unquoted text is taken as it is. */
static void add_piece(struct buf *record, char *piece) {
    bool quoted = false;

    piece = text_trim(piece);
    if (*piece != '"') {
        buf_puts(record, piece);
        return;
    }
    for (; *piece != '\0'; piece++) {
        if (*piece == '"') {
            quoted = !quoted;
        } else if (quoted) {
            buf_putc(record, *piece);
        }
    }
}

/* selector._domainkey.domain, letters, digits, dots, hyphens, underscores. */
static bool is_key_name(const char *name) {
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    const char *middle = text_find_ci(name, "._domainkey.");

    return strspn(name, allowed) == strlen(name) &&
           strlen(name) < 2 * LIMIT_DOMAIN && middle != NULL &&
           middle != name && middle[strlen("._domainkey.")] != '\0';
}

/* The key that was being read is whole. */
static int finish_key(struct dkim_keys *keys, char **name, struct buf *record,
                      struct err *e) {
    if (*name == NULL) {
        return 0;
    }
    if (record->overflow || text_find_ci(record->data, "p=") == NULL) {
        return err_set(e, ERR_SETUP, "%s: expected a TXT record with p= of at "
                       "most %d bytes", *name, LIMIT_DKIM_KEY - 1);
    }
    keys->keys[keys->count].name = *name;
    keys->keys[keys->count].record = xstrdup(record->data);
    keys->count++;
    *name = NULL;
    buf_reset(record);
    return 0;
}

static int start_key(struct dkim_keys *keys, char *line, char **name,
                     struct buf *record, struct err *e) {
    size_t size = strcspn(line, " \t");

    if (finish_key(keys, name, record, e) != 0) {
        return -1;
    }
    if (keys->count == KEYS_MAX) {
        return err_set(e, ERR_SETUP, "more than %d keys", KEYS_MAX);
    }
    *name = xstrndup(line, size);
    if (!is_key_name(*name)) {
        return err_set(e, ERR_SETUP, "found \"%.80s\", expected "
                       "SELECTOR._domainkey.DOMAIN and a TXT record", *name);
    }
    if (dkim_keys_find(keys, *name) != NULL) {
        return err_set(e, ERR_SETUP, "%s stands here twice", *name);
    }
    add_piece(record, line + size);
    return 0;
}

static int read_line(struct dkim_keys *keys, char *line, char **name,
                     struct buf *record, struct err *e) {
    size_t size = strlen(line);

    if (size > 0 && line[size - 1] == '\r') {
        line[size - 1] = '\0';
    }
    if (line[strspn(line, " \t")] == '\0' || line[0] == '#') {
        return 0;
    }
    if (!is_blank(line[0])) {
        return start_key(keys, line, name, record, e);
    }
    if (*name == NULL) {
        return err_set(e, ERR_SETUP, "a line that goes on, with none before");
    }
    add_piece(record, line);
    return 0;
}

int dkim_keys_load(const char *path, struct dkim_keys **keys_r,
                   struct err *e) {
    struct dkim_keys *keys = xcalloc(1, sizeof *keys);
    char *text = NULL, *name = NULL, *next;
    struct buf record;
    unsigned number = 0;
    int rc = 0;

    buf_init(&record, LIMIT_DKIM_KEY - 1);
    if (path[0] != '\0') {
        rc = io_read_file(path, FILE_MAX, &text, &(size_t){0}, e);
    }
    for (char *line = text; rc == 0 && line != NULL; line = next) {
        next = strchr(line, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        number++;
        if (read_line(keys, line, &name, &record, e) != 0) {
            rc = err_prefix(e, "%s:%u", path, number);
        }
    }
    if (rc == 0 && finish_key(keys, &name, &record, e) != 0) {
        rc = err_prefix(e, "%s:%u", path, number);
    }
    free(text);
    free(name);
    buf_free(&record);
    if (rc != 0) {
        dkim_keys_free(&keys);
        return -1;
    }
    *keys_r = keys;
    return 0;
}
