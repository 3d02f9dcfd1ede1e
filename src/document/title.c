/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which paper a letter is, and which reason it gives.  Called by paper.c.
 *
 * The first title decides: a request lists "Surat Pernyataan" among what comes
 * with it, and a statement asks for a "pencabutan", but neither begins with
 * it.  What has the title of something else (an SOP, a disposition) is none,
 * whatever it mentions.  Only without any title does the body decide, and it
 * has to say more.
 */
#include "document/title.h"

#include "base/text.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum {
    TITLE_CELLS = 40,   /* a title stands among the first */
    TITLE_BYTES = 100,  /* and is no longer */
    SQUEEZED = 160,     /* a longer cell is a text without its lines */
    SQUEEZED_HEAD = 400,
    CARD_BYTES = 3000,  /* the text of a card is no longer */
    NEAR_BYTES = 80     /* "lupa" and "passphrase" in one breath */
};

static bool says(const struct page *p, const char *words) {
    return text_find_ci(p->flat, words) != NULL;
}

static bool says_one(const struct page *p, const char *const *words) {
    for (; *words != NULL; words++) {
        if (says(p, *words)) {
            return true;
        }
    }
    return false;
}

/* ---- what letters speak of ----------------------------------------------- */

static const char *const passphrases[] = {
    "passphrase", "pass phrase", "pass-phrase", "pasphrase", "passphase",
    "passprase",  "passpharse",  "paspharse",   "passprhase", "frasa sandi",
    "kata sandi sertifikat",     "kata sandi tanda tangan",   "frase sandi",
    NULL};

static const char *const certificates[] = {
    "sertifikat elektronik", "sertifikat digital", "tanda tangan elektronik",
    "tanda tangan digital",  "electronic certificate", "digital certificate",
    "digital signature",     "electronic signature",   "BSrE",
    "kunci privat",          "private key",            "certificate", NULL};

static const char *const polices[] = {
    "kepolisian", "polres", "polsek", "polda ", "polresta", "polrestabes",
    "SPKT", "police", "POLRI", NULL};

static const char *const losses[] = {
    "kehilangan", "telah hilang", "hilang", "lost", NULL};

static bool is_about_certificates(const struct page *p) {
    return says_one(p, certificates) || says_one(p, passphrases) ||
           page_word(p->flat, "TTE") != NULL;
}

static bool is_by_police(const struct page *p) {
    return says_one(p, polices) && says_one(p, losses);
}

/* ---- titles -------------------------------------------------------------- */

enum title {
    TITLE_NONE, /* no title of anything known */
    TITLE_OTHER, /* the title of something else */
    TITLE_STATEMENT,
    TITLE_REQUEST,
    TITLE_REASON,
    TITLE_RECOMMENDATION,
    TITLE_SUPERIOR,
    TITLE_POLICE,
    TITLE_CARD,
    TITLE_CERTIFY /* "surat keterangan": of whom, says the body */
};

