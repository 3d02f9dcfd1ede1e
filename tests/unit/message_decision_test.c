/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision grammar of requirements.md 6, rule by rule. */
#include "message/decision.h"

#include "base/clock.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct row {
    const char *own_text;
    enum decision decision;
};

static void run(const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char line[LIMIT_FIRST_LINE], reason[LIMIT_FIRST_LINE];
        enum decision d = decision_read(rows[i].own_text, line, reason);

        if (d != rows[i].decision) {
            fail_msg("\"%s\": %s instead of %s", rows[i].own_text,
                     decision_name(d), decision_name(rows[i].decision));
        }
    }
}
#define RUN(rows) run(rows, sizeof(rows) / sizeof(rows)[0])

static void decision_words(void **state) {
    static const struct row rows[] = {
        {"SETUJU", DECISION_APPROVE},
        {"setuju", DECISION_APPROVE},
        {"Disetujui.", DECISION_APPROVE},
        {"MENYETUJUI", DECISION_APPROVE},
        {"Setujui", DECISION_APPROVE},
        {"ACC", DECISION_APPROVE},
        {"Approve", DECISION_APPROVE},
        {"approved", DECISION_APPROVE},
        {"TOLAK", DECISION_REJECT},
        {"Ditolak", DECISION_REJECT},
        {"menolak", DECISION_REJECT},
        {"Rejected", DECISION_REJECT},
        {"Tidak setuju", DECISION_REJECT},
        {"TIDAK   SETUJU", DECISION_REJECT},
        {"tidak disetujui", DECISION_REJECT},
        {"Belum disetujui", DECISION_REJECT},
        {"PERBAIKI", DECISION_CORRECT},
        {"Perbaikan", DECISION_CORRECT},
        {"revisi", DECISION_CORRECT},
        {"Lengkapi", DECISION_CORRECT},
        {"dikembalikan", DECISION_CORRECT},
        {"SESUAI", DECISION_MATCH},
        {"valid", DECISION_MATCH},
        {"Lengkap", DECISION_MATCH},
        {"TIDAK SESUAI", DECISION_MISMATCH},
        {"tidak valid", DECISION_MISMATCH},
        {"Belum lengkap", DECISION_MISMATCH},
        {"Tidak lengkap", DECISION_MISMATCH},
        {"DISPOSISI", DECISION_ROUTE},
        {"Tindak lanjuti", DECISION_ROUTE},
        {"Proses", DECISION_ROUTE},
        {"Teruskan", DECISION_ROUTE},
        {"DELEGASI", DECISION_DELEGATE},
        {"Delegate", DECISION_DELEGATE},
        {"SELESAI", DECISION_DONE},
        {"Done.", DECISION_DONE},
        {"GAGAL", DECISION_FAILED},
        {"failed", DECISION_FAILED},
        {"Cabut", DECISION_REVOKE},
        {"BATAL", DECISION_CANCEL},
        {"STATUS", DECISION_STATUS},
        {"info", DECISION_INFO},
        {"Formulir", DECISION_FORM},
        {"PENGADUAN", DECISION_COMPLAINT},
        {"saran", DECISION_SUGGESTION},
    };
    (void)state;
    RUN(rows);
}

/* design.md 5: the safe side is to halt, but not in the middle of a sentence,
 * which may say something else. */
static void bukan_saya(void **state) {
    static const struct row rows[] = {
        {"BUKAN SAYA", DECISION_DISOWN},
        {"bukan saya.", DECISION_DISOWN},
        {"*Bukan  saya*, Pak", DECISION_DISOWN},
        {"Not me!", DECISION_DISOWN},
        {"Yth. Bapak/Ibu,\n\nBUKAN SAYA\n\nSalam, Budi", DECISION_DISOWN},
        {"Bukan saya. Jangan dicabut!", DECISION_DISOWN},
        {"Bukan saya, mohon dihentikan", DECISION_DISOWN},
        {"BUKAN SAYA\nTolong jangan setuju", DECISION_DISOWN},
        {"Bukan saya yang mengajukan", DECISION_UNCLEAR},
        {"Bukan saya yang membuat CSR, tetapi staf saya", DECISION_UNCLEAR},
        {"Bukan saya?", DECISION_UNCLEAR},
        {"Bukan saya, atau bagaimana?", DECISION_UNCLEAR},
        {"Bukansaya", DECISION_NONE},
        {"Itu bukan saya", DECISION_UNCLEAR},
        {"SETUJU\nBukan saya", DECISION_UNCLEAR},
        {"SETUJU bukan saya", DECISION_UNCLEAR},
    };

    (void)state;
    RUN(rows);
}

