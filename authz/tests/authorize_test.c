/* The authorization endpoint: what is refused where, and what is sent back how. */
#include <stdio.h>
#include <stdlib.h>

#include "authz/tests/flow_helper.h"
#include "common/base/buf.h"
#include "common/base/json_read.h"
#include "common/base/percent.h"

#define SPA "https%3A%2F%2Fspa.example%2Fcb"

/* --- one good request, one change ------------------------------------------------------------- */

struct row {
    const char *name, *value; /* as sent; value NULL: left out; name NULL: appended as it is */
    const char *page;         /* what it says: nothing leaves; NULL: there is a redirect */
    const char *error;        /* of the redirect */
};

#define NO_CLIENT "We do not know the app that sent you here."
#define NO_URI    "The app sent you here with an address to return to that is not its own."
#define MALFORMED "Something in the request is missing, repeated or malformed."

static const struct row refused[] = {
    /* no client, no redirect */
    {"client_id", NULL, NO_CLIENT, NULL},
    {"client_id", "", NO_CLIENT, NULL},
    {"client_id", "nobody", NO_CLIENT, NULL},
    {"client_id", "WEB", NO_CLIENT, NULL},
    {"client_id", "web%20", NO_CLIENT, NULL},
    {"client_id", "web%00", MALFORMED, NULL},
    {"client_id", "%27%20OR%201%3D1--", NO_CLIENT, NULL},
    {"client_id", "web&client_id=web", NO_CLIENT, NULL},
    {"client_id", "web&client_id=spa", NO_CLIENT, NULL},
    {"client_id", "%3Cscript%3Ealert(1)%3C%2Fscript%3E", NO_CLIENT, NULL},
    /* a redirect URI that is not registered, however it looks */
    {"redirect_uri", NULL, NO_URI, NULL},
    {"redirect_uri", "", NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2Fapp.example%2Fcb%2Fevil", NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2Fapp.example%2Fcb%2F", NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2Fapp.example%2Fcb%3Fx%3D1", NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2Fapp.example%2Fcb%23x", NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2Fapp.example%2Fcb%3F", NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2Fapp.example%2Fc", NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2Fapp.example%2F%2Fcb", NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2Fapp.example%2Fx%2F..%2Fcb", NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2Fapp.example%2F%2563b", NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2Fapp.example%3A443%2Fcb", NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2Fapp.example.evil.example%2Fcb", NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2Fevil.example%2Fcb", NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2Fapp.example%40evil.example%2Fcb", NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2Fevil.example%5C%40app.example%2Fcb", NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2Fapp.example%2Fcb%5C.evil.example", NO_URI, NULL},
    {"redirect_uri", "%2F%2Fapp.example%2Fcb", NO_URI, NULL},
    {"redirect_uri", "http%3A%2F%2Fapp.example%2Fcb", NO_URI, NULL},
    {"redirect_uri", "HTTPS%3A%2F%2Fapp.example%2Fcb", NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2FAPP.example%2Fcb", NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2Fapp%E3%80%82example%2Fcb", NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2F%D0%B0pp.example%2Fcb", NO_URI, NULL},
    {"redirect_uri", "%20https%3A%2F%2Fapp.example%2Fcb", NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2Fapp.example%2Fcb%0D%0ALocation%3A%20https%3A%2F%2Fevil", NO_URI,
     NULL},
    {"redirect_uri", "javascript%3Aalert(1)%2F%2Fhttps%3A%2F%2Fapp.example%2Fcb", NO_URI, NULL},
    {"redirect_uri", "data%3Atext%2Fhtml%2Cx", NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2Fapp.example%2Fcb&redirect_uri=https%3A%2F%2Fapp.example%2Fcb",
     NO_URI, NULL},
    {"redirect_uri", "https%3A%2F%2Fapp.example%2Fcb&redirect_uri=https%3A%2F%2Fevil.example",
     NO_URI, NULL},
    {"redirect_uri", SPA, NO_URI, NULL}, /* of another client */
    /* not text at all */
    {NULL, "&x=%", MALFORMED, NULL},
    {NULL, "&x=%4", MALFORMED, NULL},
    {NULL, "&x=%zz", MALFORMED, NULL},
    {NULL, "&x=%00", MALFORMED, NULL},
    {NULL, "&x=%FF", MALFORMED, NULL},
    {NULL, "&x=%C0%AF", MALFORMED, NULL},
    {NULL, "&x=%ED%A0%80", MALFORMED, NULL},
    {NULL, "&%C3%28=x", MALFORMED, NULL},
    /* the client can be told */
    {"response_type", NULL, NULL, "invalid_request"},
    {"response_type", "", NULL, "invalid_request"},
    {"response_type", "token", NULL, "unsupported_response_type"},
    {"response_type", "code%20magic", NULL, "unsupported_response_type"},
    {"response_type", "id_token", NULL, "unauthorized_client"},
    {"response_type", "id_token%20token", NULL, "unauthorized_client"},
    {"response_type", "code%20id_token", NULL, "unauthorized_client"},
    {"response_type", "code%20token", NULL, "unauthorized_client"},
    {"response_type", "code%20id_token%20token", NULL, "unauthorized_client"},
    {"response_type", "code&response_type=code", NULL, "invalid_request"},
    {NULL, "&response_mode=jwt", NULL, "invalid_request"},
    {"scope", "telepathy", NULL, "invalid_scope"},
    {"scope", "openid%20%20email", NULL, "invalid_scope"},
    {"scope", "openid%0Aemail", NULL, "invalid_scope"},
    {"scope", "%22openid%22", NULL, "invalid_scope"},
    {NULL, "&nonce=again", NULL, "invalid_request"},
    {NULL, "&prompt=none%20login", NULL, "invalid_request"},
    {NULL, "&prompt=please", NULL, "invalid_request"},
    {NULL, "&max_age=-1", NULL, "invalid_request"},
    {NULL, "&max_age=soon", NULL, "invalid_request"},
    {NULL, "&request=e30.e30.", NULL, "invalid_request_object"},
    {NULL, "&request_uri=https%3A%2F%2Fapp.example%2Fr", NULL, "invalid_request_uri"},
    {NULL, "&registration=%7B%7D", NULL, "registration_not_supported"},
    {NULL, "&code_challenge=" FLOW_CHALLENGE, NULL, "invalid_request"},
    {NULL, "&code_challenge=" FLOW_CHALLENGE "&code_challenge_method=plain", NULL,
     "invalid_request"},
    {NULL, "&code_challenge=short&code_challenge_method=S256", NULL, "invalid_request"},
    {NULL, "&code_challenge_method=S256", NULL, "invalid_request"},
    {NULL, "&id_token_hint=garbage", NULL, "invalid_request"},
    {NULL, "&id_token_hint=eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", NULL, "invalid_request"},
    {NULL, "&prompt=none", NULL, "login_required"},
};

static const struct {
    const char *name, *value;
} good[] = {{"response_type", "code"},
            {"client_id", "web"},
            {"redirect_uri", "https%3A%2F%2Fapp.example%2Fcb"},
            {"scope", "openid%20email"},
            {"state", "st-1"},
            {"nonce", "n-1"}};

static void write_request(const struct row *row, char out[4096]) {
    size_t n = 0;
    for (size_t i = 0; i < COUNT(good); i++) {
        bool changed = row->name && strcmp(row->name, good[i].name) == 0;
        const char *value = changed ? row->value : good[i].value;
        if (value)
            n += (size_t)snprintf(out + n, 4096 - n, "%s%s=%s", n ? "&" : "", good[i].name, value);
    }
    if (!row->name)
        snprintf(out + n, 4096 - n, "%s", row->value);
}

static void check_row(const struct row *row, const struct browser *b) {
    bool fine = row->error ? browser_got_error(b, FLOW_REDIRECT, row->error) &&
                                 strcmp(browser_answer(b, "state"), "st-1") == 0
                           : browser_shows(b, 400, row->page);
    if (!fine)
        fail_msg("%s=%s: %d %s %.*s", row->name ? row->name : "", row->value ? row->value : "",
                 browser_status(b), browser_answer(b, "error"),
                 STR_FMT(test_request_answer(b->last, "Location")));
}

static void each_bad_parameter_is_refused_where_it_must_be(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct browser *b = browser_new();
        char query[4096], target[4200];
        write_request(&refused[i], query);
        snprintf(target, sizeof target, "/oauth/authorize?%s", query);
        browser_get(b, target);
        check_row(&refused[i], b);
        browser_set_cookie(b, "__Host-hk_ix", "x"); /* so that it is answered at once */
        browser_post(b, "/oauth/authorize", query);
        check_row(&refused[i], b);
        snprintf(target, sizeof target, "/?%s", query);
        browser_get(b, target);
        check_row(&refused[i], b);
        browser_free(b);
    }
}

static void a_signed_in_person_changes_nothing_about_refusals(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    for (size_t i = 0; i + 1 < COUNT(refused); i++) {
        char query[4096], target[4200];
        write_request(&refused[i], query);
        snprintf(target, sizeof target, "/oauth/authorize?%s", query);
        browser_get(b, target);
        check_row(&refused[i], b);
    }
    browser_free(b);
}

static void an_error_page_echoes_nothing(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, "/oauth/authorize?client_id=%3Cimg%20src%3Dx%3Ezebra&redirect_uri=zebra"
                   "&state=zebra");
    assert_true(browser_shows(b, 400, NO_CLIENT));
    assert_false(browser_sees(b, "zebra"));
    browser_get(b, "/oauth/authorize?client_id=web&redirect_uri=https%3A%2F%2Fzebra&state=zebra");
    assert_true(browser_shows(b, 400, NO_URI));
    assert_false(browser_sees(b, "zebra"));
    browser_free(b);
}

