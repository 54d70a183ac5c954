/* The query of a callback, in which each '$' is the state of a sign-in that has begun: the code
 * goes to the provider only when the answer has that state, a code, and no error or other issuer.
 */
#include "rp/flows/fuzz/fuzz_client.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void assert_fits(struct arena *arena, const char *query, const struct fuzz_begun *begun) {
    struct form form;
    bool mark = *query == '?' || *query == '#';
    err e = form_parse(arena, str_from(query + mark), &form);
    assert(!failed(e));
    str iss = form_get(&form, S("iss"));
    assert(str_eq(form_get(&form, S("state")), begun->state));
    assert(str_present(form_get(&form, S("code"))) && !str_present(form_get(&form, S("error"))));
    assert(!str_present(form_get(&form, S("id_token"))));
    assert(!str_present(iss) || str_eq(iss, S(FUZZ_ISSUER)));
    e = form_unique(&form, STR_ABSENT);
    assert(!failed(e));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char refusal[] = "{\"error\":\"invalid_grant\"}";
    struct arena *arena = arena_new(8 << 20);
    const struct fuzz_begun begun = fuzz_begin(arena, NULL);
    const char *query = fuzz_filled(arena, data, size, begun.state);
    const hk_callback callback = {sizeof callback, query, begun.cookie.p, HK_VIA_QUERY};
    hk_op *op = hk_finish_op(fuzz_client(), &callback);
    hk_error e = HK_ERROR_INIT;
    hk_http http;
    int code, asked = 0;
    while ((code = hk_op_next(op, &http, &e)) == HK_PENDING) {
        assert(fuzz_is_provider(http.url) && asked == 0);
        asked++;
        assert_fits(arena, query, &begun);
        int fed = hk_op_feed(op, 400, (hk_str){"", 0}, (hk_str){refusal, sizeof refusal - 1}, 0);
        assert(fed == HK_OK);
    }
    assert(code < 0 && e.code == code && e.msg[0]);
    for (size_t i = 0; e.oauth[i]; i++)
        assert(e.oauth[i] >= 0x20 && e.oauth[i] <= 0x7e);
    hk_op_free(op);
    arena_free(arena);
    return 0;
}
