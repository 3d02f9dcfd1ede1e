/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The letter folder, checked at start-up so that no letter can fail later.
 * Called by settings.c; the bytes of letters are made by letter/.
 *
 * What is checked: text in UTF-8 without control characters; only slots that
 * this letter has a value for, all slots that it must have; every phrase that
 * the program will ask for and no other; and the rule of requirements.md 6
 * that no paragraph of ours ends in a decision word: a mail program that wraps
 * it anew could put that word on a line of its own, and our own letter would
 * read like an answer.
 */
#include "config/letters.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/values.h"
#include "model/effect.h"
#include "model/words.h"
#include "model/workflow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what each letter may and must name --------------------------------- */

/* A set of slots; every compiler for the machines of Debian has this type. */
__extension__ typedef unsigned __int128 slot_set;

#define BIT(slot) ((slot_set)1 << (slot))
/* Prepared answers to a complaint, and the one of who complained. */
#define SPOKEN                                                                 \
    (BIT(SLOT_RESPOND_LINK) | BIT(SLOT_SOLVE_LINK) | BIT(SLOT_FORWARD_LINK) |  \
     BIT(SLOT_DISPUTE_LINK) | BIT(SLOT_INSPECT_LINK) | BIT(SLOT_REOPEN_LINK))
_Static_assert(SLOT__MAX <= 128, "a slot is a bit");

/* Slots of several lines: a paragraph of their own, never in the subject. */
#define BLOCKS                                                                 \
    (BIT(SLOT_ITEMS) | BIT(SLOT_DEFECTS) | BIT(SLOT_CHANNELS) |                \
     BIT(SLOT_REPORT) | BIT(SLOT_REGISTRY) | BIT(SLOT_LETTER) |                \
     BIT(SLOT_CSR) | BIT(SLOT_CERTIFICATE) | BIT(SLOT_FINDINGS) |              \
     BIT(SLOT_STEPS) | BIT(SLOT_PREFACE) | BIT(SLOT_EXPLANATION) |             \
     BIT(SLOT_ANSWERS) | BIT(SLOT_CONTACT) | BIT(SLOT_ITEMS_TO_CHECK) |        \
     BIT(SLOT_APPROVE_LINK) | BIT(SLOT_REJECT_LINK) | BIT(SLOT_DONE_LINK) |    \
     BIT(SLOT_FAILED_LINK) | BIT(SLOT_ROUTE_LINK) | BIT(SLOT_MATCH_LINK) |     \
     BIT(SLOT_MISMATCH_LINK) | BIT(SLOT_CORRECT_LINK) |                        \
     BIT(SLOT_CANCEL_LINK) | BIT(SLOT_REMARK) | BIT(SLOT_STANDARD) |          \
     BIT(SLOT_COURSE) | BIT(SLOT_HELPER) |                                     \
     BIT(SLOT_COMPLAINT) |                                                    \
     BIT(SLOT_REPLY) | BIT(SLOT_ABOUT) | SPOKEN | BIT(SLOT_SURVEY_LINK) |      \
     BIT(SLOT_QUESTIONS) | BIT(SLOT_YES_LINK))
#define ALWAYS                                                                 \
    (BIT(SLOT_OFFICE) | BIT(SLOT_UNIT) | BIT(SLOT_OFFICE_ADDRESS) |            \
     BIT(SLOT_HOURS) | BIT(SLOT_CHANNELS) | BIT(SLOT_DATE) |                   \
     BIT(SLOT_NAME) | BIT(SLOT_LEGAL))
#define OF_CASE                                                                \
    (ALWAYS | BIT(SLOT_CASE) | BIT(SLOT_SERVICE) | BIT(SLOT_ITEMS))
/* ... and of one that goes on, or has ended. */
#define UNDER_WAY                                                              \
    (OF_CASE | BIT(SLOT_STEP) | BIT(SLOT_SINCE) | BIT(SLOT_PAPERS) |           \
     BIT(SLOT_PROMISE))
/* What stands in letters of an open question: the case side by side. */
#define SIDE_BY_SIDE                                                           \
    (BIT(SLOT_REGISTRY) | BIT(SLOT_LETTER) | BIT(SLOT_CSR) |                   \
     BIT(SLOT_CERTIFICATE) | BIT(SLOT_FINDINGS))
#define OF_OFFICER                                                             \
    (ALWAYS | BIT(SLOT_CASE) | BIT(SLOT_SERVICE) | BIT(SLOT_APPLICANT) |       \
     BIT(SLOT_STEP) | BIT(SLOT_SINCE) | BIT(SLOT_PROMISE) |                    \
     BIT(SLOT_CONTACT) | BIT(SLOT_DUE))
/* What a question says beside the case: what to look at, what to answer. */
#define OF_QUESTION                                                            \
    (OF_OFFICER | SIDE_BY_SIDE | BIT(SLOT_PREFACE) | BIT(SLOT_ANSWERS) |       \
     BIT(SLOT_ITEMS_TO_CHECK) | BIT(SLOT_EXPIRES) | BIT(SLOT_PREVIOUS) |       \
     BIT(SLOT_ASSIGNED_BY) | BIT(SLOT_OLD_SERIAL) |                            \
     BIT(SLOT_REVOCATION_REASON))
/* Work in the portal. */
#define OF_WORK                                                                \
    (OF_OFFICER | SIDE_BY_SIDE | BIT(SLOT_PREFACE) | BIT(SLOT_STEPS) |         \
     BIT(SLOT_DONE_LINK) | BIT(SLOT_FAILED_LINK) | BIT(SLOT_EXPIRES) |         \
     BIT(SLOT_PORTAL) | BIT(SLOT_PORTAL_URL) | BIT(SLOT_OFFICER) |             \
     BIT(SLOT_REVOCATION_REASON) | BIT(SLOT_OLD_SERIAL))
/* A step offers some of these; the others are left out. */
#define DECISIONS                                                              \
    (BIT(SLOT_APPROVE_LINK) | BIT(SLOT_REJECT_LINK) | BIT(SLOT_MATCH_LINK) |   \
     BIT(SLOT_MISMATCH_LINK) | BIT(SLOT_CORRECT_LINK))
#define OF_COMPLAINT                                                           \
    (ALWAYS | BIT(SLOT_CASE) | BIT(SLOT_SERVICE) | BIT(SLOT_DUE) |             \
     BIT(SLOT_STEP) | BIT(SLOT_REMARK))
