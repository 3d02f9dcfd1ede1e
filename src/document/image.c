/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Format and size of a picture, from its header alone: a scanned letter is
 * shown to the verifier, never decoded here.  Called in parser children.
 */
#include "document/document.h"

#include "base/text.h"

#include <string.h>

struct bytes {
    const uint8_t *p;
    size_t size;
};

/* Big-endian or little-endian numbers; 0 past the end, which no caller takes
 * for a size. */
static unsigned big16(struct bytes b, size_t at) {
    return b.size < 2 || at > b.size - 2
               ? 0
               : (unsigned)b.p[at] << 8 | b.p[at + 1];
}

static unsigned little16(struct bytes b, size_t at) {
    return b.size < 2 || at > b.size - 2
               ? 0
               : (unsigned)b.p[at + 1] << 8 | b.p[at];
}

static unsigned big32(struct bytes b, size_t at) {
    return big16(b, at) << 16 | big16(b, at + 2);
}

static unsigned little32(struct bytes b, size_t at) {
    return little16(b, at + 2) << 16 | little16(b, at);
}

/* ISO/IEC 15948 11.2.2: IHDR is the first chunk. */
static void read_png(struct bytes b, struct image_facts *facts) {
    if (b.size >= 24 && memcmp(b.p + 12, "IHDR", 4) == 0) {
        facts->width = big32(b, 16);
        facts->height = big32(b, 20);
    }
}

static void read_gif(struct bytes b, struct image_facts *facts) {
    facts->width = little16(b, 6);
    facts->height = little16(b, 8);
}

/* ITU T.81 B.1, B.2.2: markers up to the frame header. */
static void read_jpeg(struct bytes b, struct image_facts *facts) {
    size_t at = 2;

    while (at + 9 < b.size && b.p[at] == 0xff) {
        unsigned marker = b.p[at + 1];

        if (marker == 0xff) {
            at++; /* fill byte */
            continue;
        }
        if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
            marker != 0xc8 && marker != 0xcc) {
            facts->height = big16(b, at + 5);
            facts->width = big16(b, at + 7);
            return;
        }
        if (marker == 0xda || big16(b, at + 2) < 2) {
            return; /* the scan began, or a length that leads nowhere */
        }
        at += 2 + big16(b, at + 2);
    }
}

/* TIFF 6.0 section 2: the first directory. */
static void read_tiff(struct bytes b, struct image_facts *facts) {
    bool little = b.p[0] == 'I';
    unsigned (*u16)(struct bytes, size_t) = little ? little16 : big16;
    unsigned (*u32)(struct bytes, size_t) = little ? little32 : big32;
    size_t at = u32(b, 4);
    unsigned count = u16(b, at);

    for (unsigned i = 0; i < count && at + 14 <= b.size; i++) {
        size_t entry = at + 2 + 12 * (size_t)i;
        unsigned tag = u16(b, entry);
        /* Type 3 is 16 bits wide, type 4 is 32. */
        unsigned value = u16(b, entry + 2) == 3 ? u16(b, entry + 8)
                                                : u32(b, entry + 8);

        if (tag == 256) {
            facts->width = value;
        } else if (tag == 257) {
            facts->height = value;
            return;
        }
    }
}

/* ISO/IEC 23008-12: the largest ispe property anywhere in meta/iprp/ipco.
 * The boxes before it are found by their name, as thumbnails' are smaller. */
static void read_heic(struct bytes b, struct image_facts *facts) {
    size_t end = b.size < 256 * 1024 ? b.size : 256 * 1024;

    for (size_t at = 4; at + 16 <= end; at++) {
        unsigned width, height;

        if (memcmp(b.p + at, "ispe", 4) != 0) {
            continue;
        }
        width = big32(b, at + 8);
        height = big32(b, at + 12);
        if (width > facts->width) {
            facts->width = width;
            facts->height = height;
        }
    }
}

/* The header's first form has 16 bits; a height below zero: from the top. */
static void read_bmp(struct bytes b, struct image_facts *facts) {
    bool old = little32(b, 14) == 12;
    unsigned height = old ? little16(b, 20) : little32(b, 22);

    facts->width = old ? little16(b, 18) : little32(b, 18);
    facts->height = height > INT32_MAX ? 0U - height : height;
}

/* RFC 9649 2.5 to 2.7: lossy, lossless and extended files. */
static void read_webp(struct bytes b, struct image_facts *facts) {
    if (b.size < 30) {
        return;
    }
    if (b.p[15] == 'L') {
        facts->width = (little32(b, 21) & 0x3fffU) + 1;
        facts->height = (little32(b, 21) >> 14 & 0x3fffU) + 1;
    } else if (b.p[15] == 'X') {
        facts->width = (little32(b, 24) & 0xffffffU) + 1;
        facts->height = (little32(b, 26) >> 8) + 1;
    } else {
        facts->width = little16(b, 26) & 0x3fffU;
        facts->height = little16(b, 28) & 0x3fffU;
    }
}

static const struct format {
    size_t at;
    const char *magic;
    size_t size;
    const char *name;
    void (*read)(struct bytes b, struct image_facts *facts);
} formats[] = {
    {0, "\xff\xd8\xff", 3, "jpeg", read_jpeg},
    {0, "\x89PNG", 4, "png", read_png},
    {0, "GIF8", 4, "gif", read_gif},
    {0, "II*\0", 4, "tiff", read_tiff},
    {0, "MM\0*", 4, "tiff", read_tiff},
    {4, "ftyp", 4, "heic", read_heic},
    {8, "WEBP", 4, "webp", read_webp},
    {0, "BM", 2, "bmp", read_bmp},
};

void image_examine(const void *bytes, size_t size, struct image_facts *facts) {
    struct bytes b = {.p = bytes, .size = size};

    *facts = (struct image_facts){0};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        const struct format *f = &formats[i];

        if (size >= f->at + f->size &&
            memcmp(b.p + f->at, f->magic, f->size) == 0) {
            text_copy(facts->format, sizeof facts->format, f->name);
            f->read(b, facts);
            return;
        }
    }
}
