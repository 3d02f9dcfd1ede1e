/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/document/paper.c, page.c and title.c: CMS-2, CMS-14, CMS-15, REV-3,
 * REV-5, REV-6, PKL-2, PKL-18. */
#include "document/paper.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"
#include "document_corpus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

static struct paper_facts facts;

static usec_t today(void) {
    struct civil c = {.year = 2026, .month = 11, .day = 21};

    return civil_to(&c, 0);
}

/* What is NULL is not looked at; "" is nothing found. */
struct row {
    const char *what, *text;
    enum paper kind;
    const char *name, *nip, *nik, *agency, *position, *number, *date, *serial,
        *signer;
    enum plea plea;
};

static bool wants(const char *what, const char *field, const char *got,
                  const char *wanted) {
    if (wanted == NULL || strcmp(got, wanted) == 0) {
        return true;
    }
    print_message("%s: %s is \"%s\", not \"%s\"\n", what, field, got, wanted);
    return false;
}

static bool fits(const struct row *row) {
    char date[16] = "";
    bool good;

    paper_read(row->text, today(), &facts);
    if (facts.has_date) {
        struct civil c = date_from_day(facts.date);

        snprintf(date, sizeof date, "%04d-%02d-%02d", c.year % 10000,
                 c.month % 100, c.day % 100);
    }
    good = wants(row->what, "kind",
                 facts.kind == PAPER__MAX ? "none" : paper_name(facts.kind),
                 row->kind == PAPER__MAX ? "none" : paper_name(row->kind));
    good = wants(row->what, "name", facts.name, row->name) && good;
    good = wants(row->what, "nip", facts.nip, row->nip) && good;
    good = wants(row->what, "nik", facts.nik, row->nik) && good;
    good = wants(row->what, "agency", facts.agency, row->agency) && good;
    good = wants(row->what, "position", facts.position, row->position) && good;
    good = wants(row->what, "number", facts.number, row->number) && good;
    good = wants(row->what, "date", date, row->date) && good;
    good = wants(row->what, "serial", facts.serial, row->serial) && good;
    good = wants(row->what, "signer", facts.signer, row->signer) && good;
    if (row->kind != PAPER__MAX) {
        good = wants(row->what, "plea", plea_name(facts.plea),
                     plea_name(row->plea)) && good;
    }
    return good;
}

static void check(const struct row *rows, size_t count) {
    size_t bad = 0;

    for (size_t i = 0; i < count; i++) {
        bad += !fits(&rows[i]);
    }
    assert_int_equal(bad, 0);
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof(rows)[0])

#define SITI "Siti Rahayu, S.Kom."
#define NIP "198508172010011003"
#define NIK "3375001708850001"

