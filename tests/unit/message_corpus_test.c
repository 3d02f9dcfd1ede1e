/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Both strokes over the mails, replies and bounces of the shared corpus, which
 * is read in place and never copied: no crash, nothing unclean handed out, and
 * rates that may rise but not fall.  Skips with one line where it is absent.
 * With LOKET_VERBOSE set each miss is printed.
 */
#include "message/message.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "message/clean.h"
#include "message/reply.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

/* Measured on 2026-11-21; raise them when the reading gets better. */
enum {
    MAILS_READ_FLOOR = 395,
    OWN_TEXT_FLOOR = 29,
    FIRST_BLOCK_FLOOR = 65,
    NOTHING_QUOTED_FLOOR = 7,
    BOUNCES_SEEN_FLOOR = 243,
    BOUNCES_RECIPIENT_FLOOR = 228
};

static char corpus[LIMIT_PATH];
static struct mail_facts *facts;
static unsigned mails, passed, read_whole, mutants;

static bool verbose(void) {
    return getenv("LOKET_VERBOSE") != NULL;
}

static bool has_corpus(void) {
    const char *shared = getenv("LOKET_SHARED"), *top = getenv("srcdir");
    struct stat st;

    if (shared != NULL) {
        snprintf(corpus, sizeof corpus, "%s/corpus", shared);
    } else {
        snprintf(corpus, sizeof corpus, "%s/../shared/corpus",
                 top != NULL ? top : ".");
    }
    if (stat(corpus, &st) == 0) {
        return true;
    }
    print_message("skipped: no corpus at %s\n", corpus);
    return false;
}

static int no_keys(void *user, struct dkim_key *keys, size_t count) {
    (void)user;
    for (size_t i = 0; i < count; i++) {
        keys[i].outcome = KEY_NOT_FOUND;
    }
    return 0;
}

static const struct message_options options = {
    .own_address = "office@kota.example", .keys = no_keys, .now = 1};

static int on_attachment(void *user, struct attachment *a, const void *bytes,
                         struct err *e) {
    struct digest d = digest_of(bytes, a->size);

    (void)user;
    (void)e;
    assert_true(digest_equal(&d, &a->sha256));
    assert_true(text_is_utf8(a->name, strlen(a->name)));
    return 0;
}

/* Valid UTF-8 without controls, as model/mail.h promises. */
static void assert_clean(const char *text, size_t room, bool lines) {
    size_t n = strnlen(text, room);

    assert_true(n < room);
    assert_true(text_is_utf8(text, n));
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];

        assert_true(c >= 0x20 || (lines && c == '\n'));
        assert_int_not_equal(c, 0x7f);
    }
}
#define CLEAN(field) assert_clean(field, sizeof(field), false)

static void check_facts(void) {
    const struct mail_facts *f = facts;

    CLEAN(f->subject);
    CLEAN(f->message_id);
    CLEAN(f->in_reply_to);
    CLEAN(f->first_line);
    CLEAN(f->decision_reason);
    CLEAN(f->bounce.recipient);
    CLEAN(f->bounce.status);
    CLEAN(f->bounce.message_id);
    assert_clean(f->own_text, sizeof f->own_text, true);
    assert_true(f->reference_count <= LIMIT_REFERENCES);
    /* Other people's mail never has a token of ours (V029). */
    assert_int_equal(f->token_count, 0);
    assert_true(f->attachment_count <= LIMIT_ATTACHMENTS);
    for (size_t i = 0; i < f->attachment_count; i++) {
        CLEAN(f->attachments[i].name);
        CLEAN(f->attachments[i].type);
    }
}

/* Both strokes; true when the second one could read the mail. */
static bool both_strokes(const char *raw, size_t size) {
    struct mail_identity *id = xcalloc(1, sizeof *id);
    struct err e = ERR_INIT;
    bool pass;
    int got;

    message_identify(raw, size, &options, id);
    CLEAN(id->from);
    CLEAN(id->from_name);
    CLEAN(id->gate_detail);
    assert_int_equal(id->level, LEVEL_NONE);
    got = message_read(raw, size, &options, on_attachment, NULL, facts, &e);
    pass = id->gate == GATE_PASS;
    if (got == 0) {
        assert_true(pass);
        check_facts();
    } else {
        assert_int_equal(e.kind, ERR_INPUT);
    }
    if (verbose() && !pass) {
        print_message("  %s: %s\n", gate_verdict_name(id->gate),
                      id->gate_detail);
    }
    free(id);
    return got == 0;
}

