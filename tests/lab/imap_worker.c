/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `loket-net imap` with the settings of flat_settings.c.  For
 * tests/story/test_imap_hostile.py.
 */
#include "proc/net_imap.h"

int main(int argc, char **argv) {
    return argc == 2 ? net_imap_main(argv[1]) : 100;
}
