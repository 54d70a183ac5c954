/* Request objects by value: signed, unsigned, encrypted, and what is refused. */
#include <stdio.h>

#include "authz/tests/request_object_helper.h"
#include "common/base/json_read.h"
#include "keys/jwe.h"

/* --- by value ------------------------------------------------------------------------------- */

static void each_asymmetric_algorithm_is_taken(void **state) {
    (void)state;
    const struct {
        const struct jwk *key;
        enum jose_alg alg;
    } rows[] = {{jwt_keys.rsa, JOSE_RS256},   {jwt_keys.rsa, JOSE_RS384},
                {jwt_keys.rsa, JOSE_RS512},   {jwt_keys.rsa, JOSE_PS256},
                {jwt_keys.rsa, JOSE_PS384},   {jwt_keys.rsa, JOSE_PS512},
                {jwt_keys.ec, JOSE_ES256},    {jwt_keys.ec384, JOSE_ES384},
                {jwt_keys.ec521, JOSE_ES512}, {jwt_keys.ed, JOSE_EdDSA}};
    for (size_t i = 0; i < COUNT(rows); i++)
        object_counts("any", OUTSIDE, client_jwt(rows[i].key, rows[i].alg, NULL, "{" INSIDE "}"),
                      "in");
}

static void a_secret_is_a_key(void **state) {
    (void)state;
    struct jwk *key = client_jwt_secret_key(request_object_secrets.secret, JOSE_HS256),
               *other = client_jwt_secret_key(CLIENT_JWT_SECRET, JOSE_HS256);
    object_counts("hs256", OUTSIDE, client_jwt(key, JOSE_HS256, NULL, "{" INSIDE "}"), "in");
    object_told("hs256", OUTSIDE GOOD, client_jwt(other, JOSE_HS256, NULL, "{" INSIDE "}"),
                "invalid_request_object", "out");
    /* A secret that is kept as a hash is no key. */
    object_told("any", OUTSIDE GOOD, client_jwt(other, JOSE_HS256, NULL, "{" INSIDE "}"),
                "invalid_request_object", "out");
    jwk_free(key);
    jwk_free(other);
}