/* --- state ------------------------------------------------------------------------------------ */

static void state_comes_back_as_it_was(void **state) {
    (void)state;
    static char kilobyte[1001];
    memset(kilobyte, 'x', 1000);
    static const char *const values[] = {
        "a b&c=d#e%f+g",       "-._~ABCxyz019",        "<script>alert('\"1\"')</script>",
        "\r\nSet-Cookie: a=b", "\xC3\xA9\xE2\x82\xAC", kilobyte};
    for (size_t i = 0; i < COUNT(values); i++) {
        struct browser *b = browser_new();
        char target[8192];
        str encoded;
        assert_ok(percent_encode(flow_world()->arena, str_from(values[i]), &encoded));
        snprintf(target, sizeof target,
                 "/oauth/authorize?response_type=code&client_id=web&prompt=none&scope=openid"
                 "&redirect_uri=https%%3A%%2F%%2Fapp.example%%2Fcb&state=%s",
                 encoded.p);
        browser_get(b, target);
        assert_true(browser_got_error(b, FLOW_REDIRECT, "login_required"));
        assert_string_equal(browser_answer(b, "state"), values[i]);
        assert_string_equal(browser_cookie(b, "a"), "");
        browser_free(b);
    }
}

static void without_state_none_comes_back(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, "/oauth/authorize?response_type=code&client_id=web&prompt=none&scope=openid"
                   "&redirect_uri=https%3A%2F%2Fapp.example%2Fcb");
    assert_true(browser_got_error(b, FLOW_REDIRECT, "login_required"));
    str location = test_request_answer(b->last, "Location");
    assert_true(str_find_str(location, S("state=")) == location.n);
    browser_free(b);
}

