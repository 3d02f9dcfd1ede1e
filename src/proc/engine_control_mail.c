/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions about mail and quarantine.  Only two do something: release examines
 * again and believes nobody more, raw hands out the bytes, audited.
 */
#include "proc/engine_control.h"

#include "base/io.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *mail_json(const struct mail_row *row) {
    static const char *const moves[] = {[MOVE_NONE] = "none",
                                        [MOVE_WANTED] = "wanted",
                                        [MOVE_DONE] = "done",
                                        [MOVE_FAILED] = "failed"};
    json_t *o = json_object();

    control_set_number(o, "id", row->id);
    control_set_text(o, "disposition", disposition_name(row->disposition));
    control_set_text(o, "reason", row->reason);
    control_set_text(o, "from", row->from);
    control_set_shown(o, "subject", row->subject);
    control_set_shown(o, "message_id", row->message_id);
    control_set_text(o, "level", sender_level_name(row->level));
    control_set_number(o, "size", (int64_t)row->size);
    control_set_digest(o, "sha256", &row->sha256);
    control_set_text(o, "folder", row->place.folder);
    control_set_number(o, "uidvalidity", row->place.uidvalidity);
    control_set_number(o, "uid", row->place.uid);
    control_set_time(o, "internaldate", row->internaldate);
    control_set_time(o, "taken", row->taken);
    control_set_time(o, "decided", row->decided);
    control_set_text(o, "move", moves[row->move]);
    control_set_text(o, "move_to", row->move_to);
    control_set_number(o, "case_id", row->casefile_id);
    return o;
}

static int append_mail(void *user, const struct mail_row *row) {
    json_array_append_new(user, mail_json(row));
    return 0;
}

static void list_mail(struct client *c, enum disposition d) {
    json_t *list = json_array();

    MUST(mail_list(c->en->store, d, 0, CONTROL_LIST_MAX, append_mail, list,
                   &store_error));
    control_answer(c, list);
}

static void do_mail_list(struct client *c, const Loket__Command *m,
                         struct received *in) {
    (void)m;
    (void)in;
    list_mail(c, DISPOSITION__MAX);
}

static void do_quarantine_list(struct client *c, const Loket__Command *m,
                               struct received *in) {
    (void)m;
    (void)in;
    list_mail(c, DISPOSITION_QUARANTINE);
}

/* The mail whose id is the third word, or a refusal. */
static bool mail_of_word(struct client *c, const Loket__Command *m,
                         struct mail_row *row) {
    char *end;
    long long id = strtoll(m->words[2], &end, 10);
    int found = 0;

    if (*end == '\0' && id > 0) {
        MUST(found = mail_get(c->en->store, id, row, &store_error));
    }
    if (found != 1) {
        control_refuse(
            c, "there is no such mail; `loketctl mail list` shows the ids");
    }
    return found == 1;
}

/* What the sender's level rests on, of mail of a case. */
static json_t *evidence_json(struct engine *en, int64_t mail_id) {
    json_t *list = json_array();
    struct evidence_row row;
    struct err e = ERR_INIT;
    int got;

    for (unsigned i = 0;
         (got = evidence_get(en->store, mail_id, i, &row, &e)) == 1; i++) {
        json_t *o = json_object();

        control_set_text(o, "level", sender_level_name(row.level));
        control_set_text(o, "name", row.name);
        control_set_text(o, "detail", row.detail);
        json_array_append_new(list, o);
    }
    if (got < 0) {
        engine_store_failed(&e);
    }
    return list;
}

static void do_mail_show(struct client *c, const Loket__Command *m,
                         struct received *in) {
    struct mail_row row;

    (void)in;
    if (mail_of_word(c, m, &row)) {
        json_t *o = mail_json(&row);

        json_object_set_new(o, "evidence", evidence_json(c->en, row.id));
        control_answer(c, o);
    }
}

