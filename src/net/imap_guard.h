/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_NET_IMAP_GUARD_H
#define LOKET_NET_IMAP_GUARD_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads every byte of an IMAP server before libetpan does and refuses what
 * libetpan cannot bear (threats.md 0.2, 0.3):
 *
 *   - a literal that was not asked for, is larger than expected, negative,
 *     wraps 32 bits or is not at the end of its line (V129);
 *   - parentheses nested deeper than LIMIT_IMAP_DEPTH (V130);
 *   - a line longer than LIMIT_IMAP_LINE, text beyond LIMIT_IMAP_TEXT or more
 *     than LIMIT_IMAP_COMMAND bytes for one command (V131);
 *   - NUL, bare CR and bare LF outside a literal (RFC 9051 9).
 *
 * The only literal a command of ours is ever answered with is the value of
 * BODY[] in an untagged FETCH; everything else counts as an attack.
 */
enum guard_line {
    GUARD_LINE_UNKNOWN,
    GUARD_LINE_TEXT, /* tagged, "+", or "* OK/NO/BAD/BYE/PREAUTH" */
    GUARD_LINE_DATA,
    GUARD_LINE_FETCH
};

enum { GUARD_HEAD = 24, GUARD_TAIL = 7 /* "BODY[] " */ };

struct imap_guard {
    size_t literal_max;  /* 0 = none is expected */
    size_t command_left; /* bytes of all kinds */
    size_t text_left;    /* bytes outside literals */
    size_t line_left;
    size_t literal_left; /* > 0 while inside one */
    enum guard_line line;
    size_t head_size;
    char head[GUARD_HEAD];
    char tail[GUARD_TAIL];
    unsigned depth;
    bool quoted, escaped, cr;
    bool code, coded;    /* inside, behind the "[...]" of a status line */
    bool worded;         /* ... and there was text behind it */
    int brace;           /* state inside "{...}", see imap_guard.c */
    uint64_t brace_value;
    unsigned brace_digits;
    bool refused;
};

/* A fresh connection. */
void imap_guard_init(struct imap_guard *g);

/* A new command: budgets start again.  literal_max is the largest BODY[] that
 * its answer may carry. */
void imap_guard_begin(struct imap_guard *g, size_t literal_max);

/* 0 when all these bytes may go on; -1 (ERR_INPUT, one sentence) when the
 * connection has to end.  Once refused always refused. */
int imap_guard_feed(struct imap_guard *g, const char *data, size_t size,
                    struct err *e);

#endif
