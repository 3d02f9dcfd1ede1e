/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words of every enum of model/, and the few look-ups that plain data
 * needs.  No rule of Loket lives here.
 */
#include "model/names.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/casefile.h"
#include "model/challenge.h"
#include "model/complaint.h"
#include "model/effect.h"
#include "model/event.h"
#include "model/form.h"
#include "model/letter.h"
#include "model/mail.h"
#include "model/order.h"
#include "model/outbox.h"
#include "model/person.h"
#include "model/standard.h"
#include "model/timer.h"
#include "model/token.h"
#include "model/workflow.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *names_get(const char *const *names, size_t count, size_t value) {
    return value < count && names[value] != NULL ? names[value] : "?";
}

/* One line per enum: the table, then its function. */
#define NAME_FUNCTION(function, type, table)                                  \
    const char *function(type value) {                                        \
        return names_get(table, NAMES_COUNT(table), (size_t)value);           \
    }

static const char *const gate_verdicts[] = {
    [GATE_PASS] = "pass",
    [GATE_EMPTY] = "empty",
    [GATE_SIZE] = "size",
    [GATE_HEADER_SIZE] = "header-size",
    [GATE_NUL] = "nul",
    [GATE_DUP_HEADER] = "dup-header",
    [GATE_MULTI_FROM] = "multi-from",
    [GATE_MULTI_MAILBOX] = "multi-mailbox",
    [GATE_NO_FROM] = "no-from",
    [GATE_ADDR_SYNTAX] = "addr-syntax",
    [GATE_COMMENT_IN_ADDR] = "comment-in-addr",
    [GATE_COMMENT_DEPTH] = "comment-depth",
    [GATE_BOUNDARY] = "boundary",
    [GATE_DEPTH] = "depth",
    [GATE_LIMIT] = "limit",
    [GATE_HOPS] = "hops",
    [GATE_STRUCTURE] = "structure",
};
NAME_FUNCTION(gate_verdict_name, enum gate_verdict, gate_verdicts)

static const char *const sender_levels[] = {
    [LEVEL_NONE] = "none", [LEVEL_MAILBOX] = "mailbox",
    [LEVEL_PROVIDER] = "provider", [LEVEL_DKIM] = "dkim",
    [LEVEL_SMIME] = "smime",
};
NAME_FUNCTION(sender_level_name, enum sender_level, sender_levels)

static const char *const providers[] = {
    [PROVIDER_NONE] = "none", [PROVIDER_GOOGLE] = "google",
    [PROVIDER_MICROSOFT] = "microsoft", [PROVIDER_OWN] = "own",
};
NAME_FUNCTION(provider_name, enum provider, providers)

static const char *const provider_places[] = {
    [PLACE_ABOVE] = "above", [PLACE_BELOW] = "below",
};
NAME_FUNCTION(provider_place_name, enum provider_place, provider_places)

static const char *const token_carriers[] = {
    [CARRIER_SUBJECT] = "subject", [CARRIER_RECIPIENT] = "recipient",
    [CARRIER_IN_REPLY_TO] = "in-reply-to",
    [CARRIER_REFERENCES] = "references", [CARRIER_BODY] = "body",
};
NAME_FUNCTION(token_carrier_name, enum token_carrier, token_carriers)

static const char *const smime_troubles[] = {
    [SMIME_NONE] = "none",
    [SMIME_SOUND] = "sound",
    [SMIME_STRUCTURE] = "structure",
    [SMIME_NOT_SIGNED] = "not-signed",
    [SMIME_WEAK] = "weak",
    [SMIME_NOT_PINNED] = "not-pinned",
    [SMIME_OTHERS] = "others",
    [SMIME_BROKEN] = "broken",
    [SMIME_OTHER_ADDRESS] = "other-address",
    [SMIME_NOT_YET] = "not-yet",
    [SMIME_EXPIRED] = "expired",
    [SMIME_REVOKED] = "revoked",
    [SMIME_CRL] = "crl",
    [SMIME_UNTRUSTED] = "untrusted",
    [SMIME_USAGE] = "usage",
    [SMIME_TIME] = "time",
    [SMIME_NO_TOKEN] = "no-token",
};
NAME_FUNCTION(smime_trouble_name, enum smime_trouble, smime_troubles)

bool token_has_form(const char *text) {
    return strncmp(text, "lk", 2) == 0 && strlen(text) == LIMIT_TOKEN - 1 &&
           strspn(text + 2, "0123456789abcdef") == LIMIT_TOKEN - 3;
}

void token_mask(char *to, size_t room, const char *text) {
    static const char mask[] = "(token)";
    size_t used = 0;

    while (*text != '\0' && used + sizeof mask <= room) {
        char start[LIMIT_TOKEN];

        text_copy(start, sizeof start, text);
        if (token_has_form(start)) {
            text += strlen(start);
            memcpy(to + used, mask, sizeof mask - 1);
            used += sizeof mask - 1;
        } else {
            to[used++] = *text++;
        }
    }
    to[used] = '\0';
}

#define APPLICANT "subscriber:"

void applicant_id(int64_t subscriber_id, char id_r[LIMIT_PERSON_ID]) {
    snprintf(id_r, LIMIT_PERSON_ID, APPLICANT "%lld",
             (long long)subscriber_id);
}

bool is_applicant_id(const char *id) {
    return strncmp(id, APPLICANT, sizeof APPLICANT - 1) == 0;
}

static const char *const automatics[] = {
    [AUTOMATIC_NO] = "no", [AUTOMATIC_REPLY] = "reply",
    [AUTOMATIC_LIST] = "list", [AUTOMATIC_BOUNCE] = "bounce",
    [AUTOMATIC_OWN] = "own",
};
NAME_FUNCTION(automatic_name, enum automatic, automatics)

static const char *const quotings[] = {
    [QUOTING_NONE] = "none",
    [QUOTING_UNKNOWN] = "unknown",
    [QUOTING_GMAIL] = "gmail",
    [QUOTING_OUTLOOK] = "outlook",
    [QUOTING_APPLE] = "apple",
    [QUOTING_THUNDERBIRD] = "thunderbird",
    [QUOTING_YAHOO] = "yahoo",
    [QUOTING_ZIMBRA] = "zimbra",
    [QUOTING_ROUNDCUBE] = "roundcube",
    [QUOTING_SAMSUNG] = "samsung",
    [QUOTING_MUTT] = "mutt",
};
NAME_FUNCTION(quoting_name, enum quoting, quotings)

static const char *const decisions[] = {
    [DECISION_NONE] = "none",
    [DECISION_UNCLEAR] = "unclear",
    [DECISION_APPROVE] = "approve",
    [DECISION_REJECT] = "reject",
    [DECISION_CORRECT] = "correct",
    [DECISION_MATCH] = "match",
    [DECISION_MISMATCH] = "mismatch",
    [DECISION_ROUTE] = "route",
    [DECISION_DONE] = "done",
    [DECISION_FAILED] = "failed",
    [DECISION_REVOKE] = "revoke",
    [DECISION_CANCEL] = "cancel",
    [DECISION_STATUS] = "status",
    [DECISION_INFO] = "info",
    [DECISION_FORM] = "form",
    [DECISION_COMPLAINT] = "complaint",
    [DECISION_SUGGESTION] = "suggestion",
    [DECISION_DELEGATE] = "delegate",
    [DECISION_DISOWN] = "disown",
    [DECISION_RESPOND] = "respond",
    [DECISION_SOLVE] = "solve",
    [DECISION_DISPUTE] = "dispute",
    [DECISION_INSPECT] = "inspect",
    [DECISION_REOPEN] = "reopen",
};
NAME_FUNCTION(decision_name, enum decision, decisions)

