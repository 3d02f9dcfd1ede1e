/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The case sheet, section by section in the order of the page.  Used by
 * `loketctl case print`.
 *
 * Every value goes through html_text(): names, file names and reasons are
 * strangers' text.  What is not done is said first and plainly.
 */
#include "ctl/sheet.h"

#include "ctl/page.h"
#include "ctl/sheet_steps.h"

#include <stddef.h>

/* ---- sections ----------------------------------------------------------- */

static void write_procedure(const struct page *s) {
    const json_t *r = s->record, *sop = list_at(s, "sop");

    page_section(s, "procedure");
    page_raw(s, "<table class=\"facts\"><tbody>\n");
    page_fact(s, "case", r, "number");
    page_fact_coded(s, "state", "state", r, "state");
    page_fact_time(s, "halted-since", r, "halted");
    page_fact(s, "service", sop,
              s->language == LANGUAGE_EN ? "title_en" : "title");
    page_fact(s, "sop", sop, "number");
    page_fact(s, "sop_version", sop, "sop_version");
    page_fact(s, "version", sop, "version");
    page_open_fact(s, "effective");
    if (text_at(sop, "effective")[0] != '\0') {
        page_date(s, text_at(sop, "effective"));
    } else {
        page_word(s, "effective-unknown");
    }
    page_close_fact(s);
    page_fact_time(s, "opened", r, "opened");
    page_fact_time(s, "clock_starts", r, "clock_starts");
    page_fact_time(s, "due", r, "due");
    page_fact_time(s, "closed", r, "closed");
    page_fact_number(s, "revision", r, "revision");
    page_fact(s, "previous_case", r, "previous_case");
    page_fact(s, "next_case", r, "next_case");
    page_raw(s, "</tbody></table>\n");
    page_section_end(s);
}

static void write_applicant(const struct page *s) {
    const json_t *p = list_at(s, "person");

    page_section(s, "applicant");
    page_raw(s, "<table class=\"facts\"><tbody>\n");
    page_fact(s, "name", p, "name");
    page_fact(s, "nip", p, "nip");
    page_fact(s, "nik", p, "nik");
    page_fact(s, "agency", p, "agency");
    page_fact(s, "recipient", s->record, "recipient");
    page_raw(s, "</tbody></table>\n");
    page_section_end(s);
}

static void write_key(const struct page *s, const json_t *o) {
    page_raw(s, "<br><span class=\"utc\">");
    page_text(s, text_at(o, "subject"));
    page_raw(s, ", ");
    page_text(s, text_at(o, "key_type"));
    fprintf(s->out, ", %" JSON_INTEGER_FORMAT " bit; ",
            number_at(o, "key_bits"));
    page_word(s, "digest-of-key");
    page_raw(s, "</span> ");
    page_digest(s, text_at(o, "spki"));
}

/* What a program read in it: strangers' text, which decided nothing. */
static void write_reading(const struct page *s, const json_t *o) {
    static const struct {
        const char *key, *word;
    } rows[] = {{"read_name", "name"},      {"read_nip", "nip"},
                {"read_nik", "nik"},        {"read_agency", "agency"},
                {"read_position", "position"}, {"read_number", "letter-number"},
                {"read_date", "letter-date"},  {"read_serial", "serial"},
                {"read_signer", "signed-by"},  {"read_plea", "reason"}};
    bool first = true;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (text_at(o, rows[i].key)[0] == '\0') {
            continue;
        }
        page_raw(s, first ? "<br><span class=\"utc\">" : "; ");
        page_word(s, rows[i].word);
        page_raw(s, ": <bdi>");
        if (strcmp(rows[i].key, "read_plea") == 0) {
            page_coded(s, "plea", text_at(o, rows[i].key));
        } else {
            page_text(s, text_at(o, rows[i].key));
        }
        page_raw(s, "</bdi>");
        first = false;
    }
    page_raw(s, first ? "" : "</span>");
}

