/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DKIM (RFC 6376) as evidence of who sent a mail: libopendkim does the
 * cryptography, this file decides what counts (design.md 5).  Called once per
 * mail, in the first stroke.  It never asks a resolver: keys are handed in.
 *
 * A signature counts when it verifies and
 *   - d= is the From domain (or both are under a domain configured as relaxed)
 *   - From, Subject, Date and Message-ID are signed, the gate having seen to
 *     it that each stands once
 *   - what makes parts of the body is signed too, or cannot be otherwise
 *     (framing.h)
 *   - there is no l=, no rsa-sha1, no RSA key below 1024 bits, no key in test
 *     mode; x= is not past and t= not in the future (V015-V018).
 * Which carriers of tokens such signatures cover is said too (id->signs): a
 * token in a field that anybody could have added proves nothing.
 *
 * Each signature is verified by itself, with a handle that sees no other
 * signature field, so that result and judgement cannot be mixed up.
 */
#include "message/dkim.h"

#include "base/mem.h"
#include "base/text.h"
#include "message/framing.h"
#include "message/header.h"
#include "message/tags.h"

/* dkim.h of libopendkim, not ours: both are found by their folder. */
#include <sys/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dkim.h>

enum {
    RSA_BITS_MIN = 1024,
    DRIFT_SEC = 300,
    LIBRARY_RECORD_MAX = 1024, /* its buffer; RSA 4096 takes 760 */
    /* The library asks the system for the time; ours is handed in, so its
     * own checks are put out of reach. */
    LIBRARY_DRIFT_SEC = 10 * 365 * 86400
};

/* One DKIM-Signature field on its way to a dkim_result. */
struct signature {
    struct header_field field;
    struct tags tags;
    bool readable; /* tags, names and algorithm are such as we verify */
    bool is_rsa;
    const struct dkim_key *key;
    struct dkim_result *result;
};

static DKIM_LIB *library;

static void note(struct dkim_result *r, const char *reason) {
    if (r->reason[0] == '\0') {
        text_copy(r->reason, sizeof r->reason, reason);
    }
}

/* libopendkim asks for a key: the one that was fetched before. */
static DKIM_CBSTAT on_key_wanted(DKIM *dkim, DKIM_SIGINFO *sig,
                                 unsigned char *to, size_t room) {
    const struct dkim_key *key = dkim_get_user_context(dkim);

    (void)sig;
    if (key == NULL || key->outcome == KEY_FAILED) {
        return DKIM_CBSTAT_ERROR;
    }
    if (key->outcome == KEY_NOT_FOUND) {
        return DKIM_CBSTAT_NOTFOUND;
    }
    return text_copy((char *)to, room, key->record) ? DKIM_CBSTAT_CONTINUE
                                                    : DKIM_CBSTAT_ERROR;
}

static DKIM_LIB *get_library(void) {
    uint64_t drift = LIBRARY_DRIFT_SEC;

    if (library == NULL) {
        library = dkim_init(NULL, NULL);
        if (library == NULL) {
            abort(); /* out of memory (design.md 7) */
        }
        dkim_set_key_lookup(library, on_key_wanted);
        dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_CLOCKDRIFT, &drift,
                     sizeof drift);
    }
    return library;
}

/* Letters, digits, hyphens, underscores and single dots: what can be asked. */
static bool is_dns_name(const char *p) {
    bool dot = true;

    for (; *p != '\0'; p++) {
        bool alnum = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
                     (*p >= '0' && *p <= '9');

        if (*p == '.' ? dot : !alnum && *p != '-' && *p != '_') {
            return false;
        }
        dot = *p == '.';
    }
    return !dot;
}

