/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a mailbox provider says of a sender.  The headers of Google and
 * Microsoft below were written from their documentation and from RFC 8601, not
 * recorded: docs/PROVIDERS.md.  Each is a template: every case changes one
 * thing.
 */
#include "message/provider.h"

#include "base/text.h"
#include "message/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define REST                                                                  \
    "From: Siti <siti@kota.go.id>\r\n"                                         \
    "Subject: Setuju\r\n"                                                      \
    "Date: Sat, 21 Nov 2026 08:00:00 +0700\r\n"                                \
    "Message-ID: <1@kota.go.id>\r\n\r\nSetuju\r\n"

/* The border's and Dovecot's own fields of an office's own server. */
#define LMTP                                                                  \
    "Received: from mx.office.example by imap.office.example with LMTP\r\n"    \
    "\tid 1; Sat, 21 Nov 2026 08:00:01 +0700\r\n"
#define BORDER                                                                \
    "Received: from by (out.kota.go.id [192.0.2.1])\r\n"                       \
    "\tby mx.office.example (8.15) with ESMTPS id x1;\r\n"                     \
    "\tSat, 21 Nov 2026 08:00:00 +0700\r\n"
#define OURS "Authentication-Results: mx.office.example; "
#define PASS OURS "dkim=pass header.d=kota.go.id\r\n"

static struct provider_policy policy_of(enum provider kind,
                                        enum provider_place place) {
    struct provider_policy p = {.kind = kind, .place = place, .usable = true};

    text_copy(p.authserv_id, sizeof p.authserv_id, "mx.office.example");
    text_copy(p.border, sizeof p.border, "mx.office.example");
    p.domain_count = 1;
    text_copy(p.domains[0], sizeof p.domains[0], "kota.go.id");
    return p;
}

static struct mail_identity look(const char *mail,
                                 const struct provider_policy *policy) {
    const struct message_options options = {.own_address = "",
                                            .provider = policy};
    struct mail_identity id;

    message_identify(mail, strlen(mail), &options, &id);
    return id;
}

struct row {
    const char *label, *mail;
    enum sender_level level;
    const char *why; /* method where it passes, else part of the reason */
};

static void run(const struct row *rows, size_t count, enum provider kind,
                enum provider_place place) {
    struct provider_policy policy = policy_of(kind, place);

    for (size_t i = 0; i < count; i++) {
        struct mail_identity id = look(rows[i].mail, &policy);
        const struct provider_result *r = &id.provider;
        const char *said =
            id.level == LEVEL_PROVIDER ? r->method : r->reason;

        if (id.gate != GATE_PASS || id.level != rows[i].level ||
            r->pass != (rows[i].level == LEVEL_PROVIDER) ||
            strstr(said, rows[i].why) == NULL) {
            fail_msg("%s: %s %s, method %s, domain %s, %s", rows[i].label,
                     gate_verdict_name(id.gate), sender_level_name(id.level),
                     r->method, r->domain, r->reason);
        }
    }
}
#define RUN(rows, kind, place)                                                \
    run(rows, sizeof(rows) / sizeof(rows)[0], kind, place)

/* ---- an office's own server ---------------------------------------------- */

