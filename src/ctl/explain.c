/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `loketctl workflow explain` says, in both languages.  Decides and
 * computes nothing: everything comes from the engine's answer.
 */
#include "ctl/explain.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/text.h"
#include "ctl/page.h"
#include "ctl/sheet_words.h"

#include <string.h>

enum { TEXT = 512 };

struct telling {
    FILE *out;
    enum language language;
    int zone_min;
    const char *zone;
    /* Days that were told of already: [from, until). */
    usec_t told_from, told_until;
};

static const char *pick(const struct telling *t, const char *indonesian,
                        const char *english) {
    return t->language == LANGUAGE_EN ? english : indonesian;
}

/* A number between words. */
static void say_number(const struct telling *t, const char *before,
                       json_int_t n, const char *after) {
    fprintf(t->out, "%s%" JSON_INTEGER_FORMAT "%s", before, n, after);
}

static void say_text(const struct telling *t, const char *text) {
    char safe[TEXT];

    text_escape(safe, sizeof safe, text);
    fputs(safe, t->out);
}

/* The word for PREFIX-CODE, or the code. */
static void say_coded(const struct telling *t, const char *prefix,
                      const char *code) {
    char name[2 * LIMIT_WORD];
    const char *word;

    snprintf(name, sizeof name, "%s-%s", prefix, code);
    word = sheet_word(t->language, name);
    say_text(t, word != NULL ? word : code);
}

static usec_t moment(const json_t *o, const char *key) {
    usec_t when = 0;

    return clock_from_iso(text_at(o, key), 0, &when) == 0 ? when : 0;
}

/* "Senin 2026-11-23" */
static void say_day(const struct telling *t, usec_t when) {
    struct civil c = civil_from(when, t->zone_min);

    fprintf(t->out, "%s %04d-%02d-%02d",
            date_weekday_name(c.weekday, t->language == LANGUAGE_EN), c.year,
            c.month, c.day);
}

/* "Senin 2026-11-23 08.30 WIB" */
static void say_time(const struct telling *t, usec_t when) {
    struct civil c = civil_from(when, t->zone_min);

    if (when == 0) {
        fputs(pick(t, "tidak dapat dihitung", "not computable"), t->out);
        return;
    }
    say_day(t, when);
    fprintf(t->out, " %02d.%02d %s", c.hour, c.minute, t->zone);
}

static void say_person(const struct telling *t, const json_t *o,
                       const char *key) {
    char name[LIMIT_WORD], title[LIMIT_WORD];

    snprintf(name, sizeof name, "%s_name", key);
    snprintf(title, sizeof title, "%s_title", key);
    if (text_at(o, name)[0] == '\0') {
        say_coded(t, "actor", text_at(o, key));
        return;
    }
    say_text(t, text_at(o, name));
    if (text_at(o, title)[0] != '\0') {
        fputs(" (", t->out);
        say_text(t, text_at(o, title));
        fputc(')', t->out);
    }
}

/* ---- why here ------------------------------------------------------------- */

static void say_where(const struct telling *t, const json_t *answer) {
    const json_t *step = json_object_get(answer, "step");
    const char *title = text_at(step, pick(t, "title", "title_en"));

    say_text(t, text_at(answer, "number"));
    fputs(pick(t, " berada pada langkah \"", " stands in step \""), t->out);
    say_text(t, text_at(step, "name"));
    fputc('"', t->out);
    if (title[0] != '\0') {
        fputs(" (", t->out);
        say_text(t, title);
        fputc(')', t->out);
    }
    fputs(pick(t, " sejak ", " since "), t->out);
    say_time(t, moment(step, "since"));
    fputs(".\n", t->out);
    fprintf(t->out, "  %s: ", pick(t, "keadaan", "state"));
    say_coded(t, "state", text_at(answer, "state"));
    if (moment(answer, "halted") != 0) {
        fprintf(t->out, ", %s ", sheet_word(t->language, "halted-since"));
        say_time(t, moment(answer, "halted"));
    }
    fprintf(t->out, "; %s ", pick(t, "prosedur", "procedure"));
    say_text(t, text_at(answer, "workflow"));
    fputc(' ', t->out);
    say_text(t, text_at(answer, "workflow_version"));
    fputs(", SOP ", t->out);
    say_text(t, text_at(answer, "sop"));
    fprintf(t->out, ", %s %" JSON_INTEGER_FORMAT "\n",
            pick(t, "putaran", "round"), number_at(step, "round"));
}

static void say_last(const struct telling *t, const json_t *answer) {
    const json_t *o = json_object_get(answer, "last");

    if (text_at(o, "at")[0] == '\0') {
        return;
    }
    fprintf(t->out, "%s: ", pick(t, "Perpindahan terakhir", "Last transition"));
    say_time(t, moment(o, "at"));
    fputs(", ", t->out);
    if (text_at(o, "from")[0] != '\0') {
        fprintf(t->out, "%s -> %s, ", text_at(o, "from"), text_at(o, "to"));
    }
    say_coded(t, "event", text_at(o, "kind"));
    fputs(pick(t, ", oleh ", ", by "), t->out);
    say_person(t, o, "actor");
    if (text_at(o, "detail")[0] != '\0') {
        fputs("\n  ", t->out);
        say_text(t, text_at(o, "detail"));
    }
    fputc('\n', t->out);
}

