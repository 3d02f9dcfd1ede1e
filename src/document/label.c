/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How people write the labels of a form.  Called by page.c.
 */
#include "document/label.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* In compact form.  `first`: only where it begins a cell, because it is a word
 * of sentences, too. */
static const struct {
    const char *text;
    enum label label;
    bool first;
} bases[] = {
    {"nama", LABEL_NAME, false},
    {"name", LABEL_NAME, false},
    {"fullname", LABEL_NAME, false},
    {"atasnama", LABEL_NAME, true},
    {"namanip", LABEL_NAME, false},
    {"namaunit", LABEL_UNIT, false},
    {"namainstansi", LABEL_AGENCY, false},
    {"namaopd", LABEL_AGENCY, false},
    {"namaskpd", LABEL_AGENCY, false},
    {"namadinas", LABEL_AGENCY, false},
    {"namaperangkatdaerah", LABEL_AGENCY, false},
    {"namabarang", LABEL_OTHER, false},
    {"namaayah", LABEL_OTHER, false},
    {"namaibu", LABEL_OTHER, false},
    {"namaatasan", LABEL_OTHER, false},
    {"namasistem", LABEL_OTHER, false},
    {"username", LABEL_OTHER, false},
    {"namapengguna", LABEL_OTHER, false},
    {"nip", LABEL_NIP, false},
    {"nipnrp", LABEL_NIP, false},
    {"nipnik", LABEL_NIP, false},
    {"nipnipppk", LABEL_NIP, false},
    {"nipppk", LABEL_NIP, false},
    {"nomorindukpegawai", LABEL_NIP, false},
    {"nomorindukpegawainip", LABEL_NIP, false},
    {"employeenumber", LABEL_NIP, false},
    {"employeeid", LABEL_NIP, false},
    {"nik", LABEL_NIK, false},
    {"nonik", LABEL_NIK, false},
    {"nomornik", LABEL_NIK, false},
    {"nikktp", LABEL_NIK, false},
    {"niknoktp", LABEL_NIK, false},
    {"noktp", LABEL_NIK, false},
    {"noktpnik", LABEL_NIK, false},
    {"nomorktp", LABEL_NIK, false},
    {"noidentitas", LABEL_NIK, false},
    {"nomoridentitas", LABEL_NIK, false},
    {"nomorindukkependudukan", LABEL_NIK, false},
    {"nomorindukkependudukannik", LABEL_NIK, false},
    {"identitynumber", LABEL_NIK, false},
    {"instansi", LABEL_AGENCY, false},
    {"asalinstansi", LABEL_AGENCY, false},
    {"instansiunitkerja", LABEL_AGENCY, false},
    {"unitkerjainstansi", LABEL_AGENCY, false},
    {"instansiopd", LABEL_AGENCY, false},
    {"dinasinstansi", LABEL_AGENCY, false},
    {"instansidinas", LABEL_AGENCY, false},
    {"perangkatdaerah", LABEL_AGENCY, false},
    {"organisasiperangkatdaerah", LABEL_AGENCY, false},
    {"satuankerjaperangkatdaerah", LABEL_AGENCY, false},
    {"opd", LABEL_AGENCY, false},
    {"opdunitkerja", LABEL_AGENCY, false},
    {"skpd", LABEL_AGENCY, false},
    {"skpdunitkerja", LABEL_AGENCY, false},
    {"dinas", LABEL_AGENCY, true},
    {"badan", LABEL_AGENCY, true},
    {"organisasi", LABEL_AGENCY, true},
    {"agency", LABEL_AGENCY, false},
    {"institution", LABEL_AGENCY, false},
    {"office", LABEL_AGENCY, true},
    {"unitkerja", LABEL_UNIT, false},
    {"unitorganisasi", LABEL_UNIT, false},
    {"satuankerja", LABEL_UNIT, false},
    {"bidang", LABEL_OTHER, true},
    {"workunit", LABEL_UNIT, false},
    {"department", LABEL_UNIT, true},
    {"jabatan", LABEL_POSITION, false},
    {"jabatanpekerjaan", LABEL_POSITION, false},
    {"pangkatjabatan", LABEL_POSITION, false},
    {"position", LABEL_POSITION, false},
    {"jobtitle", LABEL_POSITION, false},
    {"nomor", LABEL_NUMBER, false},
    {"no", LABEL_NUMBER, true},
    {"nomorsurat", LABEL_NUMBER, false},
    {"nosurat", LABEL_NUMBER, false},
    {"nopol", LABEL_NUMBER, false},
    {"nomorpolisi", LABEL_NUMBER, false},
    {"nomorlaporan", LABEL_NUMBER, false},
    {"number", LABEL_NUMBER, true},
    {"letternumber", LABEL_NUMBER, false},
    {"reference", LABEL_NUMBER, true},
    {"refno", LABEL_NUMBER, true},
    {"tanggal", LABEL_DATE, false},
    {"tgl", LABEL_DATE, false},
    {"tanggalsurat", LABEL_DATE, false},
    {"tglsurat", LABEL_DATE, false},
    {"date", LABEL_DATE, true},
    {"tanggallahir", LABEL_BIRTH, false},
    {"tgllahir", LABEL_BIRTH, false},
    {"lahir", LABEL_BIRTH, false},
    {"tempattgllahir", LABEL_BIRTH, false},
    {"tempattanggallahir", LABEL_BIRTH, false},
    {"tempatdantanggallahir", LABEL_BIRTH, false},
    {"tempatlahir", LABEL_BIRTH, false},
    {"ttl", LABEL_BIRTH, false},
    {"dateofbirth", LABEL_BIRTH, false},
    {"placedateofbirth", LABEL_BIRTH, false},
    {"tanggalpencabutan", LABEL_BIRTH, false},
    {"tanggalterbit", LABEL_BIRTH, false},
    {"tanggalditerima", LABEL_BIRTH, false},
    {"berlakusampai", LABEL_BIRTH, false},
    {"berlakuhingga", LABEL_BIRTH, false},
    {"masaberlaku", LABEL_BIRTH, false},
    {"tmt", LABEL_BIRTH, false},
    {"serial", LABEL_SERIAL, false},
    {"serialnumber", LABEL_SERIAL, false},
    {"certificateserialnumber", LABEL_SERIAL, false},
    {"nomorserial", LABEL_SERIAL, false},
    {"noserial", LABEL_SERIAL, false},
    {"nomorseri", LABEL_SERIAL, false},
    {"noseri", LABEL_SERIAL, false},
    {"snsertifikat", LABEL_SERIAL, false},
    {"hal", LABEL_SUBJECT, true},
    {"perihal", LABEL_SUBJECT, false},
    {"subject", LABEL_SUBJECT, true},
    {"alasan", LABEL_REASON, false},
    {"alasanpencabutan", LABEL_REASON, false},
    {"alasanpermohonan", LABEL_REASON, false},
    {"reason", LABEL_REASON, true},
    {"reasonforrevocation", LABEL_REASON, false},
    {"pangkat", LABEL_OTHER, false},
    {"golongan", LABEL_OTHER, false},
    {"pangkatgol", LABEL_OTHER, false},
    {"pangkatgolruang", LABEL_OTHER, false},
    {"pangkatgolongan", LABEL_OTHER, false},
    {"pangkatgolonganruang", LABEL_OTHER, false},
    {"pangkatnrp", LABEL_OTHER, false},
    {"golruang", LABEL_OTHER, false},
    {"rank", LABEL_OTHER, true},
    {"alamat", LABEL_OTHER, false},
    {"address", LABEL_OTHER, true},
    {"alamatemail", LABEL_OTHER, false},
    {"alamatsurel", LABEL_OTHER, false},
    {"email", LABEL_OTHER, false},
    {"surel", LABEL_OTHER, false},
    {"telepon", LABEL_OTHER, false},
    {"telp", LABEL_OTHER, false},
    {"notelepon", LABEL_OTHER, false},
    {"notelp", LABEL_OTHER, false},
    {"notelphp", LABEL_OTHER, false},
    {"nohp", LABEL_OTHER, false},
    {"nohpwa", LABEL_OTHER, false},
    {"nowa", LABEL_OTHER, false},
    {"nomorhp", LABEL_OTHER, false},
    {"nomortelepon", LABEL_OTHER, false},
    {"nomorwhatsapp", LABEL_OTHER, false},
    {"handphone", LABEL_OTHER, false},
    {"hp", LABEL_OTHER, false},
    {"phone", LABEL_OTHER, true},
    {"fax", LABEL_OTHER, false},
    {"website", LABEL_OTHER, false},
    {"kota", LABEL_OTHER, true},
    {"kabupaten", LABEL_OTHER, true},
    {"kabupatenkota", LABEL_OTHER, false},
    {"provinsi", LABEL_OTHER, true},
    {"sistem", LABEL_OTHER, true},
    {"kegunaan", LABEL_OTHER, true},
    {"keperluan", LABEL_OTHER, true},
    {"issuer", LABEL_OTHER, false},
    {"penerbit", LABEL_OTHER, false},
    {"penerbitsertifikat", LABEL_OTHER, false},
    {"subjectdn", LABEL_OTHER, false},
    {"lampiran", LABEL_OTHER, false},
    {"sifat", LABEL_OTHER, false},
    {"kepada", LABEL_OTHER, true},
    {"yth", LABEL_OTHER, true},
    {"tembusan", LABEL_OTHER, false},
    {"jeniskelamin", LABEL_OTHER, false},
    {"agama", LABEL_OTHER, true},
    {"goldarah", LABEL_OTHER, false},
    {"golongandarah", LABEL_OTHER, false},
    {"rtrw", LABEL_OTHER, false},
    {"keldesa", LABEL_OTHER, false},
    {"kelurahandesa", LABEL_OTHER, false},
    {"kecamatan", LABEL_OTHER, true},
    {"statusperkawinan", LABEL_OTHER, false},
    {"status", LABEL_OTHER, true},
    {"pekerjaan", LABEL_OTHER, false},
    {"kewarganegaraan", LABEL_OTHER, false},
    {"kebangsaan", LABEL_OTHER, false},
    {"suku", LABEL_OTHER, true},
    {"umur", LABEL_OTHER, true},
    {"kronologi", LABEL_OTHER, false},
    {"keterangan", LABEL_OTHER, true},
    {"semula", LABEL_OTHER, true},
    {"menjadi", LABEL_OTHER, true},
};

