/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Certificates and their holders into the registry.  The certificate itself is
 * not read here: the engine gives it to a parser child.
 */
#include "ctl/registry.h"

#include "base/io.h"
#include "base/limits.h"
#include "config/settings.h"
#include "ctl/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIXED_WORDS = 7 };

/* "alice.pem" -> "alice.person" */
static void sidecar_path(const char *file, char path[LIMIT_PATH]) {
    const char *slash = strrchr(file, '/');
    const char *dot = strrchr(file, '.');
    size_t stem = dot != NULL && (slash == NULL || dot > slash)
                      ? (size_t)(dot - file)
                      : strlen(file);

    snprintf(path, LIMIT_PATH, "%.*s.person", (int)stem, file);
}

json_t *registry_import(const char *socket_path, const char *file,
                        struct err *e) {
    const char *words[FIXED_WORDS + LIMIT_PERSON_ADDRESSES] = {"registry",
                                                               "import"};
    struct subscriber person = {.language = LANGUAGE_ID};
    char path[LIMIT_PATH], *bytes = NULL;
    json_t *json = NULL;
    size_t size;
    int fd;

    sidecar_path(file, path);
    if (access(path, F_OK) == 0 && sidecar_load(path, &person, e) != 0) {
        return NULL;
    }
    if (io_read_file(file, LIMIT_CERTIFICATE, &bytes, &size, e) != 0) {
        e->kind = ERR_INPUT; /* the word on the command line is wrong */
        return NULL;
    }
    fd = io_memfd("certificate", bytes, size, e);
    free(bytes);
    if (fd < 0) {
        return NULL;
    }
    words[2] = person.name;
    words[3] = person.nip;
    words[4] = person.nik;
    words[5] = person.agency;
    words[6] = language_name(person.language);
    for (size_t i = 0; i < person.address_count; i++) {
        words[FIXED_WORDS + i] = person.addresses[i];
    }
    json = client_ask(socket_path, words, FIXED_WORDS + person.address_count,
                      fd, e);
    if (json == NULL) {
        err_prefix(e, "%s", file);
    }
    return json;
}
