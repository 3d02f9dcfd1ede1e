/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who hands over to whom.  Called by match.c.  Pure.
 *
 * Two choices of ours:  By mail an officer names the deputy that people.conf
 * gives him, or somebody who holds one of his own deciding roles: no mail makes
 * a decider of somebody whom the administrator has not made one.  And an
 * automatic reply hands over to the deputy of people.conf alone, for a day
 * where it does not say how long; each later one says it again.
 */
#include "workflow/handover.h"

#include "base/date.h"
#include "base/text.h"
#include "workflow/addressee.h"

#include <string.h>

/* As sure of him as of a decider. */
static bool is_proven(const struct workflow *w, const struct mail_facts *m,
                      const struct known *k) {
    return k->officer != NULL && m->identity.level >= w->verifier_level &&
           !m->identity.irregular && !m->identity.delegate && !m->parts_differ &&
           !k->duplicate;
}

static bool is_colleague(const struct officer *o, const struct officer *d) {
    for (int r = 0; r < ROLE__MAX; r++) {
        if (role_may_decide((enum role)r) && o->roles[r] && d->roles[r]) {
            return true;
        }
    }
    return false;
}

static bool may_stand_in(const struct officer *o, const struct officer *d) {
    return d != NULL && d != o &&
           (strcmp(o->deputy, d->id) == 0 || is_colleague(o, d));
}

static void fill(struct delegation *to, const struct known *k,
                 const struct officer *deputy, usec_t until,
                 enum delegation_source source) {
    *to = (struct delegation){
        .from = k->now, .until = until, .source = source};
    text_copy(to->person, sizeof to->person, k->officer->id);
    text_copy(to->deputy, sizeof to->deputy, deputy->id);
}

/* What he signed long ago, and not for this time, is sent on by others. */
#define FRESH (3 * USEC_PER_DAY)

static bool is_fresh(const struct mail_facts *m, const struct known *k) {
    return m->has_date && m->date > k->now - FRESH &&
           m->date < k->now + USEC_PER_DAY;
}

static enum handover by_mail(const struct timetable *t,
                             const struct mail_facts *m,
                             const struct known *k, struct delegation *to) {
    const struct officer *deputy =
        addressee_find(k->people, m->decision_reason);
    int last;

    if (!is_fresh(m, k) || !may_stand_in(k->officer, deputy) ||
        addressee_until(m->decision_reason, date_of(k->now, t->zone_min),
                        &last) != UNTIL_FINE) {
        return HANDOVER_UNKNOWN;
    }
    fill(to, k, deputy, date_start(last + 1, t->zone_min), DELEGATION_MAIL);
    return HANDOVER_RIGHT;
}

static bool is_delegated(const struct known *k) {
    for (size_t i = 0; i < k->delegation_count; i++) {
        if (strcmp(k->delegations[i].person, k->officer->id) == 0) {
            return true;
        }
    }
    return false;
}

/* The whole last day; at most as long as a mail of his own could say. */
static usec_t absence_ends(const struct timetable *t,
                           const struct mail_facts *m,
                           const struct known *k) {
    int today = date_of(k->now, t->zone_min);
    int last = m->absent_until;

    if (last < today) {
        return k->now + USEC_PER_DAY;
    }
    if (last > today + LIMIT_DELEGATION_DAYS) {
        last = today + LIMIT_DELEGATION_DAYS;
    }
    return date_start(last + 1, t->zone_min);
}

/* A machine answers at once.  Mails of his own that say "cuti", which were never
 * meant for us, exist; sent on with an unsigned In-Reply-To put before them they
 * must not hand over in his name.  So it has to be new, and to bring back, where
 * his server's signature covers it (gather_token sees to that), the token of a
 * question that he himself was asked. */
static bool is_answer_to_his_question(const struct mail_facts *m,
                                      const struct known *k) {
    return is_fresh(m, k) && k->carries_token &&
           !k->several_tokens && k->token != NULL &&
           strcmp(k->token->person, k->officer->id) == 0;
}

static enum handover by_machine(const struct timetable *t,
                                const struct mail_facts *m,
                                const struct known *k,
                                struct delegation *to) {
    const struct officer *deputy;

    if (!m->absent || is_delegated(k) || !is_answer_to_his_question(m, k)) {
        return HANDOVER_NONE;
    }
    deputy = people_get(k->people, k->officer->deputy);
    if (deputy == NULL || deputy == k->officer) {
        return HANDOVER_NONE;
    }
    fill(to, k, deputy, absence_ends(t, m, k), DELEGATION_AUTOMATIC);
    return HANDOVER_RIGHT;
}

enum handover handover_read(const struct workflow *workflow,
                            const struct timetable *timetable,
                            const struct mail_facts *mail,
                            const struct known *known,
                            struct delegation *delegation_r) {
    if (!is_proven(workflow, mail, known)) {
        return HANDOVER_NONE;
    }
    if (mail->automatic == AUTOMATIC_REPLY) {
        return by_machine(timetable, mail, known, delegation_r);
    }
    return mail->automatic == AUTOMATIC_NO &&
                   mail->decision == DECISION_DELEGATE
               ? by_mail(timetable, mail, known, delegation_r)
               : HANDOVER_NONE;
}
