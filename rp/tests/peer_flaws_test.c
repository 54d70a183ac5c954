/* What other libraries let through, each under the name of its advisory or issue. */
#include <stdio.h>

#include "common/base/base64url.h"
#include "keys/digest.h"
#include "keys/jwe.h"
#include "rp/tests/id_token_helper.h"

#define CLAIMS                                                                                     \
    "{\"iss\":\"" ISSUER "\",\"sub\":\"jane\",\"aud\":\"app\",\"exp\":1800000300,"                 \
    "\"iat\":1800000000,\"nonce\":\"n-1\"}"

static const struct id_token_expected expected = {.nonce = {"n-1", 3}, .max_age = -1};

static int code_of(struct id_token_client *client, str token) {
    return id_token_check(client, token, &expected)->code;
}

static str base64(struct arena *arena, str bytes) {
    str text;
    assert_ok(base64url_encode(arena, bytes, &text));
    return text;
}

/* A token with that header under HMAC-SHA-256 with any key, an empty one too. */
static str hmac_token(struct arena *arena, str header, str key) {
    str input, token;
    assert_ok(STR_JOIN(arena, &input, base64(arena, header), S("."), base64(arena, S(CLAIMS))));
    struct sha256 inner, mac;
    uint8_t pad[64] = {0};
    char *text = arena_alloc(arena, sizeof pad + input.n + 32);
    assert_true(key.n <= sizeof pad);
    memcpy(pad, key.p ? key.p : "", key.n);
    for (size_t i = 0; i < sizeof pad; i++)
        text[i] = (char)(pad[i] ^ 0x36);
    memcpy(text + sizeof pad, input.p, input.n);
    inner = sha256(str_of(text, sizeof pad + input.n));
    for (size_t i = 0; i < sizeof pad; i++)
        text[i] = (char)(pad[i] ^ 0x5c);
    memcpy(text + sizeof pad, inner.bytes, sizeof inner.bytes);
    mac = sha256(str_of(text, sizeof pad + sizeof inner.bytes));
    assert_ok(STR_JOIN(arena, &token, input, S("."), base64(arena, sha256_str(&mac))));
    return token;
}

/* A key of the provider without alg, used for HMAC: an empty key, or what is public of it. */
static void libjwt_cve_2026_44699_public_keys_are_no_hmac_keys(void **state) {
    (void)state;
    static const enum jose_alg algs[] = {JOSE_RS256, JOSE_ES256, JOSE_EdDSA, JOSE_HS256};
    for (size_t i = 0; i < COUNT(algs); i++) {
        struct id_token_client client;
        id_token_client_start(&client, algs[i], NULL, NULL);
        struct arena *arena = client.issuer.arena;
        str kid = jwk_kid(client.issuer.key), header, thumbprint;
        assert_ok(jwk_thumbprint(client.issuer.key, arena, &thumbprint));
        assert_ok(str_printf(arena, &header, "{\"alg\":\"HS256\",\"kid\":\"%.*s\"}", STR_FMT(kid)));
        const str keys[] = {S(""),      S("\0"),  kid,
                            thumbprint, S("app"), str_head(str_from(client.issuer.jwks), 64)};
        for (size_t k = 0; k < COUNT(keys); k++) {
            int code = algs[i] == JOSE_HS256 ? HK_E_SIG : HK_E_ALG;
            assert_int_equal(code_of(&client, hmac_token(arena, header, keys[k])), code);
        }
        id_token_client_stop(&client);
    }
}

/* libjwt 1: a key of length 0 meant "do not verify". Here it is no configuration at all. */
static void libjwt_1_no_key_is_not_no_check(void **state) {
    (void)state;
    static const char *const secrets[] = {NULL, "x", "thirty-one-bytes-are-not-enough"};
    for (size_t i = 0; i < COUNT(secrets); i++) {
        hk_rp *rp;
        hk_error e = HK_ERROR_INIT;
        hk_cfg *cfg = hk_cfg_new(ISSUER, "app");
        if (secrets[i])
            hk_cfg_secret(cfg, secrets[i]);
        hk_cfg_set(cfg, "id_token_alg", "HS256");
        assert_int_equal(hk_rp_new(cfg, &rp, &e), HK_E_CONFIG);
        assert_non_null(strstr(e.fix, "32 bytes"));
    }
}

