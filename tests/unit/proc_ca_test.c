/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The program loket-ca, with a test in the engine's place: setting it up,
 * orders over its socket, what it refuses to work with (V173) and what
 * openssl says to what it makes.  As root it runs as the user nobody.
 */
#include "ca_help.h"
#include "base/io.h"
#include "wire/orders.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

enum { NOBODY = 65534, WAIT_MS = 10000, MOST = 24 };

static char dir[80], secret[80], at[80], clock_file[80], out[80];
static pid_t service;
static struct channel *ch;
static const char *credentials; /* systemd's folder for them, or NULL */

static const char *program(void) {
    static char path[1024];
    const char *builddir = getenv("builddir");

    snprintf(path, sizeof path, "%s/loket-ca",
             builddir == NULL ? "." : builddir);
    return path;
}

/* Starts loket-ca (or a tool) with these arguments, NULL at the end. */
static pid_t start(const char *path, const char *const *arguments) {
    const char *argv[MOST] = {path};
    pid_t pid;

    for (size_t i = 0; arguments[i] != NULL && i + 2 < MOST; i++) {
        argv[i + 1] = arguments[i];
    }
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        int self = open(path, O_RDONLY | O_CLOEXEC);
        int log = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

        dup2(log, 1);
        dup2(log, 2);
        unsetenv("CREDENTIALS_DIRECTORY");
        if (credentials != NULL) {
            setenv("CREDENTIALS_DIRECTORY", credentials, 1);
        }
        unsetenv("STATE_DIRECTORY");
        setenv("LOKET_CLOCK", clock_file, 1);
        if (geteuid() == 0 && (setgroups(0, NULL) != 0 ||
                               setgid(NOBODY) != 0 || setuid(NOBODY) != 0)) {
            _exit(111);
        }
        fexecve(self, (char *const *)(uintptr_t)argv, environ);
        _exit(111);
    }
    return pid;
}

static int end_of(pid_t pid) {
    int status;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool said(const char *words) {
    char *text;
    size_t size;
    bool found;

    OK(io_read_file(out, 65536, &text, &size, E));
    found = strstr(text, words) != NULL;
    free(text);
    return found;
}

static void put(const char *path, const void *data, size_t size, mode_t mode) {
    int fd;

    unlink(path);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    OK(io_write_all(fd, data, size, E));
    assert_int_equal(fchmod(fd, mode), 0);
    if (geteuid() == 0) {
        assert_int_equal(fchown(fd, NOBODY, NOBODY), 0);
    }
    close(fd);
}

/* The programs' clock stands near T0 whatever the machine's says. */
static void set_clock(usec_t now) {
    int64_t offset = now - clock_now();

    put(clock_file, &offset, sizeof offset, 0644);
}

static int set_up(void **state) {
    if (make_folder(state) != 0) {
        return -1;
    }
    if (geteuid() == 0 && chown(folder, NOBODY, NOBODY) != 0) {
        return -1;
    }
    snprintf(dir, sizeof dir, "%s/ca", folder);
    snprintf(secret, sizeof secret, "%s/passphrase", folder);
    snprintf(at, sizeof at, "%s/socket", folder);
    snprintf(clock_file, sizeof clock_file, "%s/clock", folder);
    snprintf(out, sizeof out, "%s/out", folder);
    put(secret, PASSPHRASE "\n", strlen(PASSPHRASE) + 1, 0400);
    set_clock(T0);
    return 0;
}

static int tear_down(void **state) {
    channel_free(&ch);
    if (service > 0) {
        kill(service, SIGKILL);
        end_of(service);
        service = 0;
    }
    free(crl);
    crl = NULL;
    credentials = NULL;
    return remove_folder(state);
}

static int init(const char *key) {
    const char *const arguments[] = {
        "init", "--dir", dir, "--passphrase-file", secret, "--name",
        "CN=CA Laboratorium,O=Dinas Komunikasi\\, Kota,C=ID", "--key", key,
        NULL};

    return end_of(start(program(), arguments));
}

/* ---- the engine's part --------------------------------------------------- */

static void connect_service(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = -1;

    COPY(address.sun_path, at);
    for (int ms = 0; ms < WAIT_MS; ms += 10) {
        fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
        if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) {
            ch = channel_new(fd);
            return;
        }
        close(fd);
        usleep(10000);
    }
    fail_msg("loket-ca does not listen");
}

