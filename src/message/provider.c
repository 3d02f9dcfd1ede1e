/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the mailbox's provider says of who sent a mail: Authentication-Results
 * (RFC 8601) of exactly the configured authserv-id, in the one place where the
 * provider's border writes it, and Microsoft's mark of mail from inside the
 * tenant.  Called by message.c in the first stroke; never raises a level before
 * a self-test has shown that forged copies are stripped.
 *
 * Whatever is odd is no evidence.  ARC is not read at all (V020): its fields
 * have other names.  docs/PROVIDERS.md says from which texts the presets are.
 */
#include "message/provider.h"

#include "base/text.h"
#include "message/header.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AR "Authentication-Results"
#define AUTH_AS "X-MS-Exchange-Organization-AuthAs"
#define AUTH_SOURCE "X-MS-Exchange-Organization-AuthSource"

enum {
    COMMENT_DEPTH = 8,
    INNER_HOPS = 12,  /* Received fields above the border's */
    BELOW_FIELDS = 2, /* between the border's Received and its results */
};

/* ---- the presets ---------------------------------------------------------- */

struct preset {
    const char *authserv_id; /* "" = the field begins with a result */
    const char *border;      /* "by" of the border's Received; ".x" = below x */
    const char *inner[2];    /* "by" of the provider's hops behind it */
    bool inner_is_prefix;
    enum provider_place place;
    bool mark; /* the tenant's internal mark is read, too */
    const char *tenant_key; /* domain of a customer's signature, "" = none */
};

static const struct preset google = {
    .authserv_id = "mx.google.com",
    .border = "mx.google.com",
    .inner = {"2002:", "10."},
    .inner_is_prefix = true,
    .place = PLACE_BELOW,
    .tenant_key = ".gappssmtp.com",
};

static const struct preset microsoft = {
    .authserv_id = "",
    .border = ".mail.protection.outlook.com",
    .inner = {".outlook.com", ".outlook.office365.com"},
    .place = PLACE_ABOVE,
    .mark = true,
    .tenant_key = "",
};

static struct preset preset_of(const struct provider_policy *p) {
    struct preset own = {.authserv_id = p->authserv_id,
                         .border = p->border,
                         .inner = {"", ""},
                         .place = p->place,
                         .tenant_key = ""};

    return p->kind == PROVIDER_GOOGLE      ? google
           : p->kind == PROVIDER_MICROSOFT ? microsoft
                                           : own;
}

/* ---- words ---------------------------------------------------------------- */

/* A place in an unfolded value; bad: it cannot be read, and says nothing. */
struct scan {
    const char *at;
    bool bad;
};

static bool is_wsp(char c) {
    return c == ' ' || c == '\t';
}

static void skip_comment(struct scan *s) {
    size_t depth = 0;

    do {
        if (*s->at == '(') {
            depth++;
        } else if (*s->at == ')') {
            depth--;
        } else if (*s->at == '\\' && s->at[1] != '\0') {
            s->at++;
        }
        if (*s->at == '\0' || depth > COMMENT_DEPTH) {
            s->bad = true;
            return;
        }
        s->at++;
    } while (depth > 0);
}

/* CFWS (RFC 5322 3.2.2) */
static void skip_blank(struct scan *s) {
    while (!s->bad && (is_wsp(*s->at) || *s->at == '(')) {
        if (*s->at == '(') {
            skip_comment(s);
        } else {
            s->at++;
        }
    }
}

static bool is_key_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/* The rest of a value: what no quotes need, without what ends it. */
static bool is_value_char(char c) {
    return c > 0x20 && c < 0x7f && strchr(";()\"", c) == NULL;
}

static void put(struct scan *s, char *to, size_t room, size_t *n, char c) {
    if (*n + 1 >= room) {
        s->bad = true;
    } else {
        to[(*n)++] = c;
    }
}

static void read_key(struct scan *s, char *to, size_t room) {
    size_t n = 0;

    while (!s->bad && is_key_char(*s->at)) {
        put(s, to, room, &n, *s->at++);
    }
    to[n] = '\0';
    s->bad = s->bad || n == 0;
}

