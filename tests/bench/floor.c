/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The floor of the benchmark: each step that every application must go
 * through, alone, one after the other, in one process, over the same mails.
 * Loket can be compared with their sum: what it costs to do more (isolation,
 * checks, decisions, letters) and what it saves by working side by side.
 *
 *   floor fetch PORT USER PASSWORD-FILE CA COUNT   IMAPS, 50 a FETCH
 *   floor mime FOLDER                              *.eml: parse, decode all
 *   floor pdf FOLDER                               *.pdf: text of all pages
 *   floor commit FILE COUNT                        one row, WAL and FULL
 *   floor send PORT USER PASSWORD-FILE CA COUNT BYTES   SMTPS, one connection
 *
 * Prints one JSON object.  Called by tests/bench/bench.py; checks nothing of
 * Loket's own beyond the IMAP session, which is the one Loket uses.
 */
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/settings.h"
#include "net/imap.h"

#include <curl/curl.h>
#include <dirent.h>
#include <gmime/gmime.h>
#include <poll.h>
#include <poppler.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct file {
    char *data;
    size_t size;
};

struct files {
    size_t count;
    struct file *list;
};

static _Noreturn void die(const char *what, const char *why) {
    fprintf(stderr, "floor: %s: %s\n", what, why);
    exit(1);
}

static size_t number(const char *text) {
    return (size_t)strtoul(text, NULL, 10);
}

static void report(const char *step, size_t count, size_t bytes, usec_t began) {
    double sec = (double)(clock_monotonic() - began) / 1e6;

    printf("{\"step\": \"%s\", \"count\": %zu, \"bytes\": %zu, \"sec\": %.6f}\n",
           step, count, bytes, sec);
}

/* Every file of the folder whose name ends so, in memory. */
static struct files load(const char *folder, const char *ending) {
    struct files f = {0};
    DIR *dir = opendir(folder);
    struct dirent *entry;

    if (dir == NULL) {
        die(folder, "cannot be opened");
    }
    while ((entry = readdir(dir)) != NULL) {
        size_t n = strlen(entry->d_name), m = strlen(ending);
        struct err e = ERR_INIT;
        char *path;

        if (n <= m || strcmp(entry->d_name + n - m, ending) != 0) {
            continue;
        }
        path = xasprintf("%s/%s", folder, entry->d_name);
        f.list = xreallocarray(f.list, f.count + 1, sizeof *f.list);
        if (io_read_file(path, LIMIT_MAIL, &f.list[f.count].data,
                         &f.list[f.count].size, &e) != 0) {
            die(path, e.text);
        }
        f.count++;
        free(path);
    }
    closedir(dir);
    return f;
}

static void unload(struct files *f) {
    for (size_t i = 0; i < f->count; i++) {
        free(f->list[i].data);
    }
    free(f->list);
}

static char *secret(const char *path) {
    struct err e = ERR_INIT;
    char *text;

    if (io_read_secret(path, &text, &e) != 0) {
        die("password", e.text);
    }
    return text;
}

/* ---- fetch ---------------------------------------------------------------- */

struct fetched {
    size_t count, bytes;
};

static void on_mail(void *user, size_t index, const char *data, size_t size) {
    struct fetched *f = user;

    (void)index, (void)data;
    f->count++;
    f->bytes += size;
}

/* Nothing else to serve: poll(2). */
static int wait_for(void *user, int fd, short events, usec_t until) {
    struct pollfd p = {.fd = fd, .events = events};
    usec_t left = until - clock_monotonic();

    (void)user;
    return poll(&p, 1, left <= 0 ? 0 : (int)(left / 1000) + 1) > 0;
}

