/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * src/proc/engine_examine.c: who asks about evidence is answered exactly once,
 * whatever becomes of the child or its parser, and a certificate that came
 * with a mail is trusted only by a whole answer.  The test plays the parser
 * and its children; store and decisions have twins at the end.
 */
#include "proc/engine.h"

#include "base/io.h"
#include "base/text.h"
#include "proc/engine_keys.h"
#include "wire/facts.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { WAIT_MS = 5000 };

/* What a callback was told. */
struct told {
    unsigned calls;
    bool has_facts;
    struct crl_facts crl;
    struct certificate_facts certificate;
    struct engine *again; /* ask once more from inside, if set */
};

static struct engine *en;
static struct channel *parser; /* its end */

/* What the twins give and were given. */
static unsigned mails_waiting, mails_decided;
static struct certificate_facts decided;

static void on_crl(void *user, const struct crl_facts *facts);

static int open_engine(void **state) {
    static const struct link_calls calls = {0};
    struct err e = ERR_INIT;
    int pair[2];

    (void)state;
    en = calloc(1, sizeof *en);
    en->settings = calloc(1, sizeof *en->settings);
    return sd_event_new(&en->event) < 0 || channel_pair(pair, &e) != 0 ||
                   link_open(&en->mail_parser, en->event, pair[0], &calls, en,
                             &e) != 0 ||
                   (parser = channel_new(pair[1])) == NULL
               ? -1
               : examine_open(en, &e);
}

static int close_engine(void **state) {
    (void)state;
    sd_event_run(en->event, 0); /* buries what is dead */
    sd_event_run(en->event, 0);
    assert_int_equal(examine_running(en), 0);
    channel_free(&parser);
    link_close(&en->mail_parser);
    sd_event_source_disable_unref(en->bury);
    sd_event_unref(en->event);
    free(en->settings);
    free(en);
    return 0;
}

static int some_fd(void) {
    struct err e = ERR_INIT;
    int fd = io_memfd("evidence", "bytes", 5, &e);

    assert_true(fd >= 0);
    return fd;
}

static void on_certificate(void *user, const struct certificate_facts *facts) {
    struct told *t = user;

    t->calls++;
    t->has_facts = facts != NULL;
    if (facts != NULL) {
        t->certificate = *facts;
    }
}

static void ask_crl(struct told *t) {
    struct err e = ERR_INIT;

    assert_int_equal(examine_crl(en, some_fd(), some_fd(), "1A2B", on_crl, t,
                                 &e), 0);
}

static void on_crl(void *user, const struct crl_facts *facts) {
    struct told *t = user;

    t->calls++;
    t->has_facts = facts != NULL;
    if (facts != NULL) {
        t->crl = *facts;
    }
    if (t->again != NULL) {
        t->again = NULL;
        ask_crl(t);
    }
}

static void ask_certificate(struct told *t, bool with_issuer) {
    struct err e = ERR_INIT;

    assert_int_equal(examine_certificate(en, some_fd(),
                                         with_issuer ? some_fd() : -1,
                                         on_certificate, t, &e), 0);
}

/* The next order, as its child sees it. */
static struct channel *take_order(int object, size_t fds) {
    struct err e = ERR_INIT;
    struct received in;
    struct channel *ch;

    assert_int_equal(channel_receive_wait(parser, &in, WAIT_MS, &e), 1);
    assert_int_equal(in.frame->kind_case, LOKET__FRAME__KIND_EXAMINE);
    assert_int_equal(in.frame->examine->object, object);
    assert_true(in.frame->examine->now > 0);
    assert_int_equal(in.fd_count, fds);
    if (object == LOKET__EXAMINE__OBJECT__CRL) {
        assert_string_equal(in.frame->examine->serial, "1A2B");
    }
    ch = channel_new(received_take_fd(&in, 0));
    received_free(&in);
    return ch;
}

static void say_examined(struct channel *ch) {
    Loket__Examined m = LOKET__EXAMINED__INIT;
    Loket__Frame frame = FRAME_OF(EXAMINED, examined, &m);
    struct err e = ERR_INIT;

    assert_int_equal(channel_send(ch, &frame, NULL, 0, &e), 0);
}

