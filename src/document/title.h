/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_DOCUMENT_TITLE_H
#define LOKET_DOCUMENT_TITLE_H

#include "document/page.h"
#include "model/document.h"

/* Which paper it is, by its title, else by what it says; PAPER__MAX = none. */
enum paper title_kind(const struct page *p);

/* Why the certificate is to be revoked.  A reason that is ticked or named
 * behind its label counts before what else is mentioned. */
enum plea title_plea(const struct page *p);

#endif
