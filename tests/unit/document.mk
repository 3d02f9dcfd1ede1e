# src/document: one program per source file.
document_tests = \
    tests/unit/document_csr_test
check_PROGRAMS += $(document_tests)
TESTS += $(document_tests)
EXTRA_DIST += tests/unit/document_corpus.h
DOCUMENT_TEST_LDADD = $(DOCUMENT) $(MODEL) $(BASE) $(DOCUMENT_LIBS) \
    $(BASE_LIBS) $(CMOCKA_LIBS)

tests_unit_document_csr_test_SOURCES = tests/unit/document_csr_test.c
tests_unit_document_csr_test_LDADD = $(DOCUMENT_TEST_LDADD)
