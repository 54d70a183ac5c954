/* The text of a `claims` parameter. Whatever it is: a good one asks only for claims that there are,
 * and a refusal is told of in characters that a header may hold. */
#include <assert.h>

#include "authz/protocol/claims.h"
#include "authz/protocol/claims_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_names(str names) {
    str name;
    while (str_next(&names, ' ', &name))
        assert(str_present(claims_scope_of(name)));
}

static void check(struct arena *arena, const struct claims_request *claims) {
    str words;
    check_names(claims->userinfo);
    check_names(claims->id_token);
    assert(claims->sub_count <= CLAIMS_REQUEST_VALUES);
    assert(!claims->acr_essential || str_present(claims->acr));
    assert(!failed(claims_request_consent(arena, claims, S("openid email"), &words)));
    assert(!str_has_word(words, S("claim:email")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(1 << 20);
    struct claims_request claims;
    err e = claims_request_parse(arena, str_of((const char *)data, size), &claims);
    if (!failed(e))
        check(arena, &claims);
    for (const char *p = e.why; p && *p; p++)
        assert(*p >= 0x20 && *p < 0x7f && *p != '"' && *p != '\\');
    arena_free(arena);
    return 0;
}
