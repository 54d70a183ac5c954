/* A Cookie header, in which each '$' is the cookie of a sign-in that has begun: the sign-in goes on
 * only when that cookie is in it, whole. The header is given to hk_begin_with too: what ends old
 * sign-ins is one header line. */
#include "rp/flows/fuzz/fuzz_client.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void assert_ends_are_lines(const char *cookies) {
    const hk_auth auth = {.size = sizeof auth, .cookie = cookies};
    hk_login *login;
    int code = hk_begin_with(fuzz_client(), &auth, &login, NULL);
    assert(code == HK_OK);
    for (size_t i = 0; hk_login_old_cookie(login, i).p; i++) {
        const char *end = hk_login_old_cookie(login, i).p;
        assert(i < 32 && strstr(end, "Max-Age=0"));
        for (const char *p = end; *p; p++)
            assert(*p >= 0x20 && *p <= 0x7e);
    }
    hk_login_free(login);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(8 << 20);
    const struct fuzz_begun begun = fuzz_begin(arena, NULL);
    const char *cookies = fuzz_filled(arena, data, size, begun.cookie);
    str query;
    err made = STR_JOIN(arena, &query, S("code=c&state="), begun.state);
    assert(!failed(made));
    const hk_callback callback = {sizeof callback, query.p, cookies, HK_VIA_QUERY};
    hk_op *op = hk_finish_op(fuzz_client(), &callback);
    hk_http http;
    int code = hk_op_next(op, &http, NULL);
    assert(code == HK_PENDING || code == HK_E_STATE || code == HK_E_TOO_LARGE);
    assert(code != HK_PENDING || strstr(cookies, begun.cookie.p));
    hk_op_free(op);
    assert_ends_are_lines(cookies);
    arena_free(arena);
    return 0;
}
