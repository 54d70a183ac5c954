/* Signing out (RP-Initiated, Front-Channel, Back-Channel Logout 1.0; Session Management 1.0), with
 * a real store and real keys. */
#include <stdio.h>
#include <stdlib.h>

#include "authz/tests/flow_helper.h"
#include "common/base/hex.h"
#include "keys/digest.h"

#define BYE     "https://leaver.example/bye"
#define BYE_ARG "&post_logout_redirect_uri=https%3A%2F%2Fleaver.example%2Fbye"

static char target[8192];

/* Signs in to a client that gets its ID token at once; the token is in `hint`. */
static void enter(struct browser *b, const char *client, const char *scope, char hint[4096]) {
    snprintf(target, sizeof target,
             "/oauth/authorize?response_type=code%%20id_token&client_id=%s&redirect_uri="
             "https%%3A%%2F%%2F%s.example%%2Fcb&scope=%s&state=s&nonce=n",
             client, client, scope);
    browser_get(b, target);
    if (browser_sees(b, "id=\"sign-in\""))
        browser_sign_in(b, "ann@example.com");
    if (browser_sees(b, "id=\"allow\""))
        browser_submit(b, "/interaction/consent", "&decision=allow");
    snprintf(hint, 4096, "%s", browser_answer(b, "id_token"));
    assert_true(hint[0]);
}

static void leave(struct browser *b, const char *query) {
    snprintf(target, sizeof target, "/oauth/logout?%s", query);
    browser_get(b, target);
}

static void leave_with(struct browser *b, const char *hint, const char *more) {
    char query[6000];
    snprintf(query, sizeof query, "id_token_hint=%s%s", hint, more);
    leave(b, query);
}

static const char *location(const struct browser *b) {
    static char text[4096];
    snprintf(text, sizeof text, "%.*s", STR_FMT(test_request_answer(b->last, "Location")));
    return text;
}

static bool signed_in(struct browser *b) {
    browser_get(b, FLOW_REQUEST "&prompt=none");
    bool out = browser_got_error(b, FLOW_REDIRECT, "login_required");
    if (!out)
        assert_true(browser_got_code(b, FLOW_REDIRECT) ||
                    browser_got_error(b, FLOW_REDIRECT, "consent_required"));
    return !out;
}

static void a_hint_of_who_is_here_signs_out_at_once(void **state) {
    (void)state;
    struct browser *b = browser_new();
    char hint[4096];
    enter(b, "leaver", "openid", hint);
    assert_true(signed_in(b));
    leave_with(b, hint, BYE_ARG "&state=a-._~%26b");
    assert_int_equal(browser_status(b), 303);
    assert_string_equal(location(b), BYE "?state=a-._~%26b");
    assert_false(signed_in(b));
    leave_with(b, hint, BYE_ARG); /* again: nobody is here, and the app asked */
    assert_string_equal(location(b), BYE);
    browser_free(b);
}

static void an_expired_hint_is_good_enough(void **state) {
    (void)state;
    struct browser *b = browser_new();
    char hint[4096];
    enter(b, "leaver", "openid", hint);
    flow_world()->now_ms += 2 * 3600 * 1000;
    leave_with(b, hint,
               "&post_logout_redirect_uri=https%3A%2F%2Fleaver.example%2Fbye%3Fkept%3D1"
               "&state=x");
    assert_string_equal(location(b), BYE "?kept=1&state=x");
    assert_false(signed_in(b));
    browser_free(b);
}

static void assert_refused(struct browser *b) {
    assert_true(browser_shows(b, 400, "This link does not work"));
    assert_false(str_present(test_request_answer(b->last, "Location")));
    assert_true(signed_in(b));
}

