/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The second stroke: GMime takes a mail apart that passed the gate.  GMime is
 * asked for structure and file names only; transfer encodings, charsets and
 * header values are read by our own strict readers, which say when something
 * was damaged.  Called by message.c.
 *
 * It never opens what is encrypted (V077), never fetches what is elsewhere
 * (V072), and takes an embedded message as one attachment (V042).
 */
#include "message/mime.h"

#include "base/buf.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "message/absence.h"
#include "message/armour.h"
#include "message/automatic.h"
#include "message/bounce.h"
#include "message/clean.h"
#include "message/decode.h"
#include "message/envelope.h"
#include "message/header.h"
#include "message/request.h"
#include "message/texts.h"
#include "message/token.h"

#include <gmime/gmime.h>
#include <stdlib.h>
#include <string.h>

/* One walk through one mail. */
struct walk {
    message_attachment_fn attachment;
    void *user;
    struct mail_facts *facts;
    struct err *e;
    struct texts texts;
    bool has_cr;       /* the mail has CRLF line ends */
    bool related;      /* the object at hand is a child of a related page */
    bool is_inline;    /* the leaf at hand is part of the page itself */
    struct bounce_seen returned; /* V051: what its parts say */
};

static bool holds_private_key(const char *data, size_t size) {
    static const char mark[] = "PRIVATE KEY-----";

    return memmem(data, size, mark, sizeof mark - 1) != NULL;
}

/* Hands one document over. */
static int give(struct walk *w, const char *name, const char *type,
                bool damaged, const char *data, size_t size) {
    struct mail_facts *f = w->facts;
    struct attachment *a;

    f->sends_private_key =
        f->sends_private_key || holds_private_key(data, size);
    if (f->attachment_count == LIMIT_ATTACHMENTS) {
        f->attachments_cut = true;
        return 0;
    }
    a = &f->attachments[f->attachment_count];
    *a = (struct attachment){
        .size = size, .damaged = damaged, .is_inline = w->is_inline};
    clean_line(a->name, sizeof a->name, name, strlen(name));
    clean_line(a->type, sizeof a->type, type, strlen(type));
    a->sha256 = digest_of(data, size);
    f->attachment_count++;
    if (w->attachment(w->user, a, data, w->e) != 0) {
        return -1;
    }
    f->sends_private_key = f->sends_private_key ||
                           a->document.kind == DOCUMENT_PRIVATE_KEY;
    return 0;
}

static int on_armour(void *user, enum armour_kind kind, const char *name,
                     const char *block, size_t size) {
    return give(user, name,
                kind == ARMOUR_PEM ? "application/x-pem-file"
                                   : "text/x-uuencode",
                false, block, size);
}

/* The bytes of a leaf as they stand in the mail. */
static char *encoded_bytes(GMimePart *part, size_t *size_r) {
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    GMimeStream *stream =
        content == NULL ? NULL : g_mime_data_wrapper_get_stream(content);
    gint64 length = stream == NULL ? 0 : g_mime_stream_length(stream);
    char *bytes;
    size_t n = 0;

    if (length < 0 || length > LIMIT_MAIL) {
        length = 0;
    }
    bytes = xmalloc((size_t)length + 1);
    if (length > 0) {
        g_mime_stream_reset(stream);
        while (n < (size_t)length) {
            ssize_t got =
                g_mime_stream_read(stream, bytes + n, (size_t)length - n);

            if (got <= 0) {
                break;
            }
            n += (size_t)got;
        }
    }
    bytes[n] = '\0';
    *size_r = n;
    return bytes;
}

/* Decoded by our own readers; *damaged_r says what GMime would not. */
static void decode_part(GMimePart *part, struct buf *to, bool *damaged_r) {
    const char *encoding = g_mime_object_get_header(
        GMIME_OBJECT(part), "Content-Transfer-Encoding");
    size_t size;
    char *bytes = encoded_bytes(part, &size);
    char word[64] = "";

    if (encoding != NULL) {
        clean_line(word, sizeof word, encoding, strlen(encoding));
    }
    buf_init(to, size + 4);
    *damaged_r = !decode_transfer(to, word, bytes, size);
    free(bytes);
}

static const char *parameter(GMimePart *part, const char *name) {
    const char *value = g_mime_object_get_content_type_parameter(
        GMIME_OBJECT(part), name);

    return value == NULL ? "" : value;
}

static bool is_type(GMimePart *part, const char *type, const char *subtype) {
    return g_mime_content_type_is_type(
        g_mime_object_get_content_type(GMIME_OBJECT(part)), type, subtype);
}

