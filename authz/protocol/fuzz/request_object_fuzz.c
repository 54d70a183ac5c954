/* The claims of a request object, and the token around it when nobody signed it. Whatever they are:
 * what is taken has parameters as a form has them, for this client and without another object. */
#include <assert.h>

#include "authz/protocol/authorization_request.h"
#include "authz/protocol/request_object_claims.h"
#include "authz/protocol/unsigned_jwt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_refusal(err e) {
    for (const char *p = e.why; p && *p; p++)
        assert(*p >= 0x20 && *p < 0x7f && *p != '"' && *p != '\\');
}

static void check_form(struct arena *arena, const struct form *form) {
    struct authorization_request rq;
    str text;
    assert(str_eq(form_get(form, S("client_id")), S("app")));
    assert(!str_present(form_get(form, S("request"))));
    assert(!str_present(form_get(form, S("request_uri"))));
    err unique = form_unique(form, STR_ABSENT);
    assert(!failed(unique));
    for (size_t i = 0; i < form->n; i++)
        assert(form->list[i].value.n > 0);
    authorization_request_read(form, &rq);
    err e = authorization_request_write(arena, &rq, &text);
    assert(!failed(e) || err_is(e, E_invalid_request) || err_is(e, E_no_memory));
}

static void merge(struct arena *arena, str text) {
    static const struct request_object_rules rules = {S_INIT("app"), S_INIT("https://id.example"),
                                                      1700000000};
    struct form outside, form;
    AUTO(json_ref) claims = NULL;
    err e = form_parse(arena, S("client_id=app&response_type=code&state=s&request=x"), &outside);
    assert(!failed(e));
    if (failed(json_read_object(text, &claims)))
        return;
    e = request_object_claims_merge(arena, claims, &rules, &outside, &form);
    if (failed(e))
        check_refusal(e);
    else
        check_form(arena, &form);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(8 << 20);
    str text = str_of((const char *)data, size), payload;
    merge(arena, text);
    err e = unsigned_jwt_payload(arena, text, &payload);
    check_refusal(e);
    assert(failed(e) || unsigned_jwt_is(arena, text));
    if (!failed(e))
        merge(arena, payload);
    arena_free(arena);
    return 0;
}
