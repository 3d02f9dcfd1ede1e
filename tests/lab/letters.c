/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes every letter that Loket sends, in every wording, and a refusal for
 * each defect by itself, into a folder:
 * LANGUAGE-KIND.eml and LANGUAGE-KIND-PHRASE.eml.  For people who want to look
 * at them, and for tests/story/test_letters.py, which answers them.
 *
 *     letters CONF_DIR FOLDER
 */
#include "../unit/letter_help.h"

#include "base/io.h"
#include "config/letters.h"

#include <fcntl.h>
#include <unistd.h>

static int write_letter(const struct letter *letter, const char *folder,
                        const char *phrase) {
    struct err e = ERR_INIT;
    char path[LIMIT_PATH], *bytes;
    size_t size;
    int fd, rc;

    if (letter_compose(&office, &week, book, letter, &bytes, &size, &e) != 0) {
        fprintf(stderr, "letters: %s\n", e.text);
        return 1;
    }
    snprintf(path, sizeof path, "%s/%s-%s%s%s.eml", folder,
             language_name(letter->language), letter_kind_name(letter->kind),
             phrase != NULL ? "-" : "", phrase != NULL ? phrase : "");
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    rc = fd < 0 || io_write_all(fd, bytes, size, &e) != 0;
    if (fd >= 0) {
        close(fd);
    }
    free(bytes);
    return rc;
}

/* The paper that a verifier gets, as small as one can be. */
static void add_files(struct letter *letter) {
    static const char pdf[] = "%PDF-1.4\n%%EOF\n";
    static char reason[4096];

    letter->files[letter->file_count++] = (struct letter_file){
        "surat pernyataan.pdf", "application/pdf", pdf, sizeof pdf - 1};
    if (letter->kind == LETTER_WORK) {
        say(letter->language, "letter-of-reason", reason, sizeof reason);
        letter->files[letter->file_count++] = (struct letter_file){
            "alasan.txt", "text/plain", reason, strlen(reason)};
    }
}

static char *one_defect(enum language l, enum defect defect) {
    char name[LIMIT_WORD], text[2048], make[2048] = "";
    struct buf b;

    snprintf(name, sizeof name, "defect-%s", defect_name(defect));
    say(l, name, text, sizeof text);
    if (strstr(name, "-csr") != NULL) {
        say(l, "make-csr", make, sizeof make);
    }
    buf_init(&b, LIMIT_SLOT_TEXT);
    buf_printf(&b, "1. %s%s%s", text, make[0] != '\0' ? "\n\n" : "", make);
    return buf_take(&b, NULL);
}

/* A refusal for each single reason, as an applicant would read it. */
static int write_refusals(struct draft *d, const char *folder) {
    int rc = 0;

    for (int k = 0; k < DEFECT__MAX; k++) {
        char *text = one_defect(d->letter.language, (enum defect)k);

        d->letter.values[SLOT_DEFECTS] = text;
        rc |= write_letter(&d->letter, folder, defect_name((enum defect)k));
        free(text);
    }
    d->letter.values[SLOT_DEFECTS] = d->defects;
    return rc;
}

static int write_kind(enum letter_kind kind, enum language l,
                      const char *folder) {
    struct draft *d = draft_new(kind, l);
    int rc;

    if (asks(kind)) {
        add_files(&d->letter);
    }
    rc = write_letter(&d->letter, folder, NULL);
    if (kind == LETTER_INCOMPLETE) {
        rc |= write_refusals(d, folder);
    }
    for (size_t v = 0; v < VARIANTS; v++) {
        for (size_t i = 0; letter_phrases[i] != NULL; i++) {
            if (variants[v].kind == kind &&
                text_starts_ci(letter_phrases[i], variants[v].prefix)) {
                draft_say(d, variants[v].slot, letter_phrases[i]);
                rc |= write_letter(&d->letter, folder, letter_phrases[i]);
            }
        }
    }
    draft_free(d);
    return rc;
}

int main(int argc, char **argv) {
    struct err e = ERR_INIT;
    int rc = 0;

    if (argc != 3) {
        fprintf(stderr, "usage: letters CONF_DIR FOLDER\n");
        return 100;
    }
    make_week();
    book = letters_load(argv[1], &e);
    if (book == NULL) {
        fprintf(stderr, "letters: %s\n", e.text);
        return 1;
    }
    for (int l = 0; l < LANGUAGE__MAX; l++) {
        for (int k = 0; k < LETTER__MAX; k++) {
            rc |= write_kind((enum letter_kind)k, (enum language)l, argv[2]);
        }
    }
    letterbook_free(&book);
    return rc;
}
