# Answers to the shipped letters, which config/ reads and letter/ composes.
check_PROGRAMS += tests/unit/message_phrases_test
TESTS += tests/unit/message_phrases_test
MESSAGE_LETTER_LIBS = $(MESSAGE) $(LETTER) $(CONFIG) $(MODEL) $(BASE) \
    $(MESSAGE_LIBS) $(CONFIG_LIBS) $(BASE_LIBS) $(CMOCKA_LIBS)
tests_unit_message_phrases_test_SOURCES = tests/unit/message_phrases_test.c \
    tests/unit/message_phrases.h tests/unit/message_layouts.h \
    tests/unit/letter_help.h
tests_unit_message_phrases_test_LDADD = $(MESSAGE_LETTER_LIBS)
