/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_INSPECT_H
#define LOKET_CTL_INSPECT_H

/*
 * loketctl inspect [--keys FILE] [--office ADDRESS] [--relaxed DOMAIN]...
 *                  FILE.eml...
 *
 * What gate and parsers make of a mail, as JSON, without any running Loket:
 * starts the two parser programs (from $LOKET_LIBEXEC, or where they were
 * installed) and plays the engine's part.  argv[0] is "inspect".
 *
 * 0 = done, whatever the verdict; 1 = a file cannot be read; 100 = wrong use;
 * 111 = the parsers cannot be started.
 */
int ctl_inspect(int argc, char **argv);

#endif