/* A small fixed generator: the same mutants on every machine. */
static uint32_t next_random(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void mutate(const char *raw, size_t size, uint32_t seed) {
    static const char *const pieces[] = {
        "\r\n", "\n", "\r", "--", "\"", "(", "=", ";", "boundary=", "\r\n\r\n",
        "Content-Type: multipart/mixed; boundary=x\r\n", "\xff", "=?", "?=",
        "From: x@y.example\r\n", "message/rfc822", "base64", "charset=utf-7"};
    struct buf b;

    for (unsigned round = 0; round < 4; round++) {
        buf_init(&b, LIMIT_MAIL);
        buf_put(&b, raw, size);
        for (unsigned n = 1 + next_random(&seed) % 6; n > 0; n--) {
            size_t at = next_random(&seed) % (uint32_t)b.size;
            const char *piece =
                pieces[next_random(&seed) %
                       (sizeof pieces / sizeof pieces[0])];
            size_t length = strlen(piece);

            if (at + length < b.size) {
                memcpy(b.data + at, piece, length);
            }
        }
        if (next_random(&seed) % 4 == 0) {
            b.size = 1 + next_random(&seed) % (uint32_t)b.size;
        }
        (void)both_strokes(b.data, b.size);
        mutants++;
        buf_free(&b);
    }
}

static int visit(const char *path, const struct stat *st, int type,
                 struct FTW *ftw) {
    struct err e = ERR_INIT;
    char *raw;
    size_t size;

    (void)st;
    (void)ftw;
    if (type != FTW_F) {
        return 0; /* every file, also those that are no mail */
    }
    assert_int_equal(io_read_file(path, LIMIT_MAIL, &raw, &size, &e), 0);
    mails++;
    if (verbose()) {
        print_message("%s\n", path);
    }
    read_whole += both_strokes(raw, size);
    if (size > 0 && size < 100000 && mails % 4 == 0 && mutants < 800) {
        mutate(raw, size, mails);
    }
    free(raw);
    return 0;
}

static void walk(const char *folder) {
    char path[LIMIT_PATH + 32];

    mails = passed = read_whole = mutants = 0;
    snprintf(path, sizeof path, "%s/%s", corpus, folder);
    assert_int_equal(nftw(path, visit, 16, FTW_PHYS), 0);
    print_message("%s: %u mails, %u read, %u mutants\n", folder, mails,
                  read_whole, mutants);
}

static void corpus_mails_do_no_harm(void **state) {
    (void)state;
    if (!has_corpus()) {
        skip();
    }
    walk("mails");
    assert_true(mails > 500);
    assert_true(mutants >= 200);
    assert_true(read_whole >= MAILS_READ_FLOOR);
}

/* Undoes the escapes of the TSV files, in place. */
static void unescape(char *text) {
    char *to = text;

    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\\' && p[1] != '\0') {
            p++;
            *to++ = *p == 'n'   ? '\n'
                    : *p == 't' ? '\t'
                    : *p == 'r' ? '\r'
                                : *p;
        } else {
            *to++ = *p;
        }
    }
    *to = '\0';
}

/* White space at line ends and text ends, and runs of it, mean nothing. */
static void normalise(const char *from, char *to, size_t room) {
    struct buf b;
    char *copy = xmalloc(3 * strlen(from) + 1);

    buf_init(&b, 3 * strlen(from));
    (void)clean_text(&b, from, strlen(from));
    strcpy(copy, b.data);
    text_squeeze(copy);
    text_copy(to, room, copy);
    buf_free(&b);
    free(copy);
}

