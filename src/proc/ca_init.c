/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loket-ca init: makes the CA's key and certificate, once, and ends.  Run by
 * an administrator as the user of loket-ca.service; opens no socket.
 */
#include "proc/ca_init.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/limits.h"
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
    "                        [--key ec|rsa]\n"
    "\n"
    "Makes a CA of your own: DIR/ca.key, encrypted with the passphrase, and\n"
    "DIR/ca.pem.  Run it as the user of loket-ca.service; an existing CA is\n"
    "never overwritten.  Then restart loket-ca.service.\n"
    "\n"
    "      --dir DIR               the service's is /var/lib/loket-ca\n"
    "      --passphrase-file FILE  only its owner may read it (chmod 0400)\n"
    "      --name NAME             \"CN=CA Kota Pekalongan,O=Pemerintah Kota\n"
    "                              Pekalongan,C=ID\"; \"\\,\" is a comma\n"
    "      --key ec|rsa            ECDSA P-256 (default) or RSA of 3072 bits\n"
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
    printf("made %s/ca.key and %s/ca.pem: keep the passphrase and a copy of "
           "both; restart loket-ca\n", s->dir, s->dir);
    return 0;
}

int ca_init_main(int argc, char **argv) {
    static const struct option options[] = {
        {"dir", required_argument, NULL, 'd'},
        {"passphrase-file", required_argument, NULL, 'p'},
        {"name", required_argument, NULL, 'n'},
        {"key", required_argument, NULL, 'k'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct init_settings s = {0};
    const char *passphrase_file = NULL;
    bool wrong = false;
    int c;

    while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        switch (c) {
        case 'd':
            s.dir = optarg;
            break;
        case 'p':
            passphrase_file = optarg;
            break;
        case 'n':
            s.name = optarg;
            break;
        case 'k':
            s.rsa = strcmp(optarg, "rsa") == 0;
            wrong = wrong || (!s.rsa && strcmp(optarg, "ec") != 0);
            break;
        case 'h':
            fputs(help, stdout);
            return 0;
        default:
            wrong = true;
            break;
        }
    }
    if (wrong || optind < argc || s.dir == NULL || s.name == NULL ||
        passphrase_file == NULL) {
        fputs("loket-ca: see loketctl ca init --help\n", stderr);
        return EXIT_USAGE;
    }
    if (clock_open() != 0) {
        fputs("loket-ca: LOKET_CLOCK names a file that cannot be read\n",
              stderr);
        return EXIT_SYSTEM;
    }
    return make(&s, passphrase_file);
}
