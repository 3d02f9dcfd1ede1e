/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Letters: queued once, tried again in time, closed once: store/outbox.c.
 */
#include "store_help.h"

static struct outbox_row get(int64_t id) {
    struct outbox_row o;

    assert_int_equal(outbox_get(store, id, &o, E), 1);
    return o;
}

static void result(int64_t id, enum send_verdict verdict, int code,
                   usec_t now) {
    OK(store_begin(store, E));
    OK(outbox_result(store, id, verdict, code, "text", now, E));
    OK(store_commit(store, E));
}

static int64_t queued(void) {
    int64_t id;

    OK(store_begin(store, E));
    id = queue_letter(0, "x@office.test");
    OK(store_commit(store, E));
    return id;
}

static void a_letter_equals_its_input(void **state) { /* I14, V112 */
    struct outbox_row in = a_letter(0, "a'b\"@office.test"), o;
    char *bytes;
    size_t size;
    int64_t id;

    (void)state;
    OK(store_begin(store, E));
    OK(outbox_add(store, &in, "Subject: x\r\n\r\n", 14, &id, E));
    OK(outbox_add(store, &(struct outbox_row){
                             .letter = LETTER_SUMMARY, .queued = T0,
                             .recipient = "a@b.id", .message_id = "y@o"},
                  "y\r\n", 3, NULL, E));
    OK(store_commit(store, E));
    o = get(id);
    assert_string_equal(o.message_id, in.message_id);
    assert_string_equal(o.recipient, in.recipient);
    assert_int_equal(o.letter, LETTER_RECEIVED);
    assert_int_equal(o.state, OUTBOX_QUEUED);
    assert_int_equal(o.size, 14);
    assert_int_equal(o.queued, in.queued);
    assert_int_equal(o.next_try, in.next_try);
    assert_int_equal(o.attempts + o.ambiguous + o.closed, 0);
    OK(blob_read(store, &o.blob, 100, &bytes, &size, E));
    assert_int_equal(size, 14);
    assert_memory_equal(bytes, "Subject: x\r\n\r\n", 14);
    free(bytes);
    assert_int_equal(outbox_get(store, 99, &o, E), 0);
}

static void a_message_id_is_given_once(void **state) { /* I14 */
    struct outbox_row o = a_letter(0, "x@office.test");

    (void)state;
    queued();
    OK(store_begin(store, E));
    FAILS(ERR_BUG, outbox_add(store, &o, "z\r\n", 3, NULL, E));
    store_rollback(store);
}

static int64_t queue_as(enum outbox_class class, const char *id,
                        int64_t casefile_id, const char *to) {
    struct outbox_row o = a_letter(casefile_id, id);
    char bytes[128];
    int64_t row;
    int n = snprintf(bytes, sizeof bytes, "Message-ID: <%s>\r\n\r\n.\r\n", id);

    o.class = class;
    text_copy(o.recipient, sizeof o.recipient, to);
    OK(outbox_add(store, &o, bytes, (size_t)n, &row, E));
    return row;
}

static void check_waits(enum outbox_class class, const char *message_id,
                        const int minutes[9]) {
    usec_t now = T0 + USEC_PER_DAY;
    int64_t id;

    OK(store_begin(store, E));
    id = queue_as(class, message_id, 0, "budi@pekalongan.test");
    OK(store_commit(store, E));
    for (size_t i = 0; i < 9; i++) {
        struct outbox_row o, due;
        size_t count;

        result(id, SEND_RETRY, 451, now);
        o = get(id);
        assert_int_equal(o.state, OUTBOX_QUEUED);
        assert_int_equal(o.attempts, i + 1);
        assert_int_equal((o.next_try - now) / USEC_PER_MIN, minutes[i]);
        assert_int_equal(o.reply_code, 451);
        assert_string_equal(o.reply_text, "text");
        OK(outbox_due(store, o.next_try - 1, &due, 1, &count, E));
        assert_int_equal(count, 0);
        OK(outbox_due(store, o.next_try, &due, 1, &count, E));
        assert_int_equal(count, 1);
        now = o.next_try;
    }
    result(id, SEND_ACCEPTED, 250, now);
}

static void retries_wait_longer_and_longer(void **state) { /* V140, V143 */
    (void)state;
    check_waits(CLASS_ANSWER, "answer@o",
                (const int[]){1, 2, 4, 8, 16, 32, 60, 60, 60});
    check_waits(CLASS_DECISION, "decision@o",
                (const int[]){1, 2, 4, 8, 16, 16, 16, 16, 16});
    assert_clean();
}

