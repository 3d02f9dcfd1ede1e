/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The whole configuration folder: the shipped one loads, and each of many
 * single changes to it ends the start with exactly one sentence (V171, V175).
 */
#include "config/policy.h"
#include "config/settings.h"

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

/* Every file of the folder; the letters are those the model names. */
enum { FILES_MAX = 12 + LANGUAGE__MAX * (LETTER__MAX + 1) };
static char files[FILES_MAX][LIMIT_PATH];
static size_t file_count;
static const char *const folders[] = {"secrets", "workflows", "letters",
                                      "letters/id", "letters/en", "calendar",
                                      "forms"};
static char shipped[LIMIT_PATH], dir[LIMIT_PATH];

/* ---- the folder --------------------------------------------------------- */

static void path_of(char path[2 * LIMIT_PATH], const char *top,
                    const char *name) {
    snprintf(path, 2 * LIMIT_PATH, "%s/%s", top, name);
}

static char *get(const char *top, const char *name) {
    char path[2 * LIMIT_PATH], *text = NULL;
    struct err e = ERR_INIT;
    size_t size;

    path_of(path, top, name);
    if (io_read_file(path, 1024 * 1024, &text, &size, &e) != 0) {
        fail_msg("%s", e.text);
    }
    return text;
}

/* The shipped file with its placeholders filled in, line by line. */
static char *get_filled(const char *name) {
    static const char *const values[][2] = {
        {"example.invalid", "example.test"},
        {"(nama kota)", "Kota Contoh"},
        {"(0000) 000000", "(0285) 000000"},
        {"(nama pejabat)", "Siti Aminah"},
        {"(nama dan nomor telepon pejabat)", "Siti Aminah, (0285) 000001"},
    };
    char *text = get(shipped, name);

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        for (char *at; (at = strstr(text, values[i][0])) != NULL;) {
            char *next = xasprintf("%.*s%s%s", (int)(at - text), text,
                                   values[i][1], at + strlen(values[i][0]));

            free(text);
            text = next;
        }
    }
    return text;
}

static void put(const char *name, const char *text, mode_t mode) {
    char path[2 * LIMIT_PATH];
    int fd;

    path_of(path, dir, name);
    unlink(path);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    assert_true(fd >= 0);
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(io_write_all(fd, text, strlen(text), NULL), 0);
    close(fd);
}

static void drop(const char *name) {
    char path[2 * LIMIT_PATH];

    path_of(path, dir, name);
    assert_true(unlink(path) == 0 || errno == ENOENT);
}

static void put_shipped(const char *name) {
    char *text = get_filled(name);

    put(name, text, 0644);
    free(text);
}

#define ISSUER                                                                 \
    "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"

static void put_secrets(void) {
    put("portal-issuer.pem", ISSUER, 0644);
    put("secrets/mailbox", "x\n", 0400);
    put("secrets/relay", "x\n", 0400);
}

static void list_files(void) {
    static const char *const others[] = {"loket.conf", "people.conf",
                                         "standard.conf",
                                         "workflows/lock.conf",
                                         "calendar/2026.conf",
                                         "calendar/2027.conf",
                                         "forms/acceptance.conf",
                                         "forms/reason.conf",
                                         "forms/recommendation.conf",
                                         "forms/request.conf",
                                         "forms/statement.conf",
                                         "forms/superior.conf"};

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        text_copy(files[file_count++], LIMIT_PATH, others[i]);
    }
    for (int l = 0; l < LANGUAGE__MAX; l++) {
        const char *language = language_name((enum language)l);

        for (int k = 0; k < LETTER__MAX; k++) {
            snprintf(files[file_count++], LIMIT_PATH, "letters/%s/%s.txt",
                     language, letter_kind_name((enum letter_kind)k));
        }
        snprintf(files[file_count++], LIMIT_PATH, "letters/%s/phrases.conf",
                 language);
    }
}

static int start(void **state) {
    const char *top = getenv("srcdir");
    const char *temporary = getenv("TMPDIR");
    char path[2 * LIMIT_PATH];

    (void)state;
    list_files();
    snprintf(shipped, sizeof shipped, "%s/conf", top != NULL ? top : "..");
    snprintf(dir, sizeof dir, "%s/loket-settings-XXXXXX",
             temporary != NULL ? temporary : "/tmp");
    if (mkdtemp(dir) == NULL) {
        return -1;
    }
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        path_of(path, dir, folders[i]);
        if (mkdir(path, 0700) != 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < file_count; i++) {
        put_shipped(files[i]);
    }
    put_secrets();
    return 0;
}

static int stop(void **state) {
    char path[2 * LIMIT_PATH];

    (void)state;
    for (size_t i = 0; i < file_count; i++) {
        drop(files[i]);
    }
    drop("secrets/mailbox");
    drop("secrets/relay");
    drop("portal-issuer.pem");
    for (size_t i = sizeof folders / sizeof folders[0]; i > 0; i--) {
        path_of(path, dir, folders[i - 1]);
        rmdir(path);
    }
    return rmdir(dir);
}

/* The text with the first `from` in it replaced; the caller frees it. */
static char *replaced(const char *text, const char *from, const char *to) {
    const char *at = strstr(text, from);
    struct buf b;

    if (at == NULL) {
        fail_msg("\"%s\" is not in the file", from);
        abort();
    }
    buf_init(&b, 1024 * 1024);
    buf_put(&b, text, (size_t)(at - text));
    buf_puts(&b, to);
    buf_puts(&b, at + strlen(from));
    return buf_take(&b, NULL);
}

/* A file with `from` replaced; the caller puts the shipped one back. */
static void put_changed(const char *name, const char *from, const char *to) {
    char *before = get_filled(name), *after = replaced(before, from, to);

    put(name, after, 0644);
    free(after);
    free(before);
}

/* The line on which `mark` stands in the shipped file, from 1. */
static unsigned line_of(const char *name, const char *mark) {
    char *text = get_filled(name);
    const char *at = strstr(text, mark);
    unsigned line = 1;

    for (const char *p = text; at != NULL && p < at; p++) {
        line += *p == '\n';
    }
    free(text);
    return line;
}

/* ---- what is right ------------------------------------------------------ */

static void the_shipped_folder_loads(void **state) {
    struct settings *s = NULL;
    struct err e = ERR_INIT;
    char path[2 * LIMIT_PATH];

    (void)state;
    if (settings_load(dir, &s, &e) != 0) {
        fail_msg("%s", e.text);
        return;
    }
    path_of(path, s->config_dir, "secrets/mailbox");
    assert_string_equal(s->imap.password_file, path);
    assert_string_equal(s->office.domain, "diskominfo.example.test");
    assert_int_equal(s->imap.port, 993);
    assert_int_equal(s->imap.idle_sec, 1500);
    assert_int_equal(s->relay.port, 465);
    assert_int_equal(s->budget[BUDGET_HOUR], 1000);
    assert_int_equal(s->budget[BUDGET_ADDRESS], 100);
    assert_int_equal(s->budget[BUDGET_CASE], 100);
    assert_int_equal(s->mailbox_mode, MAILBOX_SHARED);
    assert_string_equal(s->folder_quarantine, "Loket/Quarantine");
    assert_true(s->dkim_dns);
    assert_int_equal(s->keys.rsa_min, 2048);
    assert_int_equal(s->keys.exponent_min, 65537);
    assert_true(s->keys.curves[CURVE_P256] && s->keys.curves[CURVE_P384] &&
                s->keys.curves[CURVE_P521]);
    assert_string_equal(s->blacklist, "");
    assert_int_equal(s->summary_min, 450);
    assert_int_equal(s->people.count, 5);
    assert_true(s->people.officers[1].roles[ROLE_VERIFIER]);
    assert_false(s->people.officers[2].roles[ROLE_VERIFIER]);
    assert_int_equal(s->workflow_count, 1);
    assert_string_equal(s->workflows[0].name, "lock");
    assert_int_equal(s->workflows[0].applicant_level, LEVEL_DKIM);
    assert_int_equal(s->workflows[0].verifier_level, LEVEL_DKIM);
    assert_int_equal(s->workflows[0].executor, EXECUTOR_OPERATOR);
    assert_string_equal(s->workflows[0].profile, "signature");
    assert_int_equal(s->workflows[0].token_hours, 72);
    assert_int_equal(s->workflows[0].due_days, 1);
    assert_true(s->workflows[0].needs[PAPER_CSR]);
    assert_string_equal(s->workflows[0].version, "1.0");
    assert_int_equal(s->workflows[0].sop_norm, 29);
    assert_non_null(s->letters);
    assert_non_null(strstr(s->office.channels, "Telepon: (0285) 000000\n"));
    settings_free(&s);
    assert_null(s);
}

/* requirements.md 1A, choice 2: all five offices work in a portal. */
static void the_shipped_office_works_in_a_portal(void **state) {
    struct settings *s = NULL;
    struct err e = ERR_INIT;
    char path[2 * LIMIT_PATH];

    (void)state;
    assert_int_equal(settings_load(dir, &s, &e), 0);
    path_of(path, s->config_dir, "portal-issuer.pem");
    assert_true(s->portal.present);
    assert_string_equal(s->portal.name, "AMS BSrE");
    assert_string_equal(s->portal.url, "https://portal.example.test/");
    assert_string_equal(s->portal.issuer_file, path);
    assert_string_equal(s->portal.crl_url,
                        "https://crl.example.test/issuer.crl");
    assert_string_equal(s->portal.ca_file, "");
    assert_int_equal(s->portal.timeout_sec, 60);
    assert_int_equal(s->portal.poll_min, 15);
    assert_int_equal(s->portal.remind_hours, 24);
    assert_false(s->mailbox_plus);
    assert_int_equal(s->provider.kind, PROVIDER_NONE);
    assert_false(s->provider.usable);
    assert_true(s->people.officers[1].roles[ROLE_OPERATOR]);
    settings_free(&s);
}

