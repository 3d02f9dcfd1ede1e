/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parser path over many mails: gate, DKIM, MIME, own words, requests, and
 * the PDFs in them.
 *
 *   parsing one FOLDER KEYS                in this process, one after another
 *   parsing children FOLDER KEYS LIBEXEC N as Loket does: a child of
 *                                          loket-parser for each mail and of
 *                                          loket-parser-document for each PDF,
 *                                          N of them at the same time
 *
 * FOLDER has *.eml, KEYS are pinned DKIM keys (config/dkimkeys.h).  Prints one
 * JSON object; `peak_kb` is the largest process of the parsers, children
 * included.  Called by tests/bench/parsing.py.
 */
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/dkimkeys.h"
#include "ctl/parsers.h"
#include "document/document.h"
#include "message/message.h"
#include "message/secret.h"
#include "wire/channel.h"
#include "wire/facts.h"

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { JOBS_MAX = 16, START_MS = 20 * 1000 };

struct file {
    char *data;
    size_t size;
};

/* What was found: both ways must find the same. */
struct found {
    size_t passed, signed_mails, attachments, requests, pdfs, with_text, dead;
};

struct bench {
    size_t count, bytes;
    struct file *list;
    struct dkim_keys *keys;
    struct found found;
};

static _Noreturn void die(const char *what, const char *why) {
    fprintf(stderr, "parsing: %s: %s\n", what, why);
    exit(1);
}

