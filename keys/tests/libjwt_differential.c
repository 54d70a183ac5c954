/* The same tokens through libjwt 1.10 and through ours: what it signs passes here and the reverse,
 * and nothing passes here that it refuses. What it takes and we do not is told by name. */
#include <openssl/pem.h>

#include <jwt.h>
#include <stdlib.h>

#include "keys/jwk_internal.h"
#include "keys/jws.h"
#include "keys/tests/keys_helper.h"

static struct arena *arena;

#define SECRET "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct pair {
    enum jose_alg ours;
    jwt_alg_t theirs;
} pairs[] = {{JOSE_HS256, JWT_ALG_HS256}, {JOSE_HS384, JWT_ALG_HS384}, {JOSE_HS512, JWT_ALG_HS512},
             {JOSE_RS256, JWT_ALG_RS256}, {JOSE_RS384, JWT_ALG_RS384}, {JOSE_RS512, JWT_ALG_RS512},
             {JOSE_ES256, JWT_ALG_ES256}, {JOSE_ES384, JWT_ALG_ES384}, {JOSE_ES512, JWT_ALG_ES512}};

static struct {
    struct jwk *key;
    const char *private, *public; /* PEM, or the secret */
} keys[COUNT(pairs)];

static const char *pem_of(EVP_PKEY *key, bool private) {
    BIO *bio = BIO_new(BIO_s_mem());
    char *bytes;
    str out;
    assert_int_equal(private ? PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL)
                             : PEM_write_bio_PUBKEY(bio, key),
                     1);
    long n = BIO_get_mem_data(bio, &bytes);
    assert_ok(str_dup(arena, str_of(bytes, (size_t)n), &out));
    BIO_free(bio);
    return out.p;
}

static int open_all(void **state) {
    (void)state;
    arena = arena_new(1 << 24);
    for (size_t i = 0; i < COUNT(pairs); i++) {
        keys[i].private = keys[i].public = SECRET;
        if (jose_alg_is_hmac(pairs[i].ours)) {
            assert_ok(jwk_from_secret(secret_of(S(SECRET)), pairs[i].ours, &keys[i].key));
            continue;
        }
        assert_ok(jwk_generate(pairs[i].ours, &keys[i].key));
        keys[i].private = pem_of(keys[i].key->pkey, true);
        keys[i].public = pem_of(keys[i].key->pkey, false);
    }
    return 0;
}

static int close_all(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++)
        jwk_free(keys[i].key);
    arena_free(arena);
    return 0;
}

static bool they_take(const char *token, const char *key, int n, jwt_alg_t alg) {
    jwt_t *jwt = NULL;
    if (jwt_decode(&jwt, token, (const unsigned char *)key, n) != 0)
        return false;
    bool same = jwt_get_alg(jwt) == alg;
    jwt_free(jwt);
    return same;
}

static bool we_take(const char *token, size_t i) {
    struct arena *scratch = arena_new(1 << 16);
    bool taken = !failed(helper_verify(scratch, str_from(token), pairs[i].ours, keys[i].key));
    arena_free(scratch);
    return taken;
}

static const char *our_token(size_t i) {
    str token;
    assert_ok(jws_sign(keys[i].key, pairs[i].ours, S("JWT"), S("{\"sub\":\"ada\",\"n\":1}"), arena,
                       &token));
    return token.p;
}

static void what_one_signs_the_other_takes(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        jwt_t *jwt;
        assert_true(
            they_take(our_token(i), keys[i].public, (int)strlen(keys[i].public), pairs[i].theirs));
        assert_int_equal(jwt_new(&jwt), 0);
        assert_int_equal(jwt_add_grant(jwt, "sub", "ada"), 0);
        assert_int_equal(jwt_set_alg(jwt, pairs[i].theirs, (const unsigned char *)keys[i].private,
                                     (int)strlen(keys[i].private)),
                         0);
        char *token = jwt_encode_str(jwt);
        assert_true(we_take(token, i));
        free(token);
        jwt_free(jwt);
    }
}

/* Every third character changed, dropped and doubled. */
static void nothing_passes_here_that_they_refuse(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        const char *good = our_token(i);
        size_t n = strlen(good);
        char changed[2048];
        for (size_t at = 0; at < n; at += 3)
            for (int way = 0; way < 3; way++) {
                int front = (int)(way == 2 ? at + 1 : at);
                const char *rest = good + (way == 2 ? at : at + 1);
                const char *middle = way ? "" : good[at] == 'A' ? "B" : "A";
                snprintf(changed, sizeof changed, "%.*s%s%s", front, good, middle, rest);
                if (strcmp(changed, good) == 0)
                    continue;
                if (we_take(changed, i))
                    assert_true(they_take(changed, keys[i].public, (int)strlen(keys[i].public),
                                          pairs[i].theirs));
            }
    }
}

/* One token has one text: RFC 7515 2. */
static void they_take_base64_that_is_not_base64url(void **state) {
    (void)state;
    static const char *const ends[] = {"=", "==", " ", "\n", "\r\n", "!"};
    for (size_t i = 0; i < COUNT(ends); i++) {
        char changed[2048];
        snprintf(changed, sizeof changed, "%s%s", our_token(3), ends[i]);
        assert_true(they_take(changed, keys[3].public, (int)strlen(keys[3].public), JWT_ALG_RS256));
        assert_false(we_take(changed, 3));
    }
}

/* The mistakes that corpus_test.c is about are real: libjwt 1.10 makes them. */
static void they_take_what_we_refuse(void **state) {
    (void)state;
    size_t rs256 = 3;
    const char *pem = keys[rs256].public;
    jwt_t *jwt;
    assert_int_equal(jwt_new(&jwt), 0);
    assert_int_equal(jwt_add_grant(jwt, "sub", "admin"), 0);
    assert_int_equal(jwt_set_alg(jwt, JWT_ALG_HS256, (const unsigned char *)pem, (int)strlen(pem)),
                     0);
    char *forged = jwt_encode_str(jwt);
    assert_true(they_take(forged, pem, (int)strlen(pem), JWT_ALG_HS256));
    assert_false(we_take(forged, rs256));
    jwt_free(jwt);
    free(forged);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_take_base64_that_is_not_base64url),
        cmocka_unit_test(they_take_what_we_refuse),
        cmocka_unit_test(nothing_passes_here_that_they_refuse),
        cmocka_unit_test(what_one_signs_the_other_takes),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
