/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The request words (requirements.md 6): INFO, FORMULIR, STATUS and the like.
 * Called by mime.c, once subject and own text are read; pure.
 *
 *     the subject begins with the word   a mail of its own
 *     the first own line is the word     in an answer to one of our letters
 *
 * "Re: Info" is an answer to something else and asks nothing, so "Re:" and
 * "Fwd:" are not passed over.  Like decisions, words are compared byte by byte,
 * ASCII case folded: what only looks like one is none.
 */
#include "message/request.h"

#include "model/mail.h"
#include "model/words.h"

#include <stdbool.h>
#include <string.h>

static const struct {
    const char *word;
    enum request_word request;
} words[] = {
    {"INFO", REQUEST_INFO},
    {"STANDAR", REQUEST_INFO},
    {"STANDARD", REQUEST_INFO},
    {"FORMULIR", REQUEST_FORM},
    {"FORM", REQUEST_FORM},
    {"FORMS", REQUEST_FORM},
    {"STATUS", REQUEST_STATUS},
    {"CEK", REQUEST_CHECK},
    {"CHECK", REQUEST_CHECK},
    {"PENGADUAN", REQUEST_COMPLAINT},
    {"COMPLAINT", REQUEST_COMPLAINT},
    {"SARAN", REQUEST_SUGGESTION},
    {"MASUKAN", REQUEST_SUGGESTION},
    {"SUGGESTION", REQUEST_SUGGESTION},
    {"SURVEI", REQUEST_SURVEY},
    {"SURVEY", REQUEST_SURVEY},
    {"LOKET", REQUEST_DESK},
};

/* They may follow and say no more than the word does. */
static const char *const fillers[] = {
    "LAYANAN", "PELAYANAN", "STANDAR", "PERMOHONAN", "BERKAS", "KASUS",
    "SURAT", "SERVICE", "STANDARD", "REQUEST", "APPLICATION", "CASE",
    "LETTER", "LETTERS", "PLEASE",
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static bool is_word_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* The next word of *text, which is moved behind it; its length, 0 = none. */
static size_t next_word(const char **text, const char **word_r) {
    const char *p = *text;

    while (*p != '\0' && !is_word_byte(*p)) {
        p++;
    }
    *word_r = p;
    while (is_word_byte(*p)) {
        p++;
    }
    *text = p;
    return (size_t)(p - *word_r);
}

static bool is_word(const char *upper, const char *word, size_t size) {
    size_t n = 0;

    while (n < size && upper[n] != '\0' &&
           (word[n] == upper[n] || word[n] == (upper[n] | 0x20))) {
        n++;
    }
    return n == size && upper[n] == '\0';
}

static enum request_word find(const char *word, size_t size) {
    for (size_t i = 0; i < COUNT(words); i++) {
        if (is_word(words[i].word, word, size)) {
            return words[i].request;
        }
    }
    return REQUEST_NONE;
}

static bool is_filler(const char *word, size_t size) {
    for (size_t i = 0; i < COUNT(fillers); i++) {
        if (is_word(fillers[i], word, size)) {
            return true;
        }
    }
    return courtesy_has_word(word, size);
}

static enum request_word read_line(const char *line, bool *alone_r) {
    const char *word;
    size_t size = next_word(&line, &word);
    enum request_word found = find(word, size);

    *alone_r = found != REQUEST_NONE;
    while (*alone_r && (size = next_word(&line, &word)) > 0) {
        *alone_r = is_filler(word, size);
    }
    return found;
}

void request_read(struct mail_facts *facts) {
    enum request_word said;
    bool alone;

    facts->request = read_line(facts->subject, &facts->request_alone);
    said = read_line(facts->first_line, &alone);
    if (facts->request == REQUEST_NONE && alone) {
        facts->request = said;
        facts->request_alone = true;
    }
}
