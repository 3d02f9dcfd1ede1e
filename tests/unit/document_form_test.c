/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every blank letter that we hand out (CMS-1, TPN-9), filled in and read back
 * by our own reader: as our writer fills it in, and as a reader of PDF does on
 * a screen.  Nobody who uses the office's own form may be refused for it.
 */
#include "document/document.h"

#include "base/date.h"
#include "base/mem.h"
#include "config/forms.h"
#include "letter/form.h"

#include <poppler.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

#define NAME "Agus Pratama"
#define NIP "198508172010011003"
#define NIK "3375001708850001"
#define AGENCY "Dinas Kesehatan Kota Contoh"
#define SERIAL "5E1B00A4F0"

static const struct form_value values[] = {
    {"office", "Dinas Komunikasi dan Informatika Kota Contoh"},
    {"name", NAME},
    {"nip", NIP},
    {"nik", NIK},
    {"rank", "Penata Muda/III-a"},
    {"position", "Analis Data"},
    {"unit", "Subbagian Umum"},
    {"agency", AGENCY},
    {"address", "agus@kota.example"},
    {"phone", "0800 0000 0000"},
    {"serial", SERIAL},
    {"number", "000.6.5/1022/Dinkes"},
    {"date", "20 November 2026"},
    {"reason", "lupa passphrase"},
    {"chronology", "Saya berganti telepon.\nSejak itu saya tidak ingat."},
    {"system", "Srikandi"},
    {"purpose", "Tanda tangan elektronik"},
    {"applicant-place", "Kota Contoh, 20 November 2026"},
    {"applicant-name", NAME},
    {"applicant-nip", NIP},
    {"official-place", "Kota Contoh, 20 November 2026"},
    {"official-name", "Hartono, S.H."},
    {"official-nip", "196501011990031001"},
    {"superior-place", "Kota Contoh, 20 November 2026"},
    {"superior-name", "Hartono, S.H."},
    {"superior-nip", "196501011990031001"},
};

static struct formbook *book;

static int start(void **state) {
    const char *top = getenv("srcdir");
    char dir[LIMIT_PATH];
    struct err e = ERR_INIT;

    (void)state;
    snprintf(dir, sizeof dir, "%s/conf", top != NULL ? top : "..");
    book = forms_load(dir, &e);
    if (book == NULL) {
        fprintf(stderr, "%s\n", e.text);
        return -1;
    }
    pdf_warm_up();
    return 0;
}

static int stop(void **state) {
    (void)state;
    formbook_free(&book);
    return 0;
}

static void make(const struct form *form, size_t count, struct buf *pdf) {
    struct err e = ERR_INIT;

    buf_init(pdf, LIMIT_FORM);
    if (form_write(form, values, count, pdf, &e) != 0) {
        fail_msg("%s", e.text);
    }
}

static const char *value_named(const char *name) {
    for (size_t i = 0; i < COUNT(values); i++) {
        if (strcmp(values[i].name, name) == 0) {
            return values[i].value;
        }
    }
    return NULL;
}

/* Types into every field, as somebody before a screen. */
static void type_into(PopplerPage *page) {
    GList *fields = poppler_page_get_form_field_mapping(page);

    for (GList *l = fields; l != NULL; l = l->next) {
        PopplerFormField *f = ((PopplerFormFieldMapping *)l->data)->field;
        char *name = poppler_form_field_get_name(f);
        const char *value = value_named(name);

        if (value == NULL) {
            fail_msg("no value for the field \"%s\"", name);
        }
        poppler_form_field_text_set_text(f, value);
        g_free(name);
    }
    assert_non_null(fields);
    poppler_page_free_form_field_mapping(fields);
}

/* What a reader of PDF saves; the caller frees it. */
static char *fill_in(const struct buf *blank, size_t *size_r) {
    GBytes *bytes = g_bytes_new(blank->data, blank->size);
    PopplerDocument *pdf = poppler_document_new_from_bytes(bytes, NULL, NULL);
    char path[] = "/tmp/loket-form-XXXXXX", uri[64], *saved = NULL;
    int fd = mkstemp(path);
    gsize size = 0;

    assert_non_null(pdf);
    assert_true(fd >= 0);
    close(fd);
    for (int i = 0; i < poppler_document_get_n_pages(pdf); i++) {
        PopplerPage *page = poppler_document_get_page(pdf, i);

        type_into(page);
        g_object_unref(page);
    }
    snprintf(uri, sizeof uri, "file://%s", path);
    assert_true(poppler_document_save(pdf, uri, NULL));
    assert_true(g_file_get_contents(path, &saved, &size, NULL));
    unlink(path);
    g_object_unref(pdf);
    g_bytes_unref(bytes);
    *size_r = size;
    return saved;
}

