/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What Loket says to an IMAP server, and what it believes of the answers.
 * Called by proc/net_imap.c.  Never asks for BODYSTRUCTURE or ENVELOPE
 * (libetpan recurses there without end), never sets or reads a flag but
 * \Deleted of a mail it has copied, never logs.
 */
#include "net/imap.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"

#include <libetpan/libetpan.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct imap {
    const struct server *server;
    struct stream *stream; /* owned by libetpan's mailstream */
    mailimap *session;
    struct imap_box box;
    char delimiter;
    bool idling, no_idle, news;
    char alert[IMAP_WHY_SIZE], alert_given[IMAP_WHY_SIZE];
};

/* libetpan calls its FETCH handler only where these are set. */
static void no_progress(size_t now, size_t most, void *user) {
    (void)now;
    (void)most;
    (void)user;
}

/* ---- what became of a command -------------------------------------------- */

static void begin(struct imap *im, size_t literal_max) {
    stream_begin(im->stream, im->server->command_sec, literal_max);
}

/* The server's last words, escaped: only so they may be shown (V111, V138). */
static void last_words(const struct imap *im, char text[IMAP_WHY_SIZE]) {
    const char *raw = im->session->imap_response;

    text_escape(text, IMAP_WHY_SIZE, raw == NULL ? "" : raw);
}

static void keep_alert(struct imap *im) {
    const struct mailimap_response_info *info = im->session->imap_response_info;

    if (info != NULL && info->rsp_alert != NULL) {
        text_escape(im->alert, sizeof im->alert, info->rsp_alert);
    }
}

/* RFC 5530: the server itself says that later is better. */
static bool says_later(const struct imap *im) {
    static const char *const codes[] = {"UNAVAILABLE", "INUSE", "LIMIT",
                                        "SERVERBUG", "OVERQUOTA"};
    const struct mailimap_response_info *info = im->session->imap_response_info;

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (info != NULL && info->rsp_atom != NULL &&
            text_equal_ci(info->rsp_atom, codes[i])) {
            return true;
        }
    }
    return false;
}

static void note_news(struct imap *im) {
    struct mailimap_selection_info *sel = im->session->imap_selection_info;

    if (sel != NULL && sel->sel_has_exists) {
        im->news = true;
        sel->sel_has_exists = 0;
    }
}

/* Ends the session with what the stream knows, or with `text`. */
static int broken(struct imap *im, enum err_kind kind, const char *what,
                  const char *text, struct err *e) {
    const struct err *why = stream_failure(im->stream);

    stream_kill(im->stream);
    im->idling = false;
    if (why != NULL) {
        if (e != NULL) {
            *e = *why;
        }
        return err_prefix(e, "%s", what);
    }
    return err_set(e, kind, "%s: %s", what, text);
}

/* Judges libetpan's return value: 1 OK, 0 the server said NO, -1 the session
 * is over. */
static int judge(struct imap *im, int r, const char *what, struct err *e) {
    const struct mailimap_selection_info *sel =
        im->session->imap_selection_info;

    keep_alert(im);
    switch (r) {
    case MAILIMAP_ERROR_STREAM:
    case MAILIMAP_ERROR_FATAL:
        return broken(im, ERR_AGAIN, what, "the server said BYE", e);
    case MAILIMAP_ERROR_PARSE:
    case MAILIMAP_ERROR_PROTOCOL:
    case MAILIMAP_ERROR_BAD_STATE:
    case MAILIMAP_ERROR_NEEDS_MORE_DATA:
        return broken(im, ERR_INPUT, what, "an answer that makes no sense", e);
    case MAILIMAP_ERROR_MEMORY:
        return broken(im, ERR_AGAIN, what, "out of memory", e);
    default:
        break;
    }
    if (stream_failure(im->stream) != NULL) {
        return broken(im, ERR_AGAIN, what, "", e);
    }
    note_news(im);
    if (im->box.uidvalidity != 0 && sel != NULL &&
        sel->sel_uidvalidity != im->box.uidvalidity) {
        return broken(im, ERR_AGAIN, what, "UIDVALIDITY changed", e);
    }
    return r == MAILIMAP_NO_ERROR;
}

/* A command whose NO ends the session. */
static int must(struct imap *im, int r, enum err_kind kind, const char *what,
                struct err *e) {
    int verdict = judge(im, r, what, e);
    char text[IMAP_WHY_SIZE];

    if (verdict != 0) {
        return verdict < 0 ? -1 : 0;
    }
    last_words(im, text);
    stream_kill(im->stream);
    return err_set(e, says_later(im) ? ERR_AGAIN : kind, "%s: NO: %s", what,
                   text);
}

