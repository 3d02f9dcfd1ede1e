/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One person of people.conf, by himself: loket-people(5).  Called by people.c.
 * Who may do what with it is workflow/actor.c's.
 */
#include "config/officer.h"

#include "base/io.h"
#include "base/text.h"
#include "config/reader.h"
#include "config/values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const language_words[] = {"id", "en", NULL};

static const char *role_at(int i) {
    return role_name((enum role)i);
}

static const char *ability_at(int i) {
    return ability_name((enum ability)i);
}

static const char *education_at(int i) {
    return education_name((enum education)i);
}

static const char *over_at(int i) {
    return power_over_name((enum power_over)i);
}

static const char *affiliation_at(int i) {
    return affiliation_name((enum affiliation)i);
}

/* ---- values ------------------------------------------------------------- */

/* Into bool[ROLE__MAX]. */
static int read_roles(const struct value *v, void *to, struct err *e) {
    return value_members(v, ROLE__MAX, role_at, "role", to, e);
}

/* Into the whole officer. */
static int read_addresses(const struct value *v, void *to, struct err *e) {
    struct officer *o = to;

    return value_addresses(v, o->addresses, &o->address_count, e);
}

/* V047.  Into the whole officer. */
static int read_delegates(const struct value *v, void *to, struct err *e) {
    struct officer *o = to;

    return value_addresses(v, o->delegates, &o->delegate_count, e);
}

/* PKL-16.  Into the whole grant: sops and sop_count. */
static int read_sops(const struct value *v, void *to, struct err *e) {
    int n = value_some(v, LIMIT_GRANT_SOPS, e);
    struct grant *g = to;

    if (n < 0) {
        return -1;
    }
    for (int i = 0; i < n; i++) {
        const char *sop = value_element(v, i, LIMIT_WORD, e);

        if (sop == NULL) {
            return -1;
        }
        text_copy(g->sops[i], LIMIT_WORD, sop);
    }
    g->sop_count = (size_t)n;
    return 0;
}

/* TPN-11.  Into bool[ABILITY__MAX]; [] is none. */
static int read_abilities(const struct value *v, void *to, struct err *e) {
    int n = value_count(v, ABILITY__MAX, e);

    return n <= 0 ? n
                  : value_members(v, ABILITY__MAX, ability_at, "ability", to,
                                  e);
}

static int read_education(const struct value *v, void *to, struct err *e) {
    const enum education *education = to;

    if (value_member(v, EDUCATION__MAX, education_at, to, e) != 0) {
        return -1;
    }
    return *education != EDUCATION_UNKNOWN ? 0 : value_wrong(v, e);
}

/* REV-13.  Into bool[OVER__MAX]; [] is none. */
static int read_power(const struct value *v, void *to, struct err *e) {
    int n = value_count(v, OVER__MAX, e);

    return n <= 0 ? n
                  : value_members(v, OVER__MAX, over_at, "kind of request", to,
                                  e);
}

static int read_affiliation(const struct value *v, void *to, struct err *e) {
    return value_member(v, AFFILIATION__MAX, affiliation_at, to, e);
}

/* ---- certificates ------------------------------------------------------- */

/* One certificate of his own in PEM: a chain would pin its CA, too. */
static int check_pin(const struct value *v, const char *path, struct err *e) {
    static const char begin[] = "-----BEGIN CERTIFICATE-----";
    struct err why = ERR_INIT;
    const char *first;
    char *text;
    bool has_key, one;

    if (io_read_file(path, LIMIT_CERTIFICATE, &text, NULL, &why) != 0) {
        return value_refuse(v, e, "with a file that cannot be used (%.160s)",
                            why.text);
    }
    first = strstr(text, begin);
    one = first != NULL && strstr(first + 1, "-----BEGIN ") == NULL;
    has_key = strstr(text, "PRIVATE KEY-----") != NULL;
    free(text);
    if (has_key) {
        return value_refuse(v, e, "with a private key in %.160s", path);
    }
    return one ? 0
               : value_refuse(v, e, "with %.160s, which is not one "
                                    "certificate in PEM",
                              path);
}

