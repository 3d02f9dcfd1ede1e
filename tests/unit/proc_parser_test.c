/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parser programs over their channels: order of frames, and what a dying,
 * hanging or flooded child does to the others (V079, I18).  Runs the programs
 * of the build folder; as root it gives them the user nobody.
 */
#include "wire/facts.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "pki_help.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOBODY = 65534, WAIT_MS = 10000, SIGNED_WAIT_MS = 9000 };

struct program {
    pid_t pid;
    struct channel *parent, *engine;
};

/* ---- starting and asking ------------------------------------------------- */

static struct program start(const char *file) {
    const char *builddir = getenv("builddir");
    struct program p = {0};
    struct err e = ERR_INIT;
    struct received in;
    char path[1024];
    int parent[2], engine[2];

    snprintf(path, sizeof path, "%s/%s", builddir == NULL ? "." : builddir,
             file);
    assert_int_equal(channel_pair(parent, &e), 0);
    assert_int_equal(channel_pair(engine, &e), 0);
    p.pid = fork();
    assert_true(p.pid >= 0);
    if (p.pid == 0) {
        /* Opened before the rights go: nobody may be unable to walk there. */
        int self = open(path, O_RDONLY | O_CLOEXEC);
        char *const argv[] = {(char *)(uintptr_t)file, NULL};
        int a = fcntl(parent[1], F_DUPFD_CLOEXEC, 20);
        int b = fcntl(engine[1], F_DUPFD_CLOEXEC, 20);

        if (geteuid() == 0 && (setgroups(0, NULL) != 0 ||
                               setgid(NOBODY) != 0 || setuid(NOBODY) != 0)) {
            _exit(111);
        }
        dup2(a, 3);
        dup2(b, 4);
        self = dup3(self, 5, O_CLOEXEC);
        close_range(6, ~0U, 0);
        fexecve(self, argv, environ);
        _exit(111);
    }
    close(parent[1]);
    close(engine[1]);
    p.parent = channel_new(parent[0]);
    p.engine = channel_new(engine[0]);
    assert_int_equal(channel_receive_wait(p.parent, &in, WAIT_MS, &e), 1);
    assert_int_equal(in.frame->kind_case, LOKET__FRAME__KIND_READY);
    received_free(&in);
    return p;
}

/* Waits for its end, at most so long; the exit status, -1 = still there. */
static int ended(pid_t pid, int wait_ms) {
    int status;

    for (int ms = 0; ms < wait_ms; ms += 10) {
        if (waitpid(pid, &status, WNOHANG) == pid) {
            return WIFEXITED(status) ? WEXITSTATUS(status)
                                     : 1000 + WTERMSIG(status);
        }
        usleep(10000);
    }
    return -1;
}

static void stop(struct program *p) {
    Loket__Stop stop = LOKET__STOP__INIT;
    Loket__Frame frame = FRAME_OF(STOP, stop, &stop);
    struct err e = ERR_INIT;

    assert_int_equal(channel_send(p->parent, &frame, NULL, 0, &e), 0);
    assert_int_equal(ended(p->pid, WAIT_MS), 0);
    channel_free(&p->parent);
    channel_free(&p->engine);
}

/* Sends an order with the channel and these descriptors. */
static struct channel *order_fds(struct program *p, Loket__Examine *m,
                                 const int *memfds, size_t count) {
    Loket__Frame frame = FRAME_OF(EXAMINE, examine, m);
    struct err e = ERR_INIT;
    int pair[2], fds[LIMIT_FRAME_FDS];

    assert_int_equal(channel_pair(pair, &e), 0);
    fds[0] = pair[1];
    memcpy(fds + 1, memfds, count * sizeof fds[0]);
    assert_int_equal(
        channel_send_wait(p->engine, &frame, fds, count + 1, WAIT_MS, &e), 0);
    return channel_new(pair[0]);
}

static struct channel *order_fd(struct program *p, int object, int memfd) {
    Loket__Examine m = LOKET__EXAMINE__INIT;

    m.object = (Loket__Examine__Object)object;
    return order_fds(p, &m, &memfd, 1);
}

static struct channel *order(struct program *p, int object, const char *bytes,
                             size_t size) {
    struct err e = ERR_INIT;
    int fd = io_memfd("object", bytes, size, &e);

    assert_true(fd >= 0);
    return order_fd(p, object, fd);
}

static struct channel *order_mail(struct program *p, const char *mail) {
    return order(p, LOKET__EXAMINE__OBJECT__MAIL, mail, strlen(mail));
}