/* A part that is text of the mail. */
static void add_text(struct walk *w, GMimePart *part,
                     void (*put)(struct texts *t, const struct text_part *p)) {
    struct text_part p = {.charset = parameter(part, "charset"),
                          .format = parameter(part, "format"),
                          .delsp = parameter(part, "delsp")};
    struct buf bytes;

    decode_part(part, &bytes, &p.damaged);
    p.bytes = &bytes;
    put(&w->texts, &p);
    buf_free(&bytes);
}

/* V077: what is enveloped is named and left closed. */
static bool is_encrypted(GMimePart *part, const char *name) {
    const char *kind = parameter(part, "smime-type");

    if (is_type(part, "application", "pgp-encrypted")) {
        return true;
    }
    if (is_type(part, "application", "pkcs7-mime") ||
        is_type(part, "application", "x-pkcs7-mime")) {
        return !text_equal_ci(kind, "signed-data") &&
               !text_equal_ci(kind, "certs-only");
    }
    return is_type(part, "application", "octet-stream") &&
           text_equal_ci(name, "smime.p7m");
}

static bool is_attached(GMimePart *part, const char *name) {
    const char *disposition =
        g_mime_object_get_disposition(GMIME_OBJECT(part));

    return name[0] != '\0' ||
           (disposition != NULL && text_equal_ci(disposition, "attachment"));
}

/* RFC 2387: what a page refers to by its Content-ID lies beside the page.  A
 * Content-ID or "inline" alone says nothing: some programs write them on every
 * photograph that a person attached. */
static bool is_inline(const struct walk *w, GMimePart *part) {
    const char *disposition =
        g_mime_object_get_disposition(GMIME_OBJECT(part));

    return w->related &&
           g_mime_object_get_content_id(GMIME_OBJECT(part)) != NULL &&
           (disposition == NULL || !text_equal_ci(disposition, "attachment"));
}

/* V051: parts of a returned mail that say which letter, and whose mailbox. */
static void witness(struct walk *w, GMimePart *part,
                    const struct buf *bytes) {
    if (is_type(part, "message", "delivery-status") ||
        is_type(part, "message", "global-delivery-status")) {
        bounce_see_status(&w->returned, bytes->data, bytes->size);
    } else if (is_type(part, "text", "rfc822-headers") ||
               is_type(part, "message", "global-headers")) {
        bounce_see_letter(&w->returned, bytes->data, bytes->size);
    }
}

/* Words that some program shows in the place of those we read: a page with a
 * name, marked-up text, a second page beside the first (V041). */
static bool is_other_reading(const struct walk *w, GMimePart *part) {
    return (w->texts.in_choice || w->related) &&
           (is_type(part, "text", "*") ||
            is_type(part, "application", "xhtml+xml") ||
            is_type(part, "application", "rtf"));
}

static int walk_leaf(struct walk *w, GMimePart *part) {
    const char *file = g_mime_part_get_filename(part);
    const char *name = file == NULL ? "" : file;
    struct buf bytes;
    bool damaged;
    char *type;
    int got;

    if (is_encrypted(part, name)) {
        w->facts->encrypted = true;
        return 0;
    }
    if (!is_attached(part, name)) {
        if (is_type(part, "text", "plain")) {
            add_text(w, part, texts_add_plain);
            return 0;
        }
        if (is_type(part, "text", "html") && !w->related) {
            add_text(w, part, texts_add_html);
            return 0;
        }
    }
    w->texts.several = w->texts.several || is_other_reading(w, part);
    decode_part(part, &bytes, &damaged);
    type = g_mime_content_type_get_mime_type(
        g_mime_object_get_content_type(GMIME_OBJECT(part)));
    witness(w, part, &bytes);
    w->is_inline = is_inline(w, part);
    got = give(w, name, type, damaged, bytes.data, bytes.size);
    w->is_inline = false;
    g_free(type);
    buf_free(&bytes);
    return got;
}

/* The bytes of an embedded message, with the line ends of the mail. */
static GMimeStream *message_bytes(struct walk *w, GMimeMessage *message) {
    GMimeStream *stream = g_mime_stream_mem_new();
    GMimeFormatOptions *format = g_mime_format_options_new();

    g_mime_format_options_set_newline_format(
        format, w->has_cr ? GMIME_NEWLINE_FORMAT_DOS
                          : GMIME_NEWLINE_FORMAT_UNIX);
    g_mime_object_write_to_stream(GMIME_OBJECT(message), format, stream);
    g_mime_format_options_free(format);
    return stream;
}

/* Of a message part GMime gives no file name by itself. */
static const char *message_name(GMimeMessagePart *part) {
    const char *name = g_mime_object_get_content_disposition_parameter(
        GMIME_OBJECT(part), "filename");

    if (name == NULL) {
        name = g_mime_object_get_content_type_parameter(GMIME_OBJECT(part),
                                                        "name");
    }
    return name == NULL ? "" : name;
}

