/* The parameters of the callback: what is not an answer to what this browser began is refused. */
#include <stdio.h>

#include "common/base/base64url.h"
#include "keys/digest.h"
#include "keys/seal.h"
#include "rp/tests/sign_in_helper.h"

/* Finishes with a query in which each $ is the state. */
static int finish(struct world *world, const struct begun *begun, const char *format,
                  const struct canned *answers, size_t n, hk_session **out) {
    const char *query = "";
    hk_error e = HK_ERROR_INIT;
    for (; *format; format++)
        query = *format == '$' ? world_text(world, "%s%s", query, begun->state)
                               : world_text(world, "%s%c", query, *format);
    const hk_callback callback = {sizeof callback, query, begun->cookie, HK_VIA_QUERY};
    int code = world_finish(world, &callback, answers, n, out, &e);
    assert_int_equal(e.code, code);
    return code;
}

static void an_answer_that_is_not_right_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *query;
        int code;
        const char *rule;
    } rows[] = {
        {"", HK_E_STATE, "answer_has_state"},
        {"code=c", HK_E_STATE, "answer_has_state"},
        {"code=c&state=", HK_E_STATE, "answer_has_state"},
        {"code=c&state=other", HK_E_STATE, "sign_in_is_known"},
        {"code=c&state=$x", HK_E_STATE, "sign_in_is_known"},
        {"code=c&state=$&state=$", HK_E_TOKEN, "answer_params_are_unique"},
        {"code=c&state=$&state=other", HK_E_TOKEN, "answer_params_are_unique"},
        {"state=$&code=c&code=d", HK_E_TOKEN, "answer_params_are_unique"},
        {"state=$&code=c&iss=a&iss=b", HK_E_TOKEN, "answer_params_are_unique"},
        {"state=$&code=c&foo=a&foo=b", HK_E_TOKEN, "answer_params_are_unique"},
        {"state=$&code=%zz", HK_E_TOKEN, "answer_is_form"},
        {"state=$&code=%ff", HK_E_TOKEN, "answer_is_form"},
        {"state=$&code=%00", HK_E_TOKEN, "answer_is_form"},
        {"state=$", HK_E_TOKEN, "answer_has_code"},
        {"state=$&code=", HK_E_TOKEN, "answer_has_code"},
        {"state=$&code=c&iss=https://evil.example", HK_E_ISS, "answer_iss_matches"},
        {"state=$&code=c&iss=https://op.example/", HK_E_ISS, "answer_iss_matches"},
        {"state=$&error=access_denied&iss=https://evil.example", HK_E_ISS, "answer_iss_matches"},
        {"state=$&error=access_denied", HK_E_DENIED, "user_agreed"},
        {"state=$&error=server_error", HK_E_OAUTH, "provider_agreed"},
        {"state=$&code=c&error=login_required", HK_E_OAUTH, "provider_agreed"},
        {"state=$&code=c&id_token=a.b.c", HK_E_TOKEN, "answer_has_no_more"},
        {"state=$&code=c&access_token=t&token_type=Bearer", HK_E_TOKEN, "answer_has_no_more"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        world_open(&world, NULL);
        struct begun begun = world_begun(&world, NULL);
        assert_int_equal(finish(&world, &begun, rows[i].query, NULL, 0, NULL), rows[i].code);
        assert_string_equal(world.rule, rows[i].rule);
        world_close(&world);
    }
}

