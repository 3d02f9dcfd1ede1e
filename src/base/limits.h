/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_BASE_LIMITS_H
#define LOKET_BASE_LIMITS_H

/*
 * Nothing grows without a name in this file.  Sizes are bytes and include the
 * closing NUL where the value is a string; counts are counts.
 */
enum {
    /* mail, raw (threats.md 5) */
    LIMIT_MAIL = 25 * 1024 * 1024,
    LIMIT_HEADER_BLOCK = 128 * 1024,
    LIMIT_HEADER_FIELDS = 300,
    LIMIT_HEADER_FIELD = 64 * 1024,
    LIMIT_RECEIVED = 50,
    LIMIT_COMMENT_DEPTH = 8,
    LIMIT_MIME_DEPTH = 12,
    LIMIT_MIME_PARTS = 60,
    LIMIT_BOUNDARY = 70,
    LIMIT_LINE_OUT = 998, /* RFC 5322 2.1.1, without CRLF */
    LIMIT_MAIL_TEXT = 1024 * 1024, /* decoded text that is read */
    LIMIT_HTML_DEPTH = 512,       /* elements inside one another */
    LIMIT_HTML_BLANKS = 10000,    /* blanks and quotes inside one tag */
    LIMIT_HTML_RULES = 64,        /* of its style sheets, that may hide text */

    /* what is kept of a mail */
    LIMIT_ADDRESS = 256,
    LIMIT_NAME = 201, /* V116: cut at 200 */
    LIMIT_SUBJECT = 512,
    LIMIT_MESSAGE_ID = 256,
    LIMIT_REFERENCES = 20,
    LIMIT_TOKEN = 35, /* "lk" and 32 hex digits (design.md 5) */
    LIMIT_TOKENS_SEEN = 8,
    LIMIT_RECIPIENTS = 8, /* of one mail, that are looked at */
    LIMIT_OWN_TEXT = 16 * 1024,
    LIMIT_FIRST_LINE = 512,
    LIMIT_ATTACHMENTS = 24,
    LIMIT_FILE_NAME = 256,
    LIMIT_MEDIA_TYPE = 128,
    LIMIT_DKIM_SIGNATURES = 8,
    LIMIT_DKIM_KEY = 4096,
    LIMIT_DOMAIN = 256,
    LIMIT_REASON = 128,
    LIMIT_BANNERS = 16,   /* patterns of gateways (mailbox.banners) */
    LIMIT_BANNER = 201,
    LIMIT_EXPOSED_KEYS = 4, /* private keys in one mail, told apart */
    LIMIT_REDACTIONS = 16,  /* places in one mail that are blotted out */

    /* documents */
    LIMIT_DOCUMENT_TEXT = 32 * 1024,
    LIMIT_DOCUMENT_IDS = 16, /* NIP or NIK candidates per document */
    LIMIT_PDF_PAGES = 50,    /* pages whose text is read */
    LIMIT_PDF_SIGNATURES = 6, /* of one document, that are shown */
    LIMIT_LETTER_NUMBER = 101, /* "000.6.5/1022/Diskominfo.05" */
    LIMIT_CSR = 64 * 1024,
    LIMIT_WEAK_KEYS = 2 * 1024 * 1024, /* fingerprints, in all lists */
    LIMIT_CERTIFICATE = 64 * 1024,
    LIMIT_ISSUERS = 256 * 1024, /* PEM: an issuer and its chain */
    LIMIT_CHAIN = 8,            /* certificates in there */
    LIMIT_SMIME_ANCHORS = 12 * 1024 * 1024, /* PEM: pins, CAs and CRLs */
    LIMIT_SMIME_PINS = 4,       /* certificates of one person for his mails */
    LIMIT_SIGNERS = 32,         /* of one PDF */
    LIMIT_DN = 1024,
    LIMIT_SERIAL = 65, /* hex digits */
    LIMIT_KEY_NAME = 32,

