/* A key's own memory comes from where its maker says, and goes back there. */
#include <openssl/pem.h>
#include <stdlib.h>

#include "keys/dpop.h"
#include "keys/jwe.h"
#include "keys/jwk_internal.h"
#include "keys/tests/keys_helper.h"

/* Counts what is out, and gives nothing more once `left` is used up. */
struct account {
    int taken, out, left;
};

static void *counted(void *context, void *p, size_t n) {
    struct account *account = context;
    if (n == 0) {
        account->out -= p != NULL;
        free(p);
        return NULL;
    }
    if (account->left-- <= 0)
        return NULL;
    account->taken++;
    account->out += p == NULL;
    return realloc(p, n);
}

#define ED                                                                                         \
    "{'kty':'OKP','crv':'Ed25519','x':'11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo','kid':'k'}"
#define PEM                                                                                        \
    "-----BEGIN PRIVATE "                                                                          \
    "KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC"                   \
    "\n-----END PRIVATE KEY-----\n"
static const uint8_t bytes[32] = {1};

static err with_jwk(const struct memory *memory) {
    struct jwk *key;
    json_t *json = helper_json(ED);
    err e = jwk_import_in(memory, json, &key);
    json_decref(json);
    if (!failed(e))
        jwk_free(key);
    return e;
}

static err with_set(const struct memory *memory) {
    struct jwk_set *set;
    json_t *json = helper_json("{'keys':[" ED ",{}," ED "]}");
    err e = jwk_set_import_in(memory, json, &set);
    json_decref(json);
    if (failed(e))
        return e;
    assert_int_equal(jwk_set_size(set), 2); /* none is skipped for want of memory */
    jwk_set_free(set);
    return OK;
}

static err with_pem(const struct memory *memory) {
    struct jwk *key;
    TRY(jwk_from_pem_in(memory, S(PEM), S("k"), JOSE_EdDSA, &key));
    jwk_free(key);
    return OK;
}

static err with_generated(const struct memory *memory) {
    struct jwk *key;
    TRY(jwk_generate_in(memory, JOSE_ES256, &key));
    jwk_free(key);
    return OK;
}

static err with_secret(const struct memory *memory) {
    struct jwk *key;
    TRY(jwk_from_secret_in(memory, (secret){bytes, sizeof bytes}, JOSE_HS256, &key));
    jwk_free(key);
    return OK;
}

static err with_client_secret(const struct memory *memory) {
    struct jwk *key;
    TRY(jwe_key_from_client_secret_in(memory, (secret){bytes, sizeof bytes}, JWE_A128KW,
                                      JWE_A128GCM, &key));
    jwk_free(key);
    return OK;
}

static err in_arena(const struct memory *memory, struct arena *arena) {
    struct jwk *key;
    str proof;
    struct dpop out;
    const struct dpop_request request = {
        .method = S("GET"), .url = S("https://a/"), .now = 1, .jti = S("j")};
    const struct dpop_expected expected = {
        .method = S("GET"), .url = S("https://a/"), .now = 1, .max_age = 1};
    TRY(jwk_generate_in(memory, JOSE_ES256, &key));
    err e = dpop_proof(key, JOSE_ES256, &request, arena, &proof);
    if (!failed(e))
        e = dpop_verify(proof, &expected, arena, &out);
    jwk_free(key);
    return e;
}

/* The key in a proof lives in the memory of the arena that the proof is read into. */
static err with_proof(const struct memory *memory) {
    struct arena *arena = arena_new_in(memory, 1 << 20);
    REQUIRE(arena, no_memory, "there is no memory");
    err e = in_arena(memory, arena);
    arena_free(arena);
    return e;
}

static void every_allocation_may_fail_and_none_is_lost(void **state) {
    (void)state;
    static err (*const ways[])(const struct memory *memory) = {
        with_jwk, with_set, with_pem, with_generated, with_secret, with_client_secret, with_proof};
    for (size_t i = 0; i < COUNT(ways); i++) {
        int n = 0;
        for (err e = FAIL(internal, "not yet"); failed(e); n++) {
            struct account account = {.left = n};
            e = ways[i](&(struct memory){counted, &account});
            if (failed(e))
                assert_string_equal(err_name(e.code), "no_memory");
            assert_int_equal(account.out, 0);
            assert_int_equal(account.taken, n);
        }
        assert_true(n > 2 && n < 50);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_may_fail_and_none_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