/* RFC 9207 2.4. */
static void an_answer_without_the_promised_iss_is_refused(void **state) {
    (void)state;
    static const char metadata[] =
        "{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"" ISSUER "/authorize\","
        "\"token_endpoint\":\"" ISSUER "/token\","
        "\"authorization_response_iss_parameter_supported\":true}";
    static const char *const queries[] = {"state=$&code=c", "state=$&error=access_denied",
                                          "state=$&code=c&iss="};
    for (size_t i = 0; i < 2 * COUNT(queries); i++) {
        struct world world = {0};
        bool asked = i < COUNT(queries);
        hk_cfg *cfg = world_cfg(&world, asked ? (world_settings){"answer_iss=require"} : NULL);
        if (!asked)
            hk_cfg_metadata(cfg, metadata);
        assert_int_equal(hk_rp_new(cfg, &world.rp, NULL), HK_OK);
        struct begun begun = world_begun(&world, NULL);
        assert_int_equal(finish(&world, &begun, queries[i % COUNT(queries)], NULL, 0, NULL),
                         HK_E_ISS);
        assert_string_equal(world.rule, "answer_has_iss");
        world_close(&world);
    }
}

static void the_error_of_the_provider_is_told_safely(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    world_open(&world, NULL);
    struct begun begun = world_begun(&world, NULL);
    const char *query = world_text(
        &world, "state=%s&error=a%%0Ab%%22c%%5Cd%060d&error_description=secret", begun.state, 1);
    const hk_callback callback = {sizeof callback, query, begun.cookie, HK_VIA_QUERY};
    assert_int_equal(world_finish(&world, &callback, NULL, 0, NULL, &e), HK_E_OAUTH);
    assert_int_equal(strncmp(e.oauth, "abcd00000", 9), 0);
    assert_int_equal(strlen(e.oauth), sizeof e.oauth - 1);
    assert_null(strstr(e.msg, "secret"));
    world_close(&world);
}

static void an_answer_that_came_another_way_is_refused(void **state) {
    (void)state;
    static const struct {
        world_settings settings;
        int via;
    } rows[] = {
        {{NULL}, HK_VIA_FORM_POST},
        {{NULL}, HK_VIA_FRAGMENT},
        {{NULL}, 7},
        {{"response_mode=query"}, HK_VIA_FORM_POST},
        {{"response_mode=form_post"}, HK_VIA_QUERY},
        {{"response_mode=fragment"}, HK_VIA_QUERY},
        {{"response_type=code id_token"}, HK_VIA_QUERY},
        {{"response_type=code id_token", "response_mode=form_post"}, HK_VIA_FRAGMENT},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_error e = HK_ERROR_INIT;
        world_open(&world, rows[i].settings);
        struct begun begun = world_begun(&world, NULL);
        const hk_callback callback = {sizeof callback,
                                      world_text(&world, "state=%s&code=c", begun.state),
                                      begun.cookie, rows[i].via};
        assert_int_equal(world_finish(&world, &callback, NULL, 0, NULL, &e), HK_E_STATE);
        assert_string_equal(world.rule, "answer_came_as_asked");
        world_close(&world);
    }
}

static void an_answer_or_cookie_that_is_too_long_is_refused(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    static char text[70000];
    memset(text, 'a', sizeof text - 1);
    world_open(&world, NULL);
    struct begun begun = world_begun(&world, NULL);
    hk_callback callback = {sizeof callback, text, begun.cookie, HK_VIA_QUERY};
    assert_int_equal(world_finish(&world, &callback, NULL, 0, NULL, &e), HK_E_TOO_LARGE);
    assert_string_equal(world.rule, "answer_is_short");
    callback.params = world_text(&world, "state=%s&code=c", begun.state);
    callback.cookie = text + sizeof text - 2 - 16 * 1024;
    assert_int_equal(world_finish(&world, &callback, NULL, 0, NULL, &e), HK_E_TOO_LARGE);
    assert_string_equal(world.rule, "cookies_are_short");
    world_close(&world);
}