static const char *const request_words[] = {
    [REQUEST_NONE] = "none",
    [REQUEST_INFO] = "info",
    [REQUEST_FORM] = "form",
    [REQUEST_STATUS] = "status",
    [REQUEST_CHECK] = "check",
    [REQUEST_COMPLAINT] = "complaint",
    [REQUEST_SUGGESTION] = "suggestion",
    [REQUEST_SURVEY] = "survey",
    [REQUEST_DESK] = "desk",
};
NAME_FUNCTION(request_word_name, enum request_word, request_words)

static const char *const dispositions[] = {
    [DISPOSITION_OPEN] = "open", [DISPOSITION_CASE] = "case",
    [DISPOSITION_QUARANTINE] = "quarantine",
    [DISPOSITION_IGNORED] = "ignored",
};
NAME_FUNCTION(disposition_name, enum disposition, dispositions)

static const char *const standard_parts[] = {
    [STANDARD_REQUIREMENTS] = "requirements",
    [STANDARD_PROCEDURE] = "procedure",
    [STANDARD_TIME] = "time",
    [STANDARD_FEE] = "fee",
    [STANDARD_PRODUCT] = "product",
    [STANDARD_COMPLAINTS] = "complaints",
    [STANDARD_LEGAL] = "legal",
    [STANDARD_FACILITIES] = "facilities",
    [STANDARD_COMPETENCE] = "competence",
    [STANDARD_OVERSIGHT] = "oversight",
    [STANDARD_STAFF] = "staff",
    [STANDARD_GUARANTEE] = "guarantee",
    [STANDARD_SAFETY] = "safety",
    [STANDARD_EVALUATION] = "evaluation",
};
NAME_FUNCTION(standard_part_name, enum standard_part, standard_parts)

static const char *const document_kinds[] = {
    [DOCUMENT_UNKNOWN] = "unknown", [DOCUMENT_CSR] = "csr",
    [DOCUMENT_CERTIFICATE] = "certificate",
    [DOCUMENT_PRIVATE_KEY] = "private-key", [DOCUMENT_PDF] = "pdf",
    [DOCUMENT_IMAGE] = "image", [DOCUMENT_ARCHIVE] = "archive",
    [DOCUMENT_TEXT] = "text", [DOCUMENT_MESSAGE] = "message",
};
NAME_FUNCTION(document_kind_name, enum document_kind, document_kinds)

static const char *const signature_troubles[] = {
    [SIGNATURE_SOUND] = "sound",
    [SIGNATURE_UNREADABLE] = "unreadable",
    [SIGNATURE_ALTERED] = "altered",
    [SIGNATURE_WEAK] = "weak",
    [SIGNATURE_APPENDED] = "appended",
    [SIGNATURE_FOLLOWED] = "followed",
    [SIGNATURE_NO_ANCHORS] = "no-anchors",
    [SIGNATURE_OTHER_ISSUER] = "other-issuer",
    [SIGNATURE_EXPIRED] = "expired",
    [SIGNATURE_NOT_YET] = "not-yet",
    [SIGNATURE_USAGE] = "usage",
    [SIGNATURE_UNTRUSTED] = "untrusted",
};
NAME_FUNCTION(signature_trouble_name, enum signature_trouble,
              signature_troubles)

static const char *const curves[] = {
    [CURVE_P256] = "P-256", [CURVE_P384] = "P-384", [CURVE_P521] = "P-521"};
NAME_FUNCTION(curve_name, enum curve, curves)

const struct key_policy key_policy_usual = {
    .rsa_min = KEY_RSA_FLOOR,
    .exponent_min = KEY_EXPONENT_FLOOR,
    .curves = {true, true, true},
};

static const char *const csr_faults[] = {
    [CSR_FORMAT] = "csr-format",
    [CSR_ENCODING] = "csr-encoding",
    [CSR_BLOCKS] = "csr-blocks",
    [CSR_SIZE] = "csr-size",
    [CSR_KEY_TYPE] = "key-type",
    [CSR_KEY_SIZE] = "key-size",
    [CSR_EXPONENT] = "exponent",
    [CSR_WEAK_CHIP] = "weak-key-chip",
    [CSR_WEAK_LISTED] = "weak-key-listed",
    [CSR_WEAK_PRIMES] = "weak-key-primes",
    [CSR_CURVE] = "curve",
    [CSR_SIGNATURE_ALGORITHM] = "signature-algorithm",
    [CSR_SIGNATURE] = "signature",
};
NAME_FUNCTION(csr_fault_name, enum csr_fault, csr_faults)

static const char *const languages[] = {
    [LANGUAGE_ID] = "id", [LANGUAGE_EN] = "en"};
NAME_FUNCTION(language_name, enum language, languages)

static const char *const certificate_states[] = {
    [CERTIFICATE_ACTIVE] = "active", [CERTIFICATE_REVOKED] = "revoked",
    [CERTIFICATE_EXPIRED] = "expired"};
NAME_FUNCTION(certificate_state_name, enum certificate_state,
              certificate_states)

static const char *const roles[] = {
    [ROLE_ADMINISTRATOR] = "administrator",
    [ROLE_VERIFIER] = "verifier",
    [ROLE_OPERATOR] = "operator",
    [ROLE_OVERSIGHT] = "oversight",
    [ROLE_SUPERIOR] = "superior",
    [ROLE_ECHELON_2] = "echelon-2",
    [ROLE_SECRETARIAT] = "secretariat",
    [ROLE_HEAD] = "head",
    [ROLE_DIVISION_HEAD] = "division-head",
    [ROLE_SECTION_OFFICER] = "section-officer",
    [ROLE_COMPLAINT_OFFICER] = "complaint-officer",
    [ROLE_COMPLAINT_OFFICIAL] = "complaint-official",
    [ROLE_LEADERSHIP] = "leadership",
};
NAME_FUNCTION(role_name, enum role, roles)

bool role_is_of_agency(enum role r) {
    return r == ROLE_SUPERIOR || r == ROLE_ECHELON_2 ||
           r == ROLE_SECRETARIAT;
}

bool role_needs_grant(enum role r) {
    return r == ROLE_VERIFIER || r == ROLE_OPERATOR ||
           r == ROLE_SECTION_OFFICER;
}

bool role_may_decide(enum role r) {
    return r != ROLE_ADMINISTRATOR && r != ROLE_OVERSIGHT &&
           r != ROLE_SECRETARIAT && r != ROLE_LEADERSHIP;
}

static const char *const abilities[] = {
    [ABILITY_REGISTRATION] = "registration", [ABILITY_SIGNING] = "signing",
    [ABILITY_ISSUING] = "issuing", [ABILITY_PROCEDURES] = "procedures"};
NAME_FUNCTION(ability_name, enum ability, abilities)

static const char *const educations[] = {
    [EDUCATION_UNKNOWN] = "unknown", [EDUCATION_SMA] = "SMA",
    [EDUCATION_D3] = "D3", [EDUCATION_D4] = "D4", [EDUCATION_S1] = "S1",
    [EDUCATION_S2] = "S2", [EDUCATION_S3] = "S3"};
NAME_FUNCTION(education_name, enum education, educations)

static const char *const powers[] = {
    [POWER_EXAMINE] = "examine", [POWER_APPROVE] = "approve",
    [POWER_REJECT] = "reject"};
NAME_FUNCTION(power_name, enum power, powers)

static const char *const powers_over[] = {
    [OVER_ISSUE] = "issue", [OVER_RENEW] = "renew", [OVER_REVOKE] = "revoke"};
NAME_FUNCTION(power_over_name, enum power_over, powers_over)

static const char *const affiliations[] = {
    [AFFILIATION_BSRE] = "bsre", [AFFILIATION_AGENCY] = "agency"};
