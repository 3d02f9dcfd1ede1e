/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_LETTER_MIME_H
#define LOKET_LETTER_MIME_H

#include "base/buf.h"

#include <stdbool.h>

/*
 * The writer of mails: small, because Loket writes one kind of mail.  What it
 * is given may be anything; what it writes is ASCII with CRLF line ends and
 * nothing that could begin another header or another mail (I16).
 */

/* Copies text as valid UTF-8 without control characters: CR LF and CR become
 * '\n'; with `lines` that stays, else it becomes a space; a tab becomes a
 * space; other controls, direction marks and invalid bytes become U+FFFD. */
void mime_clean(struct buf *to, const char *text, bool lines);

/* "Name: text" CRLF, in encoded words (RFC 2047) where it has to be. */
void mime_header(struct buf *to, const char *name, const char *text);

/* "Name: display <address>" CRLF.  The address must be an addr-spec. */
void mime_mailbox(struct buf *to, const char *name, const char *display,
                  const char *address);

/* "Name: <id>" CRLF.  The id must pass mime_is_id(). */
void mime_id(struct buf *to, const char *name, const char *id);

/* A Message-ID that may stand between < and >: printable ASCII without space
 * and angle brackets, one @ at least. */
bool mime_is_id(const char *id);

/* The body in quoted-printable (RFC 2045 6.7), '\n' line ends in, CRLF out;
 * no line of more than 76 characters, none that is a lone dot, none that
 * begins "From ". */
void mime_body(struct buf *to, const char *text);

#endif
