/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys in a PKCS#11 token, through libp11 (the library below OpenSSL's pkcs11
 * engine; docs/decisions/034).  Called by load.c at start and by init.c; what
 * signs is an EVP_PKEY as any other.  Makes no key: that is done with the
 * token's own tools.
 */
#include "ca/token.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "ca/key.h"

#include <errno.h>
#include <libp11.h>
#include <openssl/err.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CKR_PIN_INCORRECT = 0xa0, CKR_PIN_LOCKED = 0xa4 }; /* PKCS#11 v2.40 */

struct token {
    PKCS11_CTX *ctx;
    bool loaded;
    PKCS11_SLOT *slots;
    unsigned slot_count;
};

/* ---- DIR/ca.token -------------------------------------------------------- */

static const struct {
    const char *name;
    size_t at, room;
} lines[] = {
#define LINE(field)                                                           \
    {#field, offsetof(struct token_place, field),                             \
     sizeof(((struct token_place *)0)->field)}
    LINE(module), LINE(token), LINE(object),
#undef LINE
};

enum { LINES = sizeof lines / sizeof lines[0] };

void token_place_text(const struct token_place *p, char *text, size_t room) {
    snprintf(text, room, "module %s\ntoken %s\nobject %s\n", p->module,
             p->token, p->object);
}

/* "token loket": exactly the lines that token_place_text writes. */
static int read_place(char *text, struct token_place *p, struct err *e) {
    char *rest = text;

    for (size_t i = 0; i < LINES; i++) {
        char *line = strsep(&rest, "\n");
        size_t n = strlen(lines[i].name);

        if (line == NULL || strncmp(line, lines[i].name, n) != 0 ||
            line[n] != ' ' || line[n + 1] == '\0' ||
            !text_copy((char *)p + lines[i].at, lines[i].room, line + n + 1)) {
            return err_set(e, ERR_SETUP, "ca.token, line %zu: \"%s\" found; "
                           "\"%s ...\" is right", i + 1,
                           line != NULL ? line : "", lines[i].name);
        }
    }
    return rest != NULL && *rest == '\0'
               ? 1 : err_set(e, ERR_SETUP, "ca.token: has more than %d lines",
                             LINES);
}

int token_place_read(const char *dir, struct token_place *p_r, struct err *e) {
    char *path = xasprintf("%s/ca.token", dir), *text;
    size_t size;
    int got = 0;

    *p_r = (struct token_place){0};
    if (access(path, F_OK) == 0 || errno != ENOENT) {
        got = io_read_file(path, LIMIT_CONFIG_TEXT, &text, &size, e);
        if (got == 0) {
            got = read_place(text, p_r, e);
            free(text);
        }
    }
    free(path);
    return got;
}

/* ---- the token ----------------------------------------------------------- */

static int find_token(struct token *t, const char *label, PKCS11_SLOT **slot_r,
                      struct err *e) {
    *slot_r = NULL;
    for (unsigned i = 0; i < t->slot_count; i++) {
        PKCS11_TOKEN *there = t->slots[i].token;

        if (there == NULL || there->label == NULL ||
            strcmp(there->label, label) != 0) {
            continue;
        }
        if (*slot_r != NULL) {
            return err_set(e, ERR_SETUP, "two tokens are labelled \"%s\"",
                           label);
        }
        *slot_r = &t->slots[i];
    }
    return *slot_r != NULL
               ? 0 : err_set(e, ERR_SETUP, "no token \"%s\" in %u slots: is "
                             "it plugged in, may this user open it?", label,
                             t->slot_count);
}

/* A wrong PIN is tried once: a token locks itself after a few. */
static int log_in(PKCS11_SLOT *slot, const char *pin, struct err *e) {
    const PKCS11_TOKEN *token = slot->token;
    int refused;

    if (token->userPinLocked || token->userPinFinalTry) {
        return err_set(e, ERR_DENIED, "token \"%s\": %s", token->label,
                       token->userPinLocked
                           ? "its PIN is locked: unlock it with its own tools"
                           : "one try of the PIN is left and is not taken: "
                             "log in once with its own tools");
    }
    ERR_clear_error();
    if (PKCS11_login(slot, 0, pin) == 0) {
        return 0;
    }
    refused = ERR_GET_REASON(ERR_peek_last_error());
    key_failed(e, refused == CKR_PIN_INCORRECT || refused == CKR_PIN_LOCKED
                      ? ERR_DENIED : ERR_SETUP, "its PIN");
    return err_prefix(e, "token \"%s\"", token->label);
}

static int find_key(PKCS11_TOKEN *token, const char *label, EVP_PKEY **key_r,
                    struct err *e) {
    PKCS11_KEY *keys = NULL, *found = NULL;
    unsigned count = 0;

    if (PKCS11_enumerate_keys(token, &keys, &count) != 0) {
        return key_failed(e, ERR_SETUP, "the token's keys");
    }
    for (unsigned i = 0; i < count; i++) {
        if (keys[i].label == NULL || strcmp(keys[i].label, label) != 0) {
            continue;
        }
        if (found != NULL) {
            return err_set(e, ERR_SETUP, "two private keys in the token are "
                           "labelled \"%s\"", label);
        }
        found = &keys[i];
    }
    if (found == NULL) {
        return err_set(e, ERR_SETUP, "no private key \"%s\" in the token",
                       label);
    }
    *key_r = PKCS11_get_private_key(found);
    return *key_r != NULL ? 0 : key_failed(e, ERR_SETUP, label);
}

int token_open(const struct token_place *p, const char *pin,
               struct token **t_r, EVP_PKEY **key_r, struct err *e) {
    struct token *t = xcalloc(1, sizeof *t);
    PKCS11_SLOT *slot;
    int rc = -1;

    *key_r = NULL;
    t->ctx = PKCS11_CTX_new();
    if (t->ctx == NULL) {
        abort(); /* out of memory */
    }
    t->loaded = PKCS11_CTX_load(t->ctx, p->module) == 0;
    if (!t->loaded ||
        PKCS11_enumerate_slots(t->ctx, &t->slots, &t->slot_count) != 0) {
        key_failed(e, ERR_SETUP, p->module);
    } else if (find_token(t, p->token, &slot, e) == 0 &&
               log_in(slot, pin, e) == 0) {
        rc = find_key(slot->token, p->object, key_r, e);
    }
    if (rc != 0) {
        token_close(&t);
    }
    *t_r = t;
    return rc;
}

void token_close(struct token **t) {
    if (*t == NULL) {
        return;
    }
    if ((*t)->slots != NULL) {
        PKCS11_release_all_slots((*t)->ctx, (*t)->slots, (*t)->slot_count);
    }
    if ((*t)->loaded) {
        PKCS11_CTX_unload((*t)->ctx);
    }
    PKCS11_CTX_free((*t)->ctx);
    free(*t);
    *t = NULL;
}
