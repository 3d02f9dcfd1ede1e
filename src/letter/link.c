/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers that only have to be sent: mailto: addresses with subject and first
 * line filled in.  Called by compose.c, which puts them into the body, and by
 * wrap.c and html.c, which show them.
 *
 * The words are those message/decision.c takes; some have no English one.
 */
#include "letter/link.h"

#include "letter/mime.h"
#include "model/words.h"

#include <string.h>

static const struct {
    enum letter_slot slot;
    const char *phrase;
    const char *body[LANGUAGE__MAX]; /* '\n' line ends */
} links[] = {
    {SLOT_APPROVE_LINK, "link-approve", {"SETUJU", "APPROVE"}},
    {SLOT_REJECT_LINK, "link-reject", {"TOLAK\nalasan: ", "REJECT\nreason: "}},
    {SLOT_DONE_LINK, "link-done", {"SELESAI", "DONE"}},
    {SLOT_FAILED_LINK, "link-failed", {"GAGAL\nalasan: ", "FAILED\nreason: "}},
    {SLOT_ROUTE_LINK, "link-route", {"DISPOSISI kepada ", "DISPOSISI kepada "}},
    {SLOT_MATCH_LINK, "link-match", {"SESUAI", "SESUAI"}},
    {SLOT_MISMATCH_LINK, "link-mismatch",
     {"TIDAK SESUAI\nalasan: ", "TIDAK SESUAI\nreason: "}},
    {SLOT_CORRECT_LINK, "link-correct",
     {"PERBAIKI\nalasan: ", "PERBAIKI\nreason: "}},
    {SLOT_CANCEL_LINK, "link-cancel", {"BATAL", "BATAL"}},
    {SLOT_RESPOND_LINK, "link-respond", {"JAWAB:\n", "RESPOND:\n"}},
    {SLOT_SOLVE_LINK, "link-solve", {"SOLUSI:\n", "SOLUTION:\n"}},
    {SLOT_FORWARD_LINK, "link-forward", {"TERUSKAN", "TERUSKAN"}},
    {SLOT_DISPUTE_LINK, "link-dispute", {"SENGKETA:\n", "DISPUTE:\n"}},
    {SLOT_INSPECT_LINK, "link-inspect", {"PERIKSA LAPANGAN:\n", "INSPECT:\n"}},
    {SLOT_SURVEY_LINK, "link-survey",
     {"1: \n2: \n3: \n4: \n5: \n6: \n7: \n8: \n9: \n",
      "1: \n2: \n3: \n4: \n5: \n6: \n7: \n8: \n9: \n"}},
    {SLOT_REOPEN_LINK, "link-reopen", {"BELUM SELESAI:\n", "NOT SOLVED:\n"}},
    {SLOT_YES_LINK, "link-yes", {"YA", "YES"}},
};

enum letter_slot link_at(size_t i) {
    return i < sizeof links / sizeof links[0] ? links[i].slot : SLOT__MAX;
}

static size_t link_of(enum letter_slot s) {
    size_t i = 0;

    while (i < sizeof links / sizeof links[0] && links[i].slot != s) {
        i++;
    }
    return i;
}

bool link_is_slot(enum letter_slot s) {
    return link_of(s) < sizeof links / sizeof links[0];
}

/* RFC 6068 2: what needs no encoding, and less than that. */
static bool is_unreserved(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z') || (c != '\0' && strchr("-._~", c) != NULL);
}

static bool is_ascii_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/*
 * Line ends become CRLF (RFC 6068 5).  The line that all this becomes is long
 * and may have no decision word (requirements.md 6), so no word begins in it
 * as a word: a mark before a letter is encoded, and a decision word's first
 * letter.  `spare`: marks that stay.
 */
static void put_encoded(struct buf *to, const char *text, const char *spare) {
    for (; *text != '\0'; text++) {
        bool stays = strchr(spare, *text) != NULL;
        bool plain = stays || (is_unreserved(*text) &&
                               !(strchr("-._~", *text) != NULL &&
                                 is_ascii_letter(text[1])));

        if (*text == '\n') {
            buf_puts(to, "%0D%0A");
        } else if (plain && (stays || decision_word_in(text) != text)) {
            buf_putc(to, *text);
        } else {
            buf_printf(to, "%%%02X", (unsigned char)*text);
        }
    }
}

void link_line(struct buf *to, const struct letterbook *book, enum language l,
               enum letter_slot s, const char *to_address,
               const char *subject) {
    const char *label = letterbook_phrase(book, l, links[link_of(s)].phrase);
    const char *body = links[link_of(s)].body[l];
    struct buf clean;

    buf_init(&clean, 4 * strlen(subject) + 4);
    mime_clean(&clean, subject, false);
    buf_putc(to, LINK_MARK);
    mime_clean(to, label != NULL ? label : "", false);
    buf_putc(to, LINK_MARK);
    buf_puts(to, "mailto:");
    put_encoded(to, to_address, "@.-_");
    buf_puts(to, "?subject=Re%3A%20");
    put_encoded(to, clean.data, "");
    buf_puts(to, "&body=");
    put_encoded(to, body, "");
    buf_free(&clean);
}

bool link_view(const char *line, size_t size, struct link_view *view_r) {
    const char *end;

    if (size == 0 || line[0] != LINK_MARK) {
        return false;
    }
    end = memchr(line + 1, LINK_MARK, size - 1);
    if (end == NULL) {
        return false;
    }
    view_r->label = line + 1;
    view_r->label_size = (size_t)(end - view_r->label);
    view_r->address = end + 1;
    view_r->address_size = size - view_r->label_size - 2;
    return true;
}
