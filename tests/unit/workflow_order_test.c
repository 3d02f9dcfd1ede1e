/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked, approved and ordered: the digest, the orders, who may answer,
 * and which certificate fulfils an order. */
#include "workflow/step.h"

#include "workflow_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

/* A case as it is when a verifier looks at it. */
struct scene {
    struct workflow workflow;
    struct casefile c;
    struct subscriber budi;
    struct registered_certificate old;
    struct certificate_facts facts;
    struct order_row issue;
    usec_t at;
};

static struct scene *scene_new(void) {
    struct scene *s = xcalloc(1, sizeof *s);
    struct mail_facts *m = help_mail("");

    s->workflow = help_workflow();
    s->budi = help_budi;
    s->old = help_certificate;
    s->c = (struct casefile){
        .id = 1, .number = "LOCK-2026-000123", .workflow = "lock",
        .workflow_version = "1.1", .state = CASE_RECEIVED, .revision = 2,
        .subscriber_id = 7, .recipient = "budi@kota.example",
        .certificate_id = 70, .opened = help_time("2026-11-20T09:00"),
        .document_count = 2};
    s->c.documents[0] = (struct case_document){
        .paper = PAPER_STATEMENT, .kind = DOCUMENT_PDF, .current = true,
        .sha256 = {.bytes = {1}}};
    s->c.documents[1] = (struct case_document){
        .paper = PAPER_CSR, .kind = DOCUMENT_CSR, .current = true,
        .sha256 = {.bytes = {3}}, .spki = {.bytes = {0xbb}},
        .spki_size = 91};
    memset(s->c.documents[1].spki_der, 0xbb, 91);
    help_issued(m, 9, 0xbb, help_time("2026-11-20T11:00"));
    s->facts = m->attachments[0].document.certificate;
    s->issue.executor = EXECUTOR_OPERATOR;
    s->at = help_time("2026-11-20T12:00");
    assert_true(workflow_subject(&s->budi, &s->issue.order.subject));
    mail_facts_free(&m);
    return s;
}

/* ---- the digest ---------------------------------------------------------- */

typedef void (*change_fn)(struct scene *s);

static void other_letter(struct scene *s) {
    s->c.documents[0].sha256.bytes[31] = 1;
}
static void other_csr(struct scene *s) {
    s->c.documents[1].sha256.bytes[31] = 1;
}
static void other_key(struct scene *s) {
    s->c.documents[1].spki_der[90] = 1;
}
static void other_key_digest(struct scene *s) {
    s->c.documents[1].spki.bytes[31] = 1;
}
static void no_letter(struct scene *s) {
    s->c.documents[0].current = false;
}
static void other_revision(struct scene *s) {
    s->c.revision++;
}
static void other_number(struct scene *s) {
    text_copy(s->c.number, sizeof s->c.number, "LOCK-2026-000124");
}
static void other_recipient(struct scene *s) {
    text_copy(s->c.recipient, sizeof s->c.recipient, "budi@lain.example");
}
static void other_name(struct scene *s) {
    text_copy(s->budi.name, sizeof s->budi.name, "Budi Santosa, S.Sos");
}
static void other_agency(struct scene *s) {
    text_copy(s->budi.agency, sizeof s->budi.agency, "Dinas Kesehatan");
}
static void other_address(struct scene *s) {
    text_copy(s->budi.addresses[0], LIMIT_ADDRESS, "b@kota.example");
}
static void other_serial(struct scene *s) {
    text_copy(s->old.serial, sizeof s->old.serial, "0A1C");
}
static void other_issuer(struct scene *s) {
    text_copy(s->old.issuer, sizeof s->old.issuer, "CN=CA Lain,C=ID");
}
static void other_version(struct scene *s) {
    text_copy(s->c.workflow_version, sizeof s->c.workflow_version, "1.2");
}
static void other_reason(struct scene *s) { /* REV-5 */
    s->c.plea = PLEA_LOST;
}
static void no_change(struct scene *s) {
    /* what nobody approves */
    s->c.thread[0] = 'x';
    s->c.state = CASE_REVOKING;
    s->c.documents[0].read_by_eye = true;
    s->c.documents[2] = (struct case_document){
        .paper = PAPER_CSR, .sha256 = {.bytes = {7}}};
    s->c.document_count = 3;
    s->old.state = CERTIFICATE_REVOKED;
}