NAME_FUNCTION(affiliation_name, enum affiliation, affiliations)

static const char *const delegation_sources[] = {
    [DELEGATION_MAIL] = "mail", [DELEGATION_AUTOMATIC] = "automatic"};
NAME_FUNCTION(delegation_source_name, enum delegation_source,
              delegation_sources)

static const char *const drill_words[] = {
    [DRILLS_OFF] = "off", [DRILLS_OFFERED] = "offered",
    [DRILLS_REQUIRED] = "required"};
NAME_FUNCTION(drills_name, enum drills, drill_words)

static const char *const timer_kinds[] = {
    [TIMER_REMIND] = "remind", [TIMER_ESCALATE] = "escalate",
    [TIMER_TIMEOUT] = "timeout", [TIMER_STALLED] = "stalled",
    [TIMER_DUE] = "due", [TIMER_REVOCATION] = "revocation"};
NAME_FUNCTION(timer_kind_name, enum timer_kind, timer_kinds)

static const char *const step_kinds[] = {
    [KIND_PAPERS] = "papers", [KIND_DECIDE] = "decide",
    [KIND_DISPOSE] = "dispose", [KIND_CONFIRM] = "confirm",
    [KIND_REVOKE] = "revoke", [KIND_ISSUE] = "issue",
    [KIND_RESET] = "reset", [KIND_END] = "end",
    [KIND_ANSWER] = "answer"};
NAME_FUNCTION(step_kind_name, enum step_kind, step_kinds)

bool step_kind_asks_officer(enum step_kind k) {
    return k == KIND_DECIDE || k == KIND_DISPOSE || k == KIND_RESET ||
           k == KIND_ANSWER;
}

static const char *const outlets[] = {
    [OUTLET_COMPLETE] = "complete", [OUTLET_APPROVE] = "approve",
    [OUTLET_REJECT] = "reject", [OUTLET_CORRECT] = "correct",
    [OUTLET_MATCH] = "match", [OUTLET_MISMATCH] = "mismatch",
    [OUTLET_ROUTE] = "route", [OUTLET_CANCEL] = "cancel",
    [OUTLET_DONE] = "done", [OUTLET_TIMEOUT] = "timeout",
    [OUTLET_FAILED] = "failed",
    [OUTLET_RESPOND] = "respond", [OUTLET_SOLVE] = "solve",
    [OUTLET_DISPUTE] = "dispute", [OUTLET_INSPECT] = "inspect",
    [OUTLET_REOPEN] = "reopen"};
NAME_FUNCTION(outlet_name, enum outlet, outlets)

static const char *const outcomes[] = {
    [OUTCOME_COMPLETED] = "completed", [OUTCOME_REJECTED] = "rejected",
    [OUTCOME_LAPSED] = "lapsed"};
NAME_FUNCTION(outcome_name, enum outcome, outcomes)

static const char *const paper_checks[] = {
    [PAPER_CHECK_NAME] = "name",
    [PAPER_CHECK_NUMBER] = "number",
    [PAPER_CHECK_AGENCY] = "agency",
    [PAPER_CHECK_SERIAL] = "serial",
    [PAPER_CHECK_LETTER_NUMBER] = "letter-number",
    [PAPER_CHECK_LETTER_DATE] = "letter-date",
    [PAPER_CHECK_PLEA] = "plea"};
NAME_FUNCTION(paper_check_name, enum paper_check, paper_checks)

static const char *const paper_whens[] = {
    [WHEN_ALWAYS] = "always", [WHEN_LOST] = "lost",
    [WHEN_NOT_LOST] = "not-lost"};
NAME_FUNCTION(paper_when_name, enum paper_when, paper_whens)

static const char *const papers[] = {
    [PAPER_STATEMENT] = "statement",
    [PAPER_CSR] = "csr",
    [PAPER_REQUEST] = "request",
    [PAPER_REASON] = "revocation-reason",
    [PAPER_RECOMMENDATION] = "recommendation",
    [PAPER_SUPERIOR] = "superior",
    [PAPER_POLICE] = "police",
    [PAPER_IDENTITY] = "identity"};
NAME_FUNCTION(paper_name, enum paper, papers)

static const char *const pleas[] = {
    [PLEA_NONE] = "none", [PLEA_FORGOTTEN] = "forgotten",
    [PLEA_CHANGED] = "changed", [PLEA_LOST] = "lost",
    [PLEA_SEVERAL] = "several"};
NAME_FUNCTION(plea_name, enum plea, pleas)

static const char *const executors[] = {
    [EXECUTOR_CA] = "ca",
    [EXECUTOR_OPERATOR] = "operator",
    [EXECUTOR_APPLICANT] = "applicant"};
NAME_FUNCTION(executor_name, enum executor, executors)

bool page_code_find(const char *text, char code_r[PAGE_CODE_SIZE]) {
    static const char hex[] = "0123456789abcdef";
    const char *before = text;

    for (const char *at = text; (at = strstr(at, "lp")) != NULL; at++) {
        bool begins = at == before || strchr(" \n:", at[-1]) != NULL;

        if (begins && strspn(at + 2, hex) == PAGE_CODE_SIZE - 3 &&
            (at[PAGE_CODE_SIZE - 1] == '\0' ||
             strchr(" \n.", at[PAGE_CODE_SIZE - 1]) != NULL)) {
            text_copy_n(code_r, PAGE_CODE_SIZE, at, PAGE_CODE_SIZE - 1);
            return true;
        }
    }
    code_r[0] = '\0';
    return false;
}

bool executor_is_in_portal(enum executor x) {
    return x == EXECUTOR_OPERATOR || x == EXECUTOR_APPLICANT;
}

static const char *const casefile_states[] = {
    [CASE_NEW] = "new", [CASE_INCOMPLETE] = "incomplete",
    [CASE_RECEIVED] = "received", [CASE_REVOKING] = "revoking",
    [CASE_ISSUING] = "issuing", [CASE_COMPLETED] = "completed",
    [CASE_REJECTED] = "rejected", [CASE_STOPPED] = "stopped",
    [CASE_LAPSED] = "lapsed"};
NAME_FUNCTION(casefile_state_name, enum casefile_state, casefile_states)

bool casefile_state_is_closed(enum casefile_state s) {
    return s == CASE_COMPLETED || s == CASE_REJECTED || s == CASE_STOPPED ||
           s == CASE_LAPSED;
}

static const char *const complaint_channels[] = {
    [CHANNEL_MAIL] = "mail", [CHANNEL_VISIT] = "visit",
    [CHANNEL_TELEPHONE] = "telephone"};
NAME_FUNCTION(complaint_channel_name, enum complaint_channel,
              complaint_channels)

static const char *const ask_steps[] = {
    [STEP_VERIFY] = "verify", [STEP_EXECUTE] = "execute"};
NAME_FUNCTION(ask_step_name, enum ask_step, ask_steps)

static const char *const order_kinds[] = {
    [ORDER_ISSUE] = "issue", [ORDER_REVOKE] = "revoke"};
NAME_FUNCTION(order_kind_name, enum order_kind, order_kinds)

static const char *const order_reasons[] = {
    [ORDER_REASON_NONE] = "none",
    [ORDER_REASON_SUPERSEDED] = "superseded",
    [ORDER_REASON_AFFILIATION_CHANGED] = "affiliation-changed",
    [ORDER_REASON_KEY_COMPROMISE] = "key-compromise"};
NAME_FUNCTION(order_reason_name, enum order_reason, order_reasons)

static const char *const order_states[] = {
    [ORDER_GIVEN] = "given", [ORDER_DONE] = "done",
    [ORDER_STOPPED] = "stopped", [ORDER_ABANDONED] = "abandoned"};
