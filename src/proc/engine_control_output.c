/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The outputs of a case (PKL-13): what they are called, their digests, and
 * their bytes for `loketctl case save`.
 *
 * Whoever asks is root or the office itself, and yet no live question is
 * handed out: a letter that asks, and an answer that quotes it, are withheld
 * while their token is open.
 */
#include "proc/engine_control_record.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPEN_QUESTION                                                          \
    "it carries a question that is still open; it can be saved once that is "  \
    "answered or void"

static struct output *add(struct record *r, const char *what,
                          const struct digest *sha256, size_t size_max,
                          const char *name, ...)
    __attribute__((format(printf, 5, 6)));

static struct output *add(struct record *r, const char *what,
                          const struct digest *sha256, size_t size_max,
                          const char *name, ...) {
    struct output *x;
    va_list more;

    r->outputs =
        xreallocarray(r->outputs, r->output_count + 1, sizeof *r->outputs);
    x = &r->outputs[r->output_count++];
    *x = (struct output){
        .what = what, .sha256 = *sha256, .size_max = size_max, .withheld = ""};
    va_start(more, name);
    vsnprintf(x->file, sizeof x->file, name, more);
    va_end(more);
    return x;
}

/* ---- what is withheld --------------------------------------------------- */

static bool is_open(const struct token *t) {
    return t->used == 0 && t->voided == 0;
}

