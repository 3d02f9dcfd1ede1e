/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a person wrote in a reply, without what the mail program put around it.
 * Called by mime.c; pure and linear in the text.
 *
 * Where it errs, it should err by leaving words out: a decision that is not
 * seen is asked for again, a quoted one must never count (requirements.md 6,
 * V030).  So whatever looks like the start of a quote that has no marks of its
 * own ends the text.
 */
#include "message/reply.h"

#include "base/text.h"

#include <string.h>

enum {
    LINE_MAX_READ = 1024, /* of a line that is compared with patterns */
    HEADER_LINES = 4,     /* a quote header is wrapped over so many at most */
    FOOTER_RULE = 20,     /* underscores that are no decoration */
    BLOCK_LINES = 8       /* in which From:, To:, Subject: must follow */
};

/* How programs introduce a quote: the first word, and a verb behind it; the
 * whole ends in a colon and has a digit or an address in it. */
static const struct {
    const char *first, *verb;
} headers[] = {
    {"On ", "wrote"}, {"On ", "writes"}, {"On ", "said"},
    {"Pada ", "menulis"}, {"Pada ", "wrote"}, {"Tanggal ", "menulis"},
    {"At ", "wrote"}, {"In reply to ", "wrote"},
    {"Le ", "\xc3\xa9" "crit"}, {"El ", "escribi"}, {"Am ", "schrieb"},
    {"Den ", "skrev"}, {"P\xc3\xa5 ", "skrev"}, {"Il ", "scritto"},
    {"Op ", "schreef"}, {"Em ", "escreveu"}, {"No dia ", "escreveu"},
    {"W dniu ", "napisa"}, {"Dnia ", "napisa"},
};

/* The same without a first word: "NAME <ADDRESS> menulis:", "2026-11-20 ...".
 */
static const char *const verbs[] = {
    "wrote", "menulis", "schrieb", "skrev", "schreef", "scritto", "escribi",
    "kirjoitti", "napisa", "\xc3\xa9" "crit",
    "\xd0\xbf\xd0\xb8\xd1\x88\xd0\xb5\xd1\x82",
    "\xd0\xbd\xd0\xb0\xd0\xbf\xd0\xb8\xd1\x81\xd0\xb0\xd0\xbb",
    "\xe5\x86\x99\xe9\x81\x93", "\xe5\xaf\xab\xe9\x81\x93",
};

/* Lines behind which nothing is the person's own. */
static const char *const dividers[] = {
    "Original Message", "Pesan Asli", "Pesan asli", "Original Appointment",
    "Ursprungliche Nachricht", "Urspr\xc3\xbcngliche Nachricht",
    "Message d'origine", "Mensaje original", "Messaggio originale",
    "Oprindelig meddelelse", "Oorspronkelijk bericht", "Antwort Nachricht",
    "Reply message", "Reply Message", "Forwarded message",
    "Forwarded Message", "Pesan terusan", "Pesan Terusan",
    "Pesan yang diteruskan", "Pesan Diteruskan", "Message transf",
};

static const char *const openers[] = {
    "Begin forwarded message:", "Pesan terusan dimulai:",
    "Mulai pesan terusan:",
};

/* Fields of a header block that Outlook puts above the text it quotes. */
static const char *const block_first[] = {"From", "Dari", "De", "Von", "Van",
                                          "Da", "Fra", "Fr\xc3\xa5n", "Od"};
static const char *const block_more[] = {
    "Sent", "Date", "To", "Cc", "Subject", "Reply-To", "Dikirim", "Tanggal",
    "Kepada", "Perihal", "Subjek", "Hal", "Envoy\xc3\xa9", "Objet",
    "\xc3\x80", "Gesendet", "Datum", "An", "Betreff", "Enviado", "Para",
    "Asunto", "Assunto", "Data", "Inviato", "A", "Oggetto", "Verzonden",
    "Aan", "Onderwerp", "Sendt", "Til", "Emne", "Skickat", "Till",
    "\xc3\x84mne",
};

/* What telephones add; nothing else may stand on the line. */
static const char *const devices[] = {
    "Sent from my ", "Sent from Mail for ", "Sent from Yahoo Mail",
    "Sent from Outlook", "Sent via ", "Sent from Samsung", "Sent from TypeApp",
    "Get Outlook for ",
    "Dikirim dari ", "Dikirim lewat ", "Terkirim dari ",
    "Diunduh dari Outlook", "Dapatkan Outlook untuk ", "Enviado desde mi ",
    "Envoy\xc3\xa9 de mon ", "Von meinem ",
};

/* One line of the text. */
struct line {
    const char *start; /* as it stands */
    size_t size;       /* without '\n' */
    const char *next;  /* behind the '\n'; "" at the end */
};

static struct line line_at(const char *at) {
    struct line l = {.start = at, .size = strcspn(at, "\n")};

    l.next = at + l.size + (at[l.size] == '\n');
    return l;
}

