# The imperative shell.  What every program under loketd shares:
noinst_LIBRARIES += src/proc/libproc.a
src_proc_libproc_a_SOURCES = \
    src/proc/child.c src/proc/child.h \
    src/proc/link.c src/proc/link.h \
    src/proc/sandbox.c src/proc/sandbox.h \
    src/proc/spawn.c src/proc/spawn.h \
    src/proc/table.c src/proc/table.h
PROC = src/proc/libproc.a

# loket-ca: no rooms but ca and wire; tests/lint/links sees to it.
pkglibexec_PROGRAMS += loket-ca
loket_ca_SOURCES = src/proc/ca.c src/proc/ca_init.c src/proc/ca_init.h
loket_ca_LDADD = $(CA) $(PROC) $(WIRE) $(MODEL) $(BASE) $(CA_LIBS) \
    $(WIRE_LIBS) $(SYSTEMD_LIBS) $(BASE_LIBS)

# Both net workers; the first argument says which.
pkglibexec_PROGRAMS += loket-net
loket_net_SOURCES = src/proc/net_main.c \
    src/proc/net_imap.c src/proc/net_imap.h \
    src/proc/net_out.c src/proc/net_out.h
loket_net_LDADD = $(PROC) $(CONFIG) $(NETIMAP) $(NETOUT) $(WIRE) $(MODEL) \
    $(BASE) $(NETIMAP_LIBS) $(NETOUT_LIBS) $(CONFIG_LIBS) $(WIRE_LIBS) \
    $(BASE_LIBS)

# The parent; the only one besides loket-ca that speaks to systemd.
sbin_PROGRAMS += loketd
loketd_SOURCES = src/loketd.c \
    src/proc/procedures.c src/proc/procedures.h
loketd_LDADD = $(PROC) $(CONFIG) $(WORKFLOW) $(WIRE) $(MODEL) $(BASE) \
    $(CONFIG_LIBS) $(WIRE_LIBS) $(SYSTEMD_LIBS) $(BASE_LIBS)

# The engine links no parser of mail or documents.
pkglibexec_PROGRAMS += loket-engine
loket_engine_SOURCES = \
    src/proc/engine.c src/proc/engine.h \
    src/proc/engine_ca.c src/proc/engine_ca.h \
    src/proc/engine_challenge.c \
    src/proc/engine_control.c src/proc/engine_control.h \
    src/proc/engine_control_case.c \
    src/proc/engine_control_explain.c \
    src/proc/engine_control_mail.c \
    src/proc/engine_control_office.c \
    src/proc/engine_control_order.c \
    src/proc/engine_control_output.c \
    src/proc/engine_control_people.c \
    src/proc/engine_control_record.c src/proc/engine_control_record.h \
    src/proc/engine_control_registry.c \
    src/proc/engine_complaints.c \
    src/proc/engine_daily.c \
    src/proc/engine_decide.c \
    src/proc/engine_deliver.c \
    src/proc/engine_desk.c \
    src/proc/engine_effects.c src/proc/engine_turn.h \
    src/proc/engine_examine.c \
    src/proc/engine_gather.c \
    src/proc/engine_hold.c \
    src/proc/engine_intake.c \
    src/proc/engine_control_drill.c src/proc/engine_drill.c \
    src/proc/engine_keys.c src/proc/engine_keys.h \
    src/proc/engine_letters.c src/proc/engine_draft.h \
    src/proc/engine_sign.c \
    src/proc/engine_scan.c src/proc/engine_scan.h \
    src/proc/engine_signatures.c src/proc/engine_slots.c \
    src/proc/engine_smime.c src/proc/engine_smime.h \
    src/proc/engine_window.c \
    src/proc/engine_orders.c src/proc/engine_owner.c src/proc/engine_papers.c \
    src/proc/engine_sheet.c \
    src/proc/engine_guide.c \
    src/proc/engine_ocsp.c src/proc/engine_ocsp.h \
    src/proc/engine_pins.c \
    src/proc/engine_redact.c src/proc/engine_redact.h \
    src/proc/engine_probe.c src/proc/engine_questions.c \
    src/proc/engine_control_survey.c src/proc/engine_survey.c \
    src/proc/engine_timers.c src/proc/engine_workflows.c \
    src/proc/engine_reload.c \
    src/proc/engine_requests.c \
    src/proc/engine_resend.c \
    src/proc/engine_room.c \
    src/proc/pem.c src/proc/pem.h \
    src/proc/procedures.c src/proc/procedures.h
loket_engine_LDADD = $(STORE) $(WORKFLOW) $(LETTER) $(PROC) $(CONFIG) $(WIRE) $(MODEL) $(BASE) \
    $(STORE_LIBS) $(CONFIG_LIBS) $(WIRE_LIBS) $(SYSTEMD_LIBS) $(JANSSON_LIBS) $(BASE_LIBS)

# The parsers: one parent's life, two tables.  poppler is in the second only.
noinst_LIBRARIES += src/proc/libparser.a
src_proc_libparser_a_SOURCES = src/proc/parser.c src/proc/parser.h
PARSER = src/proc/libparser.a
pkglibexec_PROGRAMS += loket-parser loket-parser-document
loket_parser_SOURCES = src/proc/parser_mail.c
loket_parser_LDADD = $(PARSER) $(PROC) $(MESSAGE) $(DOCUMENT) $(WIRE) \
    $(MODEL) $(BASE) $(MESSAGE_LIBS) $(DOCUMENT_LIBS) $(WIRE_LIBS) $(BASE_LIBS)
loket_parser_document_SOURCES = src/proc/parser_document.c
loket_parser_document_LDADD = $(PARSER) $(PROC) $(PDF) $(DOCUMENT) $(WIRE) \
    $(MODEL) $(BASE) $(PDF_LIBS) $(DOCUMENT_LIBS) $(WIRE_LIBS) $(BASE_LIBS)

# Where tesseract is: pictures of letters.
if TESSERACT
pkglibexec_PROGRAMS += loket-parser-scan
loket_parser_scan_SOURCES = src/proc/parser_scan.c
loket_parser_scan_LDADD = $(PARSER) $(PROC) $(OCR) $(DOCUMENT) $(CONFIG) \
    $(WIRE) $(MODEL) $(BASE) $(OCR_LIBS) $(DOCUMENT_LIBS) $(CONFIG_LIBS) \
    $(WIRE_LIBS) $(BASE_LIBS)
endif
