/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A form becomes a page, or several: text in Helvetica, dotted lines, and over
 * each line a text field (ISO 32000-1 12.7.4.3).  Called by proc/ for FORMULIR
 * and for letters that are filled in for their reader; pure.
 *
 *     title, in the middle
 *     a paragraph, wrapped
 *     Label ........... : [field                         ]
 *                            place and date [           ]
 *                            who signs
 *                            (room)
 *                            [name                      ]
 *                            NIP [                      ]
 *
 * The page is made from top to bottom; what no longer fits begins the next one.
 * A field that has a value also has an appearance, so that it is seen by readers
 * that make none themselves, and by programs that read the text of the page.
 */
#include "letter/form.h"

#include "letter/pdf.h"
#include "letter/type.h"

#include <stdbool.h>
#include <string.h>

/* In points; y runs upwards, as in every PDF. */
enum {
    PAGE_WIDTH = 595, /* A4 */
    PAGE_HEIGHT = 842,
    LEFT = 71,
    RIGHT = 524,
    TOP = 780,
    BOTTOM = 64,
    COLON = 232, /* behind the labels */
    VALUE = 242, /* where fields begin */
    SIGN = 300,  /* where the block of who signs begins */
    SIGN_NIP = 326,
    SIGN_ROOM = 58,
    POINTS = 11, /* size of the type */
    POINTS_TITLE = 13,
    POINTS_MIN = 6, /* a value that is too long for its line */
    LINE = 15,
    GAP = 8,
    ROW = 20, /* of a field of one line */
    DESCENT = 4,
};

enum { CATALOG = 1, PAGES, PLAIN, BOLD, ACROFORM, INFO, FIXED_OBJECTS = INFO };

enum { PARAGRAPH_MAX = 16 * 1024, FIELDS_MAX = 8 * 1024 };

struct sheet {
    struct pdf pdf;
    const struct form *form;
    const struct form_value *values;
    size_t count;
    struct err *e;
    size_t page_count;
    unsigned pages[FORM_PAGES]; /* their objects */
    struct buf content;         /* of the page that is being made */
    struct buf widgets;         /* ... its fields, "12 0 R " */
    struct buf fields;          /* of all pages */
    unsigned y;                 /* the next line goes below */
};

static const char *value_of(const struct sheet *s, const char *name,
                            size_t size) {
    for (size_t i = 0; i < s->count; i++) {
        if (strlen(s->values[i].name) == size &&
            memcmp(s->values[i].name, name, size) == 0) {
            return s->values[i].value;
        }
    }
    return NULL;
}

/* ---- pages ------------------------------------------------------------------- */

static void begin_page(struct sheet *s) {
    if (s->page_count == FORM_PAGES) {
        s->pdf.to->overflow = true; /* the rest is written over the last one */
        s->page_count--;
    }
    s->pages[s->page_count++] = pdf_number(&s->pdf);
    buf_reset(&s->content);
    buf_reset(&s->widgets);
    s->y = TOP;
}

static void end_page(struct sheet *s) {
    unsigned content = pdf_number(&s->pdf);
    struct buf *to = s->pdf.to;

    pdf_stream(&s->pdf, content, "", &s->content);
    pdf_object(&s->pdf, s->pages[s->page_count - 1]);
    buf_printf(to,
               "<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %d %d]\n"
               "/Resources << /Font << /Helv %d 0 R /HeBo %d 0 R >> >>\n"
               "/Contents %u 0 R /Tabs /S /Annots [%s] >>",
               PAGES, PAGE_WIDTH, PAGE_HEIGHT, PLAIN, BOLD, content,
               s->widgets.data);
    pdf_object_end(&s->pdf);
    to->overflow = to->overflow || s->widgets.overflow;
}

/* Moves down by `height`; what does not fit stands on a new page. */
static void take_room(struct sheet *s, unsigned height) {
    if (s->y < BOTTOM + height) {
        end_page(s);
        begin_page(s);
    }
    s->y -= height;
}

/* ---- text -------------------------------------------------------------------- */

static void put_text(struct buf *to, enum type_face face, unsigned points,
                     unsigned x, unsigned y, const char *text, size_t size) {
    buf_printf(to, "BT /%s %u Tf %u %u Td ",
               face == TYPE_BOLD ? "HeBo" : "Helv", points, x, y);
    pdf_string(to, text, size);
    buf_puts(to, " Tj ET\n");
}

