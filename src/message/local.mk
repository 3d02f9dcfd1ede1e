# Bytes of a mail to facts.  GMime, libxml2 and libopendkim are seen here only.
noinst_LIBRARIES += src/message/libmessage.a
src_message_libmessage_a_SOURCES = \
    src/message/absence.c src/message/absence.h \
    src/message/armour.c src/message/armour.h \
    src/message/attribution.c src/message/attribution.h \
    src/message/automatic.c src/message/automatic.h \
    src/message/banner.c src/message/banner.h \
    src/message/below.c src/message/below.h \
    src/message/bounce.c src/message/bounce.h \
    src/message/bounce_text.c src/message/bounce_text.h \
    src/message/charset_names.c src/message/charset_names.h \
    src/message/charset.c src/message/charset.h \
    src/message/clean.c src/message/clean.h \
    src/message/content_type.c src/message/content_type.h \
    src/message/decision.c src/message/decision.h \
    src/message/decode.c src/message/decode.h \
    src/message/delegate.c src/message/delegate.h \
    src/message/dkim.c src/message/dkim.h \
    src/message/envelope.c src/message/envelope.h \
    src/message/framing.c src/message/framing.h \
    src/message/from.c src/message/from.h \
    src/message/gate.c src/message/gate.h \
    src/message/header.c src/message/header.h \
    src/message/lines.c src/message/lines.h \
    src/message/html.c src/message/html.h \
    src/message/html_style.c src/message/html_style.h \
    src/message/message.c src/message/message.h \
    src/message/mime.c src/message/mime.h \
    src/message/notice.c src/message/notice.h \
    src/message/passphrase.c src/message/passphrase.h \
    src/message/provider.c src/message/provider.h \
    src/message/quoting.c src/message/quoting.h \
    src/message/reply.c src/message/reply.h \
    src/message/request.c src/message/request.h \
    src/message/secret.c src/message/secret.h \
    src/message/smime.c src/message/smime.h \
    src/message/structure.c src/message/structure.h \
    src/message/tags.c src/message/tags.h \
    src/message/texts.c src/message/texts.h \
    src/message/token.c src/message/token.h \
    src/message/unwrap.c src/message/unwrap.h \
    src/message/words.c src/message/words.h
src_message_libmessage_a_CFLAGS = $(AM_CFLAGS) $(GMIME_CFLAGS) $(XML_CFLAGS) \
    $(OPENDKIM_CFLAGS)
MESSAGE = src/message/libmessage.a
MESSAGE_LIBS = $(GMIME_LIBS) $(XML_LIBS) $(OPENDKIM_LIBS)