/* Runs the engine until so many callbacks came, and a little longer. */
static void run_until(const struct told *t, unsigned calls) {
    for (int i = 0; i < 500 && t->calls < calls; i++) {
        sd_event_run(en->event, 10 * 1000);
    }
    for (int i = 0; i < 5; i++) {
        sd_event_run(en->event, 1000);
    }
    assert_int_equal(t->calls, calls);
}

static struct crl_facts good_crl(void) {
    struct crl_facts f = {.valid = true, .this_update = 1, .next_update = 2,
                          .listed = true, .revoked_at = 1, .reason = 4,
                          .sha256 = digest_of("x", 1)};

    text_copy(f.issuer, sizeof f.issuer, "CN=CA");
    return f;
}

static struct certificate_facts good_certificate(bool checked) {
    struct certificate_facts f = {.valid = true, .checked = checked,
                                  .trusted = checked};

    text_copy(f.serial, sizeof f.serial, "1A2B");
    return f;
}

static void facts_arrive_once(void **state) {
    struct told t = {0};
    struct crl_facts crl = good_crl();
    struct channel *ch;
    struct err e = ERR_INIT;

    (void)state;
    ask_crl(&t);
    ch = take_order(LOKET__EXAMINE__OBJECT__CRL, 3);
    assert_int_equal(crl_send(ch, &crl, &e), 0);
    say_examined(ch);
    say_examined(ch); /* nobody listens any more */
    channel_free(&ch);
    run_until(&t, 1);
    assert_true(t.has_facts);
    assert_memory_equal(&t.crl, &crl, sizeof crl);
    for (int with = 0; with < 2; with++) {
        struct certificate_facts f = good_certificate(with == 1);

        t = (struct told){0};
        ask_certificate(&t, with == 1);
        ch = take_order(LOKET__EXAMINE__OBJECT__CERTIFICATE,
                        with == 1 ? 3 : 2);
        assert_int_equal(certificate_send(ch, &f, &e), 0);
        say_examined(ch);
        channel_free(&ch);
        run_until(&t, 1);
        assert_true(t.has_facts);
        assert_int_equal(t.certificate.trusted, with);
    }
}

/* Each child ends or lies in another way; all are told as nothing. */
static void a_child_that_fails_is_told_once(void **state) {
    struct crl_facts bad = good_crl();
    struct certificate_facts f;
    struct err e = ERR_INIT;

    (void)state;
    bad.trouble[0] = 'x'; /* valid and in trouble */
    for (int way = 0; way < 8; way++) {
        struct told t = {0};
        bool crl = way < 5;
        struct channel *ch;

        if (crl) {
            ask_crl(&t);
        } else {
            ask_certificate(&t, way != 5);
        }
        ch = take_order(crl ? LOKET__EXAMINE__OBJECT__CRL
                            : LOKET__EXAMINE__OBJECT__CERTIFICATE,
                        way == 5 ? 2 : 3);
        if (way == 1) {
            say_examined(ch); /* without facts */
        } else if (way == 2) {
            struct crl_facts good = good_crl();

            crl_send(ch, &good, &e); /* and dies */
        } else if (way == 3) {
            crl_send(ch, &bad, &e);
            say_examined(ch);
        } else if (way == 4 || way == 5) {
            f = good_certificate(true); /* another kind; checked by nobody */
            certificate_send(ch, &f, &e);
            say_examined(ch);
        } else if (way == 6) {
            f = good_certificate(false); /* was to be checked */
            certificate_send(ch, &f, &e);
            say_examined(ch);
        } else if (way == 7) {
            say_examined(ch);
        }
        channel_free(&ch);
        print_message("way %d\n", way);
        run_until(&t, 1);
        assert_false(t.has_facts);
    }
}

/* The parser parent dies with orders that it never took up, and with children
 * at work. */
