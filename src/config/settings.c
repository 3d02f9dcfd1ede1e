/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loket.conf, and the order in which the configuration folder is read.  Called
 * once at the start of every program, by `loketd --check`, and by the engine
 * to see whether a change holds before all programs are started anew.
 *
 * Never opens a secret: it looks at its mode and leaves it to the program that
 * needs it.
 */
#include "config/settings.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/forms.h"
#include "config/letters.h"
#include "config/people.h"
#include "config/standard.h"
#include "config/timetable.h"
#include "config/values.h"
#include "config/workflows.h"
#include "model/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const language_words[] = {"id", "en", NULL};
static const char *const provider_words[] = {"none", "google", "microsoft",
                                             "own", NULL};
static const char *const place_words[] = {"above", "below", NULL};
static const char *const mode_words[] = {"shared", "dedicated", NULL};
static const char *const drill_words[] = {"off", "offered", "required", NULL};

/* A word of a channel with an @ inside is a mail address, one with :// a web
 * address; "@pkl.diskominfo" is neither. */
static bool is_good_word(const char *word) {
    char address[LIMIT_ADDRESS + 2];
    const char *at = strchr(word, '@');
    size_t skip = text_starts_ci(word, "https://")  ? 8
                  : text_starts_ci(word, "http://") ? 7
                                                    : 0;

    if (strstr(word, "://") != NULL) {
        snprintf(address, sizeof address, "x@%.*s",
                 (int)strcspn(word + skip, "/:?#"), word + skip);
        return skip > 0 && text_is_addr_spec(address);
    }
    return at == NULL || at == word || text_is_addr_spec(word);
}

/* STD-12: a channel that leads nowhere is found before an applicant does. */
static int read_channels(const struct value *v, void *to, struct err *e) {
    char word[LIMIT_ADDRESS];

    if (value_lines(v, to, e) != 0) {
        return -1;
    }
    for (const char *p = to; *p != '\0';) {
        size_t n = strcspn(p, " \n,;()");

        text_copy_n(word, sizeof word, p, n);
        if (n > 0 && word[strlen(word) - 1] == '.') {
            word[strlen(word) - 1] = '\0';
        }
        if (!is_good_word(word)) {
            return value_refuse(v, e,
                                "where \"%.80s\" is no mail or web address",
                                word);
        }
        p += n + (p[n] != '\0');
    }
    return 0;
}

/* Into the whole settings, as the next one. */
static int read_relaxed(const struct value *v, void *to, struct err *e) {
    struct settings *s = to;

    return value_domains(v, s->relaxed, &s->relaxed_count, e);
}

static int read_agency_domains(const struct value *v, void *to,
                               struct err *e) {
    struct settings *s = to;

    return value_domains(v, s->agency_domains, &s->agency_domain_count, e);
}

/* Nobody sets this without having read what it means (V172). */
static const char *const mailbox_warning[] = {
    "whoever can read an officer's mailbox can decide in his name", NULL};

static int read_insecure(const struct value *v, void *to, struct err *e) {
    enum { ACCEPTED } word = ACCEPTED;
    bool *on = to;

    *on = value_choice(v, &word, e) == 0;
    return *on ? 0 : -1;
}

static int read_internal_domains(const struct value *v, void *to,
                                 struct err *e) {
    struct settings *s = to;

    return value_domains(v, s->provider.domains, &s->provider.domain_count, e);
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* Could a line that decides something begin as the pattern does?  It begins
 * with such a word, or with one of those that stand before it. */
static bool may_be_an_answer(const char *start) {
    static const char *const before[] = {"TIDAK ", "BELUM ", "TINDAK "};
    char word[LIMIT_BANNER];
    size_t n = 0;

    while (*start != '\0' && !is_letter(*start)) {
        start++;
    }
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        if (text_starts_ci(start, before[i])) {
            return true;
        }
    }
    for (size_t i = 0; decision_words[i] != NULL; i++) {
        if (text_starts_ci(decision_words[i], start)) {
            return true;
        }
    }
    while (is_letter(start[n])) {
        n++;
    }
    text_copy_n(word, sizeof word, start, n);
    return decision_word_in(word) != NULL;
}

/* What is taken away must not be what somebody decides: a pattern begins with
 * enough of the gateway's own words, before any star. */
static int read_banners(const struct value *v, void *to, struct err *e) {
    enum { LETTERS_MIN = 8 };
    struct settings *s = to;
    int n = value_count(v, LIMIT_BANNERS, e);

    for (int i = 0; i < n; i++) {
        const char *pattern = value_element(v, i, LIMIT_BANNER, e);
        char start[LIMIT_BANNER];
        size_t letters = 0;

        if (pattern == NULL) {
            return -1;
        }
        text_copy_n(start, sizeof start, pattern, strcspn(pattern, "*"));
        for (const char *p = start; *p != '\0'; p++) {
            letters += is_letter(*p);
        }
        if (letters < LETTERS_MIN) {
            return value_refuse(v, e, "where \"%.80s\" has fewer than %d "
                                      "letters before its first star, and may "
                                      "take away what a person wrote",
                                pattern, LETTERS_MIN);
        }
        if (may_be_an_answer(start)) {
            return value_refuse(v, e, "where \"%.80s\" may be an answer of a "
                                      "person", pattern);
        }
        text_copy(s->banners[i], LIMIT_BANNER, pattern);
    }
    s->banner_count = n > 0 ? (size_t)n : 0;
    return n < 0 ? -1 : 0;
}

/* A folder of the server: printable ASCII, so that no IMAP literal or modified
 * UTF-7 is needed. */
static int read_folder(const struct value *v, void *to, struct err *e) {
    if (value_text(v, to, e) != 0) {
        return -1;
    }
    for (const char *p = to; *p != '\0'; p++) {
        if (*p < 0x20 || *p > 0x7e || strchr("\"\\*%&{", *p) != NULL) {
            return value_wrong(v, e);
        }
    }
    return 0;
}

/* RFC 8314 3: TLS from the first byte.  What speaks in the clear first would
 * only time out, with no word about why. */
static int read_port(const struct value *v, void *to, struct err *e) {
    const uint16_t *port = to;

    if (value_port(v, to, e) != 0) {
        return -1;
    }
    if (*port == 25 || *port == 143 || *port == 587) {
        return value_refuse(v, e, "where servers begin without encryption "
                                  "(STARTTLS); Loket speaks TLS from the "
                                  "first byte");
    }
    return 0;
}