static void read_quoted(struct scan *s, char *to, size_t room, size_t *n) {
    for (s->at++; !s->bad && *s->at != '"'; s->at++) {
        if (*s->at == '\\') {
            s->at++;
        }
        if ((unsigned char)*s->at < 0x20) { /* its end, too */
            s->bad = true;
            return;
        }
        put(s, to, room, n, *s->at);
    }
    s->at += !s->bad;
}

/* pvalue: a word, a quoted string, or one before "@domain" */
static void read_value(struct scan *s, char *to, size_t room) {
    const char *start = s->at;
    size_t n = 0;

    if (*s->at == '"') {
        read_quoted(s, to, room, &n);
    }
    while (!s->bad && is_value_char(*s->at)) {
        put(s, to, room, &n, *s->at++);
    }
    to[n] = '\0';
    s->bad = s->bad || s->at == start;
}

/* "=" between blanks */
static void read_equals(struct scan *s) {
    skip_blank(s);
    if (s->bad || *s->at != '=') {
        s->bad = true;
        return;
    }
    s->at++;
    skip_blank(s);
}

/* ---- one result ----------------------------------------------------------- */

enum { VALUE_ROOM = 1024 };

/* "dkim=pass header.d=kota.example": each property belongs to its method and
 * to no other (V002). */
struct result {
    char method[LIMIT_WORD];
    char verdict[LIMIT_WORD];
    char header_d[LIMIT_DOMAIN], header_i[LIMIT_DOMAIN];
    char header_from[LIMIT_DOMAIN];
    bool twice; /* a property that matters stands there twice */
    bool marked;
};

static void take_property(struct result *r, const char *name,
                          const char *value) {
    const struct {
        const char *name;
        char *to;
    } known[] = {
        {"header.d", r->header_d},
        {"header.i", r->header_i},
        {"header.from", r->header_from},
    };

    r->marked =
        r->marked || strstr(value, PROVIDER_SELFTEST_MARK) != NULL;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (!text_equal_ci(name, known[i].name)) {
            continue;
        }
        r->twice = r->twice || known[i].to[0] != '\0' ||
                   !text_copy(known[i].to, LIMIT_DOMAIN, value);
    }
}

/* One resinfo (RFC 8601 2.2), up to ";" or the end. */
static void read_result(struct scan *s, struct result *r) {
    char name[LIMIT_WORD], value[VALUE_ROOM];

    *r = (struct result){0};
    skip_blank(s);
    read_key(s, r->method, sizeof r->method);
    skip_blank(s);
    if (!s->bad && *s->at == '/') { /* version of the method */
        s->at++;
        skip_blank(s);
        read_key(s, value, sizeof value);
        s->bad = s->bad || strcmp(value, "1") != 0;
    }
    if (!s->bad && text_equal_ci(r->method, "none") &&
        (*s->at == '\0' || *s->at == ';')) {
        return; /* no-result */
    }
    read_equals(s);
    read_key(s, r->verdict, sizeof r->verdict);
    for (skip_blank(s); !s->bad && *s->at != ';' && *s->at != '\0';
         skip_blank(s)) {
        read_key(s, name, sizeof name);
        read_equals(s);
        read_value(s, value, sizeof value);
        if (!s->bad) {
            take_property(r, name, value);
        }
    }
}

/* ---- all results that count ----------------------------------------------- */

struct evidence {
    const char *domain; /* behind the @ of From */
    const struct preset *preset;
    bool seen, bad, forged;
    bool dkim_own;    /* signed by exactly that domain */
    bool dkim_parent; /* by a domain above it */
    bool dkim_tenant; /* by the provider, for the customer of that name */
    bool dkim_broken; /* by one of them, and what it signed was changed */
    bool dmarc, dmarc_other, dmarc_refused, spf;
};

/* kota.go.id below go.id */
static bool is_below(const char *domain, const char *parent) {
    size_t n = strlen(domain), p = strlen(parent);

    return p > 0 && n > p + 1 && domain[n - p - 1] == '.' &&
           text_equal_ci(domain + n - p, parent);
}

/* Google signs for customers without a key of their own as
 * kota-go-id.20230601.gappssmtp.com.  Two customers can have the same words,
 * so this alone is never enough. */
