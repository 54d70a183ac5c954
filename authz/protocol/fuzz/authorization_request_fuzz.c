/* The text of an authorization request. Whatever it is: a good one goes through the pages
 * unchanged, a refused one is told of in characters that a header may hold. */
#include <assert.h>

#include "authz/protocol/authorization_request.h"
#include "authz/protocol/prompt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static err read_request(struct arena *arena, str text, bool public_client,
                        struct authorization_request *rq) {
    struct form form;
    TRY(form_parse(arena, text, &form));
    authorization_request_read(&form, rq);
    return authorization_request_check(&form, public_client, rq);
}

static void check_refusal(err e) {
    for (const char *p = e.why; *p; p++)
        assert(*p >= 0x20 && *p < 0x7f && *p != '"' && *p != '\\');
}

static void check_round_trip(struct arena *arena, const struct authorization_request *rq,
                             bool public_client) {
    struct authorization_request again;
    str text, once_more, scope;
    if (failed(authorization_request_write(arena, rq, &text)))
        return;
    assert(!failed(read_request(arena, text, public_client, &again)));
    assert(!failed(authorization_request_write(arena, &again, &once_more)));
    assert(str_eq(text, once_more) && str_eq(rq->state, again.state));
    assert(rq->prompts == again.prompts && rq->max_age_s == again.max_age_s);
    assert(!(rq->prompts & PROMPT_NONE) || rq->prompts == PROMPT_NONE);
    if (!failed(authorization_request_scope(arena, rq, S("openid email"), &scope)))
        assert(str_has_word(scope, S("openid")) || str_has_word(scope, S("email")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    for (int public_client = 0; public_client < 2; public_client++) {
        struct authorization_request rq;
        struct arena *arena = arena_new(4 << 20);
        err e = read_request(arena, str_of((const char *)data, size), public_client == 1, &rq);
        if (failed(e))
            check_refusal(e);
        else
            check_round_trip(arena, &rq, public_client == 1);
        arena_free(arena);
    }
    return 0;
}
