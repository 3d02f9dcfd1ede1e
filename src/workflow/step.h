/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WORKFLOW_STEP_H
#define LOKET_WORKFLOW_STEP_H

#include "base/err.h"
#include "model/effect.h"
#include "model/event.h"
#include "model/settings.h"

#include <stdbool.h>

/*
 * PURE: no I/O, no clock, no log, no allocation.  The same arguments give the
 * same results on any machine, for ever.
 */

/* What this mail means.  `workflow` is the procedure it would open or that the
 * open case follows.  Never fails: what nothing fits is a quarantine or not
 * ours, with a reason.  The rules stand in a table, first match wins; the
 * drawing is at the head of match.c. */
void workflow_match(const struct workflow *workflow,
                    const struct timetable *timetable,
                    const struct mail_facts *mail, const struct known *known,
                    struct event *event);

/* Has this subject one of the words that open a case? */
bool workflow_opens(const struct workflow *workflow, const char *subject);

/* Does this mail open a case, by its subject, by an address it was sent to, or
 * by the word it begins with? */
bool workflow_opens_mail(const struct workflow *workflow,
                         const struct mail_facts *mail);

/* The first case number of this procedure in a subject, as the store writes it:
 * prefix (capitals do not matter), four digits, six digits, as a whole word.
 * False, and number_r is empty, when there is none. */
bool workflow_find_number(const struct workflow *workflow, const char *subject,
                          char number_r[LIMIT_CASE_NUMBER]);

/* The NIP or NIK of whom an officer hands in for: "LOKET NIP 19850817 201001 1
 * 003"; 18 or 16 digits, blanks and dots between them dropped.  False, and
 * digits_r is empty, when there is none. */
bool workflow_find_person(const char *subject, char digits_r[LIMIT_NIP]);

/* Moves the case: changes *c in place (c->state == CASE_NEW opens one; number
 * and id are given by the store) and writes what has to be done.  Not for
 * QUARANTINE, IGNORE and NOT_OURS, which concern no case.  -1 with ERR_BUG for
 * an event that this state has no row for.
 *
 * ANSWER with a fault and UNPROVEN may concern no case that is known: then *c
 * is an empty one (CASE_NEW) and stays so: nothing of it is stored, only the
 * effects are carried out.  UNPROVEN stays in quarantine whatever is done. */
int workflow_step(const struct workflow *workflow,
                  const struct timetable *timetable, const struct known *known,
                  const struct event *event, usec_t now, struct casefile *c,
                  struct effects *effects, struct err *e);

/* ---- what is asked, approved and ordered --------------------------------- */

/* Covers every byte of every current document, the key, the subject, the old
 * serial and the recipient, with case number and revision (design.md 5).  What
 * a verifier saw, what he approved and what is executed must have the same. */
struct digest workflow_revision_digest(
    const struct casefile *c, const struct subscriber *applicant,
    const struct registered_certificate *old);

/* The subject of the new certificate, from the registry alone (I8).  False
 * when it cannot stand in a certificate (RFC 5280 A.1: 64 characters). */
bool workflow_subject(const struct subscriber *applicant,
                      struct order_subject *subject_r);

/* Fills the order of this kind: id, case, profile, subject, key, serial,
 * reason, digest, applicant ("subscriber:7"); approvers are the store's.  A
 * revocation by the executor "ca" describes what is to be issued afterwards.
 * -1 with ERR_BUG when something of it is missing. */
int workflow_order(const struct workflow *workflow, const struct casefile *c,
                   const struct subscriber *applicant,
                   const struct registered_certificate *old,
                   enum order_kind kind, struct order *order_r,
                   struct err *e);

/* The order to issue that follows a revocation by the executor "ca", which
 * described it: what was approved, whatever the registry says by now.
 * Approvers are the store's, as above. */
void workflow_order_after(const struct order *revoke, struct order *order_r);

/* The code of the page for this order to issue. */
void workflow_page_code(const struct order_row *issue,
                        char code_r[PAGE_CODE_SIZE]);

/* Has the registry changed since the orders of this case were given to people,
 * so that what they would read there is not what was approved (I4)?  Nobody is
 * asked then and nothing is accepted: the orders stop. */
bool workflow_has_drifted(const struct known *known);

/* What has changed, for the administrator: "name, agency". */
void workflow_drift(const struct known *known, char *text, size_t room);

/* Does this certificate fulfil the order to issue?  FAULT_NONE, or why not.
 * The subject is that of the order, whatever the registry says by now.
 * `facts` come from a parser child that was given the issuer's certificates.
 * `at`: when it has to be good for a while yet. */
enum answer_fault workflow_judge_certificate(
    const struct workflow *workflow, const struct casefile *c,
    const struct order_row *issue, const struct registered_certificate *old,
    const struct certificate_facts *facts, usec_t at);

#endif
