noinst_LIBRARIES += src/workflow/libworkflow.a
src_workflow_libworkflow_a_SOURCES = \
    src/workflow/calendar.c src/workflow/calendar.h \
    src/workflow/guard.c src/workflow/guard.h \
    src/workflow/match.c \
    src/workflow/statement.c src/workflow/statement.h \
    src/workflow/step.c src/workflow/step.h
WORKFLOW = src/workflow/libworkflow.a