NAME_FUNCTION(order_state_name, enum order_state, order_states)

static const char *const evidence_classes[] = {
    [EVIDENCE_NONE] = "none", [EVIDENCE_VERIFIED] = "a",
    [EVIDENCE_NOTICE] = "b", [EVIDENCE_SIGNED] = "c",
    [EVIDENCE_ATTESTED] = "d"};
NAME_FUNCTION(evidence_class_name, enum evidence_class, evidence_classes)

static const char *const event_kinds[] = {
    [EVENT_APPLICATION] = "application", [EVENT_DOCUMENTS] = "documents",
    [EVENT_MESSAGE] = "message", [EVENT_BOUNCE] = "bounce",
    [EVENT_QUARANTINE] = "quarantine", [EVENT_IGNORE] = "ignore",
    [EVENT_NOT_OURS] = "not-ours",
    [EVENT_ANSWER] = "answer", [EVENT_UNPROVEN] = "unproven",
    [EVENT_REVOKED] = "revoked", [EVENT_ISSUED] = "issued",
    [EVENT_STOPPED] = "stopped", [EVENT_RETRIED] = "retried",
    [EVENT_ABANDONED] = "abandoned", [EVENT_EXPIRED] = "expired",
    [EVENT_OVERDUE] = "overdue", [EVENT_TIMER] = "timer",
    [EVENT_REVIEW] = "review", [EVENT_DELEGATED] = "delegated",
    [EVENT_DISOWNED] = "disowned", [EVENT_RESUMED] = "resumed",
    [EVENT_DESK] = "desk", [EVENT_REQUEST] = "request", [EVENT_DRILLED] = "drilled",
    [EVENT_CHALLENGE] = "challenge", [EVENT_PROVEN] = "proven",
    [EVENT_HELD] = "held", [EVENT_TAKEN_BACK] = "taken-back",
    [EVENT_SURVEY] = "survey"};
NAME_FUNCTION(event_kind_name, enum event_kind, event_kinds)

static const char *const answer_faults[] = {
    [FAULT_NONE] = "none",
    [FAULT_UNPROVEN] = "unproven",
    [FAULT_DELEGATE] = "delegate",
    [FAULT_NO_TOKEN] = "no-token",
    [FAULT_FOREIGN] = "foreign",
    [FAULT_MISMATCH] = "mismatch",
    [FAULT_NOT_AUTHORISED] = "not-authorised",
    [FAULT_OWN_CASE] = "own-case",
    [FAULT_FOUR_EYES] = "four-eyes",
    [FAULT_USED] = "used",
    [FAULT_HALTED] = "halted",
    [FAULT_CLOSED] = "closed",
    [FAULT_DECIDED] = "decided",
    [FAULT_HELD] = "held",
    [FAULT_SECRET] = "secret",
    [FAULT_HOLD_RUNS] = "hold-runs",
    [FAULT_HOLD_ENDED] = "hold-ended",
    [FAULT_STALE] = "stale",
    [FAULT_EXPIRED] = "expired",
    [FAULT_PARTS_DIFFER] = "parts-differ",
    [FAULT_UNCLEAR] = "unclear",
    [FAULT_WRONG_WORD] = "wrong-word",
    [FAULT_NO_REASON] = "no-reason",
    [FAULT_NO_ADDRESSEE] = "no-addressee",
    [FAULT_NUMBER_TAKEN] = "number-taken",
    [FAULT_NOT_READY] = "not-ready",
    [FAULT_NO_CERTIFICATE] = "no-certificate",
    [FAULT_FOREIGN_CERTIFICATE] = "foreign-certificate",
    [FAULT_WRONG_SUBJECT] = "wrong-subject",
    [FAULT_WRONG_KEY] = "wrong-key",
    [FAULT_OLD_CERTIFICATE] = "old-certificate",
    [FAULT_SHORT_LIVED] = "short-lived",
    [FAULT_NO_TEXT] = "no-text",
    [FAULT_NO_PERSON] = "no-person",
    [FAULT_WRONG_PAGE] = "wrong-page",
    [FAULT_OTHER_ISSUER] = "other-issuer",
    [FAULT_NO_APPLICANT] = "no-applicant",
    [FAULT_NO_ENCLOSURE] = "no-enclosure",
    [FAULT_REGISTRY_CHANGED] = "registry-changed",
};
NAME_FUNCTION(answer_fault_name, enum answer_fault, answer_faults)

static const char *const hold_ends[] = {[HOLD_OPEN] = "open",
                                        [HOLD_OVER] = "over",
                                        [HOLD_TAKEN_BACK] = "taken-back"};
NAME_FUNCTION(hold_end_name, enum hold_end, hold_ends)

static const char *const defects[] = {
    [DEFECT_NO_STATEMENT] = "no-statement",
    [DEFECT_STATEMENT_NOT_READABLE] = "statement-not-readable",
    [DEFECT_STATEMENT_NAME] = "statement-name",
    [DEFECT_STATEMENT_NIP] = "statement-nip",
    [DEFECT_STATEMENT_SEVERAL] = "statement-several",
    [DEFECT_NO_CSR] = "no-csr",
    [DEFECT_CSR_SEVERAL] = "csr-several",
    [DEFECT_CSR_FORMAT] = "csr-format",
    [DEFECT_CSR_ENCODING] = "csr-encoding",
    [DEFECT_CSR_BLOCKS] = "csr-blocks",
    [DEFECT_NOT_A_CSR] = "not-a-csr",
    [DEFECT_CSR_SIZE] = "csr-size",
    [DEFECT_CSR_KEY_TYPE] = "csr-key-type",
    [DEFECT_CSR_KEY_SIZE] = "csr-key-size",
    [DEFECT_CSR_EXPONENT] = "csr-exponent",
    [DEFECT_CSR_WEAK_CHIP] = "csr-weak-chip",
    [DEFECT_CSR_WEAK_LISTED] = "csr-weak-listed",
    [DEFECT_CSR_WEAK_PRIMES] = "csr-weak-primes",
    [DEFECT_CSR_CURVE] = "csr-curve",
    [DEFECT_CSR_SIGNATURE_ALGORITHM] = "csr-signature-algorithm",
    [DEFECT_CSR_SIGNATURE] = "csr-signature",
    [DEFECT_CSR_OLD_KEY] = "csr-old-key",
    [DEFECT_CSR_KNOWN_KEY] = "csr-known-key",
    [DEFECT_PRIVATE_KEY_SENT] = "private-key-sent",
    [DEFECT_ENCRYPTED] = "encrypted",
    [DEFECT_ARCHIVE] = "archive",
    [DEFECT_DAMAGED] = "damaged",
    [DEFECT_TOO_LARGE] = "too-large",
    [DEFECT_NO_CERTIFICATE] = "no-certificate",
    [DEFECT_NO_REQUEST] = "no-request",
    [DEFECT_NO_REASON] = "no-revocation-reason",
    [DEFECT_NO_RECOMMENDATION] = "no-recommendation",
    [DEFECT_NO_SUPERIOR] = "no-superior",
    [DEFECT_NO_POLICE] = "no-police",
    [DEFECT_NO_IDENTITY] = "no-identity",
    [DEFECT_NO_PLEA] = "no-plea",
    [DEFECT_UNNAMED] = "unnamed",
    [DEFECT_FORMAT] = "format",
    [DEFECT_MESSAGE] = "message",
    [DEFECT_DOMAIN] = "domain",
    [DEFECT_LETTER_NOT_READABLE] = "letter-not-readable",
    [DEFECT_LETTER_SEVERAL] = "letter-several",
    [DEFECT_LETTER_SIZE] = "letter-size",
    [DEFECT_LETTER_NAME] = "letter-name",
    [DEFECT_LETTER_NIP] = "letter-nip",
    [DEFECT_LETTER_AGENCY] = "letter-agency",
    [DEFECT_LETTER_SERIAL] = "letter-serial",
    [DEFECT_LETTER_NUMBER] = "letter-number",
    [DEFECT_LETTER_NO_DATE] = "letter-no-date",
    [DEFECT_LETTER_FUTURE] = "letter-future",
    [DEFECT_LETTER_OLD] = "letter-old",
    [DEFECT_LETTER_NO_PLEA] = "letter-no-plea",
    [DEFECT_LETTER_PLEAS] = "letter-pleas",
    [DEFECT_LETTER_OTHER_PLEA] = "letter-other-plea",
    [DEFECT_LETTER_PLEA_DIFFERS] = "letter-plea-differs",
};
NAME_FUNCTION(defect_name, enum defect, defects)

