/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Letters to the relay, by libcurl (the GnuTLS flavour).  Called by
 * proc/net_out.c.  libcurl speaks, net/smtp_talk.c listens: the debug callback
 * shows it each command and block that went out, the header callback each line
 * that came in, and may break the connection off.
 *
 * What libcurl does not do by itself and is done here:
 *  - its replies have no end: lines are counted by the header callback, and a
 *    line that never ends by the kernel's count of bytes (over_budget);
 *  - a reused connection that the relay has closed meanwhile costs no attempt:
 *    the letter is started once more on a fresh one, if nothing of it was said;
 *  - it reuses a connection whose answer to the final dot came too late or was
 *    not read to its end: never here (abandon);
 *  - it reads proxies from the environment and passwords from .netrc: not here.
 *
 * Never sends to an address or a byte that smtp_talk_check_* has not seen,
 * never shows a password to anybody: of a command only the verb is looked at.
 */
#include "net/smtp.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"

#include <curl/curl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Bytes that TLS may add before the first line of a reply: certificates and
 * session tickets; and around it: records. */
enum { HANDSHAKE_BYTES = 128 * 1024, RECORD_BYTES = 4 * 1024 };

struct smtp {
    const struct server *relay;
    smtp_pulse_fn pulse;
    void *user;
    CURLM *multi;
    CURL *easy;
    struct curl_slist *rcpt;
    char error[CURL_ERROR_SIZE];
    struct smtp_talk talk;
    const char *data; /* the caller's; NULL = no letter on its way */
    size_t size, at, dots;
    bool again;        /* started once more already */
    bool has_password; /* libcurl was told it */
    int fd;            /* the newest connection, only asked for its count */
    uint64_t counted;  /* its bytes when the last line was complete */
};

static uint64_t bytes_received(const struct smtp *s) {
    struct tcp_info info;
    socklen_t size = sizeof info;

    memset(&info, 0, sizeof info);
    if (s->fd < 0 ||
        getsockopt(s->fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
        return 0;
    }
    return info.tcpi_bytes_received;
}

/* Has more come since the last whole line than any line may have? (V145) */
static bool over_budget(const struct smtp *s) {
    uint64_t most = s->talk.phase == SMTP_PHASE_CONNECT
                        ? HANDSHAKE_BYTES
                        : LIMIT_RELAY_LINE + RECORD_BYTES;

    return bytes_received(s) > s->counted + most;
}

/* ---- what libcurl calls --------------------------------------------------- */

static curl_socket_t on_open(void *user, curlsocktype purpose,
                             struct curl_sockaddr *a) {
    struct smtp *s = user;

    (void)purpose;
    s->fd = socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
    s->counted = 0;
    return s->fd;
}

static int on_close(void *user, curl_socket_t fd) {
    struct smtp *s = user;

    if (fd == s->fd) {
        s->fd = -1;
    }
    return close(fd);
}

static size_t on_read(char *to, size_t size, size_t count, void *user) {
    struct smtp *s = user;
    size_t room = size * count;
    size_t n = s->size - s->at < room ? s->size - s->at : room;

    memcpy(to, s->data + s->at, n);
    s->at += n;
    return n;
}

static size_t on_line(char *line, size_t size, size_t count, void *user) {
    struct smtp *s = user;

    if (!smtp_talk_line(&s->talk, line, size * count)) {
        return 0;
    }
    s->counted = bytes_received(s);
    return size * count;
}

/* libcurl waits for the answer to QUIT, up to two minutes, and nobody wants
 * it: without a way in, it only says QUIT. */
static void stop_listening(const struct smtp *s) {
    if (s->fd >= 0) {
        shutdown(s->fd, SHUT_RD);
    }
}

static int on_debug(CURL *easy, curl_infotype type, char *data, size_t size,
                    void *user) {
    struct smtp *s = user;

    (void)easy;
    if (type == CURLINFO_HEADER_OUT) {
        smtp_talk_command(&s->talk, data, size);
        if (s->talk.over) {
            stop_listening(s);
        }
    } else if (type == CURLINFO_DATA_OUT) {
        smtp_talk_body(&s->talk, size);
    }
    return 0;
}

static int on_progress(void *user, curl_off_t a, curl_off_t b, curl_off_t c,
                       curl_off_t d) {
    struct smtp *s = user;

    (void)a, (void)b, (void)c, (void)d;
    if (s->pulse != NULL) {
        s->pulse(s->user);
    }
    return over_budget(s);
}

/* What the relay may still say about this letter must not be heard as said of
 * the next one: libcurl finds the connection dead and opens another. */
static void abandon(const struct smtp *s) {
    if (s->fd >= 0) {
        shutdown(s->fd, SHUT_RDWR);
    }
}

/* ---- setting up ----------------------------------------------------------- */

static CURLcode set_callbacks(struct smtp *s) {
    CURL *c = s->easy;
    CURLcode rc = CURLE_OK;

    rc |= curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_open);
    rc |= curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, s);
    rc |= curl_easy_setopt(c, CURLOPT_CLOSESOCKETFUNCTION, on_close);
    rc |= curl_easy_setopt(c, CURLOPT_CLOSESOCKETDATA, s);
    rc |= curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read);
    rc |= curl_easy_setopt(c, CURLOPT_READDATA, s);
    rc |= curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_line);
    rc |= curl_easy_setopt(c, CURLOPT_HEADERDATA, s);
    rc |= curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, on_debug);
    rc |= curl_easy_setopt(c, CURLOPT_DEBUGDATA, s);
    rc |= curl_easy_setopt(c, CURLOPT_VERBOSE, 1L);
    rc |= curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
    rc |= curl_easy_setopt(c, CURLOPT_XFERINFODATA, s);
    rc |= curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    rc |= curl_easy_setopt(c, CURLOPT_ERRORBUFFER, s->error);
    return rc;
}

