/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * net/imap_guard: what reaches libetpan and what ends the connection.
 */
#include "net/imap_guard.h"

#include "base/limits.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *name;
    size_t literal_max;
    const char *bytes;
    const char *refused; /* a piece of the sentence; NULL = passes */
};

/* Fed whole, then byte by byte: the verdict may not depend on the pieces. */
static void run(const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct row *r = &rows[i];
        size_t size = strlen(r->bytes);
        struct imap_guard whole, single;
        struct err e = ERR_INIT;
        int rc, rc_single = 0;

        imap_guard_init(&whole);
        imap_guard_begin(&whole, r->literal_max);
        rc = imap_guard_feed(&whole, r->bytes, size, &e);
        imap_guard_init(&single);
        imap_guard_begin(&single, r->literal_max);
        for (size_t k = 0; k < size && rc_single == 0; k++) {
            rc_single = imap_guard_feed(&single, r->bytes + k, 1, NULL);
        }
        if (rc != rc_single || (rc == 0) != (r->refused == NULL)) {
            fail_msg("%s: %d whole, %d single: %s", r->name, rc, rc_single,
                     e.text);
        }
        if (rc != 0 && strstr(e.text, r->refused) == NULL) {
            fail_msg("%s: said \"%s\"", r->name, e.text);
        }
        assert_int_equal(e.kind, rc == 0 ? ERR_NONE : ERR_INPUT);
    }
}

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static void guard_passes_what_servers_say(void **state) {
    static const struct row rows[] = {
        {"greeting", 0,
         "* OK [CAPABILITY IMAP4rev1 LITERAL+ AUTH=PLAIN] Dovecot ready.\r\n",
         NULL},
        {"smile", 0, "* OK have a nice day :-) {wink} \"hm\r\n", NULL},
        {"tagged", 0, "12 OK Fetch completed (0.001 + 0.000 secs).\r\n", NULL},
        {"permanentflags", 0,
         "* OK [PERMANENTFLAGS (\\Answered \\*)] Flags permitted.\r\n", NULL},
        {"alert", 0, "* OK [ALERT] !\r\n* OK [UIDNEXT 7]\r\n", NULL},
        {"list", 0, "* LIST (\\HasNoChildren) \"/\" \"a {5} \\\" b\"\r\n",
         NULL},
        {"continue", 0, "+ idling\r\n", NULL},
        {"sizes", 0,
         "* 1 FETCH (UID 1 RFC822.SIZE 99 INTERNALDATE \"20-Nov-2026 "
         "10:00:00 +0700\")\r\n1 OK done\r\n", NULL},
        {"body", 100,
         "* 1 FETCH (UID 1 BODY[] {6}\r\n(((((\" FLAGS ())\r\n1 OK\r\n", NULL},
        {"any byte in a body", 100,
         "* 1 fetch (UID 1 body[] {6}\r\n{9}\r\n\n)\r\n1 OK done\r\n", NULL},
        {"From field", 100,
         "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (SUBJECT FROM)] {3}\r\na\r\n)\r\n", NULL},
        {"another field", 100,
         "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (BCC)] {1}\r\na)\r\n",
         "not asked for"},
        {"From field", 100,
         "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (From)] {3}\r\nF:x)\r\n", NULL},
        {"From field, quoted", 100,
         "* 1 FETCH (BODY[HEADER.FIELDS (\"SUBJECT\" \"FROM\")] {3}\r\nF:x)\r\n", NULL},
        {"empty body", 100, "* 1 FETCH (BODY[] {0}\r\n)\r\n", NULL},
        {"quoted body", 100, "* 1 FETCH (BODY[] \"{5}\")\r\n", NULL},
        {"two mails", 100,
         "* 1 FETCH (BODY[] {1}\r\nx)\r\n* 2 FETCH (BODY[] {1}\r\ny)\r\n",
         NULL},
    };

    (void)state;
    run(rows, COUNT(rows));
}