static void decisions_go_first(void **state) { /* V143 */
    struct outbox_row rows[4];
    size_t count;
    int64_t notice, answer, decision;

    (void)state;
    OK(store_begin(store, E));
    notice = queue_as(CLASS_NOTICE, "n@o", 0, "a@b.id");
    answer = queue_as(CLASS_ANSWER, "a@o", 0, "a@b.id");
    decision = queue_as(CLASS_DECISION, "d@o", 0, "a@b.id");
    OK(store_commit(store, E));
    OK(outbox_due(store, T0 + USEC_PER_DAY, rows, 4, &count, E));
    assert_int_equal(count, 3);
    assert_int_equal(rows[0].id, decision);
    assert_int_equal(rows[1].id, answer);
    assert_int_equal(rows[2].id, notice);
    assert_int_equal(rows[2].class, CLASS_NOTICE);
}

static void a_letter_knows_its_class(void **state) { /* V143 */
    static const struct {
        enum letter_kind kind;
        bool asks;
        enum outbox_class class;
    } cases[] = {
        {LETTER_VERIFY, true, CLASS_DECISION},
        {LETTER_CONFIRM, true, CLASS_DECISION},
        {LETTER_REMIND, true, CLASS_DECISION},
        {LETTER_RECEIPT, false, CLASS_DECISION},
        {LETTER_ANSWER, false, CLASS_DECISION},
        {LETTER_RECEIVED, false, CLASS_ANSWER},
        {LETTER_COMPLETED, false, CLASS_ANSWER},
        {LETTER_REMIND, false, CLASS_NOTICE},
        {LETTER_SUMMARY, false, CLASS_NOTICE},
        {LETTER_PROBE, true, CLASS_NOTICE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct letter letter = {.kind = cases[i].kind};

        text_copy(letter.token, sizeof letter.token,
                  cases[i].asks ? "lk0123456789abcdef0123456789abcdef" : "");
        assert_int_equal(outbox_class_of(&letter), cases[i].class);
    }
}

static void what_the_relay_took_is_counted(void **state) { /* T13 */
    struct casefile c = apply_for(take_mail(1), "first@o");
    usec_t hour = T0 + USEC_PER_DAY;
    size_t used[BUDGET__MAX];
    int64_t ids[4];

    (void)state;
    OK(store_begin(store, E));
    ids[0] = queue_as(CLASS_ANSWER, "0@o", c.id, "a@b.id");
    ids[1] = queue_as(CLASS_ANSWER, "1@o", 0, "a@b.id");
    ids[2] = queue_as(CLASS_ANSWER, "2@o", c.id, "c@b.id");
    ids[3] = queue_as(CLASS_ANSWER, "3@o", c.id, "a@b.id");
    OK(store_commit(store, E));
    result(ids[0], SEND_ACCEPTED, 250, hour); /* not after it */
    result(ids[1], SEND_ACCEPTED, 250, hour + 1);
    result(ids[2], SEND_ACCEPTED, 250, hour + 2);
    result(ids[3], SEND_RETRY, 451, hour + 3); /* was not taken */
    OK(outbox_used(store, &(struct outbox_row){.recipient = "a@b.id",
                                               .casefile_id = c.id},
                   hour, used, E));
    assert_int_equal(used[BUDGET_HOUR], 2);
    assert_int_equal(used[BUDGET_ADDRESS], 1);
    assert_int_equal(used[BUDGET_CASE], 1);
    OK(outbox_used(store, &(struct outbox_row){.recipient = "x@b.id"}, 0, used,
                   E));
    assert_int_equal(used[BUDGET_HOUR], 3);
    assert_int_equal(used[BUDGET_ADDRESS] + used[BUDGET_CASE], 0);
}

static void what_is_put_off_waits_and_stays(void **state) { /* I14 */
    struct casefile c = apply_for(take_mail(1), "first@o");
    usec_t until = T0 + USEC_PER_DAY;
    struct outbox_row of_case, other;
    int64_t a, b;

    (void)state;
    OK(store_begin(store, E));
    a = queue_as(CLASS_ANSWER, "a@o", c.id, "a@b.id");
    b = queue_as(CLASS_DECISION, "b@o", 0, "other@b.id");
    of_case = get(a);
    other = get(b);
    OK(outbox_put_off(store, &of_case, BUDGET_CASE, until, E));
    assert_int_equal(get(a).next_try, until);
    assert_int_equal(get(b).next_try, other.next_try);
    OK(outbox_put_off(store, &other, BUDGET_ADDRESS, until + 1, E));
    assert_int_equal(get(a).next_try, until);
    assert_int_equal(get(b).next_try, until + 1);
    OK(outbox_put_off(store, &other, BUDGET_ADDRESS, until, E)); /* not sooner */
    assert_int_equal(get(b).next_try, until + 1);
    OK(store_commit(store, E));
    assert_int_equal(get(a).attempts + get(b).attempts, 0);
    assert_clean();
}

static void five_days_are_enough(void **state) { /* V140 */
    int64_t id = queued();
    usec_t start = get(id).queued;

    (void)state;
    result(id, SEND_RETRY, 451, start + 5 * USEC_PER_DAY - 1);
    assert_int_equal(get(id).state, OUTBOX_QUEUED);
    result(id, SEND_RETRY, 451, start + 5 * USEC_PER_DAY);
    assert_int_equal(get(id).state, OUTBOX_FAILED);
    assert_int_equal(get(id).closed, start + 5 * USEC_PER_DAY);
    assert_clean();
}

static void lost_answers_are_counted(void **state) { /* V145, I14 */
    int64_t id = queued();
    struct outbox_row before = get(id), o;

    (void)state;
    result(id, SEND_AMBIGUOUS, 0, T0);
    result(id, SEND_RETRY, 421, T0 + USEC_PER_MIN);
    result(id, SEND_AMBIGUOUS, 0, T0 + 9 * USEC_PER_MIN);
    result(id, SEND_ACCEPTED, 250, T0 + 20 * USEC_PER_MIN);
    o = get(id);
    assert_int_equal(o.state, OUTBOX_ACCEPTED);
    assert_int_equal(o.attempts, 4);
    assert_int_equal(o.ambiguous, 2);
    assert_int_equal(o.closed, T0 + 20 * USEC_PER_MIN);
    assert_string_equal(o.message_id, before.message_id);
    assert_true(digest_equal(&o.blob, &before.blob));
    assert_clean();
}

static void a_closed_letter_stays_closed(void **state) { /* I14, V139 */
    static const enum send_verdict first[] = {SEND_ACCEPTED, SEND_FAILED};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        int64_t id;
        char message_id[32];

        snprintf(message_id, sizeof message_id, "%zu@o.test", i);
        OK(store_begin(store, E));
        id = queue_letter(0, message_id);
        OK(store_commit(store, E));
        result(id, first[i], 250, T0 + USEC_PER_DAY);
        for (int v = 0; v < SEND__MAX; v++) {
            OK(store_begin(store, E));
            FAILS(ERR_INPUT, outbox_result(store, id, (enum send_verdict)v,
                                           250, "", T0 + 9, E));
            OK(store_commit(store, E)); /* the store is well */
        }
        assert_int_equal(get(id).attempts, 1);
    }
    OK(store_begin(store, E));
    FAILS(ERR_INPUT, outbox_result(store, 99, SEND_ACCEPTED, 250, "", T0, E));
    store_rollback(store);
    assert_clean();
}