/* I9, T9: nothing can be changed under what was approved. */
static void the_digest_covers_all_that_is_approved(void **state) {
    static const struct {
        const char *name;
        change_fn change;
        bool same;
    } rows[] = {
        {"letter", other_letter, false},
        {"CSR", other_csr, false},
        {"key", other_key, false},
        {"digest of the key", other_key_digest, false},
        {"letter withdrawn", no_letter, false},
        {"revision", other_revision, false},
        {"case", other_number, false},
        {"recipient", other_recipient, false},
        {"name", other_name, false},
        {"agency", other_agency, false},
        {"address", other_address, false},
        {"old serial", other_serial, false},
        {"old issuer", other_issuer, false},
        {"version of the procedure", other_version, false},
        {"reason", other_reason, false},
        {"nothing of it", no_change, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene *s = scene_new();
        struct digest before =
            workflow_revision_digest(&s->c, &s->budi, &s->old);
        struct digest after;

        rows[i].change(s);
        after = workflow_revision_digest(&s->c, &s->budi, &s->old);
        if (digest_equal(&before, &after) != rows[i].same) {
            fail_msg("%s", rows[i].name);
        }
        free(s);
    }
}

/* ---- the order ----------------------------------------------------------- */

/* I8: the registry's words, none of the CSR's */
static void the_subject_is_the_registrys(void **state) {
    struct order_subject subject;

    (void)state;
    assert_true(workflow_subject(&help_budi, &subject));
    assert_string_equal(subject.common_name, "Budi Santoso, S.Sos");
    assert_string_equal(subject.organisation, "Dinas Kominfo");
    assert_string_equal(subject.country, "ID");
    assert_string_equal(subject.mail, "budi@kota.example");
    assert_string_equal(subject.unit, "");
}

/* RFC 5280 A.1: 64 characters, which are up to 128 bytes and more here */
static void a_name_too_long_for_a_certificate_is_refused(void **state) {
    struct subscriber who = help_budi;
    struct order_subject subject;

    (void)state;
    memset(who.name, 'a', 64);
    who.name[64] = '\0';
    assert_true(workflow_subject(&who, &subject));
    who.name[64] = 'a';
    who.name[65] = '\0';
    assert_false(workflow_subject(&who, &subject));
    for (size_t i = 0; i < 64; i++) {
        memcpy(who.name + 2 * i, "\xc3\xa9", 3);
    }
    assert_true(workflow_subject(&who, &subject));
    assert_string_equal(subject.common_name, who.name);
    who.name[0] = '\0';
    assert_false(workflow_subject(&who, &subject));
    who = help_budi;
    who.agency[0] = '\0';
    assert_true(workflow_subject(&who, &subject));
    memset(who.agency, 'a', 65);
    who.agency[65] = '\0';
    assert_false(workflow_subject(&who, &subject));
}

/* PKL-7, PKL-8, I7 */
static void an_order_says_what_was_approved(void **state) {
    struct scene *s = scene_new();
    struct digest digest =
        workflow_revision_digest(&s->c, &s->budi, &s->old);
    struct order revoke, issue, after;
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(workflow_order(&s->workflow, &s->c, &s->budi, &s->old,
                                    ORDER_REVOKE, &revoke, &e), 0);
    assert_string_equal(revoke.id, "LOCK-2026-000123.revoke");
    assert_string_equal(revoke.casefile, "LOCK-2026-000123");
    assert_string_equal(revoke.serial, "0A1B");
    assert_string_equal(revoke.applicant, "subscriber:7");
    assert_int_equal(revoke.reason, ORDER_REASON_SUPERSEDED);
    assert_true(digest_equal(&revoke.approved, &digest));
    assert_int_equal(workflow_order(&s->workflow, &s->c, &s->budi, &s->old,
                                    ORDER_ISSUE, &issue, &e), 0);
    assert_string_equal(issue.id, "LOCK-2026-000123.issue");
    assert_int_equal(issue.reason, ORDER_REASON_NONE);
    assert_string_equal(issue.profile, "signature");
    assert_string_equal(issue.serial, "0A1B");
    assert_string_equal(issue.subject.common_name, "Budi Santoso, S.Sos");
    assert_int_equal(issue.spki_size, 91);
    assert_memory_equal(issue.spki, s->c.documents[1].spki_der, 91);
    assert_int_equal(issue.approver_count, 0);
    /* loket-ca is told beforehand; what follows is the same order, whatever
     * the registry says by then */
    workflow_order_after(&revoke, &after);
    assert_memory_equal(&after, &issue, sizeof issue);
    free(s);
}

/* In a portal a person reads what is to be issued, and the CA may make the
 * key. */
static void an_order_to_a_portal_needs_no_key(void **state) {
    struct scene *s = scene_new();
    struct order order;
    struct err e = ERR_INIT;

    (void)state;
    s->workflow.executor = EXECUTOR_OPERATOR;
    s->workflow.profile[0] = '\0';
    assert_int_equal(workflow_order(&s->workflow, &s->c, &s->budi, &s->old,
                                    ORDER_REVOKE, &order, &e), 0);
    assert_string_equal(order.subject.common_name, "");
    assert_int_equal(order.spki_size, 0);
    s->workflow.key = KEY_REMOTE;
    s->c.document_count = 1;
    assert_int_equal(workflow_order(&s->workflow, &s->c, &s->budi, &s->old,
                                    ORDER_ISSUE, &order, &e), 0);
    assert_int_equal(order.spki_size, 0);
    s->workflow.key = KEY_APPLICANT; /* his key, but there is none */
    assert_int_equal(workflow_order(&s->workflow, &s->c, &s->budi, &s->old,
                                    ORDER_ISSUE, &order, &e), -1);
    s->workflow.key = KEY_REMOTE; /* loket-ca makes no keys */
    s->workflow.executor = EXECUTOR_CA;
    text_copy(s->workflow.profile, sizeof s->workflow.profile, "signature");
    assert_int_equal(workflow_order(&s->workflow, &s->c, &s->budi, &s->old,
                                    ORDER_ISSUE, &order, &e), -1);
    free(s);
}

static void no_csr(struct scene *s) {
    s->c.document_count = 1;
}
static void long_name(struct scene *s) {
    memset(s->budi.name, 'a', 65);
}
static void no_serial(struct scene *s) {
    s->old.serial[0] = '\0';
}
static void no_profile(struct scene *s) {
    s->workflow.profile[0] = '\0';
}
static void no_number(struct scene *s) {
    s->c.number[0] = '\0';
}
static void no_person(struct scene *s) {
    s->budi.id = 0;
}

static void an_order_that_lacks_something_is_none(void **state) {
    static const change_fn changes[] = {no_csr,     long_name, no_serial,
                                        no_profile, no_number, no_person};

    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct scene *s = scene_new();
        struct order order;
        struct err e = ERR_INIT;

        changes[i](s);
        assert_int_equal(workflow_order(&s->workflow, &s->c, &s->budi,
                                        &s->old, ORDER_ISSUE, &order, &e),
                         -1);
        assert_int_equal(e.kind, ERR_BUG);
        /* and loket-ca revokes nothing for it */
        assert_int_equal(workflow_order(&s->workflow, &s->c, &s->budi,
                                        &s->old, ORDER_REVOKE, &order, &e),
                         -1);
        free(s);
    }
}