/* What may stand behind a label and change nothing. */
static const char *const qualifiers[] = {
    "lengkap",  "pemohon",    "pegawai",  "asn",      "pns",
    "pejabat",  "pelapor",    "saya",     "lama",     "baru",
    "sertifikat", "elektronik", "dicabut", "akan",    "yang",
    "bersangkutan", "pemilik", "dengan",  "dan",      "gelar",
    "tanpa",    "dinas",      "asal",     "surat",    "saatini",
    "pengguna", "certificate", "applicant", "of",     "the",
    "sesuai",   "ktp",        "terakhir", "terdaftar", "hex",
    "desimal",  "hp",         "wa",       "aktif",    "pribadi",
    "instansi", "unitkerja",  "opd",      "skpd",     "perangkatdaerah",
};

static bool is_qualified(const char *rest) {
    while (*rest != '\0') {
        size_t n = 0;

        for (size_t i = 0; i < COUNT(qualifiers); i++) {
            size_t size = strlen(qualifiers[i]);

            if (size > n && strncmp(rest, qualifiers[i], size) == 0) {
                n = size;
            }
        }
        if (n == 0) {
            return false;
        }
        rest += n;
    }
    return true;
}

/* The longest base wins: "nama" is in "namainstansi". */
enum label label_of(const char *compact, bool first) {
    enum label label = LABEL_NONE;
    size_t size = 0;

    for (size_t i = 0; i < COUNT(bases); i++) {
        size_t n = strlen(bases[i].text);

        if (n > size && bases[i].text[0] == compact[0] &&
            (first || !bases[i].first) &&
            strncmp(compact, bases[i].text, n) == 0 &&
            is_qualified(compact + n)) {
            label = bases[i].label;
            size = n;
        }
    }
    return label;
}
