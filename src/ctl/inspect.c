/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loketctl inspect: a mail through gate and parsers, seen by a person.  Plays
 * loketd (starts the parsers) and the engine (gives orders, answers questions
 * for keys from a file, reads facts with the suspicion of wire/facts.c), one
 * mail after the other, waiting.  Itself it never looks into a mail's bytes.
 */
#include "ctl/inspect.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/mem.h"
#include "config/blacklist.h"
#include "config/dkimkeys.h"
#include "ctl/inspect_json.h"
#include "ctl/parsers.h"
#include "model/mail.h"
#include "wire/channel.h"
#include "wire/facts.h"

#include <fcntl.h>
#include <getopt.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    EXIT_DONE = 0,
    EXIT_NO = 1,
    EXIT_USAGE = 100,
    EXIT_SYSTEM = 111,
    /* Longer than a child lives. */
    PATIENCE_MS = (LIMIT_CHILD_WALL_SEC + 5) * 1000
};

struct inspection {
    struct dkim_keys *keys;
    bool has_keys;
    struct blacklist *weak;
    const char *office;
    size_t relaxed_count;
    char *relaxed[LIMIT_WORDS];
    size_t banner_count;
    char *banners[LIMIT_BANNERS];
    struct parser mail, document;
};

/* What became of one mail. */
struct result {
    struct mail_facts *facts;
    bool has_identity, has_facts, examined;
    int fds[LIMIT_ATTACHMENTS];
    char trouble[ERR_TEXT_MAX]; /* why the parser failed */
};

/* An order with what this command knows of the office. */
static struct channel *give_order(struct inspection *i, struct parser *p,
                                  Loket__Examine__Object object, int memfd,
                                  struct err *e) {
    Loket__Examine m = LOKET__EXAMINE__INIT;
    int weak = -1;

    m.object = object;
    m.relaxed = i->relaxed;
    m.n_relaxed = i->relaxed_count;
    m.own_address = (char *)i->office;
    m.banners = i->banners;
    m.n_banners = i->banner_count;
    if (object == LOKET__EXAMINE__OBJECT__MAIL && i->weak->keys.count > 0) {
        weak = blacklist_memfd(i->weak, e);
        if (weak < 0) {
            io_close(&memfd);
            return NULL;
        }
    }
    return parser_order(p, &m, memfd, weak, e);
}

/* ---- what the children say ----------------------------------------------- */

static int answer_keys(struct inspection *i, struct channel *ch,
                       const Loket__KeysWanted *wanted, struct err *e) {
    Loket__Resolved answers[LIMIT_DKIM_SIGNATURES];
    Loket__Resolved *list[LIMIT_DKIM_SIGNATURES];
    char *records[LIMIT_DKIM_SIGNATURES];
    Loket__Keys keys = LOKET__KEYS__INIT;
    Loket__Frame frame = FRAME_OF(KEYS, keys, &keys);

    if (wanted->n_names > LIMIT_DKIM_SIGNATURES) {
        return err_set(e, ERR_INPUT, "asks for too many keys");
    }
    for (size_t k = 0; k < wanted->n_names; k++) {
        loket__resolved__init(&answers[k]);
        answers[k].name = wanted->names[k];
        /* Without a file nobody was asked. */
        answers[k].outcome = i->has_keys
                                 ? LOKET__RESOLVED__OUTCOME__NOT_FOUND
                                 : LOKET__RESOLVED__OUTCOME__FAILED;
        records[k] = (char *)dkim_keys_find(i->keys, wanted->names[k]);
        if (records[k] != NULL) {
            answers[k].outcome = LOKET__RESOLVED__OUTCOME__FOUND;
            answers[k].n_records = 1;
            answers[k].records = &records[k];
        }
        list[k] = &answers[k];
    }
    keys.n_answers = wanted->n_names;
    keys.answers = list;
    return channel_send_wait(ch, &frame, NULL, 0, PATIENCE_MS, e);
}

/* The bytes must be those that the facts speak of. */
static int check_bytes(int fd, const struct attachment *a, struct err *e) {
    struct digest d;
    const char *data;
    size_t size;

    if (io_map_memfd(fd, LIMIT_MAIL, &data, &size, e) != 0) {
        return -1;
    }
    d = digest_of(data, size);
    io_unmap(data, size);
    return size == a->size && digest_equal(&d, &a->sha256)
               ? 0
               : err_set(e, ERR_INPUT, "attachment: its bytes do not fit");
}