/* INT-7: RSA keys are measured in whole bytes. */
static int read_rsa_min(const struct value *v, void *to, struct err *e) {
    const unsigned *bits = to;

    if (value_number(v, to, e) != 0) {
        return -1;
    }
    return *bits % 8 == 0 ? 0 : value_wrong(v, e);
}

static int read_exponent_min(const struct value *v, void *to, struct err *e) {
    const unsigned *exponent = to;

    if (value_number(v, to, e) != 0) {
        return -1;
    }
    return *exponent % 2 == 1 ? 0 : value_wrong(v, e);
}

static const char *name_of_curve(int c) {
    return curve_name((enum curve)c);
}

static int read_curves(const struct value *v, void *to, struct err *e) {
    bool curves[CURVE__MAX] = {false};

    if (value_members(v, CURVE__MAX, name_of_curve, "curve that INT-7 allows",
                      curves, e) != 0) {
        return -1;
    }
    memcpy(to, curves, sizeof curves);
    return 0;
}

/* What is in it is read by config/blacklist.c. */
static int read_blacklist(const struct value *v, void *to, struct err *e) {
    const char *said = config_setting_get_string(v->setting);
    struct stat st;

    if (said != NULL && *said == '\0') {
        return 0;
    }
    if (value_path(v, to, e) != 0) {
        return -1;
    }
    return stat(to, &st) == 0 && S_ISDIR(st.st_mode)
               ? 0
               : value_refuse(v, e, "which is no folder");
}

/* Certificates in PEM, as a parser child will want them; what is in them is
 * for that child to say. */
static int read_issuer(const struct value *v, void *to, struct err *e) {
    struct err why = ERR_INIT;
    bool has_certificate, has_key;
    char *text;

    if (value_file(v, to, e) != 0) {
        return -1;
    }
    if (io_read_file(to, LIMIT_CERTIFICATE, &text, NULL, &why) != 0) {
        return value_refuse(v, e, "which cannot be used (%.160s)", why.text);
    }
    has_certificate = strstr(text, "-----BEGIN CERTIFICATE-----") != NULL;
    has_key = strstr(text, "PRIVATE KEY-----") != NULL;
    free(text);
    if (has_key) {
        return value_refuse(v, e, "a file with a private key in it");
    }
    if (!has_certificate) {
        return value_refuse(v, e, "a file without a certificate in PEM");
    }
    return 0;
}

/* The same, or nobody is trusted to have signed. */
static int read_anchors(const struct value *v, void *to, struct err *e) {
    const char *path = to;

    if (value_file(v, to, e) != 0) {
        return -1;
    }
    return path[0] == '\0' ? 0 : read_issuer(v, to, e);
}

/* PEM or DER: what it says, a parser child reads, each time. */
static int read_mail_crl(const struct value *v, void *to, struct err *e) {
    struct err why = ERR_INIT;
    char *text;

    if (value_file(v, to, e) != 0) {
        return -1;
    }
    if (((const char *)to)[0] == '\0') {
        return 0;
    }
    if (io_read_file(to, LIMIT_CRL, &text, NULL, &why) != 0) {
        return value_refuse(v, e, "which cannot be used (%.160s)", why.text);
    }
    free(text);
    return 0;
}

/* Where it was not built, nobody is to believe that it runs. */
static int read_ocr(const struct value *v, void *to, struct err *e) {
    const bool *on = to;

    if (value_boolean(v, to, e) != 0) {
        return -1;
    }
#ifndef HAVE_TESSERACT
    if (*on) {
        return value_refuse(v, e, "but this Loket was built without tesseract");
    }
#endif
    (void)on;
    return 0;
}

/* Names of files, joined by "+". */
static int read_languages(const struct value *v, void *to, struct err *e) {
    if (value_text(v, to, e) != 0) {
        return -1;
    }
    for (const char *p = to; *p != '\0'; p++) {
        if (!(*p >= 'a' && *p <= 'z') && *p != '_' && *p != '+') {
            return value_wrong(v, e);
        }
    }
    return 0;
}

/* It may come later than we: whether it is there is for print_documents.  A
 * name or "localhost:3310" would silently become a file of our folder. */
static int read_clamd(const struct value *v, void *to, struct err *e) {
    const char *text = config_setting_get_string(v->setting);
    struct stat st;

    if (text != NULL && *text == '\0') {
        *(char *)to = '\0';
        return 0;
    }
    if (text != NULL && *text != '/') {
        return value_refuse(v, e, "which does not begin with / (TCP is not "
                                  "spoken to it)");
    }
    if (value_socket(v, to, e) != 0) {
        return -1;
    }
    return stat(to, &st) != 0 || S_ISSOCK(st.st_mode)
               ? 0
               : value_refuse(v, e, "which is no socket");
}

/* ---- the keys of loket.conf --------------------------------------------- */

#define TO(member) KEY_TO(struct settings, member)
#define WHOLE 0, sizeof(struct settings)
#define PORT_RIGHT "a number from 1 to 65535 is right, for example port = "
#define SECONDS_RIGHT(from, to, example)                                       \
    "a number of seconds from " from " to " to " is right, for example "       \
    example
/* With fewer an hour than this no case would come to its end on its day. */
enum { LETTERS_MIN = 4, LETTERS_MAX = 1000000 };
#define LETTERS_RIGHT                                                          \
    "a number of letters an hour from 4 to 1000000 is right, for example "
#define SPANS_RIGHT(day)                                                       \
    "opening hours are right, for example " day                                \
    " = [\"08.00-12.00\", \"13.00-15.45\"], or [] for a closed day"
#define FOLDER_RIGHT "the name of a mail folder in ASCII is right, for example "
#define SECRET_RIGHT                                                           \
    "a file that only its owner may read (mode 0400) is right, for example "   \
    "password_file = \"secrets/"
#define CA_RIGHT                                                               \
    "a file of CA certificates in PEM, or \"\" for the system's own, is right"
#define OWN_CA                                                                 \
    "; where executor = \"ca\" in every workflow, leave the group portal out"
#define REASON_RIGHT(example)                                                  \
    "the reason exactly as the portal's list has it is right, for example "    \
    example
#define SOCKET_RIGHT "a path of at most 107 bytes is right"

