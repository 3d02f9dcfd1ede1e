/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From an order to bytes.  Called by proc/ca.c.  The order of things is
 * Let's Encrypt's (threats.md 0.8) and is the whole of this file:
 *
 *   order in journal? -- yes, same content --> its result (signed now if a
 *        |     |                               crash came between) --> answer
 *        |     '-- other content --> refused
 *        no --> gate (order.c) --> serial, to-be-signed bytes (and, before
 *                  a revocation, those of what is to be issued afterwards)
 *                  --> journal, synced --> signature --> journal --> answer
 *
 * So one order id has one answer for ever (I21, T20), and every signature has
 * an entry that was there before it (I6).
 */
#include "ca/authority.h"

#include "base/mem.h"
#include "base/text.h"
#include "ca/crl.h"
#include "ca/load.h"
#include "ca/order.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* An order begins only where this much is free: those begun will finish. */
enum { FREE_MIN = 16 * 1024 * 1024 };
/* Leaves room for a signature of RSA 4096 and what is around it. */
enum { TBS_MAX = LIMIT_ISSUED - 1024 };

static const char denied_text[] =
    "refusing: the engine remembers entries that journal.db does not have";

struct authority {
    struct signer signer;
    struct journal *journal;
    struct order_gate gate;
    char *dir, *publish, *crl_url;
    bool test_mark;
    bool denied;  /* the engine remembers another journal */
    bool settled; /* what was journaled is signed and laid out */
    usec_t crl_expires;
};

/* ---- signing what is journaled ------------------------------------------- */

static int lay_out(struct authority *a, const struct journal_row *row,
                   struct err *e) {
    a->crl_expires = row->until;
    if (crl_publish(a->dir, "ca.crl", &row->result, e) != 0) {
        return -1;
    }
    return a->publish == NULL
               ? 0 : crl_publish(a->publish, "ca.crl", &row->result, e);
}

/* Whatever stands in the journal: only what an entry says of itself, and only
 * what this CA makes at all, reaches the key. */
static int read_back(struct authority *a, const struct journal_row *row,
                     struct err *e) {
    struct der made = {0};
    int rc = signer_practise(&a->signer, &row->tbs, &made, e);

    if (rc == 0 && row->kind == ENTRY_ISSUE) {
        struct order_subject subject;
        struct profile_claim claim = {.profile = profile_find(row->profile),
                                      .subject = &subject,
                                      .serial = row->serial,
                                      .key = &row->key,
                                      .from = row->at,
                                      .until = row->until};

        order_text_subject(row->content, &subject);
        rc = profile_read_back(&a->signer, &claim, &made, e);
    } else if (rc == 0) {
        struct crl_input in = {.number = row->crl_number,
                               .serial = row->serial,
                               .now = row->at};

        rc = crl_read_back(&a->signer, &in, &made, e);
    }
    der_free(&made);
    return rc;
}

/* Gives the row its result, or checks the one it has. */
static int complete(struct authority *a, struct journal_row *row,
                    struct err *e) {
    if (row->result.data != NULL) {
        return signer_verify(&a->signer, &row->tbs, &row->result, e);
    }
    if (read_back(a, row, e) != 0 ||
        signer_sign(&a->signer, &row->tbs, &row->result, e) != 0) {
        return -1;
    }
    return journal_finish(a->journal, row->seq, &row->result, e);
}

/* What a crash left between journal and signature. */
static int complete_all(struct authority *a, struct err *e) {
    struct journal_row row = {0};
    int got;

    while ((got = journal_unsigned(a->journal, &row, e)) == 1) {
        got = complete(a, &row, e);
        journal_row_free(&row);
        if (got != 0) {
            return -1;
        }
    }
    return got;
}

/* ---- new entries --------------------------------------------------------- */

