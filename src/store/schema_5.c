/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Migration 5: who said it, and the procedures beside LOCK.  Called by
 * schema.c; the rules of that file hold here too.
 */
#include "store/schema.h"

const struct migration schema_5[] = {
    {5, "a second address that hears what is asked in somebody's name",
     "ALTER TABLE subscriber ADD COLUMN"
     " second_contact TEXT NOT NULL DEFAULT '' COLLATE NOCASE"
     " CHECK (second_contact = '' OR second_contact LIKE '_%@_%');"},

    {5, "the question whether a mailbox is his who writes from it (INT-3)",
     "CREATE TABLE challenge ("
     " id INTEGER PRIMARY KEY,"
     " address TEXT NOT NULL COLLATE NOCASE CHECK (address LIKE '_%@_%'),"
     " day INTEGER NOT NULL CHECK (day > 0)," /* in the office, since 1970 */
     " secret BLOB NOT NULL UNIQUE CHECK (length(secret) = 32)," /* SHA-256 */
     " asked INTEGER NOT NULL CHECK (asked > 0),"
     " expires INTEGER NOT NULL CHECK (expires > asked),"
     " answered INTEGER CHECK (answered >= asked)," /* NULL: not yet */
     " UNIQUE (address, day)" /* one letter a day, whatever arrives (V056) */
     ") STRICT;"},
};

const size_t schema_5_count = sizeof schema_5 / sizeof schema_5[0];
