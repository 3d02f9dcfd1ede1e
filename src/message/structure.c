/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The shape of a mail, before any library sees it (V059-V062, V064, V072, V074,
 * V121, V122).  One pass over the lines with a stack of open boundaries, never
 * deeper than LIMIT_MIME_DEPTH; no recursion, no memory beyond one field.
 * Called by gate.c, and by secret.c for the places of the leaves.
 */
#include "message/structure.h"

#include "base/limits.h"
#include "base/text.h"
#include "message/content_type.h"
#include "message/gate.h"
#include "message/header.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* An open multipart, or an embedded message (boundary ""). */
struct level {
    char boundary[LIMIT_BOUNDARY + 1];
    size_t size;
    bool digest; /* parts are messages unless they say otherwise */
};

struct walk {
    const char *at, *end;
    struct level levels[LIMIT_MIME_DEPTH];
    size_t depth;
    size_t parts;
    bool in_header;
    const char *detail;
    structure_leaf_fn each; /* NULL: nobody asks */
    void *user;
    struct structure_leaf leaf; /* body NULL: not in one */
};

static enum gate_verdict refuse(struct walk *w, enum gate_verdict v,
                                const char *detail) {
    w->detail = detail;
    return v;
}

/* The level whose delimiter the line is, innermost first, or -1 (RFC 2046
 * 5.1.1: "--" boundary, perhaps "--", then only white space). */
static int match_delimiter(const struct walk *w, const char *line,
                           size_t size, bool *close_r) {
    while (size > 0 && strchr("\r\n \t", line[size - 1]) != NULL) {
        size--;
    }
    if (size < 3 || line[0] != '-' || line[1] != '-') {
        return -1;
    }
    for (size_t i = w->depth; i-- > 0;) {
        const struct level *l = &w->levels[i];
        size_t n = l->size + 2;

        if (l->size == 0 || size < n ||
            memcmp(line + 2, l->boundary, l->size) != 0) {
            continue;
        }
        *close_r = size == n + 2 && line[n] == '-' && line[n + 1] == '-';
        if (size == n || *close_r) {
            return (int)i;
        }
    }
    return -1;
}

/* A leaf ends before the line end that belongs to the delimiter (RFC 2046
 * 5.1.1). */
static void end_leaf(struct walk *w, const char *end) {
    struct structure_leaf *l = &w->leaf;

    if (w->each != NULL && l->body != NULL && end > l->body) {
        l->body_size = (size_t)(end - l->body);
        l->body_size -= l->body[l->body_size - 1] == '\n';
        l->body_size -=
            l->body_size > 0 && l->body[l->body_size - 1] == '\r';
        w->each(w->user, l);
    }
    *l = (struct structure_leaf){0};
}

/* Takes the delimiter at w->at, if there is one, and moves behind it. */
static bool take_delimiter(struct walk *w, size_t line_size) {
    bool close;
    int level = match_delimiter(w, w->at, line_size, &close);

    if (level < 0) {
        return false;
    }
    end_leaf(w, w->at);
    w->depth = (size_t)level + (close ? 0 : 1);
    w->in_header = !close;
    w->parts += !close;
    w->at += line_size;
    w->leaf.body = close ? w->at : NULL;
    return true;
}

static size_t line_size(const struct walk *w) {
    const char *nl = memchr(w->at, '\n', (size_t)(w->end - w->at));

    return (size_t)((nl == NULL ? w->end : nl + 1) - w->at);
}

static enum gate_verdict open_level(struct walk *w, const char *boundary,
                                    bool digest) {
    struct level *l;

    if (w->depth == LIMIT_MIME_DEPTH) {
        return refuse(w, GATE_DEPTH, "nested too deeply");
    }
    l = &w->levels[w->depth++];
    text_copy(l->boundary, sizeof l->boundary, boundary);
    l->size = strlen(boundary);
    l->digest = digest;
    return GATE_PASS;
}

/* RFC 2046 5.2.1 forbids it, so that no reader looks into it: for those who
 * look for leaves it is one. */
static bool is_encoded(const char *header, size_t size) {
    char *value = header_get(header, size, "Content-Transfer-Encoding");
    const char *word = value == NULL ? "" : text_trim(value);
    bool encoded = text_equal_ci(word, "base64") ||
                   text_equal_ci(word, "quoted-printable");

    free(value);
    return encoded;
}

