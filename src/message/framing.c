/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What makes parts out of a body stands in its header, and a third of real
 * DKIM signatures leave that out.  Whoever holds such a mail - a reply that
 * quotes him, say, with parts of his own making in the quotation - could send
 * it on under another Content-Type and so have the author attach his papers
 * (a replay, T6, T7).  Called by dkim.c for each signature; reads, and changes
 * nothing.
 *
 * Bound without being signed are
 *   - a multipart whose body begins with its delimiter: then the author's own
 *     first line names the boundary.  Before it may stand empty lines and the
 *     sentence that old programs write there.
 *   - text that is not attached: at worst it is read with other letters.  A
 *     coding that nobody signed must not make lines of it that the author did
 *     not write: no text is both, his own and strict base64, no program
 *     encodes the ends of lines of a text (RFC 2045 6.7), and none breaks a
 *     line softly that would have fitted with the next one: there "=" is the
 *     author's own, and would glue his next line, a condition say, to it.
 *     Nor may a coding have been taken away that broke his lines softly.
 *   - a file of a signed type: who signs the Content-Type and not the coding
 *     (Microsoft 365 never signs that, Google often not) leaves open only what
 *     changes nothing.  Strict base64 is what the author's program made of it,
 *     or his own text in base64, which is the same file.  Without a coding
 *     nobody gets more than letters that are no file.  Quoted-printable could
 *     make delimiters or other bytes, and has to be signed.
 *   - CMS EnvelopedData in base64, of which nothing is opened (V077): no type
 *     can make something else of it, and its sender is told.
 */
#include "message/framing.h"

#include "base/text.h"
#include "message/content_type.h"
#include "message/decode.h"
#include "message/header.h"

#include <stdlib.h>
#include <string.h>

/* One line without its end and trailing white space; false at the end. */
static bool next_line(const char **at, const char *end, const char **line,
                      size_t *size_r) {
    const char *lf;

    if (*at >= end) {
        return false;
    }
    lf = memchr(*at, '\n', (size_t)(end - *at));
    *line = *at;
    *size_r = (size_t)((lf == NULL ? end : lf) - *at);
    *at = lf == NULL ? end : lf + 1;
    while (*size_r > 0 && strchr(" \t\r", (*line)[*size_r - 1]) != NULL) {
        (*size_r)--;
    }
    return true;
}

static bool begins_with_delimiter(const char *body, const char *end,
                                  const char *boundary) {
    static const char usual[] = "This is a multi-part message in MIME format.";
    size_t n = strlen(boundary), size;
    const char *line;

    while (next_line(&body, end, &line, &size)) {
        if (size == n + 2 && memcmp(line, "--", 2) == 0 &&
            memcmp(line + 2, boundary, n) == 0) {
            return true;
        }
        if (size != 0 && (size != sizeof usual - 1 ||
                          memcmp(line, usual, size) != 0)) {
            return false;
        }
    }
    return false;
}

/* Would the text be taken for a file?  By its disposition, or by its name. */
static bool has_disposition(const char *raw, size_t size) {
    char *value = header_get(raw, size, "Content-Disposition");
    bool other = value != NULL && !text_equal_ci(value, "inline");

    free(value);
    return other;
}

static bool is_text(const struct content_type *ct) {
    return !ct->broken && (content_type_is(ct, "text/plain") ||
                           content_type_is(ct, "text/html"));
}

static bool is_all_base64(const char *body, const char *end) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789+/=";

    for (; body < end; body++) {
        if (*body == '\0' || (strchr(letters, *body) == NULL &&
                              strchr(" \t\r\n", *body) == NULL)) {
            return false;
        }
    }
    return true;
}

static bool encodes_line_ends(const char *body, const char *end) {
    for (; end - body >= 3; body++) {
        if (body[0] == '=' && body[1] == '0' &&
            strchr("AaDd", body[2]) != NULL) {
            return true;
        }
    }
    return false;
}

/* A line that ends in "=" and needs not: the longest line is 76 (RFC 2045
 * 6.7, rule 5), and programs that break at blanks leave a few free. */
static bool glues_lines(const char *body, const char *end) {
    enum { FITS = 70 };
    const char *at = body, *line, *next;
    size_t size, next_size;

    while (next_line(&at, end, &line, &size)) {
        const char *ahead = at;

        if (size > 0 && line[size - 1] == '=' &&
            next_line(&ahead, end, &next, &next_size) && next_size > 0 &&
            size - 1 + next_size <= FITS) {
            return true;
        }
    }
    return false;
}

/* A long line that ends in one "=", and goes on: where the coding was taken
 * away, the rest of a sentence begins a line.  No encoder leaves "==" there, and
 * before the end of a PEM it is padding. */
