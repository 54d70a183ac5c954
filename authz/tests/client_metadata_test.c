#include "authz/client_metadata.h"

#include <stdio.h>

#include "common/base/testing.h"

/* RFC 8037 A.2, not closed. */
#define ED_KEY                                                                                     \
    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\""
#define CB "\"redirect_uris\":[\"https://app.example/cb\"]"

static err check(struct arena *arena, const char *text, bool development, str *json) {
    AUTO(json_ref) given = NULL;
    assert_ok(json_read_object(str_from(text), &given));
    return client_metadata_check(arena, given, development, json);
}

static void bad_metadata_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *members, *error;
    } rows[] = {
        {"\"client_name\":7", "invalid_client_metadata"},
        {"\"client_name\":\"\"", "invalid_client_metadata"},
        {"\"client_name\":\"a\\nb\"", "invalid_client_metadata"},
        {"\"application_type\":\"browser\"", "invalid_client_metadata"},
        {"\"application_type\":\"\"", "invalid_client_metadata"},
        {"\"application_type\":\"web native\"", "invalid_client_metadata"},
        {"\"token_endpoint_auth_method\":\"tls_client_auth\"", "invalid_client_metadata"},
        {"\"token_endpoint_auth_method\":[\"none\"]", "invalid_client_metadata"},
        {"\"grant_types\":\"authorization_code\"", "invalid_client_metadata"},
        {"\"grant_types\":[]", "invalid_client_metadata"},
        {"\"grant_types\":[\"implicit\"]", "invalid_client_metadata"}, /* response_types: code */
        {"\"grant_types\":[\"authorization_code\",\"password\"]", "invalid_client_metadata"},
        {"\"grant_types\":[\"refresh_token\"]", "invalid_client_metadata"},
        {"\"grant_types\":[\"authorization_code refresh_token\"]", "invalid_client_metadata"},
        {"\"grant_types\":[1]", "invalid_client_metadata"},
        {"\"response_types\":[\"token\"]", "invalid_client_metadata"},
        {"\"scope\":\"\"", "invalid_client_metadata"},
        {"\"scope\":\"openid  email\"", "invalid_client_metadata"},
        {"\"scope\":\"admin\"", "invalid_client_metadata"},
        {"\"scope\":[\"openid\"]", "invalid_client_metadata"},
        {"\"id_token_signed_response_alg\":\"none\"", "invalid_client_metadata"},
        {"\"id_token_encrypted_response_alg\":\"RSA1_5\"", "invalid_client_metadata"},
        {"\"id_token_encrypted_response_alg\":\"ECDH-ES\"", "invalid_client_metadata"},
        {"\"id_token_encrypted_response_enc\":\"A128GCM\"", "invalid_client_metadata"},
        {"\"userinfo_encrypted_response_enc\":\"A128GCM\"", "invalid_client_metadata"},
        {"\"userinfo_encrypted_response_alg\":\"dir\",\"userinfo_encrypted_response_enc\":\"A1\"",
         "invalid_client_metadata"},
        {"\"token_endpoint_auth_method\":\"none\",\"id_token_signed_response_alg\":\"HS256\"",
         "invalid_client_metadata"},
        {"\"token_endpoint_auth_method\":\"none\",\"userinfo_signed_response_alg\":\"HS512\"",
         "invalid_client_metadata"},
        {"\"id_token_signed_response_alg\":\"rs256\"", "invalid_client_metadata"},
        {"\"client_uri\":\"javascript:alert(1)\"", "invalid_client_metadata"},
        {"\"logo_uri\":\"data:image/png;base64,AA\"", "invalid_client_metadata"},
        {"\"policy_uri\":\"/policy\"", "invalid_client_metadata"},
        {"\"tos_uri\":\"https://\"", "invalid_client_metadata"},
        {"\"tos_uri\":\"https://user@app.example/\"", "invalid_client_metadata"},
        {"\"client_name#es\":\"\"", "invalid_client_metadata"},
        {"\"client_name#\":\"A\"", "invalid_client_metadata"},
        {"\"client_name#e s\":\"A\"", "invalid_client_metadata"},
        {"\"client_name#toolonglanguage\":\"A\"", "invalid_client_metadata"},
        {"\"client_name#es-\":\"A\"", "invalid_client_metadata"},
        {"\"tos_uri#es\":\"/tos\"", "invalid_client_metadata"},
        {"\"token_endpoint_auth_signing_alg\":\"none\"", "invalid_client_metadata"},
        {"\"response_types\":[\"id_token\"],\"grant_types\":[\"authorization_code\"]",
         "invalid_client_metadata"},
        {"\"response_types\":[\"code id_token\"],\"grant_types\":[\"implicit\"]",
         "invalid_client_metadata"},
        {"\"response_types\":[\"code code\"]", "invalid_client_metadata"},
        {"\"subject_type\":\"private\"", "invalid_client_metadata"},
        {"\"sector_identifier_uri\":\"http://app.example/sector\"", "invalid_client_metadata"},
        {"\"jwks\":{}", "invalid_client_metadata"},
        {"\"jwks\":{\"keys\":[]}", "invalid_client_metadata"},
        {"\"jwks\":{\"keys\":[7]}", "invalid_client_metadata"},
        {"\"jwks\":{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}", "invalid_client_metadata"},
        {"\"jwks\":{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}",
         "invalid_client_metadata"},
        {"\"jwks\":{\"keys\":[" ED_KEY ",\"d\":\"AAAA\"}]}", "invalid_client_metadata"},
        {"\"jwks\":{\"keys\":[" ED_KEY "}]},\"jwks_uri\":\"https://app.example/jwks\"",
         "invalid_client_metadata"},
        {"\"jwks_uri\":\"http://app.example/jwks\"", "invalid_client_metadata"},
        {"\"jwks_uri\":\"http://localhost/jwks\"", "invalid_client_metadata"},
        {"\"jwks_uri\":\"https://app.example/jwks#1\"", "invalid_client_metadata"},
        {"\"request_uris\":\"https://app.example/r\"", "invalid_client_metadata"},
        {"\"request_uris\":[\"http://app.example/r\"]", "invalid_client_metadata"},
        {"\"request_uris\":[\"http://localhost/r\"]", "invalid_client_metadata"},
        {"\"request_uris\":[\"urn:example:r\"]", "invalid_client_metadata"},
        {"\"request_uris\":[\"https://user@app.example/r\"]", "invalid_client_metadata"},
        {"\"request_uris\":[7]", "invalid_client_metadata"},
        {"\"request_object_signing_alg\":\"none none\"", "invalid_client_metadata"},
        {"\"request_object_encryption_alg\":\"RSA1_5\"", "invalid_client_metadata"},
        {"\"request_object_encryption_enc\":\"A256GCM\"", "invalid_client_metadata"},
        {"\"request_object_encryption_alg\":\"dir\",\"request_object_encryption_enc\":\"none\"",
         "invalid_client_metadata"},
        {"\"request_object_encryption_alg\":\"dir\",\"token_endpoint_auth_method\":\"none\"",
         "invalid_client_metadata"},
        {"\"request_object_signing_alg\":\"RS1\"", "invalid_client_metadata"},
        {"\"token_endpoint_auth_method\":\"private_key_jwt\"", "invalid_client_metadata"},
        {"\"default_max_age\":-1", "invalid_client_metadata"},
        {"\"default_max_age\":1.5", "invalid_client_metadata"},
        {"\"default_max_age\":\"60\"", "invalid_client_metadata"},
        {"\"require_auth_time\":\"true\"", "invalid_client_metadata"},
        {"\"default_acr_values\":\"a\"", "invalid_client_metadata"},
        {"\"initiate_login_uri\":\"http://localhost/start\"", "invalid_client_metadata"},
        {"\"post_logout_redirect_uris\":\"https://app.example/bye\"", "invalid_client_metadata"},
        {"\"post_logout_redirect_uris\":[\"https://app.example/bye#x\"]",
         "invalid_client_metadata"},
        {"\"post_logout_redirect_uris\":[\"http://app.example/bye\"]", "invalid_client_metadata"},
        {"\"frontchannel_logout_uri\":\"https://other.example/front\"", "invalid_client_metadata"},
        {"\"frontchannel_logout_uri\":\"https://app.example:444/front\"",
         "invalid_client_metadata"},
        {"\"frontchannel_logout_session_required\":1", "invalid_client_metadata"},
        {"\"backchannel_logout_uri\":\"https://app.example/back#x\"", "invalid_client_metadata"},
        {"\"backchannel_logout_uri\":\"http://localhost/back\"", "invalid_client_metadata"},
        {"\"backchannel_logout_session_required\":null,\"software_id\":\"\"",
         "invalid_client_metadata"},
        {"\"software_version\":1", "invalid_client_metadata"},
        {"\"contacts\":\"a@b\"", "invalid_client_metadata"},
        {"\"contacts\":[\"\"]", "invalid_client_metadata"},
        {"\"contacts\":[{}]", "invalid_client_metadata"},
        {"\"redirect_uris\":null", "invalid_redirect_uri"},
        {"\"redirect_uris\":[]", "invalid_redirect_uri"},
        {"\"redirect_uris\":\"https://app.example/cb\"", "invalid_redirect_uri"},
        {"\"redirect_uris\":[7]", "invalid_redirect_uri"},
        {"\"redirect_uris\":[\"https://app.example/cb#x\"]", "invalid_redirect_uri"},
        {"\"redirect_uris\":[\"https://app.example/cb\",\"javascript:x\"]", "invalid_redirect_uri"},
        {"\"redirect_uris\":[\"http://localhost/cb\"]", "invalid_redirect_uri"},
        {"\"redirect_uris\":[\"com.example.app:/cb\"]", "invalid_redirect_uri"},
    };
    struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[1024];
        bool uris = strncmp(rows[i].members, "\"redirect_uris", 14) == 0;
        str json;
        snprintf(text, sizeof text, uris ? "{%s}" : "{" CB ",%s}", rows[i].members);
        assert_string_equal(err_name(check(arena, text, false, &json).code), rows[i].error);
    }
    arena_free(arena);
}

