/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_DOCUMENT_LABEL_H
#define LOKET_DOCUMENT_LABEL_H

#include <stdbool.h>

/* What a label asks for.  OTHER and those behind it only say where the value
 * before them ends. */
enum label {
    LABEL_NONE,
    LABEL_NAME,
    LABEL_NIP,
    LABEL_NIK,
    LABEL_AGENCY,   /* instansi, perangkat daerah */
    LABEL_UNIT,     /* unit kerja: the agency where no other is named */
    LABEL_POSITION,
    LABEL_NUMBER,
    LABEL_DATE,
    LABEL_SERIAL,
    LABEL_SUBJECT,  /* hal, perihal */
    LABEL_REASON,
    LABEL_BIRTH,    /* its date is not the letter's */
    LABEL_OTHER
};

/* Which one these letters are, written as page_compact() writes them; `first`:
 * they begin their cell, where words of sentences may be labels, too. */
enum label label_of(const char *compact, bool first);

#endif