#define OUTCOME                                                                \
    (BIT(SLOT_OLD_SERIAL) | BIT(SLOT_REVOKED_AT) |                             \
     BIT(SLOT_REVOCATION_REASON) | BIT(SLOT_NEW_SERIAL) |                      \
     BIT(SLOT_VALID_FROM) | BIT(SLOT_VALID_TO) | BIT(SLOT_EVIDENCE))

/* What the applicant is told to do in the portal. */
#define GUIDE                                                                  \
    (UNDER_WAY | BIT(SLOT_PREFACE) | BIT(SLOT_STEPS) | BIT(SLOT_DONE_LINK) |   \
     BIT(SLOT_FAILED_LINK) | BIT(SLOT_EXPIRES) | BIT(SLOT_PORTAL) |            \
     BIT(SLOT_PORTAL_URL) | BIT(SLOT_HELPER) | BIT(SLOT_CERTIFICATE))
#define GUIDE_MUST                                                             \
    (BIT(SLOT_CASE) | BIT(SLOT_PREFACE) | BIT(SLOT_STEPS) |                    \
     BIT(SLOT_DONE_LINK) | BIT(SLOT_FAILED_LINK) | BIT(SLOT_HELPER) |          \
     BIT(SLOT_CHANNELS))

static const struct {
    slot_set may, must; /* in the body */
    slot_set subject_must;
} rules[LETTER__MAX] = {
    /* STD-8, STD-9: when the clock starts and when it ends; STD-12, STD-18 */
    [LETTER_RECEIVED] = {OF_CASE | BIT(SLOT_CLOCK_STARTS) | BIT(SLOT_DUE) |
                             BIT(SLOT_REMARK),
                         BIT(SLOT_CASE) | BIT(SLOT_ITEMS) |
                             BIT(SLOT_CLOCK_STARTS) | BIT(SLOT_DUE) |
                             BIT(SLOT_CHANNELS) | BIT(SLOT_LEGAL),
                         BIT(SLOT_CASE)},
    [LETTER_INCOMPLETE] = {OF_CASE | BIT(SLOT_DEFECTS) | BIT(SLOT_COUNT) |
                               BIT(SLOT_REMARK),
                           BIT(SLOT_CASE) | BIT(SLOT_DEFECTS) |
                               BIT(SLOT_CHANNELS),
                           BIT(SLOT_CASE)},
    [LETTER_NOTED] = {OF_CASE | BIT(SLOT_EXPLANATION) | BIT(SLOT_REMARK),
                      BIT(SLOT_CASE) | BIT(SLOT_EXPLANATION) |
                          BIT(SLOT_CHANNELS),
                      BIT(SLOT_CASE)},
    /* no case: nobody knows yet who wrote that mail */
    [LETTER_TOO_LARGE] = {ALWAYS, BIT(SLOT_CHANNELS), 0},
    [LETTER_INFECTED] = {ALWAYS | BIT(SLOT_REASON),
                         BIT(SLOT_REASON) | BIT(SLOT_CHANNELS), 0},
    [LETTER_SUMMARY] = {ALWAYS | BIT(SLOT_REPORT) | BIT(SLOT_COUNT) |
                            BIT(SLOT_ALARMS),
                        BIT(SLOT_REPORT), 0},

    /* PKL-4, REV-9: one mail, all side by side */
    [LETTER_VERIFY] = {OF_QUESTION | DECISIONS,
                       BIT(SLOT_CASE) | SIDE_BY_SIDE | BIT(SLOT_PREFACE) |
                           BIT(SLOT_ANSWERS) | DECISIONS |
                           BIT(SLOT_ITEMS_TO_CHECK),
                       BIT(SLOT_CASE)},
    [LETTER_WORK] = {OF_WORK,
                     BIT(SLOT_CASE) | BIT(SLOT_PREFACE) | BIT(SLOT_STEPS) |
                         BIT(SLOT_DONE_LINK) | BIT(SLOT_FAILED_LINK) |
                         BIT(SLOT_OLD_SERIAL),
                     BIT(SLOT_CASE)},
    [LETTER_RECEIPT] = {OF_OFFICER | BIT(SLOT_DECISION) | BIT(SLOT_REASON) |
                            BIT(SLOT_EXPLANATION) | BIT(SLOT_REMARK),
                        BIT(SLOT_CASE) | BIT(SLOT_DECISION) |
                            BIT(SLOT_EXPLANATION),
                        BIT(SLOT_CASE)},
    /* no case where the answer named none */
    [LETTER_ANSWER] = {OF_OFFICER | BIT(SLOT_EXPLANATION) | BIT(SLOT_REMARK),
                       BIT(SLOT_EXPLANATION), 0},
    [LETTER_WITHDRAWN] = {OF_OFFICER | BIT(SLOT_EXPLANATION),
                          BIT(SLOT_CASE) | BIT(SLOT_EXPLANATION),
                          BIT(SLOT_CASE)},
    [LETTER_REMIND] = {OF_OFFICER | BIT(SLOT_EXPLANATION) |
                           BIT(SLOT_OLD_SERIAL) | BIT(SLOT_PORTAL) |
                           BIT(SLOT_PORTAL_URL),
                       BIT(SLOT_CASE) | BIT(SLOT_EXPLANATION),
                       BIT(SLOT_CASE)},
    [LETTER_UNPROVEN] = {ALWAYS | BIT(SLOT_EXPLANATION) | BIT(SLOT_CONTACT),
                         BIT(SLOT_EXPLANATION), 0},
    [LETTER_STUCK] = {OF_OFFICER | BIT(SLOT_ORDER) | BIT(SLOT_REASON) |
                          BIT(SLOT_EXPLANATION),
                      BIT(SLOT_CASE) | BIT(SLOT_ORDER) | BIT(SLOT_REASON) |
                          BIT(SLOT_EXPLANATION),
                      BIT(SLOT_CASE)},
    [LETTER_APPROVED] = {UNDER_WAY | BIT(SLOT_OLD_SERIAL) |
                             BIT(SLOT_EXPLANATION) | BIT(SLOT_DUE),
                         BIT(SLOT_CASE) | BIT(SLOT_EXPLANATION) |
                             BIT(SLOT_CHANNELS),
                         BIT(SLOT_CASE)},
    [LETTER_REJECTED] = {UNDER_WAY | BIT(SLOT_REASON),
                         BIT(SLOT_CASE) | BIT(SLOT_REASON) |
                             BIT(SLOT_CHANNELS) | BIT(SLOT_LEGAL),
                         BIT(SLOT_CASE)},
    [LETTER_COMPLETED] = {UNDER_WAY | OUTCOME | BIT(SLOT_EXPLANATION) |
                              BIT(SLOT_STEPS),
                          BIT(SLOT_CASE) | BIT(SLOT_SERVICE) |
                              BIT(SLOT_OLD_SERIAL) | BIT(SLOT_REVOKED_AT) |
                              BIT(SLOT_REVOCATION_REASON) |
                              BIT(SLOT_NEW_SERIAL) | BIT(SLOT_VALID_FROM) |
                              BIT(SLOT_VALID_TO) | BIT(SLOT_EVIDENCE) |
                              BIT(SLOT_CHANNELS) | BIT(SLOT_LEGAL),
                          BIT(SLOT_CASE)},
    [LETTER_STOPPED] = {UNDER_WAY | BIT(SLOT_REASON) | BIT(SLOT_EXPLANATION),
                        BIT(SLOT_CASE) | BIT(SLOT_REASON) |
                            BIT(SLOT_CHANNELS),
                        BIT(SLOT_CASE)},
    [LETTER_PROBE] = {ALWAYS, 0, 0},

    /* CMS-10, REV-8: the same number goes on */
    [LETTER_CORRECT] = {UNDER_WAY | BIT(SLOT_REASON),
                        BIT(SLOT_CASE) | BIT(SLOT_REASON) | BIT(SLOT_CHANNELS),
                        BIT(SLOT_CASE)},
    [LETTER_NUDGE] = {UNDER_WAY | BIT(SLOT_EXPLANATION),
                      BIT(SLOT_CASE) | BIT(SLOT_EXPLANATION) |
                          BIT(SLOT_CHANNELS),
                      BIT(SLOT_CASE)},
    [LETTER_LAPSED] = {UNDER_WAY, BIT(SLOT_CASE) | BIT(SLOT_CHANNELS),
                       BIT(SLOT_CASE)},
    /* CMS-13: to the applicant, with all that he has to know */
    [LETTER_CONFIRM] = {UNDER_WAY | OF_QUESTION | BIT(SLOT_APPROVE_LINK) |
                            BIT(SLOT_CANCEL_LINK),
                        BIT(SLOT_CASE) | BIT(SLOT_PREFACE) |
                            BIT(SLOT_CERTIFICATE) | BIT(SLOT_ANSWERS) |
                            BIT(SLOT_APPROVE_LINK) | BIT(SLOT_CANCEL_LINK) |
                            BIT(SLOT_CHANNELS),
                        BIT(SLOT_CASE)},
    /* CMS-5, CMS-7 */
    [LETTER_DISPOSE] = {OF_QUESTION | BIT(SLOT_ROUTE_LINK) |
                            BIT(SLOT_CORRECT_LINK) | BIT(SLOT_REJECT_LINK),
                        BIT(SLOT_CASE) | BIT(SLOT_PREFACE) |
                            BIT(SLOT_REGISTRY) | BIT(SLOT_LETTER) |
                            BIT(SLOT_ANSWERS) | BIT(SLOT_ROUTE_LINK) |
                            BIT(SLOT_CORRECT_LINK) | BIT(SLOT_REJECT_LINK),
                        BIT(SLOT_CASE)},
    [LETTER_IDENTITY] = {OF_QUESTION | BIT(SLOT_MATCH_LINK) |
                             BIT(SLOT_MISMATCH_LINK),
                         BIT(SLOT_CASE) | BIT(SLOT_PREFACE) |
                             BIT(SLOT_REGISTRY) | BIT(SLOT_LETTER) |
                             BIT(SLOT_MATCH_LINK) | BIT(SLOT_MISMATCH_LINK),
                         BIT(SLOT_CASE)},
    /* PKL-17, STD-8, STD-20: reads, cannot decide */
    [LETTER_LATE] = {OF_OFFICER | BIT(SLOT_EXPLANATION) | BIT(SLOT_AWAITED) |
                         BIT(SLOT_WAITED),
                     BIT(SLOT_CASE) | BIT(SLOT_EXPLANATION) |
                         BIT(SLOT_STEP) | BIT(SLOT_AWAITED) |
                         BIT(SLOT_SINCE),
                     BIT(SLOT_CASE)},
    [LETTER_DELEGATED] = {ALWAYS | BIT(SLOT_CONTACT) | BIT(SLOT_EXPLANATION) |
                              BIT(SLOT_DEPUTY) | BIT(SLOT_PRINCIPAL) |
                              BIT(SLOT_UNTIL),
                          BIT(SLOT_EXPLANATION) | BIT(SLOT_DEPUTY) |
                              BIT(SLOT_PRINCIPAL) | BIT(SLOT_UNTIL),
                          0},
    /* PKL-20, PKL-21, CMS-17: all that he needs in the portal */
    [LETTER_GUIDE_REVOKE] = {GUIDE | BIT(SLOT_OLD_SERIAL) |
                                 BIT(SLOT_REVOCATION_REASON),
                             GUIDE_MUST | BIT(SLOT_OLD_SERIAL),
                             BIT(SLOT_CASE)},
    [LETTER_GUIDE_ISSUE] = {GUIDE | BIT(SLOT_OLD_SERIAL) |
                                BIT(SLOT_REVOKED_AT),
                            GUIDE_MUST, BIT(SLOT_CASE)},
    [LETTER_REPORT] = {UNDER_WAY | BIT(SLOT_EXPLANATION) | BIT(SLOT_DECISION) |
                           BIT(SLOT_REASON) | BIT(SLOT_HELPER) |
                           BIT(SLOT_REMARK),
                       BIT(SLOT_CASE) | BIT(SLOT_EXPLANATION) |
                           BIT(SLOT_HELPER) | BIT(SLOT_CHANNELS),
                       BIT(SLOT_CASE)},
    /* PKL-22, class d */
    [LETTER_ATTEST] = {OF_QUESTION | BIT(SLOT_MATCH_LINK) |
                           BIT(SLOT_MISMATCH_LINK) | BIT(SLOT_PORTAL) |
                           BIT(SLOT_PORTAL_URL),
                       BIT(SLOT_CASE) | BIT(SLOT_PREFACE) |
                           BIT(SLOT_REGISTRY) | BIT(SLOT_CERTIFICATE) |
                           BIT(SLOT_STEP) | BIT(SLOT_MATCH_LINK) |
                           BIT(SLOT_MISMATCH_LINK),
                       BIT(SLOT_CASE)},
    /* CMS-26 */
    [LETTER_HELP] = {OF_OFFICER | BIT(SLOT_EXPLANATION) | BIT(SLOT_REASON) |
                         BIT(SLOT_REGISTRY) | BIT(SLOT_OLD_SERIAL) |
                         BIT(SLOT_PORTAL),
                     BIT(SLOT_CASE) | BIT(SLOT_EXPLANATION) |
                         BIT(SLOT_REASON) | BIT(SLOT_REGISTRY),
                     BIT(SLOT_CASE)},
    [LETTER_DRILL] = {ALWAYS | BIT(SLOT_CONTACT) | BIT(SLOT_PREFACE) |
                          BIT(SLOT_APPROVE_LINK) | BIT(SLOT_EXPIRES),
                      BIT(SLOT_PREFACE) | BIT(SLOT_APPROVE_LINK) |
                          BIT(SLOT_EXPIRES),
                      0},
    [LETTER_DRILLED] = {ALWAYS | BIT(SLOT_CONTACT) | BIT(SLOT_EXPLANATION) |
                            BIT(SLOT_FINDINGS),
                        BIT(SLOT_EXPLANATION) | BIT(SLOT_FINDINGS), 0},
    [LETTER_HALTED] = {OF_OFFICER | BIT(SLOT_EXPLANATION),
                       BIT(SLOT_CASE) | BIT(SLOT_EXPLANATION) |
                           BIT(SLOT_APPLICANT) | BIT(SLOT_STEP),
                       BIT(SLOT_CASE)},
    [LETTER_DISOWNED] = {ALWAYS | BIT(SLOT_CASE) | BIT(SLOT_SERVICE) |
                             BIT(SLOT_APPLICANT) | BIT(SLOT_EXPLANATION),
                         BIT(SLOT_CASE) | BIT(SLOT_EXPLANATION) |
                             BIT(SLOT_CHANNELS),
                         BIT(SLOT_CASE)},
    /* no number in its subject: who is told need not know more than he says */
    [LETTER_NOTICE] = {ALWAYS | BIT(SLOT_APPLICANT) | BIT(SLOT_EXPLANATION),
                       BIT(SLOT_EXPLANATION) | BIT(SLOT_CHANNELS), 0},
    [LETTER_DESK] = {ALWAYS | BIT(SLOT_OFFICER) | BIT(SLOT_EXPIRES),
                     BIT(SLOT_OFFICER) | BIT(SLOT_EXPIRES) |
                         BIT(SLOT_CHANNELS),
                     0},
    [LETTER_STANDARD] = {ALWAYS | BIT(SLOT_STANDARD),
                         BIT(SLOT_STANDARD) | BIT(SLOT_CHANNELS), 0},
    [LETTER_FORMS] = {ALWAYS | BIT(SLOT_ITEMS),
                      BIT(SLOT_ITEMS) | BIT(SLOT_CHANNELS), 0},
    [LETTER_STATUS] = {OF_CASE | BIT(SLOT_COURSE) | BIT(SLOT_EXPLANATION),
                       BIT(SLOT_COURSE) | BIT(SLOT_EXPLANATION) |
                           BIT(SLOT_CHANNELS),
                       BIT(SLOT_CASE)},
    [LETTER_CHECK] = {OF_CASE | BIT(SLOT_DEFECTS) | BIT(SLOT_EXPLANATION) |
                          BIT(SLOT_COUNT) | BIT(SLOT_REMARK),
                      BIT(SLOT_DEFECTS) | BIT(SLOT_EXPLANATION) |
                          BIT(SLOT_ITEMS) | BIT(SLOT_CHANNELS),
                      0},

    /* REV-10, REV-19 */
    [LETTER_REVOKE] = {OF_WORK, BIT(SLOT_CASE) | BIT(SLOT_PREFACE) |
                                    BIT(SLOT_STEPS) | BIT(SLOT_DONE_LINK) |
                                    BIT(SLOT_FAILED_LINK) |
                                    BIT(SLOT_OLD_SERIAL),
                       BIT(SLOT_CASE)},
    [LETTER_REVOKED] = {UNDER_WAY | OUTCOME,
                        BIT(SLOT_CASE) | BIT(SLOT_OLD_SERIAL) |
                            BIT(SLOT_REVOKED_AT) |
                            BIT(SLOT_REVOCATION_REASON) |
                            BIT(SLOT_EVIDENCE) | BIT(SLOT_CHANNELS),
                        BIT(SLOT_CASE)},
    [LETTER_AGREED] = {UNDER_WAY | BIT(SLOT_EXPLANATION),
                       BIT(SLOT_CASE) | BIT(SLOT_EXPLANATION) |
                           BIT(SLOT_CHANNELS),
                       BIT(SLOT_CASE)},
    /* TPN-3 to TPN-7: the certificate stays, and says so */
    [LETTER_RESET] = {OF_WORK | BIT(SLOT_ANSWERS),
                      BIT(SLOT_CASE) | BIT(SLOT_PREFACE) | BIT(SLOT_STEPS) |
                          BIT(SLOT_REGISTRY) | BIT(SLOT_ANSWERS) |
                          BIT(SLOT_DONE_LINK) | BIT(SLOT_FAILED_LINK) |
                          BIT(SLOT_OLD_SERIAL),
                      BIT(SLOT_CASE)},
    [LETTER_RENEW] = {UNDER_WAY | BIT(SLOT_PREFACE) | BIT(SLOT_STEPS) |
                          BIT(SLOT_ANSWERS) | BIT(SLOT_DONE_LINK) |
                          BIT(SLOT_FAILED_LINK) | BIT(SLOT_EXPIRES),
                      BIT(SLOT_CASE) | BIT(SLOT_PREFACE) | BIT(SLOT_STEPS) |
                          BIT(SLOT_ANSWERS) | BIT(SLOT_DONE_LINK) |
                          BIT(SLOT_FAILED_LINK) | BIT(SLOT_CHANNELS),
                      BIT(SLOT_CASE)},
    [LETTER_RENEWED] = {UNDER_WAY | BIT(SLOT_CERTIFICATE) | BIT(SLOT_PORTAL),
                        BIT(SLOT_CASE) | BIT(SLOT_CERTIFICATE) |
                            BIT(SLOT_CHANNELS),
                        BIT(SLOT_CASE)},
    [LETTER_AGAIN] = {UNDER_WAY, BIT(SLOT_CASE) | BIT(SLOT_CHANNELS),
                      BIT(SLOT_CASE)},
    [LETTER_SWITCH] = {UNDER_WAY | BIT(SLOT_REASON) | BIT(SLOT_PORTAL),
                       BIT(SLOT_CASE) | BIT(SLOT_REASON) | BIT(SLOT_CHANNELS),
                       BIT(SLOT_CASE)},
    /* CMS-4, CMS-9, CMS-10 */
    [LETTER_TOLD] = {OF_OFFICER | BIT(SLOT_EXPLANATION) |
                         BIT(SLOT_DECISION) | BIT(SLOT_REASON),
                     BIT(SLOT_CASE) | BIT(SLOT_EXPLANATION) |
                         BIT(SLOT_REASON),
                     BIT(SLOT_CASE)},
    [LETTER_PACKAGE] = {OF_OFFICER | SIDE_BY_SIDE | BIT(SLOT_EXPLANATION) |
                            BIT(SLOT_ITEMS_TO_CHECK) |
                            BIT(SLOT_REVOCATION_REASON),
                        BIT(SLOT_CASE) | BIT(SLOT_EXPLANATION) |
                            BIT(SLOT_REGISTRY) | BIT(SLOT_LETTER) |
                            BIT(SLOT_ITEMS_TO_CHECK),
                        BIT(SLOT_CASE)},
    [LETTER_SENT_FOR] = {OF_OFFICER | BIT(SLOT_EXPLANATION) |
                             BIT(SLOT_DEFECTS),
                         BIT(SLOT_CASE) | BIT(SLOT_EXPLANATION) |
                             BIT(SLOT_DEFECTS),
                         BIT(SLOT_CASE)},
    /* INT-3, V056: no word of the mail it is about, nothing of a case; its
     * reader may be anybody who has this mailbox. */
    [LETTER_CHALLENGE] = {ALWAYS | BIT(SLOT_SINCE) | BIT(SLOT_EXPIRES) |
                              BIT(SLOT_YES_LINK),
                          BIT(SLOT_SINCE) | BIT(SLOT_EXPIRES) |
                              BIT(SLOT_YES_LINK) | BIT(SLOT_CHANNELS),
                          0},
    [LETTER_HOLD] = {OF_OFFICER | BIT(SLOT_DECISION) | BIT(SLOT_REASON) |
                         BIT(SLOT_EXPIRES) | BIT(SLOT_CANCEL_LINK) |
                         BIT(SLOT_REMARK),
                     BIT(SLOT_CASE) | BIT(SLOT_DECISION) | BIT(SLOT_EXPIRES) |
                         BIT(SLOT_CANCEL_LINK),
                     BIT(SLOT_CASE)},
    /* STD-15: everything said so far, and every way to answer */
    [LETTER_COMPLAINT] = {OF_OFFICER | BIT(SLOT_PREFACE) |
                              BIT(SLOT_ANSWERS) | BIT(SLOT_EXPIRES) |
                              BIT(SLOT_REGISTRY) | BIT(SLOT_COMPLAINT) |
                              BIT(SLOT_ABOUT) |
                              (SPOKEN & ~BIT(SLOT_REOPEN_LINK)),
                          BIT(SLOT_CASE) | BIT(SLOT_PREFACE) |
                              BIT(SLOT_ANSWERS) | BIT(SLOT_REGISTRY) |
                              BIT(SLOT_COMPLAINT) | BIT(SLOT_ABOUT) |
                              (SPOKEN & ~BIT(SLOT_REOPEN_LINK)),
                          BIT(SLOT_CASE)},
    /* STD-13: number and receipt; LAW-7: until when */
    [LETTER_COMPLAINT_RECEIVED] = {OF_COMPLAINT | BIT(SLOT_CLOCK_STARTS) |
                                       BIT(SLOT_COMPLAINT) | BIT(SLOT_ABOUT),
                                   BIT(SLOT_CASE) | BIT(SLOT_COMPLAINT) |
                                       BIT(SLOT_DUE) | BIT(SLOT_CHANNELS),
                                   BIT(SLOT_CASE)},
    [LETTER_COMPLAINT_REPLY] = {OF_COMPLAINT | BIT(SLOT_REPLY) |
                                    BIT(SLOT_OFFICER) | BIT(SLOT_EXPLANATION),
                                BIT(SLOT_CASE) | BIT(SLOT_REPLY) |
                                    BIT(SLOT_EXPLANATION) |
                                    BIT(SLOT_CHANNELS),
                                BIT(SLOT_CASE)},
    [LETTER_COMPLAINT_PROGRESS] = {OF_COMPLAINT | BIT(SLOT_EXPLANATION),
                                   BIT(SLOT_CASE) | BIT(SLOT_EXPLANATION) |
                                       BIT(SLOT_CHANNELS),
                                   BIT(SLOT_CASE)},
    [LETTER_COMPLAINT_SOLUTION] = {OF_COMPLAINT | BIT(SLOT_REPLY) |
                                       BIT(SLOT_PREFACE) |
                                       BIT(SLOT_ANSWERS) | BIT(SLOT_EXPIRES) |
                                       BIT(SLOT_DONE_LINK) |
                                       BIT(SLOT_REOPEN_LINK),
                                   BIT(SLOT_CASE) | BIT(SLOT_REPLY) |
                                       BIT(SLOT_PREFACE) | BIT(SLOT_ANSWERS) |
                                       BIT(SLOT_DONE_LINK) |
                                       BIT(SLOT_REOPEN_LINK) |
                                       BIT(SLOT_CHANNELS),
                                   BIT(SLOT_CASE)},
    [LETTER_SUGGESTION] = {ALWAYS | BIT(SLOT_REMARK), BIT(SLOT_CHANNELS), 0},
    /* LAW-8: the answers are nobody's, so no prepared one names the case */
    [LETTER_SURVEY] = {ALWAYS | BIT(SLOT_CASE) | BIT(SLOT_SERVICE) |
                           BIT(SLOT_QUESTIONS) | BIT(SLOT_SURVEY_LINK) |
                           BIT(SLOT_EXPIRES),
                       BIT(SLOT_QUESTIONS) | BIT(SLOT_SURVEY_LINK) |
                           BIT(SLOT_EXPIRES) | BIT(SLOT_CHANNELS),
                       0},
    [LETTER_SURVEY_NOTE] = {ALWAYS | BIT(SLOT_EXPLANATION),
                            BIT(SLOT_EXPLANATION) | BIT(SLOT_CHANNELS), 0},
};