/* An embedded message is one attachment, never looked into (V042). */
static int walk_message(struct walk *w, GMimeMessagePart *part) {
    GMimeMessage *inner = g_mime_message_part_get_message(part);
    const char *name = message_name(part);
    GMimeStream *stream;
    GByteArray *bytes;
    int got;

    if (inner == NULL) {
        return give(w, name, "message/rfc822", true, "", 0);
    }
    stream = message_bytes(w, inner);
    bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    bounce_see_letter(&w->returned, (const char *)bytes->data, bytes->len);
    got = give(w, name, "message/rfc822", false, (const char *)bytes->data,
               bytes->len);
    g_object_unref(stream);
    return got;
}

static int walk_object(struct walk *w, GMimeObject *object, unsigned depth);

static bool is_multipart(GMimeMultipart *multipart, const char *subtype) {
    return g_mime_content_type_is_type(
        g_mime_object_get_content_type(GMIME_OBJECT(multipart)), "multipart",
        subtype);
}

/* Of the plain texts of an alternative only the first counts, and of its
 * pages. */
static bool is_further_text(struct walk *w, GMimeObject *child, bool *had_text,
                            bool *had_page) {
    bool is_part = GMIME_IS_PART(child);
    bool is_text = is_part && is_type(GMIME_PART(child), "text", "plain");
    bool is_page = is_part && is_type(GMIME_PART(child), "text", "html");
    bool further = (is_text && *had_text) || (is_page && *had_page);

    *had_text = *had_text || is_text;
    *had_page = *had_page || is_page;
    w->texts.several = w->texts.several || further;
    return further;
}

/* RFC 2387 3.2: "start" may name another part than the first as the page. */
static bool starts_elsewhere(GMimeMultipart *related) {
    const char *start = g_mime_object_get_content_type_parameter(
        GMIME_OBJECT(related), "start");
    GMimeObject *first = g_mime_multipart_get_count(related) > 0
                             ? g_mime_multipart_get_part(related, 0)
                             : NULL;
    const char *id =
        first == NULL ? NULL : g_mime_object_get_content_id(first);
    size_t n = start == NULL ? 0 : strlen(start);

    if (start == NULL) {
        return false;
    }
    if (n > 2 && start[0] == '<' && start[n - 1] == '>') {
        start++;
        n -= 2;
    }
    return id == NULL || strlen(id) != n || strncmp(id, start, n) != 0;
}

static int walk_children(struct walk *w, GMimeMultipart *multipart,
                         bool is_choice, unsigned depth) {
    bool related = is_multipart(multipart, "related");
    int count = g_mime_multipart_get_count(multipart);
    bool had_text = false, had_page = false;

    w->texts.several = w->texts.several ||
                       (related && starts_elsewhere(multipart));
    for (int i = 0; i < count; i++) {
        GMimeObject *child = g_mime_multipart_get_part(multipart, i);

        if (is_choice && is_further_text(w, child, &had_text, &had_page)) {
            continue;
        }
        w->related = related && i > 0;
        if (walk_object(w, child, depth + 1) != 0) {
            return -1;
        }
    }
    w->related = false;
    return 0;
}

static int walk_multipart(struct walk *w, GMimeMultipart *multipart,
                          unsigned depth) {
    struct text_choice choice;
    int got;

    if (!is_multipart(multipart, "alternative")) {
        return walk_children(w, multipart, false, depth);
    }
    texts_begin_choice(&w->texts, &choice);
    got = walk_children(w, multipart, true, depth);
    texts_end_choice(&w->texts, &choice);
    return got;
}

static int walk_object(struct walk *w, GMimeObject *object, unsigned depth) {
    if (object == NULL) {
        return 0;
    }
    if (depth > LIMIT_MIME_DEPTH) {
        return err_set(w->e, ERR_INPUT, "the mail is nested too deeply");
    }
    if (GMIME_IS_MESSAGE_PARTIAL(object)) {
        return err_set(w->e, ERR_INPUT, "the mail is a part of another one");
    }
    if (GMIME_IS_MULTIPART_ENCRYPTED(object)) {
        w->facts->encrypted = true;
        return 0;
    }
    if (GMIME_IS_MULTIPART(object)) {
        return walk_multipart(w, GMIME_MULTIPART(object), depth);
    }
    if (GMIME_IS_MESSAGE_PART(object)) {
        return walk_message(w, GMIME_MESSAGE_PART(object));
    }
    return GMIME_IS_PART(object) ? walk_leaf(w, GMIME_PART(object)) : 0;
}

static GMimeMessage *parse(const char *raw, size_t size) {
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(raw, size);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message;

    g_mime_parser_set_format(parser, GMIME_FORMAT_MESSAGE);
    message = g_mime_parser_construct_message(parser, NULL);
    g_object_unref(parser);
    g_object_unref(stream);
    return message;
}