static void start_service(const char *option, const char *value) {
    const char *const arguments[] = {"--socket", at, "--dir", dir,
                                     "--passphrase-file",
                                     credentials == NULL ? secret
                                                         : "ca-passphrase",
                                     "--engine-user",
                                     getpwuid(geteuid())->pw_name, option,
                                     value, NULL};

    unlink(at);
    service = start(program(), arguments);
    connect_service();
}

static void kill_service(int signal_) {
    channel_free(&ch);
    kill(service, signal_);
    assert_int_equal(end_of(service), signal_ == SIGTERM ? 0 : 128 + signal_);
    service = 0;
}

static struct ca_state receive_state(void) {
    struct ca_state s;
    struct received in;

    if (channel_receive_wait(ch, &in, WAIT_MS, E) != 1) {
        fail_msg("no status: %s", E->text);
    }
    assert_int_equal(in.frame->kind_case, LOKET__FRAME__KIND_CA_STATUS);
    OK(ca_state_read(in.frame->ca_status, &s, E));
    received_free(&in);
    return s;
}

static struct ca_state hello(void) {
    Loket__CaHello m = LOKET__CA_HELLO__INIT;
    Loket__Frame frame = FRAME_OF(CA_HELLO, ca_hello, &m);

    OK(channel_send_wait(ch, &frame, NULL, 0, WAIT_MS, E));
    return receive_state();
}

static void send_order(const struct order *o) {
    struct order_message m;

    OK(channel_send_wait(ch, order_write(o, &m), NULL, 0, WAIT_MS, E));
}

static struct ca_state receive_answer(void) {
    struct received in;

    if (channel_receive_wait(ch, &in, WAIT_MS, E) != 1) {
        fail_msg("no answer: %s", E->text);
    }
    assert_int_equal(in.frame->kind_case, LOKET__FRAME__KIND_ORDER_ANSWER);
    OK(order_answer_read(in.frame->order_answer, &answer, E));
    free(crl);
    crl = NULL;
    if (answer.revoked_at != 0) {
        const char *data;

        assert_int_equal(in.fd_count, 1);
        OK(io_map_memfd(in.fds[0], LIMIT_CRL, &data, &crl_size, E));
        crl = malloc(crl_size);
        assert_non_null(crl);
        memcpy(crl, data, crl_size);
        io_unmap(data, crl_size);
    } else {
        assert_int_equal(in.fd_count, 0);
    }
    received_free(&in);
    return receive_state();
}

static void order(const struct order *o) {
    send_order(o);
    receive_answer();
    assert_string_equal(answer.id, o->id);
}

static void order_done(const struct order *o) {
    order(o);
    if (!answer.done) {
        fail_msg("order %s: %s", o->id, answer.text);
    }
}