static void own_text_of(const char *path, char *own, size_t room) {
    struct err e = ERR_INIT;
    struct buf text, out;
    size_t size;
    char *raw;

    assert_int_equal(io_read_file(path, LIMIT_MAIL, &raw, &size, &e), 0);
    if (strstr(path, ".eml") != NULL) {
        *own = '\0';
        if (message_read(raw, size, &options, on_attachment, NULL, facts,
                         &e) == 0) {
            text_copy(own, room, facts->own_text);
        }
    } else {
        buf_init(&text, 3 * size + 1);
        buf_init(&out, 3 * size + 1);
        (void)clean_text(&text, raw, size);
        reply_own(text.data, &out);
        text_copy(own, room, out.data);
        buf_free(&text);
        buf_free(&out);
    }
    free(raw);
}

/* One row: 1 as asserted, 0 not, -1 another kind of assertion. */
static int check_row(const char *folder, char *row, const char *kind) {
    static char own[65536], got[65536], wanted[65536];
    char path[LIMIT_PATH * 2], *assertion, *value;

    assertion = strchr(row, '\t');
    if (*row == '#' || assertion == NULL) {
        return -1;
    }
    *assertion++ = '\0';
    value = strchr(assertion, '\t');
    if (value == NULL) {
        return -1;
    }
    *value++ = '\0';
    if (strcmp(assertion, kind) != 0) {
        return -1;
    }
    value[strcspn(value, "\n")] = '\0';
    unescape(value);
    snprintf(path, sizeof path, "%s/%s", folder, row);
    own_text_of(path, own, sizeof own);
    normalise(own, got, sizeof got);
    if (strcmp(kind, "nothing-is-quoted") == 0) {
        struct err e = ERR_INIT;
        size_t size;
        char *raw;

        assert_int_equal(io_read_file(path, LIMIT_MAIL, &raw, &size, &e), 0);
        normalise(raw, wanted, sizeof wanted);
        free(raw);
    } else {
        normalise(value, wanted, sizeof wanted);
    }
    if (strcmp(kind, "own-text-first-block-equals") == 0) {
        got[strnlen(wanted, strlen(got))] = '\0';
    }
    if (strcmp(got, wanted) != 0) {
        if (verbose()) {
            print_message("%s\n  wanted: %.200s\n  got:    %.200s\n", path,
                          wanted, got);
        }
        return 0;
    }
    return 1;
}

static void rate(const char *kind, unsigned *right_r, unsigned *all_r) {
    static const char *const sets[] = {
        "crisp-email-reply-parser", "github-email_reply_parser", "talon",
        "willdurand-EmailReplyParser"};

    *right_r = *all_r = 0;
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        char folder[LIMIT_PATH + 64], path[LIMIT_PATH + 80];
        char *row = NULL;
        size_t room = 0;
        FILE *f;

        snprintf(folder, sizeof folder, "%s/replies/%s", corpus, sets[i]);
        snprintf(path, sizeof path, "%s/index.tsv", folder);
        f = fopen(path, "r");
        assert_non_null(f);
        while (getline(&row, &room, f) > 0) {
            int got = check_row(folder, row, kind);

            *right_r += got == 1;
            *all_r += got >= 0;
        }
        free(row);
        fclose(f);
    }
    print_message("%s: %u of %u\n", kind, *right_r, *all_r);
}

static void corpus_replies(void **state) {
    unsigned right, all;

    (void)state;
    if (!has_corpus()) {
        skip();
    }
    rate("own-text-equals", &right, &all);
    assert_true(all >= 30 && right >= OWN_TEXT_FLOOR);
    rate("own-text-first-block-equals", &right, &all);
    assert_true(right >= FIRST_BLOCK_FLOOR);
    rate("nothing-is-quoted", &right, &all);
    assert_true(right >= NOTHING_QUOTED_FLOOR);
}

/* One row of bounces/index.tsv: is it taken for what it is? */
struct bounce_rates {
    unsigned bounces, seen, recipients, others, wrong;
};

