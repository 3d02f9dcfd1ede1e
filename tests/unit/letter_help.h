/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_TESTS_LETTER_HELP_H
#define LOKET_TESTS_LETTER_HELP_H

/*
 * Every letter that Loket sends, with values as an office has them: put
 * together as proc/ does it, from the shipped templates and phrases.  For
 * letter_compose_test.c and tests/lab/letters.c.
 */
#include "letter/compose.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/effect.h"
#include "model/workflow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN "lk00112233445566778899aabbccddeeff"
#define CHANNELS                                                               \
    "Telepon: (0285) 421243\nSurel: diskominfo@kota.example\n"                 \
    "Pejabat pengaduan: Siti Aminah, S.Kom (0800-0000-0000)"

static const struct office office = {
    .name = "Dinas Komunikasi dan Informatika Kota Contoh",
    .unit = "Seksi Persandian dan Keamanan Informasi",
    .address = "lock@kota.example",
    .domain = "kota.example",
    .channels = CHANNELS,
};
static struct timetable week;
static struct letterbook *book;

static __attribute__((unused)) void make_week(void) {
    week = (struct timetable){.zone_min = 420, .zone_name = "WIB"};
    for (size_t i = 1; i <= 5; i++) {
        week.days[i].count = i < 5 ? 2 : 1;
        week.days[i].spans[0].from_min = 8 * 60;
        week.days[i].spans[0].to_min = i < 5 ? 12 * 60 : 11 * 60;
        week.days[i].spans[1].from_min = 13 * 60;
        week.days[i].spans[1].to_min = 15 * 60 + 45;
    }
}

static usec_t at(const char *iso) {
    usec_t t = 0;

    if (clock_from_iso(iso, 420, &t) != 0) {
        abort();
    }
    return t;
}

/* ---- what phrases name ---------------------------------------------------- */

#define DN "CN=Budi Santoso, O=Pemerintah Kota Contoh, C=ID"
#define HEX "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08"