static void the_next_one_is_known(void **state) {
    struct outbox_row rows[4];
    usec_t when;
    size_t count;
    int64_t a, b;

    (void)state;
    OK(outbox_next(store, &when, E));
    assert_int_equal(when, 0);
    OK(store_begin(store, E));
    a = queue_letter(0, "a@o");
    b = queue_letter(0, "b@o");
    OK(store_commit(store, E));
    result(a, SEND_RETRY, 421, T0 + USEC_PER_DAY);
    OK(outbox_next(store, &when, E));
    assert_int_equal(when, get(b).next_try);
    OK(outbox_due(store, T0 + 9 * USEC_PER_DAY, rows, 4, &count, E));
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].id, b); /* the longest due first */
    result(b, SEND_FAILED, 550, T0 + USEC_PER_DAY);
    OK(outbox_next(store, &when, E));
    assert_int_equal(when, T0 + USEC_PER_DAY + USEC_PER_MIN);
}

static int note_id(void *user, const struct outbox_row *o) {
    int64_t *last = user;

    assert_true(*last == 0 || o->id < *last);
    *last = o->id;
    return 0;
}

static void lists_and_counts(void **state) {
    uint64_t count;
    int64_t last = 0;
    size_t recent;
    bool has;

    (void)state;
    OK(store_begin(store, E));
    for (int i = 0; i < 5; i++) {
        char id[16];

        snprintf(id, sizeof id, "%d@o", i);
        queue_letter(0, id);
    }
    OK(outbox_result(store, 2, SEND_FAILED, 550, "no", T0 + USEC_PER_DAY, E));
    OK(store_commit(store, E));
    OK(outbox_list(store, 4, note_id, &last, E));
    assert_int_equal(last, 2);
    OK(outbox_count(store, OUTBOX_QUEUED, &count, E));
    assert_int_equal(count, 4);
    OK(outbox_count(store, OUTBOX_FAILED, &count, E));
    assert_int_equal(count, 1);
    OK(outbox_recent(store, "budi@pekalongan.test", T0 + 2 * USEC_PER_SEC,
                     &recent, E));
    assert_int_equal(recent, 5);
    OK(outbox_recent(store, "budi@pekalongan.test", T0 + 3 * USEC_PER_SEC,
                     &recent, E));
    assert_int_equal(recent, 0);
    OK(outbox_recent(store, "wati@pekalongan.test", 0, &recent, E));
    assert_int_equal(recent, 0);
    OK(outbox_has_message_id(store, "3@o", &has, E));
    assert_true(has);
    OK(outbox_has_message_id(store, "", &has, E));
    assert_false(has);
    OK(outbox_has_message_id(store, "_@o", &has, E));
    assert_false(has);
}

