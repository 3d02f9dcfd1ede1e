/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The raw gate: one table per rule, named after the V rows of the threats. */
#include "message/gate.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define TOP "From: Budi <budi@kota.example>\r\nSubject: x\r\n"
#define BODY "\r\nisi\r\n"

struct row {
    const char *name, *raw;
    enum gate_verdict verdict;
};

static struct mail_identity check(const char *raw, size_t size) {
    struct mail_identity *id = xcalloc(1, sizeof *id), copy;

    gate_check(raw, size, id);
    copy = *id;
    free(id);
    return copy;
}

static void run(const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct mail_identity id = check(rows[i].raw, strlen(rows[i].raw));

        if (id.gate != rows[i].verdict) {
            fail_msg("%s: %s (%s) instead of %s", rows[i].name,
                     gate_verdict_name(id.gate), id.gate_detail,
                     gate_verdict_name(rows[i].verdict));
        }
        /* A refused mail has no sender and says why. */
        assert_int_equal(id.from[0] != '\0', id.gate == GATE_PASS);
        assert_int_equal(id.gate_detail[0] == '\0', id.gate == GATE_PASS);
    }
}
#define RUN(rows) run(rows, sizeof(rows) / sizeof(rows)[0])

/* What `count` repetitions of `piece` between head and tail get. */
static enum gate_verdict repeated(const char *head, const char *piece,
                                  size_t count, const char *tail) {
    struct buf b;
    struct mail_identity id;
    usec_t start = clock_monotonic();

    buf_init(&b, 64 * 1024 * 1024);
    buf_puts(&b, head);
    for (size_t i = 0; i < count; i++) {
        buf_puts(&b, piece);
    }
    buf_puts(&b, tail);
    id = check(b.data, b.size);
    buf_free(&b);
    /* V061, V121: at once, whatever it is (valgrind is slower). */
    assert_true(clock_monotonic() - start < 20 * USEC_PER_SEC);
    return id.gate;
}

static void v005_v006_v007_v017_multi_from(void **state) {
    static const struct row rows[] = {
        {"V005 verifier first",
         "From: verifier@office.example\r\nFrom: e@evil.example\r\n" BODY,
         GATE_MULTI_FROM},
        {"V005 verifier last",
         "From: e@evil.example\r\nTo: x\r\nFrom: verifier@office.example\r\n"
         BODY, GATE_MULTI_FROM},
        {"V006 space before the colon",
         "From : verifier@office.example\r\nFrom: e@evil.example\r\n" BODY,
         GATE_MULTI_FROM},
        {"V006 first line looks like mbox",
         "From: e@evil.example\r\nFrom : verifier@office.example\r\n" BODY,
         GATE_MULTI_FROM},
        {"V007 folded before the colon",
         "From\r\n : verifier@office.example\r\nFrom: e@evil.example\r\n" BODY,
         GATE_MULTI_FROM},
        {"other case", "FROM: a@b.example\r\nfrom: c@d.example\r\n" BODY,
         GATE_MULTI_FROM},
        {"bare LF hides a second",
         "X: 1\nFrom: a@b.example\r\nFrom: c@d.example\r\n" BODY,
         GATE_MULTI_FROM},
        {"only From with a space", "From : a@b.example\r\n" BODY,
         GATE_STRUCTURE},
        {"no From", "To: a@b.example\r\n" BODY, GATE_NO_FROM},
        {"one From", TOP BODY, GATE_PASS},
    };
    (void)state;
    RUN(rows);
}

static void v064_dup_header(void **state) {
    static const struct row rows[] = {
        {"two Content-Type",
         TOP "Content-Type: text/plain\r\nContent-Type: text/html\r\n" BODY,
         GATE_DUP_HEADER},
        {"two encodings",
         TOP "Content-Transfer-Encoding: 7bit\r\n"
             "content-transfer-encoding: base64\r\n" BODY,
         GATE_DUP_HEADER},
        {"two Subject", TOP "Subject: y\r\n" BODY, GATE_DUP_HEADER},
        {"two Message-ID", TOP "Message-ID: <a@b>\r\nMessage-Id: <c@d>\r\n"
         BODY, GATE_DUP_HEADER},
        {"two Date", TOP "Date: x\r\nDate: y\r\n" BODY, GATE_DUP_HEADER},
        {"two MIME-Version",
         TOP "MIME-Version: 1.0\r\nMIME-Version: 1.0\r\n" BODY,
         GATE_DUP_HEADER},
        {"two Content-Type in a part",
         TOP "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
             "Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\nx"
             "\r\n--b--\r\n",
         GATE_DUP_HEADER},
        {"two Received are normal", "Received: a\r\nReceived: b\r\n" TOP BODY,
         GATE_PASS},
    };
    (void)state;
    RUN(rows);
}