/* 126 random bits: T28 asks for 64.  Begins with 4..7, so never with 0. */
static void new_serial(char serial[LIMIT_SERIAL]) {
    uint8_t bytes[16];
    char *p = serial;

    random_bytes(bytes, sizeof bytes);
    bytes[0] = (uint8_t)((bytes[0] & 0x3f) | 0x40);
    for (size_t i = 0; i < sizeof bytes; i++, p += 2) {
        snprintf(p, 3, "%02X", bytes[i]);
    }
}

static int build_certificate(struct authority *a, const struct order *o,
                             const struct order_passed *passed,
                             struct entry *n, char serial[LIMIT_SERIAL],
                             struct err *e) {
    struct profile_input in = {.profile = passed->profile,
                               .subject = &o->subject,
                               .key = passed->key,
                               .serial = serial,
                               .now = n->at,
                               .test_mark = a->test_mark,
                               .crl_url = a->crl_url};

    new_serial(serial);
    n->kind = ENTRY_ISSUE;
    n->serial = serial;
    n->key = &passed->key_digest;
    n->until = profile_end(passed->profile, n->at);
    if (profile_build(&a->signer, &in, &n->tbs, e) != 0) {
        return -1;
    }
    return n->tbs.size <= TBS_MAX
               ? 0 : err_set(e, ERR_INPUT, "a certificate of more than %d "
                             "bytes", LIMIT_ISSUED);
}

/* The certificate that is to follow a revocation: built and thrown away, so
 * that nothing of it (the subject's length, say) can be refused when the old
 * one is gone. */
static int try_what_follows(struct authority *a, const struct order *o,
                            const struct order_passed *passed, usec_t at,
                            struct err *e) {
    struct entry trial = {.at = at};
    char serial[LIMIT_SERIAL];
    int rc = build_certificate(a, o, passed, &trial, serial, e);

    der_free(&trial.tbs);
    return rc;
}

static int build_crl(struct authority *a, struct entry *n, struct err *e) {
    struct crl_input in = {.number = journal_crl_number(a->journal) + 1,
                           .serial = n->serial,
                           .reason = n->reason,
                           .now = n->at};

    n->kind = n->serial[0] != '\0' ? ENTRY_REVOKE : ENTRY_CRL;
    n->crl_number = in.number;
    n->until = n->at + CRL_LIFE;
    return crl_build(&a->signer, a->journal, &in, &n->tbs, e);
}

static int check_room(const struct authority *a, struct err *e) {
    struct statvfs fs;

    if (statvfs(a->dir, &fs) == 0 &&
        (uint64_t)fs.f_bavail * fs.f_frsize < FREE_MIN) {
        return err_set(e, ERR_SETUP, "%s: the disk is nearly full; nothing "
                       "was signed", a->dir);
    }
    return 0;
}

/* An order that was given up keeps its id for ever. */
static int enter_never(struct authority *a, const struct order *o,
                       const char *content, usec_t now, struct err *e) {
    struct entry n = {.kind = ENTRY_NEVER, .id = o->id, .content = content,
                      .casefile = o->casefile, .applicant = o->applicant,
                      .profile = o->profile, .serial = "", .at = now,
                      .until = now, .tbs = {(uint8_t *)(uintptr_t)"", 0}};

    return journal_add(a->journal, &n, e);
}

/* Gate, bytes, journal.  After 0 the order stands and will be signed; 1 = its
 * certificate was revoked before. */