/* ---- text --------------------------------------------------------------- */

/* A place in a file, for messages. */
struct place {
    const char *file;
    unsigned line;
};

static int complain(const struct place *p, struct err *e, const char *what) {
    return err_set(e, ERR_SETUP, "%s:%u: %s", p->file, p->line, what);
}

/* Finds the next {slot} at or after *p: 1 with its name, 0 when there is none,
 * -1 for a brace that belongs to nothing. */
static int next_slot(const struct place *place, const char **p,
                     char name[LIMIT_WORD], struct err *e) {
    const char *open = *p + strcspn(*p, "{}");
    size_t n;

    if (*open == '\0') {
        return 0;
    }
    n = *open == '{' ? strcspn(open + 1, "{}") : 0;
    if (*open == '}' || open[1 + n] != '}' || n == 0 || n >= LIMIT_WORD) {
        return complain(place, e,
                        "a brace that belongs to no slot; {name} with a known "
                        "name is right");
    }
    text_copy_n(name, LIMIT_WORD, open + 1, n);
    *p = open + n + 2;
    return 1;
}

static int slot_of(const char *name) {
    for (int i = 0; i < SLOT__MAX; i++) {
        if (strcmp(letter_slot_name((enum letter_slot)i), name) == 0) {
            return i;
        }
    }
    return -1;
}

