/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MODEL_PROVIDER_H
#define LOKET_MODEL_PROVIDER_H

#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>

/* Which evidence of the mailbox's provider is read (design.md 5).  What each
 * writes is in docs/PROVIDERS.md; the presets of Google and Microsoft are built
 * to documentation until a recorded transcript exists. */
enum provider {
    PROVIDER_NONE,
    PROVIDER_GOOGLE,
    PROVIDER_MICROSOFT,
    PROVIDER_OWN,
    PROVIDER__MAX
};
const char *provider_name(enum provider p); /* "none", "google" */

/* Where the border writes its Authentication-Results. */
enum provider_place {
    PLACE_ABOVE, /* above its own Received */
    PLACE_BELOW, /* directly below it */
    PLACE__MAX
};
const char *provider_place_name(enum provider_place p); /* "above" */

/* mailbox.provider and what belongs to it. */
struct provider_policy {
    enum provider kind;
    enum provider_place place;     /* PROVIDER_OWN's, else the preset's */
    char authserv_id[LIMIT_DOMAIN]; /* own: required */
    char border[LIMIT_DOMAIN];     /* own: the "by" of its Received fields */
    /* Whose internal mail the tenant's mark speaks for (Microsoft). */
    size_t domain_count;
    char domains[LIMIT_WORDS][LIMIT_DOMAIN];
    /* A self-test has shown that forged copies are stripped; else what is found
     * raises no level. */
    bool usable;
};

/* What the mailbox's provider says of who sent a mail. */
struct provider_result {
    bool present; /* evidence in the right place */
    bool pass;    /* it says that the From domain sent it */
    bool denied;  /* it says that it did not, or cannot be read (T14); that
                   * nobody signed is no such word (V019) */
    /* "loket-selftest" stands in evidence that would count: nobody stripped
     * the copy that Loket forged. */
    bool forged;
    char method[LIMIT_WORD];   /* "dkim", "dmarc", "internal" */
    char domain[LIMIT_DOMAIN]; /* the domain that the method speaks of */
    char reason[LIMIT_REASON]; /* why it does not pass; "" when it does */
};

/* The mark of a forged copy, in either kind of evidence. */
#define PROVIDER_SELFTEST_MARK "loket-selftest"

#endif
