/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers as mail programs lay them out, for stories: the layouts of
 * message_layouts.h around a letter that the lab's office has sent.
 *
 *   layouts                      the names, one a line; language behind a tab
 *   layouts N OWN TEXT [PAGE]    MIME fields and body of an answer in layout N
 *                                (from 0) that says OWN and quotes the letter
 *                                whose text and page are these files
 */
#include "message_layouts.h"

#include "base/io.h"

#include <stdint.h>

static int list(void) {
    for (size_t i = 0; i < LAYOUTS; i++) {
        printf("%s\t%s\n", layouts[i].name,
               language_name(layouts[i].language));
    }
    return 0;
}

static char *read_file(const char *path) {
    struct err e = ERR_INIT;
    char *bytes;
    size_t size;

    if (io_read_file(path, 4 << 20, &bytes, &size, &e) != 0) {
        fprintf(stderr, "layouts: %s\n", e.text);
        exit(1);
    }
    return bytes;
}

/* What begins with the MIME fields; who writes it is the story's. */
static int write_answer(size_t n, const char *own, const char *text,
                        const char *page) {
    struct quoted q = {.language = layouts[n].language,
                       .text = read_file(text),
                       .page = page == NULL ? NULL : read_file(page)};
    struct answer a = {.layout = &layouts[n], .quoted = &q, .own = own,
                       .body = layouts[n].page == NULL || page == NULL
                                   ? BODY_TEXT
                                   : BODY_BOTH};
    struct buf mail;

    buf_init(&mail, 8 << 20);
    if (!answer_write(&a, &mail)) {
        return 1;
    }
    fputs(strstr(mail.data, "MIME-Version:"), stdout);
    buf_free(&mail);
    quoted_free(&q);
    return 0;
}

int main(int argc, char **argv) {
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;

    if (argc == 1) {
        return list();
    }
    if (argc < 4 || argc > 5 || n >= LAYOUTS) {
        fputs("Usage: layouts [N OWN TEXT [PAGE]]\n", stderr);
        return 2;
    }
    return write_answer(n, argv[2], argv[3], argc == 5 ? argv[4] : NULL);
}