static void list_slots(slot_set set, char *list, size_t room) {
    size_t used = 0;

    list[0] = '\0';
    for (int i = 0; i < SLOT__MAX && used < room; i++) {
        if ((set & BIT(i)) != 0) {
            used += (size_t)snprintf(list + used, room - used, "%s{%s}",
                                     used > 0 ? ", " : "",
                                     letter_slot_name((enum letter_slot)i));
        }
    }
}

static int refuse_slot(const struct place *place, const char *name,
                       slot_set may, struct err *e) {
    char list[1024];

    list_slots(may, list, sizeof list);
    return err_set(e, ERR_SETUP,
                   "%s:%u: {%s} is no slot that has a value here; known here: "
                   "%s",
                   place->file, place->line, name, list);
}

/* One line of a template; adds its slots to *seen. */
static int check_slots(const struct place *place, const char *line,
                       slot_set may, slot_set *seen, struct err *e) {
    const char *p = line;
    char name[LIMIT_WORD];
    int found;

    while ((found = next_slot(place, &p, name, e)) == 1) {
        int slot = slot_of(name);

        if (slot < 0 || (may & BIT(slot)) == 0) {
            return refuse_slot(place, name, may, e);
        }
        if ((BLOCKS & BIT(slot)) != 0 &&
            (line[strspn(line, " ")] != '{' || *p != '\0')) {
            return err_set(e, ERR_SETUP,
                           "%s:%u: {%s} has several lines and stands on a line "
                           "of its own",
                           place->file, place->line, name);
        }
        *seen |= BIT(slot);
    }
    return found;
}