static void own_believes_its_border(void **state) {
    static const struct row rows[] = {
        {"dkim", LMTP PASS BORDER REST, LEVEL_PROVIDER, "dkim"},
        {"no local delivery", PASS BORDER REST, LEVEL_PROVIDER, "dkim"},
        {"id with its version",
         LMTP "Authentication-Results: mx.office.example 1;\r\n"
              "\tdkim=pass header.d=kota.go.id\r\n" BORDER REST,
         LEVEL_PROVIDER, "dkim"},
        {"header.i", LMTP OURS "dkim=pass header.i=@kota.go.id\r\n" BORDER REST,
         LEVEL_PROVIDER, "dkim"},
        {"comments, folds, quotes, versions",
         LMTP OURS "spf=fail (a (b) \\) c)\r\n"
                   " smtp.mailfrom=\"a b\"@x.example;\r\n"
                   " dkim/1 = pass (good) reason=\"ok; dkim=fail\"\r\n"
                   " header.d=KOTA.go.id;\r\n" BORDER REST,
         LEVEL_PROVIDER, "dkim"},
        {"two fields of the border",
         LMTP OURS "dmarc=pass header.from=kota.go.id\r\n" PASS BORDER REST,
         LEVEL_PROVIDER, "dkim"},
        {"dmarc with a parent's signature",
         LMTP OURS "dmarc=pass header.from=kota.go.id;"
                   " dkim=pass header.d=go.id\r\n" BORDER REST,
         LEVEL_PROVIDER, "dmarc"},
        {"another signature failed",
         LMTP OURS "dkim=fail header.d=kota.go.id;"
                   " dkim=pass header.d=kota.go.id\r\n" BORDER REST,
         LEVEL_PROVIDER, "dkim"},
        {"somebody's results between ours",
         LMTP "Authentication-Results: other.example; dkim=fail"
              " header.d=kota.go.id\r\n" PASS BORDER REST,
         LEVEL_PROVIDER, "dkim"},
    };
    (void)state;
    RUN(rows, PROVIDER_OWN, PLACE_ABOVE);
}

/* V001-V003 */
static void own_believes_no_copy(void **state) {
    static const struct row rows[] = {
        {"V001 nothing", LMTP BORDER REST, LEVEL_NONE, "no results"},
        {"V001 no Received at all", REST, LEVEL_NONE, "no results"},
        {"V002 on top says fail",
         LMTP OURS "dkim=fail header.d=kota.go.id\r\n" BORDER PASS REST,
         LEVEL_NONE, "is broken"},
        {"V002 on top dmarc=fail",
         LMTP OURS "dmarc=fail header.from=kota.go.id\r\n" BORDER PASS REST,
         LEVEL_NONE, "did not pass"},
        {"V002 dmarc=fail beside dkim=pass",
         LMTP OURS "dkim=pass header.d=kota.go.id;"
                   " dmarc=fail header.from=kota.go.id\r\n" BORDER REST,
         LEVEL_NONE, "did not pass"},
        {"V003 below all Received", LMTP BORDER PASS REST, LEVEL_NONE,
         "no results"},
        {"V003 with a Received of its own",
         LMTP BORDER PASS
         "Received: from a by mx.office.example with ESMTP id 2\r\n" REST,
         LEVEL_NONE, "no results"},
        {"V003 another way in",
         LMTP "Received: from x by web.office.example with ESMTP id 3\r\n" PASS
             BORDER REST,
         LEVEL_NONE, "no results"},
        {"no border", PASS REST, LEVEL_NONE, "no results"},
        {"a spaced border",
         PASS "Received : from x by mx.office.example with ESMTP\r\n" REST,
         LEVEL_NONE, "no results"},
    };
    (void)state;
    RUN(rows, PROVIDER_OWN, PLACE_ABOVE);
}

static void below_only_the_first_counts(void **state) {
    static const struct row rows[] = {
        {"first", LMTP BORDER PASS REST, LEVEL_PROVIDER, "dkim"},
        {"behind Received-SPF",
         LMTP BORDER "Received-SPF: pass (x)\r\n" PASS REST, LEVEL_PROVIDER,
         "dkim"},
        {"V002 second", LMTP BORDER OURS "dkim=none\r\n" PASS REST, LEVEL_NONE,
         "no signature"},
        {"V002 first of another",
         LMTP BORDER "Authentication-Results: x.example; none\r\n" PASS REST,
         LEVEL_NONE, "no results"},
        {"V003 further down", LMTP BORDER "X-A: b\r\n" PASS REST, LEVEL_NONE,
         "no results"},
        {"above is not the place", LMTP PASS BORDER REST, LEVEL_NONE,
         "no results"},
    };
    (void)state;
    RUN(rows, PROVIDER_OWN, PLACE_BELOW);
}

