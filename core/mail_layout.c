#include "core/mail_layout.h"

#include "common/text/embedded.h"
#include "common/text/template.h"

enum {
    MAX_TEXT = 64 * 1024,
    ROWS = sizeof((struct mail_layout *)0)->rows / sizeof(struct mail_row)
};

extern const struct embedded_file mail_layout_files[];

static void add_paragraph(struct buf *out, str text) {
    if (str_present(text))
        buf_addf(out, "%.*s\n\n", STR_FMT(text));
}

err mail_layout_text(struct arena *arena, const struct mail_layout *layout, str *out) {
    struct buf text = buf_in(arena, MAX_TEXT);
    add_paragraph(&text, layout->hello);
    add_paragraph(&text, layout->lead);
    for (size_t i = 0; i < ROWS; i++)
        if (str_present(layout->rows[i].value))
            buf_addf(&text, "%.*s: %.*s\n\n", STR_FMT(layout->rows[i].label),
                     STR_FMT(layout->rows[i].value));
    add_paragraph(&text, layout->code);
    add_paragraph(&text, layout->link);
    add_paragraph(&text, layout->hint);
    add_paragraph(&text, layout->note);
    buf_addf(&text, "HitKey\n\n%.*s\n", STR_FMT(layout->footer));
    return buf_str(&text, out);
}

/* A template_value of a row; a row's own two follow. */
#define VALUE(member)                                                                              \
    { .name = #member, .text = layout->member }

err mail_layout_html(struct arena *arena, const struct mail_layout *layout, str *out) {
    struct template_value pairs[ROWS][2];
    struct template_scope rows[ROWS];
    size_t n = 0;
    for (size_t i = 0; i < ROWS; i++) {
        if (!str_present(layout->rows[i].value))
            continue;
        pairs[n][0] = (struct template_value){.name = "label", .text = layout->rows[i].label};
        pairs[n][1] = (struct template_value){.name = "value", .text = layout->rows[i].value};
        rows[n] = (struct template_scope){pairs[n], 2, NULL};
        n++;
    }
    const struct template_value values[] = {
        {.name = "language", .text = language_tag(layout->language)},
        {.name = "direction", .text = language_direction(layout->language)},
        {.name = "rows", .rows = rows, .row_count = n},
        VALUE(subject),
        VALUE(hello),
        VALUE(lead),
        VALUE(code),
        VALUE(link),
        VALUE(button),
        VALUE(link_label),
        VALUE(hint),
        VALUE(note),
        VALUE(footer)};
    const struct template_scope scope = {values, sizeof values / sizeof values[0], NULL};
    struct buf html = buf_in(arena, MAX_TEXT);
    template_render(&html, str_of((const char *)mail_layout_files[0].bytes, mail_layout_files[0].n),
                    &scope);
    return buf_str(&html, out);
}
