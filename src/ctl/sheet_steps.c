/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The case sheet's sections about what people and the CA did: what is not done
 * yet, who was asked and decided, revocation, issuance.  Used by sheet.c.
 */
#include "ctl/sheet_steps.h"

#include <stddef.h>

static const json_t *order_of(const struct page *s, const char *kind) {
    const json_t *orders = list_at(s, "orders");
    const json_t *o;
    size_t i;

    json_array_foreach(orders, i, o) {
        if (word_is(o, "kind", kind)) {
            return o;
        }
    }
    return NULL;
}

/* ---- what is not done --------------------------------------------------- */

static void open_item(const struct page *s, const char *name) {
    page_raw(s, "<li>");
    page_word(s, name);
}

static void close_item(const struct page *s) {
    page_raw(s, "</li>\n");
}

static void pending_order(const struct page *s, const char *kind,
                          const char *name) {
    const json_t *o = order_of(s, kind);

    if (o != NULL && word_is(o, "state", "done")) {
        return;
    }
    open_item(s, name);
    if (o != NULL) {
        page_raw(s, " (");
        page_coded(s, "order", text_at(o, "state"));
        page_raw(s, ")");
    }
    if (o != NULL && text_at(o, "trouble")[0] != '\0') {
        page_raw(s, " &ndash; <bdi>");
        page_text(s, text_at(o, "trouble"));
        page_raw(s, "</bdi>");
    }
    page_raw(s, ".");
    close_item(s);
}

static size_t pending_questions(const struct page *s) {
    const json_t *questions = list_at(s, "questions");
    size_t i, count = 0;
    const json_t *o;

    json_array_foreach(questions, i, o) {
        if (word_is(o, "state", "open")) {
            open_item(s, "waits-for");
            page_raw(s, " ");
            page_person(s, o, "person");
            page_raw(s, " (");
            page_coded(s, "step", text_at(o, "asked_for"));
            page_raw(s, "), ");
            page_word(s, "until");
            page_raw(s, " ");
            page_time(s, text_at(o, "until"));
            close_item(s);
            count++;
        }
    }
    return count;
}

/* NULL: it is where it should be, for all we know.  What came back and was sent
 * again is its copy's business. */
static const char *trouble_of(const json_t *letter) {
    if (word_is(letter, "state", "queued")) {
        return "letter-queued";
    }
    if (json_integer_value(json_object_get(letter, "resent_as")) != 0) {
        return NULL;
    }
    return text_at(letter, "came_back")[0] != '\0' ? "letter-came-back"
           : word_is(letter, "state", "failed")    ? "letter-failed"
                                                   : NULL;
}

static size_t pending_letters(const struct page *s) {
    const json_t *letters = list_at(s, "letters");
    size_t i, count = 0;
    const json_t *o;

    json_array_foreach(letters, i, o) {
        const char *trouble = trouble_of(o);

        if (trouble == NULL) {
            continue;
        }
        open_item(s, trouble);
        page_raw(s, " ");
        page_coded(s, "letter", text_at(o, "letter"));
        page_raw(s, ", <bdi>");
        page_text(s, text_at(o, "to"));
        page_raw(s, "</bdi>");
        if (text_at(o, "came_back")[0] != '\0') {
            page_raw(s, ", ");
            page_text(s, text_at(o, "came_back_status"));
            page_raw(s, " ");
            page_time(s, text_at(o, "came_back"));
        }
        close_item(s);
        count++;
    }
    return count;
}

static bool stands(const json_t *approvals) {
    const json_t *o;
    size_t i;

    json_array_foreach(approvals, i, o) {
        if (word_is(o, "state", "stands")) {
            return true;
        }
    }
    return false;
}

static void pending_steps(const struct page *s) {
    if (word_is(s->record, "state", "incomplete")) {
        open_item(s, "not-complete");
        close_item(s);
    }
    if (!stands(list_at(s, "approvals"))) {
        open_item(s, "not-decided");
        close_item(s);
    }
    pending_order(s, "revoke", "not-revoked");
    pending_order(s, "issue", "not-issued");
}

