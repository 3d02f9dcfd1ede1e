WORKFLOW_TESTS = \
    tests/unit/workflow_addressee_test tests/unit/workflow_calendar_test \
    tests/unit/workflow_calendar_law_test tests/unit/workflow_match_test \
    tests/unit/workflow_statement_test tests/unit/workflow_survey_test \
    tests/unit/workflow_guard_test \
    tests/unit/workflow_letters_test tests/unit/workflow_checklist_test \
    tests/unit/workflow_order_test tests/unit/workflow_answer_test \
    tests/unit/workflow_step_test tests/unit/workflow_actor_test \
    tests/unit/workflow_chain_test tests/unit/workflow_handover_test tests/unit/workflow_check_test
check_PROGRAMS += $(WORKFLOW_TESTS)
TESTS += $(WORKFLOW_TESTS)
EXTRA_DIST += tests/unit/workflow_help.h tests/unit/calendar_help.h

WORKFLOW_TEST_LIBS = $(WORKFLOW) $(MODEL) $(BASE) $(BASE_LIBS) $(CMOCKA_LIBS)

tests_unit_workflow_calendar_test_SOURCES = tests/unit/workflow_calendar_test.c
tests_unit_workflow_calendar_test_LDADD = $(WORKFLOW_TEST_LIBS)
tests_unit_workflow_addressee_test_SOURCES = \
    tests/unit/workflow_addressee_test.c
tests_unit_workflow_addressee_test_LDADD = $(WORKFLOW_TEST_LIBS)
tests_unit_workflow_calendar_law_test_SOURCES = \
    tests/unit/workflow_calendar_law_test.c
tests_unit_workflow_calendar_law_test_LDADD = $(WORKFLOW_TEST_LIBS)
tests_unit_workflow_match_test_SOURCES = tests/unit/workflow_match_test.c
tests_unit_workflow_match_test_LDADD = $(WORKFLOW_TEST_LIBS)
tests_unit_workflow_statement_test_SOURCES = \
    tests/unit/workflow_statement_test.c
tests_unit_workflow_statement_test_LDADD = $(WORKFLOW_TEST_LIBS)
tests_unit_workflow_checklist_test_SOURCES = \
    tests/unit/workflow_checklist_test.c
tests_unit_workflow_checklist_test_LDADD = $(WORKFLOW_TEST_LIBS)
tests_unit_workflow_guard_test_SOURCES = tests/unit/workflow_guard_test.c
tests_unit_workflow_guard_test_LDADD = $(WORKFLOW_TEST_LIBS)
tests_unit_workflow_letters_test_SOURCES = tests/unit/workflow_letters_test.c
tests_unit_workflow_letters_test_LDADD = $(WORKFLOW_TEST_LIBS)
tests_unit_workflow_step_test_SOURCES = tests/unit/workflow_step_test.c
tests_unit_workflow_step_test_LDADD = $(WORKFLOW_TEST_LIBS)
tests_unit_workflow_order_test_SOURCES = tests/unit/workflow_order_test.c
tests_unit_workflow_order_test_LDADD = $(WORKFLOW_TEST_LIBS)
tests_unit_workflow_answer_test_SOURCES = tests/unit/workflow_answer_test.c
tests_unit_workflow_answer_test_LDADD = $(WORKFLOW_TEST_LIBS)
EXTRA_DIST += tests/unit/workflow_check_help.h
tests_unit_workflow_check_test_SOURCES = tests/unit/workflow_check_test.c
tests_unit_workflow_check_test_LDADD = $(WORKFLOW_TEST_LIBS)

check_PROGRAMS += tests/unit/workflow_files_test
TESTS += tests/unit/workflow_files_test
tests_unit_workflow_files_test_SOURCES = tests/unit/workflow_files_test.c
tests_unit_workflow_files_test_LDADD = $(CONFIG) $(WORKFLOW_TEST_LIBS) \
    $(CONFIG_LIBS)
EXTRA_DIST += tests/workflows

tests_unit_workflow_actor_test_SOURCES = tests/unit/workflow_actor_test.c
tests_unit_workflow_actor_test_LDADD = $(WORKFLOW_TEST_LIBS)
tests_unit_workflow_chain_test_SOURCES = tests/unit/workflow_chain_test.c
tests_unit_workflow_chain_test_LDADD = $(WORKFLOW_TEST_LIBS)
tests_unit_workflow_handover_test_SOURCES = \
    tests/unit/workflow_handover_test.c
tests_unit_workflow_handover_test_LDADD = $(WORKFLOW_TEST_LIBS)

check_PROGRAMS += tests/unit/workflow_check_people_test
TESTS += tests/unit/workflow_check_people_test
tests_unit_workflow_check_people_test_SOURCES = \
    tests/unit/workflow_check_people_test.c
tests_unit_workflow_check_people_test_LDADD = $(WORKFLOW_TEST_LIBS)

check_PROGRAMS += tests/unit/workflow_walk_test
TESTS += tests/unit/workflow_walk_test
tests_unit_workflow_walk_test_SOURCES = tests/unit/workflow_walk_test.c
tests_unit_workflow_walk_test_LDADD = $(CTL) $(CONFIG) $(WORKFLOW_TEST_LIBS) \
    $(CONFIG_LIBS) $(CTL_LIBS)

check_PROGRAMS += tests/unit/workflow_observe_test
TESTS += tests/unit/workflow_observe_test
tests_unit_workflow_observe_test_SOURCES = tests/unit/workflow_observe_test.c
tests_unit_workflow_observe_test_LDADD = $(WORKFLOW_TEST_LIBS)
tests_unit_workflow_survey_test_SOURCES = tests/unit/workflow_survey_test.c
tests_unit_workflow_survey_test_LDADD = $(WORKFLOW_TEST_LIBS)