    /* people and cases */
    LIMIT_PERSON_ID = 64,
    LIMIT_PERSON_ADDRESSES = 8,
    LIMIT_PEOPLE = 1000,
    LIMIT_GRANT_SOPS = 16,
    LIMIT_ABSENCES = 16,  /* of one officer, in people.conf */
    LIMIT_DELEGATIONS = 64, /* in force at the same time */
    LIMIT_DELEGATION_DAYS = 92, /* ahead: how long one may last */
    LIMIT_ACTS = 64,      /* decisions that counted, of one case */
    LIMIT_ACTORS = 64,    /* who may answer one question */
    LIMIT_NIP = 19,
    LIMIT_NIK = 17,
    LIMIT_CASE_NUMBER = 32,
    LIMIT_STATE_NAME = 32,
    LIMIT_DEFECTS = 48,
    LIMIT_CASE_DOCUMENTS = 32,
    LIMIT_OPEN_CASES_PER_SENDER = 20, /* V123 */
    LIMIT_OPEN_COMPLAINTS_PER_SENDER = 5,
    LIMIT_COMPLAINT_ENTRIES = 64, /* of one complaint, that are told */
    LIMIT_LETTERS_PER_DAY = 10, /* to one applicant, T13 and V055 */
    LIMIT_REQUESTS_PER_DAY = 6, /* INFO and the like, answered to one person */
    LIMIT_SAME_PER_DAY = 3, /* "nothing has changed", about one case (V055) */
    LIMIT_NEWCOMERS_PER_DAY = 20, /* of one domain, not confirmed yet */
    LIMIT_NOTICES_PER_HOUR = 60, /* for mails that prove nothing (V056) */
    LIMIT_ASKED_PER_DAY = 6, /* of one applicant's papers; then once a day */
    LIMIT_EFFECTS = 32,
    LIMIT_OCSP_REQUEST = 512,
    LIMIT_PROOFS = 16, /* of one order, beside CRL and certificate */
    LIMIT_OPEN_TOKENS = 64, /* of one case: people asked at the same time */
    LIMIT_APPROVALS = 32, /* of one case, void ones included */

    /* orders to loket-ca */
    LIMIT_ORDER_ID = 64,
    LIMIT_CA_ENTRIES = 64, /* of the CA's journal, named in one status */
    LIMIT_APPROVERS = 8,
    LIMIT_PROFILE = 32,
    LIMIT_RDN = 129,          /* one attribute of a subject */
    LIMIT_SPKI = 2048,        /* RSA 4096 takes 550 bytes */
    LIMIT_ISSUED = 8 * 1024,  /* a certificate of our own */
    LIMIT_CRL_URL = 512,      /* in each certificate of our own */
    LIMIT_CRL = 8 * 1024 * 1024,
    LIMIT_ORDERS_PER_DAY = 100, /* certificates, unless --daily-cap says */

    /* workflow files, letters */
    LIMIT_WORKFLOWS = 16,
    LIMIT_WORKFLOW_FILE = 256 * 1024,
    LIMIT_STEPS = 24,   /* of one workflow */
    LIMIT_ITEMS = 12,   /* to be looked at in one step */
    LIMIT_CHANGES = 16, /* of one workflow file */
    LIMIT_TRANSITION_LETTERS = 3,
    LIMIT_CHECK_STATES = 65536, /* combinations one workflow may come into */
    LIMIT_CHECK_FINDINGS = 64,  /* of one workflow */
    LIMIT_CHECK_PATH = 64,      /* legs of a counterexample that are told */
    LIMIT_DAYS_OFF = 256, /* holidays and joint leave, all years */
    LIMIT_SEASONS = 8,    /* other opening hours for a while */
    LIMIT_WORDS = 64,
    LIMIT_WORD = 64,
    LIMIT_TEMPLATES = 64,
    LIMIT_PHRASES = 1024,
    LIMIT_TEMPLATE = 32 * 1024,
    LIMIT_LETTER = 256 * 1024,
    LIMIT_STANDARD = 2048, /* one component of the service standard */
    LIMIT_FORMS = 16,      /* blank letters */
    LIMIT_FORM_ITEMS = 48, /* on one of them */
    LIMIT_FORM = 256 * 1024, /* its PDF */
    LIMIT_SLOT_TEXT = 32 * 1024,
    LIMIT_LETTER_FILES = 12, /* attachments of a letter of ours */
    LIMIT_LETTER_BYTES = 10 * 1024 * 1024, /* of its attachments, all */
    LIMIT_LETTER_MAIL = 16 * 1024 * 1024, /* the whole, in base64 */

