/* SPDX-License-Identifier: GPL-3.0-or-later */
/* V098: which lines tell a passphrase, and which only speak of one. */
#include "message/passphrase.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

struct line {
    const char *text;
    const char *value; /* NULL: tells none */
};

static void check(const struct line *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct passphrase p = {0};
        size_t at = 0;
        bool found =
            passphrase_next(list[i].text, strlen(list[i].text), &at, &p);

        if (found != (list[i].value != NULL)) {
            fail_msg("%s: %s %.*s", list[i].text,
                     found ? "found" : "not found", (int)p.size,
                     list[i].text + p.from);
        }
        if (found && (p.size != strlen(list[i].value) ||
                      memcmp(list[i].text + p.from, list[i].value, p.size) !=
                          0)) {
            fail_msg("%s: found %.*s", list[i].text, (int)p.size,
                     list[i].text + p.from);
        }
    }
}

static void v098_told(void **state) {
    static const struct line lines[] = {
        {"passphrase saya: Merpati#2026", "Merpati#2026"},
        {"Passphrase : merpati", "merpati"},
        {"PASSPHRASE=merpati putih terbang", "merpati putih terbang"},
        {"kata sandi: Kucing3!", "Kucing3!"},
        {"Kata sandi saya adalah Kucing3!", "Kucing3!"},
        {"password sertifikat: bunga9raya", "bunga9raya"},
        {"password sertifikat elektronik saya: bunga9raya", "bunga9raya"},
        {"passphrasenya adalah bunga9raya", "bunga9raya"},
        {"Passphrasenya: \"bunga raya\"", "\"bunga raya\""},
        {"my passphrase is Correct-Horse7", "Correct-Horse7"},
        {"My old passphrase is: correct horse battery staple",
         "correct horse battery staple"},
        {"The password of my certificate is hunter22", "hunter22"},
        {"- passphrase lama: Anggrek2020", "Anggrek2020"},
        {"1. Passphrase baru : Anggrek2027", "Anggrek2027"},
        {"*Passphrase:* Anggrek2027", "Anggrek2027"},
        {"Berikut passphrase saya: Anggrek2027", "Anggrek2027"},
        {"username: budi, password: Anggrek2027", "Anggrek2027"},
        {"> passphrase saya: Anggrek2027", "Anggrek2027"},
        {">> | passphrase saya: Anggrek2027\r\n", "Anggrek2027"},
        {"passphrase saya: Anggrek2027, mohon direset", "Anggrek2027"},
        {"passphrase saya Anggrek2027 mohon direset", "Anggrek2027"},
        {"Saya lupa yang lama. Passphrase baru saya: Anggrek2027",
         "Anggrek2027"},
        {"passphrase saya:\nAnggrek2027\n", "Anggrek2027"},
        {"Passphrase saya adalah\n\n  Anggrek2027\nTerima kasih",
         "Anggrek2027"},
        {"passphrase P12: 123456", "123456"},
        {"password (sertifikat) : Anggrek2027", "Anggrek2027"},
        {"frasa sandi saya yaitu \"gunung tinggi\"", "\"gunung tinggi\""},
        {"pass phrase = Anggrek2027", "Anggrek2027"},
        {"SETUJU. passphrase saya: Anggrek2027", "Anggrek2027"},
        {"Berikut passphrase nya : Rahasia2024!", "Rahasia2024!"},
        {"kata sandinya \"abc12345\"", "\"abc12345\""},
        {"kata sandinya abc12345", "abc12345"},
        {"passwordnya abc12345", "abc12345"},
        {"Passphrase yang lama mungkin: Rahasia2024!", "Rahasia2024!"},
        {"Passphrase yang saya ingat: Rahasia2024!", "Rahasia2024!"},
        {"kata sandi saya dulu kalau tidak salah : Rahasia2024!",
         "Rahasia2024!"},
        {"sandi = Rahasia2024!", "Rahasia2024!"},
        {"Sandi: abc12345", "abc12345"},
        {"sandinya abc12345", "abc12345"},
    };

    (void)state;
    check(lines, sizeof lines / sizeof lines[0]);
}

