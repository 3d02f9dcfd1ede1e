/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was sent by mistake goes (V098, design.md 7): private keys and
 * passphrases.  A parser child has said where in the mail they stand; here the
 * bytes are copied with these places blotted out, and nothing is parsed.
 * Called by engine_decide.c inside the transaction that decides a mail.
 *
 *   redact_mail     a copy without its secrets takes the place of the mail; the
 *                   file of the bytes as they came is unlinked after the
 *                   commit, or at the next start
 *   want_expunge    the server's copy goes, too, where the mail is ours
 *   redact_pump     cases whose CSR is of a key that was sent are looked at
 *
 * Kept are the digest that the mail had, and the SPKI digests of the keys: for
 * ever, so that no such key is ever certified.
 */
#include "proc/engine_redact.h"

#include "base/log.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CASES_AT_ONCE = 64 };

/* ---- the bytes ------------------------------------------------------------ */

/* Line ends stay, and blanks that begin a line: a folded field stays one.  What
 * lies outside is nobody's. */
static void blot(char *raw, size_t size, const struct redaction *r) {
    size_t end = r->from + r->size < size ? (size_t)(r->from + r->size) : size;

    for (size_t i = (size_t)r->from; i < end; i++) {
        bool begins = i == 0 || raw[i - 1] == '\n';

        if (raw[i] != '\r' && raw[i] != '\n' &&
            !(begins && (raw[i] == ' ' || raw[i] == '\t'))) {
            raw[i] = 'X';
        }
    }
}

static bool is_to_blot(const struct mail_row *row,
                       const struct mail_facts *f) {
    return f != NULL && f->redaction_count > 0 &&
           !digest_is_zero(&row->sha256) && digest_is_zero(&row->original);
}

static void make_copy(struct engine *en, struct mail_row *row,
                      const struct mail_facts *f) {
    struct digest copy;
    char *raw;
    size_t size;

    MUST(blob_read(en->store, &row->sha256, LIMIT_MAIL, &raw, &size,
                   &store_error));
    for (size_t i = 0; i < f->redaction_count; i++) {
        blot(raw, size, &f->redactions[i]);
    }
    MUST(blob_put(en->store, raw, size, &copy, &store_error));
    explicit_bzero(raw, size);
    free(raw);
    if (!digest_equal(&copy, &row->sha256)) {
        MUST(mail_redact(en->store, row->id, &copy, &store_error));
        row->original = row->sha256;
        row->sha256 = copy;
    }
}

/* ---- the keys ------------------------------------------------------------- */

/* Somebody can sign in his name: nothing is more urgent. */
static void cry_out(struct engine *en, const struct registered_certificate *c,
                    usec_t now) {
    char subject[LIMIT_WORD], text[LIMIT_REASON];

    snprintf(subject, sizeof subject, "certificate=%lld", (long long)c->id);
    snprintf(text, sizeof text,
             "active-key-exposed: the private key of active certificate %.40s "
             "was sent by mail",
             c->serial);
    engine_alarm(en, subject, text);
    daily_tell_now(en, now);
}

static void note_keys(struct engine *en, const struct mail_row *row,
                      const struct mail_facts *f) {
    struct registered_certificate active;
    usec_t now = row->decided;

    for (size_t i = 0; i < f->exposed_count; i++) {
        bool is_new;
        int found;

        MUST(key_compromise(en->store, &f->exposed[i], row->id, now, &is_new,
                            &store_error));
        MUST(found = registry_certificate_by_key(
                 en->store, &f->exposed[i], now, &active, &store_error));
        if (found == 1 && is_new) {
            cry_out(en, &active, now);
        }
        en->keys_exposed = true;
    }
}

void redact_mail(struct engine *en, struct mail_row *row,
                 const struct mail_facts *f) {
    bool ignored = row->disposition == DISPOSITION_IGNORED;
    char subject[LIMIT_WORD];

    if (f == NULL) {
        return;
    }
    note_keys(en, row, f);
    if (!is_to_blot(row, f)) {
        return;
    }
    /* Of a mail that is not kept no copy is needed. */
    if (!ignored) {
        make_copy(en, row, f);
    }
    snprintf(subject, sizeof subject, "mail=%lld", (long long)row->id);
    MUST(audit_add(en->store, row->decided, "loket", "redacted", subject,
                   ignored ? "not kept" : "secrets blotted out",
                   &store_error));
    log_info("mail=%lld held what nobody should send; %s", (long long)row->id,
             ignored ? "it is not kept" : "blotted out");
}

/* ---- the server's copy ---------------------------------------------------- */

/* In a shared mailbox only what is certainly ours: the mail of a case, and
 * another copy of one. */
void redact_want_expunge(struct engine *en, struct mail_row *row,
                         const struct mail_facts *f) {
    bool ours = row->disposition == DISPOSITION_CASE ||
                strcmp(row->reason, "duplicate") == 0 ||
                en->settings->mailbox_mode == MAILBOX_DEDICATED;
    char subject[LIMIT_WORD];

    if (strcmp(row->reason, "survey") == 0) {
        /* Whose answer it is, nobody is to read there (LAW-8). */
        row->expunge = true;
        row->move = MOVE_WANTED;
        text_copy(row->move_to, sizeof row->move_to,
                  en->settings->folder_ignored);
        return;
    }
    if (f == NULL || f->redaction_count == 0 ||
        strcmp(row->reason, "not-ours") == 0) {
        return;
    }
    row->expunge = ours;
    if (!ours) {
        /* Whose it is nobody knows; a person may look, and delete it. */
        snprintf(subject, sizeof subject, "mail=%lld", (long long)row->id);
        engine_alarm(en, subject,
                     "secret-on-server: a mail with a secret is still in the "
                     "mailbox");
    }
    if (ours && row->move == MOVE_NONE) {
        row->move = MOVE_WANTED;
        text_copy(row->move_to, sizeof row->move_to,
                  en->settings->folder_done);
    }
}

/* ---- cases ---------------------------------------------------------------- */

void redact_pump(struct engine *en) {
    int64_t ids[CASES_AT_ONCE];
    size_t count;

    if (!en->keys_exposed || en->child.stopping) {
        return;
    }
    en->keys_exposed = false;
    MUST(key_compromised_cases(en->store, ids, CASES_AT_ONCE, &count,
                               &store_error));
    for (size_t i = 0; i < count; i++) {
        struct happening what = {.casefile_id = ids[i],
                                 .event = {.kind = EVENT_REVIEW,
                                           .attachment = -1}};

        if (!questions_are_right(en, ids[i])) {
            decide_or_alarm(en, &what);
        }
    }
}
