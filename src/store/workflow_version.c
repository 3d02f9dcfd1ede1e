/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The workflow files that cases began with, byte for byte: a case stays with
 * its version however the file changes (PKL-15), and what changed when and by
 * whom can be looked up (PKL-19).  Called by the engine when it reads its
 * configuration (once more before it reads it anew), and when a case of an
 * older version moves.
 */
#include "store/store_private.h"

#include <string.h>

/* Digest of the bytes kept for this version; 1, 0. */
static int find_source(struct store *s, const char *name, const char *version,
                       struct digest *source_r, struct err *e) {
    struct query q;
    int rc;

    if (query_open(s, &q,
                   "SELECT source FROM workflow_version"
                   " WHERE name = ? AND version = ?",
                   e) != 0) {
        return -1;
    }
    put_text(&q, name);
    put_text(&q, version);
    rc = query_step(&q, e);
    if (rc == 1) {
        get_digest(&q, source_r);
    }
    query_close(&q);
    return rc;
}

static int is_in_use(struct store *s, const struct workflow *w, bool *used_r,
                     struct err *e) {
    struct query q;

    if (query_open(s, &q,
                   "SELECT EXISTS (SELECT 1 FROM casefile"
                   " WHERE workflow = ? AND workflow_version = ?)",
                   e) != 0) {
        return -1;
    }
    put_text(&q, w->name);
    put_text(&q, w->version);
    return query_exists(&q, used_r, e);
}

/* No case has begun with this version: the file may still be mended. */
static int may_replace(struct store *s, const struct workflow *w,
                       const struct digest *old, const struct digest *source,
                       struct err *e) {
    char hex_old[DIGEST_HEX_SIZE], hex_new[DIGEST_HEX_SIZE];
    bool used = true;

    if (is_in_use(s, w, &used, e) != 0) {
        return -1;
    }
    digest_to_hex(old, hex_old);
    digest_to_hex(source, hex_new);
    return used ? err_set(e, ERR_INPUT,
                          "workflows/%s.conf says version %s, but cases have "
                          "begun with another file of this version (SHA-256 "
                          "%.12s, now %.12s): give the change a version of "
                          "its own",
                          w->name, w->version, hex_old, hex_new)
                : 0;
}

int workflow_version_fits(struct store *s, const struct workflow *w,
                          struct err *e) {
    struct digest old;
    int known = find_source(s, w->name, w->version, &old, e);

    if (known != 1 || digest_equal(&old, &w->source)) {
        return known < 0 ? -1 : 0;
    }
    return may_replace(s, w, &old, &w->source, e);
}

static const char *orders_of(const struct workflow *w) {
    return workflow_step_of_kind(w, KIND_ISSUE) != NULL    ? "revoke issue"
           : workflow_step_of_kind(w, KIND_REVOKE) != NULL ? "revoke"
           : workflow_step_of_kind(w, KIND_RESET) != NULL  ? "reset"
                                                           : "none";
}

static int write_row(struct store *s, const struct workflow *w,
                     const struct digest *source, size_t size, usec_t now,
                     struct err *e) {
    static const struct workflow_change none;
    const struct workflow_change *change =
        w->change_count > 0 ? &w->changes[0] : &none;
    struct query q;

    if (query_open(s, &q,
                   "INSERT INTO workflow_version (name, version, source,"
                   " size, date, what, changed_by, first_seen, orders)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                   " ON CONFLICT (name, version) DO UPDATE SET"
                   " source = excluded.source, size = excluded.size,"
                   " date = excluded.date, what = excluded.what,"
                   " changed_by = excluded.changed_by,"
                   " orders = excluded.orders",
                   e) != 0) {
        return -1;
    }
    put_text(&q, w->name);
    put_text(&q, w->version);
    put_digest(&q, source);
    put_int(&q, (int64_t)size);
    put_text(&q, change->date);
    put_text(&q, change->what);
    put_text(&q, change->by);
    put_int(&q, now);
    put_text(&q, orders_of(w));
    return query_run(&q, e);
}

int workflow_version_put(struct store *s, const struct workflow *w,
                         const void *text, size_t size, usec_t now,
                         struct err *e) {
    struct digest source = digest_of(text, size), old;
    int known;

    if (!digest_is_zero(&w->source) && !digest_equal(&w->source, &source)) {
        return err_set(e, ERR_BUG, "not the file that workflow %s was read "
                                   "from", w->name);
    }
    known = find_source(s, w->name, w->version, &old, e);
    if (known < 0) {
        return -1;
    }
    if (known == 1) {
        if (digest_equal(&old, &source)) {
            return 0;
        }
        if (may_replace(s, w, &old, &source, e) != 0 ||
            blob_drop(s, &old, e) != 0) {
            return -1;
        }
    }
    return blob_put(s, text, size, &source, e) != 0 ||
                   blobs_claim(s, &source, e) != 0
               ? -1
               : write_row(s, w, &source, size, now, e);
}

int workflow_version_get(struct store *s, const char *name,
                         const char *version, char **text_r, size_t *size_r,
                         struct err *e) {
    struct digest source;
    int rc = find_source(s, name, version, &source, e);

    if (rc != 1) {
        return rc;
    }
    return blob_read(s, &source, LIMIT_WORKFLOW_FILE, text_r, size_r, e) != 0
               ? -1
               : 1;
}

int workflow_version_list(struct store *s, const char *name,
                          workflow_version_fn each, void *user,
                          struct err *e) {
    struct workflow_version v;
    struct query q;
    int rc;

    if (query_open(s, &q,
                   "SELECT name, version, source, date, what, changed_by,"
                   " first_seen FROM workflow_version WHERE name = ?"
                   " ORDER BY first_seen DESC, version DESC",
                   e) != 0) {
        return -1;
    }
    put_text(&q, name);
    while ((rc = query_step(&q, e)) == 1) {
        get_text(&q, v.name, sizeof v.name);
        get_text(&q, v.version, sizeof v.version);
        get_digest(&q, &v.source);
        get_text(&q, v.date, sizeof v.date);
        get_text(&q, v.what, sizeof v.what);
        get_text(&q, v.by, sizeof v.by);
        v.first_seen = get_int(&q);
        if (each(user, &v) != 0) {
            break;
        }
    }
    query_close(&q);
    return rc < 0 ? -1 : 0;
}
