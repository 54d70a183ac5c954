/* hk_begin: what is asked for, and what is refused before anything is. */
#include "rp/engine/config.h"
#include "rp/tests/sign_in_helper.h"

/* Begins, which must be refused; gives the code. */
static int refused(struct world *world, const hk_auth *auth) {
    hk_error e = HK_ERROR_INIT;
    hk_op *op = hk_begin_op(world->rp, auth);
    int code = feed_run(&world->feed, op, NULL, 0, &e);
    assert_int_not_equal(code, HK_OK);
    assert_int_equal(e.code, code);
    assert_true(e.msg[0] && e.fix[0]);
    assert_null(hk_op_take_login(op));
    hk_op_free(op);
    return code;
}

#define ARGUMENT(member, value, code, rule)                                                        \
    { offsetof(hk_auth, member), value, HK_E_##code, rule }

static void an_argument_that_cannot_be_is_refused(void **state) {
    (void)state;
    static const struct {
        size_t offset;
        const char *value;
        int code;
        const char *rule;
    } rows[] = {
        ARGUMENT(return_to, "https://e.example/", ARG, "return_to_is_a_path"),
        ARGUMENT(return_to, "//e.example", ARG, "return_to_is_a_path"),
        ARGUMENT(login_hint, "joe\xff", ARG, "auth_is_text"),
        ARGUMENT(acr, "\xc0\xaf", ARG, "auth_is_text"),
        ARGUMENT(scopes, "profile openid2", CONFIG, "scope_has_openid"),
        ARGUMENT(redirect_uri, "http://app.example/cb", CONFIG, "redirect_uri_is_safe"),
        ARGUMENT(redirect_uri, "https://app.example/cb#f", CONFIG, "redirect_uri_is_safe"),
        ARGUMENT(redirect_uri, "javascript:alert(1)", CONFIG, "redirect_uri_is_safe"),
        ARGUMENT(claims, "[]", ARG, "request_json_valid"),
        ARGUMENT(claims, "{\"a\":1,\"a\":2}", ARG, "request_json_valid"),
        ARGUMENT(claims, "none", ARG, "request_json_valid"),
        ARGUMENT(authorization_details, "{}", ARG, "request_json_valid"),
        ARGUMENT(authorization_details, "[]", ARG, "request_json_valid"),
        ARGUMENT(authorization_details, "[{\"type\":\"a\"},{}]", ARG, "request_json_valid"),
        ARGUMENT(authorization_details, "[", ARG, "request_json_valid"),
        ARGUMENT(resources, "api", ARG, "resource_valid"),
        ARGUMENT(resources, "https://api.example/#f", ARG, "resource_valid"),
        ARGUMENT(resources, "a:1 a:2 a:3 a:4 a:5 a:6 a:7 a:8 a:9", ARG, "resource_valid"),
        ARGUMENT(extra, "a=%zz", ARG, "extra_valid"),
        ARGUMENT(extra, "a=1&a=2", ARG, "extra_is_not_ours"),
        ARGUMENT(extra, "foo=1&state=mine", ARG, "extra_is_not_ours"),
        ARGUMENT(extra, "nonce=n", ARG, "extra_is_not_ours"),
        ARGUMENT(extra, "%73tate=mine", ARG, "extra_is_not_ours"),
        ARGUMENT(extra, "code_challenge_method=plain", ARG, "extra_is_not_ours"),
        ARGUMENT(extra, "client_secret=s", ARG, "extra_is_not_ours"),
        ARGUMENT(extra, "request_uri=https://e.example/", ARG, "extra_is_not_ours"),
    };
    struct world world = {0};
    world_open(&world, NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_auth auth = {.size = sizeof auth};
        memcpy((char *)&auth + rows[i].offset, &rows[i].value, sizeof rows[i].value);
        assert_int_equal(refused(&world, &auth), rows[i].code);
        assert_string_equal(world.rule, rows[i].rule);
    }
    world_close(&world);
}

static void a_struct_without_size_or_sense_is_refused(void **state) {
    (void)state;
    struct world world = {0};
    world_open(&world, NULL);
    assert_int_equal(refused(&world, &(hk_auth){0}), HK_E_ARG);
    assert_int_equal(
        refused(&world, &(hk_auth){.size = sizeof(hk_auth), .has_max_age = 1, .max_age = -1}),
        HK_E_ARG);
    assert_null(hk_begin_op(NULL, NULL));
    world_close(&world);
}

static void a_client_that_lacks_something_is_refused(void **state) {
    (void)state;
    static const char *const rules[] = {"redirect_uri_set", "client_id_set"};
    for (size_t i = 0; i < COUNT(rules); i++) {
        struct world world = {0};
        hk_cfg *cfg = world_cfg(&world, NULL);
        *(i ? &cfg->settings.client_id : &cfg->settings.redirect_uri) = STR_ABSENT;
        assert_int_equal(hk_rp_new(cfg, &world.rp, NULL), HK_OK);
        assert_int_equal(refused(&world, NULL), HK_E_CONFIG);
        assert_string_equal(world.rule, rules[i]);
        world_close(&world);
    }
}

static void metadata_that_does_not_do_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *metadata;
        int code;
        const char *rule;
    } rows[] = {
        {"{\"issuer\":\"" ISSUER "\"}", HK_E_UNSUPPORTED, "metadata_has_endpoint"},
        {"{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"http://op.example/a\"}",
         HK_E_CONFIG, "endpoint_is_https"},
        {"{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"https://op.example/a#f\"}",
         HK_E_CONFIG, "endpoint_is_https"},
        {"{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"https://op.example/a\","
         "\"code_challenge_methods_supported\":[\"plain\"]}",
         HK_E_UNSUPPORTED, "pkce_is_supported"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_cfg *cfg = world_cfg(&world, NULL);
        hk_cfg_metadata(cfg, rows[i].metadata);
        assert_int_equal(hk_rp_new(cfg, &world.rp, NULL), HK_OK);
        assert_int_equal(refused(&world, NULL), rows[i].code);
        assert_string_equal(world.rule, rows[i].rule);
        world_close(&world);
    }
}

