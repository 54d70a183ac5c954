/* A query or form body: what is parsed, written and parsed again is the same. */
#include <assert.h>

#include "common/base/form.h"
#include "common/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void assert_sound(const struct form *form) {
    assert(form->n <= FORM_MAX_PARAMS);
    for (size_t i = 0; i < form->n; i++) {
        const struct form_param *param = &form->list[i];
        bool later = false;
        for (size_t k = i + 1; k < form->n; k++)
            later = later || str_eq(form->list[k].name, param->name);
        assert(param->value.n > 0 && param->repeated == later);
        assert(utf8_valid(param->name) && utf8_valid(param->value));
        assert(str_find(param->value, '\0') == param->value.n);
        assert(str_find(param->name, '\0') == param->name.n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(16 * 1024 * 1024);
    struct form form, again;
    str text;
    err e = form_parse(arena, str_of((const char *)data, size), &form);
    assert(err_is(e, E_ok) || err_is(e, E_invalid_request));
    if (!failed(e)) {
        assert_sound(&form);
        e = form_write(arena, form.list, form.n, &text);
        assert(!failed(e));
        e = form_parse(arena, text, &again);
        assert(!failed(e) && again.n == form.n);
        for (size_t i = 0; i < form.n; i++)
            assert(str_eq(form.list[i].name, again.list[i].name) &&
                   str_eq(form.list[i].value, again.list[i].value));
        bool repeats = failed(form_unique(&form, STR_ABSENT));
        assert(repeats == failed(form_unique(&again, STR_ABSENT)));
    }
    arena_free(arena);
    return 0;
}