/* "* CAPABILITY" with nothing behind it makes libetpan's own question crash. */
static bool has(const struct imap *im, const char *name) {
    const struct mailimap_connection_info *info =
        im->session->imap_connection_info;

    return info != NULL && info->imap_capability != NULL &&
           info->imap_capability->cap_list != NULL &&
           mailimap_has_extension(im->session, name);
}

static bool has_plain(const struct imap *im) {
    const struct mailimap_connection_info *info =
        im->session->imap_connection_info;

    return info != NULL && info->imap_capability != NULL &&
           info->imap_capability->cap_list != NULL &&
           mailimap_has_authentication(im->session, "PLAIN");
}

/* ---- logging in ---------------------------------------------------------- */

static int send_line(struct imap *im, const char *line) {
    mailstream *s = im->session->imap_stream;

    return mailstream_write(s, line, strlen(line)) < 0 ||
                   mailstream_write(s, "\r\n", 2) < 0 || mailstream_flush(s) < 0
               ? MAILIMAP_ERROR_STREAM
               : MAILIMAP_NO_ERROR;
}

static int read_tagged(struct imap *im) {
    struct mailimap_response *response;
    int r = mailimap_parse_response(im->session, &response);

    if (r != MAILIMAP_NO_ERROR) {
        return r;
    }
    r = response->rsp_resp_done->rsp_data.rsp_tagged->rsp_cond_state
                    ->rsp_type == MAILIMAP_RESP_COND_STATE_OK
            ? MAILIMAP_NO_ERROR
            : MAILIMAP_ERROR_LOGIN;
    mailimap_response_free(response);
    return r;
}

/* RFC 4616, with the initial response where the server takes it (RFC 4959). */
static int authenticate_plain(struct imap *im, const char *proof) {
    mailimap *session = im->session;
    bool initial = has(im, "SASL-IR");
    int r = mailimap_send_current_tag(session);

    if (r == MAILIMAP_NO_ERROR && initial) {
        mailstream_write(session->imap_stream, "AUTHENTICATE PLAIN ", 19);
        r = send_line(im, proof);
    } else if (r == MAILIMAP_NO_ERROR) {
        r = send_line(im, "AUTHENTICATE PLAIN");
    }
    if (r != MAILIMAP_NO_ERROR || mailimap_read_line(session) == NULL) {
        return MAILIMAP_ERROR_STREAM;
    }
    if (!initial && session->imap_stream_buffer->str[0] == '+') {
        if (send_line(im, proof) != MAILIMAP_NO_ERROR ||
            mailimap_read_line(session) == NULL) {
            return MAILIMAP_ERROR_STREAM;
        }
    }
    r = read_tagged(im);
    if (r == MAILIMAP_NO_ERROR) {
        session->imap_state = MAILIMAP_STATE_AUTHENTICATED;
    }
    return r;
}

/* base64 of "\0user\0password"; the caller wipes. */
static void make_proof(const char *user, const char *password,
                       struct buf *proof) {
    char raw[LIMIT_ADDRESS + LIMIT_CONFIG_TEXT + 2];
    unsigned char coded[sizeof raw * 2];
    size_t user_size = strlen(user), size;

    raw[0] = '\0';
    memcpy(raw + 1, user, user_size + 1);
    size = user_size + 2 + strlen(password);
    memcpy(raw + user_size + 2, password, strlen(password));
    EVP_EncodeBlock(coded, (const unsigned char *)raw, (int)size);
    buf_puts(proof, (const char *)coded);
    explicit_bzero(raw, sizeof raw);
    explicit_bzero(coded, sizeof coded);
}

static bool has_control(const char *text) {
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f) {
            return true;
        }
    }
    return false;
}

static int log_in(struct imap *im, const char *password, struct err *e) {
    const char *user = im->server->user;
    mailstream *s = im->session->imap_stream;
    struct buf proof;
    int r;

    if (has_control(user) || has_control(password) ||
        strlen(user) >= LIMIT_ADDRESS ||
        strlen(password) >= LIMIT_CONFIG_TEXT) {
        return err_set(e, ERR_SETUP, "the IMAP user or password has control "
                       "characters in it, or is too long");
    }
    begin(im, 0);
    if (has_plain(im)) {
        buf_init(&proof, 2 * (LIMIT_ADDRESS + LIMIT_CONFIG_TEXT));
        make_proof(user, password, &proof);
        r = authenticate_plain(im, proof.data);
        explicit_bzero(proof.data, proof.room);
        buf_free(&proof);
    } else if (has(im, "LOGINDISABLED")) {
        return err_set(e, ERR_SETUP, "the IMAP server offers neither "
                       "AUTH=PLAIN nor LOGIN");
    } else {
        r = mailimap_login(im->session, user, password);
    }
    explicit_bzero(s->write_buffer, s->buffer_max_size);
    /* BAD to a login is a refusal too, not nonsense. */
    if (r == MAILIMAP_ERROR_PROTOCOL && stream_failure(im->stream) == NULL) {
        r = MAILIMAP_ERROR_LOGIN;
    }
    return must(im, r, ERR_DENIED, "login", e);
}

