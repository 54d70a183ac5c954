/* An encrypted token from anybody: nothing opens that was not encrypted to the key, and what was
 * encrypted comes back the same. */
#include <assert.h>

#include "common/base/base64url.h"
#include "keys/jwe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct jwk *keys[JWE_ALG_COUNT];

static void make_key(enum jwe_alg alg) {
    static const uint8_t bytes[32] = {42, 7};
    err e = jwe_alg_is_symmetric(alg) ? jwe_key_from_client_secret((secret){bytes, sizeof bytes},
                                                                   alg, JWE_A256GCM, &keys[alg])
                                      : jwk_generate_encryption(alg, &keys[alg]);
    assert(!failed(e));
}

/* The one text of a part is the one that was sent. */
static void assert_same(struct arena *arena, str token, str bytes) {
    str text;
    err e = base64url_encode(arena, bytes, &text);
    assert(!failed(e) && str_ends(token, text));
}

static void take_apart(struct arena *arena, str token) {
    AUTO(jwe_ref) jwe = {0};
    str plain;
    err e = jwe_parse(arena, token, &jwe);
    if (failed(e)) {
        assert(err_is(e, E_jose_malformed) || err_is(e, E_jose_algorithm));
        return;
    }
    assert(token.n <= JWE_MAX && jwe.alg != JWE_ALG_NONE && jwe.enc != JWE_ENC_NONE);
    assert_same(arena, token, jwe.tag);
    for (int alg = 1; alg < JWE_ALG_COUNT; alg++)
        assert(failed(jwe_decrypt(keys[alg], jwe.alg, jwe.enc, token, arena, &plain)));
}

static void go_round(struct arena *arena, str text) {
    enum jwe_alg alg = JWE_ECDH_ES + text.n % (JWE_ALG_COUNT - JWE_ECDH_ES);
    str token, plain;
    err e = jwe_encrypt(keys[alg], alg, JWE_A256GCM, S("x"), text, arena, &token);
    assert(!failed(e) || text.n > JWE_MAX / 2);
    if (failed(e))
        return;
    e = jwe_decrypt(keys[alg], alg, JWE_A256GCM, token, arena, &plain);
    assert(!failed(e) && str_eq(plain, text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    for (int alg = 1; alg < JWE_ALG_COUNT && !keys[alg]; alg++)
        make_key((enum jwe_alg)alg);
    struct arena *arena = arena_new(16 * 1024 * 1024);
    str text = str_of((const char *)data, size);
    take_apart(arena, text);
    if (size > 0)
        go_round(arena, text);
    arena_free(arena);
    return 0;
}
