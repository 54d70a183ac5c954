/* What each response type brings, and by which way. */
#include "authz/authorization_answer.h"

#include <stdio.h>

#include "authz/tests/flow_helper.h"
#include "common/base/base64url.h"
#include "common/base/json_read.h"
#include "common/base/percent.h"
#include "keys/digest.h"
#include "keys/ring.h"

#define HYBRID                                                                                     \
    "/oauth/authorize?client_id=hybrid&redirect_uri="                                              \
    "https%3A%2F%2Fhybrid.example%2Fcb%3Fkept%3D1&scope=openid%20email&state=st-1"
#define IMPLICIT                                                                                   \
    "/oauth/authorize?client_id=implicit&redirect_uri=https%3A%2F%2Fimplicit.example%2Fcb"         \
    "&scope=openid%20email&state=st-1&nonce=n-1&response_type="

#define PKCE "&code_challenge=" FLOW_CHALLENGE "&code_challenge_method=S256"

static const struct type {
    const char *name;
    bool code, token, id_token;
} types[] = {
    {"code", true, false, false},
    {"id_token", false, false, true},
    {"id_token%20token", false, true, true},
    {"token%20id_token", false, true, true},
    {"code%20id_token", true, false, true},
    {"id_token%20code", true, false, true},
    {"code%20token", true, true, false},
    {"code%20id_token%20token", true, true, true},
    {"token%20code%20id_token", true, true, true},
};

static const char *request(const char *type, const char *more) {
    static char target[2048];
    snprintf(target, sizeof target, "%s&response_type=%s%s", HYBRID, type, more);
    return target;
}

/* Somebody who is signed in and has allowed the client. */
static struct browser *ready(void) {
    struct browser *b = browser_signed_in("ann@example.com");
    browser_get(b, request("code", ""));
    if (browser_sees(b, "consent-form"))
        browser_submit(b, "/interaction/consent", "&decision=allow");
    assert_true(browser_got_code(b, FLOW_HYBRID));
    return b;
}

static void is_there(const struct type *type, const char *name, const char *value, bool expected) {
    if ((value[0] != '\0') != expected)
        fail_msg("%s: %s is \"%s\"", type->name, name, value);
}

static void check_members(const struct type *type, const struct browser *b) {
    is_there(type, "code", browser_answer(b, "code"), type->code);
    is_there(type, "access_token", browser_answer(b, "access_token"), type->token);
    is_there(type, "token_type", browser_answer(b, "token_type"), type->token);
    is_there(type, "expires_in", browser_answer(b, "expires_in"), type->token);
    is_there(type, "scope", browser_answer(b, "scope"), type->token);
    is_there(type, "id_token", browser_answer(b, "id_token"), type->id_token);
    is_there(type, "refresh_token", browser_answer(b, "refresh_token"), false);
    assert_string_equal(browser_answer(b, "state"), "st-1");
    assert_string_equal(browser_answer(b, "iss"), "https://id.example");
}

static void each_type_brings_what_it_names(void **state) {
    (void)state;
    struct browser *b = ready();
    for (size_t i = 0; i < COUNT(types); i++) {
        browser_get(b, request(types[i].name, "&nonce=n-1"));
        str location = test_request_answer(b->last, "Location");
        bool fragment = types[i].token || types[i].id_token;
        assert_int_equal(browser_status(b), 303);
        assert_true(str_starts(location, fragment ? S(FLOW_HYBRID "#") : S(FLOW_HYBRID "&")));
        check_members(&types[i], b);
        if (types[i].token)
            assert_string_equal(browser_answer(b, "token_type"), "Bearer");
    }
    browser_free(b);
}

static void each_type_can_be_posted(void **state) {
    (void)state;
    static const char *const names[] = {"code", "access_token", "id_token"};
    struct browser *b = ready();
    for (size_t i = 0; i < COUNT(types); i++) {
        const bool expected[] = {types[i].code, types[i].token, types[i].id_token};
        browser_get(b, request(types[i].name, "&nonce=n-1&response_mode=form_post"));
        assert_true(browser_shows(b, 200, "id=\"form-post\""));
        for (size_t k = 0; k < COUNT(names); k++) {
            char field[64];
            snprintf(field, sizeof field, "name=\"%s\"", names[k]);
            assert_true(browser_sees(b, field) == expected[k]);
        }
    }
    browser_free(b);
}