static bool is_blank(const struct line *l) {
    return strspn(l->start, " ") >= l->size;
}

/* Without outer spaces, '*', '_' and no-break spaces, cut to what is read. */
static void read_line(const struct line *l, char text[LINE_MAX_READ]) {
    char *from = text;
    size_t n;

    text_copy_n(text, LINE_MAX_READ, l->start, l->size);
    while (*from == ' ' || *from == '*' || strncmp(from, "\xc2\xa0", 2) == 0) {
        from += *from == '\xc2' ? 2 : 1;
    }
    n = strlen(from);
    memmove(text, from, n + 1);
    while (n > 0 && strchr(" *", text[n - 1]) != NULL) {
        text[--n] = '\0';
    }
}

static bool is_quoted(const struct line *l) {
    size_t indent = strspn(l->start, " ");

    return indent < l->size && indent <= 3 && l->start[indent] == '>';
}

/* Ends in a colon, of either width, and perhaps a space before it. */
static bool ends_in_colon(const char *text) {
    size_t n = strlen(text);

    return (n > 0 && text[n - 1] == ':') ||
           (n > 2 && memcmp(text + n - 3, "\xef\xbc\x9a", 3) == 0);
}

/* The last colon-ended words are the verb: not more than 60 bytes behind it
 * ("schrieb NAME <ADDRESS>:"). */
static bool has_verb(const char *text, const char *verb) {
    const char *at = text, *last = NULL;

    while ((at = text_find_ci(at, verb)) != NULL) {
        last = at++;
    }
    return last != NULL && strlen(last) <= strlen(verb) + 90;
}

static bool has_digit(const char *text) {
    return strpbrk(text, "0123456789") != NULL;
}

static bool has_address(const char *text) {
    const char *at = strchr(text, '@');

    return at != NULL && at > text && at[1] != '\0' && at[1] != ' ';
}

/* How the joined text is a quote header: by its first word, or only by a verb
 * behind an address or a date. */
enum header_kind { HEADER_NONE, HEADER_BY_VERB, HEADER_BY_WORD };

static enum header_kind judge_header(const char *text) {
    if (!ends_in_colon(text) || (!has_digit(text) && !has_address(text))) {
        return HEADER_NONE;
    }
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        if (text_starts_ci(text, headers[i].first) &&
            has_verb(text, headers[i].verb)) {
            return HEADER_BY_WORD;
        }
    }
    if (!has_address(text) && !(*text >= '0' && *text <= '9')) {
        return HEADER_NONE;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (has_verb(text, verbs[i])) {
            return HEADER_BY_VERB;
        }
    }
    return HEADER_NONE;
}

/* How many lines from `at` on end a quote header; 0 if none does. */
static unsigned header_lines(const char *at, enum header_kind *kind_r) {
    char text[LINE_MAX_READ * 2] = "";
    size_t used = 0;

    for (unsigned n = 1; n <= HEADER_LINES && *at != '\0'; n++) {
        struct line l = line_at(at);
        char line[LINE_MAX_READ];

        if (is_blank(&l)) {
            return 0;
        }
        read_line(&l, line);
        if (used + strlen(line) + 2 > sizeof text) {
            return 0;
        }
        if (n > 1) {
            text[used++] = ' ';
        }
        text_copy(text + used, sizeof text - used,
                  n > 1 ? line + strspn(line, "> ") : line);
        used += strlen(text + used);
        *kind_r = judge_header(text);
        if (*kind_r != HEADER_NONE) {
            return n;
        }
        if (n == 1 && strlen(line) < 8) {
            return 0;
        }
        at = l.next;
    }
    return 0;
}

/* How many lines from `at` on are a quote header.  A sentence right above one
 * does not belong to it; a date or half an address does. */
static unsigned quote_header(const char *at) {
    enum header_kind kind, below;
    struct line l = line_at(at);
    unsigned n = header_lines(at, &kind);

    if (n > 1 && kind == HEADER_BY_VERB && !(*at >= '0' && *at <= '9') &&
        memchr(at, '<', l.size) == NULL &&
        header_lines(l.next, &below) == n - 1) {
        return 0;
    }
    return n;
}

/* "-----Pesan Asli-----" and its kin. */
static bool is_divider(const char *line) {
    const char *word = line + strspn(line, "-_ ");

    for (size_t i = 0; i < sizeof openers / sizeof openers[0]; i++) {
        if (text_starts_ci(line, openers[i])) {
            return true;
        }
    }
    if (word - line < 2 || *line == ' ') {
        return false;
    }
    for (size_t i = 0; i < sizeof dividers / sizeof dividers[0]; i++) {
        if (text_starts_ci(word, dividers[i])) {
            return true;
        }
    }
    return false;
}

