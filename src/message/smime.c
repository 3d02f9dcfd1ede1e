/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What exactly is signed in an S/MIME mail, and a mail made of nothing else.
 * Called in a parser child of proc/parser_mail.c before and after the
 * signature is checked (document/mail_signature.c).
 *
 * Attacks on S/MIME live between two readers: one verifies a part, the other
 * shows another ("Johnny, you are fired", threats.md 1, row 14).  So the
 * signed entity must be the whole top-level body, it is cut out of the raw
 * bytes and not out of what a library has made of them, and afterwards the
 * mail is read again from these bytes alone: no preamble, no second part, no
 * field of the outer header can say anything (V045).
 *
 * Nothing is repaired; a line ends with CRLF or it is no line.
 */
#include "message/smime.h"

#include "base/limits.h"
#include "base/text.h"
#include "message/content_type.h"
#include "message/decode.h"
#include "message/header.h"

#include <stdlib.h>
#include <string.h>

/* A place in the body and what stands there. */
struct delimiter {
    const char *start; /* its "--" */
    const char *next;  /* behind its line end */
    bool closes;
};

static bool is_media(const char *value, const char *a, const char *b) {
    struct content_type ct;

    content_type_read(value, &ct);
    return !ct.broken && (content_type_is(&ct, a) || content_type_is(&ct, b));
}

/* Is there a delimiter line of this boundary at p, the start of a line?  White
 * space may follow (RFC 2046 5.1.1). */
static bool is_delimiter(const char *p, const char *end, const char *boundary,
                         struct delimiter *d) {
    size_t n = strlen(boundary);

    *d = (struct delimiter){.start = p};
    if ((size_t)(end - p) < n + 2 || memcmp(p, "--", 2) != 0 ||
        memcmp(p + 2, boundary, n) != 0) {
        return false;
    }
    p += n + 2;
    d->closes = end - p >= 2 && memcmp(p, "--", 2) == 0;
    p += d->closes ? 2 : 0;
    while (p < end && (*p == ' ' || *p == '\t')) {
        p++;
    }
    if (end - p >= 2 && memcmp(p, "\r\n", 2) == 0) {
        d->next = p + 2;
        return true;
    }
    d->next = end; /* the last line may lack its end */
    return d->closes && p == end;
}

/* The next delimiter from p on, which is the start of a line. */
static bool find_delimiter(const char *p, const char *end,
                           const char *boundary, struct delimiter *d) {
    while (p < end) {
        const char *lf;

        if (is_delimiter(p, end, boundary, d)) {
            return true;
        }
        lf = memmem(p, (size_t)(end - p), "\r\n", 2);
        if (lf == NULL) {
            return false;
        }
        p = lf + 2;
    }
    return false;
}

/* The CRLF before a delimiter belongs to it. */
static size_t part_size(const char *from, const struct delimiter *d) {
    return d->start - from >= 2 ? (size_t)(d->start - from) - 2 : 0;
}

/* Decoded into m->cms; false when damaged or empty. */
static bool take_cms(struct smime_mail *m, const char *coding,
                     const char *bytes, size_t size) {
    return decode_transfer(&m->cms, coding == NULL ? "" : coding, bytes,
                           size) &&
           m->cms.size > 0 && !m->cms.overflow;
}

/* The second part: a signature, and nothing else. */
static bool read_signature(struct smime_mail *m, const char *part,
                           size_t size) {
    char *type = header_get(part, size, "Content-Type");
    char *coding = header_get(part, size, "Content-Transfer-Encoding");
    size_t body = header_body(part, size);
    bool good = type != NULL &&
                is_media(type, "application/pkcs7-signature",
                         "application/x-pkcs7-signature") &&
                take_cms(m, coding, part + body, size - body);

    free(type);
    free(coding);
    return good;
}

/* Exactly two parts; what stands before and behind them is not signed, and
 * not read either. */
static bool read_detached(struct smime_mail *m, const char *body,
                          const char *end, const char *boundary) {
    struct delimiter first, second, last;

    if (!find_delimiter(body, end, boundary, &first) || first.closes ||
        !find_delimiter(first.next, end, boundary, &second) ||
        second.closes ||
        !find_delimiter(second.next, end, boundary, &last) || !last.closes) {
        return false;
    }
    m->entity = first.next;
    m->entity_size = part_size(first.next, &second);
    return m->entity_size > 0 &&
           read_signature(m, second.next, part_size(second.next, &last));
}

static enum smime_form form_of(const char *value,
                               const struct content_type *ct) {
    if (content_type_is(ct, "multipart/signed")) {
        return text_find_ci(value, "pkcs7-signature") != NULL
                   ? SMIME_FORM_DETACHED
                   : SMIME_FORM_NONE; /* OpenPGP */
    }
    /* V077: what is enveloped is never parsed. */
    return (content_type_is(ct, "application/pkcs7-mime") ||
            content_type_is(ct, "application/x-pkcs7-mime")) &&
                   text_find_ci(value, "signed-data") != NULL
               ? SMIME_FORM_OPAQUE
               : SMIME_FORM_NONE;
}

static bool take_apart(const char *raw, size_t size,
                       const struct content_type *ct, struct smime_mail *m) {
    const char *body = raw + m->body, *end = raw + size;
    char *coding;
    bool good;

    if (ct->broken) {
        return false;
    }
    if (m->form == SMIME_FORM_DETACHED) {
        return ct->boundaries == 1 && !ct->boundary_bad &&
               read_detached(m, body, end, ct->boundary);
    }
    coding = header_get(raw, size, "Content-Transfer-Encoding");
    good = take_cms(m, coding, body, (size_t)(end - body));
    free(coding);
    return good;
}

void smime_split(const char *raw, size_t size, struct smime_mail *m) {
    char *value = header_get(raw, size, "Content-Type");
    struct content_type ct;

    *m = (struct smime_mail){.body = header_body(raw, size)};
    buf_init(&m->cms, LIMIT_MAIL);
    if (value == NULL) {
        return;
    }
    content_type_read(value, &ct);
    m->form = form_of(value, &ct);
    free(value);
    if (m->form != SMIME_FORM_NONE && !take_apart(raw, size, &ct, m)) {
        m->form = SMIME_FORM_BROKEN;
    }
}

void smime_free(struct smime_mail *m) {
    buf_free(&m->cms);
}

void smime_rebuild(const char *from, const char *entity, size_t size,
                   struct buf *mail) {
    struct header_reader r;
    struct header_field f;
    int got;

    buf_printf(mail, "From: <%s>\r\nMIME-Version: 1.0\r\n", from);
    header_open(&r, entity, size);
    while ((got = header_next(&r, &f)) == 1) {
        if (header_starts(&f, "Content-") || header_is(&f, "Subject")) {
            buf_put(mail, f.start, f.size);
            buf_puts(mail, "\r\n");
        }
    }
    if (got != 0 || r.mbox || !r.terminated) {
        buf_reset(mail);
        return;
    }
    buf_puts(mail, "\r\n");
    buf_put(mail, r.at, (size_t)(r.end - r.at));
}
