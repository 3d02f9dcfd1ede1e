# SPDX-License-Identifier: GPL-3.0-or-later
# The unit tests of src/store; see docs/TESTING.md.
STORE_TESTS = \
    tests/unit/store_act_test \
    tests/unit/store_blobs_test \
    tests/unit/store_casefile_test \
    tests/unit/store_challenge_test \
    tests/unit/store_commit_test \
    tests/unit/store_document_test \
    tests/unit/store_drill_test \
    tests/unit/store_event_test \
    tests/unit/store_fsck_decision_test \
    tests/unit/store_fsck_steps_test \
    tests/unit/store_fsck_test \
    tests/unit/store_mail_test \
    tests/unit/store_mailbox_test \
    tests/unit/store_order_test \
    tests/unit/store_outbox_test \
    tests/unit/store_registry_test \
    tests/unit/store_returned_test \
    tests/unit/store_evidence_test \
    tests/unit/store_order_evidence_test \
    tests/unit/store_schema_test \
    tests/unit/store_secret_test \
    tests/unit/store_store_test \
    tests/unit/store_timer_test \
    tests/unit/store_token_test \
    tests/unit/store_workflow_version_test
check_PROGRAMS += $(STORE_TESTS)
TESTS += $(STORE_TESTS)
STORE_TEST_LIBS = $(STORE) $(MODEL) $(BASE) $(CMOCKA_LIBS) $(STORE_LIBS) $(BASE_LIBS)
tests_unit_store_blobs_test_SOURCES = tests/unit/store_blobs_test.c tests/unit/store_help.h
tests_unit_store_blobs_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_casefile_test_SOURCES = tests/unit/store_casefile_test.c tests/unit/store_help.h tests/unit/store_saga_help.h
tests_unit_store_casefile_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_document_test_SOURCES = tests/unit/store_document_test.c tests/unit/store_help.h
tests_unit_store_document_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_commit_test_SOURCES = tests/unit/store_commit_test.c tests/unit/store_help.h
tests_unit_store_commit_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_drill_test_SOURCES = tests/unit/store_drill_test.c tests/unit/store_help.h
tests_unit_store_drill_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_event_test_SOURCES = tests/unit/store_event_test.c tests/unit/store_help.h
tests_unit_store_event_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_fsck_decision_test_SOURCES = tests/unit/store_fsck_decision_test.c tests/unit/store_help.h tests/unit/store_saga_help.h
tests_unit_store_fsck_decision_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_fsck_test_SOURCES = tests/unit/store_fsck_test.c tests/unit/store_help.h
tests_unit_store_fsck_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_mail_test_SOURCES = tests/unit/store_mail_test.c tests/unit/store_help.h
tests_unit_store_mail_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_mailbox_test_SOURCES = tests/unit/store_mailbox_test.c tests/unit/store_help.h
tests_unit_store_mailbox_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_order_test_SOURCES = tests/unit/store_order_test.c tests/unit/store_help.h tests/unit/store_saga_help.h
tests_unit_store_order_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_outbox_test_SOURCES = tests/unit/store_outbox_test.c tests/unit/store_help.h
tests_unit_store_outbox_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_registry_test_SOURCES = tests/unit/store_registry_test.c tests/unit/store_help.h
tests_unit_store_registry_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_schema_test_SOURCES = tests/unit/store_schema_test.c tests/unit/store_help.h tests/unit/store_saga_help.h
tests_unit_store_schema_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_secret_test_SOURCES = tests/unit/store_secret_test.c tests/unit/store_help.h
tests_unit_store_secret_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_store_test_SOURCES = tests/unit/store_store_test.c tests/unit/store_help.h
tests_unit_store_store_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_challenge_test_SOURCES = tests/unit/store_challenge_test.c tests/unit/store_help.h tests/unit/store_saga_help.h
tests_unit_store_challenge_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_token_test_SOURCES = tests/unit/store_token_test.c tests/unit/store_help.h tests/unit/store_saga_help.h
tests_unit_store_token_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_act_test_SOURCES = tests/unit/store_act_test.c tests/unit/store_help.h tests/unit/store_saga_help.h
tests_unit_store_act_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_timer_test_SOURCES = tests/unit/store_timer_test.c tests/unit/store_help.h tests/unit/store_saga_help.h
tests_unit_store_timer_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_workflow_version_test_SOURCES = tests/unit/store_workflow_version_test.c tests/unit/store_help.h
tests_unit_store_workflow_version_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_fsck_steps_test_SOURCES = tests/unit/store_fsck_steps_test.c tests/unit/store_help.h tests/unit/store_saga_help.h
tests_unit_store_fsck_steps_test_LDADD = $(STORE_TEST_LIBS)
EXTRA_DIST += tests/unit/store_schema_1.sql tests/unit/store_schema_2.sql tests/unit/store_schema_3.sql tests/unit/store_schema_4.sql
tests_unit_store_evidence_test_SOURCES = tests/unit/store_evidence_test.c tests/unit/store_help.h
tests_unit_store_evidence_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_order_evidence_test_SOURCES = tests/unit/store_order_evidence_test.c tests/unit/store_help.h tests/unit/store_saga_help.h
tests_unit_store_order_evidence_test_LDADD = $(STORE_TEST_LIBS)
tests_unit_store_returned_test_SOURCES = tests/unit/store_returned_test.c tests/unit/store_help.h tests/unit/store_saga_help.h
tests_unit_store_returned_test_LDADD = $(STORE_TEST_LIBS)