/* The kinds of the frames up to the end, as letters; frees the channel. */
static void collect(struct channel *ch, char *kinds, size_t room) {
    static const struct {
        Loket__Frame__KindCase kind;
        char letter;
    } letters[] = {
        {LOKET__FRAME__KIND_IDENTITY, 'I'},
        {LOKET__FRAME__KIND_KEYS_WANTED, 'K'},
        {LOKET__FRAME__KIND_ATTACHMENT, 'A'},
        {LOKET__FRAME__KIND_FACTS, 'F'},
        {LOKET__FRAME__KIND_PDF, 'P'},
        {LOKET__FRAME__KIND_IMAGE, 'G'},
        {LOKET__FRAME__KIND_CERTIFICATE, 'C'},
        {LOKET__FRAME__KIND_CRL, 'L'},
        {LOKET__FRAME__KIND_EXAMINED, 'E'},
    };
    struct received in;
    struct err e = ERR_INIT;
    size_t n = 0;
    int got;

    while ((got = channel_receive_wait(ch, &in, SIGNED_WAIT_MS, &e)) == 1) {
        char letter = '?';

        for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
            if (letters[i].kind == in.frame->kind_case) {
                letter = letters[i].letter;
            }
        }
        assert_true(n + 1 < room);
        kinds[n++] = letter;
        received_free(&in);
    }
    kinds[n] = '\0';
    assert_int_not_equal(got, 0); /* it closed, it did not hang */
    channel_free(&ch);
}

static void assert_frames(struct channel *ch, const char *wanted) {
    char kinds[64];

    collect(ch, kinds, sizeof kinds);
    assert_string_equal(kinds, wanted);
}

/* The first child of a process at this moment, 0 if it has none. */
static pid_t child_now(pid_t parent) {
    char path[64];
    int child = 0;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent,
             (int)parent);
    f = fopen(path, "re");
    if (f != NULL) {
        if (fscanf(f, "%d", &child) != 1) {
            child = 0;
        }
        fclose(f);
    }
    return child;
}

/* The first child of a process, 0 if there is none after a while. */
static pid_t child_of(pid_t parent) {
    pid_t child = 0;

    for (int i = 0; i < 500 && (child = child_now(parent)) == 0; i++) {
        usleep(10000);
    }
    return child;
}

/* A child that has answered is still there until it is reaped: the next one
 * must not be taken for it. */
static void wait_childless(pid_t parent) {
    for (int i = 0; i < 500 && child_now(parent) != 0; i++) {
        usleep(10000);
    }
}

/* ---- mails --------------------------------------------------------------- */

#define HEAD                                                                  \
    "From: Siti <siti@kota.go.id>\r\n"                                        \
    "To: office@lab.test\r\n"                                                 \
    "Subject: Permohonan\r\n"                                                 \
    "Date: Fri, 20 Nov 2026 10:15:00 +0700\r\n"                               \
    "Message-ID: <a1@kota.go.id>\r\n"

static const char simple[] = HEAD "\r\nHalo\r\n";

static const char two_parts[] = HEAD
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=b1\r\n\r\n"
    "--b1\r\nContent-Type: text/plain\r\n\r\nHalo\r\n"
    "--b1\r\nContent-Type: application/octet-stream; name=x.bin\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\nSGVsbG8h\r\n"
    "--b1\r\nContent-Type: application/pdf; name=s.pdf\r\n\r\n"
    "%PDF-1.4 no more\r\n--b1--\r\n";

static const char two_froms[] = "From: a@b.id\r\n" HEAD "\r\nHalo\r\n";

/* Makes the child ask for a key, and wait. */
static const char signed_mail[] =
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=kota.go.id;\r\n"
    " s=s1; h=From:Subject:Date:Message-ID:To;\r\n"
    " bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\r\n"
    " b=dzdVyOfAKCdLXdJOc9G2q8LoXSlEniSbav+yuU4zGeeruD00lszZVoG4ZHRNiYzR\r\n"
    HEAD "\r\nHalo\r\n";

/* A child that has asked for its key and waits for it. */
static struct channel *order_waiting(struct program *p, pid_t *child_r) {
    struct channel *ch;
    struct received in;
    struct err e = ERR_INIT;

    wait_childless(p->pid);
    ch = order_mail(p, signed_mail);
    assert_int_equal(channel_receive_wait(ch, &in, WAIT_MS, &e), 1);
    assert_int_equal(in.frame->kind_case, LOKET__FRAME__KIND_KEYS_WANTED);
    assert_int_equal(in.frame->keys_wanted->n_names, 1);
    assert_string_equal(in.frame->keys_wanted->names[0],
                        "s1._domainkey.kota.go.id");
    received_free(&in);
    *child_r = child_of(p->pid);
    assert_true(*child_r > 0);
    return ch;
}

