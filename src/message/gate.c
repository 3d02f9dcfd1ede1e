/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The raw gate: strict checks on the bytes of a mail, before any library that
 * was not written here touches them (threats.md 5).  Ambiguity is refused,
 * never repaired.  What it lets pass has one From, one of each field that
 * steers the reading, and a MIME structure of bounded depth.
 *
 * Bare CR or LF and 8-bit headers are not refused but noted (`irregular`):
 * such a mail can be read and can never decide (V075).  A mail whose lines all
 * end in a bare LF is of that kind.
 */
#include "message/gate.h"

#include "base/limits.h"
#include "base/text.h"
#include "message/from.h"
#include "message/header.h"
#include "message/structure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Fields that may stand once (threats.md 5; RFC 5322 3.6, RFC 2045 3). */
static const char *const once[] = {
    "Date", "Subject", "Message-ID", "Content-Type",
    "Content-Transfer-Encoding", "MIME-Version",
};
enum { ONCE_COUNT = sizeof once / sizeof once[0] };

static const char *const address_fields[] = {
    "From", "To", "Cc", "Bcc", "Reply-To", "Sender",
};

/* What one pass over the header block found. */
struct seen {
    unsigned fields, from, received, once[ONCE_COUNT];
    bool spaced; /* one of the fields that matter has "Name :" */
    struct header_field from_field;
    size_t body; /* where the body begins */
    bool terminated, mbox;
};

static enum gate_verdict refuse(struct mail_identity *id, enum gate_verdict v,
                                const char *detail) {
    id->gate = v;
    text_copy(id->gate_detail, sizeof id->gate_detail, detail);
    return v;
}

/*
 * An upper bound for every reader: each "(" counts, even quoted ones; only
 * unescaped ")" count back.
 */
bool gate_comments_too_deep(const char *value, size_t size) {
    int depth = 0;

    for (size_t i = 0; i < size; i++) {
        if (value[i] == '\\' && i + 1 < size && value[i + 1] != '(') {
            i++;
        } else if (value[i] == '(' && ++depth > LIMIT_COMMENT_DEPTH) {
            return true;
        } else if (value[i] == ')' && depth > 0) {
            depth--;
        }
    }
    return false;
}

static bool is_address_field(const struct header_field *f) {
    for (size_t i = 0; i < sizeof address_fields / sizeof address_fields[0];
         i++) {
        if (header_is(f, address_fields[i])) {
            return true;
        }
    }
    return false;
}

static void count(struct seen *s, const struct header_field *f) {
    s->fields++;
    s->received += header_is(f, "Received");
    if (header_is(f, "From")) {
        s->from++;
        s->from_field = *f;
        s->spaced = s->spaced || f->spaced;
    }
    for (size_t i = 0; i < ONCE_COUNT; i++) {
        if (header_is(f, once[i])) {
            s->once[i]++;
            s->spaced = s->spaced || f->spaced;
        }
    }
}

/* V058, V063, V074, V121: limits, each as soon as it is passed. */
static enum gate_verdict check_field(const struct seen *s,
                                     const struct header_field *f,
                                     size_t offset, struct mail_identity *id) {
    if (f->size > LIMIT_HEADER_FIELD) {
        return is_address_field(f)
                   ? refuse(id, GATE_LIMIT, "too many addresses")
                   : refuse(id, GATE_HEADER_SIZE, "a header field too long");
    }
    if (offset > LIMIT_HEADER_BLOCK) {
        return refuse(id, GATE_HEADER_SIZE, "header block too long");
    }
    if (s->fields > LIMIT_HEADER_FIELDS) {
        return refuse(id, GATE_HEADER_SIZE, "too many header fields");
    }
    if (s->received > LIMIT_RECEIVED) {
        return refuse(id, GATE_HOPS, "too many Received fields");
    }
    if (gate_comments_too_deep(f->value, f->value_size)) {
        return refuse(id, GATE_COMMENT_DEPTH, "comments nested too deeply");
    }
    return GATE_PASS;
}