static int floor_fetch(char **argv) {
    struct server server = {.host = "127.0.0.1", .timeout_sec = 30,
                            .command_sec = 60, .idle_sec = 60, .poll_sec = 60};
    size_t most = number(argv[4]), count = 0;
    struct imap_item *items = NULL;
    struct fetched got = {0};
    struct err e = ERR_INIT;
    char *password = secret(argv[2]);
    struct imap *im;
    uint32_t next;
    usec_t began;

    server.port = (uint16_t)number(argv[0]);
    text_copy(server.user, sizeof server.user, argv[1]);
    text_copy(server.ca_file, sizeof server.ca_file, argv[3]);
    if (imap_open(&server, password, "INBOX", wait_for, NULL, &im, &e) != 0 ||
        imap_list(im, 1, 0, &items, &count, &next, &e) != 0) {
        die("imap", e.text);
    }
    began = clock_monotonic();
    for (size_t i = 0; i < count && i < most; i += LIMIT_BATCH_MAILS) {
        size_t n = count - i < LIMIT_BATCH_MAILS ? count - i
                                                 : LIMIT_BATCH_MAILS;

        if (imap_fetch(im, items + i, n, on_mail, &got, &e) != 0) {
            die("fetch", e.text);
        }
    }
    report("fetch", got.count, got.bytes, began);
    imap_close(&im);
    free(items);
    free(password);
    return 0;
}

/* ---- mime ----------------------------------------------------------------- */

static void decode_part(GMimeObject *parent, GMimeObject *part, void *user) {
    size_t *bytes = user;

    (void)parent;
    if (GMIME_IS_PART(part)) {
        GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(part));
        GMimeStream *to = g_mime_stream_mem_new();

        if (content != NULL) {
            *bytes += (size_t)g_mime_data_wrapper_write_to_stream(content, to);
        }
        g_object_unref(to);
    }
}

static int floor_mime(char **argv) {
    struct files f = load(argv[0], ".eml");
    size_t bytes = 0;
    usec_t began;

    g_mime_init();
    began = clock_monotonic();
    for (size_t i = 0; i < f.count; i++) {
        GMimeStream *in = g_mime_stream_mem_new_with_buffer(f.list[i].data,
                                                            f.list[i].size);
        GMimeParser *parser = g_mime_parser_new_with_stream(in);
        GMimeMessage *mail = g_mime_parser_construct_message(parser, NULL);

        if (mail != NULL) { /* of strangers' mails a few are none */
            g_mime_message_foreach(mail, decode_part, &bytes);
            g_object_unref(mail);
        }
        g_object_unref(parser);
        g_object_unref(in);
    }
    report("mime", f.count, bytes, began);
    unload(&f);
    return 0;
}

/* ---- pdf ------------------------------------------------------------------ */

static int floor_pdf(char **argv) {
    struct files f = load(argv[0], ".pdf");
    size_t bytes = 0;
    usec_t began = clock_monotonic();

    for (size_t i = 0; i < f.count; i++) {
        GBytes *data = g_bytes_new_static(f.list[i].data, f.list[i].size);
        PopplerDocument *doc = poppler_document_new_from_bytes(data, NULL, NULL);

        if (doc == NULL) {
            die("pdf", "a document cannot be read");
        }
        for (int p = 0; p < poppler_document_get_n_pages(doc); p++) {
            PopplerPage *page = poppler_document_get_page(doc, p);
            char *text = poppler_page_get_text(page);

            bytes += strlen(text);
            g_free(text);
            g_object_unref(page);
        }
        g_object_unref(doc);
        g_bytes_unref(data);
    }
    report("pdf", f.count, bytes, began);
    unload(&f);
    return 0;
}

/* ---- commit --------------------------------------------------------------- */

static void sql(sqlite3 *db, const char *text) {
    char *why = NULL;

    if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK) {
        die(text, why == NULL ? "failed" : why);
    }
}

