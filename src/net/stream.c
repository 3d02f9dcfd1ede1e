/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The mailstream_low driver of ours, on OpenSSL, non-blocking underneath.
 * Called by net/imap.c; libetpan calls the driver functions.  Never logs, never
 * reads a byte past the guard, never goes on after a failure.
 */
#include "net/stream.h"

#include "base/io.h"
#include "base/limits.h"
#include "base/mem.h"
#include "net/imap_guard.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libetpan/mailstream.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct stream {
    struct stream_target target;
    int fd;
    SSL_CTX *context;
    SSL *ssl;
    usec_t deadline; /* of the command */
    struct imap_guard guard;
    bool dead;
    struct err failure; /* kind ERR_NONE = none yet */
};

enum { MAILSTREAM_BUFFER = 64 * 1024, DNS_STEP_MS = 50 };

/* ---- waiting ------------------------------------------------------------- */

static int fail(struct stream *s, enum err_kind kind, const char *text) {
    if (!s->dead) {
        err_set(&s->failure, kind, "%s:%u: %s", s->target.host,
                (unsigned)s->target.port, text);
    }
    s->dead = true;
    return -1;
}

static usec_t earlier(usec_t a, usec_t b) {
    return a < b ? a : b;
}

/* One wait for the socket: time-out of one read and deadline of the command,
 * whichever comes first (V137). */
static int wait_socket(struct stream *s, short events) {
    usec_t until = clock_monotonic() +
                   (usec_t)s->target.timeout_sec * USEC_PER_SEC;
    int ready = s->target.wait(s->target.user, s->fd, events,
                               earlier(until, s->deadline));

    if (ready > 0) {
        return 0;
    }
    if (ready < 0) {
        return fail(s, ERR_AGAIN, "given up");
    }
    return fail(s, ERR_AGAIN,
                until < s->deadline ? "no answer in time"
                                    : "a command took too long");
}

/* ---- connecting ---------------------------------------------------------- */

static bool is_address(const char *host) {
    struct in6_addr any;

    return inet_pton(AF_INET, host, &any) == 1 ||
           inet_pton(AF_INET6, host, &any) == 1;
}

/* getaddrinfo() has no deadline; its asynchronous sister has.  The request
 * must outlive a call that cannot be cancelled any more: then it is left to
 * the library, once per dead resolver. */
struct lookup {
    struct gaicb request;
    struct addrinfo hints;
    char host[LIMIT_DOMAIN];
    char port[8];
};

static int wait_lookup(struct stream *s, struct lookup *l) {
    const struct gaicb *list[] = {&l->request};
    struct timespec step = {.tv_nsec = DNS_STEP_MS * 1000000L};

    while (gai_error(&l->request) == EAI_INPROGRESS) {
        if (clock_monotonic() >= s->deadline) {
            return fail(s, ERR_AGAIN, "the name was not resolved in time");
        }
        if (s->target.wait(s->target.user, -1, 0, clock_monotonic()) < 0) {
            return fail(s, ERR_AGAIN, "given up");
        }
        gai_suspend(list, 1, &step);
    }
    return 0;
}

static int resolve(struct stream *s, struct addrinfo **list_r) {
    struct lookup *l = xcalloc(1, sizeof *l);
    struct gaicb *request = &l->request;
    int rc;

    snprintf(l->host, sizeof l->host, "%s", s->target.host);
    snprintf(l->port, sizeof l->port, "%u", (unsigned)s->target.port);
    l->hints.ai_socktype = SOCK_STREAM;
    l->hints.ai_flags = AI_NUMERICSERV;
    l->request.ar_name = l->host;
    l->request.ar_service = l->port;
    l->request.ar_request = &l->hints;
    if (is_address(l->host)) {
        rc = getaddrinfo(l->host, l->port, &l->hints, &l->request.ar_result);
    } else {
        rc = getaddrinfo_a(GAI_NOWAIT, &request, 1, NULL);
        if (rc == 0 && wait_lookup(s, l) != 0) {
            if (gai_cancel(&l->request) != EAI_NOTCANCELED) {
                free(l);
            }
            return -1;
        }
        rc = rc != 0 ? rc : gai_error(&l->request);
    }
    *list_r = l->request.ar_result;
    free(l);
    return rc == 0 ? 0 : fail(s, ERR_AGAIN, gai_strerror(rc));
}

/* One address; leaves the socket in s->fd.  0, or -1 with errno. */
static int connect_one(struct stream *s, const struct addrinfo *a) {
    usec_t until = clock_monotonic() +
                   (usec_t)s->target.timeout_sec * USEC_PER_SEC;
    int on = 1, error = 0, ready;
    socklen_t size = sizeof error;

    s->fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s->fd < 0) {
        return -1;
    }
    setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(s->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    if (connect(s->fd, a->ai_addr, a->ai_addrlen) == 0) {
        return 0;
    }
    if (errno == EINPROGRESS) {
        ready = s->target.wait(s->target.user, s->fd, POLLOUT,
                               earlier(until, s->deadline));
        if (ready > 0 && getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error,
                                    &size) == 0 && error == 0) {
            return 0;
        }
        errno = ready < 0 ? ECANCELED : ready == 0 ? ETIMEDOUT : error;
    }
    error = errno;
    io_close(&s->fd);
    errno = error;
    return -1;
}

