/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/document/image.c */
#include "document/document.h"

#include "document_corpus.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define BYTES(text) (text), sizeof(text) - 1

static void headers_give_format_and_size(void **state) {
    static const struct {
        const char *bytes;
        size_t size;
        const char *format;
        unsigned width, height;
    } cases[] = {
        {BYTES("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\3\x20\0\0\2\x58"), "png",
         800, 600},
        {BYTES("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0"), "png", 0, 0},
        {BYTES("GIF89a\x20\3\x58\2"), "gif", 800, 600},
        {BYTES("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x20\3\0\0"
               "\x58\2\0\0\1\0"), "bmp", 800, 600},
        {BYTES("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x20\3\0\0"
               "\xa8\xfd\xff\xff\1\0"), "bmp", 800, 600},
        {BYTES("BM\x46"), "bmp", 0, 0},
        {BYTES("RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0\x30\1\0\x9d\1\x2a"
               "\x20\3\x58\2\0\0"), "webp", 800, 600},
        {BYTES("RIFF\x24\0\0\0WEBPVP8L\x18\0\0\0\x2f\x1f\xc3\x95\0"
               "\0\0\0\0\0\0\0\0"), "webp", 800, 600},
        {BYTES("RIFF\x24\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x1f\3\0"
               "\x57\2\0"), "webp", 800, 600},
        {BYTES("RIFF\x24\0\0\0WEBPVP8X"), "webp", 0, 0},
        {BYTES("GIF89a\x20"), "gif", 0, 0},
        /* APP0 of four bytes, a fill byte, then SOF0. */
        {BYTES("\xff\xd8\xff\xe0\0\4ab\xff\xff\xc0\0\x11\x08\2\x58\3\x20\3"),
         "jpeg", 800, 600},
        {BYTES("\xff\xd8\xff\xe0\0\0ab\xff\xc0\0\x11\x08\2\x58\3\x20\3"),
         "jpeg", 0, 0}, /* a length that leads nowhere */
        {BYTES("\xff\xd8\xff\xda\0\4ab\xff\xc0\0\x11\x08\2\x58\3\x20\3"),
         "jpeg", 0, 0}, /* the scan came first */
        {BYTES("II*\0\x08\0\0\0\2\0"
               "\0\1\3\0\1\0\0\0\x20\3\0\0"
               "\1\1\4\0\1\0\0\0\x58\2\0\0"), "tiff", 800, 600},
        {BYTES("MM\0*\0\0\0\x08\0\2"
               "\1\0\0\3\0\0\0\1\3\x20\0\0"
               "\1\1\0\4\0\0\0\1\0\0\2\x58"), "tiff", 800, 600},
        {BYTES("II*\0\xff\xff\xff\xff"), "tiff", 0, 0},
        {BYTES("\0\0\0\x0c" "ftypheic"
               "\0\0\0\x14ispe\0\0\0\0\0\0\0\x40\0\0\0\x30"
               "\0\0\0\x14ispe\0\0\0\0\0\0\3\x20\0\0\2\x58"), "heic", 800,
         600},
        {BYTES("%PDF-1.4"), "", 0, 0},
        {BYTES(""), "", 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct image_facts f;
        /* On the heap, so that valgrind sees a step beyond. */
        char *copy = malloc(cases[i].size + 1);

        memcpy(copy, cases[i].bytes, cases[i].size);
        copy = realloc(copy, cases[i].size == 0 ? 1 : cases[i].size);
        image_examine(copy, cases[i].size, &f);
        assert_string_equal(f.format, cases[i].format);
        assert_int_equal(f.width, cases[i].width);
        assert_int_equal(f.height, cases[i].height);
        free(copy);
    }
}

/* Every picture of the corpus has a size, and none at any cut crashes. */
static void corpus_images_have_sizes(void **state) {
    static const char *const folders[] = {"images/mikel-mail-attachments",
                                          "images/format-corpus-images"};
    unsigned seen = 0;

    (void)state;
    for (size_t k = 0; k < 2; k++) {
        char path[4096], name[1024];
        DIR *dir = NULL;
        struct dirent *entry;

        if (!corpus_path(path, sizeof path, folders[k]) ||
            (dir = opendir(path)) == NULL) {
            print_message("skipped: no shared corpus (images)\n");
            skip();
        }
        while ((entry = readdir(dir)) != NULL) {
            struct image_facts f;
            size_t size;
            char *data;

            snprintf(name, sizeof name, "%s/%s", folders[k], entry->d_name);
            data = corpus_read(name, &size);
            if (data == NULL ||
                document_classify(data, size) != DOCUMENT_IMAGE) {
                free(data);
                continue;
            }
            for (size_t cut = 0; cut < size && cut < 2000; cut++) {
                image_examine(data, cut, &f);
            }
            image_examine(data, size, &f);
            print_message("%s: %s %ux%u\n", entry->d_name, f.format, f.width,
                          f.height);
            assert_true(f.width > 0 && f.height > 0);
            seen++;
            free(data);
        }
        closedir(dir);
    }
    assert_true(seen > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_give_format_and_size),
        cmocka_unit_test(corpus_images_have_sizes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