static void v076_empty(void **state) {
    static const struct row rows[] = {
        {"no bytes", "", GATE_EMPTY},
        {"header only, not ended", TOP, GATE_EMPTY},
        {"header only, ended", TOP "\r\n", GATE_EMPTY},
        {"begins with an empty line", "\r\n" TOP BODY, GATE_EMPTY},
        {"begins with a blank", " " TOP BODY, GATE_EMPTY},
        {"begins with a bare LF", "\n" TOP BODY, GATE_EMPTY},
    };
    (void)state;
    RUN(rows);
}

static void v012_nul(void **state) {
    static const char nul[] =
        "From: verifier@office.example\0@evil.example\r\nSubject: x\r\n" BODY;
    static const char body[] = TOP "\r\na\0b\r\n";

    (void)state;
    assert_int_equal(check(nul, sizeof nul - 1).gate, GATE_NUL);
    assert_int_equal(check(body, sizeof body - 1).gate, GATE_NUL);
}

static void v075_irregular(void **state) {
    static const struct {
        const char *name, *raw;
        enum gate_verdict verdict;
        bool irregular;
    } rows[] = {
        {"CRLF throughout", TOP BODY, GATE_PASS, false},
        {"LF throughout", "From: a@b.example\nSubject: x\n\nisi\n", GATE_PASS,
         true},
        {"bare LF in the body", TOP "\r\na\nb\r\n", GATE_PASS, true},
        {"bare CR in the body", TOP "\r\na\rb\r\n", GATE_PASS, true},
        {"bare CR at the end", TOP "\r\na\r", GATE_PASS, true},
        {"bare CR in the header",
         "From: a@b.example\rFrom: c@d.example\r\n" BODY, GATE_STRUCTURE,
         true},
        {"8-bit in the header", TOP "X: \xc3\xa9\r\n" BODY, GATE_PASS, true},
        {"8-bit in the body", TOP "\r\n\xc3\xa9\r\n", GATE_PASS, false},
        {"mbox line", "From a@b Fri Nov 20 10:00:00 2026\r\n" TOP BODY,
         GATE_PASS, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mail_identity id = check(rows[i].raw, strlen(rows[i].raw));

        if (id.gate != rows[i].verdict || id.irregular != rows[i].irregular) {
            fail_msg("%s: %s, irregular %d", rows[i].name,
                     gate_verdict_name(id.gate), id.irregular);
        }
    }
}

static void v058_hops(void **state) {
    (void)state;
    assert_int_equal(repeated("", "Received: by x\r\n", 50, TOP BODY),
                     GATE_PASS);
    assert_int_equal(repeated("", "Received: by x\r\n", 51, TOP BODY),
                     GATE_HOPS);
}

static void v063_comment_depth(void **state) {
    static const struct row rows[] = {
        {"eight deep", TOP "X: ((((((((a))))))))\r\n" BODY, GATE_PASS},
        {"nine deep", TOP "X: (((((((((a)))))))))\r\n" BODY,
         GATE_COMMENT_DEPTH},
        {"escaped ends do not count",
         TOP "X: (\\)(\\)(\\)(\\)(\\)(\\)(\\)(\\)(\\)\r\n" BODY,
         GATE_COMMENT_DEPTH},
        {"many beside each other",
         TOP "X: (a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)\r\n" BODY, GATE_PASS},
        {"in a part", TOP "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
         "--b\r\nContent-Type: (((((((((x\r\n\r\ny\r\n--b--\r\n",
         GATE_COMMENT_DEPTH},
    };
    (void)state;
    RUN(rows);
    assert_int_equal(repeated(TOP "Received: ", "(", 60000, "\r\n" BODY),
                     GATE_COMMENT_DEPTH);
    assert_int_not_equal(repeated("Subject: ", "(", 200000,
                                  "\r\nFrom: a@b.example\r\n" BODY),
                         GATE_PASS);
}

static void v074_header_size(void **state) {
    (void)state;
    assert_int_equal(repeated("", "X: y\r\n", 1000000, TOP BODY),
                     GATE_HEADER_SIZE);
    assert_int_equal(repeated("", "X: y\r\n", 298, TOP BODY), GATE_PASS);
    assert_int_equal(repeated("", "X: y\r\n", 299, TOP BODY),
                     GATE_HEADER_SIZE);
    assert_int_equal(repeated(TOP "X: ", "0123456789", 6500, "\r\n" BODY),
                     GATE_PASS);
    assert_int_equal(repeated(TOP "X: ", "0123456789", 6600, "\r\n" BODY),
                     GATE_HEADER_SIZE);
    assert_int_equal(
        repeated(TOP, "X: 0123456789012345678901234567890123456789012345678\r\n"
                      " 012345678901234567890123456789012345678901234567890"
                      "01234567890123456789012345678901234567890123456789\r\n"
                      " 012345678901234567890123456789012345678901234567890"
                      "01234567890123456789012345678901234567890123456789\r\n"
                      " 012345678901234567890123456789012345678901234567890"
                      "01234567890123456789012345678901234567890123456789\r\n"
                      " 012345678901234567890123456789012345678901234567890"
                      "01234567890123456789012345678901234567890123456789\r\n"
                      " 0123456789012345678901234567890123456789\r\n",
                 290, BODY),
        GATE_HEADER_SIZE);
}

/* GMime takes seconds for a part with millions of fields. */
static void v074_header_of_a_part(void **state) {
    static const char head[] =
        TOP "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n";

    (void)state;
    assert_int_equal(repeated(head, "X: y\r\n", 300, "\r\nx\r\n--b--\r\n"),
                     GATE_PASS);
    assert_int_equal(repeated(head, "X: y\r\n", 301, "\r\nx\r\n--b--\r\n"),
                     GATE_HEADER_SIZE);
    assert_int_equal(repeated(head, "X: y\r\n", 4000000, ""),
                     GATE_HEADER_SIZE);
    assert_int_equal(repeated(head, "X: y\r\n x", 20000, ""),
                     GATE_HEADER_SIZE);
}

static void v102_size(void **state) {
    (void)state;
    assert_int_equal(repeated(TOP "\r\n", "0123456789abcdef", 1638400, ""),
                     GATE_SIZE);
}

#define MIXED TOP "Content-Type: multipart/mixed; "

static void v059_v060_boundary(void **state) {
    static const struct row rows[] = {
        {"V059 quoted quote", MIXED "boundary=\"\\\"\"\r\n" BODY,
         GATE_BOUNDARY},
        {"V060 empty", MIXED "boundary=\"\"\r\n" BODY, GATE_BOUNDARY},
        {"V060 empty, unquoted", MIXED "boundary=\r\n" BODY, GATE_BOUNDARY},
        {"V060 71 characters",
         MIXED "boundary=12345678901234567890123456789012345678901234567890"
               "123456789012345678901\r\n" BODY,
         GATE_BOUNDARY},
        {"70 characters",
         MIXED "boundary=12345678901234567890123456789012345678901234567890"
               "12345678901234567890\r\n" BODY,
         GATE_PASS},
        {"V060 CR", MIXED "boundary=\"a\rb\"\r\n" BODY, GATE_STRUCTURE},
        {"V060 space at the end", MIXED "boundary=\"a \"\r\n" BODY,
         GATE_BOUNDARY},
        {"space inside", MIXED "boundary=\"a b\"\r\n" BODY, GATE_PASS},
        {"8-bit", MIXED "boundary=\"\xc3\xa9\"\r\n" BODY, GATE_BOUNDARY},
        {"none", TOP "Content-Type: multipart/mixed\r\n" BODY, GATE_BOUNDARY},
        {"two", MIXED "boundary=a; boundary=b\r\n" BODY, GATE_BOUNDARY},
        {"RFC 2231", MIXED "boundary*=us-ascii''a\r\n" BODY, GATE_BOUNDARY},
        {"RFC 2231 beside", MIXED "boundary=a; boundary*0=b\r\n" BODY,
         GATE_BOUNDARY},
        {"open quote", MIXED "boundary=\"a\r\n" BODY, GATE_BOUNDARY},
        {"in a comment", MIXED "(boundary=x) boundary=\"----=_P.1\"\r\n" BODY,
         GATE_PASS},
        {"unquoted as many write it", MIXED "boundary=----=_Part_1.2\r\n" BODY,
         GATE_PASS},
        {"inner one bad",
         MIXED "boundary=a\r\n\r\n--a\r\nContent-Type: multipart/mixed;\r\n"
               " boundary=\"{\"\r\n\r\n--a--\r\n",
         GATE_BOUNDARY},
    };
    (void)state;
    RUN(rows);
}

/* A multipart nested `depth` levels deep. */
static enum gate_verdict nested(unsigned depth) {
    struct buf b;
    struct mail_identity id;
    usec_t start = clock_monotonic();

    buf_init(&b, LIMIT_MAIL);
    buf_puts(&b, "From: a@b.example\r\n");
    for (unsigned i = 0; i < depth; i++) {
        if (i > 0) {
            buf_printf(&b, "--b%u\r\n", i - 1);
        }
        buf_printf(&b, "Content-Type: multipart/mixed; boundary=b%u\r\n\r\n",
                   i);
    }
    buf_puts(&b, "--x\r\n\r\nisi\r\n");
    id = check(b.data, b.size);
    buf_free(&b);
    assert_true(clock_monotonic() - start < 5 * USEC_PER_SEC);
    return id.gate;
}

static void v061_v122_multipart_depth(void **state) {
    (void)state;
    assert_int_equal(nested(12), GATE_PASS);
    assert_int_equal(nested(13), GATE_DEPTH);
    assert_int_equal(nested(1000), GATE_DEPTH);
    assert_int_equal(nested(10000), GATE_DEPTH);
}

static void v062_message_depth(void **state) {
    (void)state;
    assert_int_equal(repeated("From: a@b.example\r\n",
                              "Content-Type: message/rfc822\r\n\r\n", 12,
                              "Subject: x\r\n\r\nisi\r\n"),
                     GATE_PASS);
    assert_int_equal(repeated("From: a@b.example\r\n",
                              "Content-Type: message/rfc822\r\n\r\n", 100000,
                              "Subject: x\r\n\r\nisi\r\n"),
                     GATE_DEPTH);
    /* The parts of a digest are messages without saying so. */
    assert_int_equal(repeated("From: a@b.example\r\n"
                              "Content-Type: multipart/digest; boundary=b\r\n"
                              "\r\n--b\r\n\r\n",
                              "Content-Type: message/rfc822\r\n\r\n", 11,
                              "\r\nisi\r\n"),
                     GATE_DEPTH);
}

static void v121_parts_and_addresses(void **state) {
    static const char head[] =
        TOP "Content-Type: multipart/mixed; boundary=b\r\n\r\n";

    (void)state;
    assert_int_equal(repeated(head, "--b\r\n\r\nx\r\n", 60, "--b--\r\n"),
                     GATE_PASS);
    assert_int_equal(repeated(head, "--b\r\n\r\nx\r\n", 61, "--b--\r\n"),
                     GATE_LIMIT);
    assert_int_equal(repeated(head, "--b\r\n\r\nx\r\n", 300000, "--b--\r\n"),
                     GATE_LIMIT);
    assert_int_equal(repeated("To: ", "a@b.example, ", 500000,
                              "c@d.example\r\n" TOP BODY),
                     GATE_LIMIT);
}

static void v065_boundary_prefix(void **state) {
    /* B1 is a prefix of B2; a line that only begins like a delimiter is none:
     * the inner part with two encodings is seen exactly when it is one. */
    static const struct row rows[] = {
        {"prefix is no delimiter",
         MIXED "boundary=b\r\n\r\n--b\r\n\r\n--b1\r\nContent-Type: a\r\n"
               "Content-Type: b\r\n\r\n--b--\r\n",
         GATE_PASS},
        {"inner b1 in outer b",
         MIXED "boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed;"
               " boundary=b1\r\n\r\n--b1\r\nContent-Type: a\r\n"
               "Content-Type: b\r\n\r\n--b1--\r\n--b--\r\n",
         GATE_DUP_HEADER},
        {"white space behind is allowed",
         MIXED "boundary=b\r\n\r\n--b \t\r\nContent-Type: a\r\n"
               "Content-Type: b\r\n\r\n--b--\r\n",
         GATE_DUP_HEADER},
        {"behind the closing one nothing is a part",
         MIXED "boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n--b\r\n"
               "Content-Type: a\r\nContent-Type: b\r\n\r\n",
         GATE_PASS},
    };
    (void)state;
    RUN(rows);
}

static void v072_partial_and_external(void **state) {
    static const struct row rows[] = {
        {"message/partial",
         TOP "Content-Type: message/partial; id=x; number=1\r\n" BODY,
         GATE_STRUCTURE},
        {"message/external-body",
         TOP "Content-Type: Message/External-Body; access-type=x\r\n" BODY,
         GATE_STRUCTURE},
        {"external-body in a part",
         MIXED "boundary=b\r\n\r\n--b\r\nContent-Type: message/external-body"
               "\r\n\r\nx\r\n--b--\r\n",
         GATE_STRUCTURE},
        {"a header line that is none", TOP "no colon here\r\n" BODY,
         GATE_STRUCTURE},
        {"a name with a space", TOP "no name: here\r\n" BODY, GATE_STRUCTURE},
    };
    (void)state;
    RUN(rows);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(v005_v006_v007_v017_multi_from),
        cmocka_unit_test(v064_dup_header),
        cmocka_unit_test(v076_empty),
        cmocka_unit_test(v012_nul),
        cmocka_unit_test(v075_irregular),
        cmocka_unit_test(v058_hops),
        cmocka_unit_test(v063_comment_depth),
        cmocka_unit_test(v074_header_size),
        cmocka_unit_test(v074_header_of_a_part),
        cmocka_unit_test(v102_size),
        cmocka_unit_test(v059_v060_boundary),
        cmocka_unit_test(v061_v122_multipart_depth),
        cmocka_unit_test(v062_message_depth),
        cmocka_unit_test(v121_parts_and_addresses),
        cmocka_unit_test(v065_boundary_prefix),
        cmocka_unit_test(v072_partial_and_external),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