static int take_attachment(struct result *r, struct received *in,
                           struct err *e) {
    struct mail_facts *f = r->facts;
    size_t n = f->attachment_count;
    int fd = received_take_fd(in, 0);

    if (n == LIMIT_ATTACHMENTS) {
        io_close(&fd);
        return err_set(e, ERR_INPUT, "more attachments than allowed");
    }
    if (attachment_read(in->frame->attachment, &f->attachments[n], e) != 0 ||
        check_bytes(fd, &f->attachments[n], e) != 0) {
        io_close(&fd);
        return -1;
    }
    r->fds[n] = fd;
    f->attachment_count++;
    return 0;
}

/* One frame of the mail's child, in the order that loket.proto gives. */
static int take_mail_frame(struct inspection *i, struct channel *ch,
                           struct result *r, struct received *in,
                           struct err *e) {
    const Loket__Frame *f = in->frame;
    struct mail_identity *id = &r->facts->identity;

    if (f->kind_case == LOKET__FRAME__KIND_KEYS_WANTED && !r->has_identity) {
        return answer_keys(i, ch, f->keys_wanted, e);
    }
    if (f->kind_case == LOKET__FRAME__KIND_IDENTITY && !r->has_identity) {
        r->has_identity = identity_read(f->identity, id, e) == 0;
        return r->has_identity ? 0 : -1;
    }
    if (f->kind_case == LOKET__FRAME__KIND_EXAMINED && r->has_identity &&
        (r->has_facts || id->gate != GATE_PASS)) {
        r->examined = true;
        return 0;
    }
    if (!r->has_identity || id->gate != GATE_PASS || r->has_facts) {
        return err_set(e, ERR_INPUT, "unexpected frame %d", (int)f->kind_case);
    }
    if (f->kind_case == LOKET__FRAME__KIND_ATTACHMENT) {
        return take_attachment(r, in, e);
    }
    if (f->kind_case == LOKET__FRAME__KIND_FACTS) {
        r->has_facts = facts_read(f->facts, r->facts, e) == 0;
        return r->has_facts ? 0 : -1;
    }
    return err_set(e, ERR_INPUT, "unexpected frame %d", (int)f->kind_case);
}

/* Listens to the child until it has said Examined.  0, or -1 with the reason
 * in *e. */
static int examine_mail(struct inspection *i, const char *raw, size_t size,
                        struct result *r, struct err *e) {
    struct channel *ch =
        give_order(i, &i->mail, LOKET__EXAMINE__OBJECT__MAIL,
                   io_memfd("mail", raw, size, e), e);
    int rc = ch == NULL ? -1 : 0;

    while (rc == 0 && !r->examined) {
        struct received in;
        int got = channel_receive_wait(ch, &in, PATIENCE_MS, e);

        if (got == 0) {
            err_set(e, ERR_AGAIN, "out of time");
        }
        rc = got > 0 ? take_mail_frame(i, ch, r, &in, e) : -1;
        if (got > 0) {
            received_free(&in);
        }
    }
    channel_free(&ch);
    return rc;
}

/* Both frames of a document's child: Pdf and Examined. */
static int take_pdf(struct channel *ch, struct pdf_facts *pdf, struct err *e) {
    static const Loket__Frame__KindCase order[] = {
        LOKET__FRAME__KIND_PDF, LOKET__FRAME__KIND_EXAMINED};

    for (size_t n = 0; n < sizeof order / sizeof order[0]; n++) {
        struct received in;
        int rc;

        if (channel_receive_wait(ch, &in, PATIENCE_MS, e) != 1) {
            return -1;
        }
        rc = in.frame->kind_case == order[n] ? 0 : -1;
        if (rc == 0 && order[n] == LOKET__FRAME__KIND_PDF) {
            rc = pdf_read(in.frame->pdf, pdf, e);
        }
        received_free(&in);
        if (rc != 0) {
            return -1;
        }
    }
    return 0;
}

/* A PDF to its own child.  When that fails it stays unexamined: to be read by
 * eye (V106). */
