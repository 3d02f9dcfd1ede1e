/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_ATTRIBUTION_H
#define LOKET_MESSAGE_ATTRIBUTION_H

#include <stdbool.h>

/* The lines by which a mail program introduces what it quotes: "Pada Jum, 20
 * Nov 2026 pukul 10.15 NAME <ADDRESS> menulis:". */
struct attribution {
    unsigned lines; /* 0: none begins here */
    bool goes_on;   /* what is quoted begins behind it, on its last line */
    bool sure;    /* with an address and a moment, as programs write it */
};

/* The one that begins at the line `at` of a clean text. */
struct attribution attribution_at(const char *at);

#endif
