/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A page to text.  Called by mime.c, in a parser child; pure.
 *
 * libxml2 finds the tags and hands them over one by one (SAX: no tree, no
 * memory that grows with the page); what they mean is told by the tables here
 * and by html_style.c:
 *
 *     hidden    left out: script, style, comments, display: none, <del> ...
 *     quoted    "> " before each line: blockquote, .yahoo_quoted ...
 *     divided   a divider: below it nothing is the writer's own (Outlook)
 *     signed    "-- "
 *     doubtful  may be hidden: put, and the whole is called unsure
 *
 * A tag with more attributes than any program writes, or elements nested
 * deeper, end the reading there: libxml2's work grows with the square of both
 * (docs/decisions/015).
 *
 * aria-hidden is no reason to leave words out: it tells screen readers to pass
 * over what everybody else sees.
 */
#include "message/html.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "message/clean.h"
#include "message/html_style.h"

#include <libxml/HTMLparser.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_TEXT = LIMIT_MAIL_TEXT };

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static const char divider[] = "-----Original Message-----\n";

/* What an element does to the words inside. */
enum role {
    ROLE_NONE,
    ROLE_HIDDEN,
    ROLE_STRUCK,
    ROLE_BLOCK,   /* begins and ends a line */
    ROLE_PARAGRAPH, /* with an empty line around */
    ROLE_PRE,
    ROLE_ITEM,
    ROLE_CELL,
    ROLE_QUOTE,
    ROLE_ATTRIBUTION, /* "On ... wrote:", quoted unless it forwards */
    ROLE_DIVIDER,
    ROLE_SIGNATURE,
    ROLE_DOUBTFUL
};

static const struct {
    const char *name;
    enum role role;
} elements[] = {
    {"script", ROLE_HIDDEN},     {"style", ROLE_HIDDEN},
    {"title", ROLE_HIDDEN},      {"template", ROLE_HIDDEN},
    {"noframes", ROLE_HIDDEN},   {"iframe", ROLE_HIDDEN},
    {"select", ROLE_HIDDEN},     {"datalist", ROLE_HIDDEN},
    {"xml", ROLE_HIDDEN},        {"svg", ROLE_HIDDEN},
    {"audio", ROLE_HIDDEN},      {"video", ROLE_HIDDEN},
    {"canvas", ROLE_HIDDEN},     {"map", ROLE_HIDDEN},
    {"object", ROLE_HIDDEN},     {"s", ROLE_STRUCK},
    {"strike", ROLE_STRUCK},     {"del", ROLE_STRUCK},
    {"div", ROLE_BLOCK},         {"tr", ROLE_BLOCK},
    {"table", ROLE_BLOCK},       {"ul", ROLE_BLOCK},
    {"ol", ROLE_BLOCK},          {"dl", ROLE_BLOCK},
    {"dt", ROLE_BLOCK},          {"dd", ROLE_BLOCK},
    {"center", ROLE_BLOCK},      {"form", ROLE_BLOCK},
    {"fieldset", ROLE_BLOCK},    {"address", ROLE_BLOCK},
    {"section", ROLE_BLOCK},     {"article", ROLE_BLOCK},
    {"header", ROLE_BLOCK},      {"footer", ROLE_BLOCK},
    {"main", ROLE_BLOCK},        {"nav", ROLE_BLOCK},
    {"aside", ROLE_BLOCK},       {"figure", ROLE_BLOCK},
    {"figcaption", ROLE_BLOCK},  {"caption", ROLE_BLOCK},
    {"hr", ROLE_BLOCK},          {"body", ROLE_BLOCK},
    {"html", ROLE_BLOCK},        {"head", ROLE_BLOCK},
    {"legend", ROLE_BLOCK},      {"textarea", ROLE_PRE},
    {"h1", ROLE_PARAGRAPH},      {"h2", ROLE_PARAGRAPH},
    {"h3", ROLE_PARAGRAPH},      {"h4", ROLE_PARAGRAPH},
    {"h5", ROLE_PARAGRAPH},      {"h6", ROLE_PARAGRAPH},
    {"p", ROLE_PARAGRAPH},       {"pre", ROLE_PRE},
    {"xmp", ROLE_PRE},           {"li", ROLE_ITEM},
    {"td", ROLE_CELL},           {"th", ROLE_CELL},
    {"blockquote", ROLE_QUOTE},  {"bdo", ROLE_DOUBTFUL},
    {"marquee", ROLE_DOUBTFUL},
};