/* loket.conf without its group portal. */
static void put_without_portal(void) {
    char *text = get_filled("loket.conf"), *at = strstr(text, "portal = {");
    char *end;

    assert_non_null(at);
    end = strstr(at, "\n};\n");
    assert_non_null(end);
    memmove(at, end + 5, strlen(end + 5) + 1);
    put("loket.conf", text, 0644);
    free(text);
}

static void an_office_with_a_ca_needs_no_portal(void **state) {
    struct settings *s = NULL;
    struct err e = ERR_INIT;

    (void)state;
    put_without_portal();
    put_changed("workflows/lock.conf", "executor = \"operator\"",
                "executor = \"ca\"");
    if (settings_load(dir, &s, &e) != 0) {
        fail_msg("%s", e.text);
        return;
    }
    assert_false(s->portal.present);
    assert_int_equal(s->workflows[0].executor, EXECUTOR_CA);
    settings_free(&s);
    put_shipped("loket.conf");
    put_shipped("workflows/lock.conf");
}

static void banners_are_patterns(void **state) {
    struct settings *s = NULL;
    struct err e = ERR_INIT;

    (void)state;
    put_changed("loket.conf", "banners = [];",
                "banners = [\"[EXTERNAL] CAUTION: *\", \"Surel dari luar\"];");
    assert_int_equal(settings_load(dir, &s, &e), 0);
    assert_int_equal(s->banner_count, 2);
    assert_string_equal(s->banners[0], "[EXTERNAL] CAUTION: *");
    settings_free(&s);
    put_shipped("loket.conf");
}

/* A file without the two keys that have defaults. */
static void what_is_left_out_has_its_default(void **state) {
    struct settings *s = NULL;
    struct err e = ERR_INIT;

    (void)state;
    put_changed("workflows/lock.conf", "profile = \"signature\";\n", "\n");
    put_changed("loket.conf", "    plus = false;\n", "    plus = true;\n");
    assert_int_equal(settings_load(dir, &s, &e), 0);
    assert_string_equal(s->workflows[0].profile, "signature");
    assert_true(s->mailbox_plus);
    settings_free(&s);
    put_changed("workflows/lock.conf", "token_hours = 72;\n", "\n");
    assert_int_equal(settings_load(dir, &s, &e), 0);
    assert_int_equal(s->workflows[0].token_hours, 72);
    settings_free(&s);
    put_shipped("loket.conf");
    put_shipped("workflows/lock.conf");
}

/* LAW-2, design.md 5 */
static void a_season_and_learning_are_read(void **state) {
    struct settings *s = NULL;
    struct err e = ERR_INIT;

    (void)state;
    put_changed("loket.conf", "    sunday    = [];", "    seasons = (\n"
                "{ name = \"B\"; from = \"2028-01-28\"; to = \"2028-02-26\"; "
                "monday = [\"08.00-14.00\"]; },\n"
                "{ name = \"A\"; from = \"2027-02-08\"; to = \"2027-03-09\"; "
                "monday = [\"08.00-12.00\", \"12.30-15.00\"]; } );");
    if (settings_load(dir, &s, &e) != 0) {
        fail_msg("%s", e.text);
        return;
    }
    assert_int_equal(s->timetable.season_count, 2);
    assert_string_equal(s->timetable.seasons[0].name, "A");
    assert_int_equal(s->timetable.seasons[0].to - s->timetable.seasons[0].from,
                     29);
    assert_int_equal(s->timetable.seasons[0].days[1].count, 2);
    assert_int_equal(s->timetable.seasons[0].days[2].count, 0);
    assert_int_equal(s->timetable.days[1].count, 2);
    assert_int_equal(s->timetable.first_year, 2026);
    assert_int_equal(s->timetable.last_year, 2027);
    assert_false(s->learning);
    settings_free(&s);
    put_changed("loket.conf", "learning = {\n    enabled = false;\n    domains "
                "= [];", "learning = { enabled = true; domains = "
                "[\"kota.example\", \"dinkes.example\"];");
    assert_int_equal(settings_load(dir, &s, &e), 0);
    assert_true(s->learning);
    assert_int_equal(s->agency_domain_count, 2);
    assert_string_equal(s->agency_domains[1], "dinkes.example");
    settings_free(&s);
    put_shipped("loket.conf");
}

/* loket.conf with the group timetable that loket-calendar(5) shows. */
static void the_timetable_of_the_page_loads(void **state) {
    static const char begin[] = ".\\\" begin timetable\n.Bd -literal\n";
    char *page = get(shipped, "../docs/man/loket-calendar.5");
    char *text = get_filled("loket.conf"), *whole, *from, *to;
    struct settings *s = NULL;
    struct err e = ERR_INIT;

    (void)state;
    from = strstr(page, begin);
    assert_non_null(from);
    from += strlen(begin);
    to = strstr(from, ".Ed\n");
    assert_non_null(to);
    *to = '\0';
    *strstr(text, "timetable = {") = '\0';
    to = strstr(text + strlen(text) + 1, "\n};\n");
    assert_non_null(to);
    whole = xasprintf("%s%s%s", text, from, to + strlen("\n};\n"));
    put("loket.conf", whole, 0644);
    if (settings_load(dir, &s, &e) != 0) {
        fail_msg("%s", e.text);
        return;
    }
    assert_int_equal(s->timetable.season_count, 1);
    assert_int_equal(s->timetable.seasons[0].days[5].spans[0].to_min, 690);
    assert_int_equal(s->timetable.days[6].count, 0);
    settings_free(&s);
    put_shipped("loket.conf");
    free(whole);
    free(text);
    free(page);
}

/* STD-5..STD-7: the shipped week is that of the service standard. */
static void the_shipped_week_is_that_of_the_standard(void **state) {
    struct settings *s = NULL;
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(settings_load(dir, &s, &e), 0);
    assert_int_equal(s->timetable.zone_min, 420);
    assert_int_equal(s->timetable.days[0].count, 0);
    assert_int_equal(s->timetable.days[6].count, 0);
    for (size_t i = 1; i <= 4; i++) {
        const struct timetable_day *d = &s->timetable.days[i];

        assert_int_equal(d->count, 2);
        assert_int_equal(d->spans[0].to_min - d->spans[0].from_min +
                             d->spans[1].to_min - d->spans[1].from_min,
                         405);
        assert_int_equal(d->spans[1].from_min, 13 * 60);
    }
    assert_int_equal(s->timetable.days[5].spans[0].to_min, 11 * 60);
    settings_free(&s);
}

/* What loketd --check shows: no secret, every person. */
/* loketctl finds a service that runs, whatever became of the files. */
static void the_control_socket_is_found_in_a_broken_folder(void **state) {
    static const struct {
        const char *text, *path;
    } rows[] = {
        {"paths = { control = \"/run/kota/control\"; }; office = 3;\n",
         "/run/kota/control"},
        {"paths = { control = \"control\"; };\n", LOKET_RUNDIR "/control"},
        {"paths = { control = 3; };\n", LOKET_RUNDIR "/control"},
        {"office = { };\n", LOKET_RUNDIR "/control"},
        {"paths = { control = \"/run/kota/control\n", LOKET_RUNDIR "/control"},
        {NULL, LOKET_RUNDIR "/control"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char path[LIMIT_PATH];

        if (rows[i].text != NULL) {
            put("loket.conf", rows[i].text, 0644);
        } else {
            drop("loket.conf");
        }
        settings_find_control(dir, path);
        assert_string_equal(path, rows[i].path);
    }
    put_shipped("loket.conf");
}

static void the_policy_is_printed(void **state) {
    struct settings *s = NULL;
    struct err e = ERR_INIT;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    assert_int_equal(settings_load(dir, &s, &e), 0);
    settings_print(s, out);
    fclose(out);
    assert_non_null(strstr(text, "open friday: 08.00-11.00 WIB\n"));
    assert_non_null(strstr(text, "open saturday: closed\n"));
    assert_non_null(strstr(text, "mailbox mode: shared\n"));
    assert_non_null(strstr(text, "person kabid: "));
    assert_non_null(strstr(text, "workflow lock: SOP 088.13 version 1.1 of "
                                 "2022-04-11, cases LOCK-YEAR-NUMBER, due in 1 "
                                 "working day\n"));
    assert_non_null(strstr(text, "workflow lock: questions wait 72 hours; "
                                 "orders go to the operator\n"));
    assert_non_null(strstr(text, "portal: AMS BSrE at "
                                 "https://portal.example.test/, issuer in "));
    assert_non_null(strstr(text, "looked at every 15 minutes; the operator is "
                                 "reminded after 24 hours\n"));
    assert_non_null(strstr(text, "mailbox plus addresses: not used\n"));
    free(text);
    settings_free(&s);
}

static char *policy_of(const struct settings *s, const struct dkim_keys *keys,
                       size_t *unreachable) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    *unreachable = policy_print(s, keys, out);
    fclose(out);
    return text;
}

