/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is there room on the disk?  Asked once a second.  Where there is not, the
 * engine waits: it takes no mail, decides nothing, sends and orders nothing,
 * and goes on by itself when there is room again (V161, V163).  Without this
 * each write would end it, and it would be started for the next one.
 *
 * The administrator is told once: while the last bytes still hold an alarm, or
 * when there is room for one.  The memo "disk-told" holds when.
 */
#include "proc/engine.h"

#include "base/log.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

/* Below this not even an alarm is tried. */
enum { ALARM_ROOM = 1024 * 1024 };
static const char memo[] = "disk-told";

static void note_told(struct engine *en, usec_t when) {
    MUST(store_begin(en->store, &store_error));
    MUST(memo_put(en->store, memo, when, &store_error));
    MUST(store_commit(en->store, &store_error));
}

static void tell(struct engine *en, uint64_t room) {
    char text[LIMIT_REASON];

    snprintf(text, sizeof text,
             "the disk with %.70s is full (%u MiB left); everything waits",
             en->settings->data_dir, (unsigned)(room / 1024 / 1024));
    engine_alarm_now(en, "disk", text);
    note_told(en, clock_now());
}

static void become_full(struct engine *en) {
    en->disk_full = true;
    log_error("the disk with %s is full: everything waits until %d MiB are "
              "free", en->settings->data_dir, LIMIT_DISK_ROOM / 1024 / 1024);
    if (link_is_open(&en->imap)) {
        intake_again(en, "the disk is full");
    }
}

static void go_on(struct engine *en, bool told) {
    en->disk_full = false;
    log_info("there is room on the disk again");
    if (!told) {
        tell(en, 0);
    }
    note_told(en, 0);
    if (link_is_open(&en->imap)) {
        intake_again(en, "there is room again");
    }
}

void room_look(struct engine *en) {
    struct statvfs fs;
    int64_t told = 0;
    uint64_t room;
    int found;

    if (statvfs(en->settings->data_dir, &fs) != 0) {
        return;
    }
    room = (uint64_t)fs.f_bavail * fs.f_frsize;
    if (room >= LIMIT_DISK_ROOM && !en->disk_full) {
        return;
    }
    MUST(found = memo_get(en->store, memo, &told, &store_error));
    if (room >= LIMIT_DISK_ROOM) {
        go_on(en, told != 0);
        return;
    }
    if (!en->disk_full) {
        become_full(en);
    }
    if (told == 0 && room >= ALARM_ROOM) {
        tell(en, room);
    }
}
