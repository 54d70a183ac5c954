/* A token from anybody: what is taken apart is put together again the same, and nothing verifies
 * that the key did not sign. */
#include <assert.h>

#include "common/base/base64url.h"
#include "keys/jws.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct jwk *keys[4];
enum { KEYS = sizeof keys / sizeof *keys };

static void make_keys(void) {
    static const uint8_t bytes[64] = {42, 7};
    static const enum jose_alg algs[] = {JOSE_HS256, JOSE_HS512, JOSE_ES256, JOSE_EdDSA};
    for (size_t i = 0; i < KEYS; i++) {
        err e = i < 2 ? jwk_from_secret((secret){bytes, sizeof bytes}, algs[i], &keys[i])
                      : jwk_generate(algs[i], &keys[i]);
        assert(!failed(e));
    }
}

/* The one text of a part is the one that was sent. */
static void assert_same(struct arena *arena, str part, str bytes) {
    str text;
    err e = base64url_encode(arena, bytes, &text);
    assert(!failed(e) && str_eq(text, part));
}

static void take_apart(struct arena *arena, str token) {
    AUTO(jws_ref) jws = {0};
    err e = jws_parse(arena, token, &jws);
    assert(failed(e) || token.n <= JWS_MAX);
    if (failed(e)) {
        assert(err_is(e, E_jose_malformed) || err_is(e, E_jose_algorithm));
        return;
    }
    assert(jws.alg != JOSE_NONE && json_is_object(jws.header));
    assert_same(arena, str_from_pos(token, jws.signing_input.n + 1), jws.signature);
    assert_same(arena, str_from_pos(jws.signing_input, str_find(jws.signing_input, '.') + 1),
                jws.payload);
    for (size_t i = 0; i < KEYS; i++)
        assert(failed(jws_verify(&jws, jws.alg, keys[i])));
}

static void sign(struct arena *arena, str payload) {
    str token;
    AUTO(jws_ref) jws = {0};
    err e = jws_sign(keys[0], JOSE_HS256, S("JWT"), payload, arena, &token);
    assert(!failed(e));
    e = jws_parse(arena, token, &jws);
    assert(failed(e) == (token.n > JWS_MAX));
    if (failed(e))
        return;
    e = jws_verify(&jws, JOSE_HS256, keys[0]);
    assert(!failed(e) && jws.payload.n == payload.n);
    assert(payload.n == 0 || memcmp(jws.payload.p, payload.p, payload.n) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!keys[0])
        make_keys();
    struct arena *arena = arena_new(16 * 1024 * 1024);
    str text = str_of((const char *)data, size);
    take_apart(arena, text);
    if (size > 0)
        sign(arena, text);
    arena_free(arena);
    return 0;
}
