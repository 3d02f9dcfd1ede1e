/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CONFIG_READER_H
#define LOKET_CONFIG_READER_H

#include "base/err.h"
#include "config/source.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Tables read configuration: one row per key.  A key that has no row is a
 * mistake, and so is a value that its row does not take.
 */
struct key;

/* A setting on its way into a struct. */
struct value {
    const struct source *source;
    const struct key *key;
    const config_setting_t *setting;
    const char *path; /* as messages name it: "mailbox.port" */
};

/* Puts the value to `to`; on a mistake value_wrong() or value_refuse(). */
typedef int (*value_fn)(const struct value *v, void *to, struct err *e);

struct key {
    const char *path; /* below the group that is read: "mailbox.port" */
    value_fn read;
    size_t offset, size; /* where it goes, and how much room there is */
    long min, max;       /* of a number, or of the bytes of a text */
    const char *const *words; /* of a choice, ended by NULL */
    bool required;
    bool required_in_group; /* ... where the group it is in is there */
    const char *right; /* "a number from 1 to 65535 is right, for ..." */
};

/* The offset and the size of a member. */
#define KEY_TO(type, member)                                                   \
    offsetof(type, member), sizeof(((type *)0)->member)

/* Reads the group (the root of a file, or one element of a list) into `to`.
 * What is absent and not required leaves `to` as it is: the caller puts the
 * defaults there first.  `base` goes before the paths in messages:
 * "people[0]." or "". */
int reader_read(const struct source *s, const config_setting_t *group,
                const char *base, const struct key *keys, size_t count,
                void *to, struct err *e);

/* "FILE:LINE: PATH is FOUND; RIGHT" */
int value_wrong(const struct value *v, struct err *e);

/* "FILE:LINE: PATH is FOUND, WHY; RIGHT" */
int value_refuse(const struct value *v, struct err *e, const char *why, ...)
    __attribute__((format(printf, 3, 4)));

/* What was found, in words: `"imaps" (a string)`, `993 (a number)`. */
enum { VALUE_FOUND_SIZE = 128 };
void value_found(const config_setting_t *setting, char text[VALUE_FOUND_SIZE]);

#endif