static const struct phrase_value phrase_values[] = {
    {"name", "Budi Santoso, S.Sos"},
    {"number", "198508172010011003"},
    {"agency", "Dinas Kesehatan Kota Contoh"},
    {"address", "budi@kota.example"},
    {"file", "surat pernyataan.pdf"},
    {"size", "86211"},
    {"digest", HEX},
    {"subject", DN},
    {"key", "RSA 3072 bit"},
    {"issuer", "CN=OSD LU Kelas 2, O=Badan Siber dan Sandi Negara, C=ID"},
    {"serial", "5DF2B7C09A4E11F0"},
    {"from", "20 Mei 2025"},
    {"to", "20 Mei 2027"},
    {"portal", "AMS BSrE"},
    {"url", "https://portal.example.test/"},
    {"reason", "lupa passphrase"},
    {"choice", "lupa passphrase"},
    {"max_pdf", "1024"},
    {"previous", "LOCK-2026-000099 (tidak dikabulkan pada 18 November 2026)"},
    {"why", "server portal sudah pulih"},
    {"said_why", "masih aktif di portal"},
    {"revoked", "disaksikan oleh dua petugas"},
    {"issued", "tanda terima dengan kunci yang baru"},
    {"revoked_at", "Senin, 23 November 2026 pukul 09.12 WIB"},
    {"x_superseded", "X"},
    {"x_affiliation", " "},
    {"x_compromise", " "},
    {"chronology", "Pemilik tidak dapat lagi mengingat passphrase-nya."},
    {"case", "LOCK-2026-000123"},
    {"service", "Penanggulangan Lupa Passphrase"},
    {"date", "20 November 2026"},
    {"office", "Dinas Komunikasi dan Informatika Kota Contoh"},
    {"unit", "Seksi Persandian dan Keamanan Informasi"},
    {"order", "LOCK-2026-000123.revoke"},
    {"step", "Persetujuan Kepala Bidang"},
    {"assigned", "Rina Wulandari"},
    {"assigned_by", "Drs. Bambang Hartono, Kepala Dinas"},
    {"administrator", "Agus Salim, agus@kota.example"},
    {"papers", "surat pernyataan"},
    {"paper", "surat permohonan"},
    {"read", "Dinas Kesehatan"},
    {"mark", "(sama dengan daftar kami)"},
    {"known", "Dinas Kesehatan Kota Contoh"},
    {"fields", "NIP, instansi"},
    {"said", "kehilangan"},
    {"plea", "lupa passphrase"},
    {"letter_date", "Kamis, 1 Oktober 2026"},
    {"days", "30"},
    {"lapse", "Apabila sampai Senin, 7 Desember 2026 kami tidak menerima "
              "kabar dari Saudara, permohonan ini kami tutup."},
    {"until", "Jumat, 4 Desember 2026"},
    {"due", "Selasa, 24 November 2026 pukul 15.45 WIB"},
    {"since", "Senin, 23 November 2026 pukul 08.00 WIB"},
    {"awaited", "Siti Aminah, S.Kom (Verifikator)"},
    {"waited", "13 jam 30 menit"},
    {"count", "2"},
    {"rsa_min", "2048"},
    {"rsa_new", "3072"},
    {"exponent_min", "65537"},
    {"curves", "P-256, P-384, P-521"},
    {"curve", "P-256"},
    {"key_command", "openssl genrsa -aes256 -out kunci.pem 3072"},
    {"hours", "13"},
    {"minutes", "30"},
    {"deputy", "Rina Wulandari"},
    {"principal", "Siti Aminah, S.Kom"},
    {"names", "siti, joko"},
    {"level", "DKIM"},
    {"needed", "DKIM"},
    {"carriers", "perihal, In-Reply-To"},
    {"covered", "perihal"},
    {"program", "gmail"},
    {"line", "Setuju"},
    {"ordinal", "1"},
    {"signer", "Agus Salim"},
    {"issued_by", "CN=Balai Sertifikasi Elektronik,C=ID"},
    {"when", "Senin, 23 November 2026 pukul 08.00 WIB"},
    {"verdict", "utuh"},
    {"opens", "lupa passphrase"},
    {"opening", "Senin-Kamis 08.00-15.45 WIB"},
    {"sop", "088.13"},
    {"version", "1.1"},
    {"title", "SURAT PERNYATAAN LUPA PASSPHRASE"},
    {"who", "Budi Santoso, S.Sos"},
    {"channel", "melalui surel"},
    {"officer", "Rina Wulandari"},
    {"closed", "Selasa, 24 November 2026 pukul 09.30 WIB"},
    {"outside", "BSrE"},
    {"reason_given", "verifikasi wajah ditolak"},
    {"sent_by", "Drs. Bambang Hartono (Kepala Dinas)"},
    {"domains", "@kota.example"},
    {"letter_number", "000.6.5/1022/Diskominfo.05"},
    {"received", "Senin, 23 November 2026"},
    {"instruction", "mohon diproses"},
    {"officer", "Drs. Bambang Hartono (Kepala Dinas)"},
    {"item", "Surat pernyataan ditandatangani"},
    {NULL, NULL}};
static const struct phrase_value crl_values[] = {
    {"issuer", "OSD LU Kelas 2"}, {"number", "1F40"},
    {"revoked", "a - CRL nomor 1F40"}, {"issued", "d - dua petugas"},
    {NULL, NULL}};

static void say(enum language l, const char *name, char *text, size_t room) {
    letter_phrase(book, l, name,
                  strncmp(name, "evidence-", 9) == 0 ? crl_values
                                                     : phrase_values,
                  text, room);
}

/* As proc/ lists them: numbered, with an empty line between, and how to make a
 * CSR once. */