static void examine_pdf(struct inspection *i, struct document *d, int fd) {
    struct err e = ERR_INIT;
    struct channel *ch =
        give_order(i, &i->document, LOKET__EXAMINE__OBJECT__DOCUMENT,
                   fcntl(fd, F_DUPFD_CLOEXEC, 10), &e);

    if (ch == NULL) {
        return;
    }
    d->pdf = xcalloc(1, sizeof *d->pdf);
    d->examined = take_pdf(ch, d->pdf, &e) == 0;
    if (!d->examined) {
        free(d->pdf);
        d->pdf = NULL;
    }
    channel_free(&ch);
}

/* What a mail's child says of the signatures in it; nobody is trusted here. */
static int take_signatures(struct channel *ch, struct pdf_facts *pdf,
                           struct err *e) {
    while (!pdf->signatures_checked) {
        struct received in;
        int rc = -1;

        if (channel_receive_wait(ch, &in, PATIENCE_MS, e) != 1) {
            return -1;
        }
        if (in.frame->kind_case == LOKET__FRAME__KIND_EXAMINED) {
            pdf->signatures_checked = true;
            rc = 0;
        } else if (in.frame->kind_case == LOKET__FRAME__KIND_PDF_SIGNATURE &&
                   pdf->signature_count < LIMIT_PDF_SIGNATURES) {
            rc = signature_read(in.frame->pdf_signature,
                                &pdf->signatures[pdf->signature_count++], e);
        }
        received_free(&in);
        if (rc != 0) {
            return -1;
        }
    }
    return 0;
}

static void examine_signatures(struct inspection *i, struct pdf_facts *pdf,
                               int fd) {
    struct err e = ERR_INIT;
    struct channel *ch =
        give_order(i, &i->mail, LOKET__EXAMINE__OBJECT__SIGNATURES,
                   fcntl(fd, F_DUPFD_CLOEXEC, 10), &e);

    if (ch != NULL && take_signatures(ch, pdf, &e) != 0) {
        pdf->signature_count = 0;
    }
    channel_free(&ch);
}

/* ---- one file ------------------------------------------------------------ */

static void print_result(const char *file, const char *verdict,
                         const char *detail, const struct result *r,
                         bool one_line) {
    json_t *o = inspect_json(file, verdict, detail, r->facts, r->has_identity,
                             r->has_facts);

    /* Escaped to ASCII: a terminal shows it and obeys none of it (V111). */
    json_dumpf(o, stdout,
               JSON_ENSURE_ASCII |
                   (one_line ? JSON_COMPACT : JSON_INDENT(2)));
    putchar('\n');
    json_decref(o);
}

static int read_mail(const char *file, char **raw, size_t *size,
                     struct err *e) {
    return strcmp(file, "-") == 0
               ? io_read_fd(STDIN_FILENO, LIMIT_MAIL, raw, size, e)
               : io_read_file(file, LIMIT_MAIL, raw, size, e);
}

static int examine_all(struct inspection *i, const char *raw, size_t size,
                       struct result *r, struct err *e) {
    if (examine_mail(i, raw, size, r, e) != 0) {
        return -1;
    }
    for (size_t n = 0; n < r->facts->attachment_count; n++) {
        struct document *d = &r->facts->attachments[n].document;

        if (d->kind == DOCUMENT_PDF) {
            examine_pdf(i, d, r->fds[n]);
        }
        if (d->kind == DOCUMENT_PDF && d->pdf != NULL &&
            d->pdf->signature_marks > 0) {
            examine_signatures(i, d->pdf, r->fds[n]);
        }
    }
    return 0;
}

static int inspect_file(struct inspection *i, const char *file,
                        bool one_line) {
    struct result r = {.facts = mail_facts_new()};
    const struct mail_identity *id = &r.facts->identity;
    struct err e = ERR_INIT;
    char *raw = NULL;
    size_t size;
    int rc = EXIT_DONE;

    if (read_mail(file, &raw, &size, &e) != 0) {
        if (e.kind == ERR_INPUT) { /* V102: no parser ever sees it */
            print_result(file, gate_verdict_name(GATE_SIZE), e.text, &r,
                         one_line);
        } else {
            fprintf(stderr, "loketctl: %s\n", e.text);
            rc = EXIT_NO;
        }
    } else if (examine_all(i, raw, size, &r, &e) == 0) {
        print_result(file, gate_verdict_name(id->gate), id->gate_detail, &r,
                     one_line);
    } else if (e.kind == ERR_SETUP) {
        fprintf(stderr, "loketctl: %s\n", e.text);
        rc = EXIT_SYSTEM;
    } else {
        r.has_facts = false; /* half an answer is none */
        print_result(file, "parser-failed", e.text, &r, one_line);
    }
    for (size_t n = 0; n < r.facts->attachment_count; n++) {
        io_close(&r.fds[n]);
    }
    mail_facts_free(&r.facts);
    free(raw);
    return rc;
}

