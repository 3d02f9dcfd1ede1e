/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_CTL_REGISTRY_H
#define LOKET_CTL_REGISTRY_H

#include "base/err.h"

#include <jansson.h>

/* `loketctl registry import`: one certificate, PEM or DER, with its sidecar
 * FILE.person (the ending replaced) when there is one.  NULL on failure. */
json_t *registry_import(const char *socket_path, const char *file,
                        struct err *e);

#endif
