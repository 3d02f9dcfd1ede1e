# Two workers, two libraries: imap never links libcurl, out never libetpan.
noinst_LIBRARIES += src/net/libnetimap.a
src_net_libnetimap_a_SOURCES = \
    src/net/imap.c src/net/imap.h \
    src/net/imap_guard.c src/net/imap_guard.h \
    src/net/stream.c src/net/stream.h
src_net_libnetimap_a_CFLAGS = $(AM_CFLAGS) $(ETPAN_CFLAGS)
NETIMAP = src/net/libnetimap.a
NETIMAP_LIBS = $(ETPAN_LIBS) $(SSL_LIBS)
# The out worker: libcurl and libunbound, never libetpan.
noinst_LIBRARIES += src/net/libnetout.a
src_net_libnetout_a_SOURCES = \
    src/net/dns.c src/net/dns.h \
    src/net/https.c src/net/https.h \
    src/net/smtp.c src/net/smtp.h \
    src/net/smtp_talk.c src/net/smtp_talk.h
src_net_libnetout_a_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
NETOUT = src/net/libnetout.a
NETOUT_LIBS = $(CURL_LIBS) $(UNBOUND_LIBS)