static int check_line(const struct place *place, const char *line,
                      struct err *e) {
    char said[256];
    const char *word;
    size_t size;

    if (!value_is_plain(line)) {
        return complain(place, e, "a control character (a tab?); plain text "
                                  "with spaces is right");
    }
    word = decision_word_at_end(line, &size);
    if (word != NULL) {
        snprintf(said, sizeof said,
                 "the paragraph ends in \"%.*s\", a decision word, which a "
                 "mail program may put on a line of its own; let another word "
                 "follow",
                 (int)size, word);
        return complain(place, e, said);
    }
    return 0;
}

/* ---- templates ---------------------------------------------------------- */

static int check_must(const char *file, slot_set must, slot_set seen,
                      const char *where, struct err *e) {
    for (int i = 0; i < SLOT__MAX; i++) {
        if ((must & BIT(i)) != 0 && (seen & BIT(i)) == 0) {
            return err_set(e, ERR_SETUP, "%s: {%s} is missing in the %s", file,
                           letter_slot_name((enum letter_slot)i), where);
        }
    }
    return 0;
}

static int check_body(const char *file, char *body, enum letter_kind k,
                      struct err *e) {
    struct place place = {file, 2};
    slot_set seen = 0;

    for (char *line = body, *next; line != NULL; line = next) {
        next = strchr(line, '\n');
        if (next != NULL) {
            *next = '\0';
        }
        place.line++;
        if (check_line(&place, line, e) != 0 ||
            check_slots(&place, line, rules[k].may, &seen, e) != 0) {
            return -1;
        }
        if (next != NULL) {
            *next++ = '\n';
        }
    }
    return check_must(file, rules[k].must, seen, "body", e);
}

