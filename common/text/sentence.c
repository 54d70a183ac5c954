#include "common/text/sentence.h"

#include <assert.h>

enum { SENTENCE_MAX = 16 * 1024 };

static void add_form(struct buf *out, const struct template_value *number, str forms,
                     plural_fn *plural) {
    int64_t n = 0;
    str form;
    err e = str_to_int(number->text, INT64_MAX, &n);
    assert(!failed(e));
    for (size_t skip = plural(n); str_next(&forms, '|', &form);) {
        if (skip-- > 0)
            continue;
        buf_add(out, form);
        return;
    }
    assert(false && "a sentence lacks a plural form");
}

/* `inside` stood between braces. */
static void add_value(struct buf *out, str inside, plural_fn *plural,
                      const struct template_scope *scope) {
    size_t colon = str_find(inside, ':');
    const struct template_value *value = template_lookup(scope, str_head(inside, colon));
    assert(value && "a sentence names what is not there");
    if (colon < inside.n)
        add_form(out, value, str_from_pos(inside, colon + 1), plural);
    else
        buf_add(out, value->text);
}

err sentence_fill(struct arena *arena, const struct template_value *sentence,
                  const struct template_scope *scope, str *out) {
    struct buf filled = buf_in(arena, SENTENCE_MAX);
    str rest = sentence->text;
    for (;;) {
        size_t open = str_find(rest, '{');
        buf_add(&filled, str_head(rest, open));
        if (open == rest.n)
            return buf_str(&filled, out);
        rest = str_from_pos(rest, open + 1);
        size_t close = str_find(rest, '}');
        assert(close < rest.n);
        add_value(&filled, str_head(rest, close), sentence->plural, scope);
        rest = str_from_pos(rest, close + 1);
    }
}