static bool is_mail(const char *name) {
    size_t n = strlen(name);

    return n > 4 && strcmp(name + n - 4, ".eml") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void load(struct bench *b, const char *folder, const char *keys) {
    struct dirent **names;
    struct err e = ERR_INIT;
    int n = scandir(folder, &names, NULL, by_name);

    if (n < 0) {
        die(folder, "cannot be opened");
    }
    for (int i = 0; i < n; i++) {
        char *path = xasprintf("%s/%s", folder, names[i]->d_name);

        if (is_mail(names[i]->d_name)) {
            b->list = xreallocarray(b->list, b->count + 1, sizeof *b->list);
            if (io_read_file(path, LIMIT_MAIL, &b->list[b->count].data,
                             &b->list[b->count].size, &e) != 0) {
                die(path, e.text);
            }
            b->bytes += b->list[b->count++].size;
        }
        free(path);
        free(names[i]);
    }
    free(names);
    if (dkim_keys_load(keys, &b->keys, &e) != 0) {
        die(keys, e.text);
    }
}

static void unload(struct bench *b) {
    for (size_t i = 0; i < b->count; i++) {
        free(b->list[i].data);
    }
    free(b->list);
    dkim_keys_free(&b->keys);
}

static double cpu_sec(const struct rusage *r) {
    return (double)(r->ru_utime.tv_sec + r->ru_stime.tv_sec) +
           (double)(r->ru_utime.tv_usec + r->ru_stime.tv_usec) / 1e6;
}

/* Of this process and of those that it waited for: on a machine that has other
 * work, too, it says more than the time that passed. */
static double cpu_used(void) {
    struct rusage self, children;

    getrusage(RUSAGE_SELF, &self);
    getrusage(RUSAGE_CHILDREN, &children);
    return cpu_sec(&self) + cpu_sec(&children);
}

static void report(const struct bench *b, const char *step, usec_t began,
                   double cpu_began) {
    double sec = (double)(clock_monotonic() - began) / 1e6;
    const struct found *f = &b->found;
    struct rusage children;

    getrusage(RUSAGE_CHILDREN, &children);
    printf("{\"step\": \"%s\", \"count\": %zu, \"bytes\": %zu, \"sec\": %.6f, "
           "\"cpu_sec\": %.6f, \"passed\": %zu, \"signed\": %zu, "
           "\"attachments\": %zu, \"requests\": %zu, \"pdfs\": %zu, \"with_text\": %zu, "
           "\"dead\": %zu, \"peak_kb\": %ld}\n",
           step, b->count, b->bytes, sec, cpu_used() - cpu_began, f->passed,
           f->signed_mails, f->attachments, f->requests, f->pdfs, f->with_text, f->dead,
           children.ru_maxrss);
}

static void count_identity(struct found *f, const struct mail_identity *id) {
    f->passed += id->gate == GATE_PASS;
    f->signed_mails += id->level == LEVEL_DKIM;
}

/* ---- in one process ------------------------------------------------------ */

static int find_keys(void *user, struct dkim_key *keys, size_t count) {
    struct bench *b = user;

    for (size_t i = 0; i < count; i++) {
        const char *record = dkim_keys_find(b->keys, keys[i].name);

        keys[i].outcome = record == NULL ? KEY_NOT_FOUND : KEY_FOUND;
        if (record != NULL &&
            !text_copy(keys[i].record, sizeof keys[i].record, record)) {
            keys[i].outcome = KEY_FAILED;
        }
    }
    return 0;
}

static int on_attachment(void *user, struct attachment *a, const void *bytes,
                         struct err *e) {
    static const struct weak_keys none;
    static struct pdf_facts pdf;
    struct bench *b = user;
    struct document *d = &a->document;
    size_t size = (size_t)a->size;

    (void)e;
    b->found.attachments++;
    /* As proc/parser_mail.c does. */
    d->kind = document_classify(bytes, size);
    if (private_key_in(bytes, size)) {
        d->kind = DOCUMENT_PRIVATE_KEY;
    } else if (d->kind == DOCUMENT_CSR && secret_in_text(bytes, size)) {
        d->kind = DOCUMENT_TEXT;
    }
    switch (d->kind) {
    case DOCUMENT_CSR:
        csr_examine(bytes, size, &key_policy_usual, &none, &d->csr);
        b->found.requests++;
        break;
    case DOCUMENT_CERTIFICATE:
        certificate_examine(bytes, size, &d->certificate);
        break;
    case DOCUMENT_IMAGE:
        image_examine(bytes, size, &d->image);
        break;
    case DOCUMENT_PDF:
        pdf_examine(bytes, size, clock_now(), &pdf);
        b->found.pdfs++;
        b->found.with_text += pdf.text[0] != '\0';
        break;
    default:
        break;
    }
    return 0;
}

static int run_one(struct bench *b) {
    const struct message_options options = {.own_address = "",
                                            .keys = find_keys,
                                            .keys_user = b};
    double cpu_began;
    usec_t began;

    message_warm_up();
    document_warm_up();
    pdf_warm_up();
    began = clock_monotonic();
    cpu_began = cpu_used();
    for (size_t i = 0; i < b->count; i++) {
        struct mail_facts *facts = mail_facts_new();
        struct err e = ERR_INIT;

        message_identify(b->list[i].data, b->list[i].size, &options,
                         &facts->identity);
        count_identity(&b->found, &facts->identity);
        if (facts->identity.gate == GATE_PASS &&
            message_read(b->list[i].data, b->list[i].size, &options,
                         on_attachment, b, facts, &e) != 0) {
            b->found.dead++;
        }
        mail_facts_free(&facts);
    }
    report(b, "one", began, cpu_began);
    return 0;
}

/* ---- in children --------------------------------------------------------- */

struct job {
    struct channel *ch; /* NULL = free */
    struct mail_facts *facts;
    size_t pdf_count, pdf_next;
    int pdfs[LIMIT_ATTACHMENTS];
    bool done; /* the child has said Examined */
    bool in_mail;
};

struct fleet {
    struct bench *b;
    struct parser mail, document;
    struct job jobs[JOBS_MAX];
    size_t count, next, running;
};

static struct channel *give(struct parser *p, Loket__Examine__Object object,
                            int fd) {
    Loket__Examine m = LOKET__EXAMINE__INIT;
    struct err e = ERR_INIT;
    struct channel *ch;

    m.object = object;
    ch = parser_order(p, &m, fd, -1, &e);
    if (ch == NULL) {
        die("a parser", e.text);
    }
    return ch;
}

static void start_mail(struct fleet *f, struct job *j) {
    const struct file *file = &f->b->list[f->next++];
    struct err e = ERR_INIT;

    *j = (struct job){.facts = mail_facts_new(), .in_mail = true};
    j->ch = give(&f->mail, LOKET__EXAMINE__OBJECT__MAIL,
                 io_memfd("mail", file->data, file->size, &e));
    f->running++;
}

static void end_job(struct fleet *f, struct job *j) {
    for (; j->pdf_next < j->pdf_count; j->pdf_next++) {
        close(j->pdfs[j->pdf_next]);
    }
    mail_facts_free(&j->facts);
    f->running--;
    j->ch = NULL;
}

/* The child is gone: the next PDF, or the next mail. */
static void go_on(struct fleet *f, struct job *j) {
    f->b->found.dead += !j->done;
    channel_free(&j->ch);
    j->in_mail = false;
    if (j->pdf_next < j->pdf_count) {
        j->done = false;
        j->ch = give(&f->document, LOKET__EXAMINE__OBJECT__DOCUMENT,
                     j->pdfs[j->pdf_next++]);
        return;
    }
    end_job(f, j);
    if (f->next < f->b->count) {
        start_mail(f, j);
    }
}

static void send_keys(struct fleet *f, struct job *j,
                      const Loket__KeysWanted *wanted) {
    Loket__Resolved answers[LIMIT_DKIM_SIGNATURES];
    Loket__Resolved *list[LIMIT_DKIM_SIGNATURES];
    char *records[LIMIT_DKIM_SIGNATURES];
    Loket__Keys keys = LOKET__KEYS__INIT;
    Loket__Frame frame = FRAME_OF(KEYS, keys, &keys);
    struct err e = ERR_INIT;

    for (; keys.n_answers < wanted->n_names &&
           keys.n_answers < LIMIT_DKIM_SIGNATURES;
         keys.n_answers++) {
        size_t i = keys.n_answers;

        loket__resolved__init(&answers[i]);
        answers[i].name = wanted->names[i];
        answers[i].outcome = LOKET__RESOLVED__OUTCOME__NOT_FOUND;
        records[i] = (char *)dkim_keys_find(f->b->keys, wanted->names[i]);
        if (records[i] != NULL) {
            answers[i].outcome = LOKET__RESOLVED__OUTCOME__FOUND;
            answers[i].n_records = 1;
            answers[i].records = &records[i];
        }
        list[i] = &answers[i];
    }
    keys.answers = list;
    channel_send_wait(j->ch, &frame, NULL, 0, START_MS, &e);
}

static void take_attachment(struct fleet *f, struct job *j,
                            struct received *in) {
    struct attachment a;
    struct err e = ERR_INIT;
    int fd = received_take_fd(in, 0);

    if (attachment_read(in->frame->attachment, &a, &e) != 0) {
        die("attachment", e.text);
    }
    f->b->found.attachments++;
    f->b->found.requests += a.document.kind == DOCUMENT_CSR;
    if (a.document.kind == DOCUMENT_PDF && j->pdf_count < LIMIT_ATTACHMENTS) {
        j->pdfs[j->pdf_count++] = fd;
    } else {
        close(fd);
    }
}

static void take_frame(struct fleet *f, struct job *j, struct received *in) {
    static struct pdf_facts pdf;
    const Loket__Frame *frame = in->frame;
    struct mail_identity id;
    struct err e = ERR_INIT;
    int rc = 0;

    switch (frame->kind_case) {
    case LOKET__FRAME__KIND_KEYS_WANTED:
        send_keys(f, j, frame->keys_wanted);
        break;
    case LOKET__FRAME__KIND_IDENTITY:
        rc = identity_read(frame->identity, &id, &e);
        count_identity(&f->b->found, &id);
        break;
    case LOKET__FRAME__KIND_ATTACHMENT:
        take_attachment(f, j, in);
        break;
    case LOKET__FRAME__KIND_FACTS:
        rc = facts_read(frame->facts, j->facts, &e);
        break;
    case LOKET__FRAME__KIND_PDF:
        rc = pdf_read(frame->pdf, &pdf, &e);
        f->b->found.pdfs++;
        f->b->found.with_text += pdf.text[0] != '\0';
        break;
    case LOKET__FRAME__KIND_EXAMINED:
        j->done = true;
        break;
    default:
        die("a child", "sent what nobody asked for");
    }
    if (rc != 0) {
        die("a child", e.text);
    }
}

static void serve(struct fleet *f, struct job *j) {
    struct err e = ERR_INIT;
    struct received in;
    int got = channel_receive(j->ch, &in, &e);

    if (got > 0) {
        take_frame(f, j, &in);
        received_free(&in);
    }
    if (got < 0 || j->done) {
        go_on(f, j);
    }
}

/* The parsers are started before the mails are loaded: what forks is small. */
static int run_children(struct bench *b, const char *folder, const char *keys,
                        size_t count) {
    struct fleet f = {.b = b, .mail = {.file = "loket-parser"},
                      .document = {.file = "loket-parser-document"},
                      .count = count < JOBS_MAX ? count : JOBS_MAX};
    struct pollfd fds[JOBS_MAX];
    struct err e = ERR_INIT;
    double cpu_began;
    usec_t began;

    if (parser_start(&f.mail, &e) != 0 || parser_start(&f.document, &e) != 0) {
        die("a parser", e.text);
    }
    load(b, folder, keys);
    began = clock_monotonic();
    cpu_began = cpu_used();
    for (size_t i = 0; i < f.count && f.next < b->count; i++) {
        start_mail(&f, &f.jobs[i]);
    }
    while (f.running > 0) {
        for (size_t i = 0; i < f.count; i++) {
            fds[i] = (struct pollfd){
                .fd = f.jobs[i].ch == NULL ? -1 : channel_fd(f.jobs[i].ch),
                .events = POLLIN};
        }
        if (poll(fds, f.count, -1) < 0) {
            die("poll", "failed");
        }
        for (size_t i = 0; i < f.count; i++) {
            if (fds[i].revents != 0) {
                serve(&f, &f.jobs[i]);
            }
        }
    }
    parser_stop(&f.mail);
    parser_stop(&f.document);
    report(b, "children", began, cpu_began);
    return 0;
}

int main(int argc, char **argv) {
    struct bench b = {0};
    int rc = 1;

    if (argc == 4 && strcmp(argv[1], "one") == 0) {
        load(&b, argv[2], argv[3]);
        rc = run_one(&b);
    } else if (argc == 6 && strcmp(argv[1], "children") == 0) {
        setenv("LOKET_LIBEXEC", argv[4], 1);
        rc = run_children(&b, argv[2], argv[3],
                          (size_t)strtoul(argv[5], NULL, 10));
    } else {
        fputs("usage: parsing one FOLDER KEYS\n"
              "       parsing children FOLDER KEYS LIBEXEC N\n", stderr);
        return 100;
    }
    unload(&b);
    return rc;
}
