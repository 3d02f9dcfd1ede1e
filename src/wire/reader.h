/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_WIRE_READER_H
#define LOKET_WIRE_READER_H

#include "base/digest.h"
#include "base/err.h"
#include "base/text.h"

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * How wire/facts.c and wire/orders.c read and write the fields of a message.
 * For these two files only.
 */

/* ---- reading: a failure sticks, so a run of fields is checked at its end - */

struct reader {
    struct err *e;
    const char *what; /* "identity", for the sentence */
    bool bad;
};

static inline void refuse(struct reader *r, const char *field,
                          const char *why) {
    if (!r->bad) {
        r->bad = true;
        err_set(r->e, ERR_INPUT, "%s: %s %s", r->what, field, why);
    }
}

static inline int outcome(const struct reader *r) {
    return r->bad ? -1 : 0;
}

/* C0, DEL and C1: a terminal obeys U+009B as it does ESC (V111). */
static inline bool has_control(const char *text, bool lines) {
    const unsigned char *p = (const unsigned char *)text;

    for (; *p != '\0'; p++) {
        if ((*p < 0x20 && !(lines && *p == '\n')) || *p == 0x7f ||
            (p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f)) {
            return true;
        }
    }
    return false;
}

static inline void read_any(struct reader *r, const char *field,
                            const char *from, char *to, size_t room,
                            bool lines) {
    size_t size = strlen(from);

    to[0] = '\0';
    if (size >= room) {
        refuse(r, field, "is too long");
    } else if (!text_is_utf8(from, size)) {
        refuse(r, field, "is not UTF-8");
    } else if (has_control(from, lines)) {
        refuse(r, field, "has a control character");
    } else {
        memcpy(to, from, size + 1);
    }
}

static inline void read_text(struct reader *r, const char *field,
                             const char *from, char *to, size_t room) {
    read_any(r, field, from, to, room, false);
}

#define READ_TEXT(r, m, out, field)                                           \
    read_text(r, #field, (m)->field, (out)->field, sizeof(out)->field)

/* "" or an address that our own letters could carry (V113). */
static inline void read_address(struct reader *r, const char *field,
                                const char *from, char *to, size_t room) {
    read_text(r, field, from, to, room);
    if (to[0] != '\0' && !text_is_addr_spec(to)) {
        refuse(r, field, "is no address");
        to[0] = '\0';
    }
}

static inline void read_digest(struct reader *r, const char *field,
                               ProtobufCBinaryData from, struct digest *to) {
    *to = (struct digest){0};
    if (from.len != DIGEST_SIZE) {
        refuse(r, field, "is not 32 bytes");
        return;
    }
    memcpy(to->bytes, from.data, DIGEST_SIZE);
}

static inline void read_blob(struct reader *r, const char *field,
                             ProtobufCBinaryData from, uint8_t *to, size_t room,
                             size_t *size_r) {
    *size_r = 0;
    if (from.len > room) {
        refuse(r, field, "is too long");
    } else if (from.len > 0) {
        memcpy(to, from.data, from.len);
        *size_r = from.len;
    }
}

static inline unsigned read_enum(struct reader *r, const char *field,
                                 uint32_t from, unsigned end) {
    if (from >= end) {
        refuse(r, field, "is out of range");
        return 0;
    }
    return from;
}

/* ---- writing ----------------------------------------------------------- */

/* protobuf-c's structs have no const; nothing is written through this. */
static inline char *plain(const char *text) {
    return (char *)text;
}

static inline ProtobufCBinaryData bytes_of(const struct digest *d) {
    return (ProtobufCBinaryData){.len = sizeof d->bytes,
                                 .data = (uint8_t *)d->bytes};
}

static inline ProtobufCBinaryData blob(const uint8_t *data,
                                       size_t size) {
    return (ProtobufCBinaryData){.len = size, .data = (uint8_t *)data};
}

#endif
