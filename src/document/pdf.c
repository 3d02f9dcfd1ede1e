/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A PDF to facts, by poppler-glib: text, pages, and what a verifier should
 * know before opening it (V103).  Called in a child of the document parent
 * only; a library of its own, so that no other program links poppler.
 *
 * Nothing is ever rendered, no script run, no link followed.  A bomb costs the
 * child its life (RLIMIT_AS, RLIMIT_CPU, alarm) and the document is read by
 * eye (V106).
 */
#include "document/document.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "document/der.h"
#include "document/paper.h"
#include "document/rows.h"

#include <poppler.h>
#include <stdlib.h>
#include <string.h>

/* As little as poppler opens. */
static const char smallest[] =
    "%PDF-1.4\n"
    "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]"
    "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    "/Contents 4 0 R>>endobj\n"
    "4 0 obj<</Length 33>>stream\n"
    "BT /F 12 Tf 9 9 Td (loket) Tj ET\n"
    "\nendstream endobj\n"
    "trailer<</Root 1 0 R>>\n%%EOF\n";

static void say_nothing(const gchar *domain, GLogLevelFlags level,
                        const gchar *message, gpointer user) {
    (void)domain;
    (void)level;
    (void)message;
    (void)user;
}

static PopplerDocument *open_bytes(const void *bytes, size_t size,
                                   GError **error) {
    GBytes *data = g_bytes_new_static(bytes, size);
    PopplerDocument *pdf = poppler_document_new_from_bytes(data, NULL, error);

    g_bytes_unref(data);
    return pdf;
}

/*
 * The document stays open for ever: while there is one poppler keeps its
 * global tables, and children find them loaded (lab.md 6: else 358 of 429 PDFs
 * make it open files under /usr/share/poppler).
 */
void pdf_warm_up(void) {
    PopplerDocument *pdf = open_bytes(smallest, sizeof smallest - 1, NULL);
    PopplerPage *page = pdf == NULL ? NULL : poppler_document_get_page(pdf, 0);
    GList *links;

    /* What poppler has to say of a broken file is no news for our log. */
    g_log_set_default_handler(say_nothing, NULL);
    if (page != NULL) {
        g_free(poppler_page_get_text(page));
        links = poppler_page_get_link_mapping(page);
        poppler_page_free_link_mapping(links);
        g_object_unref(page);
    }
}

/* ---- by the bytes -------------------------------------------------------- */

static unsigned count_of(const char *p, size_t size, const char *word) {
    const char *end = p + size;
    unsigned n = 0;

    while ((p = bytes_find(p, (size_t)(end - p), word)) != NULL) {
        p += strlen(word);
        n++;
    }
    return n;
}

static int hex_value(char c) {
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = c == '\0' ? NULL : strchr(digits, c);

    return at == NULL ? -1 : (int)(at - digits) % 16;
}

/* The name behind a "/", with its #xx undone (ISO 32000-1, 7.3.5): "/J#53" is
 * "/JS".  Cut at the room. */
static const char *take_name(const char *p, const char *end, char *name,
                             size_t room) {
    size_t n = 0;

    while (p < end && (unsigned char)*p > ' ' &&
           strchr("()<>[]{}/%", *p) == NULL) {
        char c = *p++;

        if (c == '#' && end - p >= 2 && hex_value(p[0]) >= 0 &&
            hex_value(p[1]) >= 0) {
            c = (char)(hex_value(p[0]) << 4 | hex_value(p[1]));
            p += 2;
        }
        if (n + 1 < room) {
            name[n++] = c;
        }
    }
    name[n] = '\0';
    return p;
}

/* Names that stand open in the file; what is compressed poppler finds. */
static void scan_names(const char *bytes, size_t size,
                       struct pdf_facts *facts) {
    const struct {
        const char *name;
        bool *flag;
    } signs[] = {
        {"Encrypt", &facts->encrypted},
        {"JavaScript", &facts->has_script},
        {"JS", &facts->has_script},
        {"Launch", &facts->has_script},
        {"EmbeddedFile", &facts->has_embedded_files},
        {"EmbeddedFiles", &facts->has_embedded_files},
    };
    const char *p = bytes, *end = bytes + size;

    while ((p = memchr(p, '/', (size_t)(end - p))) != NULL) {
        char name[16];

        p = take_name(p + 1, end, name, sizeof name);
        for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
            if (strcmp(name, signs[i].name) == 0) {
                *signs[i].flag = true;
            }
        }
    }
}