/* V043.  Into the whole officer; [] is none. */
static int read_pins(const struct value *v, void *to, struct err *e) {
    int n = value_count(v, LIMIT_SMIME_PINS, e);
    struct officer *o = to;

    if (n < 0) {
        return -1;
    }
    for (int i = 0; i < n; i++) {
        const char *name = value_element(v, i, LIMIT_PATH, e);
        char path[2 * LIMIT_PATH + 2];

        if (name == NULL) {
            return -1;
        }
        snprintf(path, sizeof path, "%s%s%.*s",
                 *name == '/' ? "" : v->source->dir, *name == '/' ? "" : "/",
                 LIMIT_PATH, name);
        if (!text_copy(o->smime[i], LIMIT_PATH, path)) {
            return value_refuse(v, e, "with too long a path");
        }
        if (check_pin(v, o->smime[i], e) != 0) {
            return -1;
        }
        o->smime_count = (size_t)i + 1;
    }
    return 0;
}

/* ---- absences ----------------------------------------------------------- */

#define DAY_RIGHT(example) "a date is right, for example " example

static const struct key absence_keys[] = {
    {"from", value_day, KEY_TO(struct absence, from), .min = 1,
     .required = true, .right = DAY_RIGHT("from = \"2026-12-01\"")},
    {"to", value_day, KEY_TO(struct absence, to), .min = 1, .required = true,
     .right = DAY_RIGHT("to = \"2026-12-05\"")},
};

static int read_absence(const struct value *v, const config_setting_t *group,
                        const char *base, int i, void *to, struct err *e) {
    struct officer *o = to;
    struct absence *a = &o->absences[i];

    if (reader_read(v->source, group, base, absence_keys,
                    sizeof absence_keys / sizeof absence_keys[0], a, e) != 0) {
        return -1;
    }
    if (a->to < a->from) {
        return err_set(e, ERR_SETUP,
                       "%s:%u: %sto is before %sfrom; both days are days of "
                       "absence, the first one comes first",
                       v->source->name, config_setting_source_line(group),
                       base, base);
    }
    o->absence_count = (size_t)i + 1;
    return 0;
}

/* Into the whole officer. */
static int read_absent(const struct value *v, void *to, struct err *e) {
    return value_groups(v, LIMIT_ABSENCES, read_absence, to, e);
}

/* ---- the keys ----------------------------------------------------------- */

#define TO(member) KEY_TO(struct officer, member)
#define WHOLE 0, sizeof(struct officer)
#define POWER_RIGHT                                                            \
    "a list of \"issue\", \"renew\", \"revoke\" is right, [] for none of them"

static const struct key officer_keys[] = {
    {"id", value_word, TO(id), .min = 1, .required = true,
     .right = "a short word of a-z, 0-9 and - is right, for example "
              "id = \"siti\""},
    {"name", value_text, TO(name), .min = 1, .required = true,
     .right = "a name is right, for example name = \"Siti Aminah, S.Kom\""},
    {"title", value_text, TO(title), .min = 1, .required = true,
     .right = "what letters call this person is right, for example "
              "title = \"Verifikator\""},
    {"agency", value_text, TO(agency), .min = 1,
     .right = "the name of an agency as the registry has it is right, for "
              "example agency = \"Dinas Kesehatan\"; left out: this office"},
    {"language", value_choice, TO(language), .words = language_words,
     .right = "\"id\" or \"en\" is right"},
    {"roles", read_roles, TO(roles), .required = true,
     .right = "one or more of \"administrator\", \"verifier\", \"operator\", "
              "\"oversight\", \"superior\", \"echelon-2\", \"secretariat\", "
              "\"head\", \"division-head\", \"section-officer\", "
              "\"complaint-officer\", \"complaint-official\", \"leadership\" "
              "are right, for example roles = [\"verifier\"]"},
    {"addresses", read_addresses, WHOLE, .required = true,
     .right = "one to eight mail addresses are right, for example "
              "addresses = [\"siti@kota.example\"]"},
    {"smime", read_pins, WHOLE,
     .right = "up to four files in PEM are right, each his own certificate "
              "for mail, for example smime = [\"siti.pem\"], or [] for none"},
    {"delegates", read_delegates, WHOLE,
     .right = "whose mail counts as his is right, for example delegates = "
              "[\"sekretaris@kota.example\"]"},
    {"grant.date", value_date, TO(grant.date), .min = 1,
     .required_in_group = true,
     .right = "the day from which the grant holds is right, for example date "
              "= \"2026-01-05\""},
    {"grant.by", value_text, TO(grant.by), .min = 1, .required_in_group = true,
     .right = "who granted it is right, for example by = \"Kepala Dinas\""},
    {"grant.sops", read_sops, TO(grant), .required_in_group = true,
     .right = "the numbers of the SOPs he masters are right, for example sops "
              "= [\"088.13\"], or [\"*\"] for every one"},
    {"grant.abilities", read_abilities, TO(grant.abilities),
     .right = "a list of \"registration\", \"signing\", \"issuing\", "
              "\"procedures\" is right"},
    {"grant.education", read_education, TO(grant.education),
     .right = "\"SMA\", \"D3\", \"D4\", \"S1\", \"S2\" or \"S3\" is right"},
    {"powers.examine", read_power, TO(powers[POWER_EXAMINE]),
     .right = POWER_RIGHT},
    {"powers.approve", read_power, TO(powers[POWER_APPROVE]),
     .right = POWER_RIGHT},
    {"powers.reject", read_power, TO(powers[POWER_REJECT]),
     .right = POWER_RIGHT},
    {"affiliation", read_affiliation, TO(affiliation),
     .right = "\"bsre\" or \"agency\" is right"},
    {"deputy", value_word, TO(deputy), .min = 1,
     .right = "the id of somebody else in this file is right, for example "
              "deputy = \"siti\""},
    {"absent", read_absent, WHOLE,
     .right = "days are right, for example absent = ( { from = "
              "\"2026-12-01\"; to = \"2026-12-05\"; } )"},
};

