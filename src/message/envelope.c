/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the top header of a mail says about the mail itself: subject, ids,
 * date, and the digest by which copies are known again (I3, V024).  Called by
 * mime.c; reads the raw header through header.c and uses no library.
 */
#include "message/envelope.h"

#include "base/mem.h"
#include "base/text.h"
#include "message/charset.h"
#include "message/clean.h"
#include "message/header.h"
#include "message/words.h"

#include <stdlib.h>
#include <string.h>

const char *envelope_take_id(const char *text, char id[LIMIT_MESSAGE_ID]) {
    const char *open = strchr(text, '<');
    const char *close = open == NULL ? NULL : strchr(open, '>');

    id[0] = '\0';
    if (close == NULL) {
        return NULL;
    }
    /* An id that is too long or has spaces names nothing of ours. */
    if (close - open - 1 < LIMIT_MESSAGE_ID &&
        memchr(open, ' ', (size_t)(close - open)) == NULL) {
        clean_line(id, LIMIT_MESSAGE_ID, open + 1, (size_t)(close - open - 1));
    }
    return close + 1;
}

static void read_id(const char *raw, size_t size, const char *name,
                    char id[LIMIT_MESSAGE_ID]) {
    char *value = header_get(raw, size, name);

    id[0] = '\0';
    if (value != NULL) {
        (void)envelope_take_id(value, id);
        free(value);
    }
}

/* The last ones: the nearest ancestors stand at the end (RFC 5322 3.6.4). */
static void read_references(const char *raw, size_t size,
                            struct mail_facts *facts) {
    char *value = header_get(raw, size, "References");
    const char *at = value;
    char id[LIMIT_MESSAGE_ID];

    facts->reference_count = 0;
    while (at != NULL && (at = envelope_take_id(at, id)) != NULL) {
        if (id[0] == '\0') {
            continue;
        }
        if (facts->reference_count == LIMIT_REFERENCES) {
            memmove(facts->references[0], facts->references[1],
                    (LIMIT_REFERENCES - 1) * sizeof facts->references[0]);
            facts->reference_count--;
        }
        text_copy(facts->references[facts->reference_count++],
                  LIMIT_MESSAGE_ID, id);
    }
    free(value);
}

/* A run of digits of at most `most` digits, or -1; moves *p behind it. */
static int read_number(const char **p, size_t most) {
    int n = 0;
    size_t digits = 0;

    while (**p >= '0' && **p <= '9' && digits < most) {
        n = n * 10 + (**p - '0');
        (*p)++;
        digits++;
    }
    return digits == 0 ? -1 : n;
}

static void skip_space(const char **p) {
    *p += strspn(*p, " \t");
}

static int read_month(const char **p) {
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    char word[4] = "";

    if (strlen(*p) < 3) {
        return 0;
    }
    for (size_t i = 0; i < 3; i++) {
        word[i] = (char)((*p)[i] | 0x20);
    }
    for (int m = 0; m < 12; m++) {
        if (memcmp(names + 3 * m, word, 3) == 0) {
            *p += 3;
            return m + 1;
        }
    }
    return 0;
}

/* "+0700" or a name; unknown names mean UTC (RFC 5322 4.3). */
static bool read_zone(const char *p, int *minutes_r) {
    static const struct {
        const char *name;
        int minutes;
    } zones[] = {{"EDT", -240}, {"EST", -300}, {"CDT", -300}, {"CST", -360},
                 {"MDT", -360}, {"MST", -420}, {"PDT", -420}, {"PST", -480},
                 {"WIB", 420},  {"WITA", 480}, {"WIT", 540}};
    int sign = *p == '-' ? -1 : 1;

    *minutes_r = 0;
    if (*p == '+' || *p == '-') {
        int n;

        p++;
        if (strspn(p, "0123456789") < 4) {
            return false;
        }
        n = read_number(&p, 4);
        *minutes_r = sign * (n / 100 * 60 + n % 100);
        return n % 100 < 60 && n < 2400;
    }
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        if (text_starts_ci(p, zones[i].name)) {
            *minutes_r = zones[i].minutes;
            break;
        }
    }
    return true;
}

