/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What officials write, times how their mail programs lay it out around our
 * real letters: what decides decides as meant, and nothing else ever does
 * (issue 5; V030-V032).
 */
#include "message_layouts.h"
#include "message_phrases.h"

#include "config/letters.h"
#include "message/message.h"
#include "model/words.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static struct mail_facts *facts;

static int no_keys(void *user, struct dkim_key *keys, size_t count) {
    (void)user;
    for (size_t i = 0; i < count; i++) {
        keys[i].outcome = KEY_NOT_FOUND;
    }
    return 0;
}

static int on_attachment(void *user, struct attachment *a, const void *bytes,
                         struct err *e) {
    (void)user;
    (void)a;
    (void)bytes;
    (void)e;
    return 0;
}

/* Through gate and both strokes, as every mail. */
static void read_answer(const struct answer *a) {
    static const struct message_options options = {
        .own_address = "lock@kota.example", .keys = no_keys, .now = 1};
    struct mail_identity *id = xcalloc(1, sizeof *id);
    struct err e = ERR_INIT;
    struct buf mail;

    buf_init(&mail, 4 << 20);
    assert_true(answer_write(a, &mail));
    message_identify(mail.data, mail.size, &options, id);
    if (id->gate != GATE_PASS) {
        fail_msg("%s: %s", a->layout->name, id->gate_detail);
    }
    if (message_read(mail.data, mail.size, &options, on_attachment, NULL,
                     facts, &e) != 0) {
        fail_msg("%s: %s", a->layout->name, e.text);
    }
    buf_free(&mail);
    free(id);
}

struct counts {
    unsigned mails, deciding, decided, false_ones;
};

static const char *const bodies[] = {"text", "text and page", "page"};

static void report(const struct answer *a, const struct reply_phrase *p,
                   const char *what) {
    print_error("%s (%s, %s), \"%s\": %s, %s, first line \"%s\"\n",
                a->layout->name,
                a->layout->language == LANGUAGE_ID ? "id" : "en",
                bodies[a->body], p->text, what,
                decision_name(facts->decision), facts->first_line);
}

/* One phrase in one layout. */
static void judge(const struct answer *a, const struct reply_phrase *p,
                  struct counts *c) {
    bool counts;

    read_answer(a);
    counts = facts->decision != DECISION_NONE &&
             facts->decision != DECISION_UNCLEAR && !facts->parts_differ;
    c->mails++;
    if (p->class == PHRASE_DECIDES) {
        c->deciding++;
        c->decided += counts && facts->decision == p->decision;
        if (!counts) {
            report(a, p, facts->parts_differ ? "parts differ" : "not decided");
        }
    }
    if (counts && (p->class != PHRASE_DECIDES ||
                   facts->decision != p->decision)) {
        c->false_ones++;
        report(a, p, "FALSE");
    }
    if (p->class == PHRASE_ASKS && facts->first_line[0] == '\0') {
        report(a, p, "not shown");
        fail();
    }
}

/* Every phrase in every layout that has such a body; of the pages alone, which
 * are read as those beside a text, each takes one phrase of three. */
static void run_layouts(enum layout_body body, struct counts *c) {
    for (size_t i = 0; i < LAYOUTS; i++) {
        struct quoted q = quoted_new(LETTER_VERIFY, layouts[i].language);

        for (size_t n = 0; n < PHRASES; n++) {
            struct answer a = {.layout = &layouts[i], .quoted = &q,
                               .own = phrases[n].text, .body = body};

            if ((body == BODY_TEXT) == (layouts[i].page == NULL) &&
                (body != BODY_PAGE || (n + i) % 3 == 0)) {
                judge(&a, &phrases[n], c);
            }
        }
        quoted_free(&q);
    }
}

static void check(const char *what, const struct counts *c) {
    print_message("%s: %u mails; %u of %u deciding ones decide; %u false\n",
                  what, c->mails, c->decided, c->deciding, c->false_ones);
    assert_int_equal(c->false_ones, 0);
    assert_true(c->deciding > 0);
    assert_true(c->decided * 10 >= c->deciding * 9);
}

static void there_are_300_phrases_and_12_layouts(void **state) {
    size_t classes[3] = {0}, programs = 0;

    (void)state;
    for (size_t i = 0; i < PHRASES; i++) {
        classes[phrases[i].class]++;
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(phrases[i].text, phrases[k].text);
        }
    }
    for (size_t i = 0; i < LAYOUTS; i++) {
        size_t k = 0;

        while (k < i && strcmp(layouts[k].name, layouts[i].name) != 0) {
            k++;
        }
        programs += k == i;
    }
    print_message("%zu decide, %zu ask back, %zu never; %zu layouts\n",
                  classes[0], classes[1], classes[2], programs);
    assert_true(PHRASES >= 300 && programs >= 12);
}

