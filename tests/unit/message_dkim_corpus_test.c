/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signatures that others made (../shared/corpus/dkim: dkimpy, mailauth,
 * SpamAssassin, the ARC test suite), read in place; skips with one line where
 * they are absent.  What is expected, and why where we say something else than
 * their own tests do, is told in docs/corpus.md.  Built to find a difference:
 * `message_dkim_test.c` signs with the same library that verifies.
 */
#include "message/message.h"

#include "base/mem.h"
#include "base/text.h"
#include "document_corpus.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static const usec_t now = INT64_C(1795230000) * USEC_PER_SEC;

/* Of a key that made none of these signatures. */
static const char stranger[] =
    "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC7sXTlX1no4jqHzaqM"
    "HhGr0QBlPlCAmz++1jD6tfESM+TnM7nsu7064ITtAUKsl3lkn5TVlfBEXfLJTtOgzKZ2xokFCb"
    "X3Y2h9Ygrn1au0Y2AjoOqCuCZEGSVXeGQO+SDyqwNfJugVB7g/HKDwa1EqVOkzfCYOxR+wjlmv"
    "jeV77QIDAQAB";

static bool has_vectors(void) {
    char path[4096];

    if (corpus_path(path, sizeof path, "dkim")) {
        return true;
    }
    print_message("skipped: no corpus at %s\n", path);
    return false;
}

static bool ends_with(const char *text, const char *end) {
    size_t n = strlen(text), m = strlen(end);

    return n >= m && strcmp(text + n - m, end) == 0;
}

/* ---- keys ---------------------------------------------------------------- */

/* One name and the file of the corpus that holds its record: bare, or in JSON
 * under that name. */
struct shipped {
    const char *name, *file;
};

static const struct shipped shipped[] = {
    {"sed._domainkey.test.ex", "dkim/dkimpy/eximtest.dns"},
    {"brisbane._domainkey.football.example.com",
     "dkim/mailauth/dkim/ec/fixtures/dns.json"},
    {"test._domainkey.football.example.com",
     "dkim/mailauth/dkim/ec/fixtures/dns.json"},
};

/* The strings up to the end of the value, joined (RFC 6376 3.6.2.2). */
static bool json_record(const char *json, const char *name, char *to,
                        size_t room) {
    char quoted[512];
    const char *p;
    size_t n = 0;

    snprintf(quoted, sizeof quoted, "\"%s\"", name);
    p = strstr(json, quoted);
    if (p == NULL) {
        return false;
    }
    p = strstr(p + strlen(quoted), "\"TXT\"") != NULL &&
                strcspn(p + strlen(quoted), "{") < 3
            ? strstr(p, "\"TXT\"") + 5
            : p + strlen(quoted);
    for (bool list = p[strcspn(p, "\"[")] == '['; *p != '\0'; p++) {
        if (*p == ']') {
            break;
        }
        if (*p != '"') {
            continue;
        }
        for (p++; *p != '"' && *p != '\0' && n + 1 < room; p++) {
            to[n++] = *p;
        }
        if (!list) {
            break;
        }
    }
    to[n] = '\0';
    return n > 0;
}

static bool read_record(const struct shipped *s, const char *name, char *to,
                        size_t room) {
    size_t size;
    char *text = corpus_read(s->file, &size);
    bool found;

    assert_non_null(text);
    if (ends_with(s->file, ".json")) {
        found = json_record(text, name, to, room);
    } else {
        text[strcspn(text, "\r\n")] = '\0';
        found = text_copy(to, room, text);
    }
    free(text);
    return found;
}

/* `user` NULL: the shipped keys; else the record for every name. */
static int give_keys(void *user, struct dkim_key *keys, size_t count) {
    static const struct shipped arc = {"", "dkim/arc_test_suite/dns-txt.json"};

    for (size_t i = 0; i < count; i++) {
        const struct shipped *s = &arc;

        if (user != NULL) {
            text_copy(keys[i].record, sizeof keys[i].record, user);
            keys[i].outcome = KEY_FOUND;
            continue;
        }
        for (size_t k = 0; k < sizeof shipped / sizeof shipped[0]; k++) {
            if (strcmp(shipped[k].name, keys[i].name) == 0) {
                s = &shipped[k];
            }
        }
        keys[i].outcome = read_record(s, keys[i].name, keys[i].record,
                                      sizeof keys[i].record)
                              ? KEY_FOUND : KEY_NOT_FOUND;
    }
    return 0;
}

