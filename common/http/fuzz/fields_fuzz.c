/* A JSON body against a table of every type: what was read keeps its promises, what was refused
 * says why. */
#include <assert.h>

#include "common/base/utf8.h"
#include "common/http/email.h"
#include "common/http/fields.h"

struct sample {
    str text, email, url, digits, word, object, list;
    bool flag;
};

static const struct field table[] = {
    {"text", FIELD_TEXT, FIELD_REQUIRED, 1, 10, offsetof(struct sample, text), NULL},
    {"email", FIELD_EMAIL, FIELD_NULLABLE, 0, 254, offsetof(struct sample, email), NULL},
    {"url", FIELD_URL, 0, 0, 100, offsetof(struct sample, url), NULL},
    {"digits", FIELD_DIGITS, 0, 6, 6, offsetof(struct sample, digits), NULL},
    {"word", FIELD_WORD, 0, 0, 0, offsetof(struct sample, word), "one two"},
    {"object", FIELD_OBJECT, 0, 0, 50, offsetof(struct sample, object), NULL},
    {"list", FIELD_LIST, FIELD_NULLABLE, 0, 50, offsetof(struct sample, list), NULL},
    {"flag", FIELD_BOOL, 0, 0, 0, offsetof(struct sample, flag), NULL},
};
enum { ROWS = sizeof table / sizeof *table };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct sample *in, const enum field_state *states) {
    assert(states[0] == FIELD_SET && utf8_length(in->text) >= 1 && utf8_length(in->text) <= 10);
    assert(states[1] != FIELD_SET || email_valid(in->email));
    assert(states[3] != FIELD_SET || in->digits.n == 6);
    assert(states[4] != FIELD_SET || str_has_word(S("one two"), in->word));
    assert(states[5] != FIELD_SET || in->object.n <= 50);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(1024 * 1024);
    struct request rq = {.arena = arena, .body = str_of((const char *)data, size)};
    struct response rs = {.status = 200};
    struct sample in = {0};
    enum field_state states[ROWS];
    err e = fields_read_states(&rq, table, ROWS, &in, states);
    assert(err_is(e, E_ok) || err_is(e, E_validation) || err_is(e, E_bad_request));
    assert(err_is(e, E_validation) == (rq.field_error_count > 0));
    if (!failed(e))
        check(&in, states);
    else
        render_api_error(&rq, e, &rs);
    arena_free(arena);
    return 0;
}