static void statements_are_read(void **state) {
    static const struct row rows[] = {
        {"a form with colons",
         "PEMERINTAH KOTA CONTOH\nDINAS PERHUBUNGAN\n"
         "Jalan Contoh Nomor 5, Kota Contoh\n"
         "SURAT PERNYATAAN LUPA PASSPHRASE\nSERTIFIKAT ELEKTRONIK\n"
         "Nomor: 000.6/138/XI/2026\n"
         "Yang bertanda tangan di bawah ini:\n"
         "Nama lengkap : Siti Rahayu, S.Kom.\n"
         "NIP : 19850817 201001 1 003\nNIK : 3375001708850001\n"
         "Jabatan : Pranata Komputer Ahli Muda\n"
         "Instansi : Dinas Perhubungan Kota Contoh\n"
         "Surel dinas : siti@contoh.go.id\n"
         "menyatakan dengan sebenarnya bahwa saya lupa passphrase sertifikat\n"
         "elektronik saya, bahwa sertifikat itu tidak disalahgunakan, dan\n"
         "memohon pencabutan sertifikat yang lama.\n"
         "Kota Contoh, 20 November 2026\nYang menyatakan,\n"
         "Siti Rahayu, S.Kom.\n",
         PAPER_STATEMENT, SITI, NIP, NIK, "Dinas Perhubungan Kota Contoh",
         "Pranata Komputer Ahli Muda", "000.6/138/XI/2026", "2026-11-20", "",
         "", PLEA_FORGOTTEN},
        {"cells far apart, a numbered list",
         "SURAT PERNYATAAN\nLUPA PASSPHRASE\n\n"
         "Saya yang bertanda tangan di bawah ini :\n"
         "1. Nama Lengkap (dengan gelar)\t: Siti Rahayu, S.Kom.\n"
         "2. NIP/NRP\t: 198508172010011003\n"
         "3. Pangkat/Gol. Ruang\t: Penata Tk. I / III d\n"
         "4. Jabatan\t: Kepala Seksi Persandian\n"
         "5. Unit Kerja\t: Seksi Persandian\n"
         "6. Instansi\t: Dinas Komunikasi dan Informatika\n"
         "\tKota Pekalongan\n"
         "Dengan ini menyatakan bahwa saya lupa passphrase.\n"
         "\t\tPekalongan, 20-11-2026\n\t\tYang membuat pernyataan,\n"
         "\t\tSiti Rahayu, S.Kom.\n\t\tNIP. 19850817 201001 1 003\n",
         PAPER_STATEMENT, SITI, NIP, "",
         "Dinas Komunikasi dan Informatika Kota Pekalongan",
         "Kepala Seksi Persandian", "", "2026-11-20", "", "", PLEA_FORGOTTEN},
        {"letters apart",
         "S U R A T  P E R N Y A T A A N\n\n"
         "N a m a\t: Siti Rahayu, S.Kom.\nN I P\t: 19850817 201001 1 003\n"
         "J a b a t a n\t: Analis\nmenyatakan lupa pass phrase.\n",
         PAPER_STATEMENT, SITI, NIP, "", "", "Analis", "", "", "", "",
         PLEA_FORGOTTEN},
        {"labels in one column, values in the next",
         "SURAT PERNYATAAN LUPA PASSPHRASE\n"
         "Yang bertanda tangan di bawah ini\n"
         "Nama\nNIP\nJabatan\nUnit Kerja\n"
         ": Siti Rahayu, S.Kom.\n: 19850817 201001 1 003\n"
         ": Analis Kebijakan\n: Bagian Organisasi\nSekretariat Daerah\n"
         "menyatakan bahwa saya telah lupa passphrase.\n",
         PAPER_STATEMENT, SITI, NIP, "", NULL, "Analis Kebijakan", "", "", "",
         "", PLEA_FORGOTTEN},
        {"of a loss (CMS-14)",
         "SURAT PERNYATAAN KEHILANGAN SERTIFIKAT ELEKTRONIK\n"
         "Yang bertanda tangan di bawah ini:\n"
         "Nama : Siti Rahayu, S.Kom.\nNIP : 198508172010011003\n"
         "menyatakan bahwa saya kehilangan kunci privat saya.\n",
         PAPER_STATEMENT, SITI, NIP, "", "", "", "", "", "", "", PLEA_LOST},
        {"of changed data (REV-5)",
         "SURAT PERNYATAAN PERUBAHAN DATA\n"
         "Yang bertanda tangan di bawah ini:\n"
         "Nama : Siti Rahayu, S.Kom.\nNIP : 198508172010011003\n"
         "menyatakan bahwa data saya telah berubah dan memohon agar\n"
         "sertifikat elektronik saya dicabut.\n",
         PAPER_STATEMENT, SITI, NIP, "", "", "", "", "", "", "",
         PLEA_CHANGED},
        {"of a reason that stands alone",
         "SURAT PERNYATAAN\nYang bertanda tangan di bawah ini:\n"
         "Nama : Siti Rahayu, S.Kom.\nNIP : 198508172010011003\n"
         "memohon pencabutan sertifikat elektronik.\nAlasan : kehilangan\n",
         PAPER_STATEMENT, SITI, NIP, "", "", "", "", "", "", "", PLEA_LOST},
        {"each value below its label",
         "Surat Pernyataan Lupa Passphrase\n"
         "Nama :\nSiti Rahayu, S.Kom.\nNIP :\n19850817 201001 1 003\n"
         "Perangkat Daerah :\nDinas Perhubungan\n"
         "Saya lupa passphrase sertifikat elektronik saya.\n",
         PAPER_STATEMENT, SITI, NIP, "", "Dinas Perhubungan", "", "", "", "",
         "", PLEA_FORGOTTEN},
        {"white space squeezed",
         "PEMERINTAH KOTA CONTOH DINAS PERHUBUNGAN SURAT PERNYATAAN LUPA "
         "PASSPHRASE Nomor: 000.6/138/XI/2026 Yang bertanda tangan di bawah "
         "ini: Nama lengkap : Siti Rahayu, S.Kom. NIP : 19850817 201001 1 003 "
         "NIK : 3375001708850001 Jabatan : Analis Kebijakan Instansi : Dinas "
         "Perhubungan Kota Contoh menyatakan dengan sebenarnya bahwa saya "
         "lupa passphrase sertifikat elektronik saya. Kota Contoh, 20 "
         "November 2026 Yang menyatakan, Siti Rahayu, S.Kom.",
         PAPER_STATEMENT, SITI, NIP, NIK, "Dinas Perhubungan Kota Contoh",
         "Analis Kebijakan", "000.6/138/XI/2026", "2026-11-20", "", "",
         PLEA_FORGOTTEN},
        {"a sentence, no form",
         "SURAT PERNYATAAN\n\nSaya yang bertanda tangan di bawah ini, Siti "
         "Rahayu, S.Kom., NIP 19850817 201001 1 003,\nmenyatakan bahwa saya "
         "lupa passphrase sertifikat elektronik dengan\nnomor seri "
         "5a:3b:07:11:9c:de dan memohon pencabutannya.\n\n"
         "Pekalongan, Jumat, 20 November 2026\n",
         PAPER_STATEMENT, SITI, NIP, "", "", "", "", NULL, "5A3B07119CDE", "",
         PLEA_FORGOTTEN},
        {"a NIK where the NIP would be, serial in decimal",
         "SURAT PERNYATAAN LUPA PASSPHRASE\nNama : BUDI SANTOSO\n"
         "NIP/NIK : 3375001708850001\nJabatan : Kepala Desa Contoh\n"
         "Nomor Seri Sertifikat : 18446744073709551617\n"
         "Alasan : lupa passphrase\nTanggal : 3 Oktober 2026\n",
         PAPER_STATEMENT, "BUDI SANTOSO", "", NIK, "", "Kepala Desa Contoh",
         "", "2026-10-03", "10000000000000001", "", PLEA_FORGOTTEN},
        {"English",
         "STATEMENT LETTER\nForgotten Passphrase of an Electronic "
         "Certificate\n\nI, the undersigned:\nFull Name : Siti Rahayu\n"
         "Employee Number : 198508172010011003\nPosition : Analyst\n"
         "Agency : Transport Office\n"
         "hereby state that I have forgotten the passphrase.\n"
         "Serial Number: 1194684 (0x123ABC)\n"
         "Kota Contoh, November 20, 2026\n",
         PAPER_STATEMENT, "Siti Rahayu", NIP, "", "Transport Office",
         "Analyst", "", "2026-11-20", "123ABC", "", PLEA_FORGOTTEN},
        {"a form that nobody filled in",
         "SURAT PERNYATAAN LUPA PASSPHRASE\nNama : ...................\n"
         "NIP : ..................\nJabatan : ____________\n"
         "Instansi : \xe2\x80\xa6\xe2\x80\xa6\xe2\x80\xa6\n"
         "Nomor : ........../........./2026\n"
         "menyatakan lupa passphrase\n.........., .......... 2026\n",
         PAPER_STATEMENT, "", "", "", "", "", NULL, "", "", "",
         PLEA_FORGOTTEN},
        {"the superior signs, too",
         "SURAT PERNYATAAN LUPA PASSPHRASE\nYang bertanda tangan di bawah "
         "ini\nNama\t: Siti Rahayu, S.Kom.\nNIP\t: 198508172010011003\n"
         "menyatakan bahwa saya lupa passphrase.\n"
         "\t\tPekalongan, 20 November 2026\n"
         "Mengetahui\t\t\nKepala Dinas\tYang menyatakan\n\n"
         "Drs. Joko Susilo, M.Si.\tSiti Rahayu, S.Kom.\n"
         "NIP. 19700101 199503 1 001\tNIP. 19850817 201001 1 003\n",
         PAPER_STATEMENT, SITI, NIP, "", NULL, NULL, "", "2026-11-20", "",
         "Drs. Joko Susilo, M.Si.", PLEA_FORGOTTEN},
        {"without a title, as a scanner lost it",
         "SUKAT PERNYA1AAN\nYang bertanda tangan di bawah ini:\n"
         "Nama : Siti Rahayu\nNIP : 198508172010011003\n"
         "menyatakan bahwa saya lupa passphrase sertifikat elektronik.\n",
         PAPER_STATEMENT, "Siti Rahayu", NIP, "", "", "", "", "", "", "",
         PLEA_FORGOTTEN},
        {"laid out with spaces, a value in two lines, an old number",
         "            PEMERINTAH KOTA PEKALONGAN\n"
         "               SURAT PERNYATAAN\n"
         "      LUPA PASSPHRASE SERTIFIKAT ELEKTRONIK\n\n"
         "Saya yang bertanda tangan di bawah ini :\n"
         "    Nama               : Dra. Hj. SRI WAHYUNI, M.M\n"
         "    NIP                : 19690312 199403 2 007\n"
         "    NIK                : 3375 0152 0369 0002\n"
         "    Pangkat / Golongan : Pembina Tk. I / IV b\n"
         "    Jabatan            : Asisten Administrasi Umum\n"
         "                         Sekretariat Daerah\n"
         "    Unit Kerja         : Sekretariat Daerah\n"
         "    Instansi           : Pemerintah Kota Pekalongan\n"
         "    No. HP             : 0812-3456-7890\n\n"
         "Dengan ini menyatakan bahwa saya telah lupa passphrase Sertifikat\n"
         "Elektronik dengan Serial Number 6F:12:AB:00:CD:11:22:33.\n\n"
         "                            Pekalongan, 18 November 2026\n"
         "                            Yang Membuat Pernyataan,\n\n"
         "                            Dra. Hj. SRI WAHYUNI, M.M\n"
         "                            NIP. 19690312 199403 2 007\n",
         PAPER_STATEMENT, "Dra. Hj. SRI WAHYUNI, M.M",
         "196903121994032007", "3375015203690002",
         "Pemerintah Kota Pekalongan",
         "Asisten Administrasi Umum Sekretariat Daerah", "", "2026-11-18",
         "6F12AB00CD112233", "", PLEA_FORGOTTEN},
        {"several fields in one line, no comma before the date",
         "SURAT PERNYATAAN KEHILANGAN PASSPHRASE\n"
         "Nama: Budi Santoso NIP: 198508172010011003\n"
         "Tempat, tanggal lahir: Pekalongan, 17 Agustus 1985\n"
         "Jabatan: Analis; Instansi: Bappeda\n"
         "menyatakan lupa pada passphrase saya\n"
         "Pekalongan 20 November 2026\n",
         PAPER_STATEMENT, "Budi Santoso", NIP, "", "Bappeda", "Analis", "",
         "2026-11-20", "", "", PLEA_FORGOTTEN},
        {"ligatures and odd spaces",
         "SURAT\xc2\xa0PERNYATAAN LUPA PASSPHRASE\nNama\xc2\xa0: Siti Ra\xe2"
         "\x80\x8bhayu\nJabatan \xef\xbc\x9a Staf Serti\xef\xac\x81kasi\n"
         "lupa passphrase",
         PAPER_STATEMENT, "Siti Rahayu", "", "", "", "Staf Sertifikasi", "",
         "", "", "", PLEA_FORGOTTEN},
    };

    (void)state;
    CHECK(rows);
}