static enum gate_verdict scan_header(const char *raw, size_t size,
                                     struct seen *s,
                                     struct mail_identity *id) {
    struct header_reader r;
    struct header_field f;
    int got;

    header_open(&r, raw, size);
    while ((got = header_next(&r, &f)) == 1) {
        count(s, &f);
        if (check_field(s, &f, (size_t)(r.at - raw), id) != GATE_PASS) {
            return id->gate;
        }
    }
    if (got < 0) {
        return f.size > LIMIT_HEADER_FIELD
                   ? refuse(id, GATE_HEADER_SIZE, "a header line too long")
                   : refuse(id, GATE_STRUCTURE,
                            "a header line that is no field");
    }
    s->body = (size_t)(r.at - raw);
    s->terminated = r.terminated;
    s->mbox = r.mbox;
    return GATE_PASS;
}

/* Notes bare CR and LF anywhere and 8-bit bytes in the header; a bare CR in
 * the header is refused, since some readers end the line there. */
static enum gate_verdict check_bytes(const char *raw, size_t size,
                                     const struct seen *s,
                                     struct mail_identity *id) {
    id->irregular = s->mbox;
    for (size_t i = 0; i < size; i++) {
        bool in_header = i < s->body;

        if (raw[i] == '\n' && (i == 0 || raw[i - 1] != '\r')) {
            id->irregular = true;
        } else if (raw[i] == '\r' && (i + 1 == size || raw[i + 1] != '\n')) {
            id->irregular = true;
            if (in_header) {
                return refuse(id, GATE_STRUCTURE, "a bare CR in the header");
            }
        } else if (in_header && (unsigned char)raw[i] >= 0x80) {
            id->irregular = true;
        }
    }
    return GATE_PASS;
}

/* V005-V007, V017, V064: who and what may be said once. */
static enum gate_verdict check_single(const struct seen *s,
                                      struct mail_identity *id) {
    char detail[LIMIT_REASON];

    if (s->from > 1) {
        snprintf(detail, sizeof detail, "%u From fields", s->from);
        return refuse(id, GATE_MULTI_FROM, detail);
    }
    if (s->from == 0) {
        return refuse(id, GATE_NO_FROM, "no From field");
    }
    for (size_t i = 0; i < ONCE_COUNT; i++) {
        if (s->once[i] > 1) {
            snprintf(detail, sizeof detail, "%u %s fields", s->once[i],
                     once[i]);
            return refuse(id, GATE_DUP_HEADER, detail);
        }
    }
    if (s->spaced) {
        return refuse(id, GATE_STRUCTURE,
                      "white space between a field name and its colon");
    }
    return GATE_PASS;
}

static enum gate_verdict check_from(const struct seen *s,
                                    struct mail_identity *id) {
    char *value = header_unfold(&s->from_field);
    const char *detail;
    enum gate_verdict v = from_read(value, id->from, id->from_name, &detail);

    free(value);
    return v == GATE_PASS ? v : refuse(id, v, detail);
}

static enum gate_verdict check_size(const char *raw, size_t size,
                                    struct mail_identity *id) {
    if (size == 0) {
        return refuse(id, GATE_EMPTY, "no bytes");
    }
    if (size > LIMIT_MAIL) {
        return refuse(id, GATE_SIZE, "larger than a mail may be"); /* V102 */
    }
    if (strchr(" \t\r\n", raw[0]) != NULL && raw[0] != '\0') {
        return refuse(id, GATE_EMPTY, "begins with an empty line");
    }
    if (memchr(raw, '\0', size) != NULL) {
        return refuse(id, GATE_NUL, "a NUL byte"); /* V012, V075 */
    }
    return GATE_PASS;
}

void gate_check(const char *raw, size_t size, struct mail_identity *id) {
    struct seen s = {0};
    const char *detail;
    enum gate_verdict v;

    id->gate = GATE_PASS;
    id->gate_detail[0] = id->from[0] = id->from_name[0] = '\0';
    id->irregular = false;
    if (check_size(raw, size, id) != GATE_PASS ||
        scan_header(raw, size, &s, id) != GATE_PASS) {
        return;
    }
    if (!s.terminated || s.body >= size) { /* V076 */
        refuse(id, GATE_EMPTY, "header only");
        return;
    }
    if (check_bytes(raw, size, &s, id) != GATE_PASS ||
        check_single(&s, id) != GATE_PASS || check_from(&s, id) != GATE_PASS) {
        return;
    }
    v = structure_check(raw, size, &detail);
    if (v != GATE_PASS) {
        refuse(id, v, detail);
        id->from[0] = id->from_name[0] = '\0';
    }
}
