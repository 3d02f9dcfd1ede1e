/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * out_harness PROGRAM ARG...: plays loketd and the engine to the out worker.
 * Commands are JSON objects on stdin, one a line:
 *   {"do": "send", "id": 1, "from": "..", "to": "..", "file": ".."}
 *      ("unsealed": true hands over a descriptor that is no sealed memfd)
 *   {"do": "resolve", "name": ".."}, {"do": "ping", "number": 7},
 *   {"do": "fetch", "number": 1, "url": "..", "max": 100}, {"do": "stop"}
 * Every frame of the worker is one JSON line on stdout, a fetched body as size
 * and SHA-256; its end is
 * {"frame": "exit", "code": N} and ours.  The end of stdin ends the worker as
 * the death of loketd would.
 */
#include "harness.h"

#include "base/digest.h"
#include "base/io.h"
#include "model/outbox.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *text(const json_t *o, const char *key) {
    const char *s = json_string_value(json_object_get(o, key));

    return s == NULL ? "" : s;
}

static json_int_t number(const json_t *o, const char *key) {
    return json_integer_value(json_object_get(o, key));
}

static void do_send(const json_t *o) {
    Loket__Send send = LOKET__SEND__INIT;
    Loket__Frame frame = FRAME_OF(SEND, send, &send);
    struct err e = ERR_INIT;
    char *data;
    size_t size;
    int fd;

    send.id = number(o, "id");
    send.from = (char *)(uintptr_t)text(o, "from");
    send.to = (char *)(uintptr_t)text(o, "to");
    if (json_is_true(json_object_get(o, "unsealed"))) {
        fd = open(text(o, "file"), O_RDONLY | O_CLOEXEC);
    } else {
        if (io_read_file(text(o, "file"), LIMIT_MAIL, &data, &size, &e) != 0) {
            harness_die(e.text);
        }
        fd = io_memfd("letter", data, size, &e);
        free(data);
    }
    if (fd < 0) {
        harness_die("no descriptor for the letter");
    }
    harness_order(&frame, &fd, 1);
}

static void command(char *line) {
    json_error_t why;
    json_t *o = json_loads(line, 0, &why);
    const char *what;

    if (o == NULL) {
        harness_die(why.text);
    }
    what = text(o, "do");
    if (strcmp(what, "send") == 0) {
        do_send(o);
    } else if (strcmp(what, "resolve") == 0) {
        Loket__Resolve m = LOKET__RESOLVE__INIT;
        Loket__Frame frame = FRAME_OF(RESOLVE, resolve, &m);

        m.name = (char *)(uintptr_t)text(o, "name");
        harness_order(&frame, NULL, 0);
    } else if (strcmp(what, "fetch") == 0) {
        Loket__Fetch m = LOKET__FETCH__INIT;
        Loket__Frame frame = FRAME_OF(FETCH, fetch, &m);

        m.number = (uint64_t)number(o, "number");
        m.url = (char *)(uintptr_t)text(o, "url");
        m.max = (uint64_t)number(o, "max");
        harness_order(&frame, NULL, 0);
    } else if (strcmp(what, "ping") == 0) {
        harness_ping((uint64_t)number(o, "number"));
    } else if (strcmp(what, "stop") == 0) {
        harness_stop();
    } else {
        harness_die("unknown command");
    }
    json_decref(o);
}

static json_t *show_resolved(const Loket__Resolved *r) {
    static const char *const outcomes[] = {"found", "not-found", "failed"};
    json_t *records = json_array();

    for (size_t i = 0; i < r->n_records; i++) {
        json_array_append_new(records, json_string(r->records[i]));
    }
    return json_pack("{sssssssO}", "frame", "resolved", "name", r->name,
                     "outcome", outcomes[r->outcome], "records", records);
}

static json_t *show_fetched(struct received *in) {
    const Loket__Fetched *m = in->frame->fetched;
    char hex[DIGEST_HEX_SIZE] = "";
    struct err e = ERR_INIT;
    const char *data;
    size_t size = 0;

    if (in->fd_count != (m->done ? 1u : 0u)) {
        harness_die("a body where none should be, or none where one should");
    }
    if (m->done) {
        struct digest d;

        if (io_map_memfd(in->fds[0], LIMIT_CRL, &data, &size, &e) != 0) {
            harness_die(e.text);
        }
        d = digest_of(data, size);
        digest_to_hex(&d, hex);
        io_unmap(data, size);
    }
    return json_pack("{sssIsbsssisIss}", "frame", "fetched", "number",
                     (json_int_t)m->number, "done", m->done, "text", m->text,
                     "status", (int)m->status, "size", (json_int_t)size,
                     "sha256", hex);
}

static json_t *show(struct received *in) {
    const Loket__Frame *f = in->frame;

    switch (f->kind_case) {
    case LOKET__FRAME__KIND_SEND_RESULT:
        return json_pack(
            "{sssIsssiss}", "frame", "result", "id",
            (json_int_t)f->send_result->id, "verdict",
            send_verdict_name((enum send_verdict)f->send_result->verdict),
            "code", f->send_result->code, "text", f->send_result->text);
    case LOKET__FRAME__KIND_RESOLVED:
        return show_resolved(f->resolved);
    case LOKET__FRAME__KIND_FETCHED:
        return show_fetched(in);
    default:
        return harness_other(f);
    }
}

static const struct harness harness = {"out_harness", command, show};

int main(int argc, char **argv) {
    return harness_main(&harness, argc, argv);
}