/* V104: a PDF that is a web page or an archive for another reader.  What
 * guesses by content looks at the first kilobyte; an archive is read from its
 * end (APPNOTE.TXT 4.3.16). */
static bool is_polyglot(const char *bytes, size_t size) {
    enum { HEAD = 1024, TAIL = 65536 + 22 };
    static const char *const tags[] = {"<html", "<script", "<!doctype",
                                       "<body", "<svg"};
    const char *tail = size > TAIL ? bytes + size - TAIL : bytes;
    size_t n = size < HEAD ? size : HEAD;
    char head[HEAD + 1];

    for (size_t i = 0; i < n; i++) {
        head[i] = bytes[i] == '\0' ? ' ' : bytes[i];
    }
    head[n] = '\0';
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        if (text_find_ci(head, tags[i]) != NULL) {
            return true;
        }
    }
    return memmem(tail, (size_t)(bytes + size - tail), "PK\5\6", 4) != NULL;
}

/* ---- by poppler ---------------------------------------------------------- */

/* Controls and broken characters become spaces: squeezed away afterwards. */
static void clean(char *text) {
    unsigned char *p = (unsigned char *)text;

    for (; *p != '\0'; p++) {
        if (*p < 0x20 || *p == 0x7f) {
            *p = ' ';
        } else if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f) {
            p[0] = p[1] = ' '; /* C1 */
        }
    }
}

/* A page's text, and where each character stands. */
struct page_text {
    char *text; /* valid UTF-8 */
    struct box *boxes;
    size_t count;
};

/* ---- what was filled in ---------------------------------------------------- */

enum { FIELDS_READ = 200, FIELD_BYTES = 2000 }; /* of one page, of one field */

static const double LETTER_HIGH = 11; /* as most people fill in forms */

/* Adds the characters of a value, each with its place: lines from the top of the
 * field's area downwards, letters half as wide as they are high. */
static void add_value(struct page_text *t, const char *value,
                      const struct box *area) {
    size_t more = (size_t)g_utf8_strlen(value, -1) + 1;
    double x = area->x1, y = area->y1;
    char *text = g_strconcat(t->text, "\n", value, NULL);

    if (area->y2 - area->y1 < 2 * LETTER_HIGH) {
        y = (area->y1 + area->y2 - LETTER_HIGH) / 2;
    }
    g_free(t->text);
    t->text = text;
    t->boxes = xreallocarray(t->boxes, t->count + more + 1, sizeof *t->boxes);
    t->boxes[t->count++] = (struct box){x, y, x, y}; /* the line end */
    for (; *value != '\0'; value = g_utf8_next_char(value)) {
        t->boxes[t->count++] =
            (struct box){x, y, x + LETTER_HIGH / 2, y + LETTER_HIGH};
        x += LETTER_HIGH / 2;
        if (*value == '\n') {
            x = area->x1;
            y += LETTER_HIGH;
        }
    }
}

/* Valid, of a length that a letter's field has, with lines and no other control
 * characters. */
static char *value_of(PopplerFormField *field) {
    char *raw, *value;

    if (poppler_form_field_get_field_type(field) != POPPLER_FORM_FIELD_TEXT) {
        return NULL;
    }
    raw = poppler_form_field_text_get_text(field);
    if (raw == NULL || *raw == '\0' || strlen(raw) > FIELD_BYTES) {
        g_free(raw);
        return NULL;
    }
    value = g_utf8_make_valid(raw, -1);
    g_free(raw);
    g_strdelimit(value, "\r", '\n');
    for (char *p = value; *p != '\0'; p++) {
        if ((unsigned char)*p < 0x20 && *p != '\n') {
            *p = ' ';
        }
    }
    return value;
}

/* What stands in the fields of a form (CMS-1) is no text of its page, though
 * whoever looks at it sees no difference. */
