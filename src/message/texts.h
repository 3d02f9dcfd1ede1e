/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_TEXTS_H
#define LOKET_MESSAGE_TEXTS_H

#include "base/buf.h"
#include "model/mail.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The text of a mail, gathered part by part, as two people would read it: one
 * whose program shows plain text where there is a choice, and one whose
 * program shows HTML.  Where there is no choice both read the same.  The plain
 * reading is what counts; the other says whether it may be believed (V041).
 */
struct texts {
    struct buf plain, page;             /* clean; UTF-8, '\n' line ends */
    bool plain_damaged, page_damaged;   /* something had to be guessed */
    bool from_html; /* there was no text, so the plain reading has HTML */
    bool left_out;  /* words in the HTML were hidden or struck out */
    bool several;   /* there are words for some readers that stand in neither:
                       then nothing decides */
    bool blank_page; /* a page without a word, perhaps of pictures */
    bool in_choice;
};

void texts_init(struct texts *t);
void texts_free(struct texts *t);

/* How one part is written: its parameters, "" where it has none. */
struct text_part {
    const char *charset, *format, *delsp;
    const struct buf *bytes; /* decoded */
    bool damaged;            /* ... with something missing */
};

void texts_add_plain(struct texts *t, const struct text_part *part);
void texts_add_html(struct texts *t, const struct text_part *part);

/* Around the parts of a multipart/alternative; choices lie in one another. */
struct text_choice {
    size_t plain, page;
    bool plain_damaged, page_damaged, in_choice;
};
void texts_begin_choice(struct texts *t, struct text_choice *c);
void texts_end_choice(struct texts *t, const struct text_choice *c);

/* Takes what gateways put above and below away from both (mailbox.banners). */
void texts_take_banners(struct texts *t, const char *const *banners,
                        size_t count);

/* The own words and what they decide, from the plain reading; parts_differ,
 * from both.  Text in which something was guessed decides nothing (V073).
 * `plain` and `page` are the two without their armoured blocks; the same
 * pointer where they are equal. */
void texts_finish(const struct texts *t, const char *plain, const char *page,
                  struct mail_facts *facts);

#endif
