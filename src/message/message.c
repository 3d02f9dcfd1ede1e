/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two strokes of reading a mail (message.h), each told in order.  Called
 * by proc/parser.c only; opens nothing and logs nothing.
 */
#include "message/message.h"

#include "message/charset.h"
#include "message/delegate.h"
#include "message/dkim.h"
#include "message/gate.h"
#include "message/mime.h"

#include <string.h>

void message_warm_up(void) {
    charset_warm_up();
    dkim_warm_up();
    mime_warm_up();
}

void message_identify(const char *raw, size_t size,
                      const struct message_options *options,
                      struct mail_identity *id) {
    memset(id, 0, sizeof *id);
    gate_check(raw, size, id);
    if (id->gate == GATE_PASS) {
        dkim_check(raw, size, options,
                   options->now != 0 ? options->now : clock_now(), id);
        id->delegate = delegate_seen(raw, size, id->from);
    }
}

int message_read(const char *raw, size_t size,
                 const struct message_options *options,
                 message_attachment_fn attachment, void *user,
                 struct mail_facts *facts, struct err *e) {
    struct mail_identity id = {0};

    /* The promise of the first stroke is not taken on trust: no library sees
     * what the gate refuses. */
    gate_check(raw, size, &id);
    if (id.gate != GATE_PASS) {
        return err_set(e, ERR_INPUT, "the gate refuses this mail: %s",
                       id.gate_detail);
    }
    return mime_read(raw, size, options, id.from, attachment, user, facts, e);
}
