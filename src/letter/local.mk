noinst_LIBRARIES += src/letter/libletter.a
src_letter_libletter_a_SOURCES = \
    src/letter/compose.c src/letter/compose.h \
    src/letter/fill.c src/letter/fill.h \
    src/letter/mime.c src/letter/mime.h \
    src/letter/time.c src/letter/time.h \
    src/letter/wrap.c src/letter/wrap.h
LETTER = src/letter/libletter.a
