/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Returned mail: delivery status notifications (RFC 3464, RFC 6533) and the
 * many that are none.  Called by mime.c, part by part and then once for all;
 * and by message.c for what the gate refuses.  The values are claims of a
 * stranger: match() compares them with our letters and uses nothing else.
 *
 * Witnesses, the surest first:  X-Failed-Recipients (Exim), the delivery
 * status, the text for people (bounce_text.c), the returned letter.  Which
 * letter it was, only the letter's own header, its header quoted in the text,
 * and the bounce's In-Reply-To say.
 */
#include "message/bounce.h"

#include "base/buf.h"
#include "base/text.h"
#include "message/automatic.h"
#include "message/bounce_text.h"
#include "message/envelope.h"
#include "message/header.h"

#include <stdlib.h>
#include <string.h>

/* ---- a delivery status --------------------------------------------------- */

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

/* "5.1.1", perhaps with a comment behind (RFC 3463 2). */
static void take_status(const char *value, char to[16]) {
    size_t n = strspn(value, "0123456789.");

    if (n >= 5 && n < 12 && strchr("245", value[0]) != NULL &&
        value[1] == '.' && value[2] <= '7' && value[3] == '.') {
        text_copy_n(to, 16, value, n);
    }
}

/* One group of fields. */
struct group {
    struct bounce bounce;
    char said[16]; /* the other server's own code, in Diagnostic-Code */
    char action[16];
    bool has_recipient;
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
        text_copy_n(g->action, sizeof g->action, value,
                    strcspn(value, " \t;("));
    } else if (header_is(f, "Status")) {
        take_status(value, g->bounce.status);
    } else if (header_is(f, "Diagnostic-Code")) {
        bounce_text_status(value, g->said);
    }
    free(value);
}

/* RFC 3464 2.3.3.  Without an action, or with a word that is none, the class
 * of the status says whether it is still tried. */
static void judge(const struct group *g, struct bounce_seen *s) {
    bool done = text_equal_ci(g->action, "delivered") ||
                text_equal_ci(g->action, "relayed") ||
                text_equal_ci(g->action, "expanded") ||
                (g->action[0] == '\0' && g->bounce.status[0] == '2');
    bool late = text_equal_ci(g->action, "delayed") ||
                (g->action[0] == '\0' && g->bounce.status[0] == '4');

    if (done) {
        s->done = true;
        return;
    }
    if (late ? !s->failed && !s->late : !s->failed) {
        s->report = g->bounce;
        s->report.delayed = late;
    }
    s->late = s->late || late;
    s->failed = s->failed || !late;
}

void bounce_see_status(struct bounce_seen *s, const char *status,
                       size_t size) {
    const char *end = status + size;

    s->status = true;
    while (status < end) {
        struct header_reader r;
        struct header_field f;
        struct group g = {0};

        header_open(&r, status, (size_t)(end - status));
        while (header_next(&r, &f) == 1) {
            read_field(&f, &g);
        }
        if (g.has_recipient) {
            bounce_text_prefer(g.bounce.status, g.said);
            s->spoken = s->spoken || (g.said[0] != '\0' &&
                                      !bounce_text_is_expired(g.said));
            judge(&g, s);
        }
        if (r.at == status) { /* a line that is no field */
            const char *nl = memchr(status, '\n', (size_t)(end - status));

            r.at = nl == NULL ? end : nl + 1;
        }
        status = r.at;
    }
}