void flaw_name(const struct flaw *f, char to[LIMIT_WORD]) {
    bool named = f->defect >= DEFECT_LETTER_NOT_READABLE &&
                 f->paper < PAPER__MAX;

    snprintf(to, LIMIT_WORD, "%s%s%s", defect_name(f->defect),
             named ? "/" : "", named ? paper_name(f->paper) : "");
}

static const char *const letter_kinds[] = {
    [LETTER_RECEIVED] = "received", [LETTER_INCOMPLETE] = "incomplete",
    [LETTER_NOTED] = "noted", [LETTER_TOO_LARGE] = "too-large",
    [LETTER_SUMMARY] = "summary", [LETTER_VERIFY] = "verify",
    [LETTER_WORK] = "work", [LETTER_RECEIPT] = "receipt",
    [LETTER_ANSWER] = "answer", [LETTER_WITHDRAWN] = "withdrawn",
    [LETTER_REMIND] = "remind", [LETTER_UNPROVEN] = "unproven",
    [LETTER_STUCK] = "stuck", [LETTER_APPROVED] = "approved",
    [LETTER_REJECTED] = "rejected", [LETTER_COMPLETED] = "completed",
    [LETTER_STOPPED] = "stopped", [LETTER_PROBE] = "probe",
    [LETTER_CORRECT] = "correct", [LETTER_NUDGE] = "nudge",
    [LETTER_LAPSED] = "lapsed", [LETTER_CONFIRM] = "confirm",
    [LETTER_DISPOSE] = "dispose", [LETTER_IDENTITY] = "identity",
    [LETTER_LATE] = "late", [LETTER_DELEGATED] = "delegated",
    [LETTER_INFECTED] = "infected", [LETTER_HALTED] = "halted",
    [LETTER_DISOWNED] = "disowned", [LETTER_NOTICE] = "notice",
    [LETTER_STANDARD] = "standard", [LETTER_FORMS] = "forms",
    [LETTER_STATUS] = "status", [LETTER_CHECK] = "check",
    [LETTER_DESK] = "desk",
    [LETTER_GUIDE_REVOKE] = "guide-revoke",
    [LETTER_GUIDE_ISSUE] = "guide-issue", [LETTER_REPORT] = "report",
    [LETTER_HELP] = "help",
    [LETTER_REVOKE] = "revoke",
    [LETTER_REVOKED] = "revoked",
    [LETTER_AGREED] = "agreed",
    [LETTER_RESET] = "reset",
    [LETTER_RENEW] = "renew",
    [LETTER_RENEWED] = "renewed",
    [LETTER_AGAIN] = "again",
    [LETTER_SWITCH] = "switch",
    [LETTER_TOLD] = "told",
    [LETTER_PACKAGE] = "package",
    [LETTER_SENT_FOR] = "sent-for",
    [LETTER_DRILL] = "drill", [LETTER_DRILLED] = "drilled",
    [LETTER_CHALLENGE] = "challenge", [LETTER_HOLD] = "hold",
    [LETTER_COMPLAINT] = "complaint",
    [LETTER_COMPLAINT_RECEIVED] = "complaint-received",
    [LETTER_COMPLAINT_REPLY] = "complaint-reply",
    [LETTER_COMPLAINT_PROGRESS] = "complaint-progress",
    [LETTER_COMPLAINT_SOLUTION] = "complaint-solution",
    [LETTER_SUGGESTION] = "suggestion", [LETTER_SURVEY] = "survey",
    [LETTER_SURVEY_NOTE] = "survey-note",
    [LETTER_ATTEST] = "attest"};
NAME_FUNCTION(letter_kind_name, enum letter_kind, letter_kinds)

static const char *const letter_slots[] = {
    [SLOT_CASE] = "case",
    [SLOT_NAME] = "name",
    [SLOT_OFFICE] = "office",
    [SLOT_UNIT] = "unit",
    [SLOT_SERVICE] = "service",
    [SLOT_ITEMS] = "items",
    [SLOT_DEFECTS] = "defects",
    [SLOT_CLOCK_STARTS] = "clock_starts",
    [SLOT_DUE] = "due",
    [SLOT_HOURS] = "hours",
    [SLOT_CHANNELS] = "channels",
    [SLOT_OFFICE_ADDRESS] = "office_address",
    [SLOT_DATE] = "date",
    [SLOT_REPORT] = "report",
    [SLOT_COUNT] = "count",
    [SLOT_ALARMS] = "alarms",
    [SLOT_REGISTRY] = "registry",
    [SLOT_LETTER] = "letter",
    [SLOT_CSR] = "csr",
    [SLOT_CERTIFICATE] = "certificate",
    [SLOT_FINDINGS] = "findings",
    [SLOT_STEPS] = "steps",
    [SLOT_PREFACE] = "preface",
    [SLOT_EXPLANATION] = "explanation",
    [SLOT_ANSWERS] = "answers",
    [SLOT_CONTACT] = "contact",
    [SLOT_PROMISE] = "promise",
    [SLOT_PAPERS] = "papers",
    [SLOT_APPROVE_LINK] = "approve_link",
    [SLOT_REJECT_LINK] = "reject_link",
    [SLOT_DONE_LINK] = "done_link",
    [SLOT_FAILED_LINK] = "failed_link",
    [SLOT_APPLICANT] = "applicant",
    [SLOT_OFFICER] = "officer",
    [SLOT_DECISION] = "decision",
    [SLOT_REASON] = "reason",
    [SLOT_REVOCATION_REASON] = "revocation_reason",
    [SLOT_OLD_SERIAL] = "old_serial",
    [SLOT_REVOKED_AT] = "revoked_at",
    [SLOT_NEW_SERIAL] = "new_serial",
    [SLOT_VALID_FROM] = "valid_from",
    [SLOT_VALID_TO] = "valid_to",
    [SLOT_EVIDENCE] = "evidence",
    [SLOT_EXPIRES] = "expires",
    [SLOT_PORTAL] = "portal",
    [SLOT_PORTAL_URL] = "portal_url",
    [SLOT_ORDER] = "order",
    [SLOT_PREVIOUS] = "previous",
    [SLOT_STEP] = "step",
    [SLOT_ITEMS_TO_CHECK] = "items_to_check",
    [SLOT_SINCE] = "since",
    [SLOT_WAITED] = "waited",
    [SLOT_AWAITED] = "awaited",
    [SLOT_DEPUTY] = "deputy",
    [SLOT_PRINCIPAL] = "principal",
    [SLOT_UNTIL] = "until",
    [SLOT_ASSIGNED_BY] = "assigned_by",
    [SLOT_ROUTE_LINK] = "route_link",
    [SLOT_MATCH_LINK] = "match_link",
    [SLOT_MISMATCH_LINK] = "mismatch_link",
    [SLOT_CORRECT_LINK] = "correct_link",
    [SLOT_CANCEL_LINK] = "cancel_link", [SLOT_REMARK] = "remark",
    [SLOT_STANDARD] = "standard", [SLOT_COURSE] = "course",
    [SLOT_LEGAL] = "legal",
    [SLOT_HELPER] = "helper",
    [SLOT_COMPLAINT] = "complaint",
    [SLOT_REPLY] = "reply",
    [SLOT_ABOUT] = "about",
    [SLOT_RESPOND_LINK] = "respond_link",
    [SLOT_SOLVE_LINK] = "solve_link",
    [SLOT_FORWARD_LINK] = "forward_link",
    [SLOT_DISPUTE_LINK] = "dispute_link",
    [SLOT_INSPECT_LINK] = "inspect_link",
    [SLOT_REOPEN_LINK] = "reopen_link",
    [SLOT_SURVEY_LINK] = "survey_link",
    [SLOT_QUESTIONS] = "questions",
    [SLOT_YES_LINK] = "yes_link",
};
NAME_FUNCTION(letter_slot_name, enum letter_slot, letter_slots)