/* Fills domain and selector and says whether the library may verify it. */
static bool read_names(struct signature *s) {
    struct dkim_result *r = s->result;
    const char *domain = tags_get(&s->tags, "d");
    const char *selector = tags_get(&s->tags, "s");
    const char *algorithm = tags_get(&s->tags, "a");
    const char *version = tags_get(&s->tags, "v");

    if (domain == NULL || selector == NULL ||
        strlen(domain) + strlen(selector) > 230 || !is_dns_name(domain) ||
        !is_dns_name(selector) || strchr(domain, '.') == NULL) {
        note(r, "d= or s= is no name");
        return false;
    }
    text_copy(r->domain, sizeof r->domain, domain);
    text_copy(r->selector, sizeof r->selector, selector);
    if (version == NULL || strcmp(version, "1") != 0) {
        note(r, "v= is not 1");
        return false;
    }
    s->is_rsa = algorithm != NULL && text_equal_ci(algorithm, "rsa-sha256");
    if (!s->is_rsa && (algorithm == NULL ||
                       !text_equal_ci(algorithm, "ed25519-sha256"))) {
        note(r, algorithm != NULL && text_equal_ci(algorithm, "rsa-sha1")
                    ? "rsa-sha1" /* RFC 8301 3.1 */
                    : "unknown algorithm");
        return false;
    }
    return true;
}

/* A number of seconds; false unless it is digits only and of sane length. */
static bool read_time(const char *text, usec_t *t_r) {
    size_t n = strspn(text, "0123456789");

    if (n == 0 || n > 12 || text[n] != '\0') {
        return false;
    }
    *t_r = strtoll(text, NULL, 10) * USEC_PER_SEC;
    return true;
}

static void check_times(struct signature *s, usec_t now) {
    const char *signed_at = tags_get(&s->tags, "t");
    const char *expires_at = tags_get(&s->tags, "x");
    usec_t t = 0, x;

    if (signed_at != NULL && !read_time(signed_at, &t)) {
        note(s->result, "t= is no time");
    } else if (t > now + DRIFT_SEC * USEC_PER_SEC) {
        note(s->result, "t= is in the future");
    }
    if (expires_at == NULL) {
        return;
    }
    if (!read_time(expires_at, &x)) {
        note(s->result, "x= is no time");
    } else if (x <= now || x <= t) {
        note(s->result, "x= is past");
    }
}

/* What is signed, and how much of it. */
static void check_cover(struct signature *s, const char *raw, size_t size) {
    static const struct {
        const char *field, *reason;
    } musts[] = {
        {"from", "From" DKIM_NOT_SIGNED},
        {"subject", "Subject" DKIM_NOT_SIGNED},
        {"date", "Date" DKIM_NOT_SIGNED},
        {"message-id", "Message-ID" DKIM_NOT_SIGNED},
    };
    const char *list = tags_get(&s->tags, "h"), *open = NULL;

    if (tags_get(&s->tags, "l") != NULL) {
        note(s->result, "l= leaves the body open"); /* V016 */
    }
    for (size_t i = 0; i < sizeof musts / sizeof musts[0]; i++) {
        if (list == NULL || !tags_list_has(list, musts[i].field)) {
            note(s->result, musts[i].reason);
        }
    }
    if (list != NULL) {
        open = framing_open_field(
            raw, size, tags_list_has(list, "content-type"),
            tags_list_has(list, "content-transfer-encoding"),
            tags_list_has(list, "content-disposition"));
    }
    if (open != NULL) {
        char reason[LIMIT_REASON];

        snprintf(reason, sizeof reason, "%s" DKIM_NOT_SIGNED, open);
        note(s->result, reason);
    }
    if (list != NULL && tags_list_has(list, "dkim-signature")) {
        note(s->result, "signs other signatures");
        s->readable = false; /* the handle is not shown those */
    }
}

/* Is domain the same as parent or below it? */
static bool is_under(const char *domain, const char *parent) {
    size_t n = strlen(domain), m = strlen(parent);

    return n >= m && text_equal_ci(domain + n - m, parent) &&
           (n == m || domain[n - m - 1] == '.');
}