static int enter(struct authority *a, const struct order *o,
                 const char *content, usec_t now, struct err *e) {
    struct entry n = {.id = o->id, .content = content,
                      .casefile = o->casefile, .applicant = o->applicant,
                      .profile = o->profile, .serial = o->serial,
                      .reason = o->reason,
                      .at = now - now % USEC_PER_SEC};
    struct order_passed passed;
    char serial[LIMIT_SERIAL];
    bool revoked = false;
    int rc = check_room(a, e);

    if (rc != 0) {
        return -1;
    }
    rc = order_allow(&a->gate, o, now, &passed, e);
    if (rc == 0 && o->kind == ORDER_REVOKE && passed.key != NULL) {
        rc = try_what_follows(a, o, &passed, n.at, e);
    }
    if (rc == 0 && o->kind == ORDER_REVOKE) {
        rc = journal_knows_serial(a->journal, o->serial, &revoked, e) < 0
                 ? -1 : 0;
    }
    if (rc == 0 && !revoked) {
        rc = o->kind == ORDER_ISSUE
                 ? build_certificate(a, o, &passed, &n, serial, e)
                 : build_crl(a, &n, e);
    }
    if (rc == 0 && !revoked) {
        rc = journal_add(a->journal, &n, e);
    }
    der_free(&n.tbs);
    EVP_PKEY_free(passed.key);
    return rc == 0 && revoked ? 1 : rc;
}

/* ---- what readers see ----------------------------------------------------- */

static struct der certificate_of(const struct authority *a) {
    struct der d = {0};
    int size = i2d_X509(a->signer.certificate, NULL);
    uint8_t *p;

    if (size > 0) {
        p = d.data = xmalloc((size_t)size);
        d.size = (size_t)i2d_X509(a->signer.certificate, &p);
    }
    return d;
}

static int publish_certificate(const struct authority *a, struct err *e) {
    struct der d = certificate_of(a);
    int rc = a->publish == NULL
                 ? 0 : crl_publish(a->publish, "ca.cer", &d, e);

    der_free(&d);
    return rc;
}

/* The newest list is laid out, whichever order is answered again. */
static int lay_out_newest(struct authority *a, struct err *e) {
    struct journal_row row = {0};
    int got = journal_newest_crl(a->journal, &row, e);

    if (got == 1) {
        got = complete(a, &row, e);
        if (got == 0) {
            got = lay_out(a, &row, e);
        }
    }
    journal_row_free(&row);
    return got;
}

/* ---- orders -------------------------------------------------------------- */

static int find_or_enter(struct authority *a, const struct order *o,
                         bool never, usec_t now, struct journal_row *row,
                         struct err *e) {
    struct buf content;
    int got;

    order_text(o, &content);
    got = content.overflow ? err_set(e, ERR_INPUT, "the order is too long")
                           : journal_find(a->journal, o->id, row, e);
    if (got == 1 && strcmp(row->content, content.data) != 0) {
        got = err_set(e, ERR_DENIED, "order %s was given before, and said "
                      "something else", o->id);
    } else if (got == 0 &&
               (got = never ? enter_never(a, o, content.data, now, e)
                            : enter(a, o, content.data, now, e)) >= 0) {
        got = got == 1
                  ? journal_find_revocation(a->journal, o->serial, row, e)
                  : journal_find(a->journal, o->id, row, e);
        if (got == 0) {
            got = err_set(e, ERR_BUG, "order %s is not in the journal", o->id);
        }
    }
    buf_free(&content);
    return got == 1 ? 0 : -1;
}

/* Before the first order, or when the engine has said which journal it knows:
 * what a crash left is finished, and what readers see is the newest. */
static int settle(struct authority *a, struct err *e) {
    if (a->denied) {
        return err_set(e, ERR_SETUP, "%s", denied_text);
    }
    if (!a->settled) {
        a->settled = complete_all(a, e) == 0 && lay_out_newest(a, e) == 0 &&
                     publish_certificate(a, e) == 0;
    }
    return a->settled ? 0 : -1;
}