static const char *const outbox_states[] = {
    [OUTBOX_QUEUED] = "queued", [OUTBOX_ACCEPTED] = "accepted",
    [OUTBOX_FAILED] = "failed"};
NAME_FUNCTION(outbox_state_name, enum outbox_state, outbox_states)

static const char *const outbox_budgets[] = {
    [BUDGET_HOUR] = "per_hour", [BUDGET_ADDRESS] = "per_address",
    [BUDGET_CASE] = "per_case"};
NAME_FUNCTION(outbox_budget_name, enum outbox_budget, outbox_budgets)

static const char *const send_verdicts[] = {
    [SEND_ACCEPTED] = "accepted", [SEND_RETRY] = "retry",
    [SEND_FAILED] = "failed", [SEND_AMBIGUOUS] = "ambiguous"};
NAME_FUNCTION(send_verdict_name, enum send_verdict, send_verdicts)

struct mail_facts *mail_facts_new(void) {
    return xcalloc(1, sizeof(struct mail_facts));
}

void mail_facts_free(struct mail_facts **facts) {
    if (*facts == NULL) {
        return;
    }
    for (size_t i = 0; i < LIMIT_ATTACHMENTS; i++) {
        free((*facts)->attachments[i].document.pdf);
        free((*facts)->attachments[i].document.scan);
    }
    free(*facts);
    *facts = NULL;
}

bool subscriber_has(const struct subscriber *who, const char *address) {
    for (size_t i = 0; i < who->address_count; i++) {
        if (text_same_address(who->addresses[i], address)) {
            return true;
        }
    }
    return false;
}

bool subscriber_has_contact(const struct subscriber *who,
                            const char *address) {
    return who->second_contact[0] != '\0' &&
           text_same_address(who->second_contact, address);
}

const struct officer *people_find(const struct people *people,
                                  const char *address) {
    for (size_t i = 0; i < people->count; i++) {
        const struct officer *o = &people->officers[i];

        for (size_t k = 0; k < o->address_count; k++) {
            if (text_same_address(o->addresses[k], address)) {
                return o;
            }
        }
    }
    return NULL;
}

const struct officer *people_get(const struct people *people,
                                 const char *id) {
    for (size_t i = 0; i < people->count; i++) {
        if (strcmp(people->officers[i].id, id) == 0) {
            return &people->officers[i];
        }
    }
    return NULL;
}

bool people_asks(const struct people *people, const struct officer *officer) {
    for (int r = 0; r < ROLE__MAX; r++) {
        if (officer->roles[r] && role_may_decide((enum role)r)) {
            return true;
        }
    }
    for (size_t i = 0; i < people->count; i++) {
        if (strcmp(people->officers[i].deputy, officer->id) == 0) {
            return true;
        }
    }
    return false;
}

/* A reason that is one: not "none", not "several". */
static bool is_one(enum plea plea) {
    return plea == PLEA_FORGOTTEN || plea == PLEA_CHANGED || plea == PLEA_LOST;
}

bool workflow_needs(const struct workflow *w, enum paper paper,
                    enum plea plea) {
    if (!w->needs[paper] || w->when[paper] == WHEN_ALWAYS) {
        return w->needs[paper];
    }
    return is_one(plea) &&
           (plea == PLEA_LOST) == (w->when[paper] == WHEN_LOST);
}

bool workflow_asks_plea(const struct workflow *w) {
    bool asks = false;

    for (int p = 0; p < PAPER__MAX; p++) {
        asks = asks || (w->needs[p] && w->when[p] != WHEN_ALWAYS);
    }
    return asks;
}

bool workflow_takes_plea(const struct workflow *w, enum plea plea) {
    bool any = true;

    for (int p = 0; p < PLEA__MAX; p++) {
        any = any && !w->pleas[p];
    }
    return is_one(plea) && (any || w->pleas[plea]);
}

enum order_reason workflow_reason(const struct workflow *w, enum plea plea) {
    static const enum order_reason reasons[PLEA__MAX] = {
        [PLEA_FORGOTTEN] = ORDER_REASON_SUPERSEDED,
        [PLEA_CHANGED] = ORDER_REASON_AFFILIATION_CHANGED,
        [PLEA_LOST] = ORDER_REASON_KEY_COMPROMISE};
    unsigned named = 0;

    for (int p = 0; p < PLEA__MAX; p++) {
        named += w->pleas[p];
    }
    return named > 1 && workflow_takes_plea(w, plea) ? reasons[plea]
                                                     : w->reason;
}

bool workflow_takes_domain(const struct workflow *w, const char *address) {
    const char *at = strrchr(address, '@');

    for (size_t i = 0; at != NULL && i < w->domain_count; i++) {
        if (text_equal_ci(at + 1, w->domains[i])) {
            return true;
        }
    }
    return w->domain_count == 0;
}

bool workflow_lets_send(const struct workflow *w,
                        const struct officer *officer) {
    for (int r = 0; r < ROLE__MAX; r++) {
        if (w->senders[r] && officer->roles[r]) {
            return true;
        }
    }
    return false;
}

const struct workflow_step *workflow_step_named(const struct workflow *w,
                                                const char *name) {
    for (size_t i = 0; i < w->step_count; i++) {
        if (strcmp(w->steps[i].name, name) == 0) {
            return &w->steps[i];
        }
    }
    return NULL;
}

bool workflow_is_complaint(const struct workflow *w) {
    return workflow_step_of_kind(w, KIND_ANSWER) != NULL;
}

bool workflow_step_is_identity(const struct workflow_step *step) {
    return strcmp(step->name, WORKFLOW_IDENTITY) == 0;
}

bool grant_covers(const struct grant *g, const struct workflow *w) {
    bool sop = false;

    for (size_t i = 0; i < g->sop_count; i++) {
        sop = sop || strcmp(g->sops[i], "*") == 0 ||
              strcmp(g->sops[i], w->sop_number) == 0;
    }
    for (int a = 0; a < ABILITY__MAX; a++) {
        if (w->abilities[a] && !g->abilities[a]) {
            return false;
        }
    }
    return g->present && sop;
}

int grant_begins(const struct grant *g) {
    usec_t when;

    /* config/ has read it once; what it is not has not begun. */
    return clock_from_iso(g->date, 0, &when) == 0 ? date_of(when, 0) : INT_MAX;
}

static const struct workflow_step *rejected_end(const struct workflow *w) {
    for (size_t i = 0; i < w->step_count; i++) {
        if (w->steps[i].kind == KIND_END &&
            w->steps[i].outcome == OUTCOME_REJECTED) {
            return &w->steps[i];
        }
    }
    return NULL;
}

