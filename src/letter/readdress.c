/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The same letter to a mended address.  Called by proc/engine on an
 * administrator's word.  It composes nothing: what was said is said again, to
 * the byte, so that a certificate that was sent stays the one that was sent.
 */
#include "letter/readdress.h"

#include "base/buf.h"
#include "base/text.h"
#include "letter/mime.h"
#include "letter/time.h"

#include <string.h>

/* Behind the field that begins at p, with what is folded below it. */
static const char *field_end(const char *p, const char *end) {
    do {
        const char *nl = memchr(p, '\n', (size_t)(end - p));

        p = nl == NULL ? end : nl + 1;
    } while (p < end && (*p == ' ' || *p == '\t'));
    return p;
}

enum field { FIELD_TO, FIELD_DATE, FIELD_ID, FIELD__MAX };

static enum field field_of(const char *p) {
    static const char *const names[FIELD__MAX] = {
        [FIELD_TO] = "To:", [FIELD_DATE] = "Date:",
        [FIELD_ID] = "Message-ID:"};
    int i = 0;

    while (i < FIELD__MAX && !text_starts_ci(p, names[i])) {
        i++;
    }
    return (enum field)i;
}

static void put_field(struct buf *out, enum field field,
                      const struct timetable *timetable,
                      const struct letter *letter) {
    char date[TIME_HEADER_SIZE];

    switch (field) {
    case FIELD_TO:
        mime_mailbox(out, "To", letter->to_name, letter->to);
        break;
    case FIELD_DATE:
        time_header(timetable, letter->date, date);
        buf_printf(out, "Date: %s\r\n", date);
        break;
    default:
        mime_id(out, "Message-ID", letter->message_id);
        break;
    }
}

int letter_readdress(const char *bytes, size_t size,
                     const struct timetable *timetable,
                     const struct letter *letter, char **bytes_r,
                     size_t *size_r, struct err *e) {
    unsigned seen[FIELD__MAX] = {0};
    const char *p = bytes, *end = bytes + size;
    struct buf out;

    if (!text_is_addr_spec(letter->to) || !mime_is_id(letter->message_id)) {
        return err_set(e, ERR_BUG, "the new address or Message-ID is none");
    }
    buf_init(&out, LIMIT_LETTER_MAIL);
    while (p < end && *p != '\r') { /* compose() ends lines with CRLF */
        const char *next = field_end(p, end);
        enum field field = field_of(p);

        if (field < FIELD__MAX) {
            put_field(&out, field, timetable, letter);
            seen[field]++;
        } else {
            buf_put(&out, p, (size_t)(next - p));
        }
        p = next;
    }
    buf_put(&out, p, (size_t)(end - p));
    if (p == end || out.overflow || seen[FIELD_TO] != 1 ||
        seen[FIELD_DATE] != 1 || seen[FIELD_ID] != 1) {
        buf_free(&out);
        return err_set(e, ERR_BUG, "these bytes are no letter of ours");
    }
    *bytes_r = buf_take(&out, size_r);
    return 0;
}
