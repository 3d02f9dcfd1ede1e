# The imperative shell.  What every program under loketd shares:
noinst_LIBRARIES += src/proc/libproc.a
src_proc_libproc_a_SOURCES = \
    src/proc/child.c src/proc/child.h \
    src/proc/sandbox.c src/proc/sandbox.h
PROC = src/proc/libproc.a