/* T35: who could never be believed is found before he is asked. */
static void the_policy_says_who_is_believed_by_what(void **state) {
    struct settings *s = NULL;
    struct dkim_keys *keys = NULL;
    struct err e = ERR_INIT;
    struct officer *o;
    size_t n;
    char *text;

    (void)state;
    assert_int_equal(settings_load(dir, &s, &e), 0);
    s->dkim_dns = true;
    text_copy(s->resolver, sizeof s->resolver, "");
    text = policy_of(s, NULL, &n);
    assert_int_equal(n, 0);
    assert_non_null(strstr(text, "dkim: 0 keys pinned; others from the "
                                 "system's resolver\n"));
    assert_non_null(strstr(text, "believed in lock: applicants from dkim on, "
                                 "by dkim\n"));
    assert_non_null(strstr(text, "believed in lock: verifier "));
    free(text);

    /* Nobody to ask, nothing pinned. */
    s->dkim_dns = false;
    text = policy_of(s, NULL, &n);
    assert_true(n > 0);
    assert_non_null(strstr(text, "applicants from dkim on, by nothing; no key "
                                 "of anybody is pinned, and dkim.dns is "
                                 "false\n"));
    assert_non_null(strstr(text, "on, by nothing; no key of "
                                 "diskominfo.example.test is pinned, and "
                                 "dkim.dns is false; no certificate "
                                 "(smime)\n"));
    free(text);

    /* A key of that domain, and not of one that ends like it. */
    put("keys", "s1._domainkey.example.test v=DKIM1; p=aaaa\n", 0644);
    {
        char path[2 * LIMIT_PATH];

        path_of(path, dir, "keys");
        assert_int_equal(dkim_keys_load(path, &keys, &e), 0);
    }
    assert_int_equal(dkim_keys_of_domain(keys, "EXAMPLE.test"), 1);
    assert_int_equal(dkim_keys_of_domain(keys, "test"), 0);
    assert_int_equal(dkim_keys_of_domain(keys, "x.example.test"), 0);
    drop("keys");
    dkim_keys_free(&keys);

    /* The provider's word, and a pinned certificate, each alone. */
    s->provider.kind = PROVIDER_OWN;
    s->workflows[0].verifier_level = LEVEL_PROVIDER;
    for (size_t i = 0; i < s->people.count; i++) {
        s->people.officers[i].smime_count = 0;
    }
    text = policy_of(s, NULL, &n);
    assert_non_null(strstr(text, " from provider on, by provider (once its "
                                 "self-test has passed)\n"));
    free(text);
    s->workflows[0].verifier_level = LEVEL_SMIME;
    o = &s->people.officers[0];
    o->roles[ROLE_VERIFIER] = true;
    o->smime_count = 1;
    text = policy_of(s, NULL, &n);
    assert_non_null(strstr(text, " from smime on, by smime\n"));
    assert_non_null(strstr(text, " from smime on, by nothing; no certificate "
                                 "(smime)\n"));
    free(text);
    settings_free(&s);
}

/* T5: nobody's word counts untested. */
static void a_provider_wants_its_self_test(void **state) {
    struct settings *s = NULL;
    struct err e = ERR_INIT;
    char *text = get(dir, "loket.conf"), *at;

    (void)state;
    at = strstr(text, "    selftest = true;");
    assert_non_null(at);
    memcpy(at, "    selftest =false;", 20);
    at = strstr(text, "provider = \"none\";");
    assert_non_null(at);
    memcpy(at, "provider=\"google\";", 18);
    put("loket.conf", text, 0644);
    assert_int_equal(settings_load(dir, &s, &e), -1);
    assert_non_null(strstr(e.text, "mailbox.selftest is false, and nobody's "
                                   "word counts without one"));
    free(text);
    put_shipped("loket.conf");
}

/* ---- what is wrong ------------------------------------------------------ */

/* One change to one file.  `line`: where the sentence points, as a mark in
 * the shipped text; NULL: it names no line. */
struct broken {
    const char *name, *file, *from, *to, *line, *right;
};

#define L "loket.conf"
#define P "people.conf"
#define W "workflows/lock.conf"
#define RECEIVED "letters/id/received.txt"
#define PHRASES "letters/en/phrases.conf"
#define S "standard.conf"
#define FORM "forms/statement.conf"
#define VERIFY "letters/id/verify.txt"
#define COMPLETED "letters/id/completed.txt"
/* The whole value in the shipped file. */
#define CHANNELS \
    "channels = [\n" \
    "        \"Telepon: (0285) 000000\",\n" \
    "        \"Surel: aduan@diskominfo.example.test\",\n" \
    "        \"Situs: https://diskominfo.example.test\",\n" \
    "        \"Pejabat pengaduan: Siti Aminah, (0285) 000001\"]"
#define CHANNELS_RIGHT                                                         \
    "at least one complaint channel is right (STD-12), for example channels "  \
    "= [\"Telepon: (021) 555 0100\"]"
#define CLEAR                                                                  \
    "where servers begin without encryption (STARTTLS); Loket speaks TLS from " \
    "the first byte"
#define PORT "a number from 1 to 65535 is right, for example port = 993"
#define SEASON(inner)                                                          \
    "    sunday    = [];\n    seasons = ( " inner " );"
#define RAMADAN                                                                \
    "{ name = \"Ramadan\"; from = \"2027-02-08\"; to = \"2027-03-09\"; "          \
    "monday = [\"08.00-15.00\"]; }"
#define SUNDAY "    sunday    = [];"
#define LEARNING "learning = {\n    enabled = false;\n    domains = [];"
#define HOURS(day)                                                             \
    "opening hours are right, for example " day                                \
    " = [\"08.00-12.00\", \"13.00-15.45\"], or [] for a closed day"
#define ROLES                                                                  \
    "one or more of \"administrator\", \"verifier\", \"operator\", "           \
    "\"oversight\", \"superior\", \"echelon-2\", \"secretariat\", \"head\", "    \
    "\"division-head\", \"section-officer\", \"complaint-officer\", "          \
    "\"complaint-official\", \"leadership\" are right, for example roles = "   \
    "[\"verifier\"]"
#define ADDRESSES                                                              \
    "one to eight mail addresses are right, for example addresses = "          \
    "[\"siti@kota.example\"]"

#define OWN_CA                                                                 \
    "; where executor = \"ca\" in every workflow, leave the group portal out"
#define ISSUER_RIGHT                                                           \
    "a file in PEM is right: the certificate of the CA that issues, below it " \
    "its chain" OWN_CA
#define CLAMD_RIGHT                                                            \
    "the whole path of the socket of clamd is right (at most 107 bytes), for " \
    "example clamd = \"/run/clamav/clamd.ctl\", or \"\" where no scanner runs"
#define ANCHORS_RIGHT                                                          \
    "a file in PEM is right: the certificates of the CAs whose signatures in " \
    "PDFs are trusted, for example anchors = \"bsre.pem\", or \"\" for none"
#define PIN_RIGHT                                                              \
    "up to four files in PEM are right, each his own certificate for mail, "   \
    "for example smime = [\"siti.pem\"], or [] for none"
#define EXECUTORS                                                              \
    "\"applicant\" (he is guided through the portal of the CA), \"operator\" "  \
    "(an officer, in that portal) or \"ca\" (loket-ca, with a key of the "     \
    "office's own) is right"