/* V004 */
static void only_the_exact_id_counts(void **state) {
    static const char *const ids[] = {
        "MX.office.example.", "mx.office.example.", "MX.office.example",
        "mx.office.example(evil)", "mx.office.example (evil)",
        "(evil)mx.office.example", "mx.office.example.evil.net",
        "evil.mx.office.example", "\"mx.office.example\"",
        "mx.office.example 2", "mx.office.example1", "mx.office.example/1", "",
        "mx.office.example x",
    };
    struct provider_policy policy = policy_of(PROVIDER_OWN, PLACE_ABOVE);

    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        char mail[1024];
        struct mail_identity id;

        snprintf(mail, sizeof mail,
                 "Authentication-Results: %s; dkim=pass"
                 " header.d=kota.go.id\r\n" BORDER REST,
                 ids[i]);
        id = look(mail, &policy);
        if (id.level != LEVEL_NONE || id.provider.present) {
            fail_msg("'%s' counts", ids[i]);
        }
    }
}

/* V015, V019, V020, and one method's result with another's domain. */
static void a_result_speaks_of_its_own_domain(void **state) {
    static const struct row rows[] = {
        {"V015 not aligned", LMTP OURS "dkim=pass header.d=evil.net\r\n" BORDER REST,
         LEVEL_NONE, "no signature"},
        {"V015 below", LMTP OURS "dkim=pass header.d=x.kota.go.id\r\n" BORDER REST,
         LEVEL_NONE, "no signature"},
        {"a parent's alone", LMTP OURS "dkim=pass header.d=go.id\r\n" BORDER REST,
         LEVEL_NONE, "no signature"},
        {"V019 spf", LMTP OURS "spf=pass smtp.mailfrom=siti@kota.go.id\r\n" BORDER
                         REST,
         LEVEL_NONE, "only spf"},
        {"V019 dmarc by spf",
         LMTP OURS "spf=pass smtp.mailfrom=kota.go.id;"
                   " dmarc=pass header.from=kota.go.id\r\n" BORDER REST,
         LEVEL_NONE, "only spf"},
        {"mixed: dkim of one, spf with our domain",
         LMTP OURS "dkim=pass header.d=evil.net;"
                   " spf=pass header.d=kota.go.id\r\n" BORDER REST,
         LEVEL_NONE, "only spf"},
        {"mixed: dkim=none with the domain, another passes",
         LMTP OURS "dkim=none header.d=kota.go.id;"
                   " dkim=pass header.d=evil.net\r\n" BORDER REST,
         LEVEL_NONE, "no signature"},
        {"mixed: over two fields",
         LMTP OURS "dkim=pass\r\n" OURS
                   "x-thing=pass header.d=kota.go.id\r\n" BORDER REST,
         LEVEL_NONE, "no signature"},
        {"dmarc of another domain",
         LMTP OURS "dkim=pass header.d=kota.go.id;"
                   " dmarc=pass header.from=evil.net\r\n" BORDER REST,
         LEVEL_NONE, "another domain"},
        {"d= and i= disagree",
         LMTP OURS "dkim=pass header.i=@evil.net header.d=kota.go.id\r\n" BORDER
             REST,
         LEVEL_NONE, "no signature"},
        {"V020 arc", LMTP OURS "arc=pass header.d=kota.go.id;"
                               " dkim=fail header.d=kota.go.id\r\n" BORDER REST,
         LEVEL_NONE, "is broken"},
        {"V020 ARC fields",
         "ARC-Authentication-Results: i=1; mx.office.example; dkim=pass"
         " header.d=kota.go.id\r\n"
         "ARC-Seal: i=1; cv=pass; d=kota.go.id\r\n" BORDER REST,
         LEVEL_NONE, "no results"},
        {"in a comment",
         LMTP OURS "dkim=fail (dkim=pass header.d=kota.go.id)\r\n" BORDER REST,
         LEVEL_NONE, "is broken"},
        {"in a quoted string",
         LMTP OURS "dkim=fail reason=\"x; dkim=pass header.d=kota.go.id\"\r\n"
             BORDER REST,
         LEVEL_NONE, "is broken"},
        {"result of another word",
         LMTP OURS "dkim=passed header.d=kota.go.id\r\n" BORDER REST,
         LEVEL_NONE, "no signature"},
    };
    (void)state;
    RUN(rows, PROVIDER_OWN, PLACE_ABOVE);
}

/* V019, T14: that there is no evidence is not evidence against him, so that his
 * mailbox may still be asked. */