static void put_label(struct sheet *s, unsigned x, unsigned y,
                      const char *text) {
    struct buf t;

    buf_init(&t, PARAGRAPH_MAX);
    type_encode(&t, text);
    put_text(&s->content, TYPE_PLAIN, POINTS, x, y, t.data, t.size);
    buf_free(&t);
}

static void put_rule(struct sheet *s, unsigned from, unsigned to, unsigned y) {
    buf_printf(&s->content, "q 0.5 w 0.5 G [1 2] 0 d %u %u m %u %u l S Q\n",
               from, y, to, y);
}

/* Encoded text, wrapped between x and the right margin. */
static void put_lines(struct sheet *s, unsigned x, const char *text) {
    while (*text != '\0') {
        size_t skip, n = type_fit(TYPE_PLAIN, POINTS, RIGHT - x, text, &skip);

        take_room(s, LINE);
        put_text(&s->content, TYPE_PLAIN, POINTS, x, s->y, text, n);
        text += n + skip;
    }
}

static void put_centred(struct sheet *s, enum type_face face, unsigned points,
                        const char *text) {
    while (*text != '\0') {
        size_t skip, n = type_fit(face, points, RIGHT - LEFT, text, &skip);
        unsigned width = type_width(face, text, n) * points / 1000;

        take_room(s, points + 5);
        put_text(&s->content, face, points, (LEFT + RIGHT - width) / 2, s->y,
                 text, n);
        text += n + skip;
    }
}

/* A {name} of no value is left to be filled in by hand. */
static void fill(const struct sheet *s, const char *text, struct buf *to) {
    struct buf whole;

    buf_init(&whole, PARAGRAPH_MAX);
    while (*text != '\0') {
        size_t n = strcspn(text, "{");
        size_t size = text[n] == '{' ? strcspn(text + n + 1, "}") : 0;
        const char *value = value_of(s, text + n + 1, size);

        buf_put(&whole, text, n);
        text += n;
        if (*text != '\0') {
            buf_puts(&whole, value != NULL ? value : "....................");
            text += size + 2;
        }
    }
    type_encode(to, whole.data);
    buf_free(&whole);
}

/* ---- fields ------------------------------------------------------------------ */

struct box {
    unsigned x, y, width, height;
    bool several_lines;
};

/* The type gets smaller until the value fits into the line. */
static unsigned points_for(const struct box *box, const struct buf *text) {
    unsigned points = POINTS - 1;

    while (points > POINTS_MIN && !box->several_lines &&
           type_width(TYPE_PLAIN, text->data, text->size) * points >
               (box->width - 4) * 1000) {
        points--;
    }
    return points;
}

/* What a reader would draw (12.7.3.3). */
static unsigned put_appearance(struct sheet *s, const struct box *box,
                               const char *value) {
    unsigned number = pdf_number(&s->pdf), points, y = DESCENT;
    struct buf text, drawn, entries;

    buf_init(&text, PARAGRAPH_MAX);
    buf_init(&drawn, 4 * PARAGRAPH_MAX);
    buf_init(&entries, 512);
    type_encode(&text, value);
    points = points_for(box, &text);
    y = box->several_lines ? box->height - LINE + 2 : DESCENT;
    buf_puts(&drawn, "/Tx BMC q\n");
    for (const char *p = text.data; *p != '\0';) {
        size_t skip, n = box->several_lines
                             ? type_fit(TYPE_PLAIN, points, box->width - 4, p,
                                        &skip)
                             : (skip = 0, text.size);

        put_text(&drawn, TYPE_PLAIN, points, 2, y, p, n);
        p += n + skip;
        y -= y >= LINE ? LINE : y;
    }
    buf_puts(&drawn, "Q EMC\n");
    buf_printf(&entries,
               "/Type /XObject /Subtype /Form /BBox [0 0 %u %u]\n"
               "/Resources << /Font << /Helv %d 0 R >> >> ",
               box->width, box->height, PLAIN);
    pdf_stream(&s->pdf, number, entries.data, &drawn);
    buf_free(&entries);
    buf_free(&drawn);
    buf_free(&text);
    return number;
}

