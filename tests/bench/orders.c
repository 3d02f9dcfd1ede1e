/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Orders a second, through loket-ca and beside it.
 *
 *   orders drive SOCKET COUNT          plays the engine: COUNT old
 *                                      certificates, then each revoked and
 *                                      issued anew, one order after the other
 *   orders issue DIR SECRET COUNT      the bare loop: check the key, make and
 *                                      sign the certificate
 *   orders pair DIR SECRET COUNT       the bare loop of a pair: before it the
 *                                      CRL, with all revocations so far
 *
 * The bare loops make the same calls of OpenSSL as loket-ca, by the same code
 * of src/ca, in one process: no journal, no file, no socket, no gate.
 *
 * Prints one JSON object.  Called by tests/bench/bench.py.
 */
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "ca/crl.h"
#include "ca/key.h"
#include "ca/load.h"
#include "ca/profile.h"
#include "wire/orders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { WAIT_MS = 60000 };

static struct err err;

static _Noreturn void die(const char *what) {
    fprintf(stderr, "orders: %s: %s\n", what, err.text);
    exit(1);
}

static void report(const char *step, size_t count, usec_t began) {
    double sec = (double)(clock_monotonic() - began) / 1e6;

    printf("{\"step\": \"%s\", \"count\": %zu, \"sec\": %.6f}\n", step, count,
           sec);
}

/* ---- orders --------------------------------------------------------------- */

static void put_new_key(struct order *o) {
    EVP_PKEY *key = EVP_EC_gen("P-256");
    uint8_t *p = o->spki;
    int size = key != NULL ? i2d_PUBKEY(key, NULL) : -1;

    if (size <= 0 || size > LIMIT_SPKI) {
        die("key");
    }
    o->spki_size = (size_t)i2d_PUBKEY(key, &p);
    EVP_PKEY_free(key);
}

/* Applicant i gets a certificate; `what` tells the first from the second. */
static struct order issue_of(size_t i, const char *what) {
    struct order o = {.kind = ORDER_ISSUE, .approver_count = 2,
                      .approved = {{1}}};

    snprintf(o.id, sizeof o.id, "%s-%zu.issue", what, i);
    snprintf(o.casefile, sizeof o.casefile, "%s-%zu", what, i);
    snprintf(o.applicant, sizeof o.applicant, "pemohon-%zu", i);
    snprintf(o.subject.common_name, sizeof o.subject.common_name,
             "Pegawai %zu", i);
    text_copy(o.profile, sizeof o.profile, "signature");
    text_copy(o.approvers[0], sizeof o.approvers[0], "verifikator-a");
    text_copy(o.approvers[1], sizeof o.approvers[1], "verifikator-b");
    text_copy(o.subject.organisation, sizeof o.subject.organisation,
              "Pemerintah Kota Contoh");
    text_copy(o.subject.country, sizeof o.subject.country, "ID");
    text_copy(o.subject.mail, sizeof o.subject.mail, "pegawai@kota.test");
    put_new_key(&o);
    return o;
}

/* Before `next` the certificate it replaces ends. */
static struct order revoke_before(const struct order *next) {
    struct order o = *next;

    o.kind = ORDER_REVOKE;
    o.reason = ORDER_REASON_SUPERSEDED;
    snprintf(o.id, sizeof o.id, "%s.revoke", next->casefile);
    return o;
}

/* ---- through loket-ca ----------------------------------------------------- */

static struct channel *call(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    if (fd < 0 ||
        !text_copy(address.sun_path, sizeof address.sun_path, path) ||
        connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        perror(path);
        exit(1);
    }
    return channel_new(fd);
}

static void receive(struct channel *ch, Loket__Frame__KindCase kind,
                    struct received *in) {
    if (channel_receive_wait(ch, in, WAIT_MS, &err) != 1 ||
        in->frame->kind_case != kind) {
        die("no answer");
    }
}

static void give(struct channel *ch, const struct order *o,
                 struct order_answer *answer) {
    struct order_message m;
    struct received in;

    if (channel_send_wait(ch, order_write(o, &m), NULL, 0, WAIT_MS, &err) !=
        0) {
        die("send");
    }
    receive(ch, LOKET__FRAME__KIND_ORDER_ANSWER, &in);
    if (order_answer_read(in.frame->order_answer, answer, &err) != 0) {
        die("answer");
    }
    received_free(&in);
    if (!answer->done) {
        fprintf(stderr, "orders: %s: %s\n", o->id, answer->text);
        exit(1);
    }
    receive(ch, LOKET__FRAME__KIND_CA_STATUS, &in);
    received_free(&in);
}