static void order_refused(const struct order *o, enum err_kind kind,
                          const char *words) {
    order(o);
    assert_false(answer.done);
    assert_string_equal(err_kind_name(answer.error), err_kind_name(kind));
    if (strstr(answer.text, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", answer.text, words);
    }
}

/* ---- tests --------------------------------------------------------------- */

static void without_a_ca_it_waits(void **state) {
    struct order o = issue_order(1);

    (void)state;
    start_service(NULL, NULL);
    assert_false(hello().ready);
    assert_string_equal(hello().text, "waiting: no CA is set up");
    order_refused(&o, ERR_SETUP, "no CA is set up");
    kill_service(SIGTERM);
}

static mode_t mode_of(const char *name) {
    char path[128];
    struct stat st;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 0777;
}

static void init_makes_a_ca_once(void **state) {
    char path[128], *text;
    size_t size;

    (void)state;
    assert_int_equal(init("p256"), 0);
    assert_int_equal(mode_of("ca.key"), 0400);
    assert_int_equal(mode_of("ca.pem"), 0600);
    snprintf(path, sizeof path, "%s/ca.key", dir);
    OK(io_read_file(path, 65536, &text, &size, E));
    assert_non_null(strstr(text, "BEGIN ENCRYPTED PRIVATE KEY"));
    free(text);
    assert_int_equal(init("p256"), 1);
    assert_true(said("is there already"));
    put(secret, PASSPHRASE, strlen(PASSPHRASE), 0440);
    assert_int_equal(init("p256"), 111);
    assert_true(said("mode is 0440"));
    assert_int_equal(init("dsa"), 100);
}

static void orders_are_carried_out(void) {
    struct order o = issue_order(1), back, again;
    struct order_answer first;
    struct ca_state before, after;

    start_service(NULL, NULL);
    before = hello();
    assert_true(before.ready);
    assert_string_equal(before.text, "ready (UJI - tidak berkekuatan hukum)");
    order_done(&o);
    first = answer;
    order_done(&o);
    assert_memory_equal(&first, &answer, sizeof first);
    again = o;
    COPY(again.subject.common_name, "Orang Lain");
    order_refused(&again, ERR_DENIED, "said something else");
    back = revoke_order(1, first.serial);
    order_done(&back);
    assert_non_null(crl);
    after = hello();
    assert_int_equal(after.end.count, before.end.count + 2);
    assert_false(digest_equal(&after.end.head, &before.end.head));
    /* Killed hard, and everything is there again, byte for byte. */
    kill_service(SIGKILL);
    start_service(NULL, NULL);
    before = hello();
    assert_true(digest_equal(&before.end.head, &after.end.head));
    order_done(&o);
    assert_memory_equal(&first, &answer, sizeof first);
    kill_service(SIGTERM);
}

static void orders_are_carried_out_with_ec(void **state) {
    (void)state;
    assert_int_equal(init("p256"), 0);
    orders_are_carried_out();
}

static void orders_are_carried_out_with_rsa(void **state) {
    (void)state;
    assert_int_equal(init("rsa3072"), 0);
    orders_are_carried_out();
}

static void orders_are_carried_out_with_p384(void **state) {
    (void)state;
    assert_int_equal(init("p384"), 0);
    orders_are_carried_out();
}

/* ---- a key in a token (PKCS#11) ------------------------------------------- */

#define MODULE "/usr/lib/softhsm/libsofthsm2.so"

static char tokens[128]; /* where SoftHSM2 keeps them */

static void run(const char *path, const char *const *arguments) {
    if (end_of(start(path, arguments)) != 0) {
        fail_msg("%s failed: see %s", path, out);
    }
}

/* A new token "loket" with a key "cakey" of this type. */
static void make_token(const char *type) {
    const char *const init_token[] = {
        "--init-token", "--free", "--label", "loket", "--so-pin", "12345678",
        "--pin", PASSPHRASE, NULL};
    const char *const make_key[] = {
        "--module", MODULE, "--token-label", "loket", "--login", "--pin",
        PASSPHRASE, "--keypairgen", "--key-type", type, "--label", "cakey",
        "--id", "01", NULL};
    char config[128], text[256];

    if (access("/usr/bin/softhsm2-util", X_OK) != 0 ||
        access("/usr/bin/pkcs11-tool", X_OK) != 0) {
        puts("softhsm2 or opensc is not installed");
        skip();
    }
    snprintf(tokens, sizeof tokens, "%s/tokens", folder);
    snprintf(config, sizeof config, "%s/softhsm2.conf", folder);
    snprintf(text, sizeof text, "directories.tokendir = %s\nlog.level = "
             "ERROR\n", tokens);
    put(config, text, strlen(text), 0644);
    assert_int_equal(mkdir(tokens, 0700), 0);
    assert_true(geteuid() != 0 || chown(tokens, NOBODY, NOBODY) == 0);
    setenv("SOFTHSM2_CONF", config, 1);
    run("/usr/bin/softhsm2-util", init_token);
    run("/usr/bin/pkcs11-tool", make_key);
}

static int init_token_ca(const char *object) {
    const char *const arguments[] = {
        "init", "--dir", dir, "--passphrase-file", secret, "--name",
        "CN=CA Laboratorium,C=ID", "--module", MODULE, "--token", "loket",
        "--object", object, NULL};

    return end_of(start(program(), arguments));
}

static void orders_are_carried_out_with_a_token(void **state) {
    static const char *const types[] = {"EC:prime256v1", "EC:secp384r1",
                                        "rsa:3072"};

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        make_token(types[i]);
        assert_int_equal(init_token_ca("cakey"), 0);
        orders_are_carried_out();
        tear_down(state);
        assert_int_equal(set_up(state), 0);
    }
}

