/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_NET_SMTP_TALK_H
#define LOKET_NET_SMTP_TALK_H

#include "base/err.h"
#include "base/limits.h"
#include "model/outbox.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * What may be said to a relay, and what its answers mean.  Pure: no socket,
 * no libcurl, no clock.  net/smtp.c feeds it with what goes over the wire.
 */

/* One addr-spec, so that nothing but an address can follow "RCPT TO:<"
 * (V113); ERR_BUG, because the engine sends only to addresses it checked. */
int smtp_talk_check_address(const char *address, struct err *e);

/* CRLF line ends only, no bare CR or LF, no NUL, no byte above 127 (we never
 * ask for 8BITMIME), lines of at most LIMIT_LINE_OUT, the last one ended
 * (I16, V117, RFC 5321 2.3.8 and 4.5.3.1.6).  ERR_BUG, naming the line.
 * *dots_r (may be NULL) counts the lines that begin with a dot: the wire
 * carries that many bytes more (RFC 5321 4.5.2). */
int smtp_talk_check_message(const char *data, size_t size, size_t *dots_r,
                            struct err *e);

/* How far one transaction came.  A phase lasts from the command to the last
 * line of its reply. */
enum smtp_phase {
    SMTP_PHASE_CONNECT, /* TCP and TLS */
    SMTP_PHASE_GREETING,
    SMTP_PHASE_EHLO,
    SMTP_PHASE_AUTH,
    SMTP_PHASE_MAIL,
    SMTP_PHASE_RCPT,
    SMTP_PHASE_DATA, /* the command */
    SMTP_PHASE_BODY, /* the message, its end not sent */
    SMTP_PHASE_DOT,  /* the end may have been sent: the relay may have it */
    SMTP_PHASE__MAX
};
const char *smtp_phase_name(enum smtp_phase p); /* "RCPT" */

struct smtp_talk {
    bool needs_auth;   /* set by the caller */
    size_t body_size;  /* set by the caller: bytes of the body on the wire */
    size_t body_sent;
    enum smtp_phase phase;
    bool over;                /* QUIT was said: nothing counts any more */
    size_t reply_bytes;       /* of the reply that is arriving */
    int code;                 /* of the last complete reply in this phase */
    char line[LIMIT_REPLY_TEXT]; /* its last line, printable */
    bool offers_auth;         /* EHLO said AUTH with PLAIN or LOGIN */
    const char *refusal;      /* why the talk was broken off by us, or NULL */
    bool refusal_fatal;       /* an administrator has to act */
};

void smtp_talk_begin(struct smtp_talk *t, bool needs_auth, size_t body_size);

/* A command went out.  Only its verb is looked at. */
void smtp_talk_command(struct smtp_talk *t, const char *data, size_t size);

/* So many bytes of the body went out. */
void smtp_talk_body(struct smtp_talk *t, size_t size);

/* One line arrived, CRLF included.  False: break the connection off, `refusal`
 * says why (V144, V145). */
bool smtp_talk_line(struct smtp_talk *t, const char *data, size_t size);

/* How the transfer ended, as far as the library below can tell. */
enum smtp_end {
    SMTP_END_DONE, /* it saw nothing wrong */
    SMTP_END_LOST, /* no connection, cut off, or out of time */
    SMTP_END_TLS,  /* certificate, host name or protocol */
    SMTP_END__MAX
};

struct smtp_result {
    enum send_verdict verdict;
    int code; /* 0 = no reply */
    char text[LIMIT_REPLY_TEXT];
    bool usable;  /* the relay took our login and talked about the mail */
    bool fatal;   /* !usable: an administrator has to act */
};

/* The verdict; `detail` is the library's sentence, used when the relay said
 * nothing. */
void smtp_talk_result(const struct smtp_talk *t, enum smtp_end end,
                      const char *detail, struct smtp_result *r);

#endif
