/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table-driven reader: walks a libconfig tree against a table of keys.
 * Called by settings.c, people.c and workflows.c.
 *
 * First the tree is walked and what the table does not know is refused, since
 * libconfig keeps unknown keys without a word; then each row of the table
 * fetches its value.  Every message names file, line, what was found and what
 * would be right (V171).
 */
#include "config/reader.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 256, KNOWN_SIZE = 320 };

/* What a walk carries along. */
struct walk {
    const struct source *source;
    const char *base;
    const struct key *keys;
    size_t count;
};

/* ---- words for messages ------------------------------------------------- */

void value_found(const config_setting_t *setting, char text[VALUE_FOUND_SIZE]) {
    char escaped[64];

    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_STRING:
        text_escape(escaped, sizeof escaped,
                    config_setting_get_string(setting));
        snprintf(text, VALUE_FOUND_SIZE, "\"%s\" (a string)", escaped);
        return;
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
        snprintf(text, VALUE_FOUND_SIZE, "%lld (a number)",
                 config_setting_get_int64(setting));
        return;
    case CONFIG_TYPE_FLOAT:
        text_copy(text, VALUE_FOUND_SIZE, "a number with a decimal point");
        return;
    case CONFIG_TYPE_BOOL:
        snprintf(text, VALUE_FOUND_SIZE, "%s (a boolean)",
                 config_setting_get_bool(setting) ? "true" : "false");
        return;
    case CONFIG_TYPE_GROUP:
        text_copy(text, VALUE_FOUND_SIZE, "a group");
        return;
    default:
        text_copy(text, VALUE_FOUND_SIZE, "a list");
        return;
    }
}

int value_wrong(const struct value *v, struct err *e) {
    char found[VALUE_FOUND_SIZE];

    value_found(v->setting, found);
    return err_set(e, ERR_SETUP, "%s:%u: %s is %s; %s", v->source->name,
                   config_setting_source_line(v->setting), v->path, found,
                   v->key->right);
}

int value_refuse(const struct value *v, struct err *e, const char *why, ...) {
    char found[VALUE_FOUND_SIZE], reason[256];
    va_list args;

    va_start(args, why);
    vsnprintf(reason, sizeof reason, why, args);
    va_end(args);
    value_found(v->setting, found);
    return err_set(e, ERR_SETUP, "%s:%u: %s is %s, %s; %s", v->source->name,
                   config_setting_source_line(v->setting), v->path, found,
                   reason, v->key->right);
}

/* ---- unknown keys ------------------------------------------------------- */

/* Is this word in "a, b, c"? */
static bool has_word(const char *list, const char *word) {
    size_t n = strlen(word);

    for (const char *p = list; *p != '\0';) {
        size_t length = strcspn(p, ",");

        if (length == n && strncmp(p, word, n) == 0) {
            return true;
        }
        p += length;
        p += strspn(p, ", ");
    }
    return false;
}

/* The names a group may hold, from the table. */
static void list_known(const struct walk *w, const char *group, char *list,
                       size_t room) {
    size_t n = strlen(group);

    list[0] = '\0';
    for (size_t i = 0; i < w->count; i++) {
        const char *path = w->keys[i].path;
        size_t used = strlen(list);
        char word[PATH_SIZE];

        if (strncmp(path, group, n) != 0) {
            continue;
        }
        text_copy_n(word, sizeof word, path + n, strcspn(path + n, "."));
        if (!has_word(list, word)) {
            snprintf(list + used, room - used, "%s%s", used > 0 ? ", " : "",
                     word);
        }
    }
}

enum known { KNOWN_NOT, KNOWN_KEY, KNOWN_GROUP };

static enum known look_up(const struct walk *w, const char *path) {
    size_t n = strlen(path);

    for (size_t i = 0; i < w->count; i++) {
        if (strncmp(w->keys[i].path, path, n) != 0) {
            continue;
        }
        if (w->keys[i].path[n] == '\0') {
            return KNOWN_KEY;
        }
        if (w->keys[i].path[n] == '.') {
            return KNOWN_GROUP;
        }
    }
    return KNOWN_NOT;
}

