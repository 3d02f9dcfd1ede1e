/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_BOUNCE_TEXT_H
#define LOKET_MESSAGE_BOUNCE_TEXT_H

#include "model/mail.h"

#include <stdbool.h>

/* Fills what is still empty in *b: the recipient that the text names, its
 * enhanced status code, the Message-ID of a letter whose header it quotes.
 * Who returned the letter wrote to us: the recipients of that mail, in *f, are
 * not who failed. */
void bounce_text_read(const char *text, const struct mail_facts *f,
                      struct bounce *b);

/* Does the text say that a letter did not arrive, or not yet? */
bool bounce_text_tells(const char *text);

/* ... that it is still tried? */
bool bounce_text_is_late(const char *subject, const char *text);

/* The most precise enhanced status code of the text (RFC 3463) that reports a
 * failure, the first of its kind; `to` stays as it is if there is none. */
void bounce_text_status(const char *text, char to[16]);

/* What the other server said counts more than what the reporting one made of
 * it, unless it says less: "5.0.0", "5.1.0", or "4.4.7", which only means that
 * the queue has given up. */
void bounce_text_prefer(char status[16], const char *said);
bool bounce_text_is_vague(const char *status);
bool bounce_text_is_expired(const char *status);

#endif