static const struct key keys[] = {
    {"office.name", value_text, TO(office.name), .min = 1, .required = true,
     .right = "the name of the office is right, for example name = \"Dinas "
              "Komunikasi dan Informatika Kota Contoh\""},
    {"office.unit", value_text, TO(office.unit), .min = 1, .required = true,
     .right = "the section that signs letters is right, for example unit = "
              "\"Seksi Persandian dan Keamanan Informasi\""},
    {"office.address", value_address, TO(office.address), .required = true,
     .right = "the address of the office's mailbox is right, for example "
              "address = \"loket@kota.example\""},
    {"office.domain", value_domain, TO(office.domain),
     .right = "a domain is right, for example domain = \"kota.example\""},
    {"office.channels", read_channels, TO(office.channels), .min = 1,
     .required = true,
     .right = "at least one complaint channel is right (STD-12), for example "
              "channels = [\"Telepon: (021) 555 0100\"]"},
    {"office.survey", value_boolean, TO(surveys),
     .right = "true (who was served is asked nine questions) or false is "
              "right"},
    {"office.language", value_choice, TO(office.language),
     .words = language_words, .right = "\"id\" or \"en\" is right"},
    {"office.smime.certificate", read_anchors, TO(office.smime_certificate),
     .right = "a file in PEM is right: the office's own certificate for its "
              "mail, below it its chain, for example certificate = "
              "\"office.pem\", or \"\" where letters are not signed"},
    {"office.smime.key", value_secret, TO(office.smime_key),
     .right = "a file that only its owner may read (mode 0400) is right: the "
              "key of that certificate, for example key = "
              "\"secrets/office-smime\""},
    {"office.drills", value_choice, TO(drills), .words = drill_words,
     .right = "\"required\" (an officer is asked nothing before he has "
              "answered a LATIHAN letter), \"offered\" (he gets one, and "
              "nothing depends on it) or \"off\" is right"},

    {"timetable.zone", timetable_read_zone, TO(timetable), .required = true,
     .right = "\"WIB\", \"WITA\" or \"WIT\" is right"},
    {"timetable.sunday", value_spans, TO(timetable.days[0]),
     .right = SPANS_RIGHT("sunday")},
    {"timetable.monday", value_spans, TO(timetable.days[1]),
     .right = SPANS_RIGHT("monday")},
    {"timetable.tuesday", value_spans, TO(timetable.days[2]),
     .right = SPANS_RIGHT("tuesday")},
    {"timetable.wednesday", value_spans, TO(timetable.days[3]),
     .right = SPANS_RIGHT("wednesday")},
    {"timetable.thursday", value_spans, TO(timetable.days[4]),
     .right = SPANS_RIGHT("thursday")},
    {"timetable.friday", value_spans, TO(timetable.days[5]),
     .right = SPANS_RIGHT("friday")},
    {"timetable.saturday", value_spans, TO(timetable.days[6]),
     .right = SPANS_RIGHT("saturday")},
    {"timetable.seasons", timetable_read_seasons, TO(timetable),
     .right = "other hours for a while are right, for example seasons = ( { "
              "name = \"Ramadan 1448\"; from = \"2027-02-08\"; to = "
              "\"2027-03-09\"; monday = [\"08.00-15.00\"]; } )"},

    {"mailbox.mode", value_choice, TO(mailbox_mode), .words = mode_words,
     .right = "\"shared\" (people work in it too) or \"dedicated\" is right"},
    {"mailbox.plus", value_boolean, TO(mailbox_plus),
     .right = "true (the server delivers office+anything@ to this mailbox) or "
              "false is right"},
    {"mailbox.selftest", value_boolean, TO(mailbox_selftest),
     .right = "true (Loket writes to itself once a day, to see what the relay "
              "does to its letters) or false is right"},
    {"mailbox.provider", value_choice, TO(provider.kind),
     .words = provider_words,
     .right = "\"google\", \"microsoft\" or \"own\" (a server of the "
              "office's) is right where the word of the server that takes the "
              "mail in may count, else \"none\""},
    {"mailbox.authserv_id", value_host, TO(provider.authserv_id),
     .right = "the name at the start of the Authentication-Results that your "
              "server writes is right, for example authserv_id = "
              "\"mx.kota.example\""},
    {"mailbox.border", value_host, TO(provider.border),
     .right = "the name behind \"by\" in the Received that your server adds "
              "to mail from outside is right, for example border = "
              "\"mx.kota.example\""},
    {"mailbox.results", value_choice, TO(provider.place),
     .words = place_words,
     .right = "\"above\" or \"below\" is right: where your server writes "
              "its Authentication-Results, seen from its own Received"},
    {"mailbox.internal_domains", read_internal_domains, WHOLE,
     .right = "a list of the tenant's own domains is right, for example "
              "internal_domains = [\"kota.example\"]"},
    {"mailbox.banners", read_banners, WHOLE,
     .right = "a list of what gateways write above or below a mail is right, "
              "for example banners = [\"[EXTERNAL] CAUTION: *\"], or [] for "
              "none"},
    {"mailbox.host", value_host, TO(imap.host), .required = true,
     .right = "the name of the IMAP server is right, for example host = "
              "\"imap.kota.example\""},
    {"mailbox.port", read_port, TO(imap.port), .min = 1, .max = 65535,
     .right = PORT_RIGHT "993"},
    {"mailbox.user", value_text, TO(imap.user), .min = 1, .required = true,
     .right = "the login of the mailbox is right, for example user = "
              "\"loket@kota.example\""},
    {"mailbox.password_file", value_secret, TO(imap.password_file), .min = 1,
     .required = true, .right = SECRET_RIGHT "mailbox\""},
    {"mailbox.ca_file", value_file, TO(imap.ca_file), .right = CA_RIGHT},
    {"mailbox.folder", read_folder, TO(folder), .min = 1,
     .right = FOLDER_RIGHT "folder = \"INBOX\""},
    {"mailbox.done", read_folder, TO(folder_done), .min = 1,
     .right = FOLDER_RIGHT "done = \"Loket/Done\""},
    {"mailbox.quarantine", read_folder, TO(folder_quarantine), .min = 1,
     .right = FOLDER_RIGHT "quarantine = \"Loket/Quarantine\""},
    {"mailbox.ignored", read_folder, TO(folder_ignored), .min = 1,
     .right = FOLDER_RIGHT "ignored = \"Loket/Ignored\""},
    {"mailbox.timeout", value_number, TO(imap.timeout_sec), .min = 1,
     .max = 600, .right = SECONDS_RIGHT("1", "600", "timeout = 30")},
    {"mailbox.command_timeout", value_number, TO(imap.command_sec), .min = 1,
     .max = 3600,
     .right = SECONDS_RIGHT("1", "3600", "command_timeout = 300")},
    {"mailbox.idle", value_number, TO(imap.idle_sec), .min = 1, .max = 1740,
     .right = SECONDS_RIGHT("1", "1740", "idle = 1500")},
    {"mailbox.poll", value_number, TO(imap.poll_sec), .min = 1, .max = 3600,
     .right = SECONDS_RIGHT("1", "3600", "poll = 60")},

    {"relay.host", value_host, TO(relay.host), .required = true,
     .right = "the name of the mail relay is right, for example host = "
              "\"smtp.kota.example\""},
    {"relay.port", read_port, TO(relay.port), .min = 1, .max = 65535,
     .right = PORT_RIGHT "465"},
    {"relay.user", value_text, TO(relay.user),
     .right = "the login at the relay is right, or \"\" where it wants none"},
    {"relay.password_file", value_secret, TO(relay.password_file),
     .right = SECRET_RIGHT "relay\""},
    {"relay.ca_file", value_file, TO(relay.ca_file), .right = CA_RIGHT},
    {"relay.timeout", value_number, TO(relay.timeout_sec), .min = 1,
     .max = 600, .right = SECONDS_RIGHT("1", "600", "timeout = 30")},
    {"relay.command_timeout", value_number, TO(relay.command_sec), .min = 1,
     .max = 3600,
     .right = SECONDS_RIGHT("1", "3600", "command_timeout = 300")},
    {"relay.budget.per_hour", value_number, TO(budget[BUDGET_HOUR]),
     .min = LETTERS_MIN, .max = LETTERS_MAX,
     .right = LETTERS_RIGHT "per_hour = 1000"},
    {"relay.budget.per_address", value_number, TO(budget[BUDGET_ADDRESS]),
     .min = LETTERS_MIN, .max = LETTERS_MAX,
     .right = LETTERS_RIGHT "per_address = 100"},
    {"relay.budget.per_case", value_number, TO(budget[BUDGET_CASE]),
     .min = LETTERS_MIN, .max = LETTERS_MAX,
     .right = LETTERS_RIGHT "per_case = 100"},

    {"portal.name", value_text, TO(portal.name), .min = 1,
     .required_in_group = true,
     .right = "what letters call the portal is right, for example name = "
              "\"AMS BSrE\"" OWN_CA},
    {"portal.url", value_https, TO(portal.url), .min = 1,
     .required_in_group = true,
     .right = "the https:// address of the page that the operator opens is "
              "right" OWN_CA},
    {"portal.issuer_file", read_issuer, TO(portal.issuer_file), .min = 1,
     .required_in_group = true,
     .right = "a file in PEM is right: the certificate of the CA that issues, "
              "below it its chain" OWN_CA},
    {"portal.crl_url", value_https, TO(portal.crl_url), .min = 1,
     .required_in_group = true,
     .right = "the https:// address of that CA's CRL is right" OWN_CA},
    {"portal.ocsp_url", value_https, TO(portal.ocsp_url), .min = 1,
     .right = "the https:// address of that CA's OCSP responder is right"},
    {"portal.ca_file", value_file, TO(portal.ca_file), .right = CA_RIGHT},
    {"portal.timeout", value_number, TO(portal.timeout_sec), .min = 1,
     .max = 600, .right = SECONDS_RIGHT("1", "600", "timeout = 60")},
    {"portal.poll", value_number, TO(portal.poll_min), .min = 1, .max = 1440,
     .right = "a number of minutes from 1 to 1440 is right, for example "
              "poll = 15"},
    {"portal.remind_hours", value_number, TO(portal.remind_hours), .min = 1,
     .max = 720,
     .right = "a number of hours from 1 to 720 is right, for example "
              "remind_hours = 24"},

    {"portal.max_pdf", value_number, TO(portal.max_pdf), .min = 50,
     .max = 10240,
     .right = "kilobytes from 50 to 10240 are right: the largest PDF that the "
              "portal takes, for example max_pdf = 1024"},
    {"portal.reasons.forgotten", value_text,
     TO(portal.reasons[PLEA_FORGOTTEN]), .min = 1,
     .right = REASON_RIGHT("forgotten = \"Lupa Passphrase\"")},
    {"portal.reasons.changed", value_text, TO(portal.reasons[PLEA_CHANGED]),
     .min = 1, .right = REASON_RIGHT("changed = \"Perubahan Data\"")},
    {"portal.reasons.lost", value_text, TO(portal.reasons[PLEA_LOST]),
     .min = 1, .right = REASON_RIGHT("lost = \"Kehilangan\"")},

    {"documents.anchors", read_anchors, TO(documents.anchors_file),
     .right = "a file in PEM is right: the certificates of the CAs whose "
              "signatures in PDFs are trusted, for example anchors = "
              "\"bsre.pem\", or \"\" for none"},
    {"documents.ocr", read_ocr, TO(documents.ocr),
     .right = "true (a program guesses what stands in pictures of letters, for "
              "the officers' eyes) or false is right"},
    {"documents.ocr_languages", read_languages, TO(documents.ocr_languages),
     .min = 1,
     .right = "languages of tesseract are right, for example ocr_languages = "
              "\"ind+eng\""},
    {"documents.clamd", read_clamd, TO(documents.clamd),
     .right = "the whole path of the socket of clamd is right (at most 107 "
              "bytes), for example clamd = \"/run/clamav/clamd.ctl\", or \"\" where "
              "no scanner runs"},

    {"smime.ca_file", read_anchors, TO(smime_ca_file),
     .right = "a file in PEM is right: the CAs that issue the certificates "
              "pinned in people.conf, for example ca_file = \"bsre.pem\", or "
              "\"\" where the pin alone is enough"},
    {"smime.crl_file", read_mail_crl, TO(smime_crl_file),
     .right = "a CRL of these CAs, in DER or PEM, is right, which is kept "
              "current, for example crl_file = \"bsre.crl\", or \"\" where "
              "nobody asks for revocations"},

    {"dkim.keys_file", value_file, TO(dkim_keys_file),
     .right = "a file of pinned keys, or \"\" for none, is right, for example "
              "keys_file = \"dkim-keys\""},
    {"dkim.dns", value_boolean, TO(dkim_dns),
     .right = "true (ask the resolver for keys that are not pinned) or false "
              "is right"},
    {"dkim.resolver", value_resolver, TO(resolver),
     .right = "\"\" for the system's, ADDRESS or ADDRESS@PORT is right, for "
              "example resolver = \"127.0.0.1@5353\""},
    {"dkim.relaxed", read_relaxed, WHOLE,
     .right = "a list of domains is right, for example relaxed = "
              "[\"kota.example\"], or [] for none"},

    {"csr.rsa_min", read_rsa_min, TO(keys.rsa_min), .min = KEY_RSA_FLOOR,
     .max = KEY_RSA_MAX,
     .right = "a multiple of 8 from 2048 (INT-7) to 4096 is right, for example "
              "rsa_min = 3072"},
    {"csr.exponent_min", read_exponent_min, TO(keys.exponent_min),
     .min = KEY_EXPONENT_FLOOR, .max = 0x7fffffff,
     .right = "an odd number from 65537 on is right, for example "
              "exponent_min = 65537"},
    {"csr.curves", read_curves, TO(keys.curves),
     .right = "one or more of \"P-256\", \"P-384\", \"P-521\" are right, for "
              "example curves = [\"P-256\", \"P-384\"]"},

    {"csr.blacklist", read_blacklist, TO(blacklist),
     .right = "a folder of lists of weak keys, read beside the shipped ones, "
              "or \"\" for none is right, for example blacklist = "
              "\"blacklist\""},

    {"learning.enabled", value_boolean, TO(learning),
     .required_in_group = true,
     .right = "true (whom the registry does not know may apply, and a verifier "
              "confirms who he is) or false is right"},
    {"learning.domains", read_agency_domains, WHOLE,
     .right = "the domains of the agencies are right, for example domains = "
              "[\"kota.example\"]"},

    {"paths.data", value_path, TO(data_dir),
     .right = "a folder is right, for example data = \"/var/lib/loket\""},
    {"paths.control", value_socket, TO(control_socket), .right = SOCKET_RIGHT},
    {"paths.ca", value_socket, TO(ca_socket), .right = SOCKET_RIGHT},

    {"summary_at", value_minute, TO(summary_min),
     .right = "a time of day is right, for example summary_at = \"07.30\""},
    {"insecure_decisions_by_mailbox", read_insecure, TO(mailbox_decisions),
     .words = mailbox_warning,
     .right = "leave it out; or, where no officer's mail can be proved better "
              "and that is accepted, exactly "
              "insecure_decisions_by_mailbox = \"whoever can read an officer's "
              "mailbox can decide in his name\""},
    {"hold_minutes", value_number, TO(hold_minutes), .min = 5,
     .max = LIMIT_HOLD_MINUTES,
     .right = "a number of minutes from 5 to 1440 is right, for example "
              "hold_minutes = 60"},
    {"parser_children", value_number, TO(parser_children), .min = 0,
     .max = 64,
     .right = "a number from 0 (one per core) to 64 is right, for example "
              "parser_children = 0"},
};