static bool is_aligned(const char *domain, const char *from,
                       const struct message_options *options) {
    const char *at = strrchr(from, '@');

    if (at == NULL) {
        return false;
    }
    if (text_equal_ci(domain, at + 1)) {
        return true;
    }
    for (size_t i = 0; i < options->relaxed_count; i++) {
        const char *relaxed = options->relaxed[i];

        if (*relaxed != '\0' && is_under(domain, relaxed) &&
            is_under(at + 1, relaxed)) {
            return true;
        }
    }
    return false;
}

static void judge(struct signature *s, const char *raw, size_t size,
                  const char *from, const struct message_options *options,
                  usec_t now) {
    struct dkim_result *r = s->result;

    s->readable = tags_read(&s->tags, header_unfold(&s->field));
    if (!s->readable) {
        note(r, "not a tag list");
        return;
    }
    s->readable = read_names(s);
    r->aligned = is_aligned(r->domain, from, options);
    if (!r->aligned) {
        note(r, "d= is not the From domain"); /* V015 */
    }
    check_cover(s, raw, size);
    check_times(s, now);
}

static const char *status_reason(DKIM_STAT status) {
    switch (status) {
    case DKIM_STAT_NOKEY:
        return "no key record";
    case DKIM_STAT_CBERROR:
    case DKIM_STAT_KEYFAIL:
    case DKIM_STAT_CBTRYAGAIN:
        return "key lookup failed";
    case DKIM_STAT_REVOKED:
        return "key revoked";
    case DKIM_STAT_BADSIG:
        return "bad signature";
    default:
        return "cannot be verified";
    }
}

/* Hands header (without signatures but this one) and body to the library. */
static DKIM_STAT feed(DKIM *dkim, const struct signature *s, const char *raw,
                      size_t size) {
    struct header_reader r;
    struct header_field f;
    DKIM_STAT status = DKIM_STAT_OK;

    header_open(&r, raw, size);
    while (status == DKIM_STAT_OK && header_next(&r, &f) == 1) {
        if (f.start == s->field.start ||
            !header_is(&f, "DKIM-Signature")) {
            status = dkim_header(dkim, (u_char *)f.start, f.size);
        }
    }
    if (status == DKIM_STAT_OK) {
        status = dkim_eoh(dkim);
    }
    if (status == DKIM_STAT_OK && r.at < r.end) {
        status = dkim_body(dkim, (u_char *)r.at, (size_t)(r.end - r.at));
    }
    return status == DKIM_STAT_OK ? dkim_eom(dkim, NULL) : status;
}

static void read_outcome(DKIM *dkim, struct signature *s, DKIM_STAT status) {
    struct dkim_result *r = s->result;
    DKIM_SIGINFO **list = NULL;
    unsigned bits = 0;
    int count = 0;

    if (dkim_getsiglist(dkim, &list, &count) != DKIM_STAT_OK || count != 1) {
        note(r, status_reason(status));
        return;
    }
    (void)dkim_sig_getkeysize(list[0], &bits);
    if (bits != 0 && s->is_rsa && bits < RSA_BITS_MIN) {
        note(r, "key too small"); /* V018, RFC 8301 3.2 */
    }
    if ((dkim_sig_getflags(list[0]) & DKIM_SIGFLAG_TESTKEY) != 0) {
        note(r, "key in test mode"); /* RFC 6376 3.6.1 t=y */
    }
    r->valid = status == DKIM_STAT_OK && DKIM_SIG_CHECK(list[0]);
    if (!r->valid) {
        switch (dkim_sig_geterror(list[0])) {
        case DKIM_SIGERROR_KEYTOOSMALL:
            note(r, "key too small");
            break;
        default:
            note(r, dkim_sig_getbh(list[0]) == DKIM_SIGBH_MISMATCH
                        ? "body was changed"
                        : status_reason(status));
        }
    }
}