static void write_papers(const struct page *s) {
    static const char *const columns[] = {"paper", "file", "digest", "standing",
                                          NULL};
    const json_t *papers = list_at(s, "documents");
    const json_t *o;
    size_t i;

    page_section(s, "papers");
    if (json_array_size(papers) == 0) {
        page_none(s, "none");
        page_section_end(s);
        return;
    }
    page_table(s, "papers", columns);
    json_array_foreach(papers, i, o) {
        page_raw(s, "<tr><td>");
        page_coded(s, "paper", text_at(o, "paper"));
        page_next_cell(s);
        page_raw(s, "<bdi>");
        page_text(s, text_at(o, "name"));
        page_raw(s, "</bdi>");
        write_reading(s, o);
        page_next_cell(s);
        page_digest(s, text_at(o, "sha256"));
        if (text_at(o, "spki")[0] != '\0') {
            write_key(s, o);
        }
        page_next_cell(s);
        fprintf(s->out, "r%" JSON_INTEGER_FORMAT ", ",
                number_at(o, "revision"));
        page_word(s, json_is_true(json_object_get(o, "current")) ? "current"
                                                                 : "replaced");
        if (json_is_true(json_object_get(o, "read_by_eye"))) {
            page_raw(s, ", ");
            page_word(s, "by-eye");
        }
        page_raw(s, "</td></tr>\n");
    }
    page_table_end(s);
    page_section_end(s);
}

static void write_letters(const struct page *s) {
    static const char *const columns[] = {"when", "letter", "to", "delivery",
                                          NULL};
    const json_t *letters = list_at(s, "letters");
    const json_t *o;
    size_t i;

    page_section(s, "letters");
    if (json_array_size(letters) == 0) {
        page_none(s, "none");
        page_section_end(s);
        return;
    }
    page_table(s, "letters", columns);
    json_array_foreach(letters, i, o) {
        page_raw(s, "<tr><td>");
        page_short_time(s, text_at(o, "queued"));
        page_next_cell(s);
        page_coded(s, "letter", text_at(o, "letter"));
        page_next_cell(s);
        page_text(s, text_at(o, "to"));
        page_next_cell(s);
        page_coded(s, "delivery", text_at(o, "state"));
        if (text_at(o, "closed")[0] != '\0') {
            page_raw(s, ", ");
            page_short_time(s, text_at(o, "closed"));
        }
        if (text_at(o, "came_back")[0] != '\0') {
            page_raw(s, "; ");
            page_word(s, "came-back");
            page_raw(s, " ");
            page_text(s, text_at(o, "came_back_status"));
            page_raw(s, ", ");
            page_short_time(s, text_at(o, "came_back"));
        }
        page_raw(s, "</td></tr>\n");
    }
    page_table_end(s);
    page_section_end(s);
}

static void write_events(const struct page *s) {
    static const char *const columns[] = {"when",  "utc",   "actor",
                                          "event", "audit", NULL};
    const json_t *events = list_at(s, "events");
    const json_t *o;
    size_t i;

    page_section(s, "events");
    page_table(s, "events", columns);
    json_array_foreach(events, i, o) {
        page_raw(s, "<tr><td>");
        page_short_time(s, text_at(o, "at"));
        page_next_cell(s);
        page_text(s, text_at(o, "at"));
        page_next_cell(s);
        page_person(s, o, "actor");
        page_next_cell(s);
        page_coded(s, "event", text_at(o, "kind"));
        page_raw(s, " &rarr; ");
        page_coded(s, "state", text_at(o, "state"));
        fprintf(s->out, ", r%" JSON_INTEGER_FORMAT, number_at(o, "revision"));
        if (text_at(o, "detail")[0] != '\0') {
            page_raw(s, "<br><span class=\"utc\"><bdi>");
            page_text(s, text_at(o, "detail"));
            page_raw(s, "</bdi></span>");
        }
        page_next_cell(s);
        fprintf(s->out, "%" JSON_INTEGER_FORMAT "</td></tr>\n",
                number_at(o, "audit"));
    }
    page_table_end(s);
    page_raw(s, "<p class=\"none\">");
    page_word(s, "chain-hint");
    page_raw(s, "</p>\n");
    page_section_end(s);
}

