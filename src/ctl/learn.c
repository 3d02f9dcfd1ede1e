/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Certificates out of signed documents: docs of the command in learn.h.  The
 * engine reads each certificate again in a child of its own before it takes
 * it; what is shown here comes from the child that read the PDF.
 */
#include "ctl/learn.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "ctl/client.h"
#include "ctl/parsers.h"
#include "model/person.h"
#include "wire/facts.h"

#include <stdlib.h>
#include <string.h>

enum {
    FIXED_WORDS = 8,
    /* Longer than a child lives. */
    PATIENCE_MS = (LIMIT_CHILD_WALL_SEC + 5) * 1000
};

/* ---- reading ------------------------------------------------------------ */

static bool is_listed(const struct signers *s,
                      const struct certificate_facts *facts) {
    for (size_t i = 0; i < s->count; i++) {
        if (digest_equal(&s->list[i].facts.sha256, &facts->sha256)) {
            return true;
        }
    }
    return false;
}

static int take_signer(struct signers *s, struct received *in,
                       struct err *e) {
    struct certificate_facts facts;
    const char *bytes;
    size_t size;
    struct digest d;

    if (in->fd_count != 1 || s->count == LIMIT_SIGNERS ||
        certificate_read(in->frame->certificate, &facts, e) != 0 ||
        io_map_memfd(in->fds[0], LIMIT_CERTIFICATE, &bytes, &size, e) != 0) {
        return err_set(e, ERR_INPUT, "the parser's answer does not fit");
    }
    d = digest_of(bytes, size);
    if (digest_equal(&d, &facts.sha256) && !is_listed(s, &facts)) {
        struct signer *to = &s->list[s->count++];

        *to = (struct signer){.facts = facts, .size = size};
        to->der = xmalloc(size);
        memcpy(to->der, bytes, size);
    }
    io_unmap(bytes, size);
    return 0;
}

/* Certificates up to Examined. */
static int listen(struct channel *ch, struct signers *s, struct err *e) {
    for (;;) {
        struct received in;
        int got = channel_receive_wait(ch, &in, PATIENCE_MS, e);
        int rc = -1;

        if (got <= 0) {
            return err_set(e, ERR_INPUT, "this document cannot be read");
        }
        if (in.frame->kind_case == LOKET__FRAME__KIND_EXAMINED) {
            received_free(&in);
            return 0;
        }
        if (in.frame->kind_case == LOKET__FRAME__KIND_CERTIFICATE) {
            rc = take_signer(s, &in, e);
        } else {
            err_set(e, ERR_INPUT, "the parser's answer does not fit");
        }
        received_free(&in);
        if (rc != 0) {
            return -1;
        }
    }
}

/* The bytes of a file as a memfd, or -1. */
static int open_bytes(const char *file, size_t max, struct err *e) {
    char *bytes = NULL;
    size_t size;
    int fd;

    if (io_read_file(file, max, &bytes, &size, e) != 0) {
        e->kind = ERR_INPUT; /* the word on the command line is wrong */
        return -1;
    }
    fd = io_memfd("file", bytes, size, e);
    free(bytes);
    return fd;
}

int signers_read(const char *file, const char *issuers, struct signers *s,
                 struct err *e) {
    Loket__Examine order = LOKET__EXAMINE__INIT;
    struct parser parser = {.file = "loket-parser"};
    struct channel *ch;
    int issuers_fd = -1, rc;

    *s = (struct signers){0};
    if (issuers[0] != '\0') {
        issuers_fd = open_bytes(issuers, LIMIT_ISSUERS, e);
        if (issuers_fd < 0) {
            return -1;
        }
    }
    order.object = LOKET__EXAMINE__OBJECT__SIGNERS;
    order.own_address = (char *)(uintptr_t)"";
    order.now = clock_now();
    ch = parser_order(&parser, &order, open_bytes(file, LIMIT_MAIL, e),
                      issuers_fd, e);
    rc = ch == NULL ? -1 : listen(ch, s, e);
    channel_free(&ch);
    parser_stop(&parser);
    if (rc != 0) {
        signers_free(s);
        err_prefix(e, "%s", file);
    }
    return rc;
}

void signers_free(struct signers *s) {
    for (size_t i = 0; i < s->count; i++) {
        free(s->list[i].der);
    }
    *s = (struct signers){0};
}

/* ---- whose -------------------------------------------------------------- */

