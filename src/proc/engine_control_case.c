/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions about all cases and the letters of the outbox; everything about one
 * case is in engine_control_record.c.  Nothing here changes anything, but that
 * an administrator has a letter sent again (engine_resend.c).
 */
#include "proc/engine_control.h"

#include <errno.h>
#include <stdlib.h>

json_t *control_case_json(struct engine *en, const struct casefile *c) {
    struct subscriber person;
    json_t *o = json_object();
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
    control_set_number(o, "revision", c->revision);
    control_set_text(o, "workflow", c->workflow);
    control_set_text(o, "workflow_version", c->workflow_version);
    control_set_text(o, "applicant", found == 1 ? person.name : "");
    control_set_text(o, "recipient", c->recipient);
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
    {"outbox", "list", 2, do_outbox_list},
    {"letter", "resend", 4, do_letter_resend},
    {NULL, NULL, 0, NULL},
};
