/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Private keys and passphrases in a mail (V098): are there any, and where in
 * the raw bytes do they stand?  The engine blots these places out without
 * parsing a byte (design.md 7).  Called by message.c as the last reader.
 *
 *   every leaf, those of embedded messages too
 *     a file: a private key in any form -> its whole body
 *     a text: PEM blocks and told passphrases, in quotes and HTML as well;
 *             where each byte of the text is a byte of the mail (7bit, 8bit,
 *             quoted-printable) only they, else (base64) its whole body
 *   the Subject, where a passphrase stands in it
 *   once more every text, for passphrases found elsewhere
 *
 * What is a private key only document/ knows; it is asked through
 * options->key.  Archives and PDFs are not looked into, nor what is encrypted.
 * A CSR's challengePassword stands in signed bytes and is left there: nobody
 * is let in by it, and a blotted CSR would be no CSR (V096).
 */
#include "message/secret.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "message/content_type.h"
#include "message/decode.h"
#include "message/header.h"
#include "message/passphrase.h"
#include "message/structure.h"
#include "message/unwrap.h"

#include <stdlib.h>
#include <string.h>

enum {
    VALUES_MAX = 8,      /* passphrases that are looked for elsewhere */
    VALUE_SIZE = 201,
    VALUE_MIN = 6,       /* shorter ones are found elsewhere by chance */
    KEY_MAX = 64 * 1024, /* of a PEM block */
    TEXT_MAX = 2 * LIMIT_MAIL_TEXT, /* of a mail; in more, only keys as in
                                       any file are looked for */
    LABEL_MAX = 64
};

/* Places, sorted and apart. */
struct places {
    size_t count;
    struct redaction list[LIMIT_REDACTIONS];
};

struct search {
    const char *raw;
    size_t size;
    const struct message_options *options;
    struct mail_facts *facts;
    struct places places; /* in the raw mail */
    size_t value_count;
    char values[VALUES_MAX][VALUE_SIZE];
    bool again; /* second round: only for values */
    size_t searched; /* bytes of text in this round */
};

/* ---- places -------------------------------------------------------------- */

static size_t end_of(const struct redaction *r) {
    return (size_t)(r->from + r->size);
}

/* Without room for one more, two neighbours become one: too much is better
 * than too little. */
static void add_place(struct places *p, size_t from, size_t end) {
    struct redaction *list = p->list;
    size_t i = 0, n;

    if (from >= end) {
        return;
    }
    while (i < p->count && end_of(&list[i]) < from) {
        i++;
    }
    for (n = i; n < p->count && list[n].from <= end; n++) {
    }
    if (n == i && p->count == LIMIT_REDACTIONS) {
        i = i == 0 ? 0 : i - 1;
        n = i + 1;
    }
    for (size_t k = i; k < n; k++) {
        from = from < list[k].from ? from : (size_t)list[k].from;
        end = end > end_of(&list[k]) ? end : end_of(&list[k]);
    }
    memmove(&list[i + 1], &list[n], (p->count - n) * sizeof list[0]);
    p->count = p->count - (n - i) + 1;
    list[i] = (struct redaction){from, end - from};
}

/* ---- texts --------------------------------------------------------------- */

static void keep_value(struct search *s, const char *value, size_t size) {
    char quoted[] = "\"'`*";

    while (size > 0 && strchr(quoted, value[0]) != NULL) {
        value++;
        size--;
    }
    while (size > 0 && (strchr(quoted, value[size - 1]) != NULL ||
                        value[size - 1] == '.')) {
        size--;
    }
    if (size < VALUE_MIN || size >= VALUE_SIZE ||
        s->value_count == VALUES_MAX) {
        return;
    }
    for (size_t i = 0; i < s->value_count; i++) {
        if (strlen(s->values[i]) == size &&
            memcmp(s->values[i], value, size) == 0) {
            return;
        }
    }
    text_copy_n(s->values[s->value_count++], VALUE_SIZE, value, size);
}

