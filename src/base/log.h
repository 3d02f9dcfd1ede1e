/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_BASE_LOG_H
#define LOKET_BASE_LOG_H

/*
 * One line per fact on stderr, prefixed "<N>" as sd-daemon(3) defines unless
 * that is a terminal, the id first ("casefile=LOCK-2026-000123 mail=42 ..."), so that grep of an id is its
 * biography.  Only proc/, ctl/ and the parent log.  Bytes outside printable
 * ASCII are written as \xNN (V111): callers pass text as it is.  Bodies, keys,
 * tokens and passwords are never passed.
 *
 * Children write to the descriptor they inherited; loketd forwards the lines.
 */
enum log_level { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARN = 4, LOG_LEVEL_INFO = 6,
                 LOG_LEVEL_DEBUG = 7 };

/* The word each line carries: "engine", "imap", ...  The string must stay. */
void log_open(const char *program, enum log_level most);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
