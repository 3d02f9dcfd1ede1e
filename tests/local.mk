# Each room's unit tests are one cmocka program per source file; see
# docs/TESTING.md.  UNIT_LIBS comes last in every LDADD.
AM_TESTS_ENVIRONMENT = export srcdir builddir; srcdir='$(abs_srcdir)'; builddir='$(abs_builddir)';
include tests/unit/net_imap.mk
include tests/unit/net_out.mk
