/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loketctl: what an administrator asks of Loket.  A table of commands; most
 * are one question to the engine and a way to print its answer.
 *
 * Exit status: 0 done, 1 no, 75 try later, 100 wrong use, 111 system failed.
 */
#include "base/io.h"
#include "base/limits.h"
#include "config/settings.h"
#include "ctl/cases.h"
#include "ctl/client.h"
#include "ctl/explain.h"
#include "ctl/inspect.h"
#include "ctl/orders.h"
#include "ctl/people.h"
#include "ctl/print.h"
#include "ctl/reasons.h"
#include "ctl/learn.h"
#include "ctl/registry.h"
#include "ctl/sheet.h"
#include "ctl/workflow.h"
#include "ctl/workflow_dot.h"
#include "ctl/workflow_simulate.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_DONE = 0, EXIT_NO = 1, EXIT_AGAIN = 75, EXIT_USAGE = 100,
       EXIT_SYSTEM = 111 };

enum { COLUMNS_MAX = 8 };

struct options {
    const char *config_dir;
    bool config_given; /* -c: this office is meant */
    const char *socket_path; /* --socket, or from the configuration */
    const char *since;
    const char *reason;
    const char *output;
    const char *language; /* of the case sheet; NULL = the office's */
    bool json, csv, all, yes, update;
    struct settings *settings; /* loaded when needed */
};

struct command {
    const char *noun, *verb;
    const char *arguments; /* for --help */
    int arguments_min, arguments_max;
    const char *what;
    int (*run)(const struct command *, struct options *, int, char **);
    const char *columns[COLUMNS_MAX]; /* of its table; none = an object */
};

static int exit_of(const struct err *e) {
    switch (e->kind) {
    case ERR_AGAIN:
        return EXIT_AGAIN;
    case ERR_SETUP:
    case ERR_BUG:
        return EXIT_SYSTEM;
    default:
        return EXIT_NO;
    }
}

static int fail(const struct err *e) {
    fprintf(stderr, "loketctl: %s\n", e->text);
    return exit_of(e);
}

/* The configuration is broken: a service that runs goes on with the one it
 * read, and can be asked. */
static int find_running(struct options *o, struct err *e) {
    static char path[LIMIT_PATH];

    settings_find_control(o->config_dir, path);
    if (access(path, F_OK) != 0) {
        return -1;
    }
    fprintf(stderr, "loketctl: this configuration is refused: %s; the service "
                    "that runs is asked\n", e->text);
    *e = (struct err)ERR_INIT;
    o->socket_path = path;
    return 0;
}

/* Where the engine listens: --socket, or what the configuration says. */
static int find_socket(struct options *o, struct err *e) {
    if (o->socket_path != NULL) {
        return 0;
    }
    if (o->settings == NULL &&
        settings_load(o->config_dir, &o->settings, e) != 0) {
        return find_running(o, e);
    }
    o->socket_path = o->settings->control_socket;
    print_use_zone(o->settings->timetable.zone_min,
                   o->settings->timetable.zone_name);
    return 0;
}

static int show(const struct command *k, const struct options *o,
                json_t *json) {
    if (o->json) {
        print_json(json);
    } else if (json_is_array(json) && o->csv) {
        print_csv(json, k->columns, stdout);
    } else if (json_is_array(json)) {
        print_table(json, k->columns);
    } else {
        print_object(json);
    }
    json_decref(json);
    return EXIT_DONE;
}

/* The plain case: noun, verb and arguments are the question. */
static int ask(const struct command *k, struct options *o, int argc,
               char **argv) {
    const char *words[4] = {k->noun};
    struct err e = ERR_INIT;
    size_t n = 1;
    json_t *json;

    if (k->verb != NULL) {
        words[n++] = k->verb;
    }
    for (int i = 0; i < argc; i++) {
        words[n++] = argv[i];
    }
    if (find_socket(o, &e) != 0) {
        return fail(&e);
    }
    json = client_ask(o->socket_path, words, n, -1, &e);
    return json == NULL ? fail(&e) : show(k, o, json);
}

/* With what the reason means and what to do about it. */
static int ask_explained(const struct command *k, struct options *o, int argc,
                         char **argv) {
    const char *words[] = {k->noun, k->verb, argc > 0 ? argv[0] : ""};
    const struct reason *reason;
    struct err e = ERR_INIT;
    json_t *json;

    if (find_socket(o, &e) != 0) {
        return fail(&e);
    }
    json = client_ask(o->socket_path, words, 3, -1, &e);
    if (json == NULL) {
        return fail(&e);
    }
    reason = reason_find(json_string_value(json_object_get(json, "reason")));
    if (reason != NULL) {
        json_object_set_new(json, "meaning", json_string(reason->meaning));
        json_object_set_new(json, "what to do", json_string(reason->remedy));
    }
    return show(k, o, json);
}