static void assert_param(const hk_login *login, const char *name, const char *value) {
    assert_string_equal(param_of(hk_login_url(login).p, name), value);
}

static void a_sign_in_asks_for_a_code_with_everything_that_guards_it(void **state) {
    (void)state;
    struct world world = {0};
    world_open(&world, NULL);
    hk_login *login = world_begin(&world, NULL), *other = world_begin(&world, NULL);
    const char *url = hk_login_url(login).p;
    assert_int_equal(strncmp(url, ISSUER "/authorize?", strlen(ISSUER "/authorize?")), 0);
    assert_param(login, "response_type", "code");
    assert_param(login, "client_id", "app");
    assert_param(login, "redirect_uri", "https://app.example/cb");
    assert_param(login, "scope", "openid");
    assert_param(login, "code_challenge_method", "S256");
    assert_param(login, "response_mode", "");
    assert_param(login, "max_age", "");
    static const char *const fresh[] = {"state", "nonce", "code_challenge"};
    for (size_t i = 0; i < COUNT(fresh); i++) {
        assert_int_equal(strlen(param_of(url, fresh[i])), 43);
        assert_string_not_equal(param_of(url, fresh[i]), param_of(hk_login_url(other).p, fresh[i]));
    }
    hk_login_free(login);
    hk_login_free(other);
    world_close(&world);
}

static void a_sign_in_asks_for_all_that_is_given(void **state) {
    (void)state;
    struct world world = {0};
    world_open(&world, (world_settings){"response_mode=form_post", "dpop=require"});
    hk_login *login =
        world_begin(&world, &(hk_auth){.size = sizeof(hk_auth),
                                       .scopes = "openid email",
                                       .prompt = "consent",
                                       .acr_values = "gold silver",
                                       .login_hint = "joe@example.com",
                                       .id_token_hint = "a.b.c",
                                       .ui_locales = "en de",
                                       .display = "popup",
                                       .claims = "{\"userinfo\":{\"name\":null}}",
                                       .authorization_details = "[{\"type\":\"payment\"}]",
                                       .resources = "https://api.example/ https://b.example/",
                                       .max_age = 0,
                                       .has_max_age = 1,
                                       .redirect_uri = "http://127.0.0.1:4711/cb",
                                       .extra = "audience=x&kc_idp_hint=y%26z"});
    assert_param(login, "scope", "openid email");
    assert_param(login, "response_mode", "form_post");
    assert_param(login, "prompt", "consent");
    assert_param(login, "acr_values", "gold silver");
    assert_param(login, "login_hint", "joe@example.com");
    assert_param(login, "id_token_hint", "a.b.c");
    assert_param(login, "ui_locales", "en de");
    assert_param(login, "display", "popup");
    assert_param(login, "claims", "{\"userinfo\":{\"name\":null}}");
    assert_param(login, "authorization_details", "[{\"type\":\"payment\"}]");
    assert_param(login, "resource", "https://api.example/");
    assert_non_null(strstr(hk_login_url(login).p, "&resource=https%3A%2F%2Fb.example%2F"));
    assert_param(login, "max_age", "0");
    assert_param(login, "redirect_uri", "http://127.0.0.1:4711/cb");
    assert_param(login, "audience", "x");
    assert_param(login, "kc_idp_hint", "y&z");
    assert_int_equal(strlen(param_of(hk_login_url(login).p, "dpop_jkt")), 43);
    hk_login_free(login);
    world_close(&world);
}

