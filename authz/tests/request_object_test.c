/* Request objects at the authorization endpoint. A request that is good asks for prompt=none of
 * nobody: it gets login_required, with the state that counts. */
#include <stdio.h>
#include <stdlib.h>

#include "authz/tests/client_jwt_helper.h"
#include "authz/tests/document_server_helper.h"
#include "common/base/json_read.h"
#include "keys/jwe.h"

#define ISSUER  "https://id.example"
#define OUTSIDE "response_type=code&scope=openid&prompt=none&state=out"
#define GOOD    "&redirect_uri=https://app.example/cb"
#define BAD     "&redirect_uri=https://evil.example/cb"
#define INSIDE  "'redirect_uri':'" FLOW_REDIRECT "','scope':'openid','prompt':'none','state':'in'"

static struct jwk *rsa, *ec, *ec384, *ec521, *ed, *stranger;
static const char *secret_text, *shared_text, *dir_text;

static const char *add_client(const char *client_id, const char *member, const char *text) {
    static char metadata[8192];
    snprintf(metadata, sizeof metadata, "'token_endpoint_auth_method':'client_secret_post'%s%s",
             member, text);
    return client_jwt_add(client_id, metadata);
}

static void make_clients(void) {
    rsa = client_jwt_key(JOSE_RS256, "rsa");
    ec = client_jwt_key(JOSE_ES256, "ec");
    ec384 = client_jwt_key(JOSE_ES384, "ec384");
    ec521 = client_jwt_key(JOSE_ES512, "ec521");
    ed = client_jwt_key(JOSE_EdDSA, "ed");
    stranger = client_jwt_key(JOSE_ES256, "ec");
    struct jwk *const all[] = {rsa, ec, ec384, ec521, ed};
    const char *set = client_jwt_set(all, COUNT(all));
    char uri[512];
    shared_text = add_client("shared", ",'id_token_encrypted_response_alg':'dir','jwks':", set);
    dir_text = add_client("dir",
                          ",'request_object_encryption_alg':'dir',"
                          "'request_object_encryption_enc':'A256GCM','jwks':",
                          set);
    add_client("any", ",'jwks':", set);
    add_client("es256", ",'request_object_signing_alg':'ES256','jwks':", set);
    add_client("none", ",'request_object_signing_alg':'none','jwks':", set);
    add_client("keyless", "", "");
    secret_text = add_client("hs256", ",'request_object_signing_alg':", "'HS256'");
    snprintf(uri, sizeof uri, "'%s'", document_server_url("/jwks"));
    add_client("remote", ",'jwks_uri':", uri);
    snprintf(uri, sizeof uri,
             "['%s','https://app.example/other'],'jwks':", document_server_url("/object#old"));
    static char by_reference[8192];
    snprintf(by_reference, sizeof by_reference, "%s%s", uri, set);
    add_client("reference", ",'request_uris':", by_reference);
}

static int open_world_with(const char *more) {
    char ca[128];
    document_server_start();
    snprintf(ca, sizeof ca, "--ca-file=%s", document_server_ca());
    int opened =
        flow_world_open_with((const char *const[]){ca, "--allow-private-fetch", more, NULL});
    make_clients();
    return opened;
}

static int open_world(void **state) {
    (void)state;
    return open_world_with(NULL);
}

static int open_lenient_world(void **state) {
    (void)state;
    return open_world_with("--allow-unsigned-request-objects");
}

static int close_world(void **state) {
    struct jwk *const keys[] = {rsa, ec, ec384, ec521, ed, stranger};
    for (size_t i = 0; i < COUNT(keys); i++)
        jwk_free(keys[i]);
    flow_world_close(state);
    document_server_stop();
    return 0;
}

/* --- asking -------------------------------------------------------------------------------------
 */

static struct browser *ask(const char *client_id, const char *outside, const char *object) {
    static char target[30000];
    struct browser *browser = browser_new();
    snprintf(target, sizeof target, "/oauth/authorize?client_id=%s&%s%s%s", client_id, outside,
             object ? "&request=" : "", object ? object : "");
    browser_get(browser, target);
    return browser;
}