static void add_fields(PopplerPage *page, struct page_text *t) {
    GList *fields = poppler_page_get_form_field_mapping(page);
    unsigned read = 0;
    double height;

    poppler_page_get_size(page, NULL, &height);
    for (GList *l = fields; l != NULL && read < FIELDS_READ; l = l->next) {
        const PopplerFormFieldMapping *m = l->data;
        char *value = value_of(m->field);

        if (value != NULL) {
            struct box area = {m->area.x1, height - m->area.y2, m->area.x2,
                               height - m->area.y1};

            add_value(t, value, &area);
            read++;
        }
        g_free(value);
    }
    poppler_page_free_form_field_mapping(fields);
}

static void get_page_text(PopplerPage *page, struct page_text *t) {
    PopplerRectangle *places = NULL;
    char *raw = poppler_page_get_text(page);
    guint count = 0;

    *t = (struct page_text){0};
    if (raw != NULL && g_utf8_validate(raw, -1, NULL) &&
        poppler_page_get_text_layout(page, &places, &count) &&
        count == (guint)g_utf8_strlen(raw, -1)) {
        t->count = count;
        t->boxes = xcalloc((size_t)count + 1, sizeof *t->boxes);
        for (guint i = 0; i < count; i++) {
            t->boxes[i] = (struct box){places[i].x1, places[i].y1,
                                       places[i].x2, places[i].y2};
        }
    }
    t->text = raw == NULL ? g_strdup("") : g_utf8_make_valid(raw, -1);
    if (t->boxes != NULL || *t->text == '\0') {
        add_fields(page, t);
    }
    g_free(places);
    g_free(raw);
}

static void drop_page_text(struct page_text *t) {
    g_free(t->text);
    free(t->boxes);
}

static void add_text(char *good, struct buf *text, struct pdf_facts *facts) {
    size_t left;

    clean(good);
    text_squeeze(good);
    if (text->size > 0 && *good != '\0') {
        buf_putc(text, ' ');
    }
    left = text->max > text->size ? text->max - text->size : 0;
    if (strlen(good) > left) {
        char *end = good + left;

        while (end > good && ((unsigned char)*end & 0xc0) == 0x80) {
            end--; /* never half a character */
        }
        *end = '\0';
        facts->text_cut = true;
    }
    buf_puts(text, good);
}

enum { PAPER_PAGES = 3 }; /* a letter's fields stand on the first */

/* To the text that is kept, and by rows to what paper_read() gets. */
static void add_page(PopplerPage *page, bool is_paper, struct buf *text,
                     struct buf *rows, struct pdf_facts *facts) {
    struct page_text t;
    struct buf apart;

    get_page_text(page, &t);
    if (t.boxes == NULL) {
        add_text(t.text, text, facts);
    } else {
        buf_init(&apart, 2 * strlen(t.text) + 1);
        rows_add_gaps(&apart, t.text, t.boxes, t.count);
        add_text(apart.data, text, facts);
        buf_free(&apart);
        if (is_paper) {
            rows_add(rows, t.text, t.boxes, t.count);
        }
    }
    drop_page_text(&t);
}

/* Links and form fields that start a program or a script. */
static bool acts(PopplerPage *page) {
    GList *links = poppler_page_get_link_mapping(page);
    bool found = false;

    for (GList *l = links; l != NULL && !found; l = l->next) {
        const PopplerLinkMapping *m = l->data;

        found = m->action != NULL &&
                (m->action->type == POPPLER_ACTION_LAUNCH ||
                 m->action->type == POPPLER_ACTION_JAVASCRIPT);
    }
    poppler_page_free_link_mapping(links);
    return found;
}

static void read_pages(PopplerDocument *pdf, usec_t today,
                       struct pdf_facts *facts) {
    unsigned pages = facts->pages;
    struct buf text, rows;

    if (pages > LIMIT_PDF_PAGES) {
        pages = LIMIT_PDF_PAGES;
        facts->text_cut = true;
    }
    buf_init(&text, sizeof facts->text - 1);
    buf_init(&rows, 4 * sizeof facts->text);
    for (unsigned i = 0; i < pages; i++) {
        PopplerPage *page = poppler_document_get_page(pdf, (int)i);

        if (page == NULL) {
            continue; /* a broken page among others */
        }
        if (text.size < text.max) {
            add_page(page, i < PAPER_PAGES, &text, &rows, facts);
        }
        facts->has_script = facts->has_script || acts(page);
        g_object_unref(page);
    }
    memcpy(facts->text, text.data, text.size + 1);
    paper_read(rows.data, today, &facts->paper);
    buf_free(&rows);
    buf_free(&text);
}

