/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that travel with a letter.  Called by compose.c.  A name is a
 * stranger's word: it becomes one file name without folders, in a header that
 * it cannot leave (I16, V107).
 */
#include "letter/attach.h"

#include "base/digest.h"
#include "base/text.h"
#include "letter/mime.h"

#include <stdio.h>
#include <string.h>

enum {
    NAME_BYTES = 120,   /* longer ones lose their middle */
    NAME_END_BYTES = 20, /* of them kept at the end: ".pdf" */
    CHUNK = 54,         /* of an encoded name on one line (RFC 2231 3) */
    LINE_BYTES = 57     /* 76 characters of base64 */
};

bool attach_is_type(const char *type) {
    size_t slashes = 0;

    for (const char *p = type; *p != '\0'; p++) {
        bool plain = (*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z') ||
                     (*p >= 'a' && *p <= 'z') || strchr("-.+_", *p) != NULL;

        if (!plain && *p != '/') {
            return false;
        }
        slashes += *p == '/';
    }
    return slashes == 1 && type[0] != '/' && type[strlen(type) - 1] != '/' &&
           strlen(type) < 80;
}

void attach_boundary(const char *message_id, const char *name,
                     char boundary[ATTACH_BOUNDARY_SIZE]) {
    const struct digest_part parts[] = {{message_id, strlen(message_id)},
                                        {name, strlen(name)}};
    struct digest d = digest_parts(parts, 2);
    char hex[DIGEST_HEX_SIZE];

    digest_to_hex(&d, hex);
    snprintf(boundary, ATTACH_BOUNDARY_SIZE, "=_loket-%.32s", hex);
}

/* ---- names ---------------------------------------------------------------- */

static bool is_inside_character(char c) {
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* A file name of at most NAME_BYTES, without folders. */
static void put_name(struct buf *to, const char *name) {
    struct buf clean;
    size_t head, tail;

    buf_init(&clean, 4 * strlen(name) + 4);
    mime_clean(&clean, name, false);
    for (size_t i = 0; i < clean.size; i++) {
        if (strchr("/\\:*?<>|", clean.data[i]) != NULL) {
            clean.data[i] = '_';
        }
    }
    if (clean.size == 0 || clean.data[0] == '.') {
        buf_puts(to, "berkas");
    }
    head = tail = clean.size;
    if (clean.size > NAME_BYTES) {
        head = NAME_BYTES - NAME_END_BYTES;
        tail = clean.size - NAME_END_BYTES;
    }
    while (head > 0 && is_inside_character(clean.data[head])) {
        head--;
    }
    while (is_inside_character(clean.data[tail])) {
        tail++;
    }
    buf_put(to, clean.data, head);
    buf_put(to, clean.data + tail, clean.size - tail);
    buf_free(&clean);
}

/* The same in ASCII, as a quoted string: one "_" for each other character. */
static void put_plain_name(struct buf *to, const char *name) {
    buf_putc(to, '"');
    for (; *name != '\0'; name++) {
        bool plain = *name >= 0x20 && *name < 0x7f && *name != '"' &&
                     *name != '%';

        if (!is_inside_character(*name)) {
            buf_putc(to, plain ? *name : '_');
        }
    }
    buf_putc(to, '"');
}

static bool is_plain_name(const char *name) {
    for (; *name != '\0'; name++) {
        if (*name < 0x20 || *name > 0x7e || *name == '"' || *name == '%') {
            return false;
        }
    }
    return true;
}

/* RFC 2231 4 and 3: filename*0*=UTF-8''...; in pieces */
static void put_encoded_name(struct buf *to, const char *name) {
    unsigned piece = 0;
    size_t used = CHUNK;

    for (; *name != '\0'; name++) {
        bool plain = (*name >= '0' && *name <= '9') ||
                     (*name >= 'A' && *name <= 'Z') ||
                     (*name >= 'a' && *name <= 'z') ||
                     strchr("-._", *name) != NULL;

        if (used + 3 > CHUNK) {
            buf_printf(to, ";\r\n filename*%u*=%s", piece,
                       piece == 0 ? "UTF-8''" : "");
            piece++;
            used = 0;
        }
        if (plain) {
            buf_putc(to, *name);
        } else {
            buf_printf(to, "%%%02X", (unsigned char)*name);
        }
        used += plain ? 1 : 3;
    }
}

/* ---- the part ------------------------------------------------------------- */

static void put_base64(struct buf *to, const unsigned char *from,
                       size_t size) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        unsigned bits = (unsigned)from[i] << 16 |
                        (left > 1 ? (unsigned)from[i + 1] << 8 : 0) |
                        (left > 2 ? (unsigned)from[i + 2] : 0);
        char four[4] = {digits[bits >> 18], digits[bits >> 12 & 63],
                        left > 1 ? digits[bits >> 6 & 63] : '=',
                        left > 2 ? digits[bits & 63] : '='};

        buf_put(to, four, 4);
        if ((i + 3) % LINE_BYTES == 0 && left > 3) {
            buf_puts(to, "\r\n");
        }
    }
    buf_puts(to, "\r\n");
}

void attach_part(struct buf *to, const struct letter_file *file) {
    struct buf name;

    buf_init(&name, 4 * NAME_BYTES);
    put_name(&name, file->name);
    buf_printf(to, "Content-Type: %s", file->type);
    if (text_starts_ci(file->type, "text/")) {
        buf_puts(to, "; charset=utf-8");
    }
    /* RFC 2183; old readers look for the name here first */
    buf_puts(to, "\r\nContent-Disposition: attachment;\r\n filename=");
    put_plain_name(to, name.data);
    if (!is_plain_name(name.data)) {
        put_encoded_name(to, name.data);
    }
    buf_puts(to, "\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    put_base64(to, file->bytes, file->size);
    buf_free(&name);
}
