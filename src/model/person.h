/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_PERSON_H
#define LOKET_MODEL_PERSON_H

#include "base/clock.h"
#include "base/digest.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum language { LANGUAGE_ID, LANGUAGE_EN, LANGUAGE__MAX };
const char *language_name(enum language l); /* "id", "en" */

/*
 * A subscriber: somebody whose certificate this office looks after, as the
 * registry knows him.  His address comes from the registry and is never
 * changed by a mail (threats.md 1, row 4).
 */
struct subscriber {
    int64_t id; /* row in the registry; 0 = none */
    char name[LIMIT_NAME];
    char nip[LIMIT_NIP]; /* digits, or "" */
    char nik[LIMIT_NIK];
    char agency[LIMIT_NAME];
    enum language language;
    size_t address_count;
    char addresses[LIMIT_PERSON_ADDRESSES][LIMIT_ADDRESS]; /* first = letters */
};

enum certificate_state {
    CERTIFICATE_ACTIVE,
    CERTIFICATE_REVOKED,
    CERTIFICATE_EXPIRED,
    CERTIFICATE__MAX
};
const char *certificate_state_name(enum certificate_state s);

struct registered_certificate {
    int64_t id;
    int64_t subscriber_id;
    char issuer[LIMIT_DN];
    char subject[LIMIT_DN];
    char serial[LIMIT_SERIAL];
    struct digest sha256; /* of the DER, which is a blob */
    struct digest spki;
    usec_t not_before, not_after;
    enum certificate_state state;
};

/* Somebody who works for the office: people.conf. */
enum role {
    ROLE_ADMINISTRATOR,
    ROLE_VERIFIER,
    ROLE_OPERATOR,
    ROLE_OVERSIGHT, /* Kepala Bidang: reads, cannot decide (STD-20) */
    ROLE__MAX
};
const char *role_name(enum role r); /* "administrator" */

struct officer {
    char id[LIMIT_PERSON_ID]; /* short name used in records: "siti" */
    char name[LIMIT_NAME];
    char title[LIMIT_NAME]; /* "Verifikator", printed in letters */
    enum language language;
    bool roles[ROLE__MAX];
    size_t address_count;
    char addresses[LIMIT_PERSON_ADDRESSES][LIMIT_ADDRESS];
};

struct people {
    size_t count;
    struct officer *officers; /* owned */
};

/* The officer with this address, or NULL. */
const struct officer *people_find(const struct people *people,
                                  const char *address);

#endif
