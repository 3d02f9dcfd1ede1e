/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One question to the engine, one answer.  Used by every command of loketctl
 * that needs a running Loket.
 */
#include "ctl/client.h"

#include "base/io.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "wire/channel.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* fsck of a large store is the slowest question. */
enum { ANSWER_MS = 10 * 60 * 1000, ANSWER_MAX = 256 * 1024 * 1024 };

static struct channel *call(const char *path, struct err *e) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    if (fd < 0 || !text_copy(address.sun_path, sizeof address.sun_path, path)) {
        io_close(&fd);
        err_set(e, ERR_SETUP, "control socket %s: cannot be used", path);
        return NULL;
    }
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        err_set(e, ERR_AGAIN,
                "no engine answers at %s (%s); is loketd running, and may you "
                "use it (root, or the user it runs as)?",
                path, strerror(errno));
        io_close(&fd);
        return NULL;
    }
    return channel_new(fd);
}

/* The memfd of a good answer, mapped; or the engine's refusal. */
static int map_answer(struct received *in, const char **data_r, size_t *size_r,
                      struct err *e) {
    if (in->frame->kind_case != LOKET__FRAME__KIND_ANSWER) {
        return err_set(e, ERR_BUG, "the engine's answer is none");
    }
    if (!in->frame->answer->ok) {
        return err_set(e, ERR_INPUT, "%s", in->frame->answer->error);
    }
    if (in->fd_count != 1) {
        return err_set(e, ERR_BUG, "the engine's answer is empty");
    }
    return io_map_memfd(in->fds[0], ANSWER_MAX, data_r, size_r, e);
}

/* One question, one answer; 0 with *in filled. */
static int converse(const char *socket_path, const char *const *words,
                    size_t word_count, int memfd, struct received *in,
                    struct err *e) {
    Loket__Command command = LOKET__COMMAND__INIT;
    Loket__Frame frame = FRAME_OF(COMMAND, command, &command);
    struct channel *ch = call(socket_path, e);
    int got = -1;

    if (ch == NULL) {
        io_close(&memfd);
        return -1;
    }
    command.words = (char **)(uintptr_t)words;
    command.n_words = word_count;
    if (channel_send_wait(ch, &frame, &memfd, memfd < 0 ? 0 : 1, ANSWER_MS,
                          e) == 0) {
        got = channel_receive_wait(ch, in, ANSWER_MS, e);
    }
    if (got == 0) {
        err_set(e, ERR_AGAIN, "the engine did not answer in time");
    }
    channel_free(&ch);
    return got == 1 ? 0 : -1;
}

json_t *client_ask(const char *socket_path, const char *const *words,
                   size_t word_count, int memfd, struct err *e) {
    json_t *json = NULL;
    json_error_t error;
    struct received in;
    const char *text;
    size_t size;

    if (converse(socket_path, words, word_count, memfd, &in, e) != 0) {
        return NULL;
    }
    if (map_answer(&in, &text, &size, e) == 0) {
        json = json_loadb(text, size, 0, &error);
        io_unmap(text, size);
        if (json == NULL) {
            err_set(e, ERR_BUG, "the engine's answer is no JSON: %s",
                    error.text);
        }
    }
    received_free(&in);
    return json;
}

int client_ask_bytes(const char *socket_path, const char *const *words,
                     size_t word_count, char **data_r, size_t *size_r,
                     struct err *e) {
    struct received in;
    const char *bytes;
    int rc;

    if (converse(socket_path, words, word_count, -1, &in, e) != 0) {
        return -1;
    }
    rc = map_answer(&in, &bytes, size_r, e);
    if (rc == 0) {
        *data_r = xmalloc(*size_r);
        memcpy(*data_r, bytes, *size_r);
        io_unmap(bytes, *size_r);
    }
    received_free(&in);
    return rc;
}