static bool is_label(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ';
}

/* "-----BEGIN ... PRIVATE KEY...-----" at or behind `from`. */
static const char *find_begin(const char *from, const char *end,
                              const char **behind_r) {
    static const char mark[] = "-----BEGIN ";

    while ((from = memmem(from, (size_t)(end - from), mark,
                          sizeof mark - 1)) != NULL) {
        const char *label = from + sizeof mark - 1, *p = label;

        while (p < end && p - label < LABEL_MAX && is_label(*p)) {
            p++;
        }
        if (end - p >= 5 && memcmp(p, "-----", 5) == 0 &&
            memmem(label, (size_t)(p - label), "PRIVATE KEY", 11) != NULL) {
            *behind_r = p + 5;
            return from;
        }
        from = label;
    }
    return NULL;
}

/* Base64, or a header field of an old PEM block, perhaps quoted. */
static bool is_material(const char *line, size_t size) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789+/=";

    while (size > 0 && strchr("> |\t", *line) != NULL) {
        line++;
        size--;
    }
    while (size > 0 && strchr(" \t\r", line[size - 1]) != NULL) {
        size--;
    }
    if (size > 8 && (memcmp(line, "Proc-Type", 9) == 0 ||
                     memcmp(line, "DEK-Info:", 9) == 0)) {
        return true;
    }
    for (size_t i = 0; i < size; i++) {
        if (line[i] == '\0' || strchr(letters, line[i]) == NULL) {
            return false;
        }
    }
    return true;
}

/* Where the block ends whose label ends at p. */
static const char *find_end(const char *p, const char *end) {
    static const char mark[] = "-----END ";
    size_t room = (size_t)(end - p) < KEY_MAX ? (size_t)(end - p) : KEY_MAX;
    const char *next = memmem(p, room, "-----BEGIN ", 11);
    const char *last =
        memmem(p, next == NULL ? room : (size_t)(next - p), mark,
               sizeof mark - 1);

    if (last != NULL) {
        last += sizeof mark - 1;
        while (last < end && is_label(*last)) {
            last++;
        }
        while (last < end && *last == '-') {
            last++;
        }
        return last;
    }
    /* Cut off: whatever looks like one still. */
    for (last = p; last < end;) {
        const char *nl = memchr(last, '\n', (size_t)(end - last));
        const char *stop = nl == NULL ? end : nl;

        if (!is_material(last, (size_t)(stop - last))) {
            return last;
        }
        last = nl == NULL ? end : nl + 1;
    }
    return end;
}

static void ask_key(struct search *s, const char *bytes, size_t size) {
    if (s->options->key != NULL) {
        (void)s->options->key(s->options->key_user, bytes, size, s->facts);
    }
}

/* A block without the marks of quoting. */
static void take_block(struct search *s, const char *from, const char *end) {
    struct buf block;

    buf_init(&block, KEY_MAX + LABEL_MAX);
    while (from < end) {
        const char *nl = memchr(from, '\n', (size_t)(end - from));
        const char *stop = nl == NULL ? end : nl;

        while (from < stop && strchr("> |\t\r", *from) != NULL) {
            from++;
        }
        buf_put(&block, from, (size_t)(stop - from));
        while (block.size > 0 && block.data[block.size - 1] == '\r') {
            block.data[--block.size] = '\0';
        }
        buf_putc(&block, '\n');
        from = nl == NULL ? end : nl + 1;
    }
    s->facts->sends_private_key = true;
    ask_key(s, block.data, block.size);
    buf_free(&block);
}

typedef void (*found_fn)(void *user, size_t from, size_t end);

static void find_blocks(struct search *s, const char *text, size_t size,
                        found_fn found, void *user) {
    const char *at = text, *end = text + size, *behind, *stop;

    while ((at = find_begin(at, end, &behind)) != NULL) {
        stop = find_end(behind, end);
        take_block(s, at, stop);
        found(user, (size_t)(at - text), (size_t)(stop - text));
        at = stop;
    }
}