static CURLcode set_safety(struct smtp *s) {
    CURL *c = s->easy;
    CURLcode rc = CURLE_OK;

    rc |= curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtps");
    rc |= curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    rc |= curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    rc |= curl_easy_setopt(c, CURLOPT_PROXY, "");
    rc |= curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    rc |= curl_easy_setopt(c, CURLOPT_SSLVERSION,
                           (long)CURL_SSLVERSION_TLSv1_2);
    rc |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
    rc |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
    if (s->relay->ca_file[0] != '\0') {
        rc |= curl_easy_setopt(c, CURLOPT_CAINFO, s->relay->ca_file);
        rc |= curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
    }
    return rc;
}

static CURLcode set_relay(struct smtp *s, const char *domain) {
    const struct server *relay = s->relay;
    bool v6 = strchr(relay->host, ':') != NULL;
    char *url = xasprintf("smtps://%s%s%s:%u/%s", v6 ? "[" : "", relay->host,
                          v6 ? "]" : "", (unsigned)relay->port, domain);
    CURL *c = s->easy;
    CURLcode rc = CURLE_OK;

    rc |= curl_easy_setopt(c, CURLOPT_URL, url);
    rc |= curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    rc |= curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
    rc |= curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT,
                           (long)relay->timeout_sec);
    rc |= curl_easy_setopt(c, CURLOPT_SERVER_RESPONSE_TIMEOUT,
                           (long)relay->timeout_sec);
    rc |= curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)relay->command_sec);
    if (relay->user[0] != '\0') {
        rc |= curl_easy_setopt(c, CURLOPT_USERNAME, relay->user);
        rc |= curl_easy_setopt(c, CURLOPT_LOGIN_OPTIONS,
                               "AUTH=PLAIN;AUTH=LOGIN");
    }
    free(url);
    return rc;
}