/* Compact, each before the shorter ones that it begins with. */
static const struct {
    const char *text;
    enum title title;
} titles[] = {
    {"suratketeranganalasan", TITLE_REASON},
    {"suratpernyataanalasan", TITLE_REASON},
    {"suratalasanpencabutan", TITLE_REASON},
    {"keteranganalasanpencabutan", TITLE_REASON},
    {"alasanpencabutansertifikat", TITLE_REASON},
    {"suratketeranganpencabutan", TITLE_REASON},
    {"formuliralasanpencabutan", TITLE_REASON},
    {"statementofreason", TITLE_REASON},
    {"reasonforrevocation", TITLE_REASON},
    {"revocationreason", TITLE_REASON},
    {"reasonofrevocation", TITLE_REASON},
    {"letterofthereason", TITLE_REASON},
    {"suratpernyataanatasan", TITLE_SUPERIOR},
    {"suratpernyataanpimpinan", TITLE_SUPERIOR},
    {"suratpernyataandariatasan", TITLE_SUPERIOR},
    {"suratketeranganatasan", TITLE_SUPERIOR},
    {"suratketerangandariatasan", TITLE_SUPERIOR},
    {"suratketeranganpimpinan", TITLE_SUPERIOR},
    {"suratpersetujuanatasan", TITLE_SUPERIOR},
    {"suratpersetujuanpimpinan", TITLE_SUPERIOR},
    {"persetujuanatasan", TITLE_SUPERIOR},
    {"keteranganatasan", TITLE_SUPERIOR},
    {"pernyataanatasan", TITLE_SUPERIOR},
    {"superior", TITLE_SUPERIOR},
    {"letterofthesuperior", TITLE_SUPERIOR},
    {"letterfromthesuperior", TITLE_SUPERIOR},
    {"statementofthesuperior", TITLE_SUPERIOR},
    {"suratrekomendasi", TITLE_RECOMMENDATION},
    {"rekomendasi", TITLE_RECOMMENDATION},
    {"formulirrekomendasi", TITLE_RECOMMENDATION},
    {"letterofrecommendation", TITLE_RECOMMENDATION},
    {"recommendation", TITLE_RECOMMENDATION},
    {"suratpermohonan", TITLE_REQUEST},
    {"permohonan", TITLE_REQUEST},
    {"formulirpermohonan", TITLE_REQUEST},
    {"formpermohonan", TITLE_REQUEST},
    {"suratusulan", TITLE_REQUEST},
    {"letterofrequest", TITLE_REQUEST},
    {"requestletter", TITLE_REQUEST},
    {"requestfor", TITLE_REQUEST},
    {"applicationfor", TITLE_REQUEST},
    {"surattandapenerimaanlaporan", TITLE_POLICE},
    {"surattandaterimalaporan", TITLE_POLICE},
    {"suratketerangantandalapor", TITLE_POLICE},
    {"suratketerangantandakehilangan", TITLE_POLICE},
    {"suratketerangankehilangan", TITLE_POLICE},
    {"surattandalapor", TITLE_POLICE},
    {"surattandabuktilapor", TITLE_POLICE},
    {"tandabuktilapor", TITLE_POLICE},
    {"laporankehilangan", TITLE_POLICE},
    {"suratlaporankehilangan", TITLE_POLICE},
    {"policereport", TITLE_POLICE},
    {"lostpropertyreport", TITLE_POLICE},
    {"kartupegawai", TITLE_CARD},
    {"kartuidentitas", TITLE_CARD},
    {"kartutandapenduduk", TITLE_CARD},
    {"kartutandapengenal", TITLE_CARD},
    {"kartuasn", TITLE_CARD},
    {"identitycard", TITLE_CARD},
    {"employeecard", TITLE_CARD},
    {"suratpernyataankeaslian", TITLE_OTHER},
    {"suratpernyataan", TITLE_STATEMENT},
    {"pernyataankeaslian", TITLE_OTHER},
    {"pernyataan", TITLE_STATEMENT},
    {"formulirpernyataan", TITLE_STATEMENT},
    {"formulirsuratpernyataan", TITLE_STATEMENT},
    {"statement", TITLE_STATEMENT},
    {"letterofstatement", TITLE_STATEMENT},
    {"suratketerangan", TITLE_CERTIFY},
    /* of something else */
    {"standaroperasional", TITLE_OTHER},
    {"standardoperating", TITLE_OTHER},
    {"standardoperasional", TITLE_OTHER},
    {"prosedur", TITLE_OTHER},
    {"sop", TITLE_OTHER},
    {"nomorsop", TITLE_OTHER},
    {"namasop", TITLE_OTHER},
    {"judulsop", TITLE_OTHER},
    {"standarpelayanan", TITLE_OTHER},
    {"jenispelayanan", TITLE_OTHER},
    {"maklumatpelayanan", TITLE_OTHER},
    {"lembardisposisi", TITLE_OTHER},
    {"disposisi", TITLE_OTHER},
    {"suratedaran", TITLE_OTHER},
    {"suratkeputusan", TITLE_OTHER},
    {"suratperintah", TITLE_OTHER},
    {"surattugas", TITLE_OTHER},
    {"suratkuasa", TITLE_OTHER},
    {"suratperjanjian", TITLE_OTHER},
    {"beritaacara", TITLE_OTHER},
    {"undangan", TITLE_OTHER},
    {"pengumuman", TITLE_OTHER},
    {"siaranpers", TITLE_OTHER},
    {"panduan", TITLE_OTHER},
    {"petunjuk", TITLE_OTHER},
    {"tatacara", TITLE_OTHER},
    {"manual", TITLE_OTHER},
    {"userguide", TITLE_OTHER},
    {"daftarisi", TITLE_OTHER},
    {"tableofcontents", TITLE_OTHER},
    {"skripsi", TITLE_OTHER},
    {"tesis", TITLE_OTHER},
    {"abstrak", TITLE_OTHER},
    {"abstract", TITLE_OTHER},
    {"kartukeluarga", TITLE_OTHER},
    {"invoice", TITLE_OTHER},
    {"faktur", TITLE_OTHER},
    {"kwitansi", TITLE_OTHER},
    {"kuitansi", TITLE_OTHER},
    {"laporanrekapitulasi", TITLE_OTHER},
};

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

