/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_QUOTING_H
#define LOKET_MESSAGE_QUOTING_H

#include "model/mail.h"

/* Of the quote that begins at this line of a clean text; NULL: there is none.
 * A guess, for people to read. */
enum quoting quoting_at(const char *at);

#endif
