/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Log lines: one write(2) each, so that lines of several programs on one
 * descriptor never mix.
 */
#include "base/log.h"

#include "base/limits.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static const char *program_name = "loket";
static enum log_level most_level = LOG_LEVEL_INFO;
static bool is_terminal; /* a person reads: no "<6>" before each line */

void log_open(const char *program, enum log_level most) {
    program_name = program;
    most_level = most;
    is_terminal = isatty(STDERR_FILENO) == 1;
}

static void log_line(enum log_level level, const char *format, va_list args) {
    char text[LIMIT_LOG_LINE], safe[LIMIT_LOG_LINE], line[LIMIT_LOG_LINE + 64];
    char prefix[8] = "";
    int n;

    if (level > most_level) {
        return;
    }
    vsnprintf(text, sizeof text, format, args);
    text_escape(safe, sizeof safe, text);
    if (!is_terminal) {
        snprintf(prefix, sizeof prefix, "<%d>", (int)level);
    }
    n = snprintf(line, sizeof line, "%s%s: %s\n", prefix, program_name, safe);
    if (n > 0 && write(STDERR_FILENO, line, (size_t)n) < 0) {
        /* Nobody is left to tell. */
    }
}

#define LOG_FUNCTION(name, level)                                             \
    void name(const char *format, ...) {                                      \
        va_list args;                                                         \
        va_start(args, format);                                               \
        log_line(level, format, args);                                        \
        va_end(args);                                                         \
    }

LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
LOG_FUNCTION(log_warn, LOG_LEVEL_WARN)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)
