noinst_LIBRARIES += src/store/libstore.a
src_store_libstore_a_SOURCES = \
    src/store/act.c \
    src/store/approval.c \
    src/store/audit.c \
    src/store/blobs.c \
    src/store/casefile.c \
    src/store/challenge.c \
    src/store/commit.c \
    src/store/complaint.c \
    src/store/delegation.c \
    src/store/document.c \
    src/store/drill.c \
    src/store/event.c \
    src/store/evidence.c \
    src/store/order_evidence.c \
    src/store/fsck.c \
    src/store/fsck_decision.c \
    src/store/fsck_steps.c \
    src/store/fsck_mailbox.c \
    src/store/hold.c \
    src/store/mail.c \
    src/store/mailbox.c \
    src/store/memo.c \
    src/store/order.c \
    src/store/outbox.c \
    src/store/query.c src/store/query.h \
    src/store/returned.c \
    src/store/registry.c \
    src/store/reset.c \
    src/store/schema.c src/store/schema.h \
    src/store/schema_2.c \
    src/store/schema_3.c \
    src/store/schema_4.c \
    src/store/schema_5.c \
    src/store/snapshot.c \
    src/store/store.c src/store/store.h src/store/store_private.h \
    src/store/survey.c \
    src/store/timer.c \
    src/store/token.c \
    src/store/workflow_version.c
src_store_libstore_a_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
STORE = src/store/libstore.a
STORE_LIBS = $(SQLITE_LIBS)