/* --- ID tokens ------------------------------------------------------------------------------- */

static json_t *claims_of(const char *token) {
    struct flow_world *w = flow_world();
    json_t *claims = NULL;
    str payload;
    assert_ok(
        ring_verify(w->authz->ring, JOSE_ES256, S("JWT"), str_from(token), w->arena, &payload));
    assert_ok(json_read_object(payload, &claims));
    return claims;
}

/* OIDC Core 3.1.3.6 with ES256. */
static void check_hash(const json_t *claims, const char *name, const char *text) {
    struct sha256 hash = sha256(str_from(text));
    str half;
    assert_ok(base64url_encode(flow_world()->arena, str_head(sha256_str(&hash), 16), &half));
    if (text[0])
        assert_true(str_eq(json_read_str(claims, name), half));
    else
        assert_null(json_object_get(claims, name));
}

static void an_id_token_is_bound_to_what_comes_with_it(void **state) {
    (void)state;
    struct browser *b = ready();
    for (size_t i = 0; i < COUNT(types); i++) {
        if (!types[i].id_token)
            continue;
        browser_get(b, request(types[i].name, "&nonce=n-1"));
        AUTO(json_ref) claims = claims_of(browser_answer(b, "id_token"));
        check_hash(claims, "at_hash", browser_answer(b, "access_token"));
        check_hash(claims, "c_hash", browser_answer(b, "code"));
        check_hash(claims, "s_hash", "st-1");
        assert_str(json_read_str(claims, "iss"), "https://id.example");
        assert_str(json_read_str(claims, "aud"), "hybrid");
        assert_str(json_read_str(claims, "nonce"), "n-1");
        assert_true(str_present(json_read_str(claims, "acr")));
        assert_true(str_present(json_read_str(claims, "sid")));
        assert_true(json_read_has(claims, "auth_time"));
    }
    browser_free(b);
}

static void without_state_there_is_no_hash_of_it(void **state) {
    (void)state;
    struct browser *b = ready();
    browser_get(b, "/oauth/authorize?client_id=hybrid&scope=openid&nonce=n-1&response_type=id_token"
                   "&redirect_uri=https%3A%2F%2Fhybrid.example%2Fcb%3Fkept%3D1");
    AUTO(json_ref) claims = claims_of(browser_answer(b, "id_token"));
    assert_null(json_object_get(claims, "s_hash"));
    browser_free(b);
}

/* OIDC Core 5.4: the claims of the scope, only if no access token can fetch them. */
static void an_id_token_alone_holds_the_claims_of_the_scope(void **state) {
    (void)state;
    struct browser *b = ready();
    for (size_t i = 0; i < COUNT(types); i++) {
        if (!types[i].id_token)
            continue;
        bool alone = !types[i].code && !types[i].token;
        browser_get(b, request(types[i].name, "&nonce=n-1"));
        AUTO(json_ref) claims = claims_of(browser_answer(b, "id_token"));
        assert_true(json_read_has(claims, "email") == alone);
        assert_true(json_read_has(claims, "email_verified") == alone);
        assert_null(json_object_get(claims, "preferred_order")); /* of the profile */
    }
    browser_free(b);
}

/* --- access tokens --------------------------------------------------------------------------- */

static int userinfo(const char *token) {
    struct flow_world *w = flow_world();
    struct test_request *t = test_request_new("GET", "/oauth/userinfo");
    char header[4096];
    snprintf(header, sizeof header, "Bearer %s", token);
    test_request_header(t, "Authorization", header);
    t->rq.now_ms = w->now_ms;
    test_request_send(t, w->authz->app);
    int status = t->rs.status;
    test_request_free(t);
    return status;
}