/* Armoured blocks of the other reading are those of this one. */
static int pass_over(void *user, enum armour_kind kind, const char *name,
                     const char *block, size_t size) {
    (void)user;
    (void)kind;
    (void)name;
    (void)block;
    (void)size;
    return 0;
}

static bool is_one_text(const struct texts *t) {
    return t->plain.size == t->page.size &&
           memcmp(t->plain.data, t->page.data, t->plain.size) == 0;
}

/* Takes the blocks out of the text and reads what is left. */
static int finish_text(struct walk *w) {
    const struct buf *text = &w->texts.plain, *page = &w->texts.page;
    struct mail_facts *f = w->facts;
    struct buf rest, page_rest;
    bool pgp, page_pgp = false;
    int got;

    buf_init(&rest, text->size + 1);
    buf_init(&page_rest, page->size + 1);
    f->sends_private_key =
        f->sends_private_key || /* quoted ones too */
        holds_private_key(text->data, text->size) ||
        holds_private_key(page->data, page->size);
    got = armour_take(text->data, on_armour, w, &rest, &pgp);
    if (!is_one_text(&w->texts)) {
        (void)armour_take(page->data, pass_over, NULL, &page_rest, &page_pgp);
    }
    f->encrypted = f->encrypted || pgp || page_pgp;
    if (got == 0) {
        texts_finish(&w->texts, rest.data,
                     is_one_text(&w->texts) ? rest.data : page_rest.data, f);
        request_read(f);
    }
    buf_free(&page_rest);
    buf_free(&rest);
    return got;
}

/* RFC 3834 is not known to all who answer by themselves (V055). */
static void finish_unmarked(struct mail_facts *f) {
    if (f->automatic == AUTOMATIC_NO && f->decision == DECISION_NONE &&
        f->attachment_count == 0 && !f->encrypted &&
        automatic_by_words(f->subject, f->own_text)) {
        f->automatic = AUTOMATIC_REPLY;
    }
}

static void finish_absence(struct mail_facts *f) {
    int sent = f->has_date ? date_of(f->date, 0) : 0;

    f->absent = f->automatic == AUTOMATIC_REPLY &&
                absence_read(f->subject, f->own_text, sent, &f->absent_until);
}

static void clear(struct mail_facts *f) {
    struct mail_identity id = f->identity;

    memset(f, 0, sizeof *f);
    f->identity = id;
}

int mime_read(const char *raw, size_t size,
              const struct message_options *options, const char *from,
              message_attachment_fn attachment, void *user,
              struct mail_facts *facts, struct err *e) {
    struct walk w = {.attachment = attachment, .user = user, .facts = facts,
                     .e = e};
    const char *own_address =
        options->own_address == NULL ? "" : options->own_address;
    struct header_reader r;
    GMimeMessage *message;
    int got;

    w.has_cr = memchr(raw, '\r', size) != NULL;
    mime_warm_up();
    clear(facts);
    envelope_read(raw, size, facts);
    token_read(raw, size, own_address, facts);
    header_open(&r, raw, size); /* passes over an mbox line */
    message = parse(r.at, (size_t)(r.end - r.at));
    if (message == NULL) {
        return err_set(e, ERR_INPUT, "the mail cannot be read");
    }
    texts_init(&w.texts);
    got = walk_object(&w, g_mime_message_get_mime_part(message), 0);
    if (got == 0) {
        texts_take_banners(&w.texts, options->banners, options->banner_count);
        got = finish_text(&w);
    }
    if (got == 0 && options->signed_entity) {
        token_read_text(w.texts.plain.data, facts);
        token_read_text(w.texts.page.data, facts);
    }
    if (got == 0) {
        facts->automatic = automatic_read(raw, size, from, own_address);
        bounce_finish(&w.returned, raw, size, w.texts.plain.data,
                      facts);
        finish_unmarked(facts);
        finish_absence(facts);
    }
    texts_free(&w.texts);
    g_object_unref(message);
    return got;
}

/* A mail that uses what GMime and libc load on first use: the zone table, the
 * charsets of parameters, the content codecs. */
void mime_warm_up(void) {
    static const char mail[] =
        "From: =?iso-8859-1?q?A?= <a@warm.example>\r\n"
        "Date: Sat, 21 Nov 2026 09:00:00 +0700\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\n\r\nx\r\n"
        "--b\r\nContent-Type: application/pdf\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        "Content-Disposition: attachment; filename*=iso-8859-1''%E9\r\n"
        "\r\neA==\r\n--b--\r\n";
    static bool warm;
    GMimeMessage *message;
    usec_t t;

    if (warm) {
        return;
    }
    warm = true;
    g_mime_init();
    (void)envelope_read_date("Sat, 21 Nov 2026 09:00:00 +0700", &t);
    message = parse(mail, sizeof mail - 1);
    if (message != NULL) {
        g_object_unref(message);
    }
}
