#include "common/base/form.h"

#include "common/base/percent.h"

enum { FORM_MAX_TEXT = 256 * 1024 };

static size_t count_parts(str text) {
    size_t n = text.n ? 1 : 0;
    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '&';
    return n;
}

static void note_repetition(struct form *form, const struct form_param *param) {
    for (size_t i = 0; i < form->n; i++)
        if (str_eq(form->list[i].name, param->name))
            form->list[i].repeated = true;
}

static err decode_part(struct arena *arena, str part, struct form_param *out) {
    size_t equals = str_find(part, '=');
    err name = percent_decode_form(arena, str_head(part, equals), &out->name);
    err value = percent_decode_form(arena, str_from_pos(part, equals + 1), &out->value);
    bool bad = err_is(name, E_bad_request) || err_is(value, E_bad_request);
    REQUIRE(!bad, invalid_request, "a parameter is not properly encoded UTF-8 text");
    TRY(name);
    return value;
}

err form_parse(struct arena *arena, str text, struct form *out) {
    *out = (struct form){0};
    size_t parts = count_parts(text);
    REQUIRE(parts <= FORM_MAX_PARAMS, invalid_request, "there are too many parameters");
    out->list = arena_array(arena, parts, sizeof *out->list);
    REQUIRE(out->list, no_memory, "the request needs more memory than it may have");
    str part;
    while (str_next(&text, '&', &part)) {
        struct form_param param = {0};
        if (part.n == 0)
            continue;
        TRY(decode_part(arena, part, &param));
        if (param.value.n == 0) /* RFC 6749 3.1: as if it were omitted */
            continue;
        note_repetition(out, &param);
        out->list[out->n++] = param;
    }
    return OK;
}

str form_get(const struct form *form, str name) {
    for (size_t i = 0; i < form->n; i++)
        if (str_eq(form->list[i].name, name))
            return form->list[i].value;
    return STR_ABSENT;
}

err form_unique(const struct form *form, str may_repeat) {
    for (size_t i = 0; i < form->n; i++)
        REQUIRE(!form->list[i].repeated || str_has_word(may_repeat, form->list[i].name),
                invalid_request, "a parameter is repeated: send each one once");
    return OK;
}

err form_write(struct arena *arena, const struct form_param *list, size_t n, str *out) {
    struct buf buf = buf_in(arena, FORM_MAX_TEXT);
    for (size_t i = 0; i < n; i++) {
        if (!str_present(list[i].value))
            continue;
        if (buf.n)
            buf_add_c(&buf, '&');
        percent_add(&buf, list[i].name);
        buf_add_c(&buf, '=');
        percent_add(&buf, list[i].value);
    }
    return buf_str(&buf, out);
}