/* Not mailimap_capability(): that one trips over an OK without a list. */
static int ask_capability(struct imap *im, struct err *e) {
    begin(im, 0);
    return must(im, mailimap_custom_command(im->session, "CAPABILITY"),
                ERR_SETUP, "CAPABILITY", e);
}

static int greet(struct imap *im, struct err *e) {
    mailstream *s = stream_mailstream(im->stream);
    int r;

    if (s == NULL) {
        stream_free(&im->stream);
        return err_set(e, ERR_AGAIN, "out of memory");
    }
    begin(im, 0);
    r = mailimap_connect(im->session, s);
    if (r == MAILIMAP_NO_ERROR_NON_AUTHENTICATED) {
        return 0;
    }
    /* RFC 9051 7.1.4, V132: who has not asked for us cannot know us. */
    if (r == MAILIMAP_NO_ERROR_AUTHENTICATED) {
        return broken(im, ERR_SETUP, "greeting",
                      "PREAUTH: this server does not ask who we are", e);
    }
    return judge(im, r, "greeting", e) < 0
               ? -1
               : broken(im, ERR_AGAIN, "greeting", "not accepted", e);
}

/* ---- the folder ---------------------------------------------------------- */

/* Our folder names are written with '/'; servers have their own sign. */
static void server_name(const struct imap *im, const char *folder,
                        char name[LIMIT_NAME]) {
    snprintf(name, LIMIT_NAME, "%s", folder);
    for (char *p = name; *p != '\0'; p++) {
        if (*p == '/' && im->delimiter != '\0') {
            *p = im->delimiter;
        }
    }
}

static int ask_delimiter(struct imap *im, struct err *e) {
    clist *list = NULL;
    int r, verdict;

    begin(im, 0);
    r = mailimap_list(im->session, "", "", &list);
    verdict = judge(im, r, "LIST", e);
    if (verdict < 0) {
        return -1;
    }
    im->delimiter = '/';
    if (verdict == 1 && clist_begin(list) != NULL) {
        const struct mailimap_mailbox_list *mb =
            clist_content(clist_begin(list));

        im->delimiter = mb->mb_delimiter;
    }
    if (verdict == 1) {
        mailimap_list_result_free(list);
    }
    return 0;
}

/* RFC 9051 asks for UIDNEXT; RFC 3501 servers may leave it out. */
static int find_uidnext(struct imap *im, struct err *e);

static int select_folder(struct imap *im, const char *folder, struct err *e) {
    const struct mailimap_selection_info *sel;
    char name[LIMIT_NAME];

    server_name(im, folder, name);
    begin(im, 0);
    if (must(im, mailimap_select(im->session, name), ERR_SETUP, "SELECT", e) !=
        0) {
        return -1;
    }
    sel = im->session->imap_selection_info;
    if (sel == NULL || sel->sel_uidvalidity == 0) {
        return broken(im, ERR_SETUP, "SELECT",
                      "the folder has no UIDVALIDITY, so no lasting UIDs", e);
    }
    im->box = (struct imap_box){sel->sel_uidvalidity, sel->sel_uidnext};
    return im->box.uidnext != 0 ? 0 : find_uidnext(im, e);
}

int imap_open(const struct server *server, const char *password,
              const char *folder, stream_wait_fn wait, void *user,
              struct imap **im_r, struct err *e) {
    const struct stream_target target = {
        .host = server->host,
        .port = server->port,
        .ca_file = server->ca_file,
        .timeout_sec = server->timeout_sec,
        .command_sec = server->command_sec,
        .wait = wait,
        .user = user,
    };
    struct imap *im = xcalloc(1, sizeof *im);

    im->server = server;
    mmap_string_set_ceil(SIZE_MAX); /* else libetpan puts mail into /tmp */
    if (stream_open(&target, &im->stream, e) != 0) {
        free(im);
        return -1;
    }
    im->session = mailimap_new(0, NULL);
    if (im->session == NULL) {
        stream_free(&im->stream);
        free(im);
        return err_set(e, ERR_AGAIN, "out of memory");
    }
    mailimap_set_progress_callback(im->session, no_progress, no_progress, NULL);
    if (greet(im, e) != 0 || ask_capability(im, e) != 0 ||
        log_in(im, password, e) != 0 || ask_capability(im, e) != 0 ||
        ask_delimiter(im, e) != 0 || select_folder(im, folder, e) != 0) {
        if (im->stream != NULL) {
            stream_kill(im->stream);
        }
        imap_close(&im);
        return -1;
    }
    *im_r = im;
    return 0;
}

