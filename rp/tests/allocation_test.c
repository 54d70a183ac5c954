/* Each allocation of each public call fails, in turn. */
#include "rp/tests/sign_in_helper.h"
#include "rp/tests/starve_helper.h"

/* What the calls work on is made once, with memory; every client has the seal key and the
 * provider's keys of this world. */
static struct world world;
static struct begun begun;
static const char *callback_query, *saved, *logout_body, *bearer;
static struct canned tokens, refreshed, userinfo, device, registered;

static hk_cfg *configured(void) {
    hk_cfg *cfg = feed_cfg(&world.feed);
    hk_cfg_allocator(cfg, starve_resize, NULL);
    hk_cfg_metadata(cfg, feed_metadata);
    hk_cfg_jwks(cfg, world.issuer.jwks);
    hk_cfg_set(cfg, "id_token_alg", "ES256");
    hk_cfg_set(cfg, "dpop", "off");
    return cfg;
}

/* The scenario's call is made with a client; the client is made within the scenario too. */
static int with_client(int (*call)(hk_rp *rp, hk_error *e)) {
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp = NULL;
    int code = hk_rp_new(configured(), &rp, &e);
    assert_true((code == HK_OK) == (rp != NULL));
    if (!code)
        code = call(rp, &e);
    hk_rp_free(rp);
    return code;
}

/* Drives the op with what the provider answers; the test of the answers is elsewhere. */
static int drive(hk_op *op, const struct canned *answers, hk_error *e) {
    hk_http http;
    int code;
    for (size_t i = 0; (code = hk_op_next(op, &http, e)) == HK_PENDING; i++) {
        const char *headers = answers[i].headers ? answers[i].headers : "";
        hk_op_feed(op, answers[i].status, (hk_str){headers, strlen(headers)},
                   (hk_str){answers[i].body, strlen(answers[i].body)}, 0);
    }
    return code;
}

/* The end of a call that makes a session, or a doc: all or nothing. */
static int end(hk_op *op, int code) {
    hk_session *session = hk_op_take_session(op);
    hk_doc *doc = hk_op_take_doc(op);
    assert_true(code == HK_OK || (!session && !doc));
    hk_session_free(session);
    hk_doc_free(doc);
    hk_op_free(op);
    return code;
}

static int metadata(hk_rp *rp, hk_error *e) {
    hk_doc *doc = NULL;
    int code = hk_metadata(rp, &doc, e);
    assert_true((code == HK_OK) == (doc != NULL));
    hk_doc_free(doc);
    return code;
}

static int begin(hk_rp *rp, hk_error *e) {
    hk_login *login = NULL;
    int code = hk_begin(rp, "/home", &login, e);
    assert_true((code == HK_OK) == (login != NULL));
    hk_login_free(login);
    return code;
}

static int finish(hk_rp *rp, hk_error *e) {
    const hk_callback callback = {sizeof callback, callback_query, begun.cookie, HK_VIA_QUERY};
    hk_op *op = hk_finish_op(rp, &callback);
    return end(op, drive(op, (const struct canned[]){tokens, userinfo}, e));
}

static int load(hk_rp *rp, hk_session **session, hk_error *e) {
    int code = hk_session_load(rp, saved, strlen(saved), session, e);
    assert_true((code == HK_OK) == (*session != NULL));
    return code;
}

static int save_and_load(hk_rp *rp, hk_error *e) {
    static char buffer[16384];
    size_t n = sizeof buffer;
    hk_session *session = NULL;
    int code = load(rp, &session, e);
    if (!code)
        code = hk_session_save(rp, session, buffer, &n, e);
    hk_session_free(session);
    return code;
}

/* A session whose refresh failed has what it had. */
static int refresh(hk_rp *rp, hk_error *e) {
    hk_session *session = NULL;
    int code = load(rp, &session, e);
    if (code)
        return code;
    hk_op *op = hk_refresh_op(rp, session);
    code = drive(op, &refreshed, e);
    hk_op_free(op);
    assert_string_equal(hk_access_token(session).p, code ? "at" : "at2");
    assert_string_equal(hk_refresh_token(session).p, code ? "rt" : "rt2");
    assert_string_equal(hk_sub(session).p, "joe");
    hk_session_free(session);
    return code;
}

static int backchannel_logout(hk_rp *rp, hk_error *e) {
    hk_op *op = hk_backchannel_logout_op(rp, logout_body);
    return end(op, drive(op, NULL, e));
}

static int verify(hk_rp *rp, hk_error *e) {
    const hk_request request = {.size = sizeof request,
                                .authorization = bearer,
                                .method = "GET",
                                .url = "https://api.example/"};
    hk_op *op = hk_verify_op(rp, &request, "api", "read");
    return end(op, drive(op, NULL, e));
}

