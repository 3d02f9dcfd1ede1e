/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Blocks that people paste into the body instead of attaching them: PEM, and
 * what old programs call uuencode.  They are taken out of the text, so that a
 * private key never lands in the own text (V098).  Called by mime.c.
 */
#include "message/armour.h"

#include "base/text.h"

#include <string.h>

struct line {
    const char *start;
    size_t size; /* without the line end */
    const char *next;
};

static bool next_line(const char *at, struct line *l) {
    if (at == NULL || *at == '\0') {
        return false;
    }
    l->start = at + strspn(at, " ");
    l->size = strcspn(l->start, "\n");
    l->next = l->start + l->size;
    l->next += *l->next == '\n';
    while (l->size > 0 && l->start[l->size - 1] == ' ') {
        l->size--;
    }
    return true;
}

static bool starts(const struct line *l, const char *word) {
    return l->size >= strlen(word) &&
           memcmp(l->start, word, strlen(word)) == 0;
}

static bool is_begin(const struct line *l) {
    return starts(l, "-----BEGIN ") && l->size > 16 &&
           memcmp(l->start + l->size - 5, "-----", 5) == 0;
}

static bool is_end(const struct line *l) {
    return starts(l, "-----END ");
}

/* "begin 644 name" (POSIX uuencode). */
static bool is_uu_begin(const struct line *l, char *name, size_t room) {
    const char *p;

    if (!starts(l, "begin ") || l->size < 11 ||
        strspn(l->start + 6, "01234567") != 3 || l->start[9] != ' ') {
        return false;
    }
    p = l->start + 10;
    text_copy_n(name, room, p, l->size - 10);
    return true;
}

/* A line of uuencoded data says its own length; then it fits. */
static bool is_uu_data(const struct line *l) {
    size_t n;

    if (l->size == 0 || l->start[0] < ' ' || l->start[0] > '`') {
        return false;
    }
    n = (size_t)((l->start[0] - ' ') & 63);
    return l->size + 4 >= 1 + (n + 2) / 3 * 4 &&
           l->size <= 1 + (n + 2) / 3 * 4 + 2;
}

/* The end of the PEM block that begins at l, or NULL.  `*no_end` remembers
 * that none follows, so that the search stays linear. */
static const char *pem_end(struct line l, bool *no_end) {
    while (!*no_end && next_line(l.next, &l)) {
        if (is_end(&l)) {
            return l.next;
        }
        if (is_begin(&l)) {
            return NULL;
        }
    }
    *no_end = true;
    return NULL;
}

static const char *uu_end(struct line l) {
    const char *at = l.next;
    size_t lines = 0;

    while (next_line(at, &l)) {
        if (l.size == 3 && memcmp(l.start, "end", 3) == 0) {
            return lines > 0 ? l.next : NULL;
        }
        if (l.size > 0 && !is_uu_data(&l)) {
            break;
        }
        at = l.next;
        lines++;
    }
    /* Cut off on the way: still recognised, and still no document. */
    return lines > 1 ? at : NULL;
}

int armour_take(const char *text, armour_fn found, void *user,
                struct buf *rest, bool *pgp_r) {
    const char *at = text;
    bool no_end = false;
    struct line l;
    char name[256];

    *pgp_r = false;
    while (next_line(at, &l)) {
        enum armour_kind kind = ARMOUR_PEM;
        const char *end = NULL;

        name[0] = '\0';
        if (is_begin(&l)) {
            *pgp_r = *pgp_r || starts(&l, "-----BEGIN PGP MESSAGE");
            end = starts(&l, "-----BEGIN PGP") ? NULL : pem_end(l, &no_end);
            if (end == NULL && memmem(l.start, l.size, "PRIVATE KEY", 11)) {
                end = l.start + strlen(l.start); /* cut off: all of it */
            }
        } else if (is_uu_begin(&l, name, sizeof name)) {
            kind = ARMOUR_UUENCODE;
            end = uu_end(l);
        }
        if (end != NULL) {
            int got = found(user, kind, name, l.start,
                            (size_t)(end - l.start));

            if (got != 0) {
                return got;
            }
            at = end;
            continue;
        }
        buf_put(rest, at, (size_t)(l.next - at));
        at = l.next;
    }
    return 0;
}