static void what_is_not_right_sends_nobody_anywhere(void **state) {
    (void)state;
    static const char *const tails[] = {
        "&post_logout_redirect_uri=https%3A%2F%2Fleaver.example%2Fbye%2F",
        "&post_logout_redirect_uri=https%3A%2F%2Fleaver.example%2Fbye%3Fa%3Db",
        "&post_logout_redirect_uri=https%3A%2F%2Fleaver.example%2Fcb",
        "&post_logout_redirect_uri=https%3A%2F%2Fevil.example%2F",
        "&client_id=web" BYE_ARG,
        "&client_id=nobody" BYE_ARG,
    };
    struct browser *b = browser_new();
    char hint[4096], query[6000];
    enter(b, "leaver", "openid", hint);
    for (size_t i = 0; i < COUNT(tails); i++) {
        leave_with(b, hint, tails[i]);
        assert_refused(b);
    }
    static const char *const hints[] = {
        "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4IiwiYXVkIjoibGVhdmVyIn0.",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4IiwiYXVkIjoibGVhdmVyIn0.AAAA"};
    for (size_t i = 0; i < COUNT(hints); i++) {
        leave_with(b, hints[i], BYE_ARG);
        assert_refused(b);
    }
    snprintf(query, sizeof query, "%.*sAAAA", (int)strlen(hint) - 4, hint);
    leave_with(b, query, BYE_ARG);
    assert_refused(b);
    leave(b, "client_id=nobody");
    assert_refused(b);
    browser_free(b);
}

static void without_a_hint_the_person_is_asked(void **state) {
    (void)state;
    static const char *const queries[] = {"", "state=x", &BYE_ARG[1], "client_id=leaver" BYE_ARG};
    char hint[4096];
    for (size_t i = 0; i < COUNT(queries); i++) {
        struct browser *b = browser_new();
        enter(b, "leaver", "openid", hint);
        leave(b, queries[i]);
        assert_true(browser_shows(b, 200, "id=\"sign-out\""));
        assert_true(signed_in(b));
        leave(b, queries[i]);
        char field[40000], form[41000];
        browser_field(b, "logout", field);
        snprintf(form, sizeof form, "logout=%s&decision=stay", field);
        browser_post(b, "/interaction/logout", form);
        assert_true(browser_shows(b, 200, "You are still signed in"));
        assert_true(signed_in(b));
        snprintf(form, sizeof form, "logout=%s&decision=sign-out", field);
        browser_post(b, "/interaction/logout", form);
        if (strstr(queries[i], "client_id"))
            assert_string_equal(location(b), BYE);
        else
            assert_true(browser_shows(b, 200, "You are signed out"));
        assert_false(signed_in(b));
        browser_post(b, "/interaction/logout", form); /* the session it was made for is over */
        assert_true(browser_shows(b, 400, "This page has expired"));
        browser_free(b);
    }
}

static void a_form_of_another_session_signs_nobody_out(void **state) {
    (void)state;
    struct browser *mine = browser_new(), *theirs = browser_new();
    char hint[4096], field[40000], form[41000];
    enter(mine, "leaver", "openid", hint);
    enter(theirs, "leaver", "openid", hint);
    leave(mine, "");
    browser_field(mine, "logout", field);
    snprintf(form, sizeof form, "logout=%s&decision=sign-out", field);
    browser_post(theirs, "/interaction/logout", form);
    assert_true(browser_shows(theirs, 400, "This page has expired"));
    assert_true(signed_in(theirs));
    theirs->fetch_site = "cross-site";
    browser_post(theirs, "/interaction/logout", form);
    assert_int_equal(browser_status(theirs), 403);
    browser_free(mine);
    browser_free(theirs);
}

static void a_hint_about_somebody_else_asks(void **state) {
    (void)state;
    struct browser *ann = browser_new(), *bob = browser_new();
    char hint[4096];
    enter(ann, "leaver", "openid", hint);
    browser_free(bob);
    bob = browser_signed_in("bob@example.com");
    leave_with(bob, hint, BYE_ARG);
    assert_true(browser_shows(bob, 200, "id=\"sign-out\""));
    assert_true(signed_in(bob));
    browser_free(ann);
    browser_free(bob);
}

static void nobody_here_and_no_hint_is_told_so(void **state) {
    (void)state;
    struct browser *b = browser_new();
    leave(b, "");
    assert_true(browser_shows(b, 200, "You are signed out"));
    leave(b, "client_id=leaver" BYE_ARG);
    assert_true(browser_shows(b, 200, "You are signed out"));
    assert_string_equal(location(b), "");
    browser_free(b);
}

static void a_posted_request_without_cookies_comes_once_more(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_post(b, "/oauth/logout", "state=x");
    assert_int_equal(browser_status(b), 303);
    assert_true(strstr(location(b), "/oauth/logout?state=x") != NULL);
    browser_free(b);
}

static void by_front_channel_the_browser_tells_each_client(void **state) {
    (void)state;
    struct browser *b = browser_new();
    char hint[4096], other[4096];
    enter(b, "framed", "openid", other);
    enter(b, "leaver", "openid", hint);
    leave_with(b, hint, BYE_ARG "&state=x");
    assert_true(browser_shows(b, 200, "You are signed out"));
    assert_true(browser_sees(b, "src=\"https://framed.example/front?a=b&amp;iss=https%3A%2F%2F"));
    assert_true(browser_sees(b, "&amp;sid="));
    assert_true(browser_sees(b, "href=\"" BYE "?state=x\""));
    str policy = test_request_answer(b->last, "Content-Security-Policy");
    assert_true(str_find_str(policy, S("; frame-src https://framed.example")) < policy.n);
    assert_false(signed_in(b));
    browser_free(b);
}

static void a_back_channel_client_has_a_notice_that_waits(void **state) {
    (void)state;
    struct browser *b = browser_new();
    char hint[4096];
    int64_t before = flow_count("SELECT count(*) FROM logout_notices");
    enter(b, "leaver", "openid", hint);
    leave_with(b, hint, BYE_ARG);
    assert_int_equal(flow_count("SELECT count(*) FROM logout_notices WHERE client_id = 'leaver'"),
                     before + 1);
    browser_free(b);
}

static int64_t last_notice(void) {
    return flow_count("SELECT coalesce(max(id), 0) FROM logout_notices");
}

static void a_session_whose_time_is_over_is_told_too(void **state) {
    (void)state;
    struct browser *b = browser_new();
    char hint[4096];
    enter(b, "leaver", "openid", hint);
    int64_t before = last_notice();
    authz_tick(flow_world()->authz, flow_world()->now_ms + 15000);
    assert_int_equal(last_notice(), before);
    assert_true(flow_count("SELECT count(*) FROM session_accounts") > 0);
    authz_tick(flow_world()->authz, flow_world()->now_ms + 25LL * 3600 * 1000);
    assert_int_equal(flow_count("SELECT count(*) FROM session_accounts"), 0);
    assert_true(last_notice() > before);
    browser_free(b);
}

/* --- session management ---------------------------------------------------------------------- */

/* Session Management 3.2, as the script of the frame does it. */
static bool unchanged(const struct browser *b, const char *session_state) {
    char text[1024], hash[128];
    const char *dot = strchr(session_state, '.');
    assert_non_null(dot);
    snprintf(text, sizeof text, "leaver https://leaver.example %s %s",
             browser_cookie(b, "__Host-hk_state"), dot + 1);
    struct sha256 digest = sha256(str_from(text));
    str hex;
    struct arena *arena = arena_new(4096);
    assert_ok(hex_encode(arena, sha256_str(&digest), &hex));
    snprintf(hash, sizeof hash, "%.*s", STR_FMT(hex));
    arena_free(arena);
    return strncmp(hash, session_state, strlen(hash)) == 0 && session_state + strlen(hash) == dot;
}

static void session_state_lasts_until_somebody_leaves(void **state) {
    (void)state;
    struct browser *b = browser_new();
    char hint[4096], first[256], second[256];
    enter(b, "leaver", "openid", hint);
    snprintf(first, sizeof first, "%s", browser_answer(b, "session_state"));
    assert_true(unchanged(b, first));
    enter(b, "leaver", "openid", hint);
    snprintf(second, sizeof second, "%s", browser_answer(b, "session_state"));
    assert_string_not_equal(first, second); /* salted */
    assert_true(unchanged(b, first));
    assert_true(unchanged(b, second));
    leave_with(b, hint, "");
    assert_false(unchanged(b, first));
    browser_free(b);
}

static void the_frame_may_be_in_every_page(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, "/oauth/check-session");
    assert_true(browser_shows(b, 200, "/assets/check_session."));
    assert_false(str_present(test_request_answer(b->last, "X-Frame-Options")));
    str policy = test_request_answer(b->last, "Content-Security-Policy");
    assert_true(str_find_str(policy, S("frame-ancestors https: http:")) < policy.n);
    browser_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hint_of_who_is_here_signs_out_at_once),
        cmocka_unit_test(an_expired_hint_is_good_enough),
        cmocka_unit_test(what_is_not_right_sends_nobody_anywhere),
        cmocka_unit_test(without_a_hint_the_person_is_asked),
        cmocka_unit_test(a_form_of_another_session_signs_nobody_out),
        cmocka_unit_test(a_hint_about_somebody_else_asks),
        cmocka_unit_test(nobody_here_and_no_hint_is_told_so),
        cmocka_unit_test(a_posted_request_without_cookies_comes_once_more),
        cmocka_unit_test(by_front_channel_the_browser_tells_each_client),
        cmocka_unit_test(a_back_channel_client_has_a_notice_that_waits),
        cmocka_unit_test(session_state_lasts_until_somebody_leaves),
        cmocka_unit_test(the_frame_may_be_in_every_page),
        cmocka_unit_test(a_session_whose_time_is_over_is_told_too),
    };
    return cmocka_run_group_tests(tests, flow_world_open, flow_world_close);
}