static void send_no_keys(struct channel *ch) {
    Loket__Resolved answer = LOKET__RESOLVED__INIT;
    Loket__Resolved *list[] = {&answer};
    Loket__Keys keys = LOKET__KEYS__INIT;
    Loket__Frame frame = FRAME_OF(KEYS, keys, &keys);
    struct err e = ERR_INIT;

    answer.name = (char *)"s1._domainkey.kota.go.id";
    answer.outcome = LOKET__RESOLVED__OUTCOME__NOT_FOUND;
    keys.n_answers = 1;
    keys.answers = list;
    assert_int_equal(channel_send(ch, &frame, NULL, 0, &e), 0);
}

static void assert_ready_again(struct program *p) {
    struct received in;
    struct err e = ERR_INIT;

    assert_int_equal(channel_receive_wait(p->parent, &in, WAIT_MS, &e), 1);
    assert_int_equal(in.frame->kind_case, LOKET__FRAME__KIND_READY);
    received_free(&in);
}

/* ---- the tests ----------------------------------------------------------- */

static struct program mail_parser;
/* A child stopped at the very start: its end is looked at in the last test. */
static struct program hung_parser;
static struct channel *hung_channel;
static usec_t hung_since;

static int start_all(void **state) {
    pid_t child;

    (void)state;
    mail_parser = start("loket-parser");
    hung_parser = start("loket-parser");
    hung_channel = order_waiting(&hung_parser, &child);
    kill(child, SIGSTOP);
    hung_since = clock_monotonic();
    return 0;
}

static int stop_all(void **state) {
    (void)state;
    stop(&mail_parser);
    stop(&hung_parser);
    return 0;
}

static void frames_come_in_their_order(void **state) {
    (void)state;
    assert_frames(order_mail(&mail_parser, simple), "IFE");
    assert_frames(order_mail(&mail_parser, two_parts), "IAAFE");
}

static void a_mail_refused_by_the_gate_is_not_read(void **state) {
    struct channel *ch = order_mail(&mail_parser, two_froms);
    struct mail_identity id;
    struct received in;
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(channel_receive_wait(ch, &in, WAIT_MS, &e), 1);
    assert_int_equal(identity_read(in.frame->identity, &id, &e), 0);
    assert_int_equal(id.gate, GATE_MULTI_FROM);
    received_free(&in);
    assert_frames(ch, "E");
    assert_frames(order_mail(&mail_parser, ""), "IE");
}

/* Keys are asked for once, before anything is said of the mail. */
static void keys_are_asked_for_before_identity(void **state) {
    pid_t child;
    struct channel *ch = order_waiting(&mail_parser, &child);

    (void)state;
    send_no_keys(ch);
    assert_frames(ch, "IFE");
}

/* Nobody answers: the child goes on alone, with a sender not authenticated. */
static void a_silent_resolver_costs_only_the_level(void **state) {
    pid_t child;
    struct channel *ch = order_waiting(&mail_parser, &child);
    usec_t start = clock_monotonic();
    struct mail_identity id;
    struct received in;
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(channel_receive_wait(ch, &in, SIGNED_WAIT_MS, &e), 1);
    assert_true(clock_monotonic() - start >
                (LIMIT_DKIM_WAIT_SEC - 1) * USEC_PER_SEC);
    assert_int_equal(identity_read(in.frame->identity, &id, &e), 0);
    assert_int_equal(id.level, LEVEL_NONE);
    received_free(&in);
    assert_frames(ch, "FE");
}

/* V079: killed, crashed; the orders behind it are lost by nobody. */
static void a_dead_child_costs_its_own_mail_only(void **state) {
    static const int signals[] = {SIGKILL, SIGSEGV, SIGABRT};

    (void)state;
    for (size_t s = 0; s < sizeof signals / sizeof signals[0]; s++) {
        pid_t child;
        struct channel *dying = order_waiting(&mail_parser, &child);
        struct channel *later[20];

        kill(child, signals[s]);
        for (size_t i = 0; i < 20; i++) {
            later[i] = order_mail(&mail_parser, simple);
        }
        assert_frames(dying, "");
        for (size_t i = 0; i < 20; i++) {
            assert_frames(later[i], "IFE");
        }
        /* It has started itself anew, under the same number. */
        assert_ready_again(&mail_parser);
        assert_int_equal(kill(mail_parser.pid, 0), 0);
    }
}

