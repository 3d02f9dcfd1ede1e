/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who a mail says it is from.  Every library reads some From differently from
 * the mail servers before us, and each difference is a way to be somebody else
 * (threats.md 0.4), so this reads only what all readers agree on and refuses
 * the rest (V008-V013).  Called by gate.c with one unfolded value.
 */
#include "message/from.h"

#include "base/mem.h"
#include "base/text.h"
#include "message/words.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Where the marks are that matter, outside quotes and comments. */
struct shape {
    const char *open, *close; /* < and > */
    unsigned opens, closes, commas, others; /* others: ':' and ';' */
    const char *comment;      /* the first "(" outside quotes */
    bool comment_in_angle;
    bool unbalanced;
};

static bool is_wsp(char c) {
    return c == ' ' || c == '\t';
}

static void mark(struct shape *s, const char *p) {
    switch (*p) {
    case '<':
        s->opens++;
        s->open = s->open == NULL ? p : s->open;
        break;
    case '>':
        s->closes++;
        s->close = p;
        break;
    case ',':
        s->commas++;
        break;
    case ':':
    case ';':
        s->others++;
        break;
    default:
        break;
    }
}

static struct shape look(const char *p) {
    struct shape s = {0};
    bool quoted = false;
    unsigned depth = 0;

    for (; *p != '\0'; p++) {
        if (*p == '\\' && (quoted || depth > 0)) {
            p++;
            if (*p == '\0') {
                break;
            }
        } else if (*p == '"' && depth == 0) {
            quoted = !quoted;
        } else if (*p == '(' && !quoted) {
            s.comment = s.comment == NULL ? p : s.comment;
            s.comment_in_angle = s.comment_in_angle || s.opens > s.closes;
            depth++;
        } else if (*p == ')' && depth > 0) {
            depth--;
        } else if (!quoted && depth == 0) {
            mark(&s, p);
        }
    }
    s.unbalanced = quoted || depth > 0;
    return s;
}

/* RFC 5322 dot-atom on both sides; "=?" would be an encoded word to some
 * readers (V013). */
static bool take_address(const char *from, size_t size,
                         char address[LIMIT_ADDRESS]) {
    return text_copy_n(address, LIMIT_ADDRESS, from, size) &&
           text_is_addr_spec(address) && strstr(address, "=?") == NULL;
}

/* Drops the quotes of quoted strings, keeps what is in them. */
static void take_name(const char *from, size_t size, char name[LIMIT_NAME]) {
    char *plain = xmalloc(size + 1);
    size_t n = 0;

    for (size_t i = 0; i < size; i++) {
        if (from[i] == '\\' && i + 1 < size) {
            i++;
        } else if (from[i] == '"') {
            continue;
        }
        plain[n++] = from[i];
    }
    plain[n] = '\0';
    words_decode(name, LIMIT_NAME, plain, NULL);
    free(plain);
}

static enum gate_verdict read_angle(const char *value, const struct shape *s,
                                    char address[LIMIT_ADDRESS],
                                    char name[LIMIT_NAME],
                                    const char **detail_r) {
    if (s->opens != 1 || s->closes != 1 || s->close < s->open) {
        *detail_r = "From with more than one pair of angle brackets";
        return GATE_ADDR_SYNTAX;
    }
    if (s->comment_in_angle || (s->comment != NULL && s->comment > s->close)) {
        *detail_r = "From with a comment in or behind the address";
        return GATE_COMMENT_IN_ADDR;
    }
    if (s->close == s->open + 1) {
        *detail_r = "From is <>";
        return GATE_NO_FROM;
    }
    if (s->close[1] != '\0' ||
        !take_address(s->open + 1, (size_t)(s->close - s->open - 1),
                      address)) {
        *detail_r = "From is not one dot-atom address";
        return GATE_ADDR_SYNTAX;
    }
    take_name(value, (size_t)(s->open - value), name);
    return GATE_PASS;
}

static enum gate_verdict read_bare(const char *value, const struct shape *s,
                                   char address[LIMIT_ADDRESS],
                                   char name[LIMIT_NAME],
                                   const char **detail_r) {
    size_t size = strlen(value), end;

    name[0] = '\0';
    if (s->comment == NULL) {
        if (take_address(value, size, address)) {
            return GATE_PASS;
        }
        *detail_r = "From is not one dot-atom address";
        return GATE_ADDR_SYNTAX;
    }
    /* V011: only "addr (name)", with one plain comment at the very end. */
    end = (size_t)(s->comment - value);
    if (end == 0 || !is_wsp(value[end - 1]) ||
        strcspn(s->comment + 1, "()\\") != size - end - 2) {
        *detail_r = "From with a comment in the address";
        return GATE_COMMENT_IN_ADDR;
    }
    take_name(s->comment + 1, size - end - 2, name);
    while (end > 0 && is_wsp(value[end - 1])) {
        end--;
    }
    if (!take_address(value, end, address)) {
        *detail_r = "From is not one dot-atom address";
        return GATE_ADDR_SYNTAX;
    }
    return GATE_PASS;
}

enum gate_verdict from_read(const char *value, char address[LIMIT_ADDRESS],
                            char name[LIMIT_NAME], const char **detail_r) {
    struct shape s = look(value);
    enum gate_verdict v;

    *detail_r = "";
    name[0] = address[0] = '\0';
    if (*value == '\0') {
        *detail_r = "From is empty";
        return GATE_NO_FROM;
    }
    if (s.unbalanced) {
        *detail_r = "From with an open quote or comment";
        return GATE_ADDR_SYNTAX;
    }
    if (s.commas > 0 || s.opens > 1) {
        *detail_r = "From with more than one mailbox";
        return GATE_MULTI_MAILBOX;
    }
    if (s.others > 0) {
        *detail_r = "From with a group or a route";
        return GATE_ADDR_SYNTAX;
    }
    v = s.opens > 0 || s.closes > 0
            ? read_angle(value, &s, address, name, detail_r)
            : read_bare(value, &s, address, name, detail_r);
    if (v != GATE_PASS) {
        name[0] = address[0] = '\0';
    }
    return v;
}
