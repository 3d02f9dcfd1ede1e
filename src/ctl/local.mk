# What an administrator asks of Loket.
noinst_LIBRARIES += src/ctl/libctl.a
src_ctl_libctl_a_SOURCES = \
    src/ctl/cases.c src/ctl/cases.h \
    src/ctl/client.c src/ctl/client.h \
    src/ctl/csv.c src/ctl/csv.h \
    src/ctl/explain.c src/ctl/explain.h \
    src/ctl/html.c src/ctl/html.h \
    src/ctl/inspect.c src/ctl/inspect.h \
    src/ctl/inspect_json.c src/ctl/inspect_json.h \
    src/ctl/learn.c src/ctl/learn.h \
    src/ctl/orders.c src/ctl/orders.h \
    src/ctl/page.c src/ctl/page.h \
    src/ctl/parsers.c src/ctl/parsers.h \
    src/ctl/people.c src/ctl/people.h \
    src/ctl/print.c src/ctl/print.h \
    src/ctl/reasons.c src/ctl/reasons.h \
    src/ctl/registry.c src/ctl/registry.h \
    src/ctl/roster.c src/ctl/roster.h \
    src/ctl/sheet.c src/ctl/sheet.h \
    src/ctl/sheet_steps.c src/ctl/sheet_steps.h \
    src/ctl/sheet_words.c src/ctl/sheet_words.h \
    src/ctl/workflow.c src/ctl/workflow.h \
    src/ctl/workflow_dot.c src/ctl/workflow_dot.h \
    src/ctl/workflow_effects.c \
    src/ctl/workflow_props.c \
    src/ctl/workflow_simulate.c src/ctl/workflow_simulate.h \
    src/ctl/workflow_world.c src/ctl/workflow_world.h \
    src/ctl/workflow_world_private.h
src_ctl_libctl_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
CTL = src/ctl/libctl.a
CTL_LIBS = $(JANSSON_LIBS)

bin_PROGRAMS += loketctl
loketctl_SOURCES = src/loketctl.c
loketctl_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
loketctl_LDADD = $(CTL) $(CONFIG) $(WORKFLOW) $(WIRE) $(MODEL) $(BASE) $(CTL_LIBS) \
    $(CONFIG_LIBS) $(WIRE_LIBS) $(BASE_LIBS)