static char *all_defects(enum language l) {
    char make[2048];
    struct buf b;

    buf_init(&b, LIMIT_SLOT_TEXT);
    for (int d = 0; d < DEFECT__MAX; d++) {
        char name[LIMIT_WORD], text[2048];

        snprintf(name, sizeof name, "defect-%s", defect_name((enum defect)d));
        say(l, name, text, sizeof text);
        buf_printf(&b, "%s%d. %s\n", d > 0 ? "\n" : "", d + 1, text);
    }
    say(l, "make-csr", make, sizeof make);
    buf_printf(&b, "\n%s\n", make);
    return buf_take(&b, NULL);
}

static char *all_items(enum language l) {
    static const char *const files[PAPER__MAX] = {
        [PAPER_STATEMENT] = "surat pernyataan.pdf",
        [PAPER_CSR] = "saya.csr",
        [PAPER_REQUEST] = "surat permohonan.pdf",
        [PAPER_REASON] = "alasan pencabutan.pdf",
        [PAPER_RECOMMENDATION] = "rekomendasi.pdf",
        [PAPER_SUPERIOR] = "keterangan atasan.pdf",
        [PAPER_POLICE] = "keterangan kehilangan.pdf",
        [PAPER_IDENTITY] = "ktp.jpg"};
    struct buf b;

    buf_init(&b, LIMIT_SLOT_TEXT);
    for (int p = 0; p < PAPER__MAX; p++) {
        const struct phrase_value values[] = {{"file", files[p]},
                                              {NULL, NULL}};
        char name[LIMIT_WORD], text[1024];

        snprintf(name, sizeof name, "item-%s", paper_name((enum paper)p));
        letter_phrase(book, l, name, values, text, sizeof text);
        buf_printf(&b, "- %s\n", text);
    }
    return buf_take(&b, NULL);
}

static char *all_findings(enum language l) {
    struct buf b;

    buf_init(&b, LIMIT_SLOT_TEXT);
    for (size_t i = 0; letter_phrases[i] != NULL; i++) {
        char text[2048];

        if (text_starts_ci(letter_phrases[i], "finding-")) {
            say(l, letter_phrases[i], text, sizeof text);
            buf_printf(&b, "- %s\n", text);
        }
    }
    return buf_take(&b, NULL);
}

/* Everything that can be answered to a letter of this kind. */
static char *all_answers(enum letter_kind kind, enum language l) {
    static const char *const names[LETTER__MAX][7] = {
        [LETTER_VERIFY] = {"how-approve", "how-approve-next", "how-reject",
                           "how-match", "how-mismatch", "how-correct"},
        [LETTER_CONFIRM] = {"how-confirm", "how-cancel"},
        [LETTER_ATTEST] = {"how-match", "how-mismatch"},
        [LETTER_DISPOSE] = {"how-route", "how-correct", "how-reject"},
        [LETTER_RESET] = {"how-reset", "how-reset-failed"},
        [LETTER_RENEW] = {"how-renew", "how-renew-failed"},
    };
    struct buf b;

    buf_init(&b, LIMIT_SLOT_TEXT);
    for (size_t i = 0; names[kind][i] != NULL; i++) {
        char text[1024];

        say(l, names[kind][i], text, sizeof text);
        buf_printf(&b, "- %s\n", text);
    }
    return buf_take(&b, NULL);
}

/* ---- letters -------------------------------------------------------------- */