static void arguments_that_are_missing_are_refused(void **state) {
    (void)state;
    struct world world = {0};
    hk_error e = HK_ERROR_INIT;
    world_open(&world, NULL);
    assert_int_equal(world_finish(&world, NULL, NULL, 0, NULL, &e), HK_E_ARG);
    assert_int_equal(world_finish(&world, &(hk_callback){0}, NULL, 0, NULL, &e), HK_E_ARG);
    assert_int_equal(
        world_finish(&world, &(hk_callback){.size = sizeof(hk_callback)}, NULL, 0, NULL, &e),
        HK_E_ARG);
    assert_int_equal(hk_finish(world.rp, "a=b", NULL, NULL, &e), HK_E_ARG);
    assert_null(hk_finish_op(NULL, &(hk_callback){sizeof(hk_callback), "", "", 0}));
    world_close(&world);
}

/* Whether the sign-in still works with that Cookie header. */
static int finish_with(struct world *world, const struct begun *begun, const char *cookie) {
    hk_error e = HK_ERROR_INIT;
    const hk_callback callback = {
        sizeof callback, world_text(world, "state=%s&code=c", begun->state), cookie, HK_VIA_QUERY};
    struct canned tokens = world_tokens(world, world_id_token(world, begun->nonce, NULL));
    size_t n = 0;
    /* Asked only when the cookie was taken: so look first whether it is. */
    hk_op *op = hk_finish_op(world->rp, &callback);
    hk_http http;
    world->rule[0] = 0;
    int code = hk_op_next(op, &http, &e);
    if (code == HK_PENDING) {
        n = 1;
        assert_int_equal(
            hk_op_feed(op, 200, (hk_str){"", 0}, (hk_str){tokens.body, strlen(tokens.body)}, 0),
            HK_OK);
        code = hk_op_next(op, &http, &e);
    }
    assert_int_equal(n == 1, code == HK_OK);
    hk_op_free(op);
    return code;
}

#define NO_USERINFO ((world_settings){"userinfo=off"})

static void every_byte_of_the_cookie_counts(void **state) {
    (void)state;
    struct world world = {0};
    world_open(&world, NO_USERINFO);
    struct begun begun = world_begun(&world, NULL);
    size_t size = strlen(begun.cookie);
    for (size_t i = 0; i < size; i++) {
        char *copy = strdup(begun.cookie);
        copy[i] = copy[i] == 'A' ? 'B' : 'A';
        assert_int_equal(finish_with(&world, &begun, copy), HK_E_STATE);
        assert_string_equal(world.rule, "sign_in_is_known");
        copy[i] = 0; /* cut */
        assert_int_equal(finish_with(&world, &begun, copy), HK_E_STATE);
        free(copy);
    }
    assert_int_equal(finish_with(&world, &begun, begun.cookie), HK_OK);
    world_close(&world);
}

static void only_the_sign_ins_own_cookie_opens(void **state) {
    (void)state;
    struct world world = {0};
    world_open(&world, NO_USERINFO);
    struct begun begun = world_begun(&world, NULL), other = world_begun(&world, NULL);
    const char *value = strchr(begun.cookie, '='), *name = begun.cookie;
    int n = (int)(value - name);
    const char *const rows[] = {
        "",
        ";;; ; =;==; a",
        other.cookie,
        world_text(&world, "%.*s=", n, name),
        world_text(&world, "%.*s", n, name),
        world_text(&world, "%.*s%s", n, name, strchr(other.cookie, '=')),
        world_text(&world, "%.*s%s", n, other.cookie, value),
        world_text(&world, "%s", begun.cookie + strlen("__Host-")), /* hk_ without TLS */
        world_text(&world, "__Secure-%s", begun.cookie + strlen("__Host-")),
        world_text(&world, "__host-%s", begun.cookie + strlen("__Host-")),
        world_text(&world, "%.*s=1800000000.2%s", n, name,
                   strchr(value, '.') + 2), /* another key */
        world_text(&world, "%.*s=1.99999999999999999999.%s", n, name, strrchr(value, '.') + 1),
        world_text(&world, "x%s", begun.cookie),
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(finish_with(&world, &begun, rows[i]), HK_E_STATE);
        assert_string_equal(world.rule, "sign_in_is_known");
    }
    world_close(&world);
}

