/* The claims parameter from the request to the tokens: consent, sign-in, userinfo, ID token. */
#include "authz/requested_claims.h"

#include <stdio.h>

#include "authz/tests/flow_helper.h"
#include "common/base/json_read.h"
#include "common/base/percent.h"
#include "keys/ring.h"

#define NAME "{\"userinfo\":{\"name\":{\"essential\":true}}}"

static const char *request(const char *client, const char *type, const char *more,
                           const char *claims) {
    static char target[8192];
    bool hybrid = strcmp(client, "hybrid") == 0;
    str encoded;
    assert_ok(percent_encode(flow_world()->arena, str_from(claims), &encoded));
    snprintf(target, sizeof target,
             "/oauth/authorize?client_id=%s&response_type=%s&redirect_uri=%s&nonce=n-1&state=s"
             "%s&claims=%s",
             client, type,
             hybrid ? "https%3A%2F%2Fhybrid.example%2Fcb%3Fkept%3D1"
                    : "https%3A%2F%2Fapp.example%2Fcb",
             more, encoded.p);
    return target;
}

static const char *web(const char *more, const char *claims) {
    return request("web", "code", more, claims);
}

static json_t *claims_of(str token) {
    struct flow_world *w = flow_world();
    json_t *claims = NULL;
    str payload;
    assert_ok(ring_verify(w->authz->ring, JOSE_ES256, S("JWT"), token, w->arena, &payload));
    assert_ok(json_read_object(payload, &claims));
    return claims;
}

static void allow(struct browser *b) {
    assert_true(browser_shows(b, 200, "consent-form"));
    browser_submit(b, "/interaction/consent", "&decision=allow");
}

/* The answer of the token endpoint to the code that the browser got. */
static json_t *redeem(const struct browser *b) {
    static char form[8192];
    struct browser *server = browser_new();
    json_t *answer = NULL;
    snprintf(form, sizeof form,
             "grant_type=authorization_code&client_id=web&client_secret=secret&redirect_uri="
             "https%%3A%%2F%%2Fapp.example%%2Fcb&code=%s",
             browser_answer(b, "code"));
    browser_post(server, "/oauth/token", form);
    assert_int_equal(browser_status(server), 200);
    assert_ok(json_read_object(server->last->rs.body, &answer));
    browser_free(server);
    return answer;
}

static json_t *refresh(const json_t *tokens) {
    static char form[8192];
    struct browser *server = browser_new();
    json_t *answer = NULL;
    snprintf(form, sizeof form,
             "grant_type=refresh_token&client_id=web&client_secret=secret&refresh_token=%.*s",
             STR_FMT(json_read_str(tokens, "refresh_token")));
    browser_post(server, "/oauth/token", form);
    assert_int_equal(browser_status(server), 200);
    assert_ok(json_read_object(server->last->rs.body, &answer));
    browser_free(server);
    return answer;
}

static json_t *userinfo(const json_t *tokens) {
    struct flow_world *w = flow_world();
    struct test_request *t = test_request_new("GET", "/oauth/userinfo");
    char header[4096];
    json_t *answer = NULL;
    snprintf(header, sizeof header, "Bearer %.*s", STR_FMT(json_read_str(tokens, "access_token")));
    test_request_header(t, "Authorization", header);
    t->rq.now_ms = w->now_ms;
    test_request_send(t, w->authz->app);
    assert_int_equal(t->rs.status, 200);
    assert_ok(json_read_object(t->rs.body, &answer));
    test_request_free(t);
    return answer;
}

static void a_claim_is_shown_allowed_remembered_and_given(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    browser_get(b, web("&scope=openid", NAME));
    assert_true(browser_sees(b, "data-scope=\"profile\""));
    assert_true(browser_sees(b, ">name</span>"));
    assert_false(browser_sees(b, "birthdate"));
    allow(b);
    assert_true(browser_got_code(b, FLOW_REDIRECT));
    browser_get(b, web("&scope=openid&prompt=none", NAME));
    assert_true(browser_got_code(b, FLOW_REDIRECT));
    AUTO(json_ref) tokens = redeem(b);
    AUTO(json_ref) person = userinfo(tokens);
    AUTO(json_ref) id_token = claims_of(json_read_str(tokens, "id_token"));
    assert_str(json_read_str(person, "name"), "Ann");
    assert_false(json_read_has(person, "birthdate"));
    assert_false(json_read_has(id_token, "name"));
    browser_get(
        b, web("&scope=openid&prompt=none", "{\"userinfo\":{\"name\":null,\"birthdate\":null}}"));
    assert_true(browser_got_error(b, FLOW_REDIRECT, "consent_required"));
    browser_free(b);
}