static void a_repeated_state_is_an_error_without_state(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, FLOW_REQUEST "&state=other");
    assert_true(browser_got_error(b, FLOW_REDIRECT, "invalid_request"));
    assert_string_equal(browser_answer(b, "state"), "");
    browser_free(b);
}

static void a_request_of_more_than_16_kib_is_refused_here(void **state) {
    (void)state;
    struct browser *b = browser_new();
    static char form[20000];
    size_t n = (size_t)snprintf(form, sizeof form, "%s&nonce2=", strchr(FLOW_REQUEST, '?') + 1);
    memset(form + n, 'x', 17 * 1024 - n);
    form[17 * 1024] = '\0';
    browser_post(b, "/oauth/authorize", form);
    assert_true(browser_shows(b, 400, MALFORMED));
    browser_free(b);
}

/* --- answers ---------------------------------------------------------------------------------- */

static void a_registered_query_is_kept(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, "/oauth/authorize?response_type=code&client_id=web2&prompt=none&scope=openid"
                   "&redirect_uri=https%3A%2F%2Ftwo.example%2Fcb%3Ffoo%3Dbar&state=s");
    assert_true(browser_got_error(b, "https://two.example/cb?foo=bar", "login_required"));
    browser_get(b, "/oauth/authorize?response_type=code&client_id=web2&prompt=none&scope=openid"
                   "&redirect_uri=https%3A%2F%2Ftwo.example%2Fcb&state=s");
    assert_true(browser_shows(b, 400, NO_URI));
    browser_free(b);
}

