/* Logout tokens in the form of the ID tokens that a client registered (Back-Channel Logout 2.4). */
#include "authz/logout_token.h"

#include <stdio.h>

#include "authz/tests/flow_helper.h"
#include "common/base/json_read.h"
#include "keys/jwe.h"
#include "keys/jws.h"
#include "keys/ring.h"

#define BACK ",\"backchannel_logout_uri\":\"https://app.example/back\""

static err make(const char *client_id, str *token) {
    const struct flow_world *w = flow_world();
    const struct logout_notice notice = {
        .client_id = str_from(client_id), .user_id = S("user"), .sid = S("sid")};
    struct request rq = {
        .app = w->authz->app, .arena = w->arena, .now_ms = w->now_ms, .may_block = true};
    struct client client = {0};
    TRY(client_get(w->authz->store, w->arena, notice.client_id, &client));
    return logout_token_make(&rq, &client, &notice, token);
}

static void check_claims(const char *client_id, str payload) {
    AUTO(json_ref) claims = NULL;
    int64_t now_ms = flow_world()->now_ms, iat = 0, exp = 0;
    assert_ok(json_read_object(payload, &claims));
    assert_str(json_read_str(claims, "iss"), flow_world()->authz->issuer.p);
    assert_str(json_read_str(claims, "aud"), client_id);
    assert_str(json_read_str(claims, "sub"), "user");
    assert_str(json_read_str(claims, "sid"), "sid");
    assert_int_equal(json_read_str(claims, "jti").n, 22);
    assert_true(json_read_int(claims, "iat", &iat) && json_read_int(claims, "exp", &exp));
    assert_int_equal(iat, now_ms / 1000);
    assert_true(exp > iat && exp <= iat + 120);
    const json_t *events = json_object_get(claims, "events");
    assert_int_equal(json_object_size(events), 1);
    assert_int_equal(json_object_size(json_object_get(
                         events, "http://schemas.openid.net/event/backchannel-logout")),
                     0);
    assert_int_equal(json_object_size(claims), 8);
}

static void a_logout_token_says_who_left_and_nothing_else(void **state) {
    (void)state;
    struct flow_world *w = flow_world();
    str token, payload;
    assert_ok(make("leaver", &token));
    assert_err(ring_verify(w->authz->ring, JOSE_ES256, S("JWT"), token, w->arena, &payload),
               jose_malformed); /* no ID token */
    assert_ok(ring_verify(w->authz->ring, JOSE_ES256, S("logout+jwt"), token, w->arena, &payload));
    check_claims("leaver", payload);
}

static void check_signed_with_secret(const char *client_id, enum jose_alg alg, str key, str token) {
    AUTO(jws_ref) jws = {0};
    struct jwk *jwk;
    assert_ok(jwk_from_secret(secret_of(key), alg, &jwk));
    assert_ok(jws_parse(flow_world()->arena, token, &jws));
    assert_ok(jws_verify(&jws, alg, jwk));
    assert_str(jws.typ, "logout+jwt");
    check_claims(client_id, jws.payload);
    jwk_free(jwk);
}

static void it_is_signed_with_the_secret_of_a_client_whose_id_tokens_are(void **state) {
    (void)state;
    static const enum jose_alg algs[] = {JOSE_HS256, JOSE_HS384, JOSE_HS512};
    for (size_t i = 0; i < COUNT(algs); i++) {
        char id[32], more[160];
        str token, name = jose_alg_name(algs[i]);
        snprintf(id, sizeof id, "bye%.*s", STR_FMT(name));
        snprintf(more, sizeof more, BACK ",\"id_token_signed_response_alg\":\"%.*s\"",
                 STR_FMT(name));
        str key = flow_client(id, more);
        assert_ok(make(id, &token));
        check_signed_with_secret(id, algs[i], key, token);
    }
}

/* RFC 7519 5.2: what is inside is a JWT. */
static str opened(const struct jwk *key, enum jwe_alg alg, enum jwe_enc enc, str token) {
    AUTO(jwe_ref) jwe = {0};
    str plain;
    assert_ok(jwe_parse(flow_world()->arena, token, &jwe));
    assert_str(jwe.cty, "JWT");
    assert_ok(jwe_decrypt(key, alg, enc, token, flow_world()->arena, &plain));
    return plain;
}

static void it_is_encrypted_to_a_client_whose_id_tokens_are(void **state) {
    (void)state;
    struct flow_world *w = flow_world();
    struct jwk *key;
    char more[1000];
    str jwk, token, payload;
    assert_ok(jwk_generate_encryption(JWE_ECDH_ES, &key));
    assert_ok(jwk_public_json(key, w->arena, &jwk));
    snprintf(more, sizeof more,
             BACK ",\"jwks\":{\"keys\":[%.*s]},\"id_token_encrypted_response_alg\":\"ECDH-ES\"",
             STR_FMT(jwk));
    flow_client("byeecdh", more);
    assert_ok(make("byeecdh", &token));
    str plain = opened(key, JWE_ECDH_ES, JWE_A128CBC_HS256, token);
    assert_ok(ring_verify(w->authz->ring, JOSE_ES256, S("logout+jwt"), plain, w->arena, &payload));
    check_claims("byeecdh", payload);
    jwk_free(key);
}

static void it_is_signed_and_encrypted_with_the_secret_alone(void **state) {
    (void)state;
    struct jwk *key;
    str token, shared = flow_client("byedir", BACK ",\"id_token_signed_response_alg\":\"HS256\","
                                                   "\"id_token_encrypted_response_alg\":\"dir\"");
    assert_ok(jwe_key_from_client_secret(secret_of(shared), JWE_DIR, JWE_A128CBC_HS256, &key));
    assert_ok(make("byedir", &token));
    check_signed_with_secret("byedir", JOSE_HS256, shared,
                             opened(key, JWE_DIR, JWE_A128CBC_HS256, token));
    jwk_free(key);
}

/* The notice waits for the key: never is it sent in the clear. */
static void without_a_key_to_encrypt_to_there_is_no_token(void **state) {
    (void)state;
    str token;
    flow_client("byekeyless", BACK ",\"jwks\":{\"keys\":[]},"
                                   "\"id_token_encrypted_response_alg\":\"ECDH-ES\"");
    assert_err(make("byekeyless", &token), invalid_request);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_logout_token_says_who_left_and_nothing_else),
        cmocka_unit_test(it_is_signed_with_the_secret_of_a_client_whose_id_tokens_are),
        cmocka_unit_test(it_is_encrypted_to_a_client_whose_id_tokens_are),
        cmocka_unit_test(it_is_signed_and_encrypted_with_the_secret_alone),
        cmocka_unit_test(without_a_key_to_encrypt_to_there_is_no_token),
    };
    return cmocka_run_group_tests(tests, flow_world_open, flow_world_close);
}