static void the_cookie_is_found_among_others(void **state) {
    (void)state;
    static const char *const formats[] = {"%s", "a=b; %s", "%s;c=d", "a=b;  %s ; c; =; d=",
                                          "__Host-hk_AAAAAAAAAAAAAAAAAAAAAA=1.x; %s"};
    for (size_t i = 0; i < COUNT(formats); i++) {
        struct world world = {0};
        char cookies[4096];
        world_open(&world, NO_USERINFO);
        struct begun begun = world_begun(&world, NULL);
        const char *at = strstr(formats[i], "%s");
        snprintf(cookies, sizeof cookies, "%.*s%s%s", (int)(at - formats[i]), formats[i],
                 begun.cookie, at + 2);
        assert_int_equal(finish_with(&world, &begun, cookies), HK_OK);
        world_close(&world);
    }
}

/* Another site of the domain can set cookies of any name but __Host- ones: the right one behind
 * eight at most is found, and no more are tried. */
static void cookies_of_the_same_name_are_tried_up_to_max_logins(void **state) {
    (void)state;
    for (int others = 6; others <= 9; others++) {
        struct world world = {0};
        char cookies[8192] = "";
        world_open(&world, NO_USERINFO);
        struct begun begun = world_begun(&world, NULL);
        size_t n = 0;
        for (int i = 0; i < others; i++)
            n += (size_t)snprintf(cookies + n, sizeof cookies - n, "%.*s=1.AAAA; ",
                                  (int)strcspn(begun.cookie, "="), begun.cookie);
        snprintf(cookies + n, sizeof cookies - n, "%s", begun.cookie);
        assert_int_equal(finish_with(&world, &begun, cookies), others < 8 ? HK_OK : HK_E_STATE);
        world_close(&world);
    }
}

static void a_sign_in_that_took_too_long_is_refused(void **state) {
    (void)state;
    static const struct {
        int64_t later;
        int code;
    } rows[] = {{600, HK_OK}, {601, HK_E_EXPIRED}, {-60, HK_OK}, {-61, HK_E_EXPIRED}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        world_open(&world, NO_USERINFO);
        struct begun begun = world_begun(&world, NULL);
        world.feed.now += rows[i].later;
        assert_int_equal(finish_with(&world, &begun, begun.cookie), rows[i].code);
        assert_string_equal(world.rule, rows[i].code ? "sign_in_is_fresh" : "");
        world_close(&world);
    }
}

static void a_sign_in_is_finished_once(void **state) {
    (void)state;
    struct world world = {0};
    world_open(&world, NO_USERINFO);
    struct begun begun = world_begun(&world, NULL);
    assert_int_equal(finish_with(&world, &begun, begun.cookie), HK_OK);
    assert_int_equal(finish_with(&world, &begun, begun.cookie), HK_E_REPLAY);
    assert_string_equal(world.rule, "sign_in_is_used_once");
    /* An error is an answer too. */
    begun = world_begun(&world, NULL);
    assert_int_equal(finish(&world, &begun, "state=$&error=access_denied", NULL, 0, NULL),
                     HK_E_DENIED);
    assert_int_equal(finish_with(&world, &begun, begun.cookie), HK_E_REPLAY);
    world_close(&world);
}

