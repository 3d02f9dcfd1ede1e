/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fetching over HTTPS, by libcurl (the GnuTLS flavour).  Called by
 * proc/net_out.c when the engine wants to see a CRL.  The loop is the
 * caller's: libcurl names its sockets and its next deadline, an epoll
 * descriptor stands for all of them, and letters go on beside it.
 *
 * What libcurl would do by itself and must not: follow redirects, speak
 * another protocol or an older TLS, ask a proxy of the environment, read
 * .netrc, keep a connection or a TLS session for the next fetch, hold back
 * everybody while a name is resolved, gather header lines without end.
 *
 * Never looks into what it fetched, never sends a cookie, a password or
 * anything else of Loket's but the URL, never tries a second time.
 */
#include "net/https.h"

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { STATUS_OK = 200 };

/* One fetch. */
struct job {
    CURL *easy; /* NULL = free place */
    uint64_t number;
    char url[LIMIT_PATH];
    struct buf body;
    struct curl_slist *fields; /* of a POST */
    size_t header;    /* bytes of it so far */
    const char *why;  /* what we broke it off for; NULL = we did not */
    char error[CURL_ERROR_SIZE];
};

struct https {
    CURLM *multi;
    const char *ca_file;
    unsigned timeout_sec;
    https_answer_fn on_answer;
    void *user;
    int epoll;
    usec_t until; /* when libcurl wants to be called again; 0 = never */
    struct job jobs[LIMIT_FETCHES];
};

/* ---- what libcurl calls --------------------------------------------------- */

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *user,
                     void *known) {
    struct https *h = user;
    struct epoll_event ev = {.data.fd = fd};

    (void)easy, (void)known;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(h->epoll, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    ev.events = ((what & CURL_POLL_IN) != 0 ? EPOLLIN : 0u) |
                ((what & CURL_POLL_OUT) != 0 ? EPOLLOUT : 0u);
    if (epoll_ctl(h->epoll, EPOLL_CTL_MOD, fd, &ev) == 0) {
        return 0;
    }
    return errno == ENOENT && epoll_ctl(h->epoll, EPOLL_CTL_ADD, fd, &ev) == 0
               ? 0
               : -1;
}

static int on_timer(CURLM *multi, long timeout_ms, void *user) {
    struct https *h = user;

    (void)multi;
    h->until = timeout_ms < 0 ? 0 : clock_monotonic() + timeout_ms * 1000;
    return 0;
}

static unsigned status_of(CURL *easy) {
    long status = 0;

    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    return status < 0 ? 0 : (unsigned)status;
}

/* Header lines, those of "100 Continue" and of trailers among them.  At the
 * empty line the status is known: the page that explains a 404 is not read. */
static size_t on_header(char *line, size_t size, size_t count, void *user) {
    struct job *j = user;
    size_t n = size * count;
    unsigned status = status_of(j->easy);

    j->header += n;
    if (j->header > LIMIT_FETCH_HEADER) {
        j->why = "its header does not end";
        return 0;
    }
    if (n <= 2 && (line[0] == '\r' || line[0] == '\n') && status > STATUS_OK) {
        j->why = "it does not answer 200";
        return 0;
    }
    return n;
}

static size_t on_body(char *data, size_t size, size_t count, void *user) {
    struct job *j = user;

    buf_put(&j->body, data, size * count);
    return j->body.overflow ? CURL_WRITEFUNC_ERROR : size * count;
}

/* ---- how it ended, in words ------------------------------------------------ */

static const struct {
    CURLcode rc;
    const char *why;
    bool detail; /* libcurl's words help */
} reasons[] = {
    {CURLE_COULDNT_RESOLVE_HOST, "the name of the server is not known", false},
    {CURLE_COULDNT_CONNECT, "no connection to the server", true},
    {CURLE_PEER_FAILED_VERIFICATION,
     "the certificate of the server cannot be trusted", true},
    {CURLE_SSL_CACERT_BADFILE,
     "the file of CA certificates (portal.ca_file) cannot be used", true},
    {CURLE_SSL_ISSUER_ERROR, "the certificate of the server cannot be trusted",
     true},
    {CURLE_SSL_CONNECT_ERROR,
     "the server does not speak TLS 1.2 or newer there", true},
    {CURLE_PARTIAL_FILE, "the connection broke before the whole had come",
     false},
    {CURLE_RECV_ERROR, "the connection broke before the whole had come", false},
    {CURLE_SEND_ERROR, "the connection broke before the whole had come", false},
    {CURLE_GOT_NOTHING, "the server closed the connection without an answer",
     false},
    /* So libcurl calls one line of more than 100 KiB; where memory is really
     * out, we are no more. */
    {CURLE_OUT_OF_MEMORY, "its header does not end", false},
    {CURLE_UNSUPPORTED_PROTOCOL, "what answers there is no HTTP server", false},
    {CURLE_WEIRD_SERVER_REPLY, "what answers there is no HTTP server", false},
    {CURLE_HTTP2, "what answers there is no HTTP server", false},
};

static void explain_status(unsigned status, char *text, size_t room) {
    snprintf(text, room, "the server answers %u%s", status,
             status >= 300 && status < 400
                 ? ", the file is somewhere else; its new address belongs into "
                   "the configuration"
             : status == 401 || status == 403 || status == 407
                 ? ", it is not for everybody"
             : status == 404 || status == 410 ? ", there is no such file"
             : status >= 500 ? ", it has a fault of its own"
                             : " and not 200");
}

/* Which of the two deadlines it was. */
static void explain_timeout(const struct https *h, const struct job *j,
                            char *text, size_t room) {
    curl_off_t connected = 0;

    curl_easy_getinfo(j->easy, CURLINFO_APPCONNECT_TIME_T, &connected);
    if (connected == 0) {
        snprintf(text, room, "no connection to the server in time");
    } else {
        snprintf(text, room, "the whole did not come within %u seconds",
                 h->timeout_sec);
    }
}

static void explain_other(const struct job *j, CURLcode rc, char *text,
                          size_t room) {
    const char *detail = j->error[0] != '\0' ? j->error
                                             : curl_easy_strerror(rc);

    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].rc == rc) {
            snprintf(text, room, "%s%s%s%s", reasons[i].why,
                     reasons[i].detail ? " (" : "",
                     reasons[i].detail ? detail : "",
                     reasons[i].detail ? ")" : "");
            return;
        }
    }
    snprintf(text, room, "it cannot be fetched (%s)", detail);
}