/* A parent with a child in hand does not start anew: that one finishes. */
static void starting_anew_waits_for_the_others(void **state) {
    pid_t first, again;
    struct channel *dying = order_waiting(&mail_parser, &first);
    struct channel *living = order_mail(&mail_parser, signed_mail), *next;
    struct received in;
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(channel_receive_wait(living, &in, WAIT_MS, &e), 1);
    received_free(&in);
    kill(first, SIGKILL);
    assert_frames(dying, "");
    next = order_mail(&mail_parser, simple);
    usleep(100000);
    again = child_of(mail_parser.pid);
    assert_true(again > 0 && again != first);
    send_no_keys(living);
    assert_frames(living, "IFE");
    assert_frames(next, "IFE");
    assert_ready_again(&mail_parser);
}

static void orders_that_make_no_sense_are_dropped(void **state) {
    Loket__Examine m = LOKET__EXAMINE__INIT;
    Loket__Frame frame = FRAME_OF(EXAMINE, examine, &m);
    struct err e = ERR_INIT;
    int file = open("/dev/zero", O_RDONLY | O_CLOEXEC);

    (void)state;
    /* No descriptors; an object of the other parser; one nobody knows; bytes
     * that are no sealed memfd; a certificate larger than any. */
    assert_int_equal(channel_send(mail_parser.engine, &frame, NULL, 0, &e), 0);
    assert_frames(order(&mail_parser, LOKET__EXAMINE__OBJECT__DOCUMENT, "x",
                        1), "");
    assert_frames(order(&mail_parser, 77, "x", 1), "");
    assert_frames(order_fd(&mail_parser, LOKET__EXAMINE__OBJECT__MAIL, file),
                  "");
    {
        char *big = xcalloc(1, 2 * LIMIT_CERTIFICATE + 1);

        assert_frames(order(&mail_parser, LOKET__EXAMINE__OBJECT__CERTIFICATE,
                            big, 2 * LIMIT_CERTIFICATE + 1), "");
        free(big);
    }
    assert_frames(order_mail(&mail_parser, simple), "IFE");
}

static void a_certificate_is_no_mail(void **state) {
    (void)state;
    assert_frames(order(&mail_parser, LOKET__EXAMINE__OBJECT__CERTIFICATE,
                        "rubbish", 7), "CE");
}

/* ---- evidence ------------------------------------------------------------ */

static int memfd_of(const struct bytes *b) {
    struct err e = ERR_INIT;
    int fd = io_memfd("evidence", b->data, b->size, &e);

    assert_true(fd >= 0);
    return fd;
}

/* Evidence with the certificates of its issuer (NULL = none). */
static struct channel *order_evidence(int object, const struct bytes *b,
                                      const struct bytes *issuers,
                                      const char *serial, usec_t now) {
    Loket__Examine m = LOKET__EXAMINE__INIT;
    int fds[2] = {memfd_of(b), -1};

    m.object = (Loket__Examine__Object)object;
    m.serial = (char *)(uintptr_t)serial;
    m.now = now;
    if (issuers != NULL) {
        fds[1] = memfd_of(issuers);
    }
    return order_fds(&mail_parser, &m, fds, issuers == NULL ? 1 : 2);
}

static struct crl_facts crl_answer(const struct bytes *crl,
                                   const struct bytes *issuers,
                                   const char *serial, usec_t now) {
    struct channel *ch = order_evidence(LOKET__EXAMINE__OBJECT__CRL, crl,
                                        issuers, serial, now);
    struct received in;
    struct err e = ERR_INIT;
    struct crl_facts facts;

    assert_int_equal(channel_receive_wait(ch, &in, WAIT_MS, &e), 1);
    assert_int_equal(in.frame->kind_case, LOKET__FRAME__KIND_CRL);
    assert_int_equal(crl_read(in.frame->crl, &facts, &e), 0);
    received_free(&in);
    assert_frames(ch, "E");
    return facts;
}

