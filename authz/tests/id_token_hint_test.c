/* id_token_hint after the keys of the server, or what the client registers, have changed (OIDC Core
 * 3.1.2.1, RP-Initiated Logout 1.0 2): at the authorization endpoint and for signing out. */
#include <stdio.h>

#include "authz/tests/flow_helper.h"
#include "common/base/json_read.h"
#include "keys/jws.h"
#include "keys/ring.h"

#define AUTHORIZE                                                                                  \
    "/oauth/authorize?response_type=code%20id_token&client_id=leaver&redirect_uri="                \
    "https%3A%2F%2Fleaver.example%2Fcb&scope=openid&state=s&nonce=n"
#define CALLBACK "https://leaver.example/cb"
#define BYE      "https://leaver.example/bye"
#define BYE_ARG  "&post_logout_redirect_uri=https%3A%2F%2Fleaver.example%2Fbye"

static struct browser *signed_in_at_leaver(char hint[4096]) {
    struct browser *b = browser_new();
    browser_get(b, AUTHORIZE);
    browser_sign_in(b, "ann@example.com");
    if (browser_sees(b, "id=\"allow\""))
        browser_submit(b, "/interaction/consent", "&decision=allow");
    snprintf(hint, 4096, "%s", browser_answer(b, "id_token"));
    assert_true(hint[0]);
    return b;
}

static void authorize(struct browser *b, const char *hint, const char *more) {
    static char target[8192];
    snprintf(target, sizeof target, "%s&id_token_hint=%s%s", AUTHORIZE, hint, more);
    browser_get(b, target);
}

static void leave(struct browser *b, const char *hint, const char *more) {
    static char target[8192];
    snprintf(target, sizeof target, "/oauth/logout?id_token_hint=%s%s", hint, more);
    browser_get(b, target);
}

static bool is_at(const struct browser *b, const char *target) {
    return browser_status(b) == 303 &&
           str_eq(test_request_answer(b->last, "Location"), str_from(target));
}

static void is_good(struct browser *b, const char *hint) {
    authorize(b, hint, "&prompt=none");
    assert_true(browser_answer(b, "code")[0]);
    leave(b, hint, BYE_ARG);
    assert_true(is_at(b, BYE));
}

static void rotate_away(enum jose_alg alg) {
    const struct flow_world *w = flow_world();
    assert_ok(ring_rotate(w->authz->ring, alg, true, w->now_ms));
    assert_ok(ring_tick(w->authz->ring, w->now_ms + 24LL * 3600 * 1000));
}

/* The claims of a token, signed with another key of ours. */
static void signed_anew(const char *token, enum jose_alg alg, char out[4096]) {
    const struct flow_world *w = flow_world();
    str payload, text;
    assert_ok(
        ring_verify(w->authz->ring, JOSE_NONE, S("JWT"), str_from(token), w->arena, &payload));
    assert_ok(ring_sign(w->authz->ring, alg, S("JWT"), payload, w->arena, &text));
    snprintf(out, 4096, "%.*s", STR_FMT(text));
}

static void a_hint_of_what_the_client_registered_before_is_good(void **state) {
    (void)state;
    static const enum jose_alg algs[] = {JOSE_RS256, JOSE_PS256, JOSE_EdDSA};
    for (size_t i = 0; i < COUNT(algs); i++) {
        char hint[4096], older[4096];
        struct browser *b = signed_in_at_leaver(hint);
        signed_anew(hint, algs[i], older);
        is_good(b, older);
        browser_free(b);
    }
}

static void a_hint_of_the_key_before_is_good(void **state) {
    (void)state;
    const struct flow_world *w = flow_world();
    char hint[4096];
    struct browser *b = signed_in_at_leaver(hint);
    assert_ok(ring_rotate(w->authz->ring, JOSE_ES256, true, w->now_ms));
    is_good(b, hint);
    browser_free(b);
}

/* Who is meant cannot be shown: no success, with or without pages. */
static void a_hint_of_a_key_that_is_gone_asks_for_a_sign_in(void **state) {
    (void)state;
    static const char *const tails[] = {"", "&prompt=none", "&prompt=login"};
    char hint[4096];
    struct browser *b = signed_in_at_leaver(hint);
    rotate_away(JOSE_ES256);
    for (size_t i = 0; i < COUNT(tails); i++) {
        authorize(b, hint, tails[i]);
        assert_true(browser_got_error(b, CALLBACK, "login_required"));
    }
    browser_free(b);
}