static int explain(const struct command *k, struct options *o, int argc,
                   char **argv) {
    (void)k;
    (void)o;
    (void)argc;
    (void)argv;
    reasons_print();
    return EXIT_DONE;
}

/* A stranger's bytes go into a file, never to the terminal. */
static int save_mail(const struct command *k, struct options *o, int argc,
                     char **argv) {
    const char *words[] = {"mail", "raw", argv[0]};
    struct err e = ERR_INIT;
    char *bytes = NULL;
    size_t size = 0;
    int fd;

    (void)k;
    (void)argc;
    if (find_socket(o, &e) != 0 ||
        client_ask_bytes(o->socket_path, words, 3, &bytes, &size, &e) != 0) {
        return fail(&e);
    }
    fd = open(argv[1], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        err_set(&e, ERR_INPUT, "%s: %s", argv[1], strerror(errno));
    } else if (io_write_all(fd, bytes, size, &e) == 0) {
        printf("%zu bytes in %s; `loketctl inspect %s` tells what is in it\n",
               size, argv[1], argv[1]);
    }
    io_close(&fd);
    free(bytes);
    return e.kind == ERR_NONE ? EXIT_DONE : fail(&e);
}

/* ---- the configuration --------------------------------------------------- */

/* Has an engine answered that is not the one of before? */
static bool is_renewed(const struct options *o, json_int_t old_pid) {
    const char *words[] = {"status"};
    struct err e = ERR_INIT;
    json_t *status = client_ask(o->socket_path, words, 1, -1, &e);
    const json_t *pid = json_object_get(status, "engine_pid");
    bool renewed = pid != NULL && json_integer_value(pid) != old_pid;

    json_decref(status);
    return renewed;
}

/* Refused, or in use when this ends. */
static int reload(const struct command *k, struct options *o, int argc,
                  char **argv) {
    enum { LOOK_EVERY_MS = 200, LOOKS = 90 * 1000 / LOOK_EVERY_MS };
    const struct timespec wait = {.tv_nsec = LOOK_EVERY_MS * 1000000L};
    const char *words[] = {k->noun};
    struct err e = ERR_INIT;
    static char path[LIMIT_PATH];
    json_t *answer;
    json_int_t pid;

    (void)argc;
    (void)argv;
    /* Whether the folder is sound is for the engine to say. */
    if (o->socket_path == NULL) {
        settings_find_control(o->config_dir, path);
        o->socket_path = path;
    }
    answer = client_ask(o->socket_path, words, 1, -1, &e);
    if (answer == NULL) {
        return fail(&e);
    }
    pid = json_integer_value(json_object_get(answer, "engine_pid"));
    json_decref(answer);
    for (int i = 0; i < LOOKS; i++) {
        if (is_renewed(o, pid)) {
            puts("the new configuration is in use");
            return EXIT_DONE;
        }
        nanosleep(&wait, NULL);
    }
    fputs("loketctl: the configuration is sound, but the engine has not come "
          "back yet; see the log of loketd\n", stderr);
    return EXIT_AGAIN;
}

/* ---- cases -------------------------------------------------------------- */

static json_t *ask_record(struct options *o, const char *number,
                          struct err *e) {
    const char *words[] = {"case", "show", number};

    return find_socket(o, e) != 0
               ? NULL
               : client_ask(o->socket_path, words, 3, -1, e);
}

static int show_case(const struct command *k, struct options *o, int argc,
                     char **argv) {
    struct err e = ERR_INIT;
    json_t *record = ask_record(o, argv[0], &e);

    (void)k;
    (void)argc;
    if (record == NULL) {
        return fail(&e);
    }
    if (o->json) {
        print_json(record);
    } else {
        case_show_text(record);
    }
    json_decref(record);
    return EXIT_DONE;
}

static bool is_language(const struct options *o) {
    if (o->language == NULL || strcmp(o->language, "id") == 0 ||
        strcmp(o->language, "en") == 0) {
        return true;
    }
    fputs("loketctl: --language is id or en\n", stderr);
    return false;
}

static int print_case(const struct command *k, struct options *o, int argc,
                      char **argv) {
    struct err e = ERR_INIT;
    enum language language;
    json_t *record;
    int rc;

    (void)k;
    (void)argc;
    if (!is_language(o)) {
        return EXIT_USAGE;
    }
    record = ask_record(o, argv[0], &e);
    if (record == NULL) {
        return fail(&e);
    }
    language = o->language == NULL            ? sheet_office_language(record)
               : strcmp(o->language, "en") == 0 ? LANGUAGE_EN
                                                : LANGUAGE_ID;
    rc = case_print(record, language, o->output, &e);
    json_decref(record);
    return rc == 0 ? EXIT_DONE : fail(&e);
}