/* What is asked, of whom and when, comes in with the order. */
static void a_crl_is_read_with_its_issuer(void **state) {
    static const struct pki_list plain = {.others = 5};
    struct pki_ca ca = pki_ca("CA Uji", NULL, "critical,cRLSign"),
                  other = pki_ca("CA Lain", NULL, "critical,cRLSign");
    struct bytes crl = pki_crl(&plain, ca.x, ca.key);
    struct bytes issuer = pki_pem(ca.x, NULL, NULL);
    struct bytes stranger = pki_pem(other.x, NULL, NULL);
    struct bytes rubbish = {.data = (unsigned char *)"rubbish", .size = 7};
    struct crl_facts f = crl_answer(&crl, &issuer, "1A2B", PKI_NOW);

    (void)state;
    assert_true(f.valid && f.listed);
    assert_int_equal(f.reason, 4);
    assert_string_equal(f.issuer, "CN=CA Uji,O=Kota Pekalongan");
    f = crl_answer(&crl, &issuer, "1A2C", PKI_NOW);
    assert_true(f.valid && !f.listed);
    f = crl_answer(&crl, &issuer, "1A2B", PKI_NOW + 30 * 86400 * USEC_PER_SEC);
    assert_string_equal(f.trouble,
                        "stale: nextUpdate was 2026-11-28T00:00:00Z");
    f = crl_answer(&crl, &stranger, "1A2B", PKI_NOW);
    assert_false(f.valid);
    f = crl_answer(&rubbish, &issuer, "1A2B", PKI_NOW);
    assert_false(f.valid);
    f = crl_answer(&crl, &rubbish, "1A2B", PKI_NOW);
    assert_string_equal(f.trouble, "the configured issuer cannot be read");
    bytes_free(&crl);
    bytes_free(&issuer);
    bytes_free(&stranger);
    pki_ca_free(&ca);
    pki_ca_free(&other);
}

/* A list as large as any: within the child's memory and time. */
static void the_largest_crl_fits_into_a_child(void **state) {
    static const struct pki_list full = {.others = 235000};
    struct pki_ca ca = pki_ca("CA Uji", NULL, "critical,cRLSign");
    struct bytes crl = pki_crl(&full, ca.x, ca.key);
    struct bytes issuer = pki_pem(ca.x, NULL, NULL);
    usec_t begun = clock_monotonic();
    struct crl_facts f;

    (void)state;
    assert_in_range(crl.size, LIMIT_CRL * 9 / 10, LIMIT_CRL);
    f = crl_answer(&crl, &issuer, "1A2B", PKI_NOW);
    print_message("%zu entries, %zu bytes: %lld ms\n", full.others + 1,
                  crl.size,
                  (long long)((clock_monotonic() - begun) / 1000));
    assert_string_equal(f.trouble, "");
    assert_true(f.listed);
    f = crl_answer(&crl, &issuer, "500000000000FFFF", PKI_NOW);
    assert_true(f.listed);
    bytes_free(&crl);
    bytes_free(&issuer);
    pki_ca_free(&ca);
}

static void a_certificate_is_checked_where_an_issuer_came(void **state) {
    static const struct pki_wish plain;
    struct pki_ca ca = pki_ca("CA Uji", NULL, "critical,keyCertSign");
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *leaf = pki_certificate(&plain, key, ca.x, ca.key);
    struct bytes issuer = pki_pem(ca.x, NULL, NULL), der = pki_der(leaf);

    (void)state;
    for (int with = 0; with < 2; with++) {
        struct channel *ch = order_evidence(
            LOKET__EXAMINE__OBJECT__CERTIFICATE, &der,
            with == 1 ? &issuer : NULL, "", PKI_NOW);
        struct certificate_facts f;
        struct received in;
        struct err e = ERR_INIT;

        assert_int_equal(channel_receive_wait(ch, &in, WAIT_MS, &e), 1);
        assert_int_equal(in.frame->kind_case, LOKET__FRAME__KIND_CERTIFICATE);
        assert_int_equal(certificate_read(in.frame->certificate, &f, &e), 0);
        received_free(&in);
        assert_frames(ch, "E");
        assert_true(f.valid);
        assert_int_equal(f.checked, with);
        assert_int_equal(f.trusted, with);
        assert_string_equal(f.trouble, "");
        assert_string_equal(f.organisation, "Kota Pekalongan");
    }
    X509_free(leaf);
    EVP_PKEY_free(key);
    bytes_free(&issuer);
    bytes_free(&der);
    pki_ca_free(&ca);
}