static bool is_tenant_key(const struct evidence *v, const char *signer) {
    const char *suffix = v->preset->tenant_key;
    size_t n = strlen(v->domain), size = strlen(signer);
    const char *dot;

    if (suffix[0] == '\0' || size < n + strlen(suffix) || signer[n] != '.' ||
        !text_equal_ci(signer + size - strlen(suffix), suffix)) {
        return false;
    }
    dot = strchr(signer + n + 1, '.');
    if (dot == NULL || !text_equal_ci(dot, suffix)) {
        return false; /* one label between them */
    }
    for (size_t i = 0; i < n; i++) {
        char want[2] = {v->domain[i] == '.' ? '-' : v->domain[i], '\0'};
        char got[2] = {signer[i], '\0'};

        if (!text_equal_ci(want, got)) {
            return false;
        }
    }
    return true;
}

static void take_dkim(struct evidence *v, const struct result *r) {
    const char *at = strrchr(r->header_i, '@');
    const char *signer = r->header_d[0] != '\0' ? r->header_d
                         : at != NULL           ? at + 1
                                                : "";

    if (text_equal_ci(r->verdict, "fail")) {
        v->dkim_broken = v->dkim_broken || signer[0] == '\0' ||
                         text_equal_ci(signer, v->domain) ||
                         is_below(v->domain, signer) ||
                         is_tenant_key(v, signer);
        return;
    }
    if (!text_equal_ci(r->verdict, "pass") || signer[0] == '\0') {
        return;
    }
    /* i= lies at or below d= (RFC 6376 3.5); a reader that was lied to about
     * one of them is believed about neither. */
    if (at != NULL && r->header_d[0] != '\0' &&
        !text_equal_ci(at + 1, signer) && !is_below(at + 1, signer)) {
        return;
    }
    v->dkim_own = v->dkim_own || text_equal_ci(signer, v->domain);
    v->dkim_parent = v->dkim_parent || is_below(v->domain, signer);
    v->dkim_tenant = v->dkim_tenant || is_tenant_key(v, signer);
}

static void take_dmarc(struct evidence *v, const struct result *r) {
    static const char *const open[] = {"none", "bestguesspass", "temperror",
                                       "permerror"};

    if (text_equal_ci(r->verdict, "pass")) {
        if (text_equal_ci(r->header_from, v->domain)) {
            v->dmarc = true;
        } else {
            v->dmarc_other = true;
        }
        return;
    }
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++) {
        if (text_equal_ci(r->verdict, open[i])) {
            return;
        }
    }
    v->dmarc_refused = true;
}

static void take_result(struct evidence *v, const struct result *r) {
    v->forged = v->forged || r->marked;
    if (r->twice) {
        v->bad = true;
    } else if (text_equal_ci(r->method, "dkim")) {
        take_dkim(v, r);
    } else if (text_equal_ci(r->method, "dmarc")) {
        take_dmarc(v, r);
    } else if (text_equal_ci(r->method, "spf")) {
        v->spf = v->spf || text_equal_ci(r->verdict, "pass");
    }
}

/* V004: the token itself, byte for byte, alone before the first ";" but for a
 * version.  "mx(evil)" is another. */
static bool is_ours(struct scan *s, const char *authserv_id) {
    size_t n = strlen(authserv_id);

    if (n == 0) { /* Microsoft writes none: a method comes first */
        const char *end = s->at;

        while (is_key_char(*end)) {
            end++;
        }
        return end > s->at && *end == '=';
    }
    if (strncmp(s->at, authserv_id, n) != 0) {
        return false;
    }
    for (s->at += n; is_wsp(*s->at); s->at++) {
    }
    if (*s->at == '1' && is_wsp(s->at[-1])) {
        for (s->at++; is_wsp(*s->at); s->at++) {
        }
    }
    if (*s->at != ';') {
        return false;
    }
    s->at++;
    return true;
}

/* One field in the right place.  True when it is the provider's. */
static bool take_field(struct evidence *v, const struct header_field *f) {
    char *value = header_unfold(f);
    struct scan s = {.at = value};
    bool ours = !f->spaced && is_ours(&s, v->preset->authserv_id);

    if (ours) {
        v->seen = true;
        while (!s.bad && !v->bad && *s.at != '\0') {
            struct result r;

            read_result(&s, &r);
            if (s.bad) {
                break;
            }
            take_result(v, &r);
            s.at += *s.at == ';';
            skip_blank(&s); /* a ";" at the end is common */
        }
        v->bad = v->bad || s.bad;
    }
    free(value);
    return ours;
}