static void requests_are_read(void **state) {
    static const struct row rows[] = {
        {"surat dinas with its subject",
         "PEMERINTAH KABUPATEN CONTOH\nDINAS PERHUBUNGAN\n"
         "Jalan Contoh Nomor 5 Telp. (0285) 421243\n"
         "\tContoh, 20 November 2026\n"
         "Nomor\t: 000.6.5/1022/Dishub.05\nSifat\t: Biasa\n"
         "Lampiran\t: 1 (satu) berkas\n"
         "Hal\t: Permohonan Pencabutan Sertifikat Elektronik\n"
         "Yth. Kepala Dinas Komunikasi dan Informatika\ndi Tempat\n"
         "Yang bertanda tangan di bawah ini:\n"
         "Nama\t: Drs. Joko Susilo, M.Si.\nNIP\t: 19700101 199503 1 001\n"
         "Jabatan\t: Kepala Dinas Perhubungan\n"
         "mengajukan permohonan pencabutan sertifikat elektronik karena lupa\n"
         "passphrase bagi pegawai sebagai berikut:\n"
         "Nama\t: Siti Rahayu, S.Kom.\nNIP\t: 19850817 201001 1 003\n"
         "Jabatan\t: Pranata Komputer\nUnit Kerja\t: Dinas Perhubungan\n"
         "Bersama ini dilampirkan:\n1. Surat Pernyataan Lupa Passphrase\n"
         "Demikian, atas perhatiannya diucapkan terima kasih.\n"
         "\tKepala Dinas Perhubungan\n\tDrs. Joko Susilo, M.Si.\n"
         "\tNIP. 19700101 199503 1 001\n",
         PAPER_REQUEST, SITI, NIP, "", "Dinas Perhubungan",
         "Pranata Komputer", "000.6.5/1022/Dishub.05", "2026-11-20", "",
         "Drs. Joko Susilo, M.Si.", PLEA_FORGOTTEN},
        {"the applicant's own",
         "SURAT PERMOHONAN LUPA PASSPHRASE\nNomor : 800/12/2026\n"
         "Yang bertanda tangan di bawah ini:\nNama : Siti Rahayu\n"
         "NIP : 198508172010011003\nInstansi : Dinas Perhubungan\n"
         "Dengan ini mengajukan permohonan penerbitan ulang sertifikat\n"
         "elektronik karena lupa passphrase.\nContoh, 20/11/2026\n",
         PAPER_REQUEST, "Siti Rahayu", NIP, "", "Dinas Perhubungan", "",
         "800/12/2026", "2026-11-20", "", "", PLEA_FORGOTTEN},
        {"a table with one person",
         "SURAT PERMOHONAN PENCABUTAN SERTIFIKAT ELEKTRONIK\n"
         "Nomor : 094/55/Setda\n"
         "Yang bertanda tangan di bawah ini:\nNama\t: Joko Susilo\n"
         "NIP\t: 19700101 199503 1 001\nJabatan\t: Sekretaris Daerah\n"
         "mengajukan pencabutan untuk:\n"
         "No\tNama\tSKPD\tSemula\tMenjadi\n"
         "1\tSiti Rahayu\tDinas Perhubungan\tAktif\tTidak Aktif\n"
         "Alasan : perubahan data\n",
         PAPER_REQUEST, "Siti Rahayu", "", "", "Dinas Perhubungan", "",
         "094/55/Setda", "", "", "Joko Susilo", PLEA_CHANGED},
        {"a table with two: a person has to look",
         "SURAT PERMOHONAN PENCABUTAN SERTIFIKAT ELEKTRONIK\n"
         "No\tNama\tSKPD\tSemula\tMenjadi\n"
         "1\tSiti Rahayu\tDinas Perhubungan\tAktif\tTidak Aktif\n"
         "2\tBudi Santoso\tDinas Kesehatan\tAktif\tTidak Aktif\n",
         PAPER_REQUEST, "", "", "", "", "", "", "", "", "", PLEA_NONE},
        {"a subject without a title",
         "Nomor : 000.6/77/Dinkes\nLampiran : -\n"
         "Perihal : Pencabutan dan Penerbitan Sertifikat Elektronik\n"
         "Kepada Yth. Kepala Diskominfo\n"
         "Dengan hormat, mohon dicabut sertifikat elektronik atas nama Siti\n"
         "Rahayu, S.Kom. (NIP 19850817 201001 1 003) yang mutasi ke Dinas\n"
         "Kesehatan.\nPekalongan, tanggal 19 Nopember 2026\n",
         PAPER_REQUEST, SITI, NIP, "", "", "", "000.6/77/Dinkes",
         "2026-11-19", "", "", PLEA_CHANGED},
        {"English",
         "REQUEST LETTER\nNumber: 12/2026\nI request the revocation of my "
         "electronic certificate.\nName: Siti Rahayu\nNIP: "
         "198508172010011003\nReason: loss of the private key\n",
         PAPER_REQUEST, "Siti Rahayu", NIP, "", "", "", "12/2026", "", "", "",
         PLEA_LOST},
        {"a form in sections, a box ticked",
         "DINAS KOMUNIKASI DAN INFORMATIKA\n"
         "FORMULIR PERMOHONAN PENCABUTAN SERTIFIKAT ELEKTRONIK\n"
         "A. DATA PEMOHON\n1.\tNama Lengkap\t:\tMUHAMMAD RIZKI\n"
         "2.\tNIP / NIK\t:\t6305010203900001\n"
         "3.\tAlamat Email\t:\trizki@tapinkab.go.id\n"
         "4.\tOrganisasi / Instansi\t:\tPuskesmas Tapin Utara\n"
         "5.\tJabatan\t:\tDokter\nB. ALASAN PENCABUTAN\n"
         "( ) Lupa Passphrase\n(v) Perubahan data\n"
         "( ) Kehilangan kunci privat\nRantau, 2 Oktober 2026\nPemohon,\n"
         "(MUHAMMAD RIZKI)\n",
         PAPER_REQUEST, "MUHAMMAD RIZKI", "", "6305010203900001",
         "Puskesmas Tapin Utara", "Dokter", "", "2026-10-02", "", "",
         PLEA_CHANGED},
        {"nota dinas",
         "NOTA DINAS\nYth\t: Kepala Dinas Komunikasi dan Informatika\n"
         "Dari\t: Kepala Bagian Organisasi\nTanggal\t: 12 November 2026\n"
         "Nomor\t: 065/77/Org\nHal\t: Permohonan Reset Passphrase TTE\n"
         "Bersama ini dimohon reset passphrase TTE atas nama Budi Santoso,\n"
         "S.STP, NIP 198508172010011003 karena lupa passphrase.\n",
         PAPER_REQUEST, "Budi Santoso, S.STP", NIP, "", "", "",
         "065/77/Org", "2026-11-12", "", "", PLEA_FORGOTTEN},
        {"the service's name gives no reason",
         "SURAT PERMOHONAN PENCABUTAN SERTIFIKAT ELEKTRONIK\n"
         "Layanan Penanggulangan Jika Lupa Passphrase (LOCK)\n"
         "Nama : Siti Rahayu\nmemohon pencabutan karena perubahan jabatan.\n",
         PAPER_REQUEST, "Siti Rahayu", "", "", "", "", "", "", "", "",
         PLEA_CHANGED},
        {"another agency in its field than in its head",
         "DINAS PERHUBUNGAN\nSURAT PERMOHONAN\nNomor : 12/2026\n"
         "Instansi : Dinas Kesehatan Kota Contoh\n"
         "memohon pencabutan sertifikat elektronik\n"
         "Nama : Siti Rahayu, S.Kom.\nNIP : 198508172010011003\n",
         PAPER_REQUEST, SITI, NIP, "", "Dinas Kesehatan Kota Contoh", "",
         "12/2026", "", "", "", PLEA_NONE},
        {"the field behind the sentence, the person in it",
         "DINAS PERHUBUNGAN\nSURAT PERMOHONAN\nNomor : 12/2026\n"
         "Kami memohon pencabutan sertifikat elektronik atas nama\n"
         "Siti Rahayu, S.Kom., NIP 198508172010011003.\n"
         "Instansi : Dinas Kesehatan Kota Contoh\nAlasan : Hilang\n"
         "Kepala Dinas,\n\nHartono, S.H.\nPembina Tk. I, IV/b\n"
         "NIP. 196501011990031001\n",
         PAPER_REQUEST, SITI, NIP, "", "Dinas Kesehatan Kota Contoh", "",
         "12/2026", "", "", "Hartono, S.H.", PLEA_LOST},
    };

    (void)state;
    CHECK(rows);
}