/* ---- the certificate ----------------------------------------------------- */

static void unread(struct scene *s) {
    s->facts.valid = false;
}
static void unchecked(struct scene *s) {
    s->facts.checked = false;
}
static void untrusted(struct scene *s) {
    s->facts.trusted = false;
}
static void the_old_one(struct scene *s) {
    text_copy(s->facts.serial, sizeof s->facts.serial, "0A1B");
    s->facts.trusted = false; /* it has ended */
}
static void an_older_one(struct scene *s) {
    s->facts.not_before = s->c.opened - USEC_PER_DAY - 1;
}
static void of_the_day_before(struct scene *s) {
    s->facts.not_before = s->c.opened - USEC_PER_DAY;
}
static void of_somebody_else(struct scene *s) {
    text_copy(s->facts.common_name, sizeof s->facts.common_name,
              "Budi Hartono");
}
static void without_a_name(struct scene *s) {
    s->facts.common_name[0] = '\0';
}
static void with_the_old_subject(struct scene *s) {
    of_somebody_else(s);
    text_copy(s->facts.subject, sizeof s->facts.subject, s->old.subject);
}
static void without_any_subject(struct scene *s) {
    of_somebody_else(s);
    s->facts.subject[0] = s->old.subject[0] = '\0';
}
static void for_another_key(struct scene *s) {
    s->facts.spki.bytes[0] = 0xcc;
}
static void for_the_old_key(struct scene *s) {
    s->facts.spki = s->old.spki;
    s->c.documents[1].spki = s->old.spki;
}
static void for_the_cas_key(struct scene *s) {
    for_another_key(s);
    s->workflow.key = KEY_REMOTE;
}
static void for_the_cas_old_key(struct scene *s) {
    s->facts.spki = s->old.spki;
    s->workflow.key = KEY_REMOTE;
}
static void without_a_csr(struct scene *s) {
    s->c.document_count = 1;
}
static void of_another_agency(struct scene *s) {
    text_copy(s->facts.organisation, sizeof s->facts.organisation,
              "Dinas Kesehatan");
}
static void of_his_agency(struct scene *s) {
    text_copy(s->facts.organisation, sizeof s->facts.organisation,
              "DINAS KOMINFO");
}
static void of_the_old_agency(struct scene *s) {
    of_another_agency(s);
    text_copy(s->facts.subject, sizeof s->facts.subject, s->old.subject);
}
static void for_another_address(struct scene *s) {
    text_copy(s->facts.address, sizeof s->facts.address, "x@jahat.example");
}
static void for_another_address_with_the_old_subject(struct scene *s) {
    of_the_old_agency(s);
    for_another_address(s);
}
static void for_his_address(struct scene *s) {
    text_copy(s->facts.address, sizeof s->facts.address, "budi@KOTA.example");
}
static void for_a_day(struct scene *s) {
    s->facts.not_after = s->at + USEC_PER_DAY;
}
static void for_less_than_90_days(struct scene *s) {
    s->facts.not_after = s->at + 90 * USEC_PER_DAY - 1;
}
static void for_90_days(struct scene *s) {
    s->facts.not_after = s->at + 90 * USEC_PER_DAY;
}
static void of_loket_ca(struct scene *s) {
    for_a_day(s);
    of_another_agency(s);
    s->issue.executor = EXECUTOR_CA; /* its profile says */
}
static void renamed_since(struct scene *s) {
    text_copy(s->budi.name, sizeof s->budi.name, "Budi Hartono");
}
static void renamed_as_it_is(struct scene *s) {
    renamed_since(s);
    of_somebody_else(s); /* the name that the registry has now */
}
static void as_it_is(struct scene *s) {
    (void)s;
}

