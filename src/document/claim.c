/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does a text say of its own paper that it is signed electronically?  Called
 * in children, for the text of a PDF and for what OCR read in a picture.
 *
 * Officials sign in a portal, print, and scan the print: what is left is a
 * sentence at the foot of the page, and no signature (CMS-24).  The verifier
 * is told so.  A letter of somebody who lost his passphrase speaks of BSrE and
 * of his "tanda tangan elektronik" anyway, so only whole sentences count.
 */
#include "document/document.h"

#include <string.h>

static bool is_blank(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* At the start of the text; a blank stands for any blanks. */
static bool begins(const char *text, const char *sentence) {
    for (; *sentence != '\0'; sentence++) {
        if (*sentence == ' ') {
            if (!is_blank(*text)) {
                return false;
            }
            while (is_blank(*text)) {
                text++;
            }
        } else if (lower(*text++) != *sentence) {
            return false;
        }
    }
    return true;
}

bool text_claims_signature(const char *text) {
    static const char *const sentences[] = {
        "ditandatangani secara elektronik", "ditanda tangani secara elektronik",
        "ditandatangani secara digital",    "ditandatangani elektronik",
        "ditandatangani menggunakan sertifikat elektronik",
        "menggunakan sertifikat elektronik yang diterbitkan",
        "signed electronically",            "electronically signed",
        "digitally signed",
    };

    for (; *text != '\0'; text++) {
        for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++) {
            if (begins(text, sentences[i])) {
                return true;
            }
        }
    }
    return false;
}
