/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The case sheet: ctl/html.c, ctl/sheet.c.  Names and reasons in it are
 * strangers' text.
 */
#include "ctl/html.h"
#include "ctl/sheet.h"
#include "ctl/sheet_words.h"
#include "model/casefile.h"
#include "model/event.h"
#include "model/letter.h"
#include "model/order.h"
#include "model/outbox.h"
#include "model/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FFFD "\xef\xbf\xbd"

static const struct escaped {
    const char *name, *given, *shown;
} escapes[] = {
    {"plain", "Budi Santoso", "Budi Santoso"},
    {"letters of other scripts", "\xc3\x89 \xe6\xbc\xa2",
     "\xc3\x89 \xe6\xbc\xa2"},
    {"an element", "<script>alert(1)</script>",
     "&lt;script&gt;alert(1)&lt;/script&gt;"},
    {"end of an attribute", "\" onload='x'", "&quot; onload=&#39;x&#39;"},
    {"an entity", "&lt;b&gt;", "&amp;lt;b&amp;gt;"},
    {"a comment", "--><!--", "--&gt;&lt;!--"},
    {"line ends", "a\r\nb\tc", "a" FFFD " b c"},
    {"control characters", "a\x1b[31mb\x7f", "a" FFFD "[31mb" FFFD},
    {"C1", "a\xc2\x9b" "b", "a" FFFD "b"},
    {"right-to-left override", "gpj.\xe2\x80\xae" "exe", "gpj." FFFD "exe"},
    {"isolates", "\xe2\x81\xa6x\xe2\x81\xa9", FFFD "x" FFFD},
    {"Arabic letter mark", "\xd8\x9cx", FFFD "x"},
    {"line separator", "a\xe2\x80\xa8" "b", "a" FFFD "b"},
    {"cut inside a character", "a\xe2\x80", "a\xe2\x80"},
};

static char *html_of(const char *given) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    html_text(out, given);
    fclose(out);
    return text;
}

static void text_stays_text(void **state) { /* V111 */
    (void)state;
    for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++) {
        char *shown = html_of(escapes[i].given);

        if (strcmp(shown, escapes[i].shown) != 0) {
            fail_msg("%s: %s", escapes[i].name, shown);
        }
        free(shown);
    }
}

