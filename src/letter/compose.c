/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a template and its values to the final bytes of a mail.  Called by
 * proc/engine inside the transaction that sends it; the same arguments give
 * the same bytes, so a retry after a crash sends the same mail (I14).
 *
 * A letter that is signed is signed here, once; an EC signature is another
 * each time, so it is the stored bytes that a retry sends.
 *
 * Never asks for the time, never puts a stranger's bytes into a header but
 * through mime_header(), and always writes from the office (I16).
 */
#include "letter/compose.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "letter/attach.h"
#include "letter/fill.h"
#include "letter/html.h"
#include "letter/link.h"
#include "letter/mime.h"
#include "letter/sign.h"
#include "letter/time.h"
#include "letter/wrap.h"
#include "model/mail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What follows a stranger's word where it could be taken for a decision. */
static const char *const tails[LANGUAGE__MAX] = {
    [LANGUAGE_ID] = " (kutipan)",
    [LANGUAGE_EN] = " (quoted)",
};

/* Before the token in the text. */
static const char *const codes[LANGUAGE__MAX] = {
    [LANGUAGE_ID] = "Kode surat:",
    [LANGUAGE_EN] = "Letter code:",
};

/* RFC 3834 5: an answer to a mail of its reader, or a mail of our own accord.
 * Those that ask or tell somebody of what another did are the latter. */
static const char *auto_submitted(enum letter_kind kind) {
    static const bool answers[LETTER__MAX] = {
        [LETTER_RECEIVED] = true, [LETTER_INCOMPLETE] = true,
        [LETTER_NOTED] = true,    [LETTER_TOO_LARGE] = true,
        [LETTER_RECEIPT] = true,  [LETTER_ANSWER] = true,
        [LETTER_INFECTED] = true, [LETTER_REPORT] = true,
        [LETTER_CHALLENGE] = true, [LETTER_HOLD] = true,
        [LETTER_STANDARD] = true, [LETTER_FORMS] = true,
        [LETTER_STATUS] = true,   [LETTER_CHECK] = true,
    };

    return answers[kind] ? "auto-replied" : "auto-generated";
}

static int check_files(const struct letter *letter, struct err *e) {
    size_t total = 0;

    if (letter->file_count > LIMIT_LETTER_FILES) {
        return err_set(e, ERR_BUG, "letter %s: more than %d files",
                       letter_kind_name(letter->kind), LIMIT_LETTER_FILES);
    }
    for (size_t i = 0; i < letter->file_count; i++) {
        if (!attach_is_type(letter->files[i].type)) {
            return err_set(e, ERR_BUG, "letter %s: file %zu has no media type",
                           letter_kind_name(letter->kind), i + 1);
        }
        if (letter->files[i].size > LIMIT_LETTER_BYTES - total) {
            return err_set(e, ERR_BUG, "letter %s: files of more than %d bytes",
                           letter_kind_name(letter->kind), LIMIT_LETTER_BYTES);
        }
        total += letter->files[i].size;
    }
    return 0;
}