/* How programs mark quotes and signatures: by class, id, or the beginning of
 * an id.  A blockquote that only indents is taken for a quote as well: what it
 * holds is asked for again, and never counts by mistake. */
static const struct {
    enum { BY_CLASS, BY_ID, BY_ID_START } by;
    const char *name;
    enum role role;
} marks[] = {
    /* Gmail: the quote itself is a blockquote */
    {BY_CLASS, "gmail_attr", ROLE_ATTRIBUTION},
    {BY_CLASS, "gmail_signature", ROLE_SIGNATURE},
    /* Outlook: web, new, telephones; desktop by its line (html_style.c) */
    {BY_ID, "divRplyFwdMsg", ROLE_DIVIDER},
    {BY_ID, "appendonsend", ROLE_DIVIDER},
    {BY_ID, "mail-editor-reference-message-container", ROLE_DIVIDER},
    {BY_CLASS, "ms-outlook-mobile-reference-message", ROLE_DIVIDER},
    {BY_ID, "OLK_SRC_BODY_SECTION", ROLE_DIVIDER},
    {BY_CLASS, "OutlookMessageHeader", ROLE_DIVIDER},
    {BY_ID, "stopSpelling", ROLE_DIVIDER},
    {BY_ID, "Signature", ROLE_SIGNATURE},
    {BY_ID, "ms-outlook-mobile-signature", ROLE_SIGNATURE},
    {BY_CLASS, "ms-outlook-mobile-signature", ROLE_SIGNATURE},
    /* Apple Mail */
    {BY_CLASS, "AppleOriginalContents", ROLE_QUOTE},
    {BY_ID, "AppleMailSignature", ROLE_SIGNATURE},
    /* Thunderbird */
    {BY_CLASS, "moz-cite-prefix", ROLE_ATTRIBUTION},
    {BY_CLASS, "moz-email-headers-table", ROLE_DIVIDER},
    {BY_CLASS, "moz-forward-container", ROLE_DIVIDER},
    {BY_CLASS, "moz-signature", ROLE_SIGNATURE},
    /* Yahoo */
    {BY_CLASS, "yahoo_quoted", ROLE_QUOTE},
    {BY_ID_START, "yahoo_quoted", ROLE_QUOTE},
    {BY_CLASS, "yahoo-signature", ROLE_SIGNATURE},
    {BY_CLASS, "signature", ROLE_SIGNATURE},
    /* Zimbra */
    {BY_ID, "zwchr", ROLE_DIVIDER},
    /* Roundcube */
    {BY_ID, "reply-intro", ROLE_ATTRIBUTION},
    {BY_ID, "forwardbody1", ROLE_DIVIDER},
    {BY_ID, "_rc_sig", ROLE_SIGNATURE},
    /* Samsung */
    {BY_ID, "composer_signature", ROLE_SIGNATURE},
    /* Proton */
    {BY_CLASS, "protonmail_quote", ROLE_QUOTE},
    {BY_CLASS, "protonmail_signature_block", ROLE_SIGNATURE},
    /* Zoho, Tutanota */
    {BY_CLASS, "zmail_extra", ROLE_QUOTE},
    {BY_CLASS, "tutanota_quote", ROLE_QUOTE},
};

/* An open element; all but block, gap and item count for what is inside. */
struct frame {
    bool machinery; /* script, title: never anybody's words */
    bool hidden, tiny, invisible, doubtful, quote, attribution, pre;
    bool signature;
    bool block, gap;
    int color, background;
};

struct page {
    struct buf *to;
    struct buf line;    /* the line so far */
    struct sheet sheet;
    struct frame frames[LIMIT_HTML_DEPTH];
    size_t depth;
    bool space;         /* owed to the line */
    bool gap;           /* an empty line is owed */
    bool line_quote, line_attribution; /* of the line so far */
    bool divided;       /* nothing more is his own */
    bool left_out;      /* something that was written is not seen */
    size_t blanks;      /* that libxml2 was given since it last spoke */
    bool sure, stopped;
};

static const struct frame *top(const struct page *p) {
    static const struct frame bare = {.color = 0x000000,
                                      .background = 0xffffff};

    return p->depth == 0 ? &bare : &p->frames[p->depth - 1];
}

/* ---- lines --------------------------------------------------------------- */

static void put_empty_line(struct page *p, bool quote) {
    buf_puts(p->to, quote ? ">\n" : "\n");
    p->gap = false;
}