void imap_close(struct imap **im) {
    enum { LOGOUT_SEC = 2 };

    if (*im == NULL) {
        return;
    }
    if ((*im)->stream != NULL) {
        stream_begin((*im)->stream, LOGOUT_SEC, 0);
    }
    if ((*im)->idling) { /* its answer is not waited for */
        send_line(*im, "DONE");
    }
    /* Says LOGOUT if the stream still lives, closes and frees it. */
    mailimap_free((*im)->session);
    free(*im);
    *im = NULL;
}

struct imap_box imap_box(const struct imap *im) {
    return im->box;
}

int imap_fd(const struct imap *im) {
    return stream_fd(im->stream);
}

/* ---- FETCH --------------------------------------------------------------- */

/* One untagged FETCH, flattened. */
struct answer {
    size_t uid_count, size_count, date_count, body_count;
    uint32_t uid, size;
    usec_t date;
    bool whole;       /* BODY[], not a section or a range */
    const char *body; /* NULL = NIL */
    size_t body_size;
};

/* RFC 9051 date-time; libetpan gives the zone as the number it reads, +0730
 * as 730.  -1 when a field is out of its range. */
static int read_date(const struct mailimap_date_time *d, usec_t *t_r) {
    struct civil c = {.year = d->dt_year, .month = d->dt_month,
                      .day = d->dt_day, .hour = d->dt_hour,
                      .minute = d->dt_min, .second = d->dt_sec};
    int zone = d->dt_zone;

    if (c.year < 1970 || c.year > 9999 || c.month < 1 || c.month > 12 ||
        c.day < 1 || c.day > 31 || c.hour < 0 || c.hour > 23 || c.minute < 0 ||
        c.minute > 59 || c.second < 0 || c.second > 60 || zone < -1400 ||
        zone > 1400) {
        return -1;
    }
    *t_r = civil_to(&c, zone / 100 * 60 + zone % 100);
    return 0;
}

static void read_static(const struct mailimap_msg_att_static *att,
                        struct answer *a) {
    const struct mailimap_msg_att_body_section *body;

    switch (att->att_type) {
    case MAILIMAP_MSG_ATT_UID:
        a->uid_count++;
        a->uid = att->att_data.att_uid;
        break;
    case MAILIMAP_MSG_ATT_RFC822_SIZE:
        a->size_count++;
        a->size = att->att_data.att_rfc822_size;
        break;
    case MAILIMAP_MSG_ATT_INTERNALDATE:
        if (att->att_data.att_internal_date != NULL &&
            read_date(att->att_data.att_internal_date, &a->date) == 0) {
            a->date_count++;
        }
        break;
    case MAILIMAP_MSG_ATT_BODY_SECTION:
        body = att->att_data.att_body_section;
        a->body_count++;
        a->whole = body != NULL && body->sec_origin_octet == 0 &&
                   (body->sec_section == NULL ||
                    body->sec_section->sec_spec == NULL);
        a->body = body == NULL ? NULL : body->sec_body_part;
        a->body_size = body == NULL ? 0 : body->sec_length;
        break;
    default:
        break; /* not asked for, not looked at */
    }
}

static void read_answer(struct mailimap_msg_att *att, struct answer *a) {
    *a = (struct answer){0};
    for (clistiter *i = clist_begin(att->att_list); i != NULL;
         i = clist_next(i)) {
        const struct mailimap_msg_att_item *item = clist_content(i);

        if (item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC) {
            read_static(item->att_data.att_static, a);
        }
    }
}

static void also(struct mailimap_fetch_type *type,
                 struct mailimap_fetch_att *att) {
    mailimap_fetch_type_new_fetch_att_list_add(type, att);
}

static struct mailimap_fetch_type *fetch_facts(void) {
    struct mailimap_fetch_type *type =
        mailimap_fetch_type_new_fetch_att_list_empty();

    also(type, mailimap_fetch_att_new_uid());
    also(type, mailimap_fetch_att_new_rfc822_size());
    also(type, mailimap_fetch_att_new_internaldate());
    return type;
}

static struct mailimap_fetch_type *fetch_mail(void) {
    struct mailimap_fetch_type *type = fetch_facts();