/* The header of a part is over: what does its type open? */
static enum gate_verdict enter(struct walk *w, const struct content_type *ct,
                               const char *header) {
    size_t size = (size_t)(w->at - header);

    w->in_header = false;
    w->leaf = (struct structure_leaf){.body = w->at};
    if (!content_type_is_multipart(ct)) {
        w->leaf.header = header;
        w->leaf.header_size = size;
    }
    if (content_type_is(ct, "message/partial") ||
        content_type_is(ct, "message/external-body")) {
        return refuse(w, GATE_STRUCTURE, ct->media[8] == 'p'
                                             ? "message/partial"
                                             : "message/external-body");
    }
    if (content_type_is(ct, "message/rfc822") ||
        content_type_is(ct, "message/news") ||
        content_type_is(ct, "message/global")) {
        if (w->each != NULL && is_encoded(header, size)) {
            return GATE_PASS;
        }
        w->in_header = true;
        w->leaf = (struct structure_leaf){0};
        return open_level(w, "", false);
    }
    if (!content_type_is_multipart(ct)) {
        return GATE_PASS;
    }
    if (ct->broken || ct->boundaries != 1 || ct->boundary_bad) {
        return refuse(w, GATE_BOUNDARY,
                      ct->boundaries == 0   ? "multipart without boundary"
                      : ct->boundaries > 1  ? "more than one boundary"
                      : ct->boundary_bad    ? "boundary breaks RFC 2046 5.1.1"
                                            : "Content-Type does not parse");
    }
    return open_level(w, ct->boundary,
                      content_type_is(ct, "multipart/digest"));
}

/* Reads the header at w->at, up to its empty line or to a delimiter. */
static enum gate_verdict walk_header(struct walk *w) {
    struct header_reader r;
    struct header_field f;
    struct content_type ct;
    const char *start = w->at;
    unsigned fields = 0, types = 0, encodings = 0;
    bool digest = w->depth > 0 && w->levels[w->depth - 1].digest;
    enum gate_verdict v = GATE_PASS;

    content_type_read(digest ? "message/rfc822" : NULL, &ct);
    header_open(&r, w->at, (size_t)(w->end - w->at));
    w->at = r.at;
    while (w->at < w->end && !take_delimiter(w, line_size(w)) &&
           v == GATE_PASS) {
        int got = header_next(&r, &f);

        if (got != 1) { /* the body, or a line that is no field: also body */
            w->at = r.at;
            return enter(w, &ct, start);
        }
        w->at = r.at;
        if (f.size > LIMIT_HEADER_FIELD || ++fields > LIMIT_HEADER_FIELDS ||
            r.at - start > LIMIT_HEADER_BLOCK) { /* V074, for every part */
            return refuse(w, GATE_HEADER_SIZE, "the header of a part too long");
        }
        if (gate_comments_too_deep(f.value, f.value_size)) {
            return refuse(w, GATE_COMMENT_DEPTH, "comments nested too deeply");
        }
        encodings += header_is(&f, "Content-Transfer-Encoding");
        if (header_is(&f, "Content-Type")) {
            char *value = header_unfold(&f);

            types++;
            content_type_read(value, &ct);
            free(value);
        }
        if (types > 1 || encodings > 1) {
            v = refuse(w, GATE_DUP_HEADER,
                       types > 1 ? "two Content-Type fields in a part"
                                 : "two transfer encodings in a part");
        }
    }
    /* A delimiter ended the header: the part is empty and opens nothing. */
    return v;
}

static enum gate_verdict walk_mail(struct walk *w) {
    enum gate_verdict v = GATE_PASS;

    while (v == GATE_PASS && w->at < w->end) {
        if (w->in_header) {
            v = walk_header(w);
        } else {
            size_t n = line_size(w);

            if (w->depth == 0 || !take_delimiter(w, n)) {
                w->at += n;
            }
        }
        if (w->parts > LIMIT_MIME_PARTS) {
            v = refuse(w, GATE_LIMIT, "too many parts");
        }
    }
    end_leaf(w, w->end);
    return v;
}

enum gate_verdict structure_check(const char *raw, size_t size,
                                  const char **detail_r) {
    struct walk w = {.at = raw, .end = raw + size, .in_header = true};
    enum gate_verdict v = walk_mail(&w);

    *detail_r = w.detail == NULL ? "" : w.detail;
    return v;
}

void structure_leaves(const char *raw, size_t size, structure_leaf_fn each,
                      void *user) {
    struct walk w = {.at = raw, .end = raw + size, .in_header = true,
                     .each = each, .user = user};

    (void)walk_mail(&w);
}