static void a_token_that_does_not_open_is_named(void **state) {
    struct ca_state s;

    (void)state;
    make_token("EC:prime256v1");
    assert_int_equal(init_token_ca("nosuchkey"), 111);
    assert_true(said("no private key \"nosuchkey\" in the token"));
    assert_int_equal(init_token_ca("cakey"), 0);
    assert_int_equal(init_token_ca("cakey"), 1);
    assert_true(said("ca.pem is there already"));
    /* Of a PIN there are few tries: one at each start, and no more. */
    put(secret, "salah", 5, 0400);
    start_service(NULL, NULL);
    s = hello();
    assert_false(s.ready);
    assert_non_null(strstr(s.text, "refusing until it is restarted: token "
                                   "\"loket\": its PIN"));
    put(secret, PASSPHRASE, strlen(PASSPHRASE), 0400);
    sleep(6); /* longer than RETRY_USEC of proc/ca.c */
    assert_false(hello().ready);
    kill_service(SIGTERM);
    start_service(NULL, NULL);
    assert_true(hello().ready);
    kill_service(SIGTERM);
}

/* Pulled out while orders come; what was journaled is signed when it is back,
 * and nobody has to restart anything. */
static void a_token_that_is_pulled_out_is_awaited(void **state) {
    struct order o = issue_order(1);
    char away[160];

    (void)state;
    make_token("EC:prime256v1");
    assert_int_equal(init_token_ca("cakey"), 0);
    start_service(NULL, NULL);
    assert_true(hello().ready);
    snprintf(away, sizeof away, "%s.away", tokens);
    assert_int_equal(rename(tokens, away), 0);
    order_refused(&o, ERR_SETUP, "");
    order_refused(&o, ERR_SETUP, "refusing");
    assert_int_equal(rename(away, tokens), 0);
    for (int i = 0; i < 20 && !hello().ready; i++) {
        sleep(1);
    }
    channel_free(&ch); /* and what it says unasked */
    connect_service();
    order_done(&o);
    assert_int_equal(hello().end.count, 2);
    kill_service(SIGTERM);
}

static void what_must_not_be_is_refused(void **state) {
    struct order first = issue_order(1), o, back;
    char serial[LIMIT_SERIAL];

    (void)state;
    assert_int_equal(init("p256"), 0);
    start_service("--daily-cap", "2");
    order_done(&first);
    COPY(serial, answer.serial);
    o = issue_order(2); /* duplicate key, of a living certificate */
    memcpy(o.spki, first.spki, first.spki_size);
    order_refused(&o, ERR_DENIED, "the key was used before");
    o = issue_order(2);
    COPY(o.approvers[1], o.applicant);
    order_refused(&o, ERR_DENIED, "applicant is among the approvers");
    o = issue_order(2);
    COPY(o.profile, "ca");
    order_refused(&o, ERR_DENIED, "there is no profile");
    o = issue_order(2);
    COPY(o.applicant, first.applicant);
    COPY(o.serial, serial);
    order_refused(&o, ERR_DENIED, "not revoked");
    back = revoke_order(1, "1234");
    order_refused(&back, ERR_DENIED, "is not of this CA");
    back = revoke_order(1, serial);
    order_done(&back);
    memcpy(o.spki, first.spki, first.spki_size); /* the lost key */
    order_refused(&o, ERR_DENIED, "the key was used before");
    put_new_key(&o);
    order_done(&o);
    o = issue_order(3);
    order_refused(&o, ERR_AGAIN, "2 certificates in 24 hours");
    kill_service(SIGTERM);
}

