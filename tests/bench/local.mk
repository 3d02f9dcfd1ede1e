# `make bench`: N applications through the office in a box beside the floor
# of the same steps (docs/TESTING.md).  BENCH_N is how many, 500 unless said.
EXTRA_PROGRAMS = tests/bench/floor tests/bench/orders
tests_bench_orders_SOURCES = tests/bench/orders.c
tests_bench_orders_LDADD = $(CA) $(WIRE) $(MODEL) $(BASE) $(CA_LIBS) \
    $(WIRE_LIBS) $(BASE_LIBS)
tests_bench_floor_SOURCES = tests/bench/floor.c
tests_bench_floor_CFLAGS = $(AM_CFLAGS) $(ETPAN_CFLAGS) $(CURL_CFLAGS) \
    $(GMIME_CFLAGS) $(POPPLER_CFLAGS) $(SQLITE_CFLAGS)
tests_bench_floor_LDADD = $(NETIMAP) $(MODEL) $(BASE) $(NETIMAP_LIBS) \
    $(CURL_LIBS) $(GMIME_LIBS) $(POPPLER_LIBS) $(SQLITE_LIBS) $(BASE_LIBS)
EXTRA_DIST += tests/bench/bench.py tests/bench/sink.py
CLEANFILES += bench.json

bench: all tests/bench/floor$(EXEEXT) tests/bench/orders$(EXEEXT)
	LOKET_BUILD='$(abs_builddir)' $(PYTHON) $(srcdir)/tests/bench/bench.py
.PHONY: bench
