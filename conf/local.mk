# The configuration folder as an office first gets it.  Secrets are never part
# of it; what an administrator has changed is neither overwritten nor removed.
CONF_FILES = \
    conf/loket.conf conf/standard.conf conf/people.conf conf/example.person \
    conf/workflows/lock.conf conf/workflows/complaint.conf \
    conf/calendar/2026.conf conf/calendar/2027.conf \
    conf/examples/lock-remote.conf conf/examples/lock-applicant.conf \
    conf/examples/ams-revocation.conf \
    conf/examples/ciamis.conf conf/examples/tapin.conf \
    conf/letters/id/revoke.txt conf/letters/en/revoke.txt \
    conf/letters/id/revoked.txt conf/letters/en/revoked.txt \
    conf/letters/id/agreed.txt conf/letters/en/agreed.txt \
    conf/letters/id/reset.txt conf/letters/en/reset.txt \
    conf/letters/id/renew.txt conf/letters/en/renew.txt \
    conf/letters/id/renewed.txt conf/letters/en/renewed.txt \
    conf/letters/id/again.txt conf/letters/en/again.txt \
    conf/letters/id/switch.txt conf/letters/en/switch.txt \
    conf/letters/id/told.txt conf/letters/en/told.txt \
    conf/letters/id/package.txt conf/letters/en/package.txt \
    conf/letters/id/sent-for.txt conf/letters/en/sent-for.txt \
    conf/letters/id/received.txt conf/letters/id/incomplete.txt \
    conf/letters/id/noted.txt conf/letters/id/summary.txt \
    conf/letters/id/infected.txt \
    conf/letters/id/drill.txt conf/letters/id/drilled.txt \
    conf/letters/id/too-large.txt \
    conf/letters/id/verify.txt \
    conf/letters/id/work.txt \
    conf/letters/id/guide-revoke.txt \
    conf/letters/id/guide-issue.txt \
    conf/letters/id/report.txt \
    conf/letters/id/help.txt \
    conf/letters/id/attest.txt \
    conf/letters/id/receipt.txt \
    conf/letters/id/answer.txt \
    conf/letters/id/withdrawn.txt conf/letters/id/disowned.txt \
    conf/letters/id/notice.txt \
    conf/letters/id/remind.txt \
    conf/letters/id/unproven.txt \
    conf/letters/id/stuck.txt \
    conf/letters/id/halted.txt \
    conf/letters/id/approved.txt \
    conf/letters/id/rejected.txt \
    conf/letters/id/completed.txt \
    conf/letters/id/stopped.txt \
    conf/letters/id/probe.txt \
    conf/letters/id/complaint-progress.txt \
    conf/letters/id/complaint-received.txt \
    conf/letters/id/complaint-reply.txt \
    conf/letters/id/complaint-solution.txt \
    conf/letters/id/complaint.txt \
    conf/letters/id/confirm.txt \
    conf/letters/id/correct.txt \
    conf/letters/id/delegated.txt \
    conf/letters/id/dispose.txt \
    conf/letters/id/identity.txt \
    conf/letters/id/lapsed.txt \
    conf/letters/id/late.txt \
    conf/letters/id/nudge.txt \
    conf/letters/id/suggestion.txt \
    conf/letters/id/survey-note.txt \
    conf/letters/id/survey.txt \
    conf/letters/id/phrases.conf \
    conf/letters/id/confirm.txt \
    conf/letters/id/correct.txt \
    conf/letters/id/delegated.txt \
    conf/letters/id/dispose.txt \
    conf/letters/id/identity.txt \
    conf/letters/id/lapsed.txt \
    conf/letters/id/late.txt \
    conf/letters/id/nudge.txt \
    conf/letters/id/standard.txt \
    conf/letters/id/forms.txt \
    conf/letters/id/status.txt \
    conf/letters/id/check.txt \
    conf/letters/id/desk.txt \
    conf/letters/en/confirm.txt \
    conf/letters/en/correct.txt \
    conf/letters/en/delegated.txt \
    conf/letters/en/dispose.txt \
    conf/letters/en/identity.txt \
    conf/letters/en/lapsed.txt \
    conf/letters/en/late.txt \
    conf/letters/en/nudge.txt \
    conf/letters/en/standard.txt \
    conf/letters/en/forms.txt \
    conf/letters/en/status.txt \
    conf/letters/en/check.txt \
    conf/letters/en/desk.txt \
    conf/forms/acceptance.conf \
    conf/forms/reason.conf \
    conf/forms/recommendation.conf \
    conf/forms/request.conf \
    conf/forms/statement.conf \
    conf/forms/superior.conf \
    conf/letters/en/received.txt conf/letters/en/incomplete.txt \
    conf/letters/en/noted.txt conf/letters/en/summary.txt \
    conf/letters/en/infected.txt \
    conf/letters/en/drill.txt conf/letters/en/drilled.txt \
    conf/letters/en/too-large.txt \
    conf/letters/en/verify.txt \
    conf/letters/en/work.txt \
    conf/letters/en/guide-revoke.txt \
    conf/letters/en/guide-issue.txt \
    conf/letters/en/report.txt \
    conf/letters/en/help.txt \
    conf/letters/en/attest.txt \
    conf/letters/en/receipt.txt \
    conf/letters/en/answer.txt \
    conf/letters/en/withdrawn.txt conf/letters/en/disowned.txt \
    conf/letters/en/notice.txt \
    conf/letters/en/remind.txt \
    conf/letters/en/unproven.txt \
    conf/letters/en/stuck.txt \
    conf/letters/en/halted.txt \
    conf/letters/en/approved.txt \
    conf/letters/en/rejected.txt \
    conf/letters/en/completed.txt \
    conf/letters/en/stopped.txt \
    conf/letters/en/probe.txt \
    conf/letters/en/complaint-progress.txt \
    conf/letters/en/complaint-received.txt \
    conf/letters/en/complaint-reply.txt \
    conf/letters/en/complaint-solution.txt \
    conf/letters/en/complaint.txt \
    conf/letters/en/confirm.txt \
    conf/letters/en/correct.txt \
    conf/letters/en/delegated.txt \
    conf/letters/en/dispose.txt \
    conf/letters/en/identity.txt \
    conf/letters/en/lapsed.txt \
    conf/letters/en/late.txt \
    conf/letters/en/nudge.txt \
    conf/letters/en/suggestion.txt \
    conf/letters/en/survey-note.txt \
    conf/letters/en/survey.txt \
    conf/letters/en/phrases.conf
EXTRA_DIST += $(CONF_FILES)
CONF_DIR = $(DESTDIR)$(sysconfdir)/loket

install-data-local: install-conf
install-conf:
	@for f in $(CONF_FILES); do \
	    to="$(CONF_DIR)/$${f#conf/}"; \
	    $(MKDIR_P) "$${to%/*}" || exit 1; \
	    if test -e "$$to" && ! cmp -s "$(srcdir)/$$f" "$$to"; then \
	        echo " kept your $$to; the new one is $$to.new"; \
	        to="$$to.new"; \
	    fi; \
	    $(INSTALL_DATA) "$(srcdir)/$$f" "$$to" || exit 1; \
	done
	$(MKDIR_P) -m 0700 "$(CONF_DIR)/secrets"

uninstall-local: uninstall-conf
uninstall-conf:
	@for f in $(CONF_FILES); do \
	    to="$(CONF_DIR)/$${f#conf/}"; \
	    if cmp -s "$(srcdir)/$$f" "$$to"; then rm -f "$$to"; fi; \
	done
	-@rmdir "$(CONF_DIR)/secrets" 2>/dev/null || :
.PHONY: install-conf uninstall-conf