/* PKL-8, PKL-22 class a; bad input of the issue: a foreign certificate */
static void a_certificate_fits_its_order_or_it_does_not(void **state) {
    static const struct {
        const char *name;
        change_fn change;
        enum answer_fault right;
    } rows[] = {
        {"as it is", as_it_is, FAULT_NONE},
        {"unread", unread, FAULT_FOREIGN_CERTIFICATE},
        {"unchecked", unchecked, FAULT_FOREIGN_CERTIFICATE},
        {"untrusted", untrusted, FAULT_FOREIGN_CERTIFICATE},
        {"the old one", the_old_one, FAULT_OLD_CERTIFICATE},
        {"an older one", an_older_one, FAULT_OLD_CERTIFICATE},
        {"of the day before", of_the_day_before, FAULT_NONE},
        {"of somebody else", of_somebody_else, FAULT_WRONG_SUBJECT},
        {"without a name", without_a_name, FAULT_WRONG_SUBJECT},
        {"with the old subject", with_the_old_subject, FAULT_NONE},
        {"without any subject", without_any_subject, FAULT_WRONG_SUBJECT},
        {"for another key", for_another_key, FAULT_WRONG_KEY},
        {"for the old key", for_the_old_key, FAULT_WRONG_KEY},
        {"for the CA's key", for_the_cas_key, FAULT_NONE},
        {"for the CA's old key", for_the_cas_old_key, FAULT_WRONG_KEY},
        {"without a CSR", without_a_csr, FAULT_WRONG_KEY},
        {"of another agency", of_another_agency, FAULT_WRONG_SUBJECT},
        {"of his agency", of_his_agency, FAULT_NONE},
        {"of the old agency", of_the_old_agency, FAULT_NONE},
        {"another address", for_another_address, FAULT_WRONG_SUBJECT},
        {"another address, old subject",
         for_another_address_with_the_old_subject, FAULT_WRONG_SUBJECT},
        {"his address", for_his_address, FAULT_NONE},
        {"a day", for_a_day, FAULT_SHORT_LIVED},
        {"less than 90 days", for_less_than_90_days, FAULT_SHORT_LIVED},
        {"90 days", for_90_days, FAULT_NONE},
        {"of loket-ca", of_loket_ca, FAULT_NONE},
        {"renamed since", renamed_since, FAULT_NONE},
        {"renamed as it is", renamed_as_it_is, FAULT_WRONG_SUBJECT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene *s = scene_new();
        enum answer_fault fault;

        rows[i].change(s);
        fault = workflow_judge_certificate(&s->workflow, &s->c, &s->issue,
                                           &s->old, &s->facts, s->at);
        if (fault != rows[i].right) {
            fail_msg("%s: %s instead of %s", rows[i].name,
                     answer_fault_name(fault),
                     answer_fault_name(rows[i].right));
        }
        free(s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_digest_covers_all_that_is_approved),
        cmocka_unit_test(the_subject_is_the_registrys),
        cmocka_unit_test(a_name_too_long_for_a_certificate_is_refused),
        cmocka_unit_test(an_order_says_what_was_approved),
        cmocka_unit_test(an_order_to_a_portal_needs_no_key),
        cmocka_unit_test(an_order_that_lacks_something_is_none),
        cmocka_unit_test(a_certificate_fits_its_order_or_it_does_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