static void assert_counts(const char *client_id, const char *outside, const char *object,
                          const char *state) {
    struct browser *browser = ask(client_id, outside, object);
    if (!browser_got_error(browser, FLOW_REDIRECT, "login_required"))
        fail_msg("%s %s: %d %s %s", client_id, outside, browser_status(browser),
                 browser_answer(browser, "error"), browser_answer(browser, "error_description"));
    assert_string_equal(browser_answer(browser, "state"), state);
    browser_free(browser);
}

static void assert_told(const char *client_id, const char *outside, const char *object,
                        const char *error, const char *state) {
    struct browser *browser = ask(client_id, outside, object);
    if (!browser_got_error(browser, FLOW_REDIRECT, error))
        fail_msg("%s %s %s: %d %s, not %s", client_id, outside, object, browser_status(browser),
                 browser_answer(browser, "error"), error);
    assert_string_equal(browser_answer(browser, "state"), state);
    browser_free(browser);
}

static void assert_page(const char *client_id, const char *outside, const char *object) {
    struct browser *browser = ask(client_id, outside, object);
    if (!browser_shows(browser, 400, "<!doctype html>"))
        fail_msg("%s %s: %d %.*s", client_id, outside, browser_status(browser),
                 STR_FMT(test_request_answer(browser->last, "Location")));
    browser_free(browser);
}

static const char *object(const char *payload) {
    return client_jwt(ec, JOSE_ES256, NULL, payload);
}

/* --- by value -----------------------------------------------------------------------------------
 */

static void each_asymmetric_algorithm_is_taken(void **state) {
    (void)state;
    const struct {
        const struct jwk *key;
        enum jose_alg alg;
    } rows[] = {{rsa, JOSE_RS256},   {rsa, JOSE_RS384}, {rsa, JOSE_RS512}, {rsa, JOSE_PS256},
                {rsa, JOSE_PS384},   {rsa, JOSE_PS512}, {ec, JOSE_ES256},  {ec384, JOSE_ES384},
                {ec521, JOSE_ES512}, {ed, JOSE_EdDSA}};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_counts("any", OUTSIDE, client_jwt(rows[i].key, rows[i].alg, NULL, "{" INSIDE "}"),
                      "in");
}

static void a_secret_is_a_key(void **state) {
    (void)state;
    struct jwk *key = client_jwt_secret_key(secret_text, JOSE_HS256),
               *other = client_jwt_secret_key(CLIENT_JWT_SECRET, JOSE_HS256);
    assert_counts("hs256", OUTSIDE, client_jwt(key, JOSE_HS256, NULL, "{" INSIDE "}"), "in");
    assert_told("hs256", OUTSIDE GOOD, client_jwt(other, JOSE_HS256, NULL, "{" INSIDE "}"),
                "invalid_request_object", "out");
    /* A secret that is kept as a hash is no key. */
    assert_told("any", OUTSIDE GOOD, client_jwt(other, JOSE_HS256, NULL, "{" INSIDE "}"),
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
        assert_counts("any", rows[i].outside, object(rows[i].inside), rows[i].state);
}

static void the_effective_request_is_checked(void **state) {
    (void)state;
    assert_page("any", OUTSIDE GOOD, object("{'redirect_uri':'https://evil.example/cb'}"));
    assert_page("any", OUTSIDE GOOD, object("{'redirect_uri':7}"));
    assert_page("any", OUTSIDE, object("{}"));
    assert_told("any", OUTSIDE GOOD, object("{'state':'in','max_age':'never'}"), "invalid_request",
                "in");
    assert_told("any", OUTSIDE GOOD, object("{'state':'in','claims':[]}"), "invalid_request", "in");
    assert_told("any", OUTSIDE GOOD, object("{'state':'in','scope':'none-such'}"), "invalid_scope",
                "in");
    assert_told("any", "scope=openid" GOOD, object("{'state':'in','response_type':'password'}"),
                "unsupported_response_type", "in");
}

static void typed_objects_are_taken(void **state) {
    (void)state;
    static const char *const types[] = {"JWT", "oauth-authz-req+jwt",
                                        "application/oauth-authz-req+jwt"};
    for (size_t i = 0; i < COUNT(types); i++)
        assert_counts("any", OUTSIDE, client_jwt(ec, JOSE_ES256, types[i], "{" INSIDE "}"), "in");
}

/* --- encrypted ----------------------------------------------------------------------------------
 */

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
    const char *signed_one = object("{" INSIDE "}");
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *token = shared(rows[i].alg, rows[i].enc, shared_text, signed_one);
        assert_counts("shared", OUTSIDE, token, "in");
        assert_told("any", OUTSIDE GOOD, token, "invalid_request_object", "out");
    }
    assert_counts("dir", OUTSIDE, shared(JWE_DIR, JWE_A256GCM, dir_text, signed_one), "in");
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
        const char *token = to_us(algs[i], object("{" INSIDE "}"));
        assert_counts("any", OUTSIDE, token, "in");
        assert_told("dir", OUTSIDE GOOD, token, "invalid_request_object", "out");
        assert_told("any", OUTSIDE GOOD, to_us(algs[i], "e30"), "invalid_request_object", "out");
    }
}

