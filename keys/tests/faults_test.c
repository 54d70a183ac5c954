/* Every allocation made to fail, in turn: ours, jansson's and OpenSSL's. What is asked for fails or
 * succeeds; nothing crashes, leaks, or passes that should not. */
#include <openssl/crypto.h>
#include <stdlib.h>

#include "common/base/json_read.h"
#include "keys/dpop.h"
#include "keys/half_hash.h"
#include "keys/jwe.h"
#include "keys/jws.h"
#include "keys/tests/keys_helper.h"

static long left = -1; /* allocations that still succeed; negative: all */
static bool refused;

static bool may_allocate(void) {
    if (left < 0)
        return true;
    if (left > 0) {
        left--;
        return true;
    }
    refused = true;
    return false;
}

static void *allocate(size_t n, const char *file, int line) {
    (void)file, (void)line;
    return n && may_allocate() ? malloc(n) : NULL;
}
static void *reallocate(void *p, size_t n, const char *file, int line) {
    (void)file, (void)line;
    if (n)
        return may_allocate() ? realloc(p, n) : NULL;
    free(p);
    return NULL;
}
static void release(void *p, const char *file, int line) {
    (void)file, (void)line;
    free(p);
}
static void *allocate_json(size_t n) {
    return may_allocate() ? malloc(n) : NULL;
}
static void *allocate_ours(void *context, void *p, size_t n) {
    (void)context;
    return reallocate(p, n, NULL, 0);
}
static const struct memory memory = {allocate_ours, NULL};

/* --- what is asked for ------------------------------------------------------------------------ */

static struct {
    str jwk[JOSE_ALG_COUNT], token[JOSE_ALG_COUNT], set, pem, proof, encrypted[JWE_ALG_COUNT];
    struct jwk *keys[JOSE_ALG_COUNT], *openers[JWE_ALG_COUNT];
} given;
static enum jose_alg alg;
static enum jwe_alg opening;

static const struct dpop_request request = {.method = S_INIT("GET"),
                                            .url = S_INIT("https://a.example/b"),
                                            .now = 1800000000,
                                            .jti = S_INIT("j"),
                                            .nonce = S_INIT("n"),
                                            .access_token = S_INIT("t")};
static const struct dpop_expected expected = {.method = S_INIT("GET"),
                                              .url = S_INIT("https://a.example/b"),
                                              .now = 1800000000,
                                              .max_age = 60,
                                              .nonces = S_INIT("n"),
                                              .access_token = S_INIT("t")};

static err import_key(struct arena *arena) {
    AUTO(json_ref) json = NULL;
    struct jwk *key;
    str text;
    TRY(json_read_object(given.jwk[alg], &json));
    TRY(jwk_import_in(&memory, json, &key));
    err e = jwk_thumbprint(key, arena, &text);
    jwk_free(key);
    return e;
}

static err import_set(struct arena *arena) {
    (void)arena;
    AUTO(json_ref) json = NULL;
    struct jwk_set *set;
    TRY(json_read_object(given.set, &json));
    TRY(jwk_set_import_in(&memory, json, &set));
    jwk_set_free(set);
    return OK;
}

static err import_pem(struct arena *arena) {
    (void)arena;
    struct jwk *key;
    TRY(jwk_from_pem_in(&memory, given.pem, S("kid"), JOSE_ES256, &key));
    jwk_free(key);
    return OK;
}

static err generate(struct arena *arena) {
    (void)arena;
    struct jwk *key;
    TRY(jwk_generate_in(&memory, JOSE_ES256, &key));
    jwk_free(key);
    return OK;
}

static err sign(struct arena *arena) {
    str token;
    return jws_sign(given.keys[alg], alg, S("JWT"), S("{}"), arena, &token);
}

static err verify(struct arena *arena) {
    return helper_verify(arena, given.token[alg], alg, given.keys[alg]);
}

static err prove(struct arena *arena) {
    str proof;
    return dpop_proof(given.keys[JOSE_ES256], JOSE_ES256, &request, arena, &proof);
}

static err verify_proof(struct arena *arena) {
    struct dpop out;
    err e = dpop_verify(given.proof, &expected, arena, &out);
    assert_true(failed(e) || (str_present(out.jti) && str_present(out.jkt)));
    return e;
}

static err encrypt(struct arena *arena) {
    str token;
    return jwe_encrypt(given.openers[opening], opening, JWE_A128CBC_HS256, S("JWT"), S("text"),
                       arena, &token);
}

static err decrypt(struct arena *arena) {
    str plain;
    TRY(jwe_decrypt(given.openers[opening], opening, JWE_A128CBC_HS256, given.encrypted[opening],
                    arena, &plain));
    assert_str(plain, "text");
    return OK;
}

static err hash(struct arena *arena) {
    str out;
    return half_hash(JOSE_Ed448, S("text"), arena, &out);
}

