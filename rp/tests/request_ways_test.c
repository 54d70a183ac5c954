/* How an authorization request travels: pushed (PAR), signed (JAR) by value and by reference. */
#include "common/base/json_read.h"
#include "keys/jwe.h"
#include "rp/tests/sign_in_helper.h"

#define PAR_URL ISSUER "/par"

static int begin(struct world *world, const hk_auth *auth, const struct canned *answer,
                 hk_login **login, hk_error *e) {
    world->rule[0] = 0;
    hk_op *op = hk_begin_op(world->rp, auth);
    int code = feed_run(&world->feed, op, answer, answer ? 1 : 0, e);
    *login = hk_op_take_login(op);
    assert_true((code == HK_OK) == (*login != NULL));
    hk_op_free(op);
    return code;
}

static void a_request_is_pushed(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    hk_login *login;
    const struct canned answer = {PAR_URL, 201, "{\"request_uri\":\"urn:r:1\",\"expires_in\":60}",
                                  NULL, 0};
    world_open(&world, (world_settings){"par=require"});
    assert_int_equal(begin(&world, NULL, &answer, &login, &e), HK_OK);
    assert_string_equal(hk_login_url(login).p,
                        ISSUER "/authorize?client_id=app&request_uri=urn%3Ar%3A1");
    const char *body = world.feed.last_body;
    assert_string_equal(param_of(body, "response_type"), "code");
    assert_string_equal(param_of(body, "client_id"), "app");
    assert_int_equal(strlen(param_of(body, "state")), 43);
    assert_int_equal(strlen(param_of(body, "code_challenge")), 43);
    assert_non_null(strstr(world.feed.last_headers, "Authorization: Basic "));
    hk_login_free(login);
    world_close(&world);
}

static void a_provider_that_requires_it_gets_pushed_requests(void **state) {
    (void)state;
    static const struct {
        const char *required, *setting;
        bool pushed;
    } rows[] = {{"true", "par=auto", true},
                {"false", "par=auto", false},
                {"true", "par=off", false},
                {"false", "par=require", true}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        hk_login *login;
        const struct canned answer = {PAR_URL, 201, "{\"request_uri\":\"urn:r:1\"}", NULL, 0};
        hk_cfg *cfg = world_cfg(&world, (world_settings){rows[i].setting});
        hk_cfg_metadata(
            cfg, world_text(&world,
                            "{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"" ISSUER
                            "/authorize\",\"pushed_authorization_request_endpoint\":\"" PAR_URL
                            "\",\"require_pushed_authorization_requests\":%s}",
                            rows[i].required));
        assert_int_equal(hk_rp_new(cfg, &world.rp, &e), HK_OK);
        assert_int_equal(begin(&world, NULL, rows[i].pushed ? &answer : NULL, &login, &e), HK_OK);
        assert_true((strstr(hk_login_url(login).p, "request_uri=") != NULL) == rows[i].pushed);
        hk_login_free(login);
        world_close(&world);
    }
}