static void evidence_without_its_issuer_is_dropped(void **state) {
    static const struct pki_list plain;
    struct pki_ca ca = pki_ca("CA Uji", NULL, "critical,cRLSign");
    struct bytes crl = pki_crl(&plain, ca.x, ca.key);
    struct bytes issuer = pki_pem(ca.x, NULL, NULL);
    struct bytes huge = {.data = calloc(1, LIMIT_CRL + 1),
                         .size = LIMIT_CRL + 1};
    struct bytes many = {.data = calloc(1, LIMIT_ISSUERS + 1),
                         .size = LIMIT_ISSUERS + 1};
    Loket__Examine m = LOKET__EXAMINE__INIT;
    int fds[3];

    (void)state;
    assert_frames(order_evidence(LOKET__EXAMINE__OBJECT__CRL, &crl, NULL,
                                 "1A2B", PKI_NOW), "");
    /* Nothing comes with two. */
    m.object = LOKET__EXAMINE__OBJECT__CRL;
    m.serial = (char *)"1A2B";
    fds[0] = memfd_of(&crl);
    fds[1] = memfd_of(&issuer);
    fds[2] = memfd_of(&issuer);
    assert_frames(order_fds(&mail_parser, &m, fds, 3), "");
    /* Not sealed, or larger than any. */
    fds[0] = memfd_of(&crl);
    fds[1] = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    assert_frames(order_fds(&mail_parser, &m, fds, 2), "");
    assert_frames(order_evidence(LOKET__EXAMINE__OBJECT__CRL, &huge, &issuer,
                                 "1A2B", PKI_NOW), "");
    assert_frames(order_evidence(LOKET__EXAMINE__OBJECT__CRL, &crl, &many,
                                 "1A2B", PKI_NOW), "");
    assert_frames(order_evidence(LOKET__EXAMINE__OBJECT__CRL, &crl, &issuer,
                                 "1A2B", PKI_NOW), "LE");
    bytes_free(&crl);
    bytes_free(&issuer);
    bytes_free(&huge);
    bytes_free(&many);
    pki_ca_free(&ca);
}

/* ---- tokens -------------------------------------------------------------- */

/* The wire gives each token what the identity said, and no more. */
static void tokens_come_with_the_facts(void **state) {
    static const char mail[] =
        "From: Siti <siti@kota.go.id>\r\n"
        "To: office+lk00112233445566778899aabbccddeeff@lab.test\r\n"
        "Sender: sekretaris@kota.go.id\r\n"
        "Subject: Re: [lk00112233445566778899aabbccddeeff]\r\n"
        "\r\nSETUJU\r\n";
    Loket__Examine m = LOKET__EXAMINE__INIT;
    struct bytes b = {.data = (unsigned char *)(uintptr_t)mail,
                      .size = sizeof mail - 1};
    struct mail_facts *f = mail_facts_new();
    struct channel *ch;
    struct received in;
    struct err e = ERR_INIT;
    int fd = memfd_of(&b);

    (void)state;
    m.own_address = (char *)"office@lab.test";
    ch = order_fds(&mail_parser, &m, &fd, 1);
    assert_int_equal(channel_receive_wait(ch, &in, WAIT_MS, &e), 1);
    assert_int_equal(identity_read(in.frame->identity, &f->identity, &e), 0);
    received_free(&in);
    assert_true(f->identity.delegate);
    assert_int_equal(channel_receive_wait(ch, &in, WAIT_MS, &e), 1);
    assert_int_equal(facts_read(in.frame->facts, f, &e), 0);
    received_free(&in);
    assert_frames(ch, "E");
    assert_int_equal(f->token_count, 2);
    assert_int_equal(f->tokens[0].carrier, CARRIER_SUBJECT);
    assert_int_equal(f->tokens[1].carrier, CARRIER_RECIPIENT);
    assert_string_equal(f->tokens[1].text,
                        "lk00112233445566778899aabbccddeeff");
    assert_false(f->tokens[0].is_signed);
    mail_facts_free(&f);
}

/* More orders than children: all wait their turn, and no more than the limit
 * run (V125). */
static void children_are_bounded(void **state) {
    enum { ORDERS = LIMIT_PARSER_CHILDREN + 6 };
    struct channel *ch[ORDERS];
    char path[64], line[512] = "";
    size_t children = 0;
    FILE *f;

    (void)state;
    for (size_t i = 0; i < ORDERS; i++) {
        ch[i] = order_mail(&mail_parser, signed_mail);
    }
    usleep(300000);
    snprintf(path, sizeof path, "/proc/%d/task/%d/children",
             (int)mail_parser.pid, (int)mail_parser.pid);
    f = fopen(path, "re");
    assert_non_null(f);
    assert_non_null(fgets(line, sizeof line, f));
    fclose(f);
    for (const char *p = line; *p != '\0'; p++) {
        children += *p == ' ';
    }
    assert_int_equal(children, LIMIT_PARSER_CHILDREN);
    for (size_t i = 0; i < ORDERS; i++) {
        send_no_keys(ch[i]);
    }
    for (size_t i = 0; i < ORDERS; i++) {
        assert_frames(ch[i], "KIFE");
    }
}

