/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tokens of ours that a mail brings back, by whichever carrier (design.md 5):
 *
 *   Subject        as a word of its own, anywhere
 *   To, Cc         <office+TOKEN@...>, the rest being the office's address
 *   In-Reply-To    <TOKEN@anything>, and in References: a Message-ID of ours
 *   the text       as in Subject; only where S/MIME signs it, which no header
 *
 * Called by mime.c.  Only the form is looked at: a text of another length, in
 * upper case or glued to a letter or digit is no token (V029).  Nothing is
 * repaired, because a token that needs repair came by a way that may have
 * changed other things too.
 */
#include "message/token.h"

#include "base/text.h"
#include "message/envelope.h"
#include "message/header.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { TOKEN_SIZE = LIMIT_TOKEN - 1 };

/* The first ones stay, and the last of References: the mail that was answered
 * stands there at the end (RFC 5322 3.6.4). */
static void add(struct mail_facts *f, enum token_carrier carrier,
                const char *text) {
    struct token_seen t = {.carrier = carrier,
                           .is_signed = f->identity.signs[carrier]};

    text_copy(t.text, sizeof t.text, text);
    for (size_t i = 0; i < f->token_count; i++) {
        if (f->tokens[i].carrier == carrier &&
            strcmp(f->tokens[i].text, text) == 0) {
            return;
        }
    }
    if (f->token_count < LIMIT_TOKENS_SEEN) {
        f->tokens[f->token_count++] = t;
    } else if (carrier == CARRIER_REFERENCES) {
        f->tokens[LIMIT_TOKENS_SEEN - 1] = t;
    }
}

/* Adds the text from..from+size if it has the form. */
static bool add_exact(struct mail_facts *f, enum token_carrier carrier,
                      const char *from, size_t size) {
    char text[LIMIT_TOKEN];

    if (size != TOKEN_SIZE || !text_copy_n(text, sizeof text, from, size) ||
        !token_has_form(text)) {
        return false;
    }
    add(f, carrier, text);
    return true;
}

/* Letters of other alphabets are letters too. */
static bool is_word_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static void read_text(struct mail_facts *f, enum token_carrier carrier,
                      const char *text) {
    const char *p = text;

    while ((p = strstr(p, "lk")) != NULL) {
        const char *end = p;

        while (is_word_byte(*end)) {
            end++;
        }
        if (p == text || !is_word_byte(p[-1])) {
            (void)add_exact(f, carrier, p, (size_t)(end - p));
        }
        p = end;
    }
}

void token_read_text(const char *text, struct mail_facts *facts) {
    read_text(facts, CARRIER_BODY, text);
}

/* What may open a case by the address it was sent to. */
static void add_recipient(struct mail_facts *f, const char *address) {
    if (f->recipient_count < LIMIT_RECIPIENTS) {
        text_copy(f->recipients[f->recipient_count++], LIMIT_ADDRESS,
                  address);
    }
}

/* One address of a list: "office+TOKEN@domain"? */
static void read_address(const char *from, size_t size,
                         const char *own_address, struct mail_facts *f) {
    char address[LIMIT_ADDRESS];
    char *plus, *at;

    if (!text_copy_n(address, sizeof address, from, size) ||
        !text_is_addr_spec(address)) {
        return;
    }
    add_recipient(f, address);
    at = strrchr(address, '@');
    plus = memrchr(address, '+', (size_t)(at - address));
    if (plus != NULL) {
        char token[LIMIT_ADDRESS];
        size_t token_size = (size_t)(at - plus - 1);

        memcpy(token, plus + 1, token_size);
        memmove(plus, at, strlen(at) + 1);
        if (text_same_address(address, own_address)) {
            (void)add_exact(f, CARRIER_RECIPIENT, token, token_size);
        }
    }
}

/* The end of the quoted string or comment that begins here. */
static const char *skip_quoted(const char *p) {
    bool quoted = *p == '"';
    unsigned depth = 1;

    for (p++; *p != '\0' && depth > 0; p++) {
        if (*p == '\\' && p[1] != '\0') {
            p++;
        } else if (quoted) {
            depth -= *p == '"';
        } else if (*p == '(') {
            depth++;
        } else if (*p == ')') {
            depth--;
        }
    }
    return p;
}

/* Every run between the marks of an address list that is an address; what is
 * quoted or commented is a name (RFC 5322 3.4). */
static void read_list(const char *p, const char *own_address,
                      struct mail_facts *f) {
    while (*p != '\0') {
        size_t size = strcspn(p, " \t<>,;:\"(");

        read_address(p, size, own_address, f);
        p += size;
        if (*p == '"' || *p == '(') {
            p = skip_quoted(p);
        } else if (*p != '\0') {
            p++;
        }
    }
}

static void read_ids(const char *p, enum token_carrier carrier,
                     struct mail_facts *f) {
    char id[LIMIT_MESSAGE_ID];

    while ((p = envelope_take_id(p, id)) != NULL) {
        const char *at = strchr(id, '@');

        if (at != NULL) {
            (void)add_exact(f, carrier, id, (size_t)(at - id));
        }
    }
}

void token_read(const char *raw, size_t size, const char *own_address,
                struct mail_facts *facts) {
    static const struct {
        const char *field;
        enum token_carrier carrier;
    } fields[] = {
        {"To", CARRIER_RECIPIENT},
        {"Cc", CARRIER_RECIPIENT},
        {"In-Reply-To", CARRIER_IN_REPLY_TO},
        {"References", CARRIER_REFERENCES},
    };

    facts->token_count = facts->recipient_count = 0;
    read_text(facts, CARRIER_SUBJECT, facts->subject);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        struct header_reader r;
        struct header_field f;

        header_open(&r, raw, size);
        while (header_next(&r, &f) == 1) {
            char *value;

            if (!header_is(&f, fields[i].field)) {
                continue;
            }
            value = header_unfold(&f);
            if (fields[i].carrier == CARRIER_RECIPIENT) {
                read_list(value, own_address, facts);
            } else {
                read_ids(value, fields[i].carrier, facts);
            }
            free(value);
        }
    }
}
