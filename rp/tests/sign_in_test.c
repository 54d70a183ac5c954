/* hk_finish with a code: what is asked for with it, and the session that comes of it. */
#include "common/base/base64url.h"
#include "keys/digest.h"
#include "rp/tests/sign_in_helper.h"

static void assert_text(hk_str text, const char *expected) {
    assert_string_equal(text.p ? text.p : "(absent)", expected);
}

#define USERINFO(json)                                                                             \
    (struct canned) {                                                                              \
        .url = ISSUER "/userinfo", .status = 200, .body = json,                                    \
        .headers = "Content-Type: application/json\r\n"                                            \
    }

static void a_code_becomes_a_session(void **state) {
    (void)state;
    struct world world = {0};
    hk_session *session;
    hk_error e = HK_ERROR_INIT;
    world_open(&world, NULL);
    struct begun begun =
        world_begun(&world, &(hk_auth){.size = sizeof(hk_auth), .return_to = "/home?a=b"});
    const struct canned answers[] = {
        world_tokens(&world, world_id_token(&world, begun.nonce,
                                            "{'email':'old@example.com','sid':'s1','n':7}")),
        USERINFO("{\"sub\":\"joe\",\"email\":\"joe@example.com\",\"name\":\"Joe\","
                 "\"nonce\":\"evil\",\"aud\":\"evil\"}")};
    const hk_callback callback = {
        sizeof callback,
        world_text(&world, "?code=c%%2F1&state=%s&iss=https://op.example", begun.state),
        begun.cookie, HK_VIA_QUERY};
    assert_int_equal(world_finish(&world, &callback, answers, 2, &session, &e), HK_OK);
    assert_int_equal(world.feed.requests, 2);
    assert_text(hk_iss(session), ISSUER);
    assert_text(hk_sub(session), "joe");
    assert_text(hk_sid(session), "s1");
    assert_text(hk_claim(session, "email"), "joe@example.com");
    assert_text(hk_claim(session, "name"), "Joe");
    assert_text(hk_claim(session, "aud"), "app");
    assert_text(hk_claim(session, "nonce"), begun.nonce);
    assert_text(hk_claim(session, "n"), "(absent)");
    int64_t n;
    assert_int_equal(hk_claim_int(session, "n", &n), HK_OK);
    assert_int_equal(n, 7);
    assert_non_null(strstr(hk_claims_json(session).p, "\"name\":\"Joe\""));
    assert_text(hk_return_to(session), "/home?a=b");
    assert_text(hk_access_token(session), "at");
    assert_text(hk_refresh_token(session), "rt");
    assert_text(hk_token_type(session), "Bearer");
    assert_text(hk_scope(session), "openid");
    assert_int_equal(hk_access_expires(session), world.feed.now + 3600);
    assert_int_equal(strncmp(hk_end_cookie(session).p, begun.cookie, strcspn(begun.cookie, "=")),
                     0);
    assert_string_equal(strchr(hk_end_cookie(session).p, '='),
                        "=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax");
    hk_session_free(session);
    world_close(&world);
}

static void the_token_request_proves_who_began(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    world_open(&world, (world_settings){"userinfo=off"});
    hk_login *login = world_begin(
        &world, &(hk_auth){.size = sizeof(hk_auth), .redirect_uri = "http://127.0.0.1:4711/cb"});
    const char *url = hk_login_url(login).p;
    const struct canned answer =
        world_tokens(&world, world_id_token(&world, param_of(url, "nonce"), NULL));
    const hk_callback callback = {
        sizeof callback, world_text(&world, "code=c%%2F1&state=%s", param_of(url, "state")),
        hk_login_cookie(login).p, HK_VIA_QUERY};
    assert_int_equal(world_finish(&world, &callback, &answer, 1, NULL, &e), HK_OK);
    const char *body = world.feed.last_body;
    assert_string_equal(param_of(body, "grant_type"), "authorization_code");
    assert_string_equal(param_of(body, "code"), "c/1");
    assert_string_equal(param_of(body, "redirect_uri"), "http://127.0.0.1:4711/cb");
    struct sha256 digest = sha256(str_from(param_of(body, "code_verifier")));
    str challenge;
    assert_ok(base64url_encode(world.issuer.arena, sha256_str(&digest), &challenge));
    assert_string_equal(param_of(url, "code_challenge"), challenge.p);
    hk_login_free(login);
    world_close(&world);
}

/* What the answers must be; the rules of an ID token, a token response and userinfo have tests of
 * their own, here it is that they are asked. */