static int floor_commit(char **argv) {
    size_t count = number(argv[1]);
    sqlite3_stmt *insert;
    sqlite3 *db;
    usec_t began;

    if (sqlite3_open(argv[0], &db) != SQLITE_OK) {
        die(argv[0], "cannot be opened");
    }
    sql(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
            "CREATE TABLE mail (id INTEGER PRIMARY KEY, facts BLOB)");
    if (sqlite3_prepare_v2(db, "INSERT INTO mail (facts) VALUES (zeroblob(400))",
                           -1, &insert, NULL) != SQLITE_OK) {
        die("insert", sqlite3_errmsg(db));
    }
    began = clock_monotonic();
    for (size_t i = 0; i < count; i++) {
        if (sqlite3_step(insert) != SQLITE_DONE) {
            die("commit", sqlite3_errmsg(db));
        }
        sqlite3_reset(insert);
    }
    report("commit", count, count * 400, began);
    sqlite3_finalize(insert);
    sqlite3_close(db);
    return 0;
}

/* ---- send ----------------------------------------------------------------- */

struct outgoing {
    const char *data;
    size_t size, at;
};

static size_t on_read(char *to, size_t size, size_t count, void *user) {
    struct outgoing *l = user;
    size_t n = l->size - l->at < size * count ? l->size - l->at : size * count;

    memcpy(to, l->data + l->at, n);
    l->at += n;
    return n;
}

static char *make_letter(size_t size) {
    static const char head[] = "From: loket@kota.test\r\nTo: a@kota.test\r\n"
                               "Subject: diterima\r\n\r\n";
    char *data = xmalloc(size + sizeof head + 80);
    size_t at = sizeof head - 1;

    memcpy(data, head, at);
    while (at < size) {
        memset(data + at, 'x', 70);
        memcpy(data + at + 70, "\r\n", 2);
        at += 72;
    }
    data[at] = '\0';
    return data;
}

static CURL *open_relay(char **argv, struct curl_slist *to, struct outgoing *l) {
    CURL *c = curl_easy_init();
    char *url = xasprintf("smtps://127.0.0.1:%s/kota.test", argv[0]);
    char *password = secret(argv[2]);

    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_CAINFO, argv[3]);
    curl_easy_setopt(c, CURLOPT_USERNAME, argv[1]);
    curl_easy_setopt(c, CURLOPT_PASSWORD, password);
    curl_easy_setopt(c, CURLOPT_MAIL_FROM, "loket@kota.test");
    curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)l->size);
    curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(c, CURLOPT_READDATA, l);
    free(url);
    free(password);
    return c;
}

static int floor_send(char **argv) {
    size_t count = number(argv[4]);
    struct curl_slist *to = curl_slist_append(NULL, "floor@kota.test");
    char *data = make_letter(number(argv[5]));
    struct outgoing l = {.data = data, .size = strlen(data)};
    CURL *c;
    usec_t began;

    curl_global_init(CURL_GLOBAL_DEFAULT);
    c = open_relay(argv, to, &l);
    began = clock_monotonic();
    for (size_t i = 0; i < count; i++) {
        CURLcode rc;

        l.at = 0;
        rc = curl_easy_perform(c);
        if (rc != CURLE_OK) {
            die("send", curl_easy_strerror(rc));
        }
    }
    report("send", count, count * l.size, began);
    curl_easy_cleanup(c);
    curl_slist_free_all(to);
    free(data);
    return 0;
}

int main(int argc, char **argv) {
    static const struct {
        const char *step;
        int arguments;
        int (*run)(char **argv);
    } steps[] = {
        {"fetch", 5, floor_fetch}, {"mime", 1, floor_mime},
        {"pdf", 1, floor_pdf},     {"commit", 2, floor_commit},
        {"send", 6, floor_send},
    };

    for (size_t i = 0; argc > 1 && i < sizeof steps / sizeof steps[0]; i++) {
        if (strcmp(argv[1], steps[i].step) == 0 &&
            argc == steps[i].arguments + 2) {
            return steps[i].run(argv + 2);
        }
    }
    fputs("usage: floor fetch|mime|pdf|commit|send ARG...; see its source\n",
          stderr);
    return 100;
}
