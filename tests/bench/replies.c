/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Own words of replies, for tests/bench/replies.py:
 *     replies FILE...
 * reads each as a mail (NAME.eml) or as the body of one (NAME.html, else plain
 * text) by the way every mail takes, and prints the number of bytes of its own
 * text, a line feed, and the text.
 */
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

static void put_header(struct buf *mail, const char *path) {
    if (ends_in(path, ".eml")) {
        return;
    }
    buf_puts(mail, "From: a@kota.example\nMIME-Version: 1.0\nContent-Type: ");
    buf_puts(mail, ends_in(path, ".html") ? "text/html" : "text/plain");
    buf_puts(mail, "; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n");
}

static int print_own(const char *path, struct mail_facts *facts) {
    static const struct message_options options = {
        .own_address = "loket@kota.example", .keys = no_keys, .now = 1};
    struct err e = ERR_INIT;
    struct buf mail;
    size_t size;
    char *raw;

    if (io_read_file(path, LIMIT_MAIL, &raw, &size, &e) != 0) {
        fprintf(stderr, "%s\n", e.text);
        return -1;
    }
    buf_init(&mail, size + 200);
    put_header(&mail, path);
    buf_put(&mail, raw, size);
    if (message_read(mail.data, mail.size, &options, on_attachment, NULL,
                     facts, &e) != 0) {
        facts->own_text[0] = '\0'; /* quarantined: nobody's words */
    }
    printf("%zu\n%s", strlen(facts->own_text), facts->own_text);
    buf_free(&mail);
    free(raw);
    return 0;
}

int main(int argc, char **argv) {
    struct mail_facts *facts = mail_facts_new();
    int got = 0;

    for (int i = 1; i < argc && got == 0; i++) {
        got = print_own(argv[i], facts);
    }
    mail_facts_free(&facts);
    return got == 0 ? 0 : 1;
}
