/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/wire/orders.c: what goes in comes out, and nothing else gets in (B4). */
#include "wire/orders.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct err err;

#define COPY(to, text) assert_true(text_copy((to), sizeof(to), (text)))

/* To bytes and back, as a socket would carry it. */
static Loket__Frame *carried(const Loket__Frame *frame) {
    uint8_t *bytes = malloc(LIMIT_FRAME);
    size_t size = loket__frame__get_packed_size(frame);
    Loket__Frame *again;

    assert_true(bytes != NULL && size <= LIMIT_FRAME);
    loket__frame__pack(frame, bytes);
    again = loket__frame__unpack(NULL, size, bytes);
    assert_non_null(again);
    free(bytes);
    return again;
}

static struct order an_order(enum order_kind kind) {
    struct order o = {.kind = kind, .approver_count = LIMIT_APPROVERS};

    COPY(o.id, "LOCK-2026-000123.issue.2");
    COPY(o.casefile, "LOCK-2026-000123");
    COPY(o.applicant, "198501012010011001");
    for (size_t i = 0; i < LIMIT_APPROVERS; i++) {
        memset(o.approvers[i], 'a' + (int)i, sizeof o.approvers[i] - 1);
    }
    memset(&o.approved, 7, sizeof o.approved);
    COPY(o.serial, "1F00");
    if (kind == ORDER_REVOKE) {
        o.reason = ORDER_REASON_KEY_COMPROMISE;
        return o;
    }
    COPY(o.profile, "signature");
    COPY(o.subject.common_name, "Siti Rahayu");
    COPY(o.subject.organisation, "Pemerintah Kota Pekalongan");
    COPY(o.subject.unit, "Dinas Kominfo");
    COPY(o.subject.locality, "Pekalongan");
    COPY(o.subject.country, "ID");
    COPY(o.subject.mail, "siti@pekalongankota.go.id");
    o.spki_size = LIMIT_SPKI;
    memset(o.spki, 0x30, sizeof o.spki);
    return o;
}

static void order_comes_back_whole(void **state) {
    (void)state;
    for (int kind = 0; kind < ORDER__MAX; kind++) {
        struct order o = an_order((enum order_kind)kind), again;
        struct order_message m;
        Loket__Frame *frame = carried(order_write(&o, &m));

        assert_int_equal(frame->kind_case, LOKET__FRAME__KIND_ORDER);
        assert_int_equal(order_read(frame->order, &again, &err), 0);
        assert_memory_equal(&o, &again, sizeof o);
        loket__frame__free_unpacked(frame, NULL);
    }
}

/* Each differs in one thing from a good order. */
static void spoil(int what, Loket__Order *m) {
    static char control[] = "Siti\x1b[2J", latin[] = "Siti\xe9", empty[] = "",
                slash[] = "../../x", lower[] = "1f", zero[] = "01F",
                address[] = "siti@a b", country[] = "id";
    static char *nine[9] = {slash, slash, slash, slash, slash,
                            slash, slash, slash, slash};
    static char longer[LIMIT_RDN + 1];

    memset(longer, 'x', LIMIT_RDN);
    switch (what) {
    case 0: m->id = empty; break;
    case 1: m->id = slash; break;
    case 2: m->kind = ORDER__MAX; break;
    case 3: m->casefile = empty; break;
    case 4: m->casefile = slash; break;
    case 5: m->approved.len = 31; break;
    case 6: m->n_approvers = 9; m->approvers = nine; break;
    case 7: m->approvers[0] = slash; break;
    case 8: m->approvers[0] = empty; break;
    case 9: m->applicant = empty; break;
    case 10: m->subject->common_name = control; break;
    case 11: m->subject->common_name = latin; break;
    case 12: m->subject->common_name = empty; break;
    case 13: m->subject->unit = longer; break;
    case 14: m->subject->mail = address; break;
    case 15: m->subject->country = country; break;
    case 16: m->spki.len = 0; break;
    case 17: m->spki.len = LIMIT_SPKI + 1; break;
    case 18: m->serial = lower; break;
    case 19: m->serial = zero; break;
    case 20: m->reason = ORDER_REASON_SUPERSEDED; break;
    case 21: m->reason = ORDER_REASON__MAX; break;
    case 22: m->profile = empty; break;
    case 23: m->subject = NULL; break;
    case 24: m->kind = ORDER_REVOKE; break; /* without a reason */
    default: fail();
    }
}

static void order_that_lies_is_refused(void **state) {
    (void)state;
    for (int what = 0; what <= 24; what++) {
        struct order o = an_order(ORDER_ISSUE), again;
        struct order_message m;

        order_write(&o, &m);
        spoil(what, &m.order);
        err = (struct err)ERR_INIT;
        if (order_read(&m.order, &again, &err) != -1 ||
            err.kind != ERR_INPUT) {
            fail_msg("spoiled in way %d and read", what);
        }
    }
}