/* Compared as text, an HMAC ends at its first zero byte. */
static void libjwt_cve_2024_25189_an_hmac_is_compared_to_its_end(void **state) {
    (void)state;
    struct id_token_client client;
    id_token_client_start(&client, JOSE_HS256, NULL, NULL);
    struct arena *arena = client.issuer.arena;
    str token = STR_ABSENT, mac, input, forged;
    char claims[512];
    for (int i = 0;; i++) { /* until the MAC begins with a zero byte */
        assert_true(i < 100000);
        snprintf(claims, sizeof claims, "%.*s,\"i\":%d}", (int)sizeof CLAIMS - 2, CLAIMS, i);
        struct arena *scratch = arena_new(64 * 1024);
        str tried = token_hs256(scratch, S("{\"alg\":\"HS256\"}"), str_from(claims));
        const char *begins = tried.p + tried.n - 43;
        if (begins[0] == 'A' && begins[1] >= 'A' && begins[1] <= 'P')
            assert_ok(str_dup(arena, tried, &token));
        arena_free(scratch);
        if (str_present(token))
            break;
    }
    assert_int_equal(code_of(&client, token), HK_OK);
    input = str_head(token, token.n - 43);
    assert_ok(base64url_decode(arena, str_from_pos(token, token.n - 43), &mac));
    for (size_t n = 1; n < mac.n; n++) { /* its front alone, and its front with zeros behind */
        char padded[32] = {0};
        memcpy(padded, mac.p, n);
        assert_ok(STR_JOIN(arena, &forged, input, base64(arena, str_head(mac, n))));
        assert_int_equal(code_of(&client, forged), HK_E_SIG);
        assert_ok(STR_JOIN(arena, &forged, input, base64(arena, str_of(padded, sizeof padded))));
        assert_int_equal(code_of(&client, forged), HK_E_SIG);
    }
    id_token_client_stop(&client);
}

static void libjwt_rs512_is_not_rs256(void **state) {
    (void)state;
    static const struct {
        enum jose_alg registered, used;
    } rows[] = {{JOSE_RS256, JOSE_RS512},
                {JOSE_RS256, JOSE_RS384},
                {JOSE_RS256, JOSE_PS256},
                {JOSE_PS256, JOSE_RS256},
                {JOSE_PS256, JOSE_PS512}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct id_token_client client;
        str token, pem_free;
        id_token_client_start(&client, rows[i].registered, NULL, NULL);
        struct arena *arena = client.issuer.arena;
        json_t *bare = NULL;
        struct jwk *any = NULL; /* the same key, which names no algorithm */
        assert_ok(jwk_private_json(client.issuer.key, arena, &pem_free));
        bare = json_loads(pem_free.p, 0, NULL);
        json_object_del(bare, "alg");
        assert_ok(jwk_import(bare, &any));
        assert_ok(jws_sign(any, rows[i].used, STR_ABSENT, S(CLAIMS), arena, &token));
        assert_int_equal(code_of(&client, token), HK_E_ALG);
        assert_ok(jws_sign(any, rows[i].registered, STR_ABSENT, S(CLAIMS), arena, &token));
        assert_int_equal(code_of(&client, token), HK_OK);
        json_decref(bare);
        jwk_free(any);
        id_token_client_stop(&client);
    }
}

static void libjwt_281_a_signature_has_the_length_of_its_key(void **state) {
    (void)state;
    static const enum jose_alg algs[] = {JOSE_RS256, JOSE_PS256, JOSE_ES256, JOSE_EdDSA};
    for (size_t i = 0; i < COUNT(algs); i++) {
        struct id_token_client client;
        id_token_client_start(&client, algs[i], NULL, NULL);
        struct arena *arena = client.issuer.arena;
        str token, signature, front, forged;
        assert_ok(jws_sign(client.issuer.key, algs[i], STR_ABSENT, S(CLAIMS), arena, &token));
        size_t dot = str_find(token, '.') + 1;
        dot += str_find(str_from_pos(token, dot), '.') + 1;
        front = str_head(token, dot);
        assert_ok(base64url_decode(arena, str_from_pos(token, dot), &signature));
        const size_t lengths[] = {1, signature.n / 2, signature.n - 1};
        for (size_t k = 0; k < COUNT(lengths); k++) {
            assert_ok(
                STR_JOIN(arena, &forged, front, base64(arena, str_head(signature, lengths[k]))));
            assert_int_equal(code_of(&client, forged), HK_E_SIG);
        }
        assert_ok(STR_JOIN(arena, &signature, signature, S("\0")));
        assert_ok(STR_JOIN(arena, &forged, front, base64(arena, signature)));
        assert_int_equal(code_of(&client, forged), HK_E_SIG);
        char zeros[512] = {0}; /* r = s = 0, and the other schemes' zero */
        assert_ok(STR_JOIN(arena, &forged, front, base64(arena, str_of(zeros, signature.n - 1))));
        assert_int_equal(code_of(&client, forged), HK_E_SIG);
        id_token_client_stop(&client);
    }
}