static int save_case(const struct command *k, struct options *o, int argc,
                     char **argv) {
    struct err e = ERR_INIT;
    json_t *record = ask_record(o, argv[0], &e);
    size_t missing = 0;
    int rc;

    (void)k;
    (void)argc;
    if (record == NULL) {
        return fail(&e);
    }
    rc = case_save(o->socket_path, record, argv[1], &missing, &e);
    json_decref(record);
    if (rc != 0) {
        return fail(&e);
    }
    printf("saved in %s; check it with: cd %s && sha256sum -c SHA256SUMS\n",
           argv[1], argv[1]);
    return missing == 0 ? EXIT_DONE : EXIT_NO;
}

/* ---- orders ------------------------------------------------------------- */

static int list_orders(const struct command *k, struct options *o, int argc,
                       char **argv) {
    char all[] = "all", *words[] = {all};

    (void)argc;
    (void)argv;
    return ask(k, o, o->all ? 1 : 0, words);
}

static int needs_reason(const struct command *k) {
    fprintf(stderr, "loketctl: %s %s needs --reason TEXT; it is kept in the "
                    "log with who said it\n", k->noun, k->verb);
    return EXIT_USAGE;
}

static int retry_order(const struct command *k, struct options *o, int argc,
                       char **argv) {
    char *words[] = {argv[0], (char *)(uintptr_t)o->reason};

    (void)argc;
    return o->reason == NULL ? needs_reason(k) : ask(k, o, 2, words);
}

static int accept_journal(const struct command *k, struct options *o, int argc,
                          char **argv) {
    char *words[] = {(char *)(uintptr_t)o->reason};

    (void)argc;
    (void)argv;
    return o->reason == NULL ? needs_reason(k) : ask(k, o, 1, words);
}

/* -1 = go on; else the status to exit with.  An order that nothing can change
 * is not asked about: the engine says why. */
static int confirm_abandon(struct options *o, const char *id) {
    const char *words[] = {"order", "show", id};
    struct err e = ERR_INIT;
    const char *state;
    json_t *order;
    int rc = -1;

    if (o->yes) {
        return -1;
    }
    if (!isatty(STDIN_FILENO)) {
        fputs("loketctl: order abandon asks on a terminal; without one it "
              "needs --yes\n", stderr);
        return EXIT_USAGE;
    }
    order = find_socket(o, &e) != 0
                ? NULL
                : client_ask(o->socket_path, words, 3, -1, &e);
    if (order == NULL) {
        return fail(&e);
    }
    state = json_string_value(json_object_get(order, "state"));
    if (state != NULL &&
        (strcmp(state, "given") == 0 || strcmp(state, "stopped") == 0) &&
        !order_confirm_abandon(order, stdin, stderr)) {
        fputs("loketctl: nothing was changed\n", stderr);
        rc = EXIT_NO;
    }
    json_decref(order);
    return rc;
}

static int abandon_order(const struct command *k, struct options *o, int argc,
                         char **argv) {
    char *words[] = {argv[0], (char *)(uintptr_t)o->reason};
    int rc;

    (void)argc;
    if (o->reason == NULL) {
        return needs_reason(k);
    }
    rc = confirm_abandon(o, argv[0]);
    return rc >= 0 ? rc : ask(k, o, 2, words);
}

static int import_table(const struct options *o, const char *file) {
    struct err e = ERR_INIT;
    json_t *answer = registry_table(o->socket_path, file, o->update, &e);
    bool taken;

    if (answer == NULL) {
        return fail(&e);
    }
    if (o->json) {
        print_json(answer);
        taken = json_integer_value(
                    json_object_get(answer, "refused_count")) == 0;
    } else {
        taken = registry_print_table(file, answer, stdout, stderr);
    }
    json_decref(answer);
    return taken ? EXIT_DONE : EXIT_NO;
}

static int import(const struct command *k, struct options *o, int argc,
                  char **argv) {
    struct err e = ERR_INIT;
    int rc = EXIT_DONE;

    if (find_socket(o, &e) != 0) {
        return fail(&e);
    }
    for (int i = 0; i < argc && rc == EXIT_DONE; i++) {
        json_t *json;

        if (registry_is_table(argv[i])) {
            rc = import_table(o, argv[i]);
            continue;
        }
        json = registry_import(o->socket_path, argv[i], &e);

        if (json == NULL) {
            return fail(&e); /* files before this one are in */
        }
        show(k, o, json);
    }
    return rc;
}