static void explain(const struct https *h, const struct job *j, CURLcode rc,
                    unsigned status, char *text, size_t room) {
    if (j->body.overflow || rc == CURLE_FILESIZE_EXCEEDED) {
        snprintf(text, room, "it is larger than %zu bytes", j->body.max);
    } else if (status != STATUS_OK && (status > STATUS_OK || rc == CURLE_OK)) {
        explain_status(status, text, room);
    } else if (j->why != NULL) {
        text_copy(text, room, j->why);
    } else if (rc == CURLE_OPERATION_TIMEDOUT) {
        explain_timeout(h, j, text, room);
    } else {
        explain_other(j, rc, text, room);
    }
}

static void refuse(struct https *h, uint64_t number, const char *url,
                   unsigned status, const char *why) {
    char text[ERR_TEXT_MAX], line[ERR_TEXT_MAX];
    struct https_answer answer = {
        .number = number, .status = status, .text = line};

    snprintf(text, sizeof text, "%.200s: %.300s", url, why);
    text_escape(line, sizeof line, text);
    h->on_answer(h->user, &answer);
}

/* ---- setting up ----------------------------------------------------------- */

int https_new(struct https **h_r, const char *ca_file, unsigned timeout_sec,
              https_answer_fn on_answer, void *user, struct err *e) {
    struct https *h;
    CURLMcode rc = CURLM_OK;

    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0) {
        return err_set(e, ERR_SETUP, "libcurl cannot start");
    }
    h = xcalloc(1, sizeof *h);
    *h = (struct https){.ca_file = ca_file, .timeout_sec = timeout_sec,
                        .on_answer = on_answer, .user = user};
    h->epoll = epoll_create1(EPOLL_CLOEXEC);
    h->multi = curl_multi_init();
    if (h->multi != NULL) {
        rc |= curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
        rc |= curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
        rc |= curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, on_timer);
        rc |= curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
    }
    if (h->multi == NULL || h->epoll < 0 || rc != CURLM_OK) {
        https_free(&h);
        return err_set(e, ERR_SETUP, "libcurl cannot start");
    }
    *h_r = h;
    return 0;
}