static int connect_any(struct stream *s) {
    struct addrinfo *list = NULL;
    int rc = -1;

    if (resolve(s, &list) != 0) {
        return -1;
    }
    errno = EADDRNOTAVAIL;
    for (const struct addrinfo *a = list; a != NULL && rc != 0;
         a = a->ai_next) {
        rc = connect_one(s, a);
        if (rc != 0 && errno == ECANCELED) {
            break;
        }
    }
    if (rc != 0) {
        fail(s, ERR_AGAIN, strerror(errno));
    }
    freeaddrinfo(list);
    return rc;
}

/* ---- TLS ----------------------------------------------------------------- */

static int fail_setup(struct stream *s, const char *what) {
    char text[256];
    unsigned long code = ERR_get_error();
    const char *why = code == 0 ? NULL : ERR_reason_error_string(code);

    snprintf(text, sizeof text, "%s: %s", what, why == NULL ? "?" : why);
    return fail(s, ERR_SETUP, text);
}

/* Everything that decides whom we trust stands here (V133, RFC 8314). */
static int prepare_tls(struct stream *s) {
    const char *host = s->target.host;
    bool has_file = s->target.ca_file[0] != '\0';
    X509_VERIFY_PARAM *param;

    ERR_clear_error();
    s->context = SSL_CTX_new(TLS_client_method());
    if (s->context == NULL ||
        SSL_CTX_set_min_proto_version(s->context, TLS1_2_VERSION) != 1) {
        return fail_setup(s, "TLS");
    }
    SSL_CTX_set_verify(s->context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_session_cache_mode(s->context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(s->context, SSL_OP_NO_RENEGOTIATION);
    if (has_file ? SSL_CTX_load_verify_file(s->context, s->target.ca_file) != 1
                 : SSL_CTX_set_default_verify_paths(s->context) != 1) {
        return fail_setup(s, has_file ? s->target.ca_file
                                      : "the system's certificates");
    }
    s->ssl = SSL_new(s->context);
    if (s->ssl == NULL || SSL_set_fd(s->ssl, s->fd) != 1) {
        return fail_setup(s, "TLS");
    }
    param = SSL_get0_param(s->ssl);
    X509_VERIFY_PARAM_set_hostflags(param,
                                    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (is_address(host)) {
        return X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1
                   ? 0
                   : fail_setup(s, "TLS address");
    }
    return SSL_set1_host(s->ssl, host) == 1 &&
                   SSL_set_tlsext_host_name(s->ssl, host) == 1
               ? 0
               : fail_setup(s, "TLS name");
}

/* Why the handshake failed, and who has to act. */
static int handshake_failed(struct stream *s, int how, int error) {
    long verdict = SSL_get_verify_result(s->ssl);
    unsigned long code = ERR_peek_last_error();
    char text[256];

    if (how == SSL_ERROR_SSL && verdict != X509_V_OK) {
        snprintf(text, sizeof text, "the certificate is not trusted: %s",
                 X509_verify_cert_error_string(verdict));
        return fail(s, ERR_SETUP, text);
    }
    if (how == SSL_ERROR_SSL &&
        ERR_GET_REASON(code) != SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        return fail_setup(s, "no TLS, or none we accept");
    }
    return fail(s, ERR_AGAIN, error == 0 ? "closed during the TLS handshake"
                                         : strerror(error));
}

/* 0 to try again, -1 failed.  `how` is SSL_get_error's. */
static int wait_tls(struct stream *s, int how) {
    if (how == SSL_ERROR_WANT_READ) {
        return wait_socket(s, POLLIN);
    }
    if (how == SSL_ERROR_WANT_WRITE) {
        return wait_socket(s, POLLOUT);
    }
    return -1;
}

static int shake_hands(struct stream *s) {
    for (;;) {
        int rc, how, error;

        ERR_clear_error();
        errno = 0;
        rc = SSL_connect(s->ssl);
        error = errno;
        if (rc == 1) {
            break;
        }
        how = SSL_get_error(s->ssl, rc);
        if (wait_tls(s, how) != 0) {
            return s->dead ? -1 : handshake_failed(s, how, error);
        }
    }
    /* SSL_VERIFY_PEER made sure already; this line costs nothing. */
    return SSL_get_verify_result(s->ssl) == X509_V_OK
               ? 0
               : fail(s, ERR_SETUP, "the certificate is not trusted");
}

int stream_open(const struct stream_target *target, struct stream **s_r,
                struct err *e) {
    struct stream *s = xcalloc(1, sizeof *s);

    s->target = *target;
    s->fd = -1;
    imap_guard_init(&s->guard);
    stream_begin(s, target->command_sec, 0);
    if (connect_any(s) != 0 || prepare_tls(s) != 0 || shake_hands(s) != 0) {
        if (e != NULL) {
            *e = s->failure;
        }
        stream_free(&s);
        return -1;
    }
    *s_r = s;
    return 0;
}

void stream_free(struct stream **s) {
    if (*s == NULL) {
        return;
    }
    SSL_free((*s)->ssl);
    SSL_CTX_free((*s)->context);
    io_close(&(*s)->fd);
    free(*s);
    *s = NULL;
}

/* ---- the driver ---------------------------------------------------------- */

static int tls_failed(struct stream *s, int how, int error) {
    if (s->dead) {
        return -1;
    }
    return fail(s, ERR_AGAIN,
                how == SSL_ERROR_SYSCALL && error != 0 ? strerror(error)
                                                       : "connection closed");
}

/* Never returns 0: libetpan would ask again for ever. */
static ssize_t driver_read(mailstream_low *low, void *data, size_t size) {
    struct stream *s = low->data;
    int most = size > INT32_MAX ? INT32_MAX : (int)size;

    while (!s->dead) {
        int n, how, error;

        if (clock_monotonic() > s->deadline) {
            return fail(s, ERR_AGAIN, "a command took too long");
        }
        ERR_clear_error();
        errno = 0;
        n = SSL_read(s->ssl, data, most);
        error = errno;
        if (n > 0) {
            if (imap_guard_feed(&s->guard, data, (size_t)n, &s->failure) != 0) {
                s->dead = true;
                break;
            }
            return n;
        }
        how = SSL_get_error(s->ssl, n);
        if (wait_tls(s, how) != 0) {
            return tls_failed(s, how, error);
        }
    }
    return -1;
}

static ssize_t driver_write(mailstream_low *low, const void *data,
                            size_t size) {
    struct stream *s = low->data;
    int most = size > INT32_MAX ? INT32_MAX : (int)size;

    while (!s->dead) {
        int n, how, error;

        ERR_clear_error();
        errno = 0;
        n = SSL_write(s->ssl, data, most);
        error = errno;
        if (n > 0) {
            return n;
        }
        how = SSL_get_error(s->ssl, n);
        if (wait_tls(s, how) != 0) {
            return tls_failed(s, how, error);
        }
    }
    return -1;
}

static int driver_close(mailstream_low *low) {
    struct stream *s = low->data;

    if (!s->dead) {
        ERR_clear_error();
        SSL_shutdown(s->ssl); /* says goodbye, waits for nothing */
        s->dead = true;
    }
    return 0;
}

static int driver_get_fd(mailstream_low *low) {
    struct stream *s = low->data;

    return s->fd;
}

static void driver_free(mailstream_low *low) {
    struct stream *s = low->data;

    stream_free(&s);
    free(low);
}

static void driver_cancel(mailstream_low *low) {
    stream_kill(low->data);
}

static struct mailstream_cancel *driver_get_cancel(mailstream_low *low) {
    (void)low; /* only libetpan's own idle loop asks; we have ours */
    return NULL;
}

static mailstream_low_driver driver = {
    .mailstream_read = driver_read,
    .mailstream_write = driver_write,
    .mailstream_close = driver_close,
    .mailstream_get_fd = driver_get_fd,
    .mailstream_free = driver_free,
    .mailstream_cancel = driver_cancel,
    .mailstream_get_cancel = driver_get_cancel,
};

struct _mailstream *stream_mailstream(struct stream *s) {
    mailstream_low *low = mailstream_low_new(s, &driver);
    mailstream *m = low == NULL ? NULL : mailstream_new(low, MAILSTREAM_BUFFER);

    if (m == NULL) {
        free(low);
    }
    return m;
}

/* ---- what the session asks ----------------------------------------------- */

void stream_begin(struct stream *s, unsigned sec, size_t literal_max) {
    s->deadline = clock_monotonic() + (usec_t)sec * USEC_PER_SEC;
    imap_guard_begin(&s->guard, literal_max);
}

bool stream_has_input(struct stream *s) {
    char c;
    int n, how;

    if (s->dead) {
        return true; /* the next read says why */
    }
    ERR_clear_error();
    n = SSL_peek(s->ssl, &c, 1);
    if (n > 0) {
        return true;
    }
    how = SSL_get_error(s->ssl, n);
    return how != SSL_ERROR_WANT_READ && how != SSL_ERROR_WANT_WRITE;
}

int stream_fd(const struct stream *s) {
    return s->fd;
}

void stream_kill(struct stream *s) {
    s->dead = true;
}

const struct err *stream_failure(const struct stream *s) {
    return s->failure.kind == ERR_NONE ? NULL : &s->failure;
}
