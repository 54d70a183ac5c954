/* Each allocation fails, in turn, on both sides of an API, in registration and in discovery. */
#include "keys/dpop.h"
#include "rp/engine/session.h"
#include "rp/tests/api_helper.h"
#include "rp/tests/starve_helper.h"

/* Signed while there was memory. */
static struct issuer issuer;
static struct jwk *key;
static const char *bearer, *bound;

static int64_t fixed_now(void *context) {
    (void)context;
    return 1800000000;
}

static int client(hk_rp **out) {
    hk_cfg *cfg = hk_cfg_new(ISSUER, "app");
    hk_cfg_allocator(cfg, starve_resize, NULL);
    hk_cfg_clock(cfg, fixed_now, NULL);
    hk_cfg_metadata(cfg, feed_metadata);
    hk_cfg_jwks(cfg, issuer.jwks);
    return hk_rp_new(cfg, out, NULL);
}

/* Runs the op, every request of which gets that answer. */
static int run(hk_op *op, int status, const char *headers, const char *body) {
    hk_http http;
    int code;
    while ((code = hk_op_next(op, &http, NULL)) == HK_PENDING)
        assert_int_equal(hk_op_feed(op, status, (hk_str){headers, strlen(headers)},
                                    (hk_str){body, strlen(body)}, 0),
                         HK_OK);
    hk_doc *doc = hk_op_take_doc(op);
    hk_session *session = hk_op_take_session(op);
    assert_true(code == HK_OK || !session);
    hk_doc_free(doc);
    hk_session_free(session);
    hk_op_free(op);
    return code;
}

/* One call after the other with a fresh client, up to the first that fails. */
static int verify(void) {
    hk_rp *rp;
    hk_error e = HK_ERROR_INIT;
    hk_session *session = NULL;
    char text[2048];
    int status, code = client(&rp);
    if (code)
        return code;
    const hk_request request = {.size = sizeof request, .authorization = bearer};
    for (int i = 0; i < 2 && !code; i++) {
        code = hk_verify(rp, &request, API, "read", &session, &e);
        assert_true((code == HK_OK) == (session != NULL));
        hk_session_free(session);
    }
    if (!code)
        code = hk_challenge(rp, &request, &e, "read", &status, text, sizeof text);
    if (!code)
        code = hk_resource_metadata(rp, API, "read", text, sizeof text, &e);
    hk_rp_free(rp);
    return code;
}

static str proof(void) {
    static int n;
    str jti, text;
    assert_ok(str_printf(issuer.arena, &jti, "proof-%d", ++n));
    const struct dpop_request request = {.method = S("GET"),
                                         .url = S(API_URL),
                                         .now = 1800000000,
                                         .jti = jti,
                                         .access_token = str_from(strchr(bound, ' ') + 1)};
    assert_ok(dpop_proof(key, JOSE_ES256, &request, issuer.arena, &text));
    return text;
}

static const char *good_proof;

static int verify_bound(void) {
    hk_rp *rp;
    int code = client(&rp);
    if (code)
        return code;
    const hk_request request = {.size = sizeof request,
                                .authorization = bound,
                                .dpop = good_proof,
                                .method = "GET",
                                .url = API_URL};
    code = run(hk_verify_op(rp, &request, API, NULL), 200, "", "");
    hk_rp_free(rp);
    return code;
}

static err fill(hk_session *session) {
    TRY(session_text(session, S(ISSUER), &session->iss));
    TRY(session_text(session, S("app"), &session->client_id));
    TRY(session_text(session, S("a.b.c"), &session->id_token));
    TRY(session_text(session, S("at-1"), &session->access_token));
    return session_text(session, S("DPoP"), &session->token_type);
}

/* The session of a client; its key is the test's. */
static int session_of(hk_rp *rp, hk_session **out) {
    *out = NULL;
    err made = session_new(&rp->memory, out);
    if (!failed(made))
        made = fill(*out);
    if (*out)
        (*out)->dpop_key = key;
    return failed(made) ? HK_E_NOMEM : HK_OK;
}

static int call(void) {
    static const char asks[] =
        "WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"x\"\r\n"
        "DPoP-Nonce: n\r\n";
    hk_rp *rp;
    hk_session *session;
    hk_doc *doc = NULL;
    char text[2048];
    int code = client(&rp);
    if (code)
        return code;
    code = session_of(rp, &session);
    if (!code)
        code = hk_api_headers(rp, session, "GET", API_URL, text, sizeof text, NULL);
    if (!code) {
        code = hk_api_answer(rp, session, API_URL, 403, asks, &doc, NULL);
        code = code == HK_E_SCOPE ? HK_OK : code;
        hk_doc_free(doc);
    }
    const hk_api api = {.size = sizeof api, .url = API_URL, .headers = "X: y", .body = "z"};
    if (!code)
        code = run(hk_api_call_op(rp, session, &api), 200, "DPoP-Nonce: m\r\n", "{\"a\":[1]}");
    if (!code)
        code = hk_logout_url(rp, session, "s", text, sizeof text, NULL);
    if (session)
        session->dpop_key = NULL;
    hk_session_free(session);
    hk_rp_free(rp);
    return code;
}

static int registered(void) {
    static const char answer[] =
        "{\"client_id\":\"new\",\"scope\":\"other\",\"registration_client_uri\":\"" ISSUER
        "/r\",\"registration_access_token\":\"t\"}";
    hk_rp *rp;
    int code = client(&rp);
    if (code)
        return code;
    code = run(hk_register_op(rp, NULL, "initial"), 201, "", answer);
    if (!code)
        code = run(hk_registration_op(rp, answer, "{\"client_name\":\"x\"}"), 200, "", answer);
    if (!code)
        code = run(hk_unregister_op(rp, answer), 204, "", "");
    if (!code)
        code = run(hk_webfinger_op(rp, "joe@example.com"), 200, "",
                   "{\"links\":[{\"rel\":\"http://openid.net/specs/connect/1.0/issuer\","
                   "\"href\":\"" ISSUER "\"}]}");
    hk_rp_free(rp);
    return code;
}

static void nothing_breaks_where_memory_ends(void **state) {
    (void)state;
    starve(verify);
    starve(call);
    starve(registered);
}

/* A client that is new has seen no proof. */
static void a_proof_is_taken_or_refused_where_memory_ends(void **state) {
    (void)state;
    good_proof = proof().p;
    starve(verify_bound);
}

static void sign(struct api *api) {
    str jkt, cnf;
    bearer = api_authorization(api, "Bearer", api_token(api, NULL, NULL));
    assert_ok(jwk_generate(JOSE_ES256, &key));
    assert_ok(jwk_thumbprint(key, api->issuer.arena, &jkt));
    assert_ok(str_printf(api->issuer.arena, &cnf, "{'jkt':'%.*s'}", STR_FMT(jkt)));
    bound = api_authorization(api, "DPoP", api_token(api, "cnf", cnf.p));
    issuer = api->issuer;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_breaks_where_memory_ends),
        cmocka_unit_test(a_proof_is_taken_or_refused_where_memory_ends),
    };
    struct api api;
    starve_set_up();
    api_start(&api, NULL, NULL);
    sign(&api);
    int failures = cmocka_run_group_tests(tests, NULL, NULL);
    jwk_free(key);
    api_stop(&api);
    return failures;
}