/* In an answer only what its writer says counts: our letters show what stands
 * in applicants' papers, and a line there must not blot out the decision of
 * the officer who quotes it. */
static bool is_quoted(const struct search *s, const char *value, size_t size) {
    const struct mail_facts *f = s->facts;

    return (f->in_reply_to[0] != '\0' || f->reference_count > 0 ||
            f->token_count > 0) &&
           memmem(f->own_text, strlen(f->own_text), value, size) == NULL;
}

static void find_told(struct search *s, const char *text, size_t size,
                      found_fn found, void *user) {
    struct passphrase p;
    size_t next = 0;

    while (passphrase_next(text, size, &next, &p)) {
        if (is_quoted(s, text + p.from, p.size)) {
            continue;
        }
        s->facts->sends_passphrase = true;
        if (p.distinct) {
            keep_value(s, text + p.from, p.size);
        }
        found(user, p.from, p.from + p.size);
    }
}

static void find_values(struct search *s, const char *text, size_t size,
                        found_fn found, void *user) {
    for (size_t i = 0; i < s->value_count; i++) {
        const char *at = text, *end = text + size;
        size_t n = strlen(s->values[i]);

        while ((at = memmem(at, (size_t)(end - at), s->values[i], n)) !=
               NULL) {
            found(user, (size_t)(at - text), (size_t)(at - text) + n);
            at += n;
        }
    }
}

/* Tells each secret of a text. */
static void find_in_text(struct search *s, const char *text, size_t size,
                         found_fn found, void *user) {
    if (s->again) {
        find_values(s, text, size, found, user);
    } else {
        find_blocks(s, text, size, found, user);
        find_told(s, text, size, found, user);
    }
}

/* ---- leaves -------------------------------------------------------------- */

struct leaf_search {
    struct search *s;
    const struct unwrapped *u;
    size_t body; /* where the body begins in the mail */
    bool whole;  /* the text's places are none of the mail's */
    bool hit;
};

static void on_found(void *user, size_t from, size_t end) {
    struct leaf_search *l = user;

    l->hit = true;
    if (!l->whole) {
        add_place(&l->s->places, l->body + l->u->at[from],
                  l->body + l->u->at[end]);
    }
}

/* Letters with zero bytes between them; without these it is ASCII again. */
static bool is_wide(const char *charset) {
    return text_starts_ci(charset, "utf-16") ||
           text_starts_ci(charset, "utf16") ||
           text_starts_ci(charset, "utf-32") ||
           text_starts_ci(charset, "utf32") ||
           text_starts_ci(charset, "ucs");
}

static void read_charset(const char *content_type, char *charset,
                         size_t room) {
    const char *at = text_find_ci(content_type, "charset=");
    size_t n;

    charset[0] = '\0';
    if (at != NULL) {
        at += 8;
        at += *at == '"';
        n = strcspn(at, "\"; \t");
        text_copy_n(charset, room, at, n);
    }
}

/* What is known of a leaf by its header. */
struct kind {
    char encoding[32];
    char charset[LIMIT_WORD];
    bool is_text, is_html, is_file;
};

static void read_kind(const struct structure_leaf *leaf, struct kind *k) {
    char *type = header_get(leaf->header, leaf->header_size, "Content-Type");
    char *coding = header_get(leaf->header, leaf->header_size,
                              "Content-Transfer-Encoding");
    char *disposition =
        header_get(leaf->header, leaf->header_size, "Content-Disposition");
    struct content_type ct;

    content_type_read(type, &ct);
    *k = (struct kind){
        .is_text = text_starts_ci(ct.media, "text/") ||
                   text_starts_ci(ct.media, "message/"),
        .is_html = content_type_is(&ct, "text/html"),
        .is_file = (disposition != NULL &&
                    text_starts_ci(disposition, "attachment")) ||
                   (disposition != NULL &&
                    text_find_ci(disposition, "filename") != NULL) ||
                   (type != NULL && text_find_ci(type, "name") != NULL)};
    text_copy(k->encoding, sizeof k->encoding,
              coding == NULL ? "" : text_trim(coding));
    read_charset(type == NULL ? "" : type, k->charset, sizeof k->charset);
    free(type);
    free(coding);
    free(disposition);
}