/* May it be taken? */
static bool confirm_signer(const struct options *o) {
    char line[16] = "";

    if (o->yes) {
        return true;
    }
    if (!isatty(STDIN_FILENO)) {
        fputs("loketctl: without a terminal to ask at, registry learn needs "
              "--yes\n", stderr);
        return false;
    }
    fputs("  take it?  Type yes: ", stderr);
    fflush(stderr);
    return fgets(line, sizeof line, stdin) != NULL &&
           strcmp(line, "yes\n") == 0;
}

static int learn_signer(const struct command *k, const struct options *o,
                        const struct signer *s, const json_t *registry,
                        struct err *e) {
    const json_t *person;
    enum signer_match match = signer_match(s, registry, &person);
    json_t *answer;

    signer_describe(s, match, person, o->json ? stderr : stdout);
    fflush(stdout);
    if (match != SIGNER_OF_ONE) {
        return 0;
    }
    if (!confirm_signer(o)) {
        fputs("loketctl: not taken\n", stderr);
        return 0;
    }
    answer = signer_import(o->socket_path, s, person, e);
    if (answer == NULL) {
        return -1;
    }
    show(k, o, answer);
    return 1;
}

/* How many of its certificates are in the registry now that were not, or -1. */
static int learn_file(const struct command *k, const struct options *o,
                      const char *file, struct err *e) {
    static const char *const words[] = {"registry", "list"};
    static struct signers signers; /* large */
    const char *issuers = o->settings != NULL && o->settings->portal.present
                              ? o->settings->portal.issuer_file
                              : "";
    json_t *registry;
    int taken = 0;

    if (signers_read(file, issuers, &signers, e) != 0) {
        return -1;
    }
    if (issuers[0] == '\0') {
        fputs("loketctl: no issuer is configured (portal.issuer_file): who "
              "issued these certificates\nis for you to look at\n", stderr);
    }
    if (signers.count == 0) {
        fprintf(stderr, "loketctl: %s: nobody has signed this document\n",
                file);
    }
    registry = client_ask(o->socket_path, words, 2, -1, e);
    for (size_t i = 0; registry != NULL && taken >= 0 && i < signers.count;
         i++) {
        int one = learn_signer(k, o, &signers.list[i], registry, e);

        taken = one < 0 ? -1 : taken + one;
    }
    taken = registry == NULL ? -1 : taken;
    json_decref(registry);
    signers_free(&signers);
    return taken;
}

static int learn(const struct command *k, struct options *o, int argc,
                 char **argv) {
    struct err e = ERR_INIT;
    int taken = 0;

    if (find_socket(o, &e) != 0) {
        return fail(&e);
    }
    for (int i = 0; i < argc; i++) {
        int one = learn_file(k, o, argv[i], &e);

        if (one < 0) {
            return fail(&e); /* files before this one are in */
        }
        taken += one;
    }
    return taken > 0 ? EXIT_DONE : EXIT_NO;
}

static int backfill(const struct command *k, struct options *o, int argc,
                    char **argv) {
    char *since = (char *)(uintptr_t)o->since;

    (void)argc;
    (void)argv;
    if (since == NULL) {
        fputs("loketctl: intake backfill needs --since DATE, for example "
              "--since 2026-11-20\n", stderr);
        return EXIT_USAGE;
    }
    return ask(k, o, 1, &since);
}

/* Nobody has the database open: the engine's own program checks it. */
static int fsck_offline(struct options *o, const struct err *online) {
    const char *libexec = getenv("LOKET_LIBEXEC");
    struct err e = ERR_INIT;
    char path[LIMIT_PATH];

    if (o->settings == NULL &&
        settings_load(o->config_dir, &o->settings, &e) != 0) {
        fprintf(stderr, "loketctl: %s\n", online->text);
        return fail(&e);
    }
    snprintf(path, sizeof path, "%s/loket-engine",
             libexec != NULL ? libexec : LOKET_LIBEXECDIR);
    fprintf(stderr, "loketctl: no engine is running; checking %s offline\n",
            o->settings->data_dir);
    execl(path, "loket-engine", "--check", o->settings->data_dir,
          (char *)NULL);
    fprintf(stderr, "loketctl: %s: %s\n", path, strerror(errno));
    return EXIT_SYSTEM;
}

static int fsck(const struct command *k, struct options *o, int argc,
                char **argv) {
    const char *words[] = {"fsck"};
    struct err e = ERR_INIT;
    json_int_t violations;
    json_t *json = NULL;

    (void)k;
    (void)argc;
    (void)argv;
    if (find_socket(o, &e) == 0) {
        json = client_ask(o->socket_path, words, 1, -1, &e);
    }
    if (json == NULL) {
        return e.kind == ERR_AGAIN ? fsck_offline(o, &e) : fail(&e);
    }
    violations = json_integer_value(json_object_get(json, "violations"));
    if (o->json) {
        print_json(json);
    } else {
        fputs(json_string_value(json_object_get(json, "report")), stdout);
        printf("fsck: %s\n", violations == 0 ? "all invariants hold"
                                             : "INVARIANTS BROKEN");
    }
    json_decref(json);
    return violations == 0 ? EXIT_DONE : EXIT_NO;
}