static void a_claim_that_the_scope_shows_needs_no_consent_of_its_own(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("bob@example.com");
    browser_get(b, web("&scope=openid%20email&prompt=none", "{\"id_token\":{\"email\":null}}"));
    assert_true(browser_got_code(b, FLOW_REDIRECT));
    AUTO(json_ref) tokens = redeem(b);
    AUTO(json_ref) id_token = claims_of(json_read_str(tokens, "id_token"));
    assert_str(json_read_str(id_token, "email"), "bob@example.com");
    browser_free(b);
}

static void a_refreshed_token_shows_the_same_claims(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    browser_get(b, web("&scope=openid%20email&prompt=consent",
                       "{\"userinfo\":{\"name\":null},\"id_token\":{\"email\":null}}"));
    allow(b);
    AUTO(json_ref) tokens = redeem(b);
    AUTO(json_ref) again = refresh(tokens);
    AUTO(json_ref) person = userinfo(again);
    AUTO(json_ref) id_token = claims_of(json_read_str(again, "id_token"));
    assert_str(json_read_str(person, "name"), "Ann");
    assert_str(json_read_str(id_token, "email"), "ann@example.com");
    browser_free(b);
}

/* OIDC Core 5.4 */
static void an_id_token_alone_shows_what_userinfo_would(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    browser_get(b, request("hybrid", "id_token", "&scope=openid", NAME));
    allow(b);
    AUTO(json_ref) alone = claims_of(str_from(browser_answer(b, "id_token")));
    assert_str(json_read_str(alone, "name"), "Ann");
    browser_get(b, request("hybrid", "id_token%20token", "&scope=openid", NAME));
    AUTO(json_ref) beside = claims_of(str_from(browser_answer(b, "id_token")));
    assert_false(json_read_has(beside, "name"));
    browser_free(b);
}

static void without_openid_the_parameter_means_nothing(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    browser_get(b, web("&scope=email&prompt=none", "not JSON"));
    assert_true(browser_got_code(b, FLOW_REDIRECT));
    browser_free(b);
}

static void a_malformed_parameter_is_told_to_the_client(void **state) {
    (void)state;
    static const char *const bad[] = {"not JSON", "[]", "{\"userinfo\":[]}",
                                      "{\"id_token\":{\"email\":true}}"};
    struct browser *b = browser_new();
    for (size_t i = 0; i < COUNT(bad); i++) {
        browser_get(b, web("&scope=openid", bad[i]));
        assert_true(browser_got_error(b, FLOW_REDIRECT, "invalid_request"));
    }
    browser_free(b);
}

/* --- sub ------------------------------------------------------------------------------------ */

static void sub_of(const struct browser *b, char out[64]) {
    AUTO(json_ref) tokens = redeem(b);
    AUTO(json_ref) id_token = claims_of(json_read_str(tokens, "id_token"));
    snprintf(out, 64, "%.*s", STR_FMT(json_read_str(id_token, "sub")));
}

static void only_the_person_who_is_named_is_answered_for(void **state) {
    (void)state;
    struct browser *ann = browser_signed_in("ann@example.com");
    struct browser *bob = browser_signed_in("bob@example.com");
    char sub[64], claims[256];
    sub_of(ann, sub);
    snprintf(claims, sizeof claims, "{\"id_token\":{\"sub\":{\"value\":\"%s\"}}}", sub);
    browser_get(ann, web("&scope=openid&prompt=none", claims));
    assert_true(browser_got_code(ann, FLOW_REDIRECT));
    browser_get(bob, web("&scope=openid&prompt=none", claims));
    assert_true(browser_got_error(bob, FLOW_REDIRECT, "login_required"));
    browser_get(bob, web("&scope=openid", claims));
    assert_true(browser_shows(bob, 200, "sign-in-form"));
    browser_sign_in(bob, "bob@example.com");
    assert_true(browser_got_error(bob, FLOW_REDIRECT, "login_required"));
    browser_get(bob, web("&scope=openid", claims));
    browser_sign_in(bob, "ann@example.com");
    assert_true(browser_got_code(bob, FLOW_REDIRECT));
    snprintf(claims, sizeof claims, "{\"userinfo\":{\"sub\":{\"values\":[\"x\",\"%s\"]}}}", sub);
    browser_get(ann, web("&scope=openid&prompt=none", claims));
    assert_true(browser_got_code(ann, FLOW_REDIRECT));
    browser_free(ann);
    browser_free(bob);
}

