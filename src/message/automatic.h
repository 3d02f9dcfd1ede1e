/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_AUTOMATIC_H
#define LOKET_MESSAGE_AUTOMATIC_H

#include "model/mail.h"

#include <stdbool.h>
#include <stddef.h>

/* Is this mail one that no person wrote for us to answer (RFC 3834), by its
 * header?  `from` is the address of its sender, `own` the office's ("" if
 * unknown). */
enum automatic automatic_read(const char *raw, size_t size, const char *from,
                              const char *own);

/* Is a returned mail what this header says of itself, whoever wrote it? */
bool automatic_is_returned(const char *raw, size_t size);

/* Has it an address that no person writes from ("no-reply@", "postmaster@")?
 * Alone it proves nothing. */
bool automatic_is_machine(const char *raw, size_t size);

/* V055: does it read like the answer of a machine that does not say it is one?
 * Asked only of mail that decides nothing and brings nothing: taking a
 * person's mail for one costs him his answer. */
bool automatic_by_words(const char *subject, const char *own_text);

#endif