/* --- in turn -------------------------------------------------------------------------------- */

static err attempt(err (*what)(struct arena *arena), long n) {
    refused = false;
    left = n;
    struct arena *arena = arena_new_in(&memory, 1 << 20);
    err e = arena ? what(arena) : FAIL(no_memory, "there is no memory");
    arena_free(arena);
    left = -1;
    return e;
}

/* From the first allocation to the last. An allocation that OpenSSL can do without may fail, and
 * all is well. */
static void fail_each(err (*what)(struct arena *arena)) {
    long n = 0;
    assert_ok(attempt(what, -1)); /* what is made once for all is made now */
    do {
        (void)attempt(what, n++);
        assert_true(n < 20000);
    } while (refused);
    assert_true(n > 2);
    assert_ok(attempt(what, -1)); /* nothing was spoiled for those who come after */
}

static void keys_are_imported_or_not(void **state) {
    (void)state;
    static const enum jose_alg algs[] = {JOSE_RS256, JOSE_ES256, JOSE_ES512, JOSE_Ed25519,
                                         JOSE_HS256};
    for (size_t i = 0; i < COUNT(algs); i++) {
        alg = algs[i];
        fail_each(import_key);
    }
    fail_each(import_set);
    fail_each(import_pem);
    fail_each(generate);
}

static void tokens_are_signed_and_verified_or_not(void **state) {
    (void)state;
    for (int i = JOSE_NONE + 1; i < JOSE_ALG_COUNT; i++) {
        alg = (enum jose_alg)i;
        fail_each(sign);
        fail_each(verify);
    }
    fail_each(hash);
}

static void proofs_are_made_and_verified_or_not(void **state) {
    (void)state;
    fail_each(prove);
    fail_each(verify_proof);
}

static void tokens_are_encrypted_and_decrypted_or_not(void **state) {
    (void)state;
    for (int i = JWE_ALG_NONE + 1; i < JWE_ALG_COUNT; i++) {
        opening = (enum jwe_alg)i;
        fail_each(encrypt);
        fail_each(decrypt);
    }
}

/* --- before and after ------------------------------------------------------------------------- */

static struct arena *arena;

static int prepare(void **state) {
    (void)state;
    arena = arena_new(1 << 22);
    for (int i = JOSE_NONE + 1; i < JOSE_ALG_COUNT; i++) {
        struct jwk *key = given.keys[i] = helper_key((enum jose_alg)i);
        assert_ok(jwk_private_json(key, arena, &given.jwk[i]));
        assert_ok(jws_sign(key, (enum jose_alg)i, S("JWT"), S("{}"), arena, &given.token[i]));
    }
    str one, two;
    assert_ok(jwk_public_json(given.keys[JOSE_ES256], arena, &one));
    assert_ok(jwk_public_json(given.keys[JOSE_RS256], arena, &two));
    assert_ok(STR_JOIN(arena, &given.set, S("{\"keys\":["), one, S(","), two, S(",{}]}")));
    given.pem = S("-----BEGIN PRIVATE KEY-----\n"
                  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff\n"
                  "H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp\n"
                  "7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt\n"
                  "-----END PRIVATE KEY-----\n");
    assert_ok(dpop_proof(given.keys[JOSE_ES256], JOSE_ES256, &request, arena, &given.proof));
    for (int i = JWE_ALG_NONE + 1; i < JWE_ALG_COUNT; i++) {
        enum jwe_alg by = (enum jwe_alg)i;
        if (jwe_alg_is_symmetric(by))
            assert_ok(jwe_key_from_client_secret(secret_of(S("secret")), by, JWE_A128CBC_HS256,
                                                 &given.openers[i]));
        else
            assert_ok(jwk_generate_encryption(by, &given.openers[i]));
        assert_ok(jwe_encrypt(given.openers[i], by, JWE_A128CBC_HS256, S("JWT"), S("text"), arena,
                              &given.encrypted[i]));
    }
    return 0;
}

static int clean(void **state) {
    (void)state;
    for (int i = JOSE_NONE + 1; i < JOSE_ALG_COUNT; i++)
        jwk_free(given.keys[i]);
    for (int i = JWE_ALG_NONE + 1; i < JWE_ALG_COUNT; i++)
        jwk_free(given.openers[i]);
    arena_free(arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_imported_or_not),
        cmocka_unit_test(tokens_are_signed_and_verified_or_not),
        cmocka_unit_test(proofs_are_made_and_verified_or_not),
        cmocka_unit_test(tokens_are_encrypted_and_decrypted_or_not),
    };
    if (CRYPTO_set_mem_functions(allocate, reallocate, release) != 1)
        return 1;
    json_set_alloc_funcs(allocate_json, free);
    return cmocka_run_group_tests(tests, prepare, clean);
}