static void redirect_uri_may_be_left_out_by_plain_oauth_with_one_registered(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, "/oauth/authorize?response_type=code&client_id=web&prompt=none&scope=email");
    assert_true(browser_got_error(b, FLOW_REDIRECT, "login_required"));
    browser_get(b, "/oauth/authorize?response_type=code&client_id=web2&prompt=none&scope=email");
    assert_true(browser_shows(b, 400, NO_URI));
    browser_get(b, "/oauth/authorize?response_type=code&client_id=web&prompt=none&scope=openid");
    assert_true(browser_shows(b, 400, NO_URI));
    browser_free(b);
}

static void form_post_posts_the_answer(void **state) {
    (void)state;
    struct browser *b = browser_new();
    char value[40000];
    browser_get(b, FLOW_REQUEST "&response_mode=form_post&prompt=none");
    assert_true(browser_shows(b, 200, "action=\"" FLOW_REDIRECT "\""));
    browser_field(b, "error", value);
    assert_string_equal(value, "login_required");
    browser_field(b, "state", value);
    assert_string_equal(value, "st-1");
    browser_field(b, "iss", value);
    assert_string_equal(value, "https://id.example");
    browser_free(b);
}

static void form_post_escapes_what_it_carries(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, "/oauth/authorize?response_type=code&client_id=web&prompt=none&scope=openid"
                   "&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&response_mode=form_post"
                   "&state=%22%3E%3Cscript%3Ezebra");
    assert_true(browser_shows(b, 200, "zebra"));
    assert_false(browser_sees(b, "<script>zebra"));
    browser_free(b);
}

static void a_public_client_must_use_pkce(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, "/oauth/authorize?response_type=code&client_id=spa&redirect_uri=" SPA
                   "&scope=openid&state=s");
    assert_true(browser_got_error(b, "https://spa.example/cb", "invalid_request"));
    browser_get(b, "/oauth/authorize?response_type=code&client_id=spa&redirect_uri=" SPA
                   "&scope=openid&state=s&code_challenge=" FLOW_CHALLENGE
                   "&code_challenge_method=S256");
    assert_true(browser_shows(b, 200, "sign-in-form"));
    browser_free(b);
}

