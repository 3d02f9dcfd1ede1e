/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_ENGINE_CONTROL_H
#define LOKET_PROC_ENGINE_CONTROL_H

#include "proc/engine.h"

#include <jansson.h>

/*
 * What the files of engine_control share.  engine_control.c has the socket and
 * the clients; each other file answers the questions about one subject and
 * lists them in a table, ended by a row without noun.
 */
struct client {
    struct engine *en;
    bool used;
    char who[LIMIT_PERSON_ID]; /* "uid=0", for the audit rows */
    char waits[LIMIT_ORDER_ID]; /* for loket-ca to leave this order undone */
    struct link link;
    /* registry import: what waits for the facts of the certificate */
    struct subscriber person;
    char *bytes; /* owned; there from the command to on_certificate(), and
                  * so long the place is nobody else's */
    size_t size;
};

struct control_command {
    const char *noun, *verb; /* verb NULL: the noun alone */
    size_t words_min;        /* of the question, noun and verb included */
    void (*run)(struct client *, const Loket__Command *, struct received *);
};

extern const struct control_command control_mail_commands[];
extern const struct control_command control_case_commands[];
extern const struct control_command control_record_commands[];
extern const struct control_command control_explain_commands[];
extern const struct control_command control_order_commands[];
extern const struct control_command control_registry_commands[];
extern const struct control_command control_people_commands[];
extern const struct control_command control_drill_commands[];
extern const struct control_command control_office_commands[];
extern const struct control_command control_survey_commands[];
extern const struct control_command control_reload_commands[];

/* Most rows of one answer. */
enum { CONTROL_LIST_MAX = 1000 };

/* One of these ends every question.  The sentence is for a person; the JSON is
 * taken over. */
void control_refuse(struct client *c, const char *why);
void control_answer(struct client *c, json_t *json);

void control_set_text(json_t *o, const char *key, const char *text);
/* His second contact: "-" is nobody, "" leaves it as it is. */
int control_set_contact(struct client *c, int64_t subscriber_id,
                        const char *contact, bool *changed_r, struct err *e);
/* A subject or Message-ID: the token of a question may stand in it, and is left
 * out; it would be as good as the letter that asks. */
void control_set_shown(json_t *o, const char *key, const char *text);
void control_set_number(json_t *o, const char *key, int64_t n);
void control_set_time(json_t *o, const char *key, usec_t t); /* 0 = null */
void control_set_digest(json_t *o, const char *key, const struct digest *d);

/* KEY: an officer's id; KEY_name, KEY_title: while people.conf knows him. */
void control_set_officer(json_t *o, const struct engine *en, const char *key,
                         const char *id);

/* A reason that an administrator gives: why it is none, or NULL. */
const char *control_fault_of_reason(const char *reason);

/* The same rows stand in several answers. */
/* Why nothing moves in this case just now: halted, or an answer that waits, and
 * since or until when; "" and false otherwise. */
bool control_standing(struct engine *en, const struct casefile *c, char *text,
                      size_t room);
json_t *control_case_json(struct engine *en, const struct casefile *c);
json_t *control_letter_json(struct engine *en, const struct outbox_row *row);
json_t *control_order_json(const struct order_row *row);

/* loket-ca has said whether it leaves the order undone that this client waits
 * for.  The order, owned by the caller; NULL when the client has gone, or was
 * refused with what loket-ca said. */
struct order_row *control_given_up(struct client *c, const struct err *why);

#endif
