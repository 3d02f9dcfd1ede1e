# Two workers, two libraries: imap never links libcurl, out never libetpan.
noinst_LIBRARIES += src/net/libnetimap.a
src_net_libnetimap_a_SOURCES = \
    src/net/imap_guard.c src/net/imap_guard.h
src_net_libnetimap_a_CFLAGS = $(AM_CFLAGS) $(ETPAN_CFLAGS)
NETIMAP = src/net/libnetimap.a
NETIMAP_LIBS = $(ETPAN_LIBS) $(SSL_LIBS)