static void reasons_are_read(void **state) {
    static const struct row rows[] = {
        {"with the superior's approval",
         "SURAT KETERANGAN ALASAN PENCABUTAN SERTIFIKAT ELEKTRONIK\n"
         "Nomor : 000.6/9/2026\nYang bertanda tangan di bawah ini :\n"
         "Nama\t: Siti Rahayu, S.Kom.\nNIP\t: 198508172010011003\n"
         "Jabatan\t: Analis\nInstansi\t: Dinas Perhubungan\n"
         "Serial Number\t: 5A 3B 07 11 9C DE\n"
         "mengajukan pencabutan sertifikat elektronik dengan alasan "
         "kehilangan\nsertifikat elektronik.\n"
         "Pekalongan, 20 Nov 2026\nMenyetujui,\nAtasan Langsung\tPemohon\n"
         "Drs. Joko Susilo\tSiti Rahayu, S.Kom.\n"
         "NIP. 19700101 199503 1 001\tNIP. 19850817 201001 1 003\n",
         PAPER_REASON, SITI, NIP, "", "Dinas Perhubungan", "Analis",
         "000.6/9/2026", "2026-11-20", "5A3B07119CDE", "Drs. Joko Susilo",
         PLEA_LOST},
        {"three boxes, one ticked",
         "SURAT KETERANGAN ALASAN PENCABUTAN\nNama : Siti Rahayu\n"
         "Alasan pencabutan sertifikat elektronik:\n[ ] lupa passphrase\n"
         "[x] perubahan data\n[ ] kehilangan sertifikat elektronik\n",
         PAPER_REASON, "Siti Rahayu", "", "", "", "", "", "", "", "",
         PLEA_CHANGED},
        {"three boxes, none ticked",
         "SURAT KETERANGAN ALASAN PENCABUTAN\nNama : Siti Rahayu\n"
         "a. lupa passphrase\nb. perubahan data\n"
         "c. kehilangan sertifikat elektronik\n",
         PAPER_REASON, "Siti Rahayu", "", "", "", "", "", "", "", "",
         PLEA_SEVERAL},
        {"surat keterangan of his own",
         "SURAT KETERANGAN\nYang bertanda tangan di bawah ini\n"
         "Nama : Siti Rahayu\nNIP : 198508172010011003\n"
         "menyampaikan alasan pencabutan sertifikat elektronik yaitu "
         "perubahan data kepegawaian.\n",
         PAPER_REASON, "Siti Rahayu", NIP, "", "", "", "", "", "", "",
         PLEA_CHANGED},
        {"English",
         "Reason for Revocation of an Electronic Certificate\n"
         "Name: Siti Rahayu\nReason: change of position\n",
         PAPER_REASON, "Siti Rahayu", "", "", "", "", "", "", "", "",
         PLEA_CHANGED},
    };

    (void)state;
    CHECK(rows);
}

