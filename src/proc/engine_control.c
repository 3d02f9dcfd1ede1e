/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loketctl's questions, answered in JSON over a local socket.
 *
 * Who may ask: the user Loket runs as, and root (SO_PEERCRED).  What a client
 * sends is a list of words; one that sends anything else is closed, and
 * nothing else happens (OpenSMTPD's CVE-2025-62875 is the lesson).
 *
 * Asking changes nothing, but for: quarantine release (examines again, never
 * overrides authentication), registry import, intake backfill, order retry,
 * order abandon, ca accept and reload.
 */
#include "proc/engine_control.h"

#include "base/buf.h"
#include "base/io.h"
#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { CLIENTS_MAX = 8 };

static struct client clients[CLIENTS_MAX];

/* ---- answers ------------------------------------------------------------- */

void control_refuse(struct client *c, const char *why) {
    Loket__Answer answer = LOKET__ANSWER__INIT;
    Loket__Frame frame = FRAME_OF(ANSWER, answer, &answer);

    answer.error = (char *)(uintptr_t)why;
    link_send(&c->link, &frame, NULL, 0);
}

/* Takes the object over. */
void control_answer(struct client *c, json_t *json) {
    Loket__Answer m = LOKET__ANSWER__INIT;
    Loket__Frame frame = FRAME_OF(ANSWER, answer, &m);
    char *text = json_dumps(json, JSON_COMPACT);
    struct err e = ERR_INIT;
    int fd = text == NULL ? -1 : io_memfd("answer", text, strlen(text), &e);

    json_decref(json);
    free(text);
    if (fd < 0) {
        control_refuse(c, "the answer could not be written");
        return;
    }
    m.ok = true;
    link_send(&c->link, &frame, &fd, 1);
}

void control_set_text(json_t *o, const char *key, const char *text) {
    json_object_set_new(o, key, json_string(text));
}

void control_set_shown(json_t *o, const char *key, const char *text) {
    char shown[LIMIT_SUBJECT];

    token_mask(shown, sizeof shown, text);
    control_set_text(o, key, shown);
}

void control_set_number(json_t *o, const char *key, int64_t n) {
    json_object_set_new(o, key, json_integer(n));
}

void control_set_time(json_t *o, const char *key, usec_t t) {
    char iso[CLOCK_ISO_SIZE];

    if (t == 0) {
        json_object_set_new(o, key, json_null());
        return;
    }
    clock_to_iso(t, iso);
    control_set_text(o, key, iso);
}

void control_set_digest(json_t *o, const char *key, const struct digest *d) {
    char hex[DIGEST_HEX_SIZE];

    digest_to_hex(d, hex);
    if (digest_is_zero(d)) {
        json_object_set_new(o, key, json_null());
    } else {
        control_set_text(o, key, hex);
    }
}

/* ---- questions ----------------------------------------------------------- */

static const struct control_command *const families[] = {
    control_office_commands,
    control_case_commands,
    control_record_commands,
    control_explain_commands,
    control_order_commands,
    control_mail_commands,
    control_registry_commands,
    control_people_commands,
    control_drill_commands,
    control_reload_commands,
    control_survey_commands,
};

static bool is_command(const struct control_command *k,
                       const Loket__Command *m) {
    return m->n_words >= k->words_min && strcmp(m->words[0], k->noun) == 0 &&
           (k->verb == NULL || strcmp(m->words[1], k->verb) == 0);
}

static void on_frame(void *user, struct received *in) {
    struct client *c = user;
    const Loket__Command *m = in->frame->command;

    if (in->frame->kind_case != LOKET__FRAME__KIND_COMMAND) {
        link_close(&c->link);
        c->used = false;
        return;
    }
    for (size_t f = 0; f < sizeof families / sizeof families[0]; f++) {
        for (const struct control_command *k = families[f]; k->noun != NULL;
             k++) {
            if (is_command(k, m)) {
                k->run(c, m, in);
                return;
            }
        }
    }
    control_refuse(
        c, "the engine does not know this command (is loketctl of the same "
           "version?)");
}

static void on_gone(void *user, const struct err *why) {
    struct client *c = user;

    (void)why;
    c->used = false; /* its bytes, if any, wait for on_certificate() */
}

/* ---- the socket ---------------------------------------------------------- */

static bool may_ask(int fd, struct ucred *peer) {
    socklen_t size = sizeof *peer;

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, peer, &size) == 0 &&
           (peer->uid == 0 || peer->uid == geteuid());
}

static int on_connect(sd_event_source *source, int fd, uint32_t events,
                      void *user) {
    static const struct link_calls calls = {.on_frame = on_frame,
                                            .on_gone = on_gone};
    struct engine *en = user;
    struct err e = ERR_INIT;
    int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
    struct ucred who = {0};

    (void)source;
    (void)events;
    if (peer < 0) {
        return 0;
    }
    if (!may_ask(peer, &who)) {
        log_warn("control: uid=%u may not ask and was turned away",
                 (unsigned)who.uid);
        close(peer);
        return 0;
    }
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        struct client *c = &clients[i];

        if (!c->used && c->bytes == NULL) {
            *c = (struct client){.en = en, .used = true};
            snprintf(c->who, sizeof c->who, "uid=%u", (unsigned)who.uid);
            if (link_open(&c->link, en->event, peer, &calls, c, &e) != 0) {
                c->used = false;
            }
            return 0;
        }
    }
    close(peer);
    return 0;
}

int control_open(struct engine *en, struct err *e) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = en->settings->control_socket;

    if (!text_copy(address.sun_path, sizeof address.sun_path, path)) {
        return err_set(e, ERR_SETUP, "control socket: the path is too long: %s",
                       path);
    }
    en->control_fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (en->control_fd < 0) {
        return err_set(e, ERR_SETUP, "control socket: %s", strerror(errno));
    }
    /* One engine per database (the store's lock), so what is there is old. */
    unlink(path);
    if (bind(en->control_fd, (struct sockaddr *)&address, sizeof address) !=
            0 ||
        chmod(path, 0600) != 0 || listen(en->control_fd, CLIENTS_MAX) != 0 ||
        sd_event_add_io(en->event, NULL, en->control_fd, EPOLLIN, on_connect,
                        en) < 0) {
        return err_set(e, ERR_SETUP, "control socket %s: %s", path,
                       strerror(errno));
    }
    return 0;
}

void control_close(struct engine *en) {
    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        link_close(&clients[i].link);
    }
    io_close(&en->control_fd);
    unlink(en->settings->control_socket);
}