/* "Surat Pernyataan", not the "Surat pernyataan ini" of a sentence: the first
 * two words begin with capitals, or the first and the third ("Letter of"). */
static bool has_capitals(const char *text) {
    static const char *const small[] = {" of ", " for ", " dan ", " the "};
    const char *second = strchr(text, ' ');

    for (size_t i = 0; second != NULL && i < COUNT(small); i++) {
        if (text_starts_ci(second, small[i])) {
            second += strlen(small[i]) - 1;
        }
    }
    return is_upper(*text) && (second == NULL || !is_lower(second[1]));
}

static enum title title_of(const char *text) {
    char compact[TITLE_BYTES];
    size_t size = strlen(text);

    page_compact(compact, sizeof compact, text, text + size);
    for (size_t i = 0; i < COUNT(titles) && has_capitals(text); i++) {
        if (strncmp(compact, titles[i].text, strlen(titles[i].text)) == 0) {
            return titles[i].title;
        }
    }
    return TITLE_NONE;
}

/* Without lines a title is a phrase in capitals among the first words. */
static enum title title_in_capitals(const char *text) {
    for (size_t at = 0; text[at] != '\0' && at < SQUEEZED_HEAD; at++) {
        enum title title;

        if ((at > 0 && text[at - 1] != ' ') || !is_upper(text[at]) ||
            !is_upper(text[at + 1])) {
            continue;
        }
        title = title_of(text + at);
        if (title != TITLE_NONE) {
            return title;
        }
    }
    return TITLE_NONE;
}

/* What stands behind "Hal :", most telling first. */
static const struct {
    const char *word;
    enum title title;
} subjects[] = {
    {"jawaban", TITLE_OTHER},      {"balasan", TITLE_OTHER},
    {"tanggapan", TITLE_OTHER},    {"undangan", TITLE_OTHER},
    {"pemberitahuan", TITLE_OTHER}, {"penyampaian", TITLE_OTHER},
    {"sosialisasi", TITLE_OTHER},  {"laporan", TITLE_OTHER},
    {"rekomendasi", TITLE_RECOMMENDATION},
    {"recommendation", TITLE_RECOMMENDATION},
    {"permohonan", TITLE_REQUEST}, {"pengajuan", TITLE_REQUEST},
    {"usulan", TITLE_REQUEST},     {"mohon", TITLE_REQUEST},
    {"request", TITLE_REQUEST},    {"application", TITLE_REQUEST},
    {"pernyataan", TITLE_STATEMENT}, {"alasan pencabutan", TITLE_REASON},
    {"pencabutan", TITLE_REQUEST}, {"passphrase", TITLE_REQUEST},
};

static enum title subject_of(const struct page *p, size_t cell) {
    char value[TITLE_BYTES * 2];

    for (size_t i = 0; i < p->site_count; i++) {
        const struct site *s = &p->sites[i];

        if (s->cell != cell || s->label != LABEL_SUBJECT) {
            continue;
        }
        text_copy_n(value, sizeof value, s->value, (size_t)(s->end - s->value));
        for (size_t k = 0; k < COUNT(subjects); k++) {
            if (page_word(value, subjects[k].word) != NULL) {
                return subjects[k].title;
            }
        }
    }
    return TITLE_NONE;
}