/* Writes the line so far.  White space alone is an empty line: "&nbsp;". */
static void end_line(struct page *p) {
    struct buf *line = &p->line;
    bool was_something = line->size > 0;
    bool quote = p->line_quote;

    while (line->size > 0 && line->data[line->size - 1] == ' ') {
        line->data[--line->size] = '\0';
    }
    p->space = false;
    if (line->size == 0) {
        if (was_something) {
            put_empty_line(p, quote);
        }
        return;
    }
    if (p->gap && p->to->size > 0) {
        put_empty_line(p, quote);
    }
    p->gap = false;
    if (p->line_attribution && strncmp(line->data, "--", 2) == 0 &&
        !quote) {
        buf_puts(p->to, divider);
        p->divided = true;
    } else {
        if (quote || p->line_attribution) {
            buf_puts(p->to, "> ");
        }
        buf_put(p->to, line->data, line->size);
        buf_putc(p->to, '\n');
    }
    buf_reset(line);
}

static void begin_line(struct page *p) {
    const struct frame *f = top(p);

    p->line_quote = f->quote;
    p->line_attribution = f->attribution;
}

static void break_line(struct page *p) {
    if (p->line.size == 0) {
        put_empty_line(p, top(p)->quote);
    }
    end_line(p);
}

/* A mark of its own line: inside a quote it would end what comes after it. */
static void put_mark(struct page *p, const char *mark) {
    end_line(p);
    if (!top(p)->quote && !top(p)->hidden) {
        buf_puts(p->to, mark);
        p->divided = p->divided || mark == divider;
    }
}

/* ---- words --------------------------------------------------------------- */

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Could a reader tell the letters from the paper? */
static bool is_painted_over(const struct frame *f) {
    int far = 0;

    if (f->color < 0 || f->background < 0) {
        return false;
    }
    for (int shift = 0; shift < 24; shift += 8) {
        int d = (f->color >> shift & 0xff) - (f->background >> shift & 0xff);

        far = abs(d) > far ? abs(d) : far;
    }
    return far < 32;
}

/* Words of his own that may not be seen make the whole unsure. */
static void doubt(struct page *p) {
    const struct frame *f = top(p);

    if ((f->doubtful || is_painted_over(f)) && !f->quote && !f->signature &&
        !p->divided) {
        p->sure = false;
    }
}

static void put_char(struct page *p, const char *c, size_t n) {
    if (p->line.size == 0) {
        begin_line(p);
    }
    if (p->space && p->line.size > 0) {
        buf_putc(&p->line, ' ');
    }
    p->space = false;
    buf_put(&p->line, c, n);
}

static void put_words(struct page *p, const char *text, size_t size) {
    bool doubted = false;

    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\n' && top(p)->pre) {
            break_line(p);
        } else if (is_space(text[i]) && !top(p)->pre) {
            p->space = true;
        } else if (text[i] == '\xc2' && i + 1 < size &&
                   text[i + 1] == '\xa0') {
            put_char(p, " ", 1);
            i++;
        } else if (!is_space(text[i]) || text[i] == ' ' || text[i] == '\t') {
            if (!doubted && !is_space(text[i])) {
                doubt(p);
                doubted = true;
            }
            put_char(p, text + i, 1);
        }
    }
}

/* ---- elements ------------------------------------------------------------ */

static const char *attribute(const xmlChar **attributes, const char *name) {
    for (; attributes != NULL && attributes[0] != NULL; attributes += 2) {
        if (text_equal_ci((const char *)attributes[0], name)) {
            return attributes[1] == NULL ? "" : (const char *)attributes[1];
        }
    }
    return NULL;
}

static enum role role_of_element(const char *name) {
    for (size_t i = 0; i < COUNT(elements); i++) {
        if (text_equal_ci(elements[i].name, name)) {
            return elements[i].role;
        }
    }
    return ROLE_NONE;
}

static enum role role_of_marks(const char *classes, const char *id) {
    for (size_t i = 0; i < COUNT(marks); i++) {
        const char *name = marks[i].name;

        if (marks[i].by == BY_CLASS
                ? style_has_class(classes, name)
                : id != NULL && (marks[i].by == BY_ID
                                     ? text_equal_ci(id, name)
                                     : text_starts_ci(id, name))) {
            return marks[i].role;
        }
    }
    return ROLE_NONE;
}

