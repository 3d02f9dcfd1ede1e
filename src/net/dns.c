/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions to the resolver.  Called by proc/net_out.c when a parser child
 * wants DKIM keys.  The resolver's word is taken as it is (no DNSSEC
 * validation); what it says is bounded in count, size and time, and is never
 * looked into here.
 */
#include "net/dns.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <unbound.h>

enum { TYPE_TXT = 16, CLASS_IN = 1, NAME_MAX_BYTES = 253, LABEL_MAX = 63 };
enum { RCODE_NXDOMAIN = 3 };

struct question {
    struct dns *dns; /* NULL = free place */
    int id;          /* of libunbound, for ub_cancel */
    usec_t until;
    char name[LIMIT_DOMAIN];
};

struct dns {
    struct ub_ctx *ctx;
    dns_answer_fn on_answer;
    void *user;
    struct question questions[DNS_QUESTIONS];
};

bool dns_is_name(const char *name) {
    size_t label = 0, size = strlen(name);

    if (size == 0 || size > NAME_MAX_BYTES) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        char c = name[i];
        bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9') || c == '-' || c == '_';

        if (c == '.' && label > 0 && i + 1 < size) {
            label = 0;
        } else if (!fits || ++label > LABEL_MAX) {
            return false;
        }
    }
    return true;
}

char *dns_join_txt(const char *rdata, size_t size) {
    char joined[LIMIT_DKIM_KEY];
    size_t used = 0;

    /* RFC 1035 3.3.14: strings, each preceded by one byte of length. */
    for (size_t at = 0; at < size;) {
        size_t n = (unsigned char)rdata[at++];

        if (n > size - at || used + n >= sizeof joined) {
            return NULL;
        }
        for (size_t i = 0; i < n; i++) {
            char c = rdata[at + i];

            if (c != '\t' && (c < 0x20 || c > 0x7e)) {
                return NULL;
            }
            joined[used++] = c;
        }
        at += n;
    }
    return size == 0 ? NULL : xstrndup(joined, used);
}

static const struct {
    const char *name, *value;
} options[] = {
    /* No trust anchor is configured, so validation could only fail. */
    {"module-config:", "iterator"},
    /* The resolver may be on this machine. */
    {"do-not-query-localhost:", "no"},
    /* A server that was silent is asked again soon, not in 15 minutes. */
    {"infra-host-ttl:", "30"},
    {"infra-keep-probing:", "yes"},
    {"msg-cache-size:", "1m"},
    {"rrset-cache-size:", "2m"},
    {"cache-max-ttl:", "3600"},
    {"cache-max-negative-ttl:", "60"},
    {"so-rcvbuf:", "0"},
    {"use-syslog:", "no"},
};

static int set_up(struct ub_ctx *ctx, const char *resolver, struct err *e) {
    int rc = ub_ctx_async(ctx, 1);

    ub_ctx_debugout(ctx, NULL);
    for (size_t i = 0; rc == 0 && i < sizeof options / sizeof options[0]; i++) {
        rc = ub_ctx_set_option(ctx, options[i].name, options[i].value);
        if (rc != 0) {
            return err_set(e, ERR_SETUP, "libunbound: option %s %s",
                           options[i].name, ub_strerror(rc));
        }
    }
    if (rc == 0) {
        rc = resolver[0] == '\0' ? ub_ctx_resolvconf(ctx, NULL)
                                 : ub_ctx_set_fwd(ctx, resolver);
    }
    /* libunbound answers for .test itself (RFC 6761 6.2); an administrator who
     * names a resolver means that one, in the office in a box for instance.
     * Last, because it ends the setting up. */
    if (rc == 0 && resolver[0] != '\0') {
        rc = ub_ctx_zone_add(ctx, "test.", "transparent");
    }
    if (rc != 0) {
        return err_set(e, ERR_SETUP, "resolver \"%s\": %s",
                       resolver[0] == '\0' ? "/etc/resolv.conf" : resolver,
                       ub_strerror(rc));
    }
    return 0;
}

