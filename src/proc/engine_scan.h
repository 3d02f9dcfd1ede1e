/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_PROC_ENGINE_SCAN_H
#define LOKET_PROC_ENGINE_SCAN_H

#include "proc/engine.h"

/*
 * One mail shown to clamd, where `documents.clamd` names its socket
 * (docs/decisions/016).
 */
struct scan;

enum scan_verdict {
    SCAN_CLEAN,
    SCAN_FOUND,  /* `name` says what */
    SCAN_FAILED, /* clamd answered, and could not look at it; `name` says why */
    SCAN_AWAY    /* no answer */
};

/* Called once, from the event loop; the scan is over then. */
typedef void (*scan_fn)(void *user, enum scan_verdict verdict,
                        const char *name);

/* Sends the bytes of a memfd, which is taken over.  Never fails: what goes
 * wrong is told to `done`. */
struct scan *scan_start(struct engine *en, int fd, scan_fn done, void *user);
/* Nobody is told any more.  NULL is fine; *scan is cleared. */
void scan_stop(struct scan **scan);

/* What a reply of clamd means; `name` has letters, digits and ".-_:/ " only,
 * for clamd has read strangers' bytes. */
enum scan_verdict scan_read_reply(const char *reply, char name[LIMIT_WORD]);

/* ---- while clamd is away ---- */

/* Is this mail to wait for it now?  Its first call for a mail begins the wait,
 * the first after LIMIT_SCAN_WAIT_SEC ends it: false, it goes on unscanned. */
bool scan_wait(struct engine *en, int64_t mail_id, usec_t now);
/* Does it wait, and it is not yet time to try again? */
bool scan_is_waiting(const struct engine *en, int64_t mail_id, usec_t now);
/* It was scanned, or goes on without. */
void scan_forget(struct engine *en, int64_t mail_id);

#endif
