/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CONFIG_FORMS_H
#define LOKET_CONFIG_FORMS_H

#include "base/err.h"
#include "model/form.h"

/* forms/NAME.conf, every form that the program knows (CMS-1).  Free with
 * formbook_free(); NULL on failure. */
struct formbook *forms_load(const char *dir, struct err *e);

#endif
