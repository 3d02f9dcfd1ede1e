/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_BASE_ERR_H
#define LOKET_BASE_ERR_H

/*
 * A failure is a value: a kind, which says what happens next, and one
 * sentence for the person who has to act on it.
 *
 * Functions that can fail return int: 0 on success, -1 on failure, and take a
 * `struct err *` as their last argument.  The struct is written only on
 * failure.  Floors 0 to 2 never log and never exit; proc/ decides and logs
 * once.
 */
enum err_kind {
    ERR_NONE,
    ERR_AGAIN,  /* worth a retry: time-out, 4xx, resource short        */
    ERR_INPUT,  /* the sender's mistake: the text may go into a reply  */
    ERR_DENIED, /* not allowed: audited, never explained to strangers  */
    ERR_SETUP,  /* the administrator's: configuration, files, disk     */
    ERR_BUG     /* ours: the process aborts and is started again       */
};

enum { ERR_TEXT_MAX = 512 };

struct err {
    enum err_kind kind;
    char text[ERR_TEXT_MAX]; /* one sentence, no trailing newline */
};

#define ERR_INIT {ERR_NONE, ""}

/* Fills *e (which may be NULL) and returns -1, so that a caller can write
 * `return err_set(e, ERR_INPUT, "...")`.  Longer texts are cut. */
int err_set(struct err *e, enum err_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "prefix: " before the text already in *e; keeps the kind; returns -1. */
int err_prefix(struct err *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A word for logs and tests: "again", "input", ... */
const char *err_kind_name(enum err_kind kind);

#endif
