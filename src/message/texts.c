/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Part by part to the text of a mail, and what it decides.  Called by mime.c.
 *
 *     multipart/alternative   plain part --> plain reading
 *                             HTML part  --> page reading
 *        one of them missing, or empty: the other is read in its place
 *     all other text          --> both
 *
 * V041: the two differ when at least one of them decides something and not
 * both say the same, in the same first own line.  Programs wrap, bullet and
 * link each in its own way, so only letters and digits are compared.  Where
 * neither decides, a difference harms nobody.
 */
#include "message/texts.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "message/banner.h"
#include "message/charset.h"
#include "message/clean.h"
#include "message/decision.h"
#include "message/html.h"
#include "message/quoting.h"
#include "message/reply.h"

#include <stdlib.h>
#include <string.h>

enum {
    READING_MAX = 8 * LIMIT_MAIL_TEXT,
    NOTICE_MAX = 400 /* "... please view it in HTML" */
};

void texts_init(struct texts *t) {
    *t = (struct texts){0};
    buf_init(&t->plain, READING_MAX);
    buf_init(&t->page, READING_MAX);
}

void texts_free(struct texts *t) {
    buf_free(&t->plain);
    buf_free(&t->page);
}

/* ---- parts --------------------------------------------------------------- */

static bool is_blank(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (strchr(" \n", text[i]) == NULL && text[i] != '\xc2' &&
            text[i] != '\xa0') {
            return false;
        }
    }
    return true;
}

static void add(struct buf *to, bool *damaged, const struct buf *text,
                bool is_damaged) {
    if (to->size > 0 && to->data[to->size - 1] != '\n') {
        buf_putc(to, '\n');
    }
    buf_put(to, text->data, text->size);
    *damaged = *damaged || is_damaged || to->overflow;
}

/* The bytes as UTF-8; false when something was guessed, cut or lost. */
static bool put_utf8(struct buf *utf8, const struct text_part *part) {
    size_t size = part->bytes->size;
    bool exact = !part->damaged;

    if (size > LIMIT_MAIL_TEXT) {
        size = LIMIT_MAIL_TEXT;
        exact = false;
    }
    if (!charset_put(utf8, part->charset, part->bytes->data, size, &exact)) {
        (void)charset_put(utf8, NULL, part->bytes->data, size, NULL);
        exact = false;
    }
    return exact;
}

void texts_add_plain(struct texts *t, const struct text_part *part) {
    struct buf utf8, text, joined;
    bool exact;

    buf_init(&utf8, 4 * LIMIT_MAIL_TEXT + 16);
    exact = put_utf8(&utf8, part);
    buf_init(&text, 3 * utf8.size + 1);
    (void)clean_text(&text, utf8.data, utf8.size); /* see is_marked() */
    buf_init(&joined, 2 * text.size + 2); /* see reply_unflow() */
    if (text_equal_ci(part->format, "flowed")) {
        reply_unflow(text.data, text_equal_ci(part->delsp, "yes"), &joined);
    } else {
        buf_put(&joined, text.data, text.size);
    }
    add(&t->plain, &t->plain_damaged, &joined, !exact);
    if (!t->in_choice) {
        add(&t->page, &t->page_damaged, &joined, !exact);
    }
    buf_free(&joined);
    buf_free(&text);
    buf_free(&utf8);
}

void texts_add_html(struct texts *t, const struct text_part *part) {
    struct buf utf8, text;
    bool exact, left_out;

    buf_init(&utf8, 4 * LIMIT_MAIL_TEXT + 16);
    exact = put_utf8(&utf8, part);
    buf_init(&text, 16 * LIMIT_MAIL_TEXT);
    exact = html_to_text(&text, utf8.data, utf8.size, &left_out) && exact;
    t->left_out = t->left_out || left_out;
    t->blank_page = t->blank_page || is_blank(text.data, text.size);
    add(&t->page, &t->page_damaged, &text, !exact);
    if (!t->in_choice && !is_blank(text.data, text.size)) {
        add(&t->plain, &t->plain_damaged, &text, !exact);
        t->from_html = true;
    }
    buf_free(&text);
    buf_free(&utf8);
}

/* ---- choices ------------------------------------------------------------- */

void texts_begin_choice(struct texts *t, struct text_choice *c) {
    *c = (struct text_choice){.plain = t->plain.size,
                              .page = t->page.size,
                              .plain_damaged = t->plain_damaged,
                              .page_damaged = t->page_damaged,
                              .in_choice = t->in_choice};
    t->plain_damaged = t->page_damaged = false;
    t->in_choice = true;
}

/* "This message is in HTML, your program cannot show it": no text of anybody,
 * most likely; so it is not read, and nothing decides beside it. */
static bool says_only_look_there(const char *text) {
    char first[LIMIT_FIRST_LINE], reason[LIMIT_FIRST_LINE];

    return strlen(text) <= NOTICE_MAX && text_find_ci(text, "html") != NULL &&
           decision_read(text, first, reason) == DECISION_NONE;
}

/* One side of a choice in the place of the other, which has nothing. */
static void replace(struct buf *to, size_t to_at, const struct buf *from,
                    size_t from_at) {
    to->size = to_at;
    to->data[to_at] = '\0';
    buf_put(to, from->data + from_at, from->size - from_at);
}

