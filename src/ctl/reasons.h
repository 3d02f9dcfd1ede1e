/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_REASONS_H
#define LOKET_CTL_REASONS_H

/* Why a mail is in quarantine or was ignored, for the person who looks. */
struct reason {
    const char *word;    /* as in `loketctl mail list` */
    const char *meaning; /* one sentence */
    const char *remedy;  /* what to do, one sentence */
};

/* The reason with this word, or NULL. */
const struct reason *reason_find(const char *word);

/* All of them as a table on stdout: `loketctl quarantine reasons`. */
void reasons_print(void);

#endif
