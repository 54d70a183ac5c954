/* What answers to clients are encrypted with. */
#include "authz/client_keys.h"

#include <stdio.h>

#include "authz/tests/client_jwt_helper.h"
#include "authz/tests/document_server_helper.h"
#include "keys/jwe.h"

#define METHOD "'token_endpoint_auth_method':'client_secret_post'"

static const char *remote_set(void) {
    struct jwk *key;
    assert_ok(jwk_generate_encryption(JWE_RSA_OAEP_256, &key));
    const char *set = client_jwt_set(&key, 1);
    jwk_free(key);
    return set;
}

static int open_world(void **state) {
    char ca[128], metadata[8192];
    (void)state;
    document_server_start();
    snprintf(ca, sizeof ca, "--ca-file=%s", document_server_ca());
    int opened = flow_world_open_with((const char *const[]){ca, "--allow-private-fetch", NULL});
    snprintf(metadata, sizeof metadata, METHOD ",'jwks':%s", remote_set());
    client_jwt_add("value", metadata);
    snprintf(metadata, sizeof metadata, METHOD ",'jwks_uri':'%s'", document_server_url("/jwks"));
    client_jwt_add("remote", metadata);
    client_jwt_add("plain", METHOD);
    client_jwt_add("shared", METHOD ",'id_token_encrypted_response_alg':'dir'");
    return opened;
}

static int close_world(void **state) {
    flow_world_close(state);
    document_server_stop();
    return 0;
}

static err find(const char *client_id, enum jwe_alg alg, bool may_block) {
    struct test_request *t = test_request_new("GET", "/");
    struct client client = {0};
    AUTO(client_key_ref) key = {0};
    str token;
    t->rq.app = flow_world()->authz->app;
    t->rq.may_block = may_block;
    t->rq.now_ms = flow_world()->now_ms;
    assert_ok(client_get(flow_world()->authz->store, t->rq.arena, str_from(client_id), &client));
    err e = client_keys_encryption(&t->rq, &client, alg, JWE_A256GCM, &key);
    if (!failed(e))
        assert_ok(jwe_encrypt(key.jwk, alg, JWE_A256GCM, S("JWT"), S("text"), t->rq.arena, &token));
    test_request_free(t);
    return e;
}

static void a_key_of_the_client_is_found(void **state) {
    (void)state;
    assert_ok(find("value", JWE_RSA_OAEP_256, false));
    assert_err(find("value", JWE_ECDH_ES, false), jose_key);
    assert_err(find("plain", JWE_RSA_OAEP_256, true), jose_key);
    document_server_answer(200, remote_set(), NULL);
    assert_err(find("remote", JWE_RSA_OAEP_256, false), defer);
    assert_ok(find("remote", JWE_RSA_OAEP_256, true));
    assert_ok(find("remote", JWE_RSA_OAEP_256, false));
    assert_int_equal(document_server_requests(), 1);
}

static void a_secret_is_shared_where_it_is_kept_as_a_key(void **state) {
    (void)state;
    static const enum jwe_alg algs[] = {JWE_DIR, JWE_A128KW, JWE_A256KW};
    for (size_t i = 0; i < COUNT(algs); i++) {
        assert_ok(find("shared", algs[i], true));
        assert_err(find("plain", algs[i], true), jose_key);
        assert_err(find("value", algs[i], true), jose_key);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_of_the_client_is_found),
        cmocka_unit_test(a_secret_is_shared_where_it_is_kept_as_a_key),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
