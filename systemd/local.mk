# The paths of a unit are those of this build, so make writes it, not configure.
UNIT_SED = sed -e 's|@sbindir[@]|$(sbindir)|g' -e 's|@bindir[@]|$(bindir)|g' -e 's|@sysconfdir[@]|$(sysconfdir)|g' \
    -e 's|@pkglibexecdir[@]|$(pkglibexecdir)|g'

systemdsystemunit_DATA = systemd/loketd.service systemd/loket-ca.service
sysusersdir = $(prefix)/lib/sysusers.d
dist_sysusers_DATA = systemd/loket.conf
EXTRA_DIST += systemd/loketd.service.in systemd/loket-ca.service.in
CLEANFILES += systemd/loketd.service systemd/loket-ca.service

systemd/%.service: systemd/%.service.in
	$(AM_V_GEN)$(MKDIR_P) systemd && $(UNIT_SED) $< > $@