/* ---- procedures ---------------------------------------------------------- */

static int load_settings(struct options *o, struct err *e) {
    return o->settings != NULL
               ? 0
               : settings_load(o->config_dir, &o->settings, e);
}

/* With files: those, each by itself.  Without: those of the office. */
static int check_workflows(const struct command *k, struct options *o,
                           int argc, char **argv) {
    json_t *json = o->json ? json_array() : NULL;
    struct err e = ERR_INIT;
    size_t found;

    (void)k;
    if (argc > 0) {
        found = workflow_check_files(argv, (size_t)argc, json);
    } else if (load_settings(o, &e) == 0) {
        found = workflow_check_office(o->settings, json);
    } else {
        json_decref(json);
        fprintf(stderr, "loketctl: %s\n", e.text);
        return EXIT_NO;
    }
    if (json != NULL) {
        print_json(json);
        json_decref(json);
    }
    return found == 0 ? EXIT_DONE : EXIT_NO;
}

static int draw_workflow(const struct command *k, struct options *o, int argc,
                         char **argv) {
    struct err e = ERR_INIT;
    struct workflow *w = workflow_file_read(argv[0], &e);

    (void)k;
    (void)o;
    (void)argc;
    if (w == NULL) {
        fprintf(stderr, "loketctl: %s\n", e.text);
        return EXIT_NO;
    }
    workflow_dot(stdout, w);
    free(w);
    return EXIT_DONE;
}

/* With -c the people and the hours of that office; else of an invented one. */
static int play_events(struct options *o, const struct workflow *w,
                       const char *file, struct err *e) {
    FILE *events;
    int rc;

    if (o->config_given && load_settings(o, e) != 0) {
        return -1;
    }
    events = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
    if (events == NULL) {
        return err_set(e, ERR_INPUT, "%s: %s", file, strerror(errno));
    }
    rc = workflow_simulate(w, file, events,
                           o->config_given ? o->settings : NULL, stdout, e);
    if (events != stdin) {
        fclose(events);
    }
    return rc;
}

static int simulate_workflow(const struct command *k, struct options *o,
                             int argc, char **argv) {
    struct err e = ERR_INIT;
    struct workflow *w = workflow_file_read(argv[0], &e);
    int rc = w == NULL ? -1 : play_events(o, w, argv[1], &e);

    (void)k;
    (void)argc;
    free(w);
    if (rc != 0) {
        fflush(stdout);
        fprintf(stderr, "loketctl: %s\n", e.text);
    }
    return rc == 0 ? EXIT_DONE : EXIT_NO;
}

/* In the language of the office, or --language. */
static int explain_case(const struct command *k, struct options *o, int argc,
                        char **argv) {
    const char *words[] = {k->noun, k->verb, argv[0]};
    struct err e = ERR_INIT;
    const char *language = o->language;
    json_t *json;

    (void)argc;
    if (!is_language(o)) {
        return EXIT_USAGE;
    }
    if (find_socket(o, &e) != 0 ||
        (json = client_ask(o->socket_path, words, 3, -1, &e)) == NULL) {
        return fail(&e);
    }
    if (language == NULL) {
        language = json_string_value(json_object_get(json, "language"));
    }
    if (o->json) {
        print_json(json);
    } else {
        explain_write(stdout, json,
                      language != NULL && strcmp(language, "en") == 0
                          ? LANGUAGE_EN
                          : LANGUAGE_ID);
    }
    json_decref(json);
    return EXIT_DONE;
}

/* ---- people --------------------------------------------------------------- */

/* The configuration is enough; only delegations and drills are the engine's. */
static int list_people(const struct command *k, struct options *o, int argc,
                       char **argv) {
    static const char *const words[] = {"people", "delegations"};
    static const char *const drill_words[] = {"people", "drills"};
    json_t *delegations = NULL, *drills = NULL, *roster;
    struct err e = ERR_INIT, none = ERR_INIT;

    (void)k;
    (void)argc;
    (void)argv;
    if (load_settings(o, &e) != 0) {
        return fail(&e);
    }
    if (find_socket(o, &none) == 0) {
        delegations = client_ask(o->socket_path, words, 2, -1, &none);
        drills = client_ask(o->socket_path, drill_words, 2, -1, &none);
    }
    roster = people_roster(o->settings, delegations, drills);
    json_decref(delegations);
    json_decref(drills);
    if (o->json) {
        print_json(roster);
    } else {
        people_print(stdout, roster);
    }
    json_decref(roster);
    return EXIT_DONE;
}

