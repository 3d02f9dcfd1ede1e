/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_DOCUMENT_OCR_H
#define LOKET_DOCUMENT_OCR_H

#include "base/clock.h"
#include "model/document.h"

#include <stddef.h>

/* Loads the data of these languages, "ind+eng"; -1 when one is not installed.
 * To be called once, before the sandbox. */
int ocr_warm_up(const char *languages);

/* JPEG, PNG, TIFF or PNM.  Of `facts` readable, text, text_cut, ids, paper and
 * claims_signature are filled; readable = false: it is no picture, or one too
 * large. */
void ocr_examine(const void *bytes, size_t size, usec_t today,
                 struct pdf_facts *facts);

#endif