static void an_access_token_of_the_front_channel_has_a_grant_that_ends_with_it(void **state) {
    (void)state;
    struct flow_world *w = flow_world();
    struct browser *b = ready();
    int64_t now_ms = w->now_ms;
    int64_t before = flow_count("SELECT count(*) FROM grants");
    browser_get(b, request("id_token%20token", "&nonce=n-1"));
    assert_int_equal(flow_count("SELECT count(*) FROM grants"), before + 1);
    assert_int_equal(userinfo(browser_answer(b, "access_token")), 200);
    w->now_ms += w->config.access_token_lifetime * 1000;
    assert_int_equal(userinfo(browser_answer(b, "access_token")), 401);
    w->now_ms = now_ms;
    browser_free(b);
}

static int redeem(const char *code) {
    static char form[4096];
    struct browser *server = browser_new();
    snprintf(form, sizeof form,
             "grant_type=authorization_code&client_id=hybrid&client_secret=secret&redirect_uri="
             "https%%3A%%2F%%2Fhybrid.example%%2Fcb%%3Fkept%%3D1&code=%s",
             code);
    browser_post(server, "/oauth/token", form);
    int status = browser_status(server);
    browser_free(server);
    return status;
}

static void a_code_that_comes_twice_takes_the_access_token_beside_it_along(void **state) {
    (void)state;
    struct browser *b = ready();
    struct browser *other = ready();
    browser_get(b, request("code%20token", ""));
    browser_get(other, request("code%20token", ""));
    assert_int_equal(redeem(browser_answer(b, "code")), 200);
    assert_int_equal(userinfo(browser_answer(b, "access_token")), 200);
    assert_int_equal(redeem(browser_answer(b, "code")), 400);
    assert_int_equal(userinfo(browser_answer(b, "access_token")), 401);
    assert_int_equal(userinfo(browser_answer(other, "access_token")), 200);
    browser_free(b);
    browser_free(other);
}

static void a_code_that_comes_twice_and_late_does_so_too(void **state) {
    (void)state;
    struct flow_world *w = flow_world();
    int64_t now_ms = w->now_ms;
    struct browser *b = ready();
    browser_get(b, request("code%20token", ""));
    assert_int_equal(redeem(browser_answer(b, "code")), 200);
    w->now_ms += w->config.code_lifetime * 1000 + 1;
    assert_int_equal(userinfo(browser_answer(b, "access_token")), 200);
    assert_int_equal(redeem(browser_answer(b, "code")), 400);
    assert_int_equal(userinfo(browser_answer(b, "access_token")), 401);
    w->now_ms = now_ms;
    browser_free(b);
}

/* --- on the event loop ----------------------------------------------------------------------- */

static void what_needs_no_write_is_answered_at_once(void **state) {
    (void)state;
    struct browser *b = ready();
    b->inline_only = true;
    browser_get(b, request("id_token%20token", "&nonce=n-1"));
    assert_int_equal(browser_status(b), 500); /* a worker is needed: the grant is durable first */
    b->inline_only = false;
    browser_get(b, request("id_token", "&nonce=n-1"));
    b->inline_only = true;
    browser_get(b, request("id_token", "&nonce=n-1"));
    assert_int_equal(browser_status(b), 303);
    browser_get(b, request("code%20id_token", "&nonce=n-1"));
    assert_int_equal(browser_status(b), 303);
    browser_free(b);
}

static void an_id_token_notes_its_client_for_logout(void **state) {
    (void)state;
    struct browser *b = ready();
    int64_t before = flow_count("SELECT count(*) FROM session_clients");
    browser_get(b, request("id_token", "&nonce=n-1"));
    browser_get(b, request("id_token", "&nonce=n-2"));
    assert_int_equal(flow_count("SELECT count(*) FROM session_clients"), before + 1);
    browser_free(b);
}

/* --- refusals --------------------------------------------------------------------------------- */