/* Of a program that was compiled before hk_auth had its last members. */
static void a_shorter_struct_of_an_older_header_is_taken(void **state) {
    (void)state;
    struct world world = {0};
    world_open(&world, NULL);
    hk_login *login = world_begin(&world, &(hk_auth){.size = offsetof(hk_auth, prompt),
                                                     .return_to = "/home",
                                                     .scopes = "openid a",
                                                     .prompt = "never read"});
    assert_param(login, "scope", "openid a");
    assert_param(login, "prompt", "");
    hk_login_free(login);
    world_close(&world);
}

static void the_cookie_is_as_strict_as_the_way_of_the_answer_lets_it(void **state) {
    (void)state;
    static const struct {
        const char *redirect_uri;
        world_settings settings;
        const char *prefix, *attributes;
    } rows[] = {
        {"https://app.example/cb",
         {NULL},
         "__Host-hk_",
         "; Path=/; Max-Age=600; HttpOnly; Secure; SameSite=Lax"},
        {"https://app.example/cb",
         {"response_mode=form_post", "login_ttl_s=60"},
         "__Host-hk_",
         "; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=None"},
        {"https://app.example/app/cb",
         {"cookie_path=/app"},
         "__Secure-hk_",
         "; Path=/app; Max-Age=600; HttpOnly; Secure; SameSite=Lax"},
        {"http://127.0.0.1:8080/cb",
         {NULL},
         "hk_",
         "; Path=/; Max-Age=600; HttpOnly; SameSite=Lax"},
        {"http://localhost/cb",
         {"response_mode=form_post.jwt"},
         "hk_",
         "; Path=/; Max-Age=600; HttpOnly; Secure; SameSite=None"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        world_open(&world, rows[i].settings);
        hk_login *login = world_begin(
            &world, &(hk_auth){.size = sizeof(hk_auth), .redirect_uri = rows[i].redirect_uri});
        const char *cookie = hk_login_cookie(login).p, *attributes = strchr(cookie, ';');
        assert_int_equal(strncmp(cookie, rows[i].prefix, strlen(rows[i].prefix)), 0);
        assert_string_equal(attributes, rows[i].attributes);
        hk_login_free(login);
        world_close(&world);
    }
}

static void nothing_in_the_cookie_can_be_read(void **state) {
    (void)state;
    struct world world = {0};
    world_open(&world, NULL);
    hk_login *login = world_begin(&world, NULL);
    const char *url = hk_login_url(login).p, *cookie = hk_login_cookie(login).p;
    assert_null(strstr(cookie, param_of(url, "state")));
    assert_null(strstr(cookie, param_of(url, "nonce")));
    assert_true(strlen(cookie) < 1200);
    hk_login_free(login);
    world_close(&world);
}

static void what_does_not_fit_in_a_cookie_is_refused(void **state) {
    (void)state;
    char scopes[3000] = "openid ";
    memset(scopes + 7, 'a', sizeof scopes - 8);
    struct world world = {0};
    world_open(&world, NULL);
    assert_int_equal(refused(&world, &(hk_auth){.size = sizeof(hk_auth), .scopes = scopes}),
                     HK_E_TOO_LARGE);
    assert_string_equal(world.rule, "sign_in_fits_cookie");
    world_close(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_argument_that_cannot_be_is_refused),
        cmocka_unit_test(a_struct_without_size_or_sense_is_refused),
        cmocka_unit_test(a_client_that_lacks_something_is_refused),
        cmocka_unit_test(metadata_that_does_not_do_is_refused),
        cmocka_unit_test(a_sign_in_asks_for_a_code_with_everything_that_guards_it),
        cmocka_unit_test(a_sign_in_asks_for_all_that_is_given),
        cmocka_unit_test(a_shorter_struct_of_an_older_header_is_taken),
        cmocka_unit_test(the_cookie_is_as_strict_as_the_way_of_the_answer_lets_it),
        cmocka_unit_test(nothing_in_the_cookie_can_be_read),
        cmocka_unit_test(what_does_not_fit_in_a_cookie_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
