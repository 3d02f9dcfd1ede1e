/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a template and its values to the final bytes of a mail.  Called by
 * proc/engine inside the transaction that sends it; the same arguments give
 * the same bytes, so a retry after a crash sends the same mail (I14).
 *
 * Never asks for the time, never puts a stranger's bytes into a header but
 * through mime_header(), and always writes from the office (I16).
 */
#include "letter/compose.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "letter/fill.h"
#include "letter/mime.h"
#include "letter/time.h"
#include "letter/wrap.h"

#include <stdlib.h>
#include <string.h>

/* What follows a stranger's word where it could be taken for a decision. */
static const char *const tails[LANGUAGE__MAX] = {
    [LANGUAGE_ID] = " (kutipan)",
    [LANGUAGE_EN] = " (quoted)",
};

/* RFC 3834 5: an answer to a mail, or a mail of our own accord. */
static const char *auto_submitted(enum letter_kind kind) {
    return kind == LETTER_SUMMARY ? "auto-generated" : "auto-replied";
}

static int check(const struct letterbook *book, const struct letter *letter,
                 struct err *e) {
    const struct letter_template *t =
        &book->templates[letter->language][letter->kind];

    if (!t->present) {
        return err_set(e, ERR_SETUP, "letter %s: no template in language %s",
                       letter_kind_name(letter->kind),
                       language_name(letter->language));
    }
    /* V113: what is no plain address goes nowhere. */
    if (!text_is_addr_spec(letter->to)) {
        return err_set(e, ERR_SETUP,
                       "letter %s: the recipient's address is not one",
                       letter_kind_name(letter->kind));
    }
    if (!mime_is_id(letter->message_id)) {
        return err_set(e, ERR_BUG, "letter %s: the Message-ID is not one",
                       letter_kind_name(letter->kind));
    }
    return 0;
}

static void put_thread(struct buf *b, const struct letter *letter) {
    /* A stranger wrote this id: what is not strictly one is left out, and the
     * letter stands alone. */
    if (letter->in_reply_to[0] == '\0' || !mime_is_id(letter->in_reply_to)) {
        return;
    }
    mime_id(b, "In-Reply-To", letter->in_reply_to);
    mime_id(b, "References", letter->in_reply_to);
}

static void put_headers(struct buf *b, const struct office *office,
                        const struct timetable *timetable,
                        const struct letter *letter, const char *subject) {
    char date[TIME_HEADER_SIZE];

    time_header(timetable, letter->date, date);
    mime_mailbox(b, "From", office->name, office->address);
    mime_mailbox(b, "To", letter->to_name, letter->to);
    mime_header(b, "Subject", subject);
    buf_printf(b, "Date: %s\r\n", date);
    mime_id(b, "Message-ID", letter->message_id);
    put_thread(b, letter);
    buf_printf(b, "Auto-Submitted: %s\r\n", auto_submitted(letter->kind));
    buf_puts(b, "X-Auto-Response-Suppress: All\r\n");
    buf_printf(b, "Content-Language: %s\r\n", language_name(letter->language));
    buf_puts(b, "MIME-Version: 1.0\r\n"
                "Content-Type: text/plain; charset=utf-8\r\n"
                "Content-Transfer-Encoding: quoted-printable\r\n"
                "\r\n");
}

/* A list of papers that is empty says so. */
static struct letter with_items(const struct letterbook *book,
                                const struct letter *letter, char *none,
                                size_t room) {
    struct letter copy = *letter;
    const char *items = letter->values[SLOT_ITEMS];

    if (items != NULL && *items == '\0') {
        letter_phrase(book, letter->language, "item-none", NULL, none, room);
        copy.values[SLOT_ITEMS] = none;
    }
    return copy;
}

int letter_compose(const struct office *office,
                   const struct timetable *timetable,
                   const struct letterbook *book, const struct letter *letter,
                   char **bytes_r, size_t *size_r, struct err *e) {
    struct buf subject, filled, wrapped, out;
    char none[LIMIT_CONFIG_TEXT];
    const struct letter_template *t;
    struct letter whole;
    int rc;

    if (check(book, letter, e) != 0) {
        return -1;
    }
    t = &book->templates[letter->language][letter->kind];
    whole = with_items(book, letter, none, sizeof none);
    buf_init(&subject, LIMIT_TEMPLATE);
    buf_init(&filled, LIMIT_LETTER);
    buf_init(&wrapped, LIMIT_LETTER);
    buf_init(&out, 4 * LIMIT_LETTER);
    rc = fill_template(&subject, t->subject, &whole, e);
    if (rc == 0) {
        rc = fill_template(&filled, t->body, &whole, e);
    }
    if (rc == 0) {
        wrap_text(&wrapped, filled.data, tails[letter->language]);
        put_headers(&out, office, timetable, letter, subject.data);
        mime_body(&out, wrapped.data);
        if (subject.overflow || filled.overflow || wrapped.overflow ||
            out.overflow) {
            rc = err_set(e, ERR_BUG, "letter %s: longer than %d bytes",
                         letter_kind_name(letter->kind), LIMIT_LETTER);
        }
    }
    buf_free(&subject);
    buf_free(&filled);
    buf_free(&wrapped);
    if (rc != 0) {
        buf_free(&out);
        return -1;
    }
    *bytes_r = buf_take(&out, size_r);
    return 0;
}