/* Programs that write plain text only. */
static void phrases_in_every_layout_as_text(void **state) {
    struct counts c = {0};

    (void)state;
    run_layouts(BODY_TEXT, &c);
    check("text", &c);
}

static void phrases_in_every_layout_with_a_page(void **state) {
    struct counts c = {0};

    (void)state;
    run_layouts(BODY_BOTH, &c);
    check("text and page", &c);
}

static void phrases_in_every_layout_as_a_page_alone(void **state) {
    struct counts c = {0};

    (void)state;
    run_layouts(BODY_PAGE, &c);
    check("page", &c);
}

/* A drill tells the administrator what an officer writes with. */
static void each_program_is_known_by_its_quote(void **state) {
    static const struct {
        const char *name;
        enum quoting quoting;
    } programs[] = {
        {"Gmail", QUOTING_GMAIL},           {"Outlook", QUOTING_OUTLOOK},
        {"Apple", QUOTING_APPLE},           {"Thunderbird", QUOTING_THUNDERBIRD},
        {"Yahoo", QUOTING_YAHOO},           {"Zimbra", QUOTING_ZIMBRA},
        {"Roundcube", QUOTING_ROUNDCUBE},   {"Samsung", QUOTING_SAMSUNG},
        {"mutt", QUOTING_MUTT}};

    (void)state;
    for (size_t i = 0; i < LAYOUTS; i++) {
        struct quoted q = quoted_new(LETTER_VERIFY, layouts[i].language);
        struct answer a = {.layout = &layouts[i], .quoted = &q,
                           .own = "Setuju",
                           .body = layouts[i].page == NULL ? BODY_TEXT
                                                           : BODY_BOTH};
        size_t k = 0;

        while (strncmp(layouts[i].name, programs[k].name,
                       strlen(programs[k].name)) != 0) {
            k++;
        }
        read_answer(&a);
        if (facts->quoting != programs[k].quoting) {
            fail_msg("%s (%s): %s", layouts[i].name,
                     language_name(layouts[i].language),
                     quoting_name(facts->quoting));
        }
        quoted_free(&q);
    }
}

/* Nothing of it asks the locale; where only C is installed, this says so. */
static void the_locale_changes_nothing(void **state) {
    static const char *const names[] = {"tr_TR.UTF-8", "az_AZ.UTF-8",
                                        "lt_LT.UTF-8", "id_ID.UTF-8",
                                        "C.UTF-8", "C"};
    struct quoted q = quoted_new(LETTER_VERIFY, LANGUAGE_ID);
    unsigned tried = 0;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct counts c = {0};

        if (setlocale(LC_ALL, names[i]) == NULL) {
            print_message("not installed: %s\n", names[i]);
            continue;
        }
        tried++;
        for (size_t n = 0; n < PHRASES; n++) {
            struct answer a = {.layout = &layouts[0], .quoted = &q,
                               .own = phrases[n].text};

            judge(&a, &phrases[n], &c);
        }
        assert_int_equal(c.decided, c.deciding);
        assert_int_equal(c.false_ones, 0);
    }
    assert_non_null(setlocale(LC_ALL, "C"));
    assert_true(tried >= 1);
    quoted_free(&q);
}

/* What letter/ keeps clear of is what message/ reads: model/words.h has every
 * word that decides. */
static void letters_keep_clear_of_every_word_that_decides(void **state) {
    (void)state;
    for (size_t i = 0; i < PHRASES; i++) {
        if (phrases[i].class == PHRASE_DECIDES &&
            decision_word_in(phrases[i].text) == NULL) {
            fail_msg("not in model/words.c: %s", phrases[i].text);
        }
    }
}

static int start(void **state) {
    const char *top = getenv("srcdir");
    struct err e = ERR_INIT;
    char dir[LIMIT_PATH];

    (void)state;
    make_week();
    snprintf(dir, sizeof dir, "%s/conf", top != NULL ? top : "..");
    book = letters_load(dir, &e);
    if (book == NULL) {
        print_error("%s\n", e.text);
        return -1;
    }
    message_warm_up();
    facts = mail_facts_new();
    return 0;
}

static int stop(void **state) {
    (void)state;
    mail_facts_free(&facts);
    letterbook_free(&book);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_are_300_phrases_and_12_layouts),
        cmocka_unit_test(phrases_in_every_layout_as_text),
        cmocka_unit_test(phrases_in_every_layout_with_a_page),
        cmocka_unit_test(phrases_in_every_layout_as_a_page_alone),
        cmocka_unit_test(each_program_is_known_by_its_quote),
        cmocka_unit_test(the_locale_changes_nothing),
        cmocka_unit_test(letters_keep_clear_of_every_word_that_decides),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
