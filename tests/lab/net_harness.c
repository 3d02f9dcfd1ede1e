/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * net_harness PROGRAM ARG...: plays loketd and the engine to the imap worker.
 * Commands are lines on stdin:
 *   take FOLDER UIDVALIDITY FROM TO SINCE     stored     stop     ping NUMBER
 *   expunge UIDVALIDITY UID,UID...
 *   move UIDVALIDITY UID,UID... FOLDER        hold (stop reading the engine's
 *                                             channel)     resume
 * Every frame of the worker is one JSON line on stdout, mail as size and
 * SHA-256; its end is {"frame": "exit", "code": N} and ours.  The end of stdin
 * ends the worker as the death of loketd would.
 */
#include "harness.h"

#include "base/digest.h"
#include "base/io.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void do_take(const char *args) {
    Loket__Take m = LOKET__TAKE__INIT;
    Loket__Frame frame = FRAME_OF(TAKE, take, &m);
    char folder[256];

    if (sscanf(args, "%255s %" SCNu32 " %" SCNu32 " %" SCNu32 " %" SCNd64
               " %" SCNu32,
               folder, &m.uidvalidity, &m.from, &m.to, &m.since,
               &m.look) < 5) {
        harness_die("take FOLDER UIDVALIDITY FROM TO SINCE [LOOK]");
    }
    m.folder = folder;
    harness_order(&frame, NULL, 0);
}

static void do_move(char *args, bool expunge) {
    Loket__Move m = LOKET__MOVE__INIT;
    Loket__Frame frame = FRAME_OF(MOVE, move, &m);
    uint32_t uids[LIMIT_BATCH_MAILS];
    char *list, *save = NULL;

    m.uidvalidity = (uint32_t)strtoul(strtok_r(args, " ", &save), NULL, 10);
    list = strtok_r(NULL, " ", &save);
    m.folder = expunge ? (char *)"" : strtok_r(NULL, "", &save);
    m.expunge = expunge;
    if (list == NULL || m.folder == NULL) {
        harness_die("move UIDVALIDITY UID,UID... FOLDER");
    }
    m.uids = uids;
    for (char *p = strtok_r(list, ",", &save);
         p != NULL && m.n_uids < LIMIT_BATCH_MAILS;
         p = strtok_r(NULL, ",", &save)) {
        uids[m.n_uids++] = (uint32_t)strtoul(p, NULL, 10);
    }
    harness_order(&frame, NULL, 0);
}

static void command(char *line) {
    char *args = strchr(line, ' ');

    args = args == NULL ? line + strlen(line) : args + 1;
    if (strncmp(line, "take ", 5) == 0) {
        do_take(args);
    } else if (strncmp(line, "move ", 5) == 0) {
        do_move(args, false);
    } else if (strncmp(line, "expunge ", 8) == 0) {
        do_move(args, true);
    } else if (strcmp(line, "stored") == 0) {
        Loket__BatchStored m = LOKET__BATCH_STORED__INIT;
        Loket__Frame frame = FRAME_OF(BATCH_STORED, batch_stored, &m);

        harness_order(&frame, NULL, 0);
    } else if (strncmp(line, "ping ", 5) == 0) {
        harness_ping(strtoul(args, NULL, 10));
    } else if (strcmp(line, "stop") == 0) {
        harness_stop();
    } else if (strcmp(line, "hold") == 0 || strcmp(line, "resume") == 0) {
        harness_hold(line[0] == 'h');
    } else {
        harness_die("unknown command");
    }
}

static json_t *show_fetched(struct received *in) {
    const Loket__MailFetched *m = in->frame->mail_fetched;
    char hex[DIGEST_HEX_SIZE];
    struct err e = ERR_INIT;
    struct digest d;
    const char *data;
    size_t size;

    if (in->fd_count != 1 ||
        io_map_memfd(in->fds[0], LIMIT_MAIL, &data, &size, &e) != 0) {
        harness_die(in->fd_count != 1 ? "a mail without its bytes" : e.text);
    }
    d = digest_of(data, size);
    digest_to_hex(&d, hex);
    io_unmap(data, size);
    return json_pack("{sssIsIsIss}", "frame", "fetched", "uid",
                     (json_int_t)m->uid, "date", (json_int_t)m->internaldate,
                     "size", (json_int_t)size, "sha256", hex);
}

static json_t *show_moved(const Loket__Moved *m) {
    json_t *uids = json_array();

    for (size_t i = 0; i < m->n_uids; i++) {
        json_array_append_new(uids, json_integer((json_int_t)m->uids[i]));
    }
    return json_pack("{sssIsosbsbss}", "frame", "moved", "uidvalidity",
                     (json_int_t)m->uidvalidity, "uids", uids, "done", m->done,
                     "expunge", m->expunge, "text", m->text);
}

static json_t *show(struct received *in) {
    static const char *const whys[] = {"too-large", "vanished", "trouble",
                                       "old"};
    const Loket__Frame *f = in->frame;

    switch (f->kind_case) {
    case LOKET__FRAME__KIND_MAILBOX_OPEN:
        return json_pack("{sssssIsI}", "frame", "open", "folder",
                         f->mailbox_open->folder, "uidvalidity",
                         (json_int_t)f->mailbox_open->uidvalidity, "uidnext",
                         (json_int_t)f->mailbox_open->uidnext);
    case LOKET__FRAME__KIND_MAIL_FETCHED:
        return show_fetched(in);
    case LOKET__FRAME__KIND_MAIL_SKIPPED:
        return json_pack("{sssIsIsIssss}", "frame", "skipped", "uid",
                         (json_int_t)f->mail_skipped->uid, "date",
                         (json_int_t)f->mail_skipped->internaldate, "size",
                         (json_int_t)f->mail_skipped->size, "why",
                         whys[f->mail_skipped->why], "text",
                         f->mail_skipped->text);
    case LOKET__FRAME__KIND_BATCH_END:
        return json_pack("{sssIsbsI}", "frame", "end", "next",
                         (json_int_t)f->batch_end->next, "last",
                         f->batch_end->last, "look",
                         (json_int_t)f->batch_end->look);
    case LOKET__FRAME__KIND_MOVED:
        return show_moved(f->moved);
    default:
        return harness_other(f);
    }
}

static const struct harness harness = {"net_harness", command, show};

int main(int argc, char **argv) {
    return harness_main(&harness, argc, argv);
}