static void write_outputs(const struct page *s) {
    static const char *const columns[] = {"output", "file", "digest", NULL};
    const json_t *outputs = list_at(s, "outputs");
    const json_t *o;
    size_t i;

    page_section(s, "outputs");
    page_table(s, "outputs", columns);
    json_array_foreach(outputs, i, o) {
        page_raw(s, "<tr><td>");
        page_coded(s, "output", text_at(o, "what"));
        page_next_cell(s);
        page_text(s, text_at(o, "file"));
        page_next_cell(s);
        page_digest(s, text_at(o, "sha256"));
        page_raw(s, "</td></tr>\n");
    }
    page_table_end(s);
    page_raw(s, "<p class=\"none\">");
    page_word(s, "save-hint");
    page_raw(s, " ");
    page_text(s, text_at(s->record, "number"));
    page_raw(s, "</p>\n");
    page_section_end(s);
}

static void signature(const struct page *s, const json_t *approval) {
    page_raw(s, "<div class=\"sign\"><p>");
    page_word(s, approval != NULL ? "approves" : "office-copy");
    page_raw(s, "</p><p class=\"line\"></p><p>");
    if (approval != NULL) {
        page_person(s, approval, "person");
    } else {
        page_word(s, "officer");
        page_raw(s, ":");
    }
    page_raw(s, "</p><p>");
    page_word(s, "date");
    page_raw(s, ":</p></div>\n");
}

static void write_signatures(const struct page *s) {
    const json_t *approvals = list_at(s, "approvals");
    const json_t *o;
    size_t i;

    page_raw(s, "<section class=\"signatures\">\n<h2>");
    page_word(s, "signatures");
    page_raw(s, "</h2>\n<div class=\"signs\">\n");
    json_array_foreach(approvals, i, o) {
        if (word_is(o, "state", "stands")) {
            signature(s, o);
        }
    }
    signature(s, NULL);
    page_raw(s, "</div>\n");
    page_section_end(s);
}

/* ---- the page ----------------------------------------------------------- */

static const char style[] =
    "@page { size: A4; margin: 16mm 15mm 18mm 15mm;"
    " @bottom-right { content: counter(page) \" / \" counter(pages);"
    " font: 8pt sans-serif; } }\n"
    "* { box-sizing: border-box; }\n"
    "body { font: 10pt/1.35 'Liberation Sans', Arial, Helvetica, sans-serif;"
    " color: #111; max-width: 180mm; margin: 8mm auto; }\n"
    "header { border-bottom: 2.5pt double #111; padding-bottom: 6pt;"
    " margin-bottom: 8pt; }\n"
    "header p { margin: 0; }\n"
    ".office { font-size: 12pt; font-weight: bold; }\n"
    "h1 { font-size: 16pt; margin: 8pt 0 0 0; }\n"
    "h2 { font-size: 11pt; margin: 12pt 0 4pt 0; border-bottom: 0.5pt solid"
    " #888; break-after: avoid; }\n"
    "table { border-collapse: collapse; width: 100%; }\n"
    "th, td { text-align: left; vertical-align: top; padding: 2pt 5pt 2pt 0;"
    " overflow-wrap: anywhere; }\n"
    "tr { break-inside: avoid; }\n"
    ".facts th { width: 45mm; font-weight: normal; color: #444; }\n"
    ".list { table-layout: fixed; font-size: 8.5pt; }\n"
    ".list th { border-bottom: 0.75pt solid #111; font-size: 8.5pt; }\n"
    ".list td { border-bottom: 0.25pt solid #bbb; }\n"
    ".papers th:nth-child(1) { width: 32mm; }"
    " .papers th:nth-child(2) { width: 42mm; }"
    " .papers th:nth-child(4) { width: 28mm; }\n"
    ".decisions th:nth-child(1), .letters th:nth-child(1),"
    " .events th:nth-child(1) { width: 33mm; }\n"
    ".decisions th:nth-child(2) { width: 38mm; }"
    " .decisions th:nth-child(4) { width: 42mm; }\n"
    ".times th:nth-child(n+2):nth-child(-n+3) { width: 33mm; }"
    " .times th:nth-child(n+4) { width: 17mm; }\n"
    ".letters th:nth-child(4) { width: 52mm; }\n"
    ".events th:nth-child(2) { width: 37mm; }"
    " .events th:nth-child(3) { width: 36mm; }"
    " .events th:nth-child(5) { width: 16mm; }\n"
    ".outputs th:nth-child(1) { width: 34mm; }"
    " .outputs th:nth-child(2) { width: 47mm; }\n"
    "code { font: 7pt 'Liberation Mono', 'Courier New', monospace; }\n"
    ".utc { color: #555; font-size: 8pt; }\n"
    ".none { color: #444; font-size: 9pt; margin: 3pt 0; }\n"
    ".pending { border: 1pt solid #111; padding: 0 8pt 4pt 8pt; break-inside:"
    " avoid; }\n"
    ".pending h2 { margin-top: 6pt; border: 0; }\n"
    ".pending ul { margin: 2pt 0 4pt 0; padding-left: 14pt; }\n"
    ".signatures { break-inside: avoid; }\n"
    ".signs { display: flex; flex-wrap: wrap; gap: 12mm; }\n"
    ".sign { width: 70mm; } .sign p { margin: 2pt 0; }\n"
    ".line { height: 18mm; border-bottom: 0.75pt solid #111; }\n"
    "footer { margin-top: 12pt; border-top: 0.5pt solid #888; font-size: 8pt;"
    " color: #444; }\n"
    "@media print { body { margin: 0; max-width: none; } }\n";