void steps_write_pending(const struct page *s) {
    const json_t *r = s->record;
    bool completed = word_is(r, "state", "completed");
    size_t count;

    page_raw(s, "<section class=\"pending\">\n<h2>");
    page_word(s, "pending");
    page_raw(s, "</h2>\n<ul>\n");
    if (word_is(r, "state", "rejected")) {
        open_item(s, "closed-rejected");
        close_item(s);
    } else if (word_is(r, "state", "stopped")) {
        open_item(s, "closed-stopped");
        close_item(s);
    } else if (word_is(r, "state", "lapsed")) {
        open_item(s, "closed-lapsed");
        close_item(s);
    }
    if (!completed && !word_is(r, "state", "rejected") &&
        !word_is(r, "state", "lapsed")) {
        pending_steps(s);
    }
    count = pending_questions(s) + pending_letters(s);
    if (completed && count == 0) {
        open_item(s, "all-done");
        close_item(s);
    }
    page_raw(s, "</ul>\n");
    page_section_end(s);
}

/* ---- who decided what --------------------------------------------------- */

static void write_question(const struct page *s, const json_t *o) {
    page_raw(s, "<tr><td>");
    page_short_time(s, text_at(o, "since"));
    page_next_cell(s);
    page_person(s, o, "person");
    page_next_cell(s);
    page_word(s, "asked-word");
    page_raw(s, ": ");
    page_coded(s, "step", text_at(o, "asked_for"));
    fprintf(s->out, ", r%" JSON_INTEGER_FORMAT, number_at(o, "revision"));
    page_next_cell(s);
    page_coded(s, "question", text_at(o, "state"));
    if (text_at(o, "why")[0] != '\0') {
        page_raw(s, ": ");
        page_coded(s, "why", text_at(o, "why"));
    }
    if (text_at(o, "ended")[0] != '\0') {
        page_raw(s, ", ");
        page_short_time(s, text_at(o, "ended"));
    }
    page_raw(s, "</td></tr>\n");
}

static void write_approval(const struct page *s, const json_t *o) {
    page_raw(s, "<tr class=\"decision\"><td>");
    page_short_time(s, text_at(o, "at"));
    page_next_cell(s);
    page_person(s, o, "person");
    page_next_cell(s);
    page_raw(s, "<strong>");
    page_word(s, "approves");
    fprintf(s->out, "</strong>, r%" JSON_INTEGER_FORMAT ", ",
            number_at(o, "revision"));
    page_word(s, "mail");
    fprintf(s->out, " %" JSON_INTEGER_FORMAT "<br>", number_at(o, "mail"));
    page_digest(s, text_at(o, "approved"));
    page_next_cell(s);
    page_coded(s, "approval", text_at(o, "state"));
    page_raw(s, "</td></tr>\n");
}

/* TOLAK, or an administrator's end: the event that closed the case. */
static void write_refusal(const struct page *s) {
    const json_t *events = list_at(s, "events");
    const json_t *o;
    size_t i;

    json_array_foreach(events, i, o) {
        bool rejected = word_is(o, "state", "rejected");

        if (!rejected && !word_is(o, "state", "stopped")) {
            continue;
        }
        page_raw(s, "<tr class=\"decision\"><td>");
        page_short_time(s, text_at(o, "at"));
        page_next_cell(s);
        page_person(s, o, "actor");
        page_next_cell(s);
        page_raw(s, "<strong>");
        page_word(s, rejected ? "rejects" : "ends");
        page_raw(s, "</strong>");
        page_next_cell(s);
        page_raw(s, "<bdi>");
        page_text(s, text_at(o, "detail"));
        page_raw(s, "</bdi></td></tr>\n");
        return;
    }
}