static void apply_role(struct frame *f, enum role role) {
    f->machinery = f->machinery || role == ROLE_HIDDEN;
    f->hidden = f->hidden || role == ROLE_HIDDEN || role == ROLE_STRUCK;
    f->quote = f->quote || role == ROLE_QUOTE;
    f->attribution = f->attribution || role == ROLE_ATTRIBUTION;
    f->signature = f->signature || role == ROLE_SIGNATURE;
    f->doubtful = f->doubtful || role == ROLE_DOUBTFUL;
    f->pre = f->pre || role == ROLE_PRE;
    f->block = f->block || (role >= ROLE_BLOCK && role <= ROLE_SIGNATURE &&
                            role != ROLE_CELL);
    f->gap = f->gap || role == ROLE_PARAGRAPH;
}

static void apply_style(struct frame *f, const struct style *s) {
    f->hidden = f->hidden || s->hidden || s->struck;
    f->doubtful = f->doubtful || s->doubtful;
    f->block = f->block || s->block;
    f->gap = f->gap && !s->margin;
    f->tiny = s->tiny >= 0 ? s->tiny == 1 : f->tiny;
    f->invisible = s->invisible >= 0 ? s->invisible == 1 : f->invisible;
    f->color = s->color != COLOR_UNSAID ? s->color : f->color;
    f->background =
        s->background != COLOR_UNSAID ? s->background : f->background;
}

/* What attributes say about it: style, and the older ones. */
static void read_style(const xmlChar **attributes, struct style *s) {
    const char *style = attribute(attributes, "style");
    const char *color = attribute(attributes, "color");
    const char *paper = attribute(attributes, "bgcolor");

    style_none(s);
    if (color != NULL) {
        s->color = style_color(color);
    }
    if (paper != NULL) {
        s->background = style_color(paper);
    }
    if (style != NULL) {
        style_read(s, style, strlen(style));
    }
    s->hidden = s->hidden || attribute(attributes, "hidden") != NULL;
}

static void begin_element(struct page *p, const char *name, struct frame *f,
                          enum role role, enum role mark,
                          const struct style *s) {
    if (f->block) {
        end_line(p);
        p->gap = p->gap || f->gap;
    }
    if (mark == ROLE_DIVIDER || s->divider) {
        put_mark(p, divider);
    } else if (mark == ROLE_SIGNATURE && !top(p)->signature) {
        put_mark(p, "-- \n");
    }
    if (role == ROLE_CELL) {
        p->space = true;
    }
    if (text_equal_ci(name, "br") && !f->hidden) {
        break_line(p);
    }
}

static void on_start(void *user, const xmlChar *xml_name,
                     const xmlChar **attributes) {
    struct page *p = user;
    const char *name = (const char *)xml_name;
    const char *classes = attribute(attributes, "class");
    const char *id = attribute(attributes, "id");
    enum role role = role_of_element(name);
    enum role mark = role_of_marks(classes, id);
    struct frame f = *top(p);
    struct style s;

    p->blanks = 0;
    if (p->depth == LIMIT_HTML_DEPTH) {
        p->stopped = true;
        return;
    }
    f.block = f.gap = false;
    apply_role(&f, role);
    apply_role(&f, mark);
    read_style(attributes, &s);
    apply_style(&f, &s);
    if (style_has_class(classes, "MsoNormal")) {
        f.gap = false; /* its margin is nought, says a style sheet */
    }
    f.doubtful =
        f.doubtful || sheet_selects(&p->sheet, name, classes, id);
    begin_element(p, name, &f, role, mark, &s);
    p->frames[p->depth++] = f;
    if (role == ROLE_ITEM && !f.hidden) {
        put_char(p, "- ", 2);
    }
}

static void on_end(void *user, const xmlChar *name) {
    struct page *p = user;
    const struct frame *f = top(p);

    (void)name;
    p->blanks = 0;
    if (p->depth == 0 || p->stopped) {
        return;
    }
    if (f->block) {
        end_line(p);
        p->gap = p->gap || f->gap;
    }
    p->depth--;
}

static void on_text(void *user, const xmlChar *text, int size) {
    struct page *p = user;
    const struct frame *f = top(p);

    p->blanks = 0;
    if (size <= 0 || p->stopped) {
        return;
    }
    if (!f->hidden && !f->tiny && !f->invisible) {
        put_words(p, (const char *)text, (size_t)size);
    } else if (!f->machinery) {
        for (int i = 0; i < size && !p->left_out; i++) {
            p->left_out = !is_space((char)text[i]);
        }
    }
}

