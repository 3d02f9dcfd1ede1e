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
    CLOSINGS_READ = 4, /* looking below one costs */
    FIELD_NAME = 24
};

#define HTML_DIVIDER "-----Original Message-----"

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
    PLACE_PARAGRAPH, /* a notice of one paragraph */
    PLACE_SIGNED,    /* the same, in a signature */
    PLACE_FOOTER,    /* of a list, up to the next quote */
    PLACE_TAIL       /* below what might be the head of a quote */
};

/* Why a line was left out. */
enum lost {
    LOST_OTHER = 'o', /* it may have decision words, as our letters */
    LOST_SIGNATURE = 's',
    LOST_UNLIKE = 'u' /* it only began like a notice */
};

struct reader {
    struct buf *own;
    enum place place;
    unsigned closings; /* that were looked below */
    bool gap;          /* a blank line is due */
    bool fresh;        /* at the first line of a paragraph */
    bool pure;         /* the notice has nothing else in it */
    struct buf lost;   /* lines left out, an enum lost before each */
    const char *quote; /* where the first one begins, NULL */
};

static void lose(struct reader *r, const char *line, enum lost why) {
    if (*line != '\0') {
        buf_putc(&r->lost, (char)why);
        buf_puts(&r->lost, line);
        buf_putc(&r->lost, '\n');
    }
}

static bool takes_back(const char *line, enum lost why, bool affirming) {
    if (affirming && why == LOST_UNLIKE) {
        return true;
    }
    return affirming && why == LOST_SIGNATURE
               ? !decision_is_signature(line)
               : decision_is_turned(line, affirming);
}

/* Puts the first line that was lost and might take the answer back below it,
 * so that it asks back, and shows why. */
static void put_lost(struct reader *r) {
    bool affirming;

    if (r->lost.size == 0 || !decision_is_given(r->own->data, &affirming)) {
        return;
    }
    for (const char *at = r->lost.data; *at != '\0';) {
        struct line l = line_at(at + 1);
        char line[LINES_READ];

        line_read(&l, line);
        if (takes_back(line, (enum lost)*at, affirming)) {
            buf_putc(r->own, '\n'); /* it stood on a line of its own */
            buf_puts(r->own, line);
            return;
        }
        at = l.next;
    }
}

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

/* Where a line stands that is not blank. */
static void find_place(struct reader *r, const struct line *l,
                       const char *line) {
    static const enum place own[] = {[NOTICE_NONE] = PLACE_OWN,
                                     [NOTICE_PARAGRAPH] = PLACE_PARAGRAPH,
                                     [NOTICE_REST] = PLACE_NOTICE};
    static const enum place signed_[] = {[NOTICE_NONE] = PLACE_SIGNATURE,
                                         [NOTICE_PARAGRAPH] = PLACE_SIGNED,
                                         [NOTICE_REST] = PLACE_SIGNED};

    if (is_signature(l, line)) {
        r->place = *line == '_' && l->size > 3 ? PLACE_FOOTER
                                               : PLACE_SIGNATURE;
    } else if (r->place == PLACE_OWN && r->own->size > 0 &&
               is_closing(line) && r->closings++ < CLOSINGS_READ &&
               is_name_below(l->next)) {
        r->place = PLACE_SIGNATURE;
    } else if (r->fresh && r->place == PLACE_NOTICE &&
               notice_matters(l->start)) {
        r->place = PLACE_OWN;
    } else if (r->fresh && r->place == PLACE_OWN) {
        r->place = own[notice_at(l->start)];
    } else if (r->fresh && r->place == PLACE_SIGNATURE) {
        r->place = signed_[notice_at(l->start)];
    }
}

/* Notes a line that is left out; headings of notices are none. */
static void lose_line(struct reader *r, const struct line *l,
                      const char *line) {
    bool notice = r->place == PLACE_NOTICE || r->place == PLACE_PARAGRAPH ||
                  r->place == PLACE_SIGNED;

    if (notice && notice_at(l->start) == NOTICE_REST) {
        r->fresh = true;
    } else if (notice && r->fresh) {
        r->pure = notice_is_pure(l->start);
        r->fresh = false;
    }
    if (notice_of_program(line)) {
        if (!notice_is_pure_program(line)) {
            lose(r, line, LOST_UNLIKE);
        }
    } else if (notice) {
        if (!r->fresh && !r->pure) {
            lose(r, line, LOST_UNLIKE);
        }
    } else if (!is_signature(l, line)) {
        lose(r, line, r->place == PLACE_SIGNATURE ? LOST_SIGNATURE
                                                  : LOST_OTHER);
    }
}