    also(type, mailimap_fetch_att_new_body_peek_section(
                   mailimap_section_new(NULL)));
    return type;
}

static struct mailimap_fetch_type *fetch_sender(void) {
    struct mailimap_fetch_type *type =
        mailimap_fetch_type_new_fetch_att_list_empty();
    clist *names = clist_new();

    clist_append(names, xstrdup("Subject")); /* freed with the section */
    clist_append(names, xstrdup("From"));
    also(type, mailimap_fetch_att_new_uid());
    also(type, mailimap_fetch_att_new_body_peek_section(
                   mailimap_section_new_header_fields(
                       mailimap_header_list_new(names))));
    return type;
}

/* Takes set and type over; every untagged FETCH goes to `handler`. */
static int uid_fetch(struct imap *im, struct mailimap_set *set,
                     struct mailimap_fetch_type *type, size_t literal_max,
                     mailimap_msg_att_handler *handler, void *user,
                     struct err *e) {
    clist *list = NULL;
    int r;

    begin(im, literal_max);
    mailimap_set_msg_att_handler(im->session, handler, user);
    r = mailimap_uid_fetch(im->session, set, type, &list);
    mailimap_set_msg_att_handler(im->session, NULL, NULL);
    if (r == MAILIMAP_NO_ERROR && list != NULL) {
        mailimap_fetch_list_free(list);
    }
    mailimap_fetch_type_free(type);
    mailimap_set_free(set);
    return judge(im, r, literal_max > 0 ? "UID FETCH" : "listing", e);
}

/* ---- listing ------------------------------------------------------------- */

struct listing {
    uint32_t from, to;
    struct imap_item *items;
    size_t count, room;
    bool broken;
};

static void on_listed(struct mailimap_msg_att *att, void *user) {
    struct listing *l = user;
    struct answer a;

    read_answer(att, &a);
    /* FLAGS of something may come at any time; "5:*" names the last mail
     * even when its UID is smaller. */
    if (a.uid_count == 0 || a.uid < l->from || a.uid > l->to ||
        a.size_count == 0) {
        return;
    }
    if (a.uid_count > 1 || a.size_count > 1 || a.date_count != 1) {
        l->broken = true;
        return;
    }
    if (l->count == l->room) {
        l->room = l->room == 0 ? 64 : l->room * 2;
        l->items = xreallocarray(l->items, l->room, sizeof *l->items);
    }
    l->items[l->count++] = (struct imap_item){a.uid, a.size, a.date};
}

static int by_uid(const void *left, const void *right) {
    const struct imap_item *a = left, *b = right;

    return (a->uid > b->uid) - (a->uid < b->uid);
}

static void sort_items(struct listing *l) {
    size_t kept = 0;

    if (l->count > 0) {
        qsort(l->items, l->count, sizeof *l->items, by_uid);
    }
    for (size_t i = 0; i < l->count; i++) {
        if (kept == 0 || l->items[kept - 1].uid != l->items[i].uid) {
            l->items[kept++] = l->items[i];
        }
    }
    l->count = kept;
}

/* A listing of a large mailbox in one command would pass LIMIT_IMAP_TEXT.
 * Below the UIDNEXT of SELECT it is cut by UID; what came later is little. */
static uint32_t window_end(const struct imap *im, uint32_t from, uint32_t to) {
    const struct mailimap_selection_info *sel =
        im->session->imap_selection_info;
    uint32_t end = UINT32_MAX - from < LIMIT_IMAP_LIST
                       ? UINT32_MAX
                       : from + LIMIT_IMAP_LIST - 1;

    if (sel->sel_exists <= LIMIT_IMAP_LIST || end >= im->box.uidnext - 1) {
        return to;
    }
    return to != 0 && to <= end ? to : end;
}

int imap_list(struct imap *im, uint32_t from, uint32_t to,
              struct imap_item **items_r, size_t *count_r, uint32_t *next_r,
              struct err *e) {
    uint32_t end = window_end(im, from, to);
    struct listing l = {.from = from, .to = end == 0 ? UINT32_MAX : end};
    int verdict;

    im->news = false;
    verdict = uid_fetch(im, mailimap_set_new_interval(from, end),
                        fetch_facts(), 0, on_listed, &l, e);
    if (verdict == 0) {
        verdict = must(im, MAILIMAP_ERROR_UID_FETCH, ERR_AGAIN, "listing", e);
    }
    if (verdict > 0 && l.broken) {
        verdict = broken(im, ERR_INPUT, "listing",
                         "a mail without size or date", e);
    }
    if (verdict <= 0) {
        free(l.items);
        return -1;
    }
    sort_items(&l);
    *items_r = l.items;
    *count_r = l.count;
    *next_r = end == to ? 0 : end + 1;
    return 0;
}