static const char *word_of(const json_t *o, const char *key) {
    const char *text = json_string_value(json_object_get(o, key));

    return text != NULL ? text : "";
}

static const char *first_address(const json_t *person) {
    const char *text = json_string_value(
        json_array_get(json_object_get(person, "addresses"), 0));

    return text != NULL ? text : "";
}

static bool has_address(const json_t *person, const char *address) {
    const json_t *o;
    size_t i;

    json_array_foreach(json_object_get(person, "addresses"), i, o) {
        if (text_same_address(json_string_value(o), address)) {
            return true;
        }
    }
    return false;
}

/* By its address if it has one: a name may be another's. */
static bool is_his(const struct certificate_facts *c, const json_t *person) {
    return c->address[0] != '\0'
               ? has_address(person, c->address)
               : text_same_words(c->common_name, word_of(person, "name"));
}

enum signer_match signer_match(const struct signer *s, const json_t *registry,
                               const json_t **person_r) {
    const json_t *row;
    size_t i;

    *person_r = NULL;
    json_array_foreach(registry, i, row) {
        if (strcmp(word_of(row, "serial"), s->facts.serial) == 0 &&
            strcmp(word_of(row, "issuer"), s->facts.issuer) == 0) {
            *person_r = row;
            return SIGNER_KNOWN;
        }
    }
    if (!s->facts.trusted) {
        return SIGNER_UNFIT;
    }
    json_array_foreach(registry, i, row) {
        if (!is_his(&s->facts, row)) {
            continue;
        }
        /* Somebody has a row for each certificate. */
        if (*person_r != NULL && strcmp(first_address(row),
                                        first_address(*person_r)) != 0) {
            return SIGNER_OF_SEVERAL;
        }
        *person_r = row;
    }
    return *person_r != NULL ? SIGNER_OF_ONE : SIGNER_OF_NOBODY;
}

void signer_describe(const struct signer *s, enum signer_match match,
                     const json_t *person, FILE *out) {
    const struct certificate_facts *c = &s->facts;
    char until[CLOCK_ISO_SIZE], subject[LIMIT_DN], issuer[LIMIT_DN];

    clock_to_iso(c->not_after, until);
    text_escape(subject, sizeof subject, c->subject);
    text_escape(issuer, sizeof issuer, c->issuer);
    fprintf(out, "%s\n  address: %s\n  issuer: %s\n  serial: %s\n"
            "  until: %.10s\n", subject,
            c->address[0] != '\0' ? c->address : "-", issuer, c->serial,
            until);
    switch (match) {
    case SIGNER_OF_ONE:
        fprintf(out, "  is the certificate of %s <%s>, by its %s\n",
                word_of(person, "name"), first_address(person),
                c->address[0] != '\0' ? "address" : "name");
        break;
    case SIGNER_KNOWN:
        fprintf(out, "  is in the registry already, for %s\n",
                word_of(person, "name"));
        break;
    case SIGNER_OF_NOBODY:
        fputs("  nobody in the registry has this address or name: take in "
              "who it is first\n  (loketctl registry import people.csv)\n",
              out);
        break;
    case SIGNER_OF_SEVERAL:
        fputs("  several people in the registry have this name: save the "
              "certificate and say\n  whose it is in a sidecar (loketctl "
              "registry import)\n", out);
        break;
    case SIGNER_UNFIT:
        fprintf(out, "  not taken: %s\n", c->trouble);
        break;
    }
}

/* ---- taking ------------------------------------------------------------- */

json_t *signer_import(const char *socket_path, const struct signer *s,
                      const json_t *person, struct err *e) {
    static const char *const keys[] = {"name", "nip", "nik", "agency",
                                       "language"};
    const char *words[FIXED_WORDS + LIMIT_PERSON_ADDRESSES] = {"registry",
                                                               "import"};
    const json_t *addresses = json_object_get(person, "addresses"), *o;
    size_t n = 2, i;
    int fd;

    for (i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        words[n++] = word_of(person, keys[i]);
    }
    words[n++] = ""; /* the second contact stays as it is */
    json_array_foreach(addresses, i, o) {
        if (n < FIXED_WORDS + LIMIT_PERSON_ADDRESSES) {
            words[n++] = json_string_value(o);
        }
    }
    fd = io_memfd("certificate", s->der, s->size, e);
    return fd < 0 ? NULL : client_ask(socket_path, words, n, fd, e);
}