/* ---- the whole ----------------------------------------------------------- */

/* All style sheets first: one may stand below what it hides. */
static void read_sheets(struct page *p, const char *html) {
    const char *at = html, *end;

    while ((at = text_find_ci(at, "<style")) != NULL) {
        at += strcspn(at, ">");
        end = text_find_ci(at, "</style");
        end = end == NULL ? at + strlen(at) : end;
        sheet_read(&p->sheet, at, (size_t)(end - at));
        at = end;
    }
}

/* libxml2 stops behind the end of the page, where mail programs go on: what
 * gateways add stands there.  So the page's own ends are made unknown ones, and
 * stand in a page of ours. */
static void take_ends_away(char *html) {
    for (char *at = html; (at = strstr(at, "</")) != NULL; at += 2) {
        if (text_starts_ci(at, "</html") || text_starts_ci(at, "</body")) {
            at[2] = 'x';
        }
    }
}

/* What libxml2 asks for when it has read all it had. */
struct source {
    struct page *page;
    const char *at;
    size_t left;
};

/* Its work grows with the square of the attributes of a tag, and while it reads
 * one it tells us nothing: so the blanks and quotes since it last spoke are
 * counted, of which every attribute needs one. */
static int on_read(void *user, char *to, int room) {
    struct source *s = user;
    size_t n = s->left < (size_t)room ? s->left : (size_t)room;

    for (size_t i = 0; i < n; i++) {
        s->page->blanks += is_space(s->at[i]) || s->at[i] == '"' ||
                           s->at[i] == '\'';
    }
    s->page->stopped =
        s->page->stopped || s->page->blanks > LIMIT_HTML_BLANKS;
    if (s->page->stopped) {
        return 0; /* here it ends */
    }
    memcpy(to, s->at, n);
    s->at += n;
    s->left -= n;
    return (int)n;
}

/* False when the page was not read to its end. */
static bool feed(struct page *p, const char *html, size_t size) {
    static const xmlSAXHandler handler = {.startElement = on_start,
                                          .endElement = on_end,
                                          .characters = on_text,
                                          .ignorableWhitespace = on_text,
                                          .cdataBlock = on_text};
    struct source source = {.page = p, .at = html, .left = size};
    htmlParserCtxtPtr ctxt = htmlNewParserCtxt();

    if (ctxt == NULL) {
        return false;
    }
    *ctxt->sax = handler;
    ctxt->userData = p;
    (void)htmlCtxtReadIO(ctxt, on_read, NULL, &source, NULL, "UTF-8",
                         HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
                             HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                             HTML_PARSE_IGNORE_ENC);
    htmlFreeParserCtxt(ctxt);
    end_line(p);
    return !p->stopped && source.left == 0;
}

bool html_to_text(struct buf *to, const char *html, size_t size,
                  bool *left_out_r) {
    static const char ours[] = "<html><body>";
    struct page *p = xcalloc(1, sizeof *p);
    struct buf page, text;
    bool sure, cut = size > LIMIT_MAIL_TEXT;

    size = cut ? LIMIT_MAIL_TEXT : size;
    buf_init(&page, 3 * size + sizeof ours);
    buf_init(&text, 4 * size + 64);
    buf_init(&p->line, LINE_MAX_TEXT);
    p->to = &text;
    p->sure = true;
    buf_puts(&page, ours);
    (void)clean_text(&page, html, size); /* what it replaces is seen */
    take_ends_away(page.data);
    read_sheets(p, page.data);
    cut = !feed(p, page.data, page.size) || cut;
    cut = cut || text.overflow || p->line.overflow;
    sure = p->sure && (!cut || p->divided);
    if (left_out_r != NULL) {
        *left_out_r = p->left_out;
    }
    (void)clean_text(to, text.data, text.size); /* "&#x202e;" */
    buf_free(&p->line);
    buf_free(&text);
    buf_free(&page);
    free(p);
    return sure && !to->overflow;
}

void html_warm_up(void) {
    static const char page[] =
        "<html><head><style>p{color:red}</style></head><body>"
        "<p class=a>&eacute;&#233;<br><blockquote>x</blockquote></html>";
    struct buf text;

    xmlInitParser();
    buf_init(&text, 1024);
    (void)html_to_text(&text, page, sizeof page - 1, NULL);
    buf_free(&text);
}