static const struct broken table[] = {
    /* loket.conf: types, ranges, names */
    {"a string for a number", L, "port = 993", "port = \"imaps\"", "port = 993",
     "mailbox.port is \"imaps\" (a string); " PORT},
    {"a number too large", L, "port = 993", "port = 65536", "port = 993",
     "mailbox.port is 65536 (a number); " PORT},
    {"zero", L, "port = 993", "port = 0", "port = 993",
     "mailbox.port is 0 (a number); " PORT},
    {"IMAP in the clear", L, "port = 993", "port = 143", "port = 993",
     "mailbox.port is 143 (a number), " CLEAR "; " PORT},
    {"submission in the clear", L, "port = 465", "port = 587", "port = 465",
     "relay.port is 587 (a number), " CLEAR "; a number from 1 to 65535 is "
     "right, for example port = 465"},
    {"SMTP in the clear", L, "port = 465", "port = 25", "port = 465",
     "relay.port is 25 (a number), " CLEAR "; a number from 1 to 65535 is "
     "right, for example port = 465"},
    {"a certificate without its key", L, "certificate = \"\"",
     "certificate = \"portal-issuer.pem\"", NULL, "office.smime.certificate "
     "and office.smime.key go together; give both, or neither where letters "
     "are not signed"},
    {"a budget that lets no case come to its end", L, "per_case    = 100",
     "per_case    = 3", "per_case", "relay.budget.per_case is 3 (a number); a "
     "number of letters an hour from 4 to 1000000 is right, for example "
     "per_case = 100"},
    {"a boolean for a number", L, "port = 993", "port = true", "port = 993",
     "mailbox.port is true (a boolean); " PORT},
    {"a fraction", L, "port = 993", "port = 99.3", "port = 993",
     "mailbox.port is a number with a decimal point; " PORT},
    {"a number that would wrap round", L, "port = 993", "port = 4294968289",
     "port = 993",
     "4294968289 is too long a number; at most 9 digits are right"},
    {"a number for a boolean", L, "dns = true", "dns = 1", "dns = true",
     "dkim.dns is 1 (a number); true (ask the resolver for keys that are not "
     "pinned) or false is right"},
    {"a number for a text", L, "host = \"imap.example.test\"", "host = 5",
     "host = \"imap", "mailbox.host is 5 (a number); the name of the IMAP "
     "server is right, for example host = \"imap.kota.example\""},
    {"a URL for a host", L, "\"imap.example.test\"", "\"imaps://x/\"",
     "host = \"imap", "mailbox.host is \"imaps://x/\" (a string); the name of "
     "the IMAP server is right, for example host = \"imap.kota.example\""},
    {"a misspelt key", L, "port = 993", "prot = 993", "port = 993",
     "mailbox.prot is not a known key; known here: mode, plus, "
     "selftest, provider, authserv_id, border, results, internal_domains, banners, host, port, "
     "user, password_file, ca_file, folder, done, quarantine, ignored, "
     "timeout, command_timeout, idle, poll"},
    {"a misspelt group", L, "relay = {", "realy = {", "relay = {",
     "realy is not a known key; known here: office, timetable, mailbox, relay, "
     "portal, documents, smime, dkim, csr, learning, paths, summary_at, "
     "insecure_decisions_by_mailbox, hold_minutes, parser_children"},
    {"a group that is none", L, "paths = {", "paths = 3; dkim2 = {",
     "paths = {",
     "paths is 3 (a number); a group is right, for example paths = { ... };"},
    {"a key twice", L, "port = 993", "port = 993; port = 993", "port = 993",
     "a name is given twice; each may stand once in its group"},
    {"a key missing", L, "host = \"imap.example.test\";", "", "mailbox = {",
     "mailbox.host is missing; the name of the IMAP server is right, for "
     "example host = \"imap.kota.example\""},
    {"an empty text", L, "unit = \"Seksi Persandian dan Keamanan Informasi\"",
     "unit = \"\"", "unit = ", "office.unit is \"\" (a string); the section "
     "that signs letters is right, for example unit = \"Seksi Persandian dan "
     "Keamanan Informasi\""},
    {"a line end in a text", L, "unit = \"Seksi", "unit = \"\\nSeksi",
     "unit = ", "office.unit is \"\\x0aSeksi Persandian dan Keamanan "
     "Informasi\" (a string), with a control character in it; the section "
     "that signs letters is right, for example unit = \"Seksi Persandian dan "
     "Keamanan Informasi\""},
    {"no address", L, "address = \"lock@diskominfo.example.test\"",
     "address = \"lock\"", "address = ",
     "office.address is \"lock\" (a string); the address of the office's "
     "mailbox is right, for example address = \"loket@kota.example\""},
    {"no channel (STD-12)", L, CHANNELS, "channels = []", "channels = [",
     "office.channels is a list; " CHANNELS_RIGHT},
    {"a mail address that is none (STD-12)", L,
     "aduan@diskominfo.example.test", "diskominfo@gafe", "channels = [",
     "office.channels is a list, where "
     "\"diskominfo@gafe\" is no mail or web address; " CHANNELS_RIGHT},
    {"a web address that is none", L, "https://diskominfo.example.test",
     "htp://kominfo.example.test", "channels = [", "office.channels is "
     "a list, where \"htp://kominfo.example.test\" is no mail or web "
     "address; " CHANNELS_RIGHT},
    {"a web address without a host", L, "https://diskominfo.example.test",
     "https:///x", "channels = [", "office.channels is a list, where "
     "\"https:///x\" is no mail or web address; " CHANNELS_RIGHT},
    {"an unknown language", L, "language = \"id\"", "language = \"jv\"",
     "language = \"id\"",
     "office.language is \"jv\" (a string); \"id\" or \"en\" is right"},
    {"an unknown mode", L, "mode = \"shared\"", "mode = \"both\"",
     "mode = \"shared\"", "mailbox.mode is \"both\" (a string); \"shared\" "
     "(people work in it too) or \"dedicated\" is right"},
    {"an unknown zone", L, "zone = \"WIB\"", "zone = \"UTC\"", "zone = ",
     "timetable.zone is \"UTC\" (a string); \"WIB\", \"WITA\" or \"WIT\" is "
     "right"},
    {"an unclosed string", L, "host = \"imap.example.test\"",
     "host = \"imap.example.test", "host = \"imap",
     "a string begins here and does not end on its line; close it with \" (a "
     "long text is several strings, one per line)"},
    {"an include", L, "# ---- The mailbox", "@include \"x\"\n#",
     "# ---- The mailbox",
     "@include is not supported; all settings stand in this file"},

    /* the timetable */
    {"no span", L, "[\"08.00-11.00\"]", "[\"8-11\"]", "friday    =",
     "timetable.friday is a list, where \"8-11\" is no span of hours; " HOURS(
         "friday")},
    {"a colon for a dot", L, "[\"08.00-11.00\"]", "[\"08:00-11:00\"]",
     "friday    =", "timetable.friday is a list, where \"08:00-11:00\" is no "
     "span of hours; " HOURS("friday")},
    {"an hour that does not exist", L, "[\"08.00-11.00\"]",
     "[\"08.00-24.01\"]", "friday    =", "timetable.friday is a list, where "
     "\"08.00-24.01\" is no span of hours; " HOURS("friday")},
    {"a span that ends before it begins", L, "[\"08.00-11.00\"]",
     "[\"11.00-08.00\"]", "friday    =", "timetable.friday is a list, where "
     "\"11.00-08.00\" does not come after what stands before it; " HOURS(
         "friday")},
    {"spans that overlap", L, "[\"08.00-11.00\"]",
     "[\"08.00-11.00\", \"10.00-12.00\"]", "friday    =",
     "timetable.friday is a list, where \"10.00-12.00\" does not come after "
     "what stands before it; " HOURS("friday")},
    {"five spans", L, "[\"08.00-11.00\"]",
     "[\"01.00-02.00\", \"03.00-04.00\", \"05.00-06.00\", \"07.00-08.00\", "
     "\"09.00-10.00\"]", "friday    =", "timetable.friday is a list, of 5 "
     "elements; at most 4 are taken; " HOURS("friday")},
    {"a string for a list", L, "[\"08.00-11.00\"]", "\"08.00-11.00\"",
     "friday    =", "timetable.friday is \"08.00-11.00\" (a string); " HOURS(
         "friday")},
    {"an unknown day", L, "friday    =", "jumat     =", "friday    =",
     "timetable.jumat is not a known key; known here: zone, sunday, monday, "
     "tuesday, wednesday, thursday, friday, saturday, seasons"},
    {"a season without a day (LAW-2)", L, SUNDAY,
     SEASON("{ name = \"R\"; from = \"2027-02-08\"; to = \"2027-03-09\"; }"),
     "\n    # Other hours", "timetable.seasons[0]: no day of the week is open; "
     "give the hours of the season, for example monday = [\"08.00-15.00\"]"},
    {"a season that ends first", L, SUNDAY,
     SEASON("{ name = \"R\"; from = \"2027-03-09\"; to = \"2027-02-08\"; "
            "monday = [\"08.00-15.00\"]; }"),
     "\n    # Other hours", "timetable.seasons[0]: to is before from; both days "
     "belong to the season, the first one comes first"},
    {"two seasons at once", L, SUNDAY,
     SEASON(RAMADAN ", { name = \"Haji\"; from = \"2027-03-09\"; to = "
            "\"2027-03-10\"; friday = [\"08.00-10.00\"]; }"),
     "\n    # Other hours", "timetable.seasons[1]: it shares days with "
     "\"Ramadan\"; one day has the hours of one season"},
    {"a season without an end", L, SUNDAY,
     SEASON("{ name = \"R\"; from = \"2027-03-09\"; monday = "
            "[\"08.00-15.00\"]; }"),
     "\n    # Other hours", "timetable.seasons[0].to is missing; a date is "
     "right, for example to = \"2027-03-09\""},
    {"hours of a season that are none", L, SUNDAY,
     SEASON("{ name = \"R\"; from = \"2027-02-08\"; to = \"2027-03-09\"; "
            "monday = [\"8-15\"]; }"),
     "\n    # Other hours", "timetable.seasons[0].monday is a list, where "
     "\"8-15\" is no span of hours; opening hours are right, for example "
     "monday = [\"08.00-12.00\", \"12.30-15.00\"], or [] for a closed day"},
    {"everybody may apply", L, LEARNING,
     "learning = {\n    enabled = true;\n    domains = [];", "learning = {",
     "learning.enabled is true, and learning.domains names no domain; whoever "
     "writes from anywhere could apply, so name the agencies' own, for example "
     "domains = [\"kota.example\"]"},
    {"a pattern of agencies (V172)", L, LEARNING,
     "learning = {\n    enabled = true;\n    domains = [\"*.go.id\"];",
     "    domains = [];", "learning.domains is a list, where \"*.go.id\" is no "
     "domain; the domains of the agencies are right, for example domains = "
     "[\"kota.example\"]"},
    {"a time of day", L, "summary_at = \"07.30\"", "summary_at = \"24.00\"",
     "summary_at =", "summary_at is \"24.00\" (a string); a time of day is "
     "right, for example summary_at = \"07.30\""},

    /* files and folders */
    {"a CA file that is not there", L, "ca_file = \"\"", "ca_file = \"no.pem\"",
     "ca_file = \"\"", "mailbox.ca_file is \"no.pem\" (a string), which cannot "
     "be read (No such file or directory); a file of CA certificates in PEM, "
     "or \"\" for the system's own, is right"},
    {"a login without a password", L, "password_file = \"secrets/relay\"",
     "password_file = \"\"", NULL, "relay.user and relay.password_file go "
     "together; give both, or neither for a relay that wants no login"},
    {"the same folder twice", L, "\"Loket/Ignored\"", "\"loket/done\"", NULL,
     "mailbox.folder, done, quarantine and ignored: \"loket/done\" stands "
     "there twice; four different folders are right"},
    {"a folder with a quote", L, "\"Loket/Ignored\"", "\"Lo\\\"ket\"",
     "ignored    =", "mailbox.ignored is \"Lo\"ket\" (a string); the name of "
     "a mail folder in ASCII is right, for example ignored = "
     "\"Loket/Ignored\""},
    /* INT-7's floor: what an office asks may be more, never less */
    {"a shorter RSA key than INT-7's", L, "rsa_min = 2048", "rsa_min = 1024",
     "rsa_min =", "csr.rsa_min is 1024 (a number); a multiple of 8 from 2048 "
     "(INT-7) to 4096 is right, for example rsa_min = 3072"},
    {"half a byte of RSA key", L, "rsa_min = 2048", "rsa_min = 2052",
     "rsa_min =", "csr.rsa_min is 2052 (a number); a multiple of 8 from 2048 "
     "(INT-7) to 4096 is right, for example rsa_min = 3072"},
    {"a smaller exponent than V083's", L, "exponent_min = 65537",
     "exponent_min = 3", "exponent_min =", "csr.exponent_min is 3 (a number); "
     "an odd number from 65537 on is right, for example exponent_min = 65537"},
    {"an even exponent", L, "exponent_min = 65537", "exponent_min = 65538",
     "exponent_min =", "csr.exponent_min is 65538 (a number); an odd number "
     "from 65537 on is right, for example exponent_min = 65537"},
    {"a curve of others", L, "\"P-384\"", "\"P-192\"", "curves =",
     "csr.curves is a list, where \"P-192\" is no curve that INT-7 allows; one "
     "or more of \"P-256\", \"P-384\", \"P-521\" are right, for example curves "
     "= [\"P-256\", \"P-384\"]"},
    {"lists of weak keys that are not there", L, "blacklist = \"\"",
     "blacklist = \"/nowhere\"", "blacklist =", "csr.blacklist is "
     "\"/nowhere\" (a string), which is no folder; a folder of lists of weak "
     "keys, read beside the shipped ones, or \"\" for none is right, for "
     "example blacklist = \"blacklist\""},

    {"a wildcard domain (V172)", L, "relaxed = []", "relaxed = [\"*.go.id\"]",
     "relaxed = []", "dkim.relaxed is a list, where \"*.go.id\" is no domain; "
     "a list of domains is right, for example relaxed = [\"kota.example\"], "
     "or [] for none"},

    /* the portal */
    {"a portal in the clear", L, "\"https://portal.", "\"http://portal.",
     "url  =", "portal.url is \"http://portal.example.test/\" (a string); the "
     "https:// address of the page that the operator opens is right" OWN_CA},
    {"a portal without a page", L,
     "    url  = \"https://portal.example.test/\";\n", "", "portal = {",
     "portal.url is missing; the https:// address of the page that the "
     "operator opens is right" OWN_CA},
    {"a CRL in the clear", L, "\"https://crl.", "\"ldap://crl.", "crl_url =",
     "portal.crl_url is \"ldap://crl.example.test/issuer.crl\" (a string); "
     "the https:// address of that CA's CRL is right" OWN_CA},
    {"a CRL behind a password", L, "\"https://crl.", "\"https://u:p@crl.",
     "crl_url =", "portal.crl_url is \"https://u:p@crl.example.test/issuer."
     "crl\" (a string); the https:// address of that CA's CRL is right"
     OWN_CA},
    {"an issuer that is not there", L, "\"portal-issuer.pem\"", "\"no.pem\"",
     "issuer_file =", "portal.issuer_file is \"no.pem\" (a string), which "
     "cannot be read (No such file or directory); " ISSUER_RIGHT},
    {"no issuer", L, "\"portal-issuer.pem\"", "\"\"", "issuer_file =",
     "portal.issuer_file is \"\" (a string); " ISSUER_RIGHT},
    {"an issuer that is none", L, "\"portal-issuer.pem\"", "\"people.conf\"",
     "issuer_file =", "portal.issuer_file is \"people.conf\" (a string), a "
     "file without a certificate in PEM; " ISSUER_RIGHT},
    {"anchors that are not there", L, "anchors = \"\"", "anchors = \"no.pem\"",
     "    anchors =", "documents.anchors is \"no.pem\" (a string), "
     "which cannot be read (No such file or directory); " ANCHORS_RIGHT},
    {"anchors that are none", L, "anchors = \"\"",
     "anchors = \"people.conf\"", "    anchors =",
     "documents.anchors is \"people.conf\" (a string), a file without a "
     "certificate in PEM; " ANCHORS_RIGHT},
    {"a CA of signers that is none", L, "    ca_file = \"\";\n\n    # Their",
     "    ca_file = \"people.conf\";\n\n    # Their",
     "    ca_file = \"\";\n\n    # Their", "smime.ca_file is \"people.conf\" (a string), a "
     "file without a certificate in PEM; a file in PEM is right: the CAs that "
     "issue the certificates pinned in people.conf, for example ca_file = "
     "\"bsre.pem\", or \"\" where the pin alone is enough"},
    {"a CRL that is not there", L, "    crl_file = \"\"",
     "    crl_file = \"no.crl\"", "    crl_file =",
     "smime.crl_file is \"no.crl\" (a string), which cannot be read (No such "
     "file or directory); a CRL of these CAs, in DER or PEM, is right, which "
     "is kept current, for example crl_file = \"bsre.crl\", or \"\" where "
     "nobody asks for revocations"},
    {"a CRL whose CA nobody knows", L, "    crl_file = \"\"",
     "    crl_file = \"people.conf\"", "    crl_file =",
     "smime.crl_file is given, and smime.ca_file is not; the CRL is checked "
     "with the CA's certificate: give both, or none"},
    {"a language that is a path", L, "ocr_languages = \"ind+eng\"",
     "ocr_languages = \"../eng\"", "    ocr_languages =",
     "documents.ocr_languages is \"../eng\" (a string); languages of "
     "tesseract are right, for example ocr_languages = \"ind+eng\""},
    {"a scanner at no path", L, "clamd = \"\"", "clamd = 3310",
     "    clamd =", "documents.clamd is 3310 (a number); " CLAMD_RIGHT},
    {"a scanner at a port", L, "clamd = \"\"", "clamd = \"localhost:3310\"",
     "    clamd =", "documents.clamd is \"localhost:3310\" (a string), which "
     "does not begin with / (TCP is not spoken to it); " CLAMD_RIGHT},
    {"a scanner at what is no socket", L, "clamd = \"\"",
     "clamd = \"/dev/null\"", "    clamd =", "documents.clamd is "
     "\"/dev/null\" (a string), which is no socket; " CLAMD_RIGHT},
#ifdef HAVE_TESSERACT
    {"a language that tesseract has not", L,
     "ocr = false;\n    ocr_languages = \"ind+eng\"",
     "ocr = true;\n    ocr_languages = \"eng+indonesia\"",
     "    ocr_languages =",
     "documents.ocr_languages has \"indonesia\", which tesseract does not "
     "have here; install its data (package tesseract-ocr-indonesia) or name "
     "another, for example ocr_languages = \"ind+eng\""},
#endif
    {"a misspelt key of the portal", L, "crl_url =", "clr_url =", "crl_url =",
     "portal.clr_url is not a known key; known here: name, url, issuer_file, "
     "crl_url, ocsp_url, ca_file, timeout, poll, remind_hours, max_pdf, reasons"},
    {"looks without a pause", L, "poll = 15", "poll = 0", "poll = 15",
     "portal.poll is 0 (a number); a number of minutes from 1 to 1440 is "
     "right, for example poll = 15"},
    {"looks that never come", L, "poll = 15", "poll = 1441", "poll = 15",
     "portal.poll is 1441 (a number); a number of minutes from 1 to 1440 is "
     "right, for example poll = 15"},
    {"a reminder that never comes", L, "remind_hours = 24",
     "remind_hours = 721", "remind_hours =", "portal.remind_hours is 721 (a "
     "number); a number of hours from 1 to 720 is right, for example "
     "remind_hours = 24"},
    {"a fetch without an end", L, "timeout = 60", "timeout = 601",
     "timeout = 60", "portal.timeout is 601 (a number); a number of seconds "
     "from 1 to 600 is right, for example timeout = 60"},
    {"a banner of everything", L, "banners = []", "banners = [\"*\"]",
     "banners = []", "mailbox.banners is a list, where \"*\" has fewer than 8 "
     "letters before its first star, and may take away what a person wrote; "
     "a list of what gateways write above or below a mail is right, for "
     "example banners = [\"[EXTERNAL] CAUTION: *\"], or [] for none"},
    {"a banner of few letters", L, "banners = []", "banners = [\"[EXT] *\"]",
     "banners = []", "mailbox.banners is a list, where \"[EXT] *\" has "
     "fewer than 8 letters before its first star, and may take away what a "
     "person wrote; a list of what gateways write above or below a mail is "
     "right, for example banners = [\"[EXTERNAL] CAUTION: *\"], or [] for "
     "none"},
    {"a banner that decides", L, "banners = []",
     "banners = [\"Disetujui oleh*\"]", "banners = []",
     "mailbox.banners is a list, where \"Disetujui oleh*\" may be an answer of "
     "a person; a list of what gateways write above or below a mail is right, "
     "for example banners = [\"[EXTERNAL] CAUTION: *\"], or [] for none"},
    {"a banner that begins like an answer", L, "banners = []",
     "banners = [\"*tidak SETUJU\", \"TIDAK ADA APA*\"]", "banners = []",
     "mailbox.banners is a list, where \"*tidak SETUJU\" has fewer than 8 "
     "letters before its first star, and may take away what a person wrote; "
     "a list of what gateways write above or below a mail is right, for "
     "example banners = [\"[EXTERNAL] CAUTION: *\"], or [] for none"},
    {"a banner that begins half an answer", L, "banners = []",
     "banners = [\"(disetuju*\"]", "banners = []",
     "mailbox.banners is a list, where \"(disetuju*\" may be an answer of a "
     "person; a list of what gateways write above or below a mail is right, "
     "for example banners = [\"[EXTERNAL] CAUTION: *\"], or [] for none"},
    {"insecure_from_only is no way out (V172)", L, "plus = false;",
     "plus = false; insecure_from_only = true;", "plus =",
     "mailbox.insecure_from_only is not a known key; known here: mode, plus, "
     "selftest, provider, authserv_id, border, results, internal_domains, banners, host, port, "
     "user, password_file, ca_file, folder, done, quarantine, ignored, "
     "timeout, command_timeout, idle, poll"},
    {"a provider nobody knows", L, "provider = \"none\"",
     "provider = \"yahoo\"", "provider =",
     "mailbox.provider is \"yahoo\" (a string); \"google\", \"microsoft\" or "
     "\"own\" (a server of the office's) is right where the word of the server "
     "that takes the mail in may count, else \"none\""},
    {"an own server without its name", L, "provider = \"none\"",
     "provider = \"own\"", NULL,
     "mailbox.provider is \"own\", and mailbox.authserv_id is missing; give "
     "the name at the start of the Authentication-Results that your server "
     "writes, for example authserv_id = \"mx.kota.example\""},
    {"a preset with another name", L, "provider = \"none\";",
     "provider = \"google\"; authserv_id = \"mx.kota.example\";", NULL,
     "mailbox.authserv_id, border and results are for mailbox.provider = "
     "\"own\"; leave them out"},
    {"a wildcard for the tenant (V172)", L, "provider = \"none\";",
     "provider = \"microsoft\"; internal_domains = [\"*\"];",
     "provider =",
     "mailbox.internal_domains is a list, where \"*\" is no domain; a list of "
     "the tenant's own domains is right, for example internal_domains = "
     "[\"kota.example\"]"},
    {"nobody's word", W, "verifier_level = \"dkim\"",
     "verifier_level = \"provider\"", "verifier_level =",
     "verifier_level is \"provider\", but loket.conf names no "
     "mailbox.provider whose word could count; give one there (\"google\", "
     "\"microsoft\" or \"own\"), or \"dkim\" here"},
    {"plus in words", L, "plus = false", "plus = \"yes\"", "plus =",
     "mailbox.plus is \"yes\" (a string); true (the server delivers "
     "office+anything@ to this mailbox) or false is right"},

    /* people.conf */
    {"nobody decides (V171)", P, "\"verifier\", ", "", NULL,
     "nobody has the role \"verifier\", who decides on applications; give it "
     "to at least one person"},
    {"nobody to tell", P, "\"administrator\"]", "\"oversight\"]", NULL,
     "nobody has the role \"administrator\", who gets the daily summary; give "
     "it to at least one person"},
    {"an unknown role", P, "[\"oversight\"]", "[\"kabid\"]",
     "roles = [\"oversight\"]",
     "people[2].roles is a list, where \"kabid\" is no role; " ROLES},
    {"no address of a person", P, "[\"kabid-persandian@diskominfo.example."
     "test\"]", "[]", "addresses = [\"kabid-persandian@",
     "people[2].addresses is a list; " ADDRESSES},
    {"an address of two", P, "kabid-persandian@", "VERIFIKATOR@",
     "    {\n        id = \"kabid\"", "VERIFIKATOR@diskominfo.example.test "
     "is an address of verifikator and of kabid; an address belongs to one "
     "person"},
    {"the office as a person", P, "kabid-persandian@", "lock@",
     "    {\n        id = \"kabid\"", "lock@diskominfo.example.test of "
     "kabid is the office's own mailbox; give the person's own address"},
    {"an id twice", P, "id = \"kabid\"", "id = \"admin\"",
     "    {\n        id = \"kabid\"", "people[2].id is \"admin\" for the "
     "second time; each person has an id of his own"},
    {"an id with a blank", P, "id = \"kabid\"", "id = \"Ka bid\"",
     "id = \"kabid\"", "people[2].id is \"Ka bid\" (a string); a short word of "
     "a-z, 0-9 and - is right, for example id = \"siti\""},
    {"a key that people do not have", P, "id = \"kabid\"", "nama = \"kabid\"",
     "id = \"kabid\"", "people[2].nama is not a known key; known here: id, "
     "name, title, agency, language, roles, addresses, smime, delegates, grant, "
     "powers, affiliation, deputy, absent"},
    {"a pin that is a word", P, "id = \"kabid\";",
     "id = \"kabid\"; smime = \"portal-issuer.pem\";", "id = \"kabid\"",
     "people[2].smime is \"portal-issuer.pem\" (a string); " PIN_RIGHT},

    /* workflows */
    {"a From line alone (V172)", W, "applicant_level = \"dkim\"",
     "applicant_level = \"none\"", "applicant_level =",
     "applicant_level is \"none\" (a string); \"dkim\", \"provider\" or "
     "\"mailbox\" is right; a From line alone never counts"},
    {"a level that nobody reaches", W, "applicant_level = \"dkim\"",
     "applicant_level = \"smime\"", "applicant_level =",
     "applicant_level is \"smime\" (a string), which says nothing of an "
     "applicant; \"dkim\", \"provider\" or \"mailbox\" is right; a From line "
     "alone never counts"},
    {"a decision by a mailbox alone (V172)", W, "verifier_level = \"dkim\"",
     "verifier_level = \"mailbox\"", "verifier_level =",
     "verifier_level is \"mailbox\": whoever can read an officer's mailbox "
     "could decide in his name; give \"provider\" or \"dkim\", or, where that "
     "is impossible and accepted, insecure_decisions_by_mailbox in loket.conf"},
    {"a setting that nobody has read (V172)", L, "summary_at =",
     "insecure_decisions_by_mailbox = \"yes\"; summary_at =",
     "summary_at =",
     "insecure_decisions_by_mailbox is \"yes\" (a string); leave it out; or, "
     "where no officer's mail can be proved better and that is accepted, "
     "exactly insecure_decisions_by_mailbox = \"whoever can read an officer's "
     "mailbox can decide in his name\""},
    {"nobody carries it out", W, "executor = \"operator\";\n", "", NULL,
     "executor is missing, and somebody has to carry out its orders; "
     EXECUTORS},
    {"an executor that does not exist", W, "executor = \"operator\"",
     "executor = \"robot\"", "executor = ",
     "executor is \"robot\" (a string); " EXECUTORS},
    {"an applicant whom nobody guides (CMS-17)", W, "executor = \"operator\"",
     "executor = \"applicant\"", "executor = ",
     "executor and helper go together: an applicant who works in the portal "
     "is guided by somebody, nobody else is; executor = \"applicant\"; helper "
     "= \"section-officer\"; is right"},
    {"a profile that is none", W, "\"signature\"", "\"Tanda Tangan\"",
     "profile =", "profile is \"Tanda Tangan\" (a string); a profile of "
     "loket-ca is right, for example profile = \"signature\""},
    {"questions without a pause", W, "token_hours = 72", "token_hours = 0",
     "token_hours =", "token_hours is 0 (a number); a number of hours from 1 "
     "to 720 is right, for example token_hours = 72"},
    {"questions for ever", W, "token_hours = 72", "token_hours = 721",
     "token_hours =", "token_hours is 721 (a number); a number of hours from "
     "1 to 720 is right, for example token_hours = 72"},
    {"a key without a CSR (PKL-3)", W, ",\n    { paper = \"csr\"; step = \"apply\"; }",
     "", "documents = (",
     "documents has no \"csr\", but key is \"applicant\": who holds his key sends "
     "a CSR (PKL-3)"},
    {"a CSR for a remote key", W, "key = \"applicant\"", "key = \"remote\"",
     "documents = (", "documents has \"csr\", but key is \"remote\": where the CA "
     "holds the key nobody can send a CSR"},
    {"a paper that does not exist", W, "paper = \"csr\"", "paper = \"ktp\"",
     "paper = \"csr\"", "documents[1].paper is \"ktp\" (a string); "
     "\"statement\" (surat pernyataan), \"csr\", \"request\" (surat permohonan), "
     "\"revocation-reason\", \"recommendation\", \"superior\" (surat keterangan "
     "atasan), \"police\" (surat keterangan kehilangan) or \"identity\" is "
     "right"},
    {"no day at all", W, "due_days = 1", "due_days = 0", "due_days = 1",
     "due_days is 0 (a number); a number of working days from 1 to 60 is "
     "right, for example due_days = 1"},
    {"a word that opens too much", W, "\"permohonan penerbitan sertifikat\"\n", "\"re\"\n", "words = [",
     "opens.words is a list, where \"re\" is too short to tell an application "
     "by; subject words that open a case are right, for example opens = { "
     "words = [\"lupa passphrase\"]; };"},
    {"a day that does not exist", W, "\"2022-04-11\"", "\"2022-02-30\"",
     "effective =", "sop.effective is \"2022-02-30\" (a string); a date is "
     "right, for example effective = \"2022-04-11\""},
    {"a small prefix", W, "prefix = \"LOCK\"", "prefix = \"lock\"", "prefix =",
     "prefix is \"lock\" (a string); two to eight capital letters are right, "
     "for example prefix = \"LOCK\""},

    /* letters: V175 */
    {"an unknown slot", RECEIVED, "{due}", "{deadline}", "{due}",
     "{deadline} is no slot that has a value here; known here: {case}, {name}, "
     "{office}, {unit}, {service}, {items}, {clock_starts}, {due}, {hours}, "
     "{channels}, {office_address}, {date}, {remark}, {legal}"},
    {"a slot of another letter", "letters/id/noted.txt", "{hours}", "{due}",
     "{hours}", "{due} is no slot that has a value here; known here: {case}, "
     "{name}, {office}, {unit}, {service}, {items}, {hours}, {channels}, "
     "{office_address}, {date}, {explanation}, {remark}, {legal}"},
    {"a slot that must be there (STD-8)", RECEIVED, "paling lambat {due}",
     "segera", NULL, "{due} is missing in the body"},
    {"no number in the subject", RECEIVED, "[{case}]", "[LOCK]", NULL,
     "{case} is missing in the subject"},
    {"a lone brace", RECEIVED, "{unit}", "{unit", "{unit}",
     "a brace that belongs to no slot; {name} with a known name is right"},
    {"a list inside a line", RECEIVED, "\n{items}", " {items}",
     "Berkas yang telah",
     "{items} has several lines and stands on a line of its own"},
    {"no subject", RECEIVED, "Subject: ", "Perihal: ", "Subject: ",
     "the first line is \"Subject: ...\" and the second is empty"},
    {"a tab", RECEIVED, "Hormat kami", "\tHormat kami", "Hormat kami",
     "a control character (a tab?); plain text with spaces is right"},
    {"a decision word at the end", RECEIVED, "dengan melampirkannya.",
     "apabila belum lengkap.", "dengan melampirkannya.",
     "the paragraph ends in \"lengkap\", a decision word, which a mail program "
     "may put on a line of its own; let another word follow"},
    {"no link to an answer (PKL-4)", VERIFY, "{approve_link}",
     "(tanpa tautan)", NULL, "{approve_link} is missing in the body"},
    {"a link inside a line", VERIFY, "\n{reject_link}", "\nx {reject_link}",
     "{reject_link}", "{reject_link} has several lines and stands on a line of "
     "its own"},
    {"a completed letter without evidence (PKL-22)", COMPLETED, "{evidence}",
     "lengkap sekali", NULL, "{evidence} is missing in the body"},
    /* the service standard (STD-1) */
    {"a component that is missing", S, "facilities = ", "# facilities = ", NULL,
     "facilities.id is missing; component 8 of 14 (sarana dan prasarana), "
     "lines of text, or [] where there is nothing to say, is right"},
    {"one language of a component", S, "en = [\"Free of charge.\"];", "",
     "fee = ", "fee.en is missing; component 4 of 14 (biaya/tarif), lines of "
     "text, or [] where there is nothing to say, is right"},
    /* blank letters */
    {"two kinds in one", FORM, "{ field = \"nip\"; ",
     "{ field = \"nip\"; text = \"x\"; ", "field = \"nip\"",
     "page[2] is one of text, centre, field, fixed and sign, and only one"},
    {"a field without a label", FORM, "label = \"NIP\"; ", "",
     "field = \"nip\"",
     "page[2] has a label where it is a field, fixed or sign, and only there"},
    {"a name used twice", FORM, "field = \"nik\"", "field = \"nip\"",
     "label = \"NIK\"",
     "page[3] has the name of an earlier one; each name is used once"},
    {"a name that is no file's", FORM, "passphrase.pdf", "../passphrase.pdf",
     "file = ", "file is \"surat-pernyataan-lupa-../passphrase.pdf\" (a "
     "string); a name of a-z, 0-9 and \"-\" that ends in .pdf is right"},
    {"a form without a title", FORM, "title = ", "# title = ", NULL,
     "title is missing; the heading of the letter is right"},
    {"a noted letter that says no state", "letters/id/noted.txt",
     "{explanation}", "Terima kasih.", NULL,
     "{explanation} is missing in the body"},
    {"a phrase with a slot of others", PHRASES, "withdrawn-closed = \"",
     "withdrawn-closed = \"{case} ", "withdrawn-closed",
     "{case} is no slot that has a value in \"withdrawn-closed\""},
    {"a phrase that ends in a decision word", PHRASES,
     "\"APPROVE, the application goes on\"", "\"the decision APPROVE\"",
     "decision-approve", "the paragraph ends in \"APPROVE\", a decision word, "
     "which a mail program may put on a line of its own; let another word "
     "follow"},
    {"a phrase missing", PHRASES, "defect-too-large =", "item-none2 =",
     "defect-too-large =", "\"item-none2\" is no phrase that Loket asks for; "
     "the shipped letters folder has them all"},
    {"a phrase with a wrong slot", PHRASES, "{file} (received)",
     "{name} (received)", "item-statement =",
     "{name} is no slot that has a value in \"item-statement\""},
    {"a phrase that is a number", PHRASES,
     "item-none = \"- (no paper yet that we could use)\"", "item-none = 5",
     "item-none =", "item-none is 5 (a number); one or more strings are right"},
};