static void only_evidence_against_him_denies(void **state) {
    static const struct {
        const char *results;
        bool denied;
    } rows[] = {
        {"dkim=pass header.d=kota.go.id", false},
        {"none", false},
        {"dkim=none", false},
        {"spf=none; dkim=none", false},
        {"spf=pass smtp.mailfrom=a@kota.go.id; dkim=none", false},
        {"spf=pass; dmarc=pass header.from=kota.go.id", false},
        {"dkim=none; dmarc=none header.from=kota.go.id", false},
        {"dkim=pass header.d=evil.net", false},
        {"dkim=fail header.d=evil.net", false},
        {"dkim=fail header.d=kota.go.id; dkim=pass header.d=kota.go.id",
         false},
        {"dkim=fail header.d=kota.go.id", true},
        {"dkim=fail header.i=@kota.go.id", true},
        {"dkim=fail header.d=go.id", true},
        {"dkim=fail", true},
        {"spf=pass; dkim=fail header.d=kota.go.id", true},
        {"spf=pass; dmarc=fail header.from=kota.go.id", true},
        {"dkim=pass header.d=kota.go.id; dmarc=quarantine", true},
        {"dmarc=pass header.from=evil.net", true},
        {"dkim=none (", true},
    };
    struct provider_policy policy = policy_of(PROVIDER_OWN, PLACE_ABOVE);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mail_identity id;
        char mail[1024];

        snprintf(mail, sizeof mail, OURS "%s\r\n" BORDER REST,
                 rows[i].results);
        id = look(mail, &policy);
        if (!id.provider.present || id.provider.denied != rows[i].denied) {
            fail_msg("'%s': %s", rows[i].results, id.provider.reason);
        }
    }
}

static void what_cannot_be_read_says_nothing(void **state) {
    static const char *const bad[] = {
        "dkim=pass header.d=kota.go.id header.d=kota.go.id",
        "dkim=pass header.d=kota.go.id (", "dkim=pass header.d=\"kota.go.id",
        "dkim=pass header.d=kota.go.id dkim",
        "dkim=pass header.d=kota.go.id; =pass",
        "dkim=pass header.d=kota.go.id;; dkim=fail",
        "dkim pass header.d=kota.go.id", "dkim=pass header.d=kota.go.id)",
        "dkim/2=pass header.d=kota.go.id",
        "dkim=pass header.d=kota.go.id; x=\"y\"",
        "dkim=pass header.d=kota.go.id; \xc3\xa9=pass",
    };
    struct provider_policy policy = policy_of(PROVIDER_OWN, PLACE_ABOVE);

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char mail[1024];
        struct mail_identity id;

        snprintf(mail, sizeof mail, OURS "%s\r\n" BORDER REST, bad[i]);
        id = look(mail, &policy);
        if (id.level != LEVEL_NONE ||
            strstr(id.provider.reason, "cannot be read") == NULL) {
            fail_msg("'%s': %s %s", bad[i], sender_level_name(id.level),
                     id.provider.reason);
        }
    }
}

/* ---- Google --------------------------------------------------------------- */

#define G_INNER                                                               \
    "Delivered-To: loket@kota.go.id\r\n"                                       \
    "Received: by 2002:a05:6a10:1234:b0:1a2:b3c with SMTP id x1csp1;\r\n"      \
    " Sat, 21 Nov 2026 00:00:02 -0800 (PST)\r\n"                               \
    "X-Received: by 2002:a17:902:1:: with SMTP id a1mr2;\r\n"                  \
    "ARC-Authentication-Results: i=1; mx.google.com;\r\n"                      \
    " dkim=pass header.i=@kota.go.id; dmarc=pass header.from=kota.go.id\r\n"   \
    "Return-Path: <siti@kota.go.id>\r\n"
#define G_BORDER                                                              \
    "Received: from mail-sor-f41.google.com (mail-sor-f41.google.com."         \
    " [209.85.220.41])\r\n"                                                    \
    " by mx.google.com with SMTPS id d1sor1 for <loket@kota.go.id>\r\n"        \
    " (Google Transport Security); Sat, 21 Nov 2026 00:00:01 -0800\r\n"
