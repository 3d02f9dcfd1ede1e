/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Was this certificate issued by that CA?  For certificate.c, which answers
 * it for evidence, and crl.c, which needs the issuer.
 *
 * The anchors are the administrator's and come from the engine, never from the
 * bytes that are examined (design.md 6).  OpenSSL builds the path; here stands
 * what it is asked, and what a certificate of a person must be besides.  Its
 * revocation is not asked: that is what CRLs are read for.
 */
#include "document/chain.h"

#include "base/text.h"
#include "document/der.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

enum { AUTH_LEVEL = 2 /* 112 bits: no SHA-1, no RSA below 2048 bits */ };

X509 *chain_certificate(const uint8_t *der, size_t size) {
    const unsigned char *p = der;
    X509 *x;

    if (size > LIMIT_CERTIFICATE || !der_is_strict(der, size)) {
        return NULL;
    }
    x = d2i_X509(NULL, &p, (long)size);
    if (x != NULL && p != der + size) {
        X509_free(x);
        x = NULL;
    }
    ERR_clear_error();
    return x;
}

void chain_free(STACK_OF(X509) *chain) {
    sk_X509_pop_free(chain, X509_free);
}

STACK_OF(X509) *chain_read(const void *bytes, size_t size) {
    static const char *const labels[] = {"CERTIFICATE", "X509 CERTIFICATE",
                                         NULL};
    STACK_OF(X509) *chain = sk_X509_new_null();
    struct pem pem;
    uint8_t *der;
    size_t der_size;
    int got;

    pem_open(&pem, bytes, size);
    while ((got = pem_next(&pem, labels, &der, &der_size)) == 1) {
        X509 *x = chain_certificate(der, der_size);

        free(der);
        if (x == NULL || sk_X509_num(chain) == LIMIT_CHAIN ||
            sk_X509_push(chain, x) == 0) {
            X509_free(x);
            got = -1;
            break;
        }
    }
    if (got != 0 || sk_X509_num(chain) < 1 ||
        memchr(bytes, '\0', size) != NULL) {
        chain_free(chain);
        return NULL;
    }
    return chain;
}

/* OpenSSL's words where they say enough, ours for what happens. */
static const char *error_phrase(int code, int depth) {
    static const struct {
        int code;
        const char *of_it, *of_ca;
    } phrases[] = {
        {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
         "the configured CA did not issue it", NULL},
        {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
         "the configured CA did not issue it", NULL},
        {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
         "the configured CA did not issue it", NULL},
        {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
         "the configured CA did not issue it", NULL},
        {X509_V_ERR_CERT_SIGNATURE_FAILURE,
         "the signature is not the issuer's", NULL},
        {X509_V_ERR_CERT_NOT_YET_VALID, "not yet valid",
         "the CA's certificate is not yet valid"},
        {X509_V_ERR_CERT_HAS_EXPIRED, "expired",
         "the CA's certificate is expired"},
    };

    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
        if (phrases[i].code == code) {
            return depth > 0 && phrases[i].of_ca != NULL ? phrases[i].of_ca
                                                         : phrases[i].of_it;
        }
    }
    return X509_verify_cert_error_string(code);
}

/* What every path is asked. */
static void ask(X509_STORE_CTX *ctx, usec_t when) {
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);

    X509_VERIFY_PARAM_set_time(param, (time_t)(when / USEC_PER_SEC));
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_auth_level(param, AUTH_LEVEL);
    X509_VERIFY_PARAM_set_depth(param, LIMIT_CHAIN);
}

/* The path from x to the last issuer, by RFC 5280 6.  NULL when it holds. */
static const char *path_trouble(X509 *x, STACK_OF(X509) *issuers, usec_t now) {
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    const char *trouble = "out of memory";

    if (store != NULL && ctx != NULL &&
        X509_STORE_add_cert(store, sk_X509_value(
                                       issuers,
                                       sk_X509_num(issuers) - 1)) == 1 &&
        X509_STORE_CTX_init(ctx, store, x, issuers) == 1) {
        ask(ctx, now);
        if (X509_verify_cert(ctx) != 1) {
            trouble = error_phrase(X509_STORE_CTX_get_error(ctx),
                                   X509_STORE_CTX_get_error_depth(ctx));
        } else {
            STACK_OF(X509) *path = X509_STORE_CTX_get0_chain(ctx);

            /* Not by another CA of the same chain. */
            trouble = sk_X509_num(path) > 1 &&
                              X509_cmp(sk_X509_value(path, 1),
                                       sk_X509_value(issuers, 0)) == 0
                          ? NULL
                          : "the configured CA did not issue it";
        }
    }
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    ERR_clear_error();
    return trouble;
}

int chain_leads(X509 *x, STACK_OF(X509) *between, STACK_OF(X509) *anchors,
                usec_t when) {
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    int code = X509_V_ERR_OUT_OF_MEM;

    if (store != NULL && ctx != NULL) {
        for (int i = 0; i < sk_X509_num(anchors); i++) {
            X509_STORE_add_cert(store, sk_X509_value(anchors, i));
        }
        if (X509_STORE_CTX_init(ctx, store, x, between) == 1) {
            ask(ctx, when);
            code = X509_verify_cert(ctx) == 1 ? X509_V_OK
                                              : X509_STORE_CTX_get_error(ctx);
        }
    }
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    ERR_clear_error();
    return code;
}

/* What signs for a person (RFC 5280 4.2.1.3, 4.2.1.9). */
const char *chain_usage_trouble(X509 *x) {
    uint32_t usage = X509_get_key_usage(x); /* all bits when there is none */

    if ((X509_get_extension_flags(x) & EXFLAG_CA) != 0) {
        return "it is the certificate of a CA";
    }
    return (usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0
               ? NULL
               : "its key is not for signatures";
}

bool chain_trusts(X509 *x, STACK_OF(X509) *issuers, usec_t now,
                  char trouble[LIMIT_REASON]) {
    const char *why = path_trouble(x, issuers, now);

    if (why == NULL) {
        why = chain_usage_trouble(x);
    }
    text_copy(trouble, LIMIT_REASON, why == NULL ? "" : why);
    return why == NULL;
}
