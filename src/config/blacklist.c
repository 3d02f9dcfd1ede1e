/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lists of weak keys, read like the rest of the configuration: by the
 * engine at its start, which hands the entries to the parser's children, by
 * `loketd --check` and by loketctl inspect.  Never fetches one: an
 * administrator puts the files there.
 *
 * SECURITY: the files are the administrator's and are trusted to be what they
 * say; a child that is taken over cannot change the entries (sealed memfd).
 */
#include "config/blacklist.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* One key a process number: fewer than the smallest of Debian's lists has. */
enum { DEBIAN_MIN = 32768 };
enum { FILE_MAX = 64 * 1024 * 1024, SHORT_DIGITS = 20, LONG_DIGITS = 64 };

/* Entries on their way in. */
struct room {
    uint8_t *entries;
    size_t count, size; /* in entries */
};

static int digit_of(char c) {
    static const char digits[] = "0123456789abcdef";
    const char *at = memchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c,
                            sizeof digits - 1);

    return at == NULL ? -1 : (int)(at - digits);
}

/* The last WEAK_KEY_SIZE bytes of a line of digits; false when it is none. */
static bool read_digits(const char *line, size_t size,
                        uint8_t entry[WEAK_KEY_SIZE]) {
    if (size != SHORT_DIGITS && size != LONG_DIGITS) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (digit_of(line[i]) < 0) {
            return false;
        }
    }
    line += size - 2 * (size_t)WEAK_KEY_SIZE;
    for (size_t i = 0; i < WEAK_KEY_SIZE; i++) {
        entry[i] = (uint8_t)(digit_of(line[2 * i]) << 4 |
                             digit_of(line[2 * i + 1]));
    }
    return true;
}

static int add_entry(struct room *room, const uint8_t entry[WEAK_KEY_SIZE],
                     struct err *e) {
    if (room->count == LIMIT_WEAK_KEYS) {
        return err_set(e, ERR_SETUP, "more than %d keys in all",
                       LIMIT_WEAK_KEYS);
    }
    if (room->count == room->size) {
        room->size = room->size == 0 ? 1024 : 2 * room->size;
        room->entries = xreallocarray(room->entries, room->size,
                                      WEAK_KEY_SIZE);
    }
    memcpy(room->entries + room->count++ * WEAK_KEY_SIZE, entry,
           WEAK_KEY_SIZE);
    return 0;
}

static int read_line(struct room *room, const char *line, size_t size,
                     struct err *e) {
    uint8_t entry[WEAK_KEY_SIZE];

    while (size > 0 && strchr(" \t\r", line[size - 1]) != NULL) {
        size--;
    }
    if (size == 0 || line[0] == '#') {
        return 0;
    }
    if (!read_digits(line, size, entry)) {
        char found[81];

        text_copy_n(found, sizeof found, line, size < 40 ? size : 40);
        return err_set(e, ERR_SETUP,
                       "found \"%s\"; 20 hex digits (as openssl-blacklist has "
                       "them) or 64 (SHA-256 of a SubjectPublicKeyInfo) are "
                       "right, or a comment after #",
                       found);
    }
    return add_entry(room, entry, e);
}

static int read_file(struct room *room, const char *path, struct err *e) {
    char *text = NULL;
    size_t size = 0;
    unsigned number = 0;
    int rc = io_read_file(path, FILE_MAX, &text, &size, e);
    const char *end = text + size;

    if (rc != 0) {
        e->kind = ERR_SETUP;
    }
    for (const char *line = text; rc == 0 && line < end;) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        size_t n = (size_t)((next == NULL ? end : next) - line);

        number++;
        if (read_line(room, line, n, e) != 0) {
            rc = err_prefix(e, "%s:%u", path, number);
        }
        line += n + 1;
    }
    free(text);
    return rc;
}

/* ---- folders ------------------------------------------------------------- */

static int is_list(const struct dirent *d) {
    return d->d_name[0] != '.';
}

static int read_folder(const char *folder, struct blacklist *b,
                       struct room *room, struct err *e) {
    struct dirent **names = NULL;
    int count = scandir(folder, &names, is_list, alphasort), rc = 0;

    if (count < 0) {
        return err_set(e, ERR_SETUP, "%s: %s", folder, strerror(errno));
    }
    for (int i = 0; i < count; i++) {
        char path[2 * LIMIT_PATH];
        struct stat st;

        snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        if (rc == 0 && stat(path, &st) == 0 && !S_ISDIR(st.st_mode)) {
            rc = read_file(room, path, e);
            b->file_count++;
        }
        free(names[i]);
    }
    free(names);
    return rc;
}

static int compare(const void *a, const void *b) {
    return memcmp(a, b, WEAK_KEY_SIZE);
}

/* Sorted, each once. */
static void put_in_order(struct room *room) {
    size_t kept = 0;

    if (room->count > 0) {
        qsort(room->entries, room->count, WEAK_KEY_SIZE, compare);
    }
    for (size_t i = 0; i < room->count; i++) {
        const uint8_t *entry = room->entries + i * WEAK_KEY_SIZE;

        if (kept == 0 ||
            compare(room->entries + (kept - 1) * WEAK_KEY_SIZE, entry) != 0) {
            memmove(room->entries + kept++ * WEAK_KEY_SIZE, entry,
                    WEAK_KEY_SIZE);
        }
    }
    room->count = kept;
}

int blacklist_load(const char *shipped, const char *own,
                   struct blacklist **blacklist_r, struct err *e) {
    struct blacklist *b = xcalloc(1, sizeof *b);
    struct room room = {0};
    struct stat st;

    if ((stat(shipped, &st) == 0 && read_folder(shipped, b, &room, e) != 0) ||
        (own[0] != '\0' && read_folder(own, b, &room, e) != 0)) {
        free(room.entries);
        free(b);
        return -1;
    }
    put_in_order(&room);
    b->owned = room.entries;
    b->keys = (struct weak_keys){.entries = room.entries, .count = room.count};
    *blacklist_r = b;
    return 0;
}

void blacklist_free(struct blacklist **blacklist) {
    if (*blacklist != NULL) {
        free((*blacklist)->owned);
        free(*blacklist);
        *blacklist = NULL;
    }
}

int blacklist_memfd(const struct blacklist *blacklist, struct err *e) {
    return io_memfd("weak-keys", blacklist->keys.entries,
                    blacklist->keys.count * WEAK_KEY_SIZE, e);
}

void blacklist_print(const struct blacklist *blacklist, FILE *out) {
    fprintf(out, "csr: %zu weak keys are known, from %zu file%s%s\n",
            blacklist->keys.count, blacklist->file_count,
            blacklist->file_count == 1 ? "" : "s",
            blacklist->keys.count < DEBIAN_MIN
                ? "; WARNING: that is not Debian's list, whose weak keys "
                  "(CVE-2008-0166) would pass.  See csr.blacklist in "
                  "loket.conf"
                : "");
}