/* "10:15:00" or "10:15". */
static bool read_clock(const char **p, struct civil *c) {
    c->hour = read_number(p, 2);
    if (**p != ':') {
        return false;
    }
    (*p)++;
    c->minute = read_number(p, 2);
    if (**p == ':') {
        (*p)++;
        c->second = read_number(p, 2);
    }
    return c->hour >= 0 && c->hour < 24 && c->minute >= 0 && c->minute < 60 &&
           c->second >= 0 && c->second <= 60;
}

bool envelope_read_date(const char *text, usec_t *t_r) {
    struct civil c = {0};
    const char *comma = strchr(text, ',');
    int zone;

    if (comma != NULL) {
        text = comma + 1;
    }
    skip_space(&text);
    c.day = read_number(&text, 2);
    text += strspn(text, " \t-");
    c.month = read_month(&text);
    text += strspn(text, " \t-");
    c.year = read_number(&text, 4);
    skip_space(&text);
    if (c.day < 1 || c.day > 31 || c.month == 0 || c.year < 0 ||
        !read_clock(&text, &c)) {
        return false;
    }
    if (c.year < 100) { /* two digits: RFC 5322 4.3 */
        c.year += c.year < 50 ? 2000 : 1900;
    }
    skip_space(&text);
    if (c.year < 1970 || !read_zone(text, &zone)) {
        return false;
    }
    *t_r = civil_to(&c, zone);
    return true;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

/* The body with '\n' line ends, each run of white space as one space, and none
 * at line and text end: what relays change, and what a relaxed signature lets
 * anybody change (RFC 6376 3.4.4). */
static char *plain_body(const char *raw, size_t size, size_t *size_r) {
    char *body = xmalloc(size + 1);
    size_t n = 0, keep = 0;

    for (size_t i = 0; i < size; i++) {
        if (raw[i] == '\n') {
            n = keep; /* white space before the line end goes */
            body[n++] = '\n';
            keep = n;
        } else if (!is_blank(raw[i])) {
            body[n++] = raw[i];
            keep = n;
        } else if (n == keep) {
            body[n++] = ' ';
        }
    }
    for (n = keep; n > 0 && body[n - 1] == '\n'; n--) {
    }
    *size_r = n;
    return body;
}

static struct digest digest_content(const char *raw, size_t size) {
    static const char *const names[] = {"From", "Message-ID", "Date",
                                        "Subject"};
    struct digest_part parts[5] = {{"", 0}, {"", 0}, {"", 0}, {"", 0}};
    size_t at = header_body(raw, size), body_size;
    char *body = plain_body(raw + at, size - at, &body_size);
    char *values[4];
    struct digest d;

    for (size_t i = 0; i < 4; i++) {
        values[i] = header_get(raw, size, names[i]);
        if (values[i] != NULL) {
            text_squeeze(values[i]);
            parts[i] = (struct digest_part){values[i], strlen(values[i])};
        }
    }
    parts[4] = (struct digest_part){body, body_size};
    d = digest_parts(parts, 5);
    for (size_t i = 0; i < 4; i++) {
        free(values[i]);
    }
    free(body);
    return d;
}

static bool put_charset(struct buf *to, const char *charset, const char *data,
                        size_t size) {
    return charset_put(to, charset, data, size, NULL);
}

void envelope_read(const char *raw, size_t size, struct mail_facts *facts) {
    char *subject = header_get(raw, size, "Subject");
    char *date = header_get(raw, size, "Date");

    facts->subject[0] = '\0';
    if (subject != NULL) {
        words_decode(facts->subject, sizeof facts->subject, subject,
                     put_charset);
    }
    facts->has_date = date != NULL && envelope_read_date(date, &facts->date);
    if (!facts->has_date) {
        facts->date = 0;
    }
    read_id(raw, size, "Message-ID", facts->message_id);
    read_id(raw, size, "In-Reply-To", facts->in_reply_to);
    read_references(raw, size, facts);
    facts->content = digest_content(raw, size);
    free(subject);
    free(date);
}