/* ---- whole sheets ------------------------------------------------------- */

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* A completed case; every string a stranger can choose is `H`. */
#define H "<img src=x onerror=alert(1)>\\\"'&amp;\\u202e"
static const char hostile[] =
    "{\"number\":\"LOCK-2026-000001\",\"state\":\"completed\",\"revision\":1,"
    "\"recipient\":\"" H "\",\"opened\":\"2026-11-23T01:00:05Z\","
    "\"due\":\"2026-11-24T08:45:00Z\",\"previous_case\":\"" H "\","
    "\"printed\":\"2026-11-24T09:00:00Z\","
    "\"sop\":{\"number\":\"088.13\",\"version\":\"1.1\","
    "\"effective\":\"2022-04-11\",\"title\":\"Lupa\",\"title_en\":\"Lost\"},"
    "\"office\":{\"name\":\"Dinas\",\"unit\":\"Seksi\",\"language\":\"id\","
    "\"zone_min\":420,\"zone\":\"WIB\",\"portal\":\"AMS\"},"
    "\"person\":{\"name\":\"" H "\",\"nip\":\"1\",\"agency\":\"" H "\"},"
    "\"certificate\":{\"serial\":\"0A01\",\"subject\":\"" H "\","
    "\"issuer\":\"" H "\"},"
    "\"documents\":[{\"paper\":\"csr\",\"read_name\":\"" H "\","
    "\"read_date\":\"" H "\",\"read_plea\":\"" H "\",\"name\":\"" H "\",\"sha256\":\"" HEX
    "\",\"revision\":1,\"current\":true,\"subject\":\"" H "\",\"spki\":\"" HEX
    "\",\"key_type\":\"" H "\",\"key_bits\":256}],"
    "\"questions\":[{\"person\":\"siti\",\"person_name\":\"" H "\","
    "\"asked_for\":\"verify\",\"state\":\"answered\",\"revision\":1,"
    "\"since\":\"2026-11-23T01:00:06Z\"}],"
    "\"approvals\":[{\"person\":\"siti\",\"person_name\":\"Siti\","
    "\"person_title\":\"Verifikator\",\"state\":\"stands\",\"revision\":1,"
    "\"mail\":2,\"at\":\"2026-11-23T02:00:00Z\",\"approved\":\"" HEX "\"}],"
    "\"orders\":[{\"id\":\"LOCK-2026-000001.revoke\",\"kind\":\"revoke\","
    "\"state\":\"done\",\"executor\":\"operator\",\"reason\":\"superseded\","
    "\"revoked_at\":\"2026-11-23T02:30:00Z\",\"crl_number\":\"2B\","
    "\"crl_sha256\":\"" HEX "\",\"evidence\":\"a\",\"trouble\":\"" H "\","
    "\"approvers\":[\"siti\"],\"approved\":\"" HEX "\"},"
    "{\"id\":\"LOCK-2026-000001.issue\",\"kind\":\"issue\",\"state\":\"done\","
    "\"executor\":\"operator\",\"new_serial\":\"0B02\",\"new_subject\":\"" H
    "\",\"not_before\":\"2026-11-23T02:31:00Z\","
    "\"not_after\":\"2028-11-22T02:31:00Z\",\"evidence\":\"a\","
    "\"certificate_sha256\":\"" HEX "\"}],"
    "\"letters\":[{\"letter\":\"completed\",\"to\":\"" H "\","
    "\"state\":\"accepted\",\"queued\":\"2026-11-23T02:40:00Z\"}],"
    "\"events\":[{\"at\":\"2026-11-23T01:00:05Z\",\"actor\":\"" H "\","
    "\"kind\":\"" H "\",\"state\":\"" H "\",\"revision\":1,\"detail\":\"" H
    "\",\"audit\":41}],"
    "\"outputs\":[{\"what\":\"mail\",\"file\":\"received-mail-1.eml\","
    "\"sha256\":\"" HEX "\"}]}";

static char *sheet_of(json_t *record, enum language language) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(record);
    assert_non_null(out);
    sheet_write(out, record, language);
    fclose(out);
    return text;
}

static json_t *hostile_record(void) {
    json_error_t error;
    json_t *record = json_loads(hostile, 0, &error);

    if (record == NULL) {
        fail_msg("%s", error.text);
    }
    return record;
}

/* Every element of the page is one that sheet.c writes. */
static void hostile_names_stay_text(void **state) { /* V111 */
    json_t *record = hostile_record();
    char *sheet = sheet_of(record, LANGUAGE_ID);

    (void)state;
    assert_null(strstr(sheet, "<img"));
    assert_null(strstr(sheet, "\xe2\x80\xae"));
    assert_non_null(strstr(sheet, "&lt;img src=x onerror=alert(1)&gt;&quot;"
                                  "&#39;&amp;amp;" FFFD));
    assert_null(strstr(sheet, "<script"));
    assert_null(strstr(sheet, "http:"));
    assert_null(strstr(sheet, "https:"));
    assert_null(strstr(sheet, "url("));
    assert_null(strstr(sheet, " src="
                              "\""));
    assert_non_null(strstr(sheet, "default-src 'none'"));
    free(sheet);
    json_decref(record);
}