/* Cuts "Subject: S\n\nBODY" in two; both stay in `text`. */
static int split(const char *file, char *text, char **subject, char **body,
                 struct err *e) {
    char *end = strchr(text, '\n');

    if (!text_starts_ci(text, "Subject: ") || end == NULL || end[1] != '\n' ||
        end == text + strlen("Subject: ")) {
        return err_set(e, ERR_SETUP,
                       "%s:1: the first line is \"Subject: ...\" and the "
                       "second is empty",
                       file);
    }
    *end = '\0';
    *subject = text + strlen("Subject: ");
    *body = end + 2;
    if ((*body)[strspn(*body, " \n")] == '\0') {
        return err_set(e, ERR_SETUP, "%s:3: the body is missing", file);
    }
    return 0;
}

static int check_template(const char *file, char *text, size_t size,
                          enum letter_kind k, struct letter_template *t,
                          struct err *e) {
    struct place first = {file, 1};
    char *subject = NULL, *body = NULL;
    slot_set seen = 0;

    if (!text_is_utf8(text, size)) {
        return err_set(e, ERR_SETUP,
                       "%s: is not text in UTF-8; save the file as UTF-8",
                       file);
    }
    if (split(file, text, &subject, &body, e) != 0 ||
        check_line(&first, subject, e) != 0 ||
        check_slots(&first, subject, rules[k].may & ~BLOCKS, &seen, e) != 0 ||
        check_must(file, rules[k].subject_must, seen, "subject", e) != 0 ||
        check_body(file, body, k, e) != 0) {
        return -1;
    }
    t->subject = xstrdup(subject);
    t->body = xstrdup(body);
    t->present = true;
    return 0;
}

static int read_template(const char *dir, enum language l, enum letter_kind k,
                         struct letter_template *t, struct err *e) {
    char path[2 * LIMIT_PATH], *text = NULL;
    size_t size;
    int rc;
    struct err why = ERR_INIT;

    snprintf(t->file, sizeof t->file, "letters/%s/%s.txt", language_name(l),
             letter_kind_name(k));
    snprintf(path, sizeof path, "%s/%s", dir, t->file);
    if (io_read_file(path, LIMIT_TEMPLATE, &text, &size, &why) != 0) {
        const char *tail = strrchr(why.text, ':');

        return err_set(e, ERR_SETUP,
                       "%s%s; each letter has a template in each language",
                       t->file, tail != NULL ? tail : ": cannot be read");
    }
    rc = check_template(t->file, text, size, k, t, e);
    free(text);
    return rc;
}