static int drill_people(const struct command *k, struct options *o, int argc,
                        char **argv) {
    const char *words[] = {"people", "drill", argc > 0 ? argv[0] : ""};
    struct err e = ERR_INIT;
    json_t *json;

    (void)k;
    if ((argc > 0) == o->all) {
        fputs("loketctl: people drill: name one person, or --all\n", stderr);
        return EXIT_USAGE;
    }
    if (find_socket(o, &e) != 0 ||
        (json = client_ask(o->socket_path, words, 3, -1, &e)) == NULL) {
        return fail(&e);
    }
    if (o->json) {
        print_json(json);
    } else {
        long long n =
            json_integer_value(json_object_get(json, "letters"));

        printf("LATIHAN: %lld letter%s\n", n, n == 1 ? "" : "s");
    }
    json_decref(json);
    return EXIT_DONE;
}

static int check_people(const struct command *k, struct options *o, int argc,
                        char **argv) {
    struct err e = ERR_INIT;
    size_t found;

    (void)k;
    (void)argc;
    (void)argv;
    if (load_settings(o, &e) != 0) {
        fprintf(stderr, "loketctl: %s\n", e.text);
        return EXIT_NO;
    }
    found = people_check(o->settings, stdout);
    if (found == 0) {
        printf("people.conf: %zu people, %zu procedures, nothing found\n",
               o->settings->people.count, o->settings->workflow_count);
    }
    return found == 0 ? EXIT_DONE : EXIT_NO;
}

/* The CA's folder is loket-ca's alone: its own program does this. */
static int ca(char **argv) {
    const char *libexec = getenv("LOKET_LIBEXEC");
    char path[LIMIT_PATH];

    snprintf(path, sizeof path, "%s/loket-ca",
             libexec != NULL ? libexec : LOKET_LIBEXECDIR);
    execv(path, argv);
    fprintf(stderr, "loketctl: %s: %s\n", path, strerror(errno));
    return EXIT_SYSTEM;
}