static bool is_plain(const char *encoding) {
    return encoding[0] == '\0' || text_equal_ci(encoding, "7bit") ||
           text_equal_ci(encoding, "8bit") ||
           text_equal_ci(encoding, "binary");
}

static void search_text(struct search *s, const struct structure_leaf *leaf,
                        const struct kind *k, const struct buf *decoded) {
    bool qp = text_equal_ci(k->encoding, "quoted-printable");
    bool wide = is_wide(k->charset);
    struct leaf_search l = {.s = s,
                            .body = (size_t)(leaf->body - s->raw),
                            .whole = wide || (!qp && !is_plain(k->encoding))};
    struct unwrapped u;
    struct buf narrow;

    buf_init(&narrow, decoded->size + 1);
    if (wide) {
        for (size_t i = 0; i < decoded->size; i++) {
            if (decoded->data[i] != '\0') {
                buf_putc(&narrow, decoded->data[i]);
            }
        }
        unwrap_bytes(&u, narrow.data, narrow.size, false);
    } else if (l.whole) {
        unwrap_bytes(&u, decoded->data, decoded->size, false);
    } else {
        unwrap_bytes(&u, leaf->body, leaf->body_size, qp);
    }
    l.u = &u;
    if (s->again) { /* also what tags hide */
        find_in_text(s, u.text, u.size, on_found, &l);
    }
    if (k->is_html) {
        unwrap_html(&u);
    }
    find_in_text(s, u.text, u.size, on_found, &l);
    if (l.hit && (l.whole || k->is_file)) {
        add_place(&s->places, l.body, l.body + leaf->body_size);
    }
    unwrap_free(&u);
    buf_free(&narrow);
}

static bool holds_mark(const struct buf *b) {
    const char *behind;

    return find_begin(b->data, b->data + b->size, &behind) != NULL;
}

/* A file: it is one, or it holds one. */
static void search_file(struct search *s, const struct structure_leaf *leaf,
                        const struct buf *decoded) {
    size_t body = (size_t)(leaf->body - s->raw);

    if (s->options->key != NULL &&
        s->options->key(s->options->key_user, decoded->data, decoded->size,
                        s->facts)) {
        s->facts->sends_private_key = true;
        add_place(&s->places, body, body + leaf->body_size);
    } else if (holds_mark(decoded)) {
        s->facts->sends_private_key = true;
        add_place(&s->places, body, body + leaf->body_size);
    }
}

static void on_leaf(void *user, const struct structure_leaf *leaf) {
    struct search *s = user;
    struct buf decoded;
    struct kind k;

    read_kind(leaf, &k);
    buf_init(&decoded, leaf->body_size + 4);
    (void)decode_transfer(&decoded, k.encoding, leaf->body, leaf->body_size);
    if ((k.is_file || !k.is_text) && !s->again) {
        search_file(s, leaf, &decoded);
    }
    if (k.is_text && decoded.size <= TEXT_MAX - s->searched) {
        s->searched += decoded.size;
        search_text(s, leaf, &k, &decoded);
    } else if (k.is_text && !k.is_file && !s->again) {
        search_file(s, leaf, &decoded);
    }
    buf_free(&decoded);
}

/* ---- what the facts say -------------------------------------------------- */

static void on_text_found(void *user, size_t from, size_t end) {
    add_place(user, from, end);
}