/* What holds where loket.conf says nothing. */
static void put_defaults(struct settings *s) {
    struct server usual = {.timeout_sec = 30, .command_sec = 300,
                           .idle_sec = 1500, .poll_sec = 60};

    s->imap = s->relay = usual;
    text_copy(s->documents.ocr_languages, sizeof s->documents.ocr_languages,
              "ind+eng");
    s->imap.port = 993;
    s->relay.port = 465;
    s->budget[BUDGET_HOUR] = LIMIT_LETTERS_PER_HOUR;
    s->budget[BUDGET_ADDRESS] = s->budget[BUDGET_CASE] =
        LIMIT_SAME_PER_HOUR;
    s->portal.timeout_sec = 60;
    s->portal.poll_min = 15;
    s->portal.remind_hours = 24;
    s->portal.max_pdf = 1024; /* AMS takes 1 MB */
    text_copy(s->folder, sizeof s->folder, "INBOX");
    text_copy(s->folder_done, sizeof s->folder_done, "Loket/Done");
    text_copy(s->folder_quarantine, sizeof s->folder_quarantine,
              "Loket/Quarantine");
    text_copy(s->folder_ignored, sizeof s->folder_ignored, "Loket/Ignored");
    text_copy(s->data_dir, sizeof s->data_dir, LOKET_STATEDIR);
    text_copy(s->control_socket, sizeof s->control_socket,
              LOKET_RUNDIR "/control");
    text_copy(s->ca_socket, sizeof s->ca_socket, LOKET_RUNDIR "-ca/ca");
    s->summary_min = 7 * 60 + 30;
    s->hold_minutes = 60;
    s->keys = key_policy_usual;
    s->mailbox_selftest = true;
    s->drills = DRILLS_REQUIRED;
}