int smtp_new(struct smtp **smtp_r, const struct server *relay,
             const char *domain, smtp_pulse_fn pulse, void *user,
             struct err *e) {
    struct smtp *s;

    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0) {
        return err_set(e, ERR_SETUP, "libcurl cannot start");
    }
    s = xcalloc(1, sizeof *s);
    *s = (struct smtp){
        .relay = relay, .pulse = pulse, .user = user, .fd = -1};
    s->multi = curl_multi_init();
    s->easy = curl_easy_init();
    if (s->multi == NULL || s->easy == NULL || set_callbacks(s) != CURLE_OK ||
        set_safety(s) != CURLE_OK || set_relay(s, domain) != CURLE_OK ||
        curl_multi_setopt(s->multi, CURLMOPT_MAX_HOST_CONNECTIONS, 1L) !=
            CURLM_OK) {
        smtp_free(&s);
        return err_set(e, ERR_SETUP,
                       "this libcurl lacks SMTP over TLS, or \"%s\" port %u "
                       "is no relay", relay->host, (unsigned)relay->port);
    }
    *smtp_r = s;
    return 0;
}

void smtp_free(struct smtp **smtp) {
    struct smtp *s = *smtp;

    if (s == NULL) {
        return;
    }
    if (s->data != NULL) {
        curl_multi_remove_handle(s->multi, s->easy);
    }
    stop_listening(s);
    curl_easy_cleanup(s->easy);
    curl_multi_cleanup(s->multi);
    curl_slist_free_all(s->rcpt);
    free(s);
    *smtp = NULL;
}

/* ---- one letter ----------------------------------------------------------- */

/* Read again after every refused login, so that a mended file is enough. */
static int give_password(struct smtp *s, struct err *e) {
    char *secret;
    CURLcode rc;

    if (s->has_password || s->relay->user[0] == '\0') {
        return 0;
    }
    if (io_read_secret(s->relay->password_file, &secret, e) != 0) {
        return -1;
    }
    rc = curl_easy_setopt(s->easy, CURLOPT_PASSWORD, secret);
    explicit_bzero(secret, strlen(secret));
    free(secret);
    if (rc != CURLE_OK) {
        return err_set(e, ERR_SETUP, "%s: libcurl refuses this password",
                       s->relay->password_file);
    }
    s->has_password = true;
    return 0;
}

static void begin(struct smtp *s) {
    smtp_talk_begin(&s->talk, s->relay->user[0] != '\0', s->size + s->dots);
    s->at = 0;
    s->error[0] = '\0';
    s->counted = bytes_received(s);
    curl_multi_add_handle(s->multi, s->easy);
}

int smtp_start(struct smtp *s, const char *from, const char *to,
               const char *data, size_t size, struct err *e) {
    CURLcode rc = CURLE_OK;

    if (s->data != NULL) {
        return err_set(e, ERR_AGAIN, "a letter is on its way already");
    }
    if (smtp_talk_check_address(from, e) != 0 ||
        smtp_talk_check_address(to, e) != 0 ||
        smtp_talk_check_message(data, size, &s->dots, e) != 0 ||
        give_password(s, e) != 0) {
        return -1;
    }
    curl_slist_free_all(s->rcpt);
    s->rcpt = curl_slist_append(NULL, to);
    rc |= curl_easy_setopt(s->easy, CURLOPT_MAIL_FROM, from);
    rc |= curl_easy_setopt(s->easy, CURLOPT_MAIL_RCPT, s->rcpt);
    rc |= curl_easy_setopt(s->easy, CURLOPT_INFILESIZE_LARGE,
                           (curl_off_t)size);
    rc |= curl_easy_setopt(s->easy, CURLOPT_FRESH_CONNECT, 0L);
    if (s->rcpt == NULL || rc != CURLE_OK) {
        return err_set(e, ERR_AGAIN, "libcurl: out of memory");
    }
    s->data = data;
    s->size = size;
    s->again = false;
    begin(s);
    return 0;
}

