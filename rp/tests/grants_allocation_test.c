/* Each allocation of each grant without a browser fails, in turn: nothing crashes, leaks or is half
 * done. */
#include "keys/jws.h"
#include "rp/tests/feed_helper.h"
#include "rp/tests/starve_helper.h"

static struct feed feed;
static struct arena *arena;
static const char *tokens; /* with an ID token */

static const char *answer_to(const char *url) {
    static const struct {
        const char *url, *body;
    } answers[] = {
        {ISSUER "/revoke", ""},
        {ISSUER "/introspect", "{\"active\":true}"},
        {ISSUER "/device", "{\"device_code\":\"dc\",\"user_code\":\"A-B\",\"expires_in\":600,"
                           "\"verification_uri\":\"https://op.example/d\"}"},
        {ISSUER "/ciba", "{\"auth_req_id\":\"ar\",\"expires_in\":600}"},
        {ISSUER "/userinfo", "{\"sub\":\"jane\",\"email\":\"jane@a.example\"}"},
    };
    for (size_t i = 0; i < COUNT(answers); i++)
        if (strcmp(answers[i].url, url) == 0)
            return answers[i].body;
    return tokens;
}

static int run(hk_op *op, hk_error *e) {
    hk_http http;
    int code;
    while ((code = hk_op_next(op, &http, e)) == HK_PENDING) {
        const char *body = answer_to(http.url.p);
        assert_int_equal(hk_op_feed(op, 200, (hk_str){"", 0}, (hk_str){body, strlen(body)}, 0),
                         HK_OK);
    }
    return code;
}

static int for_session(hk_op *op, hk_session **out, hk_error *e) {
    int code = run(op, e);
    *out = hk_op_take_session(op);
    assert_true((code == HK_OK) == (*out != NULL));
    hk_op_free(op);
    return code;
}

static int for_doc(hk_op *op, hk_doc **out, hk_error *e) {
    int code = run(op, e);
    *out = hk_op_take_doc(op);
    assert_true((code == HK_OK) == (*out != NULL));
    hk_op_free(op);
    return code;
}

static int client_credentials(hk_rp *rp, hk_error *e) {
    hk_session *session;
    int code = for_session(hk_client_credentials_op(rp, "a", "https://a.example"), &session, e);
    hk_session_free(session);
    return code;
}

static int token_exchange(hk_rp *rp, hk_error *e) {
    hk_session *session;
    const hk_exchange exchange = {.size = sizeof exchange, .subject_token = "st"};
    int code = for_session(hk_token_exchange_op(rp, &exchange), &session, e);
    hk_session_free(session);
    return code;
}

static int introspect(hk_rp *rp, hk_error *e) {
    hk_doc *doc;
    int code = for_doc(hk_introspect_op(rp, "at", NULL), &doc, e);
    hk_doc_free(doc);
    return code;
}

/* A user signs in on a device; then the session is refreshed and revoked. */
static int device(hk_rp *rp, hk_error *e) {
    hk_doc *doc;
    hk_session *session = NULL;
    int code = for_doc(hk_device_start_op(rp, "openid email"), &doc, e);
    if (!code)
        code = for_session(hk_device_poll_op(rp, doc), &session, e);
    hk_doc_free(doc);
    if (code)
        return code;
    assert_string_equal(hk_sub(session).p, "jane");
    hk_op *op = hk_refresh_op(rp, session);
    code = run(op, e);
    hk_op_free(op);
    assert_string_equal(hk_sub(session).p, "jane"); /* whatever came of it */
    assert_string_equal(hk_refresh_token(session).p, "rt");
    if (!code) {
        op = hk_revoke_op(rp, session);
        code = run(op, e);
        hk_op_free(op);
    }
    hk_session_free(session);
    return code;
}

static int ciba(hk_rp *rp, hk_error *e) {
    hk_doc *doc;
    const hk_ciba request = {.size = sizeof request, .login_hint = "jane"};
    int code = for_doc(hk_ciba_start_op(rp, &request), &doc, e);
    hk_doc_free(doc);
    return code;
}

/* The client is made within the scenario too. Its ID tokens have HS256, because OpenSSL allocates
 * thousands of times for a key pair; keys/tests starve those. */
static int with_client(int (*call)(hk_rp *rp, hk_error *e)) {
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp = NULL;
    hk_cfg *cfg = feed_cfg(&feed);
    hk_cfg_allocator(cfg, starve_resize, NULL);
    hk_cfg_metadata(cfg, feed_metadata);
    hk_cfg_set(cfg, "id_token_alg", "HS256");
    int code = hk_rp_new(cfg, &rp, &e);
    assert_true((code == HK_OK) == (rp != NULL));
    if (!code)
        code = call(rp, &e);
    hk_rp_free(rp);
    return code;
}

/* One test a call. */
#define STARVED(call)                                                                              \
    static int call##_scenario(void) {                                                             \
        return with_client(call);                                                                  \
    }                                                                                              \
    static void call##_survives_every_failed_allocation(void **state) {                            \
        (void)state;                                                                               \
        starve(call##_scenario);                                                                   \
    }
STARVED(client_credentials)
STARVED(token_exchange)
STARVED(introspect)
STARVED(device)
STARVED(ciba)

static int set_up(void **state) {
    (void)state;
    str id_token, body;
    feed.now = 1800000000;
    static const char secret_text[] = "a-secret-of-more-than-thirty-two-bytes"; /* feed_cfg's */
    struct jwk *key;
    arena = arena_new(1 << 20);
    assert_ok(jwk_from_secret(secret_of(str_from(secret_text)), JOSE_HS256, &key));
    assert_ok(jws_sign(key, JOSE_HS256, STR_ABSENT,
                       S("{\"iss\":\"" ISSUER "\",\"sub\":\"jane\",\"aud\":\"app\","
                         "\"exp\":1800000300,\"iat\":1800000000}"),
                       arena, &id_token));
    jwk_free(key);
    assert_ok(str_printf(arena, &body,
                         "{\"access_token\":\"at\",\"token_type\":\"Bearer\",\"refresh_token\":"
                         "\"rt\",\"issued_token_type\":\"urn:x\",\"id_token\":\"%s\"}",
                         id_token.p));
    tokens = body.p;
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

int main(void) {
    starve_set_up();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(client_credentials_survives_every_failed_allocation),
        cmocka_unit_test(token_exchange_survives_every_failed_allocation),
        cmocka_unit_test(introspect_survives_every_failed_allocation),
        cmocka_unit_test(device_survives_every_failed_allocation),
        cmocka_unit_test(ciba_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