static void malformed_orders_are_refused(void **state) {
    struct order o = issue_order(1);
    struct order_message m;
    Loket__Stop stop = LOKET__STOP__INIT;
    Loket__Frame frame = FRAME_OF(STOP, stop, &stop);
    struct received in;

    (void)state;
    assert_int_equal(init("p256"), 0);
    start_service(NULL, NULL);
    order_write(&o, &m);
    m.order.kind = 7;
    OK(channel_send_wait(ch, &m.frame, NULL, 0, WAIT_MS, E));
    receive_answer();
    assert_int_equal(answer.error, ERR_INPUT);
    /* A frame without a door closes the peer, and only that. */
    OK(channel_send_wait(ch, &frame, NULL, 0, WAIT_MS, E));
    assert_int_equal(channel_receive_wait(ch, &in, WAIT_MS, E), -1);
    channel_free(&ch);
    connect_service();
    order_done(&o);
    kill_service(SIGTERM);
}

/* V151: the program dies at any moment after the order was sent. */
static void killed_while_orders_run(void **state) {
    (void)state;
    assert_int_equal(init("p256"), 0);
    for (int i = 0; i < 12; i++) {
        struct order o = issue_order(i), back;
        struct order_answer first;

        start_service(NULL, NULL);
        hello();
        send_order(&o);
        usleep((useconds_t)(i * 400));
        kill_service(SIGKILL);
        start_service(NULL, NULL);
        order_done(&o);
        first = answer;
        back = revoke_order(i, answer.serial);
        send_order(&back);
        usleep((useconds_t)(i * 400));
        kill_service(SIGKILL);
        start_service(NULL, NULL);
        order_done(&back);
        order_done(&o);
        assert_memory_equal(&first, &answer, sizeof first);
        assert_int_equal(hello().end.count, 3 + 2 * (uint64_t)i);
        kill_service(SIGTERM);
    }
}

/* ---- V173: what it does not work with ------------------------------------ */