static void decision_none(void **state) {
    static const struct row rows[] = {
        {"", DECISION_NONE},
        {"\n \n", DECISION_NONE},
        {"Dokumen saya lampirkan.", DECISION_NONE},
        {"SETUJUKAN", DECISION_NONE},
        {"persetujuan menyusul", DECISION_NONE},
        {"disapprove", DECISION_NONE},
        {"Saya SETUJU", DECISION_NONE},
        {"Hasilnya\nSETUJU", DECISION_NONE},
    };
    (void)state;
    RUN(rows);
}

static void salutations_precede(void **state) {
    static const struct row rows[] = {
        {"Yth. Bapak Kepala Dinas,\nSETUJU", DECISION_APPROVE},
        {"Kepada Yth. Seksi Persandian\n\nSetuju", DECISION_APPROVE},
        {"Assalamu'alaikum wr. wb.\nSETUJU", DECISION_APPROVE},
        {"Assalamu\xe2\x80\x99" "alaikum\nSETUJU", DECISION_APPROVE},
        {"Assalamualaikum\nWaalaikumsalam\nTOLAK", DECISION_REJECT},
        {"Wa'alaikum salam wr wb\nSETUJU", DECISION_APPROVE},
        {"Selamat pagi,\nSETUJU", DECISION_APPROVE},
        {"Salam sejahtera\nSETUJU", DECISION_APPROVE},
        {"Dengan hormat,\nSETUJU", DECISION_APPROVE},
        {"Om Swastiastu\nSETUJU", DECISION_APPROVE},
        {"Shalom\nSETUJU", DECISION_APPROVE},
        {"Bismillahirrahmanirrahim\nSETUJU", DECISION_APPROVE},
        {"Dear team,\nHi\nHello\nGood morning\nAPPROVED", DECISION_APPROVE},
        {"Pak Budi,\nSETUJU", DECISION_APPROVE},
        {"Ibu Kepala Bidang,\nSETUJU", DECISION_APPROVE},
        /* No salutation: no comma, too long, or a word that matters. */
        {"Pak Budi\nSETUJU", DECISION_NONE},
        {"Yth. Bapak Kepala Dinas Komunikasi dan Informatika Kota "
         "Pekalongan\nSETUJU",
         DECISION_NONE},
        {"Yth. Pak Budi, TOLAK\nSETUJU", DECISION_NONE},
        {"Selamat pagi, jangan\nSETUJU", DECISION_NONE},
        {"Selamat pagi, jika sempat\nSETUJU", DECISION_NONE},
        {"Historis\nSETUJU", DECISION_NONE},
    };
    (void)state;
    RUN(rows);
}

static void courtesies_follow(void **state) {
    static const struct row rows[] = {
        {"Setuju pak", DECISION_APPROVE},
        {"Setuju, terima kasih banyak.", DECISION_APPROVE},
        {"SETUJU ya bu, makasih!", DECISION_APPROVE},
        {"SETUJU. Matur nuwun", DECISION_APPROVE},
        {"SETUJU :)", DECISION_APPROVE},
        {"SETUJU \xe2\x80\x93 trims", DECISION_APPROVE},
        {"SETUJU \xf0\x9f\x99\x8f", DECISION_APPROVE},
        {"SETUJU\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", DECISION_APPROVE},
        {"SETUJU \xe2\x9c\x85\xef\xb8\x8f", DECISION_APPROVE},
        {"Approved, thank you", DECISION_APPROVE},
        {"*SETUJU*", DECISION_APPROVE},
        {"_Setuju_, pak", DECISION_APPROVE},
        {"\"SETUJU\"", DECISION_APPROVE},
        {"\xe2\x80\x9cSetuju\xe2\x80\x9d", DECISION_APPROVE},
        {"SETUJU\nTerima kasih\nBudi Santoso\nKepala Bidang",
         DECISION_APPROVE},
        {"Setuju pakai ini", DECISION_UNCLEAR},
        {"SETUJU untuk diproses", DECISION_UNCLEAR},
        {"SETUJU \xf0\x9f\x98\x82", DECISION_UNCLEAR},
        {"SETUJU:", DECISION_UNCLEAR},
        {"SETUJU 123", DECISION_UNCLEAR},
    };
    (void)state;
    RUN(rows);
}

