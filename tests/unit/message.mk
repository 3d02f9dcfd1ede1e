MESSAGE_TESTS = \
    tests/unit/message_absence_test \
    tests/unit/message_gate_test tests/unit/message_from_test \
    tests/unit/message_dkim_test tests/unit/message_dkim_corpus_test \
    tests/unit/message_corpus_test \
    tests/unit/message_decision_test tests/unit/message_reply_test \
    tests/unit/message_automatic_test tests/unit/message_bounce_test \
    tests/unit/message_decode_test tests/unit/message_envelope_test \
    tests/unit/message_html_test \
    tests/unit/message_mime_test tests/unit/message_token_test \
    tests/unit/message_provider_test tests/unit/message_returned_test \
    tests/unit/message_passphrase_test \
    tests/unit/message_request_test tests/unit/message_secret_test \
    tests/unit/message_smime_test
check_PROGRAMS += $(MESSAGE_TESTS)
TESTS += $(MESSAGE_TESTS)

MESSAGE_TEST_LIBS = $(MESSAGE) $(MODEL) $(BASE) $(MESSAGE_LIBS) \
    $(BASE_LIBS) $(CMOCKA_LIBS)

tests_unit_message_absence_test_SOURCES = tests/unit/message_absence_test.c
tests_unit_message_absence_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_gate_test_SOURCES = tests/unit/message_gate_test.c
tests_unit_message_gate_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_from_test_SOURCES = tests/unit/message_from_test.c
tests_unit_message_from_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_dkim_test_SOURCES = tests/unit/message_dkim_test.c
tests_unit_message_dkim_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_dkim_corpus_test_SOURCES = tests/unit/message_dkim_corpus_test.c
tests_unit_message_dkim_corpus_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_corpus_test_SOURCES = tests/unit/message_corpus_test.c
tests_unit_message_corpus_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_decision_test_SOURCES = tests/unit/message_decision_test.c
tests_unit_message_decision_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_reply_test_SOURCES = tests/unit/message_reply_test.c
tests_unit_message_reply_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_automatic_test_SOURCES = tests/unit/message_automatic_test.c
tests_unit_message_automatic_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_bounce_test_SOURCES = tests/unit/message_bounce_test.c
tests_unit_message_bounce_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_decode_test_SOURCES = tests/unit/message_decode_test.c
tests_unit_message_decode_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_envelope_test_SOURCES = tests/unit/message_envelope_test.c
tests_unit_message_envelope_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_html_test_SOURCES = tests/unit/message_html_test.c
tests_unit_message_html_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_mime_test_SOURCES = tests/unit/message_mime_test.c
tests_unit_message_mime_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_token_test_SOURCES = tests/unit/message_token_test.c
tests_unit_message_token_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_provider_test_SOURCES = tests/unit/message_provider_test.c
tests_unit_message_provider_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_returned_test_SOURCES = tests/unit/message_returned_test.c
tests_unit_message_returned_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_passphrase_test_SOURCES = tests/unit/message_passphrase_test.c
tests_unit_message_passphrase_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_request_test_SOURCES = tests/unit/message_request_test.c
tests_unit_message_request_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_secret_test_SOURCES = tests/unit/message_secret_test.c
tests_unit_message_secret_test_LDADD = $(MESSAGE_TEST_LIBS)
tests_unit_message_smime_test_SOURCES = tests/unit/message_smime_test.c
tests_unit_message_smime_test_LDADD = $(MESSAGE_TEST_LIBS)
