/* Any header and claims, signed by the provider: what is accepted says what it must. */
#include "common/base/json_read.h"
#include "rp/flows/fuzz/fuzz_client.h"
#include "rp/flows/id_token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct flow {
    str token;
    json_t *claims;
};

static const struct id_token_expected expected = {.nonce = {"n-1", 3},
                                                  .nonce_required = true,
                                                  .access_token = {"access", 6},
                                                  .code = {"code", 4},
                                                  .max_age = 300};

static err start(struct hk_op *op) {
    struct flow *flow = op->flow;
    return id_token_push(op, flow->token, &expected, &flow->claims);
}

static bool has_us(const json_t *aud) {
    bool found = str_eq(str_from(json_string_value(aud)), S("app"));
    for (size_t i = 0; i < json_array_size(aud); i++)
        found = found || str_eq(str_from(json_string_value(json_array_get(aud, i))), S("app"));
    return found;
}

static void must_hold(const json_t *claims) {
    double exp = json_number_value(json_object_get(claims, "exp"));
    double iat = json_number_value(json_object_get(claims, "iat"));
    double auth_time = json_number_value(json_object_get(claims, "auth_time"));
    str sub = json_read_str(claims, "sub");
    assert(str_eq(json_read_str(claims, "iss"), S(FUZZ_ISSUER)));
    assert(str_eq(json_read_str(claims, "nonce"), S("n-1")));
    assert(has_us(json_object_get(claims, "aud")));
    assert(exp > FUZZ_NOW - 60 && exp < 253402300800.0 && iat >= 0 && iat < FUZZ_NOW + 61);
    assert(auth_time >= FUZZ_NOW - 360 && auth_time < FUZZ_NOW + 61);
    assert(sub.n >= 1 && sub.n <= 255);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new((size_t)1 << 24);
    struct hk_op *op = op_new(fuzz_client(), start, sizeof(struct flow));
    struct flow *flow = op->flow;
    hk_http http;
    flow->token = fuzz_token(arena, str_of((const char *)data, size));
    int code = hk_op_next(op, &http, NULL);
    while (code == HK_PENDING) { /* a source of claims, of the provider's own host */
        assert(fuzz_is_provider(http.url));
        int fed = hk_op_feed(op, 500, (hk_str){"", 0}, (hk_str){"", 0}, 0);
        assert(fed == HK_OK);
        code = hk_op_next(op, &http, NULL);
    }
    if (code == HK_OK)
        must_hold(flow->claims);
    hk_op_free(op);
    arena_free(arena);
    return 0;
}