bool workflow_add_identity(struct workflow *w) {
    const struct workflow_step *end = rejected_end(w);
    const struct workflow_step *first =
        &w->steps[w->steps[0].on[OUTLET_COMPLETE].to];
    struct workflow_step *s = &w->steps[w->step_count];

    if (end == NULL || w->step_count == LIMIT_STEPS) {
        return false;
    }
    *s = (struct workflow_step){
        .name = WORKFLOW_IDENTITY, .kind = KIND_DECIDE,
        .title = "Konfirmasi identitas", .title_en = "Identity to confirm",
        .actor = ROLE_VERIFIER, .substitute = first->substitute, .quorum = 1,
        .remind = first->remind, .escalate = first->escalate,
        .escalate_to = first->escalate_to};
    s->on[OUTLET_MATCH] = (struct transition){
        .present = true, .to = w->steps[0].on[OUTLET_COMPLETE].to,
        .silent = "the applicant has been told that his papers are here"};
    s->on[OUTLET_MISMATCH] = (struct transition){
        .present = true, .to = (unsigned)(end - w->steps), .letter_count = 1,
        .letters = {LETTER_REJECTED}};
    w->step_count++;
    return true;
}

bool workflow_step_asks_applicant(const struct workflow *w,
                                  const struct workflow_step *step) {
    bool work = step->kind == KIND_REVOKE || step->kind == KIND_ISSUE;

    return step->kind == KIND_CONFIRM ||
           (work && w->executor == EXECUTOR_APPLICANT);
}

const struct workflow_step *workflow_step_of_kind(const struct workflow *w,
                                                  enum step_kind kind) {
    for (size_t i = 0; i < w->step_count; i++) {
        if (w->steps[i].kind == kind) {
            return &w->steps[i];
        }
    }
    return NULL;
}

const char *letterbook_phrase(const struct letterbook *book, enum language l,
                              const char *name) {
    for (size_t i = 0; i < book->phrase_count[l]; i++) {
        if (strcmp(book->phrases[l][i].name, name) == 0) {
            return book->phrases[l][i].text;
        }
    }
    return NULL;
}

void letterbook_free(struct letterbook **book) {
    if (*book == NULL) {
        return;
    }
    for (size_t l = 0; l < LANGUAGE__MAX; l++) {
        for (size_t k = 0; k < LETTER__MAX; k++) {
            free((*book)->templates[l][k].subject);
            free((*book)->templates[l][k].body);
        }
        for (size_t i = 0; i < (*book)->phrase_count[l]; i++) {
            free((*book)->phrases[l][i].text);
        }
    }
    free(*book);
    *book = NULL;
}

const struct form *formbook_find(const struct formbook *book,
                                 const char *name) {
    for (size_t i = 0; i < book->count; i++) {
        if (strcmp(book->forms[i].name, name) == 0) {
            return &book->forms[i];
        }
    }
    return NULL;
}

void formbook_free(struct formbook **book) {
    if (*book == NULL) {
        return;
    }
    for (size_t i = 0; i < (*book)->count; i++) {
        struct form *form = &(*book)->forms[i];

        for (size_t k = 0; k < form->item_count; k++) {
            free(form->items[k].text);
        }
        free(form->title);
    }
    free(*book);
    *book = NULL;
}

const char *const alarm_codes[] = {
    "active-key-exposed", "secret-on-server",
    "private-key-sent", "csr-known-key", "no-certificate", "many-mails",
    "officer-mails", "letter-came-back", "officer-came-back", "case-full",
    "applicant-wrote", "disowned", "number-taken", "smime-pin",
    "nobody-to-ask", "stalled", "late", "revocation-late", "suggestion",
    "calendar", "challenge-limit", "challenge-disowned", "taken-back",
    "mailbox", "imap", "relay", "outbox", "store", "disk", "ca", "portal",
    "documents", "clamd", "malware", "order", "engine", "configuration",
    "selftest", "selftest-lost", "selftest-forged", "selftest-id", "own-dkim",
    "budget", NULL};