/* A field and the annotation that shows it, in one (12.5.6.19). */
static void put_field(struct sheet *s, const struct box *box, const char *name,
                      const char *label) {
    const char *value = value_of(s, name, strlen(name));
    unsigned number = pdf_number(&s->pdf), look = 0;
    struct buf *to = s->pdf.to;

    if (value != NULL && *value != '\0') {
        look = put_appearance(s, box, value);
    }
    pdf_object(&s->pdf, number);
    buf_printf(to,
               "<< /Type /Annot /Subtype /Widget /FT /Tx /F 4 /P %u 0 R\n"
               "/Rect [%u %u %u %u] /DA (/Helv %d Tf 0 g) /Ff %d\n/T ",
               s->pages[s->page_count - 1], box->x, box->y,
               box->x + box->width, box->y + box->height, POINTS - 1,
               box->several_lines ? 1 << 12 : 0);
    pdf_text(to, name);
    buf_puts(to, " /TU ");
    pdf_text(to, label);
    if (look != 0) {
        buf_puts(to, "\n/V ");
        pdf_text(to, value);
        buf_printf(to, " /AP << /N %u 0 R >>", look);
    }
    buf_puts(to, " >>");
    pdf_object_end(&s->pdf);
    buf_printf(&s->widgets, "%u 0 R ", number);
    buf_printf(&s->fields, "%u 0 R ", number);
}

/* ---- what stands on the page ------------------------------------------------- */

static int put_paragraph(struct sheet *s, const struct form_item *item) {
    struct buf text;

    buf_init(&text, PARAGRAPH_MAX);
    fill(s, item->text, &text);
    if (item->kind == FORM_CENTRE) {
        put_centred(s, TYPE_PLAIN, POINTS, text.data);
    } else {
        put_lines(s, LEFT, text.data);
    }
    take_room(s, GAP);
    buf_free(&text);
    return 0;
}

static int put_entry(struct sheet *s, const struct form_item *item) {
    unsigned height = ROW + (item->lines - 1) * LINE;
    struct box box = {.x = VALUE, .width = RIGHT - VALUE,
                      .height = height - 3,
                      .several_lines = item->lines > 1};

    take_room(s, height);
    put_label(s, LEFT, s->y + height - ROW + DESCENT, item->text);
    put_label(s, COLON, s->y + height - ROW + DESCENT, ":");
    for (unsigned i = 0; i < item->lines; i++) {
        put_rule(s, VALUE, RIGHT, s->y + i * LINE + 1);
    }
    box.y = s->y;
    put_field(s, &box, item->name, item->text);
    return 0;
}

static int put_fixed(struct sheet *s, const struct form_item *item) {
    const char *value = value_of(s, item->name, strlen(item->name));
    struct buf text;

    if (value == NULL) {
        return err_set(s->e, ERR_BUG, "form %s: \"%s\" has no value",
                       s->form->name, item->name);
    }
    buf_init(&text, PARAGRAPH_MAX);
    type_encode(&text, value);
    take_room(s, ROW + DESCENT);
    put_label(s, LEFT, s->y + DESCENT, item->text);
    put_label(s, COLON, s->y + DESCENT, ":");
    s->y += LINE + DESCENT; /* put_lines() begins a line further down */
    put_lines(s, VALUE, text.data);
    s->y -= DESCENT;
    buf_free(&text);
    return 0;
}

/* A field of the block, `x` to the right margin, and its rule. */
static void put_sign_field(struct sheet *s, const struct form_item *item,
                           unsigned x, const char *part, const char *label) {
    struct box box = {.x = x, .width = RIGHT - x, .height = ROW - 3};
    char name[2 * LIMIT_WORD];
    struct buf b;

    buf_init(&b, sizeof name - 1);
    buf_printf(&b, "%s-%s", item->name, part);
    memcpy(name, b.data, b.size + 1);
    buf_free(&b);
    take_room(s, ROW);
    put_rule(s, x, RIGHT, s->y + 1);
    box.y = s->y;
    put_field(s, &box, name, label);
}

static int put_sign(struct sheet *s, const struct form_item *item) {
    /* never half of it on one page */
    take_room(s, GAP + 3 * ROW + LINE + SIGN_ROOM);
    s->y += 3 * ROW + LINE + SIGN_ROOM;
    put_sign_field(s, item, SIGN, "place", "Tempat, tanggal");
    take_room(s, LINE);
    put_label(s, SIGN, s->y, item->text);
    take_room(s, SIGN_ROOM);
    put_sign_field(s, item, SIGN, "name", "Nama");
    put_sign_field(s, item, SIGN_NIP, "nip", "NIP");
    put_label(s, SIGN, s->y + DESCENT, "NIP");
    take_room(s, GAP);
    return 0;
}