static void v030_v031_negation_condition_question(void **state) {
    static const struct row rows[] = {
        {"don't APPROVE", DECISION_UNCLEAR},
        {"Approve?", DECISION_UNCLEAR},
        {"APPROVED but see below", DECISION_UNCLEAR},
        {"approve if complete", DECISION_UNCLEAR},
        {"Setuju, tetapi lengkapi dulu", DECISION_UNCLEAR},
        {"Setuju asalkan dokumen lengkap", DECISION_UNCLEAR},
        {"Setuju dengan catatan", DECISION_UNCLEAR},
        {"SETUJU dengan syarat", DECISION_UNCLEAR},
        {"Jangan setuju", DECISION_UNCLEAR},
        {"bukan SETUJU", DECISION_UNCLEAR},
        {"belum setuju", DECISION_UNCLEAR},
        {"Tidak bisa setuju", DECISION_UNCLEAR},
        {"Jika lengkap, setuju", DECISION_UNCLEAR},
        {"SETUJU tidak?", DECISION_UNCLEAR},
        {"TOLAK?", DECISION_UNCLEAR},
        {"SETUJU\nMohon jangan diproses dulu.", DECISION_UNCLEAR},
        {"SETUJU\nPak, tapi orangnya bukan dia.", DECISION_UNCLEAR},
        {"SETUJU\nPak Budi, namun tunggu saya.", DECISION_UNCLEAR},
        {"SETUJU\n\nOrang ini bukan pegawai kami.", DECISION_UNCLEAR},
        {"SETUJU\nTerima kasih, jangan diproses", DECISION_UNCLEAR},
        {"SELESAI\nSertifikat belum saya unduh.", DECISION_UNCLEAR},
        {"SETUJU\nTerima kasih\nSiti\nSurel ini hanya untuk Anda.",
         DECISION_UNCLEAR},
        {"TOLAK\nalasan: orangnya bukan dia", DECISION_REJECT},
        {"OK", DECISION_UNCLEAR},
        {"Ya", DECISION_UNCLEAR},
        {"Siap pak", DECISION_UNCLEAR},
        {"Baik", DECISION_UNCLEAR},
        {"Monggo", DECISION_UNCLEAR},
        {"SETUJU/TOLAK", DECISION_UNCLEAR},
        {"SETUJU atau TOLAK", DECISION_UNCLEAR},
    };
    (void)state;
    RUN(rows);
}

static void v032_later_lines_turn(void **state) {
    static const struct row rows[] = {
        {"SETUJU\nTOLAK", DECISION_UNCLEAR},
        {"TOLAK\n\nSETUJU", DECISION_UNCLEAR},
        {"SETUJU\nTerima kasih\n*Tolak*", DECISION_UNCLEAR},
        {"SETUJU\ntapi lengkapi dulu", DECISION_UNCLEAR},
        {"SETUJU\nJika dokumen sudah lengkap", DECISION_UNCLEAR},
        {"SETUJU\nJangan dicabut dulu", DECISION_UNCLEAR},
        {"SETUJU\nbelum", DECISION_UNCLEAR},
        {"TOLAK\nAlasan: nama beda\nTIDAK SETUJU", DECISION_UNCLEAR},
        {"SETUJU\nBudi\nNo. HP 0812", DECISION_APPROVE},
        {"SETUJU\nRalat", DECISION_UNCLEAR},
        {"SETUJU\nMohon ditunda dulu", DECISION_UNCLEAR},
        {"SETUJU\nBatalkan saja", DECISION_UNCLEAR},
        {"SETUJU\nSetelah NIP diperbaiki", DECISION_UNCLEAR},
        {"APPROVE\nafter the audit", DECISION_UNCLEAR},
        {"SETUJU\nini orangnya benar?", DECISION_UNCLEAR},
        {"SETUJU\nhttps://kota.example/a?b=1", DECISION_UNCLEAR},
        {"SETUJU\nTerima kasih. Ada lagi?", DECISION_UNCLEAR},
        {"SETUJU catatan: tunggu surat asli", DECISION_UNCLEAR},
        {"TOLAK\nalasan: tunggu surat asli", DECISION_REJECT},
    };
    (void)state;
    RUN(rows);
}