/* ---- phrases ------------------------------------------------------------ */

/* What a phrase may name: filled in by proc/engine_decide.c. */
static const struct {
    const char *prefix;
    const char *slots[16];
} phrase_slots[] = {
    {"item-none", {NULL}},
    {"summary-mailbox", {"count", NULL}},
    {"item-", {"file", "paper", NULL}},
    {"agreed-", {"serial", "portal", NULL}},
    {"again-reset", {"reason_given", NULL}},
    {"first-record", {"outside", NULL}},
    {"how-record", {"outside", NULL}},
    {"remark-sent-for", {"sent_by", NULL}},
    {"defect-domain", {"domains", NULL}},
    {"disposition-sheet", {"office", "unit", "agency", "letter_number",
                           "letter_date", "received", "case", "service",
                           "name", "number", NULL}},
    {"disposition-entry", {"count", "assigned", "instruction", "officer",
                           "when", NULL}},
    {"checked-", {"count", "item", NULL}},
    {"defect-csr-", {"name", "rsa_min", "exponent_min", "curves", "curve",
                     NULL}},
    {"defect-", {"name", "number", "agency", "serial", "paper", "file",
                 "papers", "days", "size", "letter_date", "said", "plea",
                 "read", NULL}},
    {"make-csr", {"key_command", NULL}},
    {"make-key", {"rsa_new", "exponent_min", NULL}},
    {"papers-when-", {"paper", NULL}},
    {"read-differs", {"known", NULL}},
    {"read-unrecognised", {"paper", NULL}},
    {"read-", {"read", "mark", NULL}},
    {"finding-differs", {"paper", "fields", NULL}},
    {"finding-plea", {"paper", "said", "plea", NULL}},
    {"finding-old", {"paper", "letter_date", NULL}},
    {"finding-future", {"paper", "letter_date", NULL}},
    {"finding-by-eye", {"paper", NULL}},
    {"finding-unrecognised", {"paper", NULL}},
    {"finding-unnamed", {"paper", NULL}},
    {"finding-script", {"paper", NULL}},
    {"finding-encrypted", {"paper", NULL}},
    {"finding-embedded-files", {"paper", NULL}},
    {"finding-polyglot", {"paper", NULL}},
    {"finding-revisions", {"paper", "count", NULL}},
    {"finding-numbers", {"paper", NULL}},
    {"finding-not-attached", {"paper", NULL}},
    {"alarm-", {NULL}},
    {"block-registry", {"name", "number", "agency", "address", NULL}},
    {"block-letter-none", {NULL}},
    {"block-letter", {"file", "size", "digest", NULL}},
    {"block-csr-none", {NULL}},
    {"block-csr", {"subject", "key", "digest", "file", NULL}},
    {"block-signature-", {NULL}},
    {"block-signature",
     {"ordinal", "signer", "issued_by", "when", "verdict", NULL}},
    {"finding-unscanned", {"paper", NULL}},
    {"finding-signature-", {"paper", NULL}},
    {"finding-signature", {"paper", "signer", "verdict", NULL}},
    {"signature-when-none", {NULL}},
    {"signature-when-", {"when", NULL}},
    {"signature-", {NULL}},
    {"block-certificate", {"subject", "issuer", "serial", "from", "to", NULL}},
    {"finding-csr-name", {"name", "subject", NULL}},
    {"finding-certificate-ended", {"to", NULL}},
    {"steps-install", {NULL}},
    {"steps-guide-", {"name", "number", "agency", "address", "serial",
                      "subject", "issuer", "portal", "url", "choice", "file",
                      "digest", "max_pdf", NULL}},
    {"steps-", {"name", "number", "agency", "address", "serial", "subject",
                "issuer", "portal", "url", "choice", "file", "digest", NULL}},
    {"letter-of-reason", {"name", "number", "agency", "address", "serial",
                          "issuer", "case", "date", "office", "unit",
                          "x_superseded", "x_affiliation", "x_compromise",
                          "chronology", NULL}},
    {"evidence-each", {"revoked", "issued", NULL}},
    {"evidence-", {"issuer", "number", NULL}},
    {"proof-", {"issuer", NULL}},
    {"again-denied", {"said_why", NULL}},
    {"completed-", {NULL}},
    {"stopped-revoked", {"revoked_at", NULL}},
    {"previous-stopped", {"previous", "date", "why", NULL}},
    {"previous-", {"previous", "date", NULL}},
    {"first-verify-again", {"previous", "service", NULL}},
    {"first-verify", {"service", NULL}},
    {"again-retried", {"why", NULL}},
    {"summary-stopped", {"order", NULL}},
    {"summary-undrilled", {"names", NULL}},
    {"summary-questions-wait", {"why", NULL}},
    {"shown-level", {"level", "needed", NULL}},
    {"shown-carriers", {"carriers", NULL}},
    {"shown-covered", {"covered", NULL}},
    {"shown-program", {"program", NULL}},
    {"shown-line", {"line", NULL}},
    {"stuck-", {"order", "case", NULL}},
    {"answer-used", {"step", NULL}},
    {"answer-decided", {"step", NULL}},
    {"answer-other-issuer", {"issuer", "portal", NULL}},
    {"receipt-deputy", {"principal", NULL}},
    {"on-behalf", {"name", "principal", NULL}},
    {"due-past", {"due", NULL}},
    {"receipt-", {"case", "step", "assigned", NULL}},
    {"how-approve-next", {"step", NULL}},
    {"promise-", {"due", NULL}},
    {"contact-officer", {"administrator", NULL}},
    {"lapse-at", {"until", NULL}},
    {"waited-", {"hours", "minutes", NULL}},
    {"first-assigned", {"assigned_by", NULL}},
    {"first-step", {"step", NULL}},
    {"deputy-preface", {"principal", NULL}},
    {"delegated-", {"deputy", "principal", "until", NULL}},
    {"late-", {"step", "awaited", "since", "waited", "due", NULL}},
    {"nudge-", {"lapse", NULL}},
    {"noted-", {"papers", NULL}},
    {"second-contact", {NULL}},
    {"notice-refused", {"name", "date", NULL}},
    {"notice-claimed", {"name", "date", NULL}},
    {"notice-", {"name", "case", "service", "date", NULL}},
    {"said-", {"who", "when", NULL}},
    {"about-", {"number", NULL}},
    {"channel-", {"officer", NULL}},
    {"reply-", {"due", NULL}},
    {"progress-", {"due", "awaited", NULL}},
    {"first-complaint", {"channel", NULL}},
    {"again-reopened", {"due", NULL}},
    {"again-responded", {"due", NULL}},
    {"again-disputed", {"due", NULL}},
    {"again-inspected", {"due", NULL}},
    {"survey-", {"first", "last", NULL}},
    {"awaited-portal", {"portal", NULL}},
    {"standard-", {"service", "papers", "step", "minutes", "opening", "days",
                   "sop", "version", "date", "count", NULL}},
    {"course-", {"step", NULL}},
    {"form-file", {"file", "title", NULL}},
    {"remark-waited", {"since", NULL}},
    {"status-", {"step", "awaited", "since", "due", "lapse", "closed", NULL}},
    {"check-", {"opens", "service", NULL}},
};