/* For an administrator who wants to look: the answer is the mail itself. */
static void do_mail_raw(struct client *c, const Loket__Command *m,
                        struct received *in) {
    Loket__Answer reply = LOKET__ANSWER__INIT;
    Loket__Frame frame = FRAME_OF(ANSWER, answer, &reply);
    struct engine *en = c->en;
    char subject[LIMIT_WORD], *raw;
    struct err e = ERR_INIT;
    struct mail_row row;
    size_t size;
    int fd;

    (void)in;
    if (!mail_of_word(c, m, &row)) {
        return;
    }
    if (digest_is_zero(&row.sha256) || row.disposition == DISPOSITION_IGNORED ||
        blob_read(en->store, &row.sha256, LIMIT_MAIL, &raw, &size, &e) != 0) {
        control_refuse(
            c, "its bytes are not kept: it was never fetched, or ignored");
        return;
    }
    fd = io_memfd("mail", raw, size, &e);
    free(raw);
    if (fd < 0) {
        control_refuse(c, e.text);
        return;
    }
    snprintf(subject, sizeof subject, "mail=%lld", (long long)row.id);
    MUST(store_begin(en->store, &store_error));
    MUST(audit_add(en->store, clock_now(), c->who, "save", subject, "",
                   &store_error));
    MUST(store_commit(en->store, &store_error));
    reply.ok = true;
    link_send(&c->link, &frame, &fd, 1);
}

static void do_quarantine_show(struct client *c, const Loket__Command *m,
                               struct received *in) {
    struct mail_row row;

    (void)in;
    if (!mail_of_word(c, m, &row)) {
        return;
    }
    if (row.disposition != DISPOSITION_QUARANTINE) {
        control_refuse(
            c, "this mail is not in quarantine; `loketctl mail show` has it");
        return;
    }
    control_answer(c, mail_json(&row));
}

/* Looks at the mail again as of now: a registry entry or a pinned key that was
 * missing may be there.  The same rules judge it; nobody is believed more. */
static void do_quarantine_release(struct client *c, const Loket__Command *m,
                                  struct received *in) {
    struct engine *en = c->en;
    struct mail_row row;
    char subject[LIMIT_WORD];

    (void)in;
    if (!mail_of_word(c, m, &row)) {
        return;
    }
    if (row.disposition != DISPOSITION_QUARANTINE) {
        control_refuse(c, "this mail is not in quarantine");
        return;
    }
    if (strcmp(row.reason, "hold") == 0) {
        control_refuse(
            c, "this answer of an officer waits until its time is over; BATAL "
               "takes it back, from his mailbox");
        return;
    }
    if (strcmp(row.reason, "taken-back") == 0) {
        control_refuse(c, "this answer of an officer was taken back and is "
                          "never carried out; he was asked anew");
        return;
    }
    if (digest_is_zero(&row.sha256)) {
        control_refuse(
            c, "this mail was never fetched (too large, or the server's "
               "answer was wrong); there is nothing to examine");
        return;
    }
    if (!digest_is_zero(&row.original)) {
        control_refuse(
            c, "this mail held secrets and was blotted, so that no signature "
               "fits it any more; ask its sender to write again, without them");
        return;
    }
    snprintf(subject, sizeof subject, "mail=%lld", (long long)row.id);
    MUST(store_begin(en->store, &store_error));
    MUST(mail_reopen(en->store, row.id, &store_error));
    MUST(audit_add(en->store, clock_now(), c->who, "release", subject,
                   row.reason, &store_error));
    MUST(store_commit(en->store, &store_error));
    examine_again(en, row.id);
    log_info("mail=%lld examined again on request", (long long)row.id);
    control_answer(c, json_pack("{s:I,s:s}", "id", (json_int_t)row.id, "state",
                                "examined again"));
    examine_pump(en);
}

const struct control_command control_mail_commands[] = {
    {"mail", "list", 2, do_mail_list},
    {"mail", "show", 3, do_mail_show},
    {"mail", "raw", 3, do_mail_raw},
    {"quarantine", "list", 2, do_quarantine_list},
    {"quarantine", "show", 3, do_quarantine_show},
    {"quarantine", "release", 3, do_quarantine_release},
    {NULL, NULL, 0, NULL},
};
