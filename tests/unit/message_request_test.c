/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked of the window, and what only looks like it. */
#include "message/request.h"

#include "base/text.h"
#include "model/mail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct row {
    const char *subject, *first_line;
    enum request_word request;
    bool alone;
};

static void run(const struct row *rows, size_t count) {
    struct mail_facts *f = mail_facts_new();

    for (size_t i = 0; i < count; i++) {
        const struct row *r = &rows[i];

        text_copy(f->subject, sizeof f->subject, r->subject);
        text_copy(f->first_line, sizeof f->first_line, r->first_line);
        request_read(f);
        if (f->request != r->request || f->request_alone != r->alone) {
            fail_msg("\"%s\" \"%s\": %s%s", r->subject, r->first_line,
                     request_word_name(f->request),
                     f->request_alone ? ", alone" : "");
        }
    }
    mail_facts_free(&f);
}
#define RUN(rows) run(rows, sizeof(rows) / sizeof(rows)[0])

static void every_word_in_both_languages(void **state) {
    static const struct row rows[] = {
        {"INFO", "", REQUEST_INFO, true},
        {"Standar Pelayanan", "", REQUEST_INFO, true},
        {"standard", "", REQUEST_INFO, true},
        {"Formulir", "", REQUEST_FORM, true},
        {"forms, please", "", REQUEST_FORM, true},
        {"STATUS", "", REQUEST_STATUS, true},
        {"CEK berkas", "", REQUEST_CHECK, true},
        {"check", "", REQUEST_CHECK, true},
        {"PENGADUAN: petugas tidak membalas", "", REQUEST_COMPLAINT, false},
        {"Complaint", "", REQUEST_COMPLAINT, true},
        {"Saran", "", REQUEST_SUGGESTION, true},
        {"MASUKAN untuk loket", "", REQUEST_SUGGESTION, false},
        {"suggestion", "", REQUEST_SUGGESTION, true},
        {"SURVEI", "", REQUEST_SURVEY, true},
        {"Survey", "", REQUEST_SURVEY, true},
        {"LOKET NIP 198508172010011003", "", REQUEST_DESK, false},
    };

    (void)state;
    RUN(rows);
}

static void more_words_may_be_about_something_else(void **state) {
    static const struct row rows[] = {
        {"Info rapat besok", "", REQUEST_INFO, false},
        {"Status proyek jalan", "", REQUEST_STATUS, false},
        {"STATUS LOCK-2026-000001", "", REQUEST_STATUS, false},
        {"CEK Permohonan Lupa Passphrase", "", REQUEST_CHECK, false},
        {"  [*] \"INFO\" pak, terima kasih", "", REQUEST_INFO, true},
    };

    (void)state;
    RUN(rows);
}

static void an_answer_asks_with_its_first_line(void **state) {
    static const struct row rows[] = {
        {"Re: [LOCK-2026-000001] Permohonan", "STATUS", REQUEST_STATUS, true},
        {"Bls: x", "Status pak.", REQUEST_STATUS, true},
        {"Re: x", "status saya bagaimana", REQUEST_NONE, false},
        {"Permohonan", "INFO", REQUEST_INFO, true},
        /* the subject was there first */
        {"Formulir cuti", "STATUS", REQUEST_FORM, false},
    };

    (void)state;
    RUN(rows);
}

static void what_is_no_request(void **state) {
    static const struct row rows[] = {
        {"", "", REQUEST_NONE, false},
        {"Re: INFO", "", REQUEST_NONE, false},
        {"Fwd: STATUS", "", REQUEST_NONE, false},
        {"Informasi", "", REQUEST_NONE, false},
        {"INFORMASI layanan", "", REQUEST_NONE, false},
        {"Permohonan INFO", "", REQUEST_NONE, false},
        {"STATUSNYA", "", REQUEST_NONE, false},
        /* a look-alike, an invisible character, a letter behind it */
        {"\xd0\x86NFO", "", REQUEST_NONE, false},
        {"IN\xe2\x80\x8b" "FO", "", REQUEST_NONE, false},
        {"INFO\xc3\xa9", "", REQUEST_NONE, false},
    };

    (void)state;
    RUN(rows);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_in_both_languages),
        cmocka_unit_test(more_words_may_be_about_something_else),
        cmocka_unit_test(an_answer_asks_with_its_first_line),
        cmocka_unit_test(what_is_no_request),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
