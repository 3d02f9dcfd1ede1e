/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The effective policy of who is believed (design.md 5, T35), said before it is
 * needed: an officer whose mail can never count is found by `loketd --check`,
 * not by the first applicant.  Decides nothing.
 */
#include "config/policy.h"

#include "base/text.h"

#include <string.h>

/* Is there a way to a key of this domain? */
static bool has_dkim(const struct settings *s, const struct dkim_keys *keys,
                     const char *domain) {
    return s->dkim_dns || dkim_keys_of_domain(keys, domain) > 0;
}

/* What raises a mail of this domain at least to `least`, in the order of the
 * levels; none: nothing does. */
struct ways {
    bool mailbox, provider, dkim, smime;
};

static struct ways ways_to(const struct settings *s,
                           const struct dkim_keys *keys,
                           enum sender_level least, const char *domain,
                           bool pinned) {
    return (struct ways){
        .mailbox = least <= LEVEL_MAILBOX,
        .provider =
            least <= LEVEL_PROVIDER && s->provider.kind != PROVIDER_NONE,
        .dkim = least <= LEVEL_DKIM && has_dkim(s, keys, domain),
        .smime = pinned,
    };
}

static bool has_none(const struct ways *w) {
    return !w->mailbox && !w->provider && !w->dkim && !w->smime;
}

static void print_ways(const struct ways *w, FILE *out) {
    const struct {
        bool open;
        const char *words;
    } rows[] = {
        {w->mailbox, "mailbox (a token that comes back)"},
        {w->provider, "provider (once its self-test has passed)"},
        {w->dkim, "dkim"},
        {w->smime, "smime"},
    };
    const char *between = "";

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].open) {
            fprintf(out, "%s%s", between, rows[i].words);
            between = ", ";
        }
    }
}

/* Why the ways that the level would take are closed. */
static void print_missing(const struct settings *s, enum sender_level least,
                          const char *domain, bool is_officer, FILE *out) {
    fputs("nothing", out);
    if (least <= LEVEL_PROVIDER) {
        fputs("; mailbox.provider is none", out);
    }
    if (least <= LEVEL_DKIM && !s->dkim_dns) {
        fprintf(out, "; no key of %s is pinned, and dkim.dns is false", domain);
    }
    if (is_officer) {
        fputs("; no certificate (smime)", out);
    }
}

static const char *domain_of(const char *address) {
    const char *at = strrchr(address, '@');

    return at != NULL ? at + 1 : "";
}

static size_t print_officer(const struct settings *s,
                            const struct dkim_keys *keys,
                            const struct workflow *w, enum role role,
                            const struct officer *o, FILE *out) {
    const char *domain = domain_of(o->addresses[0]);
    struct ways ways = ways_to(s, keys, w->verifier_level, domain,
                               o->smime_count > 0);

    fprintf(out, "believed in %s: %s %s from %s on, by ", w->name,
            role_name(role), o->id, sender_level_name(w->verifier_level));
    if (has_none(&ways)) {
        print_missing(s, w->verifier_level, domain, o->smime_count == 0, out);
    } else {
        print_ways(&ways, out);
    }
    fputc('\n', out);
    return has_none(&ways);
}

/* Does a step of it wait for somebody with this role? */
static bool asks(const struct workflow *w, enum role role) {
    for (size_t i = 0; i < w->step_count; i++) {
        const struct workflow_step *step = &w->steps[i];
        bool people = step_kind_asks_officer(step->kind);
        bool order = step->kind == KIND_REVOKE || step->kind == KIND_ISSUE;

        if ((people && (step->actor == role || step->substitute == role)) ||
            (order && w->executor == EXECUTOR_OPERATOR &&
             role == ROLE_OPERATOR)) {
            return true;
        }
    }
    return false;
}

static void print_applicants(const struct settings *s,
                             const struct dkim_keys *keys,
                             const struct workflow *w, FILE *out) {
    struct ways ways = ways_to(s, keys, w->applicant_level, "", false);

    /* Theirs are many domains: any pinned key may be one's. */
    ways.dkim = w->applicant_level <= LEVEL_DKIM &&
                (s->dkim_dns || dkim_keys_of_domain(keys, NULL) > 0);
    fprintf(out, "believed in %s: applicants from %s on, by ", w->name,
            sender_level_name(w->applicant_level));
    if (has_none(&ways)) {
        print_missing(s, w->applicant_level, "anybody", false, out);
    } else {
        print_ways(&ways, out);
    }
    fputc('\n', out);
}

size_t policy_print(const struct settings *s, const struct dkim_keys *keys,
                    FILE *out) {
    size_t unreachable = 0;

    fprintf(out, "dkim: %zu key%s pinned; others %s\n",
            dkim_keys_of_domain(keys, NULL),
            dkim_keys_of_domain(keys, NULL) == 1 ? "" : "s",
            !s->dkim_dns               ? "are not asked for"
            : s->resolver[0] == '\0' ? "from the system's resolver"
                                     : s->resolver);
    for (size_t i = 0; i < s->workflow_count; i++) {
        const struct workflow *w = &s->workflows[i];

        print_applicants(s, keys, w, out);
        for (int r = 0; r < ROLE__MAX; r++) {
            for (size_t k = 0; k < s->people.count && asks(w, (enum role)r);
                 k++) {
                if (s->people.officers[k].roles[r]) {
                    unreachable += print_officer(s, keys, w, (enum role)r,
                                                 &s->people.officers[k], out);
                }
            }
        }
    }
    return unreachable;
}
