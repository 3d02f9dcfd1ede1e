# What loketctl needs: keys for inspect, the case sheet.
check_PROGRAMS += tests/unit/config_dkimkeys_test
TESTS += tests/unit/config_dkimkeys_test
tests_unit_config_dkimkeys_test_SOURCES = tests/unit/config_dkimkeys_test.c
tests_unit_config_dkimkeys_test_LDADD = $(CONFIG) $(MODEL) \
    $(BASE) $(CONFIG_LIBS) $(BASE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/ctl_orders_test
TESTS += tests/unit/ctl_orders_test
tests_unit_ctl_orders_test_SOURCES = tests/unit/ctl_orders_test.c
tests_unit_ctl_orders_test_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_ctl_orders_test_LDADD = $(CTL) $(MODEL) $(BASE) $(CTL_LIBS) \
    $(BASE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/ctl_sheet_test
TESTS += tests/unit/ctl_sheet_test
tests_unit_ctl_sheet_test_SOURCES = tests/unit/ctl_sheet_test.c
tests_unit_ctl_sheet_test_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_ctl_sheet_test_LDADD = $(CTL) $(MODEL) $(BASE) $(CTL_LIBS) \
    $(BASE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/ctl_roster_test
TESTS += tests/unit/ctl_roster_test
tests_unit_ctl_roster_test_SOURCES = tests/unit/ctl_roster_test.c
tests_unit_ctl_roster_test_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_ctl_roster_test_LDADD = $(CTL) $(MODEL) $(BASE) $(CTL_LIBS) \
    $(BASE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/ctl_print_test
TESTS += tests/unit/ctl_print_test
tests_unit_ctl_print_test_SOURCES = tests/unit/ctl_print_test.c
tests_unit_ctl_print_test_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_ctl_print_test_LDADD = $(CTL) $(MODEL) $(BASE) $(CTL_LIBS) \
    $(BASE_LIBS) $(CMOCKA_LIBS)