static int check_phrase_slot(const struct place *place, const char *phrase,
                             const char *name, struct err *e) {
    for (size_t i = 0; i < sizeof phrase_slots / sizeof phrase_slots[0]; i++) {
        const char *const *slot = phrase_slots[i].slots;

        if (!text_starts_ci(phrase, phrase_slots[i].prefix)) {
            continue;
        }
        for (; *slot != NULL; slot++) {
            if (strcmp(*slot, name) == 0) {
                return 0;
            }
        }
        break;
    }
    return err_set(e, ERR_SETUP,
                   "%s:%u: {%s} is no slot that has a value in \"%s\"",
                   place->file, place->line, name, phrase);
}

static int check_phrase(const struct place *place, const char *phrase,
                        const char *text, struct err *e) {
    char name[LIMIT_WORD], *copy = xstrdup(text);
    const char *p = text;
    int rc = 0;

    for (char *line = copy, *next; line != NULL && rc == 0; line = next) {
        next = strchr(line, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        rc = check_line(place, line, e);
    }
    free(copy);
    while (rc == 0) {
        int found = next_slot(place, &p, name, e);

        if (found <= 0) {
            return found;
        }
        rc = check_phrase_slot(place, phrase, name, e);
    }
    return rc;
}

/* The names the program asks for: one per defect, one per paper, one for "no
 * papers yet", one for a letter that a person has to read,
 * one per alarm.  NULL at the end. */
static const char *phrase_name(size_t i, char name[LIMIT_WORD]) {
    if (i < DEFECT__MAX) {
        snprintf(name, LIMIT_WORD, "defect-%s", defect_name((enum defect)i));
        return name;
    }
    i -= DEFECT__MAX;
    if (i < PAPER__MAX) {
        snprintf(name, LIMIT_WORD, "item-%s", paper_name((enum paper)i));
        return name;
    }
    i -= PAPER__MAX;
    if (i < 2) {
        return i == 0 ? "item-none" : "item-scan";
    }
    i -= 2;
    for (size_t k = 0; alarm_codes[k] != NULL; k++, i--) {
        if (i == 0) {
            snprintf(name, LIMIT_WORD, "alarm-%s", alarm_codes[k]);
            return name;
        }
    }
    for (size_t k = 0; letter_phrases[k] != NULL; k++, i--) {
        if (i == 0) {
            return letter_phrases[k];
        }
    }
    return NULL;
}

static bool is_phrase_name(const char *asked) {
    char room[LIMIT_WORD];
    const char *name;

    for (size_t i = 0; (name = phrase_name(i, room)) != NULL; i++) {
        if (strcmp(name, asked) == 0) {
            return true;
        }
    }
    return false;
}

static int read_phrase(const struct source *s, const config_setting_t *at,
                       struct letterbook *book, enum language l,
                       struct err *e) {
    const char *name = config_setting_name(at);
    const char *text = config_setting_get_string(at);
    struct place place = {s->name, config_setting_source_line(at)};
    struct phrase *phrase = &book->phrases[l][book->phrase_count[l]];

    if (!is_phrase_name(name) || book->phrase_count[l] == LIMIT_PHRASES) {
        return err_set(e, ERR_SETUP,
                       "%s:%u: \"%.60s\" is no phrase that Loket asks for; "
                       "the shipped letters folder has them all",
                       place.file, place.line, name);
    }
    if (text == NULL || *text == '\0') {
        char found[VALUE_FOUND_SIZE];

        value_found(at, found);
        return err_set(e, ERR_SETUP, "%s:%u: %s is %s; one or more strings are "
                       "right", place.file, place.line, name, found);
    }
    if (check_phrase(&place, name, text, e) != 0) {
        return -1;
    }
    text_copy(phrase->name, sizeof phrase->name, name);
    phrase->text = xstrdup(text);
    book->phrase_count[l]++;
    return 0;
}

static int check_phrases(const struct source *s, const struct letterbook *book,
                         enum language l, struct err *e) {
    char room[LIMIT_WORD];
    const char *name;

    for (size_t i = 0; (name = phrase_name(i, room)) != NULL; i++) {
        if (letterbook_phrase(book, l, name) == NULL) {
            return err_set(e, ERR_SETUP,
                           "%s: the phrase \"%s\" is missing; every defect and "
                           "every paper has its wording",
                           s->name, name);
        }
    }
    return 0;
}

static int read_phrases(const char *dir, struct letterbook *book,
                        enum language l, struct err *e) {
    const config_setting_t *root;
    char name[LIMIT_PATH];
    struct source s;
    int rc = 0;

    snprintf(name, sizeof name, "letters/%s/phrases.conf", language_name(l));
    if (source_open(&s, dir, name, e) != 0) {
        return -1;
    }
    root = config_root_setting(&s.config);
    for (int i = 0; rc == 0 && i < config_setting_length(root); i++) {
        rc = read_phrase(&s, config_setting_get_elem(root, (unsigned)i), book,
                         l, e);
    }
    if (rc == 0) {
        rc = check_phrases(&s, book, l, e);
    }
    source_close(&s);
    return rc;
}

static int read_language(const char *dir, struct letterbook *book,
                         enum language l, struct err *e) {
    for (int k = 0; k < LETTER__MAX; k++) {
        if (read_template(dir, l, (enum letter_kind)k, &book->templates[l][k],
                          e) != 0) {
            return -1;
        }
    }
    return read_phrases(dir, book, l, e);
}

struct letterbook *letters_load(const char *dir, struct err *e) {
    struct letterbook *book = xcalloc(1, sizeof *book);

    for (int l = 0; l < LANGUAGE__MAX; l++) {
        if (read_language(dir, book, (enum language)l, e) != 0) {
            letterbook_free(&book);
            return NULL;
        }
    }
    return book;
}