static void a_native_app_gets_its_answer_at_any_port_or_scheme_of_its_own(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b,
                "/oauth/authorize?response_type=code&client_id=app&scope=openid&prompt=none"
                "&redirect_uri=http%3A%2F%2F127.0.0.1%3A51004%2Fcb&code_challenge=" FLOW_CHALLENGE
                "&code_challenge_method=S256");
    assert_true(browser_got_error(b, "http://127.0.0.1:51004/cb", "login_required"));
    browser_get(b, "/oauth/authorize?response_type=code&client_id=app&scope=openid&prompt=none"
                   "&redirect_uri=com.example.app%3A%2Fcb&code_challenge=" FLOW_CHALLENGE
                   "&code_challenge_method=S256");
    assert_true(browser_got_error(b, "com.example.app:/cb", "login_required"));
    browser_free(b);
}

/* RFC 8252 8.6: any program can listen there or claim the scheme. */
static void a_native_app_without_a_secret_is_allowed_anew_each_time(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    for (int i = 0; i < 2; i++) {
        browser_get(b, "/oauth/authorize?response_type=code&client_id=app&scope=openid"
                       "&redirect_uri=com.example.app%3A%2Fcb&code_challenge=" FLOW_CHALLENGE
                       "&code_challenge_method=S256");
        assert_true(browser_shows(b, 200, "consent-form"));
        browser_submit(b, "/interaction/consent", "&decision=allow");
        assert_true(browser_got_code(b, "com.example.app:/cb"));
    }
    browser_free(b);
}

static void scope_is_narrowed_to_what_the_client_may_ask_for(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, "/oauth/authorize?response_type=code&client_id=web&redirect_uri="
                   "https%3A%2F%2Fapp.example%2Fcb&scope=openid%20phone%20telepathy");
    browser_sign_in(b, "bob@example.com");
    assert_true(browser_shows(b, 200, "data-scope=\"openid\""));
    assert_false(browser_sees(b, "data-scope=\"phone\""));
    assert_false(browser_sees(b, "telepathy"));
    browser_free(b);
}

/* --- on the event loop, and by POST ----------------------------------------------------------- */

static void who_is_signed_in_and_has_allowed_is_answered_without_a_write(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    b->inline_only = true;
    browser_get(b, FLOW_REQUEST);
    assert_true(browser_got_code(b, FLOW_REDIRECT));
    assert_false(str_present(test_request_answer(b->last, "Set-Cookie")));
    browser_free(b);
}

static void a_session_is_noted_as_used_once_a_minute(void **state) {
    (void)state;
    struct flow_world *w = flow_world();
    struct browser *b = browser_signed_in("ann@example.com");
    w->now_ms += 61 * 1000;
    b->inline_only = true;
    browser_get(b, FLOW_REQUEST);
    assert_int_equal(browser_status(b), 500); /* a worker is needed */
    b->inline_only = false;
    browser_get(b, FLOW_REQUEST);
    assert_true(browser_got_code(b, FLOW_REDIRECT));
    b->inline_only = true;
    browser_get(b, FLOW_REQUEST);
    assert_true(browser_got_code(b, FLOW_REDIRECT));
    browser_free(b);
}

static void a_posted_request_comes_again_with_the_cookies_of_a_navigation(void **state) {
    (void)state;
    struct browser *signed_in = browser_signed_in("ann@example.com"), *foreign = browser_new();
    const char *query = strchr(FLOW_REQUEST, '?') + 1;
    browser_post(foreign, "/oauth/authorize", query); /* SameSite=Lax: no cookies */
    str location = test_request_answer(foreign->last, "Location");
    assert_true(
        str_starts(location, S("https://id.example/oauth/authorize?response_type=code&client_id="
                               "web&")));
    browser_get(signed_in, location.p + strlen("https://id.example"));
    assert_true(browser_got_code(signed_in, FLOW_REDIRECT));
    browser_post(signed_in, "/oauth/authorize", query);
    assert_true(browser_got_code(signed_in, FLOW_REDIRECT));
    assert_string_equal(browser_answer(signed_in, "state"), "st-1");
    browser_free(signed_in);
    browser_free(foreign);
}