static void letters_are_found_by_what_they_are(void **state) {
    struct outbox_row o = a_letter(0, "work@o"), got;
    size_t recent;
    usec_t at = o.queued;

    (void)state;
    o.letter = LETTER_WORK;
    OK(store_begin(store, E));
    queue_letter(0, "one@o");
    OK(outbox_add(store, &o, "Message-ID: <work@o>\r\n\r\n.\r\n", 27, NULL,
                  E));
    OK(store_commit(store, E));
    assert_int_equal(outbox_by_message_id(store, "work@o", &got, E), 1);
    assert_int_equal(got.letter, LETTER_WORK);
    assert_string_equal(got.recipient, o.recipient);
    assert_int_equal(outbox_by_message_id(store, "two@o", &got, E), 0);
    assert_int_equal(outbox_by_message_id(store, "%", &got, E), 0);
    OK(outbox_recent_of(store, o.recipient, LETTER_WORK, at, &recent, E));
    assert_int_equal(recent, 1);
    OK(outbox_recent_of(store, o.recipient, LETTER_WORK, at + 1, &recent, E));
    assert_int_equal(recent, 0);
    OK(outbox_recent_of(store, o.recipient, LETTER_VERIFY, at, &recent, E));
    assert_int_equal(recent, 0);
    OK(outbox_recent_of(store, "x@y.id", LETTER_WORK, at, &recent, E));
    assert_int_equal(recent, 0);
}

static int note_message_id(void *user, const struct outbox_row *o) {
    char *list = user;
    size_t used = strlen(list);

    snprintf(list + used, 64 - used, "%s ", o->message_id);
    return strcmp(o->message_id, "stop@o") == 0;
}

static void letters_of_a_case_in_their_order(void **state) {
    struct casefile c = apply_for(take_mail(1), "first@o");
    char list[64] = "";

    (void)state;
    OK(store_begin(store, E));
    queue_letter(0, "none@o");
    queue_letter(c.id, "second@o");
    queue_letter(c.id, "stop@o");
    queue_letter(c.id, "fourth@o");
    OK(store_commit(store, E));
    OK(outbox_of_case(store, c.id, note_message_id, list, E));
    assert_string_equal(list, "first@o second@o stop@o ");
    list[0] = '\0';
    OK(outbox_of_case(store, 99, note_message_id, list, E));
    assert_string_equal(list, "");
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(a_letter_equals_its_input),
        ROW(a_message_id_is_given_once),
        ROW(retries_wait_longer_and_longer),
        ROW(decisions_go_first),
        ROW(a_letter_knows_its_class),
        ROW(what_the_relay_took_is_counted),
        ROW(what_is_put_off_waits_and_stays),
        ROW(five_days_are_enough),
        ROW(lost_answers_are_counted),
        ROW(a_closed_letter_stays_closed),
        ROW(the_next_one_is_known),
        ROW(lists_and_counts),
        ROW(letters_are_found_by_what_they_are),
        ROW(letters_of_a_case_in_their_order),
    };

    return cmocka_run_group_tests_name("store/outbox", tests, NULL, NULL);
}
