/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_LEARN_H
#define LOKET_CTL_LEARN_H

#include "base/err.h"
#include "model/document.h"

#include <jansson.h>
#include <stdio.h>

/*
 * `loketctl registry learn FILE.pdf`: the certificates of people out of
 * documents they have signed.  The PDF is read in a parser child; a certificate
 * is taken for somebody the registry knows, by its address or, if it has none,
 * by its name, and only when the administrator says so.
 */
struct signer {
    struct certificate_facts facts; /* trusted: it may be taken */
    char *der; /* owned */
    size_t size;
};

struct signers {
    size_t count;
    struct signer list[LIMIT_SIGNERS];
};

/* Each certificate once.  `issuers`: a PEM file, those of others do not fit;
 * "" = nobody looks at who has issued it.  -1 with ERR_INPUT for a file that
 * cannot be read, ERR_SETUP when no parser can be started. */
int signers_read(const char *file, const char *issuers, struct signers *s,
                 struct err *e);
void signers_free(struct signers *s);

/* Whose it is, of the answer to `registry list`. */
enum signer_match {
    SIGNER_OF_ONE,     /* *person_r is his row */
    SIGNER_KNOWN,      /* the registry has this very certificate */
    SIGNER_OF_NOBODY,
    SIGNER_OF_SEVERAL, /* namesakes */
    SIGNER_UNFIT       /* not of this document, or not of these issuers */
};
enum signer_match signer_match(const struct signer *s, const json_t *registry,
                               const json_t **person_r);

/* What it is and whose, in words; with a question when it is of one. */
void signer_describe(const struct signer *s, enum signer_match match,
                     const json_t *person, FILE *out);

/* Takes it for this person, as `registry import` does; its answer. */
json_t *signer_import(const char *socket_path, const struct signer *s,
                      const json_t *person, struct err *e);

#endif
