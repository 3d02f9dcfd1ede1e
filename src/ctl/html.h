/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_HTML_H
#define LOKET_CTL_HTML_H

#include <stdio.h>

/* Text as text: nothing in it becomes an element, an attribute's end or an
 * entity, whether it stands between tags or in a quoted attribute.  Control
 * characters and those that turn the direction of writing are shown as U+FFFD:
 * a name must not hide or reorder what stands beside it (V111). */
void html_text(FILE *out, const char *text);

#endif
