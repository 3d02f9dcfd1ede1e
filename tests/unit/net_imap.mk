check_PROGRAMS += tests/unit/net_imap_guard_test
TESTS += tests/unit/net_imap_guard_test
tests_unit_net_imap_guard_test_SOURCES = tests/unit/net_imap_guard_test.c
tests_unit_net_imap_guard_test_LDADD = $(NETIMAP) $(BASE) $(CMOCKA_LIBS) $(BASE_LIBS)

# The real worker with settings from settings.txt instead of loket.conf, and
# what plays loketd and the engine to it.
check_PROGRAMS += tests/lab/imap_worker tests/lab/net_harness
tests_lab_imap_worker_SOURCES = tests/lab/imap_worker.c \
    tests/lab/flat_settings.c src/proc/net_imap.c src/proc/net_imap.h
tests_lab_imap_worker_LDADD = $(PROC) $(NETIMAP) $(WIRE) $(MODEL) $(BASE) \
    $(NETIMAP_LIBS) $(WIRE_LIBS) $(BASE_LIBS)
tests_lab_net_harness_SOURCES = tests/lab/net_harness.c tests/lab/harness.c \
    tests/lab/harness.h
tests_lab_net_harness_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_lab_net_harness_LDADD = $(WIRE) $(MODEL) $(BASE) \
    $(WIRE_LIBS) $(BASE_LIBS) $(JANSSON_LIBS)
