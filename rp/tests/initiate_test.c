/* Third-party-initiated login (OIDC Core 4). */
#include "common/base/percent.h"
#include "rp/tests/sign_in_helper.h"

static int initiate(struct world *world, const char *query, hk_login **login) {
    hk_error e = HK_ERROR_INIT;
    world->rule[0] = 0;
    hk_op *op = hk_initiate_op(world->rp, query);
    int code = feed_run(&world->feed, op, NULL, 0, &e);
    *login = hk_op_take_login(op);
    assert_true((code == HK_OK) == (*login != NULL));
    hk_op_free(op);
    return code;
}

static void what_another_site_may_not_ask_for_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *query;
        int code;
        const char *rule;
    } rows[] = {
        {NULL, HK_E_ARG, "argument_given"},
        {"", HK_E_ISS, "initiation_iss_matches"},
        {"login_hint=joe", HK_E_ISS, "initiation_iss_matches"},
        {"iss=https://evil.example", HK_E_ISS, "initiation_iss_matches"},
        {"iss=https://op.example/", HK_E_ISS, "initiation_iss_matches"},
        {"iss=https://op.example&iss=https://op.example", HK_E_ARG, "initiation_is_form"},
        {"iss=%zz", HK_E_ARG, "initiation_is_form"},
    };
    struct world world = {0};
    hk_login *login;
    world_open(&world, NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(initiate(&world, rows[i].query, &login), rows[i].code);
        assert_string_equal(world.rule, rows[i].rule);
    }
    world_close(&world);
}

static void a_target_elsewhere_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *target, *rule;
    } rows[] = {
        {"https://evil.example/", "target_is_of_this_site"},
        {"https://app.example.evil.example/", "target_is_of_this_site"},
        {"https://app.example@evil.example/", "target_is_of_this_site"},
        {"https://user@app.example/", "target_is_of_this_site"},
        {"http://app.example/", "target_is_of_this_site"},
        {"https://app.example:444/", "target_is_of_this_site"},
        {"https:app.example", "target_is_of_this_site"},
        {"//app.example/", "target_is_of_this_site"},
        {"/home", "target_is_of_this_site"},
        {"javascript:alert(1)", "target_is_of_this_site"},
        {"https://app.example//evil.example/", "return_to_is_a_path"},
        {"https://app.example/%255cevil.example", "return_to_is_a_path"},
        {"https://app.example/%5Cevil.example", "target_is_of_this_site"},
    };
    struct world world = {0};
    hk_login *login;
    world_open(&world, NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *query = world_text(&world, "iss=" ISSUER "&target_link_uri=%s", rows[i].target);
        int code = initiate(&world, query, &login);
        if (code == HK_OK)
            fail_msg("%s is taken", rows[i].target);
        assert_string_equal(world.rule, rows[i].rule);
    }
    world_close(&world);
}

static void a_sign_in_that_may_be_asked_for_begins(void **state) {
    (void)state;
    static const struct {
        const char *target, *return_to;
    } rows[] = {
        {"", "/"},
        {"https://app.example", "/"},
        {"https://APP.example:443/a/b?c=d#e", "/a/b?c=d"},
        {"https://app.example?x=y", "/?x=y"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        hk_login *login;
        hk_session *session;
        world_open(&world, (world_settings){"userinfo=off"});
        str target;
        assert_ok(percent_encode(world.issuer.arena, str_from(rows[i].target), &target));
        const char *query = world_text(
            &world, "iss=" ISSUER "&login_hint=joe%%40b&target_link_uri=%s&foo=bar", target.p);
        assert_int_equal(initiate(&world, query, &login), HK_OK);
        const char *url = hk_login_url(login).p;
        assert_string_equal(param_of(url, "login_hint"), "joe@b");
        assert_string_equal(param_of(url, "foo"), "");
        const struct canned answer =
            world_tokens(&world, world_id_token(&world, param_of(url, "nonce"), NULL));
        const hk_callback callback = {sizeof callback,
                                      world_text(&world, "code=c&state=%s", param_of(url, "state")),
                                      hk_login_cookie(login).p, HK_VIA_QUERY};
        assert_int_equal(world_finish(&world, &callback, &answer, 1, &session, &e), HK_OK);
        assert_string_equal(hk_return_to(session).p, rows[i].return_to);
        hk_session_free(session);
        hk_login_free(login);
        world_close(&world);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_another_site_may_not_ask_for_is_refused),
        cmocka_unit_test(a_target_elsewhere_is_refused),
        cmocka_unit_test(a_sign_in_that_may_be_asked_for_begins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
