/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The service window by mail: what is asked with a request word
 * (message/request.h) by somebody whom workflow/match.c lets ask.  Called by
 * engine_decide.c inside the transaction that puts the mail aside.  Answers go
 * to the address that is known, never to what a mail says; nothing here changes
 * a case.
 */
#include "proc/engine_turn.h"

#include <stddef.h>

/* A word of no row is put aside without an answer. */
static const struct request {
    enum request_word word;
    int (*serve)(struct turn *t, struct err *e);
} requests[] = {
    {REQUEST_NONE, NULL},
};

int requests_serve(struct turn *t, struct err *e) {
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        if (requests[i].word == t->mail->facts->request) {
            return requests[i].serve(t, e);
        }
    }
    return 0;
}
