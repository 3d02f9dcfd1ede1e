/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Procedures as offices write them, read by config/ and proved by workflow/:
 * what is shipped and what tests/workflows/right holds passes; each file of
 * tests/workflows/broken is found for the reason, and by the path, that its own
 * head states:
 *
 *   # finds: CODE...      all findings, in their order
 *   # path: ...           of the first one; "-" = it has none
 */
#include "workflow/check.h"

#include "base/io.h"
#include "base/mem.h"
#include "config/workflows.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { BROKEN_MIN = 25, FILES_MAX = 200, TEXT = 64 * 1024 };

static char *read_file(const char *path) {
    struct err e = ERR_INIT;
    char *text = NULL;
    size_t size;

    if (io_read_file(path, TEXT, &text, &size, &e) != 0) {
        fail_msg("%s", e.text);
    }
    return text;
}

static void path_of(char path[LIMIT_PATH], const char *folder,
                    const char *name) {
    const char *top = getenv("srcdir");

    snprintf(path, LIMIT_PATH, "%s/%s%s%s", top != NULL ? top : ".", folder,
             name[0] != '\0' ? "/" : "", name);
}

/* Both are freed by the caller. */
static struct check *check_file(const char *path, const char *text,
                                struct workflow **w_r) {
    struct check *c = xcalloc(1, sizeof *c);
    struct err e = ERR_INIT;

    *w_r = xcalloc(1, sizeof **w_r);
    if (workflow_read(path, text, strlen(text), NULL, *w_r, &e) != 0) {
        fail_msg("%s", e.text);
    }
    workflow_check(*w_r, c);
    return c;
}

/* What stands behind "# WORD: " in the head of a file; "" when it does not. */
static void head_of(const char *text, const char *word, char *to,
                    size_t room) {
    char mark[32];
    const char *at;

    snprintf(mark, sizeof mark, "# %s: ", word);
    at = strstr(text, mark);
    if (at == NULL) {
        to[0] = '\0';
        return;
    }
    at += strlen(mark);
    snprintf(to, room, "%.*s", (int)strcspn(at, "\n"), at);
}

static void found(const struct workflow *w, const struct check *c, char *codes,
                  char *path, size_t room) {
    struct buf b;
    size_t used = 0;

    codes[0] = '\0';
    for (size_t i = 0; i < c->count && used < room; i++) {
        used += (size_t)snprintf(codes + used, room - used, "%s%s",
                                 i > 0 ? " " : "", c->findings[i].code);
    }
    buf_init(&b, room);
    if (c->count > 0) {
        workflow_check_path(w, &c->findings[0], &b);
    }
    snprintf(path, room, "%s", b.size > 0 ? b.data : "-");
    buf_free(&b);
}

/* ---- every file of a folder ---------------------------------------------- */

static size_t each(const char *folder, void (*look)(const char *path,
                                                    const char *text)) {
    char dir[LIMIT_PATH], path[LIMIT_PATH];
    struct dirent *entry;
    size_t count = 0;
    DIR *d;

    path_of(dir, folder, "");
    d = opendir(dir);
    assert_non_null(d);
    while ((entry = readdir(d)) != NULL) {
        size_t n = strlen(entry->d_name);
        char *text;

        if (n < 6 || strcmp(entry->d_name + n - 5, ".conf") != 0) {
            continue;
        }
        path_of(path, folder, entry->d_name);
        text = read_file(path);
        look(path, text);
        free(text);
        count++;
    }
    closedir(d);
    return count;
}

static void look_at_right(const char *path, const char *text) {
    struct workflow *w;
    struct check *c = check_file(path, text, &w);

    if (c->count > 0) {
        fail_msg("%s:%u: %s", path, c->findings[0].line,
                 c->findings[0].sentence);
    }
    free(w);
    free(c);
}

static char *sentences[FILES_MAX];
static size_t sentence_count;

/* Its own reason: no other file is told the same of the same path. */
static void remember(const char *path, const char *sentence,
                     const char *leg) {
    char *told = xasprintf("%s [%s]", sentence, leg);

    assert_true(sentence_count < FILES_MAX);
    for (size_t i = 0; i < sentence_count; i++) {
        if (strcmp(sentences[i], told) == 0) {
            fail_msg("%s: found like another file: %s", path, told);
        }
    }
    sentences[sentence_count++] = told;
}

static void look_at_broken(const char *path, const char *text) {
    char finds[1024], way[1024], codes[1024], leg[1024];
    struct workflow *w;
    struct check *c = check_file(path, text, &w);

    head_of(text, "finds", finds, sizeof finds);
    head_of(text, "path", way, sizeof way);
    found(w, c, codes, leg, sizeof codes);
    if (finds[0] == '\0' || strcmp(finds, codes) != 0 ||
        strcmp(way, leg) != 0) {
        fail_msg("%s: found \"%s\" by %s", path, codes, leg);
    }
    remember(path, c->findings[0].sentence, leg);
    free(w);
    free(c);
}

static void what_is_shipped_is_proved(void **state) {
    (void)state;
    assert_true(each("conf/workflows", look_at_right) >= 1);
    assert_true(each("conf/examples", look_at_right) >= 1);
}

static void what_is_right_is_proved(void **state) {
    (void)state;
    assert_true(each("tests/workflows/right", look_at_right) >= 3);
}

static void each_broken_file_is_found_for_its_own_reason(void **state) {
    (void)state;
    assert_true(each("tests/workflows/broken", look_at_broken) >= BROKEN_MIN);
    while (sentence_count > 0) {
        free(sentences[--sentence_count]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_shipped_is_proved),
        cmocka_unit_test(what_is_right_is_proved),
        cmocka_unit_test(each_broken_file_is_found_for_its_own_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