static void an_answer_to_a_push_that_is_not_right_is_refused(void **state) {
    (void)state;
    static const struct {
        struct canned answer;
        int code;
        const char *rule, *oauth;
    } rows[] = {
        {{PAR_URL, 400, "{\"error\":\"invalid_request\"}", NULL, 0},
         HK_E_OAUTH,
         "server_refused",
         "invalid_request"},
        {{PAR_URL, 201, "{}", NULL, 0}, HK_E_HTTP, "pushed_request_has_uri", ""},
        {{PAR_URL, 201, "{\"request_uri\":\"\"}", NULL, 0},
         HK_E_HTTP,
         "pushed_request_has_uri",
         ""},
        {{PAR_URL, 201, "{\"request_uri\":1}", NULL, 0}, HK_E_HTTP, "pushed_request_has_uri", ""},
        {{PAR_URL, 201, "<html>", NULL, 0}, HK_E_HTTP, "answer_is_json", ""},
        {{PAR_URL, 302, "", "Location: https://e.example/\r\n", 0},
         HK_E_HTTP,
         "answer_is_no_redirect",
         ""},
        {{PAR_URL, 0, NULL, NULL, HK_E_TIMEOUT}, HK_E_TIMEOUT, "answer_in_time", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        hk_login *login;
        world_open(&world, (world_settings){"par=require"});
        assert_int_equal(begin(&world, NULL, &rows[i].answer, &login, &e), rows[i].code);
        assert_string_equal(world.rule, rows[i].rule);
        assert_string_equal(e.oauth, rows[i].oauth);
        world_close(&world);
    }
}

/* A client with a key of its own, whose public half is *key. */
static void open_with_key(struct world *world, const char *const *settings, struct jwk **key) {
    hk_error e = HK_ERROR_INIT;
    hk_cfg *cfg = world_cfg(world, settings);
    hk_cfg_private_key(cfg, sign_in_private_key, "k1", "ES256");
    if (hk_rp_new(cfg, &world->rp, &e))
        fail_msg("%s", e.msg);
    assert_ok(jwk_from_pem(str_from(sign_in_private_key), S("k1"), JOSE_ES256, key));
}

/* The claims of the object, whose signature, header and dates are right. */
static json_t *claims_of(struct world *world, str object, const struct jwk *key,
                         enum jose_alg alg) {
    AUTO(jws_ref) jws = {0};
    json_t *claims;
    int64_t n;
    assert_ok(jws_parse(world->issuer.arena, object, &jws));
    assert_ok(jws_verify(&jws, alg, key));
    assert_str(jws.typ, "oauth-authz-req+jwt");
    assert_ok(json_read_object(jws.payload, &claims));
    assert_str(json_read_str(claims, "iss"), "app");
    assert_str(json_read_str(claims, "aud"), ISSUER);
    assert_str(json_read_str(claims, "client_id"), "app");
    assert_str(json_read_str(claims, "response_type"), "code");
    assert_int_equal(json_read_str(claims, "jti").n, 22);
    assert_int_equal(json_read_str(claims, "state").n, 43);
    assert_int_equal(json_read_str(claims, "nonce").n, 43);
    assert_int_equal(json_read_str(claims, "code_challenge").n, 43);
    assert_true(json_read_int(claims, "exp", &n) && n == world->feed.now + 300);
    assert_true(json_read_int(claims, "iat", &n) && n == world->feed.now);
    assert_true(json_read_int(claims, "nbf", &n) && n == world->feed.now - 10);
    return claims;
}

static void a_signed_request_holds_every_parameter(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    hk_login *login;
    struct jwk *key;
    int64_t n;
    open_with_key(&world, (world_settings){"request_object=value"}, &key);
    const hk_auth auth = {.size = sizeof auth,
                          .claims = "{\"userinfo\":{\"name\":null}}",
                          .authorization_details = "[{\"type\":\"a\"}]",
                          .resources = "https://a.example/ https://b.example/",
                          .has_max_age = 1,
                          .max_age = 30,
                          .extra = "foo=b%22ar"};
    assert_int_equal(begin(&world, &auth, NULL, &login, &e), HK_OK);
    const char *url = hk_login_url(login).p;
    json_t *claims = claims_of(&world, str_from(param_of(url, "request")), key, JOSE_ES256);
    assert_true(json_is_object(json_object_get(claims, "claims")));
    assert_int_equal(json_array_size(json_object_get(claims, "authorization_details")), 1);
    assert_int_equal(json_array_size(json_object_get(claims, "resource")), 2);
    assert_true(json_read_int(claims, "max_age", &n) && n == 30);
    assert_str(json_read_str(claims, "foo"), "b\"ar");
    static const char *const beside[][2] = {
        {"client_id", "app"}, {"response_type", "code"}, {"scope", "openid"}, {"state", ""},
        {"nonce", ""},        {"redirect_uri", ""},      {"foo", ""},         {"request_uri", ""}};
    for (size_t i = 0; i < COUNT(beside); i++)
        assert_string_equal(param_of(url, beside[i][0]), beside[i][1]);
    assert_null(hk_login_request_uri(login).p);
    assert_null(hk_login_request_object(login).p);
    json_decref(claims);
    hk_login_free(login);
    jwk_free(key);
    world_close(&world);
}

static void a_signed_request_can_be_served_by_the_program(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    hk_login *login;
    struct jwk *key;
    open_with_key(
        &world,
        (world_settings){"request_object=reference", "request_uri=https://app.example/requests/"},
        &key);
    assert_int_equal(begin(&world, NULL, NULL, &login, &e), HK_OK);
    const char *uri = param_of(hk_login_url(login).p, "request_uri");
    assert_int_equal(strncmp(uri, "https://app.example/requests/", 29), 0);
    assert_int_equal(strlen(uri), 29 + 22);
    assert_string_equal(hk_login_request_uri(login).p, uri);
    assert_string_equal(param_of(hk_login_url(login).p, "request"), "");
    hk_str object = hk_login_request_object(login);
    json_decref(claims_of(&world, str_of(object.p, object.n), key, JOSE_ES256));
    hk_login_free(login);
    jwk_free(key);
    world_close(&world);
}

static void a_signed_request_is_pushed_alone(void **state) {
    (void)state;
    static const char *const objects[] = {"request_object=value", "request_object=reference"};
    for (size_t i = 0; i < COUNT(objects); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        hk_login *login;
        struct jwk *key;
        const struct canned answer = {PAR_URL, 201, "{\"request_uri\":\"urn:r:1\"}", NULL, 0};
        open_with_key(&world,
                      (world_settings){objects[i], "request_uri=https://app.example/requests/",
                                       "par=require", "client_auth=private_key_jwt"},
                      &key);
        assert_int_equal(begin(&world, NULL, &answer, &login, &e), HK_OK);
        const char *body = world.feed.last_body;
        json_decref(claims_of(&world, str_from(param_of(body, "request")), key, JOSE_ES256));
        assert_string_equal(param_of(body, "state"), "");
        assert_string_equal(param_of(body, "scope"), "");
        assert_string_not_equal(param_of(body, "client_assertion"), "");
        assert_string_equal(hk_login_url(login).p,
                            ISSUER "/authorize?client_id=app&request_uri=urn%3Ar%3A1");
        assert_null(hk_login_request_object(login).p);
        hk_login_free(login);
        jwk_free(key);
        world_close(&world);
    }
}

static void a_secret_signs_and_encrypts_requests_too(void **state) {
    (void)state;
    static const secret shared = {(const uint8_t *)"a-secret-of-more-than-thirty-two-bytes", 38};
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    hk_login *login;
    struct jwk *mac, *wrap;
    str object;
    world_open(&world, (world_settings){"request_object=value", "request_object_alg=HS256",
                                        "request_object_encryption=dir A256GCM"});
    assert_int_equal(begin(&world, NULL, NULL, &login, &e), HK_OK);
    assert_ok(jwk_from_secret(shared, JOSE_HS256, &mac));
    assert_ok(jwe_key_from_client_secret(shared, JWE_DIR, JWE_A256GCM, &wrap));
    const char *request = param_of(hk_login_url(login).p, "request");
    assert_ok(
        jwe_decrypt(wrap, JWE_DIR, JWE_A256GCM, str_from(request), world.issuer.arena, &object));
    json_decref(claims_of(&world, object, mac, JOSE_HS256));
    jwk_free(mac);
    jwk_free(wrap);
    hk_login_free(login);
    world_close(&world);
}

static void a_request_is_encrypted_to_the_provider(void **state) {
    (void)state;
    for (int published = 0; published <= 1; published++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        hk_login *login;
        struct jwk *key;
        str public, object;
        hk_cfg *cfg =
            world_cfg(&world, (world_settings){"request_object=value", "request_object_alg=HS256",
                                               "request_object_encryption=ECDH-ES A128GCM"});
        assert_ok(jwk_generate_encryption(JWE_ECDH_ES, &key));
        assert_ok(jwk_public_json(key, world.issuer.arena, &public));
        if (published)
            hk_cfg_jwks(cfg, world_text(&world, "{\"keys\":[%.*s]}", STR_FMT(public)));
        assert_int_equal(hk_rp_new(cfg, &world.rp, &e), HK_OK);
        assert_int_equal(begin(&world, NULL, NULL, &login, &e), published ? HK_OK : HK_E_KEY);
        assert_string_equal(world.rule, published ? "" : "encryption_key_is_published");
        if (login) {
            const char *request = param_of(hk_login_url(login).p, "request");
            assert_ok(jwe_decrypt(key, JWE_ECDH_ES, JWE_A128GCM, str_from(request),
                                  world.issuer.arena, &object));
        }
        jwk_free(key);
        hk_login_free(login);
        world_close(&world);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_pushed),
        cmocka_unit_test(a_provider_that_requires_it_gets_pushed_requests),
        cmocka_unit_test(an_answer_to_a_push_that_is_not_right_is_refused),
        cmocka_unit_test(a_signed_request_holds_every_parameter),
        cmocka_unit_test(a_signed_request_can_be_served_by_the_program),
        cmocka_unit_test(a_signed_request_is_pushed_alone),
        cmocka_unit_test(a_secret_signs_and_encrypts_requests_too),
        cmocka_unit_test(a_request_is_encrypted_to_the_provider),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
