/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words of match.c, the gate and the intake, explained to the person who
 * has to act on them.  tests/story/test_loketctl.py checks that none is
 * missing.
 */
#include "ctl/reasons.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define ASK_AGAIN                                                             \
    "Reach the person by telephone and ask for a new mail from the official " \
    "address."
#define LOOK                                                                  \
    "Look at it with `loketctl mail save ID FILE` and `loketctl inspect "     \
    "FILE`; if it is honest, ask the sender to write it anew."

static const struct reason reasons[] = {
    /* who? */
    {"auth-none",
     "It carries no DKIM signature of its sender's domain, so nobody can say "
     "who wrote it.",
     "If the person is real: " ASK_AGAIN " If the domain never signs, its mail "
     "administrator has to turn DKIM on, or the office lets a mailbox count "
     "(applicant_level, verifier_level in loket-workflow(5))."},
    /* the question whether a mailbox is his (docs/decisions/025) */
    {"challenged",
     "Nobody signed for its sender, so its mailbox was asked whether it sent "
     "this.",
     "Nothing: answered within 24 hours, it goes on by itself.  Else it stays "
     "here; if the person is real, reach him by telephone."},
    {"challenge-asked",
     "Its mailbox was asked about another mail today and is asked once a day.",
     "If the person is real: reach him by telephone; he answers the question "
     "that he has, and sends this mail again tomorrow."},
    {"challenge-limit",
     "Too many mailboxes were asked within the hour, so this one was not.",
     "If the person is real: " ASK_AGAIN},
    {"challenge-foreign",
     "It has the code of a question that went to another mailbox; the code is "
     "void now.",
     "If he wrote from another address of his own: ask him to write from the "
     "registered one.  Else tell whoever is in charge of security."},
    {"challenge-used",
     "It answers a question about a mailbox that was answered before.",
     "Nothing."},
    {"challenge-late",
     "It answers such a question after its 24 hours.",
     "Nothing: the mailbox is asked anew where the mail still waits."},
    {"challenge-disowned",
     "It says BUKAN SAYA (NOT ME) in answer to a question about a mailbox, and "
     "brings papers: they are kept, and nothing is done with them.",
     "Ask him, by telephone, whether he means to apply: he then sends the "
     "papers anew."},
    {"challenge-papers",
     "Its mailbox has confirmed itself by it, and it brings papers: they are "
     "examined as his.",
     "Nothing."},
    {"challenge", "A mailbox confirmed by it that an earlier mail was its own.",
     "Nothing."},
    {"hold",
     "An officer's answer for which only its code speaks: it waits for the "
     "minutes of `hold_minutes`, and is carried out then.",
     "Nothing.  `loketctl case show` says until when; the officer takes it "
     "back with BATAL (CANCEL) in reply to our receipt."},
    {"taken-back",
     "An officer's answer that waited, and was taken back with BATAL.",
     "Ask the officer by phone: if the answer was not his, somebody else reads "
     "his mailbox."},
    {"drill", "An officer answered a drill (LATIHAN).",
     "Nothing; `loketctl people list` says how."},
    {"survey", "An answer to the survey.", "Nothing."},
    {"desk",
     "An officer handed in papers for somebody who came by; his mailbox was "
     "asked to confirm.",
     "Nothing: it goes on when that mailbox answers."},
    {"desk-open",
     "An officer handed it in for somebody whose own case is still open.",
     "Have that person go on with the open case: `loketctl case list`."},
    {"desk-right", "Its sender may not hand in papers for others.",
     "Nothing: he was told who may."},
    {"desk-unknown", "It was handed in for somebody whom the registry does not "
                     "know.",
     "Nothing: the officer was told.  `loketctl registry import` adds people."},
    {"desk-own", "An officer handed in papers for himself.",
     "Nothing: he was told to apply as an applicant."},
    {"desk-papers", "An officer handed in something without any papers.",
     "Nothing: he was told to send them again."},
    {"auth-partial",
     "Its sender's domain signed it (DKIM), but left out a field that anybody "
     "could then change: who wrote it, or how the body is to be read; "
     "`loketctl inspect` names the field.",
     ASK_AGAIN "  The domain's mail administrator should sign From, Subject, "
     "Date, Message-ID, Content-Type and Content-Transfer-Encoding; until "
     "then papers attached to an ordinary mail get through."},
    {"auth-fail",
     "Its signature (DKIM of the right domain, or S/MIME of somebody whose "
     "certificate is pinned) does not count: changed on the way (a list, a "
     "forwarder), forged, or by a certificate that is expired, revoked or "
     "another one; the log has the reason.",
     ASK_AGAIN},
    {"signer-mismatch",
     "It is signed (S/MIME) with a certificate that is not its sender's: "
     "another officer's, or one for another address.",
     "Ask both by phone.  Who changed his address needs a new certificate in "
     "people.conf."},
    {"unknown-address",
     "The sender is sure, but this address is not in the registry.",
     "If it belongs to a subscriber: `loketctl registry import` with this "
     "address in the sidecar, then `loketctl quarantine release ID`."},
    {"delegate",
     "It came in an officer's name, but somebody else sent it (Sender or "
     "Resent-From); nobody decides for another.",
     "Nothing: the officer was told to write himself."},
    {"parts-differ",
     "It has its text twice, plain and as HTML, and what decides stands in one "
     "only.",
     "Nothing: an officer was told to answer once more.  From an applicant: "
     "look at it, and ask him."},
    {"newcomers",
     "Many people whom the registry does not know have applied from that domain "
     "today (learning mode).",
     "Have the verifiers answer who those are, then `loketctl quarantine "
     "release ID`."},
    {"limit", "Its sender has too many open cases already.",
     "Look at `loketctl case list`."},
    {"foreign-id",
     "It uses a Message-ID of one of our own letters.",
     "Nobody does that by mistake: keep it, and tell whoever is in charge of "
     "security."},
    /* what the gate refuses */
    {"multi-from", "It has more than one From field.", LOOK},
    {"multi-mailbox", "Its From field names more than one mailbox.", LOOK},
    {"no-from", "It has no From field.", LOOK},
    {"addr-syntax", "The address in its From field is none that we read.",
     LOOK},
    {"comment-in-addr", "Its From address has a comment inside.", LOOK},
    {"comment-depth", "Its header nests comments deeper than any mail does.",
     LOOK},
    {"nul", "It contains NUL bytes.", LOOK},
    {"dup-header", "It has a header field twice that may stand once.", LOOK},
    {"header-size", "Its header is larger than any honest one.", LOOK},
    {"boundary", "Its MIME boundary is not one that RFC 2046 allows.", LOOK},
    {"depth", "It nests parts deeper than any mail does.", LOOK},
    {"hops", "It went through more servers than any mail does: a loop.", LOOK},
    {"structure", "No two readers would agree what is in it.", LOOK},
    {"empty", "There is nothing in it, or a header only.", LOOK},
    /* intake and machine */
    {"size", "It is larger than 25 MiB and was not fetched.",
     "The owner of the address was told, once a day, if it is a registered "
     "one.  The mail itself is still in the mailbox."},
    {"malware",
     "The virus scanner (clamd) found something in it; `loketctl mail show ID` "
     "and the daily summary say what.",
     "Do not open it.  Whoever surely sent it was told, once a day.  If the "
     "scanner is wrong: have it ignore that name, then `loketctl quarantine "
     "release ID`."},
    {"imap", "The mail server's answers for it were wrong three times.",
     "Look at it in the mailbox; tell the mail server's administrator."},
    {"parser", "Two attempts to read it failed.", LOOK},
    {"blob", "Its stored bytes are missing or changed: the disk.",
     "Run `loketctl fsck`; look at the disk; restore the data folder."},
    {"engine", "A fault of Loket: see the log of that minute.",
     "Report it with the log; `loketctl quarantine release ID` tries again."},
    /* ignored */
    {"not-ours", "Somebody else's business in a shared mailbox.",
     "Nothing; it stays where it is."},
    {"duplicate", "A second copy of a mail that is in a case.", "Nothing."},
    {"auto", "A machine wrote it (vacation, acknowledgement).", "Nothing."},
    {"list", "It came by a mailing list.", "Nothing."},
    {"bounce", "A returned mail that was none of our letters.", "Nothing."},
    {"own", "One of our own letters came back.", "Nothing."},
    {"own-address", "It claims to come from the office's own address.",
     "Nothing."},
    {"probe",
     "Our own test of mail to office+tag@ came back: answers by Reply-To can "
     "be used.",
     "Nothing."},
    {"answer", "An officer answered, but no question and no case can be seen "
               "in it.",
     "Nothing: he was told how to answer."},
    {"officer", "An officer wrote about something else.", "Nothing."},
    {"stranger", "Somebody who is not in the registry wrote about something "
                 "else.",
     "Nothing."},
    {"vanished", "Somebody moved or deleted it before it was fetched.",
     "Nothing, unless people do that to mail of applicants."},
};

const struct reason *reason_find(const char *word) {
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (strcmp(reasons[i].word, word) == 0) {
            return &reasons[i];
        }
    }
    return NULL;
}

void reasons_print(void) {
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        printf("%s\n    %s\n    %s\n", reasons[i].word, reasons[i].meaning,
               reasons[i].remedy);
    }
}
