/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Returned mail over the shared corpus, which is read in place and never
 * copied: how many bounces are seen, how many other mails are taken for one,
 * whether status and recipient are right.  Each disagreement is printed; why
 * there is one stands in docs/corpus.md.  Skips with one line where the corpus
 * is absent.
 *
 * What counts as right
 *   bounce      class "bounce" of bounces/index.tsv: a letter that failed or
 *               is late.  What the index calls "unknown" counts nowhere.
 *   other mail  the other classes, and every mail of mails/, replies/ and
 *               dkim/ but those of the table below, which are bounces
 *   status      that of the recipient which was named, where the index has one;
 *               it has one where the mail states one (RFC 3463)
 *   recipient   one of the index, where it names any
 * A file that has only CR is read with CRLF in their place: no mail travels
 * otherwise (RFC 5321 2.3.8), and an IMAP server could not hand it over.
 */
#include "message/message.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

/* Bounces in sets that have no index; each was read by eye. */
static const char *const also_bounces[] = {
    "mails/alaveteli/autoresponse-header.eml",
    "mails/alaveteli/track-response-exim-bounce.eml",
    "mails/alaveteli/track-response-webshield-bounce.eml",
    "mails/alaveteli/utf-7-conversion.eml",
    "mails/cpython-test_email/msg_05.txt", /* a skeleton, as those below */
    "mails/cpython-test_email/msg_16.txt",
    "mails/cpython-test_email/msg_25.txt",
    "mails/cpython-test_email/msg_43.txt",
    "mails/enmime-mail/multipart-wo-boundary.raw", /* skeleton */
    "mails/mikel-mail/mime_emails/"
    "raw_email_with_mimepart_without_content_type.eml",
    "mails/mox/message/message-rfc822-multipart.eml", /* skeleton */
    "mails/php-mime-mail-parser/failure.eml",
    "mails/zammad/mail018.box",
    "mails/zammad/mail052.box",
    "mails/zammad/mail078.box",
};

static char corpus[LIMIT_PATH];
static struct mail_facts *facts;

static struct rates {
    unsigned bounces, seen, others, wrong;
    unsigned stated, status, named, recipient;
    unsigned plain, automatic; /* other mails without a mark in the header */
    unsigned replies, silent;  /* vacation replies, and those seen */
} rates;

static char *marked; /* index-auto-headers.tsv */

static bool has_corpus(void) {
    const char *shared = getenv("LOKET_SHARED"), *top = getenv("srcdir");
    struct stat st;

    if (shared != NULL) {
        snprintf(corpus, sizeof corpus, "%s/corpus", shared);
    } else {
        snprintf(corpus, sizeof corpus, "%s/../shared/corpus",
                 top != NULL ? top : ".");
    }
    if (stat(corpus, &st) == 0) {
        return true;
    }
    print_message("skipped: no corpus at %s\n", corpus);
    return false;
}

static int no_keys(void *user, struct dkim_key *keys, size_t count) {
    (void)user;
    for (size_t i = 0; i < count; i++) {
        keys[i].outcome = KEY_NOT_FOUND;
    }
    return 0;
}

static const struct message_options options = {
    .own_address = "office@kota.example", .keys = no_keys, .now = 1};

static int on_attachment(void *user, struct attachment *a, const void *bytes,
                         struct err *e) {
    (void)user;
    (void)a;
    (void)bytes;
    (void)e;
    return 0;
}

/* The bytes as a mail server would have them. */
static char *read_mail(const char *path, size_t *size_r) {
    struct err e = ERR_INIT;
    char *raw, *wire;
    size_t size, n = 0;

    assert_int_equal(io_read_file(path, LIMIT_MAIL, &raw, &size, &e), 0);
    if (memchr(raw, '\n', size) != NULL) {
        *size_r = size;
        return raw;
    }
    wire = xmalloc(2 * size + 1);
    for (size_t i = 0; i < size; i++) {
        wire[n++] = raw[i];
        if (raw[i] == '\r') {
            wire[n++] = '\n';
        }
    }
    wire[n] = '\0';
    free(raw);
    *size_r = n;
    return wire;
}