static int refuse_unknown(const struct walk *w, const config_setting_t *at,
                          const char *group, const char *path, struct err *e) {
    char known[KNOWN_SIZE];

    list_known(w, group, known, sizeof known);
    return err_set(e, ERR_SETUP,
                   "%s:%u: %s%s is not a known key; known here: %s",
                   w->source->name, config_setting_source_line(at), w->base,
                   path, known);
}

static int refuse_group(const struct walk *w, const config_setting_t *at,
                        const char *path, struct err *e) {
    char found[VALUE_FOUND_SIZE];

    value_found(at, found);
    return err_set(e, ERR_SETUP,
                   "%s:%u: %s%s is %s; a group is right, for example "
                   "%s = { ... };",
                   w->source->name, config_setting_source_line(at), w->base,
                   path, found, config_setting_name(at));
}

/* `group` is "" or ends in a dot.  Goes two levels down at most, for so deep
 * are the tables. */
static int walk_group(const struct walk *w, const config_setting_t *setting,
                      const char *group, struct err *e) {
    int n = config_setting_length(setting);

    for (int i = 0; i < n; i++) {
        const config_setting_t *at =
            config_setting_get_elem(setting, (unsigned)i);
        char path[PATH_SIZE];
        enum known known;

        snprintf(path, sizeof path, "%s%.80s", group, config_setting_name(at));
        known = look_up(w, path);
        if (known == KNOWN_NOT) {
            return refuse_unknown(w, at, group, path, e);
        }
        if (known == KNOWN_GROUP) {
            if (config_setting_type(at) != CONFIG_TYPE_GROUP) {
                return refuse_group(w, at, path, e);
            }
            snprintf(path, sizeof path, "%s%.80s.", group,
                     config_setting_name(at));
            if (walk_group(w, at, path, e) != 0) {
                return -1;
            }
        }
    }
    return 0;
}

/* ---- the rows ----------------------------------------------------------- */

/* The setting at a dotted path; *group_r is the deepest group that is there. */
static const config_setting_t *find(const config_setting_t *group,
                                    const char *path,
                                    const config_setting_t **group_r) {
    char word[PATH_SIZE];

    for (;;) {
        size_t n = strcspn(path, ".");

        *group_r = group;
        text_copy_n(word, sizeof word, path, n);
        group = config_setting_get_member(group, word);
        if (group == NULL || path[n] == '\0') {
            return group;
        }
        path += n + 1;
    }
}

static int refuse_missing(const struct walk *w, const struct key *key,
                          const config_setting_t *group, struct err *e) {
    unsigned line = config_setting_source_line(group);

    /* The root of a file has no line of its own. */
    if (line == 0 || config_setting_is_root(group)) {
        return err_set(e, ERR_SETUP, "%s: %s%s is missing; %s", w->source->name,
                       w->base, key->path, key->right);
    }
    return err_set(e, ERR_SETUP, "%s:%u: %s%s is missing; %s", w->source->name,
                   line, w->base, key->path, key->right);
}

static int read_key(const struct walk *w, const struct key *key,
                    const config_setting_t *group, void *to, struct err *e) {
    const config_setting_t *inner;
    const config_setting_t *setting = find(group, key->path, &inner);
    char path[PATH_SIZE];
    struct value v = {w->source, key, setting, path};

    if (setting == NULL) {
        return key->required || (key->required_in_group && inner != group)
                   ? refuse_missing(w, key, inner, e)
                   : 0;
    }
    snprintf(path, sizeof path, "%s%s", w->base, key->path);
    return key->read(&v, (char *)to + key->offset, e);
}

int reader_read(const struct source *s, const config_setting_t *group,
                const char *base, const struct key *keys, size_t count,
                void *to, struct err *e) {
    struct walk w = {s, base, keys, count};

    if (walk_group(&w, group, "", e) != 0) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        if (read_key(&w, &keys[i], group, to, e) != 0) {
            return -1;
        }
    }
    return 0;
}