static void a_parser_that_dies_is_told_once_each(void **state) {
    struct told t[6] = {0};
    struct channel *children[2];

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        if (i % 2 == 0) {
            ask_crl(&t[i]);
        } else {
            ask_certificate(&t[i], true);
        }
    }
    children[0] = take_order(LOKET__EXAMINE__OBJECT__CRL, 3);
    children[1] = take_order(LOKET__EXAMINE__OBJECT__CERTIFICATE, 3);
    channel_free(&parser);
    for (size_t i = 2; i < 6; i++) {
        run_until(&t[i], 1);
        assert_false(t[i].has_facts);
    }
    /* A child that outlives its parent may still answer, or end too. */
    assert_int_equal(t[0].calls, 0);
    channel_free(&children[0]);
    channel_free(&children[1]);
    for (size_t i = 0; i < 6; i++) {
        run_until(&t[i], 1);
        assert_false(t[i].has_facts);
    }
}

static unsigned open_fds(void) {
    unsigned count = 0;

    for (int fd = 0; fd < 256; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

static void without_a_parser_nobody_is_called(void **state) {
    struct told t = {0};
    unsigned before;

    (void)state;
    link_close(&en->mail_parser);
    before = open_fds();
    for (int i = 0; i < 3; i++) {
        struct err e = ERR_INIT;

        assert_int_equal(examine_crl(en, some_fd(), some_fd(), "1A2B", on_crl,
                                     &t, &e), -1);
        assert_int_equal(e.kind, ERR_AGAIN);
        assert_int_equal(examine_certificate(en, some_fd(), -1,
                                             on_certificate, &t, &e), -1);
    }
    assert_int_equal(open_fds(), before);
    run_until(&t, 0);
}

/* As many as there are places; the next is refused, until one is free: who is
 * told may ask anew from inside. */
static void places_are_bounded_and_given_back(void **state) {
    struct told t[EXAMS_MAX] = {0}, more = {0};
    struct channel *children[EXAMS_MAX];
    struct err e = ERR_INIT;

    (void)state;
    for (size_t i = 0; i < EXAMS_MAX; i++) {
        ask_crl(&t[i]);
        children[i] = take_order(LOKET__EXAMINE__OBJECT__CRL, 3);
    }
    assert_int_equal(examine_crl(en, some_fd(), some_fd(), "1A2B", on_crl,
                                 &more, &e), -1);
    assert_int_equal(e.kind, ERR_AGAIN);
    t[0].again = en;
    channel_free(&children[0]);
    run_until(&t[0], 1);
    children[0] = take_order(LOKET__EXAMINE__OBJECT__CRL, 3);
    for (size_t i = 0; i < EXAMS_MAX; i++) {
        channel_free(&children[i]);
    }
    for (size_t i = 0; i < EXAMS_MAX; i++) {
        run_until(&t[i], i == 0 ? 2 : 1);
    }
    assert_int_equal(more.calls, 0);
}

/* ---- a certificate that came with a mail ---------------------------------- */

/* The mail's own child: a good mail with one certificate, unchecked. */
static void play_mail(void) {
    struct channel *ch = take_order(LOKET__EXAMINE__OBJECT__MAIL, 2);
    struct mail_facts *f = mail_facts_new();
    struct attachment a = {.size = 5, .sha256 = digest_of("bytes", 5),
                           .document = {.kind = DOCUMENT_CERTIFICATE,
                                        .examined = true}};
    struct err e = ERR_INIT;

    a.document.certificate = good_certificate(false);
    text_copy(f->identity.from, sizeof f->identity.from, "a@b.example");
    assert_int_equal(identity_send(ch, &f->identity, &e), 0);
    assert_int_equal(attachment_send(ch, &a, some_fd(), &e), 0);
    assert_int_equal(facts_send(ch, f, &e), 0);
    say_examined(ch);
    channel_free(&ch);
    mail_facts_free(&f);
}

static void run_loop(void) {
    for (int i = 0; i < 10; i++) {
        sd_event_run(en->event, 10 * 1000);
    }
}

static void trust_needs_a_whole_answer(void **state) {
    static const struct {
        const char *what;
        bool checked, odd, examined;
        bool trusted;
    } cases[] = {
        {"whole", true, false, true, true},
        {"no end", true, false, false, false},
        {"refused half read", true, true, true, false},
        {"not checked", false, false, true, false},
    };

    (void)state;
    en->settings->portal.present = true;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct certificate_facts f = good_certificate(cases[i].checked);
        struct channel *ch;
        struct err e = ERR_INIT;

        print_message("%s\n", cases[i].what);
        mails_waiting = 1;
        mails_decided = 0;
        en->exam_cursor = 0;
        examine_pump(en);
        play_mail();
        run_loop();
        ch = take_order(LOKET__EXAMINE__OBJECT__CERTIFICATE, 3);
        if (cases[i].odd) {
            text_copy(f.serial, sizeof f.serial, "no hex");
        }
        assert_int_equal(certificate_send(ch, &f, &e), 0);
        if (cases[i].examined) {
            say_examined(ch);
        }
        channel_free(&ch);
        run_loop();
        assert_int_equal(mails_decided, 1);
        assert_true(decided.valid);
        assert_string_equal(decided.serial, "1A2B");
        assert_int_equal(decided.checked, cases[i].trusted);
        assert_int_equal(decided.trusted, cases[i].trusted);
    }
}

int main(void) {
#define TEST(name)                                                            \
    cmocka_unit_test_setup_teardown(name, open_engine, close_engine)
    const struct CMUnitTest tests[] = {
        TEST(facts_arrive_once),
        TEST(a_child_that_fails_is_told_once),
        TEST(a_parser_that_dies_is_told_once_each),
        TEST(without_a_parser_nobody_is_called),
        TEST(places_are_bounded_and_given_back),
        TEST(trust_needs_a_whole_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* ---- twins ---------------------------------------------------------------- */

struct err store_error;

void engine_store_failed(const struct err *e) {
    fprintf(stderr, "%s\n", e->text);
    abort();
}

void engine_alarm_now(struct engine *engine, const char *subject,
                      const char *text) {
    (void)engine;
    fail_msg("%s: %s", subject, text);
}

void decide_mail(struct engine *engine, const struct examined_mail *m) {
    (void)engine;
    assert_int_equal(m->facts->attachment_count, 1);
    decided = m->facts->attachments[0].document.certificate;
    mails_decided++;
}

void decide_unreadable(struct engine *engine, struct mail_row *row,
                       const struct mail_identity *identity,
                       const char *reason) {
    (void)engine;
    (void)row;
    (void)identity;
    fail_msg("%s", reason);
}

void decide_infected(struct engine *engine, const struct examined_mail *m,
                     const char *name) {
    (void)engine;
    (void)m;
    fail_msg("%s", name);
}

void decide_too_large(struct engine *engine, int64_t mail_id,
                      const struct mail_facts *facts) {
    (void)engine;
    (void)mail_id;
    (void)facts;
    fail();
}

void challenge_believe(struct engine *engine, const struct mail_row *row,
                       struct mail_facts *facts) {
    (void)engine;
    (void)row;
    (void)facts;
}

int orders_issuer_fd(struct engine *engine, enum executor executor,
                     struct err *e) {
    (void)engine;
    (void)e;
    assert_int_equal(executor, EXECUTOR_OPERATOR);
    return some_fd();
}

int keys_ask(struct key_questions *q, const Loket__KeysWanted *wanted,
             struct err *e) {
    (void)q;
    (void)wanted;
    return err_set(e, ERR_BUG, "no keys here");
}

void keys_on_resolved(struct key_questions *q,
                      const Loket__Resolved *answer) {
    (void)q;
    (void)answer;
}

void keys_forget(struct key_questions *q) {
    (void)q;
}

int store_begin(struct store *s, struct err *e) {
    (void)s;
    return err_set(e, ERR_BUG, "no store here");
}

int store_commit(struct store *s, struct err *e) {
    return store_begin(s, e);
}

int mail_attempt(struct store *s, int64_t id, struct err *e) {
    (void)id;
    return store_begin(s, e);
}

int blob_read(struct store *s, const struct digest *d, size_t max,
              char **data_r, size_t *size_r, struct err *e) {
    (void)s;
    (void)d;
    (void)max;
    (void)e;
    *data_r = strdup("mail");
    *size_r = 4;
    return 0;
}

int mail_open_rows(struct store *s, int64_t after, struct mail_row *rows,
                   size_t max, size_t *count_r, struct err *e) {
    (void)s;
    (void)after;
    (void)max;
    (void)e;
    *count_r = mails_waiting;
    if (mails_waiting > 0) {
        mails_waiting = 0;
        rows[0] =
            (struct mail_row){.id = 1, .sha256 = digest_of("mail", 4)};
    }
    return 0;
}
