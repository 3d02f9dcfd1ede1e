/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Own words of replies, for tests/bench/replies.py:
 *     replies [--text] FILE...
 * reads each as a mail (NAME.eml) or as the body of one (NAME.html, else plain
 * text) by the way every mail takes, and prints the number of bytes of its own
 * text, a line feed, and the text.  With --text: what a page says, as the lines
 * of a text mail, before anything is left out.
 */
#include "message/html.h"
#include "message/message.h"

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int no_keys(void *user, struct dkim_key *keys, size_t count) {
    (void)user;
    for (size_t i = 0; i < count; i++) {
        keys[i].outcome = KEY_NOT_FOUND;
    }
    return 0;
}

static int on_attachment(void *user, struct attachment *a, const void *bytes,
                         struct err *e) {
    (void)user;
    (void)a;
    (void)bytes;
    (void)e;
    return 0;
}

static bool ends_in(const char *path, const char *ending) {
    size_t n = strlen(path), m = strlen(ending);

    return n >= m && strcmp(path + n - m, ending) == 0;
}

static const struct message_options options = {
    .own_address = "loket@kota.example", .keys = no_keys, .now = 1};

static void print_text(const char *html, size_t size) {
    struct buf text;

    buf_init(&text, 4 * size + 100);
    (void)html_to_text(&text, html, size, NULL);
    printf("%zu\n%s", text.size, text.data);
    buf_free(&text);
}

static void print_own(const char *path, const char *bytes, size_t size) {
    struct mail_facts *facts = mail_facts_new();
    struct err e = ERR_INIT;
    struct buf mail;

    buf_init(&mail, size + 200);
    if (!ends_in(path, ".eml")) {
        buf_puts(&mail, "From: a@kota.example\nMIME-Version: 1.0\n"
                        "Content-Transfer-Encoding: 8bit\nContent-Type: ");
        buf_puts(&mail, ends_in(path, ".html") ? "text/html" : "text/plain");
        buf_puts(&mail, "; charset=utf-8\n\n");
    }
    buf_put(&mail, bytes, size);
    if (message_read(mail.data, mail.size, &options, on_attachment, NULL,
                     facts, &e) != 0) {
        facts->own_text[0] = '\0'; /* quarantined: nobody's words */
    }
    printf("%zu\n%s", strlen(facts->own_text), facts->own_text);
    buf_free(&mail);
    mail_facts_free(&facts);
}

int main(int argc, char **argv) {
    bool text = argc > 1 && strcmp(argv[1], "--text") == 0;

    for (int i = text ? 2 : 1; i < argc; i++) {
        struct err e = ERR_INIT;
        size_t size;
        char *bytes;

        if (io_read_file(argv[i], LIMIT_MAIL, &bytes, &size, &e) != 0) {
            fprintf(stderr, "%s\n", e.text);
            return 1;
        }
        if (text) {
            print_text(bytes, size);
        } else {
            print_own(argv[i], bytes, size);
        }
        free(bytes);
    }
    return 0;
}
