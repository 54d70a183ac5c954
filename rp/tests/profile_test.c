/* Profiles, and settings that must go together. */
#include "rp/engine/config.h"
#include "rp/engine/session.h"
#include "rp/tests/sign_in_helper.h"

/* The rule that hk_rp_new breaks with those settings, by its fix; "" for none. */
static const char *made(const char *const *settings, hk_error *e) {
    struct world world = {0};
    hk_cfg *cfg = world_cfg(&world, settings);
    hk_rp *rp;
    *e = (hk_error)HK_ERROR_INIT;
    int code = hk_rp_new(cfg, &rp, e);
    assert_true(code == HK_OK || code == HK_E_CONFIG);
    hk_rp_free(rp);
    world_close(&world);
    return e->msg;
}

#define FAPI2 "profile=fapi2", "dpop=require"

static void settings_that_do_not_go_together_are_refused(void **state) {
    (void)state;
    static const struct {
        world_settings settings;
        const char *says;
    } rows[] = {
        {{"profile=oauth", "response_type=id_token"}, "needs the profile oidc"},
        {{"profile=hitkey-v1", "response_type=code id_token"}, "needs the profile oidc"},
        {{"profile=fapi2"}, "binds tokens"},
        {{"mtls_bound=require"}, "not configured"},
        {{FAPI2, "response_type=code id_token"}, "response_type code only"},
        {{FAPI2, "par=off"}, "pushes"},
        {{FAPI2, "id_token_alg=RS256"}, "PS256, ES256 and EdDSA only"},
        {{FAPI2, "response_mode=jwt", "authorization_alg=RS256"}, "PS256, ES256 and EdDSA only"},
        {{FAPI2, "dpop_alg=RS256"}, "PS256, ES256 and EdDSA only"},
        {{FAPI2, "request_object=value", "request_object_alg=HS256"},
         "PS256, ES256 and EdDSA only"},
        {{"request_object=value"}, "no key to sign request objects"},
        {{"request_object=value", "request_object_alg=ES256"}, "no key to sign request objects"},
        {{"request_object=reference", "request_object_alg=HS256"}, "https prefix"},
        {{"request_object=reference", "request_object_alg=HS256",
          "request_uri=http://app.example/r/"},
         "https prefix"},
        {{"request_object=reference", "request_object_alg=HS256",
          "request_uri=https://app.example/#r"},
         "https prefix"},
        {{"id_token_encryption=RSA1_5 A256GCM"}, "a value that it cannot have"},
        {{"userinfo_encryption=A256GCM"}, "a value that it cannot have"},
        {{"authorization_encryption=dir A256GCM "}, "a value that it cannot have"},
        {{"request_object_encryption=RSA-OAEP-256"}, "a value that it cannot have"},
        {{"cookie_path=app"}, "not a path"},
        {{"cookie_path=/app; Domain=example"}, "not a path"},
        {{"cookie_path=/a b"}, "not a path"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_error e;
        const char *msg = made(rows[i].settings, &e);
        if (!strstr(msg, rows[i].says))
            fail_msg("row %zu: \"%s\"", i, msg);
        assert_true(e.fix[0]);
    }
}

/* A client without a redirect_uri may be one of an API; a sign-in needs more. */
static void a_sign_in_of_a_client_that_was_not_meant_for_it_is_refused(void **state) {
    (void)state;
    static const struct {
        world_settings settings;
        const char *rule;
    } rows[] = {
        {{"profile=fapi2"}, "fapi2_binds_tokens"},
        {{"mtls_bound=require"}, "certificate_is_given"},
        {{"profile=oauth", "response_type=id_token"}, "id_token_is_of_profile"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        hk_cfg *cfg = world_cfg(&world, rows[i].settings);
        cfg->settings.redirect_uri = STR_ABSENT;
        assert_int_equal(hk_rp_new(cfg, &world.rp, &e), HK_OK);
        hk_op *op = hk_begin_op(
            world.rp, &(hk_auth){.size = sizeof(hk_auth), .redirect_uri = "http://127.0.0.1:1/"});
        assert_int_equal(feed_run(&world.feed, op, NULL, 0, &e), HK_E_CONFIG);
        assert_string_equal(world.rule, rows[i].rule);
        hk_op_free(op);
        world_close(&world);
    }
}

static void settings_that_go_together_are_taken(void **state) {
    (void)state;
    static const world_settings rows[] = {
        {FAPI2},
        {FAPI2, "id_token_alg=PS256", "response_mode=jwt", "authorization_alg=EdDSA"},
        {"profile=oauth"},
        {"profile=hitkey-v1"},
        {"request_object=reference", "request_object_alg=HS256",
         "request_uri=https://app.example/r/"},
        {"id_token_encryption=RSA-OAEP-256 A256GCM", "userinfo_encryption=dir A128CBC-HS256"},
        {"cookie_path=/app"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_error e;
        assert_string_equal(made(rows[i], &e), "");
    }
}

/* They go into JSON, where other bytes would spoil the whole. */
static void names_that_are_not_utf8_are_refused(void **state) {
    (void)state;
    for (int i = 0; i <= 1; i++) {
        hk_rp *rp;
        hk_error e = HK_ERROR_INIT;
        hk_cfg *cfg = hk_cfg_new(ISSUER, i ? "app" : "app\xff");
        if (i)
            hk_cfg_scopes(cfg, "openid \xc0\xaf");
        assert_int_equal(hk_rp_new(cfg, &rp, &e), HK_E_CONFIG);
        assert_non_null(strstr(e.msg, "a value that it cannot have"));
    }
}

/* A short secret is none for HS*. */
static void a_short_secret_signs_nothing(void **state) {
    (void)state;
    static const world_settings rows[] = {
        {"request_object=value", "request_object_alg=HS256"},
        {"response_mode=jwt", "authorization_alg=HS256"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        hk_rp *rp;
        hk_cfg *cfg = world_cfg(&world, rows[i]);
        hk_cfg_secret(cfg, "short");
        assert_int_equal(hk_rp_new(cfg, &rp, &e), HK_E_CONFIG);
        assert_non_null(strstr(e.msg, "too short"));
        world_close(&world);
    }
}

static int finish(struct world *world, const struct begun *begun, const char *more,
                  const struct canned *answers, size_t n, hk_session **out) {
    hk_error e = HK_ERROR_INIT;
    const hk_callback callback = {sizeof callback,
                                  world_text(world, "code=c&state=%s%s", begun->state, more),
                                  begun->cookie, HK_VIA_QUERY};
    return world_finish(world, &callback, answers, n, out, &e);
}

/* RFC 9449: the code is bound to the key that the token request proves, and the session has it. */
static void tokens_are_bound_to_the_key_of_the_sign_in(void **state) {
    (void)state;
    struct world world = {0};
    hk_session *session;
    world_open(&world, (world_settings){"dpop=require", "userinfo=off"});
    struct begun begun = world_begun(&world, NULL);
    struct canned answer = world_tokens(&world, world_id_token(&world, begun.nonce, NULL));
    assert_int_equal(finish(&world, &begun, "", &answer, 1, &session), HK_E_BINDING);
    assert_string_equal(world.rule, "token_is_bound");

    hk_login *login = world_begin(&world, NULL);
    const char *url = hk_login_url(login).p;
    answer.body =
        world_text(&world, "{\"access_token\":\"at\",\"token_type\":\"DPoP\",\"id_token\":\"%s\"}",
                   world_id_token(&world, param_of(url, "nonce"), NULL));
    begun = (struct begun){.state = param_of(url, "state"), .cookie = hk_login_cookie(login).p};
    assert_int_equal(finish(&world, &begun, "", &answer, 1, &session), HK_OK);
    assert_non_null(strstr(world.feed.last_headers, "\r\nDPoP: "));
    str thumbprint;
    assert_ok(jwk_thumbprint(session->dpop_key, world.issuer.arena, &thumbprint));
    assert_string_equal(param_of(url, "dpop_jkt"), thumbprint.p);
    hk_session_free(session);
    hk_login_free(login);
    world_close(&world);
}

/* FAPI 2.0: pushed, and nothing is taken without iss. */
static void fapi2_pushes_and_wants_iss(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    hk_cfg *cfg = world_cfg(&world, (world_settings){FAPI2, "userinfo=off"});
    hk_cfg_private_key(cfg, sign_in_private_key, "k1", "ES256");
    if (hk_rp_new(cfg, &world.rp, &e))
        fail_msg("%s", e.msg);
    for (int with_iss = 0; with_iss <= 1; with_iss++) {
        const struct canned pushed = {ISSUER "/par", 201, "{\"request_uri\":\"urn:r:1\"}", NULL, 0};
        hk_op *op = hk_begin_op(world.rp, NULL);
        assert_int_equal(feed_run(&world.feed, op, &pushed, 1, &e), HK_OK);
        hk_login *login = hk_op_take_login(op);
        const char *body = world_text(&world, "%s", world.feed.last_body);
        const struct begun begun = {.state = param_of(body, "state"),
                                    .cookie = hk_login_cookie(login).p};
        const struct canned answer = {
            ISSUER "/token", 200,
            world_text(&world,
                       "{\"access_token\":\"at\",\"token_type\":\"DPoP\",\"id_token\":\"%s\"}",
                       world_id_token(&world, param_of(body, "nonce"), NULL)),
            NULL, 0};
        int code =
            finish(&world, &begun, with_iss ? "&iss=" ISSUER : "", &answer, with_iss ? 1 : 0, NULL);
        assert_int_equal(code, with_iss ? HK_OK : HK_E_ISS);
        hk_login_free(login);
        hk_op_free(op);
    }
    world_close(&world);
}

/* OAuth 2.0 alone: no nonce, no ID token, and a user only when userinfo is asked. */
static void oauth_needs_no_id_token(void **state) {
    (void)state;
    for (int asked = 0; asked <= 1; asked++) {
        struct world world = {0};
        hk_session *session;
        world_open(&world,
                   (world_settings){"profile=oauth", asked ? "userinfo=require" : "userinfo=auto"});
        struct begun begun =
            world_begun(&world, &(hk_auth){.size = sizeof(hk_auth), .scopes = "repo"});
        assert_string_equal(begun.nonce, "");
        const struct canned answers[] = {world_tokens(&world, NULL),
                                         {ISSUER "/userinfo", 200,
                                          "{\"sub\":\"joe\",\"name\":\"Joe\"}",
                                          "Content-Type: application/json\r\n", 0}};
        assert_int_equal(finish(&world, &begun, "", answers, asked ? 2 : 1, &session), HK_OK);
        assert_true((hk_sub(session).p != NULL) == asked);
        assert_string_equal(hk_scope(session).p, "repo");
        assert_null(hk_id_token(session).p);
        hk_session_free(session);
        world_close(&world);
    }
}

/* HitKey's dialect: where its endpoints are is known, tokens are asked for in JSON, and userinfo
 * says who the user is. */
static void hitkey_v1_signs_in_with_userinfo(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    hk_session *session;
    hk_cfg *cfg = hk_cfg_new("https://api.hitkey.example", "app");
    hk_cfg_set(cfg, "profile", "hitkey-v1");
    hk_cfg_redirect_uri(cfg, "https://app.example/cb");
    hk_cfg_secret(cfg, "s3cr3t");
    issuer_start(&world.issuer, JOSE_ES256);
    if (hk_rp_new(cfg, &world.rp, &e))
        fail_msg("%s", e.msg);
    hk_login *login = world_begin(&world, NULL);
    const char *url = hk_login_url(login).p;
    assert_int_equal(strncmp(url, "https://hitkey.example/?response_type=code&client_id=app&", 57),
                     0);
    const struct begun begun = {.state = param_of(url, "state"),
                                .cookie = hk_login_cookie(login).p};
    const struct canned answers[] = {
        {"https://api.hitkey.example/oauth/token", 200,
         "{\"access_token\":\"at\",\"token_type\":\"Bearer\",\"expires_in\":3600}", NULL, 0},
        {"https://api.hitkey.example/oauth/userinfo", 200,
         "{\"sub\":\"u-1\",\"id\":\"u-1\",\"email\":\"j@b\"}", "Content-Type: application/json\r\n",
         0}};
    hk_op *op =
        hk_finish_op(world.rp, &(hk_callback){sizeof(hk_callback),
                                              world_text(&world, "code=c&state=%s", begun.state),
                                              begun.cookie, HK_VIA_QUERY});
    assert_int_equal(feed_run(&world.feed, op, answers, 2, &e), HK_OK);
    session = hk_op_take_session(op);
    assert_string_equal(hk_sub(session).p, "u-1");
    assert_string_equal(hk_iss(session).p, "https://api.hitkey.example");
    assert_string_equal(hk_claim(session, "email").p, "j@b");
    hk_op_free(op);
    hk_session_free(session);
    hk_login_free(login);
    world_close(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_that_do_not_go_together_are_refused),
        cmocka_unit_test(a_sign_in_of_a_client_that_was_not_meant_for_it_is_refused),
        cmocka_unit_test(settings_that_go_together_are_taken),
        cmocka_unit_test(names_that_are_not_utf8_are_refused),
        cmocka_unit_test(a_short_secret_signs_nothing),
        cmocka_unit_test(tokens_are_bound_to_the_key_of_the_sign_in),
        cmocka_unit_test(fapi2_pushes_and_wants_iss),
        cmocka_unit_test(oauth_needs_no_id_token),
        cmocka_unit_test(hitkey_v1_signs_in_with_userinfo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