static void refuses_orders_and_says(const char *words) {
    struct order o = issue_order(1);
    struct ca_state s;

    start_service(NULL, NULL);
    s = hello();
    assert_false(s.ready);
    if (strstr(s.text, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", s.text, words);
    }
    order_refused(&o, ERR_SETUP, words);
    kill_service(SIGTERM);
}

static void bad_cas_are_refused_and_named(void **state) { /* V173 */
    char key[128], pem[128], moved[128];

    (void)state;
    snprintf(key, sizeof key, "%s/ca.key", dir);
    snprintf(pem, sizeof pem, "%s/ca.pem", dir);
    snprintf(moved, sizeof moved, "%s/old.pem", folder);
    assert_int_equal(init("p256"), 0);
    put(secret, "eine andere", 11, 0400);
    refuses_orders_and_says("the passphrase does not open it");
    put(secret, PASSPHRASE, strlen(PASSPHRASE), 0444);
    refuses_orders_and_says("mode is 0444");
    put(secret, PASSPHRASE, strlen(PASSPHRASE), 0400);
    assert_int_equal(chmod(key, 0440), 0);
    refuses_orders_and_says("mode is 0440");
    assert_int_equal(chmod(key, 0400), 0);
    set_clock(T0 + 11 * 366 * USEC_PER_DAY);
    refuses_orders_and_says("has expired");
    set_clock(T0);
    /* The certificate of another CA. */
    assert_int_equal(rename(pem, moved), 0);
    refuses_orders_and_says("ca.pem");
    assert_int_equal(unlink(key), 0);
    assert_int_equal(init("p256"), 0);
    assert_int_equal(rename(moved, pem), 0);
    refuses_orders_and_says("is not of the key");
}

/* The bad input "CA key unreadable". */
static void unreadable_key_is_refused_and_named(void **state) {
    char key[128];

    (void)state;
    snprintf(key, sizeof key, "%s/ca.key", dir);
    assert_int_equal(init("p256"), 0);
    assert_int_equal(chmod(key, 0), 0);
    refuses_orders_and_says("ca.key: Permission denied");
    assert_int_equal(chmod(key, 0400), 0);
    assert_int_equal(chmod(dir, 0), 0);
    refuses_orders_and_says("refusing: ");
    assert_int_equal(chmod(dir, 0700), 0);
    assert_int_equal(truncate(key, 40), 0);
    refuses_orders_and_says("ca.key");
    assert_int_equal(unlink(key), 0);
    refuses_orders_and_says("ca.key: No such file");
}

/* LoadCredential=: a bare name, in a folder that systemd guards. */
static void passphrase_comes_from_systemd(void **state) {
    char given[100], path[128];
    struct order o = issue_order(1);

    (void)state;
    assert_int_equal(init("p256"), 0);
    snprintf(given, sizeof given, "%s/credentials", folder);
    snprintf(path, sizeof path, "%s/ca-passphrase", given);
    assert_int_equal(mkdir(given, 0755), 0);
    put(path, PASSPHRASE "\n", strlen(PASSPHRASE) + 1, 0440);
    credentials = given;
    start_service(NULL, NULL);
    assert_true(hello().ready);
    order_done(&o);
    kill_service(SIGTERM);
    /* What SetCredential= says where there is no file. */
    put(path, "none", 4, 0440);
    refuses_orders_and_says("the passphrase does not open it");
    assert_int_equal(unlink(path), 0);
    refuses_orders_and_says("ca-passphrase: No such file");
}

static void legal_basis_ends_the_trial(void **state) {
    struct order o = issue_order(1);
    X509 *x;

    (void)state;
    assert_int_equal(init("p256"), 0);
    start_service("--legal-basis", "Izin 7/2026");
    assert_string_equal(hello().text, "ready");
    order_done(&o);
    x = answered_certificate();
    assert_int_equal(X509_get_ext_by_NID(x, NID_certificate_policies, -1), -1);
    X509_free(x);
    kill_service(SIGTERM);
}

/* The saga's first half over the wire: refused, and the old one still works;
 * then with a key that is new. */
static void revocation_looks_ahead_over_the_wire(void **state) {
    struct order first = issue_order(1), next = issue_order(2), back;
    char serial[LIMIT_SERIAL];
    uint64_t count;

    (void)state;
    assert_int_equal(init("p256"), 0);
    start_service(NULL, NULL);
    order_done(&first);
    COPY(serial, answer.serial);
    COPY(next.applicant, first.applicant);
    memcpy(next.spki, first.spki, first.spki_size);
    count = hello().end.count;
    back = revoke_before(&next, serial);
    order_refused(&back, ERR_DENIED, "the key was used before");
    assert_int_equal(hello().end.count, count);
    put_new_key(&next);
    COPY(next.serial, serial);
    back = revoke_before(&next, serial);
    order_done(&back);
    assert_non_null(crl);
    order_done(&next);
    assert_int_equal(hello().end.count, count + 2);
    kill_service(SIGTERM);
}

static void crl_url_is_a_url(void **state) {
    static const char *const wrong[] = {
        "", "ca.crl", "ftp://ca.test/ca.crl", "https://", "http:///ca.crl",
        "https://ca.test/ca .crl", "https://ca.test/\xc3\xa9"};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const char *const arguments[] = {"--crl-url", wrong[i], NULL};

        assert_int_equal(end_of(start(program(), arguments)), 100);
        assert_true(said("--crl-url: an https or http URL"));
    }
    assert_int_equal(init("p256"), 0);
    for (size_t i = 0; i < 2; i++) {
        struct order o = issue_order((int)i);
        X509 *x;

        start_service("--crl-url", i == 0 ? "http://ca.test/ca.crl"
                                          : "https://ca.test");
        order_done(&o);
        x = answered_certificate();
        assert_true(
            X509_get_ext_by_NID(x, NID_crl_distribution_points, -1) >= 0);
        X509_free(x);
        kill_service(SIGTERM);
    }
}

