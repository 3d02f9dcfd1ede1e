/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One letter of a case again, on an administrator's word (V057): the same
 * bytes, to the address that the registry has now.  Called by the control
 * socket; never by anything that a mail causes.
 *
 * Nothing is decided, asked, ordered or issued here, and no state changes.  A
 * letter that asks is not sent again: its token would travel twice.
 */
#include "proc/engine.h"

#include "base/mem.h"
#include "base/text.h"
#include "letter/readdress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_to_applicant(enum letter_kind kind) {
    static const bool kinds[LETTER__MAX] = {
        [LETTER_RECEIVED] = true,  [LETTER_INCOMPLETE] = true,
        [LETTER_NOTED] = true,     [LETTER_APPROVED] = true,
        [LETTER_REJECTED] = true,  [LETTER_COMPLETED] = true,
        [LETTER_STOPPED] = true,   [LETTER_CORRECT] = true,
        [LETTER_NUDGE] = true,     [LETTER_LAPSED] = true,
    };

    return kinds[kind];
}

/* What the administrator is told when it cannot be. */
static int check(const struct outbox_row *row, struct err *e) {
    if (row->casefile_id == 0 || !is_to_applicant(row->letter)) {
        return err_set(e, ERR_INPUT,
                       "letter %lld is not one that tells an applicant "
                       "something; officers are asked again by themselves",
                       (long long)row->id);
    }
    if (row->state == OUTBOX_QUEUED) {
        return err_set(e, ERR_INPUT,
                       "letter %lld is still on its way; nothing to do",
                       (long long)row->id);
    }
    return 0;
}

static int read_letter(struct engine *en, const struct outbox_row *row,
                       const struct subscriber *person,
                       struct outbox_row *again, char **bytes_r,
                       size_t *size_r, struct err *e) {
    struct letter letter = {.date = again->queued};
    char *bytes;
    size_t size;
    int rc;

    text_copy(letter.to, sizeof letter.to, person->addresses[0]);
    text_copy(letter.to_name, sizeof letter.to_name, person->name);
    decide_message_id(en, letter.message_id, sizeof letter.message_id);
    text_copy(again->recipient, sizeof again->recipient, letter.to);
    text_copy(again->message_id, sizeof again->message_id, letter.message_id);
    if (blob_read(en->store, &row->blob, LIMIT_LETTER_MAIL, &bytes, &size,
                  e) != 0) {
        return err_set(e, ERR_INPUT, "the bytes of letter %lld are not kept",
                       (long long)row->id);
    }
    rc = letter_readdress(bytes, size, &en->settings->timetable, &letter,
                          bytes_r, size_r, e);
    free(bytes);
    return rc;
}

/* The event stands in the case and, by its digest, in the audit chain. */
static void record(struct engine *en, const struct casefile *c,
                   const struct outbox_row *row, int64_t id, const char *who,
                   const char *reason) {
    struct event_row what = {.casefile_id = c->id, .at = clock_now(),
                             .state = c->state, .revision = c->revision};
    char detail[LIMIT_REASON + 64]; /* the detail is cut */

    snprintf(detail, sizeof detail, "letter=%lld %s as letter=%lld; reason: "
             "%.80s", (long long)row->id, letter_kind_name(row->letter),
             (long long)id, reason);
    text_copy(what.actor, sizeof what.actor, who);
    text_copy(what.kind, sizeof what.kind, "letter-resent");
    text_copy(what.detail, sizeof what.detail, detail);
    MUST(event_record(en->store, &what, &store_error));
}

int resend_letter(struct engine *en, int64_t id, const char *who,
                  const char *reason, struct outbox_row *row_r,
                  struct err *e) {
    struct casefile *c = xcalloc(1, sizeof *c);
    struct subscriber *person = xcalloc(1, sizeof *person);
    struct outbox_row row, again = {.queued = clock_now()};
    char *bytes = NULL;
    int found, rc = -1;
    size_t size;

    MUST(found = outbox_get(en->store, id, &row, &store_error));
    if (found != 1) {
        err_set(e, ERR_INPUT, "there is no letter %lld; `loketctl outbox list` "
                              "and `loketctl case show` have the numbers",
                (long long)id);
        goto out;
    }
    if (check(&row, e) != 0) {
        goto out;
    }
    MUST(casefile_get(en->store, row.casefile_id, c, &store_error));
    MUST(registry_get(en->store, c->subscriber_id, person, &store_error));
    again.casefile_id = row.casefile_id;
    again.letter = row.letter;
    again.class = row.class;
    again.next_try = again.queued;
    if (read_letter(en, &row, person, &again, &bytes, &size, e) != 0) {
        goto out;
    }
    MUST(store_begin(en->store, &store_error));
    MUST(outbox_add(en->store, &again, bytes, size, &again.id, &store_error));
    MUST(resent_add(en->store, again.id, row.id, who, reason, again.queued,
                    &store_error));
    record(en, c, &row, again.id, who, reason);
    MUST(store_commit(en->store, &store_error));
    deliver_pump(en);
    MUST(outbox_get(en->store, again.id, row_r, &store_error));
    rc = 0;
out:
    free(bytes);
    free(person);
    free(c);
    return rc;
}
