# `make bench`: see docs/TESTING.md.  One program more: its name below (its
# source is NAME.c, in C), and a row of FIGURES in bench.py.  They are built
# with the tests, so that none grows stale.
BENCHES = tests/bench/floor tests/bench/orders tests/bench/calendar \
    tests/bench/timers tests/bench/steps tests/bench/replies \
    tests/bench/parsing
check_PROGRAMS += $(BENCHES)
tests_bench_orders_LDADD = $(CA) $(WIRE) $(MODEL) $(BASE) $(CA_LIBS) \
    $(WIRE_LIBS) $(BASE_LIBS)
tests_bench_floor_CFLAGS = $(AM_CFLAGS) $(ETPAN_CFLAGS) $(CURL_CFLAGS) \
    $(GMIME_CFLAGS) $(POPPLER_CFLAGS) $(SQLITE_CFLAGS)
tests_bench_floor_LDADD = $(NETIMAP) $(MODEL) $(BASE) $(NETIMAP_LIBS) \
    $(CURL_LIBS) $(GMIME_LIBS) $(POPPLER_LIBS) $(SQLITE_LIBS) $(BASE_LIBS)
tests_bench_replies_LDADD = $(MESSAGE) $(MODEL) $(BASE) $(MESSAGE_LIBS) \
    $(BASE_LIBS)
tests_bench_parsing_LDADD = $(CTL) $(CONFIG) $(MESSAGE) $(PDF) $(DOCUMENT) \
    $(WIRE) $(MODEL) $(BASE) $(CONFIG_LIBS) $(MESSAGE_LIBS) $(PDF_LIBS) \
    $(DOCUMENT_LIBS) $(WIRE_LIBS) $(BASE_LIBS)
# What a program without LDADD of its own is linked with: the rooms without I/O
# beyond the database.  Only those of this folder have none.
LDADD = $(WORKFLOW) $(CONFIG) $(STORE) $(MODEL) $(BASE) $(CONFIG_LIBS) \
    $(STORE_LIBS) $(BASE_LIBS)
EXTRA_DIST += tests/bench/bench.py tests/bench/applications.py \
    tests/bench/cases.py tests/bench/intake.py tests/bench/signing.py \
    tests/bench/parsing.py tests/bench/replies.py tests/bench/peer.mjs \
    tests/bench/sink.py tests/bench/tools.py
CLEANFILES += bench.json

bench: all $(BENCHES)
	LOKET_BUILD='$(abs_builddir)' $(PYTHON) $(srcdir)/tests/bench/bench.py
.PHONY: bench