#define G_SPF                                                                 \
    "Received-SPF: pass (google.com: domain of siti@kota.go.id designates"     \
    " 209.85.220.41 as permitted sender) client-ip=209.85.220.41;\r\n"
#define G_SPF_RESULT                                                          \
    "spf=pass (google.com: domain of siti@kota.go.id designates"               \
    " 209.85.220.41 as permitted sender) smtp.mailfrom=siti@kota.go.id"
#define G_AR "Authentication-Results: mx.google.com;\r\n       "

static void google_from_documentation(void **state) {
    static const struct row rows[] = {
        {"own key",
         G_INNER G_BORDER G_SPF G_AR
         "dkim=pass header.i=@kota.go.id header.s=google"
         " header.b=\"AbC/d+=\";\r\n       " G_SPF_RESULT
         ";\r\n       dmarc=pass (p=NONE sp=NONE dis=NONE)"
         " header.from=kota.go.id;\r\n       dara=pass header.i=@kota.go.id"
         "\r\n" REST,
         LEVEL_PROVIDER, "dkim"},
        {"Workspace without a key of its own",
         G_INNER G_BORDER G_SPF G_AR
         "dkim=pass header.i=@kota-go-id.20230601.gappssmtp.com"
         " header.s=20230601; " G_SPF_RESULT
         "; dmarc=pass (p=NONE) header.from=kota.go.id\r\n" REST,
         LEVEL_PROVIDER, "dmarc"},
        {"the same name without dmarc",
         G_INNER G_BORDER G_SPF G_AR
         "dkim=pass header.i=@kota-go-id.20230601.gappssmtp.com; " G_SPF_RESULT
         "\r\n" REST,
         LEVEL_NONE, "only spf"},
        {"another tenant's key",
         G_INNER G_BORDER G_SPF G_AR
         "dkim=pass header.i=@evil-net.20230601.gappssmtp.com; " G_SPF_RESULT
         "; dmarc=pass header.from=kota.go.id\r\n" REST,
         LEVEL_NONE, "only spf"},
        {"a name around the tenant's",
         G_INNER G_BORDER G_SPF G_AR
         "dkim=pass header.i=@kota-go-id.evil.20230601.gappssmtp.com; "
         "dmarc=pass header.from=kota.go.id\r\n" REST,
         LEVEL_NONE, "only spf"},
        {"V019", G_INNER G_BORDER G_SPF G_AR G_SPF_RESULT
         "; dmarc=pass header.from=kota.go.id\r\n" REST,
         LEVEL_NONE, "only spf"},
        {"V020 fails here, passed once",
         G_INNER G_BORDER G_SPF G_AR
         "dkim=fail header.i=@kota.go.id; arc=pass (i=1 dkim=pass"
         " dkdomain=kota.go.id); dmarc=fail header.from=kota.go.id\r\n" REST,
         LEVEL_NONE, "did not pass"},
        {"V002 forged below",
         G_INNER G_BORDER G_SPF G_AR "spf=softfail smtp.mailfrom=x@evil.net\r\n"
         G_AR "dkim=pass header.i=@kota.go.id\r\n" REST,
         LEVEL_NONE, "no signature"},
        {"V003 none of Google's",
         G_INNER G_BORDER G_SPF
         "Received: from x by mx.google.com with ESMTP id 1\r\n" G_AR
         "dkim=pass header.i=@kota.go.id\r\n" REST,
         LEVEL_NONE, "no results"},
        {"not at Google at all",
         "Received: from x by mail.example with ESMTP id 1\r\n" G_BORDER G_AR
         "dkim=pass header.i=@kota.go.id\r\n" REST,
         LEVEL_NONE, "no results"},
    };
    (void)state;
    RUN(rows, PROVIDER_GOOGLE, PLACE_ABOVE); /* the preset knows the place */
}

/* ---- Microsoft ------------------------------------------------------------ */

#define M_INNER                                                               \
    "Received: from SG2PR04.apcprd04.prod.outlook.com (2603:1096:4:1::1) by\r\n" \
    " TYZPR04.apcprd04.prod.outlook.com with HTTPS; Sat, 21 Nov 2026\r\n"      \
    " 01:00:03 +0000\r\n"                                                      \
    "Received: from SI2PR02CA0001.apcprd02.prod.outlook.com\r\n"               \
    " (2603:1096:4:194::10) by SG2PR04.apcprd04.prod.outlook.com with\r\n"     \
    " Microsoft SMTP Server (version=TLS1_3) id 15.20; Sat, 21 Nov 2026\r\n"   \
    " 01:00:02 +0000\r\n"
