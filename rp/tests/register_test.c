/* hk_register, hk_registration and hk_unregister: what is sent, and which answers are taken. */
#include "common/base/json_read.h"
#include "rp/tests/token_helper.h"

#define REGISTER_URL ISSUER "/register"
#define MANAGE_URL   ISSUER "/register/new"
#define REGISTERED                                                                                 \
    "{\"client_id\":\"new\",\"client_secret\":\"s3cret\",\"redirect_uris\":"                       \
    "[\"https://app.example/cb\"],\"token_endpoint_auth_method\":\"client_secret_basic\","         \
    "\"registration_client_uri\":\"" MANAGE_URL "\",\"registration_access_token\":\"manage-me\"}"

static struct arena *arena;

static int set_up(void **state) {
    (void)state;
    arena = arena_new(4 << 20);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

/* The warnings that the hook heard, one after another. */
static char warnings[1024];

static void note_warning(void *context, const hk_event *event) {
    (void)context;
    if (strcmp(event->what, "warning") == 0)
        strncat(warnings, event->detail, sizeof warnings - strlen(warnings) - 1);
}

struct option {
    const char *name, *value;
};

static hk_rp *client(struct feed *feed, const struct option *options, size_t n) {
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp = NULL;
    hk_cfg *cfg = feed_cfg(feed);
    hk_cfg_metadata(cfg, feed_metadata);
    hk_cfg_on_event(cfg, note_warning, NULL);
    for (size_t i = 0; i < n; i++)
        hk_cfg_set(cfg, options[i].name, options[i].value);
    assert_int_equal(hk_rp_new(cfg, &rp, &e), HK_OK);
    warnings[0] = 0;
    return rp;
}

static int run(struct feed *feed, hk_op *op, const struct canned *answer, hk_doc **doc,
               hk_error *e) {
    int code = feed_run(feed, op, answer, answer ? 1 : 0, e);
    *doc = hk_op_take_doc(op);
    hk_op_free(op);
    return code;
}

/* What was sent is exactly that object (with ' for "). */
static void assert_sent(const struct feed *feed, const char *expected) {
    json_t *want = token_json(expected), *got = NULL;
    assert_ok(json_read_object(str_from(feed->last_body), &got));
    if (!json_equal(want, got))
        fail_msg("sent %s", feed->last_body);
    json_decref(want);
    json_decref(got);
}

static const struct {
    struct option options[8];
    const char *sent;
} said[] = {
    {{{NULL, NULL}},
     "{'redirect_uris':['https://app.example/cb'],'application_type':'web','scope':'openid',"
     "'id_token_signed_response_alg':'RS256','response_types':['code'],"
     "'grant_types':['authorization_code','refresh_token']}"},
    {{{"client_name", "My App"},
      {"post_logout_redirect_uri", "https://app.example/bye"},
      {"backchannel_logout_uri", "https://app.example/bc"},
      {"frontchannel_logout_uri", "https://app.example/fc"},
      {"initiate_login_uri", "https://app.example/go"},
      {"client_auth", "client_secret_post"},
      {"userinfo_alg", "ES256"},
      {"id_token_alg", "ES256"}},
     "{'redirect_uris':['https://app.example/cb'],'application_type':'web','scope':'openid',"
     "'id_token_signed_response_alg':'ES256','response_types':['code'],"
     "'grant_types':['authorization_code','refresh_token'],'client_name':'My App',"
     "'post_logout_redirect_uris':['https://app.example/bye'],"
     "'backchannel_logout_uri':'https://app.example/bc',"
     "'backchannel_logout_session_required':true,"
     "'frontchannel_logout_uri':'https://app.example/fc',"
     "'frontchannel_logout_session_required':true,"
     "'initiate_login_uri':'https://app.example/go',"
     "'token_endpoint_auth_method':'client_secret_post',"
     "'userinfo_signed_response_alg':'ES256'}"},
    {{{"response_type", "code id_token"},
      {"response_mode", "form_post.jwt"},
      {"authorization_alg", "PS256"},
      {"dpop", "require"},
      {"par", "require"},
      {"introspection_alg", "RS256"}},
     "{'redirect_uris':['https://app.example/cb'],'application_type':'web','scope':'openid',"
     "'id_token_signed_response_alg':'RS256','response_types':['code id_token'],"
     "'grant_types':['authorization_code','refresh_token','implicit'],"
     "'authorization_signed_response_alg':'PS256','dpop_bound_access_tokens':true,"
     "'require_pushed_authorization_requests':true,"
     "'introspection_signed_response_alg':'RS256'}"},
    {{{"response_type", "id_token"}, {"profile", "oidc"}},
     "{'redirect_uris':['https://app.example/cb'],'application_type':'web','scope':'openid',"
     "'id_token_signed_response_alg':'RS256','response_types':['id_token'],"
     "'grant_types':['implicit']}"},
};

static void the_settings_say_what_is_registered(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(said); i++) {
        struct feed feed = {0};
        hk_error e = HK_ERROR_INIT;
        hk_doc *doc;
        size_t n = 0;
        while (n < COUNT(said[i].options) && said[i].options[n].name)
            n++;
        hk_rp *rp = client(&feed, said[i].options, n);
        const struct canned answer = {REGISTER_URL, 201, REGISTERED, NULL, 0};
        assert_int_equal(run(&feed, hk_register_op(rp, NULL, NULL), &answer, &doc, &e), HK_OK);
        assert_string_equal(hk_doc_str(doc, "client_id").p, "new");
        assert_string_equal(hk_doc_json(doc).p, REGISTERED);
        assert_sent(&feed, said[i].sent);
        assert_string_equal(feed.last_headers, "Content-Type: application/json\r\n"
                                               "Accept: application/json\r\n");
        hk_doc_free(doc);
        hk_rp_free(rp);
    }
}

