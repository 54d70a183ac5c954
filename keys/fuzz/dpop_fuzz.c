/* A DPoP proof from anybody, and claims from anybody under a right signature: what is taken is what
 * was asked for. */
#include <assert.h>

#include "keys/dpop.h"
#include "keys/jws.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct jwk *key;
static const struct dpop_expected expected = {.method = S_INIT("POST"),
                                              .url = S_INIT("https://as.example/token"),
                                              .now = 1800000000,
                                              .max_age = 60,
                                              .leeway = 5};

static void take(struct arena *arena, str proof) {
    struct dpop out, again;
    struct dpop_expected e = expected;
    err got = dpop_verify(proof, &e, arena, &out);
    assert(failed(got) == !str_present(out.jti));
    if (failed(got)) {
        assert(err_is(got, E_invalid_dpop_proof));
        return;
    }
    assert(out.jti.n > 0 && out.jti.n <= DPOP_MAX_JTI && out.jkt.n == 43);
    assert(out.alg != JOSE_NONE && !jose_alg_is_hmac(out.alg));
    assert(out.iat >= e.now - e.max_age && out.iat <= e.now + e.leeway);
    e.jkt = out.jkt;
    got = dpop_verify(proof, &e, arena, &again);
    assert(!failed(got) && str_eq(again.jti, out.jti));
    e.jkt = S("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    got = dpop_verify(proof, &e, arena, &again);
    assert(err_is(got, E_invalid_token));
    e = expected;
    e.nonces = S("a-nonce");
    got = dpop_verify(proof, &e, arena, &again);
    assert(failed(got) != str_eq(out.nonce, e.nonces));
    e.now += 3600;
    got = dpop_verify(proof, &e, arena, &again);
    assert(err_is(got, E_invalid_dpop_proof));
}

static void sign_and_take(struct arena *arena, str claims) {
    struct jws_header header = {.alg = JOSE_EdDSA, .typ = S("dpop+jwt")};
    str proof;
    err e = jwk_bare_json(key, arena, &header.jwk);
    assert(!failed(e));
    e = jws_sign_header(key, &header, claims, arena, &proof);
    assert(!failed(e));
    take(arena, proof);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!key) {
        err e = jwk_generate(JOSE_EdDSA, &key);
        assert(!failed(e));
    }
    struct arena *arena = arena_new(16 * 1024 * 1024);
    str text = str_of((const char *)data, size);
    take(arena, text);
    if (size > 0)
        sign_and_take(arena, text);
    arena_free(arena);
    return 0;
}