/* Which phrases which letter is put together with, and where they stand. */
static const struct {
    enum letter_kind kind;
    enum letter_slot slot;
    const char *prefix;
} variants[] = {
    {LETTER_VERIFY, SLOT_PREFACE, "first-verify"},
    {LETTER_VERIFY, SLOT_PREFACE, "again-"},
    {LETTER_WORK, SLOT_PREFACE, "first-work"},
    {LETTER_RECEIPT, SLOT_EXPLANATION, "receipt-"},
    {LETTER_ANSWER, SLOT_EXPLANATION, "answer-"},
    {LETTER_WITHDRAWN, SLOT_EXPLANATION, "withdrawn-"},
    {LETTER_REMIND, SLOT_EXPLANATION, "remind-"},
    {LETTER_UNPROVEN, SLOT_EXPLANATION, "unproven-"},
    {LETTER_STUCK, SLOT_EXPLANATION, "stuck-"},
    {LETTER_APPROVED, SLOT_EXPLANATION, "approved-"},
    {LETTER_NOTED, SLOT_EXPLANATION, "noted-"},
    {LETTER_COMPLETED, SLOT_EXPLANATION, "completed-"},
    {LETTER_VERIFY, SLOT_PREFACE, "first-step"},
    {LETTER_VERIFY, SLOT_PREFACE, "first-assigned"},
    {LETTER_VERIFY, SLOT_PREFACE, "deputy-preface"},
    {LETTER_DISPOSE, SLOT_PREFACE, "first-dispose"},
    {LETTER_CONFIRM, SLOT_PREFACE, "first-confirm"},
    {LETTER_IDENTITY, SLOT_PREFACE, "first-identity"},
    {LETTER_LATE, SLOT_EXPLANATION, "late-"},
    {LETTER_DELEGATED, SLOT_EXPLANATION, "delegated-"},
    {LETTER_NUDGE, SLOT_EXPLANATION, "nudge-"},
    {LETTER_HALTED, SLOT_EXPLANATION, "halted-"},
    {LETTER_DISOWNED, SLOT_EXPLANATION, "disowned-"},
    {LETTER_NOTICE, SLOT_EXPLANATION, "notice-"},
    {LETTER_DRILL, SLOT_PREFACE, "drill-"},
    {LETTER_DRILLED, SLOT_EXPLANATION, "drilled-"},
    {LETTER_STOPPED, SLOT_EXPLANATION, "stopped-"},
    {LETTER_COMPLETED, SLOT_STEPS, "steps-install"},
    {LETTER_STATUS, SLOT_EXPLANATION, "status-"},
    {LETTER_CHECK, SLOT_EXPLANATION, "check-"},
    {LETTER_GUIDE_REVOKE, SLOT_PREFACE, "first-guide"},
    {LETTER_GUIDE_REVOKE, SLOT_PREFACE, "again-guide"},
    {LETTER_GUIDE_REVOKE, SLOT_STEPS, "steps-guide-revoke"},
    {LETTER_GUIDE_ISSUE, SLOT_PREFACE, "first-guide"},
    {LETTER_GUIDE_ISSUE, SLOT_STEPS, "steps-guide-issue"},
    {LETTER_REPORT, SLOT_EXPLANATION, "report-"},
    {LETTER_HELP, SLOT_EXPLANATION, "help-"},
    {LETTER_VERIFY, SLOT_PREFACE, "first-record"},
    {LETTER_REVOKE, SLOT_PREFACE, "first-revoke"},
    {LETTER_REVOKE, SLOT_STEPS, "steps-revoke"},
    {LETTER_REVOKED, SLOT_EVIDENCE, "evidence-crl"},
    {LETTER_AGREED, SLOT_EXPLANATION, "agreed-"},
    {LETTER_RESET, SLOT_PREFACE, "first-reset"},
    {LETTER_RESET, SLOT_STEPS, "steps-reset"},
    {LETTER_RENEW, SLOT_PREFACE, "first-renew"},
    {LETTER_RENEW, SLOT_STEPS, "steps-renew"},
    {LETTER_TOLD, SLOT_EXPLANATION, "told-"},
    {LETTER_PACKAGE, SLOT_EXPLANATION, "package"},
    {LETTER_SENT_FOR, SLOT_EXPLANATION, "sent-for-"},
    {LETTER_COMPLAINT, SLOT_PREFACE, "first-complaint"},
    {LETTER_COMPLAINT, SLOT_PREFACE, "first-forwarded"},
    {LETTER_COMPLAINT_SOLUTION, SLOT_PREFACE, "first-solution"},
    {LETTER_COMPLAINT_REPLY, SLOT_EXPLANATION, "reply-"},
    {LETTER_COMPLAINT_PROGRESS, SLOT_EXPLANATION, "progress-"},
    {LETTER_SURVEY_NOTE, SLOT_EXPLANATION, "survey-"},
    {LETTER_ATTEST, SLOT_PREFACE, "first-attest"},
    {LETTER_GUIDE_ISSUE, SLOT_STEPS, "steps-guide-page"},
};
#define VARIANTS (sizeof variants / sizeof variants[0])