static int drive(char **argv) {
    size_t count = (size_t)strtoul(argv[1], NULL, 10);
    struct order *next = xcalloc(count, sizeof *next), o;
    static struct order_answer answer;
    struct channel *ch = call(argv[0]);
    usec_t began;

    for (size_t i = 0; i < count; i++) {
        o = issue_of(i, "OLD");
        give(ch, &o, &answer);
        next[i] = issue_of(i, "NEW");
        text_copy(next[i].serial, sizeof next[i].serial, answer.serial);
    }
    began = clock_monotonic();
    for (size_t i = 0; i < count; i++) {
        o = revoke_before(&next[i]);
        give(ch, &o, &answer);
        give(ch, &next[i], &answer);
    }
    report("drive", count, began);
    channel_free(&ch);
    free(next);
    return 0;
}

/* ---- beside it ------------------------------------------------------------ */

/* Stands in for the journal's: crl_build takes the revocations from here. */
static struct {
    size_t count;
    char (*serials)[LIMIT_SERIAL];
} revoked;

int journal_revoked(struct journal *j, usec_t since, journal_revoked_fn each,
                    void *user, struct err *e) {
    (void)j;
    for (size_t i = 0; i < revoked.count; i++) {
        if (each(user, revoked.serials[i], since, ORDER_REASON_SUPERSEDED) !=
            0) {
            return err_set(e, ERR_BUG, "CRL");
        }
    }
    return 0;
}

static void new_serial(char serial[LIMIT_SERIAL]) {
    uint8_t bytes[16];

    random_bytes(bytes, sizeof bytes);
    bytes[0] = (uint8_t)((bytes[0] & 0x3f) | 0x40);
    for (size_t i = 0; i < sizeof bytes; i++) {
        snprintf(serial + 2 * i, 3, "%02X", bytes[i]);
    }
}

static void sign(struct signer *s, struct der *tbs) {
    struct der done;

    if (signer_sign(s, tbs, &done, &err) != 0) {
        die("sign");
    }
    der_free(&done);
    der_free(tbs);
}

static void issue(struct signer *s, const struct order *o, usec_t now) {
    char serial[LIMIT_SERIAL];
    struct profile_input in = {.profile = profile_find(o->profile),
                               .subject = &o->subject, .serial = serial,
                               .now = now, .test_mark = true};
    struct digest digest;
    struct der tbs = {0};

    new_serial(serial);
    if (key_from_spki(o->spki, o->spki_size, &in.key, &err) != 0 ||
        key_digest(in.key, &digest, &err) != 0 ||
        profile_build(s, &in, &tbs, &err) != 0) {
        die("issue");
    }
    sign(s, &tbs);
    EVP_PKEY_free(in.key);
}

static void list_next(struct signer *s, usec_t now) {
    struct crl_input in = {.number = (int64_t)revoked.count + 1,
                           .serial = revoked.serials[revoked.count],
                           .reason = ORDER_REASON_SUPERSEDED, .now = now};
    struct der tbs = {0};

    if (crl_build(s, NULL, &in, &tbs, &err) != 0) {
        die("CRL");
    }
    revoked.count++;
    sign(s, &tbs);
}

static int bare(char **argv, bool pair) {
    size_t count = (size_t)strtoul(argv[2], NULL, 10);
    struct order *next = xcalloc(count, sizeof *next);
    usec_t now = clock_now(), began;
    struct signer s;
    char *secret;

    now -= now % USEC_PER_SEC;
    if (io_read_secret(argv[1], &secret, &err) != 0 ||
        signer_load(argv[0], secret, &s, &err) != 0) {
        die("CA");
    }
    revoked.serials = xcalloc(count, sizeof *revoked.serials);
    for (size_t i = 0; i < count; i++) {
        next[i] = issue_of(i, "NEW");
        new_serial(revoked.serials[i]);
    }
    began = clock_monotonic();
    for (size_t i = 0; i < count; i++) {
        if (pair) {
            list_next(&s, now);
        }
        issue(&s, &next[i], now);
    }
    report(pair ? "pair" : "issue", count, began);
    signer_free(&s);
    free(revoked.serials);
    free(next);
    free(secret);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "drive") == 0) {
        return drive(argv + 2);
    }
    if (argc == 5 && strcmp(argv[1], "issue") == 0) {
        return bare(argv + 2, false);
    }
    if (argc == 5 && strcmp(argv[1], "pair") == 0) {
        return bare(argv + 2, true);
    }
    fputs("usage: orders drive|issue|pair ARG...; see its source\n", stderr);
    return 100;
}
