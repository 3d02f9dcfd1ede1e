noinst_LIBRARIES += src/base/libbase.a
src_base_libbase_a_SOURCES = \
    src/base/buf.c src/base/buf.h \
    src/base/clock.c src/base/clock.h \
    src/base/date.c src/base/date.h \
    src/base/digest.c src/base/digest.h \
    src/base/err.c src/base/err.h \
    src/base/io.c src/base/io.h \
    src/base/limits.h \
    src/base/log.c src/base/log.h \
    src/base/mem.c src/base/mem.h \
    src/base/text.c src/base/text.h
BASE = src/base/libbase.a
BASE_LIBS = $(CRYPTO_LIBS)