/* ---- places --------------------------------------------------------------- */

/* What a Received field says (RFC 5321 4.4): "from HELO (...) by HOST (...)
 * with PROTOCOL ...".  The name behind "from" is the client's to choose. */
struct hop {
    char by[LIMIT_DOMAIN];
    char with[LIMIT_WORD];
};

static bool next_word(struct scan *s, char *to, size_t room) {
    size_t n = 0;

    for (skip_blank(s);
         !s->bad && *s->at != '\0' && !is_wsp(*s->at) && *s->at != '(' &&
         *s->at != ';';
         s->at++) {
        put(s, to, room, &n, *s->at);
    }
    to[n] = '\0';
    return !s->bad && n > 0;
}

static struct hop read_hop(const struct header_field *f) {
    char *value = header_unfold(f);
    struct scan s = {.at = value};
    char key[LIMIT_DOMAIN], word[LIMIT_DOMAIN];
    struct hop hop = {0};

    while (next_word(&s, key, sizeof key) &&
           next_word(&s, word, sizeof word)) {
        if (text_equal_ci(key, "by") && hop.by[0] == '\0') {
            text_copy(hop.by, sizeof hop.by, word);
        } else if (text_equal_ci(key, "with")) {
            text_copy(hop.with, sizeof hop.with, word);
            break;
        } else if (!text_equal_ci(key, "from")) {
            break;
        }
    }
    free(value);
    return hop;
}

/* A name, or ".x" for what lies below x. */
static bool is_host(const char *host, const char *pattern) {
    return pattern[0] == '.' ? is_below(host, pattern + 1)
                             : text_equal_ci(host, pattern);
}

static bool is_inner(const struct preset *p, const struct hop *hop) {
    if (text_starts_ci(hop->with, "LMTP")) {
        return true; /* local delivery (RFC 3848), behind any border */
    }
    for (size_t i = 0; i < 2; i++) {
        const char *inner = p->inner[i];

        if (inner[0] != '\0' && (p->inner_is_prefix
                                     ? text_starts_ci(hop->by, inner)
                                     : is_host(hop->by, inner))) {
            return true;
        }
    }
    return false;
}

static bool is_border(const struct preset *p, const struct hop *hop) {
    return is_host(hop->by, p->border) && !text_starts_ci(hop->with, "LMTP");
}

/* Directly below the border's Received the first field with results is the
 * border's; whatever follows came with the mail. */
static void read_below(struct evidence *v, struct header_reader *r) {
    struct header_field f;

    for (int i = 0; i <= BELOW_FIELDS && header_next(r, &f) == 1; i++) {
        if (header_is(&f, AR)) {
            take_field(v, &f);
            return;
        }
        if (!header_is(&f, "Received-SPF") && !header_is(&f, "DKIM-Filter")) {
            return;
        }
    }
}

/* From the top down to the border's Received everything was added behind the
 * border.  Without such a field nothing was (V003). */
static void read_places(struct evidence *v, const char *raw, size_t size) {
    const struct preset *p = v->preset;
    struct evidence above = *v;
    struct header_reader r;
    struct header_field f;
    unsigned hops = 0;

    header_open(&r, raw, size);
    while (header_next(&r, &f) == 1) {
        struct hop hop;

        if (header_is(&f, AR) && p->place == PLACE_ABOVE) {
            take_field(&above, &f);
        }
        if (!header_is(&f, "Received")) {
            continue;
        }
        hop = read_hop(&f);
        if (!f.spaced && is_border(p, &hop)) {
            if (p->place == PLACE_BELOW) {
                read_below(v, &r);
            } else {
                *v = above;
            }
            return;
        }
        if (f.spaced || !is_inner(p, &hop) || ++hops > INNER_HOPS) {
            return;
        }
    }
}

/* ---- the tenant's internal mark ------------------------------------------- */

struct mark {
    unsigned as, source;
    bool internal, source_fits, forged;
};

