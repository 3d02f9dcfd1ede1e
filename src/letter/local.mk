noinst_LIBRARIES += src/letter/libletter.a
src_letter_libletter_a_SOURCES = \
    src/letter/attach.c src/letter/attach.h \
    src/letter/compose.c src/letter/compose.h \
    src/letter/fill.c src/letter/fill.h \
    src/letter/form.c src/letter/form.h \
    src/letter/html.c src/letter/html.h \
    src/letter/link.c src/letter/link.h \
    src/letter/mime.c src/letter/mime.h \
    src/letter/pdf.c src/letter/pdf.h \
    src/letter/readdress.c src/letter/readdress.h \
    src/letter/sign.c src/letter/sign.h \
    src/letter/time.c src/letter/time.h \
    src/letter/type.c src/letter/type.h \
    src/letter/wrap.c src/letter/wrap.h
LETTER = src/letter/libletter.a
