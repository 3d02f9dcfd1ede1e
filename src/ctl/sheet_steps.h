/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_SHEET_STEPS_H
#define LOKET_CTL_SHEET_STEPS_H

#include "ctl/page.h"

/* Sections of the case sheet, each with its heading. */
void steps_write_pending(const struct page *s);
void steps_write_decisions(const struct page *s);
void steps_write_revocation(const struct page *s);
void steps_write_issuance(const struct page *s);
void steps_write_times(const struct page *s);

#endif
