/* hk_challenge and hk_resource_metadata: what an API tells those whom it refused. */
#include "common/base/json_read.h"
#include "rp/tests/api_helper.h"

#define ALGS "algs=\"ES256 ES384 ES512 PS256 PS384 PS512 RS256 RS384 RS512 EdDSA Ed25519 Ed448\""

static struct api api, strict;

static int set_up(void **state) {
    (void)state;
    api_start(&api, NULL, NULL);
    api_start(&strict, "dpop", "require");
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    api_stop(&api);
    api_stop(&strict);
    return 0;
}

/* A refusal, and what is answered. */
struct row {
    const char *authorization;
    int code;
    const char *oauth, *scope, *acr_values;
    int max_age;
    int status;
    const char *bearer, *dpop; /* of an API that takes both, and of one that takes DPoP alone */
};

static void assert_challenge(hk_rp *rp, const struct row *row, const char *expected) {
    char text[2048];
    int status = 0;
    const hk_request request = {.size = sizeof request,
                                .authorization = row->authorization,
                                .acr_values = row->acr_values,
                                .has_max_age = row->max_age > 0,
                                .max_age = row->max_age};
    hk_error refusal = HK_ERROR_INIT;
    refusal.code = row->code;
    strcpy(refusal.msg, "so");
    strcpy(refusal.oauth, row->oauth ? row->oauth : "");
    assert_int_equal(hk_challenge(rp, &request, &refusal, row->scope, &status, text, sizeof text),
                     HK_OK);
    assert_int_equal(status, row->status);
    assert_string_equal(text, expected);
}

static const struct row rows[] = {
    /* who sent no token is told of no error (RFC 6750 3.1) */
    {.code = HK_E_TOKEN, .status = 401, .bearer = "Bearer, DPoP " ALGS, .dpop = "DPoP " ALGS},
    {.authorization = "Basic YTpi",
     .code = HK_E_TOKEN,
     .scope = "read write",
     .status = 401,
     .bearer = "Bearer scope=\"read write\", DPoP " ALGS,
     .dpop = "DPoP scope=\"read write\", " ALGS},
    {.authorization = "Bearer x",
     .code = HK_E_EXPIRED,
     .status = 401,
     .bearer = "Bearer error=\"invalid_token\", error_description=\"so\", DPoP " ALGS,
     .dpop = "DPoP error=\"invalid_token\", error_description=\"so\", " ALGS},
    {.authorization = "Bearer x y",
     .code = HK_E_TOKEN,
     .oauth = "invalid_request",
     .status = 400,
     .bearer = "Bearer error=\"invalid_request\", error_description=\"so\", DPoP " ALGS,
     .dpop = "DPoP error=\"invalid_request\", error_description=\"so\", " ALGS},
    {.authorization = "bearer x",
     .code = HK_E_SCOPE,
     .scope = "a \"b\\",
     .status = 403,
     .bearer = "Bearer error=\"insufficient_scope\", error_description=\"so\", "
               "scope=\"a \\\"b\\\\\", DPoP " ALGS,
     .dpop = "DPoP error=\"insufficient_scope\", error_description=\"so\", "
             "scope=\"a \\\"b\\\\\", " ALGS},
    {.authorization = "Bearer x",
     .code = HK_E_STEP_UP,
     .acr_values = "phr\r\nX: y",
     .max_age = 30,
     .status = 401,
     .bearer = "Bearer error=\"insufficient_user_authentication\", error_description=\"so\", "
               "acr_values=\"phrX: y\", max_age=\"30\", DPoP " ALGS,
     .dpop = "DPoP error=\"insufficient_user_authentication\", error_description=\"so\", "
             "acr_values=\"phrX: y\", max_age=\"30\", " ALGS},
    /* what is needed of the user is told to those alone whom it would help */
    {.authorization = "Bearer x",
     .code = HK_E_SIG,
     .acr_values = "phr",
     .max_age = 30,
     .status = 401,
     .bearer = "Bearer error=\"invalid_token\", error_description=\"so\", DPoP " ALGS,
     .dpop = "DPoP error=\"invalid_token\", error_description=\"so\", " ALGS},
    {.authorization = "dpop x",
     .code = HK_E_REPLAY,
     .oauth = "invalid_dpop_proof",
     .status = 401,
     .bearer = "DPoP error=\"invalid_dpop_proof\", error_description=\"so\", " ALGS,
     .dpop = "DPoP error=\"invalid_dpop_proof\", error_description=\"so\", " ALGS},
    /* what is our own fault is no challenge */
    {.authorization = "Bearer x", .code = HK_E_NET, .status = 503, .bearer = "", .dpop = ""},
    {.authorization = "Bearer x", .code = HK_E_HTTP, .status = 503, .bearer = "", .dpop = ""},
    {.authorization = "Bearer x", .code = HK_E_CONFIG, .status = 500, .bearer = "", .dpop = ""},
    {.code = HK_E_ARG, .status = 500, .bearer = "", .dpop = ""},
};

static void each_refusal_has_its_challenge(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_challenge(api.rp, &rows[i], rows[i].bearer);
        assert_challenge(strict.rp, &rows[i], rows[i].dpop);
    }
}