static void a_hint_and_a_claim_must_name_one_person(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    AUTO(json_ref) tokens = redeem(b);
    char more[2048];
    snprintf(more, sizeof more, "&scope=openid&prompt=none&id_token_hint=%.*s",
             STR_FMT(json_read_str(tokens, "id_token")));
    browser_get(b, web(more, "{}"));
    assert_true(browser_got_code(b, FLOW_REDIRECT));
    browser_get(b, web(more, "{\"id_token\":{\"sub\":{\"value\":\"somebody\"}}}"));
    assert_true(browser_got_error(b, FLOW_REDIRECT, "login_required"));
    browser_free(b);
}

/* --- acr ------------------------------------------------------------------------------------ */

#define ACR(essential, value)                                                                      \
    "{\"id_token\":{\"acr\":{\"essential\":" essential ",\"value\":\"" value "\"}}}"

static void an_essential_class_asks_for_a_new_sign_in_and_then_fails(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    browser_get(b, web("&scope=openid&prompt=none", ACR("true", "urn:hitkey:acr:mfa")));
    assert_true(browser_got_error(b, FLOW_REDIRECT, "login_required"));
    browser_get(b, web("&scope=openid", ACR("true", "urn:hitkey:acr:mfa")));
    assert_true(browser_shows(b, 200, "sign-in-form"));
    browser_sign_in(b, "ann@example.com");
    assert_true(browser_got_error(b, FLOW_REDIRECT, "unmet_authentication_requirements"));
    browser_get(b, web("&scope=openid", ACR("true", "urn:example:gold")));
    assert_true(browser_got_error(b, FLOW_REDIRECT, "unmet_authentication_requirements"));
    browser_free(b);
}

static void a_class_that_is_only_wished_for_changes_nothing(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    static const char *const claims[] = {ACR("false", "urn:hitkey:acr:mfa"),
                                         ACR("true", "urn:hitkey:acr:pwd"),
                                         ACR("false", "urn:example:gold")};
    for (size_t i = 0; i < COUNT(claims); i++) {
        browser_get(b, web("&scope=openid&prompt=none", claims[i]));
        assert_true(browser_got_code(b, FLOW_REDIRECT));
        AUTO(json_ref) tokens = redeem(b);
        AUTO(json_ref) id_token = claims_of(json_read_str(tokens, "id_token"));
        assert_str(json_read_str(id_token, "acr"), "urn:hitkey:acr:pwd");
    }
    browser_free(b);
}

static int open_world(void **state) {
    char token[256];
    if (flow_world_open(state) != 0)
        return -1;
    flow_api_token("ann@example.com", token);
    flow_call("PATCH", "/auth/profile", token,
              "{\"givenNames\":\"Ann\",\"birthdate\":\"1990-01-01\"}", NULL, NULL);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_claim_is_shown_allowed_remembered_and_given),
        cmocka_unit_test(a_claim_that_the_scope_shows_needs_no_consent_of_its_own),
        cmocka_unit_test(a_refreshed_token_shows_the_same_claims),
        cmocka_unit_test(an_id_token_alone_shows_what_userinfo_would),
        cmocka_unit_test(without_openid_the_parameter_means_nothing),
        cmocka_unit_test(a_malformed_parameter_is_told_to_the_client),
        cmocka_unit_test(only_the_person_who_is_named_is_answered_for),
        cmocka_unit_test(a_hint_and_a_claim_must_name_one_person),
        cmocka_unit_test(an_essential_class_asks_for_a_new_sign_in_and_then_fails),
        cmocka_unit_test(a_class_that_is_only_wished_for_changes_nothing),
    };
    return cmocka_run_group_tests(tests, open_world, flow_world_close);
}