static void drop(struct https *h, struct job *j) {
    if (j->easy != NULL) {
        curl_multi_remove_handle(h->multi, j->easy);
        curl_easy_cleanup(j->easy);
        curl_slist_free_all(j->fields);
        buf_free(&j->body);
        j->easy = NULL;
    }
}

void https_free(struct https **https) {
    struct https *h = *https;

    if (h == NULL) {
        return;
    }
    for (size_t i = 0; i < LIMIT_FETCHES; i++) {
        drop(h, &h->jobs[i]);
    }
    curl_multi_cleanup(h->multi);
    io_close(&h->epoll);
    free(h);
    *https = NULL;
}

static CURLcode set_callbacks(struct job *j) {
    CURL *c = j->easy;
    CURLcode rc = CURLE_OK;

    rc |= curl_easy_setopt(c, CURLOPT_PRIVATE, j);
    rc |= curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
    rc |= curl_easy_setopt(c, CURLOPT_HEADERDATA, j);
    rc |= curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
    rc |= curl_easy_setopt(c, CURLOPT_WRITEDATA, j);
    rc |= curl_easy_setopt(c, CURLOPT_ERRORBUFFER, j->error);
    return rc;
}

static CURLcode set_safety(const struct https *h, CURL *c) {
    CURLcode rc = CURLE_OK;

    rc |= curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https");
    rc |= curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    rc |= curl_easy_setopt(c, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    rc |= curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    rc |= curl_easy_setopt(c, CURLOPT_PROXY, "");
    rc |= curl_easy_setopt(c, CURLOPT_SSLVERSION,
                           (long)CURL_SSLVERSION_TLSv1_2);
    rc |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
    rc |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
    /* Every fetch proves the server's certificate anew. */
    rc |= curl_easy_setopt(c, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    rc |= curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L);
    rc |= curl_easy_setopt(c, CURLOPT_FORBID_REUSE, 1L);
    if (h->ca_file[0] != '\0') {
        rc |= curl_easy_setopt(c, CURLOPT_CAINFO, h->ca_file);
        rc |= curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
    }
    return rc;
}

static CURLcode set_limits(const struct https *h, CURL *c, size_t max) {
    long connect = h->timeout_sec < LIMIT_FETCH_CONNECT_SEC
                       ? (long)h->timeout_sec
                       : LIMIT_FETCH_CONNECT_SEC;
    CURLcode rc = CURLE_OK;

    rc |= curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    /* A resolver that hangs is left behind in its thread, not waited for. */
    rc |= curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L);
    rc |= curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, connect);
    rc |= curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)h->timeout_sec);
    rc |= curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)max);
    /* One simple dialect; a compressed body would be none of ours. */
    rc |= curl_easy_setopt(c, CURLOPT_HTTP_VERSION,
                           (long)CURL_HTTP_VERSION_1_1);
    rc |= curl_easy_setopt(c, CURLOPT_HTTP09_ALLOWED, 0L);
    rc |= curl_easy_setopt(c, CURLOPT_HTTP_CONTENT_DECODING, 0L);
    rc |= curl_easy_setopt(c, CURLOPT_USERAGENT, "loket");
    return rc;
}

/* ---- one fetch ------------------------------------------------------------ */

static struct job *free_place(struct https *h) {
    for (size_t i = 0; i < LIMIT_FETCHES; i++) {
        if (h->jobs[i].easy == NULL) {
            return &h->jobs[i];
        }
    }
    return NULL;
}

