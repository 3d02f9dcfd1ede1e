CONFIG_TESTS = tests/unit/config_source_test tests/unit/config_settings_test \
    tests/unit/config_workflows_test tests/unit/config_people_test \
    tests/unit/config_timetable_test tests/unit/config_manual_test \
    tests/unit/config_blacklist_test
check_PROGRAMS += $(CONFIG_TESTS)
TESTS += $(CONFIG_TESTS)

CONFIG_TEST_LIBS = $(CONFIG) $(MODEL) $(BASE) $(CONFIG_LIBS) $(BASE_LIBS) \
    $(CMOCKA_LIBS)

tests_unit_config_blacklist_test_SOURCES = tests/unit/config_blacklist_test.c
tests_unit_config_blacklist_test_LDADD = $(CONFIG_TEST_LIBS)
tests_unit_config_source_test_SOURCES = tests/unit/config_source_test.c
tests_unit_config_source_test_LDADD = $(CONFIG_TEST_LIBS)
tests_unit_config_settings_test_SOURCES = tests/unit/config_settings_test.c
tests_unit_config_settings_test_LDADD = $(CONFIG_TEST_LIBS)

tests_unit_config_workflows_test_SOURCES = tests/unit/config_workflows_test.c \
    tests/unit/config_help.h
tests_unit_config_workflows_test_LDADD = $(CONFIG_TEST_LIBS)
tests_unit_config_people_test_SOURCES = tests/unit/config_people_test.c \
    tests/unit/config_help.h
tests_unit_config_people_test_LDADD = $(CONFIG_TEST_LIBS)
tests_unit_config_timetable_test_SOURCES = tests/unit/config_timetable_test.c \
    tests/unit/config_help.h
tests_unit_config_timetable_test_LDADD = $(CONFIG_TEST_LIBS)
tests_unit_config_manual_test_SOURCES = tests/unit/config_manual_test.c \
    tests/unit/config_help.h
tests_unit_config_manual_test_LDADD = $(CONFIG_TEST_LIBS)
