/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `loket-net imap` with settings from DIR/imap.txt ("key value" lines) instead
 * of a whole configuration folder.  For tests/story/test_imap_hostile.py.
 */
#include "base/mem.h"
#include "base/text.h"
#include "config/settings.h"
#include "proc/net_imap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void set(struct settings *s, const char *key, const char *value) {
    struct server *m = &s->imap;
    unsigned number = (unsigned)strtoul(value, NULL, 10);
    const struct {
        const char *key;
        char *to;
        size_t room;
    } texts[] = {
        {"host", m->host, sizeof m->host},
        {"user", m->user, sizeof m->user},
        {"password_file", m->password_file, sizeof m->password_file},
        {"ca_file", m->ca_file, sizeof m->ca_file},
        {"folder", s->folder, sizeof s->folder},
    };
    const struct {
        const char *key;
        unsigned *to;
    } numbers[] = {
        {"timeout_sec", &m->timeout_sec},
        {"command_sec", &m->command_sec},
        {"idle_sec", &m->idle_sec},
        {"poll_sec", &m->poll_sec},
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(key, texts[i].key) == 0) {
            text_copy(texts[i].to, texts[i].room, value);
        }
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (strcmp(key, numbers[i].key) == 0) {
            *numbers[i].to = number;
        }
    }
    if (strcmp(key, "port") == 0) {
        m->port = (uint16_t)number;
    }
}

int settings_load(const char *dir, struct settings **settings_r,
                  struct err *e) {
    char *path = xasprintf("%s/imap.txt", dir);
    FILE *in = fopen(path, "r");
    char line[2048];

    free(path);
    if (in == NULL) {
        return err_set(e, ERR_SETUP, "%s/imap.txt is missing", dir);
    }
    *settings_r = xcalloc(1, sizeof **settings_r);
    while (fgets(line, sizeof line, in) != NULL) {
        char *value = strchr(line, ' ');

        if (value != NULL) {
            *value++ = '\0';
            set(*settings_r, line, text_trim(value));
        }
    }
    fclose(in);
    return 0;
}

void settings_free(struct settings **settings) {
    free(*settings);
    *settings = NULL;
}

int main(int argc, char **argv) {
    return argc == 2 ? net_imap_main(argv[1]) : 100;
}