static const struct {
    const char *target, *error;
} refused[] = {
    {HYBRID "&response_type=id_token", "invalid_request"}, /* no nonce */
    {HYBRID "&response_type=id_token%20token", "invalid_request"},
    {HYBRID "&response_type=code%20id_token", "invalid_request"},
    {HYBRID "&response_type=code%20id_token%20token", "invalid_request"},
    {HYBRID "&response_type=token&nonce=n", "unsupported_response_type"},
    {HYBRID "&response_type=id_token&nonce=n&response_mode=query", "invalid_request"},
    {HYBRID "&response_type=code%20token&nonce=n&response_mode=query", "invalid_request"},
    {HYBRID "&response_type=id_token&nonce=n&response_mode=jwt", "invalid_request"},
    {HYBRID "&response_type=id_token&nonce=n&prompt=none", "login_required"},
    {HYBRID "&response_type=code%20token&max_age=x", "invalid_request"},
    {IMPLICIT "code%20id_token", "invalid_request"}, /* no challenge */
    {IMPLICIT "code%20token", "invalid_request"},
    {IMPLICIT "code%20id_token" PKCE, "unauthorized_client"},
    {IMPLICIT "code%20token" PKCE, "unauthorized_client"},
    {IMPLICIT "id_token&prompt=none", "login_required"},
    {IMPLICIT "id_token%20token&prompt=none", "login_required"},
    {"/oauth/authorize?client_id=implicit&redirect_uri=https%3A%2F%2Fimplicit.example%2Fcb"
     "&scope=email&state=st-1&nonce=n-1&response_type=id_token",
     "invalid_scope"},
};

static void each_refusal_goes_to_the_client_in_the_fragment(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct browser *b = browser_new();
        browser_get(b, refused[i].target);
        str location = test_request_answer(b->last, "Location");
        if (strcmp(browser_answer(b, "error"), refused[i].error) != 0 ||
            str_find(location, '#') == location.n)
            fail_msg("%s: %d %.*s", refused[i].target, browser_status(b), STR_FMT(location));
        assert_string_equal(browser_answer(b, "state"), "st-1");
        assert_string_equal(browser_answer(b, "iss"), "https://id.example");
        browser_free(b);
    }
}

static void a_person_who_goes_back_is_told_of_in_the_fragment(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, request("id_token%20token", "&nonce=n-1"));
    browser_submit(b, "/interaction/cancel", "");
    str location = test_request_answer(b->last, "Location");
    assert_true(str_starts(location, S(FLOW_HYBRID "#error=access_denied&")));
    browser_free(b);
}

static void a_public_client_gets_its_tokens_without_a_challenge(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, IMPLICIT "id_token%20token");
    browser_sign_in(b, "bob@example.com");
    browser_submit(b, "/interaction/consent", "&decision=allow");
    assert_int_equal(browser_status(b), 303);
    assert_int_equal(userinfo(browser_answer(b, "access_token")), 200);
    browser_free(b);
}

static void a_long_state_comes_back_in_the_fragment(void **state) {
    (void)state;
    struct browser *b = browser_new();
    static char target[4096], value[1201];
    memset(value, '~', 1200);
    snprintf(target, sizeof target,
             "/oauth/authorize?client_id=hybrid&response_type=id_token&scope=openid&prompt=none"
             "&nonce=n&redirect_uri=https%%3A%%2F%%2Fhybrid.example%%2Fcb%%3Fkept%%3D1&state=%s",
             value);
    browser_get(b, target);
    assert_string_equal(browser_answer(b, "state"), value);
    browser_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_brings_what_it_names),
        cmocka_unit_test(each_type_can_be_posted),
        cmocka_unit_test(an_id_token_is_bound_to_what_comes_with_it),
        cmocka_unit_test(without_state_there_is_no_hash_of_it),
        cmocka_unit_test(an_id_token_alone_holds_the_claims_of_the_scope),
        cmocka_unit_test(an_access_token_of_the_front_channel_has_a_grant_that_ends_with_it),
        cmocka_unit_test(a_code_that_comes_twice_takes_the_access_token_beside_it_along),
        cmocka_unit_test(a_code_that_comes_twice_and_late_does_so_too),
        cmocka_unit_test(what_needs_no_write_is_answered_at_once),
        cmocka_unit_test(an_id_token_notes_its_client_for_logout),
        cmocka_unit_test(each_refusal_goes_to_the_client_in_the_fragment),
        cmocka_unit_test(a_person_who_goes_back_is_told_of_in_the_fragment),
        cmocka_unit_test(a_public_client_gets_its_tokens_without_a_challenge),
        cmocka_unit_test(a_long_state_comes_back_in_the_fragment),
    };
    return cmocka_run_group_tests(tests, flow_world_open, flow_world_close);
}