static void write_head(const struct page *s) {
    const json_t *office = list_at(s, "office");

    fprintf(s->out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n",
            language_name(s->language));
    page_raw(
        s, "<meta charset=\"utf-8\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src"
           " 'none'; style-src 'unsafe-inline'\">\n<title>");
    page_word(s, "title");
    page_raw(s, " ");
    page_text(s, text_at(s->record, "number"));
    page_raw(s, "</title>\n<style>\n");
    page_raw(s, style);
    page_raw(s, "</style>\n</head>\n<body>\n<header>\n<p class=\"office\">");
    page_text(s, text_at(office, "name"));
    page_raw(s, "</p>\n<p>");
    page_text(s, text_at(office, "unit"));
    page_raw(s, "</p>\n<h1>");
    page_word(s, "title");
    page_raw(s, " ");
    page_text(s, text_at(s->record, "number"));
    page_raw(s, "</h1>\n</header>\n");
}

static void write_foot(const struct page *s) {
    page_raw(s, "<footer><p>");
    page_word(s, "printed");
    page_raw(s, " ");
    page_time(s, text_at(s->record, "printed"));
    page_raw(s, ".</p></footer>\n</body>\n</html>\n");
}

enum language sheet_office_language(const json_t *record) {
    const json_t *office = json_object_get(record, "office");

    return word_is(office, "language", language_name(LANGUAGE_EN))
               ? LANGUAGE_EN
               : LANGUAGE_ID;
}

void sheet_write(FILE *out, const json_t *record, enum language language) {
    static void (*const parts[])(const struct page *) = {write_head,
                                                         steps_write_pending,
                                                         write_procedure,
                                                         write_applicant,
                                                         write_papers,
                                                         steps_write_decisions,
                                                         steps_write_revocation,
                                                         steps_write_issuance,
                                                         steps_write_times,
                                                         write_letters,
                                                         write_events,
                                                         write_outputs,
                                                         write_signatures,
                                                         write_foot};
    const json_t *office = json_object_get(record, "office");
    const struct page s = {.out = out,
                           .language = language,
                           .record = record,
                           .zone_min = (int)number_at(office, "zone_min"),
                           .zone = text_at(office, "zone")};

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        parts[i](&s);
    }
}
