check_PROGRAMS += tests/unit/net_smtp_talk_test tests/unit/net_dns_test \
    tests/unit/net_https_test
TESTS += tests/unit/net_smtp_talk_test tests/unit/net_dns_test \
    tests/unit/net_https_test

tests_unit_net_smtp_talk_test_SOURCES = tests/unit/net_smtp_talk_test.c
tests_unit_net_smtp_talk_test_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_net_smtp_talk_test_LDADD = $(NETOUT) $(MODEL) $(BASE) \
    $(NETOUT_LIBS) $(BASE_LIBS) $(CMOCKA_LIBS)

tests_unit_net_dns_test_SOURCES = tests/unit/net_dns_test.c
tests_unit_net_dns_test_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_net_dns_test_LDADD = $(NETOUT) $(MODEL) $(BASE) \
    $(NETOUT_LIBS) $(BASE_LIBS) $(CMOCKA_LIBS)

tests_unit_net_https_test_SOURCES = tests/unit/net_https_test.c
tests_unit_net_https_test_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_net_https_test_LDADD = $(NETOUT) $(MODEL) $(BASE) \
    $(NETOUT_LIBS) $(BASE_LIBS) $(CMOCKA_LIBS)

# The real worker with settings from settings.txt instead of loket.conf, and
# what plays loketd and the engine to it.
check_PROGRAMS += tests/lab/out_worker tests/lab/out_harness
tests_lab_out_worker_SOURCES = tests/lab/out_worker.c \
    tests/lab/flat_settings.c src/proc/net_out.c src/proc/net_out.h
tests_lab_out_worker_LDADD = $(PROC) $(NETOUT) $(WIRE) $(MODEL) $(BASE) \
    $(NETOUT_LIBS) $(WIRE_LIBS) $(BASE_LIBS)
tests_lab_out_harness_SOURCES = tests/lab/out_harness.c tests/lab/harness.c \
    tests/lab/harness.h
tests_lab_out_harness_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_lab_out_harness_LDADD = $(WIRE) $(MODEL) $(BASE) \
    $(WIRE_LIBS) $(BASE_LIBS) $(JANSSON_LIBS)
