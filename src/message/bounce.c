/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Returned mail: delivery status notifications (RFC 3464) and, less surely,
 * what mail servers write for people.  Called by mime.c for mail that
 * automatic.c took for a bounce.  The values are claims of a stranger: match()
 * compares them with our letters and uses nothing else.
 */
#include "message/bounce.h"

#include "base/text.h"
#include "message/envelope.h"
#include "message/header.h"

#include <stdlib.h>
#include <string.h>

enum { ADDRESSES_MAX = 400 }; /* places in a text that are tried */

/* "rfc822; budi@kota.example", with or without the type and brackets. */
static void take_recipient(const char *value, char to[LIMIT_ADDRESS]) {
    char address[LIMIT_ADDRESS];
    const char *p = strchr(value, ';');
    size_t n;

    p = p == NULL ? value : p + 1;
    p += strspn(p, " \t<");
    n = strcspn(p, " \t>,;(");
    if (*to == '\0' && text_copy_n(address, sizeof address, p, n) &&
        text_is_addr_spec(address)) {
        text_copy(to, LIMIT_ADDRESS, address);
    }
}

/* "5.1.1", perhaps with a comment behind (RFC 3463 2; subjects end at 7). */
static void take_status(const char *value, char to[16]) {
    size_t n = strspn(value, "0123456789.");

    if (n >= 5 && n < 12 && strchr("245", value[0]) != NULL &&
        value[1] == '.' && value[2] <= '7' && value[3] == '.') {
        text_copy_n(to, 16, value, n);
    }
}

/* One group of fields in a delivery-status. */
struct group {
    struct bounce bounce;
    bool has_recipient, failed;
};

static void read_field(const struct header_field *f, struct group *g) {
    char *value = header_unfold(f);

    if (header_is(f, "Original-Recipient") ||
        header_is(f, "Final-Recipient") ||
        header_is(f, "X-Actual-Recipient")) {
        g->has_recipient = true;
        if (header_is(f, "Original-Recipient")) {
            g->bounce.recipient[0] = '\0'; /* what we wrote, before aliases */
        }
        take_recipient(value, g->bounce.recipient);
    } else if (header_is(f, "Action")) {
        g->failed = text_starts_ci(value, "fail");
    } else if (header_is(f, "Status")) {
        take_status(value, g->bounce.status);
    }
    free(value);
}

static void keep(const struct bounce *from, struct bounce *to) {
    if (to->recipient[0] == '\0') {
        text_copy(to->recipient, sizeof to->recipient, from->recipient);
        text_copy(to->status, sizeof to->status, from->status);
    }
}

bool bounce_from_status(const char *status, size_t size, struct bounce *b) {
    const char *end = status + size;
    bool named = false, failed = false;

    while (status < end) {
        struct header_reader r;
        struct header_field f;
        struct group g = {0};

        header_open(&r, status, (size_t)(end - status));
        while (header_next(&r, &f) == 1) {
            read_field(&f, &g);
        }
        named = named || g.has_recipient;
        if (g.has_recipient && g.failed) {
            failed = true;
            keep(&g.bounce, b);
        }
        if (r.at == status) { /* a line that is no field */
            const char *nl = memchr(status, '\n', (size_t)(end - status));

            r.at = nl == NULL ? end : nl + 1;
        }
        status = r.at;
    }
    return failed || !named;
}

void bounce_from_returned(const char *raw, size_t size, struct bounce *b) {
    char *id = header_get(raw, size, "Message-ID");
    char *to = header_get(raw, size, "To");

    if (id != NULL && b->message_id[0] == '\0') {
        (void)envelope_take_id(id, b->message_id);
    }
    if (to != NULL && b->recipient[0] == '\0') {
        const char *angle = strrchr(to, '<');

        take_recipient(angle == NULL ? to : angle, b->recipient);
    }
    free(id);
    free(to);
}

void bounce_from_header(const char *raw, size_t size, struct bounce *b) {
    char *value = header_get(raw, size, "X-Failed-Recipients");

    if (value != NULL) {
        take_recipient(value, b->recipient);
        free(value);
    }
}

/* The address around the '@' at `at`, if it is one. */
static bool address_at(const char *text, const char *at,
                       char to[LIMIT_ADDRESS]) {
    static const char stops[] = " \t\n<>()[]\"',;:";
    const char *start = at, *end = at;

    while (start > text && at - start < LIMIT_ADDRESS &&
           strchr(stops, start[-1]) == NULL) {
        start--;
    }
    while (*end != '\0' && end - at < LIMIT_ADDRESS &&
           strchr(stops, *end) == NULL) {
        end++;
    }
    while (end > at && end[-1] == '.') {
        end--;
    }
    return text_copy_n(to, LIMIT_ADDRESS, start, (size_t)(end - start)) &&
           text_is_addr_spec(to);
}

/* "550 5.1.1", "#5.1.1", "(5.1.1)": an enhanced code that stands alone. */
static void find_status(const char *text, char to[16]) {
    for (const char *p = text; *to == '\0' && (p = strpbrk(p, "45")) != NULL;
         p++) {
        size_t n = strspn(p, "0123456789.");

        if (p[1] == '.' && n >= 5 && n <= 9 && p[n - 1] != '.' &&
            (p == text || strchr(" #(<:=\n", p[-1]) != NULL)) {
            take_status(p, to);
        }
        p += n - 1;
    }
}

static void find_message_id(const char *text, struct bounce *b) {
    const char *at = text;

    while (b->message_id[0] == '\0' &&
           (at = text_find_ci(at, "Message-ID:")) != NULL) {
        (void)envelope_take_id(at, b->message_id);
        at++;
    }
}

void bounce_from_text(const char *text, struct bounce *b) {
    const char *limit = text_find_ci(text, "\nReceived:");
    unsigned tries = 0;

    /* Addresses behind the returned header belong to the letter. */
    for (const char *at = strchr(text, '@');
         at != NULL && b->recipient[0] == '\0' && tries < ADDRESSES_MAX &&
         (limit == NULL || at < limit);
         at = strchr(at + 1, '@'), tries++) {
        char address[LIMIT_ADDRESS];

        if (address_at(text, at, address) &&
            !text_starts_ci(address, "postmaster@") &&
            !text_starts_ci(address, "mailer-daemon@")) {
            text_copy(b->recipient, sizeof b->recipient, address);
        }
    }
    find_status(text, b->status);
    find_message_id(text, b);
}
