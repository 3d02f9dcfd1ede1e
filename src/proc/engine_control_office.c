/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions about the office as a whole: how it stands, whether the stored data
 * is sound, and the wish to take in older mail.
 */
#include "proc/engine_control.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void do_backfill(struct client *c, const Loket__Command *m,
                        struct received *in) {
    struct err e = ERR_INIT;
    usec_t since;

    (void)in;
    if (clock_from_iso(m->words[2], c->en->settings->timetable.zone_min,
                       &since) != 0) {
        control_refuse(c, "a date is wanted: 2026-11-20 or 2026-11-20T08:00");
    } else if (intake_backfill(c->en, since, &e) != 0) {
        control_refuse(c, e.text);
    } else {
        log_info("older mail since %s is being taken in on request",
                 m->words[2]);
        control_answer(c, json_pack("{s:s}", "state", "being fetched"));
    }
}

static void count_into(json_t *o, const char *key, uint64_t n) {
    control_set_number(o, key, (int64_t)n);
}

/* Who is asked nothing yet. */
static const char *drills_text(const struct engine *en, char *text,
                               size_t room) {
    char names[LIMIT_CONFIG_TEXT - 32];
    bool missing = drill_missing(en, names, sizeof names) > 0;

    snprintf(text, room, "%s%s%s", drills_name(en->settings->drills),
             missing ? "; not answered well: " : "", names);
    return text;
}

struct standing {
    struct engine *en;
    json_t *list;
};

static int append_standing(void *user, const struct casefile *c) {
    struct standing *s = user;
    char why[LIMIT_WORD], text[LIMIT_WORD + LIMIT_CASE_NUMBER + 2];

    if (control_standing(s->en, c, why, sizeof why)) {
        snprintf(text, sizeof text, "%s: %s", c->number, why);
        json_array_append_new(s->list, json_string(text));
    }
    return 0;
}

/* Cases in which nothing moves until somebody says so, or time has passed. */
static void set_standing(struct engine *en, json_t *o) {
    struct standing s = {en, json_array()};

    MUST(casefile_list_standing(en->store, CONTROL_LIST_MAX, append_standing,
                                &s, &store_error));
    json_object_set_new(o, "stand_still", s.list);
}

static void set_budget(const struct engine *en, json_t *o) {
    char text[LIMIT_REASON], until[CLOCK_ISO_SIZE];

    if (clock_now() < en->over_until) {
        clock_to_iso(en->over_until, until);
        snprintf(text, sizeof text,
                 "%s is used up (%u an hour): letters wait until %s, those "
                 "for decisions go first",
                 outbox_budget_name(en->over), en->settings->budget[en->over],
                 until);
        control_set_text(o, "budget", text);
    }
}

static void do_status(struct client *c, const Loket__Command *m,
                      struct received *in) {
    struct engine *en = c->en;
    json_t *o = json_object(), *mails = json_object(), *cases = json_object();
    json_t *letters = json_object(), *orders = json_object();
    struct executors executors;
    char text[LIMIT_CONFIG_TEXT];
    struct digest head;
    uint64_t n;

    (void)m;
    (void)in;
    for (int d = 0; d < DISPOSITION__MAX; d++) {
        MUST(mail_count(en->store, (enum disposition)d, &n, &store_error));
        count_into(mails, disposition_name((enum disposition)d), n);
    }
    for (int s = CASE_NEW + 1; s < CASE__MAX; s++) {
        MUST(casefile_count(en->store, (enum casefile_state)s, &n,
                            &store_error));
        count_into(cases, casefile_state_name((enum casefile_state)s), n);
    }
    for (int s = 0; s < OUTBOX__MAX; s++) {
        MUST(outbox_count(en->store, (enum outbox_state)s, &n, &store_error));
        count_into(letters, outbox_state_name((enum outbox_state)s), n);
    }
    for (int s = 0; s < ORDER_STATE__MAX; s++) {
        MUST(order_count(en->store, (enum order_state)s, &n, &store_error));
        count_into(orders, order_state_name((enum order_state)s), n);
    }
    control_set_text(o, "version", PACKAGE_VERSION);
    control_set_number(o, "engine_pid", getpid());
    control_set_time(o, "configuration_read", en->config_read);
    if (en->config_refused[0] != '\0') {
        control_set_text(o, "configuration_refused", en->config_refused);
    }
    control_set_text(
        o, "mode",
        en->settings->mailbox_mode == MAILBOX_SHARED ? "shared" : "dedicated");
    control_set_text(o, "imap",
                     !link_is_open(&en->imap)      ? "starting"
                     : en->imap_trouble[0] != '\0' ? en->imap_trouble
                     : en->uidvalidity == 0        ? "connecting"
                                                   : "connected");
    control_set_text(o, "relay",
                     !link_is_open(&en->out)      ? "starting"
                     : en->out_trouble[0] != '\0' ? en->out_trouble
                                                  : "ok");
    set_budget(en, o);
    control_set_text(o, "disk",
                     en->disk_full ? "full, everything waits" : "ok");
    if (en->settings->mailbox_decisions) {
        control_set_text(o, "insecure",
                         "whoever can read an officer's mailbox can decide in "
                         "his name (insecure_decisions_by_mailbox)");
    }
    control_set_text(o, "provider",
                     en->provider_state[0] == '\0' ? "not used"
                                                   : en->provider_state);
    control_set_text(o, "carriers", en->carrier_state);
    control_set_text(o, "drills", drills_text(en, text, sizeof text));
    if (en->dkim_state[0] != '\0') {
        control_set_text(o, "dkim", en->dkim_state);
    }
    engine_executors(en, &executors);
    control_set_text(o, "ca", executors.ca);
    control_set_text(o, "portal", executors.portal);
    control_set_text(o, "virus_scanner",
                     en->settings->documents.clamd[0] == '\0' ? "not used"
                     : en->scan_state == NULL ? "nothing to scan yet"
                                              : en->scan_state);
    json_object_set_new(o, "mail", mails);
    json_object_set_new(o, "cases", cases);
    set_standing(en, o);
    json_object_set_new(o, "orders", orders);
    json_object_set_new(o, "letters", letters);
    count_into(o, "examining", examine_running(en));
    MUST(audit_head(en->store, &n, &head, &store_error));
    count_into(o, "audit_rows", n);
    control_set_digest(o, "audit_head", &head);
    control_answer(c, o);
}

static void do_fsck(struct client *c, const Loket__Command *m,
                    struct received *in) {
    struct err e = ERR_INIT;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    int violations;

    (void)m;
    (void)in;
    if (out == NULL) {
        control_refuse(c, "out of memory");
        return;
    }
    violations = store_fsck(c->en->store, out, &e);
    fclose(out);
    if (violations < 0) {
        control_refuse(c, e.text);
    } else {
        control_answer(c, json_pack("{s:i,s:s%}", "violations", violations,
                                    "report", text, size));
    }
    free(text);
}

const struct control_command control_office_commands[] = {
    {"status", NULL, 1, do_status},
    {"fsck", NULL, 1, do_fsck},
    {"intake", "backfill", 3, do_backfill},
    {NULL, NULL, 0, NULL},
};