/* What became of it; "" when it was read. */
static const char *read_facts(const char *path) {
    struct mail_identity *id = &facts->identity;
    static char why[LIMIT_REASON];
    struct err e = ERR_INIT;
    size_t size;
    char *raw = read_mail(path, &size);

    memset(facts, 0, sizeof *facts);
    message_identify(raw, size, &options, id);
    if (message_read(raw, size, &options, on_attachment, NULL, facts, &e) !=
        0) {
        facts->automatic = AUTOMATIC_NO;
        text_copy(why, sizeof why, e.text);
        free(raw);
        return why;
    }
    free(raw);
    return "";
}

/* ---- the index ----------------------------------------------------------- */

/* The i-th of "a|b|c". */
static bool take_item(const char *list, size_t i, char *to, size_t room) {
    for (; i > 0; i--) {
        list = strchr(list, '|');
        if (list == NULL) {
            return false;
        }
        list++;
    }
    return text_copy_n(to, room, list, strcspn(list, "|"));
}

static void check_status(const char *file, const char *recipients,
                         const char *statuses) {
    const struct bounce *b = &facts->bounce;
    char item[LIMIT_ADDRESS], wanted[LIMIT_ADDRESS];
    size_t at = 0;

    for (size_t i = 0; take_item(recipients, i, item, sizeof item); i++) {
        if (item[0] != '\0' && text_equal_ci(item, b->recipient)) {
            at = i;
            break;
        }
    }
    if (!take_item(statuses, at, wanted, sizeof wanted) ||
        wanted[0] == '\0') {
        return;
    }
    rates.stated++;
    if (strcmp(wanted, b->status) == 0) {
        rates.status++;
    } else {
        print_message("  %s: status %s, not %s\n", file,
                      b->status[0] != '\0' ? b->status : "none", wanted);
    }
}

static void check_recipient(const char *file, const char *recipients) {
    char item[LIMIT_ADDRESS];

    if (strspn(recipients, "|") == strlen(recipients)) {
        return;
    }
    rates.named++;
    for (size_t i = 0; take_item(recipients, i, item, sizeof item); i++) {
        if (text_equal_ci(item, facts->bounce.recipient)) {
            rates.recipient++;
            return;
        }
    }
    print_message("  %s: recipient <%s>, not <%s>\n", file,
                  facts->bounce.recipient, recipients);
}

static void check_row(char *row) {
    char *column[5], path[LIMIT_PATH * 2], *p = row;
    const char *why;
    bool seen;

    for (size_t i = 0; i < 5; i++) {
        column[i] = p == NULL ? "" : strsep(&p, "\t\n");
    }
    if (*row == '#' || *column[2] == '?') {
        return;
    }
    snprintf(path, sizeof path, "%s/bounces/%s", corpus, column[0]);
    why = read_facts(path);
    seen = facts->automatic == AUTOMATIC_BOUNCE;
    if (strcmp(column[1], "vacation") == 0) {
        rates.replies++;
        rates.silent += facts->automatic == AUTOMATIC_REPLY;
    }
    if (strcmp(column[2], "yes") != 0) {
        rates.others++;
        rates.wrong += seen;
        if (seen) {
            print_message("  %s: %s taken for a bounce\n", column[0],
                          column[1]);
        }
        return;
    }
    rates.bounces++;
    rates.seen += seen;
    if (!seen) {
        print_message("  %s: not seen: %s %s\n", column[0],
                      automatic_name(facts->automatic), why);
    }
    check_recipient(column[0], column[3]);
    check_status(column[0], column[3], column[4]);
}

static void read_index(void) {
    char path[LIMIT_PATH + 32], *row = NULL;
    size_t room = 0;
    FILE *f;

    snprintf(path, sizeof path, "%s/bounces/index.tsv", corpus);
    f = fopen(path, "r");
    assert_non_null(f);
    while (getline(&row, &room, f) > 0) {
        check_row(row);
    }
    free(row);
    fclose(f);
}

/* ---- all other mails ----------------------------------------------------- */

