/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of decision words and two look-ups; asked by config/ when it reads
 * templates and by letter/ when it wraps lines.
 */
#include "model/words.h"

#include <stdbool.h>
#include <string.h>

const char *const decision_words[] = {
    "SETUJU",   "DISETUJUI", "MENYETUJUI", "SETUJUI",      "ACC",
    "APPROVE",  "APPROVED",  "TOLAK",      "DITOLAK",      "MENOLAK",
    "REJECT",   "REJECTED",  "PERBAIKI",   "PERBAIKAN",    "REVISI",
    "LENGKAPI", "KEMBALIKAN", "DIKEMBALIKAN", "SESUAI",    "VALID",
    "LENGKAP",  "DISPOSISI", "TERUSKAN",   "PROSES",       "LANJUTI",
    "DELEGASI", "DELEGATE",  "SELESAI",    "DONE",         "GAGAL",
    "FAILED",   "CABUT",     "BATAL",      "STATUS",       "INFO",
    "FORMULIR", "PENGADUAN", "SARAN",      "JAWAB",        "SOLUSI",
    "SENGKETA", "LAPANGAN",  "RESPOND",    "SOLUTION",     "DISPUTE",
    "INSPECT",  "SOLVED",    NULL};

const char *const courtesy_phrases[] = {
    "pak", "bu", "bapak", "ibu", "mas", "mbak", "bang", "kang", "teh", "bli",
    "ndan", "ya", "terima kasih", "terima kasih banyak", "terimakasih",
    "makasih", "trims", "matur nuwun", "hatur nuhun", "suksma", "thanks",
    "thank you", "thx", "maaf", NULL};

/* Not those beyond ASCII: a quotation mark or an emoji may stand right beside a
 * decision word, and a letter that does costs no more than a wrapped line. */
static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9');
}

static bool is_decision(const char *word, size_t size) {
    for (size_t i = 0; decision_words[i] != NULL; i++) {
        const char *d = decision_words[i];
        size_t n = 0;

        while (n < size && d[n] != '\0' && (word[n] & ~0x20) == d[n]) {
            n++;
        }
        if (n == size && d[n] == '\0') {
            return true;
        }
    }
    return false;
}

/* ASCII folded, no locale. */
static bool is_equal(const char *small, const char *word, size_t size) {
    size_t n = 0;

    while (n < size && (word[n] | 0x20) == small[n]) {
        n++;
    }
    return n == size;
}

bool courtesy_has_word(const char *word, size_t size) {
    for (size_t i = 0; courtesy_phrases[i] != NULL; i++) {
        for (const char *p = courtesy_phrases[i]; *p != '\0';) {
            size_t n = strcspn(p, " ");

            if (n == size && is_equal(p, word, n)) {
                return true;
            }
            p += n + (p[n] == ' ');
        }
    }
    return false;
}

const char *decision_word_at_end(const char *line, size_t *size_r) {
    size_t end = strlen(line), from;

    do {
        while (end > 0 && !is_letter(line[end - 1])) {
            end--;
        }
        from = end;
        while (from > 0 && is_letter(line[from - 1])) {
            from--;
        }
        *size_r = end - from;
    } while (end > from && courtesy_has_word(line + from, end - from) &&
             (end = from) > 0);
    return end > from && is_decision(line + from, end - from) ? line + from
                                                              : NULL;
}

const char *decision_word_in(const char *line) {
    while (*line != '\0') {
        size_t n = 0;

        while (is_letter(line[n])) {
            n++;
        }
        if (n > 0 && is_decision(line, n)) {
            return line;
        }
        line += n > 0 ? n : 1;
    }
    return NULL;
}
