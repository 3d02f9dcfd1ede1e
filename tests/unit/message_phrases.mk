# Answers to the shipped letters, which config/ reads and letter/ composes.
ANSWER_TESTS = tests/unit/message_phrases_test \
    tests/unit/message_planted_test
check_PROGRAMS += $(ANSWER_TESTS)
TESTS += $(ANSWER_TESTS)
MESSAGE_LETTER_LIBS = $(MESSAGE) $(LETTER) $(CONFIG) $(MODEL) $(BASE) \
    $(MESSAGE_LIBS) $(CONFIG_LIBS) $(BASE_LIBS) $(CMOCKA_LIBS)
tests_unit_message_phrases_test_SOURCES = tests/unit/message_phrases_test.c \
    tests/unit/message_phrases.h tests/unit/message_layouts.h \
    tests/unit/letter_help.h
tests_unit_message_phrases_test_LDADD = $(MESSAGE_LETTER_LIBS)
# The same answers for stories: test_drills.py.
check_PROGRAMS += tests/lab/layouts
tests_lab_layouts_SOURCES = tests/lab/layouts.c tests/unit/message_layouts.h \
    tests/unit/letter_help.h
tests_lab_layouts_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit
tests_lab_layouts_LDADD = $(MESSAGE_LETTER_LIBS)
tests_unit_message_planted_test_SOURCES = tests/unit/message_planted_test.c \
    tests/unit/message_layouts.h tests/unit/letter_help.h
tests_unit_message_planted_test_LDADD = $(MESSAGE_LETTER_LIBS)