static bool is_also_bounce(const char *file) {
    for (size_t i = 0; i < sizeof also_bounces / sizeof also_bounces[0];
         i++) {
        if (strcmp(file, also_bounces[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_marked(const char *file) {
    char line[LIMIT_PATH + 4];

    snprintf(line, sizeof line, "\n%s\t", file);
    return strstr(marked, line) != NULL;
}

static void check_plain(const char *file) {
    if (is_marked(file)) {
        return;
    }
    rates.plain++;
    if (facts->automatic != AUTOMATIC_NO) {
        rates.automatic++;
        print_message("  %s: taken for a machine's (%s)\n", file,
                      automatic_name(facts->automatic));
    }
}

static int visit(const char *path, const struct stat *st, int type,
                 struct FTW *ftw) {
    const char *file = path + strlen(corpus) + 1;
    bool mail = text_starts_ci(file, "mails/") || strstr(file, ".eml") ||
                strstr(file, ".msg");
    bool is_bounce, seen;

    (void)st;
    (void)ftw;
    if (type != FTW_F || !mail) {
        return 0;
    }
    (void)read_facts(path);
    is_bounce = is_also_bounce(file);
    seen = facts->automatic == AUTOMATIC_BOUNCE;
    rates.bounces += is_bounce;
    rates.seen += is_bounce && seen;
    rates.others += !is_bounce;
    rates.wrong += !is_bounce && seen;
    if (!is_bounce) {
        check_plain(file);
    }
    if (is_bounce != seen) {
        print_message("  %s: %s\n", file,
                      seen ? "taken for a bounce" : "not seen");
    }
    return 0;
}

static void walk(const char *folder) {
    char path[LIMIT_PATH + 32];

    snprintf(path, sizeof path, "%s/%s", corpus, folder);
    assert_int_equal(nftw(path, visit, 16, FTW_PHYS), 0);
}

/* ---- the figures --------------------------------------------------------- */

/* How many of ten thousand. */
static unsigned share(unsigned part, unsigned of) {
    return of == 0 ? 0 : (unsigned)((uint64_t)part * 10000 / of);
}

static void tell(const char *what, unsigned part, unsigned of) {
    unsigned s = share(part, of);

    print_message("%s: %u of %u, %u.%02u %%\n", what, part, of, s / 100,
                  s % 100);
}

static void read_marked(void) {
    char path[LIMIT_PATH + 32];
    struct err e = ERR_INIT;
    size_t size;

    snprintf(path, sizeof path, "%s/index-auto-headers.tsv", corpus);
    assert_int_equal(io_read_file(path, LIMIT_MAIL, &marked, &size, &e), 0);
}

static void corpus_bounces_are_seen(void **state) {
    (void)state;
    if (!has_corpus()) {
        skip();
    }
    read_marked();
    read_index();
    walk("mails");
    walk("replies");
    walk("dkim");
    tell("recall", rates.seen, rates.bounces);
    tell("precision", rates.seen, rates.seen + rates.wrong);
    print_message("taken for a bounce: %u of %u other mails\n", rates.wrong,
                  rates.others);
    tell("status", rates.status, rates.stated);
    tell("recipient", rates.recipient, rates.named);
    print_message("vacation replies: %u of %u; taken for a machine's: %u of "
                  "%u other mails without a mark\n",
                  rates.silent, rates.replies, rates.automatic, rates.plain);
    free(marked);
    assert_int_equal(rates.silent, rates.replies);
    assert_true(rates.plain >= 700 && rates.automatic == 0);
    assert_true(rates.bounces >= 326 && rates.others >= 600);
    assert_true(share(rates.seen, rates.bounces) >= 9800);
    assert_true(share(rates.seen, rates.seen + rates.wrong) >= 9950);
    assert_true(share(rates.status, rates.stated) >= 9500);
    assert_true(share(rates.recipient, rates.named) >= 9500);
}

static int set_up(void **state) {
    (void)state;
    message_warm_up();
    facts = mail_facts_new();
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    mail_facts_free(&facts);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corpus_bounces_are_seen),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
