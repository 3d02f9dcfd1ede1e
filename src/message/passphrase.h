/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_PASSPHRASE_H
#define LOKET_MESSAGE_PASSPHRASE_H

#include <stdbool.h>
#include <stddef.h>

/* Where in a text a passphrase stands that somebody tells us. */
struct passphrase {
    size_t from, size;
    /* It has the look of one (digits, signs, capitals inside), so that the same
     * word elsewhere in the mail is no chance. */
    bool distinct;
};

/* The next one at or behind *at (begin with 0), which moves on; false at the
 * end.  "passphrase saya: X", "kata sandi = X", "password sertifikat adalah X",
 * in Indonesian and English, quoted or not, X perhaps on the next line; never
 * "saya lupa passphrase", "passphrase: lupa" or a rule about passphrases
 * (V098). */
bool passphrase_next(const char *text, size_t size, size_t *at,
                     struct passphrase *p);

#endif