static int carry_out(struct authority *a, const struct order *o, bool never,
                     usec_t now, struct journal_row *row,
                     struct order_answer *answer, struct err *e) {
    if (order_check_clock(&a->gate, now, e) != 0 || settle(a, e) != 0 ||
        find_or_enter(a, o, never, now, row, e) != 0) {
        return -1;
    }
    if (row->kind == ENTRY_NEVER) {
        answer->never = true;
        return err_set(e, ERR_DENIED, "order %s was given up: it is never "
                       "carried out", o->id);
    }
    if (complete(a, row, e) != 0) {
        return -1;
    }
    text_copy(answer->serial, sizeof answer->serial, row->serial);
    if (row->kind == ENTRY_REVOKE) {
        answer->revoked_at = row->at;
        return 0;
    }
    if (row->result.size > sizeof answer->certificate) {
        return err_set(e, ERR_BUG, "a certificate of %zu bytes",
                       row->result.size);
    }
    memcpy(answer->certificate, row->result.data, row->result.size);
    answer->certificate_size = row->result.size;
    answer->not_before = row->at;
    answer->not_after = row->until;
    return 0;
}

/* The list that did it, while it is one; later the newest, which says it too:
 * an answer that came too late to be believed would never be. */
static int list_of(struct authority *a, struct journal_row *row, usec_t now,
                   struct err *e) {
    struct journal_row newest = {0};
    int got;

    if (lay_out_newest(a, e) != 0 || authority_renew(a, now, e) != 0) {
        return -1;
    }
    if (row->until > now) {
        return 0;
    }
    got = journal_newest_crl(a->journal, &newest, e);
    if (got == 1) {
        der_free(&row->result);
        row->result = newest.result;
        newest.result = (struct der){0};
    }
    journal_row_free(&newest);
    return got == 1 ? 0 : -1;
}

void authority_carry_out(struct authority *a, const struct order *o,
                         bool never, usec_t now,
                         struct order_answer *answer_r, uint8_t **crl_r,
                         size_t *crl_size_r) {
    struct journal_row row = {0};
    struct err e = ERR_INIT;
    bool given_up;
    int rc;

    *crl_r = NULL;
    *crl_size_r = 0;
    *answer_r = (struct order_answer){0};
    rc = carry_out(a, o, never, now, &row, answer_r, &e);
    if (rc == 0 && row.kind == ENTRY_REVOKE) {
        rc = list_of(a, &row, now, &e);
    }
    if (rc == 0 && row.kind == ENTRY_REVOKE) {
        *crl_r = row.result.data;
        *crl_size_r = row.result.size;
        row.result = (struct der){0};
    }
    if (rc != 0) {
        given_up = answer_r->never;
        *answer_r = (struct order_answer){.error = e.kind,
                                          .never = given_up};
        text_copy(answer_r->text, sizeof answer_r->text, e.text);
    }
    answer_r->done = rc == 0;
    text_copy(answer_r->id, sizeof answer_r->id, o->id);
    journal_row_free(&row);
}

/* ---- the CRL's own time -------------------------------------------------- */

int authority_renew(struct authority *a, usec_t now, struct err *e) {
    char id[32];
    struct entry n = {.id = id, .content = "", .casefile = "",
                      .applicant = "", .profile = "", .serial = "",
                      .at = now - now % USEC_PER_SEC};
    int rc;

    if (settle(a, e) != 0) {
        return -1;
    }
    if (a->crl_expires - now > CRL_RENEW) {
        return 0;
    }
    /* No order can have this id: wire/orders.c lets no "/" pass. */
    snprintf(id, sizeof id, "/crl/%lld",
             (long long)journal_crl_number(a->journal) + 1);
    if (order_check_clock(&a->gate, now, e) != 0 || check_room(a, e) != 0) {
        return -1;
    }
    rc = build_crl(a, &n, e);
    if (rc == 0) {
        rc = journal_add(a->journal, &n, e);
    }
    der_free(&n.tbs);
    return rc == 0 ? lay_out_newest(a, e) : -1;
}

/* ---- life ---------------------------------------------------------------- */

/* What we may not even look for may be there. */
static bool may_exist(const char *dir, const char *name) {
    char *path = xasprintf("%s/%s", dir, name);
    bool absent = access(path, F_OK) != 0 &&
                  (errno == ENOENT || errno == ENOTDIR);

    free(path);
    return !absent;
}