void bounce_see_letter(struct bounce_seen *s, const char *raw, size_t size) {
    char *id = header_get(raw, size, "Message-ID");
    char *to = header_get(raw, size, "To");
    struct bounce *b = &s->returned;

    s->letter = true;
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

/* ---- all together -------------------------------------------------------- */

static bool is_bounce(const struct bounce_seen *s, const char *raw,
                      size_t size, const char *text,
                      const struct mail_facts *f) {
    bool machine = f->automatic == AUTOMATIC_REPLY ||
                   automatic_is_machine(raw, size);

    if (f->automatic == AUTOMATIC_OWN ||
        (s->done && !s->failed && !s->late)) {
        return false; /* ours; or it arrived, and somebody wants us to know */
    }
    return f->automatic == AUTOMATIC_BOUNCE ||
           (machine && (s->failed || s->late)) ||
           (machine && s->letter && bounce_text_tells(text));
}

/* X-Failed-Recipients of the bounce itself (Exim). */
static void take_header(const char *raw, size_t size, struct bounce *b) {
    char *value = header_get(raw, size, "X-Failed-Recipients");

    if (value != NULL) {
        take_recipient(value, b->recipient);
        free(value);
    }
}

/* Exchange and others answer the letter that failed. */
static void take_answered(const struct mail_facts *f, struct bounce *b) {
    const char *id = f->in_reply_to[0] != '\0' ? f->in_reply_to
                     : f->reference_count > 0
                         ? f->references[f->reference_count - 1]
                         : "";

    text_copy(b->message_id, sizeof b->message_id, id);
}

void bounce_finish(const struct bounce_seen *s, const char *raw, size_t size,
                   const char *text, struct mail_facts *f) {
    const struct bounce *report = &s->report;
    struct bounce *b = &f->bounce;
    char said[16] = "";

    *b = (struct bounce){0};
    if (!is_bounce(s, raw, size, text, f)) {
        if (f->automatic == AUTOMATIC_BOUNCE) {
            f->automatic = AUTOMATIC_REPLY;
        }
        return;
    }
    f->automatic = AUTOMATIC_BOUNCE;
    b->delayed = s->failed ? false
                 : s->late ? true
                           : bounce_text_is_late(f->subject, text);
    take_header(raw, size, b);
    if (b->recipient[0] == '\0') {
        text_copy(b->recipient, sizeof b->recipient, report->recipient);
    }
    text_copy(b->status, sizeof b->status, report->status);
    text_copy(b->message_id, sizeof b->message_id, s->returned.message_id);
    bounce_text_read(text, f, b);
    if (!s->spoken && bounce_text_is_vague(b->status)) {
        bounce_text_status(text, said);
        bounce_text_prefer(b->status, said);
    }
    if (b->recipient[0] == '\0') {
        text_copy(b->recipient, sizeof b->recipient, s->returned.recipient);
    }
    if (b->message_id[0] == '\0') {
        take_answered(f, b);
    }
}

/* ---- what the gate refuses ----------------------------------------------- */

/* Refused for what only matters where somebody is to be believed, or where a
 * library is to take it apart.  Limits are limits here too. */
static bool is_readable(enum gate_verdict gate) {
    return gate == GATE_NO_FROM || gate == GATE_ADDR_SYNTAX ||
           gate == GATE_BOUNDARY || gate == GATE_DUP_HEADER;
}

bool bounce_is_broken(const char *raw, size_t size, enum gate_verdict gate) {
    return is_readable(gate) && automatic_is_returned(raw, size);
}

/* Behind the empty line of the part of this type; NULL if there is none. */
static const char *find_part(const char *body, const char *type) {
    for (const char *at = body; (at = text_find_ci(at, type)) != NULL; at++) {
        const char *line = at;

        while (line > body && line[-1] != '\n') {
            line--;
        }
        if (text_starts_ci(line, "Content-Type:")) {
            const char *lf = strstr(at, "\n\n"), *crlf = strstr(at, "\n\r\n");

            if (crlf != NULL && (lf == NULL || crlf < lf)) {
                return crlf + 3;
            }
            return lf == NULL ? NULL : lf + 2;
        }
    }
    return NULL;
}

/* Up to the next boundary. */
static size_t part_size(const char *part) {
    const char *end = strstr(part, "\n--");

    return end == NULL ? strlen(part) : (size_t)(end - part) + 1;
}

void bounce_read_broken(const char *raw, size_t size,
                        struct mail_facts *facts) {
    static const char *const letters[] = {
        "message/rfc822", "text/rfc822-headers", "message/global"};
    size_t start = header_body(raw, size), room = size - start;
    struct bounce_seen s = {0};
    const char *part;
    struct buf body;

    if (room > LIMIT_MAIL_TEXT) {
        room = LIMIT_MAIL_TEXT;
    }
    buf_init(&body, room + 1);
    buf_put(&body, raw + start, room);
    part = find_part(body.data, "delivery-status");
    if (part != NULL) {
        bounce_see_status(&s, part, part_size(part));
    }
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        part = find_part(body.data, letters[i]);
        if (part != NULL) {
            bounce_see_letter(&s, part, strlen(part));
        }
    }
    facts->automatic = AUTOMATIC_BOUNCE;
    bounce_finish(&s, raw, size, body.data, facts);
    buf_free(&body);
}
