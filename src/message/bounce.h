/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_BOUNCE_H
#define LOKET_MESSAGE_BOUNCE_H

#include "model/mail.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * What a returned mail says.  Every address is a strict addr-spec; a bounce is
 * evidence, never a verdict (design.md 5).
 */

/* What the parts of one mail said, in their order; begins as {0}. */
struct bounce_seen {
    bool status; /* a delivery status is in it */
    bool letter; /* a letter, or the header of one */
    /* Recipients of whom it is said: failed, still tried, delivered. */
    bool failed, late, done;
    bool spoken; /* the other server's own code is in it */
    struct bounce report;   /* the first that failed, else is late */
    struct bounce returned; /* what the letter itself says */
};

/* A message/delivery-status (RFC 3464, RFC 6533). */
void bounce_see_status(struct bounce_seen *s, const char *status,
                       size_t size);

/* The returned letter, or only its header. */
void bounce_see_letter(struct bounce_seen *s, const char *raw, size_t size);

/* All witnesses together, after facts->automatic has the header's word
 * (automatic.c): whether it is a bounce, in facts->automatic, and of which
 * letter, in facts->bounce.  `text` is what is written for people. */
void bounce_finish(const struct bounce_seen *s, const char *raw, size_t size,
                   const char *text, struct mail_facts *facts);

/* A mail that the gate refuses for its From or its structure, and that by its
 * header is returned mail: read without any library, as text.  Its sender is
 * nobody, so it can be nothing else. */
bool bounce_is_broken(const char *raw, size_t size, enum gate_verdict gate);
void bounce_read_broken(const char *raw, size_t size,
                        struct mail_facts *facts);

/* Who sent such a mail: nobody that there is (RFC 6761 6.4). */
#define BOUNCE_SENDER "mailer-daemon@returned.invalid"

#endif
