/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loket-parser-document: a child for each PDF.  A program of its own, because
 * poppler makes every fork four times as dear (0.87 ms against 0.23, lab.md 6)
 * and has no business in the process that knows a mail's headers.
 */
#include "proc/parser.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "document/document.h"
#include "wire/facts.h"

/* For loket-parser-scan, where the PDF has no text. */
static int send_with_picture(struct channel *ch, const struct parser_input *in,
                             const struct pdf_facts *pdf, struct err *e) {
    struct buf picture;
    int fd = -1;

    buf_init(&picture, LIMIT_PICTURE + 64);
    if (pdf_picture(in->bytes, in->size, pdf, &picture)) {
        fd = io_memfd("picture", picture.data, picture.size, e);
    }
    buf_free(&picture);
    return fd < 0 ? pdf_send(ch, pdf, e) : pdf_send_picture(ch, pdf, fd, e);
}

static int examine_document(struct channel *ch, const struct parser_input *in,
                            struct err *e) {
    static struct pdf_facts pdf; /* too large for a stack */
    struct image_facts image;

    if (document_classify(in->bytes, in->size) == DOCUMENT_IMAGE) {
        image_examine(in->bytes, in->size, &image);
        return image_send(ch, &image, e);
    }
    pdf_examine(in->bytes, in->size, clock_now(), &pdf);
    if (in->order->wants_picture) {
        return send_with_picture(ch, in, &pdf, e);
    }
    return pdf_send(ch, &pdf, e);
}

int main(int argc, char **argv) {
    static const struct parser_object objects[] = {
        {LOKET__EXAMINE__OBJECT__DOCUMENT, LIMIT_MAIL, 0, 0, examine_document},
    };
    static const struct parser parser = {
        .name = "document-parser",
        .warm_up = pdf_warm_up,
        .objects = objects,
        .object_count = sizeof objects / sizeof objects[0],
    };

    (void)argc;
    return parser_run(&parser, argv);
}