static bool is_softly_broken(const char *body, const char *end) {
    enum { LONG = 40 };
    const char *at = body, *line, *next;
    size_t size, next_size;

    while (next_line(&at, end, &line, &size)) {
        const char *ahead = at;

        if (size > LONG && line[size - 1] == '=' && line[size - 2] != '=' &&
            next_line(&ahead, end, &next, &next_size) && next_size > 0 &&
            *next != '-') {
            return true;
        }
    }
    return false;
}

enum coding { CODING_NONE, CODING_BASE64, CODING_QUOTED, CODING_OTHER };

static enum coding coding_of(const char *raw, size_t size) {
    static const struct {
        const char *word;
        enum coding coding;
    } words[] = {
        {"7bit", CODING_NONE},       {"8bit", CODING_NONE},
        {"binary", CODING_NONE},     {"base64", CODING_BASE64},
        {"quoted-printable", CODING_QUOTED},
    };
    char *value = header_get(raw, size, "Content-Transfer-Encoding");
    const char *word = value != NULL ? text_trim(value) : "7bit";
    enum coding coding = CODING_OTHER;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (text_equal_ci(word, words[i].word)) {
            coding = words[i].coding;
        }
    }
    free(value);
    return coding;
}

/* Does an unsigned coding leave the author's lines as they were? */
static bool keeps_lines(const char *raw, size_t size) {
    const char *body = raw + header_body(raw, size), *end = raw + size;

    switch (coding_of(raw, size)) {
    case CODING_NONE:
        return !is_softly_broken(body, end);
    case CODING_BASE64:
        return is_all_base64(body, end);
    case CODING_QUOTED:
        return !encodes_line_ends(body, end) && !glues_lines(body, end);
    case CODING_OTHER:
        break;
    }
    return false;
}

/* And a file of signed type? */
static bool keeps_file(const char *raw, size_t size) {
    enum coding coding = coding_of(raw, size);

    return coding == CODING_NONE ||
           (coding == CODING_BASE64 &&
            is_all_base64(raw + header_body(raw, size), raw + size));
}

/* RFC 5652 3 and 6.1: SEQUENCE { id-envelopedData, ... }, in DER or BER. */
static bool begins_enveloped(const char *body, const char *end) {
    static const unsigned char id[] = {0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                       0xf7, 0x0d, 0x01, 0x07, 0x03};
    enum { LETTERS = 28, LENGTH_MAX = 5 };
    char start[LETTERS];
    size_t n = 0;
    bool enveloped = false;
    struct buf bytes;

    for (; body < end && n < LETTERS; body++) {
        if (strchr(" \t\r\n", *body) == NULL) {
            start[n++] = *body;
        }
    }
    buf_init(&bytes, LETTERS);
    if (n == LETTERS && decode_as_base64(&bytes, start, n) &&
        (unsigned char)bytes.data[0] == 0x30) {
        unsigned char first = (unsigned char)bytes.data[1];
        size_t more = first >= 0x80 ? first - 0x80u : 0;

        enveloped = more < LENGTH_MAX &&
                    memcmp(bytes.data + 2 + more, id, sizeof id) == 0;
    }
    buf_free(&bytes);
    return enveloped;
}

static bool is_enveloped(const struct content_type *ct, const char *raw,
                         size_t size) {
    const char *body = raw + header_body(raw, size), *end = raw + size;

    return (content_type_is(ct, "application/pkcs7-mime") ||
            content_type_is(ct, "application/x-pkcs7-mime")) &&
           coding_of(raw, size) == CODING_BASE64 &&
           is_all_base64(body, end) && begins_enveloped(body, end);
}

const char *framing_open_field(const char *raw, size_t size, bool type,
                               bool coding, bool disposition) {
    char *value = header_get(raw, size, "Content-Type");
    bool named = value != NULL && text_find_ci(value, "name") != NULL;
    struct content_type ct;

    content_type_read(value, &ct);
    free(value);
    if (content_type_is_multipart(&ct)) {
        return type || begins_with_delimiter(raw + header_body(raw, size),
                                             raw + size, ct.boundary)
                   ? NULL
                   : "Content-Type";
    }
    if (is_text(&ct) && !named && !has_disposition(raw, size)) {
        return coding || keeps_lines(raw, size) ? NULL
                                                : "Content-Transfer-Encoding";
    }
    if (is_enveloped(&ct, raw, size)) {
        return NULL;
    }
    if (!type) {
        return "Content-Type";
    }
    if (!coding && !keeps_file(raw, size)) {
        return "Content-Transfer-Encoding";
    }
    return disposition || named || !is_text(&ct) ? NULL
                                                 : "Content-Disposition";
}
