/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One value of a letter, cut out of its line and cleaned of what belongs to
 * the form: dots to write on, the number of the next line, the sentence that
 * follows.  Called by paper.c and stamp.c.
 */
#include "document/field.h"

#include "base/text.h"
#include "document/document.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum { NUMBERS = 4 };

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

/* What begins the next sentence where lines were lost. */
static const char *const sentences[] = {
    " dengan ini ", " menyatakan ", " menerangkan ", " yang bertanda tangan",
    " selanjutnya ", " demikian ", " adalah benar", " bahwa ", " dengan hormat",
    " mengajukan ", " memohon ", " bersama ini ", " hereby ", " untuk itu ",
    " yang bersangkutan ", " untuk memperoleh ", " untuk dapat ",
};

static void cut_sentence(char *text) {
    for (size_t i = 0; i < COUNT(sentences); i++) {
        const char *at = text_find_ci(text, sentences[i]);

        if (at != NULL) {
            text[at - text] = '\0';
        }
    }
}

/* The dots and lines of a form that nobody filled in. */
static void drop_leaders(char *text) {
    char *to = text;

    while (*text != '\0') {
        size_t n = strspn(text, "._");

        if (n >= 3) {
            text += n;
            continue;
        }
        *to++ = *text++;
    }
    *to = '\0';
}

/* "... Utara 5.": the next line's number in a text without lines. */
static void drop_marker(char *text) {
    char *last = strrchr(text, ' ');
    size_t n = last == NULL ? 0 : strspn(last + 1, "0123456789");

    if (n > 0 && n <= 2 && strcmp(last + 1 + n, ".") == 0) {
        *last = '\0';
    }
}

static void drop_ends(char *text) {
    size_t skip = strspn(text, " :=-,;/|*[<");
    size_t n = strlen(text + skip);

    memmove(text, text + skip, n + 1);
    while (n > 0 && strchr(" :=-,;/|*]>", text[n - 1]) != NULL) {
        text[--n] = '\0';
    }
}

static bool has_letters(const char *text) {
    size_t n = 0;

    for (; *text != '\0'; text++) {
        n += is_letter(*text);
    }
    return n >= 2;
}

/* One value, as it stands there; lines that were joined have a NUL between
 * them. */
void field_value(char *to, size_t room, const char *from,
                       const char *end) {
    char text[LIMIT_NAME * 2];
    size_t n = (size_t)(end - from);

    n = n < sizeof text - 1 ? n : sizeof text - 1;
    for (size_t i = 0; i < n; i++) {
        text[i] = from[i] == '\0' ? ' ' : from[i];
    }
    text[n] = '\0';
    drop_leaders(text);
    text_squeeze(text);
    cut_sentence(text);
    drop_marker(text);
    drop_ends(text);
    text_copy(to, room, text);
}

void field_words(char *to, size_t room, const char *from,
                       const char *end) {
    field_value(to, room, from, end);
    if (!has_letters(to)) {
        to[0] = '\0'; /* "-", "1" */
    }
}

/* What people write before and behind a name, and what begins no name. */
static const char *const not_names[] = {
    "sdr", "sdri", "saudara", "saudari", "bapak", "ibu", "bpk", "nip", "nik",
    "nrp", "nama", "saya", "pegawai", "an", "a.n", "yang", "bersangkutan",
    "mr", "mrs", "ms", "pangkat", "atas", "nomor", "surat", "pernyataan",
    "permohonan", "keterangan", "rekomendasi", "pemerintah", "provinsi", "kota",
    "kabupaten", "kecamatan", "dinas", "badan", "kepala", "jabatan"};

bool field_is_no_name(const char *word, size_t size) {
    char plain[32];

    while (size > 0 && strchr(".,:;()/", word[size - 1]) != NULL) {
        size--;
    }
    while (size > 0 && strchr("(/", word[0]) != NULL) {
        word++;
        size--;
    }
    text_copy_n(plain, sizeof plain, word, size);
    for (size_t i = 0; i < COUNT(not_names); i++) {
        if (text_equal_ci(plain, not_names[i])) {
            return true;
        }
    }
    return size == 0;
}

static void drop_titles_of_address(char *name) {
    size_t n = strcspn(name, "0123456789");

    name[n] = '\0'; /* a number behind it is another field */
    for (;;) {
        size_t word = strcspn(name, " ");

        if (*name == '\0' || !field_is_no_name(name, word)) {
            break;
        }
        word += strspn(name + word, " ");
        memmove(name, name + word, strlen(name + word) + 1);
    }
    for (;;) {
        char *last = strrchr(name, ' ');

        drop_ends(name);
        last = strrchr(name, ' ');
        if (last == NULL || !field_is_no_name(last + 1, strlen(last + 1))) {
            break;
        }
        *last = '\0';
    }
}

void field_name(char *to, size_t room, const char *from,
                      const char *end) {
    size_t n;

    field_words(to, room, from, end);
    if (to[0] == '(') {
        memmove(to, to + 1, strlen(to));
        to[strcspn(to, ")")] = '\0';
    }
    drop_titles_of_address(to);
    n = strlen(to);
    if (n > 0 && to[n - 1] == ')' && strchr(to, '(') == NULL) {
        to[n - 1] = '\0';
    }
    if (!has_letters(to)) {
        to[0] = '\0';
    }
}

/* The first number of that kind in there; NIP fields hold a NIK where somebody
 * has no NIP (requirements.md 3). */
void field_ids(const char *from, const char *end, usec_t today,
                        char nip[LIMIT_NIP], char nik[LIMIT_NIK]) {
    struct id_number ids[NUMBERS];
    char text[LIMIT_NAME];
    size_t count;

    text_copy_n(text, sizeof text, from, (size_t)(end - from));
    count = id_numbers_find(text, today, ids, NUMBERS);
    for (size_t i = 0; i < count; i++) {
        if (ids[i].kind == ID_NIP && nip[0] == '\0') {
            text_copy(nip, LIMIT_NIP, ids[i].digits);
        } else if (ids[i].kind == ID_NIK && nik[0] == '\0') {
            text_copy(nik, LIMIT_NIK, ids[i].digits);
        }
    }
}
