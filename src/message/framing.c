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
 */
#include "message/framing.h"

#include "base/text.h"
#include "message/content_type.h"
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

/* Does an unsigned coding leave the author's lines as they were? */
static bool keeps_lines(const char *raw, size_t size) {
    char *value = header_get(raw, size, "Content-Transfer-Encoding");
    const char *body = raw + header_body(raw, size), *end = raw + size;
    const char *coding = value != NULL ? text_trim(value) : "7bit";
    bool keeps = text_equal_ci(coding, "7bit") ||
                 text_equal_ci(coding, "8bit") ||
                 text_equal_ci(coding, "binary");

    if (text_equal_ci(coding, "base64")) {
        keeps = is_all_base64(body, end);
    } else if (text_equal_ci(coding, "quoted-printable")) {
        keeps = !encodes_line_ends(body, end) && !glues_lines(body, end);
    }
    free(value);
    return keeps;
}

bool framing_is_bound(const char *raw, size_t size, bool type, bool coding,
                      bool disposition) {
    char *value = header_get(raw, size, "Content-Type");
    bool named = value != NULL && text_find_ci(value, "name") != NULL;
    struct content_type ct;

    content_type_read(value, &ct);
    free(value);
    if (content_type_is_multipart(&ct)) {
        return type || begins_with_delimiter(raw + header_body(raw, size),
                                             raw + size, ct.boundary);
    }
    if (is_text(&ct) && !named && !has_disposition(raw, size)) {
        return coding || keeps_lines(raw, size);
    }
    return type && coding && (disposition || named || !is_text(&ct));
}
