/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CA_CRL_H
#define LOKET_CA_CRL_H

#include "ca/journal.h"
#include "ca/sign.h"
#include "model/order.h"

/* How long a CRL says it is good for (at most 10 days), and how early the
 * next one is made. */
#define CRL_LIFE (7 * USEC_PER_DAY)
#define CRL_RENEW (3 * USEC_PER_DAY)

/* The to-be-signed bytes of CRL `number` of now: all that the journal holds
 * as revoked and, unless serial is "", this one as well.  Examined: it says
 * these things when read back. */
struct crl_input {
    int64_t number;
    const char *serial;
    enum order_reason reason;
    usec_t now;
};
int crl_build(const struct signer *s, struct journal *j,
              const struct crl_input *in, struct der *tbs_r, struct err *e);

/* Is `made`, signed with the practice key, this list (number, time and, unless
 * it is "", serial; the reason is not looked at)?  ERR_SETUP: whoever wrote
 * these bytes was not loket-ca. */
int crl_read_back(const struct signer *s, const struct crl_input *in,
                  const struct der *made, struct err *e);

/* Replaces DIR/NAME by these bytes, for everybody to read: the old file or the
 * new one, never half of it, whenever the power goes. */
int crl_publish(const char *dir, const char *name, const struct der *bytes,
                struct err *e);

#endif