/* The child writes to nobody: it ends, and the parent lives. */
static void an_engine_that_hangs_up_ends_the_child(void **state) {
    pid_t child;
    struct channel *ch = order_waiting(&mail_parser, &child);

    (void)state;
    channel_free(&ch);
    for (int i = 0; i < 500 && kill(child, 0) == 0; i++) {
        usleep(10000);
    }
    assert_int_equal(kill(child, 0), -1);
    assert_frames(order_mail(&mail_parser, simple), "IFE");
}

static void pings_are_answered_while_children_work(void **state) {
    pid_t child;
    struct channel *ch = order_waiting(&mail_parser, &child);
    Loket__Ping ping = LOKET__PING__INIT;
    Loket__Frame frame = FRAME_OF(PING, ping, &ping);
    struct received in;
    struct err e = ERR_INIT;

    (void)state;
    ping.number = 7;
    assert_int_equal(channel_send(mail_parser.parent, &frame, NULL, 0, &e), 0);
    assert_int_equal(channel_receive_wait(mail_parser.parent, &in, WAIT_MS,
                                          &e), 1);
    assert_int_equal(in.frame->kind_case, LOKET__FRAME__KIND_PONG);
    assert_int_equal(in.frame->pong->number, 7);
    received_free(&in);
    send_no_keys(ch);
    assert_frames(ch, "IFE");
}

static void stop_lets_the_child_finish(void **state) {
    struct program p = start("loket-parser");
    pid_t child;
    struct channel *ch = order_waiting(&p, &child);
    Loket__Stop stop_it = LOKET__STOP__INIT;
    Loket__Frame frame = FRAME_OF(STOP, stop, &stop_it);
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(channel_send(p.parent, &frame, NULL, 0, &e), 0);
    assert_int_equal(ended(p.pid, 300), -1);
    send_no_keys(ch);
    assert_frames(ch, "IFE");
    assert_int_equal(ended(p.pid, WAIT_MS), 0);
    channel_free(&p.parent);
    channel_free(&p.engine);
}

static void a_lost_engine_or_loketd_ends_the_parser(void **state) {
    struct program p = start("loket-parser");

    (void)state;
    channel_free(&p.engine);
    assert_int_equal(ended(p.pid, WAIT_MS), 75);
    channel_free(&p.parent);
    p = start("loket-parser");
    channel_free(&p.parent);
    assert_int_equal(ended(p.pid, WAIT_MS), 0);
    channel_free(&p.engine);
}

/* ---- documents ----------------------------------------------------------- */

static const char pdf[] =
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"
    "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    "/Contents 4 0 R>>endobj\n"
    "4 0 obj<</Length 62>>stream\n"
    "BT /F 12 Tf 50 700 Td (Siti, NIP 19850817 201001 1 003) Tj ET  \n"
    "endstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

static void a_pdf_is_read_in_a_parser_of_its_own(void **state) {
    struct program p = start("loket-parser-document");
    struct channel *ch = order(&p, LOKET__EXAMINE__OBJECT__DOCUMENT, pdf,
                               sizeof pdf - 1);
    struct pdf_facts *facts = xcalloc(1, sizeof *facts);
    struct received in;
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(channel_receive_wait(ch, &in, WAIT_MS, &e), 1);
    assert_int_equal(in.frame->kind_case, LOKET__FRAME__KIND_PDF);
    assert_int_equal(pdf_read(in.frame->pdf, facts, &e), 0);
    received_free(&in);
    assert_frames(ch, "E");
    assert_true(facts->readable);
    assert_int_equal(facts->pages, 1);
    assert_string_equal(facts->text, "Siti, NIP 19850817 201001 1 003");
    assert_int_equal(facts->id_count, 1);
    assert_true(facts->ids[0].plausible);
    /* A mail is not for this parser, a picture is. */
    assert_frames(order_mail(&p, simple), "");
    assert_frames(order(&p, LOKET__EXAMINE__OBJECT__DOCUMENT, "GIF89a\1\0\1\0",
                        10), "GE");
    free(facts);
    stop(&p);
}

/* The last test: the child that was stopped in the beginning. */
static void a_hanging_child_is_ended_in_time(void **state) {
    usec_t took;

    (void)state;
    for (;;) {
        struct received in;
        struct err e = ERR_INIT;

        if (channel_receive_wait(hung_channel, &in, 30000, &e) < 0) {
            break;
        }
        fail_msg("a stopped child spoke, or hung for ever");
    }
    took = clock_monotonic() - hung_since;
    channel_free(&hung_channel);
    assert_true(took > (LIMIT_CHILD_WALL_SEC - 1) * USEC_PER_SEC);
    assert_true(took < (LIMIT_CHILD_WALL_SEC + 5) * USEC_PER_SEC);
    assert_ready_again(&hung_parser);
    assert_frames(order_mail(&hung_parser, simple), "IFE");
}

