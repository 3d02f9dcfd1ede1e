/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `loketctl people list` and `people drill`: what each officer's answer to a
 * LATIHAN letter has shown, and another letter.  What a drill is, engine_drill.c
 * says.
 */
#include "proc/engine_control.h"

#include "base/text.h"

#include <string.h>

/* ---- how each stands ------------------------------------------------------ */

static json_t *carriers_json(unsigned bits) {
    json_t *list = json_array();

    for (int c = 0; c < CARRIER__MAX; c++) {
        if ((bits & 1U << c) != 0) {
            json_array_append_new(
                list, json_string(token_carrier_name((enum token_carrier)c)));
        }
    }
    return list;
}

static void set_answer(json_t *o, const struct drill_answer *a) {
    control_set_time(o, "answered", a->at);
    control_set_text(o, "level", sender_level_name(a->level));
    control_set_text(o, "fault", answer_fault_name(a->fault));
    json_object_set_new(o, "carriers", carriers_json(a->carriers));
    json_object_set_new(o, "signed", carriers_json(a->covered));
    control_set_text(o, "quoting", quoting_name(a->quoting));
    control_set_number(o, "mail", a->mail_id);
}

static json_t *officer_json(struct engine *en, const struct officer *o,
                            usec_t now) {
    json_t *json = json_object();
    struct drill_answer answer;
    struct drill drill;
    int found, answered = 0;

    control_set_text(json, "person", o->id);
    json_object_set_new(json, "required", json_boolean(o->must_drill));
    control_set_text(json, "shown",
                     sender_level_name((enum sender_level)o->drilled));
    MUST(found = drill_newest(en->store, o->id, &drill, &store_error));
    if (found == 1) {
        control_set_text(json, "address", drill.address);
        control_set_time(json, "sent", drill.made);
        control_set_time(json, "expires", drill.expires);
        MUST(answered = drill_answer_get(en->store, drill.id, &answer,
                                         &store_error));
    }
    if (answered == 1) {
        set_answer(json, &answer);
    }
    control_set_text(json, "state",
                     found == 0                ? "none"
                     : drill.passed            ? "passed"
                     : now >= drill.expires    ? "expired"
                     : answered == 1           ? "failed"
                                               : "sent");
    return json;
}

static void do_drills(struct client *c, const Loket__Command *m,
                      struct received *in) {
    const struct people *people = &c->en->settings->people;
    json_t *list = json_array();

    (void)m;
    (void)in;
    for (size_t i = 0; i < people->count; i++) {
        if (people_asks(people, &people->officers[i])) {
            json_array_append_new(list, officer_json(c->en,
                                                     &people->officers[i],
                                                     clock_now()));
        }
    }
    control_answer(c, list);
}

/* ---- another letter -------------------------------------------------------- */

static int send_to(struct client *c, const struct officer *o, struct err *e) {
    usec_t now = clock_now();

    return drill_send(c->en, o, now, e) != 0
               ? -1
               : audit_add(c->en->store, now, c->who, "drill", o->id,
                           "on request", e);
}

/* To this officer, or with "" to all; how many letters, or -1. */
static int send_drills(struct client *c, const char *person, struct err *e) {
    const struct people *people = &c->en->settings->people;
    int count = 0;

    for (size_t i = 0; i < people->count; i++) {
        const struct officer *o = &people->officers[i];
        bool meant = person[0] == '\0' ? people_asks(people, o)
                                       : strcmp(o->id, person) == 0;

        if (meant && send_to(c, o, e) != 0) {
            return -1;
        }
        count += meant;
    }
    return count;
}

/* words: people drill PERSON|"" */
static void do_drill(struct client *c, const Loket__Command *m,
                     struct received *in) {
    struct engine *en = c->en;
    struct err e = ERR_INIT;
    int count;

    (void)in;
    if (!probe_carries(en, clock_now())) {
        control_refuse(c, "no token comes back to us at present, so that no "
                          "answer would be known; `loketctl status`, carriers");
        return;
    }
    MUST(store_begin(en->store, &store_error));
    count = send_drills(c, m->words[2], &e);
    if (count <= 0) {
        store_rollback(en->store);
        control_refuse(c, count < 0 ? e.text
                                    : "nobody of this id is in people.conf; "
                                      "`loketctl people list` shows who is");
        return;
    }
    MUST(store_commit(en->store, &store_error));
    deliver_pump(en);
    control_answer(c, json_pack("{s:i}", "letters", count));
}

const struct control_command control_drill_commands[] = {
    {"people", "drills", 2, do_drills},
    {"people", "drill", 3, do_drill},
    {NULL, NULL, 0, NULL},
};