static void the_sheet_says_what_was_done(void **state) { /* PKL-7, 13, 15 */
    static const char *const wanted[] = {
        "Lembar Kasus LOCK-2026-000001", "088.13", "1.1", "11 April 2022",
        "lupa passphrase", "superseded (4)", "0A01", "0B02",
        "23 November 2026 pukul 09.30.00 WIB", "2026-11-23T02:30:00Z",
        "2B", HEX, "Siti</bdi>, Verifikator", "LOCK-2026-000001.revoke",
        "a (diperiksa di sini", "operator, pada portal AMS",
        "Tidak ada: semua langkah selesai.", "2026-11-23 08.00.05",
        "2026-11-23T01:00:05Z", "<td>41</td>"};
    json_t *record = hostile_record();
    char *sheet = sheet_of(record, LANGUAGE_ID);

    (void)state;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if (strstr(sheet, wanted[i]) == NULL) {
            fail_msg("missing: %s", wanted[i]);
        }
    }
    free(sheet);
    sheet = sheet_of(record, LANGUAGE_EN);
    assert_non_null(strstr(sheet, "<html lang=\"en\">"));
    assert_non_null(strstr(sheet, "forgotten passphrase"));
    assert_non_null(strstr(sheet, "Nothing: every step is done."));
    free(sheet);
    json_decref(record);
}

/* What is missing is said, whatever else the page shows. */
static void what_is_not_done_is_said(void **state) {
    static const struct {
        const char *name, *record, *said, *not_said;
    } cases[] = {
        {"no decision", "{\"state\":\"received\"}",
         "Belum ada keputusan verifikator", "semua langkah selesai"},
        {"papers missing", "{\"state\":\"incomplete\"}",
         "Berkas permohonan belum lengkap", "semua langkah selesai"},
        {"question open",
         "{\"state\":\"received\",\"questions\":[{\"state\":\"open\","
         "\"person\":\"siti\",\"asked_for\":\"verify\","
         "\"until\":\"2026-11-26T00:00:00Z\"}]}",
         "Menunggu jawaban siti (verifikasi), sampai 26 November 2026",
         "semua langkah selesai"},
        {"revocation stopped",
         "{\"state\":\"revoking\",\"approvals\":[{\"state\":\"stands\"}],"
         "\"orders\":[{\"kind\":\"revoke\",\"state\":\"stopped\","
         "\"trouble\":\"no such serial\"}]}",
         "belum terbukti dicabut (terhenti) &ndash; <bdi>no such serial",
         "Belum ada keputusan"},
        {"notice not sent",
         "{\"state\":\"completed\",\"letters\":[{\"state\":\"failed\","
         "\"letter\":\"completed\",\"to\":\"x@y.example\"}]}",
         "penerimanya belum tahu: selesai: dicabut dan diterbitkan, "
         "<bdi>x@y.example",
         "semua langkah selesai"},
        {"rejected", "{\"state\":\"rejected\"}", "ditutup karena ditolak",
         "belum terbukti dicabut"},
        {"ended by the office",
         "{\"state\":\"stopped\",\"orders\":[{\"kind\":\"revoke\","
         "\"state\":\"done\"},{\"kind\":\"issue\",\"state\":\"abandoned\"}]}",
         "belum diterbitkan (dihentikan administrator)",
         "belum terbukti dicabut"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *record = json_loads(cases[i].record, 0, NULL);
        char *sheet = sheet_of(record, LANGUAGE_ID);

        if (strstr(sheet, cases[i].said) == NULL ||
            strstr(sheet, cases[i].not_said) != NULL) {
            fail_msg("%s: %s", cases[i].name, strstr(sheet, "<body>"));
        }
        free(sheet);
        json_decref(record);
    }
}

/* An answer of another version, or a broken one, still makes a page. */
static void an_empty_record_makes_a_page(void **state) {
    static const char *const records[] = {
        "{}", "[]", "{\"orders\":{},\"events\":7,\"office\":[]}",
        "{\"events\":[null,[],{}],\"documents\":[{}],\"orders\":[{}]}"};

    (void)state;
    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++) {
        json_t *record = json_loads(records[i], 0, NULL);
        char *sheet = sheet_of(record, sheet_office_language(record));

        assert_non_null(strstr(sheet, "</html>"));
        free(sheet);
        json_decref(record);
    }
}

