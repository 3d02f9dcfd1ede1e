/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a mail means.  Called by proc/engine once per mail, after the store has
 * said what it knows.  Pure; never fails.
 *
 * The rules stand in one table and the first that holds wins:
 *
 *     machines      our own mail, foreign use of our Message-ID, automatic
 *        |          replies, lists
 *     gate          what cannot be read safely
 *        |
 *     duplicates, bounces
 *        |
 *     mailbox       our question whether it is his came back from it
 *        |
 *     BUKAN SAYA    from a mailbox of the applicant: halts his case
 *        |
 *     LATIHAN       an officer answers a drill: changes no case
 *        |
 *     officers      answering us: an answer (answer.c says whether it counts,
 *        |          and whether it waits first); not sure enough that it is he:
 *        |          quarantine, and he is told
 *        |
 *     who?          not sure enough who wrote: quarantine where it concerns
 *        |          us, else none of ours            (I17: changes no case);
 *        |          where a mailbox counts, it is asked
 *     complaints    a case of its own (STD-13)
 *        |
 *     desk          an officer hands in for somebody who came by
 *     requests      INFO, STATUS and the like, of whoever may ask; papers that
 *        |          are an application come before all but CEK
 *     stranger      sure, but not in the registry
 *        |
 *     subscriber    an open case: papers or a message
 *        |          a closed one: papers apply anew (PKL-6), else a message
 *        |          none: an application, or none of ours
 *     the rest      shared mailbox: not ours; dedicated: an application
 *
 * A From line decides nothing here: `sender` and `officer` are only believed
 * below the rule that asks how sure that is.
 *
 * Who is an officer and a subscriber writes as an applicant about his own case,
 * as an officer about anybody else's; a token always makes it an answer (V037).
 */
#include "workflow/step.h"

#include "base/text.h"
#include "workflow/answer.h"
#include "workflow/complaint.h"
#include "workflow/guard.h"
#include "workflow/handover.h"
#include "workflow/report.h"
#include "workflow/statement.h"

#include <stdio.h>
#include <string.h>

/* The mail with the answers that several rules ask for. */
struct view {
    const struct workflow *workflow;
    const struct mail_facts *mail;
    const struct known *known;
    enum sender_level level; /* of the mail; or which it could come to */
    bool words;   /* an opening word in the subject */
    bool number;  /* a case number in the subject */
    bool csr;     /* a CSR is attached */
    bool papers;  /* something that a person would mean as a paper */
    bool matter;  /* words, CSR, or a letter about a passphrase */
    bool answer;  /* of an officer, if its From line is true */
    bool report;  /* of the applicant: what he did in the portal */
    enum answer_fault fault; /* why that answer does not count */
    int attachment;          /* the certificate that it brings, -1 */
    enum handover handover;
    struct delegation delegation; /* where it is right */
};

/* ---- the answers --------------------------------------------------------- */