/* ---- what no single key can tell ---------------------------------------- */

static int check_week(const struct source *source, const struct settings *s,
                      struct err *e) {
    for (size_t i = 0; i < 7; i++) {
        if (s->timetable.days[i].count > 0) {
            return 0;
        }
    }
    return err_set(e, ERR_SETUP,
                   "%s: timetable has no open day, so nothing would ever be "
                   "due; give at least one, for example monday = "
                   "[\"08.00-15.45\"]",
                   source->name);
}

static int check_folders(const struct source *source,
                         const struct settings *s, struct err *e) {
    const char *names[] = {s->folder, s->folder_done, s->folder_quarantine,
                           s->folder_ignored};

    for (size_t i = 0; i < 4; i++) {
        for (size_t k = 0; k < i; k++) {
            if (text_equal_ci(names[i], names[k])) {
                return err_set(e, ERR_SETUP,
                               "%s: mailbox.folder, done, quarantine and "
                               "ignored: \"%s\" stands there twice; four "
                               "different folders are right",
                               source->name, names[i]);
            }
        }
    }
    return 0;
}

static int check_relay(const struct source *source, const struct settings *s,
                       struct err *e) {
    if ((s->relay.user[0] == '\0') != (s->relay.password_file[0] == '\0')) {
        return err_set(e, ERR_SETUP,
                       "%s: relay.user and relay.password_file go together; "
                       "give both, or neither for a relay that wants no login",
                       source->name);
    }
    return 0;
}

/* Has tesseract the data of one language?  Where its data lies at none of the
 * usual places, nobody can say, and the program that reads will. */
static bool has_language(const char *language) {
    static const char *const folders[] = {"/usr/share/tesseract-ocr/5/tessdata",
                                          "/usr/share/tessdata",
                                          "/usr/local/share/tessdata"};
    bool any = false;

    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char path[LIMIT_PATH];

        snprintf(path, sizeof path, "%s/%.100s.traineddata", folders[i],
                 language);
        if (access(path, R_OK) == 0) {
            return true;
        }
        any = any || access(folders[i], X_OK) == 0;
    }
    return !any || getenv("TESSDATA_PREFIX") != NULL;
}

