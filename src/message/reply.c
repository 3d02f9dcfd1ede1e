/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a person wrote in a reply, without what the mail program put around it.
 * Called by mime.c; pure and linear in the text.  What introduces a quote is
 * attribution.c's to say, what nobody wrote notice.c's.
 *
 * Where it errs, it should err by leaving words out: a decision that is not
 * seen is asked for again, a quoted one must never count (requirements.md 6,
 * V030).  So whatever looks like the start of a quote that has no marks of its
 * own ends the text.
 */
#include "message/reply.h"

#include "base/text.h"
#include "message/attribution.h"
#include "message/decision.h"
#include "message/lines.h"
#include "message/notice.h"

#include <string.h>

enum {
    FOOTER_RULE = 20, /* underscores that are no decoration */
    RULE_LINE = 3,    /* characters of a rule at least */
    BLOCK_LINES = 8,  /* in which From:, To:, Subject: must follow */
    TITLE_LINE = 60,  /* "-------- Pesan Asli --------" */
    CLOSING_LINES = 10, /* below "Hormat saya," at most */
    CLOSING_LINE = 70,
    CLOSINGS_READ = 4 /* looking below one costs */
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* Lines behind which nothing is the person's own. */
static const char *const dividers[] = {
    "Original Message", "Pesan Asli", "Original Appointment", "Surel Asli",
    "Surat Asli", "Email Asli", "Pesan Sebelumnya", "Pesan Awal",
    "Ursprungliche Nachricht", "Urspr\xc3\xbcngliche Nachricht",
    "Message d'origine", "Message original", "Mensaje original",
    "Mensagem original", "Messaggio originale",
    "Oprindelig meddelelse", "Oorspronkelijk bericht", "Antwort Nachricht",
    "Reply message", "Forwarded message", "Forwarded by", "Forwarded mail",
    "Pesan terusan", "Terusan pesan", "Pesan yang diteruskan",
    "Pesan Diteruskan", "Diteruskan oleh", "Message transf",
};

static const char *const openers[] = {
    "Begin forwarded message:", "Pesan terusan dimulai:",
    "Mulai pesan terusan:", "Awal pesan terusan:",
    "Awal pesan yang diteruskan:", "Memulai pesan terusan:",
};

/* Fields of the header block that programs put above the text they quote: of
 * its sender, ... */
static const char *const senders[] = {
    "From", "Dari", "De", "Von", "Van", "Da", "Fra", "Fr\xc3\xa5n", "Od",
    "Pengirim", "Expediteur", "Exp\xc3\xa9" "diteur",
    "\xe5\x8f\x91\xe4\xbb\xb6\xe4\xba\xba",
    "\xe5\xaf\x84\xe4\xbb\xb6\xe8\x80\x85",
    "\xe5\xb7\xae\xe5\x87\xba\xe4\xba\xba", "\xd0\x9e\xd1\x82",
};

/* ... and the others. */
static const char *const fields[] = {
    "Sent", "Date", "To", "Cc", "Bcc", "Subject", "Reply-To", "Importance",
    "Dikirim", "Terkirim", "Tanggal", "Tgl", "Waktu", "Kepada", "Untuk", "Ke",
    "Tembusan", "Perihal", "Subjek", "Judul", "Hal",
    "Envoy\xc3\xa9", "Objet", "Sujet", "Message du", "Copie",
    "Copie \xc3\xa0", "\xc3\x80", "A", "Gesendet", "Datum", "An",
    "Betreff", "Enviado", "Para", "Asunto", "Assunto", "Data", "Inviato",
    "Oggetto", "Verzonden", "Aan", "Onderwerp", "Sendt", "Dato", "Til",
    "Emne", "Skickat", "Till", "\xc3\x84mne",
    "\xe5\x8f\x91\xe9\x80\x81\xe6\x97\xb6\xe9\x97\xb4",
    "\xe6\x94\xb6\xe4\xbb\xb6\xe4\xba\xba",
    "\xe4\xb8\xbb\xe9\xa2\x98",
    "\xd0\x9e\xd1\x82\xd0\xbf\xd1\x80\xd0\xb0\xd0\xb2\xd0\xbb\xd0\xb5\xd0\xbd"
    "\xd0\xbe",
    "\xd0\x9a\xd0\xbe\xd0\xbc\xd1\x83", "\xd0\xa2\xd0\xb5\xd0\xbc\xd0\xb0",
    "\xd0\x94\xd0\xb0\xd1\x82\xd0\xb0",
};

/* "-----Pesan Asli-----" and its kin. */
static bool is_divider(const char *line) {
    const char *word = line + strspn(line, "-_= ");

    return line_starts(line, openers, COUNT(openers)) > 0 ||
           (word - line >= 2 && *line != ' ' &&
            line_starts(word, dividers, COUNT(dividers)) > 0);
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
            if (*p == ':' || strncmp(p, "\xef\xbc\x9a", 3) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* A field with at least two more near below it, one of them the sender's. */
static bool is_block(const char *at) {
    struct line l = line_at(at);
    unsigned found = 0, from = 0;

    for (unsigned n = 0; n <= BLOCK_LINES; n++) {
        char line[LINES_READ];
        bool is_from, is_other;

        line_read(&l, line);
        is_from = is_field(line, senders, COUNT(senders));
        is_other = !is_from && is_field(line, fields, COUNT(fields));
        if (n == 0 && !is_from && !is_other) {
            return false;
        }
        from += is_from;
        found += is_from || is_other;
        if (*l.next == '\0') {
            break;
        }
        l = line_at(l.next);
    }
    return from > 0 && found >= 3;
}

/* A rule of dashes or the like, or a title between two. */
static bool is_rule(const char *line) {
    size_t rule = strspn(line, "-_="), n = strlen(line);

    return rule >= RULE_LINE &&
           (line[rule] == '\0' ||
            (n < TITLE_LINE && strchr("-_=", line[n - 1]) != NULL));
}

/* Where the rule has a block, or a quote, right below. */
static bool is_ruled_off(const struct line *l, const char *line) {
    struct line below;

    if (!is_rule(line)) {
        return false;
    }
    below = line_not_blank(l->next);
    return is_block(below.start) || attribution_at(below.start).lines > 0;
}

/* RFC 3676 4.3, the same without its space, and the rule above the footer of
 * a mailing list. */
static bool is_signature(const struct line *l, const char *line) {
    size_t rule = strspn(line, "_");

    return ((l->size == 2 || (l->size == 3 && l->start[2] == ' ')) &&
            (memcmp(l->start, "--", 2) == 0 ||
             memcmp(l->start, "__", 2) == 0)) ||
           (rule >= FOOTER_RULE && line[rule] == '\0');
}

/* What a program puts above a name, alone on its line.  Not thanks, nor what is
 * typed at the end of a letter: below it people go on. */
static const char *const closings[] = {
    "Regards", "Best regards", "Kind regards", "Warm regards",
    "With regards", "With best regards", "With kind regards",
    "Hormat saya", "Hormat kami", "Salam hormat", "Salam takzim", "Salam saya",
    "Cordialement", "Bien cordialement", "Mit freundlichen Gr\xc3\xbc\xc3\x9f"
    "en",
};

static bool is_closing(const char *line) {
    size_t n = line_starts(line, closings, COUNT(closings));

    return n > 0 && line[n + strspn(line + n, " ,.")] == '\0';
}

/* A name and the like below a closing, up to the end or a quote.  Where a line
 * there could mean anything for an answer, all stays. */
static bool is_name_below(const char *at) {
    for (unsigned lines = 0; *at != '\0';) {
        struct line below = line_at(at);
        char text[LINES_READ];

        line_read(&below, text);
        if (line_is_quoted(&below) || is_signature(&below, text) ||
            (*text != '\0' && (is_divider(text) || is_block(at) ||
                               attribution_at(at).lines > 0))) {
            return true;
        }
        if (*text != '\0' &&
            (++lines > CLOSING_LINES || strlen(text) > CLOSING_LINE ||
             decision_is_touched(text))) {
            return false;
        }
        at = below.next;
    }
    return true;
}

/* ---- the whole ----------------------------------------------------------- */

enum place {
    PLACE_OWN,
    PLACE_SIGNATURE, /* up to the next quote */
    PLACE_NOTICE,    /* likewise */
    PLACE_PARAGRAPH  /* a notice of one paragraph */
};

struct reader {
    struct buf *own;
    enum place place;
    unsigned closings; /* that were looked below */
    bool gap;          /* a blank line is due */
    bool fresh;        /* at the first line of a paragraph */
};

static void put_line(struct reader *r, const struct line *l) {
    struct buf *own = r->own;

    if (r->gap && own->size > 0) {
        buf_putc(own, '\n');
    }
    r->gap = false;
    buf_put(own, l->start, l->size);
    while (own->size > 0 && own->data[own->size - 1] == ' ') {
        own->data[--own->size] = '\0';
    }
    buf_putc(own, '\n');
}

/* A line that is neither quoted nor introduces a quote. */
static void take_line(struct reader *r, const struct line *l,
                      const char *line) {
    if (line_is_blank(l)) {
        r->gap = r->fresh = true;
        if (r->place == PLACE_PARAGRAPH) {
            r->place = PLACE_OWN;
        }
        return;
    }
    if (is_signature(l, line) ||
        (r->place == PLACE_OWN && r->own->size > 0 && is_closing(line) &&
         r->closings++ < CLOSINGS_READ && is_name_below(l->next))) {
        r->place = PLACE_SIGNATURE;
    } else if (r->fresh && r->place == PLACE_NOTICE &&
               notice_matters(l->start)) {
        r->place = PLACE_OWN;
    } else if (r->fresh && r->place == PLACE_OWN) {
        static const enum place places[] = {
            [NOTICE_NONE] = PLACE_OWN,
            [NOTICE_PARAGRAPH] = PLACE_PARAGRAPH,
            [NOTICE_REST] = PLACE_NOTICE};

        r->place = places[notice_at(l->start)];
    }
    r->fresh = is_rule(line);
    if (r->place == PLACE_OWN && !notice_of_program(line)) {
        put_line(r, l);
    }
}

/* Where reading goes on behind an attribution: at the quote, if that has
 * marks; NULL if nothing below is the person's own. */
static const char *skip_attribution(const char *at, struct attribution a) {
    struct line l = line_at(at);

    for (unsigned n = 1; n < a.lines; n++) {
        l = line_at(l.next);
    }
    l = line_not_blank(l.next);
    return a.goes_on || !line_is_quoted(&l) ? NULL : l.start;
}

void reply_own(const char *text, struct buf *own) {
    struct reader r = {.own = own, .fresh = true};

    for (const char *at = text; at != NULL && *at != '\0';) {
        struct line l = line_at(at);
        struct attribution a;
        char line[LINES_READ];

        if (line_is_quoted(&l)) {
            r.gap = r.fresh = true;
            r.place = PLACE_OWN; /* what follows a quote is a new answer */
            at = l.next;
            continue;
        }
        line_read(&l, line);
        a = *line == '\0' ? (struct attribution){0} : attribution_at(at);
        if (a.lines > 0) {
            at = skip_attribution(at, a);
            continue;
        }
        if (*line != '\0' &&
            (is_divider(line) || is_ruled_off(&l, line) || is_block(at))) {
            break;
        }
        take_line(&r, &l, line);
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