static int client_credentials(hk_rp *rp, hk_error *e) {
    hk_op *op = hk_client_credentials_op(rp, "read", NULL);
    return end(op, drive(op, &refreshed, e));
}

static int introspect(hk_rp *rp, hk_error *e) {
    hk_op *op = hk_introspect_op(rp, "at", NULL);
    return end(op, drive(op, &userinfo, e));
}

static int device_start(hk_rp *rp, hk_error *e) {
    hk_op *op = hk_device_start_op(rp, "openid");
    return end(op, drive(op, &device, e));
}

static int register_client(hk_rp *rp, hk_error *e) {
    hk_op *op = hk_register_op(rp, NULL, NULL);
    return end(op, drive(op, &registered, e));
}

/* One test a call: its scenario is the call with a client. */
#define STARVED(call)                                                                              \
    static int call##_scenario(void) {                                                             \
        return with_client(call);                                                                  \
    }                                                                                              \
    static void call##_survives_every_failed_allocation(void **state) {                            \
        (void)state;                                                                               \
        starve(call##_scenario);                                                                   \
    }
STARVED(metadata)
STARVED(begin)
STARVED(finish)
STARVED(save_and_load)
STARVED(refresh)
STARVED(backchannel_logout)
STARVED(verify)
STARVED(client_credentials)
STARVED(introspect)
STARVED(device_start)
STARVED(register_client)

static const char *save_text(const char *query) {
    static char buffer[16384];
    size_t n = sizeof buffer;
    hk_error e = HK_ERROR_INIT;
    hk_session *session = NULL;
    const hk_callback callback = {sizeof callback, query, begun.cookie, HK_VIA_QUERY};
    assert_int_equal(
        world_finish(&world, &callback, (const struct canned[]){tokens, userinfo}, 2, &session, &e),
        HK_OK);
    assert_int_equal(hk_session_save(world.rp, session, buffer, &n, &e), HK_OK);
    hk_session_free(session);
    return buffer;
}

static int set_up(void **state) {
    (void)state;
    world_open(&world, NULL);
    begun = world_begun(&world, &(hk_auth){.size = sizeof(hk_auth), .return_to = "/home"});
    callback_query = world_text(&world, "code=c&state=%s&iss=" ISSUER, begun.state);
    tokens = world_tokens(&world, world_id_token(&world, begun.nonce, NULL));
    userinfo = (struct canned){ISSUER "/userinfo", 200,
                               "{\"sub\":\"joe\",\"name\":\"Joe\",\"active\":true}",
                               "Content-Type: application/json\r\n", 0};
    refreshed = (struct canned){ISSUER "/token", 200,
                                "{\"access_token\":\"at2\",\"token_type\":\"Bearer\","
                                "\"refresh_token\":\"rt2\",\"expires_in\":60}",
                                NULL, 0};
    device = (struct canned){ISSUER "/device", 200,
                             "{\"device_code\":\"d\",\"user_code\":\"AB-CD\",\"expires_in\":600,"
                             "\"verification_uri\":\"https://op.example/device\"}",
                             NULL, 0};
    registered = (struct canned){ISSUER "/register", 201, "{\"client_id\":\"new\"}", NULL, 0};
    saved = save_text(callback_query);
    int64_t now = world.feed.now;
    str logout = issuer_sign(
        &world.issuer,
        world_text(&world,
                   "{'iss':'" ISSUER "','aud':'app','sub':'joe','jti':'j','iat':%lld,'exp':%lld,"
                   "'events':{'http://schemas.openid.net/event/backchannel-logout':{}}}",
                   (long long)now, (long long)now + 60),
        S("logout+jwt"));
    logout_body = world_text(&world, "logout_token=%s", logout.p);
    str access = issuer_sign(&world.issuer,
                             world_text(&world,
                                        "{'iss':'" ISSUER
                                        "','aud':'api','sub':'joe','jti':'j','client_id':'app',"
                                        "'scope':'read','iat':%lld,'exp':%lld}",
                                        (long long)now, (long long)now + 60),
                             S("at+jwt"));
    bearer = world_text(&world, "Bearer %s", access.p);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    world_close(&world);
    return 0;
}

int main(void) {
    starve_set_up();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metadata_survives_every_failed_allocation),
        cmocka_unit_test(begin_survives_every_failed_allocation),
        cmocka_unit_test(finish_survives_every_failed_allocation),
        cmocka_unit_test(save_and_load_survives_every_failed_allocation),
        cmocka_unit_test(refresh_survives_every_failed_allocation),
        cmocka_unit_test(backchannel_logout_survives_every_failed_allocation),
        cmocka_unit_test(verify_survives_every_failed_allocation),
        cmocka_unit_test(client_credentials_survives_every_failed_allocation),
        cmocka_unit_test(introspect_survives_every_failed_allocation),
        cmocka_unit_test(device_start_survives_every_failed_allocation),
        cmocka_unit_test(register_client_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