/* Is the line "NAME: ..." with one of these names?  Stars may stand around. */
static bool is_field(const char *line, const char *const *names,
                     size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(names[i]);

        if (text_starts_ci(line, names[i])) {
            const char *p = line + n;

            p += strspn(p, " *");
            if (strncmp(p, "\xc2\xa0", 2) == 0) {
                p += 2;
            }
            if (*p == ':') {
                return true;
            }
        }
    }
    return false;
}

/* A From line with at least two more fields near below it. */
static bool is_block(const char *at) {
    struct line l = line_at(at);
    char line[LINE_MAX_READ];
    unsigned more = 0;

    read_line(&l, line);
    if (!is_field(line, block_first,
                  sizeof block_first / sizeof block_first[0])) {
        return false;
    }
    for (unsigned n = 0; n < BLOCK_LINES && *l.next != '\0'; n++) {
        l = line_at(l.next);
        read_line(&l, line);
        more += is_field(line, block_more,
                         sizeof block_more / sizeof block_more[0]);
    }
    return more >= 2;
}

/* A rule of underscores or dashes with a block, or a quote, right below. */
static bool is_rule(const struct line *l, const char *line) {
    const char *next = l->next;

    if (strlen(line) < 8 || (line[strspn(line, "_")] != '\0' &&
                             line[strspn(line, "-")] != '\0')) {
        return false;
    }
    while (*next == '\n' || *next == ' ') {
        next++;
    }
    return is_block(next) || quote_header(next) > 0;
}

static bool is_device_line(const char *line) {
    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++) {
        if (text_starts_ci(line, devices[i])) {
            /* "Sent from my desk, is much easier ..." is a sentence. */
            return strlen(line) < 70 && strpbrk(line, ",;!?") == NULL;
        }
    }
    return false;
}

/* RFC 3676 4.3, the same without its space, and the rule above the footer of
 * a mailing list. */
static bool is_signature(const struct line *l, const char *line) {
    size_t rule = strspn(line, "_");

    return ((l->size == 2 || (l->size == 3 && l->start[2] == ' ')) &&
            memcmp(l->start, "--", 2) == 0) ||
           (rule >= FOOTER_RULE && line[rule] == '\0');
}

static void put_line(struct buf *own, const struct line *l, bool *gap) {
    if (is_blank(l)) {
        *gap = own->size > 0;
        return;
    }
    if (*gap) {
        buf_putc(own, '\n');
    }
    *gap = false;
    buf_put(own, l->start, l->size);
    while (own->size > 0 && own->data[own->size - 1] == ' ') {
        own->data[--own->size] = '\0';
    }
    buf_putc(own, '\n');
}

/* The line behind a quote header that is not blank. */
static const char *behind_header(const char *at, unsigned lines) {
    struct line l = line_at(at);

    while (--lines > 0) {
        l = line_at(l.next);
    }
    while (*l.next != '\0') {
        struct line next = line_at(l.next);

        if (!is_blank(&next)) {
            return next.start;
        }
        l = next;
    }
    return l.next;
}

void reply_own(const char *text, struct buf *own) {
    bool gap = false, in_signature = false;

    for (const char *at = text; *at != '\0';) {
        struct line l = line_at(at);
        char line[LINE_MAX_READ];
        unsigned lines;

        if (is_quoted(&l)) {
            gap = own->size > 0;
            in_signature = false; /* what follows a quote is a new answer */
            at = l.next;
            continue;
        }
        read_line(&l, line);
        lines = *line == '\0' ? 0 : quote_header(at);
        if (lines > 0) {
            struct line next = line_at(at = behind_header(at, lines));

            if (!is_quoted(&next)) {
                break; /* quoted without marks: nothing below is his own */
            }
            continue;
        }
        if (*line != '\0' &&
            (is_divider(line) || is_rule(&l, line) || is_block(at))) {
            break;
        }
        in_signature = in_signature || is_signature(&l, line);
        if (!in_signature && !is_device_line(line)) {
            put_line(own, &l, &gap);
        }
        at = l.next;
    }
    if (own->size > 0 && own->data[own->size - 1] == '\n') {
        own->data[--own->size] = '\0';
    }
}

void reply_unflow(const char *text, bool delsp, struct buf *to) {
    bool open = false; /* the line before ended softly */

    for (const char *at = text; *at != '\0';) {
        struct line l = line_at(at);
        bool stuffed = l.size > 0 && l.start[0] == ' ';
        const char *start = l.start + stuffed;
        size_t size = l.size - stuffed;
        bool sig = size == 3 && memcmp(start, "-- ", 3) == 0;
        bool quoted = size > 0 && start[0] == '>' && !stuffed;

        if (open && (sig || quoted)) {
            buf_putc(to, '\n');
        }
        open = !sig && !quoted && size > 0 && start[size - 1] == ' ' &&
               l.next[0] != '\0';
        buf_put(to, start, size - (open && delsp));
        if (!open) {
            buf_putc(to, '\n');
        }
        at = l.next;
    }
}
