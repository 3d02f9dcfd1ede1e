# What loketctl inspect needs.
check_PROGRAMS += tests/unit/config_dkimkeys_test
TESTS += tests/unit/config_dkimkeys_test
tests_unit_config_dkimkeys_test_SOURCES = tests/unit/config_dkimkeys_test.c
tests_unit_config_dkimkeys_test_LDADD = $(CONFIG) $(MODEL) \
    $(BASE) $(CONFIG_LIBS) $(BASE_LIBS) $(CMOCKA_LIBS)