static void verify(struct signature *s, const char *raw, size_t size) {
    struct dkim_result *r = s->result;
    DKIM_STAT status = DKIM_STAT_OK;
    DKIM *dkim;

    if (s->key->outcome != KEY_FOUND) {
        note(r, s->key->outcome == KEY_NOT_FOUND ? "no key record"
                                                 : "key lookup failed");
        return;
    }
    text_copy(r->key_record, sizeof r->key_record, s->key->record);
    if (strlen(s->key->record) > LIBRARY_RECORD_MAX) {
        note(r, "key record too long");
        return;
    }
    dkim = dkim_verify(get_library(), (const unsigned char *)"mail", NULL,
                       &status);
    if (dkim == NULL) {
        note(r, status_reason(status));
        return;
    }
    dkim_set_user_context(dkim, (void *)(uintptr_t)s->key);
    status = feed(dkim, s, raw, size);
    read_outcome(dkim, s, status);
    dkim_free(dkim);
}

/* The signatures, topmost first; more than the limit are not looked at. */
static size_t collect(const char *raw, size_t size,
                      struct signature list[LIMIT_DKIM_SIGNATURES],
                      struct mail_identity *id) {
    struct header_reader r;
    struct header_field f;
    size_t count = 0;

    header_open(&r, raw, size);
    while (count < LIMIT_DKIM_SIGNATURES && header_next(&r, &f) == 1) {
        if (header_is(&f, "DKIM-Signature")) {
            id->dkim[count] = (struct dkim_result){0};
            list[count] = (struct signature){.field = f,
                                             .result = &id->dkim[count]};
            count++;
        }
    }
    return count;
}

/* Asks for the keys of all readable signatures, each name once. */
static void ask_keys(struct signature *list, size_t count,
                     struct dkim_key *keys,
                     const struct message_options *options) {
    size_t wanted = 0;

    for (size_t i = 0; i < count; i++) {
        char name[sizeof keys[0].name];
        size_t k = 0;

        if (!list[i].readable) {
            continue;
        }
        snprintf(name, sizeof name, "%.240s._domainkey.%.240s",
                 list[i].result->selector, list[i].result->domain);
        while (k < wanted && !text_equal_ci(keys[k].name, name)) {
            k++;
        }
        if (k == wanted) {
            keys[k] = (struct dkim_key){.outcome = KEY_FAILED};
            text_copy(keys[k].name, sizeof keys[k].name, name);
            wanted++;
        }
        list[i].key = &keys[k];
    }
    if (wanted > 0 && (options->keys == NULL ||
                       options->keys(options->keys_user, keys, wanted) != 0)) {
        for (size_t k = 0; k < wanted; k++) {
            keys[k].outcome = KEY_FAILED;
        }
    }
}

/* How often the field stands there, SIZE_MAX when not all readers would find
 * each: no list names that many. */
static size_t count_fields(const char *raw, size_t size, const char *name) {
    struct header_reader r;
    struct header_field f;
    size_t count = 0;

    header_open(&r, raw, size);
    while (header_next(&r, &f) == 1) {
        if (header_is(&f, name)) {
            if (f.spaced) {
                return SIZE_MAX;
            }
            count++;
        }
    }
    return count;
}

/* A list names a field once for each that it covers (RFC 6376 5.4.2). */
static bool is_covered(const struct signature *list, size_t count,
                       const char *field, size_t times) {
    for (size_t i = 0; i < count; i++) {
        if (list[i].result->counts &&
            tags_list_count(tags_get(&list[i].tags, "h"), field) >= times) {
            return true;
        }
    }
    return false;
}