static void libjwt_284_base64url_is_strict(void **state) {
    (void)state;
    static const struct {
        const char *front, *back;
    } rows[] = {{"", "="}, {"", "=="}, {"", " "}, {"", "\n"}, {" ", ""}, {"\n", ""},
                {"", "."}, {".", ""},  {"", "A"}, {"", "+"},  {"", "/"}};
    struct id_token_client client;
    id_token_client_start(&client, JOSE_HS256, NULL, NULL);
    struct arena *arena = client.issuer.arena;
    str good = token_hs256(arena, S("{\"alg\":\"HS256\"}"), S(CLAIMS)), bent;
    assert_int_equal(code_of(&client, good), HK_OK);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_ok(STR_JOIN(arena, &bent, str_from(rows[i].front), good, str_from(rows[i].back)));
        assert_int_not_equal(code_of(&client, bent), HK_OK);
    }
    /* The last character of 32 bytes carries two bits that must be zero. */
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *last = strchr(alphabet, good.p[good.n - 1]);
    assert_ok(STR_JOIN(arena, &bent, str_head(good, good.n - 1), str_of(last + 1, 1)));
    assert_int_equal(code_of(&client, bent), HK_E_TOKEN);
    id_token_client_stop(&client);
}

/* iddawc: without keys nothing was verified, and all was well. */
static void iddawc_no_keys_is_not_no_check(void **state) {
    (void)state;
    static const char *const jwks[] = {NULL, "{\"keys\":[]}"};
    for (size_t i = 0; i < COUNT(jwks); i++) {
        struct id_token_client client;
        id_token_client_start(&client, JOSE_ES256, NULL, NULL);
        hk_rp_free(client.rp);
        hk_cfg *cfg = feed_cfg(&client.feed);
        hk_cfg_metadata(cfg, feed_metadata);
        hk_cfg_set(cfg, "jwks_mode", "manual");
        hk_cfg_set(cfg, "id_token_alg", "ES256");
        if (jwks[i])
            hk_cfg_jwks(cfg, jwks[i]);
        assert_int_equal(hk_rp_new(cfg, &client.rp, NULL), HK_OK);
        str token;
        assert_ok(jws_sign(client.issuer.key, JOSE_ES256, STR_ABSENT, S(CLAIMS),
                           client.issuer.arena, &token));
        assert_int_equal(code_of(&client, token), HK_E_KEY);
        id_token_client_stop(&client);
    }
}

static void authlib_cve_2026_28802_none_with_an_empty_signature(void **state) {
    (void)state;
    static const char *const headers[] = {
        "{\"alg\":\"none\"}", "{\"alg\":\"None\"}",  "{\"alg\":\"nOnE\"}",
        "{\"alg\":\"NONE\"}", "{\"alg\":\"\"}",      "{}",
        "{\"alg\":null}",     "{\"alg\":\"HS256\"}", "{\"alg\":\"ES256\"}"};
    static const enum jose_alg algs[] = {JOSE_HS256, JOSE_ES256};
    for (size_t i = 0; i < COUNT(headers) * COUNT(algs); i++) {
        struct id_token_client client;
        id_token_client_start(&client, algs[i % COUNT(algs)], NULL, NULL);
        struct arena *arena = client.issuer.arena;
        str token, header = base64(arena, str_from(headers[i / COUNT(algs)]));
        assert_ok(STR_JOIN(arena, &token, header, S("."), base64(arena, S(CLAIMS)), S(".")));
        assert_int_equal(code_of(&client, token), HK_E_ALG);
        assert_int_equal(code_of(&client, str_head(token, token.n - 1)), HK_E_TOKEN);
        id_token_client_stop(&client);
    }
}

