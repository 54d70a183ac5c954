/* ID tokens and userinfo answers in the forms that clients register. */
#include "authz/token_format.h"

#include <stdio.h>

#include "authz/tests/flow_helper.h"
#include "common/base/base64url.h"
#include "common/base/json_read.h"
#include "keys/digest.h"
#include "keys/jwe.h"
#include "keys/jws.h"
#include "keys/ring.h"

#define NOT_ENCRYPTED JWE_ALG_NONE, JWE_ENC_NONE

static const struct row {
    const char *id, *more;
    enum jose_alg id_token, userinfo; /* JOSE_NONE: plain JSON, or encrypted alone */
    enum jwe_alg encrypt;             /* both of them */
    enum jwe_enc content;
} rows[] = {
    {"plain", ",\"id_token_signed_response_alg\":\"RS256\"", JOSE_RS256, JOSE_NONE, NOT_ENCRYPTED},
    {"rs", ",\"userinfo_signed_response_alg\":\"RS256\"", JOSE_ES256, JOSE_RS256, NOT_ENCRYPTED},
    {"ps", ",\"id_token_signed_response_alg\":\"PS256\",\"userinfo_signed_response_alg\":\"PS256\"",
     JOSE_PS256, JOSE_PS256, NOT_ENCRYPTED},
    {"es", ",\"id_token_signed_response_alg\":\"ES256\",\"userinfo_signed_response_alg\":\"ES256\"",
     JOSE_ES256, JOSE_ES256, NOT_ENCRYPTED},
    {"ed", ",\"id_token_signed_response_alg\":\"EdDSA\",\"userinfo_signed_response_alg\":\"EdDSA\"",
     JOSE_EdDSA, JOSE_EdDSA, NOT_ENCRYPTED},
    {"hs256",
     ",\"id_token_signed_response_alg\":\"HS256\",\"userinfo_signed_response_alg\":\"HS256\"",
     JOSE_HS256, JOSE_HS256, NOT_ENCRYPTED},
    {"hs384",
     ",\"id_token_signed_response_alg\":\"HS384\",\"userinfo_signed_response_alg\":\"HS384\"",
     JOSE_HS384, JOSE_HS384, NOT_ENCRYPTED},
    {"hs512",
     ",\"id_token_signed_response_alg\":\"HS512\",\"userinfo_signed_response_alg\":\"HS512\"",
     JOSE_HS512, JOSE_HS512, NOT_ENCRYPTED},
    {"rsa", "", JOSE_ES256, JOSE_NONE, JWE_RSA_OAEP_256, JWE_A128CBC_HS256},
    {"ecdh", ",\"userinfo_signed_response_alg\":\"RS256\"", JOSE_ES256, JOSE_RS256, JWE_ECDH_ES,
     JWE_A128GCM},
    {"wrap", "", JOSE_ES256, JOSE_NONE, JWE_ECDH_ES_A256KW, JWE_A256CBC_HS512},
    {"dir", "", JOSE_ES256, JOSE_NONE, JWE_DIR, JWE_A256GCM},
    {"a128kw",
     ",\"id_token_signed_response_alg\":\"HS256\",\"userinfo_signed_response_alg\":\"HS256\"",
     JOSE_HS256, JOSE_HS256, JWE_A128KW, JWE_A128GCM},
    {"a256kw", "", JOSE_ES256, JOSE_NONE, JWE_A256KW, JWE_A256CBC_HS512},
};

/* What a client got: an ID token and an access token of the authorization endpoint. */
struct got {
    str key;             /* its secret, or absent */
    struct jwk *decrypt; /* its key, or NULL */
    char id_token[8192], access_token[4096];
};