void steps_write_decisions(const struct page *s) {
    static const char *const columns[] = {"when", "who", "what", "standing",
                                          NULL};
    const json_t *questions = list_at(s, "questions");
    const json_t *approvals = list_at(s, "approvals");
    const json_t *o;
    size_t i;

    page_section(s, "decisions");
    if (json_array_size(questions) == 0 && json_array_size(approvals) == 0 &&
        !word_is(s->record, "state", "stopped") &&
        !word_is(s->record, "state", "rejected")) {
        page_none(s, "none");
        page_section_end(s);
        return;
    }
    page_table(s, "decisions", columns);
    json_array_foreach(questions, i, o) {
        write_question(s, o);
    }
    json_array_foreach(approvals, i, o) {
        write_approval(s, o);
    }
    write_refusal(s);
    page_table_end(s);
    page_section_end(s);
}

static void write_approvers(const struct page *s, const json_t *order) {
    const json_t *ids = json_object_get(order, "approvers");
    const json_t *id;
    size_t i;

    if (json_array_size(ids) == 0) {
        return;
    }
    page_open_fact(s, "approvers");
    json_array_foreach(ids, i, id) {
        page_raw(s, i > 0 ? ", " : "");
        page_text(s,
                  json_string_value(id) != NULL ? json_string_value(id) : "");
    }
    page_raw(s, " &ndash; ");
    page_word(s, "digest-approved");
    page_raw(s, " ");
    page_digest(s, text_at(order, "approved"));
    page_close_fact(s);
}

static void write_order(const struct page *s, const json_t *o) {
    const char *portal = text_at(list_at(s, "office"), "portal");

    page_fact(s, "order", o, "id");
    page_open_fact(s, "state");
    page_coded(s, "order", text_at(o, "state"));
    page_close_fact(s);
    page_open_fact(s, "executor");
    page_coded(s, "executor", text_at(o, "executor"));
    if (word_is(o, "executor", "operator") && portal[0] != '\0') {
        page_raw(s, " ");
        page_text(s, portal);
    }
    page_close_fact(s);
    write_approvers(s, o);
    page_fact_time(s, "given", o, "given");
    page_fact_number(s, "attempts", o, "attempts");
    page_fact(s, "trouble", o, "trouble");
    page_fact(s, "decided_by", o, "decided_by");
}

void steps_write_revocation(const struct page *s) {
    const json_t *old = list_at(s, "certificate");
    const json_t *o = order_of(s, "revoke");

    page_section(s, "revocation");
    if (old == NULL) {
        page_none(s, "no-certificate");
    }
    page_raw(s, "<table class=\"facts\"><tbody>\n");
    page_fact(s, "serial", old != NULL ? old : o, "serial");
    page_fact(s, "subject", old, "subject");
    page_fact(s, "issuer", old, "issuer");
    if (o != NULL) {
        page_fact_coded(s, "reason", "reason", o, "reason");
        page_fact_coded(s, "crl-reason", "crl", o, "reason");
        page_fact_time(s, "revoked_at", o, "revoked_at");
        page_fact(s, "crl_number", o, "crl_number");
        page_fact_time(s, "crl_this_update", o, "crl_this_update");
        page_fact_digest(s, "crl_sha256", o, "crl_sha256");
        page_fact_coded(s, "evidence", "evidence", o, "evidence");
        write_order(s, o);
    }
    page_raw(s, "</tbody></table>\n");
    if (o == NULL) {
        page_none(s, "no-order");
    }
    page_section_end(s);
}

static void write_validity(const struct page *s, const json_t *o) {
    if (text_at(o, "not_after")[0] != '\0') {
        page_open_fact(s, "validity");
        page_time(s, text_at(o, "not_before"));
        page_raw(s, " ");
        page_word(s, "to-date");
        page_raw(s, " ");
        page_time(s, text_at(o, "not_after"));
        page_close_fact(s);
    }
}

void steps_write_issuance(const struct page *s) {
    const json_t *o = order_of(s, "issue");

    page_section(s, "issuance");
    if (o == NULL) {
        page_none(s, "no-order");
        page_section_end(s);
        return;
    }
    page_raw(s, "<table class=\"facts\"><tbody>\n");
    page_fact(s, "serial", o, "new_serial");
    page_fact(s, "subject", o, "new_subject");
    write_validity(s, o);
    page_fact_digest(s, "certificate_sha256", o, "certificate_sha256");
    page_fact_digest(s, "digest-of-key", o, "spki");
    page_fact_coded(s, "evidence", "evidence", o, "evidence");
    write_order(s, o);
    page_raw(s, "</tbody></table>\n");
    page_section_end(s);
}