static struct mail_identity *identify_bytes(const char *raw, size_t size,
                                            const char *record) {
    struct message_options options = {.own_address = "", .keys = give_keys,
                                      .keys_user = (void *)(uintptr_t)record,
                                      .now = now};
    struct mail_identity *id = xcalloc(1, sizeof *id);

    message_identify(raw, size, &options, id);
    return id;
}

static struct mail_identity *identify(const char *name, const char *record) {
    size_t size;
    char *raw = corpus_read(name, &size);
    struct mail_identity *id;

    if (raw == NULL) {
        fail_msg("%s: cannot be read", name);
    }
    id = identify_bytes(raw, size, record);
    free(raw);
    return id;
}

/* ---- with their keys ----------------------------------------------------- */

static void vectors_with_their_keys_give_their_verdicts(void **state) {
    static const struct {
        const char *file;
        enum sender_level level;
        size_t count;
        struct {
            bool valid, counts;
            const char *reason;
        } is[2];
    } rows[] = {
        /* RFC 6376 A.2 and RFC 8463 A.3, signed anew by dkimpy. */
        {"dkim/dkimpy/rfc6376.signed.msg", LEVEL_DKIM, 2,
         {{true, true, ""}, {true, true, ""}}},
        {"dkim/mailauth/dkim/ec/fixtures/signed.eml", LEVEL_DKIM, 2,
         {{true, true, ""}, {true, true, ""}}},
        /* Exim's; d= is not From's domain, so it is true and counts nothing. */
        {"dkim/dkimpy/ed25519test2.msg", LEVEL_NONE, 1,
         {{true, false, "d= is not the From domain"}}},
    };

    (void)state;
    if (!has_vectors()) {
        skip();
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mail_identity *id = identify(rows[i].file, NULL);

        assert_int_equal(id->gate, GATE_PASS);
        assert_int_equal(id->dkim_count, rows[i].count);
        assert_int_equal(id->level, rows[i].level);
        for (size_t k = 0; k < rows[i].count; k++) {
            const struct dkim_result *r = &id->dkim[k];

            if (r->valid != rows[i].is[k].valid ||
                r->counts != rows[i].is[k].counts ||
                strcmp(r->reason, rows[i].is[k].reason) != 0) {
                fail_msg("%s, signature %zu: valid %d counts %d \"%s\"",
                         rows[i].file, k, r->valid, r->counts, r->reason);
            }
        }
        free(id);
    }
}

/* One byte anywhere in what is signed, and it is nobody's. */
static void a_changed_vector_is_nobodys(void **state) {
    static const char file[] = "dkim/mailauth/dkim/ec/fixtures/signed.eml";
    static const char *const words[] = {"Joe SixPack", "dinner", "21:00",
                                        "20030712040037", "lost the game"};
    size_t size;
    char *raw;

    (void)state;
    if (!has_vectors()) {
        skip();
    }
    raw = corpus_read(file, &size);
    assert_non_null(raw);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        char *at = strstr(raw, words[i]), was;
        struct mail_identity *id;

        assert_non_null(at);
        was = *at;
        *at = was == 'X' ? 'Y' : 'X';
        id = identify_bytes(raw, size, NULL);
        assert_int_equal(id->dkim_count, 2);
        assert_false(id->dkim[0].valid);
        assert_false(id->dkim[1].valid);
        assert_int_equal(id->level, LEVEL_NONE);
        free(id);
        *at = was;
    }
    free(raw);
}

/* ---- without their keys -------------------------------------------------- */

/* Every mail of the folder, given a key that made none of the signatures: what
 * can be read without the right one, and that none is believed. */