static void a_large_request_gets_a_short_code(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    char target[4096], form[4096];
    size_t n = (size_t)snprintf(target, sizeof target,
                                "/oauth/authorize?response_type=code&client_id=web&scope=openid"
                                "&redirect_uri=https%%3A%%2F%%2Fapp.example%%2Fcb&nonce=");
    memset(target + n, 'n', 1900);
    target[n + 1900] = '\0';
    browser_get(b, target);
    assert_true(browser_got_code(b, FLOW_REDIRECT));
    assert_int_equal(strlen(browser_answer(b, "code")), 43);
    snprintf(form, sizeof form,
             "grant_type=authorization_code&client_id=web&client_secret=secret&redirect_uri="
             "https%%3A%%2F%%2Fapp.example%%2Fcb&code=%s",
             browser_answer(b, "code"));
    browser_post(b, "/oauth/token", form);
    assert_int_equal(browser_status(b), 200);
    assert_true(browser_sees(b, "id_token"));
    browser_post(b, "/oauth/token", form);
    assert_int_equal(browser_status(b), 400);
    assert_true(browser_sees(b, "invalid_grant"));
    browser_free(b);
}

static void a_redeemed_code_notes_the_client_of_the_session(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("bob@example.com");
    char form[4096];
    int64_t before = flow_count("SELECT count(*) FROM session_clients");
    snprintf(form, sizeof form,
             "grant_type=authorization_code&client_id=web&client_secret=secret&redirect_uri="
             "https%%3A%%2F%%2Fapp.example%%2Fcb&code=%s",
             browser_answer(b, "code"));
    assert_int_equal(flow_count("SELECT count(*) FROM session_clients"), before);
    browser_post(b, "/oauth/token", form);
    assert_int_equal(browser_status(b), 200);
    assert_int_equal(flow_count("SELECT count(*) FROM session_clients"), before + 1);
    browser_free(b);
}

static void without_parameters_there_is_a_front_page(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, "/");
    assert_true(browser_shows(b, 200, "HitKey"));
    browser_get(b, "/?client_id=nobody");
    assert_true(browser_shows(b, 400, NO_CLIENT));
    browser_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_bad_parameter_is_refused_where_it_must_be),
        cmocka_unit_test(a_signed_in_person_changes_nothing_about_refusals),
        cmocka_unit_test(an_error_page_echoes_nothing),
        cmocka_unit_test(state_comes_back_as_it_was),
        cmocka_unit_test(without_state_none_comes_back),
        cmocka_unit_test(a_repeated_state_is_an_error_without_state),
        cmocka_unit_test(a_request_of_more_than_16_kib_is_refused_here),
        cmocka_unit_test(a_registered_query_is_kept),
        cmocka_unit_test(redirect_uri_may_be_left_out_by_plain_oauth_with_one_registered),
        cmocka_unit_test(form_post_posts_the_answer),
        cmocka_unit_test(form_post_escapes_what_it_carries),
        cmocka_unit_test(a_public_client_must_use_pkce),
        cmocka_unit_test(a_native_app_gets_its_answer_at_any_port_or_scheme_of_its_own),
        cmocka_unit_test(a_native_app_without_a_secret_is_allowed_anew_each_time),
        cmocka_unit_test(scope_is_narrowed_to_what_the_client_may_ask_for),
        cmocka_unit_test(who_is_signed_in_and_has_allowed_is_answered_without_a_write),
        cmocka_unit_test(a_session_is_noted_as_used_once_a_minute),
        cmocka_unit_test(a_posted_request_comes_again_with_the_cookies_of_a_navigation),
        cmocka_unit_test(a_large_request_gets_a_short_code),
        cmocka_unit_test(a_redeemed_code_notes_the_client_of_the_session),
        cmocka_unit_test(without_parameters_there_is_a_front_page),
    };
    return cmocka_run_group_tests(tests, flow_world_open, flow_world_close);
}
