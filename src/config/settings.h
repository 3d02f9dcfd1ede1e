/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CONFIG_SETTINGS_H
#define LOKET_CONFIG_SETTINGS_H

#include "base/err.h"
#include "model/settings.h"

#include <stdio.h>

/*
 * The configuration folder, the only place that knows libconfig:
 *
 *   loket.conf        office, mailbox, relay, dkim, timetable, paths
 *   people.conf       who works for the office, and with which grant
 *   calendar/Y.conf   the holidays of a year each
 *   workflows/X.conf  one procedure each
 *   letters/id, /en   templates (NAME.txt) and wordings (phrases.conf)
 *   forms/NAME.conf   the blank letters
 *   standard.conf     the service standard
 *   dkim-keys         pinned keys (optional; named in loket.conf)
 *
 * Loading is all or nothing.  The first mistake found ends it with ERR_SETUP
 * and one sentence: file, line, what was found, what would be right.  Unknown
 * and duplicate keys, wrong types, numbers out of range, missing files and
 * secrets that others may read are mistakes (V171, V175).
 */
int settings_load(const char *dir, struct settings **settings_r,
                  struct err *e);
void settings_free(struct settings **settings);

/* Where the engine listens that began with an older, sound configuration: what
 * loket.conf says of it, whatever else is wrong in the folder; where nothing
 * can be read, the built-in path.  For loketctl, which must reach a running
 * service when its files are broken. */
void settings_find_control(const char *dir, char path[LIMIT_PATH]);

/* The effective policy in words, one fact per line: `loketd --check`. */
void settings_print(const struct settings *s, FILE *out);

/* The sidecar of a certificate for `loketctl registry import`: name, nip, nik,
 * agency, language, addresses.  Fields it does not have stay empty. */
int sidecar_load(const char *path, struct subscriber *person, struct err *e);

#endif
