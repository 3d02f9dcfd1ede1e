noinst_LIBRARIES += src/workflow/libworkflow.a
src_workflow_libworkflow_a_SOURCES = \
    src/workflow/actor.c src/workflow/actor.h \
    src/workflow/addressee.c src/workflow/addressee.h \
    src/workflow/answer.c src/workflow/answer.h \
    src/workflow/attest.c src/workflow/attest.h \
    src/workflow/calendar.c src/workflow/calendar.h \
    src/workflow/checklist.c src/workflow/checklist.h \
    src/workflow/check.c src/workflow/check.h \
    src/workflow/complaint.c src/workflow/complaint.h \
    src/workflow/check_people.c \
    src/workflow/check_rules.c src/workflow/check_rules.h \
    src/workflow/guard.c src/workflow/guard.h \
    src/workflow/handover.c src/workflow/handover.h \
    src/workflow/letters.c src/workflow/letters.h \
    src/workflow/match.c \
    src/workflow/move.c src/workflow/move.h \
    src/workflow/observe.c src/workflow/observe.h \
    src/workflow/order.c \
    src/workflow/papers.c src/workflow/papers.h \
    src/workflow/report.c src/workflow/report.h \
    src/workflow/returned.c src/workflow/returned.h \
    src/workflow/halt.c src/workflow/halt.h \
    src/workflow/saga.c src/workflow/saga.h \
    src/workflow/sort.c src/workflow/sort.h \
    src/workflow/statement.c src/workflow/statement.h \
    src/workflow/step.c src/workflow/step.h \
    src/workflow/survey.c src/workflow/survey.h \
    src/workflow/verdict.c src/workflow/verdict.h
WORKFLOW = src/workflow/libworkflow.a
