LETTER_TESTS = \
    tests/unit/letter_sign_test \
    tests/unit/letter_time_test tests/unit/letter_wrap_test \
    tests/unit/letter_mime_test tests/unit/letter_fill_test \
    tests/unit/letter_compose_test tests/unit/letter_asking_test \
    tests/unit/letter_form_test tests/unit/letter_readdress_test
check_PROGRAMS += $(LETTER_TESTS)
TESTS += $(LETTER_TESTS)

LETTER_TEST_LIBS = $(LETTER) $(MODEL) $(BASE) $(BASE_LIBS) $(CMOCKA_LIBS)

tests_unit_letter_time_test_SOURCES = tests/unit/letter_time_test.c
tests_unit_letter_time_test_LDADD = $(LETTER_TEST_LIBS)
tests_unit_letter_sign_test_SOURCES = tests/unit/letter_sign_test.c \
    tests/unit/letter_help.h
tests_unit_letter_sign_test_LDADD = $(LETTER) $(CONFIG) $(MODEL) $(BASE) \
    $(CONFIG_LIBS) $(BASE_LIBS) $(CMOCKA_LIBS)
tests_unit_letter_wrap_test_SOURCES = tests/unit/letter_wrap_test.c
tests_unit_letter_wrap_test_LDADD = $(LETTER_TEST_LIBS)
tests_unit_letter_mime_test_SOURCES = tests/unit/letter_mime_test.c
tests_unit_letter_mime_test_LDADD = $(LETTER_TEST_LIBS)
tests_unit_letter_fill_test_SOURCES = tests/unit/letter_fill_test.c
tests_unit_letter_fill_test_LDADD = $(LETTER_TEST_LIBS)
tests_unit_letter_form_test_SOURCES = tests/unit/letter_form_test.c
tests_unit_letter_form_test_LDADD = $(LETTER_TEST_LIBS)
tests_unit_letter_readdress_test_SOURCES = tests/unit/letter_readdress_test.c
tests_unit_letter_readdress_test_LDADD = $(LETTER_TEST_LIBS)
# The shipped letters are what is composed, so this one reads conf/ as well.
tests_unit_letter_compose_test_SOURCES = tests/unit/letter_compose_test.c \
    tests/unit/letter_help.h
tests_unit_letter_compose_test_LDADD = $(LETTER) $(CONFIG) $(MODEL) $(BASE) \
    $(CONFIG_LIBS) $(BASE_LIBS) $(CMOCKA_LIBS)
tests_unit_letter_asking_test_SOURCES = tests/unit/letter_asking_test.c \
    tests/unit/letter_help.h
tests_unit_letter_asking_test_LDADD = $(LETTER) $(CONFIG) $(MODEL) $(BASE) \
    $(CONFIG_LIBS) $(BASE_LIBS) $(CMOCKA_LIBS)

# Every letter as a file, for tests/story/test_letters.py and for looking at.
check_PROGRAMS += tests/lab/letters
tests_lab_letters_SOURCES = tests/lab/letters.c tests/unit/letter_help.h
tests_lab_letters_LDADD = $(LETTER) $(CONFIG) $(MODEL) $(BASE) \
    $(CONFIG_LIBS) $(BASE_LIBS)
check_PROGRAMS += tests/lab/forms
tests_lab_forms_SOURCES = tests/lab/forms.c
tests_lab_forms_LDADD = $(LETTER) $(CONFIG) $(MODEL) $(BASE) \
    $(CONFIG_LIBS) $(BASE_LIBS)
