/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The key that signs our letters: read once at the start, used by
 * letter/sign.c, and its end foretold.  It never leaves this process; who could
 * use it here could write any letter anyway (docs/decisions/027).
 */
#include "proc/engine.h"

#include "base/io.h"
#include "base/text.h"
#include "letter/sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FORETOLD_DAYS = 30 };

int sign_load(const struct office *office, struct letter_signer **signer_r,
              struct err *e) {
    char *certificates, *key;
    int rc;

    *signer_r = NULL;
    if (office->smime_key[0] == '\0') {
        return 0;
    }
    if (io_read_file(office->smime_certificate, LIMIT_CERTIFICATE,
                     &certificates, NULL, e) != 0) {
        return -1;
    }
    rc = io_read_secret(office->smime_key, &key, e);
    if (rc == 0) {
        rc = letter_signer_new(certificates, key, office->address, signer_r,
                               e);
        explicit_bzero(key, strlen(key));
        free(key);
    }
    free(certificates);
    return rc;
}

void sign_warn(struct engine *en, usec_t now) {
    char text[LIMIT_REASON];
    usec_t left;

    if (en->signer == NULL) {
        return;
    }
    left = letter_signer_ends(en->signer) - now;
    if (left <= 0) {
        engine_alarm(en, "office.smime",
                     "the certificate that signs our letters has ended: mail "
                     "programs warn their readers");
    } else if (left < FORETOLD_DAYS * USEC_PER_DAY) {
        snprintf(text, sizeof text,
                 "the certificate that signs our letters ends in %lld days",
                 (long long)(left / USEC_PER_DAY));
        engine_alarm(en, "office.smime", text);
    }
}
