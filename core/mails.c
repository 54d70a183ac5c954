#include "core/mails.h"

#include "common/base/buf.h"

enum { MAX_TEXT = 8192 };

static const struct {
    str subject, text;
} mails[] = {
#define MAIL_TEXT(kind, subject, text) [MAIL_##kind] = {S_INIT(subject), S_INIT(text)},
#include "core/mails.def"
#undef MAIL_TEXT
};

static err fill(struct arena *arena, str text, str detail, str *out) {
    size_t at = str_find_str(text, S("%s"));
    return STR_JOIN(arena, out, str_head(text, at), at < text.n ? detail : S(""),
                    str_from_pos(text, at + 2));
}

/* The details are ours (digits, a link of our issuer) or an address, the rest are literals: nothing
 * to escape but '&'. */
static void add_escaped(struct buf *out, str line) {
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] == '&')
            buf_add(out, S("&amp;"));
        else
            buf_add_c(out, line.p[i]);
}

static void add_detail(struct buf *out, str line) {
    bool code = str_find(line, '@') == line.n;
    buf_add(out, code ? S("<p style=\"font-size:28px;letter-spacing:4px\"><b>") : S("<p><b>"));
    add_escaped(out, line);
    buf_add(out, S("</b></p>\n"));
}

static void add_html_line(struct buf *out, str line, str detail) {
    bool is_detail = str_present(detail) && str_eq(line, detail);
    bool link = is_detail && str_starts(line, S("http"));
    if (link)
        buf_addf(out, "<p><a href=\"%.*s\">%.*s</a></p>\n", STR_FMT(line), STR_FMT(line));
    else if (is_detail)
        add_detail(out, line);
    else
        buf_addf(out, "<p>%.*s</p>\n", STR_FMT(line));
}

static err html_of(struct arena *arena, str text, str detail, str *out) {
    struct buf buf = buf_in(arena, MAX_TEXT);
    str line;
    buf_add(&buf,
            S("<!doctype html><html lang=\"en\"><body style=\"font:16px/1.5 sans-serif\">\n"));
    while (str_next(&text, '\n', &line))
        if (line.n)
            add_html_line(&buf, line, detail);
    buf_add(&buf, S("<p>HitKey</p></body></html>"));
    return buf_str(&buf, out);
}

err mails_write(const struct core *core, struct arena *arena, enum mail_kind kind, str to,
                str detail, str *sealed) {
    str text, html;
    TRY(fill(arena, mails[kind].text, detail, &text));
    TRY(html_of(arena, text, detail, &html));
    TRY(STR_JOIN(arena, &text, text, S("\n\nHitKey\n")));
    const struct mail mail = {.to = to, .subject = mails[kind].subject, .text = text, .html = html};
    return outbox_seal(core, arena, &mail, sealed);
}