const char *const letter_phrases[] = {
    "again-reset-silent", "first-renew", "steps-reset",
    "how-reset-failed", "noted-revoking", "sent-for-complete",
    "sent-for-incomplete", "remark-sent-for", "answer-no-applicant",
    "disposition-sheet", "disposition-entry", "checked-yes", "checked-no",
    "checked-open", "receipt-reset", "receipt-reset-failed",
    "receipt-approve-revoke", "receipt-revoked", "remind-revoke",
    "agreed-confirm", "agreed-revoke", "agreed-reset", "agreed-next",
    "told-agreed", "told-refused", "told-returned", "first-revoke",
    "first-reset", "again-reset", "first-record", "package",
    "answer-no-enclosure", "steps-revoke", "steps-renew", "evidence-crl",
    "how-reset", "how-renew", "how-renew-failed", "how-record",
    "noted-revoked", "noted-renewed", "noted-renew",
    "disowned-halted", "disowned-revoked", "disowned-resumed",
    "disowned-closed", "disowned-stopped", "disowned-stopped-revoked",
    "second-contact", "notice-opened", "notice-changed",
    "notice-refused", "notice-refused-contact", "withdrawn-halted", "answer-halted",
    "standard-requirements", "standard-procedure", "standard-time",
    "standard-fee", "standard-product", "standard-complaints",
    "standard-legal", "standard-facilities", "standard-competence",
    "standard-oversight", "standard-staff", "standard-guarantee",
    "standard-safety", "standard-evaluation", "standard-papers",
    "standard-step", "standard-step-plain", "standard-hours", "standard-due",
    "standard-sop", "standard-count", "course-now", "course-end",
    "form-file", "asker-unknown", "awaited-office",
    "status-incomplete", "status-received", "status-revoking",
    "status-issuing", "status-completed", "status-rejected",
    "status-stopped", "status-lapsed", "status-halted", "status-none",
    "check-complete", "check-missing", "check-unregistered",
    "desk", "desk-again", "desk-unknown", "desk-own", "desk-right",
    "desk-papers", "held-desk", "held-desk-open",
    "first-guide", "again-guide", "again-failed", "again-unseen",
    "approved-applicant", "receipt-approve-applicant", "completed-applicant",
    "steps-guide-revoke", "steps-guide-issue", "steps-guide-issue-csr",
    "report-revoked", "report-issued", "report-used", "report-over",
    "report-delegate", "report-changed", "report-unclear",
    "report-no-reason", "help-failed", "noted-guide", "report-attest",
    "first-attest", "again-denied", "receipt-attest", "receipt-attest-more",
    "receipt-attest-denied", "completed-unseen", "certificate-unseen",
    "evidence-each", "proof-a", "proof-b", "proof-c", "proof-d",
    "steps-guide-page", "answer-wrong-page",
    "again-resumed", "halted-disowned", "halted-disowned-closed",
    "halted-resumed",
    "drill-required", "drill-offered", "drilled-good",
    "drilled-good-mailbox", "drilled-unproven-mailbox",
    "drilled-unproven-provider", "drilled-unproven-dkim",
    "drilled-unproven-smime",
    "drilled-delegate", "drilled-no-token", "drilled-used", "drilled-expired",
    "drilled-parts-differ", "drilled-unclear", "shown-level",
    "shown-carriers", "shown-covered", "shown-program", "shown-line",
    "carrier-subject", "carrier-recipient", "carrier-in-reply-to",
    "carrier-references", "carrier-body", "level-none", "level-mailbox",
    "level-provider", "level-dkim", "level-smime", "summary-undrilled",
    "summary-questions-wait",
    "remark-passphrase-sent", "remark-private-key-sent", "remark-waited", "stuck-key",
    "block-signature", "block-signature-none", "block-signature-unchecked",
    "finding-unscanned", "finding-unrecognised", "read-unrecognised",
    "item-unrecognised", "item-plea", "file-nameless", "plea-choice",
    "defect-no-statement-other", "defect-unnamed-before",
    "items-none-csr", "signature-appended-unknown",
    "finding-signature", "finding-signature-unchecked",
    "finding-signature-claimed", "finding-signature-scan",
    "signature-when-proven", "signature-when-said", "signature-when-none",
    "signature-sound", "signature-unreadable", "signature-altered",
    "signature-weak", "signature-appended", "signature-followed", "signature-no-anchors",
    "signature-other-issuer", "signature-expired", "signature-not-yet",
    "signature-usage", "signature-untrusted",
    "again-expired", "again-revision", "again-unproven", "again-burnt",
    "first-work-revoked", "finding-certificate-revoked",
    "again-retried", "first-verify", "first-verify-again", "first-work",
    "first-work-approver", "how-approve", "how-approve-next", "how-reject",
    "how-correct", "how-match", "how-mismatch", "how-route", "how-confirm",
    "how-cancel", "promise-applicant", "promise-applicant-past",
    "promise-applicant-none", "promise-officer", "promise-officer-past",
    "promise-officer-none", "contact-officer", "contact-applicant",
    "papers-csr", "papers-statement", "papers-request",
    "papers-revocation-reason", "papers-recommendation", "papers-superior",
    "papers-police", "papers-identity", "papers-when-lost",
    "papers-when-not-lost", "paper-csr", "paper-statement", "paper-request",
    "paper-revocation-reason", "paper-recommendation", "paper-superior",
    "paper-police", "paper-identity", "paper-any", "plea-none",
    "plea-forgotten", "plea-changed", "plea-lost", "plea-several",
    "defect-taken-for", "noted-unnamed", "read-name", "read-nip", "read-nik",
    "read-agency", "read-position", "read-serial", "read-number", "read-date",
    "read-plea", "read-signer", "read-same", "read-differs", "read-unknown",
    "read-nothing", "read-by-eye", "read-guessed", "read-kind",
    "field-name", "field-nip", "field-nik",
    "field-agency", "field-serial", "finding-unnamed", "finding-differs",
    "finding-plea", "finding-numbers", "finding-old", "finding-future",
    "lapse-at", "step-identity",
    "waited-hours", "waited-minutes",
    "make-csr", "make-key", "make-key-exponent", "noted-delayed",
    "noted-confirm", "due-past", "time-later", "receipt-deputy",
    "on-behalf",
    "completed-ca-test", "steps-install", "steps-install-remote",
    "stopped-revoked", "stopped-kept", "previous-rejected",
    "previous-stopped", "previous-lapsed", "previous-completed",
    "withdrawn-stopped", "chronology-superseded",
    "chronology-affiliation-changed", "chronology-key-compromise",
    "held-auth-none", "held-auth-partial", "held-auth-fail",
    "held-signer-mismatch",
    "held-unknown-address", "held-hold", "held-taken-back",
    "held-challenge-foreign", "held-challenge-disowned",
    "held-challenge-limit", "held-challenge-asked",
    "held-challenged", "summary-mailbox",
    "again-taken-back",
    "answer-taken-back", "answer-held", "answer-secret", "answer-hold-runs",
    "answer-hold-ended",
    "held-delegate", "held-parts-differ", "held-limit", "held-foreign-id",
    "held-size", "held-malware",
    "held-fault", "held-form", "summary-stopped", "answer-unproven",
    "answer-delegate", "answer-parts-differ",
    "answer-no-token", "answer-foreign", "answer-mismatch",
    "answer-not-authorised", "answer-own-case", "answer-four-eyes",
    "answer-no-addressee", "answer-number-taken", "finding-number-taken",
    "finding-reply-to", "finding-display-name",
    "notice-claimed", "held-newcomers", "answer-used", "answer-closed",
    "answer-decided", "answer-stale", "answer-expired", "answer-unclear",
    "answer-wrong-word", "answer-no-reason", "answer-not-ready",
    "answer-no-certificate", "answer-foreign-certificate",
    "answer-wrong-subject", "answer-wrong-key", "answer-old-certificate",
    "answer-short-lived", "answer-other-issuer", "answer-registry-changed",
    "withdrawn-decided", "withdrawn-closed", "withdrawn-revision",
    "withdrawn-role", "receipt-approve-ca", "receipt-approve-operator",
    "receipt-reject", "receipt-done", "receipt-failed", "approved-ca",
    "approved-operator", "noted-incomplete", "noted-received", "noted-decided",
    "noted-completed", "noted-rejected", "noted-stopped", "remind-answer",
    "remind-crl", "stuck-ca", "stuck-operator",
    "stuck-evidence", "stuck-changed", "unproven-mail",
    "block-registry", "block-letter", "block-letter-none", "block-csr",
    "block-csr-none", "block-certificate", "finding-none", "finding-by-eye",
    "finding-csr-name", "finding-script", "finding-encrypted",
    "finding-embedded-files", "finding-polyglot", "finding-revisions", "finding-extensions",
    "finding-challenge-password", "finding-certificate-ended",
    "finding-not-attached", "steps-csr", "steps-remote", "letter-of-reason",
    "reason-superseded", "evidence-a", "completed-ca", "completed-operator",
    "again-remind", "again-returned", "first-dispose", "first-confirm",
    "first-identity", "first-step", "first-assigned", "deputy-preface",
    "receipt-approve-more", "receipt-approve-next", "receipt-correct",
    "receipt-match", "receipt-mismatch", "receipt-route", "late-step",
    "late-stalled",
    "late-due", "late-revocation", "late-nobody", "late-returned",
    "delegated-mail",
    "delegated-automatic", "nudge-papers", "noted-lapsed",
    "awaited-applicant", "awaited-portal", "awaited-ca", "items-none",
    "reason-affiliation-changed", "reason-key-compromise",
    "decision-correct", "decision-match", "decision-mismatch",
    "decision-route", "decision-cancel", "decision-delegate",
    "link-route", "link-match", "link-mismatch", "link-correct",
    "link-cancel", "link-yes", "decision-approve", "decision-reject", "decision-done",
    "decision-failed",
    "link-approve", "link-reject", "link-done", "link-failed",
    /* complaints, suggestions, survey */
    "said-applicant", "said-office", "about-own", "about-other", "about-none",
    "channel-mail", "channel-visit", "channel-telephone", "reply-respond",
    "reply-dispute", "reply-inspect", "progress-forwarded",
    "progress-reopened", "progress-closed", "progress-silence",
    "progress-late", "progress-over", "progress-asked", "progress-heard",
    "first-complaint", "first-complaint-next", "first-forwarded",
    "first-solution", "again-responded", "again-disputed", "again-inspected",
    "again-reopened", "again-heard", "receipt-respond", "receipt-solve",
    "receipt-dispute", "receipt-inspect", "receipt-forward", "how-respond",
    "how-solve", "how-forward", "how-dispute", "how-inspect", "how-done",
    "how-reopen", "link-respond", "link-solve", "link-forward",
    "link-dispute", "link-inspect", "link-reopen", "decision-respond",
    "decision-solve", "decision-dispute", "decision-inspect",
    "decision-route-complaint", "late-step-complaint", "late-due-complaint",
    "late-stalled-complaint", "late-nobody-complaint",
    "withdrawn-decided-complaint",
    "withdrawn-closed-complaint", "withdrawn-passed", "answer-no-text",
    "answer-no-person", "answer-decided-complaint",
    "answer-unclear-complaint", "answer-wrong-word-complaint",
    "answer-not-authorised-complaint", "survey-thanks", "survey-twice",
    "survey-late", "survey-none", "survey-count", "survey-range",
    "survey-questions", "link-survey", NULL};