/* The sentence that this folder ends with; it must not load. */
static void expect_sentence(const char *name, const char *right) {
    struct settings *s = NULL;
    struct err e = ERR_INIT;

    if (settings_load(dir, &s, &e) == 0) {
        settings_free(&s);
        fail_msg("%s: it loads", name);
    }
    assert_int_equal(e.kind, ERR_SETUP);
    assert_null(s);
    if (strcmp(e.text, right) != 0) {
        fail_msg("%s:\n  found %s\n  right %s", name, e.text, right);
    }
}

/* V171, V175 */
static void every_mistake_has_its_sentence(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct broken *b = &table[i];
        char *before = get_filled(b->file);
        char *after = replaced(before, b->from, b->to), *sentence;

        if (b->line == NULL) {
            sentence = xasprintf("%s: %s", b->file, b->right);
        } else {
            sentence = xasprintf("%s:%u: %s", b->file,
                                 line_of(b->file, b->line), b->right);
        }
        put(b->file, after, 0644);
        expect_sentence(b->name, sentence);
        put(b->file, before, 0644);
        free(sentence);
        free(after);
        free(before);
    }
}

/* The sentence names the whole path and the command that mends it. */
static char *secret_sentence(const char *why) {
    char path[2 * LIMIT_PATH];

    path_of(path, dir, "secrets/relay");
    return xasprintf("loket.conf:%u: relay.password_file: the file %s %s; "
                     "write the secret into a file and put it there: install "
                     "-m 0400 -o loket FILE %s",
                     line_of("loket.conf", "\"secrets/relay\""), path, why,
                     path);
}