static void letters_about_another_are_read(void **state) {
    static const struct row rows[] = {
        {"recommendation",
         "PEMERINTAH KOTA CONTOH\nDINAS PENDIDIKAN\n"
         "SURAT REKOMENDASI\nNOMOR : 421/88/Disdik/XI/2026\n"
         "Yang bertanda tangan di bawah ini :\n"
         "Nama\t: Drs. Joko Susilo\nNIP\t: 19700101 199503 1 001\n"
         "Jabatan\t: Kepala Dinas Pendidikan\n"
         "memberikan rekomendasi penerbitan sertifikat elektronik kepada :\n"
         "Nama\t: Siti Rahayu, S.Kom.\nNIP\t: 198508172010011003\n"
         "NIK\t: 3375001708850001\nPangkat/Gol\t: Penata / III c\n"
         "Jabatan\t: Guru Ahli Muda\nUnit Kerja\t: SMP Negeri 1\n"
         "Instansi\t: Dinas Pendidikan\nKota\t: Contoh\n"
         "Email\t: siti@contoh.go.id\nSistem\t: e-Office\n"
         "Contoh, 18 November 2026\nKepala Dinas Pendidikan\n"
         "Drs. Joko Susilo\nNIP. 19700101 199503 1 001\n",
         PAPER_RECOMMENDATION, SITI, NIP, NIK, "Dinas Pendidikan",
         "Guru Ahli Muda", "421/88/Disdik/XI/2026", "2026-11-18", "",
         "Drs. Joko Susilo", PLEA_NONE},
        {"recommendation by its subject",
         "Nomor : 421/89\nHal : Rekomendasi Penerbitan Sertifikat Elektronik\n"
         "Dengan ini kami merekomendasikan Siti Rahayu, S.Kom., NIP\n"
         "198508172010011003 untuk memperoleh sertifikat elektronik.\n"
         "Kepala Dinas,\n\nJoko Susilo\nNIP. 19700101 199503 1 001\n",
         PAPER_RECOMMENDATION, SITI, NIP, "", "", "", "421/89", "", "",
         "Joko Susilo", PLEA_NONE},
        {"superior",
         "SURAT KETERANGAN ATASAN\nNomor: 800/5/2026\n"
         "Yang bertanda tangan di bawah ini:\nNama : Joko Susilo\n"
         "NIP : 197001011995031001\nJabatan : Kepala Bidang\n"
         "menerangkan bahwa:\nNama : Siti Rahayu\n"
         "NIP : 198508172010011003\nJabatan : Staf\n"
         "benar telah lupa passphrase sertifikat elektroniknya.\n"
         "Contoh, 5 November 2026\n",
         PAPER_SUPERIOR, "Siti Rahayu", NIP, "", "", "Staf", "800/5/2026",
         "2026-11-05", "", "Joko Susilo", PLEA_FORGOTTEN},
        {"superior under a general title",
         "SURAT KETERANGAN\nYang bertanda tangan di bawah ini, Kepala Dinas\n"
         "Perhubungan, menerangkan bahwa Sdri. Siti Rahayu, S.Kom., NIP.\n"
         "19850817 201001 1 003 adalah bawahan kami yang sertifikat\n"
         "elektroniknya perlu dicabut karena perubahan data.\n"
         "Contoh, 5 November 2026\nKepala Dinas\n\nJoko Susilo\n"
         "NIP. 19700101 199503 1 001\n",
         PAPER_SUPERIOR, SITI, NIP, "", "", "", "", "2026-11-05", "",
         "Joko Susilo", PLEA_CHANGED},
        {"of a head of personnel, e-signed",
         "SURAT KETERANGAN\nNomor : 800 / 1234 / 2026\n"
         "Yang bertanda tangan di bawah ini :\n"
         "Nama : H. AHMAD FAUZI, SH., MH.\nNIP : 197505042000031002\n"
         "Pangkat/Gol. Ruang : Pembina Utama Muda (IV/c)\n"
         "Jabatan : Kepala Badan Kepegawaian Daerah\n"
         "Menerangkan dengan sesungguhnya bahwa :\n"
         "Nama : RINA KARTIKA, A.Md.\nNIP : 199203152019032011\n"
         "Jabatan : Pengelola Kepegawaian\n"
         "Yang bersangkutan mengajukan pencabutan sertifikat elektronik "
         "karena mutasi jabatan.\n"
         "Ditetapkan di : Pekalongan\nPada tanggal : 10 Nopember 2026\n"
         "KEPALA BADAN,\nDitandatangani secara elektronik\n"
         "H. AHMAD FAUZI, SH., MH.\n",
         PAPER_SUPERIOR, "RINA KARTIKA, A.Md.", "199203152019032011", "", "",
         "Pengelola Kepegawaian", "800 / 1234 / 2026", "2026-11-10", "",
         "H. AHMAD FAUZI, SH., MH.", PLEA_CHANGED},
        {"pernyataan atasan",
         "SURAT PERNYATAAN ATASAN LANGSUNG\n"
         "Yang bertanda tangan di bawah ini\nNama : Joko Susilo\n"
         "menyatakan bahwa pegawai\nNama : Siti Rahayu\n"
         "lupa passphrase sertifikat elektronik.\n",
         PAPER_SUPERIOR, "Siti Rahayu", "", "", "", "", "", "", "",
         "Joko Susilo", PLEA_FORGOTTEN},
        {"selaku atasan dari",
         "SURAT KETERANGAN ATASAN\nNomor: 800/5/2026\n"
         "Yang bertanda tangan di bawah ini, selaku atasan langsung dari:\n"
         "Nama : Siti Rahayu\nNIP : 198508172010011003\n"
         "menerangkan bahwa sertifikat elektroniknya perlu dicabut karena\n"
         "lupa passphrase.\nKepala Bidang\n\n"
         "Nama : Joko Susilo\nPangkat : Penata Tingkat I (III/d)\n"
         "NIP : 197001011995031001\n",
         PAPER_SUPERIOR, "Siti Rahayu", NIP, "", "", "", "800/5/2026", "",
         "", "Joko Susilo", PLEA_FORGOTTEN},
        {"selaku atasan dari, in a sentence",
         "SURAT KETERANGAN ATASAN\nNomor: 800/5/2026\n"
         "Yang bertanda tangan di bawah ini, Kepala Dinas, selaku atasan\n"
         "dari Siti Rahayu, NIP 198508172010011003, menerangkan bahwa\n"
         "sertifikat elektroniknya perlu dicabut karena lupa passphrase.\n"
         "Joko Susilo\nPembina Utama Muda, IV/c\n"
         "NIP. 197001011995031001\n",
         PAPER_SUPERIOR, "Siti Rahayu", NIP, "", "", "", "800/5/2026", "",
         "", "Joko Susilo", PLEA_FORGOTTEN},
        {"whom it is about, it does not say",
         "SURAT KETERANGAN ATASAN\nNomor: 800/5/2026\n"
         "menerangkan bahwa sertifikat elektronik pegawai kami perlu\n"
         "dicabut karena lupa passphrase.\nKepala Bidang\n\n"
         "Joko Susilo\nNIP. 197001011995031001\n",
         PAPER_SUPERIOR, "", "", "", "", "", "800/5/2026", "", "",
         "Joko Susilo", PLEA_FORGOTTEN},
    };

    (void)state;
    CHECK(rows);
}