/* A revocation, and what is to be issued after it. */
static struct order a_foresighted_order(void) {
    struct order o = an_order(ORDER_ISSUE);

    o.kind = ORDER_REVOKE;
    o.reason = ORDER_REASON_SUPERSEDED;
    return o;
}

static void refused(const struct order_message *m, const char *text) {
    struct order again;

    err = (struct err)ERR_INIT;
    assert_int_equal(order_read(&m->order, &again, &err), -1);
    assert_string_equal(err.text, text);
}

static void revocation_has_reason_and_serial(void **state) {
    struct order o = an_order(ORDER_REVOKE);
    struct order_message m;

    (void)state;
    order_write(&o, &m);
    m.order.reason = ORDER_REASON_NONE;
    refused(&m, "order: reason is missing");
    order_write(&o, &m);
    m.order.serial = (char *)(uintptr_t)"";
    refused(&m, "order: serial is missing");
}

static void revocation_says_all_of_what_follows_or_nothing(void **state) {
    struct order o = a_foresighted_order(), again;
    struct order_message m;
    Loket__Frame *frame = carried(order_write(&o, &m));

    (void)state;
    assert_int_equal(order_read(frame->order, &again, &err), 0);
    assert_memory_equal(&o, &again, sizeof o);
    loket__frame__free_unpacked(frame, NULL);
    order_write(&o, &m);
    m.order.subject = NULL;
    refused(&m, "order: subject is missing");
    order_write(&o, &m);
    m.order.spki.len = 0;
    refused(&m, "order: spki is missing");
    order_write(&o, &m);
    m.order.profile = (char *)(uintptr_t)"";
    refused(&m, "order: profile is missing");
    order_write(&o, &m);
    m.subject.common_name = (char *)(uintptr_t)"";
    refused(&m, "order: common_name is missing");
}

static void answers_come_back_whole(void **state) {
    struct order_answer answers[] = {
        {.id = "a", .done = true, .serial = "1F", .certificate_size = 9,
         .certificate = "12345678", .not_before = 5, .not_after = 6},
        {.id = "b", .done = true, .serial = "1F", .revoked_at = 8},
        {.id = "c", .error = ERR_DENIED, .text = "the key is known"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct order_answer again;
        struct order_answer_message m;
        Loket__Frame *frame = carried(order_answer_write(&answers[i], &m));

        assert_int_equal(order_answer_read(frame->order_answer, &again, &err),
                         0);
        assert_memory_equal(&answers[i], &again, sizeof again);
        loket__frame__free_unpacked(frame, NULL);
    }
}

static void answer_that_lies_is_refused(void **state) {
    static const struct order_answer answers[] = {
        {.id = "a", .done = true, .serial = "1F"},
        {.id = "a", .done = true, .serial = "", .revoked_at = 1},
        {.id = "a", .done = true, .serial = "1F", .revoked_at = 1,
         .text = "but"},
        {.id = "a", .done = true, .serial = "1F", .revoked_at = 1,
         .certificate_size = 1, .not_after = 1},
        {.id = "a", .done = true, .serial = "1F", .certificate_size = 1},
        {.id = "a", .done = false},
        {.id = "a", .done = false, .error = ERR_AGAIN, .text = "x",
         .serial = "1F"},
        {.id = "a", .done = false, .error = 99, .text = "x"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct order_answer again;
        struct order_answer_message m;

        order_answer_write(&answers[i], &m);
        if (order_answer_read(&m.answer, &again, &err) != -1) {
            fail_msg("answer %zu was read", i);
        }
    }
}

static void status_comes_back_whole(void **state) {
    struct ca_state s = {.ready = true, .text = "ready",
                         .end = {3, {{1, 2}}}, .order_count = 2,
                         .orders = {{"LOCK-1.issue", "1F"}, {"L-2.revoke", ""}},
                         .listed = {2, {{4}}}, .certificate_size = 4,
                         .certificate = {9, 9}, .crl_expires = 77};
    struct ca_state again;
    struct ca_state_message m;
    Loket__Frame *frame = carried(ca_state_write(&s, &m));

    (void)state;
    assert_int_equal(ca_state_read(frame->ca_status, &again, &err), 0);
    assert_memory_equal(&s, &again, sizeof s);
    frame->ca_status->certificate.len = 0;
    assert_int_equal(ca_state_read(frame->ca_status, &again, &err), -1);
    frame->ca_status->ready = false;
    assert_int_equal(ca_state_read(frame->ca_status, &again, &err), 0);
    loket__frame__free_unpacked(frame, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_comes_back_whole),
        cmocka_unit_test(order_that_lies_is_refused),
        cmocka_unit_test(revocation_has_reason_and_serial),
        cmocka_unit_test(revocation_says_all_of_what_follows_or_nothing),
        cmocka_unit_test(answers_come_back_whole),
        cmocka_unit_test(answer_that_lies_is_refused),
        cmocka_unit_test(status_comes_back_whole),
    };

    return cmocka_run_group_tests_name("wire/orders", tests, NULL, NULL);
}