static void what_is_not_given_gets_its_default(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    str json;
    assert_ok(check(arena, "{" CB ",\"client_uri\":null,\"unknown\":7}", false, &json));
    assert_str(json, "{\"application_type\":\"web\"," CB ","
                     "\"token_endpoint_auth_method\":\"client_secret_basic\","
                     "\"grant_types\":[\"authorization_code\"],\"response_types\":[\"code\"],"
                     "\"scope\":\"openid profile email address phone project:read offline_access\","
                     "\"subject_type\":\"public\",\"id_token_signed_response_alg\":\"RS256\","
                     "\"require_auth_time\":false,"
                     "\"frontchannel_logout_session_required\":false,"
                     "\"backchannel_logout_session_required\":false}");
    arena_free(arena);
}

static void what_is_given_is_echoed(void **state) {
    (void)state;
    static const char text[] =
        "{\"client_name\":\"Caf\xc3\xa9\",\"client_name#es-MX\":\"Taza\",\"application_type\":"
        "\"native\","
        "\"redirect_uris\":[\"https://app.example/cb\",\"com.example.app:/cb\"],"
        "\"token_endpoint_auth_method\":\"none\","
        "\"grant_types\":[\"authorization_code\",\"refresh_token\"],\"response_types\":[\"code\"],"
        "\"scope\":\"openid email\",\"subject_type\":\"public\","
        "\"id_token_signed_response_alg\":\"EdDSA\",\"default_max_age\":900,"
        "\"require_auth_time\":true,\"default_acr_values\":[\"urn:hitkey:acr:mfa\"],"
        "\"initiate_login_uri\":\"https://app.example/start\","
        "\"post_logout_redirect_uris\":[\"com.example.app:/bye\"],"
        "\"frontchannel_logout_uri\":\"https://app.example/front\","
        "\"frontchannel_logout_session_required\":true,"
        "\"backchannel_logout_uri\":\"https://app.example/back\","
        "\"backchannel_logout_session_required\":true,"
        "\"client_uri\":\"https://app.example/\",\"logo_uri\":\"https://app.example/l.png\","
        "\"policy_uri\":\"https://app.example/p\",\"tos_uri\":\"https://app.example/t\","
        "\"tos_uri#ru\":\"https://app.example/t/ru\",\"contacts\":[\"dev@app.example\"],"
        "\"software_id\":\"app\",\"software_version\":\"1.2\"}";
    struct arena *arena = arena_new(1 << 20);
    str json, echo;
    AUTO(json_ref) stored = NULL;
    assert_ok(check(arena, text, false, &json));
    assert_str(json, text);
    assert_ok(json_read_object(json, &stored));
    struct json_put j = json_put_begin(arena, 4096);
    json_put_open(&j, '{');
    assert_ok(client_metadata_put(&j, arena, stored));
    json_put_close(&j, '}');
    assert_ok(json_put_done(&j, &echo));
    assert_str(echo, text);
    arena_free(arena);
}