static void police_letters_are_read(void **state) {
    static const struct row rows[] = {
        {"tanda penerimaan laporan",
         "KEPOLISIAN NEGARA REPUBLIK INDONESIA\nDAERAH JAWA TENGAH\n"
         "RESOR PEKALONGAN KOTA\n"
         "SURAT TANDA PENERIMAAN LAPORAN KEHILANGAN\n"
         "Nomor : STPLK / 123 / XI / 2026 / SPKT\n"
         "Pada hari ini Jumat tanggal 20 November 2026 telah datang "
         "seorang:\n"
         "Nama\t: SITI RAHAYU\nTempat / Tgl Lahir\t: Pekalongan, 17-08-1985\n"
         "Jenis Kelamin\t: Perempuan\nPekerjaan\t: PNS\n"
         "NIK\t: 3375001708850001\nAlamat\t: Jl. Contoh 5\n"
         "melaporkan telah kehilangan flashdisk berisi kunci privat "
         "sertifikat\nelektronik.\n"
         "Pekalongan, 20 November 2026\n",
         PAPER_POLICE, "SITI RAHAYU", "", NIK, "", "",
         "STPLK / 123 / XI / 2026 / SPKT", "2026-11-20", "", NULL, PLEA_LOST},
        {"surat keterangan kehilangan",
         "POLSEK CONTOH\nSURAT KETERANGAN TANDA LAPOR KEHILANGAN\n"
         "No. Pol. : SKTLK/55/XI/2026/Sek Contoh\n"
         "Yang bertanda tangan di bawah ini menerangkan bahwa :\n"
         "Nama : Siti Rahayu\nNIK : 3375001708850001\n"
         "telah kehilangan 1 (satu) buah laptop.\n"
         "Dikeluarkan di : Contoh\nPada tanggal : 19 November 2026\n",
         PAPER_POLICE, "Siti Rahayu", "", NIK, "", "",
         "SKTLK/55/XI/2026/Sek", "2026-11-19", "", NULL, PLEA_NONE},
        {"without its title",
         "KEPOLISIAN SEKTOR CONTOH\nTelah datang melapor :\n"
         "Nama : Siti Rahayu\nkehilangan kunci privat sertifikat "
         "elektronik\n",
         PAPER_POLICE, "Siti Rahayu", "", "", "", "", "", "", "", NULL,
         PLEA_LOST},
    };

    (void)state;
    CHECK(rows);
}