/* Only where pictures are to be read: the data comes in packages of its own. */
static int check_documents(const struct source *source,
                           const struct settings *s, struct err *e) {
    const config_setting_t *at =
        config_lookup(&source->config, "documents.ocr_languages");

    for (const char *p = s->documents.ocr_languages; s->documents.ocr; p++) {
        char language[LIMIT_WORD];
        size_t n = strcspn(p, "+");

        text_copy_n(language, sizeof language, p, n);
        if (n > 0 && !has_language(language)) {
            return err_set(e, ERR_SETUP,
                           "%s:%u: documents.ocr_languages has \"%s\", which "
                           "tesseract does not have here; install its data "
                           "(package tesseract-ocr-%s) or name another, for "
                           "example ocr_languages = \"ind+eng\"",
                           source->name,
                           at == NULL ? 0 : config_setting_source_line(at),
                           language, language);
        }
        p += n;
        if (*p == '\0') {
            break;
        }
    }
    return 0;
}

static int check_office_smime(const struct source *source,
                              const struct settings *s, struct err *e) {
    if ((s->office.smime_certificate[0] == '\0') !=
        (s->office.smime_key[0] == '\0')) {
        return err_set(e, ERR_SETUP,
                       "%s: office.smime.certificate and office.smime.key go "
                       "together; give both, or neither where letters are not "
                       "signed", source->name);
    }
    return 0;
}

/* A CRL can be believed only by its CA's certificate. */
static int check_smime(const struct source *source, const struct settings *s,
                       struct err *e) {
    const config_setting_t *at =
        config_lookup(&source->config, "smime.crl_file");

    return s->smime_crl_file[0] == '\0' || s->smime_ca_file[0] != '\0'
               ? 0
               : err_set(e, ERR_SETUP,
                         "%s:%u: smime.crl_file is given, and smime.ca_file is "
                         "not; the CRL is checked with the CA's certificate: "
                         "give both, or none",
                         source->name, config_setting_source_line(at));
}

/* design.md 5: learning is for the agencies' own people. */
static int check_learning(const struct source *source,
                          const struct settings *s, struct err *e) {
    const config_setting_t *root = config_root_setting(&source->config);

    if (!s->learning || s->agency_domain_count > 0) {
        return 0;
    }
    return err_set(e, ERR_SETUP,
                   "%s:%u: learning.enabled is true, and learning.domains names "
                   "no domain; whoever writes from anywhere could apply, so "
                   "name the agencies' own, for example domains = "
                   "[\"kota.example\"]",
                   source->name,
                   config_setting_source_line(
                       config_setting_get_member(root, "learning")));
}

/* The presets know theirs; an own server's is nobody's to guess. */
static int check_provider(const struct source *source, struct settings *s,
                          struct err *e) {
    struct provider_policy *p = &s->provider;

    if (p->kind == PROVIDER_OWN && p->authserv_id[0] == '\0') {
        return err_set(e, ERR_SETUP,
                       "%s: mailbox.provider is \"own\", and "
                       "mailbox.authserv_id is missing; give the name at the "
                       "start of the Authentication-Results that your server "
                       "writes, for example authserv_id = \"mx.kota.example\"",
                       source->name);
    }
    if (p->kind != PROVIDER_OWN &&
        (p->authserv_id[0] != '\0' || p->border[0] != '\0' ||
         p->place != PLACE_ABOVE)) {
        return err_set(e, ERR_SETUP,
                       "%s: mailbox.authserv_id, border and results are for "
                       "mailbox.provider = \"own\"; leave them out",
                       source->name);
    }
    if (p->kind == PROVIDER_OWN && p->border[0] == '\0') {
        text_copy(p->border, sizeof p->border, p->authserv_id);
    }
    if (p->kind != PROVIDER_NONE && !s->mailbox_selftest) {
        return err_set(e, ERR_SETUP,
                       "%s: mailbox.selftest is false, and nobody's word counts "
                       "without one; set it to true, or mailbox.provider to "
                       "\"none\"",
                       source->name);
    }
    if (p->domain_count == 0) {
        text_copy(p->domains[p->domain_count++], LIMIT_DOMAIN,
                  strchr(s->office.address, '@') + 1);
    }
    return 0;
}

/* Our Message-IDs need a right side. */
static void derive_domain(struct settings *s) {
    if (s->office.domain[0] == '\0') {
        text_copy(s->office.domain, sizeof s->office.domain,
                  strchr(s->office.address, '@') + 1);
    }
}

static int read_loket_conf(struct settings *s, struct err *e) {
    struct source source;
    int rc;

    if (source_open(&source, s->config_dir, "loket.conf", e) != 0) {
        return -1;
    }
    put_defaults(s);
    rc = reader_read(&source, config_root_setting(&source.config), "", keys,
                     sizeof keys / sizeof keys[0], s, e);
    if (rc == 0) {
        derive_domain(s);
        s->portal.present = config_setting_get_member(
                                config_root_setting(&source.config),
                                "portal") != NULL;
        rc = check_week(&source, s, e) != 0 ||
                     check_folders(&source, s, e) != 0 ||
                     check_relay(&source, s, e) != 0 ||
                     check_documents(&source, s, e) != 0 ||
                     check_smime(&source, s, e) != 0 ||
                     check_office_smime(&source, s, e) != 0 ||
                     check_provider(&source, s, e) != 0 ||
                     check_learning(&source, s, e) != 0
                 ? -1
                 : 0;
    }
    source_close(&source);
    return rc;
}

static int load(const char *dir, struct settings *s, struct err *e) {
    char *whole = realpath(dir, NULL);
    bool fits;

    if (whole == NULL) {
        return err_set(e, ERR_SETUP, "%s: %s; give the folder that holds loket.conf "
                       "with --config DIR",
                       dir, strerror(errno));
    }
    fits = text_copy(s->config_dir, sizeof s->config_dir, whole);
    free(whole);
    if (!fits) {
        return err_set(e, ERR_SETUP, "%s: too long a path", dir);
    }
    if (read_loket_conf(s, e) != 0 ||
        timetable_load_years(s->config_dir, &s->timetable, e) != 0 ||
        people_load(s->config_dir, &s->office, &s->people, e) != 0 ||
        workflows_load(s->config_dir, s, e) != 0 ||
        standard_load(s->config_dir, &s->standard, e) != 0) {
        return -1;
    }
    s->letters = letters_load(s->config_dir, e);
    s->forms = s->letters != NULL ? forms_load(s->config_dir, e) : NULL;
    return s->forms != NULL ? 0 : -1;
}

