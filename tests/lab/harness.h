/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_TESTS_LAB_HARNESS_H
#define LOKET_TESTS_LAB_HARNESS_H

#include "wire/channel.h"

#include <jansson.h>

/*
 * A program that plays loketd and the engine to one worker: commands are lines
 * on stdin, every frame of the worker is one JSON line on stdout, its end is
 * {"frame": "exit", "code": N} and ours.  The end of stdin ends the worker as
 * the death of loketd would.
 */
struct harness {
    const char *name;
    /* One line of stdin, without its end. */
    void (*command)(char *line);
    /* A frame that only this worker sends, for printing. */
    json_t *(*show)(struct received *in);
};

/* The whole main(): starts ARG 1 with the arguments behind it. */
int harness_main(const struct harness *h, int argc, char **argv);

/* For commands: orders of the engine and of loketd. */
void harness_order(const Loket__Frame *frame, const int *fds, size_t fd_count);
void harness_ping(uint64_t number);
void harness_stop(void);
/* While held, the engine's channel is not read. */
void harness_hold(bool hold);

/* For show: a frame nobody expected. */
json_t *harness_other(const Loket__Frame *frame);

/* Says why on stderr and exits. */
_Noreturn void harness_die(const char *what);

#endif