static void badly_encrypted_objects_are_refused(void **state) {
    (void)state;
    const char *signed_one = object("{" INSIDE "}");
    const char *const rows[] = {
        shared(JWE_DIR, JWE_A128GCM, dir_text, signed_one),           /* another enc */
        shared(JWE_A256KW, JWE_A256GCM, dir_text, signed_one),        /* another alg */
        shared(JWE_DIR, JWE_A256GCM, shared_text, signed_one),        /* another secret */
        shared(JWE_DIR, JWE_A256GCM, dir_text, "{\"state\":\"in\"}"), /* not signed */
        shared(JWE_DIR, JWE_A256GCM, dir_text, "e30.e30."),
        shared(JWE_DIR, JWE_A256GCM, dir_text,
               client_jwt(stranger, JOSE_ES256, NULL, "{" INSIDE "}")),
        shared(JWE_DIR, JWE_A256GCM, dir_text,
               shared(JWE_DIR, JWE_A256GCM, dir_text, signed_one)), /* twice */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_told("dir", OUTSIDE GOOD, rows[i], "invalid_request_object", "out");
        assert_page("dir", OUTSIDE, rows[i]);
    }
}

/* --- what is refused ----------------------------------------------------------------------------
 */

/* Told where the redirect_uri outside is good, shown where it is not; never ignored, and never sent
 * to the one registered URI, which the object may not have meant. */
static void assert_refused(const char *client_id, const char *bad, const char *error) {
    assert_told(client_id, OUTSIDE GOOD, bad, error, "out");
    assert_page(client_id, OUTSIDE, bad);
    assert_page(client_id, OUTSIDE BAD, bad);
    assert_page(client_id, "response_type=code", bad);
}

static void bad_objects_are_refused(void **state) {
    (void)state;
    const char *const rows[] = {
        "x",
        "e30.e30.",
        "e30.e30.eA",
        "a.b.c.d.e",
        client_jwt(stranger, JOSE_ES256, NULL, "{" INSIDE "}"),
        client_jwt(ec, JOSE_ES256, "at+jwt", "{" INSIDE "}"),
        client_jwt(ec, JOSE_ES256, "client-authentication+jwt", "{" INSIDE "}"),
        client_jwt(ec, JOSE_ES256, NULL, "[]"),
        client_jwt(ec, JOSE_ES256, NULL, "{'state':'in','state':'in'}"),
        client_jwt_raw("{'alg':'none'}", "{" INSIDE "}", ""),
        client_jwt_raw("{'alg':'ES256','kid':'none-such'}", "{" INSIDE "}", "eA"),
        client_jwt_raw("{'alg':'ES256','kid':'ec','crit':['exp']}", "{" INSIDE "}", "eA"),
        object("{'iss':'other'}"),
        object("{'aud':'https://other.example'}"),
        object("{'exp':1}"),
        object("{'nbf':99999999999}"),
        object("{'client_id':'es256'}"),
        object("{'response_type':'id_token'}"),
        object("{'request':'e30.e30.'}"),
        object("{'request_uri':'https://app.example/other'}"),
        object("{'iss':'any','sub':'any','aud':'" ISSUER "','jti':'1'}"),
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_told("any", OUTSIDE GOOD, rows[i], "invalid_request_object", "out");
        assert_page("any", OUTSIDE, rows[i]);
        assert_page("any", OUTSIDE BAD, rows[i]);
    }
}

