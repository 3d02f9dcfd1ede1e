/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The service standard of the office.  Called by settings.c.
 */
#include "config/standard.h"

#include "config/values.h"

#include <string.h>

#define ROW(part, n, name, what, l, language)                                  \
    {name "." language, value_lines,                                           \
     offsetof(struct standard, text[l][part]), LIMIT_STANDARD,                 \
     .required = true,                                                         \
     .right = "component " n " of 14 (" what                                   \
              "), lines of text, or [] where there is nothing to say, is "     \
              "right"}
#define PART(part, n, name, what)                                              \
    ROW(part, n, name, what, LANGUAGE_ID, "id"),                               \
        ROW(part, n, name, what, LANGUAGE_EN, "en")

static const struct key keys[] = {
    PART(STANDARD_REQUIREMENTS, "1", "requirements", "persyaratan"),
    PART(STANDARD_PROCEDURE, "2", "procedure",
         "sistem, mekanisme dan prosedur"),
    PART(STANDARD_TIME, "3", "time", "jangka waktu"),
    PART(STANDARD_FEE, "4", "fee", "biaya/tarif"),
    PART(STANDARD_PRODUCT, "5", "product", "produk pelayanan"),
    PART(STANDARD_COMPLAINTS, "6", "complaints",
         "penanganan pengaduan, saran dan masukan"),
    PART(STANDARD_LEGAL, "7", "legal", "dasar hukum"),
    PART(STANDARD_FACILITIES, "8", "facilities", "sarana dan prasarana"),
    PART(STANDARD_COMPETENCE, "9", "competence", "kompetensi pelaksana"),
    PART(STANDARD_OVERSIGHT, "10", "oversight", "pengawasan internal"),
    PART(STANDARD_STAFF, "11", "staff", "jumlah pelaksana"),
    PART(STANDARD_GUARANTEE, "12", "guarantee", "jaminan pelayanan"),
    PART(STANDARD_SAFETY, "13", "safety",
         "jaminan keamanan dan keselamatan"),
    PART(STANDARD_EVALUATION, "14", "evaluation",
         "evaluasi kinerja pelaksana"),
};
_Static_assert(sizeof keys / sizeof keys[0] ==
                   (size_t)STANDARD__MAX * LANGUAGE__MAX,
               "every component in every language");

int standard_load(const char *dir, struct standard *standard,
                  struct err *e) {
    struct source s;
    int rc;

    memset(standard, 0, sizeof *standard);
    if (source_open(&s, dir, "standard.conf", e) != 0) {
        return -1;
    }
    rc = reader_read(&s, config_root_setting(&s.config), "", keys,
                     sizeof keys / sizeof keys[0], standard, e);
    source_close(&s);
    return rc;
}