int settings_load(const char *dir, struct settings **settings_r,
                  struct err *e) {
    struct settings *s = xcalloc(1, sizeof *s);

    if (load(dir, s, e) != 0) {
        settings_free(&s);
        return -1;
    }
    *settings_r = s;
    return 0;
}

void settings_free(struct settings **settings) {
    if (*settings == NULL) {
        return;
    }
    letterbook_free(&(*settings)->letters);
    formbook_free(&(*settings)->forms);
    free((*settings)->people.officers);
    free(*settings);
    *settings = NULL;
}

void settings_find_control(const char *dir, char path[LIMIT_PATH]) {
    struct source source;
    struct err e = ERR_INIT;
    const char *said = NULL;

    text_copy(path, LIMIT_PATH, LOKET_RUNDIR "/control");
    if (source_open(&source, dir, "loket.conf", &e) != 0) {
        return;
    }
    if (config_lookup_string(&source.config, "paths.control", &said) &&
        said[0] == '/' && strlen(said) < LIMIT_PATH) {
        text_copy(path, LIMIT_PATH, said);
    }
    source_close(&source);
}

/* ---- the effective policy in words -------------------------------------- */

static void print_server(const char *what, const struct server *s, FILE *out) {
    fprintf(out, "%s: %s port %u, TLS from the first byte, user %s\n", what,
            s->host, s->port, s->user[0] != '\0' ? s->user : "none");
    fprintf(out, "%s certificates: %s\n", what,
            s->ca_file[0] != '\0' ? s->ca_file : "the system's");
    fprintf(out, "%s password: in %s\n", what,
            s->password_file[0] != '\0' ? s->password_file : "no file");
}

static void print_grant(const struct officer *o, FILE *out) {
    const struct grant *g = &o->grant;

    if (!g->present) {
        return;
    }
    fprintf(out, "person %s: grant of %s by %s for", o->id, g->date, g->by);
    for (size_t i = 0; i < g->sop_count; i++) {
        fprintf(out, " %s", g->sops[i]);
    }
    fputs("; abilities", out);
    for (int a = 0; a < ABILITY__MAX; a++) {
        if (g->abilities[a]) {
            fprintf(out, " %s", ability_name((enum ability)a));
        }
    }
    fprintf(out, "; education %s\n", education_name(g->education));
}

static void print_day(int day, FILE *out) {
    struct civil c = civil_from((usec_t)day * USEC_PER_DAY, 0);

    fprintf(out, " %04d-%02d-%02d", c.year, c.month, c.day);
}

static void print_absences(const struct officer *o, FILE *out) {
    for (size_t i = 0; i < o->absence_count; i++) {
        fprintf(out, "person %s: absent", o->id);
        print_day(o->absences[i].from, out);
        fputs(" to", out);
        print_day(o->absences[i].to, out);
        fputc('\n', out);
    }
    if (o->deputy[0] != '\0') {
        fprintf(out, "person %s: deputy %s\n", o->id, o->deputy);
    }
}

static void print_people(const struct people *people, FILE *out) {
    for (size_t i = 0; i < people->count; i++) {
        const struct officer *o = &people->officers[i];

        fprintf(out, "person %s: %s, %s,", o->id, o->name, o->title);
        for (int r = 0; r < ROLE__MAX; r++) {
            if (o->roles[r]) {
                fprintf(out, " %s", role_name((enum role)r));
            }
        }
        for (size_t k = 0; k < o->address_count; k++) {
            fprintf(out, " <%s>", o->addresses[k]);
        }
        fputc('\n', out);
        print_grant(o, out);
        print_absences(o, out);
    }
}

static void print_step(const struct workflow *w, size_t i, FILE *out) {
    const struct workflow_step *step = &w->steps[i];
    const char *before = ":";

    fprintf(out, "workflow %s step %s: %s", w->name, step->name,
            step_kind_name(step->kind));
    if (step_kind_asks_officer(step->kind)) {
        fprintf(out, " by %s", role_name(step->actor));
    }
    for (int o = 0; o < OUTLET__MAX; o++) {
        const struct transition *t = &step->on[o];

        if (t->present) {
            fprintf(out, "%s %s to %s", before, outlet_name((enum outlet)o),
                    w->steps[t->to].name);
            before = ",";
        }
    }
    fputc('\n', out);
}

static void print_executor(const struct workflow *w, FILE *out) {
    fprintf(out, "workflow %s: questions wait %u hours; ", w->name,
            w->token_hours);
    if (workflow_step_of_kind(w, KIND_REVOKE) == NULL &&
        workflow_step_of_kind(w, KIND_ISSUE) == NULL) {
        fprintf(out, "it gives no orders\n");
    } else if (w->executor == EXECUTOR_CA) {
        fprintf(out, "orders go to loket-ca, profile %s\n", w->profile);
    } else if (w->executor == EXECUTOR_OPERATOR) {
        fprintf(out, "orders go to the operator\n");
    } else {
        fprintf(out, "orders go to the applicant, guided by \"%s\"\n",
                role_name(w->helper));
    }
}

static void print_workflow(const struct workflow *w, FILE *out) {
    fprintf(out,
            "workflow %s: SOP %s version %s of %s, cases %s-YEAR-NUMBER, due "
            "in %u working day%s\n",
            w->name, w->sop_number, w->sop_version, w->sop_effective,
            w->prefix, w->due_days, w->due_days == 1 ? "" : "s");
    fprintf(out, "workflow %s: version %s of %s by %s\n", w->name, w->version,
            w->changes[0].date, w->changes[0].by);
    fprintf(out, "workflow %s: the key is held by %s; needs", w->name,
            w->key == KEY_APPLICANT ? "the applicant" : "the CA");
    for (int p = 0; p < PAPER__MAX; p++) {
        if (w->needs[p]) {
            fprintf(out, " %s%s%s", paper_name((enum paper)p),
                    w->when[p] != WHEN_ALWAYS ? "/" : "",
                    w->when[p] != WHEN_ALWAYS ? paper_when_name(w->when[p])
                                              : "");
        }
    }
    fprintf(out, "; an applicant counts from level %s, a verifier from %s\n",
            sender_level_name(w->applicant_level),
            sender_level_name(w->verifier_level));
    print_executor(w, out);
    for (size_t i = 0; i < w->step_count; i++) {
        print_step(w, i, out);
    }
}