static void visit(const char *folder, const char *end,
                  void (*look)(const char *name, struct mail_identity *id)) {
    char path[4096], name[8192];
    const struct dirent *f;
    unsigned seen = 0;
    DIR *d;

    assert_true(corpus_path(path, sizeof path, folder));
    d = opendir(path);
    assert_non_null(d);
    while ((f = readdir(d)) != NULL) {
        struct mail_identity *id;

        if (!ends_with(f->d_name, end)) {
            continue;
        }
        snprintf(name, sizeof name, "%s/%s", folder, f->d_name);
        id = identify(name, stranger);
        look(f->d_name, id);
        free(id);
        seen++;
    }
    closedir(d);
    assert_true(seen > 1);
}

static unsigned read_whole, refused;

/* Each signature is read up to the last step, which needs the key: whether a
 * body agrees the library says only of a signature that fits. */
static void look_at_spamassassin(const char *name, struct mail_identity *id) {
    const char *reason = strcmp(name, "test-pass-01.msg") == 0
                             ? "rsa-sha1" : "bad signature";

    assert_int_equal(id->level, LEVEL_NONE);
    if (id->gate != GATE_PASS || id->dkim_count == 0) {
        refused++;
        return;
    }
    if (id->dkim_count != 1 || id->dkim[0].valid || !id->dkim[0].aligned ||
        strcmp(id->dkim[0].reason, reason) != 0) {
        fail_msg("%s: \"%s\", not \"%s\"", name, id->dkim[0].reason, reason);
    }
    read_whole++;
}

static void spamassassins_are_read_up_to_the_key(void **state) {
    (void)state;
    if (!has_vectors()) {
        skip();
    }
    visit("dkim/spamassassin-dkim/dkim", ".msg", look_at_spamassassin);
    print_message("%u signed, %u without or refused\n", read_whole, refused);
    assert_int_equal(read_whole, 29);
    assert_int_equal(refused, 15);
}

static void look_at_others(const char *name, struct mail_identity *id) {
    if (id->level != LEVEL_NONE) {
        fail_msg("%s: believed", name);
    }
    for (size_t i = 0; i < id->dkim_count; i++) {
        assert_false(id->dkim[i].valid);
        assert_string_not_equal(id->dkim[i].reason, "");
    }
}

static void no_key_no_level(void **state) {
    (void)state;
    if (!has_vectors()) {
        skip();
    }
    visit("dkim/mailauth/fixtures", ".eml", look_at_others);
    visit("dkim/spamassassin-dkim/dkim/arc", ".eml", look_at_others);
    visit("dkim/dkimpy", ".message", look_at_others);
}

/* ---- ARC ----------------------------------------------------------------- */

/* V020: a chain that is sound, by the suite's own word and keys, says what
 * somebody on the way believed. */
static void v020_arc_raises_no_level(void **state) {
    size_t size, passes = 0, all = 0;
    char *index, *at, *row[4];

    (void)state;
    if (!has_vectors()) {
        skip();
    }
    index = at = corpus_read("dkim/arc_test_suite/index.tsv", &size);
    assert_non_null(index);
    assert_true(corpus_row(&at, row, 4)); /* its heading */
    while (corpus_row(&at, row, 4)) {
        char name[512];
        struct mail_identity *id;

        snprintf(name, sizeof name, "dkim/arc_test_suite/%s", row[0]);
        id = identify(name, NULL);
        if (id->level != LEVEL_NONE || id->dkim_count != 0) {
            fail_msg("%s: level %d", name, (int)id->level);
        }
        passes += strcmp(row[1], "Pass") == 0;
        all++;
        free(id);
    }
    free(index);
    print_message("%zu chains, %zu of them sound\n", all, passes);
    assert_true(all >= 80 && passes >= 25);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_with_their_keys_give_their_verdicts),
        cmocka_unit_test(a_changed_vector_is_nobodys),
        cmocka_unit_test(spamassassins_are_read_up_to_the_key),
        cmocka_unit_test(no_key_no_level),
        cmocka_unit_test(v020_arc_raises_no_level),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
