/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loket-ca init: makes the CA's key and certificate, once, and ends.  Run by
 * an administrator as the user of loket-ca.service; opens no socket.
 */
#include "proc/ca_init.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "ca/init.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EXIT_NO = 1, EXIT_USAGE = 100, EXIT_SYSTEM = 111 };

static const char help[] =
    "Usage: loketctl ca init --dir DIR --passphrase-file FILE --name NAME\n"
    "                        [--key KIND | --module FILE --token LABEL\n"
    "                        --object LABEL]\n"
    "\n"
    "Makes a CA of your own: DIR/ca.key, encrypted with the passphrase, and\n"
    "DIR/ca.pem.  Run it as the user of loket-ca.service; an existing CA is\n"
    "never overwritten.  Then restart loket-ca.service.\n"
    "\n"
    "      --dir DIR               the service's is /var/lib/loket-ca\n"
    "      --passphrase-file FILE  only its owner may read it (chmod 0400)\n"
    "      --name NAME             \"CN=CA Kota Pekalongan,O=Pemerintah Kota\n"
    "                              Pekalongan,C=ID\"; \"\\,\" is a comma\n"
    "      --key KIND              p256 (default), p384, rsa3072 or rsa4096\n"
    "\n"
    "A key that was made in a PKCS#11 token, and stays there:\n"
    "      --module FILE           the token's library, for example\n"
    "                              /usr/lib/softhsm/libsofthsm2.so\n"
    "      --token LABEL           of the token\n"
    "      --object LABEL          of the private key; the passphrase is its PIN\n"
    "  -h, --help                  print this\n"
    "\n"
    "Certificates say \"UJI - tidak berkekuatan hukum\" until loket-ca is\n"
    "started with --legal-basis.\n"
    "\n"
    "Exit status: 0 made, 1 refused, 100 wrong use, 111 the system failed.\n";

int ca_read_passphrase(const char *path, char **passphrase_r, struct err *e) {
    const char *guarded = getenv("CREDENTIALS_DIRECTORY");
    size_t size;

    if (guarded == NULL || guarded[0] == '\0' ||
        strncmp(path, guarded, strlen(guarded)) != 0 ||
        path[strlen(guarded)] != '/') {
        return io_read_secret(path, passphrase_r, e);
    }
    if (io_read_file(path, LIMIT_CONFIG_TEXT, passphrase_r, &size, e) != 0) {
        return -1;
    }
    if (size > 0 && (*passphrase_r)[size - 1] == '\n') {
        (*passphrase_r)[size - 1] = '\0';
    }
    return 0;
}

static int complain(const struct err *e) {
    fprintf(stderr, "loket-ca: %s\n", e->text);
    return e->kind == ERR_SETUP ? EXIT_SYSTEM : EXIT_NO;
}

static int make(struct init_settings *s, const char *passphrase_file) {
    struct err e = ERR_INIT;
    char *passphrase;
    int rc;

    umask(0077);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (geteuid() == 0) {
        fputs("loket-ca: refusing to run as root: the files would be root's; "
              "run it as the service's user, for example\n"
              "  runuser -u loket-ca -- loketctl ca init ...\n", stderr);
        return EXIT_SYSTEM;
    }
    if (ca_read_passphrase(passphrase_file, &passphrase, &e) != 0) {
        return complain(&e);
    }
    s->passphrase = passphrase;
    rc = init_ca(s, clock_now(), &e);
    explicit_bzero(passphrase, strlen(passphrase));
    free(passphrase);
    if (rc != 0) {
        return complain(&e);
    }
    printf("made %s/%s and %s/ca.pem: keep the %s and a copy of the folder; "
           "restart loket-ca\n", s->dir, s->token != NULL ? "ca.token" : "ca.key",
           s->dir, s->token != NULL ? "PIN" : "passphrase");
    return 0;
}

struct arguments {
    struct init_settings settings;
    struct token_place place;
    const char *passphrase_file;
    bool help, wrong;
};

static void read_label(struct arguments *a, char *to, size_t room) {
    a->wrong = a->wrong || optarg[0] == '\0' || strchr(optarg, '\n') != NULL ||
               !text_copy(to, room, optarg);
    a->settings.token = &a->place;
}

static void read_argument(int c, struct arguments *a) {
    switch (c) {
    case 'd':
        a->settings.dir = optarg;
        break;
    case 'p':
        a->passphrase_file = optarg;
        break;
    case 'n':
        a->settings.name = optarg;
        break;
    case 'k':
        a->settings.key = optarg;
        a->wrong = a->wrong || !init_knows_key(optarg);
        break;
    case 'm':
        read_label(a, a->place.module, sizeof a->place.module);
        break;
    case 't':
        read_label(a, a->place.token, sizeof a->place.token);
        break;
    case 'o':
        read_label(a, a->place.object, sizeof a->place.object);
        break;
    case 'h':
        a->help = true;
        break;
    default:
        a->wrong = true;
        break;
    }
}

/* A token's key is there already, and all three say where. */
static bool is_complete(struct arguments *a) {
    struct init_settings *s = &a->settings;
    bool tokens = s->token == NULL ||
                  (s->key == NULL && a->place.module[0] != '\0' &&
                   a->place.token[0] != '\0' && a->place.object[0] != '\0');

    if (s->key == NULL) {
        s->key = "p256";
    }
    return tokens && !a->wrong && s->dir != NULL && s->name != NULL &&
           a->passphrase_file != NULL;
}

int ca_init_main(int argc, char **argv) {
    static const struct option options[] = {
        {"dir", required_argument, NULL, 'd'},
        {"passphrase-file", required_argument, NULL, 'p'},
        {"name", required_argument, NULL, 'n'},
        {"key", required_argument, NULL, 'k'},
        {"module", required_argument, NULL, 'm'},
        {"token", required_argument, NULL, 't'},
        {"object", required_argument, NULL, 'o'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct arguments a = {0};
    int c;

    while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        read_argument(c, &a);
    }
    if (a.help) {
        fputs(help, stdout);
        return 0;
    }
    if (!is_complete(&a) || optind < argc) {
        fputs("loket-ca: see loketctl ca init --help\n", stderr);
        return EXIT_USAGE;
    }
    if (clock_open() != 0) {
        fputs("loket-ca: LOKET_CLOCK names a file that cannot be read\n",
              stderr);
        return EXIT_SYSTEM;
    }
    return make(&a.settings, a.passphrase_file);
}
