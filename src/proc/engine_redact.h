/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_ENGINE_REDACT_H
#define LOKET_PROC_ENGINE_REDACT_H

#include "proc/engine.h"

/* Inside the transaction, before mail_decide: the secrets of this mail are
 * blotted out, its keys are compromised, an audit row says that it was so.
 * `f` NULL: nothing is known of it. */
void redact_mail(struct engine *en, struct mail_row *row,
                 const struct mail_facts *f);

/* What was to be moved is expunged instead; where that is not ours to do, an
 * alarm names the mail. */
void redact_want_expunge(struct engine *en, struct mail_row *row,
                         const struct mail_facts *f);

/* Cases whose CSR is of a key that was sent since: asks workflow/ what is to
 * be done.  At every start, and after mails with keys. */
void redact_pump(struct engine *en);

#endif
