# Manual pages; tests/lint/test_manual.py reads them, too.
dist_man_MANS = \
    docs/man/loket-calendar.5 \
    docs/man/loket-people.5 \
    docs/man/loket-standard.5 \
    docs/man/loket-workflow.5 \
    docs/man/loketctl-people.1 \
    docs/man/loketctl-workflow.1

# What the shipped procedures look like (docs/procedures/README.md).
DRAWINGS = complaint lock lock-remote lock-applicant ciamis ams-revocation tapin
EXTRA_DIST += docs/procedures/README.md docs/procedures/complaint.dot \
    docs/procedures/lock.dot docs/procedures/lock-remote.dot \
    docs/procedures/lock-applicant.dot docs/procedures/ciamis.dot \
    docs/procedures/ams-revocation.dot docs/procedures/tapin.dot
.PHONY: drawings
drawings: loketctl
	for name in $(DRAWINGS); do \
	    file=`ls $(srcdir)/conf/workflows/$$name.conf \
	        $(srcdir)/conf/examples/$$name.conf 2>/dev/null`; \
	    ./loketctl workflow dot $$file \
	        > $(srcdir)/docs/procedures/$$name.dot || exit 1; \
	done
