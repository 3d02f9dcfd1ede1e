check_PROGRAMS += tests/unit/net_imap_guard_test
TESTS += tests/unit/net_imap_guard_test
tests_unit_net_imap_guard_test_SOURCES = tests/unit/net_imap_guard_test.c
tests_unit_net_imap_guard_test_LDADD = $(NETIMAP) $(BASE) $(CMOCKA_LIBS) $(BASE_LIBS)
