noinst_LIBRARIES += src/wire/libwire.a
src_wire_libwire_a_SOURCES = \
    src/wire/channel.c src/wire/channel.h \
    src/wire/facts.c src/wire/facts.h \
    src/wire/orders.c src/wire/orders.h \
    src/wire/reader.h
nodist_src_wire_libwire_a_SOURCES = src/wire/loket.pb-c.c src/wire/loket.pb-c.h
# Generated code is not ours to warn about.
src_wire_libwire_a_CFLAGS = $(AM_CFLAGS) -Wno-conversion -Wno-sign-conversion
WIRE = src/wire/libwire.a
WIRE_LIBS = $(PROTOBUF_LIBS)

EXTRA_DIST += src/wire/loket.proto
BUILT_SOURCES += src/wire/loket.pb-c.c src/wire/loket.pb-c.h
CLEANFILES += src/wire/loket.pb-c.c src/wire/loket.pb-c.h
src/wire/loket.pb-c.c: src/wire/loket.proto
	$(AM_V_GEN)$(MKDIR_P) src/wire && \
	$(PROTOC_C) --proto_path=$(srcdir)/src/wire --c_out=src/wire $(srcdir)/src/wire/loket.proto
src/wire/loket.pb-c.h: src/wire/loket.pb-c.c
