/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an applicant is given for his work in the portal: who helps him, the
 * reason as the portal's list has it, and the letters it wants uploaded, as
 * PDFs (PKL-20, PKL-21, CMS-17).  Called by engine_letters.c inside the
 * transaction.  Decides nothing.
 */
#include "proc/engine_draft.h"

#include "base/buf.h"
#include "base/text.h"
#include "letter/form.h"
#include "workflow/step.h"

#include <stdio.h>

/* "Rina Wati, S.Kom (Seksi Persandian), rina@kota.example"; each on a line */
const char *draft_helper(struct draft *d) {
    const struct people *people = &d->settings->people;
    enum role role = d->t->workflow->helper;
    struct buf b;

    buf_init(&b, LIMIT_SLOT_TEXT);
    for (size_t i = 0; role != ROLE__MAX && i < people->count; i++) {
        const struct officer *o = &people->officers[i];

        if (o->roles[role]) {
            buf_printf(&b, "%s- %s, %s", b.size > 0 ? "\n" : "",
                       draft_person(d, o->id, ""), o->addresses[0]);
        }
    }
    return draft_keep(d, buf_take(&b, NULL));
}

/* The entry to choose in the portal; where nobody has said how it is called
 * there, our own word for it. */
const char *draft_choice(struct draft *d, const char *ours) {
    enum plea plea = d->t->c->plea;
    const char *theirs;

    if (plea == PLEA_NONE || plea >= PLEA_SEVERAL) {
        plea = PLEA_FORGOTTEN;
    }
    theirs = d->settings->portal.reasons[plea];
    return theirs[0] != '\0' ? theirs : ours;
}

/* The form of this name with its values, as a file of the letter. */
static int attach_form(struct draft *d, const char *name,
                       const struct form_value *values, size_t count,
                       struct err *e) {
    const struct form *form = formbook_find(d->settings->forms, name);
    size_t max = (size_t)d->settings->portal.max_pdf * 1024, size;
    struct buf pdf;
    int rc;

    if (form == NULL) {
        return err_set(e, ERR_SETUP, "there is no form \"%s\"", name);
    }
    buf_init(&pdf, LIMIT_LETTER_BYTES);
    rc = form_write(form, values, count, &pdf, e);
    size = pdf.size;
    if (rc == 0 && size > max) {
        rc = err_set(e, ERR_SETUP,
                     "form \"%s\" has %zu bytes, more than the portal takes "
                     "(portal.max_pdf)",
                     name, size);
    }
    if (rc != 0) {
        buf_free(&pdf);
        return -1;
    }
    draft_file(d, form->file, "application/pdf",
               draft_keep(d, buf_take(&pdf, NULL)), size);
    return 0;
}

int draft_attach_reason(struct draft *d, struct err *e) {
    const struct subscriber *a = &d->t->applicant;
    const struct form_value values[] = {
        {"name", a->name},
        {"nip", a->nip},
        {"nik", a->nik},
        {"agency", a->agency},
        {"serial", d->t->old.serial},
        {"reason", draft_choice(d, draft_pair_of(d, "reason"))},
        {"chronology", draft_pair_of(d, "chronology")},
        {"applicant-name", a->name},
        {"applicant-nip", a->nip},
    };

    return attach_form(d, "reason", values, sizeof values / sizeof values[0],
                       e);
}

int draft_attach_page(struct draft *d, struct err *e) {
    const struct turn *t = d->t;
    const struct subscriber *a = &t->applicant;
    char code[PAGE_CODE_SIZE];
    const struct form_value values[] = {
        {"case", t->c->number},
        {"name", a->name},
        {"number", a->nip[0] != '\0' ? a->nip : a->nik},
        {"agency", a->agency},
        {"serial", t->old.serial},
        {"nonce", code},
        {"office", d->settings->office.name},
        {"date", draft_day(d, t->now)},
    };

    if (t->workflow->weakest < EVIDENCE_SIGNED) {
        return 0;
    }
    workflow_page_code(&t->issue, code);
    return attach_form(d, "acceptance", values,
                       sizeof values / sizeof values[0], e);
}