/* libcurl copies the request, and keeps the list of fields till the end. */
static CURLcode set_post(struct job *j, const void *request, size_t size) {
    CURLcode rc = CURLE_OK;

    if (size == 0) {
        return rc;
    }
    j->fields = curl_slist_append(NULL,
                                  "Content-Type: application/ocsp-request");
    rc |= curl_easy_setopt(j->easy, CURLOPT_POSTFIELDSIZE, (long)size);
    rc |= curl_easy_setopt(j->easy, CURLOPT_COPYPOSTFIELDS, request);
    rc |= curl_easy_setopt(j->easy, CURLOPT_HTTPHEADER, j->fields);
    return j->fields != NULL ? rc : CURLE_OUT_OF_MEMORY;
}

static bool begin(struct https *h, struct job *j, uint64_t number,
                  const char *url, size_t max, const void *request,
                  size_t size) {
    *j = (struct job){.number = number, .easy = curl_easy_init()};
    if (j->easy == NULL) {
        return false;
    }
    buf_init(&j->body, max);
    text_copy(j->url, sizeof j->url, url);
    if (set_callbacks(j) != CURLE_OK || set_safety(h, j->easy) != CURLE_OK ||
        set_limits(h, j->easy, max) != CURLE_OK ||
        set_post(j, request, size) != CURLE_OK ||
        curl_easy_setopt(j->easy, CURLOPT_URL, j->url) != CURLE_OK ||
        curl_multi_add_handle(h->multi, j->easy) != CURLM_OK) {
        drop(h, j);
        return false;
    }
    return true;
}

void https_get(struct https *h, uint64_t number, const char *url, size_t max) {
    https_post(h, number, url, max, NULL, 0);
}

void https_post(struct https *h, uint64_t number, const char *url, size_t max,
                const void *request, size_t size) {
    struct job *j = free_place(h);

    if (!text_is_https_url(url) || strlen(url) >= LIMIT_PATH) {
        refuse(h, number, url, 0, "this is no https:// address");
    } else if (max == 0 || max > LIMIT_CRL) {
        refuse(h, number, url, 0, "so many bytes are never fetched");
    } else if (j == NULL) {
        refuse(h, number, url, 0, "other fetches are not over yet");
    } else if (size > LIMIT_OCSP_REQUEST) {
        refuse(h, number, url, 0, "so many bytes are never posted");
    } else if (!begin(h, j, number, url, max, request, size)) {
        refuse(h, number, url, 0, "libcurl lacks what HTTPS needs");
    }
}

static void finish(struct https *h, struct job *j, CURLcode rc) {
    unsigned status = status_of(j->easy);
    struct https_answer answer = {
        .number = j->number, .done = true, .status = status, .text = "",
        .data = j->body.data, .size = j->body.size};
    char why[ERR_TEXT_MAX];

    if (rc == CURLE_OK && status == STATUS_OK && !j->body.overflow) {
        h->on_answer(h->user, &answer);
    } else {
        explain(h, j, rc, status, why, sizeof why);
        refuse(h, j->number, j->url, status, why);
    }
    drop(h, j);
}

static void hand_out(struct https *h) {
    CURLMsg *msg;
    int left = 0;

    while ((msg = curl_multi_info_read(h->multi, &left)) != NULL) {
        CURLcode rc = msg->data.result;
        char *job = NULL;

        if (msg->msg == CURLMSG_DONE &&
            curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &job) ==
                CURLE_OK &&
            job != NULL) {
            finish(h, (struct job *)(void *)job, rc);
        }
    }
}

int https_fd(const struct https *h) {
    return h->epoll;
}

usec_t https_deadline(const struct https *h) {
    return h->until;
}

void https_step(struct https *h, usec_t now) {
    struct epoll_event events[16];
    int running = 0;
    int n = epoll_wait(h->epoll, events, sizeof events / sizeof events[0], 0);

    for (int i = 0; i < n; i++) {
        unsigned e = events[i].events;
        int what = ((e & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
                   ((e & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
                   ((e & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0);

        curl_multi_socket_action(h->multi, events[i].data.fd, what, &running);
    }
    /* libcurl sets the next deadline from within. */
    if (h->until != 0 && h->until <= now) {
        h->until = 0;
        curl_multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    hand_out(h);
}