bool smtp_busy(const struct smtp *s) {
    return s->data != NULL;
}

int smtp_wait(struct smtp *s, struct pollfd *fds, size_t count, int timeout_ms,
              struct err *e) {
    enum { MOST = 8 };
    struct curl_waitfd wait[MOST];
    CURLMcode rc;

    if (count > MOST) {
        return err_set(e, ERR_BUG, "smtp_wait: %zu descriptors", count);
    }
    for (size_t i = 0; i < count; i++) {
        wait[i] = (struct curl_waitfd){.fd = fds[i].fd};
        wait[i].events =
            (short)((fds[i].events & POLLIN ? CURL_WAIT_POLLIN : 0) |
                    (fds[i].events & POLLOUT ? CURL_WAIT_POLLOUT : 0));
    }
    rc = curl_multi_poll(s->multi, wait, (unsigned)count, timeout_ms, NULL);
    for (size_t i = 0; i < count; i++) {
        fds[i].revents =
            (short)((wait[i].revents & CURL_WAIT_POLLIN ? POLLIN : 0) |
                    (wait[i].revents & CURL_WAIT_POLLOUT ? POLLOUT : 0));
    }
    return rc == CURLM_OK
               ? 0
               : err_set(e, ERR_AGAIN, "poll: %s", curl_multi_strerror(rc));
}

/* GnuTLS reports a peer that goes away in the middle of the handshake and one
 * that does not speak TLS with the same code; only the second is for an
 * administrator. */
static bool went_away(const char *text) {
    return text_find_ci(text, "terminated") != NULL ||
           text_find_ci(text, "pull function") != NULL ||
           text_find_ci(text, "push function") != NULL;
}

static enum smtp_end end_of(CURLcode rc, const char *text) {
    switch (rc) {
    case CURLE_OK:
        return SMTP_END_DONE;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_USE_SSL_FAILED:
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return SMTP_END_TLS;
    case CURLE_SSL_CONNECT_ERROR:
        return went_away(text) ? SMTP_END_LOST : SMTP_END_TLS;
    default:
        return SMTP_END_LOST;
    }
}

/* The relay closed the reused connection while nobody looked: nothing of this
 * letter was said, so it starts once more and no attempt is lost. */
static bool start_again(struct smtp *s) {
    long connects = 1;

    curl_easy_getinfo(s->easy, CURLINFO_NUM_CONNECTS, &connects);
    if (s->again || connects != 0 || s->talk.refusal != NULL ||
        s->talk.phase > SMTP_PHASE_MAIL ||
        (s->talk.code != 0 && s->talk.code != 421)) {
        return false;
    }
    s->again = true;
    curl_easy_setopt(s->easy, CURLOPT_FRESH_CONNECT, 1L);
    begin(s);
    return true;
}

static bool finish(struct smtp *s, CURLcode rc, struct smtp_result *r) {
    const char *detail = s->error[0] != '\0' ? s->error : curl_easy_strerror(rc);

    curl_multi_remove_handle(s->multi, s->easy);
    if (rc != CURLE_OK) {
        abandon(s);
    }
    if (s->talk.refusal == NULL && rc == CURLE_ABORTED_BY_CALLBACK) {
        s->talk.refusal = "its reply does not end (V145)";
    }
    if (rc != CURLE_OK && start_again(s)) {
        return false;
    }
    smtp_talk_result(&s->talk, end_of(rc, detail), detail, r);
    if (!r->usable) {
        s->has_password = false;
    }
    s->data = NULL;
    return true;
}

bool smtp_step(struct smtp *s, struct smtp_result *r) {
    int running = 0, left = 0;
    CURLMsg *msg;

    if (s->data == NULL) {
        return false;
    }
    curl_multi_perform(s->multi, &running);
    while ((msg = curl_multi_info_read(s->multi, &left)) != NULL) {
        if (msg->msg == CURLMSG_DONE) {
            return finish(s, msg->data.result, r);
        }
    }
    return false;
}