/* By which papers carry what. */
static void judge(const struct form *form, const char *how, const void *bytes,
                  size_t size) {
    struct pdf_facts *f = xcalloc(1, sizeof *f);
    const struct paper_facts *p = &f->paper;
    bool has_plea = form->paper != PAPER_RECOMMENDATION;
    bool has_number = form->paper != PAPER_STATEMENT;
    bool has_serial =
        form->paper == PAPER_STATEMENT || form->paper == PAPER_REASON;
    int day = date_to_day(2026, 11, 20);

    pdf_examine(bytes, size, date_start(day + 1, 420), f);
    if (!f->readable || f->encrypted || f->has_script ||
        p->kind != form->paper || strcmp(p->name, NAME) != 0 ||
        strcmp(p->nip, NIP) != 0 || strcmp(p->nik, NIK) != 0 ||
        strcmp(p->agency, AGENCY) != 0 || !p->has_date || p->date != day ||
        (has_plea && p->plea != PLEA_FORGOTTEN) ||
        (has_number && strcmp(p->number, "000.6.5/1022/Dinkes") != 0) ||
        (has_serial && strcmp(p->serial, SERIAL) != 0)) {
        fail_msg("%s, %s: %s, name \"%s\", NIP %s, NIK %s, agency \"%s\", date "
                 "%d, plea %s, number \"%s\", serial %s\n%s",
                 form->name, how,
                 p->kind < PAPER__MAX ? paper_name(p->kind) : "not recognised",
                 p->name, p->nip, p->nik, p->agency, p->date - day,
                 plea_name(p->plea), p->number, p->serial, f->text);
    }
    free(f);
}

static void cms_1_forms_filled_in_by_us_are_read_back(void **state) {
    (void)state;
    for (size_t i = 0; i < book->count; i++) {
        struct buf pdf;

        if (book->forms[i].paper == PAPER__MAX) {
            continue;
        }
        make(&book->forms[i], COUNT(values), &pdf);
        judge(&book->forms[i], "ours", pdf.data, pdf.size);
        buf_free(&pdf);
    }
}

static void cms_1_forms_filled_in_on_a_screen_are_read_back(void **state) {
    (void)state;
    for (size_t i = 0; i < book->count; i++) {
        struct buf blank;
        char *saved;
        size_t size;

        if (book->forms[i].paper == PAPER__MAX) {
            continue;
        }
        make(&book->forms[i], 1, &blank);
        saved = fill_in(&blank, &size);
        judge(&book->forms[i], "on a screen", saved, size);
        g_free(saved);
        buf_free(&blank);
    }
}

/* What is left empty is nobody's: a blank form has nothing to be taken for a
 * name or a number. */
static void a_blank_form_says_nothing_of_anybody(void **state) {
    struct pdf_facts *f = xcalloc(1, sizeof *f);

    (void)state;
    for (size_t i = 0; i < book->count; i++) {
        struct buf blank;

        if (book->forms[i].paper == PAPER__MAX) {
            continue;
        }
        make(&book->forms[i], 1, &blank);
        memset(f, 0, sizeof *f);
        pdf_examine(blank.data, blank.size, 0, f);
        assert_int_equal(f->paper.kind, book->forms[i].paper);
        assert_string_equal(f->paper.name, "");
        assert_string_equal(f->paper.nip, "");
        assert_string_equal(f->paper.agency, "");
        assert_int_equal(f->id_count, 0);
        buf_free(&blank);
    }
    free(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cms_1_forms_filled_in_by_us_are_read_back),
        cmocka_unit_test(cms_1_forms_filled_in_on_a_screen_are_read_back),
        cmocka_unit_test(a_blank_form_says_nothing_of_anybody),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
