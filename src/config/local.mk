noinst_LIBRARIES += src/config/libsettings.a
src_config_libsettings_a_SOURCES = \
    src/config/blacklist.c src/config/blacklist.h \
    src/config/dkimkeys.c src/config/dkimkeys.h \
    src/config/forms.c src/config/forms.h \
    src/config/letters.c src/config/letters.h \
    src/config/officer.c src/config/officer.h \
    src/config/people.c src/config/people.h \
    src/config/policy.c src/config/policy.h \
    src/config/procedure.c src/config/procedure.h \
    src/config/reader.c src/config/reader.h \
    src/config/settings.c src/config/settings.h \
    src/config/sidecar.c \
    src/config/source.c src/config/source.h \
    src/config/staff.c src/config/staff.h \
    src/config/standard.c src/config/standard.h \
    src/config/steps.c src/config/steps.h \
    src/config/timetable.c src/config/timetable.h \
    src/config/transitions.c src/config/transitions.h \
    src/config/values.c src/config/values.h \
    src/config/workflows.c src/config/workflows.h
src_config_libsettings_a_CFLAGS = $(AM_CFLAGS) $(CONFIG_CFLAGS)
CONFIG = src/config/libsettings.a
# CONFIG_LIBS (libconfig) comes from configure.
