/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What mail servers write for people about a letter that they return: the many
 * bounces that are no DSN.  Called by bounce.c; pure.
 *
 * A text names many addresses: whom to ask for help, who wrote, who relayed.
 * Each is weighed by where it stands, and the heaviest is taken, the first one
 * of equals.
 */
#include "message/bounce_text.h"

#include "base/text.h"
#include "message/envelope.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

enum {
    ADDRESSES_MAX = 400, /* places in a text that are tried */
    NEAR = 120,          /* bytes before an address that speak of it */
};

/* ---- words --------------------------------------------------------------- */

static const char *const failures[] = {
    "could not be delivered", "cannot be delivered", "can't be delivered",
    "couldn't be delivered", "was not delivered", "not be delivered",
    "unable to deliver", "undeliverable", "undelivered",
    "delivery problems", "delivery failed", "delivery has failed",
    "delivery failure", "delivering your mail", "did not reach",
    "failed to deliver", "failed permanently", "permanent fatal error",
    "permanent error", "following address(es) failed",
    "following addresses failed", "following recipients failed",
    "returned to sender", "returned mail", "returning message",
    "user unknown", "unknown user", "no such user", "mailbox unavailable",
    "mailbox full", "mailbox is full", "over quota", "address rejected",
    "recipient rejected", "could not be sent", "unrouteable address",
    "delivery status notification", "could not send message",
    "hasn't been delivered yet", "not yet been delivered",
    "has been delayed", "tidak dapat dikirim", "tidak dapat disampaikan",
    "tidak terkirim", "gagal terkirim", "gagal dikirim", "belum terkirim",
    "alamat tidak ditemukan", "kotak surat penuh",
};

static const char *const delays[] = {
    "delivery status notification (delay)", "still being retried",
    "will be retried", "will retry", "will continue to try",
    "will keep trying", "continue to be attempted", "warning message only",
    "do not need to resend", "could not send message for past",
    "not yet been delivered", "hasn't been delivered yet",
    "has been delayed", "delivery delayed", "delivery is delayed",
    "delayed mail", "akan dicoba lagi", "belum terkirim",
};

/* ---- enhanced status codes ----------------------------------------------- */

bool bounce_text_is_expired(const char *status) {
    return strcmp(status, "4.4.7") == 0 || strcmp(status, "5.4.7") == 0;
}

/* Three levels of "says nothing": a code without detail, one of nothing but a
 * class, and none at all. */
static int precision(const char *status) {
    size_t n = strlen(status);
    bool subject = n >= 5 && strncmp(status + 1, ".0.", 3) != 0;
    bool detail = n >= 5 && strcmp(status + n - 2, ".0") != 0;

    if (n == 0) {
        return 0;
    }
    return bounce_text_is_expired(status) ? 2 : 1 + subject + detail;
}

bool bounce_text_is_vague(const char *status) {
    return precision(status) < 3;
}

void bounce_text_prefer(char status[16], const char *said) {
    if (said[0] != '\0' && precision(said) >= precision(status)) {
        text_copy(status, 16, said);
    }
}

/* The code at p, if one stands there alone: "5.1.1" but no version, no number
 * of a network (RFC 3463 2: subjects end at 7, numbers have three digits). */
static size_t code_at(const char *text, const char *p, char to[16]) {
    size_t n = strspn(p, "0123456789.");
    unsigned dots = 0, digits = 0;

    if ((p[0] != '4' && p[0] != '5') || p[1] != '.' || p[2] < '0' ||
        p[2] > '7' || p[3] != '.' ||
        (p > text && strchr(" #(<:=\n\t-'\"[/", p[-1]) == NULL)) {
        return n;
    }
    while (n > 0 && p[n - 1] == '.') {
        n--;
    }
    for (size_t i = 0; i < n; i++) {
        dots += p[i] == '.';
        digits = p[i] == '.' ? 0 : digits + 1;
        if (digits > 3) {
            return n;
        }
    }
    if (dots == 2 && digits > 0) {
        text_copy_n(to, 16, p, n);
    }
    return n;
}

void bounce_text_status(const char *text, char to[16]) {
    for (const char *p = text; (p = strpbrk(p, "45")) != NULL;) {
        char code[16] = "";
        size_t n = code_at(text, p, code);

        if (precision(code) > precision(to)) {
            text_copy(to, 16, code);
        }
        p += n > 0 ? n : 1;
    }
}

/* ---- who failed ---------------------------------------------------------- */

static const char stops[] = " \t\r\n<>()[]\"',;:";

/* The address around the '@' at `at`, if it is one. */
static const char *address_at(const char *text, const char *at,
                              char to[LIMIT_ADDRESS], const char **end_r) {
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
    *end_r = end;
    return text_copy_n(to, LIMIT_ADDRESS, start, (size_t)(end - start)) &&
                   text_is_addr_spec(to)
               ? start
               : NULL;
}