/* The public halves, and nothing more. */
static void keys_are_registered_by_value(void **state) {
    (void)state;
    static const char *const pem =
        "-----BEGIN PRIVATE KEY-----\n"
        "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
        "-----END PRIVATE KEY-----\n";
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp = NULL;
    hk_doc *doc;
    json_t *sent = NULL;
    hk_cfg *cfg = feed_cfg(&feed);
    hk_cfg_metadata(cfg, feed_metadata);
    hk_cfg_set(cfg, "request_object", "value");
    hk_cfg_set(cfg, "mtls_bound", "require");
    hk_cfg_certificate(cfg, "README.md", "README.md"); /* files that are there */
    hk_cfg_set(cfg, "id_token_encryption", "ECDH-ES A256GCM");
    assert_int_equal(hk_cfg_private_key(cfg, pem, "k1", "EdDSA"), HK_OK);
    assert_int_equal(hk_rp_new(cfg, &rp, &e), HK_OK);
    const struct canned answer = {REGISTER_URL, 200, REGISTERED, NULL, 0};
    assert_int_equal(run(&feed, hk_register_op(rp, NULL, "initial"), &answer, &doc, &e), HK_OK);
    assert_non_null(strstr(feed.last_headers, "Authorization: Bearer initial\r\n"));
    assert_ok(json_read_object(str_from(feed.last_body), &sent));
    assert_str(json_read_str(sent, "token_endpoint_auth_method"), "private_key_jwt");
    assert_str(json_read_str(sent, "token_endpoint_auth_signing_alg"), "EdDSA");
    assert_str(json_read_str(sent, "request_object_signing_alg"), "EdDSA");
    assert_true(json_read_true(sent, "require_signed_request_object"));
    assert_true(json_read_true(sent, "tls_client_certificate_bound_access_tokens"));
    assert_str(json_read_str(sent, "id_token_encrypted_response_alg"), "ECDH-ES");
    assert_str(json_read_str(sent, "id_token_encrypted_response_enc"), "A256GCM");
    const json_t *keys = json_object_get(json_object_get(sent, "jwks"), "keys");
    assert_int_equal(json_array_size(keys), 1);
    assert_str(json_read_str(json_array_get(keys, 0), "kid"), "k1");
    assert_str(json_read_str(json_array_get(keys, 0), "use"), "sig");
    assert_false(json_read_has(json_array_get(keys, 0), "d"));
    json_decref(sent);
    hk_doc_free(doc);
    hk_rp_free(rp);
}

static void a_programs_own_metadata_are_sent_as_they_are(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc;
    hk_rp *rp = client(&feed, NULL, 0);
    const struct canned answer = {REGISTER_URL, 201, REGISTERED, NULL, 0};
    assert_int_equal(
        run(&feed, hk_register_op(rp, "{\"logo_uri\":\"https://x/\"}", NULL), &answer, &doc, &e),
        HK_OK);
    assert_sent(&feed, "{'logo_uri':'https://x/'}");
    hk_doc_free(doc);
    static const char *const bad[] = {"", "[]", "{", "\"x\""};
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(run(&feed, hk_register_op(rp, bad[i], NULL), NULL, &doc, &e), HK_E_ARG);
        assert_null(doc);
    }
    assert_int_equal(run(&feed, hk_register_op(rp, NULL, "a\r\nX: y"), NULL, &doc, &e), HK_E_TOKEN);
    assert_null(hk_register_op(NULL, NULL, NULL));
    hk_rp_free(rp);
}

