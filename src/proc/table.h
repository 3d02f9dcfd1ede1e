/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_TABLE_H
#define LOKET_PROC_TABLE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The programs under loketd, one row each: the only place that says who is
 * started and who talks to whom.
 */
struct program {
    const char *name;    /* in Peer frames, logs and `loketctl status` */
    const char *file;    /* in libexec */
    const char *worker;  /* first argument, or NULL */
    bool is_engine;      /* the others get a channel to it */
    unsigned silent_sec; /* no Pong for so long: it hangs, and is killed */
    bool only_for_ocr;   /* started where documents.ocr = true */
};

enum { PROGRAM_ENGINE, PROGRAM_IMAP, PROGRAM_OUT, PROGRAM_MAIL_PARSER,
       PROGRAM_DOCUMENT_PARSER, PROGRAM_SCAN_PARSER, PROGRAM__MAX };

extern const struct program programs[PROGRAM__MAX];

#endif
