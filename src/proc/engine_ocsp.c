/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asking the CA behind the portal about one certificate (RFC 6960).  Called by
 * engine_orders.c where its CRL does not show a revocation.
 *
 *   a parser child makes the request --> net out posts it --> a parser child
 *   verifies the answer --> done
 *
 * The engine itself reads no byte of either.  Nothing is remembered: an order
 * that is due asks again.
 */
#include "proc/engine_ocsp.h"

#include "base/io.h"
#include "base/text.h"

#include <fcntl.h>
#include <unistd.h>

enum { ASKS_MAX = 8 };

/* Numbers of fetches for CRLs stay below. */
#define FIRST_FETCH (UINT64_C(1) << 32)

static struct ask {
    struct engine *en; /* NULL = free */
    uint64_t fetch;    /* under way, 0 = not yet */
    int fd;            /* the answer; -1 = not yet */
    char serial[LIMIT_SERIAL];
    ocsp_done_fn done;
    void *user;
} asks[ASKS_MAX];
static uint64_t last_fetch = FIRST_FETCH;

static void finish(struct ask *a, const struct crl_facts *facts,
                   const char *why) {
    struct ask copy = *a;

    *a = (struct ask){.fd = -1};
    copy.done(copy.user, facts, facts != NULL ? copy.fd : -1, why);
    io_close(&copy.fd);
}

static void on_answer(void *user, const struct crl_facts *facts) {
    finish(user, facts, facts == NULL ? "the OCSP answer could not be examined"
                                      : facts->trouble);
}

static void on_request(void *user, const void *request, size_t size) {
    Loket__Fetch fetch = LOKET__FETCH__INIT;
    Loket__Frame frame = FRAME_OF(FETCH, fetch, &fetch);
    struct ask *a = user;

    if (size == 0) {
        finish(a, NULL, "no OCSP request could be made");
        return;
    }
    fetch.number = a->fetch = ++last_fetch;
    fetch.url = a->en->settings->portal.ocsp_url;
    fetch.max = LIMIT_CRL;
    fetch.post.data = (uint8_t *)(uintptr_t)request;
    fetch.post.len = size;
    if (link_send(&a->en->out, &frame, NULL, 0) != 0) {
        finish(a, NULL, "nobody can ask the OCSP responder now");
    }
}

int ocsp_ask(struct engine *en, const char *serial, ocsp_done_fn done,
             void *user, struct err *e) {
    int issuer;

    for (size_t i = 0; i < ASKS_MAX; i++) {
        struct ask *a = &asks[i];

        if (a->en != NULL) {
            continue;
        }
        issuer = orders_issuer_fd(en, EXECUTOR_OPERATOR, e);
        if (issuer < 0) {
            return -1;
        }
        *a = (struct ask){.en = en, .fd = -1, .done = done, .user = user};
        text_copy(a->serial, sizeof a->serial, serial);
        if (examine_ocsp_request(en, issuer, a->serial, on_request, a, e) !=
            0) {
            *a = (struct ask){.fd = -1};
            return -1;
        }
        return 0;
    }
    return err_set(e, ERR_AGAIN, "enough is asked at the moment");
}

static void take_answer(struct ask *a, int fd) {
    struct err e = ERR_INIT;
    int issuer = orders_issuer_fd(a->en, EXECUTOR_OPERATOR, &e);
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

    a->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (issuer < 0 || copy < 0 || a->fd < 0) {
        io_close(&issuer);
        io_close(&copy);
        finish(a, NULL, "the OCSP answer could not be examined");
    } else if (examine_ocsp(a->en, copy, issuer, a->serial, on_answer, a,
                            &e) != 0) {
        finish(a, NULL, e.text);
    }
}

bool ocsp_on_fetched(struct engine *en, struct received *in) {
    const Loket__Fetched *m = in->frame->fetched;
    int fd;

    (void)en;
    if (m->number <= FIRST_FETCH) {
        return false;
    }
    fd = received_take_fd(in, 0);
    for (size_t i = 0; i < ASKS_MAX; i++) {
        if (asks[i].en != NULL && asks[i].fetch == m->number &&
            asks[i].fd < 0) {
            if (m->done) {
                take_answer(&asks[i], fd);
            } else {
                finish(&asks[i], NULL, m->text);
            }
            break;
        }
    }
    io_close(&fd);
    return true;
}

void ocsp_on_out_gone(struct engine *en) {
    for (size_t i = 0; i < ASKS_MAX; i++) {
        if (asks[i].en == en && asks[i].fetch != 0 && asks[i].fd < 0) {
            finish(&asks[i], NULL, "the answer of the OCSP responder is lost");
        }
    }
}
