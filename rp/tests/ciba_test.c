/* hk_ciba_start, hk_ciba_poll and hk_ciba_ping (CIBA Core 1.0). */
#include "common/base/json_read.h"
#include "keys/jws.h"
#include "rp/tests/pem_helper.h"
#include "rp/tests/sign_in_helper.h"

#define CIBA_URL  ISSUER "/ciba"
#define TOKEN_URL ISSUER "/token"
#define ANSWER    "{\"auth_req_id\":\"ar\",\"expires_in\":120,\"interval\":2}"
#define PING      "8d67dc78-7faa-4d41-aabd-67707b374255"

static int begin(struct world *world, const hk_ciba *request, const char *body, hk_doc **doc,
                 hk_error *e) {
    const struct canned answer = {CIBA_URL, 200, body, NULL, 0};
    hk_op *op = hk_ciba_start_op(world->rp, request);
    int code = feed_run(&world->feed, op, &answer, body != NULL, e);
    *doc = hk_op_take_doc(op);
    hk_op_free(op);
    return code;
}

static void a_request_that_is_not_right_is_refused(void **state) {
    (void)state;
#define FIRST .size = sizeof(hk_ciba)
    static const struct {
        hk_ciba request;
        const char *body, *modes, *setting;
        int code;
        const char *rule;
    } rows[] = {
        {{FIRST}, NULL, NULL, NULL, HK_E_ARG, "ciba_has_one_hint"},
        {{FIRST, .login_hint = "a", .id_token_hint = "b"},
         NULL,
         NULL,
         NULL,
         HK_E_ARG,
         "ciba_has_one_hint"},
        {{0, .login_hint = "a"}, NULL, NULL, NULL, HK_E_ARG, "ciba_has_one_hint"},
        {{FIRST, .login_hint = "a", .requested_expiry_s = -1},
         NULL,
         NULL,
         NULL,
         HK_E_ARG,
         "argument_given"},
        {{FIRST, .login_hint = "a", .scopes = "mail"},
         NULL,
         NULL,
         NULL,
         HK_E_CONFIG,
         "scope_has_openid"},
        {{FIRST, .login_hint = "a", .notification_token = "short"},
         NULL,
         NULL,
         NULL,
         HK_E_ARG,
         "ciba_notification_token_fits"},
        {{FIRST, .login_hint = "a", .notification_token = "with\r\nlines-0123456789abcdef"},
         NULL,
         NULL,
         NULL,
         HK_E_ARG,
         "ciba_notification_token_fits"},
        {{FIRST, .login_hint = "a", .notification_token = PING},
         NULL,
         "\"poll\"",
         NULL,
         HK_E_UNSUPPORTED,
         "ciba_mode_offered"},
        {{FIRST, .login_hint = "a"}, NULL, "\"push\"", NULL, HK_E_UNSUPPORTED, "ciba_mode_offered"},
        {{FIRST, .login_hint = "a"},
         NULL,
         NULL,
         "request_object=value",
         HK_E_CONFIG,
         "key_is_usable"},
        {{FIRST, .login_hint = "a"},
         "{\"expires_in\":1}",
         NULL,
         NULL,
         HK_E_TOKEN,
         "poll_code_present"},
        {{FIRST, .login_hint = "a"},
         "{\"auth_req_id\":\"ar\"}",
         NULL,
         NULL,
         HK_E_TOKEN,
         "poll_times_are_numbers"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        hk_doc *doc;
        const char *const settings[WORLD_SETTINGS] = {
            rows[i].setting, rows[i].setting ? "request_object_alg=HS256" : NULL};
        hk_cfg *cfg = world_cfg(&world, settings);
        if (rows[i].modes)
            hk_cfg_metadata(cfg,
                            world_text(&world,
                                       "{\"issuer\":\"" ISSUER "\",\"backchannel_token_delivery_"
                                       "modes_supported\":[%s]}",
                                       rows[i].modes));
        assert_int_equal(hk_rp_new(cfg, &world.rp, &e), HK_OK);
        assert_int_equal(begin(&world, &rows[i].request, rows[i].body, &doc, &e), rows[i].code);
        assert_string_equal(world.rule, rows[i].rule);
        assert_null(doc);
        world_close(&world);
    }
}

static void a_request_says_all_that_was_given(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc;
    const hk_ciba request = {FIRST,
                             .login_hint = "jane",
                             .scopes = "openid email",
                             .binding_message = "W4SCT",
                             .user_code = "1234",
                             .acr_values = "urn:a",
                             .requested_expiry_s = 90,
                             .notification_token = PING};
    world_open(&world, NULL);
    assert_int_equal(begin(&world, &request, ANSWER, &doc, &e), HK_OK);
    assert_string_equal(world.feed.last_body,
                        "scope=openid%20email&client_notification_token=" PING
                        "&login_hint=jane&binding_message=W4SCT&user_code=1234&acr_values=urn%3Aa"
                        "&requested_expiry=90");
    hk_doc_free(doc);
    world_close(&world);
}

static void a_request_may_be_signed(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc;
    struct jwk *key;
    AUTO(jws_ref) jws = {0};
    AUTO(json_ref) claims = NULL;
    int64_t exp;
    static const char *const settings[WORLD_SETTINGS] = {"request_object=value"};
    const hk_ciba request = {FIRST, .login_hint = "jane"};
    hk_cfg *cfg = world_cfg(&world, settings);
    hk_cfg_private_key(cfg, pem_ec, "k1", "ES256");
    assert_int_equal(hk_rp_new(cfg, &world.rp, &e), HK_OK);
    assert_int_equal(begin(&world, &request, ANSWER, &doc, &e), HK_OK);
    assert_string_equal(param_of(world.feed.last_body, "login_hint"), "");
    assert_ok(jwk_from_pem(str_from(pem_ec), STR_ABSENT, JOSE_ES256, &key));
    assert_ok(
        jws_parse(world.issuer.arena, str_from(param_of(world.feed.last_body, "request")), &jws));
    assert_ok(jws_verify(&jws, JOSE_ES256, key));
    assert_ok(json_read_object(jws.payload, &claims));
    assert_str(json_read_str(claims, "iss"), "app");
    assert_str(json_read_str(claims, "aud"), ISSUER);
    assert_str(json_read_str(claims, "login_hint"), "jane");
    assert_str(json_read_str(claims, "scope"), "openid");
    assert_true(json_read_int(claims, "exp", &exp) && exp == world.feed.now + 60);
    assert_true(json_read_str(claims, "jti").n >= 22);
    jwk_free(key);
    hk_doc_free(doc);
    world_close(&world);
}

static void the_user_agrees_in_the_end(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    hk_doc *doc;
    static const char *const settings[WORLD_SETTINGS] = {"userinfo=off"};
    const hk_ciba request = {FIRST, .login_hint = "jane"};
    const struct canned pending = {TOKEN_URL, 400, "{\"error\":\"authorization_pending\"}", NULL,
                                   0};
    world_open(&world, settings);
    assert_int_equal(begin(&world, &request, ANSWER, &doc, &e), HK_OK);
    hk_op *op = hk_ciba_poll_op(world.rp, doc);
    assert_int_equal(feed_run(&world.feed, op, &pending, 1, &e), HK_OK);
    assert_null(hk_op_take_session(op));
    assert_int_equal(e.retry_after_ms, 2000);
    hk_op_free(op);
    world.feed.now += 2;
    op = hk_ciba_poll_op(world.rp, doc);
    const struct canned tokens = world_tokens(&world, world_id_token(&world, NULL, NULL));
    assert_int_equal(feed_run(&world.feed, op, &tokens, 1, &e), HK_OK);
    assert_string_equal(world.feed.last_body,
                        "grant_type=urn%3Aopenid%3Aparams%3Agrant-type%3Aciba&auth_req_id=ar");
    hk_session *session = hk_op_take_session(op);
    assert_string_equal(hk_sub(session).p, "joe");
    hk_session_free(session);
    hk_op_free(op);
    hk_doc_free(doc);
    world_close(&world);
}

static void a_notification_is_for_one_request(void **state) {
    (void)state;
    static const struct {
        const char *notification_token, *authorization, *body;
        int code;
        const char *rule;
    } rows[] = {
        {PING, NULL, "{\"auth_req_id\":\"ar\"}", HK_E_ARG, "argument_given"},
        {PING, "Bearer " PING, NULL, HK_E_ARG, "argument_given"},
        {PING, "", "{\"auth_req_id\":\"ar\"}", HK_E_STATE, "ping_token_matches"},
        {PING, "Bearer", "{\"auth_req_id\":\"ar\"}", HK_E_STATE, "ping_token_matches"},
        {PING, "Bearer " PING "5", "{\"auth_req_id\":\"ar\"}", HK_E_STATE, "ping_token_matches"},
        {PING, "Basic " PING, "{\"auth_req_id\":\"ar\"}", HK_E_STATE, "ping_token_matches"},
        {NULL, "Bearer ", "{\"auth_req_id\":\"ar\"}", HK_E_STATE, "ping_token_matches"},
        {PING, "Bearer " PING, "{\"auth_req_id\":\"other\"}", HK_E_STATE,
         "ping_is_for_the_request"},
        {PING, "Bearer " PING, "{}", HK_E_STATE, "ping_is_for_the_request"},
        {PING, "Bearer " PING, "x", HK_E_STATE, "ping_is_for_the_request"},
        {PING, "Bearer " PING, "{\"auth_req_id\":\"ar\"}", HK_OK, ""},
        {PING, "bearer " PING " ", "{\"auth_req_id\":\"ar\"}", HK_OK, ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        hk_doc *doc;
        const hk_ciba request = {FIRST, .login_hint = "jane",
                                 .notification_token = rows[i].notification_token};
        world_open(&world, NULL);
        assert_int_equal(begin(&world, &request, ANSWER, &doc, &e), HK_OK);
        assert_int_equal(hk_ciba_ping(world.rp, doc, rows[i].authorization, rows[i].body, &e),
                         rows[i].code);
        assert_string_equal(world.rule, rows[i].rule);
        assert_int_equal(hk_ciba_ping(world.rp, NULL, "Bearer x", "{}", &e), HK_E_ARG);
        hk_doc_free(doc);
        world_close(&world);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_that_is_not_right_is_refused),
        cmocka_unit_test(a_request_says_all_that_was_given),
        cmocka_unit_test(a_request_may_be_signed),
        cmocka_unit_test(the_user_agrees_in_the_end),
        cmocka_unit_test(a_notification_is_for_one_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