/* Values of a letter with what they point to. */
struct draft {
    struct letter letter;
    char *defects, *items, *findings, *answers;
    char hours[256], date[LETTER_TIME_SIZE], starts[LETTER_TIME_SIZE],
        due[LETTER_TIME_SIZE], revoked[LETTER_TIME_SIZE];
    char said[SLOT__MAX][4096];
};

static bool asks(enum letter_kind kind) {
    return kind == LETTER_VERIFY || kind == LETTER_WORK ||
           kind == LETTER_CONFIRM || kind == LETTER_DISPOSE ||
           kind == LETTER_IDENTITY || kind == LETTER_GUIDE_REVOKE ||
           kind == LETTER_GUIDE_ISSUE ||
           kind == LETTER_REVOKE ||
           kind == LETTER_RESET || kind == LETTER_RENEW ||
           kind == LETTER_DRILL || kind == LETTER_CHALLENGE ||
           kind == LETTER_HOLD || kind == LETTER_COMPLAINT ||
           kind == LETTER_COMPLAINT_SOLUTION || kind == LETTER_SURVEY ||
           kind == LETTER_ATTEST;
}

static bool is_to_applicant(enum letter_kind kind) {
    return kind < LETTER_SUMMARY ||
           (kind >= LETTER_APPROVED && kind <= LETTER_STOPPED) ||
           (kind >= LETTER_CORRECT && kind <= LETTER_CONFIRM) ||
           (kind >= LETTER_STANDARD && kind <= LETTER_DESK) ||
           (kind >= LETTER_GUIDE_REVOKE && kind <= LETTER_REPORT) ||
           kind == LETTER_REVOKED || kind == LETTER_AGREED ||
           (kind >= LETTER_RENEW && kind <= LETTER_SWITCH) ||
           (kind >= LETTER_COMPLAINT_RECEIVED &&
            kind <= LETTER_SURVEY_NOTE);
}

/* Puts a phrase into the slot, or "" where `name` is NULL. */
static void draft_say(struct draft *d, enum letter_slot slot,
                      const char *name) {
    d->said[slot][0] = '\0';
    if (name != NULL) {
        say(d->letter.language, name, d->said[slot], sizeof d->said[slot]);
    }
    d->letter.values[slot] = d->said[slot];
}

static const char *first_phrase(enum letter_kind kind) {
    for (size_t v = 0; v < VARIANTS; v++) {
        for (size_t i = 0; letter_phrases[i] != NULL; i++) {
            if (variants[v].kind == kind &&
                text_starts_ci(letter_phrases[i], variants[v].prefix)) {
                return letter_phrases[i];
            }
        }
    }
    return NULL;
}

/* As proc/ lists those of LOCK. */
static void draft_papers(struct draft *d) {
    char statement[512], csr[512];

    say(d->letter.language, "papers-statement", statement, sizeof statement);
    say(d->letter.language, "papers-csr", csr, sizeof csr);
    snprintf(d->said[SLOT_PAPERS], sizeof d->said[SLOT_PAPERS], "%s %s %s",
             statement, d->letter.language == LANGUAGE_EN ? "and" : "dan",
             csr);
    d->letter.values[SLOT_PAPERS] = d->said[SLOT_PAPERS];
}