static enum title first_title(const struct page *p) {
    for (size_t i = 0; i < p->cell_count && i < TITLE_CELLS; i++) {
        const char *text = p->cells[i].text;
        enum title title = strlen(text) <= TITLE_BYTES ? title_of(text)
                           : strlen(text) > SQUEEZED   ? title_in_capitals(text)
                                                       : TITLE_NONE;

        if (title == TITLE_NONE) {
            title = subject_of(p, i);
        }
        if (title != TITLE_NONE) {
            return title;
        }
    }
    return TITLE_NONE;
}

/* ---- by what it says ----------------------------------------------------- */

static bool is_signed_below(const struct page *p) {
    return says(p, "bertanda tangan") || says(p, "bertandatangan") ||
           says(p, "undersigned");
}

static bool is_card(const struct page *p) {
    static const char *const lines[] = {
        "Tgl Lahir", "Tanggal Lahir", "Gol. Darah", "RT/RW", "Kel/Desa",
        "Kecamatan", "Status Perkawinan", "Kewarganegaraan",
        "Berlaku Hingga", "Agama"};
    size_t seen = 0;

    for (size_t i = 0; i < COUNT(lines); i++) {
        seen += says(p, lines[i]);
    }
    return seen >= 4 && page_word(p->flat, "NIK") != NULL &&
           strlen(p->flat) < CARD_BYTES && !is_signed_below(p) &&
           !says(p, "kartu keluarga");
}

/* "Surat keterangan": the police's, a superior's of somebody else, or the
 * applicant's own with the reasons. */
static enum paper kind_of_certify(const struct page *p) {
    bool superior = says(p, "menerangkan") || says(p, "certif");

    if (is_by_police(p)) {
        return PAPER_POLICE;
    }
    if (!is_about_certificates(p) ||
        !(says(p, "pencabutan") || says(p, "dicabut") || says(p, "revo") ||
          says_one(p, passphrases))) {
        return PAPER__MAX;
    }
    if (says(p, "alasan pencabutan") && !says(p, "menerangkan bahwa")) {
        return PAPER_REASON;
    }
    return superior ? PAPER_SUPERIOR : PAPER_REASON;
}

static enum paper kind_of_body(const struct page *p) {
    bool certificates_too = is_about_certificates(p);

    if (is_card(p)) {
        return PAPER_IDENTITY;
    }
    if (is_by_police(p) && says(p, "lapor")) {
        return PAPER_POLICE;
    }
    if (!certificates_too || !is_signed_below(p)) {
        return PAPER__MAX;
    }
    if (says(p, "merekomendasikan") || says(p, "memberikan rekomendasi")) {
        return PAPER_RECOMMENDATION;
    }
    if (says(p, "menerangkan") && says(p, "atasan")) {
        return PAPER_SUPERIOR;
    }
    if (says(p, "menyatakan") && says_one(p, passphrases) &&
        page_word(p->flat, "lupa") != NULL) {
        return PAPER_STATEMENT;
    }
    if (says(p, "alasan pencabutan")) {
        return PAPER_REASON;
    }
    return says(p, "mengajukan permohonan") ? PAPER_REQUEST : PAPER__MAX;
}

/* Of loss or change (CMS-14, REV-5).  That the file is signed with a
 * certificate, many letters say at their foot: this one wants it revoked, or
 * names it beside the reason. */
static bool is_statement_of_reason(const struct page *p) {
    static const char *const wishes[] = {
        "pencabutan", "dicabut", "mencabut", "revoke", "revocation", NULL};
    static const char *const others[] = {
        "sertifikat tanah", "hak milik", "sertifikat hak", "sertipikat", NULL};
    static const char *const named[] = {
        "kehilangan sertifikat elektronik", "kehilangan sertifikat digital",
        "kehilangan kunci privat", "perubahan data sertifikat elektronik",
        "perubahan data pada sertifikat elektronik",
        "loss of the electronic certificate", NULL};

    return is_about_certificates(p) && title_plea(p) != PLEA_NONE &&
           !says_one(p, others) && (says_one(p, wishes) || says_one(p, named));
}

