/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rules of the conversation with the relay: what we may say, where in the
 * transaction we are, what an answer means there.  Called by net/smtp.c for
 * every command, line and block that goes over the wire.
 *
 * The phases follow RFC 5321 3.3:
 *
 *   CONNECT -> GREETING -> EHLO -> AUTH -> MAIL -> RCPT -> DATA -> BODY -> DOT
 *                                           ^ a reused connection starts here
 *
 * Whatever goes wrong before MAIL concerns the relay, not the letter; between
 * MAIL and BODY the relay has nothing; from DOT on it may have the letter.
 */
#include "net/smtp_talk.h"

#include "base/text.h"
#include "model/names.h"

#include <stdio.h>
#include <string.h>

static const char *const phase_names[SMTP_PHASE__MAX] = {
    [SMTP_PHASE_CONNECT] = "connect", [SMTP_PHASE_GREETING] = "greeting",
    [SMTP_PHASE_EHLO] = "EHLO",       [SMTP_PHASE_AUTH] = "AUTH",
    [SMTP_PHASE_MAIL] = "MAIL",       [SMTP_PHASE_RCPT] = "RCPT",
    [SMTP_PHASE_DATA] = "DATA",       [SMTP_PHASE_BODY] = "message",
    [SMTP_PHASE_DOT] = "end of message",
};

const char *smtp_phase_name(enum smtp_phase p) {
    return names_get(phase_names, NAMES_COUNT(phase_names), (size_t)p);
}

int smtp_talk_check_address(const char *address, struct err *e) {
    if (!text_is_addr_spec(address)) {
        char shown[LIMIT_ADDRESS];

        text_escape(shown, sizeof shown, address);
        return err_set(e, ERR_BUG, "not an address: \"%s\"", shown);
    }
    return 0;
}

int smtp_talk_check_message(const char *data, size_t size, size_t *dots_r,
                            struct err *e) {
    size_t line = 1, length = 0, dots = 0;

    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)data[i];

        if (c == '\r' && i + 1 < size && data[i + 1] == '\n') {
            line++;
            length = 0;
            i++;
            continue;
        }
        if (c == '\r' || c == '\n' || c == '\0' || c > 127) {
            return err_set(e, ERR_BUG,
                           "letter line %zu: byte %02x (RFC 5321 2.3.8 and "
                           "4.5.2: CRLF line ends and ASCII only)",
                           line, (unsigned)c);
        }
        if (length == 0 && c == '.') {
            dots++;
        }
        if (++length > LIMIT_LINE_OUT) {
            return err_set(e, ERR_BUG, "letter line %zu: longer than %d "
                           "(RFC 5322 2.1.1)", line, LIMIT_LINE_OUT);
        }
    }
    if (size == 0 || length != 0) {
        return err_set(e, ERR_BUG, "letter line %zu: %s", line,
                       size == 0 ? "there is no letter"
                                 : "the last line has no CRLF");
    }
    if (dots_r != NULL) {
        *dots_r = dots;
    }
    return 0;
}

void smtp_talk_begin(struct smtp_talk *t, bool needs_auth, size_t body_size) {
    *t = (struct smtp_talk){.needs_auth = needs_auth, .body_size = body_size};
}

static void enter(struct smtp_talk *t, enum smtp_phase phase) {
    t->phase = phase;
    t->reply_bytes = 0;
    t->code = 0;
    t->line[0] = '\0';
}

void smtp_talk_command(struct smtp_talk *t, const char *data, size_t size) {
    static const struct {
        const char *verb;
        enum smtp_phase phase;
    } verbs[] = {
        {"EHLO", SMTP_PHASE_EHLO}, {"HELO", SMTP_PHASE_EHLO},
        {"AUTH", SMTP_PHASE_AUTH}, {"MAIL", SMTP_PHASE_MAIL},
        {"RCPT", SMTP_PHASE_RCPT}, {"DATA", SMTP_PHASE_DATA},
    };

    /* libcurl takes leave after a refusal: the letter is over by then, and
     * what the relay says to QUIT must not change its verdict. */
    if (size > 4 && memcmp(data, "QUIT", 4) == 0) {
        t->over = true;
        t->reply_bytes = 0;
        return;
    }
    /* The second line of AUTH LOGIN is no command: base64, never looked at. */
    if (size == 0 || (t->phase == SMTP_PHASE_AUTH && t->code / 100 == 3)) {
        enter(t, t->phase);
        return;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (size > 4 && memcmp(data, verbs[i].verb, 4) == 0) {
            enter(t, verbs[i].phase);
            return;
        }
    }
}

void smtp_talk_body(struct smtp_talk *t, size_t size) {
    t->body_sent += size;
    if (t->phase == SMTP_PHASE_DATA) {
        enter(t, SMTP_PHASE_BODY);
    }
    /* The final dot follows in the same breath: from here on nobody can say
     * that the relay does not have it. */
    if (t->body_sent >= t->body_size && t->phase == SMTP_PHASE_BODY) {
        enter(t, SMTP_PHASE_DOT);
    }
}