static void take_mark(struct mark *m, const struct header_field *f) {
    bool as = header_is(f, AUTH_AS), source = header_is(f, AUTH_SOURCE);
    char *value;

    if (!as && !source) {
        return;
    }
    value = header_unfold(f);
    if (as) {
        m->as++;
        m->internal = !f->spaced && strcmp(value, "Internal") == 0;
    } else {
        m->source++;
        m->source_fits = !f->spaced && is_below(value, "outlook.com") &&
                         strpbrk(value, " \t;()\"") == NULL;
    }
    m->forged =
        m->forged || strstr(value, PROVIDER_SELFTEST_MARK) != NULL;
    free(value);
}

static struct mark read_mark(const char *raw, size_t size) {
    struct header_reader r;
    struct header_field f;
    struct mark m = {0};

    header_open(&r, raw, size);
    while (header_next(&r, &f) == 1) {
        take_mark(&m, &f);
    }
    return m;
}

static bool is_of_tenant(const struct provider_policy *p, const char *domain) {
    for (size_t i = 0; i < p->domain_count; i++) {
        if (text_equal_ci(p->domains[i], domain)) {
            return true;
        }
    }
    return false;
}

static const char *mark_fault(const struct mark *m,
                              const struct provider_policy *p,
                              const char *domain) {
    return m->as != 1 || m->source != 1 ? "the internal mark stands twice, or "
                                          "without its source"
           : !m->source_fits ? "the internal mark's source is not Microsoft"
           : !is_of_tenant(p, domain) ? "internal, but the domain is not one "
                                        "of mailbox.internal_domains"
                                      : "";
}

/* ---- the verdict ---------------------------------------------------------- */

static void say(struct provider_result *r, const char *method,
                const char *domain, const char *reason) {
    r->present = true;
    text_copy(r->method, sizeof r->method, method);
    text_copy(r->domain, sizeof r->domain, domain);
    text_copy(r->reason, sizeof r->reason, reason);
    r->pass = reason[0] == '\0';
}

/* Evidence against it; that there is none for it is another thing. */
static void deny(struct provider_result *r, const char *method,
                 const char *domain, const char *reason) {
    say(r, method, domain, reason);
    r->denied = true;
}

static void judge(const struct evidence *v, struct provider_result *r) {
    if (!v->seen) {
        text_copy(r->reason, sizeof r->reason,
                  "no results of the provider in their place");
    } else if (v->bad) {
        deny(r, "", "", "the provider's results cannot be read");
    } else if (v->dmarc_refused) {
        deny(r, "dmarc", v->domain, "dmarc did not pass");
    } else if (v->dmarc_other) {
        deny(r, "dmarc", "", "dmarc speaks of another domain");
    } else if (v->dkim_own) {
        say(r, "dkim", v->domain, "");
    } else if (v->dmarc && (v->dkim_parent || v->dkim_tenant)) {
        say(r, "dmarc", v->domain, "");
    } else if (v->dkim_broken) { /* V020 */
        deny(r, "dkim", "", "the signature of the From domain is broken");
    } else if (v->dmarc || v->spf) { /* V019 */
        say(r, v->dmarc ? "dmarc" : "spf", "",
            "only spf passed, which is never enough");
    } else {
        say(r, "", "", "no signature of the From domain passed");
    }
}

void provider_check(const char *raw, size_t size,
                    const struct provider_policy *policy,
                    struct mail_identity *id) {
    struct provider_result *r = &id->provider;
    const char *at = strrchr(id->from, '@');
    struct preset preset;
    struct evidence v = {.preset = &preset};

    *r = (struct provider_result){0};
    if (policy == NULL || policy->kind == PROVIDER_NONE || at == NULL) {
        return;
    }
    preset = preset_of(policy);
    v.domain = at + 1;
    read_places(&v, raw, size);
    judge(&v, r);
    r->forged = v.forged;
    if (preset.mark) {
        struct mark m = read_mark(raw, size);

        r->forged = r->forged || m.forged;
        /* What the border refused stays refused. */
        if ((m.internal || m.as > 1) &&
            !(v.bad || v.dmarc_refused || v.dmarc_other)) {
            say(r, "internal", v.domain,
                mark_fault(&m, policy, v.domain));
            r->denied = !r->pass;
        }
    }
    if (r->pass && !r->forged && policy->usable && id->level < LEVEL_PROVIDER) {
        id->level = LEVEL_PROVIDER;
    }
}