bool authority_exists(const char *dir) {
    return may_exist(dir, "ca.key") || may_exist(dir, "ca.pem");
}

int authority_open(const struct authority_settings *s, usec_t now,
                   struct authority **a_r, struct err *e) {
    struct authority *a = xcalloc(1, sizeof *a);

    a->dir = xstrdup(s->dir);
    a->publish = s->publish != NULL ? xstrdup(s->publish) : NULL;
    a->crl_url = s->crl_url != NULL ? xstrdup(s->crl_url) : NULL;
    a->test_mark = s->legal_basis == NULL || s->legal_basis[0] == '\0';
    if (signer_load(s->dir, s->passphrase, &a->signer, e) != 0 ||
        signer_usable(&a->signer, now, e) != 0 ||
        journal_open(s->dir, &a->signer, &a->journal, e) != 0) {
        authority_close(&a);
        return -1;
    }
    a->gate = (struct order_gate){.journal = a->journal,
                                  .signer = &a->signer,
                                  .daily_cap = s->daily_cap};
    a->denied = may_exist(s->dir, "denied");
    *a_r = a;
    return 0;
}

void authority_close(struct authority **a) {
    if (*a == NULL) {
        return;
    }
    journal_close(&(*a)->journal);
    signer_free(&(*a)->signer);
    free((*a)->dir);
    free((*a)->publish);
    free((*a)->crl_url);
    free(*a);
    *a = NULL;
}

bool authority_is_broken(const struct authority *a) {
    return journal_is_broken(a->journal);
}

bool authority_lost_key(const struct authority *a) {
    return a->signer.lost;
}

int authority_meet(struct authority *a, const struct ca_mark *known,
                   struct err *e) {
    static const char text[] = "The engine remembers another journal.\n";
    const struct der note = {(uint8_t *)(uintptr_t)text, sizeof text - 1};
    char *path;
    int got;

    if (known->count == 0 && digest_is_zero(&known->head)) {
        return 0;
    }
    got = journal_has_mark(a->journal, known, e);
    if (got == 0 && !a->denied) {
        a->denied = true;
        return crl_publish(a->dir, "denied", &note, e);
    }
    if (got == 1 && a->denied) {
        a->denied = false;
        path = xasprintf("%s/denied", a->dir);
        if (unlink(path) != 0 && errno != ENOENT) {
            got = err_set(e, ERR_SETUP, "%s: %s", path, strerror(errno));
        }
        free(path);
    }
    return got < 0 ? -1 : 0;
}

bool authority_is_denied(const struct authority *a) {
    return a->denied;
}

static void say(const struct authority *a, usec_t now, struct ca_state *s) {
    struct err e = ERR_INIT;

    s->denied = a->denied;
    s->ready = !a->denied && order_check_clock(&a->gate, now, &e) == 0;
    text_copy(s->text, sizeof s->text,
              a->denied      ? denied_text
              : !s->ready    ? e.text
              : a->test_mark ? "ready (UJI - tidak berkekuatan hukum)"
                             : "ready");
}

void authority_state(struct authority *a, const struct ca_mark *known,
                     usec_t now, struct ca_state *state_r) {
    struct der d = certificate_of(a);
    struct err e = ERR_INIT;

    *state_r = (struct ca_state){.crl_expires = a->crl_expires,
                                 .end = journal_end(a->journal)};
    say(a, now, state_r);
    if (state_r->ready &&
        journal_list_since(a->journal, known, state_r, &e) != 0) {
        state_r->ready = false;
        text_copy(state_r->text, sizeof state_r->text, e.text);
    }
    if (d.size <= sizeof state_r->certificate) {
        memcpy(state_r->certificate, d.data, d.size);
        state_r->certificate_size = d.size;
    }
    der_free(&d);
}