static bool asks(const struct record *r, const struct outbox_row *letter) {
    for (size_t i = 0; i < r->token_count; i++) {
        if (is_open(&r->tokens[i]) &&
            strcmp(r->tokens[i].message_id, letter->message_id) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_of_the_asked(const struct engine *en, const struct record *r,
                            const struct mail_row *mail) {
    const struct officer *officer =
        people_find(&en->settings->people, mail->from);

    for (size_t i = 0; i < r->token_count && officer != NULL; i++) {
        if (is_open(&r->tokens[i]) &&
            strcmp(r->tokens[i].person, officer->id) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- the list ----------------------------------------------------------- */

static bool has_mail(const struct record *r, const struct mail_row *mail) {
    for (size_t i = 0; i < r->output_count; i++) {
        if (strcmp(r->outputs[i].what, "mail") == 0 &&
            digest_equal(&r->outputs[i].sha256, &mail->sha256)) {
            return true;
        }
    }
    return false;
}

/* Letters received are those that the events of the case name. */
static void list_mails(struct engine *en, struct record *r) {
    for (size_t i = 0; i < r->event_count; i++) {
        struct mail_row row;
        int found = 0;

        if (r->events[i].mail_id != 0) {
            MUST(found = mail_get(en->store, r->events[i].mail_id, &row,
                                  &store_error));
        }
        if (found != 1 || digest_is_zero(&row.sha256) || has_mail(r, &row)) {
            continue;
        }
        struct output *x = add(r, "mail", &row.sha256, LIMIT_MAIL,
                               "received-mail-%lld.eml", (long long)row.id);
        if (is_of_the_asked(en, r, &row)) {
            x->withheld = OPEN_QUESTION;
        }
    }
}

/* The ending of the name it came with, where that is a usual one; a stranger's
 * name itself never becomes one of a file. */
static const char *ending_of(const struct case_document *d) {
    static const char *const usual[] = {"pdf",  "jpg", "jpeg", "png", "tif",
                                        "tiff", "csr", "pem",  "der", "req",
                                        "p10",  "txt", "crt",  "cer"};
    const char *dot = strrchr(d->name, '.');

    for (size_t i = 0; dot != NULL && i < sizeof usual / sizeof usual[0]; i++) {
        if (text_equal_ci(dot + 1, usual[i])) {
            return usual[i];
        }
    }
    return d->kind == DOCUMENT_PDF   ? "pdf"
           : d->kind == DOCUMENT_CSR ? "csr"
                                     : "bin";
}

static void list_papers(struct record *r) {
    const struct casefile *c = &r->casefile;

    for (size_t i = 0; i < c->document_count; i++) {
        const struct case_document *d = &c->documents[i];

        add(r, "paper", &d->sha256, LIMIT_MAIL, "paper-%zu-%s-r%u.%s", i + 1,
            paper_name(d->paper), d->revision, ending_of(d));
    }
}

static const char *form_of(const char *bytes, size_t size) {
    static const char pem[] = "-----BEGIN";

    return size >= sizeof pem - 1 && memcmp(bytes, pem, sizeof pem - 1) == 0
               ? "pem"
               : "der";
}

static void list_old_certificate(struct engine *en, struct record *r) {
    struct err e = ERR_INIT;
    struct digest sha256;
    char *bytes;
    size_t size;

    if (!r->has_certificate ||
        registry_certificate_bytes(en->store, r->certificate.id, &bytes, &size,
                                   &e) != 0) {
        return;
    }
    sha256 = digest_of(bytes, size);
    add(r, "old-certificate", &sha256, LIMIT_CERTIFICATE, "certificate-old.%s",
        form_of(bytes, size))
        ->is_registered = true;
    free(bytes);
}

static void list_results(struct engine *en, struct record *r) {
    const struct order_row *revoke = &r->orders[ORDER_REVOKE];
    const struct order_row *issue = &r->orders[ORDER_ISSUE];
    struct err e = ERR_INIT;
    const char *form = "der";
    char *bytes;
    size_t size;

    if (r->has_order[ORDER_REVOKE] && !digest_is_zero(&revoke->crl)) {
        add(r, "crl", &revoke->crl, LIMIT_CRL, "revocation-list.crl");
    }
    if (r->has_order[ORDER_ISSUE] && !digest_is_zero(&issue->certificate)) {
        if (blob_read(en->store, &issue->certificate, LIMIT_CERTIFICATE, &bytes,
                      &size, &e) == 0) {
            form = form_of(bytes, size);
            free(bytes);
        }
        add(r, "new-certificate", &issue->certificate, LIMIT_CERTIFICATE,
            "certificate-new.%s", form);
    }
}

static void list_letters(struct record *r) {
    for (size_t i = 0; i < r->letter_count; i++) {
        const struct outbox_row *l = &r->letters[i];
        struct output *x =
            add(r, "letter", &l->blob, LIMIT_LETTER_MAIL, "sent-%zu-%s.eml",
                i + 1, letter_kind_name(l->letter));

        if (asks(r, l)) {
            x->withheld = OPEN_QUESTION;
        }
    }
}

void output_gather(struct engine *en, struct record *r) {
    list_mails(en, r);
    list_papers(r);
    list_old_certificate(en, r);
    list_results(en, r);
    list_letters(r);
}

/* ---- the bytes ---------------------------------------------------------- */

static int read_output(struct engine *en, const struct record *r,
                       const struct output *x, char **bytes_r, size_t *size_r,
                       struct err *e) {
    struct digest now;

    if (x->is_registered
            ? registry_certificate_bytes(en->store, r->certificate.id, bytes_r,
                                         size_r, e) != 0
            : blob_read(en->store, &x->sha256, x->size_max, bytes_r, size_r,
                        e) != 0) {
        return -1;
    }
    now = digest_of(*bytes_r, *size_r);
    if (!digest_equal(&now, &x->sha256)) {
        free(*bytes_r);
        return err_set(e, ERR_SETUP,
                       "its bytes are not what was stored: run "
                       "`loketctl fsck` and look at the disk");
    }
    return 0;
}

static void audit_output(struct client *c, const struct record *r,
                         const struct output *x) {
    char subject[LIMIT_CASE_NUMBER + 8];

    snprintf(subject, sizeof subject, "case=%s", r->casefile.number);
    MUST(store_begin(c->en->store, &store_error));
    MUST(audit_add(c->en->store, clock_now(), c->who, "save", subject, x->file,
                   &store_error));
    MUST(store_commit(c->en->store, &store_error));
}

static void hand_out(struct client *c, const struct record *r,
                     const struct output *x) {
    Loket__Answer reply = LOKET__ANSWER__INIT;
    Loket__Frame frame = FRAME_OF(ANSWER, answer, &reply);
    struct err e = ERR_INIT;
    char *bytes;
    size_t size;
    int fd;

    if (x->withheld[0] != '\0') {
        control_refuse(c, x->withheld);
        return;
    }
    if (read_output(c->en, r, x, &bytes, &size, &e) != 0) {
        control_refuse(c, e.text);
        return;
    }
    fd = io_memfd("output", bytes, size, &e);
    free(bytes);
    if (fd < 0) {
        control_refuse(c, e.text);
        return;
    }
    audit_output(c, r, x);
    reply.ok = true;
    link_send(&c->link, &frame, &fd, 1);
}

void output_answer(struct client *c, const Loket__Command *m,
                   struct received *in) {
    struct record *r = record_of_word(c, m);
    const struct output *x = NULL;

    (void)in;
    if (r == NULL) {
        return;
    }
    for (size_t i = 0; i < r->output_count; i++) {
        if (strcmp(r->outputs[i].file, m->words[3]) == 0) {
            x = &r->outputs[i];
        }
    }
    if (x == NULL) {
        control_refuse(c, "the case has no such output");
    } else {
        hand_out(c, r, x);
    }
    record_free(&r);
}