/* ---- who is awaited ------------------------------------------------------- */

static void say_awaited(const struct telling *t, const json_t *o) {
    fputs("  ", t->out);
    say_person(t, o, "person");
    if (text_at(o, "for_whom")[0] != '\0') {
        fputs(pick(t, ", menggantikan ", ", in the stead of "), t->out);
        say_person(t, o, "for_whom");
    }
    fputs(": ", t->out);
    if (word_is(o, "asked_for", "papers")) {
        fputs(pick(t, "berkas yang belum lengkap", "the papers still missing"),
              t->out);
    } else {
        say_coded(t, "step", text_at(o, "asked_for"));
    }
    if (text_at(o, "trouble")[0] != '\0') {
        fputs(" (", t->out);
        say_text(t, text_at(o, "trouble"));
        fputc(')', t->out);
    }
    if (text_at(o, "next_try")[0] != '\0') {
        fputs(pick(t, "; dilihat lagi ", "; looked at again "), t->out);
        say_time(t, moment(o, "next_try"));
    }
    if (text_at(o, "until")[0] != '\0') {
        fputs(pick(t, "; ditanya ", "; asked "), t->out);
        say_time(t, moment(o, "since"));
        fputs(pick(t, ",\n    pertanyaan berlaku sampai ",
                   ",\n    the question is good until "),
              t->out);
        say_time(t, moment(o, "until"));
        say_number(t, " (", number_at(o, "hours"),
                   pick(t, " jam, bukan waktu kantor)",
                        " hours of any clock)"));
    }
    fputc('\n', t->out);
}

static void say_everybody(const struct telling *t, const json_t *answer) {
    const json_t *list = json_object_get(answer, "awaited");
    const json_t *o;
    size_t i;

    if (text_at(answer, "closed")[0] != '\0') {
        fputs(pick(t, "Tidak ada yang ditunggu: kasus ditutup ",
                   "Nobody is awaited: the case was closed "), t->out);
        say_time(t, moment(answer, "closed"));
        fputs(".\n", t->out);
        return;
    }
    if (json_array_size(list) == 0) {
        fputs(pick(t, "Tidak ada yang sedang ditanya; lihat `loketctl status`.\n",
                   "Nobody is asked at this moment; see `loketctl status`.\n"),
              t->out);
        return;
    }
    fputs(pick(t, "Yang ditunggu:\n", "Awaited:\n"), t->out);
    json_array_foreach(list, i, o) {
        say_awaited(t, o);
    }
}

/* ---- why that minute ------------------------------------------------------ */

static const struct {
    const char *what, *text[LANGUAGE__MAX];
} whats[] = {
    {"remind", {"yang ditunggu diingatkan", "who is awaited is reminded"}},
    {"escalate", {"pengawas diberi tahu", "the role named hears of it"}},
    {"timeout", {"kasus gugur tanpa kabar", "the applicant's time is over"}},
    {"stalled", {"dilaporkan tersendat", "reported as stalled"}},
    {"due", {"batas waktu layanan", "the service is due"}},
    {"revocation",
     {"pencabutan paling lambat", "the revocation is late"}},
};

static void say_what(const struct telling *t, const char *what) {
    for (size_t i = 0; i < sizeof whats / sizeof whats[0]; i++) {
        if (strcmp(whats[i].what, what) == 0) {
            fputs(whats[i].text[t->language], t->out);
            return;
        }
    }
    fputs(what, t->out);
}

static bool is_part_of_day(const json_t *o) {
    return word_is(o, "why", "hours") || word_is(o, "why", "break");
}

/* A closed day by its name, each on its line. */
static void say_closed_day(const struct telling *t, const json_t *o) {
    usec_t from = moment(o, "from");

    fputs("      ", t->out);
    say_day(t, from);
    if (word_is(o, "why", "holiday")) {
        fputs(pick(t, ": libur, ", ": holiday, "), t->out);
    } else if (word_is(o, "why", "joint-leave")) {
        fputs(pick(t, ": cuti bersama, ", ": joint leave, "), t->out);
    } else if (word_is(o, "why", "unknown")) {
        fputs(pick(t, " dan seterusnya: kalender tahun itu belum ada",
                   " and on: no calendar of that year yet"), t->out);
    } else {
        fputs(pick(t, ": hari tanpa layanan", ": no office hours"), t->out);
    }
    if (!word_is(o, "why", "weekday") && !word_is(o, "why", "unknown")) {
        say_text(t, text_at(o, "name"));
    }
    fputc('\n', t->out);
}