static bool refuse(struct smtp_talk *t, bool fatal, const char *why) {
    if (t->refusal == NULL) {
        t->refusal = why;
        t->refusal_fatal = fatal;
    }
    return false;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* RFC 5321 4.2: three digits, then a space, a hyphen or nothing. */
static bool is_reply(const char *line, size_t size) {
    return size >= 3 && line[0] >= '2' && line[0] <= '5' && is_digit(line[1]) &&
           is_digit(line[2]) &&
           (size == 3 || line[3] == ' ' || line[3] == '-');
}

/* "AUTH PLAIN LOGIN" among the keywords of EHLO (RFC 4954 3). */
static bool offers_login(const char *keyword) {
    return text_starts_ci(keyword, "AUTH") &&
           (keyword[4] == ' ' || keyword[4] == '=') &&
           (text_find_ci(keyword, "PLAIN") != NULL ||
            text_find_ci(keyword, "LOGIN") != NULL);
}

bool smtp_talk_line(struct smtp_talk *t, const char *data, size_t size) {
    char line[LIMIT_REPLY_TEXT];

    if (t->phase == SMTP_PHASE_CONNECT) {
        enter(t, SMTP_PHASE_GREETING);
    }
    t->reply_bytes += size;
    if (t->over) {
        return t->reply_bytes <= LIMIT_RELAY_LINE;
    }
    if (t->reply_bytes > LIMIT_RELAY_LINE) {
        return refuse(t, false, "its reply does not end (V145)");
    }
    if (memchr(data, '\0', size) != NULL) {
        return refuse(t, false, "its reply contains a NUL byte (V145)");
    }
    while (size > 0 && (data[size - 1] == '\n' || data[size - 1] == '\r')) {
        size--;
    }
    if (!is_reply(data, size)) {
        return refuse(t, false, "its reply is not SMTP");
    }
    text_copy_n(line, sizeof line, data, size);
    if (t->phase == SMTP_PHASE_EHLO && size > 4 && offers_login(line + 4)) {
        t->offers_auth = true;
    }
    if (size > 3 && data[3] == '-') {
        return true;
    }
    t->code = (data[0] - '0') * 100 + (data[1] - '0') * 10 + (data[2] - '0');
    text_escape(t->line, sizeof t->line, line);
    /* libcurl would go on without logging in, and try HELO after a refused
     * EHLO; the letter must not leave that way (V144). */
    if (t->phase == SMTP_PHASE_EHLO && t->needs_auth && !t->offers_auth &&
        t->code / 100 == 2) {
        return refuse(t, true, "it offers no AUTH with PLAIN or LOGIN (V144)");
    }
    if (t->phase == SMTP_PHASE_EHLO && t->code / 100 != 2) {
        return refuse(t, t->code / 100 == 5, "it refuses EHLO");
    }
    t->reply_bytes = 0;
    return true;
}

/* RFC 4954 6: the relay wants a login, or another one, wherever it says so. */
static bool is_login_code(int code) {
    return code == 530 || code == 534 || code == 535 || code == 538;
}

/* What a reply of this class means in this phase.  Class 0 is no reply.  The
 * first row that fits counts. */
static enum send_verdict judge(enum smtp_phase phase, int class) {
    static const struct {
        enum smtp_phase from, to;
        int class; /* -1 = any */
        enum send_verdict verdict;
    } rows[] = {
        {SMTP_PHASE_CONNECT, SMTP_PHASE_AUTH, -1, SEND_RETRY},
        {SMTP_PHASE_MAIL, SMTP_PHASE_DATA, 5, SEND_FAILED},   /* V140 */
        {SMTP_PHASE_MAIL, SMTP_PHASE_BODY, -1, SEND_RETRY},   /* V139 */
        {SMTP_PHASE_DOT, SMTP_PHASE_DOT, 2, SEND_ACCEPTED},   /* V142 */
        {SMTP_PHASE_DOT, SMTP_PHASE_DOT, 4, SEND_RETRY},      /* V139 */
        {SMTP_PHASE_DOT, SMTP_PHASE_DOT, 5, SEND_FAILED},     /* V140 */
        {SMTP_PHASE_DOT, SMTP_PHASE_DOT, -1, SEND_AMBIGUOUS}, /* V141 */
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (phase >= rows[i].from && phase <= rows[i].to &&
            (rows[i].class == -1 || rows[i].class == class)) {
            return rows[i].verdict;
        }
    }
    return SEND_RETRY;
}

static void explain(const struct smtp_talk *t, const char *detail,
                    struct smtp_result *r) {
    char clean[LIMIT_REPLY_TEXT];

    if (t->refusal != NULL) {
        snprintf(r->text, sizeof r->text, "%s: the relay was left: %s%s%.120s",
                 smtp_phase_name(t->phase), t->refusal,
                 t->line[0] == '\0' ? "" : ": ", t->line);
        return;
    }
    if (r->code != 0) {
        snprintf(r->text, sizeof r->text, "%s: %.230s",
                 smtp_phase_name(t->phase), t->line);
        return;
    }
    text_escape(clean, sizeof clean, detail);
    snprintf(r->text, sizeof r->text, "%s: no reply: %.200s",
             smtp_phase_name(t->phase), clean);
}

void smtp_talk_result(const struct smtp_talk *t, enum smtp_end end,
                      const char *detail, struct smtp_result *r) {
    int class;

    *r = (struct smtp_result){.code = t->refusal == NULL ? t->code : 0};
    class = r->code / 100;
    r->verdict = judge(t->phase, class);
    /* 421 is said of the service, not of the letter (RFC 5321 3.8). */
    r->usable = t->phase >= SMTP_PHASE_MAIL && r->code != 421;
    if (is_login_code(r->code)) {
        r->verdict = SEND_RETRY;
        r->usable = false;
    }
    if (!r->usable) {
        r->fatal = t->refusal != NULL ? t->refusal_fatal
                                      : class == 5 || end == SMTP_END_TLS;
    }
    explain(t, detail, r);
}