/* ---- what others say ----------------------------------------------------- */

static int openssl(const char *command) {
    char line[1024];

    snprintf(line, sizeof line, "cd %s && %s >openssl.out 2>&1", folder,
             command);
    return system(line);
}

static void write_der(const char *name, const uint8_t *data, size_t size) {
    char path[128];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    put(path, data, size, 0644);
}

static void openssl_verifies_and_sees_the_revocation(void **state) {
    struct order o = issue_order(1), back;
    char publish[100];

    (void)state;
    if (system("openssl version >/dev/null 2>&1") != 0) {
        print_message("skipped: openssl is not installed\n");
        skip();
    }
    assert_int_equal(init("p256"), 0);
    snprintf(publish, sizeof publish, "%s/www", folder);
    assert_int_equal(mkdir(publish, 0755), 0);
    assert_true(geteuid() != 0 || chown(publish, NOBODY, NOBODY) == 0);
    start_service("--publish", publish);
    order_done(&o);
    write_der("old.der", answer.certificate, answer.certificate_size);
    back = revoke_order(1, answer.serial);
    order_done(&back);
    write_der("kept.crl", crl, crl_size);
    o = issue_order(2);
    order_done(&o);
    write_der("new.der", answer.certificate, answer.certificate_size);
    kill_service(SIGTERM);

    assert_int_equal(openssl("cmp kept.crl www/ca.crl"), 0);
    assert_int_equal(openssl("openssl x509 -in www/ca.cer -out ca.pem"), 0);
    assert_int_equal(openssl("openssl crl -in www/ca.crl -out crl.pem"), 0);
#define VERIFY "openssl verify -x509_strict -crl_check -attime 1795144600 "   \
               "-CAfile ca.pem -CRLfile crl.pem "
    assert_int_equal(openssl(VERIFY "new.der"), 0);
    assert_int_not_equal(openssl(VERIFY "old.der"), 0);
    assert_int_equal(openssl(VERIFY "old.der 2>&1 | "
                             "grep -q 'certificate revoked'"), 0);
    assert_int_equal(openssl("openssl crl -in crl.pem -noout -text | "
                             "grep -A1 'Reason Code' | grep -q Superseded"),
                     0);
    assert_int_equal(openssl("openssl x509 -in new.der -noout -text | "
                             "grep -q 'UJI - tidak berkekuatan hukum'"), 0);
    if (system("certtool --version >/dev/null 2>&1") == 0) {
        assert_int_equal(openssl("certtool -i --inder --infile new.der"), 0);
    }
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(without_a_ca_it_waits),
        ROW(init_makes_a_ca_once),
        ROW(orders_are_carried_out_with_ec),
        ROW(orders_are_carried_out_with_rsa),
        ROW(orders_are_carried_out_with_p384),
        ROW(orders_are_carried_out_with_a_token),
        ROW(a_token_that_does_not_open_is_named),
        ROW(a_token_that_is_pulled_out_is_awaited),
        ROW(what_must_not_be_is_refused),
        ROW(malformed_orders_are_refused),
        ROW(killed_while_orders_run),
        ROW(bad_cas_are_refused_and_named),
        ROW(unreadable_key_is_refused_and_named),
        ROW(passphrase_comes_from_systemd),
        ROW(legal_basis_ends_the_trial),
        ROW(revocation_looks_ahead_over_the_wire),
        ROW(crl_url_is_a_url),
        ROW(openssl_verifies_and_sees_the_revocation),
    };

    signal(SIGPIPE, SIG_IGN);
    if (!clock_is_test()) {
        print_message("skipped: needs --enable-test-clock\n");
        return 77;
    }
    return cmocka_run_group_tests_name("proc/ca", tests, NULL, NULL);
}
