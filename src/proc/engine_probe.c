/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mails that Loket sends to itself, once a day.
 *
 * The probe asks whether mail to office+tag@ comes back, where the
 * administrator says that it should (mailbox.plus): no Reply-To carries a token
 * before a probe has come back by it (design.md 5), because an unknown plus
 * address would lose the whole answer.  The memo "plus-came-back" holds when the
 * last one arrived; after two days without one the carrier is no longer used.
 *
 * The self-test carries forged copies of the evidence that mailbox.provider
 * adds, and is known by a token that nobody else has: only when it came back
 * without a copy where copies would count is the provider believed, until two
 * days later (T5).  It shows as well by which carriers a token survives the
 * relay and the mailbox: the subject, and In-Reply-To and References where the
 * relay keeps our Message-ID, too (V146), and whether the relay signs for our
 * domain: a letter that nobody signed is dropped by many a verifier's mail
 * server.  Where no carrier has come back within two days nobody is asked
 * anything: probe_carries().  Memos "selftest-...", "carrier-...".
 */
#include "proc/engine_turn.h"

#include "base/digest.h"
#include "base/log.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define PROBE_EVERY USEC_PER_DAY
#define PROBE_GOOD (2 * USEC_PER_DAY)
/* Who is not believed is asked again sooner: it was perhaps mended. */
#define PROBE_AGAIN (USEC_PER_DAY / 24)

static const char memo_sent[] = "selftest-sent";     /* when */
static const char memo_letter[] = "selftest-letter"; /* which: of its id */
static const char memo_policy[] = "selftest-policy"; /* asked about what */
static const char memo_passed[] = "selftest-passed"; /* when, 0 = not */
static const char memo_failed[] = "selftest-failed"; /* when, 0 = not */
static const char memo_id[] = "selftest-id"; /* enum kept, of Message-ID */
static const char memo_dkim[] = "selftest-dkim"; /* enum signature */

enum signature { SIGNATURE_UNKNOWN, SIGNATURE_GOOD, SIGNATURE_BAD,
                 SIGNATURE_NONE };
static const char memo_thread[] = "selftest-thread"; /* what it answered */
/* When a token last came back by this carrier; 0 = it does not. */
static const char *const memo_carriers[CARRIER__MAX] = {
    [CARRIER_SUBJECT] = "carrier-subject",
    [CARRIER_RECIPIENT] = "plus-came-back",
    [CARRIER_IN_REPLY_TO] = "carrier-in-reply-to",
    [CARRIER_REFERENCES] = "carrier-references"};

enum kept { KEPT_UNKNOWN, KEPT_WHOLE, KEPT_CHANGED };

static int64_t memo(struct engine *en, const char *name) {
    int64_t value = 0;

    MUST(memo_get(en->store, name, &value, &store_error));
    return value;
}

static void put(struct engine *en, const char *name, int64_t value) {
    MUST(memo_put(en->store, name, value, &store_error));
}

/* A text as a number that a memo can hold. */
static int64_t number_of(const char *text) {
    struct digest d = digest_of(text, strlen(text));
    uint64_t n = 0;

    for (size_t i = 0; i < 8; i++) {
        n = n << 8 | d.bytes[i];
    }
    return (int64_t)(n & INT64_MAX);
}

/* What a self-test was about: another relay or provider has shown nothing. */
static int64_t policy_number(const struct settings *s) {
    const struct provider_policy *p = &s->provider;
    char text[4 * LIMIT_DOMAIN + LIMIT_ADDRESS];

    snprintf(text, sizeof text, "%s %s %s %s %s %s carriers",
             provider_name(p->kind),
             provider_place_name(p->place), p->authserv_id, p->border,
             s->relay.host, s->office.address);
    return number_of(text);
}

static void came_back(struct engine *en, enum token_carrier c, usec_t when) {
    put(en, memo_carriers[c], when);
    en->carrier_back[c] = when;
}

static bool is_recent(const struct engine *en, enum token_carrier c,
                      usec_t now) {
    return en->carrier_back[c] != 0 && now - en->carrier_back[c] < PROBE_GOOD;
}

/* ---- office+tag@ ---------------------------------------------------------- */