static int check(const struct office *office, const struct letterbook *book,
                 const struct letter *letter, struct err *e) {
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
    if (letter->token[0] != '\0' && !token_has_form(letter->token)) {
        return err_set(e, ERR_BUG, "letter %s: the token is not one",
                       letter_kind_name(letter->kind));
    }
    /* Forged evidence is for our own mailbox, never for another's. */
    if (letter->forges != NULL &&
        (!text_same_address(letter->to, office->address) ||
         letter->token[0] == '\0')) {
        return err_set(e, ERR_BUG, "letter %s: a self-test goes elsewhere",
                       letter_kind_name(letter->kind));
    }
    return check_files(letter, e);
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

/* ---- what comes back ------------------------------------------------------ */

/* Where answers go: to the office, with the token in the address where that
 * is known to arrive (design.md 5). */
static void answer_address(const struct office *office,
                           const struct letter *letter,
                           char address[LIMIT_ADDRESS]) {
    const char *at = strrchr(office->address, '@');
    char plus[2 * LIMIT_ADDRESS];

    text_copy(address, LIMIT_ADDRESS, office->address);
    if (letter->token[0] == '\0' || !letter->plus_works || at == NULL) {
        return;
    }
    snprintf(plus, sizeof plus, "%.*s+%s%s", (int)(at - office->address),
             office->address, letter->token, at);
    /* RFC 5321 4.5.3.1.1; a longer one would cost the answer. */
    if (strcspn(plus, "@") <= 64 && strlen(plus) < LIMIT_ADDRESS) {
        text_copy(address, LIMIT_ADDRESS, plus);
    }
}

/* The lines of prepared answers, but for those that the letter does not offer;
 * the caller frees the buffers. */
static void make_links(const struct office *office,
                       const struct letterbook *book, struct letter *letter,
                       const char *subject, struct buf lines[LINK_SLOTS]) {
    char address[LIMIT_ADDRESS];

    answer_address(office, letter, address);
    for (size_t i = 0; i < LINK_SLOTS; i++) {
        const char **value = &letter->values[link_at(i)];

        buf_init(&lines[i], LIMIT_SLOT_TEXT);
        if (letter->token[0] == '\0') {
            *value = NULL; /* nobody else makes them */
        } else if (*value == NULL || **value != '\0') {
            link_line(&lines[i], book, letter->language, link_at(i), address,
                      subject);
            *value = lines[i].data;
        }
    }
}

/* ---- a self-test ----------------------------------------------------------- */

/* Copies of what the provider would say of a mail of the office, above all
 * other fields as a stranger would put them (threats.md T5).  The mark in them
 * says that they are ours; where it arrives, nobody stripped them. */
static void put_forgery(struct buf *b, const struct office *office,
                        const struct letter *letter) {
    const struct provider_policy *p = letter->forges;
    const char *at = strrchr(office->address, '@');
    const char *id = p->kind == PROVIDER_GOOGLE ? "mx.google.com"
                     : p->kind == PROVIDER_OWN  ? p->authserv_id
                                                : "";

    if (at == NULL) {
        return;
    }
    buf_printf(b,
               "Authentication-Results: %s%sdkim=pass header.d=%s\r\n"
               " policy.test=" PROVIDER_SELFTEST_MARK ".%s;\r\n"
               " dmarc=pass header.from=%s\r\n"
               " policy.test=" PROVIDER_SELFTEST_MARK ".%s\r\n",
               id, *id != '\0' ? ";\r\n " : "", at + 1, letter->token, at + 1,
               letter->token);
    if (p->kind == PROVIDER_MICROSOFT) {
        buf_printf(b,
                   "X-MS-Exchange-Organization-AuthAs: Internal\r\n"
                   "X-MS-Exchange-Organization-AuthSource:\r\n"
                   " " PROVIDER_SELFTEST_MARK ".%s.prod.outlook.com\r\n",
                   letter->token);
    }
}

/* ---- the bytes ------------------------------------------------------------ */

static void put_headers(struct buf *b, const struct office *office,
                        const struct timetable *timetable,
                        const struct letter *letter, const char *subject) {
    char date[TIME_HEADER_SIZE], address[LIMIT_ADDRESS];

    if (letter->forges != NULL) {
        put_forgery(b, office, letter);
    }
    time_header(timetable, letter->date, date);
    mime_mailbox(b, "From", office->name, office->address);
    answer_address(office, letter, address);
    if (strcmp(address, office->address) != 0) {
        mime_mailbox(b, "Reply-To", office->name, address);
    }
    mime_mailbox(b, "To", letter->to_name, letter->to);
    mime_header(b, "Subject", subject);
    buf_printf(b, "Date: %s\r\n", date);
    mime_id(b, "Message-ID", letter->message_id);
    put_thread(b, letter);
    buf_printf(b, "Auto-Submitted: %s\r\n", auto_submitted(letter->kind));
    buf_puts(b, "X-Auto-Response-Suppress: All\r\n");
    buf_printf(b, "Content-Language: %s\r\n", language_name(letter->language));
    buf_puts(b, "MIME-Version: 1.0\r\n");
}

static void put_text_part(struct buf *b, const char *type, const char *text) {
    buf_printf(b, "Content-Type: %s; charset=utf-8\r\n"
                  "Content-Transfer-Encoding: quoted-printable\r\n"
                  "\r\n", type);
    mime_body(b, text);
}

static void put_multipart(struct buf *b, const char *kind,
                          const char *boundary) {
    buf_printf(b, "Content-Type: multipart/%s;\r\n boundary=\"%s\"\r\n"
                  "\r\n--%s\r\n", kind, boundary, boundary);
}

/* The words of the letter: plain text, and a page where there is something to
 * press (RFC 2046 5.1.4: the best part last). */
static void put_words(struct buf *b, const struct letter *letter,
                      const char *plain, const char *page) {
    char boundary[ATTACH_BOUNDARY_SIZE];

    if (*page == '\0') {
        put_text_part(b, "text/plain", plain);
        return;
    }
    attach_boundary(letter->message_id, "words", boundary);
    put_multipart(b, "alternative", boundary);
    put_text_part(b, "text/plain", plain);
    buf_printf(b, "\r\n--%s\r\n", boundary);
    put_text_part(b, "text/html", page);
    buf_printf(b, "\r\n--%s--\r\n", boundary);
}

static void put_content(struct buf *b, const struct letter *letter,
                        const char *plain, const char *page) {
    char boundary[ATTACH_BOUNDARY_SIZE];

    if (letter->file_count == 0) {
        put_words(b, letter, plain, page);
        return;
    }
    attach_boundary(letter->message_id, "files", boundary);
    put_multipart(b, "mixed", boundary);
    put_words(b, letter, plain, page);
    for (size_t i = 0; i < letter->file_count; i++) {
        buf_printf(b, "\r\n--%s\r\n", boundary);
        attach_part(b, &letter->files[i]);
    }
    buf_printf(b, "\r\n--%s--\r\n", boundary);
}

/* RFC 8551 3.5.3.  Every line of the content is short, and none ends in a
 * blank, begins "From " or is a lone dot (mime.c): what a relay may change is
 * not there, so the signature arrives as it was made. */
static int put_signed(struct buf *b, const struct letter *letter,
                      const char *content, size_t size, struct err *e) {
    char boundary[ATTACH_BOUNDARY_SIZE];
    struct letter_file signature = {.name = "smime.p7s",
                                    .type = "application/pkcs7-signature"};
    void *der;

    if (letter_sign(letter->signer, content, size, letter->date, &der,
                    &signature.size, e) != 0) {
        return -1;
    }
    signature.bytes = der;
    attach_boundary(letter->message_id, "signed", boundary);
    buf_printf(b, "Content-Type: multipart/signed; micalg=sha-256;\r\n"
                  " protocol=\"application/pkcs7-signature\";\r\n"
                  " boundary=\"%s\"\r\n\r\n--%s\r\n", boundary, boundary);
    buf_put(b, content, size);
    buf_printf(b, "\r\n--%s\r\n", boundary);
    attach_part(b, &signature);
    buf_printf(b, "\r\n--%s--\r\n", boundary);
    free(der);
    return 0;
}

static int put_body(struct buf *b, const struct letter *letter,
                    const char *plain, const char *page, struct err *e) {
    struct buf content;
    int rc = 0;

    if (letter->signer == NULL) {
        put_content(b, letter, plain, page);
        return 0;
    }
    buf_init(&content, LIMIT_LETTER_MAIL);
    put_content(&content, letter, plain, page);
    b->overflow = b->overflow || content.overflow;
    if (!content.overflow) {
        rc = put_signed(b, letter, content.data, content.size, e);
    }
    buf_free(&content);
    return rc;
}

/* What stands where there is nothing to say: no reason was given, no case was
 * before, the answer was to none; nothing has to be explained. */
static const struct {
    enum letter_slot slot;
    const char *value;
} defaults[] = {
    {SLOT_REASON, "-"},
    {SLOT_PREVIOUS, "-"},
    {SLOT_PREFACE, ""},
    {SLOT_EXPLANATION, ""},
    {SLOT_REMARK, ""},
};

/* A list of papers that is empty says so, too. */
static struct letter with_defaults(const struct letterbook *book,
                                   const struct letter *letter, char *none,
                                   size_t room) {
    struct letter copy = *letter;
    const char *items = letter->values[SLOT_ITEMS];

    if (items != NULL && *items == '\0') {
        letter_phrase(book, letter->language, "item-none", NULL, none, room);
        copy.values[SLOT_ITEMS] = none;
    }
    for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++) {
        const char **value = &copy.values[defaults[i].slot];

        if (*value == NULL || **value == '\0') {
            *value = defaults[i].value;
        }
    }
    return copy;
}