/* ---- how long it took (PKL-10) -------------------------------------------- */

static void write_minutes(const struct page *s, const json_t *o,
                          const char *key) {
    const json_t *minutes = json_object_get(o, key);

    if (json_is_integer(minutes)) {
        fprintf(s->out, "%" JSON_INTEGER_FORMAT, json_integer_value(minutes));
    } else {
        page_raw(s, "&ndash;");
    }
}

static void write_when(const struct page *s, const json_t *o,
                       const char *key) {
    if (text_at(o, key)[0] != '\0') {
        page_short_time(s, text_at(o, key));
    } else {
        page_raw(s, "&ndash;");
    }
}

/* What the mail does not show is not invented (contradiction 13). */
static void write_stay(const struct page *s, const json_t *o) {
    const char *title =
        text_at(o, s->language == LANGUAGE_EN ? "title_en" : "title");

    page_raw(s, "<tr><td>");
    if (word_is(o, "kind", "end") && word_is(o, "step", title)) {
        page_coded(s, "state", title); /* it has no title of its own */
    } else {
        page_text(s, title[0] != '\0' ? title : text_at(o, "step"));
    }
    if (text_at(o, "unobserved")[0] != '\0') {
        page_raw(s, "<br><span class=\"utc\">");
        page_word(s, "unobserved");
        page_raw(s, ": ");
        page_text(s, text_at(o, "unobserved"));
        page_raw(s, "</span>");
    } else if (text_at(o, "with")[0] != '\0') {
        page_raw(s, "<br><span class=\"utc\">");
        page_word(s, "unobserved");
        page_raw(s, ": ");
        page_word(s, "done-with");
        page_raw(s, " ");
        page_text(s, text_at(o, "with"));
        page_raw(s, "</span>");
    } else if (text_at(o, "start")[0] == '\0') {
        page_raw(s, "<br><span class=\"utc\">");
        page_word(s, "not-entered");
        page_raw(s, "</span>");
    }
    page_next_cell(s);
    write_when(s, o, "start");
    page_next_cell(s);
    write_when(s, o, "stop");
    page_next_cell(s);
    write_minutes(s, o, "norm");
    page_next_cell(s);
    write_minutes(s, o, "used");
    page_next_cell(s);
    write_minutes(s, o, "waiting");
    page_raw(s, "</td></tr>\n");
}

static void write_totals(const struct page *s) {
    const json_t *norms = list_at(s, "norms");

    page_raw(s, "<tr><td><strong>");
    page_word(s, "total");
    page_raw(s, "</strong><br><span class=\"utc\">");
    page_word(s, "sop-norm");
    page_raw(s, ": ");
    write_minutes(s, norms, "sop_norm");
    page_raw(s, "</span></td><td></td><td>");
    page_next_cell(s);
    write_minutes(s, norms, "norm");
    page_next_cell(s);
    write_minutes(s, norms, "used");
    page_next_cell(s);
    write_minutes(s, norms, "waiting");
    page_raw(s, "</td></tr>\n");
}

void steps_write_times(const struct page *s) {
    static const char *const columns[] = {"step", "start",   "stop", "norm",
                                          "used", "waiting", NULL};
    const json_t *steps = list_at(s, "steps");
    const json_t *o;
    size_t i;

    page_section(s, "times");
    if (json_array_size(steps) == 0) {
        page_none(s, "none");
        page_section_end(s);
        return;
    }
    page_table(s, "times", columns);
    json_array_foreach(steps, i, o) {
        write_stay(s, o);
    }
    write_totals(s);
    page_table_end(s);
    page_raw(s, "<p class=\"none\">");
    page_word(s, "times-hint");
    page_raw(s, "</p>\n");
    page_section_end(s);
}
