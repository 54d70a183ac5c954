#include "common/text/template.h"

#include <assert.h>

#include "common/text/sentence.h"

static const struct template_value none = {.name = ""};

const struct template_value *template_lookup(const struct template_scope *scope, str name) {
    for (; scope; scope = scope->outer)
        for (size_t i = 0; i < scope->n; i++)
            if (str_eq(str_from(scope->values[i].name), name))
                return &scope->values[i];
    return NULL;
}

static bool is_there(const struct template_value *value) {
    return value->text.n > 0 || value->row_count > 0;
}

void template_escape(struct buf *out, str text) {
    for (size_t i = 0; i < text.n; i++) {
        switch (text.p[i]) {
        case '&':
            buf_add(out, S("&amp;"));
            break;
        case '<':
            buf_add(out, S("&lt;"));
            break;
        case '>':
            buf_add(out, S("&gt;"));
            break;
        case '"':
            buf_add(out, S("&quot;"));
            break;
        case '\'':
            buf_add(out, S("&#39;"));
            break;
        default:
            buf_add_c(out, text.p[i]);
        }
    }
}

/* Takes "{{…}}" off the front of *rest (which starts with it) and gives its sigil and name. */
static char take_tag(str *rest, str *name) {
    size_t end = str_find_str(*rest, S("}}"));
    assert(end < rest->n);
    str inside = str_from_pos(str_head(*rest, end), 2);
    *rest = str_from_pos(*rest, end + 2);
    char sigil = inside.n ? inside.p[0] : '\0';
    bool has_sigil = sigil == '#' || sigil == '^' || sigil == '/' || sigil == '>';
    *name = has_sigil ? str_from_pos(inside, 1) : inside;
    return has_sigil ? sigil : '=';
}

/* Takes the inside of a section off the front of *rest, up to and with its {{/name}}. Sections of
 * one name do not nest. */
static str take_section(str *rest, str name) {
    for (size_t at = 0; at < rest->n; at++) {
        str tail = str_from_pos(*rest, at);
        if (!str_starts(tail, S("{{/")))
            continue;
        str closing;
        take_tag(&tail, &closing);
        if (!str_eq(closing, name))
            continue;
        str inside = str_head(*rest, at);
        *rest = tail;
        return inside;
    }
    assert(false && "a section of a template is not closed");
    return STR_ABSENT;
}

static void render_section(struct buf *out, str inside, const struct template_value *value,
                           const struct template_scope *scope) {
    if (value->row_count == 0) {
        template_render(out, inside, scope);
        return;
    }
    for (size_t i = 0; i < value->row_count; i++) {
        struct template_scope row = value->rows[i];
        row.outer = scope;
        template_render(out, inside, &row);
    }
}

static void render_value(struct buf *out, const struct template_value *value,
                         const struct template_scope *scope) {
    str text = value->text;
    if (value->plural && failed(sentence_fill(out->arena, value, scope, &text)))
        out->failed = true;
    else
        template_escape(out, text);
}

static void render_tag(struct buf *out, char sigil, str name, str *rest,
                       const struct template_scope *scope) {
    const struct template_value *found = template_lookup(scope, name);
    const struct template_value *value = found ? found : &none;
    assert(found || !str_starts(name, S("t."))); /* a sentence that there is not */
    if (sigil == '=') {
        render_value(out, value, scope);
        return;
    }
    if (sigil == '>') {
        template_render(out, value->text, scope);
        return;
    }
    assert(sigil != '/');
    str inside = take_section(rest, name);
    if (is_there(value) == (sigil == '#'))
        render_section(out, inside, value, scope);
}

void template_render(struct buf *out, str template_text, const struct template_scope *scope) {
    str rest = template_text;
    while (rest.n) {
        size_t at = str_find_str(rest, S("{{"));
        buf_add(out, str_head(rest, at));
        rest = str_from_pos(rest, at);
        if (rest.n == 0)
            return;
        str name;
        char sigil = take_tag(&rest, &name);
        render_tag(out, sigil, name, &rest, scope);
    }
}