static int find_uidnext(struct imap *im, struct err *e) {
    struct listing l = {.from = 1, .to = UINT32_MAX};
    int verdict = 1;

    if (im->session->imap_selection_info->sel_exists > 0) {
        verdict = uid_fetch(im, mailimap_set_new_single(0 /* "*" */),
                            fetch_facts(), 0, on_listed, &l, e);
    }
    im->box.uidnext = 1;
    for (size_t i = 0; i < l.count; i++) {
        if (l.items[i].uid >= im->box.uidnext) {
            im->box.uidnext = l.items[i].uid + 1;
        }
    }
    free(l.items);
    return verdict < 0 ? -1 : 0;
}

/* ---- mails --------------------------------------------------------------- */

struct fetching {
    struct imap *im;
    const struct imap_item *items;
    size_t count;
    bool seen[LIMIT_BATCH_MAILS];
    imap_mail_fn each;
    void *user;
    struct err failure;
};

/* What is wrong with this answer, or NULL; threats.md 0.3, V128. */
static const char *wrong_with(const struct fetching *f, const struct answer *a,
                              size_t *index_r) {
    size_t i;

    if (a->body_count > 1) {
        return "two bodies for one mail";
    }
    if (a->uid_count != 1) {
        return "a body without one UID";
    }
    for (i = 0; i < f->count && f->items[i].uid != a->uid; i++) {
    }
    if (i == f->count) {
        return "a mail that was not asked for";
    }
    *index_r = i;
    if (f->seen[i]) {
        return "the same mail twice";
    }
    if (!a->whole || a->body == NULL) {
        return "something else than the whole mail";
    }
    if (a->body_size != f->items[i].size ||
        (a->size_count > 0 && a->size != f->items[i].size)) {
        return "a mail whose length is not its RFC822.SIZE";
    }
    return NULL;
}

static void on_mail(struct mailimap_msg_att *att, void *user) {
    struct fetching *f = user;
    const char *wrong;
    struct answer a;
    size_t index = 0;

    read_answer(att, &a);
    if (a.body_count == 0 || f->failure.kind != ERR_NONE) {
        return; /* FLAGS of something */
    }
    wrong = wrong_with(f, &a, &index);
    if (wrong != NULL) {
        err_set(&f->failure, ERR_INPUT,
                "UID FETCH: the server sent %s (UID %u, %zu bytes)", wrong,
                (unsigned)a.uid, a.body_size);
        stream_kill(f->im->stream); /* no need to read the rest */
        return;
    }
    f->seen[index] = true;
    f->each(f->user, index, a.body, a.body_size);
}

/* Ascending UIDs as a set, runs of neighbours as ranges. */
static struct mailimap_set *make_set(const uint32_t *uids, size_t count) {
    struct mailimap_set *set = mailimap_set_new_empty();
    size_t first = 0;

    for (size_t i = 1; i <= count; i++) {
        if (i == count || uids[i] != uids[i - 1] + 1) {
            mailimap_set_add_interval(set, uids[first], uids[i - 1]);
            first = i;
        }
    }
    return set;
}

int imap_fetch(struct imap *im, const struct imap_item *items, size_t count,
               imap_mail_fn each, void *user, struct err *e) {
    struct fetching f = {.im = im, .items = items, .count = count,
                         .each = each, .user = user};
    uint32_t uids[LIMIT_BATCH_MAILS];
    int verdict;

    if (count == 0 || count > LIMIT_BATCH_MAILS) {
        return count == 0 ? 0 : err_set(e, ERR_BUG, "a batch of %zu", count);
    }
    for (size_t i = 0; i < count; i++) {
        uids[i] = items[i].uid;
    }
    verdict = uid_fetch(im, make_set(uids, count), fetch_mail(), LIMIT_MAIL,
                        on_mail, &f, e);
    if (f.failure.kind != ERR_NONE) {
        if (e != NULL) {
            *e = f.failure;
        }
        return -1;
    }
    /* RFC 2180 4.1.2: NO when some are gone.  But "later" is not "gone". */
    if (verdict == 0 && says_later(im)) {
        must(im, MAILIMAP_ERROR_UID_FETCH, ERR_AGAIN, "UID FETCH", e);
        return 1;
    }
    return verdict < 0 ? -1 : 0;
}

struct sender_fields {
    uint32_t uid;
    char *fields;
};

static void on_sender_fields(struct mailimap_msg_att *att, void *user) {
    struct sender_fields *f = user;
    struct answer a;

    read_answer(att, &a);
    if (a.uid_count == 1 && a.uid == f->uid && a.body_count == 1 && !a.whole &&
        a.body != NULL && f->fields == NULL) {
        f->fields = xstrndup(a.body, a.body_size);
    }
}