static void what_was_registered_otherwise_is_told(void **state) {
    (void)state;
    static const struct {
        const char *registered, *told;
    } rows[] = {
        {"{'client_id':'n','scope':'openid','redirect_uris':['https://app.example/cb']}", ""},
        {"{'client_id':'n','grant_types':['refresh_token','authorization_code']}", ""},
        {"{'client_id':'n','grant_types':['authorization_code']}", "another grant_types than"},
        {"{'client_id':'n','grant_types':['authorization_code','x']}", "another grant_types than"},
        {"{'client_id':'n','redirect_uris':[]}", "another redirect_uris than"},
        {"{'client_id':'n','scope':'openid email'}", "another scope than"},
        {"{'client_id':'n','id_token_signed_response_alg':'none'}",
         "another id_token_signed_response_alg than"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct feed feed = {0};
        hk_error e = HK_ERROR_INIT;
        hk_doc *doc;
        hk_rp *rp = client(&feed, NULL, 0);
        str body;
        json_t *json = token_json(rows[i].registered);
        assert_ok(json_read_dump(arena, json, &body));
        json_decref(json);
        const struct canned answer = {REGISTER_URL, 201, body.p, NULL, 0};
        assert_int_equal(run(&feed, hk_register_op(rp, NULL, NULL), &answer, &doc, &e), HK_OK);
        if (rows[i].told[0])
            assert_non_null(strstr(warnings, rows[i].told));
        else
            assert_string_equal(warnings, "");
        hk_doc_free(doc);
        hk_rp_free(rp);
    }
}

/* Answers that are no registration, of a new client and of one that is there. */
static const struct {
    int status;
    const char *body;
    int code;
    const char *oauth;
} refused[] = {
    {400, "{\"error\":\"invalid_client_metadata\"}", HK_E_OAUTH, "invalid_client_metadata"},
    {401, "{\"error\":\"invalid_token\"}", HK_E_OAUTH, "invalid_token"},
    {403, "", HK_E_OAUTH, ""},
    {500, "<html>", HK_E_OAUTH, ""},
    {503, "", HK_E_HTTP, ""},
    {301, "", HK_E_HTTP, ""},
    {200, "", HK_E_HTTP, ""},
    {200, "[]", HK_E_HTTP, ""},
    {200, "{}", HK_E_HTTP, ""},
    {200, "{\"client_id\":\"\"}", HK_E_HTTP, ""},
    {200, "{\"client_id\":7}", HK_E_HTTP, ""},
    {200, "{\"client_id\":\"new\",\"registration_client_uri\":\"http://op.example/x\"}", HK_E_HTTP,
     ""},
    {200,
     "{\"client_id\":\"new\",\"registration_client_uri\":\"https://op.example/x\","
     "\"registration_access_token\":\"a\\r\\nb\"}",
     HK_E_HTTP, ""},
};

static void an_answer_that_is_no_registration_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct feed feed = {0};
        hk_error e = HK_ERROR_INIT;
        hk_doc *doc;
        hk_rp *rp = client(&feed, NULL, 0);
        const struct canned created = {REGISTER_URL, refused[i].status, refused[i].body, NULL, 0},
                            managed = {MANAGE_URL, refused[i].status, refused[i].body, NULL, 0};
        assert_int_equal(run(&feed, hk_register_op(rp, NULL, NULL), &created, &doc, &e),
                         refused[i].code);
        assert_null(doc);
        assert_string_equal(e.oauth, refused[i].oauth);
        assert_int_equal(run(&feed, hk_registration_op(rp, REGISTERED, NULL), &managed, &doc, &e),
                         refused[i].code);
        assert_null(doc);
        hk_rp_free(rp);
    }
}

static void a_method_by_secret_needs_one(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc;
    hk_rp *rp = client(&feed, NULL, 0);
    static const struct canned without = {
        REGISTER_URL, 201,
        "{\"client_id\":\"new\",\"token_endpoint_auth_method\":\"client_secret_jwt\"}", NULL, 0};
    static const struct canned with_key = {
        REGISTER_URL, 201,
        "{\"client_id\":\"new\",\"token_endpoint_auth_method\":\"private_key_jwt\"}", NULL, 0};
    assert_int_equal(run(&feed, hk_register_op(rp, NULL, NULL), &without, &doc, &e), HK_E_HTTP);
    assert_non_null(strstr(e.msg, "and gave none"));
    assert_int_equal(run(&feed, hk_register_op(rp, NULL, NULL), &with_key, &doc, &e), HK_OK);
    hk_doc_free(doc);
    hk_rp_free(rp);
}