static void draft_case(struct draft *d) {
    static const struct {
        enum letter_slot slot;
        const char *phrase;
    } said[] = {
        {SLOT_REGISTRY, "block-registry"}, {SLOT_LETTER, "block-letter"},
        {SLOT_CSR, "block-csr"}, {SLOT_CERTIFICATE, "block-certificate"},
        {SLOT_STEPS, "steps-csr"}, {SLOT_DECISION, "decision-approve"},
        {SLOT_REVOCATION_REASON, "reason-superseded"},
        {SLOT_EVIDENCE, "evidence-a"}, {SLOT_CONTACT, "contact-officer"},
        {SLOT_ITEMS_TO_CHECK, "items-none"},
        {SLOT_ABOUT, "about-own"}, {SLOT_QUESTIONS, "survey-questions"}};
    static const struct {
        enum letter_slot slot;
        const char *value;
    } plain[] = {
        {SLOT_APPLICANT, "Budi Santoso, S.Sos"},
        {SLOT_OFFICER, "Siti Aminah, S.Kom, Verifikator"},
        {SLOT_REASON, "nama pada surat pernyataan berbeda dari daftar"},
        {SLOT_OLD_SERIAL, "5DF2B7C09A4E11F0"},
        {SLOT_NEW_SERIAL, "61A90C3377D2E4B5"},
        {SLOT_PORTAL, "AMS BSrE"},
        {SLOT_PORTAL_URL, "https://portal.example.test/"},
        {SLOT_HELPER, "- Rina Kartika (Kepala Seksi), rina@kota.example"},
        {SLOT_ORDER, "LOCK-2026-000123.revoke"},
        {SLOT_PREVIOUS, "-"},
        {SLOT_STEP, "Verifikasi permohonan"},
        {SLOT_WAITED, "13 jam 30 menit"},
        {SLOT_AWAITED, "Siti Aminah, S.Kom (Verifikator)"},
        {SLOT_DEPUTY, "Rina Wulandari"},
        {SLOT_PRINCIPAL, "Siti Aminah, S.Kom"},
        {SLOT_UNTIL, "Jumat, 4 Desember 2026"},
        {SLOT_ASSIGNED_BY, "Drs. Bambang Hartono, Kepala Dinas"},
        {SLOT_STANDARD,
         "1. Persyaratan\n- LOCK: surat pernyataan dan berkas CSR\n\n"
         "2. Sarana, prasarana dan fasilitas\n-"},
        {SLOT_COURSE,
         "1. Pengajuan permohonan\n2. Verifikasi permohonan  <== permohonan "
         "ini ada di sini\n3. Pencabutan sertifikat"},
        {SLOT_COMPLAINT, "Pelapor (Budi Santoso, S.Sos), Senin, 23 November "
                         "2026 pukul 08.00 WIB:\n    | Belum ada kabar.\n"},
        {SLOT_REPLY, "    | Sertifikat terbit hari ini.\n"},
        {SLOT_LEGAL, "Undang-Undang Nomor 25 Tahun 2009 tentang Pelayanan "
                     "Publik"}};
    const char *phrase = first_phrase(d->letter.kind);
    const struct phrase_value due[] = {{"due", d->due}, {NULL, NULL}};

    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        draft_say(d, said[i].slot, said[i].phrase);
    }
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        d->letter.values[plain[i].slot] = plain[i].value;
    }
    if (d->letter.kind == LETTER_COMPLETED) {
        draft_say(d, SLOT_STEPS, "steps-install");
    }
    draft_papers(d);
    draft_say(d, SLOT_PREFACE, asks(d->letter.kind) ? phrase : NULL);
    draft_say(d, SLOT_EXPLANATION, asks(d->letter.kind) ? NULL : phrase);
    letter_phrase(book, d->letter.language,
                  is_to_applicant(d->letter.kind) ? "promise-applicant"
                                                  : "promise-officer",
                  due, d->said[SLOT_PROMISE], sizeof d->said[SLOT_PROMISE]);
    d->letter.values[SLOT_PROMISE] = d->said[SLOT_PROMISE];
    d->letter.values[SLOT_ANSWERS] = d->answers;
    d->letter.values[SLOT_SINCE] = d->starts;
    d->letter.values[SLOT_FINDINGS] = d->findings;
    d->letter.values[SLOT_REVOKED_AT] = d->revoked;
    d->letter.values[SLOT_VALID_FROM] = d->starts;
    d->letter.values[SLOT_VALID_TO] = d->due;
    d->letter.values[SLOT_EXPIRES] = d->due;
}

