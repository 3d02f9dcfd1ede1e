/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_CHARSET_NAMES_H
#define LOKET_MESSAGE_CHARSET_NAMES_H

/* How a charset is read: one byte a letter, from a table that is made of it
 * once; or by iconv, which is kept open. */
enum charset_kind {
    TABLE,
    KEPT,
    KEPT_SAFE /* and no ASCII letter is hidden in other bytes */
};

struct charset_name {
    const char *name; /* iconv's; NULL ends the list */
    enum charset_kind kind;
    const char *words; /* names in mails: "iso88591 latin1" */
};

extern const struct charset_name charset_names[];
enum { CHARSET_NAMES_MAX = 300 };

#endif