static void clean_once(struct search *s, char *text, size_t room) {
    struct places places = {0};
    struct buf to;
    size_t done = 0;

    find_in_text(s, text, strlen(text), on_text_found, &places);
    buf_init(&to, 10 * room);
    for (size_t i = 0; i < places.count; i++) {
        const struct redaction *r = &places.list[i];

        buf_put(&to, text + done, (size_t)r->from - done);
        buf_puts(&to, SECRET_GONE);
        done = end_of(r);
    }
    if (done > 0) {
        buf_puts(&to, text + done);
        text_copy(text, room, to.data);
    }
    buf_free(&to);
}

static void clean_values(struct search *s, char *text, size_t room) {
    struct buf to;

    for (size_t i = 0; i < s->value_count; i++) {
        const char *value = s->values[i], *from = text, *at;

        buf_init(&to, 10 * room);
        while ((at = strstr(from, value)) != NULL) {
            buf_put(&to, from, (size_t)(at - from));
            buf_puts(&to, SECRET_GONE);
            from = at + strlen(value);
        }
        if (from != text) {
            buf_puts(&to, from);
            text_copy(text, room, to.data);
        }
        buf_free(&to);
    }
}

static void each_text(struct search *s,
                      void (*clean)(struct search *s, char *text,
                                    size_t room)) {
    struct mail_facts *f = s->facts;

    clean(s, f->own_text, sizeof f->own_text);
    clean(s, f->first_line, sizeof f->first_line);
    clean(s, f->decision_reason, sizeof f->decision_reason);
    clean(s, f->subject, sizeof f->subject);
}

/* The value of the field: name and line ends stay (RFC 5322 2.2.3). */
static void search_subject(struct search *s) {
    char subject[LIMIT_SUBJECT];
    struct header_field f;

    text_copy(subject, sizeof subject, s->facts->subject);
    clean_once(s, subject, sizeof subject);
    clean_values(s, subject, sizeof subject);
    if (strcmp(subject, s->facts->subject) != 0 &&
        header_find(s->raw, s->size, "Subject", &f)) {
        size_t from = (size_t)(f.value - s->raw);

        add_place(&s->places, from, from + f.value_size);
    }
}

void secret_find(const char *raw, size_t size,
                 const struct message_options *options,
                 struct mail_facts *facts) {
    struct search *s = xcalloc(1, sizeof *s);

    s->raw = raw;
    s->size = size;
    s->options = options;
    s->facts = facts;
    structure_leaves(raw, size, on_leaf, s);
    search_subject(s);
    if (s->value_count > 0) {
        s->again = true;
        s->searched = 0;
        structure_leaves(raw, size, on_leaf, s);
        s->again = false;
    }
    each_text(s, clean_once);
    each_text(s, clean_values);
    if ((facts->sends_passphrase || facts->sends_private_key) &&
        s->places.count == 0) {
        /* Read in the text, and not found in the bytes: all of them. */
        add_place(&s->places, header_body(raw, size), size);
    }
    facts->redaction_count = s->places.count;
    memcpy(facts->redactions, s->places.list, sizeof facts->redactions);
    free(s);
}

void secret_find_raw(const char *raw, size_t size,
                     const struct message_options *options,
                     struct mail_facts *facts) {
    struct search *s = xcalloc(1, sizeof *s);

    s->options = options;
    s->facts = facts;
    find_blocks(s, raw, size, on_text_found, &s->places);
    find_told(s, raw, size < TEXT_MAX ? size : TEXT_MAX, on_text_found,
              &s->places);
    find_values(s, raw, size, on_text_found, &s->places);
    facts->redaction_count = s->places.count;
    memcpy(facts->redactions, s->places.list, sizeof facts->redactions);
    free(s);
}

bool secret_in_text(const char *text, size_t size) {
    struct passphrase p;
    size_t at = 0;

    return size <= LIMIT_MAIL_TEXT && passphrase_next(text, size, &at, &p);
}