static void print_portal(const struct portal *p, FILE *out) {
    if (!p->present) {
        fprintf(out, "portal: none\n");
        return;
    }
    fprintf(out, "portal: %s at %s, issuer in %s\n", p->name, p->url,
            p->issuer_file);
    fprintf(out,
            "portal CRL: %s, looked at every %u minute%s; the operator is "
            "reminded after %u hour%s\n",
            p->crl_url, p->poll_min, p->poll_min == 1 ? "" : "s",
            p->remind_hours, p->remind_hours == 1 ? "" : "s");
    fprintf(out, "portal certificates: %s\n",
            p->ca_file[0] != '\0' ? p->ca_file : "the system's");
}

static void print_keys(const struct key_policy *p, FILE *out) {
    fprintf(out, "csr: RSA %u to %d bits, exponent from %u on; EC", p->rsa_min,
            KEY_RSA_MAX, p->exponent_min);
    for (int c = 0; c < CURVE__MAX; c++) {
        if (p->curves[c]) {
            fprintf(out, " %s", curve_name((enum curve)c));
        }
    }
    fputc('\n', out);
}

/* Who can reach the level, and what is asked of his certificate. */
static void print_smime(const struct settings *s, FILE *out) {
    size_t pinned = 0;

    for (size_t i = 0; i < s->people.count; i++) {
        const struct officer *o = &s->people.officers[i];

        if (o->smime_count > 0) {
            fprintf(out, "%s%s (%zu)", pinned++ == 0 ? "smime: pinned for " :
                                       ", ",
                    o->id, o->smime_count);
        }
    }
    if (pinned == 0) {
        fprintf(out, "smime: nobody's certificate is pinned\n");
        return;
    }
    fprintf(out, "; %s%s; %s%s\n",
            s->smime_ca_file[0] != '\0' ? "issued under "
                                        : "no CA is asked for",
            s->smime_ca_file,
            s->smime_crl_file[0] != '\0' ? "none counts without "
                                         : "revocations are not asked for",
            s->smime_crl_file);
}

static void print_documents(const struct documents *d, FILE *out) {
    struct stat st;

    fprintf(out, "signatures in PDFs: %s%s\n",
            d->anchors_file[0] != '\0' ? "trusted if they lead to "
                                       : "checked, nobody's is trusted",
            d->anchors_file);
    fprintf(out, "pictures of letters: %s%s\n",
            d->ocr ? "also read by a program, languages " : "read by eye",
            d->ocr ? d->ocr_languages : "");
    fprintf(out, "virus scanner: %s\n",
            d->clamd[0] != '\0' ? d->clamd : "none, nothing is scanned");
    if (d->clamd[0] != '\0' && stat(d->clamd, &st) != 0) {
        fprintf(out, "virus scanner: WARNING: %s (%s); until clamd listens "
                     "there, mails with attachments wait, then go on "
                     "unscanned\n",
                d->clamd, strerror(errno));
    }
}

static void print_provider(const struct provider_policy *p, FILE *out) {
    fprintf(out, "mailbox provider: %s", provider_name(p->kind));
    if (p->kind == PROVIDER_NONE) {
        fputs(", nobody's word counts but our own checks\n", out);
        return;
    }
    if (p->kind == PROVIDER_OWN) {
        fprintf(out, ", Authentication-Results of %s %s the Received of %s",
                p->authserv_id, provider_place_name(p->place), p->border);
    } else {
        fputs(", built to documentation until a recorded transcript exists",
              out);
    }
    fputs("; believed once a self-test has shown that forged copies are "
          "stripped (loketctl status)\n", out);
    for (size_t i = 0; i < p->domain_count && p->kind == PROVIDER_MICROSOFT;
         i++) {
        fprintf(out, "mailbox provider: internal mail of %s\n",
                p->domains[i]);
    }
}

void settings_print(const struct settings *s, FILE *out) {
    fprintf(out, "configuration: %s\n", s->config_dir);
    fprintf(out, "office: %s, %s <%s>\n", s->office.name, s->office.unit,
            s->office.address);
    timetable_print(&s->timetable, out);
    fprintf(out, "drills (LATIHAN): %s\n", drill_words[s->drills]);
    fprintf(out, "mailbox mode: %s\n", mode_words[s->mailbox_mode]);
    fprintf(out, "mailbox folders: %s, %s, %s, %s\n", s->folder,
            s->folder_done, s->folder_quarantine, s->folder_ignored);
    print_server("mailbox", &s->imap, out);
    fprintf(out, "mailbox plus addresses: %s\n",
            s->mailbox_plus ? "used once a probe has come back" : "not used");
    for (size_t i = 0; i < s->banner_count; i++) {
        fprintf(out, "mailbox banner: %s\n", s->banners[i]);
    }
    print_provider(&s->provider, out);
    fprintf(out, "letters: %s%s\n",
            s->office.smime_key[0] != '\0' ? "signed by S/MIME, certificate in "
                                           : "not signed by S/MIME",
            s->office.smime_certificate);
    print_server("relay", &s->relay, out);
    fprintf(out, "relay budget: %u letters an hour, %u to one address, %u "
                 "about one case\n",
            s->budget[BUDGET_HOUR], s->budget[BUDGET_ADDRESS],
            s->budget[BUDGET_CASE]);
    print_portal(&s->portal, out);
    print_documents(&s->documents, out);
    fprintf(out, "dkim keys: pinned in %s; %s\n",
            s->dkim_keys_file[0] != '\0' ? s->dkim_keys_file : "no file",
            s->dkim_dns ? "others are asked for" : "no others");
    for (size_t i = 0; i < s->relaxed_count; i++) {
        fprintf(out, "dkim: relaxed alignment for %s\n", s->relaxed[i]);
    }
    print_smime(s, out);
    print_keys(&s->keys, out);
    fprintf(out, "learning: %s\n",
            s->learning ? "a verifier confirms who is not registered yet"
                        : "only who is registered may apply");
    for (size_t i = 0; i < s->agency_domain_count; i++) {
        fprintf(out, "learning: %s\n", s->agency_domains[i]);
    }
    if (s->mailbox_decisions) {
        fprintf(out,
                "INSECURE: %s; what it decides waits %u minutes "
                "(insecure_decisions_by_mailbox)\n",
                mailbox_warning[0], s->hold_minutes);
    }
    fprintf(out, "data: %s\ncontrol socket: %s\nca socket: %s\n", s->data_dir,
            s->control_socket, s->ca_socket);
    fprintf(out, "summary: daily at %02d.%02d\n", s->summary_min / 60,
            s->summary_min % 60);
    print_people(&s->people, out);
    for (size_t i = 0; i < s->workflow_count; i++) {
        print_workflow(&s->workflows[i], out);
    }
}