/* A title is of a paper of ours only where the letter speaks of our matter. */
static enum paper kind_of_title(const struct page *p, enum title title) {
    bool ours = is_about_certificates(p);

    switch (title) {
    case TITLE_STATEMENT:
        return says_one(p, passphrases) || is_statement_of_reason(p)
                   ? PAPER_STATEMENT
                   : PAPER__MAX;
    case TITLE_REQUEST:
        return ours ? PAPER_REQUEST : PAPER__MAX;
    case TITLE_REASON:
        return ours ? PAPER_REASON : PAPER__MAX;
    case TITLE_RECOMMENDATION:
        return ours ? PAPER_RECOMMENDATION : PAPER__MAX;
    case TITLE_SUPERIOR:
        return ours ? PAPER_SUPERIOR : PAPER__MAX;
    case TITLE_POLICE:
        return is_by_police(p) ? PAPER_POLICE : PAPER__MAX;
    case TITLE_CARD:
        return strlen(p->flat) < CARD_BYTES ? PAPER_IDENTITY : PAPER__MAX;
    case TITLE_CERTIFY:
        return kind_of_certify(p);
    case TITLE_NONE:
        return kind_of_body(p);
    case TITLE_OTHER:
        break;
    }
    return PAPER__MAX;
}

enum paper title_kind(const struct page *p) {
    return kind_of_title(p, first_title(p));
}

/* ---- why ----------------------------------------------------------------- */

/* Who speaks of a service, a condition or the contrary gives no reason:
 * "Layanan Penanggulangan Jika Lupa Passphrase", "bukan karena lupa". */
static const char *const no_pleas[] = {
    "layanan", "pelayanan", "sop", "prosedur", "jika", "apabila", "bila",
    "aplikasi", "penanggulangan", "tidak", "bukan", "bukan karena", "setiap",
    "if", "not", "terjadi", "ada", "laporan", "keterangan", "lapor"};

static bool is_denied(const char *flat, const char *at) {
    for (size_t i = 0; i < COUNT(no_pleas); i++) {
        size_t n = strlen(no_pleas[i]);

        if ((size_t)(at - flat) > n && at[-1] == ' ' &&
            text_starts_ci(at - 1 - n, no_pleas[i]) &&
            ((size_t)(at - flat) == n + 1 || at[-2 - (ptrdiff_t)n] == ' ')) {
            return true;
        }
    }
    return false;
}