static int send_probe(struct engine *en, struct err *e) {
    const struct office *office = &en->settings->office;
    const char *at = strchr(office->address, '@');
    struct letter letter = {.kind = LETTER_PROBE,
                            .language = office->language};

    snprintf(letter.to, sizeof letter.to, "%.*s+probe%s",
             (int)(at - office->address), office->address, at);
    text_copy(letter.to_name, sizeof letter.to_name, office->name);
    letter.values[SLOT_NAME] = office->name;
    return decide_letter(en, NULL, &letter, e);
}

bool probe_plus_works(const struct engine *en, usec_t now) {
    return en->settings->mailbox_plus && is_recent(en, CARRIER_RECIPIENT, now);
}

static bool works(const struct engine *en, enum token_carrier c, usec_t now) {
    if (memo_carriers[c] == NULL) {
        return false; /* the text, of S/MIME alone */
    }
    return c == CARRIER_RECIPIENT ? probe_plus_works(en, now)
                                  : !en->settings->mailbox_selftest ||
                                        is_recent(en, c, now);
}

bool probe_carries(const struct engine *en, usec_t now) {
    for (int c = 0; c < CARRIER__MAX; c++) {
        if (works(en, (enum token_carrier)c, now)) {
            return true;
        }
    }
    return false;
}

static void pump_plus(struct engine *en, usec_t now) {
    struct err e = ERR_INIT;
    int64_t sent;

    if (!en->settings->mailbox_plus) {
        return;
    }
    sent = memo(en, "plus-probe");
    if (sent != 0 && now - sent < PROBE_EVERY) {
        return;
    }
    MUST(store_begin(en->store, &store_error));
    if (send_probe(en, &e) != 0) {
        engine_alarm(en, "mailbox", e.text);
    }
    put(en, "plus-probe", now);
    MUST(store_commit(en->store, &store_error));
    deliver_pump(en);
}

/* ---- the self-test -------------------------------------------------------- */

static int send_selftest(struct engine *en, struct err *e) {
    const struct settings *s = en->settings;
    struct letter letter = {.kind = LETTER_PROBE,
                            .language = s->office.language,
                            .forges = s->provider.kind == PROVIDER_NONE
                                          ? NULL
                                          : &s->provider};
    char thread[LIMIT_TOKEN];

    questions_new_token(letter.token);
    questions_new_token(thread);
    snprintf(letter.in_reply_to, sizeof letter.in_reply_to, "%s@%.200s",
             thread, s->office.domain);
    text_copy(letter.to, sizeof letter.to, s->office.address);
    text_copy(letter.to_name, sizeof letter.to_name, s->office.name);
    letter.values[SLOT_NAME] = s->office.name;
    if (decide_letter(en, NULL, &letter, e) != 0) {
        return -1;
    }
    put(en, memo_letter, number_of(letter.message_id));
    put(en, memo_thread, number_of(thread));
    put(en, memo_policy, policy_number(s));
    return 0;
}

static const char *const signature_states[] = {
    [SIGNATURE_UNKNOWN] = "",
    [SIGNATURE_GOOD] = "our letters are signed by DKIM for our domain",
    [SIGNATURE_BAD] = "our letters are signed by DKIM, and the signature does "
                      "not verify: the verifiers' mail servers may drop them",
    [SIGNATURE_NONE] = "our letters are not signed by DKIM for our domain: "
                       "the verifiers' mail servers may drop them",
};

/* For the administrator: by what an answer is known. */
static void say_carriers(struct engine *en, usec_t now) {
    size_t used = 0;

    en->carrier_state[0] = '\0';
    for (int c = 0; c < CARRIER__MAX; c++) {
        if (works(en, (enum token_carrier)c, now)) {
            snprintf(en->carrier_state + used,
                     sizeof en->carrier_state - used, "%s%s",
                     used > 0 ? ", " : "",
                     token_carrier_name((enum token_carrier)c));
            used = strlen(en->carrier_state);
        }
    }
    text_copy(en->carrier_state + used, sizeof en->carrier_state - used,
              used == 0 ? "none has come back: questions wait"
              : !en->settings->mailbox_selftest
                  ? " (mailbox.selftest is false: believed)"
              : memo(en, memo_id) == KEPT_CHANGED
                  ? " (the relay changes our Message-ID)"
                  : "");
}