static void register_client(const struct row *row, struct got *got) {
    static char more[3000];
    str jwk = S("");
    bool symmetric = jwe_alg_is_symmetric(row->encrypt);
    size_t n = (size_t)snprintf(more, sizeof more, "%s", row->more);
    if (row->encrypt != JWE_ALG_NONE && !symmetric) {
        assert_ok(jwk_generate_encryption(row->encrypt, &got->decrypt));
        assert_ok(jwk_public_json(got->decrypt, flow_world()->arena, &jwk));
        n += (size_t)snprintf(more + n, sizeof more - n, ",\"jwks\":{\"keys\":[%.*s]}",
                              STR_FMT(jwk));
    }
    if (row->encrypt != JWE_ALG_NONE)
        snprintf(more + n, sizeof more - n,
                 ",\"id_token_encrypted_response_alg\":\"%.*s\","
                 "\"id_token_encrypted_response_enc\":\"%.*s\","
                 "\"userinfo_encrypted_response_alg\":\"%.*s\","
                 "\"userinfo_encrypted_response_enc\":\"%.*s\"",
                 STR_FMT(jwe_alg_name(row->encrypt)), STR_FMT(jwe_enc_name(row->content)),
                 STR_FMT(jwe_alg_name(row->encrypt)), STR_FMT(jwe_enc_name(row->content)));
    got->key = flow_client(row->id, more);
    if (symmetric)
        assert_ok(jwe_key_from_client_secret(secret_of(got->key), row->encrypt, row->content,
                                             &got->decrypt));
}

static void sign_in_at(const struct row *row, struct browser *b, struct got *got) {
    char target[512], uri[64];
    snprintf(uri, sizeof uri, "https://%s.example/cb", row->id);
    snprintf(target, sizeof target,
             "/oauth/authorize?response_type=id_token%%20token&client_id=%s&scope=openid%%20email"
             "&nonce=n-1&redirect_uri=https%%3A%%2F%%2F%s.example%%2Fcb",
             row->id, row->id);
    browser_get(b, target);
    if (browser_sees(b, "consent-form"))
        browser_submit(b, "/interaction/consent", "&decision=allow");
    assert_int_equal(browser_status(b), 303);
    snprintf(got->id_token, sizeof got->id_token, "%s", browser_answer(b, "id_token"));
    snprintf(got->access_token, sizeof got->access_token, "%s", browser_answer(b, "access_token"));
}

static err verify_with_secret(str text, enum jose_alg alg, str token, str *payload) {
    AUTO(jws_ref) jws = {0};
    struct jwk *key;
    TRY(jws_parse(flow_world()->arena, token, &jws));
    TRY(jwk_from_secret(secret_of(text), alg, &key));
    err e = jws_verify(&jws, alg, key);
    jwk_free(key);
    *payload = jws.payload;
    return e;
}

/* The text inside, and what says so: "JWT" if that is signed (RFC 7519 5.2). */
static str decrypted(const struct row *row, const struct got *got, bool is_signed, str token) {
    AUTO(jwe_ref) jwe = {0};
    str plain;
    if (!got->decrypt)
        return token;
    err e =
        jwe_decrypt(got->decrypt, row->encrypt, row->content, token, flow_world()->arena, &plain);
    if (failed(e))
        fail_msg("%s: %s", row->id, e.why);
    assert_ok(jwe_parse(flow_world()->arena, token, &jwe));
    assert_true(is_signed ? str_eq(jwe.cty, S("JWT")) : !str_present(jwe.cty));
    return plain;
}

static json_t *verified(const struct row *row, const struct got *got, enum jose_alg alg,
                        str token) {
    struct flow_world *w = flow_world();
    json_t *claims = NULL;
    str payload = token = decrypted(row, got, alg != JOSE_NONE, token);
    err e = OK;
    if (jose_alg_is_hmac(alg))
        e = verify_with_secret(got->key, alg, token, &payload);
    else if (alg != JOSE_NONE)
        e = ring_verify(w->authz->ring, alg, S("JWT"), token, w->arena, &payload);
    if (failed(e))
        fail_msg("%s: %s", row->id, e.why);
    assert_ok(json_read_object(payload, &claims));
    return claims;
}

static void check_id_token(const struct row *row, const struct got *got) {
    AUTO(json_ref) claims = verified(row, got, row->id_token, str_from(got->id_token));
    uint8_t digest[64];
    size_t n = sha2(jose_alg_hash_bits(row->id_token), str_from(got->access_token), digest);
    str half;
    assert_ok(base64url_encode(flow_world()->arena, str_of((const char *)digest, n / 2), &half));
    assert_true(str_eq(json_read_str(claims, "at_hash"), half));
    assert_str(json_read_str(claims, "aud"), row->id);
}

static void check_plain(const struct test_request *t) {
    AUTO(json_ref) claims = NULL;
    assert_str(test_request_answer(t, "Content-Type"), "application/json");
    assert_ok(json_read_object(t->rs.body, &claims));
    assert_str(json_read_str(claims, "email"), "ann@example.com");
    assert_false(json_read_has(claims, "iss"));
}

