/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loket-net: the only program that opens network sockets.  One binary, two
 * workers that never share a process: the first argument chooses.
 */
#include "proc/net_imap.h"
#include "proc/net_out.h"

#include <stdio.h>
#include <string.h>

enum { EXIT_USAGE = 100 };

static const struct {
    const char *name;
    int (*run)(const char *config_dir);
} workers[] = {
    {"imap", net_imap_main},
    {"out", net_out_main},
};

int main(int argc, char **argv) {
    for (size_t i = 0; argc == 3 && i < sizeof workers / sizeof *workers; i++) {
        if (strcmp(argv[1], workers[i].name) == 0) {
            return workers[i].run(argv[2]);
        }
    }
    fprintf(stderr, "usage: loket-net imap|out CONFIGDIR\n"
                    "This program is part of Loket and is started by loketd; "
                    "see loketd --help.\n");
    return EXIT_USAGE;
}