/* What waited for a carrier is asked now. */
static void judge_carriers(struct engine *en, usec_t now) {
    bool carried = en->carried;

    for (int c = 0; c < CARRIER__MAX; c++) {
        if (memo_carriers[c] != NULL) {
            en->carrier_back[c] = memo(en, memo_carriers[c]);
        }
    }
    en->carried = probe_carries(en, now);
    en->people_changed = en->people_changed || (en->carried && !carried);
    say_carriers(en, now);
}

/* What is believed now, and why. */
static void judge(struct engine *en, usec_t now) {
    struct provider_policy *p = &en->settings->provider;
    int64_t passed, failed, signature = memo(en, memo_dkim);
    const char *state;

    en->dkim_state = signature_states[signature];
    p->usable = false;
    en->provider_state[0] = '\0';
    judge_carriers(en, now);
    if (p->kind == PROVIDER_NONE) {
        return;
    }
    passed = memo(en, memo_passed);
    failed = memo(en, memo_failed);
    if (memo(en, memo_policy) != policy_number(en->settings) ||
        (passed == 0 && failed == 0)) {
        state = "not believed: no self-test has come back yet";
    } else if (failed != 0) {
        state = "not believed: forged copies of its evidence are not stripped";
    } else if (now - passed >= PROBE_GOOD) {
        state = "not believed: the last self-test is older than two days";
    } else {
        state = "believed: forged copies of its evidence are stripped";
        p->usable = true;
    }
    text_copy(en->provider_state, sizeof en->provider_state, state);
}

static const char nothing_came[] =
    "selftest-lost: questions wait: our own mail does not come back with a "
    "token; look into the junk folder; have the relay keep Message-ID, "
    "Subject";

static void pump_selftest(struct engine *en, usec_t now) {
    const struct settings *s = en->settings;
    struct err e = ERR_INIT;
    bool waits = (s->provider.kind != PROVIDER_NONE && !s->provider.usable) ||
                 !en->carried;
    int64_t sent, every = waits ? PROBE_AGAIN : PROBE_EVERY;

    if (!s->mailbox_selftest) {
        judge(en, now);
        return;
    }
    sent = memo(en, memo_sent);
    /* What arrives before the mailbox was first opened is left alone. */
    if (en->uidvalidity != 0 &&
        (sent == 0 || now - sent >= every ||
         memo(en, memo_policy) != policy_number(s))) {
        MUST(store_begin(en->store, &store_error));
        if (memo(en, memo_policy) != policy_number(s)) {
            put(en, memo_passed, 0); /* said of another */
            put(en, memo_failed, 0);
            put(en, memo_id, KEPT_UNKNOWN);
            put(en, memo_dkim, SIGNATURE_UNKNOWN);
            came_back(en, CARRIER_SUBJECT, 0);
            came_back(en, CARRIER_IN_REPLY_TO, 0);
            came_back(en, CARRIER_REFERENCES, 0);
        } else if (sent != 0 && !en->carried) {
            engine_alarm(en, "selftest", nothing_came);
        }
        if (send_selftest(en, &e) != 0) {
            engine_alarm(en, "selftest", e.text);
        }
        put(en, memo_sent, now);
        MUST(store_commit(en->store, &store_error));
        deliver_pump(en);
    }
    judge(en, now);
}

static bool keeps_subject(const struct mail_facts *f,
                          const struct outbox_row *letter) {
    for (size_t i = 0; i < f->token_count; i++) {
        const struct token_seen *t = &f->tokens[i];

        if (t->carrier == CARRIER_SUBJECT &&
            text_starts_ci(letter->message_id, t->text)) {
            return true;
        }
    }
    return false;
}

/* Of the office's own domain, the best there is. */
static enum signature signature_of(const struct mail_identity *identity) {
    enum signature best = SIGNATURE_NONE;

    for (size_t i = 0; i < identity->dkim_count; i++) {
        const struct dkim_result *r = &identity->dkim[i];

        if (r->aligned && r->valid) {
            return SIGNATURE_GOOD;
        }
        if (r->aligned) {
            best = SIGNATURE_BAD;
        }
    }
    return best;
}

