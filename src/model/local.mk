noinst_LIBRARIES += src/model/libmodel.a
src_model_libmodel_a_SOURCES = \
    src/model/casefile.h src/model/challenge.h src/model/complaint.h \
    src/model/document.h src/model/drill.h \
    src/model/effect.h src/model/event.h src/model/form.h \
    src/model/letter.h src/model/mail.h \
    src/model/names.c src/model/names.h src/model/order.h \
    src/model/outbox.c src/model/outbox.h src/model/person.h src/model/provider.h \
    src/model/settings.h src/model/standard.h src/model/words.c \
    src/model/token.h src/model/words.h \
    src/model/workflow.h
MODEL = src/model/libmodel.a