static void the_registered_algorithm_is_the_only_one(void **state) {
    (void)state;
    assert_counts("es256", OUTSIDE, object("{" INSIDE "}"), "in");
    assert_refused("es256", client_jwt(ed, JOSE_EdDSA, NULL, "{" INSIDE "}"),
                   "invalid_request_object");
    assert_refused("none", object("{" INSIDE "}"), "invalid_request_object");
    assert_refused("keyless", object("{" INSIDE "}"), "invalid_request_object");
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
    assert_counts("any", OUTSIDE, none, "in");
    assert_counts("none", OUTSIDE BAD, none, "in");
    assert_counts("keyless", OUTSIDE, none, "in");
    assert_refused("es256", none, "invalid_request_object");
    assert_refused("none", object("{" INSIDE "}"), "invalid_request_object");
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
    const char *good = object("{" INSIDE "}");
    char twice[4096];
    assert_told("any", OUTSIDE "&nonce=a&nonce=b" GOOD, good, "invalid_request", "out");
    snprintf(twice, sizeof twice, OUTSIDE GOOD "&request=%s", good);
    assert_told("any", twice, good, "invalid_request", "out");
    snprintf(twice, sizeof twice, OUTSIDE GOOD "&request_uri=https://app.example/other");
    assert_told("any", twice, good, "invalid_request", "out");
}

static void errors_travel_as_the_answer_would_have(void **state) {
    (void)state;
    struct browser *browser = ask("any", OUTSIDE GOOD "&response_mode=form_post", "x");
    assert_int_equal(browser_status(browser), 200);
    assert_true(browser_sees(browser, "invalid_request_object"));
    browser_free(browser);
    browser = ask("any", OUTSIDE GOOD "&response_mode=fragment", "x");
    str location = test_request_answer(browser->last, "Location");
    assert_true(str_starts(location, S(FLOW_REDIRECT "#error=invalid_request_object")));
    browser_free(browser);
}

/* --- by reference -------------------------------------------------------------------------------
 */

#define BY(uri) OUTSIDE GOOD "&request_uri=" uri

static void by_reference(char out[1024], const char *path) {
    const char *url = document_server_url(path);
    int n = snprintf(out, 1024, "%s", BY(""));
    for (; *url; url++)
        n += snprintf(out + n, 1024 - (size_t)n, "%%%02X", (unsigned char)*url);
}

static void a_registered_address_is_fetched(void **state) {
    (void)state;
    static const char *const paths[] = {"/object#old", "/object", "/object#new", "/object#"};
    char outside[1024];
    for (size_t i = 0; i < COUNT(paths); i++) {
        document_server_answer(200, object("{" INSIDE "}"), NULL);
        by_reference(outside, paths[i]);
        assert_counts("reference", outside, NULL, "in");
        assert_int_equal(document_server_requests(), 1);
    }
    str line;
    assert_ok(STR_JOIN(flow_world()->arena, &line, str_from(object("{" INSIDE "}")), S("\r\n")));
    document_server_answer(200, line.p, NULL);
    assert_counts("reference", outside, NULL, "in");
}

static void an_unregistered_address_is_not_asked(void **state) {
    (void)state;
    static const char *const paths[] = {"/objects", "/object/", "/object?a=b", "/", "/OBJECT"};
    char outside[1024];
    document_server_answer(200, object("{" INSIDE "}"), NULL);
    for (size_t i = 0; i < COUNT(paths); i++) {
        by_reference(outside, paths[i]);
        assert_told("reference", outside, NULL, "invalid_request_uri", "out");
    }
    by_reference(outside, "/object");
    assert_told("any", outside, NULL, "invalid_request_uri", "out");
    assert_told("reference", BY("urn:ietf:params:oauth:request_uri:x"), NULL, "invalid_request_uri",
                "out");
    assert_page("reference", OUTSIDE "&request_uri=x", NULL);
    assert_page("reference", OUTSIDE BAD "&request_uri=x", NULL);
    assert_int_equal(document_server_requests(), 0);
}