static int (*const put[FORM_ITEM__MAX])(struct sheet *s,
                                        const struct form_item *item) = {
    [FORM_TEXT] = put_paragraph, [FORM_CENTRE] = put_paragraph,
    [FORM_FIELD] = put_entry,    [FORM_FIXED] = put_fixed,
    [FORM_SIGN] = put_sign,
};

/* ---- the file ---------------------------------------------------------------- */

static void put_font(struct sheet *s, unsigned number, const char *name) {
    pdf_object(&s->pdf, number);
    buf_printf(s->pdf.to,
               "<< /Type /Font /Subtype /Type1 /BaseFont /%s "
               "/Encoding /WinAnsiEncoding >>",
               name);
    pdf_object_end(&s->pdf);
}

static void put_pages(struct sheet *s) {
    struct buf *to = s->pdf.to;

    pdf_object(&s->pdf, PAGES);
    buf_puts(to, "<< /Type /Pages /Kids [");
    for (size_t i = 0; i < s->page_count; i++) {
        buf_printf(to, "%u 0 R ", s->pages[i]);
    }
    buf_printf(to, "] /Count %zu >>", s->page_count);
    pdf_object_end(&s->pdf);
}

/* NeedAppearances stays out: what is signed later must not be drawn anew. */
static void put_catalog(struct sheet *s) {
    struct buf *to = s->pdf.to;

    pdf_object(&s->pdf, CATALOG);
    buf_printf(to,
               "<< /Type /Catalog /Pages %d 0 R /AcroForm %d 0 R /Lang (id)\n"
               "/ViewerPreferences << /DisplayDocTitle true >> >>",
               PAGES, ACROFORM);
    pdf_object_end(&s->pdf);
    pdf_object(&s->pdf, ACROFORM);
    buf_printf(to,
               "<< /Fields [%s] /DR << /Font << /Helv %d 0 R >> >>\n"
               "/DA (/Helv %d Tf 0 g) >>",
               s->fields.data, PLAIN, POINTS - 1);
    pdf_object_end(&s->pdf);
    to->overflow = to->overflow || s->fields.overflow;
    pdf_object(&s->pdf, INFO);
    buf_puts(to, "<< /Title ");
    pdf_text(to, s->form->title);
    buf_puts(to, " /Creator (Loket) >>");
    pdf_object_end(&s->pdf);
}

static bool is_entry(const struct form_item *item) {
    return item->kind == FORM_FIELD || item->kind == FORM_FIXED;
}

static int put_items(struct sheet *s) {
    struct buf title;
    int rc = 0;

    buf_init(&title, PARAGRAPH_MAX);
    type_encode(&title, s->form->title);
    put_centred(s, TYPE_BOLD, POINTS_TITLE, title.data);
    buf_free(&title);
    take_room(s, 2 * GAP);
    for (size_t i = 0; rc == 0 && i < s->form->item_count; i++) {
        const struct form_item *item = &s->form->items[i];

        if (i > 0 && is_entry(item - 1) && !is_entry(item)) {
            take_room(s, GAP);
        }
        rc = put[item->kind](s, item);
    }
    return rc;
}

int form_write(const struct form *form, const struct form_value *values,
               size_t count, struct buf *pdf, struct err *e) {
    struct sheet s = {.form = form, .values = values, .count = count, .e = e};
    int rc;

    buf_init(&s.content, 4 * PARAGRAPH_MAX);
    buf_init(&s.widgets, FIELDS_MAX);
    buf_init(&s.fields, FIELDS_MAX);
    pdf_begin(&s.pdf, pdf);
    for (int i = 0; i < FIXED_OBJECTS; i++) {
        (void)pdf_number(&s.pdf);
    }
    begin_page(&s);
    rc = put_items(&s);
    end_page(&s);
    put_pages(&s);
    put_font(&s, PLAIN, "Helvetica");
    put_font(&s, BOLD, "Helvetica-Bold");
    put_catalog(&s);
    if (!pdf_end(&s.pdf, CATALOG, INFO) && rc == 0) {
        rc = err_set(e, ERR_BUG, "form %s is too long", form->name);
    }
    buf_free(&s.fields);
    buf_free(&s.widgets);
    buf_free(&s.content);
    return rc;
}
