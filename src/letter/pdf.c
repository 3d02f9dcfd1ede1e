/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The structure of a PDF file.  Called by form.c.  Nothing is compressed and
 * nothing drawn at random, so that the same form has the same bytes; its
 * identifier (14.4) is a digest of them.
 */
#include "letter/pdf.h"

#include "base/digest.h"
#include "base/text.h"

#include <stdint.h>
#include <string.h>

void pdf_begin(struct pdf *pdf, struct buf *to) {
    memset(pdf, 0, sizeof *pdf);
    pdf->to = to;
    /* Four bytes beyond ASCII tell mail programs that it is no text (7.5.2). */
    buf_puts(to, "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n");
}

unsigned pdf_number(struct pdf *pdf) {
    if (pdf->count + 1 >= PDF_OBJECTS) {
        pdf->to->overflow = true;
        return 0;
    }
    return ++pdf->count;
}

void pdf_object(struct pdf *pdf, unsigned number) {
    pdf->offsets[number] = pdf->to->size;
    buf_printf(pdf->to, "%u 0 obj\n", number);
}

void pdf_object_end(struct pdf *pdf) {
    buf_puts(pdf->to, "\nendobj\n");
}

void pdf_stream(struct pdf *pdf, unsigned number, const char *entries,
                const struct buf *data) {
    pdf_object(pdf, number);
    buf_printf(pdf->to, "<< %s/Length %zu >>\nstream\n", entries, data->size);
    buf_put(pdf->to, data->data, data->size);
    buf_puts(pdf->to, "\nendstream");
    pdf_object_end(pdf);
    pdf->to->overflow = pdf->to->overflow || data->overflow;
}

/* ---- strings ----------------------------------------------------------------- */

void pdf_string(struct buf *to, const char *bytes, size_t size) {
    buf_putc(to, '(');
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)bytes[i];

        if (c == '(' || c == ')' || c == '\\') {
            buf_printf(to, "\\%c", c);
        } else if (c < 0x20 || c > 0x7e) {
            buf_printf(to, "\\%03o", c);
        } else {
            buf_putc(to, (char)c);
        }
    }
    buf_putc(to, ')');
}

static bool is_ascii(const char *text) {
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text > 0x7e) {
            return false;
        }
    }
    return true;
}

static void put_utf16(struct buf *to, uint32_t c) {
    if (c >= 0x10000) {
        c -= 0x10000;
        buf_printf(to, "%04X%04X", 0xd800 | c >> 10, 0xdc00 | (c & 0x3ff));
    } else {
        buf_printf(to, "%04X", c);
    }
}

void pdf_text(struct buf *to, const char *utf8) {
    if (is_ascii(utf8)) {
        pdf_string(to, utf8, strlen(utf8));
        return;
    }
    buf_puts(to, "<FEFF");
    while (*utf8 != '\0') {
        put_utf16(to, text_next(&utf8));
    }
    buf_putc(to, '>');
}

/* ---- the end ----------------------------------------------------------------- */

bool pdf_end(struct pdf *pdf, unsigned catalog, unsigned info) {
    size_t start = pdf->to->size;
    char id[DIGEST_HEX_SIZE];
    struct digest digest;

    buf_printf(pdf->to, "xref\n0 %u\n0000000000 65535 f \n", pdf->count + 1);
    for (unsigned i = 1; i <= pdf->count; i++) {
        if (pdf->offsets[i] == 0) {
            return false;
        }
        buf_printf(pdf->to, "%010zu 00000 n \n", pdf->offsets[i]);
    }
    digest = digest_of(pdf->to->data, pdf->to->size);
    digest_to_hex(&digest, id);
    buf_printf(pdf->to,
               "trailer\n<< /Size %u /Root %u 0 R /Info %u 0 R "
               "/ID [<%.32s> <%.32s>] >>\nstartxref\n%zu\n%%%%EOF\n",
               pdf->count + 1, catalog, info, id, id, start);
    return !pdf->to->overflow;
}