int imap_sender_fields(struct imap *im, uint32_t uid, char **fields_r,
                    struct err *e) {
    struct sender_fields f = {.uid = uid};
    int verdict = uid_fetch(im, make_set(&uid, 1), fetch_sender(),
                            LIMIT_HEADER_FIELD, on_sender_fields, &f, e);

    *fields_r = f.fields;
    return verdict < 0 ? -1 : 0;
}

int imap_present(struct imap *im, const uint32_t *uids, size_t count,
                 bool *present, struct err *e) {
    struct listing l = {.from = 1, .to = UINT32_MAX};
    int verdict;

    for (size_t i = 0; i < count; i++) {
        present[i] = false;
    }
    verdict = uid_fetch(im, make_set(uids, count), fetch_facts(), 0, on_listed,
                        &l, e);
    for (size_t i = 0; verdict == 1 && i < count; i++) {
        for (size_t k = 0; k < l.count && !present[i]; k++) {
            present[i] = l.items[k].uid == uids[i];
        }
    }
    free(l.items);
    if (verdict == 0) {
        return must(im, MAILIMAP_ERROR_UID_FETCH, ERR_AGAIN, "listing", e);
    }
    return verdict < 0 ? -1 : 0;
}

/* ---- moving -------------------------------------------------------------- */

/* As judge(). */
static int expunge_once(struct imap *im, struct mailimap_set *set,
                        struct err *e) {
    struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();
    struct mailimap_store_att_flags *store;
    int verdict;

    mailimap_flag_list_add(flags, mailimap_flag_new_deleted());
    store = mailimap_store_att_flags_new_add_flags_silent(flags);
    begin(im, 0);
    verdict = judge(im, mailimap_uid_store(im->session, set, store),
                    "UID STORE", e);
    mailimap_store_att_flags_free(store);
    if (verdict == 1) {
        begin(im, 0);
        verdict = judge(im, mailimap_uid_expunge(im->session, set),
                        "UID EXPUNGE", e);
    }
    return verdict;
}

/* RFC 6851, or its three steps of RFC 4315; never a plain EXPUNGE, which would
 * remove what people have marked.  As judge(). */
static int move_once(struct imap *im, const uint32_t *uids, size_t count,
                     const char *name, struct err *e) {
    struct mailimap_set *set = make_set(uids, count);
    bool move = has(im, "MOVE");
    int verdict;

    begin(im, 0);
    verdict = judge(im, move ? mailimap_uid_move(im->session, set, name)
                             : mailimap_uid_copy(im->session, set, name),
                    move ? "UID MOVE" : "UID COPY", e);
    if (verdict == 1 && !move) {
        verdict = expunge_once(im, set, e);
    }
    mailimap_set_free(set);
    return verdict;
}

static int by_number(const void *left, const void *right) {
    const uint32_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

/* As judge(); tries once more behind a CREATE. */
static int move_creating(struct imap *im, const uint32_t *sorted, size_t count,
                         const char *name, char why[IMAP_WHY_SIZE],
                         struct err *e) {
    int verdict = move_once(im, sorted, count, name, e);

    if (verdict == 0) {
        last_words(im, why);
        begin(im, 0);
        verdict = judge(im, mailimap_create(im->session, name), "CREATE", e);
        if (verdict == 1) {
            verdict = move_once(im, sorted, count, name, e);
            last_words(im, why);
        }
    }
    return verdict;
}

/* Whatever the server said: a mail has gone when it is not there any more.  In
 * `why` for those that are. */
static int look_after(struct imap *im, const uint32_t *uids, size_t count,
                      int verdict, bool *done, char why[IMAP_WHY_SIZE],
                      struct err *e) {
    if (verdict < 0 || imap_present(im, uids, count, done, e) != 0) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        done[i] = !done[i];
    }
    if (verdict == 1) {
        snprintf(why, IMAP_WHY_SIZE,
                 "the server said OK but the mail is still there");
    }
    return 0;
}

int imap_move(struct imap *im, const uint32_t *uids, size_t count,
              const char *folder, bool *done, char why[IMAP_WHY_SIZE],
              struct err *e) {
    uint32_t *sorted = xreallocarray(NULL, count, sizeof *sorted);
    char name[LIMIT_NAME];
    int verdict;

    why[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        done[i] = false;
    }
    if (!has(im, "MOVE") &&
        !has(im, "UIDPLUS")) {
        snprintf(why, IMAP_WHY_SIZE, "the server has neither MOVE nor UIDPLUS");
        free(sorted);
        return 0;
    }
    memcpy(sorted, uids, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_number);
    server_name(im, folder, name);
    verdict = move_creating(im, sorted, count, name, why, e);
    free(sorted);
    return look_after(im, uids, count, verdict, done, why, e);
}

