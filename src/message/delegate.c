/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mail that a secretary sent for an official, or that somebody passed on under
 * the official's name (V047).  It may be honest and it may be signed; it is not
 * that person's own act, and nobody else may decide.  Called by message.c in
 * the first stroke.
 */
#include "message/delegate.h"

#include "base/text.h"
#include "message/from.h"
#include "message/header.h"

#include <stdlib.h>

/* RFC 5322 3.6.2: Sender stands where it differs from From, and some programs
 * always write it.  One that cannot be read names nobody we know. */
static bool is_other(const struct header_field *sender, const char *from,
                     char address[LIMIT_ADDRESS]) {
    char name[LIMIT_NAME];
    char *value = header_unfold(sender);
    const char *detail;
    bool read = from_read(value, address, name, &detail) == GATE_PASS;

    if (!read) {
        address[0] = '\0';
    }
    free(value);
    return !read || !text_same_address(address, from);
}

bool delegate_seen(const char *raw, size_t size, const char *from,
                   char sent_by_r[LIMIT_ADDRESS]) {
    bool seen = false, resent = false;
    size_t senders = 0;
    struct header_reader r;
    struct header_field f;

    sent_by_r[0] = '\0';
    header_open(&r, raw, size);
    while (header_next(&r, &f) == 1) {
        if (header_is(&f, "Sender")) {
            senders++;
            seen = is_other(&f, from, sent_by_r) || seen;
        }
        /* 3.6.6: whoever resent it sent it */
        resent = resent || header_is(&f, "Resent-From") ||
                 header_is(&f, "Resent-Sender");
    }
    if (resent || senders != 1 || !seen) {
        sent_by_r[0] = '\0';
    }
    return seen || resent;
}

bool delegate_replies(const char *raw, size_t size, const char *from) {
    char address[LIMIT_ADDRESS];
    struct header_reader r;
    struct header_field f;
    bool elsewhere = false;

    header_open(&r, raw, size);
    while (header_next(&r, &f) == 1) {
        elsewhere = elsewhere ||
                    (header_is(&f, "Reply-To") && is_other(&f, from, address));
    }
    return elsewhere;
}