static void authlib_cve_2025_61920_segments_have_a_limit(void **state) {
    (void)state;
    struct id_token_client client;
    id_token_client_start(&client, JOSE_HS256, NULL, NULL);
    struct arena *arena = client.issuer.arena;
    static char big[200000];
    str token, many;
    snprintf(big, sizeof big, "{\"alg\":\"HS256\",\"x\":\"%020000d\"}", 0);
    assert_int_equal(code_of(&client, token_hs256(arena, str_from(big), S(CLAIMS))), HK_E_TOKEN);
    snprintf(big, sizeof big, "%.*s,\"x\":\"%020000d\"}", (int)sizeof CLAIMS - 2, CLAIMS, 0);
    assert_int_equal(code_of(&client, token_hs256(arena, S("{\"alg\":\"HS256\"}"), str_from(big))),
                     HK_E_TOKEN);
    memset(big, 'A', sizeof big);
    assert_ok(STR_JOIN(arena, &token,
                       str_head(token_hs256(arena, S("{\"alg\":\"HS256\"}"), S(CLAIMS)), 200),
                       str_of(big, sizeof big)));
    assert_int_equal(code_of(&client, token), HK_E_TOKEN);
    memset(big, '.', sizeof big);
    many = str_of(big, sizeof big);
    assert_int_equal(code_of(&client, many), HK_E_ALG); /* ends without a signature */
    memset(big, '[', 4000);                             /* deeper than anybody needs */
    assert_int_equal(
        code_of(&client, token_hs256(arena, S("{\"alg\":\"HS256\"}"), str_of(big, 4000))),
        HK_E_TOKEN);
    id_token_client_stop(&client);
}

/* Lengths of the parts of an encrypted token are those of its algorithms, whatever it says. */
static void cjose_cve_2023_37464_and_rhonabwy_cve_2022_32096_lengths_of_parts(void **state) {
    (void)state;
    struct id_token_client client;
    id_token_client_start(&client, JOSE_HS256, "id_token_encryption", "A256KW A256GCM");
    struct arena *arena = client.issuer.arena;
    struct jwk *key;
    str box, rest, parts[5];
    assert_ok(jwe_key_from_client_secret(secret_of(S("a-secret-of-more-than-thirty-two-bytes")),
                                         JWE_A256KW, JWE_A256GCM, &key));
    assert_ok(jwe_encrypt(key, JWE_A256KW, JWE_A256GCM, STR_ABSENT,
                          token_hs256(arena, S("{\"alg\":\"HS256\"}"), S(CLAIMS)), arena, &box));
    assert_int_equal(code_of(&client, box), HK_OK);
    rest = box;
    for (size_t i = 0; i < 5; i++)
        assert_true(str_next(&rest, '.', &parts[i]));
    static const size_t cut[] = {1, 2, 3}; /* the key, the IV, and the tag is the last */
    for (size_t i = 0; i < COUNT(cut) + 1; i++) {
        const size_t at = i == COUNT(cut) ? 4 : cut[i];
        str bytes, longer, whole = parts[at];
        assert_ok(base64url_decode(arena, whole, &bytes));
        assert_ok(STR_JOIN(arena, &longer, bytes, bytes));
        const str bent[] = {
            S(""), base64(arena, str_head(bytes, 1)), base64(arena, str_head(bytes, bytes.n - 1)),
            base64(arena, str_head(bytes, bytes.n - bytes.n / 4)), base64(arena, longer)};
        for (size_t k = 0; k < COUNT(bent); k++) {
            str token;
            parts[at] = bent[k];
            assert_ok(STR_JOIN(arena, &token, parts[0], S("."), parts[1], S("."), parts[2], S("."),
                               parts[3], S("."), parts[4]));
            assert_int_not_equal(code_of(&client, token), HK_OK);
        }
        parts[at] = whole;
    }
    jwk_free(key);
    id_token_client_stop(&client);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libjwt_cve_2026_44699_public_keys_are_no_hmac_keys),
        cmocka_unit_test(libjwt_1_no_key_is_not_no_check),
        cmocka_unit_test(libjwt_cve_2024_25189_an_hmac_is_compared_to_its_end),
        cmocka_unit_test(libjwt_rs512_is_not_rs256),
        cmocka_unit_test(libjwt_281_a_signature_has_the_length_of_its_key),
        cmocka_unit_test(libjwt_284_base64url_is_strict),
        cmocka_unit_test(iddawc_no_keys_is_not_no_check),
        cmocka_unit_test(authlib_cve_2026_28802_none_with_an_empty_signature),
        cmocka_unit_test(authlib_cve_2025_61920_segments_have_a_limit),
        cmocka_unit_test(cjose_cve_2023_37464_and_rhonabwy_cve_2022_32096_lengths_of_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