static void what_is_inside_counts_more(void **state) {
    (void)state;
    static const struct {
        const char *outside, *inside, *state;
    } rows[] = {
        {OUTSIDE GOOD, "{}", "out"},
        {OUTSIDE GOOD, "{'state':'in'}", "in"},
        {OUTSIDE GOOD, "{" INSIDE "}", "in"},
        {OUTSIDE, "{" INSIDE "}", "in"},
        {OUTSIDE BAD, "{" INSIDE "}", "in"}, /* the address inside is the one */
        {OUTSIDE GOOD, "{'response_type':'code','client_id':'any','state':'in'}", "in"},
        {"x=y", "{'response_type':'code'," INSIDE "}", "in"}, /* RFC 9101 5 */
        {OUTSIDE, "{'iss':'any','aud':'" ISSUER "'," INSIDE "}", "in"},
        {OUTSIDE, "{'aud':['" ISSUER "']," INSIDE "}", "in"},
        {OUTSIDE, "{'max_age':3600,'claims':{'userinfo':{'name':null}}," INSIDE "}", "in"},
        {OUTSIDE "&max_age=never", "{'max_age':0," INSIDE "}", "in"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        object_counts("any", rows[i].outside, object_of(rows[i].inside), rows[i].state);
}

static void the_effective_request_is_checked(void **state) {
    (void)state;
    object_page("any", OUTSIDE GOOD, object_of("{'redirect_uri':'https://evil.example/cb'}"));
    object_page("any", OUTSIDE GOOD, object_of("{'redirect_uri':7}"));
    object_page("any", OUTSIDE, object_of("{}"));
    object_told("any", OUTSIDE GOOD, object_of("{'state':'in','max_age':'never'}"),
                "invalid_request", "in");
    object_told("any", OUTSIDE GOOD, object_of("{'state':'in','claims':[]}"), "invalid_request",
                "in");
    object_told("any", OUTSIDE GOOD, object_of("{'state':'in','scope':'none-such'}"),
                "invalid_scope", "in");
    object_told("any", "scope=openid" GOOD, object_of("{'state':'in','response_type':'password'}"),
                "unsupported_response_type", "in");
}

static void typed_objects_are_taken(void **state) {
    (void)state;
    static const char *const types[] = {"JWT", "oauth-authz-req+jwt",
                                        "application/oauth-authz-req+jwt"};
    for (size_t i = 0; i < COUNT(types); i++)
        object_counts("any", OUTSIDE, client_jwt(jwt_keys.ec, JOSE_ES256, types[i], "{" INSIDE "}"),
                      "in");
}

/* --- encrypted ------------------------------------------------------------------------------ */

static const char *shared(enum jwe_alg alg, enum jwe_enc enc, const char *text, const char *jwt) {
    struct jwk *key;
    str token;
    assert_ok(jwe_key_from_client_secret(secret_of(str_from(text)), alg, enc, &key));
    assert_ok(jwe_encrypt(key, alg, enc, S("JWT"), str_from(jwt), flow_world()->arena, &token));
    jwk_free(key);
    return token.p;
}

static void objects_encrypted_with_the_secret_are_taken(void **state) {
    (void)state;
    static const struct {
        enum jwe_alg alg;
        enum jwe_enc enc;
    } rows[] = {
        {JWE_DIR, JWE_A128GCM},
        {JWE_DIR, JWE_A256CBC_HS512},
        {JWE_A128KW, JWE_A256GCM},
        {JWE_A256KW, JWE_A128CBC_HS256},
    };
    const char *signed_one = object_of("{" INSIDE "}");
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *token =
            shared(rows[i].alg, rows[i].enc, request_object_secrets.shared, signed_one);
        object_counts("shared", OUTSIDE, token, "in");
        object_told("any", OUTSIDE GOOD, token, "invalid_request_object", "out");
    }
    object_counts("dir", OUTSIDE,
                  shared(JWE_DIR, JWE_A256GCM, request_object_secrets.dir, signed_one), "in");
}

/* To the key that we publish for `alg`. */
static const char *to_us(enum jwe_alg alg, const char *jwt) {
    struct test_request *t = test_request_new("GET", "/oauth/jwks");
    struct jwk_set *set;
    const struct jwk *key;
    AUTO(json_ref) published = NULL;
    str token;
    test_request_send(t, flow_world()->authz->app);
    assert_ok(json_read_object(t->rs.body, &published));
    assert_ok(jwk_set_import(published, &set));
    assert_ok(jwk_set_find_encryption(set, alg, &key));
    assert_ok(jwe_encrypt(key, alg, JWE_A128CBC_HS256, S("JWT"), str_from(jwt), flow_world()->arena,
                          &token));
    jwk_set_free(set);
    test_request_free(t);
    return token.p;
}

static void objects_encrypted_to_our_keys_are_taken(void **state) {
    (void)state;
    static const enum jwe_alg algs[] = {JWE_RSA_OAEP_256, JWE_ECDH_ES, JWE_ECDH_ES_A128KW,
                                        JWE_ECDH_ES_A256KW};
    for (size_t i = 0; i < COUNT(algs); i++) {
        const char *token = to_us(algs[i], object_of("{" INSIDE "}"));
        object_counts("any", OUTSIDE, token, "in");
        object_told("dir", OUTSIDE GOOD, token, "invalid_request_object", "out");
        object_told("any", OUTSIDE GOOD, to_us(algs[i], "e30"), "invalid_request_object", "out");
    }
}

static void badly_encrypted_objects_are_refused(void **state) {
    (void)state;
    const char *signed_one = object_of("{" INSIDE "}");
    const char *const rows[] = {
        shared(JWE_DIR, JWE_A128GCM, request_object_secrets.dir, signed_one),    /* another enc */
        shared(JWE_A256KW, JWE_A256GCM, request_object_secrets.dir, signed_one), /* another alg */
        shared(JWE_DIR, JWE_A256GCM, request_object_secrets.shared,
               signed_one), /* another secret */
        shared(JWE_DIR, JWE_A256GCM, request_object_secrets.dir,
               "{\"state\":\"in\"}"), /* not signed */
        shared(JWE_DIR, JWE_A256GCM, request_object_secrets.dir, "e30.e30."),
        shared(JWE_DIR, JWE_A256GCM, request_object_secrets.dir,
               client_jwt(jwt_keys.stranger, JOSE_ES256, NULL, "{" INSIDE "}")),
        shared(JWE_DIR, JWE_A256GCM, request_object_secrets.dir,
               shared(JWE_DIR, JWE_A256GCM, request_object_secrets.dir, signed_one)), /* twice */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        object_told("dir", OUTSIDE GOOD, rows[i], "invalid_request_object", "out");
        object_page("dir", OUTSIDE, rows[i]);
    }
}

/* --- what is refused ------------------------------------------------------------------------ */

/* Told where the redirect_uri outside is good, shown where it is not; never ignored, and never sent
 * to the one registered URI, which the object may not have meant. */
static void assert_refused(const char *client_id, const char *bad, const char *error) {
    object_told(client_id, OUTSIDE GOOD, bad, error, "out");
    object_page(client_id, OUTSIDE, bad);
    object_page(client_id, OUTSIDE BAD, bad);
    object_page(client_id, "response_type=code", bad);
}

static void bad_objects_are_refused(void **state) {
    (void)state;
    const char *const rows[] = {
        "x",
        "e30.e30.",
        "e30.e30.eA",
        "a.b.c.d.e",
        client_jwt(jwt_keys.stranger, JOSE_ES256, NULL, "{" INSIDE "}"),
        client_jwt(jwt_keys.ec, JOSE_ES256, "at+jwt", "{" INSIDE "}"),
        client_jwt(jwt_keys.ec, JOSE_ES256, "client-authentication+jwt", "{" INSIDE "}"),
        client_jwt(jwt_keys.ec, JOSE_ES256, NULL, "[]"),
        client_jwt(jwt_keys.ec, JOSE_ES256, NULL, "{'state':'in','state':'in'}"),
        client_jwt_raw("{'alg':'none'}", "{" INSIDE "}", ""),
        client_jwt_raw("{'alg':'ES256','kid':'none-such'}", "{" INSIDE "}", "eA"),
        client_jwt_raw("{'alg':'ES256','kid':'ec','crit':['exp']}", "{" INSIDE "}", "eA"),
        object_of("{'iss':'other'}"),
        object_of("{'aud':'https://other.example'}"),
        object_of("{'exp':1}"),
        object_of("{'nbf':99999999999}"),
        object_of("{'client_id':'es256'}"),
        object_of("{'response_type':'id_token'}"),
        object_of("{'request':'e30.e30.'}"),
        object_of("{'request_uri':'https://app.example/other'}"),
        object_of("{'iss':'any','sub':'any','aud':'" ISSUER "','jti':'1'}"),
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        object_told("any", OUTSIDE GOOD, rows[i], "invalid_request_object", "out");
        object_page("any", OUTSIDE, rows[i]);
        object_page("any", OUTSIDE BAD, rows[i]);
    }
}

static void the_registered_algorithm_is_the_only_one(void **state) {
    (void)state;
    object_counts("es256", OUTSIDE, object_of("{" INSIDE "}"), "in");
    assert_refused("es256", client_jwt(jwt_keys.ed, JOSE_EdDSA, NULL, "{" INSIDE "}"),
                   "invalid_request_object");
    assert_refused("none", object_of("{" INSIDE "}"), "invalid_request_object");
    assert_refused("keyless", object_of("{" INSIDE "}"), "invalid_request_object");
}

static void unsigned_objects_are_refused(void **state) {
    (void)state;
    const char *none = client_jwt_raw("{'alg':'none'}", "{" INSIDE "}", "");
    assert_refused("any", none, "invalid_request_object");
    assert_refused("none", none, "invalid_request_object");
    assert_refused("es256", none, "invalid_request_object");
}

static void unsigned_objects_are_taken_where_that_is_configured(void **state) {
    (void)state;
    const char *none = client_jwt_raw("{'alg':'none'}", "{" INSIDE "}", "");
    object_counts("any", OUTSIDE, none, "in");
    object_counts("none", OUTSIDE BAD, none, "in");
    object_counts("keyless", OUTSIDE, none, "in");
    assert_refused("es256", none, "invalid_request_object");
    assert_refused("none", object_of("{" INSIDE "}"), "invalid_request_object");
    assert_refused("any", client_jwt_raw("{'alg':'none'}", "{" INSIDE "}", "eA"),
                   "invalid_request_object");
    assert_refused("any", client_jwt_raw("{'alg':'none','crit':[]}", "{" INSIDE "}", ""),
                   "invalid_request_object");
    assert_refused("any", client_jwt_raw("{'alg':'None'}", "{" INSIDE "}", ""),
                   "invalid_request_object");
    assert_refused("any", client_jwt_raw("{'alg':'none'}", "{'aud':'x'}", ""),
                   "invalid_request_object");
}

static void repeated_parameters_are_refused(void **state) {
    (void)state;
    const char *good = object_of("{" INSIDE "}");
    char twice[4096];
    object_told("any", OUTSIDE "&nonce=a&nonce=b" GOOD, good, "invalid_request", "out");
    snprintf(twice, sizeof twice, OUTSIDE GOOD "&request=%s", good);
    object_told("any", twice, good, "invalid_request", "out");
    snprintf(twice, sizeof twice, OUTSIDE GOOD "&request_uri=https://app.example/other");
    object_told("any", twice, good, "invalid_request", "out");
}

static void errors_travel_as_the_answer_would_have(void **state) {
    (void)state;
    struct browser *browser = object_ask("any", OUTSIDE GOOD "&response_mode=form_post", "x");
    assert_int_equal(browser_status(browser), 200);
    assert_true(browser_sees(browser, "invalid_request_object"));
    browser_free(browser);
    browser = object_ask("any", OUTSIDE GOOD "&response_mode=fragment", "x");
    str location = test_request_answer(browser->last, "Location");
    assert_true(str_starts(location, S(FLOW_REDIRECT "#error=invalid_request_object")));
    browser_free(browser);
}

/* --- the rest of the way -------------------------------------------------------------------- */

static void the_pages_keep_what_the_object_said(void **state) {
    (void)state;
    static char target[2048];
    struct browser *browser = browser_new();
    snprintf(target, sizeof target,
             "/oauth/authorize?client_id=any&response_type=code&scope=openid&state=out&request=%s",
             object_of("{'redirect_uri':'" FLOW_REDIRECT "','state':'in','nonce':'n',"
                       "'scope':'openid email','exp':9999999999}"));
    browser_get(browser, target);
    browser_sign_in(browser, "ann@example.com");
    assert_true(browser_sees(browser, "consent-form"));
    browser_submit(browser, "/interaction/consent", "&decision=allow");
    assert_true(browser_got_code(browser, FLOW_REDIRECT));
    assert_string_equal(browser_answer(browser, "state"), "in");
    browser_free(browser);
}

/* A POST of another site comes without cookies: once more by GET, and the object stays one. */
static void a_post_keeps_its_object(void **state) {
    (void)state;
    static char form[4096];
    struct browser *browser = browser_new();
    const char *jwt = object_of("{" INSIDE "}");
    snprintf(form, sizeof form, "client_id=any&" OUTSIDE "&request=%s", jwt);
    browser_post(browser, "/oauth/authorize", form);
    str location = test_request_answer(browser->last, "Location");
    assert_true(str_starts(location, S(ISSUER "/oauth/authorize?client_id=any&")));
    assert_true(str_find_str(location, str_from(jwt)) < location.n);
    assert_true(str_find_str(location, S("state=out")) < location.n);
    browser_free(browser);
}

static str discovery_member(const char *name) {
    struct test_request *t = test_request_new("GET", "/.well-known/openid-configuration");
    AUTO(json_ref) document = NULL;
    str text;
    test_request_send(t, flow_world()->authz->app);
    assert_ok(json_read_object(t->rs.body, &document));
    assert_ok(json_read_dump(flow_world()->arena, json_object_get(document, name), &text));
    test_request_free(t);
    return text;
}

#define ALGS                                                                                       \
    "\"RS256\",\"RS384\",\"RS512\",\"PS256\",\"PS384\",\"PS512\",\"ES256\",\"ES384\",\"ES512\","   \
    "\"EdDSA\",\"Ed25519\",\"Ed448\",\"HS256\",\"HS384\",\"HS512\""

static void discovery_tells_it(void **state) {
    (void)state;
    assert_str(discovery_member("request_parameter_supported"), "true");
    assert_str(discovery_member("request_uri_parameter_supported"), "true");
    assert_str(discovery_member("require_request_uri_registration"), "true");
    assert_str(discovery_member("request_object_signing_alg_values_supported"), "[" ALGS "]");
}

static void discovery_tells_of_none_where_it_is_taken(void **state) {
    (void)state;
    assert_str(discovery_member("request_object_signing_alg_values_supported"),
               "[" ALGS ",\"none\"]");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_asymmetric_algorithm_is_taken),
        cmocka_unit_test(a_secret_is_a_key),
        cmocka_unit_test(what_is_inside_counts_more),
        cmocka_unit_test(the_effective_request_is_checked),
        cmocka_unit_test(typed_objects_are_taken),
        cmocka_unit_test(objects_encrypted_with_the_secret_are_taken),
        cmocka_unit_test(objects_encrypted_to_our_keys_are_taken),
        cmocka_unit_test(badly_encrypted_objects_are_refused),
        cmocka_unit_test(bad_objects_are_refused),
        cmocka_unit_test(the_registered_algorithm_is_the_only_one),
        cmocka_unit_test(unsigned_objects_are_refused),
        cmocka_unit_test(repeated_parameters_are_refused),
        cmocka_unit_test(errors_travel_as_the_answer_would_have),
        cmocka_unit_test(the_pages_keep_what_the_object_said),
        cmocka_unit_test(a_post_keeps_its_object),
        cmocka_unit_test(discovery_tells_it),
    };
    const struct CMUnitTest lenient[] = {
        cmocka_unit_test(unsigned_objects_are_taken_where_that_is_configured),
        cmocka_unit_test(discovery_tells_of_none_where_it_is_taken),
    };
    int failures = cmocka_run_group_tests(tests, request_object_open, request_object_close);
    return failures +
           cmocka_run_group_tests(lenient, request_object_open_lenient, request_object_close);
}