/* A box that is ticked, just before. */
static bool is_ticked(const char *flat, const char *at) {
    static const char *const ticks[] = {
        "[x]", "(x)", "[v]", "(v)", "[\xe2\x88\x9a]", "(\xe2\x88\x9a)",
        "\xe2\x98\x91", "\xe2\x98\x92", "\xe2\x9c\x93", "\xe2\x9c\x94",
        "\xe2\x88\x9a", "[X]", "[V]"};
    size_t back = (size_t)(at - flat) < 12 ? (size_t)(at - flat) : 12;
    char before[16];

    text_copy_n(before, sizeof before, at - back, back);
    for (size_t i = 0; i < COUNT(ticks); i++) {
        if (strstr(before, ticks[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* `first`, and within the same breath one of `then`. */
static const struct {
    const char *first;
    const char *then[10];
    enum plea plea;
} pleas[] = {
    {"lupa",
     {"passphrase", "pass phrase", "pass-phrase", "pasphrase", "passprase",
      "passpharse", "kata sandi", "frasa sandi", "password"},
     PLEA_FORGOTTEN},
    {"tidak ingat", {"passphrase", "pass phrase", "kata sandi"},
     PLEA_FORGOTTEN},
    {"forgot", {"passphrase", "pass phrase", "password"}, PLEA_FORGOTTEN},
    {"forgotten", {"passphrase", "pass phrase", "password"}, PLEA_FORGOTTEN},
    {"perubahan", {"data", "jabatan", "nama", "instansi", "unit kerja"},
     PLEA_CHANGED},
    {"mutasi", {""}, PLEA_CHANGED},
    {"data saya", {"berubah"}, PLEA_CHANGED},
    {"berubahnya", {"data", "jabatan", "nama", "instansi"}, PLEA_CHANGED},
    {"change of", {"data", "position", "name", "agency"}, PLEA_CHANGED},
    {"kehilangan",
     {"sertifikat", "kunci privat", "private key", "perangkat", "token"},
     PLEA_LOST},
    {"hilangnya", {"sertifikat", "kunci privat"}, PLEA_LOST},
    {"telah hilang", {"sertifikat", "kunci privat"}, PLEA_LOST},
    {"kunci privat", {"hilang"}, PLEA_LOST},
    {"sertifikat elektronik", {"hilang"}, PLEA_LOST},
    {"loss of", {"certificate", "private key"}, PLEA_LOST},
    {"lost", {"certificate", "private key"}, PLEA_LOST},
};

/* Right behind, with no end of a sentence between them. */
static bool follows(const char *at, const char *word) {
    char near[NEAR_BYTES];
    size_t n = strcspn(at, ".;");

    text_copy_n(near, sizeof near, at, n);
    return text_find_ci(near, word) != NULL;
}

static unsigned pleas_in(const char *text, bool only_ticked) {
    unsigned found = 0;

    for (size_t i = 0; i < COUNT(pleas); i++) {
        const char *at = text;

        for (; (at = page_word(at, pleas[i].first)) != NULL; at++) {
            const char *behind = at + strlen(pleas[i].first);
            bool said = false;

            for (size_t k = 0; pleas[i].then[k] != NULL; k++) {
                said = said || follows(behind, pleas[i].then[k]);
            }
            if (said && !is_denied(text, at) &&
                (!only_ticked || is_ticked(text, at))) {
                found |= 1U << pleas[i].plea;
            }
        }
    }
    return found;
}

static enum plea plea_of(unsigned found) {
    for (int plea = PLEA_FORGOTTEN; plea < PLEA_SEVERAL; plea++) {
        if (found == 1U << plea) {
            return (enum plea)plea;
        }
    }
    return found == 0 ? PLEA_NONE : PLEA_SEVERAL;
}

/* "Alasan : kehilangan": the label says of what. */
static unsigned plea_alone(const char *value) {
    static const struct {
        const char *word;
        enum plea plea;
    } alone[] = {
        {"kehilangan", PLEA_LOST},     {"hilang", PLEA_LOST},
        {"telahhilang", PLEA_LOST},    {"karenakehilangan", PLEA_LOST},
        {"karenahilang", PLEA_LOST},   {"lost", PLEA_LOST},
        {"loss", PLEA_LOST},           {"lupa", PLEA_FORGOTTEN},
        {"karenalupa", PLEA_FORGOTTEN}, {"forgotten", PLEA_FORGOTTEN},
        {"perubahan", PLEA_CHANGED},   {"mutasi", PLEA_CHANGED},
        {"databerubah", PLEA_CHANGED}, {"change", PLEA_CHANGED},
    };
    char compact[LIMIT_NAME];

    page_compact(compact, sizeof compact, value, value + strlen(value));
    for (size_t i = 0; i < COUNT(alone); i++) {
        if (strcmp(compact, alone[i].word) == 0) {
            return 1U << alone[i].plea;
        }
    }
    return 0;
}

/* Behind "Alasan :". */
static unsigned pleas_named(const struct page *p) {
    unsigned found = 0;
    char value[LIMIT_NAME];

    for (size_t i = 0; i < p->site_count; i++) {
        const struct site *s = &p->sites[i];

        if (s->label == LABEL_REASON) {
            text_copy_n(value, sizeof value, s->value,
                        (size_t)(s->end - s->value));
            found |= pleas_in(value, false) | plea_alone(value);
        }
    }
    return found;
}

enum plea title_plea(const struct page *p) {
    unsigned found = pleas_in(p->flat, true);

    if (found == 0) {
        found = pleas_named(p);
    }
    if (found == 0) {
        found = pleas_in(p->flat, false);
    }
    return plea_of(found);
}
