/* Keys of the client, and the settings that follow from a registration. */
#include "rp/engine/client.h"
#include "rp/tests/pem_helper.h"
#include "rp/tests/sign_in_helper.h"

static int refused(hk_cfg *cfg, int code, hk_error *e) {
    hk_rp *rp = NULL;
    assert_int_not_equal(code, HK_OK);
    assert_int_equal(hk_rp_new(cfg, &rp, e), code);
    assert_null(rp);
    return code;
}

static void a_key_that_cannot_be_used_is_refused(void **state) {
    (void)state;
    static const struct {
        bool decryption;
        const char *pem, *alg;
        int code;
        const char *says;
    } rows[] = {
        {false, NULL, "ES256", HK_E_ARG, "missing"},
        {false, pem_ec, NULL, HK_E_ARG, "missing"},
        {false, pem_ec, "es256", HK_E_CONFIG, "private key cannot"},
        {false, pem_ec, "none", HK_E_CONFIG, "private key cannot"},
        {false, pem_ec, "HS256", HK_E_CONFIG, "private key cannot"},
        {false, pem_ec, "RS256", HK_E_CONFIG, "private key cannot"},
        {false, pem_ec, "ES384", HK_E_CONFIG, "private key cannot"},
        {false, pem_rsa, "ES256", HK_E_CONFIG, "private key cannot"},
        {false, pem_ec_public, "ES256", HK_E_CONFIG, "private key cannot"},
        {false, pem_x25519, "EdDSA", HK_E_CONFIG, "private key cannot"},
        {false, "-----BEGIN PRIVATE KEY-----", "ES256", HK_E_CONFIG, "private key cannot"},
        {true, NULL, "ECDH-ES", HK_E_ARG, "missing"},
        {true, pem_ec, NULL, HK_E_ARG, "missing"},
        {true, pem_ec, "RSA-OAEP-256", HK_E_CONFIG, "decryption key cannot"},
        {true, pem_rsa, "ECDH-ES", HK_E_CONFIG, "decryption key cannot"},
        {true, pem_rsa, "RSA1_5", HK_E_CONFIG, "decryption key cannot"},
        {true, pem_ec, "dir", HK_E_CONFIG, "decryption key cannot"},
        {true, pem_ec_public, "ECDH-ES", HK_E_CONFIG, "decryption key cannot"},
        {true, "", "ECDH-ES", HK_E_CONFIG, "decryption key cannot"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct feed feed = {0};
        hk_error e = HK_ERROR_INIT;
        hk_cfg *cfg = feed_cfg(&feed);
        int (*const set)(hk_cfg *, const char *, const char *, const char *) =
            rows[i].decryption ? hk_cfg_decryption_key : hk_cfg_private_key;
        assert_int_equal(refused(cfg, set(cfg, rows[i].pem, "k", rows[i].alg), &e), rows[i].code);
        assert_non_null(strstr(e.msg, rows[i].says));
        assert_int_equal(set(NULL, rows[i].pem, "k", rows[i].alg), HK_E_NOMEM);
    }
}

static void a_key_without_a_name_has_its_thumbprint(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp;
    str thumbprint;
    struct arena *arena = arena_new(1 << 16);
    hk_cfg *cfg = feed_cfg(&feed);
    assert_int_equal(hk_cfg_private_key(cfg, pem_rsa, "another", "PS256"), HK_OK);
    assert_int_equal(hk_cfg_private_key(cfg, pem_ec, NULL, "ES256"), HK_OK); /* the last counts */
    assert_int_equal(hk_cfg_decryption_key(cfg, pem_rsa, "e1", "RSA-OAEP-256"), HK_OK);
    assert_int_equal(hk_cfg_decryption_key(cfg, pem_ec, NULL, "ECDH-ES+A256KW"), HK_OK);
    assert_int_equal(hk_cfg_decryption_key(cfg, pem_x25519, "", "ECDH-ES"), HK_OK);
    assert_int_equal(hk_rp_new(cfg, &rp, &e), HK_OK);
    assert_int_equal(rp->settings.private_alg, JOSE_ES256);
    assert_ok(jwk_thumbprint(rp->settings.private_key, arena, &thumbprint));
    assert_true(str_eq(jwk_kid(rp->settings.private_key), thumbprint));
    assert_int_equal(rp->settings.decryption_key_count, 3);
    assert_str(jwk_kid(rp->settings.decryption_keys[0]), "e1");
    assert_int_equal(jwk_kid(rp->settings.decryption_keys[2]).n, 43);
    hk_rp_free(rp);
    arena_free(arena);
}

static void four_decryption_keys_are_enough(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    hk_cfg *cfg = feed_cfg(&feed);
    for (int i = 0; i < 4; i++)
        assert_int_equal(hk_cfg_decryption_key(cfg, pem_ec, "k", "ECDH-ES"), HK_OK);
    refused(cfg, hk_cfg_decryption_key(cfg, pem_ec, "k", "ECDH-ES"), &e);
    assert_int_equal(e.code, HK_E_CONFIG);
}

static void a_registration_that_is_none_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *json;
        int code;
        const char *says;
    } rows[] = {
        {NULL, HK_E_ARG, "missing"},
        {"[]", HK_E_CONFIG, "JSON object"},
        {"{\"client_id\":\"a\",\"client_id\":\"b\"}", HK_E_CONFIG, "JSON object"},
        {"{}", HK_E_CONFIG, "no client_id"},
        {"{\"client_id\":\"\"}", HK_E_CONFIG, "no client_id"},
        {"{\"client_id\":7}", HK_E_CONFIG, "no client_id"},
        {"{\"client_id\":\"a\",\"id_token_signed_response_alg\":\"none\"}", HK_E_CONFIG, "a value"},
        {"{\"client_id\":\"a\",\"token_endpoint_auth_method\":\"x\"}", HK_E_CONFIG, "a value"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct feed feed = {0};
        hk_error e = HK_ERROR_INIT;
        hk_cfg *cfg = feed_cfg(&feed);
        assert_int_equal(refused(cfg, hk_cfg_registration(cfg, rows[i].json), &e), rows[i].code);
        assert_non_null(strstr(e.msg, rows[i].says));
    }
    assert_int_equal(hk_cfg_registration(NULL, "{\"client_id\":\"a\"}"), HK_E_NOMEM);
}

