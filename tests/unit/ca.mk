# The unit tests of src/ca, with real keys.
CA_TESTS = \
    tests/unit/ca_authority_test \
    tests/unit/ca_order_test
check_PROGRAMS += $(CA_TESTS)
TESTS += $(CA_TESTS)
CA_TEST_LIBS = $(CA) $(MODEL) $(BASE) $(CMOCKA_LIBS) $(CA_LIBS) $(BASE_LIBS)
tests_unit_ca_authority_test_SOURCES = tests/unit/ca_authority_test.c tests/unit/ca_help.h
tests_unit_ca_authority_test_LDADD = $(CA_TEST_LIBS)
tests_unit_ca_order_test_SOURCES = tests/unit/ca_order_test.c tests/unit/ca_help.h
tests_unit_ca_order_test_LDADD = $(CA_TEST_LIBS)

# The program, with a test in the engine's place.
check_PROGRAMS += tests/unit/proc_ca_test
TESTS += tests/unit/proc_ca_test
tests_unit_proc_ca_test_SOURCES = tests/unit/proc_ca_test.c tests/unit/ca_help.h
tests_unit_proc_ca_test_LDADD = $(CA) $(WIRE) $(MODEL) $(BASE) $(CMOCKA_LIBS) \
    $(CA_LIBS) $(WIRE_LIBS) $(BASE_LIBS)
