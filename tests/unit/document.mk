# src/document: one program per source file; csr_test covers der.c and key.c.
document_tests = \
    tests/unit/document_certificate_test \
    tests/unit/document_claim_test \
    tests/unit/document_classify_test \
    tests/unit/document_crl_test \
    tests/unit/document_csr_test \
    tests/unit/document_csr_corpus_test \
    tests/unit/document_form_test \
    tests/unit/document_ids_test \
    tests/unit/document_image_test \
    tests/unit/document_mail_signature_test \
    tests/unit/document_paper_test \
    tests/unit/document_pdf_test \
    tests/unit/document_signatures_test \
    tests/unit/document_private_key_test \
    tests/unit/document_sample_test \
    tests/unit/document_signers_test
check_PROGRAMS += $(document_tests)
TESTS += $(document_tests)
EXTRA_DIST += tests/unit/csr_help.h tests/unit/document_corpus.h tests/unit/pki_help.h \
    tests/unit/signed_pdf_help.h
DOCUMENT_TEST_LDADD = $(DOCUMENT) $(MODEL) $(BASE) $(DOCUMENT_LIBS) \
    $(BASE_LIBS) $(CMOCKA_LIBS)

tests_unit_document_certificate_test_SOURCES = tests/unit/document_certificate_test.c
tests_unit_document_certificate_test_LDADD = $(DOCUMENT_TEST_LDADD)
tests_unit_document_claim_test_SOURCES = tests/unit/document_claim_test.c
tests_unit_document_claim_test_LDADD = $(DOCUMENT_TEST_LDADD)
tests_unit_document_classify_test_SOURCES = tests/unit/document_classify_test.c
tests_unit_document_classify_test_LDADD = $(DOCUMENT_TEST_LDADD)
tests_unit_document_crl_test_SOURCES = tests/unit/document_crl_test.c
tests_unit_document_crl_test_LDADD = $(DOCUMENT_TEST_LDADD)
tests_unit_document_csr_test_SOURCES = tests/unit/document_csr_test.c
tests_unit_document_csr_test_LDADD = $(DOCUMENT_TEST_LDADD)
# V082: what is dear is counted.
tests_unit_document_csr_test_LDFLAGS = $(AM_LDFLAGS) \
    -Wl,--wrap=BN_bin2bn,--wrap=d2i_X509_REQ,--wrap=X509_REQ_verify \
    -Wl,--wrap=EC_POINT_oct2point
tests_unit_document_csr_corpus_test_SOURCES = tests/unit/document_csr_corpus_test.c
tests_unit_document_csr_corpus_test_LDADD = $(DOCUMENT_TEST_LDADD)
# The forms that letter/ makes, read by document/.
tests_unit_document_form_test_SOURCES = tests/unit/document_form_test.c
tests_unit_document_form_test_CFLAGS = $(AM_CFLAGS) $(POPPLER_CFLAGS)
tests_unit_document_form_test_LDADD = $(LETTER) $(CONFIG) $(PDF) \
    $(DOCUMENT_TEST_LDADD) $(PDF_LIBS) $(CONFIG_LIBS)
tests_unit_document_ids_test_SOURCES = tests/unit/document_ids_test.c
tests_unit_document_ids_test_LDADD = $(DOCUMENT_TEST_LDADD)
tests_unit_document_image_test_SOURCES = tests/unit/document_image_test.c
tests_unit_document_image_test_LDADD = $(DOCUMENT_TEST_LDADD)
tests_unit_document_paper_test_SOURCES = tests/unit/document_paper_test.c
tests_unit_document_paper_test_LDADD = $(DOCUMENT_TEST_LDADD)
tests_unit_document_pdf_test_SOURCES = tests/unit/document_pdf_test.c
tests_unit_document_pdf_test_LDADD = $(PDF) $(DOCUMENT_TEST_LDADD) $(PDF_LIBS)
tests_unit_document_private_key_test_SOURCES = tests/unit/document_private_key_test.c
tests_unit_document_private_key_test_LDADD = $(DOCUMENT_TEST_LDADD)
tests_unit_document_sample_test_SOURCES = tests/unit/document_sample_test.c
tests_unit_document_sample_test_LDADD = $(DOCUMENT_TEST_LDADD)
tests_unit_document_signers_test_SOURCES = tests/unit/document_signers_test.c
tests_unit_document_signers_test_LDADD = $(DOCUMENT_TEST_LDADD)
tests_unit_document_signatures_test_SOURCES = tests/unit/document_signatures_test.c
tests_unit_document_signatures_test_LDADD = $(DOCUMENT_TEST_LDADD)
# Where tesseract is, with the languages of the default.
if TESSERACT
check_PROGRAMS += tests/unit/document_ocr_test
TESTS += tests/unit/document_ocr_test
tests_unit_document_ocr_test_SOURCES = tests/unit/document_ocr_test.c
tests_unit_document_ocr_test_LDADD = $(OCR) $(DOCUMENT_TEST_LDADD) $(OCR_LIBS)
endif
tests_unit_document_mail_signature_test_SOURCES = tests/unit/document_mail_signature_test.c
tests_unit_document_mail_signature_test_LDADD = $(DOCUMENT_TEST_LDADD)