static void answers_that_do_not_fit_the_sign_in_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *changes; /* of the ID token; NULL: there is none */
        const char *userinfo;
        int code;
        const char *rule;
    } rows[] = {
        {NULL, NULL, HK_E_TOKEN, "id_token_present"},
        {"{'nonce':'other'}", NULL, HK_E_NONCE, "nonce_matches"},
        {"{'nonce':null}", NULL, HK_E_NONCE, "nonce_present"},
        {"{'iss':'https://evil.example'}", NULL, HK_E_ISS, "token_iss_matches"},
        {"{'aud':'another'}", NULL, HK_E_AUD, "token_aud_has_us"},
        {"{'at_hash':'AAAAAAAAAAAAAAAAAAAAAA'}", NULL, HK_E_HASH, "at_hash_matches"},
        {"{'auth_time':1799999000}", NULL, HK_E_STEP_UP, "auth_is_recent"},
        {"{'auth_time':null}", NULL, HK_E_TOKEN, "auth_time_present"},
        {"{'acr':'bronze'}", NULL, HK_E_STEP_UP, "acr_is_asked_for"},
        {"{}", "{\"sub\":\"eve\"}", HK_E_SUB, "userinfo_sub_matches"},
        {"{}", "{\"email\":\"e\"}", HK_E_SUB, "token_sub_valid"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        world_open(&world, NULL);
        struct begun begun = world_begun(
            &world,
            &(hk_auth){.size = sizeof(hk_auth), .max_age = 300, .has_max_age = 1, .acr = "gold"});
        const char *changes = rows[i].changes ? rows[i].changes : "{}";
        const char *all = world_text(&world, "{'auth_time':1800000000,'acr':'gold'%s%s",
                                     changes[1] == '}' ? "" : ",", changes + 1);
        const struct canned answers[] = {
            world_tokens(&world, rows[i].changes ? world_id_token(&world, begun.nonce, all) : NULL),
            USERINFO(rows[i].userinfo)};
        const hk_callback callback = {sizeof callback,
                                      world_text(&world, "code=c&state=%s", begun.state),
                                      begun.cookie, HK_VIA_QUERY};
        assert_int_equal(
            world_finish(&world, &callback, answers, rows[i].userinfo ? 2 : 1, NULL, &e),
            rows[i].code);
        assert_string_equal(world.rule, rows[i].rule);
        world_close(&world);
    }
}

static void a_code_that_the_provider_does_not_take_is_an_error(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    world_open(&world, NULL);
    struct begun begun = world_begun(&world, NULL);
    const struct canned answer = {ISSUER "/token", 400, "{\"error\":\"invalid_grant\"}", NULL, 0};
    const hk_callback callback = {sizeof callback,
                                  world_text(&world, "code=c&state=%s", begun.state), begun.cookie,
                                  HK_VIA_QUERY};
    assert_int_equal(world_finish(&world, &callback, &answer, 1, NULL, &e), HK_E_OAUTH);
    assert_string_equal(e.oauth, "invalid_grant");
    world_close(&world);
}

static int refuse_tokens(void *context, const hk_session *session, hk_str old) {
    assert_text(hk_refresh_token(session), "rt");
    assert_null(old.p);
    return *(int *)context;
}

static void the_hook_is_told_of_the_tokens_and_can_refuse(void **state) {
    (void)state;
    for (int result = 0; result <= 1; result++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        hk_cfg *cfg = world_cfg(&world, (world_settings){"userinfo=off"});
        hk_cfg_on_tokens(cfg, refuse_tokens, &result);
        assert_int_equal(hk_rp_new(cfg, &world.rp, &e), HK_OK);
        struct begun begun = world_begun(&world, NULL);
        const struct canned answer =
            world_tokens(&world, world_id_token(&world, begun.nonce, NULL));
        const hk_callback callback = {sizeof callback,
                                      world_text(&world, "code=c&state=%s", begun.state),
                                      begun.cookie, HK_VIA_QUERY};
        int code = world_finish(&world, &callback, &answer, 1, NULL, &e);
        assert_true((code == HK_OK) == (result == 0));
        world_close(&world);
    }
}

/* What a token that is too young or too old nearly always comes of. */
static void clocks_that_differ_are_told(void **state) {
    (void)state;
    static const struct {
        const char *date, *says; /* our clock says Fri, 15 Jan 2027 08:00:00 GMT */
    } rows[] = {
        {"Date: Fri, 15 Jan 2027 08:05:12 GMT\r\n",
         "; the provider's clock is 312 s ahead of ours"},
        {"Date: Fri, 15 Jan 2027 07:58:59 GMT\r\n", "; the provider's clock is 61 s behind ours"},
        {"Date: Fri, 15 Jan 2027 08:01:00 GMT\r\n", NULL}, /* skew_s */
        {"Date: yesterday\r\n", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        world_open(&world, NULL);
        struct begun begun = world_begun(&world, NULL);
        struct canned tokens = world_tokens(
            &world, world_id_token(&world, begun.nonce, "{'iat':1800000312,'exp':1800000900}"));
        tokens.headers = rows[i].date;
        const hk_callback callback = {sizeof callback,
                                      world_text(&world, "code=c&state=%s", begun.state),
                                      begun.cookie, HK_VIA_QUERY};
        assert_int_equal(world_finish(&world, &callback, &tokens, 1, NULL, &e), HK_E_EXPIRED);
        const char *said = strchr(e.msg, ';');
        assert_string_equal(said ? said : "", rows[i].says ? rows[i].says : "");
        world_close(&world);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_becomes_a_session),
        cmocka_unit_test(clocks_that_differ_are_told),
        cmocka_unit_test(the_token_request_proves_who_began),
        cmocka_unit_test(answers_that_do_not_fit_the_sign_in_are_refused),
        cmocka_unit_test(a_code_that_the_provider_does_not_take_is_an_error),
        cmocka_unit_test(the_hook_is_told_of_the_tokens_and_can_refuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