/* Right before the address, in the same line. */
static const struct {
    const char *words;
    int weight;
} before[] = {
    {"rcpt to:", 6}, {"delivered to:", 6}, {"delivered to", 5},
    {"delivering your mail to", 6}, {"recipient:", 5},
    {"recipient address:", 6}, {"recipient", 3}, {"following address", 4},
    {"mail from:", -9}, {"contact", -9}, {"please send", -9},
    {"mail to", -6}, {"write to", -9}, {"sender", -6}, {"from:", -9},
    {"from", -4}, {"by", -4}, {"reply-to:", -9}, {"message-id", -9},
    {"errors to", -9}, {"return-path", -9},
};

static const char *line_start(const char *text, const char *p) {
    while (p > text && p[-1] != '\n') {
        p--;
    }
    return p;
}

/* White space, brackets, "* " and a reply code: nothing that speaks. */
static bool leads(const char *line, const char *start) {
    for (const char *p = line; p < start; p++) {
        if (strchr(" \t<*>-\"'(0123456789", *p) == NULL) {
            return false;
        }
    }
    return true;
}

static int weigh(const char *text, const char *start, const char *end) {
    const char *line = line_start(text, start);
    char near[NEAR + 1];
    size_t n = (size_t)(start - line);
    int weight = 1;

    text_copy_n(near, sizeof near, n > NEAR ? start - NEAR : line,
                n > NEAR ? NEAR : n);
    for (size_t i = 0; i < COUNT(before); i++) {
        if (text_find_ci(near, before[i].words) != NULL) {
            weight += before[i].weight;
        }
    }
    while (*end != '\0' && strchr(">\"' \t\r)", *end) != NULL) {
        end++;
    }
    if (leads(line, start)) {
        weight += *end == ':' || *end == '\n' || *end == '\0' ? 5 : 4;
    }
    return weight;
}

static bool is_written_to(const struct mail_facts *f, const char *address) {
    for (size_t i = 0; i < f->recipient_count; i++) {
        if (text_same_address(f->recipients[i], address)) {
            return true;
        }
    }
    return false;
}

static bool is_nobody(const char *address) {
    return text_starts_ci(address, "mailer-daemon@") ||
           text_starts_ci(address, "postmaster@");
}

/* Where the returned letter begins: its addresses are its own. */
static const char *letter_in(const char *text) {
    static const char *const marks[] = {
        "\nReceived:", "\nReturn-Path:", "\n Received:",
        "this is a copy of", "below this line", "unsent message follows",
        "message headers follow", "original message headers",
        "returned message", "original message header",
    };
    const char *first = text + strlen(text);

    for (size_t i = 0; i < COUNT(marks); i++) {
        const char *at = text_find_ci(text, marks[i]);

        if (at != NULL && at < first) {
            first = at;
        }
    }
    return first;
}

/* ---- does it tell? ------------------------------------------------------- */

/* In what the server wrote, not in the letter it returns. */
static bool has_any(const char *text, const char *const *table,
                    size_t count) {
    const char *end = letter_in(text);

    for (size_t i = 0; i < count; i++) {
        const char *at = text_find_ci(text, table[i]);

        if (at != NULL && at < end) {
            return true;
        }
    }
    return false;
}

bool bounce_text_tells(const char *text) {
    char status[16] = "";

    bounce_text_status(text, status);
    return status[0] != '\0' || has_any(text, failures, COUNT(failures));
}

bool bounce_text_is_late(const char *subject, const char *text) {
    return has_any(subject, delays, COUNT(delays)) ||
           has_any(text, delays, COUNT(delays));
}

/* ---- who failed, and which letter ------------------------------------------ */

static void find_recipient(const char *text, const struct mail_facts *f,
                           char to[LIMIT_ADDRESS]) {
    const char *limit = letter_in(text), *end;
    unsigned tries = 0;
    int best = 0;

    for (const char *at = strchr(text, '@');
         at != NULL && at < limit && tries < ADDRESSES_MAX;
         at = strchr(at + 1, '@'), tries++) {
        char address[LIMIT_ADDRESS];
        const char *start = address_at(text, at, address, &end);
        int weight;

        if (start == NULL || is_nobody(address)) {
            continue;
        }
        weight = weigh(text, start, end) - (is_written_to(f, address) ? 4 : 0);
        if (weight > best) {
            best = weight;
            text_copy(to, LIMIT_ADDRESS, address);
        }
    }
}

/* Of a letter that is only quoted. */
static void find_quoted_recipient(const char *text, char to[LIMIT_ADDRESS]) {
    const char *at = text_find_ci(letter_in(text), "\nTo:"), *end;
    const char *sign = at == NULL ? NULL : strchr(at, '@');

    if (sign != NULL && strcspn(at + 1, "\n") > (size_t)(sign - at)) {
        char address[LIMIT_ADDRESS];

        if (address_at(text, sign, address, &end) != NULL) {
            text_copy(to, LIMIT_ADDRESS, address);
        }
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

void bounce_text_read(const char *text, const struct mail_facts *f,
                      struct bounce *b) {
    if (b->recipient[0] == '\0') {
        find_recipient(text, f, b->recipient);
    }
    if (b->recipient[0] == '\0') {
        find_quoted_recipient(text, b->recipient);
    }
    if (b->status[0] == '\0') {
        bounce_text_status(text, b->status);
    }
    find_message_id(text, b);
}