/* A request for the only key on the list, which is no entry of ten bytes, one,
 * or another. */
static void v085_a_mail_comes_with_the_list_of_weak_keys(void **state) {
    static const char head[] =
        "From: Budi <budi@kota.test>\r\nTo: loket@kota.test\r\n"
        "Subject: CSR\r\nDate: Sat, 21 Nov 2026 09:00:00 +0700\r\n"
        "Message-ID: <v085@kota.test>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain\r\n\r\n";
    static const size_t sizes[] = {0, WEAK_KEY_SIZE, WEAK_KEY_SIZE,
                                   WEAK_KEY_SIZE + 1};
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509_REQ *r = X509_REQ_new();
    BIO *mail = BIO_new(BIO_s_mem());
    unsigned char *spki = NULL;
    char *text;
    long size;
    struct digest d;

    (void)state;
    X509_REQ_set_pubkey(r, key);
    X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(r), "CN",
                               MBSTRING_UTF8, (const unsigned char *)"Budi",
                               -1, -1, 0);
    X509_REQ_sign(r, key, EVP_sha256());
    size = i2d_PUBKEY(key, &spki);
    d = digest_of(spki, (size_t)size);
    BIO_puts(mail, head);
    PEM_write_bio_X509_REQ(mail, r);
    size = BIO_get_mem_data(mail, &text);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint8_t entry[WEAK_KEY_SIZE + 1] = {0};
        Loket__Examine m = LOKET__EXAMINE__INIT;
        struct err e = ERR_INIT;
        struct attachment a;
        struct channel *ch;
        struct received in;
        bool seen = false;
        int fds[2];

        if (i > 0) {
            memcpy(entry, d.bytes + sizeof d.bytes - WEAK_KEY_SIZE,
                   WEAK_KEY_SIZE);
        }
        if (i == 2) {
            entry[0] ^= 1;
        }
        fds[0] = io_memfd("mail", text, (size_t)size, &e);
        fds[1] = io_memfd("weak", entry, sizes[i], &e);
        ch = order_fds(&mail_parser, &m, fds, 2);
        while (channel_receive_wait(ch, &in, SIGNED_WAIT_MS, &e) == 1) {
            if (in.frame->kind_case == LOKET__FRAME__KIND_ATTACHMENT) {
                assert_int_equal(attachment_read(in.frame->attachment, &a, &e),
                                 0);
                assert_int_equal(a.document.kind, DOCUMENT_CSR);
                assert_int_equal(a.document.csr.faults,
                                 i == 1 ? CSR_BIT(CSR_WEAK_LISTED) : 0);
                seen = true;
            }
            received_free(&in);
        }
        /* Half an entry is none: nothing is said of such a mail. */
        assert_int_equal(seen, i != 3);
        channel_free(&ch);
    }
    OPENSSL_free(spki);
    BIO_free(mail);
    X509_REQ_free(r);
    EVP_PKEY_free(key);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_in_their_order),
        cmocka_unit_test(a_mail_refused_by_the_gate_is_not_read),
        cmocka_unit_test(keys_are_asked_for_before_identity),
        cmocka_unit_test(a_silent_resolver_costs_only_the_level),
        cmocka_unit_test(a_dead_child_costs_its_own_mail_only),
        cmocka_unit_test(starting_anew_waits_for_the_others),
        cmocka_unit_test(orders_that_make_no_sense_are_dropped),
        cmocka_unit_test(a_certificate_is_no_mail),
        cmocka_unit_test(a_crl_is_read_with_its_issuer),
        cmocka_unit_test(the_largest_crl_fits_into_a_child),
        cmocka_unit_test(a_certificate_is_checked_where_an_issuer_came),
        cmocka_unit_test(v085_a_mail_comes_with_the_list_of_weak_keys),
        cmocka_unit_test(evidence_without_its_issuer_is_dropped),
        cmocka_unit_test(tokens_come_with_the_facts),
        cmocka_unit_test(children_are_bounded),
        cmocka_unit_test(an_engine_that_hangs_up_ends_the_child),
        cmocka_unit_test(pings_are_answered_while_children_work),
        cmocka_unit_test(stop_lets_the_child_finish),
        cmocka_unit_test(a_lost_engine_or_loketd_ends_the_parser),
        cmocka_unit_test(a_pdf_is_read_in_a_parser_of_its_own),
        cmocka_unit_test(a_hanging_child_is_ended_in_time),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, start_all, stop_all);
}