int imap_expunge(struct imap *im, const uint32_t *uids, size_t count,
                 bool *done, char why[IMAP_WHY_SIZE], struct err *e) {
    uint32_t *sorted;
    struct mailimap_set *set;
    int verdict;

    why[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        done[i] = false;
    }
    if (!has(im, "UIDPLUS")) {
        snprintf(why, IMAP_WHY_SIZE, "the server has no UIDPLUS");
        return 0;
    }
    sorted = xreallocarray(NULL, count, sizeof *sorted);
    memcpy(sorted, uids, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_number);
    set = make_set(sorted, count);
    verdict = expunge_once(im, set, e);
    mailimap_set_free(set);
    free(sorted);
    if (verdict == 0) {
        last_words(im, why);
    }
    return look_after(im, uids, count, verdict, done, why, e);
}

/* ---- IDLE ---------------------------------------------------------------- */

/* libetpan's own IDLE throws away what is said before the "+"; this reads line
 * by line.  1 = the line is the tagged end, 0 = another, -1 over. */
static int read_idle_line(struct imap *im, struct err *e) {
    const char *line = mailimap_read_line(im->session);
    char tag[16];
    unsigned number;
    int used = 0;

    if (line == NULL) {
        return broken(im, ERR_AGAIN, "IDLE", "connection closed", e);
    }
    if (text_starts_ci(line, "* BYE")) {
        return broken(im, ERR_AGAIN, "IDLE", "the server said BYE", e);
    }
    if (text_starts_ci(line, "* OK [ALERT]")) {
        char text[IMAP_WHY_SIZE];

        text_copy_n(text, sizeof text, line + 12, strcspn(line + 12, "\r"));
        text_escape(im->alert, sizeof im->alert, text);
    }
    if (sscanf(line, "* %9u %n", &number, &used) == 1 && used > 0 &&
        text_starts_ci(line + used, "EXISTS")) {
        im->news = true;
    }
    snprintf(tag, sizeof tag, "%d ", im->session->imap_tag);
    return strncmp(line, tag, strlen(tag)) == 0;
}

int imap_idle_begin(struct imap *im, struct err *e) {
    int got;

    if (im->no_idle || !has(im, "IDLE")) {
        return 0;
    }
    begin(im, 0);
    if (mailimap_send_current_tag(im->session) != MAILIMAP_NO_ERROR ||
        send_line(im, "IDLE") != MAILIMAP_NO_ERROR) {
        return broken(im, ERR_AGAIN, "IDLE", "connection closed", e);
    }
    do {
        got = read_idle_line(im, e);
        if (got < 0) {
            return -1;
        }
        if (got == 1) { /* NO or BAD: then we poll */
            im->no_idle = true;
            return 0;
        }
    } while (im->session->imap_stream_buffer->str[0] != '+');
    im->idling = true;
    return 1;
}

bool imap_idle_input(struct imap *im) {
    return im->session->imap_stream->read_buffer_len > 0 ||
           stream_has_input(im->stream);
}

int imap_idle_read(struct imap *im, struct err *e) {
    int got;

    begin(im, 0);
    got = read_idle_line(im, e);
    if (got == 1) { /* ended by itself: it does not like IDLE, so we poll */
        im->idling = false;
        im->no_idle = true;
        im->news = true;
    }
    return got < 0 ? -1 : 0;
}

int imap_idle_end(struct imap *im, struct err *e) {
    int got = 0;

    /* Perhaps it has ended already: then DONE would be a command. */
    while (im->idling && imap_idle_input(im)) {
        if (imap_idle_read(im, e) != 0) {
            return -1;
        }
    }
    if (!im->idling) {
        return 0;
    }
    im->idling = false;
    begin(im, 0);
    if (send_line(im, "DONE") != MAILIMAP_NO_ERROR) {
        return broken(im, ERR_AGAIN, "IDLE", "connection closed", e);
    }
    while (got == 0) {
        got = read_idle_line(im, e);
    }
    return got < 0 ? -1 : 0;
}

/* ---- small answers ------------------------------------------------------- */

bool imap_has_news(const struct imap *im) {
    return im->news;
}

const char *imap_alert(struct imap *im) {
    if (im->alert[0] == '\0') {
        return NULL;
    }
    memcpy(im->alert_given, im->alert, sizeof im->alert);
    im->alert[0] = '\0';
    return im->alert_given;
}
