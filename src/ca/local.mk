# The CA: only loket-ca links it.
noinst_LIBRARIES += src/ca/libca.a
src_ca_libca_a_SOURCES = \
    src/ca/authority.c src/ca/authority.h \
    src/ca/crl.c src/ca/crl.h \
    src/ca/init.c src/ca/init.h \
    src/ca/journal.c src/ca/journal.h \
    src/ca/key.c src/ca/key.h \
    src/ca/load.c src/ca/load.h \
    src/ca/order.c src/ca/order.h \
    src/ca/profile.c src/ca/profile.h \
    src/ca/sign.c src/ca/sign.h \
    src/ca/token.c src/ca/token.h
src_ca_libca_a_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS) $(P11_CFLAGS)
CA = src/ca/libca.a
CA_LIBS = $(SQLITE_LIBS) $(P11_LIBS)