/* Several clients of one program share its seal key. */
static void a_sign_in_of_another_client_or_issuer_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *issuer, *client_id, *rule;
    } rows[] = {
        {"https://other.example", "app", "sign_in_is_of_this_issuer"},
        {ISSUER, "another", "sign_in_is_of_this_client"},
    };
    static const uint8_t key[32] = {1, 2, 3};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {0};
        hk_login *login = NULL;
        hk_error e = HK_ERROR_INIT;
        hk_rp *other;
        world_open(&world, NO_USERINFO);
        hk_cfg *cfg = hk_cfg_new(rows[i].issuer, rows[i].client_id);
        hk_cfg_redirect_uri(cfg, "https://app.example/cb");
        hk_cfg_seal_key(cfg, key, 1);
        hk_cfg_metadata(cfg, world_text(&world,
                                        "{\"issuer\":\"%s\",\"authorization_endpoint\":"
                                        "\"https://other.example/a\"}",
                                        rows[i].issuer));
        assert_int_equal(hk_rp_new(cfg, &other, &e), HK_OK);
        assert_int_equal(hk_begin(other, NULL, &login, &e), HK_OK);
        const char *url = hk_login_url(login).p;
        struct begun begun = {.cookie = world_text(&world, "%s", hk_login_cookie(login).p),
                              .state = param_of(url, "state"),
                              .nonce = param_of(url, "nonce")};
        assert_int_equal(finish_with(&world, &begun, begun.cookie), HK_E_STATE);
        assert_string_equal(world.rule, rows[i].rule);
        hk_login_free(login);
        hk_rp_free(other);
        world_close(&world);
    }
}

/* Sealed as the library does it, by who has the key. */
static const char *forged(struct world *world, const char *state, const char *plain) {
    static const struct seal_key key = {{1, 2, 3}};
    struct arena *arena = world->issuer.arena;
    struct sha256 digest = sha256(str_from(state));
    str hash, purpose, sealed;
    assert_ok(base64url_encode(arena, str_head(sha256_str(&digest), 16), &hash));
    assert_ok(STR_JOIN(arena, &purpose, S("__Host-hk_"), hash, S(" v1 1")));
    assert_ok(seal(&key, purpose, str_from(plain), arena, &sealed));
    return world_text(world, "__Host-hk_%s=1.1.%s", hash.p, sealed.p);
}

static void a_sealed_text_that_is_no_sign_in_is_refused(void **state) {
    (void)state;
    struct world world = {0};
    world_open(&world, NO_USERINFO);
    static const struct {
        const char *plain, *rule;
    } rows[] = {
        {"", "sign_in_is_known"},
        {"[]", "sign_in_is_known"},
        {"{}", "sign_in_is_known"},
        {"{\"started\":1}", "sign_in_is_known"},
        {"{\"state\":\"other\",\"issuer\":\"https://op.example\",\"client_id\":\"app\","
         "\"started\":1800000000,\"max_age\":-1,\"response_type\":0,\"response_mode\":0}",
         "state_matches"},
        {"{\"issuer\":\"https://op.example\",\"client_id\":\"app\","
         "\"started\":1800000000,\"max_age\":-1,\"response_type\":0,\"response_mode\":0}",
         "state_matches"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct begun begun = {.state = "abc", .nonce = "n"};
        assert_int_equal(finish_with(&world, &begun, forged(&world, "abc", rows[i].plain)),
                         HK_E_STATE);
        assert_string_equal(world.rule, rows[i].rule);
    }
    world_close(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_that_is_not_right_is_refused),
        cmocka_unit_test(an_answer_without_the_promised_iss_is_refused),
        cmocka_unit_test(the_error_of_the_provider_is_told_safely),
        cmocka_unit_test(an_answer_that_came_another_way_is_refused),
        cmocka_unit_test(an_answer_or_cookie_that_is_too_long_is_refused),
        cmocka_unit_test(arguments_that_are_missing_are_refused),
        cmocka_unit_test(every_byte_of_the_cookie_counts),
        cmocka_unit_test(only_the_sign_ins_own_cookie_opens),
        cmocka_unit_test(the_cookie_is_found_among_others),
        cmocka_unit_test(cookies_of_the_same_name_are_tried_up_to_max_logins),
        cmocka_unit_test(a_sign_in_that_took_too_long_is_refused),
        cmocka_unit_test(a_sign_in_is_finished_once),
        cmocka_unit_test(a_sign_in_of_another_client_or_issuer_is_refused),
        cmocka_unit_test(a_sealed_text_that_is_no_sign_in_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