/* Each one that is left ends the start, with the line it stands on; the folder
 * as it is installed does so at the first. */
static void placeholders_are_refused(void **state) {
    static const char *const kept[][3] = {
        {"loket.conf", "Informatika Kota Contoh", "Informatika (nama kota)"},
        {"loket.conf", "lock@diskominfo.example.test",
         "lock@diskominfo.example.invalid"},
        {"loket.conf", "(0285) 000000", "(0000) 000000"},
        {"loket.conf", "aduan@diskominfo.example.test",
         "aduan@diskominfo.example.invalid"},
        {"loket.conf", "Siti Aminah, (0285) 000001",
         "(nama dan nomor telepon pejabat)"},
        {"loket.conf", "imap.example.test", "imap.Example.INVALID"},
        {"loket.conf", "smtp.example.test", "smtp.example.invalid"},
        {"loket.conf", "https://portal.example.test/",
         "https://portal.example.invalid/"},
        {"loket.conf", "https://crl.example.test/issuer.crl",
         "https://crl.example.invalid/issuer.crl"},
        {"people.conf", "kabid-persandian@diskominfo.example.test",
         "kabid-persandian@diskominfo.example.invalid"},
    };
    char *text = get(shipped, "loket.conf");
    struct settings *s = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        char *before = get_filled(kept[i][0]);
        char *after = replaced(before, kept[i][1], kept[i][2]);
        char *where = xasprintf("%s:%u: ", kept[i][0],
                                line_of(kept[i][0], kept[i][1]));
        struct err e = ERR_INIT;

        put(kept[i][0], after, 0644);
        assert_int_equal(settings_load(dir, &s, &e), -1);
        if (strncmp(e.text, where, strlen(where)) != 0 ||
            strstr(e.text, "a placeholder; put your own there; ") == NULL) {
            fail_msg("%s: %s", kept[i][2], e.text);
        }
        put(kept[i][0], before, 0644);
        free(where);
        free(after);
        free(before);
    }
    put("loket.conf", text, 0644);
    assert_int_equal(settings_load(dir, &s, &(struct err)ERR_INIT), -1);
    put_shipped("loket.conf");
    free(text);
}