/* What a letter is made of on the way to its bytes. */
struct draft {
    struct letter letter; /* with links and defaults */
    struct buf subject, filled, plain, page;
    struct buf links[LINK_SLOTS];
    char none[LIMIT_CONFIG_TEXT];
};

static int fill_draft(struct draft *d, const struct office *office,
                      const struct letterbook *book, struct err *e) {
    const struct letter_template *t =
        &book->templates[d->letter.language][d->letter.kind];

    if (fill_template(&d->subject, t->subject, &d->letter, e) != 0) {
        return -1;
    }
    if (d->letter.token[0] != '\0') {
        buf_printf(&d->subject, " (%s)", d->letter.token);
    }
    make_links(office, book, &d->letter, d->subject.data, d->links);
    if (fill_template(&d->filled, t->body, &d->letter, e) != 0) {
        return -1;
    }
    /* The last words, so that a quotation has them; whatever an S/MIME program
     * signs of the header, the token is among what it signs. */
    if (d->letter.token[0] != '\0' && d->letter.token_in_text) {
        buf_printf(&d->filled, "\n\n%s %s\n", codes[d->letter.language],
                   d->letter.token);
    }
    wrap_text(&d->plain, d->filled.data, tails[d->letter.language]);
    if (strchr(d->filled.data, LINK_MARK) != NULL) {
        html_page(&d->page, d->filled.data, d->letter.language,
                  tails[d->letter.language]);
    }
    return 0;
}

