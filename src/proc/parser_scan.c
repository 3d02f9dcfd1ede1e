/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loket-parser-scan: a child for each picture of a letter, read by tesseract.
 * Built only where tesseract is, started only where documents.ocr = true
 * (docs/decisions/019).
 */
#include "proc/parser.h"

#include "base/clock.h"
#include "config/settings.h"
#include "document/ocr.h"
#include "wire/facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_USAGE = 100, EXIT_SYSTEM = 111 };

static char languages[LIMIT_WORD];

static void warm_up(void) {
    if (ocr_warm_up(languages) != 0) {
        fprintf(stderr,
                "<3>scan-parser: documents.ocr_languages is \"%s\", which "
                "tesseract cannot load; install its package, for example "
                "tesseract-ocr-ind\n",
                languages);
        exit(EXIT_SYSTEM);
    }
}

static int examine_scan(struct channel *ch, const struct parser_input *in,
                        struct err *e) {
    static struct pdf_facts facts; /* too large for a stack */

    ocr_examine(in->bytes, in->size, clock_now(), &facts);
    return pdf_send(ch, &facts, e);
}

/* Tesseract's threads read their number at the start of the program, and a
 * child may make none. */
static void be_single(char **argv) {
    if (getenv("OMP_THREAD_LIMIT") == NULL) {
        setenv("OMP_THREAD_LIMIT", "1", 1);
        execv("/proc/self/exe", argv);
        exit(EXIT_SYSTEM);
    }
}

static int read_languages(const char *config_dir) {
    struct settings *s = NULL;
    struct err e = ERR_INIT;

    if (settings_load(config_dir, &s, &e) != 0) {
        fprintf(stderr, "<3>scan-parser: %s\n", e.text);
        return -1;
    }
    snprintf(languages, sizeof languages, "%s", s->documents.ocr_languages);
    settings_free(&s);
    return 0;
}

int main(int argc, char **argv) {
    static const struct parser_object objects[] = {
        {LOKET__EXAMINE__OBJECT__SCAN, LIMIT_MAIL, 0, 0, examine_scan},
    };
    static const struct parser parser = {
        .name = "scan-parser",
        .warm_up = warm_up,
        .objects = objects,
        .object_count = sizeof objects / sizeof objects[0],
        .cpu_sec = LIMIT_OCR_CPU_SEC,
        .wall_sec = LIMIT_OCR_WALL_SEC,
    };

    if (argc != 2) {
        fprintf(stderr, "loket-parser-scan is started by loketd\n");
        return EXIT_USAGE;
    }
    be_single(argv);
    return read_languages(argv[1]) != 0 ? EXIT_SYSTEM
                                        : parser_run(&parser, argv);
}