static void confirm(struct browser *b) {
    static char field[40000], form[41000];
    browser_field(b, "logout", field);
    snprintf(form, sizeof form, "logout=%s&decision=sign-out", field);
    browser_post(b, "/interaction/logout", form);
}

static void to_sign_out_with_one_the_person_is_asked(void **state) {
    (void)state;
    char hint[4096];
    for (int with_client = 0; with_client < 2; with_client++) {
        struct browser *b = signed_in_at_leaver(hint);
        rotate_away(JOSE_ES256);
        leave(b, hint, with_client ? BYE_ARG "&client_id=leaver" : BYE_ARG);
        assert_true(browser_shows(b, 200, "id=\"sign-out\""));
        confirm(b);
        if (with_client)
            assert_true(is_at(b, BYE));
        else
            assert_true(browser_shows(b, 200, "You are signed out"));
        browser_free(b);
    }
}

/* An address that is not registered, a client that is not its audience: as with any hint. */
static void what_else_is_wrong_with_it_is_still_refused(void **state) {
    (void)state;
    static const char *const tails[] = {
        BYE_ARG "&client_id=web",
        "&client_id=leaver&post_logout_redirect_uri=https%3A%2F%2Fevil.example%2F"};
    char hint[4096];
    struct browser *b = signed_in_at_leaver(hint);
    rotate_away(JOSE_ES256);
    for (size_t i = 0; i < COUNT(tails); i++) {
        leave(b, hint, tails[i]);
        assert_true(browser_shows(b, 400, "This link does not work"));
    }
    browser_free(b);
}

/* What a client signs itself is no ID token, also if it has a secret for other uses. */
static void a_client_makes_no_hints_with_its_secret(void **state) {
    (void)state;
    const struct flow_world *w = flow_world();
    char hint[4096], forged[4096];
    struct browser *b = signed_in_at_leaver(hint);
    AUTO(json_ref) claims = NULL;
    str payload, token, key = flow_client("forger", ",\"userinfo_signed_response_alg\":\"HS256\"");
    struct jwk *jwk;
    assert_ok(jwk_from_secret(secret_of(key), JOSE_HS256, &jwk));
    assert_ok(
        ring_verify(w->authz->ring, JOSE_ES256, S("JWT"), str_from(hint), w->arena, &payload));
    assert_ok(json_read_object(payload, &claims));
    assert_int_equal(json_object_set_new(claims, "aud", json_string("forger")), 0);
    assert_ok(json_read_dump(w->arena, claims, &payload)); /* of who is here indeed */
    assert_ok(jws_sign(jwk, JOSE_HS256, S("JWT"), payload, w->arena, &token));
    snprintf(forged, sizeof forged, "%.*s", STR_FMT(token));
    leave(b, forged, "");
    assert_true(browser_shows(b, 200, "id=\"sign-out\""));
    jwk_free(jwk);
    browser_free(b);
}

static void lack_of_memory_is_no_fault_of_it(void **state) {
    (void)state;
    char hint[4096];
    struct browser *b = signed_in_at_leaver(hint);
    for (b->ceiling = 256; b->ceiling < 512 * 1024; b->ceiling += 256) {
        leave(b, hint, BYE_ARG);
        if (browser_status(b) < 400)
            break;
        assert_true(browser_status(b) >= 500);
    }
    assert_true(is_at(b, BYE));
    browser_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hint_of_what_the_client_registered_before_is_good),
        cmocka_unit_test(a_hint_of_the_key_before_is_good),
        cmocka_unit_test(a_hint_of_a_key_that_is_gone_asks_for_a_sign_in),
        cmocka_unit_test(to_sign_out_with_one_the_person_is_asked),
        cmocka_unit_test(what_else_is_wrong_with_it_is_still_refused),
        cmocka_unit_test(a_client_makes_no_hints_with_its_secret),
        cmocka_unit_test(lack_of_memory_is_no_fault_of_it),
    };
    return cmocka_run_group_tests(tests, flow_world_open, flow_world_close);
}