static const struct command commands[] = {
    {"status", NULL, "", 0, 0, "how the office stands", ask, {NULL}},
    {"reload", NULL, "", 0, 0, "have the running service read a changed folder",
     reload, {NULL}},
    {"case", "list", "", 0, 0, "all cases, newest first", ask,
     {"number", "state", "applicant", "opened", "due", "stands", NULL}},
    {"case", "show", "NUMBER", 1, 1,
     "everything about one case",
     show_case, {NULL}},
    {"case", "print", "NUMBER", 1, 1,
     "its sheet as HTML for paper (--output, --language)",
     print_case, {NULL}},
    {"case", "save", "NUMBER DIR", 2, 2,
     "every output into a new folder; audited", save_case,
     {NULL}},
    {"case", "resume", "NUMBER", 1, 1,
     "let a case go on that BUKAN SAYA halted (--reason); audited",
     retry_order, {NULL}},
    {"case", "stop", "NUMBER", 1, 1,
     "end one that BUKAN SAYA halted (--reason); audited", retry_order,
     {NULL}},
    {"ca", "show", "", 0, 0,
     "do its journal and this database agree?  If not: what to do", ask,
     {NULL}},
    {"ca", "accept", "", 0, 0,
     "they differ, and it stays so (--reason); audited", accept_journal,
     {NULL}},
    {"order", "list", "", 0, 0,
     "revocations and issuances not done (--all)",
     list_orders,
     {"id", "state", "executor", "serial", "attempts", "given", "trouble",
      NULL}},
    {"order", "show", "ID", 1, 1, "one of them: how it stands, its evidence",
     ask, {NULL}},
    {"order", "retry", "ID", 1, 1,
     "give a stopped order again (--reason); audited", retry_order, {NULL}},
    {"order", "abandon", "ID", 1, 1,
     "give it up and close the case (--reason); audited", abandon_order,
     {NULL}},
    {"survey", "show", "[FROM [TO]]", 0, 2,
     "how people were served, in the months FROM to TO (2026-11)", ask,
     {NULL}},
    {"suggestion", "list", "", 0, 0, "what was suggested, newest first", ask,
     {"id", "at", "from", "text", NULL}},
    {"mail", "list", "", 0, 0, "all mail taken in, newest first", ask,
     {"id", "disposition", "reason", "level", "from", "taken", "subject",
      NULL}},
    {"mail", "show", "ID", 1, 1, "what became of one mail, and why",
     ask_explained, {NULL}},
    {"mail", "save", "ID FILE", 2, 2, "its bytes into a new file; audited",
     save_mail, {NULL}},
    {"quarantine", "list", "", 0, 0, "mail that a person should look at", ask,
     {"id", "reason", "level", "from", "taken", "subject", NULL}},
    {"quarantine", "show", "ID", 1, 1, "one of them: why, and what to do",
     ask_explained, {NULL}},
    {"quarantine", "reasons", "", 0, 0, "every reason and what to do about it",
     explain, {NULL}},
    {"quarantine", "release", "ID", 1, 1,
     "examine it again as of now; never overrides authentication", ask,
     {NULL}},
    {"outbox", "list", "", 0, 0, "letters: waiting, accepted, failed", ask,
     {"id", "letter", "to", "state", "attempts", "code", "queued", NULL}},
    {"letter", "resend", "ID --reason TEXT", 1, 1,
     "a letter of a case once more, to the registry's address", retry_order,
     {NULL}},
    {"registry", "list", "", 0, 0, "subscribers and their certificates", ask,
     {"name", "nip", "serial", "state", "not_after", "second_contact", NULL}},
    {"registry", "import", "FILE...", 1, 1000,
     "certificates (alice.pem, alice.person), or people.csv", import,
     {NULL}},
    {"registry", "learn", "FILE.pdf...", 1, 1000,
     "certificates of those who signed it (asks; --yes)", learn, {NULL}},
    {"intake", "backfill", "--since DATE", 0, 0,
     "take in mail that was there before the first start", backfill, {NULL}},
    {"workflow", "check", "[FILE...]", 0, 1000,
     "prove procedures; without files those of the office",
     check_workflows, {NULL}},
    {"workflow", "dot", "FILE", 1, 1, "draw one, for Graphviz", draw_workflow,
     {NULL}},
    {"workflow", "simulate", "FILE EVENTS", 2, 2,
     "play events on one, on their own clock",
     simulate_workflow, {NULL}},
    {"workflow", "explain", "NUMBER", 1, 1,
     "why a case stands there, who is awaited, until when", explain_case,
     {NULL}},
    {"people", "list", "", 0, 0, "who has which role, grant and deputy",
     list_people, {NULL}},
    {"people", "drill", "[PERSON]", 0, 1,
     "have an officer, or with --all each, answer a LATIHAN letter",
     drill_people, {NULL}},
    {"people", "recall", "PERSON", 1, 1,
     "end what somebody has delegated by mail (--reason); audited",
     retry_order, {NULL}},
    {"people", "check", "", 0, 0, "whether they are enough", check_people,
     {NULL}},
    {"fsck", NULL, "", 0, 0, "check the invariants of the stored data", fsck,
     {NULL}},
};

static void help(void) {
    puts("Usage: loketctl [OPTION...] COMMAND\n"
         "\n"
         "What an administrator asks of Loket.\n"
         "\nCommands:");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const struct command *k = &commands[i];
        char line[80];

        snprintf(line, sizeof line, "%s%s%s %s", k->noun,
                 k->verb != NULL ? " " : "", k->verb != NULL ? k->verb : "",
                 k->arguments);
        printf("  %-30s %s\n", line, k->what);
    }
    printf("  %-30s %s\n", "inspect FILE.eml",
           "all that gate and parser make of a mail, as JSON;");
    printf("  %-30s %s\n", "", "needs no running Loket (inspect --help)");
    printf("  %-30s %s\n", "ca init --name NAME ...",
           "make a CA of your own (ca init --help)");
    puts("\nOptions:\n"
         "  -c, --config DIR   configuration folder (default " LOKET_SYSCONFDIR
         ")\n"
         "      --socket PATH  control socket, instead of the configured one\n"
         "      --since DATE   for intake backfill: 2026-11-20\n"
         "      --all          for order list: those that are done, too\n"
         "      --reason TEXT  for case resume and stop, order retry and abandon,\n"
         "                     letter resend, people recall: why,\n"
         "                     one line\n"
         "      --yes          for order abandon, registry learn: do not ask\n"
         "      --update       for registry import: the table is right\n"
         "      --output FILE  for case print: a new file, instead of stdout\n"
         "      --language id|en  for case print and workflow explain, instead\n"
         "                     of the office's\n"
         "      --json         JSON instead of tables\n"
         "      --csv          tables as a spreadsheet reads them\n"
         "      --version      print the version\n"
         "  -h, --help         print this\n"
         "\n"
         "Only root and the user Loket runs as are answered.\n"
         "\n"
         "Exit status: 0 done, 1 no, 75 try later, 100 wrong use, 111 the\n"
         "system failed.");
}