static bool is_too_long(const struct draft *d, const struct buf *out) {
    return d->subject.overflow || d->filled.overflow || d->plain.overflow ||
           d->page.overflow || out->overflow;
}

static void free_draft(struct draft **draft) {
    struct draft *d = *draft;

    buf_free(&d->subject);
    buf_free(&d->filled);
    buf_free(&d->plain);
    buf_free(&d->page);
    for (size_t i = 0; i < LINK_SLOTS; i++) {
        buf_free(&d->links[i]);
    }
    free(d);
    *draft = NULL;
}

int letter_compose(const struct office *office,
                   const struct timetable *timetable,
                   const struct letterbook *book, const struct letter *letter,
                   char **bytes_r, size_t *size_r, struct err *e) {
    struct draft *d;
    struct buf out;
    int rc;

    if (check(office, book, letter, e) != 0) {
        return -1;
    }
    d = xcalloc(1, sizeof *d);
    d->letter = with_defaults(book, letter, d->none, sizeof d->none);
    buf_init(&d->subject, LIMIT_TEMPLATE);
    buf_init(&d->filled, LIMIT_LETTER);
    buf_init(&d->plain, LIMIT_LETTER);
    buf_init(&d->page, 4 * LIMIT_LETTER);
    buf_init(&out, LIMIT_LETTER_MAIL);
    rc = fill_draft(d, office, book, e);
    if (rc == 0) {
        put_headers(&out, office, timetable, letter, d->subject.data);
        rc = put_body(&out, letter, d->plain.data, d->page.data, e);
        if (rc == 0 && is_too_long(d, &out)) {
            rc = err_set(e, ERR_BUG, "letter %s: longer than %d bytes",
                         letter_kind_name(letter->kind), LIMIT_LETTER);
        }
    }
    free_draft(&d);
    if (rc != 0) {
        buf_free(&out);
        return -1;
    }
    *bytes_r = buf_take(&out, size_r);
    return 0;
}