static void note_carriers(const struct signature *list, size_t count,
                          const char *raw, size_t size,
                          struct mail_identity *id) {
    static const struct {
        const char *field;
        enum token_carrier carrier;
    } carriers[] = {
        {"subject", CARRIER_SUBJECT},
        {"to", CARRIER_RECIPIENT},
        {"cc", CARRIER_RECIPIENT},
        {"in-reply-to", CARRIER_IN_REPLY_TO},
        {"references", CARRIER_REFERENCES},
    };
    bool open[CARRIER__MAX] = {false};

    for (size_t i = 0; i < sizeof carriers / sizeof carriers[0]; i++) {
        size_t times = count_fields(raw, size, carriers[i].field);

        if (times == 0) {
            continue;
        }
        if (is_covered(list, count, carriers[i].field, times)) {
            id->signs[carriers[i].carrier] = true;
        } else {
            open[carriers[i].carrier] = true;
        }
    }
    for (size_t c = 0; c < CARRIER__MAX; c++) {
        id->signs[c] = id->signs[c] && !open[c];
    }
}

/* A mail whose lines all end in a bare LF was signed with CRLF, if at all. */
static char *with_crlf(const char *raw, size_t size, size_t *size_r) {
    char *copy = xmalloc(2 * size + 1);
    size_t n = 0;

    for (size_t i = 0; i < size; i++) {
        if (raw[i] == '\n') {
            copy[n++] = '\r';
        }
        copy[n++] = raw[i];
    }
    *size_r = n;
    return copy;
}

static void check_all(const char *raw, size_t size,
                      const struct message_options *options, usec_t now,
                      struct mail_identity *id) {
    struct signature list[LIMIT_DKIM_SIGNATURES];
    struct dkim_key *keys = xcalloc(LIMIT_DKIM_SIGNATURES, sizeof *keys);

    id->dkim_count = collect(raw, size, list, id);
    for (size_t i = 0; i < id->dkim_count; i++) {
        judge(&list[i], raw, size, id->from, options, now);
    }
    ask_keys(list, id->dkim_count, keys, options);
    for (size_t i = 0; i < id->dkim_count; i++) {
        struct dkim_result *r = &id->dkim[i];

        if (list[i].readable) {
            verify(&list[i], raw, size);
        }
        r->counts = r->valid && r->aligned && r->reason[0] == '\0';
        if (r->counts) {
            id->level = LEVEL_DKIM;
        }
    }
    note_carriers(list, id->dkim_count, raw, size, id);
    for (size_t i = 0; i < id->dkim_count; i++) {
        tags_free(&list[i].tags);
    }
    free(keys);
}

void dkim_check(const char *raw, size_t size,
                const struct message_options *options, usec_t now,
                struct mail_identity *id) {
    char *copy = NULL;

    if (memchr(raw, '\r', size) == NULL) {
        raw = copy = with_crlf(raw, size, &size);
    }
    check_all(raw, size, options, now, id);
    free(copy);
}

/* A signature with a real key over a mail that it does not fit: the library
 * goes all the way through libcrypto. */
void dkim_warm_up(void) {
    static const char mail[] =
        "DKIM-Signature: v=1; a=rsa-sha256; d=warm.example; s=up;"
        " h=from; bh=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=; b="
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
        "\r\n"
        "From: a@warm.example\r\n\r\nwarm\r\n";
    /* The private half was thrown away; nothing trusts this key. */
    static const struct dkim_key key = {
        .outcome = KEY_FOUND,
        .record = "v=DKIM1; k=rsa; p="
                  "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC7sXTlX1no4jqHzaqMHhGr"
                  "0QBlPlCAmz++1jD6tfESM+TnM7nsu7064ITtAUKsl3lkn5TVlfBEXfLJTtOg"
                  "zKZ2xokFCbX3Y2h9Ygrn1au0Y2AjoOqCuCZEGSVXeGQO+SDyqwNfJugVB7g/"
                  "HKDwa1EqVOkzfCYOxR+wjlmvjeV77QIDAQAB"};
    struct dkim_result result = {0};
    struct signature s = {.key = &key, .result = &result, .is_rsa = true};

    header_find(mail, sizeof mail - 1, "DKIM-Signature", &s.field);
    verify(&s, mail, sizeof mail - 1);
}
