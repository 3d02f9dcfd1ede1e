/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The star as data (docs/ARCHITECTURE.md draws it).
 */
#include "proc/table.h"

const struct program programs[PROGRAM__MAX] = {
    /* The engine may sit in one long database call; net imap serves its
     * parent while it waits for the server, but not inside a TLS handshake's
     * name look-up. */
    [PROGRAM_ENGINE] = {"engine", "loket-engine", NULL, true, 60, false},
    [PROGRAM_IMAP] = {"imap", "loket-net", "imap", false, 120,
                      false},
    [PROGRAM_OUT] = {"out", "loket-net", "out", false, 60, false},
    [PROGRAM_MAIL_PARSER] = {"mail-parser", "loket-parser", NULL, false, 30,
                             false},
    [PROGRAM_DOCUMENT_PARSER] = {"document-parser", "loket-parser-document",
                                 NULL, false, 30, false},
    /* It loads its languages before it answers. */
    [PROGRAM_SCAN_PARSER] = {"scan-parser", "loket-parser-scan", NULL, false,
                             60, true},
};
