TESTS += tests/lint/all
EXTRA_DIST += tests/lint/all tests/lint/floors tests/lint/floors.conf tests/lint/links \
    tests/lint/links.conf tests/lint/requirements tests/lint/symbols tests/lint/test_lints.py
