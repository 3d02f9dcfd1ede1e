/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_BASE_DIGEST_H
#define LOKET_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* SHA-256 is the only digest of Loket: blobs, audit chain, tokens, keys. */
enum { DIGEST_SIZE = 32, DIGEST_HEX_SIZE = 65 /* with NUL */ };

struct digest {
    uint8_t bytes[DIGEST_SIZE];
};

/* One piece of input to digest_parts(). */
struct digest_part {
    const void *data;
    size_t size;
};

struct digest digest_of(const void *data, size_t size);

/* Digest over several pieces, each preceded by its length (8 bytes, big
 * endian), so that no two lists of pieces share their bytes. */
struct digest digest_parts(const struct digest_part *parts, size_t count);

void digest_to_hex(const struct digest *d, char hex[DIGEST_HEX_SIZE]);

/* Lower or upper case, exactly 64 digits; false otherwise. */
bool digest_from_hex(struct digest *d, const char *hex);

bool digest_equal(const struct digest *a, const struct digest *b);
bool digest_is_zero(const struct digest *d);

/* Fills from the kernel's generator; aborts when there is none. */
void random_bytes(void *data, size_t size);

#endif
