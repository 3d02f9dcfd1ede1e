/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How fast a case moves, without database and letters.
 *
 *   steps way COUNT    COUNT whole ways through the steps of LOCK, four steps
 *                      each: an application, SETUJU (matched and judged), the
 *                      revocation seen, the certificate seen
 *   steps digest COUNT the floor: the digest of one revision (SHA-256 over what
 *                      is approved), which SETUJU has to compute anyway
 *
 * A way that does not end completed ends it.  Prints one JSON object whose
 * count is steps, or digests.  Called by tests/bench/bench.py.
 */
#include "workflow/step.h"

#include "../unit/workflow_help.h"

#include <time.h>

static struct workflow workflow;
static struct timetable week;
static struct people people;

struct way {
    struct casefile c;
    struct token token;
    struct order_row revoke, issue;
    struct known known;
    struct effects effects;
    struct event event;
};

static void step(struct way *w, enum casefile_state right) {
    struct err e = ERR_INIT;

    if (workflow_step(&workflow, &week, &w->known, &w->event, w->known.now,
                      &w->c, &w->effects, &e) != 0 ||
        w->c.state != right) {
        fprintf(stderr, "%s: %s\n", casefile_state_name(w->c.state), e.text);
        exit(1);
    }
}

static void answer(struct way *w, struct mail_facts *m) {
    w->known.officer = &people.officers[0];
    w->known.casefile = &w->c;
    w->known.old = &help_certificate;
    w->known.approved =
        workflow_revision_digest(&w->c, &help_budi, &help_certificate);
    w->token = (struct token){
        .casefile_id = w->c.id, .step = STEP_VERIFY, .revision = 1,
        .step_name = "verify", .person = "siti",
        .approved = w->known.approved, .expires = w->known.now + 1};
    w->known.token = &w->token;
    w->known.carries_token = true;
    workflow_match(&workflow, &week, m, &w->known, &w->event);
}

static void go(struct way *w, struct mail_facts *application,
               struct mail_facts *setuju) {
    *w = (struct way){.known = {.now = help_time("2026-11-20T09:00"),
                                .sender = &help_budi,
                                .applicant = &help_budi,
                                .certificate = &help_certificate,
                                .people = &people}};
    workflow_match(&workflow, &week, application, &w->known, &w->event);
    step(w, CASE_RECEIVED);
    w->c.id = 5;
    text_copy(w->c.number, sizeof w->c.number, "LOCK-2026-000123");
    answer(w, setuju);
    step(w, CASE_REVOKING);
    w->known.revoke = &w->revoke;
    w->known.issue = &w->issue;
    w->event = (struct event){.kind = EVENT_REVOKED, .attachment = -1};
    step(w, CASE_ISSUING);
    w->event.kind = EVENT_ISSUED;
    step(w, CASE_COMPLETED);
}

static double now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static unsigned run_ways(unsigned count) {
    struct mail_facts *application = help_mail("Permohonan Lupa Passphrase");
    struct mail_facts *setuju = help_mail("Re: [LOCK-2026-000123] Mohon");
    struct way *w = xcalloc(1, sizeof *w);

    help_pdf(application, "surat.pdf", 1, help_letter);
    help_csr(application, 3, 0xbb);
    text_copy(setuju->identity.from, LIMIT_ADDRESS, "siti@kominfo.example");
    setuju->decision = DECISION_APPROVE;
    for (unsigned i = 0; i < count; i++) {
        go(w, application, setuju);
    }
    mail_facts_free(&application);
    mail_facts_free(&setuju);
    free(w);
    return 4 * count;
}

static unsigned run_digests(unsigned count) {
    static struct casefile c;
    unsigned char seen = 0;

    for (unsigned i = 0; i < count; i++) {
        c.revision = i;
        seen ^= workflow_revision_digest(&c, &help_budi, &help_certificate)
                    .bytes[0];
    }
    /* So that no compiler leaves it out. */
    fprintf(stderr, "%s", seen == 0 ? "" : "");
    return count;
}

int main(int argc, char **argv) {
    unsigned count = argc == 3 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    double begin;

    if (count == 0 ||
        (strcmp(argv[1], "way") != 0 && strcmp(argv[1], "digest") != 0)) {
        fprintf(stderr, "usage: steps way|digest COUNT\n");
        return 100;
    }
    workflow = help_workflow();
    week = help_timetable();
    people = help_people();
    begin = now();
    count = argv[1][0] == 'w' ? run_ways(count) : run_digests(count);
    printf("{\"count\": %u, \"sec\": %.6f}\n", count, now() - begin);
    return 0;
}
