/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does mail to office+tag@ come back to us?  Asked once a day, where the
 * administrator says that it should (mailbox.plus): no Reply-To carries a token
 * before a probe has come back by it (design.md 5), because an unknown plus
 * address would lose the whole answer.
 *
 * The memo "plus-came-back" holds when the last probe arrived; after two days
 * without one the carrier is no longer used.
 */
#include "proc/engine.h"

#include "base/log.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define PROBE_EVERY USEC_PER_DAY
#define PROBE_GOOD (2 * USEC_PER_DAY)

static int send_probe(struct engine *en, struct err *e) {
    const struct office *office = &en->settings->office;
    const char *at = strchr(office->address, '@');
    struct letter letter = {.kind = LETTER_PROBE,
                            .language = office->language};

    snprintf(letter.to, sizeof letter.to, "%.*s+probe%s",
             (int)(at - office->address), office->address, at);
    text_copy(letter.to_name, sizeof letter.to_name, office->name);
    letter.values[SLOT_NAME] = office->name;
    return decide_letter(en, NULL, &letter, e);
}

bool probe_plus_works(const struct engine *en, usec_t now) {
    return en->settings->mailbox_plus && en->plus_back != 0 &&
           now - en->plus_back < PROBE_GOOD;
}

void probe_pump(struct engine *en, usec_t now) {
    struct err e = ERR_INIT;
    int64_t sent = 0, back = 0;

    if (!en->settings->mailbox_plus) {
        return;
    }
    MUST(memo_get(en->store, "plus-came-back", &back, &store_error));
    MUST(memo_get(en->store, "plus-probe", &sent, &store_error));
    en->plus_back = back;
    if (sent != 0 && now - sent < PROBE_EVERY) {
        return;
    }
    MUST(store_begin(en->store, &store_error));
    if (send_probe(en, &e) != 0) {
        engine_alarm(en, "mailbox", e.text);
    }
    MUST(memo_put(en->store, "plus-probe", now, &store_error));
    MUST(store_commit(en->store, &store_error));
    deliver_pump(en);
}