static void v098_only_spoken_of(void **state) {
    static const struct line lines[] = {
        {"saya lupa passphrase", NULL},
        {"Permohonan lupa passphrase", NULL},
        {"Lupa passphrase: Budi Santoso", NULL},
        {"Permohonan lupa passphrase: Budi Santoso, NIP 198501012010011001",
         NULL},
        {"passphrase: lupa", NULL},
        {"Passphrase saya: lupa", NULL},
        {"Passphrase: -", NULL},
        {"Passphrase : ...............", NULL},
        {"Passphrase: ____________", NULL},
        {"Passphrase: ********", NULL},
        {"Passphrase:", NULL},
        {"Passphrase:\nNama: Budi Santoso", NULL},
        {"Passphrase:\n\nHormat saya", NULL},
        {"Passphrase: (diisi oleh pemohon)", NULL},
        {"Passphrase: tidak ingat", NULL},
        {"Passphrase saya tidak bisa dipakai", NULL},
        {"Passphrase saya salah terus: gagal", NULL},
        {"Passphrase adalah kata sandi untuk sertifikat", NULL},
        {"Passphrase adalah rahasia", NULL},
        {"passphrase is forgotten", NULL},
        {"I forgot my passphrase: please help", NULL},
        {"My passphrase is not working", NULL},
        {"My passphrase is wrong", NULL},
        {"Petugas tidak pernah meminta passphrase Saudara", NULL},
        {"Petugas tidak pernah meminta passphrase: Saudara", NULL},
        {"Jangan kirim passphrase: petugas tidak memerlukannya", NULL},
        {"Kata sandi harus minimal 8 karakter", NULL},
        {"Kata sandi: minimal 8 karakter", NULL},
        {"Password: minta direset", NULL},
        {"Reset password: Budi Santoso", NULL},
        {"Re: Reset password: [LOCK-2026-000001]", NULL},
        {"password reset: https://portal.test/x?y=Z1", NULL},
        {"Password: https://portal.test/x?y=Z1", NULL},
        {"Perihal: lupa passphrase sertifikat elektronik", NULL},
        {"Alasan: lupa kata sandi", NULL},
        {"passphrase: [dihapus]", NULL},
        {"Passphrase saya masih sama, yang hilang laptop", NULL},
        {"Kami mohon penggantian passphrase = lupa", NULL},
        {"prosedur passphrase: SOP-2026 nomor 5", NULL},
        {"passphrases: Anggrek2027", NULL},
        {"mypassphrase: Anggrek2027", NULL},
        {"Seksi Persandian: Anggrek2027", NULL},
        {"Sandi negara: Badan Siber dan Sandi Negara", NULL},
        {"Kepala Badan Siber dan Sandi Negara", NULL},
        {"Seksi Sandi: Budi Santoso", NULL},
        {"Sandi dan Statistik: Dinas2026", NULL},
        {"Sandi: Budi Santoso", NULL},
        {"Nama: Sandi Wijaya2", NULL},
        {"Passphrase yang lama tidak bisa dipakai: gagal", NULL},
        {"Passphrase yang lama mungkin: lupa", NULL},
        {"passphrase nya lupa", NULL},
        {"passwordnya tidak saya ingat", NULL},
        {"Kata sandinya \"tidak diterima\"", NULL},
        {"Passphrase sertifikat saya terblokir di esign: NIP "
         "198501012010011001", NULL},
        {"", NULL},
    };

    (void)state;
    check(lines, sizeof lines / sizeof lines[0]);
}

static void several_in_one_line(void **state) {
    static const char text[] = "kata sandi: Satu1, password: Dua22\n"
                               "passphrase: Tiga3\n";
    struct passphrase p;
    size_t at = 0;

    (void)state;
    assert_true(passphrase_next(text, sizeof text - 1, &at, &p));
    assert_int_equal(p.from, 12);
    assert_int_equal(p.size, 5);
    assert_true(passphrase_next(text, sizeof text - 1, &at, &p));
    assert_int_equal(p.size, 5);
    assert_memory_equal(text + p.from, "Dua22", 5);
    assert_true(passphrase_next(text, sizeof text - 1, &at, &p));
    assert_memory_equal(text + p.from, "Tiga3", 5);
    assert_false(passphrase_next(text, sizeof text - 1, &at, &p));
}

/* What chance and other words make is looked for nowhere else. */
static void distinct_ones(void **state) {
    struct passphrase p;
    size_t at = 0;

    (void)state;
    assert_true(passphrase_next("passphrase: merpati", 19, &at, &p));
    assert_false(p.distinct);
    at = 0;
    assert_true(passphrase_next("passphrase: merpati7", 20, &at, &p));
    assert_true(p.distinct);
}

static void check_file(const char *path) {
    static char text[256 * 1024];
    int fd = open(path, O_RDONLY);
    struct passphrase p;
    ssize_t size;
    size_t at = 0;

    assert_true(fd >= 0);
    size = read(fd, text, sizeof text - 1);
    close(fd);
    assert_true(size > 0);
    text[size] = '\0';
    if (passphrase_next(text, (size_t)size, &at, &p)) {
        fail_msg("%s: %.*s", path, (int)p.size, text + p.from);
    }
}

/* A megabyte in one line, of which every word is a noun. */
static void long_lines_take_no_time(void **state) {
    static const char *const words[] = {"password ", "password:", "password: ",
                                        "password adalah "};
    enum { SIZE = 1024 * 1024 };
    char *text = malloc(SIZE + 1);
    struct timespec from, until;
    struct passphrase p;

    (void)state;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
        size_t n = strlen(words[w]), at = 0;

        for (size_t i = 0; i < SIZE; i++) {
            text[i] = words[w][i % n];
        }
        text[SIZE] = '\0';
        while (passphrase_next(text, SIZE, &at, &p)) {
        }
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &until);
    assert_true(until.tv_sec - from.tv_sec < 5);
    free(text);
}

/* Our own words come back in every reply. */
static void our_letters_tell_none(void **state) {
    static const char *const folders[] = {"/conf/letters/id",
                                          "/conf/letters/en",
                                          "/conf/workflows"};
    const char *top = getenv("srcdir") != NULL ? getenv("srcdir") : "..";
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char path[4096];
        struct dirent *entry;
        DIR *dir;

        snprintf(path, sizeof path, "%s%s", top, folders[i]);
        dir = opendir(path);
        assert_non_null(dir);
        while ((entry = readdir(dir)) != NULL) {
            if (entry->d_name[0] != '.') {
                snprintf(path, sizeof path, "%s%s/%s", top, folders[i],
                         entry->d_name);
                check_file(path);
                count++;
            }
        }
        closedir(dir);
    }
    assert_true(count > 20);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(v098_told),
        cmocka_unit_test(v098_only_spoken_of),
        cmocka_unit_test(several_in_one_line),
        cmocka_unit_test(distinct_ones),
        cmocka_unit_test(long_lines_take_no_time),
        cmocka_unit_test(our_letters_tell_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