static void a_registration_is_read_and_changed(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc;
    hk_rp *rp = client(&feed, NULL, 0);
    const struct canned whole = {MANAGE_URL, 200, REGISTERED, NULL, 0};
    static const struct canned bare = {
        MANAGE_URL, 200, "{\"client_id\":\"new\",\"registration_access_token\":\"next\"}", NULL, 0};
    assert_int_equal(run(&feed, hk_registration_op(rp, REGISTERED, NULL), &whole, &doc, &e), HK_OK);
    assert_string_equal(feed.last_body, "");
    assert_string_equal(feed.last_headers, "Accept: application/json\r\n"
                                           "Authorization: Bearer manage-me\r\n");
    hk_doc_free(doc);
    /* RFC 7592 2.2: what the provider alone says is not sent back */
    static const char changed[] =
        "{\"client_name\":\"x\",\"client_id\":\"other\",\"registration_access_token\":\"t\","
        "\"registration_client_uri\":\"u\",\"client_secret_expires_at\":0,"
        "\"client_id_issued_at\":1}";
    assert_int_equal(run(&feed, hk_registration_op(rp, REGISTERED, changed), &bare, &doc, &e),
                     HK_OK);
    assert_sent(&feed, "{'client_name':'x','client_id':'new'}");
    assert_string_equal(hk_doc_str(doc, "registration_access_token").p, "next");
    assert_string_equal(hk_doc_str(doc, "registration_client_uri").p, MANAGE_URL);
    assert_string_equal(hk_doc_str(doc, "client_secret").p, "s3cret");
    assert_non_null(strstr(hk_doc_json(doc).p, MANAGE_URL));
    hk_doc_free(doc);
    assert_int_equal(run(&feed, hk_registration_op(rp, REGISTERED, "["), NULL, &doc, &e), HK_E_ARG);
    static const struct canned other = {MANAGE_URL, 200, "{\"client_id\":\"other\"}", NULL, 0};
    assert_int_equal(run(&feed, hk_registration_op(rp, REGISTERED, NULL), &other, &doc, &e),
                     HK_E_HTTP);
    assert_non_null(strstr(e.msg, "another client"));
    hk_rp_free(rp);
}

static void what_cannot_be_managed_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *registration;
        int code;
    } rows[] = {
        {NULL, HK_E_ARG},
        {"", HK_E_ARG},
        {"[]", HK_E_ARG},
        {"{}", HK_E_ARG},
        {"{\"client_id\":\"a\",\"registration_access_token\":\"t\"}", HK_E_ARG},
        {"{\"client_id\":\"a\",\"registration_client_uri\":\"https://op.example/r\"}", HK_E_ARG},
        {"{\"registration_client_uri\":\"https://op.example/r\","
         "\"registration_access_token\":\"t\"}",
         HK_E_ARG},
        {"{\"client_id\":\"a\",\"registration_client_uri\":\"https://op.example/r\","
         "\"registration_access_token\":\"t t\"}",
         HK_E_ARG},
        {"{\"client_id\":\"a\",\"registration_client_uri\":\"http://op.example/r\","
         "\"registration_access_token\":\"t\"}",
         HK_E_CONFIG},
    };
    struct feed feed = {0};
    hk_rp *rp = client(&feed, NULL, 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_error e = HK_ERROR_INIT;
        hk_doc *doc;
        assert_int_equal(
            run(&feed, hk_registration_op(rp, rows[i].registration, NULL), NULL, &doc, &e),
            rows[i].code);
        assert_int_equal(run(&feed, hk_unregister_op(rp, rows[i].registration), NULL, &doc, &e),
                         rows[i].code);
        assert_true((strstr(e.msg, "is not a JSON object") != NULL) == (i == 1 || i == 2));
    }
    assert_null(hk_unregister_op(NULL, REGISTERED));
    hk_rp_free(rp);
}

static void a_client_is_removed(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc;
    hk_rp *rp = client(&feed, NULL, 0);
    static const struct {
        int status, code;
    } rows[] = {
        {204, HK_OK}, {200, HK_OK}, {401, HK_E_OAUTH}, {403, HK_E_OAUTH}, {405, HK_E_OAUTH}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct canned answer = {MANAGE_URL, rows[i].status, "", NULL, 0};
        assert_int_equal(run(&feed, hk_unregister_op(rp, REGISTERED), &answer, &doc, &e),
                         rows[i].code);
        assert_null(doc);
    }
    hk_rp_free(rp);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_settings_say_what_is_registered),
        cmocka_unit_test(keys_are_registered_by_value),
        cmocka_unit_test(a_programs_own_metadata_are_sent_as_they_are),
        cmocka_unit_test(what_was_registered_otherwise_is_told),
        cmocka_unit_test(an_answer_that_is_no_registration_is_refused),
        cmocka_unit_test(a_method_by_secret_needs_one),
        cmocka_unit_test(a_registration_is_read_and_changed),
        cmocka_unit_test(what_cannot_be_managed_is_refused),
        cmocka_unit_test(a_client_is_removed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
