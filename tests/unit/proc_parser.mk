# The parser programs, over their channels.
check_PROGRAMS += tests/unit/proc_parser_test
TESTS += tests/unit/proc_parser_test
tests_unit_proc_parser_test_SOURCES = tests/unit/proc_parser_test.c
tests_unit_proc_parser_test_LDADD = $(WIRE) $(MODEL) $(BASE) $(WIRE_LIBS) \
    $(BASE_LIBS) $(CRYPTO_LIBS) $(CMOCKA_LIBS)

# The engine's side of those conversations; the test plays the parser.
check_PROGRAMS += tests/unit/proc_examine_test
TESTS += tests/unit/proc_examine_test
tests_unit_proc_examine_test_SOURCES = tests/unit/proc_examine_test.c \
    src/proc/engine_examine.c src/proc/engine_scan.c \
    src/proc/engine_smime.c src/proc/pem.c
tests_unit_proc_examine_test_LDADD = $(PROC) $(WIRE) $(MODEL) $(BASE) \
    $(WIRE_LIBS) $(SYSTEMD_LIBS) $(BASE_LIBS) $(CMOCKA_LIBS)

# The engine as a client of clamd; the test plays clamd.
check_PROGRAMS += tests/unit/proc_scan_test
TESTS += tests/unit/proc_scan_test
tests_unit_proc_scan_test_SOURCES = tests/unit/proc_scan_test.c \
    src/proc/engine_scan.c
tests_unit_proc_scan_test_LDADD = $(MODEL) $(BASE) $(SYSTEMD_LIBS) \
    $(BASE_LIBS) $(CMOCKA_LIBS)

# What the engine makes of S/MIME signatures.
check_PROGRAMS += tests/unit/proc_smime_test
TESTS += tests/unit/proc_smime_test
tests_unit_proc_smime_test_SOURCES = tests/unit/proc_smime_test.c \
    src/proc/engine_smime.c src/proc/pem.c
tests_unit_proc_smime_test_LDADD = $(MODEL) $(BASE) $(BASE_LIBS) \
    $(CMOCKA_LIBS)
