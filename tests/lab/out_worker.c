/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `loket-net out` with the settings of flat_settings.c.  For
 * tests/story/test_relay_hostile.py.
 */
#include "proc/net_out.h"

int main(int argc, char **argv) {
    return argc == 2 ? net_out_main(argv[1]) : 100;
}