/* A line that is neither quoted nor introduces a quote. */
static void take_line(struct reader *r, const struct line *l,
                      const char *line) {
    if (line_is_blank(l)) {
        r->gap = r->fresh = true;
        r->place = r->place == PLACE_PARAGRAPH ? PLACE_OWN
                   : r->place == PLACE_SIGNED  ? PLACE_SIGNATURE
                                               : r->place;
        return;
    }
    find_place(r, l, line);
    if (r->place == PLACE_OWN && !notice_of_program(line)) {
        put_line(r, l);
    } else {
        lose_line(r, l, line);
        if (r->fresh) {
            return; /* a heading: its notice begins below */
        }
    }
    r->fresh = is_rule(line);
}

/* Where reading goes on behind an attribution: at the quote, if that has
 * marks; NULL if nothing below is the person's own.  Where that is not sure,
 * nothing below is put, but it may take an answer back. */
static const char *skip_attribution(struct reader *r, const char *at,
                                    struct attribution a) {
    struct line l = line_at(at);
    char line[LINES_READ];

    for (unsigned n = 1;; n++) {
        line_read(&l, line);
        if (!a.sure) {
            lose(r, line, LOST_OTHER);
        }
        if (n >= a.lines) {
            break;
        }
        l = line_at(l.next);
    }
    at = l.next;
    l = line_not_blank(at);
    if (!a.goes_on && line_is_quoted(&l)) {
        return l.start;
    }
    if (a.sure) {
        return NULL;
    }
    r->place = PLACE_TAIL;
    return at;
}

/* "> Dari: A" below a title: only the head of the quote has marks. */
static bool is_marked_sender(const struct line *l) {
    char line[LINES_READ];

    line_read(l, line);
    return line_is_quoted(l) &&
           is_field(line + strspn(line, "> "), senders, COUNT(senders));
}

/* "Asal: ...", of a language that nobody listed, below what html.c writes where
 * a program marked its quote as one. */
static bool is_any_field(struct line l) {
    char line[LINES_READ];
    size_t n;

    line_read(&l, line);
    if (strcmp(line, HTML_DIVIDER) == 0) {
        l = line_not_blank(l.next);
        line_read(&l, line);
    }
    n = strcspn(line, " :*");
    return n > 0 && n < FIELD_NAME && line[n + strspn(line + n, " *")] == ':' &&
           !decision_is_turned(line + n + 1, true);
}

/* The head of a quote that has no marks: the block itself, or a title or a
 * rule above one. */
static bool is_head(const struct line *l, const char *line) {
    struct line below;

    if (is_block(l->start)) {
        return true;
    }
    if (!is_divider(line) && !is_rule(line)) {
        return false;
    }
    below = line_not_blank(l->next);
    return is_block(below.start) ||
           (is_divider(line) && is_marked_sender(&below)) ||
           (strcmp(line, HTML_DIVIDER) == 0 && is_any_field(below));
}

static void note_quote(struct reader *r, const char *at) {
    r->quote = r->quote == NULL ? at : r->quote;
}

/* One line, or an attribution; where to go on, NULL at the end. */
static const char *read_line(struct reader *r, const char *at) {
    struct line l = line_at(at);
    struct attribution a = {0};
    char line[LINES_READ];

    line_read(&l, line);
    if (line_is_quoted(&l)) {
        note_quote(r, at);
        if (line[0] == '|' && r->place != PLACE_TAIL) {
            lose(r, line + 1, LOST_OTHER); /* few programs quote with it */
        }
        r->gap = r->fresh = true;
        r->place = r->place == PLACE_TAIL ? PLACE_TAIL : PLACE_OWN;
        return l.next; /* what follows a quote is a new answer */
    }
    if (*line != '\0') {
        a = attribution_at(at);
        if (a.lines > 0) {
            note_quote(r, at);
            return skip_attribution(r, at, a);
        }
        if (is_head(&l, line)) {
            note_quote(r, at);
            return NULL;
        }
        if (is_divider(line)) {
            note_quote(r, at);
            r->place = PLACE_TAIL;
        } else if (is_ruled_off(&l, line)) {
            lose(r, line, LOST_OTHER);
            return l.next;
        }
    }
    take_line(r, &l, line);
    return l.next;
}

const char *reply_own(const char *text, struct buf *own) {
    struct reader r = {.own = own, .fresh = true};

    buf_init(&r.lost, 3 * strlen(text) + 16); /* two more of each line */
    for (const char *at = text; at != NULL && *at != '\0';) {
        at = read_line(&r, at);
    }
    if (own->size > 0 && own->data[own->size - 1] == '\n') {
        own->data[--own->size] = '\0';
    }
    put_lost(&r);
    buf_free(&r.lost);
    return r.quote;
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
        if (stuffed && !open && size > 0 && start[0] == '>') {
            buf_puts(to, "    "); /* written, not quoted (RFC 3676 4.4) */
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