static struct draft *draft_new(enum letter_kind kind, enum language l) {
    struct draft *d = xcalloc(1, sizeof *d);
    struct letter *x = &d->letter;

    *x = (struct letter){.kind = kind, .language = l,
                         .date = at("2026-11-20T11:30"),
                         .to = "budi@kota.example",
                         .to_name = "Budi Santoso, S.Sos",
                         .message_id = "00ff@kota.example",
                         .in_reply_to = "1@kota.example"};
    d->defects = all_defects(l);
    d->items = all_items(l);
    d->findings = all_findings(l);
    d->answers = all_answers(kind, l);
    letter_hours(&week, l, x->date, d->hours, sizeof d->hours);
    letter_time(&week, l, x->date, d->date);
    letter_time(&week, l, at("2026-11-23T08:00"), d->starts);
    letter_time(&week, l, at("2026-11-24T15:45"), d->due);
    letter_time(&week, l, at("2026-11-23T09:12"), d->revoked);
    x->values[SLOT_CASE] = "LOCK-2026-000123";
    x->values[SLOT_NAME] = "Budi Santoso, S.Sos";
    x->values[SLOT_OFFICE] = office.name;
    x->values[SLOT_UNIT] = office.unit;
    x->values[SLOT_SERVICE] = "Penanggulangan Lupa Passphrase";
    x->values[SLOT_ITEMS] = d->items;
    x->values[SLOT_DEFECTS] = d->defects;
    x->values[SLOT_CLOCK_STARTS] = d->starts;
    x->values[SLOT_DUE] = d->due;
    x->values[SLOT_HOURS] = d->hours;
    x->values[SLOT_CHANNELS] = office.channels;
    x->values[SLOT_OFFICE_ADDRESS] = office.address;
    x->values[SLOT_DATE] = d->date;
    x->values[SLOT_REPORT] = "mail=1  auth-none\n  a@b.example";
    x->values[SLOT_COUNT] = "1";
    x->values[SLOT_ALARMS] = "2";
    draft_case(d);
    if (asks(kind)) {
        text_copy(x->token, sizeof x->token, TOKEN);
        snprintf(x->message_id, sizeof x->message_id, "%s@%s", TOKEN,
                 office.domain);
    }
    return d;
}

static void draft_free(struct draft *d) {
    free(d->defects);
    free(d->items);
    free(d->findings);
    free(d->answers);
    free(d);
}

/* ---- a reader of our own, so that the writer does not judge itself -------- */

static inline int hex(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c - 'A' + 10;
}

/* The text of the part of this type, soft breaks and encodings undone, CRLF as
 * '\n'; NULL when there is none. */
static inline char *part_of(const char *bytes, const char *type) {
    char *mark = xasprintf("Content-Type: %s; charset=utf-8\r\n", type);
    const char *p = strstr(bytes, mark), *end;
    struct buf b;

    free(mark);
    if (p == NULL) {
        return NULL;
    }
    p = strstr(p, "\r\n\r\n") + 4;
    end = strstr(p, "\r\n--=_loket-");
    buf_init(&b, 1024 * 1024);
    for (; *p != '\0' && p != end; p++) {
        if (strncmp(p, "=\r\n", 3) == 0) {
            p += 2;
        } else if (*p == '=') {
            buf_putc(&b, (char)(hex(p[1]) * 16 + hex(p[2])));
            p += 2;
        } else if (*p != '\r') {
            buf_putc(&b, *p);
        }
    }
    return buf_take(&b, NULL);
}

static inline char *compose(const struct letter *letter, size_t *size) {
    struct err e = ERR_INIT;
    char *bytes = NULL;

    if (letter_compose(&office, &week, book, letter, &bytes, size, &e) != 0) {
        fprintf(stderr, "%s\n", e.text);
        abort();
    }
    return bytes;
}

#endif
