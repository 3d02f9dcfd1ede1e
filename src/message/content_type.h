/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_CONTENT_TYPE_H
#define LOKET_MESSAGE_CONTENT_TYPE_H

#include "base/limits.h"

#include <stdbool.h>

/* What the gate and the automatic-mail rules need of a Content-Type. */
struct content_type {
    char media[LIMIT_MEDIA_TYPE];    /* "multipart/mixed", lower case */
    bool broken;                     /* the value does not parse to its end */
    unsigned boundaries;             /* how many boundary parameters */
    char boundary[LIMIT_BOUNDARY + 1];
    bool boundary_bad;               /* not 1 to 70 characters of RFC 2046 */
    char report[LIMIT_NAME];         /* report-type (RFC 6522), lower case */
};

/* Reads an unfolded value; NULL or "" gives "text/plain" (RFC 2045 5.2). */
void content_type_read(const char *value, struct content_type *ct);

bool content_type_is(const struct content_type *ct, const char *media);
bool content_type_is_multipart(const struct content_type *ct);

#endif
