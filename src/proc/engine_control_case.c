/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions about all cases and the letters of the outbox; everything about one
 * case is in engine_control_record.c.  Nothing here changes anything, but that
 * an administrator has a letter sent again (engine_resend.c), and says what
 * becomes of a case that BUKAN SAYA has halted.
 */
#include "proc/engine_control.h"
#include "proc/engine_ca.h"

#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>

/* When the oldest answer that waits will have waited its time. */
static usec_t held_until(struct engine *en, const struct casefile *c) {
    struct hold h;
    size_t count;

    MUST(hold_list(en->store, c->id, &h, 1, &count, &store_error));
    return count == 0 ? 0
                      : clock_now() + h.minutes * USEC_PER_MIN - h.waited;
}

bool control_standing(struct engine *en, const struct casefile *c, char *text,
                      size_t room) {
    usec_t until = c->halted == 0 ? held_until(en, c) : 0;
    char when[CLOCK_ISO_SIZE];

    text[0] = '\0';
    if (c->halted != 0) {
        clock_to_iso(c->halted, when);
        snprintf(text, room, "halted by BUKAN SAYA since %s", when);
    } else if (until != 0) {
        clock_to_iso(until, when);
        snprintf(text, room, "an answer is held until %s", when);
    }
    return text[0] != '\0';
}

json_t *control_case_json(struct engine *en, const struct casefile *c) {
    struct subscriber person;
    json_t *o = json_object();
    char standing[LIMIT_WORD];
    int found;

    MUST(found =
             registry_get(en->store, c->subscriber_id, &person, &store_error));
    control_set_text(o, "number", c->number);
    control_set_text(o, "state", casefile_state_name(c->state));
    control_set_text(o, "plea",
                     c->plea != PLEA_NONE ? plea_name(c->plea) : "");
    control_set_text(o, "step", c->step);
    control_set_number(o, "round", c->round);
    control_set_text(o, "assigned", c->assigned);
    control_set_time(o, "halted", c->halted);
    (void)control_standing(en, c, standing, sizeof standing);
    control_set_text(o, "stands", standing);
    control_set_number(o, "revision", c->revision);
    control_set_text(o, "workflow", c->workflow);
    control_set_text(o, "workflow_version", c->workflow_version);
    control_set_text(o, "applicant", found == 1 ? person.name : "");
    control_set_text(o, "recipient", c->recipient);
    control_set_text(o, "brought_by", c->brought_by);
    control_set_time(o, "opened", c->opened);
    control_set_time(o, "changed", c->changed);
    control_set_time(o, "clock_starts", c->clock_starts);
    control_set_time(o, "due", c->due);
    control_set_time(o, "closed", c->closed);
    control_set_number(o, "id", c->id);
    return o;
}

struct case_list {
    struct engine *en;
    json_t *list;
};

static int append_case(void *user, const struct casefile *c) {
    struct case_list *l = user;

    json_array_append_new(l->list, control_case_json(l->en, c));
    return 0;
}

static void do_case_list(struct client *c, const Loket__Command *m,
                         struct received *in) {
    struct case_list l = {.en = c->en, .list = json_array()};

    (void)m;
    (void)in;
    MUST(casefile_list(c->en->store, CONTROL_LIST_MAX, append_case, &l,
                       &store_error));
    control_answer(c, l.list);
}

/* ---- a halted case ------------------------------------------------------- */

/* False: there is none, or no reason, and the client knows why. */
static bool case_of_words(struct client *c, const Loket__Command *m,
                          struct casefile *to) {
    const char *fault = control_fault_of_reason(m->words[3]);
    int found;

    MUST(found = casefile_by_number(c->en->store, m->words[2], to,
                                    &store_error));
    if (found != 1) {
        control_refuse(c, "there is no such case; `loketctl case list` shows "
                          "their numbers");
    } else if (fault != NULL) {
        control_refuse(c, fault);
    }
    return found == 1 && fault == NULL;
}

static void answer_case(struct client *c, int64_t id) {
    struct casefile *now = xcalloc(1, sizeof *now);

    MUST(casefile_get(c->en->store, id, now, &store_error));
    control_answer(c, control_case_json(c->en, now));
    free(now);
}

static void decide(struct client *c, const struct casefile *of,
                   enum event_kind kind, const char *reason) {
    struct err e = ERR_INIT;

    if (decide_case(c->en, of, kind, c->who, reason, &e) != 0) {
        control_refuse(c, e.text);
    } else {
        answer_case(c, of->id);
    }
}

/* words: case resume NUMBER REASON */
static void do_case_resume(struct client *c, const Loket__Command *m,
                           struct received *in) {
    struct casefile *of = xcalloc(1, sizeof *of);

    (void)in;
    if (case_of_words(c, m, of)) {
        decide(c, of, EVENT_RESUMED, m->words[3]);
    }
    free(of);
}

