# Manual pages; tests/lint/test_manual.py reads them, too.
dist_man_MANS = \
    docs/man/loket-calendar.5 \
    docs/man/loket-people.5 \
    docs/man/loket-standard.5 \
    docs/man/loket-workflow.5 \
    docs/man/loketctl-people.1 \
    docs/man/loketctl-workflow.1