static void cards_are_read(void **state) {
    static const struct row rows[] = {
        {"KTP",
         "PROVINSI JAWA TENGAH\nKOTA PEKALONGAN\nNIK : 3375001708850001\n"
         "Nama : SITI RAHAYU\nTempat/Tgl Lahir : PEKALONGAN, 17-08-1985\n"
         "Jenis Kelamin : PEREMPUAN Gol. Darah : O\nAlamat : JL CONTOH 5\n"
         "RT/RW : 001/002\nKel/Desa : CONTOH\nKecamatan : CONTOH\n"
         "Agama : ISLAM\nStatus Perkawinan : KAWIN\n"
         "Pekerjaan : PEGAWAI NEGERI SIPIL\nKewarganegaraan : WNI\n"
         "Berlaku Hingga : SEUMUR HIDUP\n",
         PAPER_IDENTITY, "SITI RAHAYU", "", NIK, "", "", "", "", "", "",
         PLEA_NONE},
        {"KTP as a scanner reads it",
         "PROVINSI JAWA TENGAH\nKOTA PEKALONGAN\nNIK\n: 3375001708850001\n"
         "Nama\nTempat/Tgl Lahir\nJenis Kelamin\nAlamat\nRT/RW\nKecamatan\n"
         "Agama\n: BUDI SANTOSO\n: PEKALONGAN, 17-08-1985\n: LAKI-LAKI\n"
         ": JL CONTOH\n: 001/002\n: PEKALONGAN TIMUR\n: ISLAM\n"
         "Kewarganegaraan: WNI\nBerlaku Hingga: SEUMUR HIDUP\n",
         PAPER_IDENTITY, "BUDI SANTOSO", "", NIK, "", "", "", "", "", "",
         PLEA_NONE},
        {"kartu pegawai",
         "PEMERINTAH KOTA CONTOH\nKARTU PEGAWAI\nNama : Siti Rahayu\n"
         "NIP : 198508172010011003\nJabatan : Analis\n",
         PAPER_IDENTITY, "Siti Rahayu", NIP, "", "", "Analis", "", "", "", "",
         PLEA_NONE},
    };

    (void)state;
    CHECK(rows);
}

/* Other texts that speak of the same things. */
static void other_texts_are_none(void **state) {
    static const struct row rows[] = {
        {.what = "SOP", .text =
         "PEMERINTAH KOTA PEKALONGAN\nSTANDAR OPERASIONAL PROSEDUR (SOP)\n"
         "PENANGGULANGAN JIKA LUPA PASSPHRASE\nSurat Pernyataan\n"
         "Yang bertanda tangan di bawah ini menyatakan lupa passphrase"},
        {.what = "disposition", .text =
         "LEMBAR DISPOSISI\nSurat dari : Dinas Perhubungan\n"
         "Nomor : 12/2026\nHal : Permohonan Lupa Passphrase\n"
         "sertifikat elektronik"},
        {.what = "answer to a request", .text =
         "Nomor : 12/2026\nHal : Jawaban atas Permohonan Pencabutan\n"
         "Surat Permohonan Pencabutan Sertifikat Elektronik Saudara"},
        {.what = "leave", .text =
         "SURAT PERMOHONAN CUTI\nNama : Siti Rahayu\nmemohon cuti tahunan"},
        {.what = "of another statement", .text =
         "SURAT PERNYATAAN TANGGUNG JAWAB MUTLAK\nNama : Siti Rahayu\n"
         "menyatakan bertanggung jawab penuh atas belanja"},
        {.what = "of changed data elsewhere, signed electronically", .text =
         "SURAT PERNYATAAN PERUBAHAN DATA KEPEGAWAIAN\nNama : Siti Rahayu\n"
         "menyatakan perubahan data keluarga.\nDokumen ini ditandatangani "
         "secara elektronik menggunakan sertifikat elektronik BSrE"},
        {.what = "a lost title of land, signed electronically", .text =
         "SURAT PERNYATAAN KEHILANGAN SERTIFIKAT TANAH\nNama : Siti Rahayu\n"
         "menyatakan kehilangan sertifikat hak milik.\nDokumen ini "
         "ditandatangani dengan sertifikat elektronik BSrE"},
        {.what = "scholarship", .text =
         "SURAT REKOMENDASI\nmerekomendasikan Siti Rahayu sebagai penerima "
         "beasiswa"},
        {.what = "loss, not by the police", .text =
         "SURAT KETERANGAN KEHILANGAN\nLurah Contoh menerangkan bahwa Siti "
         "Rahayu kehilangan buku tabungan"},
        {.what = "residence", .text =
         "SURAT KETERANGAN DOMISILI\nmenerangkan bahwa Nama : Siti Rahayu"},
        {.what = "invoice", .text =
         "INVOICE\nNumber: 12\nDigital certificate, 1 year: 100\n"
         "Statement of account"},
        {.what = "thesis", .text =
         "SKRIPSI\nANALISIS LUPA PASSPHRASE SERTIFIKAT ELEKTRONIK\n"
         "SURAT PERNYATAAN\nSaya yang bertanda tangan di bawah ini "
         "menyatakan skripsi tentang passphrase ini asli"},
        {.what = "family card", .text =
         "KARTU KELUARGA\nNo. 3375001708850001\nNIK Agama Tgl Lahir "
         "Kecamatan RT/RW Status Perkawinan Kewarganegaraan"},
        {.what = "guide", .text =
         "PANDUAN PENCABUTAN SERTIFIKAT ELEKTRONIK\nPermohonan Pencabutan"},
        {.what = "circular", .text =
         "SURAT EDARAN\nNomor : 1/2026\nTENTANG\nPermohonan Sertifikat "
         "Elektronik"},
        {.what = "a page of prose", .text =
         "The passphrase of a private key is easily forgotten. A statement "
         "about certificates is needed."},
        {.what = "a sentence that begins a line as a title does", .text =
         "Kepada rekan-rekan, mohon mengisi formulir di kantor.\n"
         "Surat pernyataan lupa passphrase dapat diambil di sana.\n"},
        {.what = "a news item about the police", .text =
         "Polres Contoh mengungkap kasus penipuan sertifikat elektronik"},
        {.what = "a mail's words", .text =
         "Dengan hormat,\nBersama ini saya sampaikan surat pernyataan lupa "
         "passphrase dan file CSR.\nNama : Budi\nTerima kasih"},
        {.what = "nothing", .text = ""},
        {.what = "spaces", .text = " \n\t \n"},
    };
    struct row row;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        row = rows[i];
        row.kind = PAPER__MAX;
        row.name = row.nip = row.nik = row.agency = row.position = "";
        row.number = row.date = row.serial = row.signer = "";
        assert_true(fits(&row));
        assert_int_equal(facts.plea, PLEA_NONE);
    }
}

