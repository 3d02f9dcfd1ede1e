# src/wire
check_PROGRAMS += tests/unit/wire_facts_test
TESTS += tests/unit/wire_facts_test
tests_unit_wire_facts_test_SOURCES = tests/unit/wire_facts_test.c
tests_unit_wire_facts_test_LDADD = $(WIRE) $(MODEL) $(BASE) $(WIRE_LIBS) \
    $(BASE_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/wire_orders_test
TESTS += tests/unit/wire_orders_test
tests_unit_wire_orders_test_SOURCES = tests/unit/wire_orders_test.c
tests_unit_wire_orders_test_LDADD = $(WIRE) $(MODEL) $(BASE) $(WIRE_LIBS) \
    $(BASE_LIBS) $(CMOCKA_LIBS)
