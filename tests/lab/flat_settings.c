/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * settings_load() for a worker that runs alone: "key value" lines of
 * DIR/settings.txt instead of a whole configuration folder.  Linked into
 * imap_worker and out_worker in place of config/.  A worker looks at one of
 * the servers, so all get the same values.
 */
#include "base/mem.h"
#include "base/text.h"
#include "config/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void set_server(struct server *m, const char *key, const char *value) {
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

static void set(struct settings *s, const char *key, const char *value) {
    set_server(&s->imap, key, value);
    set_server(&s->relay, key, value);
    if (strcmp(key, "ca_file") == 0) {
        text_copy(s->portal.ca_file, sizeof s->portal.ca_file, value);
    } else if (strcmp(key, "fetch_sec") == 0) {
        s->portal.timeout_sec = (unsigned)strtoul(value, NULL, 10);
    }
    if (strcmp(key, "folder") == 0) {
        text_copy(s->folder, sizeof s->folder, value);
    } else if (strcmp(key, "resolver") == 0) {
        text_copy(s->resolver, sizeof s->resolver, value);
    } else if (strcmp(key, "domain") == 0) {
        text_copy(s->office.domain, sizeof s->office.domain, value);
    }
}

int settings_load(const char *dir, struct settings **settings_r,
                  struct err *e) {
    char *path = xasprintf("%s/settings.txt", dir);
    FILE *in = fopen(path, "r");
    char line[2048];

    free(path);
    if (in == NULL) {
        return err_set(e, ERR_SETUP, "%s/settings.txt is missing", dir);
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
