/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_BOUNCE_H
#define LOKET_MESSAGE_BOUNCE_H

#include "model/mail.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * What a returned mail says.  Each function fills what is still empty in *b,
 * so the strongest witness is asked first.  Every address is a strict
 * addr-spec; a bounce is evidence, never a verdict (design.md 5).
 */

/* A message/delivery-status (RFC 3464): the first recipient that failed.
 * False when it names recipients and none of them failed (delayed, relayed). */
bool bounce_from_status(const char *status, size_t size, struct bounce *b);

/* The returned letter, or only its header. */
void bounce_from_returned(const char *raw, size_t size, struct bounce *b);

/* The text written for people: the many bounces that are no DSN. */
void bounce_from_text(const char *text, struct bounce *b);

/* X-Failed-Recipients of the bounce itself (Exim). */
void bounce_from_header(const char *raw, size_t size, struct bounce *b);

#endif