static void guard_refuses_bad_literals(void **state) {
    static const struct row rows[] = {
        {"wraps 32 bits", 100, "* 1 FETCH (BODY[] {4294967299}\r\n", "longer"},
        {"5 GB", 100, "* 1 FETCH (BODY[] {5000000000}\r\n", "longer"},
        {"eleven digits", 100, "* 1 FETCH (BODY[] {00000000001}\r\n",
         "proper length"},
        {"one too long", 100, "* 1 FETCH (BODY[] {101}\r\n", "longer"},
        {"negative", 100, "* 1 FETCH (BODY[] {-1}\r\n", "proper length"},
        {"plus", 100, "* 1 FETCH (BODY[] {+}\r\n", "proper length"},
        {"synchronising", 100, "* 1 FETCH (BODY[] {5+}\r\n", "proper length"},
        {"empty", 100, "* 1 FETCH (BODY[] {}\r\n", "proper length"},
        {"space", 100, "* 1 FETCH (BODY[] { 5}\r\n", "proper length"},
        {"not closed", 100, "* 1 FETCH (BODY[] {5\r\n", "proper length"},
        {"Domino's", 100, "* 1 FETCH (BODY[] {5} abcde)\r\n", "middle"},
        {"not asked", 0, "* 1 FETCH (BODY[] {5}\r\n", "asked for"},
        {"other section", 100, "* 1 FETCH (BODY[1] {5}\r\n", "asked for"},
        {"envelope", 100, "* 1 FETCH (ENVELOPE ({5}\r\n", "asked for"},
        {"list", 100, "* LIST () \"/\" {5}\r\nINBOX\r\n", "asked for"},
        {"list as fetch", 100, "* LIST BODY[] {5}\r\n", "asked for"},
        {"extra space", 100, "*  1 FETCH (BODY[] {5}\r\n", "asked for"},
        {"in a code", 100, "* OK [BADCHARSET ({4294967299}\r\n", "status"},
        {"in a tagged code", 100, "1 NO [BADCHARSET ({ 3}\r\n", "status"},
    };

    (void)state;
    run(rows, COUNT(rows));
}

static void guard_refuses_broken_lines(void **state) {
    static const struct row rows[] = {
        {"bare LF", 0, "* OK hello\n", "bare LF"},
        {"bare CR", 0, "* OK hel\rlo\r\n", "bare CR"},
        {"open quote", 0, "* LIST () \"/\r\n", "quoted string"},
        {"deep", 0, "* 1 FETCH (BODYSTRUCTURE ((((((((((((((((((((((((\r\n",
         "too deep"},
        {"deep, no star", 0, "*1 FETCH ((((((((((((((((((((((((((((((\r\n",
         "too deep"},
        {"alert without text", 0, "* OK [ALERT]\r\n", "alert"},
        {"alert with a space", 0, "3 NO [alert] \r\n", "alert"},
        {"deep in a code", 0, "* OK [X ((((((((((((((((((((((((((((((\r\n",
         "too deep"},
    };
    struct imap_guard g;
    struct err e = ERR_INIT;

    (void)state;
    run(rows, COUNT(rows));
    imap_guard_init(&g);
    assert_int_equal(imap_guard_feed(&g, "* OK \0", 6, &e), -1);
    assert_non_null(strstr(e.text, "NUL"));
    assert_int_equal(imap_guard_feed(&g, "x", 1, &e), -1); /* for ever */
}

static void guard_ends_endless_answers(void **state) {
    static const char line[] = "* 1 EXPUNGE\r\n";
    size_t block = 64 * 1024, fed = 0;
    char *bytes = xmalloc(block);
    struct imap_guard g;
    struct err e = ERR_INIT;

    (void)state;
    memset(bytes, 'x', block);
    imap_guard_init(&g); /* V131: one endless line */
    assert_int_equal(imap_guard_feed(&g, bytes, LIMIT_IMAP_LINE, &e), 0);
    assert_int_equal(imap_guard_feed(&g, bytes, 1, &e), -1);
    assert_non_null(strstr(e.text, "endless line"));

    imap_guard_init(&g); /* V131: endless lines */
    while (imap_guard_feed(&g, line, sizeof line - 1, &e) == 0) {
        fed += sizeof line - 1;
        assert_true(fed <= LIMIT_IMAP_TEXT);
    }
    assert_true(fed > LIMIT_IMAP_TEXT - sizeof line);
    imap_guard_init(&g); /* ... and a new command has a new budget */
    for (size_t i = 0; i < 3 * LIMIT_IMAP_TEXT / (sizeof line - 1); i++) {
        imap_guard_begin(&g, 0);
        assert_int_equal(imap_guard_feed(&g, line, sizeof line - 1, &e), 0);
    }

    imap_guard_init(&g); /* literals without end */
    imap_guard_begin(&g, block);
    for (fed = 0;; fed += block) {
        if (imap_guard_feed(&g, "* 1 FETCH (BODY[] {65536}\r\n", 27, &e) != 0 ||
            imap_guard_feed(&g, bytes, block, &e) != 0 ||
            imap_guard_feed(&g, ")\r\n", 3, &e) != 0) {
            break;
        }
        assert_true(fed <= LIMIT_IMAP_COMMAND);
    }
    assert_non_null(strstr(e.text, "more bytes"));
    assert_true(fed > LIMIT_IMAP_COMMAND - 2 * block);
    free(bytes);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(guard_passes_what_servers_say),
        cmocka_unit_test(guard_refuses_bad_literals),
        cmocka_unit_test(guard_refuses_broken_lines),
        cmocka_unit_test(guard_ends_endless_answers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