/* ---- what no single key can tell ---------------------------------------- */

/* A title alone never made somebody competent: "*" stands by itself, so that
 * nobody reads a list and overlooks it. */
static int check_grant(const struct source *s, const config_setting_t *group,
                       const char *base, const struct officer *o,
                       struct err *e) {
    const config_setting_t *grant = config_setting_get_member(group, "grant");

    for (size_t i = 0; i < o->grant.sop_count; i++) {
        if (o->grant.sop_count > 1 && strcmp(o->grant.sops[i], "*") == 0) {
            return err_set(e, ERR_SETUP,
                           "%s:%u: %sgrant.sops has \"*\" beside others; "
                           "[\"*\"] alone is every SOP",
                           s->name, config_setting_source_line(grant), base);
        }
    }
    return 0;
}

/* REV-13, REV-14: these say what an operator is. */
static int check_operator(const struct source *s, const config_setting_t *group,
                          const char *base, const struct officer *o,
                          struct err *e) {
    static const char *const keys[] = {"powers", "affiliation"};

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const config_setting_t *at = config_setting_get_member(group, keys[i]);

        if (at != NULL && !o->roles[ROLE_OPERATOR]) {
            return err_set(e, ERR_SETUP,
                           "%s:%u: %s%s is for the role \"operator\" only; "
                           "leave it out, or add the role",
                           s->name, config_setting_source_line(at), base,
                           keys[i]);
        }
    }
    if (o->affiliation == AFFILIATION_AGENCY && o->agency[0] == '\0') {
        return err_set(e, ERR_SETUP,
                       "%s:%u: %saffiliation is \"agency\", and there is no "
                       "agency; an operator of an agency acts for that one "
                       "only (REV-14): give agency = \"...\"",
                       s->name,
                       config_setting_source_line(
                           config_setting_get_member(group, "affiliation")),
                       base);
    }
    return 0;
}

int officer_read(const struct source *s, const config_setting_t *group,
                 const char *base, struct officer *o, struct err *e) {
    bool all = config_setting_get_member(group, "powers") == NULL;

    for (int p = 0; p < POWER__MAX; p++) {
        for (int over = 0; over < OVER__MAX; over++) {
            o->powers[p][over] = all;
        }
    }
    if (reader_read(s, group, base, officer_keys,
                    sizeof officer_keys / sizeof officer_keys[0], o, e) != 0) {
        return -1;
    }
    o->grant.present = config_setting_get_member(group, "grant") != NULL;
    return check_grant(s, group, base, o, e) != 0
               ? -1
               : check_operator(s, group, base, o, e);
}