static void what_cannot_be_fetched_is_refused(void **state) {
    (void)state;
    static char large[64 * 1024 + 2], elsewhere[256];
    memset(large, 'a', sizeof large - 1);
    snprintf(elsewhere, sizeof elsewhere, "%s", document_server_url("/other"));
    const struct {
        int status;
        const char *body, *location, *error;
    } rows[] = {
        {404, "", NULL, "invalid_request_uri"},
        {500, object("{" INSIDE "}"), NULL, "invalid_request_uri"},
        {302, "", elsewhere, "invalid_request_uri"},
        {200, large, NULL, "invalid_request_uri"},
        {200, "", NULL, "invalid_request_object"},
        {200, "<html>", NULL, "invalid_request_object"},
        {200, "{" INSIDE "}", NULL, "invalid_request_object"},
        {200, client_jwt(stranger, JOSE_ES256, NULL, "{" INSIDE "}"), NULL,
         "invalid_request_object"},
    };
    char outside[1024];
    by_reference(outside, "/object");
    for (size_t i = 0; i < COUNT(rows); i++) {
        document_server_answer(rows[i].status, rows[i].body, rows[i].location);
        assert_told("reference", outside, NULL, rows[i].error, "out");
        assert_int_equal(document_server_requests(), 1);
    }
}

static void keys_come_from_jwks_uri(void **state) {
    (void)state;
    document_server_answer(200, client_jwt_set(&ec, 1), NULL);
    assert_counts("remote", OUTSIDE, object("{" INSIDE "}"), "in");
    assert_counts("remote", OUTSIDE, object("{" INSIDE "}"), "in");
    assert_int_equal(document_server_requests(), 1);
}

/* --- the rest of the way ------------------------------------------------------------------------
 */

static void nothing_waits_on_an_event_loop(void **state) {
    (void)state;
    char target[2048], outside[1024];
    struct browser *browser = browser_new();
    browser->inline_only = true;
    snprintf(target, sizeof target, "/oauth/authorize?client_id=any&" OUTSIDE "&request=%s",
             object("{" INSIDE "}"));
    browser_get(browser, target);
    assert_true(browser_got_error(browser, FLOW_REDIRECT, "login_required"));
    by_reference(outside, "/object");
    snprintf(target, sizeof target, "/oauth/authorize?client_id=reference&%s", outside);
    browser_get(browser, target);
    assert_int_equal(browser_status(browser), 500); /* a real one goes to a worker */
    browser_free(browser);
}

static void the_pages_keep_what_the_object_said(void **state) {
    (void)state;
    static char target[2048];
    struct browser *browser = browser_new();
    snprintf(target, sizeof target,
             "/oauth/authorize?client_id=any&response_type=code&scope=openid&state=out&request=%s",
             object("{'redirect_uri':'" FLOW_REDIRECT "','state':'in','nonce':'n',"
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
    const char *jwt = object("{" INSIDE "}");
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
    "\"EdDSA\",\"HS256\",\"HS384\",\"HS512\""

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
        cmocka_unit_test(a_registered_address_is_fetched),
        cmocka_unit_test(an_unregistered_address_is_not_asked),
        cmocka_unit_test(what_cannot_be_fetched_is_refused),
        cmocka_unit_test(keys_come_from_jwks_uri),
        cmocka_unit_test(nothing_waits_on_an_event_loop),
        cmocka_unit_test(the_pages_keep_what_the_object_said),
        cmocka_unit_test(a_post_keeps_its_object),
        cmocka_unit_test(discovery_tells_it),
    };
    const struct CMUnitTest lenient[] = {
        cmocka_unit_test(unsigned_objects_are_taken_where_that_is_configured),
        cmocka_unit_test(discovery_tells_of_none_where_it_is_taken),
    };
    int failures = cmocka_run_group_tests(tests, open_world, close_world);
    return failures + cmocka_run_group_tests(lenient, open_lenient_world, close_world);
}