/* What loket.conf, people.conf and a workflow say about the operator must fit
 * together; the sentence names the line that asks for one. */
/* Decided by a mailbox: every question would be over before its answer. */
static void an_answer_waits_less_than_its_question(void **state) {
    char *lock = get_filled("workflows/lock.conf");
    char *level = replaced(lock, "verifier_level = \"dkim\"",
                           "verifier_level = \"mailbox\"");
    char *hours = replaced(level, "token_hours = 72", "token_hours = 2");
    char *right = xasprintf(
        "workflows/lock.conf:%u: token_hours is 2, and hold_minutes in "
        "loket.conf is 120: each question would be over before an answer to "
        "it has waited; give more hours",
        line_of("workflows/lock.conf", "token_hours = "));

    (void)state;
    put("workflows/lock.conf", hours, 0644);
    put_changed("loket.conf", "summary_at =",
                "insecure_decisions_by_mailbox = \"whoever can read an "
                "officer's mailbox can decide in his name\"; hold_minutes = "
                "120; summary_at =");
    expect_sentence("as long as the question", right);
    put_shipped("loket.conf");
    put_shipped("workflows/lock.conf");
    free(right);
    free(hours);
    free(level);
    free(lock);
}

static void an_operator_needs_a_portal_and_a_person(void **state) {
    unsigned line = line_of("workflows/lock.conf", "executor = ");
    char *no_portal = xasprintf(
        "workflows/lock.conf:%u: executor is \"operator\", but loket.conf has "
        "no group portal; say there which portal he works in, or give executor "
        "= \"ca\" where the office has a CA of its own", line);
    char *nobody = xasprintf(
        "workflows/lock.conf:%u: executor is \"operator\", but nobody in "
        "people.conf has the role \"operator\", who revokes and issues in the "
        "portal; give it to at least one person", line);

    (void)state;
    put_without_portal();
    expect_sentence("no portal", no_portal);
    put_shipped("loket.conf");
    put_changed("people.conf", "\"verifier\", \"operator\"", "\"verifier\"");
    expect_sentence("nobody operates", nobody);
    put_shipped("people.conf");
    free(no_portal);
    free(nobody);
}

/* No certificate, or something that must not lie about in a public file. */
static void an_issuer_file_holds_certificates_only(void **state) {
    char *right = xasprintf(
        "loket.conf:%u: portal.issuer_file is \"portal-issuer.pem\" (a "
        "string), a file with a private key in it; " ISSUER_RIGHT,
        line_of("loket.conf", "issuer_file ="));

    (void)state;
    put("portal-issuer.pem", ISSUER "-----BEGIN PRIVATE KEY-----\n", 0644);
    expect_sentence("a key", right);
    put("portal-issuer.pem", ISSUER ISSUER, 0644);
    the_shipped_folder_loads(state);
    free(right);
}