static const struct command *find(int argc, char **argv, int *used) {
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const struct command *k = &commands[i];

        *used = k->verb == NULL ? 1 : 2;
        if (argc >= *used && strcmp(argv[0], k->noun) == 0 &&
            (k->verb == NULL || strcmp(argv[1], k->verb) == 0)) {
            return k;
        }
    }
    return NULL;
}

/* Names what there is: the verbs of this noun, else that --help has it all. */
static int no_such_command(int argc, char **argv) {
    bool known = false;

    fprintf(stderr, "loketctl: there is no command \"%s%s%s\"", argv[0],
            argc > 1 ? " " : "", argc > 1 ? argv[1] : "");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const struct command *k = &commands[i];

        if (strcmp(k->noun, argv[0]) == 0 && k->verb != NULL) {
            fprintf(stderr, "%s %s %s", known ? "," : "; there is:", k->noun,
                    k->verb);
            known = true;
        }
    }
    fputs(known ? "\n" : "; see loketctl --help\n", stderr);
    return EXIT_USAGE;
}

static int run(struct options *o, int argc, char **argv) {
    const struct command *k;
    int used;

    if (argc == 0 || strcmp(argv[0], "help") == 0) {
        help();
        return argc == 0 ? EXIT_USAGE : EXIT_DONE;
    }
    k = find(argc, argv, &used);
    if (k == NULL) {
        return no_such_command(argc, argv);
    }
    argc -= used;
    argv += used;
    if (argc < k->arguments_min || argc > k->arguments_max) {
        fprintf(stderr, "Usage: loketctl %s%s%s %s\n", k->noun,
                k->verb != NULL ? " " : "", k->verb != NULL ? k->verb : "",
                k->arguments);
        return EXIT_USAGE;
    }
    if (o->csv && k->columns[0] == NULL) {
        fputs("loketctl: --csv is for lists; see loketctl --help\n", stderr);
        return EXIT_USAGE;
    }
    return k->run(k, o, argc, argv);
}

static const struct option long_options[] = {
    {"config", required_argument, NULL, 'c'},
    {"socket", required_argument, NULL, 'S'},
    {"since", required_argument, NULL, 's'},
    {"all", no_argument, NULL, 'a'},
    {"reason", required_argument, NULL, 'r'},
    {"yes", no_argument, NULL, 'y'},
    {"update", no_argument, NULL, 'u'},
    {"output", required_argument, NULL, 'o'},
    {"language", required_argument, NULL, 'l'},
    {"json", no_argument, NULL, 'j'},
    {"csv", no_argument, NULL, 'C'},
    {"version", no_argument, NULL, 'V'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* The place of the first word that is no option: what stands behind `inspect`
 * and `ca` is their own. */
static int first_word(int argc, char **argv) {
    opterr = 0;
    while (getopt_long(argc, argv, "+c:h", long_options, NULL) != -1) {
    }
    opterr = 1;
    return optind;
}

/* -1 = go on; else the status to exit with. */
static int read_options(int argc, char **argv, struct options *o) {
    int c;

    optind = 0; /* start anew */
    while ((c = getopt_long(argc, argv, "c:h", long_options, NULL)) != -1) {
        switch (c) {
        case 'c':
            o->config_dir = optarg;
            o->config_given = true;
            break;
        case 'S':
            o->socket_path = optarg;
            break;
        case 's':
            o->since = optarg;
            break;
        case 'a':
            o->all = true;
            break;
        case 'r':
            o->reason = optarg;
            break;
        case 'u':
            o->update = true;
            break;
        case 'y':
            o->yes = true;
            break;
        case 'o':
            o->output = optarg;
            break;
        case 'l':
            o->language = optarg;
            break;
        case 'j':
            o->json = true;
            break;
        case 'C':
            o->csv = true;
            break;
        case 'V':
            puts("loketctl " PACKAGE_VERSION);
            return EXIT_DONE;
        case 'h':
            help();
            return EXIT_DONE;
        default:
            fputs("loketctl: see loketctl --help\n", stderr);
            return EXIT_USAGE;
        }
    }
    return -1;
}

int main(int argc, char **argv) {
    struct options o = {.config_dir = LOKET_SYSCONFDIR};
    int word = first_word(argc, argv), rc;

    if (word < argc && strcmp(argv[word], "inspect") == 0) {
        return ctl_inspect(argc - word, argv + word);
    }
    if (word + 1 < argc && strcmp(argv[word], "ca") == 0 &&
        strcmp(argv[word + 1], "init") == 0) {
        return ca(argv + word);
    }
    rc = read_options(argc, argv, &o);
    if (rc >= 0) {
        return rc;
    }
    rc = run(&o, argc - optind, argv + optind);
    settings_free(&o.settings);
    return rc;
}
