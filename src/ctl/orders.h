/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_ORDERS_H
#define LOKET_CTL_ORDERS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* Says what abandoning this order does, and asks for the case number on `in`:
 * true when it was typed.  Nothing else counts as a yes. */
bool order_confirm_abandon(const json_t *order, FILE *in, FILE *out);

#endif