/* loket-ca has said whether it leaves the orders undone. */
static void on_given_up(void *user, const struct err *why) {
    struct order_row *row = control_given_up(user, why);

    if (row != NULL) {
        answer_case(user, row->casefile_id);
    }
    free(row);
}

/* Asks loket-ca first where one of its orders is open: 0.  1: there is none. */
static int give_up_orders(struct client *c, const struct casefile *of,
                          const char *reason, struct err *e) {
    struct order_row *row = xcalloc(1, sizeof *row);
    int rc = 1;

    for (int k = 0; k < ORDER__MAX && rc == 1; k++) {
        int found;

        MUST(found = order_of_case(c->en->store, of->id, (enum order_kind)k,
                                   row, &store_error));
        if (found == 1) {
            text_copy(c->waits, sizeof c->waits, row->order.id);
            rc = ca_give_up(c->en, row->order.id, c->who, reason, on_given_up,
                            c, e);
        }
    }
    if (rc != 0) {
        c->waits[0] = '\0';
    }
    free(row);
    return rc;
}

/* words: case stop NUMBER REASON */
static void do_case_stop(struct client *c, const Loket__Command *m,
                         struct received *in) {
    struct casefile *of = xcalloc(1, sizeof *of);
    struct err e = ERR_INIT;
    int rc = 1;

    (void)in;
    if (case_of_words(c, m, of)) {
        if (of->halted != 0) {
            rc = give_up_orders(c, of, m->words[3], &e);
        }
        if (rc < 0) {
            control_refuse(c, e.text);
        } else if (rc > 0) {
            decide(c, of, EVENT_ABANDONED, m->words[3]);
        }
    }
    free(of);
}

/* ---- letters ------------------------------------------------------------- */

json_t *control_letter_json(struct engine *en, const struct outbox_row *row) {
    struct returned_row back;
    json_t *o = json_object();

    MUST(returned_get(en->store, row->id, &back, &store_error));

    control_set_number(o, "id", row->id);
    control_set_number(o, "case_id", row->casefile_id);
    control_set_text(o, "letter", letter_kind_name(row->letter));
    control_set_text(o, "to", row->recipient);
    control_set_shown(o, "message_id", row->message_id);
    control_set_text(o, "state", outbox_state_name(row->state));
    control_set_number(o, "attempts", row->attempts);
    control_set_number(o, "ambiguous", row->ambiguous);
    control_set_time(o, "queued", row->queued);
    control_set_time(o, "next_try",
                     row->state == OUTBOX_QUEUED ? row->next_try : 0);
    control_set_time(o, "closed", row->closed);
    control_set_number(o, "code", row->reply_code);
    control_set_text(o, "reply", row->reply_text);
    control_set_time(o, "came_back", back.at);
    control_set_text(o, "came_back_status", back.status);
    control_set_number(o, "came_back_mail", back.mail_id);
    control_set_number(o, "resent_of", back.resent_of);
    control_set_number(o, "resent_as", back.resent_as);
    return o;
}

struct letter_list {
    struct engine *en;
    json_t *list;
};

static int append_letter(void *user, const struct outbox_row *row) {
    struct letter_list *l = user;

    json_array_append_new(l->list, control_letter_json(l->en, row));
    return 0;
}

static void do_outbox_list(struct client *c, const Loket__Command *m,
                           struct received *in) {
    struct letter_list l = {.en = c->en, .list = json_array()};

    (void)m;
    (void)in;
    MUST(outbox_list(c->en->store, CONTROL_LIST_MAX, append_letter, &l,
                     &store_error));
    control_answer(c, l.list);
}

/* words: letter resend ID REASON */
static void do_letter_resend(struct client *c, const Loket__Command *m,
                             struct received *in) {
    const char *fault = control_fault_of_reason(m->words[3]);
    struct outbox_row row;
    struct err e = ERR_INIT;
    char *end;
    long long id;

    (void)in;
    errno = 0;
    id = strtoll(m->words[2], &end, 10);
    if (errno != 0 || *end != '\0' || id <= 0) {
        control_refuse(c, "a letter is named by its number; `loketctl case "
                          "show` has it");
    } else if (fault != NULL) {
        control_refuse(c, fault);
    } else if (resend_letter(c->en, id, c->who, m->words[3], &row, &e) != 0) {
        control_refuse(c, e.text);
    } else {
        control_answer(c, control_letter_json(c->en, &row));
    }
}

const struct control_command control_case_commands[] = {
    {"case", "list", 2, do_case_list},
    {"case", "resume", 4, do_case_resume},
    {"case", "stop", 4, do_case_stop},
    {"outbox", "list", 2, do_outbox_list},
    {"letter", "resend", 4, do_letter_resend},
    {NULL, NULL, 0, NULL},
};
