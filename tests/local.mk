# Each room's unit tests are one cmocka program per source file; see
# docs/TESTING.md.  UNIT_LIBS comes last in every LDADD.
AM_TESTS_ENVIRONMENT = export srcdir builddir; srcdir='$(abs_srcdir)'; builddir='$(abs_builddir)';
include tests/unit/net_imap.mk
include tests/unit/net_out.mk
include tests/unit/store.mk

# Stories (tests/story) drive real mail servers; each file is one test to
# automake and many to tests/count.  They start when the quick ones are done.
TEST_EXTENSIONS = .py
PY_LOG_COMPILER = $(srcdir)/tests/story/run
STORIES = \
    tests/story/test_imap_hostile.py \
    tests/story/test_lab.py \
    tests/story/test_relay_hostile.py
TESTS += $(STORIES)
EXTRA_DIST += $(STORIES) tests/count tests/story/run tests/story/conftest.py \
    tests/story/pytest.ini tests/lab bootstrap build-packages .ci/run
include tests/unit/message.mk
include tests/unit/document.mk
include tests/unit/wire.mk
include tests/unit/ctl.mk