static void stored_is(const char *given, const char *member) {
    struct arena *arena = arena_new(1 << 20);
    str json;
    assert_ok(check(arena, given, false, &json));
    if (str_find_str(json, str_from(member)) == json.n)
        fail_msg("%.*s lacks %s", STR_FMT(json), member);
    arena_free(arena);
}

static void response_types_are_stored_in_our_order_with_the_grants_they_need(void **state) {
    (void)state;
    stored_is("{" CB ",\"response_types\":[\"token id_token code\"]}",
              "\"grant_types\":[\"authorization_code\",\"implicit\"],"
              "\"response_types\":[\"code id_token token\"]");
    stored_is("{" CB ",\"response_types\":[\"id_token\"]}", "\"grant_types\":[\"implicit\"]");
    stored_is("{" CB ",\"response_types\":[\"id_token\",\"code\"],"
              "\"grant_types\":[\"implicit\",\"authorization_code\",\"refresh_token\"]}",
              "\"response_types\":[\"id_token\",\"code\"]");
}

static void the_keys_of_a_client_are_kept_as_they_came(void **state) {
    (void)state;
    stored_is("{" CB ",\"jwks\":{\"keys\":[" ED_KEY "}]}}", "\"jwks\":{\"keys\":[" ED_KEY "}]}");
}