static char *shared_text(const char *name) {
    const char *shared = getenv("LOKET_SHARED");
    const char *srcdir = getenv("srcdir");
    char path[4096], *data = NULL;
    struct err e = ERR_INIT;
    size_t size;

    if (shared != NULL) {
        snprintf(path, sizeof path, "%s/sops/%s", shared, name);
    } else {
        snprintf(path, sizeof path, "%s/../shared/sops/%s",
                 srcdir == NULL ? "." : srcdir, name);
    }
    return io_read_file(path, 1 << 20, &data, &size, &e) == 0 ? data : NULL;
}

static void published_procedures_are_none(void **state) {
    static const char *const names[] = {
        "ciamis-lupa-passphrase.txt", "pekalongan-lock.txt",
        "pekalongan-pencabutan-ams.txt", "pekalongan-service-standard.txt",
        "tapin-reset-passphrase.txt"};
    size_t seen = 0;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *text = shared_text(names[i]);

        if (text == NULL) {
            continue;
        }
        seen++;
        paper_read(text, today(), &facts);
        if (facts.kind != PAPER__MAX) {
            fail_msg("%s is read as %s", names[i], paper_name(facts.kind));
        }
        text_squeeze(text);
        paper_read(text, today(), &facts);
        if (facts.kind != PAPER__MAX) {
            fail_msg("%s, squeezed, is read as %s", names[i],
                     paper_name(facts.kind));
        }
        free(text);
    }
    if (seen == 0) {
        print_message("skipped: no shared procedures\n");
        skip();
    }
}

/* ---- hostile texts ------------------------------------------------------- */

static void check_clean(const char *text) {
    assert_true(text_is_utf8(text, strlen(text)));
    for (const char *p = text; *p != '\0'; p++) {
        assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
        assert_false(p[0] == '\xc2' && (unsigned char)p[1] < 0xa0);
    }
}

static void check_fields(void) {
    check_clean(facts.name);
    check_clean(facts.agency);
    check_clean(facts.position);
    check_clean(facts.number);
    check_clean(facts.signer);
    assert_int_equal(strspn(facts.nip, "0123456789"), strlen(facts.nip));
    assert_int_equal(strspn(facts.nik, "0123456789"), strlen(facts.nik));
    assert_int_equal(strspn(facts.serial, "0123456789ABCDEF"),
                     strlen(facts.serial));
    assert_in_range(facts.kind, 0, PAPER__MAX);
    assert_in_range(facts.plea, 0, PLEA_SEVERAL);
}

static double seconds(void) {
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* One piece again and again, in a letter that is taken for a statement. */
static void repetition_costs_no_time(void **state) {
    static const char *const pieces[] = {
        ":", "Nama :", "Nama\n", "Nama\t", "NIP ", "NIP. 1 ", "seri ",
        "seri nomor ", "lupa ", "lupa passphrase ", ",", "A, ", "tanggal 1 ",
        "bertanda tangan ", "\t", "\n", "(", "a ", "Serial : 1 ",
        "Jabatan :\n", "1\n", "Perubahan ", "Nama : A\nNIP : 1\nbahwa\n", "0x",
        "\xc2", "\xe2\x80\x8b", "Alasan : lupa passphrase\n",
        "NIP : 198508172010011003 ", "SURAT ", "SURAT PERNYATAAN\n", "9 "};

    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        size_t n = strlen(pieces[i]), room = 4 * LIMIT_DOCUMENT_TEXT;
        char *text = xmalloc(room + 200);
        double start = seconds();
        size_t at = (size_t)snprintf(text, room,
                                     "SURAT PERNYATAAN LUPA PASSPHRASE\n");

        while (at + n < room) {
            memcpy(text + at, pieces[i], n);
            at += n;
        }
        text[at] = '\0';
        paper_read(text, today(), &facts);
        check_fields();
        if (seconds() - start > 0.5) {
            fail_msg("\"%s\" took %.2f s", pieces[i], seconds() - start);
        }
        free(text);
    }
}

/* Anything but a NUL, cut anywhere. */
static void any_bytes_are_read(void **state) {
    static const char *const pieces[] = {
        "Nama", " : ", "\n", "\t", "NIP", "19850817 201001 1 003", "lupa ",
        "passphrase", "\xff", "\xc3", "\xe2\x80", "\xf0\x9f", "\xc2\x9b",
        "\x1b[2J", "SURAT PERNYATAAN", "Hal : Permohonan", "\xe2\x80\xae",
        "sertifikat elektronik", "Serial : 5A:3B:", "07", "Pekalongan, ",
        "20 November 2026", "menerangkan bahwa", "bertanda tangan", "(", ")",
        "Jabatan", "No\tNama\n1\t", "...."};
    unsigned long seed = 1;

    (void)state;
    for (int round = 0; round < 3000; round++) {
        char text[600];
        size_t at = 0;

        for (int i = 0; i < 40; i++) {
            const char *piece;

            seed = seed * 6364136223846793005UL + 1442695040888963407UL;
            piece = pieces[(seed >> 33) % (sizeof pieces / sizeof pieces[0])];
            if (at + strlen(piece) < sizeof text) {
                memcpy(text + at, piece, strlen(piece));
                at += strlen(piece);
            }
        }
        text[at] = '\0';
        paper_read(text, today(), &facts);
        check_fields();
    }
}

static void long_values_are_cut(void **state) {
    char text[2000];
    size_t at;

    (void)state;
    at = (size_t)snprintf(text, sizeof text,
                          "SURAT PERNYATAAN LUPA PASSPHRASE\nNama : ");
    while (at < 900) {
        memcpy(text + at, "Sit\xc3\xad ", 6);
        at += 6;
    }
    text[at] = '\0';
    paper_read(text, today(), &facts);
    assert_in_range(strlen(facts.name), LIMIT_NAME - 10, LIMIT_NAME - 1);
    check_fields();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_are_read),
        cmocka_unit_test(requests_are_read),
        cmocka_unit_test(reasons_are_read),
        cmocka_unit_test(letters_about_another_are_read),
        cmocka_unit_test(police_letters_are_read),
        cmocka_unit_test(cards_are_read),
        cmocka_unit_test(other_texts_are_none),
        cmocka_unit_test(published_procedures_are_none),
        cmocka_unit_test(repetition_costs_no_time),
        cmocka_unit_test(any_bytes_are_read),
        cmocka_unit_test(long_values_are_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
