/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_CLIENT_H
#define LOKET_CTL_CLIENT_H

#include "base/err.h"

#include <jansson.h>
#include <stddef.h>

/* Asks the engine and waits for its answer.  `memfd` (-1 = none) is taken
 * over.  Returns the answer (the caller json_decref()s it) or NULL: ERR_AGAIN
 * when no engine answers, ERR_INPUT when it refuses, with its sentence. */
json_t *client_ask(const char *socket_path, const char *const *words,
                   size_t word_count, int memfd, struct err *e);

/* The same for a question whose answer is bytes, at most LIMIT_MAIL; the
 * caller frees *data_r. */
int client_ask_bytes(const char *socket_path, const char *const *words,
                     size_t word_count, char **data_r, size_t *size_r,
                     struct err *e);

#endif
