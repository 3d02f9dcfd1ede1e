/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_STORE_SCHEMA_H
#define LOKET_STORE_SCHEMA_H

#include "base/err.h"

#include <stddef.h>

struct store;

/* One step of the way; several may have the same number.  Once released it
 * never changes. */
struct migration {
    int number;
    const char *what;
    const char *sql;
};
extern const struct migration schema_2[]; /* schema_2.c */
extern const size_t schema_2_count;
extern const struct migration schema_3[]; /* schema_3.c */
extern const size_t schema_3_count;
extern const struct migration schema_4[]; /* schema_4.c */
extern const size_t schema_4_count;
extern const struct migration schema_5[]; /* schema_5.c */
extern const size_t schema_5_count;

/* The number this program knows: PRAGMA user_version. */
int schema_newest(void);

/* Brings the database to schema_newest() in one transaction (V176): old or
 * new, never between.  A database that has content is copied first, to
 * DIR/loket.db.schema-N, N being its old number.  One of a newer Loket is
 * refused untouched (V177). */
int schema_migrate(struct store *s, struct err *e);

/* Like it, but only refuses what is not exactly schema_newest(). */
int schema_require(struct store *s, struct err *e);

#endif