static void reasons_follow(void **state) {
    static const struct {
        const char *own_text;
        enum decision decision;
        const char *reason;
    } rows[] = {
        {"TOLAK alasan: NIP tidak sama", DECISION_REJECT, "NIP tidak sama"},
        {"Ditolak karena nama berbeda", DECISION_REJECT, "nama berbeda"},
        {"TOLAK: surat kosong", DECISION_REJECT, "surat kosong"},
        {"TOLAK - surat kosong", DECISION_REJECT, "surat kosong"},
        {"TOLAK\nAlasan: surat\nkosong", DECISION_REJECT, "surat kosong"},
        {"TOLAK:\nsurat kosong", DECISION_REJECT, "surat kosong"},
        {"TOLAK pak, sebab surat kosong", DECISION_REJECT, "surat kosong"},
        {"Perbaiki: NIP", DECISION_CORRECT, "NIP"},
        {"TIDAK SESUAI: nama berbeda", DECISION_MISMATCH, "nama berbeda"},
        {"rejected because empty", DECISION_REJECT, "empty"},
        {"SETUJU catatan: segera", DECISION_APPROVE, "segera"},
        {"SETUJU\nCatatan: segera\ndiproses", DECISION_APPROVE,
         "segera diproses"},
        {"SETUJU, note: fine", DECISION_APPROVE, "fine"},
        {"SETUJU catatan: tidak untuk tahun depan", DECISION_UNCLEAR, ""},
        {"SETUJU\nCatatan: yang ini saja, kecuali NIP", DECISION_UNCLEAR, ""},
        {"SETUJU\nCatatan: benar?", DECISION_UNCLEAR, ""},
        {"SETUJU karena lengkap", DECISION_UNCLEAR, ""},
        {"SETUJU - lengkap", DECISION_UNCLEAR, ""},
        {"TOLAK", DECISION_REJECT, ""},
        {"CABUT karena kunci hilang", DECISION_REVOKE, "kunci hilang"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char line[LIMIT_FIRST_LINE], reason[LIMIT_FIRST_LINE];
        enum decision d = decision_read(rows[i].own_text, line, reason);

        if (d != rows[i].decision || strcmp(reason, rows[i].reason) != 0) {
            fail_msg("\"%s\": %s \"%s\"", rows[i].own_text, decision_name(d),
                     reason);
        }
    }
}

/* CMS-5, CMS-7; DELEGASI */
static void addressees_follow(void **state) {
    static const struct {
        const char *own_text;
        enum decision decision;
        const char *reason;
    } rows[] = {
        {"DISPOSISI kepada Kabid Persandian", DECISION_ROUTE,
         "kepada Kabid Persandian"},
        {"Disposisi: Kabid Persandian, mohon diproses.", DECISION_ROUTE,
         "Kabid Persandian, mohon diproses."},
        {"DISPOSISI - siti@kominfo.example", DECISION_ROUTE,
         "siti@kominfo.example"},
        {"*DISPOSISI* kepada Ibu Siti Aminah, S.Kom.", DECISION_ROUTE,
         "kepada Ibu Siti Aminah, S.Kom."},
        {"Disposisi ya pak, terima kasih", DECISION_ROUTE, ""},
        {"TERUSKAN ke Siti Aminah", DECISION_ROUTE, "ke Siti Aminah"},
        {"TINDAK LANJUTI Kabid", DECISION_ROUTE, "Kabid"},
        {"DISPOSISI Siti Aminah catatan: segera", DECISION_ROUTE,
         "Siti Aminah catatan: segera"},
        /* an instruction below, as it is, up to the end of the mail */
        {"DISPOSISI Siti Aminah\nCatatan: segera", DECISION_ROUTE,
         "Siti Aminah; Catatan: segera"},
        {"DISPOSISI Siti Aminah\nnote: soon", DECISION_ROUTE,
         "Siti Aminah; note: soon"},
        {"DISPOSISI Siti Aminah\nmohon segera\n\nHendra Wijaya", DECISION_ROUTE,
         "Siti Aminah; mohon segera"},
        {"DISPOSISI Siti Aminah\n\nHendra\nKepala Dinas", DECISION_ROUTE,
         "Siti Aminah"},
        {"DISPOSISI Siti Aminah\nTerima kasih\nHendra", DECISION_ROUTE,
         "Siti Aminah"},
        {"DISPOSISI Siti Aminah\nHormat kami,\nHendra", DECISION_ROUTE,
         "Siti Aminah"},
        {"DISPOSISI Siti Aminah\n\nCatatan: segera", DECISION_ROUTE,
         "Siti Aminah; Catatan: segera"},
        {"DISPOSISI Siti Aminah\nProses sesuai ketentuan", DECISION_ROUTE,
         "Siti Aminah; Proses sesuai ketentuan"},
        {"DISPOSISI\nkepada Siti Aminah", DECISION_ROUTE,
         "kepada Siti Aminah"},
        {"DISPOSISI\n\nHendra Wijaya", DECISION_ROUTE, ""},
        /* a line that a mail program wrapped */
        {"DISPOSISI kepada Kepala Bidang Persandian dan Keamanan\nInformasi",
         DECISION_ROUTE,
         "kepada Kepala Bidang Persandian dan Keamanan; Informasi"},
        {"DISPOSISI kepada Yth. Kepala Bidang Persandian dan Keamanan\n"
         "Informasi",
         DECISION_ROUTE,
         "kepada Yth. Kepala Bidang Persandian dan Keamanan Informasi"},
        /* asked back, as of every word that lets something happen */
        {"DISPOSISI Siti Aminah?", DECISION_UNCLEAR, ""},
        {"DISPOSISI Siti Aminah, jika lengkap", DECISION_UNCLEAR, ""},
        {"DISPOSISI bukan ke Siti", DECISION_UNCLEAR, ""},
        /* our own letter, a line of it that lost its mark */
        {"DISPOSISI pada baris pertama, diikuti nama", DECISION_UNCLEAR, ""},
        {"DISPOSISI (disposition) in the first line", DECISION_UNCLEAR, ""},
        {"DISPOSISI Siti Aminah\nJangan dicabut", DECISION_UNCLEAR, ""},
        {"DISPOSISI Siti Aminah\nmohon dicek, apa benar?", DECISION_UNCLEAR,
         ""},
        {"DISPOSISI Siti Aminah\nTOLAK", DECISION_UNCLEAR, ""},
        {"DISPOSISI Siti Aminah\n\nDELEGASI Agus", DECISION_UNCLEAR, ""},
        {"Jangan disposisi", DECISION_UNCLEAR, ""},
        {"DISPOSISIKAN ke Siti", DECISION_NONE, ""},
        {"DELEGASI kepada Siti Aminah sampai 5 Desember 2026",
         DECISION_DELEGATE, "kepada Siti Aminah sampai 5 Desember 2026"},
        {"DELEGATE to siti@kominfo.example until December 5, 2026",
         DECISION_DELEGATE, "to siti@kominfo.example until December 5, 2026"},
        {"DELEGASI Siti Aminah\nsampai 05/12/2026", DECISION_DELEGATE,
         "Siti Aminah; sampai 05/12/2026"},
        {"DELEGASI Siti s.d. 5-12-2026 karena saya tidak di kantor",
         DECISION_DELEGATE, "Siti s.d. 5-12-2026 karena saya tidak di kantor"},
        {"DELEGASI Siti selama saya cuti sampai 5-12-2026", DECISION_DELEGATE,
         "Siti selama saya cuti sampai 5-12-2026"},
        {"DELEGASI jika perlu ke Siti karena cuti", DECISION_UNCLEAR, ""},
        {"DELEGASI Siti\nSETUJU", DECISION_UNCLEAR, ""},
        {"DELEGASI", DECISION_DELEGATE, ""},
        {"Tidak DELEGASI", DECISION_UNCLEAR, ""},
        {"DELEGASIKAN", DECISION_NONE, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char line[LIMIT_FIRST_LINE], reason[LIMIT_FIRST_LINE];
        enum decision d = decision_read(rows[i].own_text, line, reason);

        if (d != rows[i].decision || strcmp(reason, rows[i].reason) != 0) {
            fail_msg("\"%s\": %s \"%s\"", rows[i].own_text, decision_name(d),
                     reason);
        }
    }
}

/* Issue 5, C2 a: a closing word ends no doubt. */
static void v031_v032_closings_that_go_on(void **state) {
    static const struct row rows[] = {
        {"SETUJU\nDemikian, namun jangan diproses dulu", DECISION_UNCLEAR},
        {"SETUJU\nTerima kasih atas berkasnya, jangan diproses sebelum saya telepon.",
         DECISION_UNCLEAR},
        {"APPROVED\nBest regards, but do not issue before Monday",
         DECISION_UNCLEAR},
        {"APPROVE\nThanks. Please do not issue it until I call you.",
         DECISION_UNCLEAR},
        {"ACC\nthanks for waiting, but please hold it", DECISION_UNCLEAR},
        {"SETUJU\nSalam, tapi tunggu saya dulu", DECISION_UNCLEAR},
        {"SETUJU\nDemikian kami belum setuju", DECISION_UNCLEAR},
        {"SETUJU\n\nRegards,\nBudi\nNB jangan diproses sebelum Senin",
         DECISION_UNCLEAR},
        {"SETUJU\nRegards,\nBudi\n\nNB: tunggu telepon saya dulu",
         DECISION_UNCLEAR},
        {"SESUAI\nDemikian, meskipun nama tidak sama", DECISION_UNCLEAR},
        {"SESUAI\nTerima kasih. NIP tidak sama dengan daftar.",
         DECISION_UNCLEAR},
        {"Selesai\nTerima kasih, sertifikatnya masih aktif dan belum dicabut",
         DECISION_UNCLEAR},
    };
    (void)state;
    RUN(rows);
}

/* Issue 5, C2 b. */
static void v032_a_decision_word_inside_a_later_line(void **state) {
    static const struct row rows[] = {
        {"SETUJU\nSaya tolak.", DECISION_UNCLEAR},
        {"SETUJU\nSaya menolak permohonan ini.", DECISION_UNCLEAR},
        {"SETUJU\nYang ini saya tolak.", DECISION_UNCLEAR},
        {"SETUJU\nUntuk permohonan 122. Yang 123 ditolak.",
         DECISION_UNCLEAR},
        {"SETUJU\natau tolak", DECISION_UNCLEAR},
        {"SETUJU\n[ ] TOLAK [x]", DECISION_UNCLEAR},
        {"SETUJU\nmaksud saya: TOLAK", DECISION_UNCLEAR},
        {"SETUJU\nSaya cabut persetujuan ini", DECISION_UNCLEAR},
        {"SETUJU, catatan ditolak", DECISION_UNCLEAR},
        {"APPROVE\nNo, reject it", DECISION_UNCLEAR},
    };
    (void)state;
    RUN(rows);
}

/* Issue 5, C2 c. */
static void v032_routes_to_the_contrary(void **state) {
    static const struct row rows[] = {
        {"PROSES ditolak", DECISION_UNCLEAR},
        {"Proses permohonan ini saya tolak", DECISION_UNCLEAR},
        {"PROSES dihentikan", DECISION_UNCLEAR},
        {"PROSES\nSaya menolak", DECISION_UNCLEAR},
        {"Teruskan ke pemohon bahwa ditolak", DECISION_UNCLEAR},
        {"Disposisi ditolak", DECISION_UNCLEAR},
        {"Disposisi: dikembalikan", DECISION_UNCLEAR},
        {"DISPOSISI: tolak saja", DECISION_UNCLEAR},
        {"DISPOSISI Siti Aminah\n\nSaya ragu", DECISION_UNCLEAR},
    };
    (void)state;
    RUN(rows);
}

/* Issue 5, H1, and L: what is not known to be harmless asks back. */
static void v031_v032_words_of_no_list(void **state) {
    static const struct row rows[] = {
        {"SETUJU\nDengan ketentuan NIP diperbaiki dulu.", DECISION_UNCLEAR},
        {"SETUJU\nMaaf salah kirim.", DECISION_UNCLEAR},
        {"SETUJU\nsalah ketik, maksud saya menolak", DECISION_UNCLEAR},
        {"SETUJU\nAbaikan surel saya ini.", DECISION_UNCLEAR},
        {"SETUJU\ntarik kembali", DECISION_UNCLEAR},
        {"SETUJU\nNanti dulu ya pak, saya cek.", DECISION_UNCLEAR},
        {"SETUJU\nDipending dulu", DECISION_UNCLEAR},
        {"SETUJU\nditangguhkan dulu", DECISION_UNCLEAR},
        {"SETUJU\ntertunda", DECISION_UNCLEAR},
        {"SETUJU\nurung", DECISION_UNCLEAR},
        {"SETUJU\nBelom ya", DECISION_UNCLEAR},
        {"SETUJU\nGk jadi", DECISION_UNCLEAR},
        {"SETUJU\nNda jadi", DECISION_UNCLEAR},
        {"SETUJU\nnggk", DECISION_UNCLEAR},
        {"SETUJU\ntidk jadi", DECISION_UNCLEAR},
        {"SETUJU\nno", DECISION_UNCLEAR},
        {"SETUJU\nnope", DECISION_UNCLEAR},
        {"SETUJU\nI changed my mind", DECISION_UNCLEAR},
        {"SETUJU\nPlease disregard this", DECISION_UNCLEAR},
        {"APPROVE\nDengan ketentuan NIP diperbaiki dulu.", DECISION_UNCLEAR},
        {"APPROVE\nMaaf salah kirim.", DECISION_UNCLEAR},
        {"APPROVE\nsalah ketik, maksud saya menolak", DECISION_UNCLEAR},
        {"APPROVE\nAbaikan surel saya ini.", DECISION_UNCLEAR},
        {"APPROVE\ntarik kembali", DECISION_UNCLEAR},
        {"APPROVE\nNanti dulu ya pak, saya cek.", DECISION_UNCLEAR},
        {"APPROVE\nDipending dulu", DECISION_UNCLEAR},
        {"APPROVE\nditangguhkan dulu", DECISION_UNCLEAR},
        {"APPROVE\ntertunda", DECISION_UNCLEAR},
        {"APPROVE\nurung", DECISION_UNCLEAR},
        {"APPROVE\nBelom ya", DECISION_UNCLEAR},
        {"APPROVE\nGk jadi", DECISION_UNCLEAR},
        {"APPROVE\nNda jadi", DECISION_UNCLEAR},
        {"APPROVE\nnggk", DECISION_UNCLEAR},
        {"APPROVE\ntidk jadi", DECISION_UNCLEAR},
        {"APPROVE\nno", DECISION_UNCLEAR},
        {"APPROVE\nnope", DECISION_UNCLEAR},
        {"APPROVE\nI changed my mind", DECISION_UNCLEAR},
        {"APPROVE\nPlease disregard this", DECISION_UNCLEAR},
        {"SETUJU\nSalam,\nDengan ketentuan NIP diperbaiki dulu.",
         DECISION_UNCLEAR},
        {"SETUJU\nSalam,\nMaaf salah kirim.", DECISION_UNCLEAR},
        {"SETUJU\nSalam,\nsalah ketik, maksud saya menolak",
         DECISION_UNCLEAR},
        {"SETUJU\nSalam,\nAbaikan surel saya ini.", DECISION_UNCLEAR},
        {"SETUJU\nSalam,\ntarik kembali", DECISION_UNCLEAR},
        {"SETUJU\nSalam,\nNanti dulu ya pak, saya cek.", DECISION_UNCLEAR},
        {"SETUJU\nSalam,\nDipending dulu", DECISION_UNCLEAR},
        {"SETUJU\nSalam,\nditangguhkan dulu", DECISION_UNCLEAR},
        {"SETUJU\nSalam,\ntertunda", DECISION_UNCLEAR},
        {"SETUJU\nSalam,\nurung", DECISION_UNCLEAR},
        {"SETUJU\nSalam,\nBelom ya", DECISION_UNCLEAR},
        {"SETUJU\nSalam,\nGk jadi", DECISION_UNCLEAR},
        {"SETUJU\nSalam,\nNda jadi", DECISION_UNCLEAR},
        {"SETUJU\nSalam,\nnggk", DECISION_UNCLEAR},
        {"SETUJU\nSalam,\ntidk jadi", DECISION_UNCLEAR},
        {"SETUJU\nSalam,\nno", DECISION_UNCLEAR},
        {"SETUJU\nSalam,\nnope", DECISION_UNCLEAR},
        {"SETUJU\nSalam,\nI changed my mind", DECISION_UNCLEAR},
        {"SETUJU\nSalam,\nPlease disregard this", DECISION_UNCLEAR},
        {"SESUAI\nNIPnya beda", DECISION_UNCLEAR},
        {"SESUAI\nkurang lengkap", DECISION_UNCLEAR},
        {"LENGKAP\nkurang surat polisi", DECISION_UNCLEAR},
        {"SELESAI\nsaya gagal", DECISION_UNCLEAR},
        {"SETUJU\nTertunda", DECISION_UNCLEAR},
        {"SETUJU\nSalah Kirim", DECISION_UNCLEAR},
        {"SETUJU\nSURATNYA PALSU", DECISION_UNCLEAR},
        {"SETUJU\n\nUrung", DECISION_UNCLEAR},
        {"SETUJU\nHormat saya,\nNanti Dulu", DECISION_UNCLEAR},
        {"CABUT\nMasih saya pakai", DECISION_UNCLEAR},
        {"'SETUJU'\napa maksudnya ini", DECISION_UNCLEAR},
    };
    (void)state;
    RUN(rows);
}

/* Issue 5, M6: its own line is the first, and decides nothing. */
static void salutations_that_say_something(void **state) {
    static const struct row rows[] = {
        {"Hello, what does this word mean?\nSETUJU", DECISION_NONE},
        {"Yth. Pak, apa artinya kalimat berikut\nSETUJU", DECISION_NONE},
        {"Salam, saya ragu soal ini\nSETUJU", DECISION_NONE},
        {"Dengan hormat, contoh jawaban pada surat kemarin:\nSETUJU",
         DECISION_NONE},
        {"Selamat pagi pak budi santoso,\nSETUJU", DECISION_APPROVE},
        {"Yth.: Kepala Seksi Persandian\nSETUJU", DECISION_APPROVE},
        {"Yth. Bapak/Ibu di tempat\nSETUJU", DECISION_APPROVE},
    };
    (void)state;
    RUN(rows);
}

/* What may stand below. */
static void ends_of_letters_decide(void **state) {
    static const struct row rows[] = {
        {"SETUJU\n\nDemikian, terima kasih.", DECISION_APPROVE},
        {"SETUJU\n\nDemikian disampaikan, atas perhatian dan kerja sama Bapak/Ibu diucapkan terima kasih.",
         DECISION_APPROVE},
        {"SETUJU\nHormat saya,\nSiti Aminah, S.Kom.\nKepala Seksi\nDinas Kominfo\nTelp. (0285) 421243",
         DECISION_APPROVE},
        {"SETUJU\n\nBest regards,\n\nSiti Aminah", DECISION_APPROVE},
        {"SETUJU\n\nSalam,\nSiti", DECISION_APPROVE},
        {"SETUJU\n\nBudi Santoso\nNIP 19780412 200312 2 001",
         DECISION_APPROVE},
        {"SETUJU\n--\nSiti\n+62 812 3456", DECISION_APPROVE},
        {"SETUJU\nTerima kasih, Pak.", DECISION_APPROVE},
        {"SETUJU\n\nHormat kami,\nSITI AMINAH\nSeksi Pengaduan dan Informasi",
         DECISION_APPROVE},
    };
    (void)state;
    RUN(rows);
}

/* A word of the grammar ends where a letter does not follow: of a salutation,
 * of a decision, of a turn below it. */
static void words_end_where_they_end(void **state) {
    static const struct row rows[] = {
        {"Selamat siangnya\nSETUJU", DECISION_NONE},
        {"Selamat soreku\nSETUJU", DECISION_NONE},
        {"Selamat malamnya\nSETUJU", DECISION_NONE},
        {"Selamat pagian\nSETUJU", DECISION_NONE},
        {"Salaman ya\nSETUJU", DECISION_NONE},
        {"Dengan hormatku\nSETUJU", DECISION_NONE},
        {"Shalomo\nSETUJU", DECISION_NONE},
        {"Syalomo\nSETUJU", DECISION_NONE},
        {"Dearest\nSETUJU", DECISION_NONE},
        {"Hiasan kota\nSETUJU", DECISION_NONE},
        {"Hellooo\nSETUJU", DECISION_NONE},
        {"Good morningtide\nSETUJU", DECISION_NONE},
        {"Good afternoons\nSETUJU", DECISION_NONE},
        {"Good eveningtide\nSETUJU", DECISION_NONE},
        {"SETUJUa", DECISION_NONE}, {"SETUJUz", DECISION_NONE},
        {"SETUJUA", DECISION_NONE}, {"SETUJUZ", DECISION_NONE},
        {"SETUJU0", DECISION_NONE}, {"SETUJU9", DECISION_NONE},
        {"SETUJU\nYang lain.Ditolak", DECISION_UNCLEAR},
    };
    (void)state;
    RUN(rows);
}

static void marks_of_utf_8_are_read_whole(void **state) {
    static const struct row rows[] = {
        {"SETUJU \U0001F44D\U0001F3FB\U0001F44D\U0001F3FF", DECISION_APPROVE},
        {"SETUJU \U0001F44D\U0001F3FD\U0001F64F", DECISION_APPROVE},
        {"Wa\u2018alaikumsalam\nSETUJU", DECISION_APPROVE},
        {"Wa\u2019alaikumsalam\nSETUJU", DECISION_APPROVE},
        {"(Yth. Bapak Kepala Dinas)\nSETUJU", DECISION_APPROVE},
    };
    (void)state;
    RUN(rows);
}

static void look_alikes_never_match(void **state) {
    static const struct row rows[] = {
        {"SET\xe2\x80\x8bUJU", DECISION_NONE}, /* zero width space */
        {"SETUJU\xe2\x80\x8b", DECISION_NONE},
        {"\xe2\x80\x8bSETUJU", DECISION_NONE},
        {"S\xd0\x95TUJU", DECISION_NONE}, /* Cyrillic IE */
        {"SETUJ\xef\xbc\xb5", DECISION_NONE}, /* full width U */
        {"SETU\xc2\xadJU", DECISION_NONE}, /* soft hyphen */
        {"SETUJU\xcc\x81", DECISION_NONE}, /* combining accent */
        {"SETUJU\xef\xbf\xbd", DECISION_NONE},
        {"TIDAK\xc2\xa0SETUJU", DECISION_NONE}, /* no-break space */
    };
    (void)state;
    RUN(rows);
}

static void first_line_is_named(void **state) {
    char line[LIMIT_FIRST_LINE], reason[LIMIT_FIRST_LINE];

    (void)state;
    (void)decision_read("Yth. Pak Budi,\n\n  SETUJU pak \nx", line, reason);
    assert_string_equal(line, "SETUJU pak");
    (void)decision_read("Selamat pagi,", line, reason);
    assert_string_equal(line, "");
}

static void huge_texts_are_linear(void **state) {
    static const char *const pieces[] = {"TIDAK ", "SETUJU ", "\"", "(", "a ",
                                         "catatan: ", "\n", "ya, "};
    char line[LIMIT_FIRST_LINE], reason[LIMIT_FIRST_LINE];
    size_t size = LIMIT_MAIL_TEXT;
    char *text = xmalloc(size + 16);

    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        usec_t start = clock_monotonic();
        size_t n = strlen(pieces[i]);

        strcpy(text, "SETUJU catatan: ");
        for (size_t at = 16; at + n < size; at += n) {
            strcpy(text + at, pieces[i]);
        }
        (void)decision_read(text, line, reason);
        (void)decision_read(text + 16, line, reason);
        memcpy(text + 7, "DELEGASI ", 9);
        (void)decision_read(text + 7, line, reason);
        assert_true(clock_monotonic() - start < 20 * USEC_PER_SEC);
    }
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decision_words),
        cmocka_unit_test(bukan_saya),
        cmocka_unit_test(decision_none),
        cmocka_unit_test(salutations_precede),
        cmocka_unit_test(courtesies_follow),
        cmocka_unit_test(v030_v031_negation_condition_question),
        cmocka_unit_test(v032_later_lines_turn),
        cmocka_unit_test(reasons_follow),
        cmocka_unit_test(addressees_follow),
        cmocka_unit_test(v031_v032_closings_that_go_on),
        cmocka_unit_test(v032_a_decision_word_inside_a_later_line),
        cmocka_unit_test(v032_routes_to_the_contrary),
        cmocka_unit_test(v031_v032_words_of_no_list),
        cmocka_unit_test(salutations_that_say_something),
        cmocka_unit_test(ends_of_letters_decide),
        cmocka_unit_test(words_end_where_they_end),
        cmocka_unit_test(marks_of_utf_8_are_read_whole),
        cmocka_unit_test(look_alikes_never_match),
        cmocka_unit_test(first_line_is_named),
        cmocka_unit_test(huge_texts_are_linear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