static void scopes_of_others_are_dropped(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    str json;
    assert_ok(check(arena, "{" CB ",\"scope\":\"admin email openid\"}", false, &json));
    assert_true(str_find_str(json, S("\"scope\":\"email openid\"")) < json.n);
    arena_free(arena);
}

static void loopback_is_fine_in_development(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    str json;
    assert_ok(check(arena, "{\"redirect_uris\":[\"http://localhost:3000/cb\"]}", true, &json));
    assert_err(check(arena, "{\"redirect_uris\":[\"http://app.example/cb\"]}", true, &json),
               invalid_redirect_uri);
    arena_free(arena);
}

static void changes_replace_and_null_takes_away(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    AUTO(json_ref) stored = NULL, changes = NULL;
    str json;
    assert_ok(json_read_object(S("{" CB ",\"client_uri\":\"https://a.example/\"}"), &stored));
    assert_ok(json_read_object(
        S("{\"client_uri\":null,\"client_name\":\"B\",\"client_secret\":\"x\"}"), &changes));
    assert_ok(client_metadata_merge(stored, changes));
    assert_ok(client_metadata_check(arena, stored, false, &json));
    assert_true(str_starts(json, S("{\"client_name\":\"B\",")));
    assert_true(str_find_str(json, S("client_uri")) == json.n);
    assert_true(str_find_str(json, S("client_secret\"")) == json.n);
    arena_free(arena);
}

static void discovery_reads_the_choices(void **state) {
    (void)state;
    assert_str(client_metadata_choices("grant_types"), "authorization_code refresh_token implicit");
    assert_str(client_metadata_choices("id_token_signed_response_alg"),
               "RS256 PS256 ES256 EdDSA HS256 HS384 HS512");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_metadata_is_refused),
        cmocka_unit_test(what_is_not_given_gets_its_default),
        cmocka_unit_test(what_is_given_is_echoed),
        cmocka_unit_test(response_types_are_stored_in_our_order_with_the_grants_they_need),
        cmocka_unit_test(the_keys_of_a_client_are_kept_as_they_came),
        cmocka_unit_test(scopes_of_others_are_dropped),
        cmocka_unit_test(loopback_is_fine_in_development),
        cmocka_unit_test(changes_replace_and_null_takes_away),
        cmocka_unit_test(discovery_reads_the_choices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
