/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Complaints.  Called by match.c and engine_gather.c (what a mail says), and by
 * papers.c and verdict.c (what it does).  Pure.
 *
 * A complaint is a case like any other: its steps, clocks and people stand in a
 * workflow file, and step.c moves it.  Particular is that everything said in it
 * is kept (EFFECT_HEAR) and told to whoever is asked next, and that nobody
 * decides anything: words go to and fro until who complained is satisfied.
 */
#include "workflow/complaint.h"

#include "base/text.h"
#include "workflow/actor.h"

#include <string.h>

/* ---- what a mail says ---------------------------------------------------- */

bool complaint_is_oral(const struct mail_facts *mail,
                       enum complaint_channel *channel_r) {
    static const struct {
        const char *word;
        enum complaint_channel channel;
    } words[] = {
        {"pengaduan lisan", CHANNEL_VISIT},
        {"pengaduan langsung", CHANNEL_VISIT},
        {"oral complaint", CHANNEL_VISIT},
        {"complaint oral", CHANNEL_VISIT},
        {"pengaduan telepon", CHANNEL_TELEPHONE},
        {"complaint telephone", CHANNEL_TELEPHONE},
    };

    for (size_t i = 0; mail->request == REQUEST_COMPLAINT &&
                       i < sizeof words / sizeof words[0]; i++) {
        if (text_starts_ci(mail->subject, words[i].word)) {
            *channel_r = words[i].channel;
            return true;
        }
    }
    return false;
}

/* "NIP: 19710130 199903 1 005" */
static bool read_number(const char *line, size_t size,
                        char number_r[LIMIT_NIP]) {
    size_t n = 0;

    for (size_t i = 0; i < size; i++) {
        if (line[i] >= '0' && line[i] <= '9') {
            if (n + 1 == LIMIT_NIP) {
                return false;
            }
            number_r[n++] = line[i];
        } else if (strchr(" .:=-\t", line[i]) == NULL) {
            return false;
        }
    }
    number_r[n] = '\0';
    return n == LIMIT_NIP - 1 || n == LIMIT_NIK - 1;
}

bool complaint_reads_person(const struct mail_facts *mail,
                            char number_r[LIMIT_NIP]) {
    const char *line = mail->own_text;

    number_r[0] = '\0';
    while (*line != '\0') {
        size_t n = strcspn(line, "\n");

        if ((text_starts_ci(line, "NIP") || text_starts_ci(line, "NIK")) &&
            read_number(line + 3, n - 3, number_r)) {
            return true;
        }
        line += n + (line[n] == '\n');
    }
    number_r[0] = '\0';
    return false;
}

/* Past marks and blanks; a dash is of three bytes. */
static const char *skip_marks(const char *p) {
    for (;;) {
        size_t n = strspn(p, " :.,;!-\n");

        n += strncmp(p + n, "\xe2\x80\x93", 3) == 0 ||
                     strncmp(p + n, "\xe2\x80\x94", 3) == 0
                 ? 3
                 : 0;
        if (n == 0) {
            return p;
        }
        p += n;
    }
}

/* message/decision.c has seen to it that the word ends at a mark, or with the
 * line. */
const char *complaint_text(const struct mail_facts *mail) {
    const char *text = mail->own_text;
    const char *line = mail->first_line[0] != '\0'
                           ? strstr(text, mail->first_line)
                           : NULL;

    if (mail->decision < DECISION_RESPOND || line == NULL) {
        return skip_marks(text);
    }
    return skip_marks(line + strcspn(line, ":.,;!-\n\xe2"));
}

enum answer_fault complaint_judge_oral(const struct workflow *workflow,
                                       const struct mail_facts *mail,
                                       const struct known *known) {
    const struct officer *o = known->officer;

    if (mail->identity.level < workflow->verifier_level ||
        mail->identity.irregular) {
        return FAULT_UNPROVEN;
    }
    if (mail->identity.delegate) {
        return FAULT_DELEGATE;
    }
    if (!o->roles[ROLE_COMPLAINT_OFFICER] &&
        !o->roles[ROLE_COMPLAINT_OFFICIAL]) {
        return FAULT_NOT_AUTHORISED;
    }
    if (mail->parts_differ) {
        return FAULT_PARTS_DIFFER;
    }
    if (known->speaker == NULL) {
        return FAULT_NO_PERSON;
    }
    if (actor_is_applicant(o, known->speaker)) {
        return FAULT_OWN_CASE;
    }
    return *complaint_text(mail) != '\0' ? FAULT_NONE : FAULT_NO_TEXT;
}

/* ---- transitions --------------------------------------------------------- */

/* What an officer wrote down has no thread of who complained. */
void complaint_begin(struct move *m) {
    m->c->previous_id = 0; /* that is for applications (PKL-6) */
    if (!m->known->is_oral) {
        move_follow_thread(m);
    }
    move_add(m, EFFECT_HEAR);
}

/* Nobody is asked again where the letter was one too many for today: the next
 * question shows it, too. */
void complaint_hear(struct move *m) {
    bool open = m->c->state == CASE_RECEIVED && m->c->halted == 0;

    move_follow_thread(m);
    move_add(m, EFFECT_HEAR);
    move_send_noted(m);
    if (open && m->step->kind == KIND_ANSWER && move_has(m, EFFECT_SEND)) {
        move_ask(m, EFFECT_REMIND, STEP_VERIFY, "again-heard");
    } else if (!open) {
        move_alarm(m, "applicant-wrote: the applicant wrote; an officer "
                      "should read it");
    }
}

/* He is asked anew, by the words that tell him what became of his answer. */
static bool goes_on_himself(const struct move *m, enum outlet outlet) {
    const struct workflow_step *to =
        &m->workflow->steps[m->step->on[outlet].to];

    return to->kind == KIND_ANSWER && to->actor == m->step->actor &&
           outlet != OUTLET_ROUTE;
}

void complaint_say(struct move *m, enum outlet outlet, const char **receipt) {
    static const char *const prefaces[OUTLET__MAX] = {
        [OUTLET_RESPOND] = "again-responded",
        [OUTLET_DISPUTE] = "again-disputed",
        [OUTLET_INSPECT] = "again-inspected",
        [OUTLET_ROUTE] = "first-forwarded",
        [OUTLET_REOPEN] = "again-reopened",
    };

    move_add(m, EFFECT_HEAR);
    if (m->step->kind == KIND_CONFIRM) {
        move_follow_thread(m);
    }
    m->preface = prefaces[outlet];
    if (goes_on_himself(m, outlet)) {
        *receipt = NULL;
    }
}