/* ---- pictures ------------------------------------------------------------ */

enum { PICTURE_PAGES = 2, PICTURE_DPI = 200, SIDE_MAX = 3400, LETTERS_MIN = 100 };

/* A page in black and white on white, its pixels behind those of the page
 * before it; one width for all. */
static bool draw_page(PopplerPage *page, int width, int *height_r,
                      struct buf *pixels) {
    double w, h, scale;
    cairo_surface_t *surface;
    cairo_t *cairo;
    bool drawn = false;

    poppler_page_get_size(page, &w, &h);
    if (!(w >= 36 && h >= 36 && h <= 10 * w)) {
        return false;
    }
    scale = width / w;
    *height_r = (int)(h * scale);
    if (*height_r > SIDE_MAX || pixels->size + (size_t)width *
                                    (size_t)*height_r > pixels->max) {
        return false;
    }
    surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, *height_r);
    cairo = cairo_create(surface);
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    cairo_scale(cairo, scale, scale);
    poppler_page_render(page, cairo);
    cairo_surface_flush(surface);
    drawn = cairo_status(cairo) == CAIRO_STATUS_SUCCESS;
    for (int y = 0; drawn && y < *height_r; y++) {
        const unsigned char *row = cairo_image_surface_get_data(surface) +
                                   y * cairo_image_surface_get_stride(surface);

        for (int x = 0; x < width; x++) {
            const unsigned char *p = row + 4 * x; /* its order is no matter */

            buf_putc(pixels, (char)((p[0] + p[1] + p[2]) / 3));
        }
    }
    cairo_destroy(cairo);
    cairo_surface_destroy(surface);
    return drawn;
}

bool pdf_picture(const void *bytes, size_t size, const struct pdf_facts *facts,
                 struct buf *picture) {
    PopplerDocument *pdf = facts->readable && strlen(facts->text) < LETTERS_MIN
                               ? open_bytes(bytes, size, NULL)
                               : NULL;
    int width = PICTURE_DPI * 827 / 100, total = 0; /* of A4 */
    struct buf pixels;

    if (pdf == NULL) {
        return false;
    }
    buf_init(&pixels, LIMIT_PICTURE);
    for (int i = 0; i < PICTURE_PAGES && i < (int)facts->pages; i++) {
        PopplerPage *page = poppler_document_get_page(pdf, i);
        int height = 0;

        if (page != NULL && draw_page(page, width, &height, &pixels)) {
            total += height;
        }
        if (page != NULL) {
            g_object_unref(page);
        }
    }
    g_object_unref(pdf);
    if (total > 0) {
        buf_printf(picture, "P5\n%d %d\n255\n", width, total);
        buf_put(picture, pixels.data, pixels.size);
    }
    buf_free(&pixels);
    return total > 0;
}

void pdf_examine(const void *bytes, size_t size, usec_t today,
                 struct pdf_facts *facts) {
    GError *error = NULL;
    PopplerDocument *pdf;
    int pages;

    memset(facts, 0, sizeof *facts);
    facts->paper.kind = PAPER__MAX;
    facts->revisions = count_of(bytes, size, "%%EOF"); /* V105 */
    facts->signature_marks = count_of(bytes, size, "/ByteRange");
    scan_names(bytes, size, facts);
    if (document_classify(bytes, size) != DOCUMENT_PDF) {
        return; /* V101: poppler would search the whole file for a header */
    }
    facts->is_polyglot = is_polyglot(bytes, size);
    pdf = open_bytes(bytes, size, &error);
    if (pdf == NULL) {
        facts->encrypted =
            facts->encrypted ||
            g_error_matches(error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED);
        g_clear_error(&error);
        return;
    }
    facts->readable = true;
    pages = poppler_document_get_n_pages(pdf);
    facts->pages = pages > 0 ? (unsigned)pages : 0;
    facts->has_script =
        facts->has_script || poppler_document_has_javascript(pdf);
    facts->has_embedded_files =
        facts->has_embedded_files || poppler_document_has_attachments(pdf);
    read_pages(pdf, today, facts);
    facts->claims_signature = text_claims_signature(facts->text);
    facts->id_count = id_numbers_find(facts->text, today, facts->ids,
                                      LIMIT_DOCUMENT_IDS);
    g_object_unref(pdf);
}