#define M_BORDER                                                              \
    "Received: from out.kota.go.id (192.0.2.1) by\r\n"                         \
    " SG1PEPF1.mail.protection.outlook.com (10.167.240.1) with Microsoft\r\n"  \
    " SMTP Server id 15.20 via Frontend Transport; Sat, 21 Nov 2026\r\n"       \
    " 01:00:01 +0000\r\n"
#define M_AR "Authentication-Results: "
#define M_SPF "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=kota.go.id; "
#define M_PASS                                                                \
    M_AR M_SPF "dkim=pass (signature was verified)\r\n"                        \
               " header.d=kota.go.id;dmarc=pass action=none\r\n"               \
               " header.from=kota.go.id;compauth=pass reason=100\r\n"
#define M_AS "X-MS-Exchange-Organization-AuthAs: "
#define M_SOURCE                                                              \
    "X-MS-Exchange-Organization-AuthSource: "                                  \
    "SG2PR04.apcprd04.prod.outlook.com\r\n"

static void microsoft_from_documentation(void **state) {
    static const struct row rows[] = {
        {"from outside, signed", M_INNER M_PASS M_BORDER M_AS
         "Anonymous\r\n" M_SOURCE REST,
         LEVEL_PROVIDER, "dkim"},
        {"inside the tenant", M_INNER M_AS "Internal\r\n" M_SOURCE REST,
         LEVEL_PROVIDER, "internal"},
        {"inside, with results that say none",
         M_AR "dkim=none (message not signed) header.d=none;dmarc=none"
              " action=none header.from=kota.go.id;\r\n" M_INNER M_AS
              "Internal\r\n" M_SOURCE REST,
         LEVEL_PROVIDER, "internal"},
        {"V001 anonymous", M_INNER M_AR M_SPF "dkim=none (message not signed)"
         " header.d=none;dmarc=fail action=none header.from=kota.go.id;"
         "compauth=fail reason=001\r\n" M_BORDER M_AS "Anonymous\r\n" M_SOURCE
         REST,
         LEVEL_NONE, "did not pass"},
        {"a forged mark beside the real one",
         M_INNER M_BORDER M_AS "Anonymous\r\n" M_SOURCE M_AS
         "Internal\r\n" REST,
         LEVEL_NONE, "twice"},
        {"without its source", M_INNER M_AS "Internal\r\n" REST, LEVEL_NONE,
         "twice, or"},
        {"a source that is not Microsoft's",
         M_INNER M_AS "Internal\r\n"
         "X-MS-Exchange-Organization-AuthSource: mail.evil.net\r\n" REST,
         LEVEL_NONE, "not Microsoft"},
        {"another word", M_INNER M_AS "internal; x\r\n" M_SOURCE REST,
         LEVEL_NONE, "no results"},
        /* That one travels between organisations. */
        {"CrossTenant says nothing",
         M_INNER M_BORDER
         "X-MS-Exchange-CrossTenant-AuthAs: Internal\r\n"
         "X-MS-Exchange-CrossTenant-AuthSource: "
         "SG2PR04.apcprd04.prod.outlook.com\r\n" REST,
         LEVEL_NONE, "no results"},
        {"internal, but refused",
         M_INNER M_AR "dmarc=fail action=none header.from=kota.go.id\r\n"
         M_BORDER M_AS "Internal\r\n" M_SOURCE REST,
         LEVEL_NONE, "did not pass"},
        {"V003 forged below the border", M_INNER M_BORDER M_PASS REST,
         LEVEL_NONE, "no results"},
        {"with somebody's id",
         M_INNER M_AR "kota.go.id; dkim=pass header.d=kota.go.id\r\n" M_BORDER
             REST,
         LEVEL_NONE, "no results"},
        {"V020 compauth by ARC",
         M_INNER M_AR "spf=fail smtp.mailfrom=kota.go.id; dkim=fail (body hash"
         " did not verify) header.d=kota.go.id;dmarc=fail action=none"
         " header.from=kota.go.id;compauth=pass reason=130\r\n" M_BORDER REST,
         LEVEL_NONE, "did not pass"},
    };
    struct provider_policy policy =
        policy_of(PROVIDER_MICROSOFT, PLACE_ABOVE);
    struct mail_identity id;

    (void)state;
    RUN(rows, PROVIDER_MICROSOFT, PLACE_ABOVE);
    text_copy(policy.domains[0], sizeof policy.domains[0], "else.go.id");
    id = look(M_INNER M_AS "Internal\r\n" M_SOURCE REST, &policy);
    assert_int_equal(id.level, LEVEL_NONE);
    assert_non_null(strstr(id.provider.reason, "internal_domains"));
}

