/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The configuration of a running service changes as a whole or not at all.
 *
 * Asked by loketd (SIGHUP) or by loketctl, the engine reads the folder as every
 * program would at its start, has the procedures proved, and looks whether the
 * store can take them.  Where something is wrong it says so once, and
 * everything goes on with what was read at the start.  Else it tells loketd,
 * which ends all programs and starts them anew; the engine itself never swaps
 * a setting, so that no program ever works with half of two configurations.
 */
#include "proc/engine.h"
#include "proc/engine_control.h"

#include "base/log.h"
#include "base/text.h"
#include "config/blacklist.h"
#include "config/dkimkeys.h"
#include "config/settings.h"
#include "letter/sign.h"
#include "proc/procedures.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What no start could know: a database elsewhere would leave all open cases
 * behind. */
static int check_folder(const struct engine *en, const struct settings *s,
                        struct err *e) {
    if (strcmp(s->data_dir, en->settings->data_dir) == 0) {
        return 0;
    }
    return err_set(e, ERR_SETUP,
                   "loket.conf: paths.data is %.150s now, and the data of the "
                   "running service is in %.150s; stop it, move the data, start "
                   "it",
                   s->data_dir, en->settings->data_dir);
}

static int check_versions(const struct engine *en, const struct settings *s,
                          struct err *e) {
    int rc = 0;

    for (size_t i = 0; i < s->workflow_count && rc == 0; i++) {
        rc = workflow_version_fits(en->store, &s->workflows[i], e);
    }
    return rc;
}

static int check_new(const struct engine *en, struct err *e) {
    struct blacklist *weak = NULL;
    struct dkim_keys *keys = NULL;
    struct letter_signer *signer = NULL;
    struct settings *s = NULL;
    int rc = -1;

    if (settings_load(en->config_dir, &s, e) == 0 &&
        procedures_check(s, e) == 0 &&
        dkim_keys_load(s->dkim_keys_file, &keys, e) == 0 &&
        blacklist_load(BLACKLIST_SHIPPED, s->blacklist, &weak, e) == 0 &&
        sign_load(&s->office, &signer, e) == 0 &&
        check_folder(en, s, e) == 0 && check_versions(en, s, e) == 0) {
        rc = 0;
    }
    blacklist_free(&weak);
    letter_signer_free(&signer);
    dkim_keys_free(&keys);
    settings_free(&s);
    return rc;
}

static void tell_parent(struct engine *en, bool ok) {
    Loket__Reloaded reloaded = LOKET__RELOADED__INIT;
    Loket__Frame frame = FRAME_OF(RELOADED, reloaded, &reloaded);
    struct err e = ERR_INIT;

    reloaded.ok = ok;
    channel_send(en->child.parent, &frame, NULL, 0, &e);
}

/* Audit rows hold nobody's data: where the fault is, not what was found. */
static void raise_alarm(struct engine *en, const struct err *e) {
    char place[LIMIT_REASON / 2], text[LIMIT_REASON];

    text_copy_n(place, sizeof place, e->text, strcspn(e->text, " "));
    snprintf(text, sizeof text, "%s see sudo loketctl status", place);
    engine_alarm_now(en, "configuration", text);
}

/* 0, or -1 with a sentence for whoever asked; noted and logged here. */
static int decide(struct engine *en, const char *who, struct err *e) {
    if (check_new(en, e) == 0) {
        en->config_refused[0] = '\0';
        log_info("the configuration was read anew for %s and is sound; all "
                 "programs start anew with it",
                 who);
        MUST(store_begin(en->store, &store_error));
        MUST(audit_add(en->store, clock_now(), who, "reload", "configuration",
                       "", &store_error));
        MUST(store_commit(en->store, &store_error));
        return 0;
    }
    text_copy(en->config_refused, sizeof en->config_refused, e->text);
    log_error("the new configuration is refused: %s; everything goes on with "
              "the one read at the start",
              e->text);
    raise_alarm(en, e); /* V174 */
    return -1;
}

void reload_on_parent(struct engine *en) {
    struct err e = ERR_INIT;

    tell_parent(en, decide(en, "loketd", &e) == 0);
}

/* The answer leaves before loketd hears of it, which ends this program. */
static void do_reload(struct client *c, const Loket__Command *m,
                      struct received *in) {
    struct engine *en = c->en;
    struct err e = ERR_INIT;
    char text[ERR_TEXT_MAX + LIMIT_REASON];
    bool ok = decide(en, c->who, &e) == 0;

    (void)m;
    (void)in;
    if (ok) {
        control_answer(c, json_pack("{s:s,s:i}", "state", "starting anew",
                                    "engine_pid", (int)getpid()));
    } else {
        snprintf(text, sizeof text,
                 "%s; everything goes on with the configuration read at the "
                 "start", e.text);
        control_refuse(c, text);
    }
    tell_parent(en, ok);
}

const struct control_command control_reload_commands[] = {
    {"reload", NULL, 1, do_reload},
    {NULL, NULL, 0, NULL},
};
