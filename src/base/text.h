/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_BASE_TEXT_H
#define LOKET_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Small questions about text.  All comparisons are ASCII and ignore the
 * machine's locale.
 */

/* Copies with a NUL, cutting at a UTF-8 boundary; true when all of it fitted. */
bool text_copy(char *to, size_t room, const char *from);
bool text_copy_n(char *to, size_t room, const char *from, size_t size);

/* Copies printable ASCII as it is and every other byte as \xNN; cut at room. */
void text_escape(char *to, size_t room, const char *from);

bool text_equal_ci(const char *a, const char *b);
bool text_starts_ci(const char *text, const char *prefix);
/* Does a text of more than that end in one of these?  The list ends in NULL. */
bool text_ends_ci(const char *text, const char *const *endings);
/* The place of word in text, or NULL. */
const char *text_find_ci(const char *text, const char *word);

/* Valid UTF-8 (no overlong forms, no surrogates), no NUL inside size. */
bool text_is_utf8(const char *text, size_t size);

/* The character at *p, of valid UTF-8; *p is moved behind it. */
uint32_t text_next(const char **p);

/* The same words?  Capitals do not count, nor how much white space is between
 * them and around. */
bool text_same_words(const char *a, const char *b);

/* Drops white space at both ends, in place; returns its argument moved on. */
char *text_trim(char *text);

/* Every run of white space becomes one space, none at the ends; in place. */
void text_squeeze(char *text);

/* A strict addr-spec: dot-atom "@" dot-atom in ASCII, at most 254 bytes, local
 * part at most 64, a domain of LDH labels with at least one dot (RFC 5321
 * 4.5.3.1, RFC 5322 3.4.1 without comments, quoted strings and literals). */
bool text_is_addr_spec(const char *text);

/* An absolute https:// URL that names a host (LDH labels or an IPv4 number;
 * "localhost" is one), perhaps a port, perhaps a path with a query (RFC 3986):
 * no user, no fragment, nothing that is not printable ASCII or that a URL
 * writes as %XX. */
bool text_is_https_url(const char *text);

/* The mailbox behind a plus address ("siti+x@kota.id" is siti's), for counting
 * people; never for whom to believe, which is text_same_address (V023). */
void text_fold_plus(const char *address, char *folded, size_t room);

/* Same mailbox?  Domain without case; local part without case too, because no
 * provider of an office tells mailboxes apart by case (V023). */
bool text_same_address(const char *a, const char *b);

#endif