/* V043: what is pinned is one certificate, by itself. */
static void a_pin_is_one_certificate(void **state) {
    static const struct {
        const char *name, *text, *why;
    } rows[] = {
        {"a pin that is not there", NULL, "with a file that cannot be used (%s"
                                          ": No such file or directory)"},
        {"a chain", ISSUER ISSUER,
         "with %s, which is not one certificate in PEM"},
        {"no certificate", "Setuju\n",
         "with %s, which is not one certificate in PEM"},
        {"a key", ISSUER "-----BEGIN PRIVATE KEY-----\n",
         "with a private key in %s"},
    };
    struct settings *s = NULL;
    struct err e = ERR_INIT;
    char path[2 * LIMIT_PATH];

    (void)state;
    path_of(path, dir, "kabid.pem");
    put_changed("people.conf", "id = \"kabid\";",
                "id = \"kabid\"; smime = [\"kabid.pem\"];");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *why = replaced(rows[i].why, "%s", path);
        char *right = xasprintf(
            "people.conf:%u: people[2].smime is a list, %s; " PIN_RIGHT,
            line_of("people.conf", "id = \"kabid\""), why);

        if (rows[i].text != NULL) {
            put("kabid.pem", rows[i].text, 0644);
        }
        expect_sentence(rows[i].name, right);
        free(right);
        free(why);
    }
    put("kabid.pem", ISSUER, 0644);
    assert_int_equal(settings_load(dir, &s, &e), 0);
    assert_int_equal(people_get(&s->people, "kabid")->smime_count, 1);
    assert_string_equal(people_get(&s->people, "kabid")->smime[0], path);
    settings_free(&s);
    drop("kabid.pem");
    put_shipped("people.conf");
}

static void secrets_are_for_their_owner_only(void **state) {
    static const struct {
        mode_t mode;
        const char *text, *why;
    } rows[] = {
        {0644, "x\n", "may be read by others (mode 0644)"},
        {0440, "x\n", "may be read by others (mode 0440)"},
        {0400, "", "is empty"},
        {0, NULL, "cannot be found (No such file or directory)"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *right = secret_sentence(rows[i].why);

        if (rows[i].text == NULL) {
            drop("secrets/relay");
        } else {
            put("secrets/relay", rows[i].text, rows[i].mode);
        }
        expect_sentence(rows[i].why, right);
        free(right);
    }
    put_secrets();
}

static void what_is_not_there_is_named(void **state) {
    static const struct {
        const char *file, *right;
    } rows[] = {
        {"loket.conf", "loket.conf: No such file or directory"},
        {"people.conf", "people.conf: No such file or directory"},
        {"workflows/lock.conf", "workflows: no file NAME.conf in this folder; "
                                "at least one procedure is right"},
        {"letters/en/noted.txt", "letters/en/noted.txt: No such file or "
                                 "directory; each letter has a template in "
                                 "each language"},
        {"letters/id/phrases.conf",
         "letters/id/phrases.conf: No such file or directory"},
    };
    struct settings *s = NULL;
    struct err e = ERR_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        drop(rows[i].file);
        expect_sentence(rows[i].file, rows[i].right);
        put_shipped(rows[i].file);
    }
    assert_int_equal(settings_load("/nonexistent", &s, &e), -1);
    assert_non_null(strstr(e.text, "/nonexistent: No such file or directory; "
                                   "give the folder that holds loket.conf with "
                                   "--config DIR"));
}

/* V175: every phrase, one after the other */
static void a_missing_phrase_is_a_mistake(void **state) {
    char *before = get(shipped, PHRASES);
    char *after = replaced(before, "defect-encrypted =", "item-none =");
    char *again;

    (void)state;
    /* ... which needs item-none gone first. */
    again = replaced(after,
                     "item-none = \"- (no paper yet that we could use)\";", "");
    put(PHRASES, again, 0644);
    expect_sentence("encrypted", PHRASES ": the phrase \"defect-encrypted\" is "
                               "missing; every defect and every paper has its "
                               "wording");
    put(PHRASES, before, 0644);
    free(again);
    free(after);
    free(before);
}

/* lock.conf under another name, changed. */
static void put_as(const char *name, const char *from, const char *to) {
    char *before = get_filled(W), *after = replaced(before, from, to);

    put(name, after, 0644);
    free(after);
    free(before);
}

static void two_procedures_have_two_prefixes(void **state) {
    char *text = get(shipped, "workflows/lock.conf"), *sentence;

    (void)state;
    put("workflows/reset.conf", text, 0644);
    sentence = xasprintf("workflows/reset.conf:%u: prefix \"LOCK\" is that "
                         "of workflows/lock.conf too; give each procedure "
                         "its own", line_of(W, "prefix ="));
    expect_sentence("prefix", sentence);
    free(sentence);
    put_as("workflows/reset.conf", "prefix = \"LOCK\"", "prefix = \"RESET\"");
    sentence = xasprintf("workflows/reset.conf:%u: opens has \"lupa "
                         "passphrase\", and so has workflows/lock.conf; a mail "
                         "opens a case of one procedure",
                         line_of(W, "opens = {"));
    expect_sentence("opens", sentence);
    free(sentence);
    drop("workflows/reset.conf");
    /* What editors leave behind is no procedure. */
    put("workflows/lock.conf~", "nonsense", 0644);
    put("workflows/.lock.conf", "nonsense", 0644);
    the_shipped_folder_loads(state);
    drop("workflows/lock.conf~");
    drop("workflows/.lock.conf");
    free(text);
}

/* ---- sidecars ----------------------------------------------------------- */

static void a_sidecar_tells_of_a_person(void **state) {
    struct subscriber person;
    struct err e = ERR_INIT;
    char path[2 * LIMIT_PATH];

    (void)state;
    path_of(path, dir, "budi.conf");
    put("budi.conf",
        "name = \"Budi Santoso, S.Sos\";\nnip = \"19850817 201001 1 003\";\n"
        "language = \"en\";\naddresses = [\"budi@kota.example\"];\n"
        "second_contact = \"hr@kota.example\";\n",
        0644);
    assert_int_equal(sidecar_load(path, &person, &e), 0);
    assert_string_equal(person.second_contact, "hr@kota.example");
    assert_string_equal(person.name, "Budi Santoso, S.Sos");
    assert_string_equal(person.nip, "198508172010011003");
    assert_string_equal(person.nik, "");
    assert_int_equal(person.language, LANGUAGE_EN);
    assert_int_equal(person.address_count, 1);
    put("budi.conf", "", 0644);
    assert_int_equal(sidecar_load(path, &person, &e), 0);
    assert_string_equal(person.name, "");
    drop("budi.conf");
}

static void a_broken_sidecar_has_its_sentence(void **state) {
    static const struct {
        const char *text, *right;
    } rows[] = {
        {"nip = 5;", "budi.conf:1: nip is 5 (a number); 18 digits are right, "
                     "for example nip = \"198508172010011003\""},
        {"\nnip = \"1234\";",
         "budi.conf:2: nip is \"1234\" (a string); 18 digits are right, for "
         "example nip = \"198508172010011003\""},
        {"nik = \"33750017088500012\";",
         "budi.conf:1: nik is \"33750017088500012\" (a string); 16 digits are "
         "right, for example nik = \"3375001708850001\""},
        {"addresses = [\"budi\"];",
         "budi.conf:1: addresses is a list, where \"budi\" is no mail address; "
         ADDRESSES},
        {"email = \"x\";", "budi.conf:1: email is not a known key; known here: "
                           "name, nip, nik, agency, language, addresses, "
                           "second_contact"},
        {"second_contact = \"hr\";",
         "budi.conf:1: second_contact is \"hr\" (a string); a mail address that "
         "is not his own is right, or \"-\" for nobody, for example "
         "second_contact = \"kepegawaian@kota.example\""},
    };
    char path[2 * LIMIT_PATH];

    (void)state;
    path_of(path, dir, "budi.conf");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct subscriber person;
        struct err e = ERR_INIT;

        put("budi.conf", rows[i].text, 0644);
        assert_int_equal(sidecar_load(path, &person, &e), -1);
        assert_string_equal(e.text, rows[i].right);
    }
    drop("budi.conf");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_folder_loads),
        cmocka_unit_test(the_shipped_office_works_in_a_portal),
        cmocka_unit_test(an_office_with_a_ca_needs_no_portal),
        cmocka_unit_test(what_is_left_out_has_its_default),
        cmocka_unit_test(banners_are_patterns),
        cmocka_unit_test(a_season_and_learning_are_read),
        cmocka_unit_test(the_timetable_of_the_page_loads),
        cmocka_unit_test(the_shipped_week_is_that_of_the_standard),
        cmocka_unit_test(the_control_socket_is_found_in_a_broken_folder),
        cmocka_unit_test(the_policy_is_printed),
        cmocka_unit_test(the_policy_says_who_is_believed_by_what),
        cmocka_unit_test(a_provider_wants_its_self_test),
        cmocka_unit_test(every_mistake_has_its_sentence),
        cmocka_unit_test(placeholders_are_refused),
        cmocka_unit_test(an_answer_waits_less_than_its_question),
        cmocka_unit_test(an_operator_needs_a_portal_and_a_person),
        cmocka_unit_test(an_issuer_file_holds_certificates_only),
        cmocka_unit_test(a_pin_is_one_certificate),
        cmocka_unit_test(secrets_are_for_their_owner_only),
        cmocka_unit_test(what_is_not_there_is_named),
        cmocka_unit_test(a_missing_phrase_is_a_mistake),
        cmocka_unit_test(two_procedures_have_two_prefixes),
        cmocka_unit_test(a_sidecar_tells_of_a_person),
        cmocka_unit_test(a_broken_sidecar_has_its_sentence),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
