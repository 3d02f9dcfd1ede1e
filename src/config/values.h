/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CONFIG_VALUES_H
#define LOKET_CONFIG_VALUES_H

#include "config/reader.h"

/*
 * The kinds of value a key can have; each is a value_fn for the `read` of a
 * row.  `to` is what the comment says; the room of a text is key->size.
 */

int value_text(const struct value *v, void *to, struct err *e); /* char[] */
int value_lines(const struct value *v, void *to, struct err *e); /* char[] */
int value_address(const struct value *v, void *to, struct err *e); /* char[] */
int value_domain(const struct value *v, void *to, struct err *e);  /* char[] */
int value_host(const struct value *v, void *to, struct err *e);    /* char[] */
int value_https(const struct value *v, void *to, struct err *e);   /* char[] */
int value_resolver(const struct value *v, void *to, struct err *e); /* char[] */
int value_number(const struct value *v, void *to, struct err *e); /* unsigned */
int value_port(const struct value *v, void *to, struct err *e);   /* uint16_t */
int value_boolean(const struct value *v, void *to, struct err *e); /* bool */
int value_choice(const struct value *v, void *to, struct err *e); /* any enum */
int value_minute(const struct value *v, void *to, struct err *e); /* int */
int value_word(const struct value *v, void *to, struct err *e); /* char[] */
int value_date(const struct value *v, void *to, struct err *e); /* char[] */
int value_day(const struct value *v, void *to, struct err *e);  /* int */
int value_spans(const struct value *v, void *to, struct err *e); /* _day */

/* value_word: of a-z, 0-9 and "-".  value_date: "2026-11-21".  value_day: the
 * same as days since 1970-01-01. */

/* Paths: relative ones count from the configuration folder. */
int value_path(const struct value *v, void *to, struct err *e);   /* char[] */
int value_socket(const struct value *v, void *to, struct err *e); /* char[] */
/* ... and the file is there and can be read */
int value_file(const struct value *v, void *to, struct err *e); /* char[] */
/* ... and nobody but its owner may read it; it is never opened here */
int value_secret(const struct value *v, void *to, struct err *e); /* char[] */

/* The i-th string of a list, NULL (and a message) when it is none, is empty,
 * or is longer than the room. */
const char *value_element(const struct value *v, int i, size_t room,
                          struct err *e);

/* How many elements; -1 (and a message) when this is no list or has more than
 * `max`.  [] and () are both lists. */
int value_count(const struct value *v, int max, struct err *e);

/* As value_count, and no element at all is a mistake too. */
int value_some(const struct value *v, int max, struct err *e);

/* The word as the enum value, below `max`, that name_of() calls so. */
int value_member(const struct value *v, int max, const char *(*name_of)(int),
                 unsigned *to, struct err *e);

/* value_wrong() unless it is a group. */
int value_group(const struct value *v, struct err *e);

/* Calls `each` for the groups of a list, of at most `max`, in their order,
 * with the path "steps[2]." that messages put before what is in the group. */
typedef int (*value_each_fn)(const struct value *v,
                             const config_setting_t *group, const char *base,
                             int i, void *to, struct err *e);
enum { VALUE_BASE_SIZE = 128 };
int value_groups(const struct value *v, int max, value_each_fn each, void *to,
                 struct err *e);

/* One or more words into bool[max]: to[i] for the word that name_of(i) is.
 * `kind` is what other words are not: "is no role". */
int value_members(const struct value *v, int max, const char *(*name_of)(int),
                  const char *kind, bool *to, struct err *e);

/* One or more mail addresses of a person. */
int value_addresses(const struct value *v, char (*to)[LIMIT_ADDRESS],
                    size_t *count, struct err *e);

/* A list of at most LIMIT_WORDS mail domains. */
int value_domains(const struct value *v, char (*to)[LIMIT_DOMAIN],
                  size_t *count, struct err *e);

/* Text that may go into a letter or a header: no control characters. */
bool value_is_plain(const char *text);

#endif