static void a_registration_says_the_settings(void **state) {
    (void)state;
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp;
    hk_cfg *cfg = hk_cfg_new(ISSUER, NULL);
    assert_int_equal(
        hk_cfg_registration(
            cfg,
            "{\"client_id\":\"c\",\"client_secret\":\"a-secret-of-more-than-thirty-two-bytes\","
            "\"redirect_uris\":[\"https://app.example/a\",\"https://app.example/b\"],"
            "\"post_logout_redirect_uris\":[\"https://app.example/out\"],"
            "\"token_endpoint_auth_method\":\"client_secret_post\",\"client_name\":\"App\","
            "\"id_token_signed_response_alg\":\"ES256\","
            "\"userinfo_signed_response_alg\":\"PS256\","
            "\"introspection_signed_response_alg\":\"PS512\","
            "\"authorization_signed_response_alg\":\"ES384\","
            "\"request_object_signing_alg\":\"none\","
            "\"id_token_encrypted_response_alg\":\"RSA-OAEP-256\","
            "\"userinfo_encrypted_response_alg\":\"ECDH-ES\","
            "\"userinfo_encrypted_response_enc\":\"A256GCM\","
            "\"dpop_bound_access_tokens\":true,\"require_pushed_authorization_requests\":true,"
            "\"require_signed_request_object\":false}"),
        HK_OK);
    assert_int_equal(hk_rp_new(cfg, &rp, &e), HK_OK);
    const struct settings *settings = &rp->settings;
    const struct options *options = &settings->options;
    assert_str(settings->client_id, "c");
    assert_int_equal(settings->client_secret.n, 38);
    assert_str(settings->redirect_uri, "https://app.example/a");
    assert_str(options->post_logout_redirect_uri, "https://app.example/out");
    assert_str(options->client_name, "App");
    assert_int_equal(options->client_auth, AUTH_SECRET_POST);
    assert_int_equal(options->id_token_alg, JOSE_ES256);
    assert_int_equal(options->userinfo_alg, JOSE_PS256);
    assert_int_equal(options->introspection_alg, JOSE_PS512);
    assert_int_equal(options->authorization_alg, JOSE_ES384);
    assert_int_equal(options->request_object_alg, JOSE_NONE);
    assert_str(options->id_token_encryption, "RSA-OAEP-256 A128CBC-HS256");
    assert_str(options->userinfo_encryption, "ECDH-ES A256GCM");
    assert_int_equal(options->dpop, SWITCH_REQUIRE);
    assert_int_equal(options->par, PAR_REQUIRE);
    assert_int_equal(options->request_object, OBJECT_OFF);
    assert_int_equal(options->mtls_bound, SWITCH_OFF);
    hk_rp_free(rp);
}

/* That they must be signed does not say how they travel. */
static void a_registration_leaves_request_objects_where_they_are(void **state) {
    (void)state;
    static const struct {
        const char *was;
        int is;
    } rows[] = {{"off", OBJECT_VALUE}, {"value", OBJECT_VALUE}, {"reference", OBJECT_REFERENCE}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_error e = HK_ERROR_INIT;
        hk_rp *rp;
        hk_cfg *cfg = hk_cfg_new(ISSUER, NULL);
        hk_cfg_redirect_uri(cfg, "https://app.example/cb");
        hk_cfg_private_key(cfg, pem_ec, "k", "ES256");
        hk_cfg_set(cfg, "request_uri", "https://app.example/requests/");
        hk_cfg_set(cfg, "request_object", rows[i].was);
        hk_cfg_registration(cfg, "{\"client_id\":\"c\",\"require_signed_request_object\":true,"
                                 "\"token_endpoint_auth_method\":\"private_key_jwt\"}");
        assert_int_equal(hk_rp_new(cfg, &rp, &e), HK_OK);
        assert_int_equal(rp->settings.options.request_object, rows[i].is);
        hk_rp_free(rp);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_that_cannot_be_used_is_refused),
        cmocka_unit_test(a_key_without_a_name_has_its_thumbprint),
        cmocka_unit_test(four_decryption_keys_are_enough),
        cmocka_unit_test(a_registration_that_is_none_is_refused),
        cmocka_unit_test(a_registration_says_the_settings),
        cmocka_unit_test(a_registration_leaves_request_objects_where_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
