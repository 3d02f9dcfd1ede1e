MESSAGE_TESTS = \
    tests/unit/message_gate_test tests/unit/message_from_test \
    tests/unit/message_dkim_test
check_PROGRAMS += $(MESSAGE_TESTS)
TESTS += $(MESSAGE_TESTS)

MESSAGE_TEST_LIBS = $(MESSAGE) $(MODEL) $(BASE) $(MESSAGE_LIBS) \
    $(BASE_LIBS) $(CMOCKA_LIBS)

tests_unit_message_gate_test_SOURCES = tests/unit/message_gate_test.c
tests_unit_message_gate_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_from_test_SOURCES = tests/unit/message_from_test.c
tests_unit_message_from_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_dkim_test_SOURCES = tests/unit/message_dkim_test.c
tests_unit_message_dkim_test_LDADD = $(MESSAGE_TEST_LIBS)