/* BUKAN SAYA: whoever reads the sheet sees that nothing moves. */
static void a_halted_case_says_so(void **state) {
    json_t *record = json_pack("{s:s, s:s, s:s}", "number", "LOCK-2026-000001",
                               "state", "received", "halted",
                               "2026-11-21T09:00:00Z");
    char *sheet = sheet_of(record, LANGUAGE_ID);

    (void)state;
    assert_non_null(strstr(sheet, "ditahan karena BUKAN SAYA sejak"));
    assert_non_null(strstr(sheet, "2026-11-21T09:00:00Z"));
    free(sheet);
    json_object_del(record, "halted");
    sheet = sheet_of(record, LANGUAGE_ID);
    assert_null(strstr(sheet, "BUKAN SAYA sejak"));
    free(sheet);
    json_decref(record);
}

/* ---- words -------------------------------------------------------------- */

static void must_have(const char *prefix, const char *code) {
    char name[80];

    snprintf(name, sizeof name, "%s-%s", prefix, code);
    for (int l = 0; l < LANGUAGE__MAX; l++) {
        if (sheet_word((enum language)l, name) == NULL) {
            fail_msg("the sheet has no word for %s", name);
        }
    }
}

static void every_word_of_the_model_has_its_wording(void **state) {
    (void)state;
    for (int i = CASE_NEW + 1; i < CASE__MAX; i++) {
        must_have("state", casefile_state_name((enum casefile_state)i));
    }
    for (int i = 0; i < LETTER__MAX; i++) {
        if (i != LETTER_SUMMARY && i != LETTER_PROBE) { /* of no case */
            must_have("letter", letter_kind_name((enum letter_kind)i));
        }
    }
    for (int i = 0; i < EVENT__MAX; i++) {
        if (i != EVENT_QUARANTINE && i != EVENT_IGNORE && i != EVENT_NOT_OURS) {
            must_have("event", event_kind_name((enum event_kind)i));
        }
    }
    must_have("event", decision_name(DECISION_APPROVE));
    must_have("event", decision_name(DECISION_REJECT));
    must_have("event", decision_name(DECISION_DONE));
    must_have("event", decision_name(DECISION_FAILED));
    for (int i = 0; i < PAPER__MAX; i++) {
        must_have("paper", paper_name((enum paper)i));
    }
    for (int i = PLEA_FORGOTTEN; i < PLEA__MAX; i++) {
        must_have("plea", plea_name((enum plea)i));
    }
    for (int i = 0; i < STEP__MAX; i++) {
        must_have("step", ask_step_name((enum ask_step)i));
    }
    for (int i = 0; i < ORDER_STATE__MAX; i++) {
        must_have("order", order_state_name((enum order_state)i));
    }
    for (int i = ORDER_REASON_NONE + 1; i < ORDER_REASON__MAX; i++) {
        must_have("reason", order_reason_name((enum order_reason)i));
        must_have("crl", order_reason_name((enum order_reason)i));
    }
    for (int i = 0; i < EVIDENCE__MAX; i++) {
        must_have("evidence", evidence_class_name((enum evidence_class)i));
    }
    for (int i = 0; i < EXECUTOR__MAX; i++) {
        must_have("executor", executor_name((enum executor)i));
    }
    for (int i = 0; i < OUTBOX__MAX; i++) {
        must_have("delivery", outbox_state_name((enum outbox_state)i));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_stays_text),
        cmocka_unit_test(hostile_names_stay_text),
        cmocka_unit_test(the_sheet_says_what_was_done),
        cmocka_unit_test(what_is_not_done_is_said),
        cmocka_unit_test(an_empty_record_makes_a_page),
        cmocka_unit_test(a_halted_case_says_so),
        cmocka_unit_test(every_word_of_the_model_has_its_wording),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
