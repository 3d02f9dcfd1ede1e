/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_NET_IMAP_H
#define LOKET_NET_IMAP_H

#include "base/clock.h"
#include "base/err.h"
#include "model/settings.h"
#include "net/stream.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One IMAP session with one selected folder, over libetpan under our own
 * stream.  Every function blocks until its answer is whole, at most
 * server->command_sec; the owner's stream_wait_fn runs meanwhile.
 *
 * Failure (-1) ends the session: imap_close() it.  Kinds:
 *   ERR_AGAIN   network, BYE, [UNAVAILABLE], UIDVALIDITY changed
 *   ERR_INPUT   the server's answer cannot be true or was refused
 *   ERR_DENIED  the login was refused
 *   ERR_SETUP   certificate, PREAUTH, no way to log in, no such folder
 */
struct imap;

struct imap_box {
    uint32_t uidvalidity;
    uint32_t uidnext;
};

/* Connects, logs in and selects.  PREAUTH and servers without TLS are refused
 * before the password is used (V132); the password is wiped from libetpan's
 * buffers.  server and user must outlive the session. */
int imap_open(const struct server *server, const char *password,
              const char *folder, stream_wait_fn wait, void *user,
              struct imap **im_r, struct err *e);
void imap_close(struct imap **im); /* LOGOUT when all is well */

struct imap_box imap_box(const struct imap *im);
int imap_fd(const struct imap *im);

struct imap_item {
    uint32_t uid;
    uint32_t size; /* RFC822.SIZE */
    usec_t internaldate;
};

/* What is there from UID `from` to `to` (0 = the end), ascending, at most one
 * window of a large mailbox: *next_r is where to go on, 0 = that was all.  The
 * caller frees *items_r. */
int imap_list(struct imap *im, uint32_t from, uint32_t to,
              struct imap_item **items_r, size_t *count_r, uint32_t *next_r,
              struct err *e);

/* Called for each mail that passed the checks of threats.md 0.3: UID asked
 * for, once, exactly one BODY[], as long as RFC822.SIZE said. */
typedef void (*imap_mail_fn)(void *user, size_t index, const char *data,
                             size_t size);

/* Fetches these mails whole, \Seen untouched.  A mail that is not there any
 * more is simply not reported (also when the server says NO).  1 = the server
 * asks us to come back later: the session is over, but no mail is to blame. */
int imap_fetch(struct imap *im, const struct imap_item *items, size_t count,
               imap_mail_fn each, void *user, struct err *e);

/* Subject and From of one mail as the server gives them, at most
 * LIMIT_HEADER_FIELD bytes; NULL when it has neither or is gone.  The caller
 * frees *fields_r. */
int imap_sender_fields(struct imap *im, uint32_t uid, char **fields_r,
                       struct err *e);

/* Which of these UIDs are in the folder now. */
int imap_present(struct imap *im, const uint32_t *uids, size_t count,
                 bool *present, struct err *e);

enum { IMAP_WHY_SIZE = 200 };

/* Moves to `folder`, which is created when missing; with UID MOVE, or COPY,
 * \Deleted and UID EXPUNGE where only UIDPLUS is there.  Whatever the server
 * says, done[i] is true only when the UID is gone from here afterwards (V136);
 * `why` says why not, in printable ASCII. */
int imap_move(struct imap *im, const uint32_t *uids, size_t count,
              const char *folder, bool *done, char why[IMAP_WHY_SIZE],
              struct err *e);

/* Removes these mails from the folder and no other (V098): \Deleted and UID
 * EXPUNGE (RFC 4315).  Without UIDPLUS nothing is done: a plain EXPUNGE would
 * remove what people have marked.  done and why as above. */
int imap_expunge(struct imap *im, const uint32_t *uids, size_t count,
                 bool *done, char why[IMAP_WHY_SIZE], struct err *e);

/* 1 the server will call, 0 it has no IDLE (poll with imap_list instead). */
int imap_idle_begin(struct imap *im, struct err *e);
bool imap_idle_input(struct imap *im); /* a line can be read now */
int imap_idle_read(struct imap *im, struct err *e);
int imap_idle_end(struct imap *im, struct err *e);

/* The server spoke of new mail since the last imap_list(). */
bool imap_has_news(const struct imap *im);

/* Text the server wants people to see ([ALERT]), printable ASCII, once; or
 * NULL.  Valid until the next call. */
const char *imap_alert(struct imap *im);

#endif