static void check_bounce(char *row, struct bounce_rates *r) {
    char *column[7], path[LIMIT_PATH * 2], *raw, *p = row;
    struct err e = ERR_INIT;
    bool is_bounce;
    size_t size;
    int got;

    for (size_t i = 0; i < 7; i++) {
        column[i] = p == NULL ? "" : strsep(&p, "\t\n");
    }
    is_bounce = strcmp(column[2], "yes") == 0;
    snprintf(path, sizeof path, "%s/bounces/%s", corpus, column[0]);
    if (*row == '#' || io_read_file(path, LIMIT_MAIL, &raw, &size, &e) != 0) {
        return;
    }
    got = message_read(raw, size, &options, on_attachment, NULL, facts, &e);
    free(raw);
    if (got != 0) {
        if (verbose()) {
            print_message("%s: %s\n", path, e.text);
        }
        return; /* the gate's business */
    }
    if (!is_bounce) {
        r->others++;
        r->wrong += facts->automatic == AUTOMATIC_BOUNCE;
        if (verbose() && facts->automatic == AUTOMATIC_BOUNCE) {
            print_message("%s: %s taken for a bounce\n", path, column[1]);
        }
        return;
    }
    r->bounces++;
    r->seen += facts->automatic == AUTOMATIC_BOUNCE;
    column[3][strcspn(column[3], "|")] = '\0';
    if (facts->automatic == AUTOMATIC_BOUNCE &&
        text_equal_ci(facts->bounce.recipient, column[3])) {
        r->recipients++;
    } else if (verbose()) {
        print_message("%s: %s <%s> instead of <%s>\n", path,
                      automatic_name(facts->automatic),
                      facts->bounce.recipient, column[3]);
    }
}

static void corpus_bounces(void **state) {
    struct bounce_rates r = {0};
    char path[LIMIT_PATH + 32], *row = NULL;
    size_t room = 0;
    FILE *f;

    (void)state;
    if (!has_corpus()) {
        skip();
    }
    snprintf(path, sizeof path, "%s/bounces/index.tsv", corpus);
    f = fopen(path, "r");
    assert_non_null(f);
    while (getline(&row, &room, f) > 0) {
        check_bounce(row, &r);
    }
    free(row);
    fclose(f);
    print_message("bounces: %u of %u seen, %u recipients; %u of %u others "
                  "taken for bounces\n",
                  r.seen, r.bounces, r.recipients, r.wrong, r.others);
    assert_true(r.seen >= BOUNCES_SEEN_FLOOR);
    assert_true(r.recipients >= BOUNCES_RECIPIENT_FLOOR);
    walk("bounces");
    assert_true(mails > 300);
}

/* The example of RFC 8463 appendix A, and its two public keys. */
static int rfc8463_keys(void *user, struct dkim_key *keys, size_t count) {
    (void)user;
    for (size_t i = 0; i < count; i++) {
        bool ed = text_starts_ci(keys[i].name, "brisbane.");

        keys[i].outcome = KEY_FOUND;
        text_copy(keys[i].record, sizeof keys[i].record,
                  ed ? "v=DKIM1; k=ed25519; "
                       "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
                     : "v=DKIM1; k=rsa; p="
                       "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWR"
                       "iGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx"
                       "/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHv"
                       "qMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTI"
                       "KT+l/K4w3QIDAQAB");
    }
    return 0;
}

static void corpus_dkim_rfc8463(void **state) {
    const struct message_options with_keys = {.keys = rfc8463_keys};
    struct mail_identity *id = xcalloc(1, sizeof *id);
    char path[LIMIT_PATH + 64], *raw;
    struct err e = ERR_INIT;
    size_t size;

    (void)state;
    if (!has_corpus()) {
        free(id);
        skip();
    }
    snprintf(path, sizeof path, "%s/dkim/dkimpy/rfc6376.signed.msg", corpus);
    assert_int_equal(io_read_file(path, LIMIT_MAIL, &raw, &size, &e), 0);
    message_identify(raw, size, &with_keys, id);
    assert_string_equal(id->from, "joe@football.example.com");
    assert_int_equal(id->dkim_count, 2);
    assert_true(id->dkim[0].counts);
    assert_true(id->dkim[1].counts);
    assert_int_equal(id->level, LEVEL_DKIM);
    free(raw);
    free(id);
}

static int set_up(void **state) {
    (void)state;
    message_warm_up();
    facts = mail_facts_new();
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    mail_facts_free(&facts);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corpus_mails_do_no_harm),
        cmocka_unit_test(corpus_replies),
        cmocka_unit_test(corpus_bounces),
        cmocka_unit_test(corpus_dkim_rfc8463),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