/* Mail that stays inside of a tenant of Google or Microsoft is never signed,
 * ours to ourselves too: there its absence says nothing. */
static void look_at_signature(struct engine *en,
                              const struct mail_identity *identity) {
    char text[LIMIT_REASON];
    enum provider kind = en->settings->provider.kind;
    enum signature now = signature_of(identity);
    int64_t before = memo(en, memo_dkim);

    if (now == SIGNATURE_NONE &&
        (kind == PROVIDER_GOOGLE || kind == PROVIDER_MICROSOFT)) {
        now = SIGNATURE_UNKNOWN;
    }
    put(en, memo_dkim, now);
    if (now != before && (now == SIGNATURE_BAD || now == SIGNATURE_NONE)) {
        snprintf(text, sizeof text, "own-dkim: %s", signature_states[now]);
        engine_alarm(en, "selftest", text);
    }
}

/* The relay could not make it up. */
static bool keeps_thread(struct engine *en, const struct mail_facts *f,
                         enum token_carrier carrier) {
    for (size_t i = 0; i < f->token_count; i++) {
        if (f->tokens[i].carrier == carrier &&
            number_of(f->tokens[i].text) == memo(en, memo_thread)) {
            return true;
        }
    }
    return false;
}

static void note_carriers(struct engine *en, const struct mail_facts *f,
                          const struct outbox_row *letter, bool kept,
                          usec_t now) {
    static const enum token_carrier threads[] = {CARRIER_IN_REPLY_TO,
                                                 CARRIER_REFERENCES};

    came_back(en, CARRIER_SUBJECT, keeps_subject(f, letter) ? now : 0);
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
        came_back(en, threads[i],
                  kept && keeps_thread(en, f, threads[i]) ? now : 0);
    }
}

static void selftest_arrived(struct engine *en, const struct mail_facts *f,
                             const struct outbox_row *letter, usec_t now) {
    bool kept = strcmp(f->message_id, letter->message_id) == 0;
    bool forged = f->identity.provider.forged;
    bool told_forged, told_id;

    /* Only the last one sent, and about what is configured now. */
    if (memo(en, memo_letter) != number_of(letter->message_id) ||
        memo(en, memo_policy) != policy_number(en->settings)) {
        return;
    }
    told_forged = memo(en, memo_failed) != 0;
    told_id = memo(en, memo_id) == KEPT_CHANGED;
    put(en, memo_passed, forged ? 0 : now);
    put(en, memo_failed, forged ? now : 0);
    put(en, memo_id, kept ? KEPT_WHOLE : KEPT_CHANGED);
    look_at_signature(en, &f->identity);
    note_carriers(en, f, letter, kept, now);
    if (forged && !told_forged) {
        engine_alarm(en, "selftest",
                     "selftest-forged: mailbox.provider is not believed: a "
                     "forged copy of its evidence arrived where it would count. Have the server "
                     "that takes mail in remove such fields from incoming mail "
                     "(RFC 8601 5), or set mailbox.provider = \"none\"");
    }
    if (!kept && !told_id) {
        engine_alarm(en, "selftest",
                     "selftest-id: the relay changes the Message-ID of our "
                     "letters: answers are known by the subject, and by the plus address where "
                     "mailbox.plus works");
    }
    log_info("self-test: %s; Message-ID %s",
             en->settings->provider.kind == PROVIDER_NONE
                 ? "no provider's word is asked for"
             : forged ? "forged copies are not stripped"
                      : "forged copies are stripped",
             kept ? "kept" : "changed");
    judge(en, now);
}

void probe_arrived(struct engine *en, const struct mail_facts *facts,
                   const struct outbox_row *letter, usec_t now) {
    if (text_same_address(letter->recipient, en->settings->office.address)) {
        selftest_arrived(en, facts, letter, now);
    } else {
        came_back(en, CARRIER_RECIPIENT, now);
    }
}

void probe_open(struct engine *en, usec_t now) {
    judge(en, now);
}

void probe_pump(struct engine *en, usec_t now) {
    pump_plus(en, now);
    pump_selftest(en, now);
}