/* Seasons whose hours bear on it, each once: they lie in one piece. */
static void say_seasons(const struct telling *t, const json_t *closed) {
    const char *last = "";
    const json_t *o;
    size_t i;

    json_array_foreach(closed, i, o) {
        const char *name = text_at(o, "name");

        if (is_part_of_day(o) && name[0] != '\0' &&
            strcmp(name, last) != 0) {
            fputs(pick(t, "      jam kerja: ", "      hours of: "), t->out);
            say_text(t, name);
            fputc('\n', t->out);
            last = name;
        }
    }
}

/* Each day once: later moments have most of them in common. */
static void say_closed_days(struct telling *t, const json_t *closed) {
    bool above = false;
    const json_t *o;
    size_t i;

    json_array_foreach(closed, i, o) {
        usec_t from = moment(o, "from");

        if (is_part_of_day(o)) {
            continue;
        }
        if (from < t->told_from || from >= t->told_until) {
            say_closed_day(t, o);
        } else if (!above) {
            above = true;
            fputs(pick(t, "      hari-hari yang disebut di atas\n",
                       "      days named above\n"), t->out);
        }
    }
}

static void note_told(struct telling *t, const json_t *o) {
    usec_t from = moment(o, "from"), at = moment(o, "at");

    if (at == 0 || json_is_true(json_object_get(o, "plain"))) {
        return;
    }
    if (t->told_until == 0) {
        t->told_from = from;
        t->told_until = at;
    } else if (from <= t->told_until && at >= t->told_from) {
        t->told_from = from < t->told_from ? from : t->told_from;
        t->told_until = at > t->told_until ? at : t->told_until;
    }
}

static void say_closed(struct telling *t, const json_t *closed) {
    unsigned nights = 0, breaks = 0, days = 0;
    const json_t *o;
    size_t i;

    json_array_foreach(closed, i, o) {
        nights += word_is(o, "why", "hours");
        breaks += word_is(o, "why", "break");
    }
    days = (unsigned)json_array_size(closed) - nights - breaks;
    if (days + nights + breaks == 0) {
        return;
    }
    fprintf(t->out, "    %s: %u %s, %u %s, %u %s%s\n",
            pick(t, "tidak dihitung", "not counted"), nights,
            pick(t, "kali di luar jam kerja", "times outside hours"), breaks,
            pick(t, "istirahat", "breaks"), days, pick(t, "hari", "days"),
            days > 0 ? ":" : "");
    say_closed_days(t, closed);
    say_seasons(t, closed);
}

static void say_moment(struct telling *t, const json_t *answer,
                       const json_t *o) {
    const json_t *minutes = json_object_get(o, "minutes");

    fputs("  ", t->out);
    say_time(t, moment(o, "at"));
    fputs(": ", t->out);
    say_what(t, text_at(o, "what"));
    fputs("\n    = ", t->out);
    say_time(t, moment(o, "from"));
    if (json_is_true(json_object_get(o, "plain"))) {
        say_number(t, " + ", json_integer_value(minutes) / 60,
                   pick(t, " jam penuh", " hours of any clock"));
    } else if (json_is_integer(minutes)) {
        say_number(t, " + ", json_integer_value(minutes),
                   pick(t, " menit kerja", " office minutes"));
    }
    if (word_is(o, "what", "due")) {
        say_number(t, pick(t, " (akhir jam kerja, ", " (closing time, "),
                   number_at(answer, "due_days"),
                   pick(t, " hari layanan sesudahnya)",
                        " service day(s) after)"));
    }
    fputc('\n', t->out);
    say_closed(t, json_object_get(o, "closed"));
    note_told(t, o);
}

static void say_moments(struct telling *t, const json_t *answer) {
    const json_t *list = json_object_get(answer, "moments");
    const json_t *o;
    size_t i;

    if (json_array_size(list) > 0) {
        fputs(pick(t, "Yang terjadi bila tidak ada kabar, dan mengapa pada "
                      "menit itu:\n",
                   "What comes if nothing is heard, and why that minute:\n"),
              t->out);
    }
    json_array_foreach(list, i, o) {
        say_moment(t, answer, o);
    }
    if (number_at(answer, "left") > 0) {
        say_number(t, pick(t, "Batas waktu berhenti selama pemohon ditunggu; "
                              "sisa ",
                           "The due time rests while the applicant is "
                           "awaited; "),
                   number_at(answer, "left"),
                   pick(t, " menit kerja.\n",
                        " office minutes are left.\n"));
    }
}

void explain_write(FILE *out, const json_t *answer, enum language language) {
    struct telling t = {.out = out,
                        .language = language,
                        .zone_min = (int)number_at(answer, "zone_min"),
                        .zone = text_at(answer, "zone")};

    say_where(&t, answer);
    say_last(&t, answer);
    say_everybody(&t, answer);
    say_moments(&t, answer);
}
