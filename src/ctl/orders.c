/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The question before an order is given up.  Used by `loketctl order abandon`.
 */
#include "ctl/orders.h"

#include "base/limits.h"
#include "base/text.h"

#include <string.h>

bool order_confirm_abandon(const json_t *order, FILE *in, FILE *out) {
    const char *number = json_string_value(json_object_get(order, "case"));
    char line[LIMIT_CASE_NUMBER + 2] = "";

    if (number == NULL) {
        return false;
    }
    fprintf(out,
            "Every open order of case %s is given up and the case is closed.\n"
            "The applicant is told so, with your reason, and has to apply "
            "again.\n"
            "A revocation that is done stays done; a new certificate is not "
            "issued.\n"
            "This cannot be taken back.  Type the case number to go on: ",
            number);
    fflush(out);
    if (fgets(line, sizeof line, in) == NULL) {
        fputc('\n', out);
        return false;
    }
    return strcmp(text_trim(line), number) == 0;
}
