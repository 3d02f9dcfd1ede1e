# Attachments to facts.  pdf.c is a library of its own: only the document
# parser links poppler (design.md 1, lab.md 6).
noinst_LIBRARIES += src/document/libdocument.a
src_document_libdocument_a_SOURCES = \
    src/document/byterange.c src/document/byterange.h \
    src/document/certificate.c \
    src/document/chain.c src/document/chain.h \
    src/document/claim.c \
    src/document/classify.c \
    src/document/crl.c \
    src/document/csr.c \
    src/document/der.c src/document/der.h \
    src/document/document.h \
    src/document/field.c src/document/field.h \
    src/document/ids.c \
    src/document/image.c \
    src/document/key.c src/document/key.h \
    src/document/label.c src/document/label.h \
    src/document/ocsp.c src/document/mail_signature.c \
    src/document/page.c src/document/page.h \
    src/document/paper.c src/document/paper.h \
    src/document/rows.c src/document/rows.h \
    src/document/signatures.c \
    src/document/stamp.c src/document/stamp.h \
    src/document/private_key.c \
    src/document/signers.c \
    src/document/subject.c src/document/subject.h \
    src/document/title.c src/document/title.h \
    src/document/value.c src/document/value.h
src_document_libdocument_a_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS)
DOCUMENT = src/document/libdocument.a
DOCUMENT_LIBS = $(CRYPTO_LIBS)

noinst_LIBRARIES += src/document/libpdf.a
src_document_libpdf_a_SOURCES = src/document/pdf.c
src_document_libpdf_a_CFLAGS = $(AM_CFLAGS) $(POPPLER_CFLAGS)
PDF = src/document/libpdf.a
PDF_LIBS = $(POPPLER_LIBS)

# As for poppler: only loket-parser-scan links tesseract.
if TESSERACT
noinst_LIBRARIES += src/document/libocr.a
src_document_libocr_a_SOURCES = src/document/ocr.c src/document/ocr.h
src_document_libocr_a_CFLAGS = $(AM_CFLAGS) $(TESSERACT_CFLAGS)
OCR = src/document/libocr.a
OCR_LIBS = $(TESSERACT_LIBS)
endif
