/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_NOTICE_H
#define LOKET_MESSAGE_NOTICE_H

#include <stdbool.h>

/* Is this line, read by line_read(), what a telephone, a mail program or a
 * virus scanner adds by itself?  "Dikirim dari iPhone saya" */
bool notice_of_program(const char *line);

/* A legal notice that an office puts below its mails. */
enum notice {
    NOTICE_NONE,
    NOTICE_PARAGRAPH, /* "Surel ini bersifat rahasia ...": up to a blank line */
    NOTICE_REST       /* a heading, "DISCLAIMER": all below belongs to it */
};

/* What begins at the line `at` of a clean text, the first of its paragraph. */
enum notice notice_at(const char *at);

/* Does the paragraph that begins at the line `at` speak of what is decided
 * here?  Then it belongs to no notice. */
bool notice_matters(const char *at);

/* Of such a line, and such a paragraph: has it nothing else in it?  What a
 * person wrote may begin like it: "Pesan ini rahasia, jangan diproses". */
bool notice_is_pure_program(const char *line);
bool notice_is_pure(const char *at);

#endif