int dns_new(struct dns **dns_r, const char *resolver, dns_answer_fn on_answer,
            void *user, struct err *e) {
    struct dns *d = xcalloc(1, sizeof *d);

    d->on_answer = on_answer;
    d->user = user;
    d->ctx = ub_ctx_create();
    if (d->ctx == NULL) {
        dns_free(&d);
        return err_set(e, ERR_SETUP, "libunbound cannot start");
    }
    if (set_up(d->ctx, resolver, e) != 0) {
        dns_free(&d);
        return -1;
    }
    *dns_r = d;
    return 0;
}

void dns_free(struct dns **dns) {
    if (*dns == NULL) {
        return;
    }
    if ((*dns)->ctx != NULL) {
        ub_ctx_delete((*dns)->ctx);
    }
    free(*dns);
    *dns = NULL;
}

static void answer_empty(struct dns *d, const char *name,
                         enum dns_outcome outcome) {
    struct dns_answer answer = {.name = name, .outcome = outcome};

    d->on_answer(d->user, &answer);
}

static enum dns_outcome outcome_of(int err, const struct ub_result *result) {
    if (err != 0 || result == NULL || result->bogus) {
        return DNS_FAILED;
    }
    if (result->havedata) {
        return DNS_FOUND;
    }
    return result->rcode == 0 || result->rcode == RCODE_NXDOMAIN
               ? DNS_NOT_FOUND
               : DNS_FAILED;
}

static void on_result(void *user, int err, struct ub_result *result) {
    struct question *q = user;
    struct dns_answer answer = {.name = q->name,
                                .outcome = outcome_of(err, result)};

    for (size_t i = 0; answer.outcome == DNS_FOUND && result->data[i] != NULL &&
                       answer.count < DNS_RECORDS;
         i++) {
        size_t size = result->len[i] < 0 ? 0 : (size_t)result->len[i];
        char *text = dns_join_txt(result->data[i], size);

        if (text != NULL) {
            answer.records[answer.count++] = text;
        }
    }
    if (answer.outcome == DNS_FOUND && answer.count == 0) {
        answer.outcome = DNS_NOT_FOUND;
    }
    q->dns->on_answer(q->dns->user, &answer);
    for (size_t i = 0; i < answer.count; i++) {
        free(answer.records[i]);
    }
    q->dns = NULL;
    if (result != NULL) {
        ub_resolve_free(result);
    }
}

static struct question *free_place(struct dns *d) {
    for (size_t i = 0; i < DNS_QUESTIONS; i++) {
        if (d->questions[i].dns == NULL) {
            return &d->questions[i];
        }
    }
    return NULL;
}

void dns_ask(struct dns *d, const char *name, usec_t now) {
    struct question *q = free_place(d);

    if (!dns_is_name(name)) {
        answer_empty(d, name, DNS_NOT_FOUND);
        return;
    }
    if (q == NULL) {
        answer_empty(d, name, DNS_FAILED);
        return;
    }
    *q = (struct question){
        .dns = d, .until = now + LIMIT_DKIM_WAIT_SEC * USEC_PER_SEC};
    text_copy(q->name, sizeof q->name, name);
    if (ub_resolve_async(d->ctx, q->name, TYPE_TXT, CLASS_IN, q, on_result,
                         &q->id) != 0) {
        q->dns = NULL;
        answer_empty(d, name, DNS_FAILED);
    }
}

int dns_fd(const struct dns *d) {
    return ub_fd(d->ctx);
}

void dns_step(struct dns *d, usec_t now) {
    ub_process(d->ctx);
    for (size_t i = 0; i < DNS_QUESTIONS; i++) {
        struct question *q = &d->questions[i];

        if (q->dns != NULL && q->until <= now) {
            ub_cancel(d->ctx, q->id);
            answer_empty(d, q->name, DNS_FAILED);
            q->dns = NULL;
        }
    }
}

usec_t dns_deadline(const struct dns *d) {
    usec_t first = 0;

    for (size_t i = 0; i < DNS_QUESTIONS; i++) {
        const struct question *q = &d->questions[i];

        if (q->dns != NULL && (first == 0 || q->until < first)) {
            first = q->until;
        }
    }
    return first;
}