/* The two calls belong together. */
static void what_hk_verify_refuses_hk_challenge_tells(void **state) {
    (void)state;
    static const struct {
        const char *scheme, *claim, *value;
        int status;
        const char *error;
    } refused[] = {
        {"Bearer", "exp", "1", 401, "error=\"invalid_token\""},
        {"Bearer", "aud", "'x'", 401, "error=\"invalid_token\""},
        {"Bearer", "scope", "'x'", 403, "error=\"insufficient_scope\""},
        {"Bearer a", NULL, NULL, 400, "error=\"invalid_request\""},
        {"DPoP", NULL, NULL, 401, "DPoP error=\"invalid_token\""},
        {"DPoP", "cnf", "{'jkt':'x'}", 401, "DPoP error=\"invalid_dpop_proof\""},
        {"Bearer", "cnf", "{'jkt':'x'}", 401, "Bearer error=\"invalid_token\""},
    };
    for (size_t i = 0; i < COUNT(refused); i++) {
        char text[1024];
        int status;
        hk_error e = HK_ERROR_INIT;
        hk_session *session;
        str token = api_token(&api, refused[i].claim, refused[i].value);
        const hk_request request = {.size = sizeof request,
                                    .authorization =
                                        api_authorization(&api, refused[i].scheme, token),
                                    .method = "GET",
                                    .url = API_URL};
        assert_true(hk_verify(api.rp, &request, API, "read", &session, &e) < 0);
        assert_int_equal(hk_challenge(api.rp, &request, &e, "read", &status, text, sizeof text),
                         HK_OK);
        assert_int_equal(status, refused[i].status);
        assert_non_null(strstr(text, refused[i].error));
        assert_non_null(strstr(text, "scope=\"read\""));
        assert_null(strstr(text, token.p));
    }
}

static void a_challenge_names_the_resource_metadata(void **state) {
    (void)state;
    struct api named;
    char text[1024];
    int status;
    api_start(&named, "resource_metadata", API "/.well-known/oauth-protected-resource");
    assert_int_equal(hk_challenge(named.rp, NULL, NULL, NULL, &status, text, sizeof text), HK_OK);
    assert_int_equal(status, 401);
    assert_string_equal(text, ("Bearer resource_metadata=\"" API
                               "/.well-known/oauth-protected-resource\", DPoP " ALGS));
    api_stop(&named);
}

static void a_challenge_that_does_not_fit_is_not_cut(void **state) {
    (void)state;
    char text[1024];
    int status = 0;
    assert_int_equal(hk_challenge(api.rp, NULL, NULL, NULL, &status, text, sizeof text), HK_OK);
    size_t n = strlen(text);
    assert_int_equal(hk_challenge(api.rp, NULL, NULL, NULL, &status, text, n), HK_E_ARG);
    assert_string_equal(text, "");
    assert_int_equal(hk_challenge(api.rp, NULL, NULL, NULL, &status, text, n + 1), HK_OK);
    assert_int_equal(hk_challenge(NULL, NULL, NULL, NULL, &status, text, n), HK_E_ARG);
    assert_int_equal(hk_challenge(api.rp, NULL, NULL, NULL, NULL, text, n), HK_E_ARG);
    assert_int_equal(hk_challenge(api.rp, NULL, NULL, NULL, &status, NULL, n), HK_E_ARG);
    assert_int_equal(hk_challenge(api.rp, NULL, NULL, NULL, &status, text, 0), HK_E_ARG);
}

static void the_resource_metadata_say_what_is_taken(void **state) {
    (void)state;
    char text[2048];
    hk_error e = HK_ERROR_INIT;
    assert_int_equal(hk_resource_metadata(api.rp, API, "read  write", text, sizeof text, &e),
                     HK_OK);
    json_t *json = NULL;
    assert_ok(json_read_object(str_from(text), &json));
    assert_str(json_read_str(json, "resource"), API);
    assert_string_equal(
        json_string_value(json_array_get(json_object_get(json, "authorization_servers"), 0)),
        ISSUER);
    assert_int_equal(json_array_size(json_object_get(json, "scopes_supported")), 2);
    assert_string_equal(
        json_string_value(json_array_get(json_object_get(json, "bearer_methods_supported"), 0)),
        "header");
    assert_int_equal(json_array_size(json_object_get(json, "bearer_methods_supported")), 1);
    assert_false(json_read_true(json, "dpop_bound_access_tokens_required"));
    json_decref(json);
    assert_int_equal(hk_resource_metadata(strict.rp, API, NULL, text, sizeof text, &e), HK_OK);
    assert_non_null(strstr(text, "\"dpop_bound_access_tokens_required\":true"));
    assert_null(strstr(text, "scopes_supported"));
}

static void a_resource_that_is_no_https_url_is_refused(void **state) {
    (void)state;
    static const char *const refused[] = {
        NULL, "", "api", "http://api.example", "https://api.example#x", "https:///x"};
    char text[1024];
    hk_error e = HK_ERROR_INIT;
    for (size_t i = 0; i < COUNT(refused); i++) {
        assert_int_equal(hk_resource_metadata(api.rp, refused[i], NULL, text, sizeof text, &e),
                         HK_E_ARG);
        assert_string_equal(text, "");
        assert_non_null(strstr(e.msg, "the resource is not"));
    }
    assert_int_equal(hk_resource_metadata(api.rp, API, NULL, text, 20, &e), HK_E_ARG);
    assert_string_equal(text, "");
    assert_int_equal(hk_resource_metadata(api.rp, API, NULL, NULL, 20, &e), HK_E_ARG);
    assert_int_equal(hk_resource_metadata(NULL, API, NULL, text, 20, &e), HK_E_NOMEM);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_refusal_has_its_challenge),
        cmocka_unit_test(what_hk_verify_refuses_hk_challenge_tells),
        cmocka_unit_test(a_challenge_names_the_resource_metadata),
        cmocka_unit_test(a_challenge_that_does_not_fit_is_not_cut),
        cmocka_unit_test(the_resource_metadata_say_what_is_taken),
        cmocka_unit_test(a_resource_that_is_no_https_url_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
