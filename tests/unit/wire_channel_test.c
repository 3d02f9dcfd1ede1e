/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/channel.c: frames and descriptors between programs, and what a peer
 * that means harm can do with them (B2-B4 of threats.md 3).
 */
#include "wire/channel.h"

#include "base/io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct pair {
    struct channel *a, *b;
    int raw; /* the descriptor under a */
};

static int open_pair(void **state) {
    struct pair *p = calloc(1, sizeof *p);
    int fds[2];

    if (channel_pair(fds, NULL) != 0) {
        return -1;
    }
    p->a = channel_new(fds[0]);
    p->b = channel_new(fds[1]);
    p->raw = fds[0];
    *state = p;
    return 0;
}

static int close_pair(void **state) {
    struct pair *p = *state;

    channel_free(&p->a);
    channel_free(&p->b);
    free(p);
    return 0;
}

static int send_trouble(struct channel *ch, const char *text, const int *fds,
                        size_t count, struct err *e) {
    Loket__Trouble trouble = LOKET__TROUBLE__INIT;
    Loket__Frame frame = FRAME_OF(TROUBLE, trouble, &trouble);

    trouble.text = (char *)(uintptr_t)text;
    return channel_send(ch, &frame, fds, count, e);
}

static void frame_and_descriptor_arrive(void **state) {
    struct pair *p = *state;
    struct err e = ERR_INIT;
    struct received in;
    const char *data;
    size_t size;
    int fd = io_memfd("x", "bytes", 5, &e), mine;

    assert_int_equal(send_trouble(p->a, "hello", &fd, 1, &e), 0);
    assert_int_equal(channel_receive(p->b, &in, &e), 1);
    assert_string_equal(in.frame->trouble->text, "hello");
    assert_int_equal(in.fd_count, 1);
    mine = received_take_fd(&in, 0);
    assert_int_equal(received_take_fd(&in, 1), -1);
    received_free(&in);
    assert_int_equal(io_map_memfd(mine, 5, &data, &size, &e), 0);
    io_unmap(data, size);
    close(mine);
    assert_int_equal(channel_receive(p->b, &in, &e), 0);
}

static void frame_larger_than_the_cap_is_our_bug(void **state) {
    struct pair *p = *state;
    struct err e = ERR_INIT;
    char *text = calloc(1, LIMIT_FRAME + 1);

    memset(text, 'x', LIMIT_FRAME);
    assert_int_equal(send_trouble(p->a, text, NULL, 0, &e), -1);
    assert_int_equal(e.kind, ERR_BUG);
    free(text);
}

static void nonsense_is_malformed(void **state) {
    static const char *const nonsense[] = {"\xff\xff\xff\xff\xff\xff", "\x92",
                                           "\x08\x01", "\xa2\x06\x05zz"};
    struct pair *p = *state;

    for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++) {
        struct err e = ERR_INIT;
        struct received in;

        assert_true(send(p->raw, nonsense[i], strlen(nonsense[i]), 0) > 0);
        assert_int_equal(channel_receive(p->b, &in, &e), -1);
        assert_int_equal(e.kind, ERR_INPUT);
    }
}

static void datagram_longer_than_a_frame_is_malformed(void **state) {
    struct pair *p = *state;
    struct err e = ERR_INIT;
    struct received in;
    char *bytes = calloc(1, LIMIT_FRAME + 10);

    assert_true(send(p->raw, bytes, LIMIT_FRAME + 10, 0) > 0);
    assert_int_equal(channel_receive(p->b, &in, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    free(bytes);
}

/* 64 KiB of empty repeated messages would become megabytes (lab.md, "More
 * facts": 2 MB become 108 MB): the allocator's budget ends it. */
static void small_frame_cannot_become_large(void **state) {
    struct pair *p = *state;
    struct err e = ERR_INIT;
    struct received in;
    uint8_t bytes[LIMIT_FRAME];
    size_t n = 0;

    /* field 33 (Keys) of 60000 bytes, each two an empty answer */
    bytes[n++] = 0x8a;
    bytes[n++] = 0x02;
    bytes[n++] = 0xe0;
    bytes[n++] = 0xd4;
    bytes[n++] = 0x03;
    while (n < 5 + 60000) {
        bytes[n++] = 0x0a;
        bytes[n++] = 0x00;
    }
    assert_true(send(p->raw, bytes, n, 0) > 0);
    assert_int_equal(channel_receive(p->b, &in, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
}

static void full_socket_queues_and_the_queue_ends(void **state) {
    struct pair *p = *state;
    struct err e = ERR_INIT;
    struct received in;
    char text[8000];
    size_t sent = 0, got = 0;

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    while (send_trouble(p->a, text, NULL, 0, &e) == 0) {
        sent++;
        assert_true(sent < 2 * LIMIT_FRAME_QUEUE);
    }
    assert_int_equal(e.kind, ERR_AGAIN);
    assert_true(channel_has_output(p->a));
    while (channel_receive(p->b, &in, &e) == 1) {
        received_free(&in);
        got++;
        assert_int_equal(channel_flush(p->a, &e), 0);
    }
    assert_int_equal(got, sent); /* nothing lost, nothing twice */
}

static void closed_peer_is_told(void **state) {
    struct pair *p = *state;
    struct err e = ERR_INIT;
    struct received in;

    assert_int_equal(send_trouble(p->a, "last words", NULL, 0, &e), 0);
    channel_free(&p->a);
    assert_int_equal(channel_receive(p->b, &in, &e), 1);
    received_free(&in);
    assert_int_equal(channel_receive(p->b, &in, &e), -1);
    assert_int_equal(e.kind, ERR_AGAIN);
    assert_int_equal(send_trouble(p->b, "x", NULL, 0, &e), -1);
    assert_int_equal(e.kind, ERR_AGAIN);
}

static void waiting_ends_in_time(void **state) {
    struct pair *p = *state;
    struct err e = ERR_INIT;
    struct received in;

    assert_int_equal(channel_receive_wait(p->b, &in, 20, &e), 0);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_pair, close_pair)
    const struct CMUnitTest tests[] = {
        TEST(frame_and_descriptor_arrive),
        TEST(frame_larger_than_the_cap_is_our_bug),
        TEST(nonsense_is_malformed),
        TEST(datagram_longer_than_a_frame_is_malformed),
        TEST(small_frame_cannot_become_large),
        TEST(full_socket_queues_and_the_queue_ends),
        TEST(closed_peer_is_told),
        TEST(waiting_ends_in_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
