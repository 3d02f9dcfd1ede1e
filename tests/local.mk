# Each room's unit tests are one cmocka program per source file; see
# docs/TESTING.md.  UNIT_LIBS comes last in every LDADD.
AM_TESTS_ENVIRONMENT = export srcdir builddir; srcdir='$(abs_srcdir)'; builddir='$(abs_builddir)';
include tests/unit/ca.mk
include tests/unit/config.mk
include tests/unit/base.mk
include tests/unit/ctl.mk
include tests/unit/document.mk
include tests/unit/message.mk
include tests/unit/message_phrases.mk
include tests/unit/net_imap.mk
include tests/unit/net_out.mk
include tests/unit/proc_parser.mk
include tests/unit/store.mk
include tests/unit/wire.mk
include tests/unit/letter.mk
include tests/unit/workflow.mk

# Lints and stories are pytest files, one test to automake and many to
# tests/count.  Stories (tests/story) drive real mail servers; they come last.
TEST_EXTENSIONS = .py
PY_LOG_COMPILER = $(srcdir)/tests/run-pytest
LINTS = \
    tests/lint/test_bootstrap.py \
    tests/lint/test_lints.py \
    tests/lint/test_manual.py \
    tests/lint/test_scripts.py \
    tests/lint/test_security.py
STORIES = \
    tests/story/test_lab.py \
    tests/story/test_intake.py \
    tests/story/test_provider.py \
    tests/story/test_inspect.py \
    tests/story/test_corpus.py \
    tests/story/test_sizes.py \
    tests/story/test_letters.py \
    tests/story/test_case_ca.py \
    tests/story/test_case_operator.py \
    tests/story/test_case_applicant.py \
    tests/story/test_evidence.py \
    tests/story/test_case_trouble.py \
    tests/story/test_answers.py \
    tests/story/test_complaints.py \
    tests/story/test_survey.py \
    tests/story/test_forged_senders.py \
    tests/story/test_owner.py \
    tests/story/test_window.py \
    tests/story/test_asking.py \
    tests/story/test_saga_kill.py \
    tests/story/test_start.py \
    tests/story/test_reload.py \
    tests/story/test_restore.py \
    tests/story/test_bad_input.py \
    tests/story/test_challenge.py \
    tests/story/test_challenge_flood.py \
    tests/story/test_mailbox_decisions.py \
    tests/story/test_csr.py \
    tests/story/test_strangers.py \
    tests/story/test_engine_hostile.py \
    tests/story/test_imap_dovecot.py \
    tests/story/test_imap_hostile.py \
    tests/story/test_hostile_imap_office.py \
    tests/story/test_relay_hostile.py \
    tests/story/test_hostile_relay_office.py \
    tests/story/test_outgoing.py \
    tests/story/test_dkim_dns.py \
    tests/story/test_https.py \
    tests/story/test_requirements.py \
    tests/story/test_loketctl.py \
    tests/story/test_registry.py \
    tests/story/test_procedures.py \
    tests/story/test_procedure_time.py \
    tests/story/test_procedure_people.py \
    tests/story/test_papers.py \
    tests/story/test_procedure_changes.py \
    tests/story/test_ca.py \
    tests/story/test_ocr.py \
    tests/story/test_drills.py \
    tests/story/test_scanner.py tests/story/test_signatures.py \
    tests/story/test_sop_ciamis.py \
    tests/story/test_sop_revocation.py tests/story/test_sop_tapin.py \
    tests/story/test_smime.py \
    tests/story/test_encrypted.py \
    tests/story/test_secrets_sent.py \
    tests/story/test_explain.py \
    tests/story/test_learning.py \
    tests/story/test_ca_journal.py \
    tests/story/test_service.py
TESTS += $(LINTS) $(STORIES)
EXTRA_DIST += $(LINTS) $(STORIES) tests/count tests/run-pytest \
    tests/pytest.ini tests/story/conftest.py tests/lab \
    tests/lint/floors tests/lint/floors.conf tests/lint/links tests/lint/links.conf \
    tests/lint/references tests/lint/requirements tests/lint/symbols tests/mutate/mutate bootstrap build-packages .ci/run
include tests/bench/local.mk

# What takes too long for every day: each disk call of the stores killed,
# starved and broken; a session cut at every byte.  Its results are kept in
# docs/check-long.md.
LONG_TESTS = tests/unit/store_commit_test tests/unit/ca_authority_test \
    tests/story/test_imap_hostile.py tests/story/test_saga_kill.py
check-long: all
	LOKET_TEST_LONG=1 $(MAKE) $(AM_MAKEFLAGS) check TESTS='$(LONG_TESTS)'
	$(MAKE) $(AM_MAKEFLAGS) mutate
.PHONY: check-long

# Faults planted where it is decided who may and what was said; goes on where it
# was stopped.  docs/mutation.md has the last result and its survivors.
mutate: all
	$(srcdir)/tests/mutate/mutate --build $(builddir)
.PHONY: mutate