/* OIDC Core 5.3.2 */
static void check_jwt(const struct row *row, const struct got *got, const struct test_request *t) {
    assert_str(test_request_answer(t, "Content-Type"), "application/jwt");
    AUTO(json_ref) claims = verified(row, got, row->userinfo, t->rs.body);
    if (row->userinfo != JOSE_NONE) {
        assert_str(json_read_str(claims, "iss"), "https://id.example");
        assert_str(json_read_str(claims, "aud"), row->id);
    }
    assert_str(json_read_str(claims, "email"), "ann@example.com");
    assert_true(str_present(json_read_str(claims, "sub")));
    assert_false(json_read_has(claims, "nonce"));
}

static void check_userinfo(const struct row *row, const struct got *got) {
    struct test_request *t = test_request_new("GET", "/oauth/userinfo");
    char header[5000];
    snprintf(header, sizeof header, "Bearer %s", got->access_token);
    test_request_header(t, "Authorization", header);
    t->rq.now_ms = flow_world()->now_ms;
    test_request_send(t, flow_world()->authz->app);
    assert_int_equal(t->rs.status, 200);
    assert_str(test_request_answer(t, "Cache-Control"), "no-store");
    if (row->userinfo == JOSE_NONE && !got->decrypt)
        check_plain(t);
    else
        check_jwt(row, got, t);
    test_request_free(t);
}

/* OIDC Core 3.1.2.1: what it got here comes back; what it made itself does not count. */
static void check_hint(const struct row *row, struct browser *b, const struct got *got) {
    static char target[12000];
    size_t n = (size_t)snprintf(
        target, sizeof target,
        "/oauth/authorize?response_type=code&client_id=%s&scope=openid%%20email&prompt=none"
        "&redirect_uri=https%%3A%%2F%%2F%s.example%%2Fcb&id_token_hint=%.*s",
        row->id, row->id, STR_FMT(decrypted(row, got, true, str_from(got->id_token))));
    browser_get(b, target);
    assert_true(browser_answer(b, "code")[0]);
    target[n - 12] = target[n - 12] == 'A' ? 'B' : 'A';
    browser_get(b, target);
    assert_string_equal(browser_answer(b, "error"), "invalid_request");
}

static void each_client_gets_the_form_that_it_registered(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct got got = {.key = STR_ABSENT};
        register_client(&rows[i], &got);
        sign_in_at(&rows[i], b, &got);
        check_id_token(&rows[i], &got);
        check_userinfo(&rows[i], &got);
        check_hint(&rows[i], b, &got);
        jwk_free(got.decrypt);
    }
    browser_free(b);
}

/* Nothing is done by halves: the code is good for another try, when the key is there. */
static void a_client_without_a_key_to_encrypt_to_gets_nothing_and_loses_nothing(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    int64_t before = flow_count("SELECT count(*) FROM grants");
    flow_client("keyless", ",\"jwks\":{\"keys\":[]},"
                           "\"id_token_encrypted_response_alg\":\"ECDH-ES\"");
    browser_get(b, "/oauth/authorize?response_type=id_token%20token&client_id=keyless&scope=openid"
                   "&nonce=n-1&redirect_uri=https%3A%2F%2Fkeyless.example%2Fcb");
    browser_submit(b, "/interaction/consent", "&decision=allow");
    assert_string_equal(browser_answer(b, "error"), "invalid_request");
    assert_string_equal(browser_answer(b, "access_token"), "");
    browser_get(b, "/oauth/authorize?response_type=code&client_id=keyless&scope=openid"
                   "&redirect_uri=https%3A%2F%2Fkeyless.example%2Fcb");
    static char form[4096];
    snprintf(form, sizeof form,
             "grant_type=authorization_code&client_id=keyless&client_secret=secret&redirect_uri="
             "https%%3A%%2F%%2Fkeyless.example%%2Fcb&code=%s",
             browser_answer(b, "code"));
    struct browser *server = browser_new();
    browser_post(server, "/oauth/token", form);
    assert_int_equal(browser_status(server), 400);
    assert_true(browser_sees(server, "invalid_request"));
    assert_int_equal(flow_count("SELECT count(*) FROM grants"), before);
    browser_free(server);
    browser_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_client_gets_the_form_that_it_registered),
        cmocka_unit_test(a_client_without_a_key_to_encrypt_to_gets_nothing_and_loses_nothing),
    };
    return cmocka_run_group_tests(tests, flow_world_open, flow_world_close);
}