void texts_end_choice(struct texts *t, const struct text_choice *c) {
    const char *plain = t->plain.data + c->plain;
    bool no_plain = is_blank(plain, t->plain.size - c->plain) ||
                    says_only_look_there(plain);
    /* What is struck out in the page stands in the text all the same. */
    bool no_page = is_blank(t->page.data + c->page,
                            t->page.size - c->page) && !t->left_out;

    t->several = t->several || (!is_blank(plain, t->plain.size - c->plain) &&
                                (no_plain || (no_page && t->blank_page)));
    if (no_plain && !no_page) {
        replace(&t->plain, c->plain, &t->page, c->page);
        t->plain_damaged = t->page_damaged;
        t->from_html = true;
    } else if (no_page && !no_plain) {
        replace(&t->page, c->page, &t->plain, c->plain);
        t->page_damaged = t->plain_damaged;
    }
    t->plain_damaged = t->plain_damaged || c->plain_damaged;
    t->page_damaged = t->page_damaged || c->page_damaged;
    t->in_choice = c->in_choice;
}

void texts_take_banners(struct texts *t, const char *const *banners,
                        size_t count) {
    banner_take(&t->plain, banners, count);
    banner_take(&t->page, banners, count);
}

/* ---- what it decides ----------------------------------------------------- */

/* What one person reads. */
struct reading {
    struct buf own;
    enum quoting quoting;
    enum decision decision;
    char first_line[LIMIT_FIRST_LINE], reason[LIMIT_FIRST_LINE];
};

static void read_own(struct reading *r, const char *text) {
    buf_init(&r->own, strlen(text) + 1);
    r->quoting = quoting_at(reply_own(text, &r->own));
    r->decision = decision_read(r->own.data, r->first_line, r->reason);
}

/* A mark stands where clean.c found what nobody sees.  In a quote it is no
 * harm: Outlook writes such characters into every date. */
static bool is_marked(const struct reading *r) {
    return strstr(r->own.data, "\xef\xbf\xbd") != NULL;
}

static bool decides(enum decision d) {
    return d != DECISION_NONE && d != DECISION_UNCLEAR;
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* The next letter or digit, ASCII folded; dressing, dashes and quotes of
 * Unicode (U+2000 to U+206F), no-break spaces and "<http://...>" behind a
 * link are no letters. */
static char next_letter(const char **at) {
    const char *p = *at;

    for (;; p++) {
        if (text_starts_ci(p, "<http") || text_starts_ci(p, "<mailto")) {
            p += strcspn(p, ">\n");
        }
        while (strncmp(p, "\xe2\x80", 2) == 0 ||
               strncmp(p, "\xe2\x81", 2) == 0) {
            p += p[2] == '\0' ? 2 : 3;
        }
        if (strncmp(p, "\xc2\xa0", 2) == 0) {
            p++;
        } else if (*p == '\0' || is_letter(*p)) {
            break;
        }
    }
    *at = p + (*p != '\0');
    return *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
}

static bool is_equal(const char *a, const char *b) {
    char c, d;

    do {
        c = next_letter(&a);
        d = next_letter(&b);
    } while (c == d && c != '\0');
    return c == d;
}

/* The same letters, until one of them ends, at the end of a word. */
static bool is_same(const char *a, const char *b) {
    const char *from_a = a, *from_b = b;
    char c, d;

    do {
        c = next_letter(&a);
        d = next_letter(&b);
    } while (c == d && c != '\0');
    return (c == '\0' && (d == '\0' || b - from_b < 2 || !is_letter(b[-2]))) ||
           (d == '\0' && c != '\0' &&
            (a - from_a < 2 || !is_letter(a[-2])));
}

static bool differ(const struct reading *a, const struct reading *b,
                   bool page_is_sure) {
    /* What is unclear is asked back as it is: a line that a program wrapped
     * before "belum" is no second reading. */
    if (a->decision == DECISION_UNCLEAR ||
        (!decides(a->decision) && !decides(b->decision))) {
        return false;
    }
    /* Of a page on which words may be hidden, all own words must be those of
     * the text. */
    if (!page_is_sure && !is_equal(a->own.data, b->own.data)) {
        return true;
    }
    /* A line that was wrapped in one of them goes on in the other. */
    return a->decision != b->decision ||
           !is_same(a->first_line, b->first_line) ||
           ((a->decision == DECISION_ROUTE ||
             a->decision == DECISION_DELEGATE) &&
            !is_same(a->reason, b->reason));
}

void texts_finish(const struct texts *t, const char *plain, const char *page,
                  struct mail_facts *facts) {
    struct reading a, b;

    read_own(&a, plain);
    facts->from_html = t->from_html;
    facts->quoting = a.quoting;
    if (page != plain) {
        read_own(&b, page);
        facts->parts_differ = differ(&a, &b, !t->page_damaged && !is_marked(&b));
        buf_free(&b.own);
    }
    facts->parts_differ =
        facts->parts_differ || (t->several && decides(a.decision));
    facts->decision = a.decision;
    text_copy(facts->own_text, sizeof facts->own_text, a.own.data);
    text_copy(facts->first_line, sizeof facts->first_line, a.first_line);
    text_copy(facts->decision_reason, sizeof facts->decision_reason,
              a.reason);
    if (a.decision != DECISION_NONE && (t->plain_damaged || is_marked(&a))) {
        facts->decision = DECISION_UNCLEAR;
        facts->decision_reason[0] = '\0';
    }
    buf_free(&a.own);
}