/* ---- the command --------------------------------------------------------- */

static void help(FILE *out) {
    fputs(
        "Usage: loketctl inspect [OPTION]... FILE.eml...\n"
        "Shows what gate and parsers make of a mail, as JSON; needs no running "
        "Loket.\nSeveral files give one object a line; - is the standard "
        "input.\n\n"
        "  --keys FILE       DKIM keys, as in loket.conf's dkim.keys_file:\n"
        "                    SELECTOR._domainkey.DOMAIN TXT-RECORD\n"
        "  --office ADDRESS  the office's own address\n"
        "  --relaxed DOMAIN  relaxed DKIM alignment for this domain "
        "(repeatable)\n"
        "  --blacklist DIR   weak keys, as in loket.conf's csr.blacklist\n"
        "  --banner PATTERN  what a gateway writes above or below, as in\n"
        "                    loket.conf's mailbox.banners (repeatable)\n"
        "  --help            this text\n\n"
        "The programs are taken from " LOKET_LIBEXECDIR ",\nor from the "
        "folder that LOKET_LIBEXEC names.  Started by root, they run as "
        "nobody.\nExit status: 0 done, whatever the verdict; 1 a file cannot "
        "be read; 100 wrong\nuse; 111 the parsers cannot be started.\n",
        out);
}

/* EXIT_DONE, or how to end; -1 = go on. */
static int read_options(struct inspection *i, int argc, char **argv) {
    static const struct option options[] = {
        {"keys", required_argument, NULL, 'k'},
        {"office", required_argument, NULL, 'o'},
        {"relaxed", required_argument, NULL, 'r'},
        {"blacklist", required_argument, NULL, 'b'},
        {"banner", required_argument, NULL, 'g'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    const char *blacklist = "";
    struct err e = ERR_INIT;
    int c;

    optind = 1;
    while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (c == 'k') {
            dkim_keys_free(&i->keys);
            if (dkim_keys_load(optarg, &i->keys, &e) != 0) {
                fprintf(stderr, "loketctl: %s\n", e.text);
                return EXIT_NO;
            }
            i->has_keys = true;
        } else if (c == 'o') {
            i->office = optarg;
        } else if (c == 'b') {
            blacklist = optarg;
        } else if (c == 'r' && i->relaxed_count < LIMIT_WORDS) {
            i->relaxed[i->relaxed_count++] = optarg;
        } else if (c == 'g' && i->banner_count < LIMIT_BANNERS) {
            i->banners[i->banner_count++] = optarg;
        } else {
            help(c == 'h' ? stdout : stderr);
            return c == 'h' ? EXIT_DONE : EXIT_USAGE;
        }
    }
    if (optind == argc) {
        help(stderr);
        return EXIT_USAGE;
    }
    if (blacklist_load(BLACKLIST_SHIPPED, blacklist, &i->weak, &e) != 0) {
        fprintf(stderr, "loketctl: %s\n", e.text);
        return EXIT_NO;
    }
    return -1;
}

int ctl_inspect(int argc, char **argv) {
    struct inspection i = {.office = "",
                           .mail = {.file = "loket-parser"},
                           .document = {.file = "loket-parser-document"}};
    int rc = read_options(&i, argc, argv);

    if (rc < 0) {
        bool several = argc - optind > 1;

        rc = EXIT_DONE;
        signal(SIGPIPE, SIG_IGN);
        for (int n = optind; n < argc && rc != EXIT_SYSTEM; n++) {
            int one = inspect_file(&i, argv[n], several);

            rc = one > rc ? one : rc;
        }
    }
    parser_stop(&i.mail);
    parser_stop(&i.document);
    dkim_keys_free(&i.keys);
    blacklist_free(&i.weak);
    if (fflush(stdout) != 0) {
        rc = EXIT_SYSTEM;
    }
    return rc;
}
