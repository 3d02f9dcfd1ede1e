/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two strokes of reading a mail (message.h), each told in order.  Called
 * by proc/parser.c only; opens nothing and logs nothing.
 */
#include "message/message.h"

#include "base/text.h"
#include "message/bounce.h"
#include "message/charset.h"
#include "message/delegate.h"
#include "message/dkim.h"
#include "message/envelope.h"
#include "message/gate.h"
#include "message/html.h"
#include "message/mime.h"
#include "message/provider.h"
#include "message/secret.h"

#include <string.h>

void message_warm_up(void) {
    charset_warm_up();
    dkim_warm_up();
    html_warm_up();
    mime_warm_up();
}

/* V051: the gate guards who is believed and what libraries see.  Returned mail
 * comes from programs that keep neither rule: it is let pass as nobody's, and
 * then read without any library. */
static bool is_broken_bounce(const char *raw, size_t size,
                             enum gate_verdict gate) {
    return gate != GATE_PASS && bounce_is_broken(raw, size, gate);
}

void message_identify(const char *raw, size_t size,
                      const struct message_options *options,
                      struct mail_identity *id) {
    memset(id, 0, sizeof *id);
    gate_check(raw, size, id);
    if (is_broken_bounce(raw, size, id->gate)) {
        id->gate = GATE_PASS;
        id->irregular = true;
        id->gate_detail[0] = id->from_name[0] = '\0';
        text_copy(id->from, sizeof id->from, BOUNCE_SENDER);
    } else if (id->gate == GATE_PASS) {
        dkim_check(raw, size, options,
                   options->now != 0 ? options->now : clock_now(), id);
        provider_check(raw, size, options->provider, id);
        id->delegate = delegate_seen(raw, size, id->from, id->sent_by);
        id->replies_elsewhere = delegate_replies(raw, size, id->from);
    }
}

static void read_nobodys(const char *raw, size_t size,
                         struct mail_facts *facts) {
    const struct mail_identity id = facts->identity;

    memset(facts, 0, sizeof *facts);
    facts->identity = id;
    envelope_read(raw, size, facts);
    bounce_read_broken(raw, size, facts);
}

int message_read(const char *raw, size_t size,
                 const struct message_options *options,
                 message_attachment_fn attachment, void *user,
                 struct mail_facts *facts, struct err *e) {
    struct mail_identity id = {0};

    /* The promise of the first stroke is not taken on trust: no library sees
     * what the gate refuses. */
    gate_check(raw, size, &id);
    if (is_broken_bounce(raw, size, id.gate)) {
        read_nobodys(raw, size, facts);
        return 0;
    }
    if (id.gate != GATE_PASS) {
        return err_set(e, ERR_INPUT, "the gate refuses this mail: %s",
                       id.gate_detail);
    }
    if (mime_read(raw, size, options, id.from, attachment, user, facts, e) !=
        0) {
        return -1;
    }
    secret_find(raw, size, options, facts);
    return 0;
}
