/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A picture to the words that tesseract reads in it.  Called in children of
 * loket-parser-scan only; a library of its own, for tesseract and leptonica
 * are much code that reads strangers' bytes, and no other program links them.
 *
 * What comes of it is a guess: it is shown to a verifier as such, is never a
 * defect, and makes no check pass (threats.md row 22, docs/decisions/019).
 */
#include "document/ocr.h"

#include "base/buf.h"
#include "base/text.h"
#include "document/document.h"
#include "document/paper.h"

#include <leptonica/allheaders.h>
#include <string.h>
#include <tesseract/capi.h>

enum {
    PIXELS_MAX = 60 * 1000 * 1000, /* a telephone's photo has 12 to 50 */
    SIDE_MAX = 5200,               /* of what is read; larger ones shrink */
    RESOLUTION = 200 /* where the picture says nothing of it */
};

static TessBaseAPI *api; /* loaded before the sandbox, used once per child */

int ocr_warm_up(const char *languages) {
    PIX *blank = pixCreate(400, 100, 8);

    setMsgSeverity(L_SEVERITY_NONE);
    api = TessBaseAPICreate();
    if (api == NULL || blank == NULL ||
        TessBaseAPIInit3(api, NULL, languages) != 0) {
        pixDestroy(&blank);
        return -1;
    }
    TessBaseAPISetVariable(api, "debug_file", "/dev/null");
    TessBaseAPISetPageSegMode(api, PSM_AUTO);
    pixSetAll(blank);
    TessBaseAPISetImage2(api, blank);
    TessBaseAPISetSourceResolution(api, RESOLUTION);
    TessDeleteText(TessBaseAPIGetUTF8Text(api));
    TessBaseAPIClear(api);
    pixDestroy(&blank);
    return 0;
}

/* The size first: a picture can say that it has any (V106). */
static PIX *open_picture(const void *bytes, size_t size) {
    l_int32 format, width, height, depth, samples, mapped;
    PIX *pix, *small;
    float scale;

    if (pixReadHeaderMem(bytes, size, &format, &width, &height, &depth,
                         &samples, &mapped) != 0 ||
        width < 1 || height < 1 || (int64_t)width * height > PIXELS_MAX) {
        return NULL;
    }
    pix = pixReadMem(bytes, size);
    if (pix == NULL || (width <= SIDE_MAX && height <= 2 * SIDE_MAX)) {
        return pix;
    }
    scale = (float)SIDE_MAX / (float)(width > height ? width : height);
    small = pixScale(pix, scale, scale);
    pixDestroy(&pix);
    return small;
}

/* Lines end where they end; everything else that is no character is a blank. */
static void clean(char *text) {
    for (unsigned char *p = (unsigned char *)text; *p != '\0'; p++) {
        if ((*p < 0x20 && *p != '\n') || *p == 0x7f) {
            *p = ' ';
        } else if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f) {
            p[0] = p[1] = ' ';
        }
    }
}

static void take_text(char *text, usec_t today, struct pdf_facts *facts) {
    clean(text);
    facts->readable = true;
    paper_read(text, today, &facts->paper);
    for (char *p = text; *p != '\0'; p++) {
        *p = *p == '\n' ? ' ' : *p;
    }
    text_squeeze(text);
    facts->text_cut = !text_copy(facts->text, sizeof facts->text, text);
    facts->claims_signature = text_claims_signature(facts->text);
    facts->id_count = id_numbers_find(facts->text, today, facts->ids,
                                      LIMIT_DOCUMENT_IDS);
}

void ocr_examine(const void *bytes, size_t size, usec_t today,
                 struct pdf_facts *facts) {
    PIX *pix = open_picture(bytes, size);
    char *text = NULL;

    memset(facts, 0, sizeof *facts);
    facts->paper.kind = PAPER__MAX;
    if (pix == NULL) {
        return;
    }
    TessBaseAPISetImage2(api, pix);
    if (pixGetXRes(pix) < 70) {
        TessBaseAPISetSourceResolution(api, RESOLUTION);
    }
    text = TessBaseAPIGetUTF8Text(api);
    if (text != NULL && text_is_utf8(text, strlen(text))) {
        take_text(text, today, facts);
    }
    TessDeleteText(text);
    TessBaseAPIClear(api);
    pixDestroy(&pix);
}