/* ---- what the self-test sees ---------------------------------------------- */

static void a_forged_copy_is_seen_only_where_it_would_count(void **state) {
    static const struct {
        const char *label, *mail;
        enum provider kind;
        enum provider_place place;
        bool forged;
    } rows[] = {
        {"not stripped",
         BORDER OURS "dkim=pass header.d=kota.go.id"
                     " policy.test=loket-selftest.1\r\n" REST,
         PROVIDER_OWN, PLACE_BELOW, true},
        {"below the border's own",
         BORDER OURS "dkim=none\r\n" OURS "dkim=pass header.d=kota.go.id"
                     " policy.test=loket-selftest.1\r\n" REST,
         PROVIDER_OWN, PLACE_BELOW, false},
        {"in no place",
         BORDER OURS "dkim=pass policy.test=loket-selftest.1\r\n" REST,
         PROVIDER_OWN, PLACE_ABOVE, false},
        {"the mark came through",
         M_INNER M_AS "Internal\r\n"
         "X-MS-Exchange-Organization-AuthSource:"
         " loket-selftest.1.outlook.com\r\n" REST,
         PROVIDER_MICROSOFT, PLACE_ABOVE, true},
        {"the mark came through beside the real one",
         M_INNER M_AS "Internal\r\n" M_SOURCE
         "X-MS-Exchange-Organization-AuthSource:"
         " loket-selftest.1.outlook.com\r\n" REST,
         PROVIDER_MICROSOFT, PLACE_ABOVE, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct provider_policy policy =
            policy_of(rows[i].kind, rows[i].place);
        struct mail_identity id = look(rows[i].mail, &policy);

        if (id.provider.forged != rows[i].forged ||
            (id.provider.forged && id.level != LEVEL_NONE)) {
            fail_msg("%s: forged %d, level %s", rows[i].label,
                     id.provider.forged, sender_level_name(id.level));
        }
    }
}

static void without_a_self_test_no_level_is_raised(void **state) {
    struct provider_policy policy = policy_of(PROVIDER_OWN, PLACE_ABOVE);
    struct mail_identity id;

    (void)state;
    policy.usable = false;
    id = look(LMTP PASS BORDER REST, &policy);
    assert_true(id.provider.pass);
    assert_int_equal(id.level, LEVEL_NONE);
    policy.kind = PROVIDER_NONE;
    policy.usable = true;
    id = look(LMTP PASS BORDER REST, &policy);
    assert_false(id.provider.present);
    assert_int_equal(id.level, LEVEL_NONE);
    id = look(LMTP PASS BORDER REST, NULL);
    assert_int_equal(id.level, LEVEL_NONE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_believes_its_border),
        cmocka_unit_test(own_believes_no_copy),
        cmocka_unit_test(below_only_the_first_counts),
        cmocka_unit_test(only_the_exact_id_counts),
        cmocka_unit_test(a_result_speaks_of_its_own_domain),
        cmocka_unit_test(only_evidence_against_him_denies),
        cmocka_unit_test(what_cannot_be_read_says_nothing),
        cmocka_unit_test(google_from_documentation),
        cmocka_unit_test(microsoft_from_documentation),
        cmocka_unit_test(a_forged_copy_is_seen_only_where_it_would_count),
        cmocka_unit_test(without_a_self_test_no_level_is_raised),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