static bool is_alnum(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

/* As whole words: "lupa" is not in "terlupa". */
static bool has_words(const char *text, const char *words) {
    size_t n = strlen(words);

    for (const char *at = text; (at = text_find_ci(at, words)) != NULL; at++) {
        if ((at == text || !is_alnum(at[-1])) && !is_alnum(at[n])) {
            return true;
        }
    }
    return false;
}

static bool is_sent_to(const struct workflow *w, const struct mail_facts *m) {
    for (size_t i = 0; i < w->opens_at_count; i++) {
        for (size_t k = 0; k < m->recipient_count; k++) {
            if (text_same_address(w->opens_at[i], m->recipients[k])) {
                return true;
            }
        }
    }
    return false;
}

bool workflow_opens_mail(const struct workflow *w,
                         const struct mail_facts *mail) {
    return workflow_opens(w, mail->subject) || is_sent_to(w, mail) ||
           (w->opens_by == DECISION_COMPLAINT
                ? mail->request == REQUEST_COMPLAINT
                : w->opens_by != DECISION_NONE &&
                      mail->decision == w->opens_by);
}

bool workflow_opens(const struct workflow *w, const char *subject) {
    for (size_t i = 0; i < w->opens_count; i++) {
        if (has_words(subject, w->opens[i])) {
            return true;
        }
    }
    return false;
}

/* "-2026-000123", and no letter or digit behind it. */
static bool is_tail(const char *p) {
    static const char digits[] = "0123456789";

    return p[0] == '-' && strspn(p + 1, digits) == 4 && p[5] == '-' &&
           strspn(p + 6, digits) == 6 && !is_alnum(p[12]);
}

bool workflow_find_number(const struct workflow *workflow, const char *subject,
                          char number_r[LIMIT_CASE_NUMBER]) {
    size_t n = strlen(workflow->prefix);

    number_r[0] = '\0';
    for (const char *at = subject;
         n > 0 && (at = text_find_ci(at, workflow->prefix)) != NULL; at++) {
        if ((at == subject || !is_alnum(at[-1])) && is_tail(at + n)) {
            return snprintf(number_r, LIMIT_CASE_NUMBER, "%s%.12s",
                            workflow->prefix, at + n) < LIMIT_CASE_NUMBER;
        }
    }
    return false;
}

bool workflow_find_person(const char *subject, char digits_r[LIMIT_NIP]) {
    const char *p = subject + strcspn(subject, "0123456789");
    size_t n = 0;

    for (; (*p >= '0' && *p <= '9') || *p == ' ' || *p == '.'; p++) {
        if (*p < '0') {
            continue; /* as letters print it */
        }
        if (n < LIMIT_NIP - 1) {
            digits_r[n] = *p;
        }
        n++;
    }
    if (n != LIMIT_NIP - 1 && n != LIMIT_NIK - 1) {
        n = 0;
    }
    digits_r[n] = '\0';
    return n > 0;
}

static bool mentions_passphrase(const struct attachment *a) {
    return a->document.kind == DOCUMENT_PDF && a->document.pdf != NULL &&
           text_find_ci(a->document.pdf->text, "passphrase") != NULL;
}

/* Wrapped or broken things count as papers: the answer tells how to send them,
 * which silence would not. */
static bool is_paper(const struct workflow *w, const struct attachment *a) {
    return guard_is_paper(w, a) || a->damaged ||
           a->document.kind == DOCUMENT_ARCHIVE ||
           a->document.kind == DOCUMENT_PRIVATE_KEY;
}

/* An officer's own case, as an applicant (I12). */
static bool is_own_case(const struct known *k) {
    return k->own_case || (k->sender != NULL && k->casefile != NULL &&
                           k->casefile->subscriber_id == k->sender->id);
}

static bool is_verdict(enum decision d) {
    return d == DECISION_APPROVE || d == DECISION_REJECT ||
           d == DECISION_DONE || d == DECISION_FAILED ||
           d == DECISION_DELEGATE || answer_outlet(d) != OUTLET__MAX;
}

/* A word to the window (message/request.h) and no decision beside it.  Who
 * shares his mailbox with other matters may begin a subject with "Info", too. */
static bool is_asking(const struct view *v) {
    const struct mail_facts *m = v->mail;

    return m->request != REQUEST_NONE && !is_verdict(m->decision) &&
           (m->request_alone || m->request >= REQUEST_COMPLAINT || v->words ||
            v->number || v->known->answers_ours || !v->known->shared_mailbox);
}

/* Does he answer, as an officer?  A letter that is about no case, as the
 * daily summary is, asks nothing; but who writes SETUJU to it must not believe
 * that it counted. */
static bool is_answering(const struct view *v) {
    const struct known *k = v->known;

    if (k->sent_by != NULL) {
        return false;
    }
    if (k->officer == NULL || k->carries_token || k->token != NULL) {
        return k->officer != NULL;
    }
    if (is_asking(v)) {
        return false;
    }
    return (k->answers_ours || v->number) && !is_own_case(k) &&
           (k->casefile != NULL || is_verdict(v->mail->decision));
}

static struct view look(const struct workflow *workflow,
                        const struct timetable *timetable,
                        const struct mail_facts *mail,
                        const struct known *known) {
    struct view v = {.workflow = workflow, .mail = mail, .known = known,
                     .level = mail->identity.level, .attachment = -1};
    char number[LIMIT_CASE_NUMBER];

    v.words = workflow_opens_mail(workflow, mail) ||
              known->brought_by[0] != '\0' || known->answered_challenge;
    v.number = workflow_find_number(workflow, mail->subject, number);
    v.papers = mail->encrypted || mail->sends_private_key;
    v.matter = v.words;
    for (size_t i = 0; i < mail->attachment_count; i++) {
        const struct attachment *a = &mail->attachments[i];

        v.csr = v.csr || a->document.kind == DOCUMENT_CSR;
        v.papers = v.papers || is_paper(workflow, a);
        v.matter = v.matter || v.csr || mentions_passphrase(a);
    }
    v.handover = handover_read(workflow, timetable, mail, known,
                               &v.delegation);
    v.report = report_is_his(workflow, mail, known);
    v.answer = known->is_oral || (!v.report && is_answering(&v));
    if (v.report) {
        v.fault = report_judge(workflow, mail, known, &v.attachment);
    }
    if (known->is_oral) {
        v.fault = complaint_judge_oral(workflow, mail, known);
    } else if (v.answer) {
        v.fault = answer_judge(workflow, timetable, mail, known, &v.attachment);
    }
    return v;
}

/* ---- the questions of the rules ------------------------------------------ */

static bool is_own(const struct view *v) {
    return v->mail->automatic == AUTOMATIC_OWN;
}

static bool is_office(const struct view *v) {
    return v->known->sender_is_office;
}

static bool is_foreign_id(const struct view *v) {
    return v->known->is_our_message_id;
}

static bool is_auto(const struct view *v) {
    return v->mail->automatic == AUTOMATIC_REPLY;
}

static bool is_list(const struct view *v) {
    return v->mail->automatic == AUTOMATIC_LIST;
}

static bool is_refused(const struct view *v) {
    return v->mail->identity.gate != GATE_PASS;
}

static bool is_bounce(const struct view *v) {
    return v->mail->automatic == AUTOMATIC_BOUNCE;
}

static bool is_our_bounce(const struct view *v) {
    return is_bounce(v) && v->known->bounce_matches;
}

static bool is_duplicate(const struct view *v) {
    return v->known->duplicate;
}

static bool is_probe(const struct view *v) {
    return v->known->is_probe;
}

static bool is_handover(const struct view *v) {
    return v->handover == HANDOVER_RIGHT;
}

/* DELEGASI that names nobody who may stand in, or no last day. */
static bool is_wrong_handover(const struct view *v) {
    return v->handover == HANDOVER_UNKNOWN;
}

/* design.md 5.  By whom, the engine has found out: by the level of the mail, or
 * by our letter that it answers, which a forger cannot know.  A machine says no
 * such thing. */
static bool is_disowning(const struct view *v) {
    return v->mail->decision == DECISION_DISOWN && v->known->is_owner &&
           v->known->casefile != NULL && v->mail->automatic == AUTOMATIC_NO;
}

/* A word to nobody's case; a machine says it of itself above. */
static bool is_drill(const struct view *v) {
    return v->known->drill != NULL && v->known->token == NULL &&
           v->mail->automatic == AUTOMATIC_NO;
}

static bool is_confirmation(const struct view *v) {
    return answer_confirms(v->workflow, v->mail, v->known);
}

static bool is_report(const struct view *v) {
    return v->report;
}

static bool is_answer(const struct view *v) {
    return v->answer;
}

/* It counts, on the word of its token alone, and has not waited yet. */
static bool is_answer_to_hold(const struct view *v) {
    return v->answer && v->fault == FAULT_NONE && !v->known->has_waited &&
           v->level < LEVEL_PROVIDER;
}

static bool is_unproven_answer(const struct view *v) {
    return v->answer && v->fault == FAULT_UNPROVEN;
}

/* V047: a secretary may read for him, not decide for him. */
static bool is_answer_by_delegate(const struct view *v) {
    return v->answer && v->fault == FAULT_DELEGATE;
}

/* V041: his own mail, and two readings of it; he is told, and his question is
 * still good. */
static bool is_answer_of_two_readings(const struct view *v) {
    return v->answer && v->fault == FAULT_PARTS_DIFFER;
}

/* The same of an applicant: only where his word would do something. */
static bool is_word_of_two_readings(const struct view *v) {
    const struct mail_facts *m = v->mail;

    return m->parts_differ &&
           (v->known->carries_token || v->known->token != NULL ||
            (v->workflow->opens_by != DECISION_NONE &&
             m->decision == v->workflow->opens_by));
}

/* Below the level the workflow asks for (design.md 5). */
static bool is_unsure(const struct view *v) {
    return v->level < v->workflow->applicant_level;
}

/* ---- what a mailbox proves ----------------------------------------------- */

static bool is_from_asked(const struct view *v) {
    return text_same_address(v->known->challenge->address,
                             v->mail->identity.from);
}

static bool is_challenge_open(const struct view *v) {
    return v->known->challenge->answered == 0 &&
           v->known->challenge->ended == 0;
}

/* The token of the question, from the address that was asked. */
static bool is_open_proof(const struct view *v) {
    return v->known->challenge != NULL && is_from_asked(v) &&
           is_challenge_open(v) && !answer_is_denied(v->mail);
}

/* INT-3.  What he writes with it does not matter; BUKAN SAYA is never late. */
static bool is_proof(const struct view *v) {
    return is_open_proof(v) && (v->known->now < v->known->challenge->expires ||
                                v->mail->decision == DECISION_DISOWN);
}

/* Who attaches papers says that these are his, and nothing of the mail that
 * waits: a forger's would be confirmed with them. */
static bool is_proof_with_papers(const struct view *v) {
    return is_proof(v) && (v->papers || v->csr);
}

static bool is_disowning_with_papers(const struct view *v) {
    return is_proof_with_papers(v) && v->mail->decision == DECISION_DISOWN;
}

/* It lost its secrets, and cannot be read again. */
static bool is_proof_with_lost_papers(const struct view *v) {
    return is_proof_with_papers(v) && v->mail->redaction_count > 0;
}

/* Expiry is no dead end: he is asked anew. */
static bool is_late_proof(const struct view *v) {
    return is_open_proof(v);
}

/* It stays good for BUKAN SAYA about the case that it let begin.  What comes
 * with it goes the way of any mail. */
static bool is_spent_proof(const struct view *v) {
    return v->known->challenge != NULL && is_from_asked(v) &&
           !is_challenge_open(v) && !is_disowning(v) && is_unsure(v) &&
           !v->papers && !v->csr;
}

static bool is_foreign_proof(const struct view *v) {
    return v->known->challenge != NULL && !is_from_asked(v);
}

/* BATAL; or any other word than the one that waits, to the question or to the
 * receipt (I11).  It can do nothing but undo, so that a doubt is enough: whoever
 * sent it for him, whatever else is wrong with it.  What is proved and right
 * decides at once. */
static bool is_taking_back(const struct view *v) {
    const struct known *k = v->known;
    const struct hold *h = k->hold != NULL ? k->hold : k->held;
    enum decision said = v->mail->decision;

    return h != NULL && h->end == HOLD_OPEN && k->officer != NULL &&
           k->token != NULL && strcmp(k->token->person, k->officer->id) == 0 &&
           said != DECISION_NONE && said != h->decision &&
           (k->hold != NULL || v->fault != FAULT_NONE);
}

/* Does it concern us, if its From line were true? */
static bool claims_ours(const struct view *v) {
    return v->known->sender != NULL || v->known->officer != NULL ||
           v->words || v->number || v->csr || v->known->answers_ours;
}

/* V020: signed by the right domain, and broken on the way (or on purpose).
 * No signature, or another domain's, is no claim (V015). */
static bool has_broken_signature(const struct view *v) {
    if (answer_is_denied(v->mail)) {
        return true;
    }
    for (size_t i = 0; i < v->mail->identity.dkim_count; i++) {
        const struct dkim_result *d = &v->mail->identity.dkim[i];

        if (d->aligned && !d->valid) {
            return true;
        }
    }
    return false;
}

/* His domain's signature, and true; only it leaves a field to anybody that says
 * who, when, or how the body is to be read (V077). */
static bool has_partial_signature(const struct view *v) {
    static const char end[] = DKIM_NOT_SIGNED;

    for (size_t i = 0; i < v->mail->identity.dkim_count; i++) {
        const struct dkim_result *d = &v->mail->identity.dkim[i];
        size_t n = strlen(d->reason);

        if (d->aligned && d->valid && n >= sizeof end - 1 &&
            strcmp(d->reason + n - (sizeof end - 1), end) == 0) {
            return true;
        }
    }
    return false;
}

/* V043: he signed, or somebody for him, and it does not count. */
static bool has_failed_smime(const struct view *v) {
    enum smime_trouble t = v->mail->smime.trouble;

    return t != SMIME_NONE && t != SMIME_SOUND && t != SMIME_NO_TOKEN;
}

/* V044: signed with a certificate that is another person's, or another
 * address's.  Nothing of it is believed, at no level. */
static bool is_signed_by_other(const struct view *v) {
    return v->mail->smime.trouble == SMIME_OTHERS ||
           v->mail->smime.trouble == SMIME_OTHER_ADDRESS;
}

static bool is_broken_answer(const struct view *v) {
    return is_unproven_answer(v) &&
           (has_broken_signature(v) || has_failed_smime(v));
}

static bool is_partial_answer(const struct view *v) {
    return is_unproven_answer(v) && has_partial_signature(v);
}

static bool is_shared(const struct view *v) {
    return v->known->shared_mailbox;
}

static bool is_unsure_and_failed(const struct view *v) {
    return is_unsure(v) && has_broken_signature(v) &&
           (claims_ours(v) || !is_shared(v));
}

static bool is_unsure_and_ours(const struct view *v) {
    return is_unsure(v) && (claims_ours(v) || !is_shared(v));
}

static bool is_unsure_and_partial(const struct view *v) {
    return is_unsure_and_ours(v) && has_partial_signature(v);
}

/* Of nobody else an unproven mail is answered, nor a request. */
static bool is_of_ours(const struct known *k) {
    return !k->sender_is_office &&
           (k->sender != NULL || k->officer != NULL || k->of_agency);
}

/* LOKET NIP ..., of an officer as sure as for a decision. */
static bool is_desk(const struct view *v) {
    const struct mail_identity *id = &v->mail->identity;

    return v->mail->request == REQUEST_DESK && v->known->officer != NULL &&
           v->known->brought_by[0] == '\0' && !id->delegate &&
           !id->irregular && id->level >= v->workflow->verifier_level;
}

static bool is_desk_without_right(const struct view *v) {
    const struct officer *o = v->known->officer;

    return is_desk(v) && !o->roles[ROLE_VERIFIER] &&
           !o->roles[ROLE_SECTION_OFFICER] && !o->roles[ROLE_SECRETARIAT];
}

static bool is_desk_of_nobody(const struct view *v) {
    return is_desk(v) && v->known->named == NULL;
}

static bool is_desk_of_himself(const struct view *v) {
    return is_desk(v) && v->known->own_case;
}

static bool is_desk_without_papers(const struct view *v) {
    return is_desk(v) && !v->papers;
}

/* What was handed in opens a case; an open one is his own to go on with. */
static bool is_brought_too_late(const struct view *v) {
    return v->known->brought_by[0] != '\0' && v->known->casefile != NULL &&
           !casefile_state_is_closed(v->known->casefile->state);
}

/* Only to CEK, and to who complains, papers are no application. */
static bool is_request(const struct view *v) {
    bool takes_papers = v->mail->request == REQUEST_CHECK ||
                        v->mail->request >= REQUEST_COMPLAINT;

    return is_asking(v) && v->mail->request != REQUEST_DESK &&
           (takes_papers || !v->papers) && is_of_ours(v->known);
}

/* STD-13: a case of its own, whatever else is open. */
static bool is_complaint(const struct view *v) {
    return v->known->complains && v->known->sender != NULL;
}

/* V123 */
static bool is_one_complaint_too_many(const struct view *v) {
    return is_complaint(v) &&
           v->known->open_cases >= LIMIT_OPEN_COMPLAINTS_PER_SENDER;
}

/* STD-14: an officer writes down what somebody told him. */
static bool is_oral(const struct view *v) {
    return v->known->is_oral && v->fault == FAULT_NONE;
}

/* Of an agency, but nobody whom the registry knows: a person should look. */
static bool is_foreign_complaint(const struct view *v) {
    return v->mail->request == REQUEST_COMPLAINT && is_request(v) &&
           v->known->sender == NULL;
}

/* LAW-8: whoever has the token read our letter to that mailbox. */
static bool is_survey(const struct view *v) {
    return v->known->survey != NULL;
}

static bool is_stranger(const struct view *v) {
    return v->known->sender == NULL;
}

/* CMS-4: letters for somebody, of whom they do not say who he is. */
static bool is_sent_for_nobody(const struct view *v) {
    return v->known->sends_for_nobody && v->papers && !v->answer;
}

/* An officer who writes about something else, or answers the summary. */
static bool is_officer_talk(const struct view *v) {
    return v->known->officer != NULL && !v->matter &&
           (is_stranger(v) || (!v->number && !v->known->answers_ours));
}

static bool is_shared_officer_talk(const struct view *v) {
    return is_officer_talk(v) && is_shared(v);
}

static bool is_unknown_applicant(const struct view *v) {
    return is_stranger(v) &&
           (v->matter || v->number || v->known->answers_ours);
}

/* design.md 5: his case begins with a verifier's word on who he is. */
static bool is_newcomer(const struct view *v) {
    return is_stranger(v) && v->known->newcomer != NULL && v->matter &&
           !v->known->answers_ours &&
           workflow_step_named(v->workflow, WORKFLOW_IDENTITY) != NULL;
}

/* A domain that sends ever new people: what its verifiers could not look at is
 * not begun. */
static bool is_newcomer_too_many(const struct view *v) {
    return is_newcomer(v) &&
           v->known->newcomers_today >= LIMIT_NEWCOMERS_PER_DAY;
}

static bool is_shared_stranger(const struct view *v) {
    return is_stranger(v) && is_shared(v);
}

/* In a shared mailbox a mail of somebody who has an open case may still be
 * about something else: it must answer, name the number, or be about a
 * passphrase by its subject or its papers. */
static bool is_about_case(const struct view *v) {
    return v->known->casefile != NULL &&
           (v->known->answers_ours || v->number || v->matter ||
            !is_shared(v));
}

/* PKL-6: what is closed stays closed; papers open a new case. */
static bool is_about_closed(const struct view *v) {
    return is_about_case(v) &&
           casefile_state_is_closed(v->known->casefile->state);
}

static bool brings_papers(const struct view *v) {
    return is_about_case(v) && !workflow_is_complaint(v->workflow) && v->papers && !is_about_closed(v);
}

static bool is_application(const struct view *v) {
    return v->known->casefile == NULL ? v->matter || !is_shared(v)
                                      : is_about_closed(v) && v->papers &&
                                            v->matter;
}

/* V123 */
static bool is_one_too_many(const struct view *v) {
    return is_application(v) &&
           v->known->open_cases >= LIMIT_OPEN_CASES_PER_SENDER;
}

static bool always(const struct view *v) {
    (void)v;
    return true;
}

/* ---- the table ----------------------------------------------------------- */

static const struct rule {
    bool (*holds)(const struct view *v);
    enum event_kind kind;
    const char *reason; /* NULL: the gate's word */
} rules[] = {
    {is_probe, EVENT_IGNORE, "probe"},

    /* machines: never answered (RFC 3834), V050-V054, V118 */
    {is_own, EVENT_IGNORE, "own"},
    {is_office, EVENT_IGNORE, "own-address"},
    {is_foreign_id, EVENT_QUARANTINE, "foreign-id"},
    {is_handover, EVENT_DELEGATED, ""}, /* or an automatic reply */
    {is_wrong_handover, EVENT_ANSWER, ""},
    {is_auto, EVENT_IGNORE, "auto"},
    {is_list, EVENT_IGNORE, "list"},
    {is_refused, EVENT_QUARANTINE, NULL},
    {is_duplicate, EVENT_IGNORE, "duplicate"}, /* I3, also of a bounce */
    {is_our_bounce, EVENT_BOUNCE, "bounce"},
    {is_bounce, EVENT_IGNORE, "bounce"},
    {is_signed_by_other, EVENT_QUARANTINE, "signer-mismatch"},

    /* INT-3: the question whether a mailbox is his (docs/decisions/025) */
    {is_foreign_proof, EVENT_QUARANTINE, "challenge-foreign"},
    {is_spent_proof, EVENT_IGNORE, "challenge-used"},
    {is_disowning_with_papers, EVENT_PROVEN, "challenge-disowned"},
    {is_proof_with_lost_papers, EVENT_QUARANTINE, "challenge-papers"},
    {is_proof_with_papers, EVENT_PROVEN, "challenge-papers"},
    {is_proof, EVENT_PROVEN, "challenge"},
    {is_late_proof, EVENT_CHALLENGE, "challenge-late"},

    {is_disowning, EVENT_DISOWNED, ""}, /* BUKAN SAYA */
    {is_drill, EVENT_DRILLED, "drill"}, /* LATIHAN: a question of no case */
    {is_survey, EVENT_SURVEY, "survey"},

    /* the applicant, who was asked to confirm (CMS-13); an officer may be
     * one, too */
    {is_confirmation, EVENT_ANSWER, ""},
    {is_report, EVENT_ANSWER, ""}, /* PKL-20 */

    {is_taking_back, EVENT_TAKEN_BACK, ""},

    /* officers: told once a day of what they cannot have sent themselves */
    {is_broken_answer, EVENT_UNPROVEN, "auth-fail"},
    {is_partial_answer, EVENT_UNPROVEN, "auth-partial"},
    {is_unproven_answer, EVENT_UNPROVEN, "auth-none"},
    {is_answer_by_delegate, EVENT_UNPROVEN, "delegate"},
    {is_answer_of_two_readings, EVENT_UNPROVEN, "parts-differ"},
    {is_oral, EVENT_APPLICATION, "oral"},
    {is_answer_to_hold, EVENT_HELD, "hold"},
    {is_answer, EVENT_ANSWER, ""},

    /* who?  Nothing below here is reached on the word of a From line. */
    {is_unsure_and_failed, EVENT_QUARANTINE, "auth-fail"},
    {is_unsure_and_partial, EVENT_QUARANTINE, "auth-partial"},
    {is_unsure_and_ours, EVENT_QUARANTINE, "auth-none"},
    {is_unsure, EVENT_NOT_OURS, "auth-none"},

    {is_one_complaint_too_many, EVENT_QUARANTINE, "limit"},
    {is_complaint, EVENT_APPLICATION, ""},
    {is_foreign_complaint, EVENT_QUARANTINE, "unknown-address"},
    /* an officer for somebody who came by */
    {is_desk_without_right, EVENT_DESK, "desk-right"},
    {is_desk_of_nobody, EVENT_DESK, "desk-unknown"},
    {is_desk_of_himself, EVENT_DESK, "desk-own"},
    {is_desk_without_papers, EVENT_DESK, "desk-papers"},
    {is_desk, EVENT_DESK, "desk"},
    {is_brought_too_late, EVENT_QUARANTINE, "desk-open"},

    {is_request, EVENT_REQUEST, ""},

    /* sure who, but nobody with a certificate here */
    {is_sent_for_nobody, EVENT_ANSWER, ""},
    {is_shared_officer_talk, EVENT_NOT_OURS, "officer"},
    {is_officer_talk, EVENT_IGNORE, "officer"},
    {is_newcomer_too_many, EVENT_QUARANTINE, "newcomers"},
    {is_newcomer, EVENT_APPLICATION, "newcomer"},
    {is_unknown_applicant, EVENT_QUARANTINE, "unknown-address"},
    {is_shared_stranger, EVENT_NOT_OURS, "stranger"},
    {is_stranger, EVENT_IGNORE, "stranger"},

    /* a subscriber */
    {is_word_of_two_readings, EVENT_QUARANTINE, "parts-differ"},
    {is_one_too_many, EVENT_QUARANTINE, "limit"},
    {is_application, EVENT_APPLICATION, ""},
    {brings_papers, EVENT_DOCUMENTS, ""},
    {is_about_case, EVENT_MESSAGE, ""},
    {always, EVENT_NOT_OURS, "other-matter"},
};

/* design.md 5: something was asked in somebody's name, and it is not believed
 * that he asked.  Officers who answer hear of it by EVENT_UNPROVEN. */
static bool concerns_owner(const struct view *v, const struct event *event) {
    const struct mail_facts *m = v->mail;

    return event->kind == EVENT_QUARANTINE && v->known->sender != NULL &&
           !v->answer && !v->known->is_our_message_id &&
           m->automatic == AUTOMATIC_NO &&
           (is_unsure(v) || is_signed_by_other(v)) &&
           (v->matter || v->number || v->papers || v->known->answers_ours ||
            m->decision == DECISION_DISOWN);
}

/* What an officer writes is about somebody else's case. */
static void speak_for_office(const struct view *v, struct event *event) {
    event->applicant = v->known->applicant;
    event->certificate = v->known->old;
    event->fault = v->fault;
    event->attachment = v->attachment;
    if (event->kind == EVENT_UNPROVEN && v->known->told_today &&
        event->fault != FAULT_PARTS_DIFFER) {
        event->kind = EVENT_QUARANTINE;
    } else if (event->kind == EVENT_TAKEN_BACK) {
        event->fault = FAULT_NONE;
    } else if (event->kind == EVENT_ANSWER && event->fault != FAULT_NONE) {
        text_copy(event->reason, sizeof event->reason,
                  answer_fault_name(event->fault));
    }
}

static bool is_of_office(enum event_kind kind) {
    return kind == EVENT_ANSWER || kind == EVENT_UNPROVEN ||
           kind == EVENT_HELD || kind == EVENT_TAKEN_BACK;
}

static const struct rule *find_rule(const struct view *v) {
    const struct rule *rule = rules;

    while (!rule->holds(v)) {
        rule++; /* ends at `always` */
    }
    return rule;
}

/* INT-3: would the mail do something, if the mailbox it names were its
 * sender's?  Only then is that asked, and only where the procedure lets a
 * mailbox count.  Not where its domain's own word is against it (T14), nor of a
 * mail that lost its secrets and cannot be read again. */
static bool is_worth_asking(const struct view *v, const struct rule *rule) {
    struct view proved = *v;
    enum event_kind kind;

    if (v->workflow->applicant_level != LEVEL_MAILBOX || !is_unsure(v) ||
        !is_of_ours(v->known) || v->mail->identity.delegate ||
        v->mail->redaction_count > 0 || has_broken_signature(v) ||
        (rule->kind != EVENT_QUARANTINE && rule->kind != EVENT_NOT_OURS)) {
        return false;
    }
    proved.level = LEVEL_MAILBOX;
    kind = find_rule(&proved)->kind;
    return kind == EVENT_APPLICATION || kind == EVENT_DOCUMENTS ||
           kind == EVENT_MESSAGE;
}

void workflow_match(const struct workflow *workflow,
                    const struct timetable *timetable,
                    const struct mail_facts *mail, const struct known *known,
                    struct event *event) {
    struct view v = look(workflow, timetable, mail, known);
    const struct rule *rule = find_rule(&v);

    *event = (struct event){.kind = is_worth_asking(&v, rule)
                                        ? EVENT_CHALLENGE
                                        : rule->kind,
                            .mail = mail,
                            .applicant = known->is_oral ? known->speaker
                                         : known->sender != NULL
                                             ? known->sender
                                             : known->newcomer,
                            .certificate = known->certificate,
                            .attachment = -1};
    text_copy(event->reason, sizeof event->reason,
              rule->reason != NULL ? rule->reason
                                   : gate_verdict_name(mail->identity.gate));
    if (is_of_office(event->kind) && !is_confirmation(&v)) {
        if (is_wrong_handover(&v)) {
            v.fault = FAULT_NO_ADDRESSEE;
        } else if (is_sent_for_nobody(&v)) {
            v.fault = FAULT_NO_APPLICANT;
        }
        speak_for_office(&v, event);
    }
    event->tells_owner = concerns_owner(&v, event);
    if (event->kind == EVENT_DRILLED) {
        event->fault = answer_judge_drill(mail, known);
    }
    event->delegation = v.delegation;
}
