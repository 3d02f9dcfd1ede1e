/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_LETTER_ATTACH_H
#define LOKET_LETTER_ATTACH_H

#include "base/buf.h"
#include "model/letter.h"

#include <stdbool.h>

/* Header fields and base64 (RFC 2045 6.8) of an attachment, CRLF line ends; the
 * name in RFC 2231 where it is not ASCII, with a plain one beside it for old
 * readers.  Nothing of a name or type can end its header field. */
void attach_part(struct buf *to, const struct letter_file *file);

/* Is this a media type, "type/subtype", and nothing more (RFC 2045 5.1)? */
bool attach_is_type(const char *type);

enum { ATTACH_BOUNDARY_SIZE = 48 };

/* The boundary of the part `name` in the mail with this Message-ID: always the
 * same, and never a line of base64 or quoted-printable ("=_", RFC 2045 6.7). */
void attach_boundary(const char *message_id, const char *name,
                     char boundary[ATTACH_BOUNDARY_SIZE]);

#endif