    /* wire */
    LIMIT_FRAME = 64 * 1024,
    LIMIT_FRAME_FDS = 4,
    LIMIT_FRAME_QUEUE = 4096,
    LIMIT_UNPACK = 512 * 1024, /* memory one frame may become */

    /* intake */
    LIMIT_BATCH_MAILS = 50,
    LIMIT_BATCH_BYTES = 8 * 1024 * 1024,
    LIMIT_IMAP_LINE = 64 * 1024,
    LIMIT_IMAP_COMMAND = 40 * 1024 * 1024,
    LIMIT_IMAP_TEXT = 1024 * 1024, /* of it outside literals: libetpan makes
                                      a hundred bytes of one (V131) */
    LIMIT_IMAP_DEPTH = 16,   /* V130 */
    LIMIT_IMAP_LIST = 5000,  /* UIDs one listing asks for */
    LIMIT_IMAP_MOVE = 1000,  /* UIDs one MOVE names */
    LIMIT_IMAP_TAKES = 8,    /* backfills waiting */
    LIMIT_RETRY_SEC = 60,    /* longest pause before the next connection */
    LIMIT_LOGIN_RETRY_SEC = 3600, /* after a refused login (V134) */
    LIMIT_FETCH_ATTEMPTS = 3, /* V128 */
    LIMIT_PARSE_ATTEMPTS = 2, /* V079 */

    /* parser children */
    LIMIT_PARSER_CHILDREN = 16, /* at once, of one parent */
    LIMIT_CHILD_MEMORY = 256 * 1024 * 1024, /* RLIMIT_AS, so RSS too */
    LIMIT_CHILD_CPU_SEC = 5,
    LIMIT_CHILD_WALL_SEC = 15,
    LIMIT_DKIM_WAIT_SEC = 5,
    LIMIT_OCR_CPU_SEC = 30,
    LIMIT_OCR_WALL_SEC = 45,
    LIMIT_PICTURE = 10 * 1024 * 1024, /* of a PDF without text, for OCR */

    /* clamd */
    LIMIT_SCAN_SEC = 120,         /* one mail */
    LIMIT_SCAN_WAIT_SEC = 15 * 60, /* for clamd to come back; then unscanned */
    LIMIT_SCAN_RETRY_SEC = 30,

    /* the mailbox level (INT-3, V056) */
    LIMIT_CHALLENGES_PER_HOUR = 60, /* of all mailboxes together, ... */
    LIMIT_CHALLENGES_OF_UNKNOWN = 20, /* ... of nobody in the registry */
    LIMIT_HOLDS = 64,               /* of one case that are told */
    LIMIT_HOLD_MINUTES = 1440,

    LIMIT_DISK_ROOM = 16 * 1024 * 1024, /* with less the engine waits */

    /* outgoing */
    LIMIT_RELAY_LINE = 16 * 1024,
    LIMIT_SEND_WINDOW = 16,
    LIMIT_LETTERS_PER_HOUR = 1000, /* unless relay.budget says otherwise */
    LIMIT_SAME_PER_HOUR = 100,     /* to one address, about one case */
    LIMIT_REPLY_TEXT = 256,

    /* fetching over HTTPS */
    LIMIT_FETCHES = 2,                 /* at once */
    LIMIT_FETCH_HEADER = 64 * 1024,    /* of one answer */
    LIMIT_FETCH_CONNECT_SEC = 20,

    LIMIT_LOG_LINE = 1024,
    LIMIT_PATH = 1024,
    LIMIT_CONFIG_TEXT = 1024,
    LIMIT_SECRET = 8 * 1024 /* a file of one: an RSA key of 4096 bits fits */
};

#endif
