/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `loket-net out` with settings from DIR/out.txt ("key value" lines) instead
 * of a whole configuration folder.  For tests/story/test_relay_hostile.py.
 */
#include "base/mem.h"
#include "base/text.h"
#include "config/settings.h"
#include "proc/net_out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void set(struct settings *s, const char *key, const char *value) {
    struct server *r = &s->relay;
    unsigned number = (unsigned)strtoul(value, NULL, 10);
    const struct {
        const char *key;
        char *to;
        size_t room;
    } texts[] = {
        {"host", r->host, sizeof r->host},
        {"user", r->user, sizeof r->user},
        {"password_file", r->password_file, sizeof r->password_file},
        {"ca_file", r->ca_file, sizeof r->ca_file},
        {"resolver", s->resolver, sizeof s->resolver},
        {"domain", s->office.domain, sizeof s->office.domain},
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(key, texts[i].key) == 0) {
            text_copy(texts[i].to, texts[i].room, value);
        }
    }
    if (strcmp(key, "port") == 0) {
        r->port = (uint16_t)number;
    } else if (strcmp(key, "timeout_sec") == 0) {
        r->timeout_sec = number;
    } else if (strcmp(key, "command_sec") == 0) {
        r->command_sec = number;
    }
}

int settings_load(const char *dir, struct settings **settings_r,
                  struct err *e) {
    char *path = xasprintf("%s/out.txt", dir);
    FILE *in = fopen(path, "r");
    char line[2048];

    free(path);
    if (in == NULL) {
        return err_set(e, ERR_SETUP, "%s/out.txt is missing", dir);
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
    return argc == 2 ? net_out_main(argv[1]) : 100;
}
