/* The account pages: each form, what it refuses and where it says so, and what belongs to others.
 */
#include <stdio.h>

#include "authz/account/area.h"
#include "authz/store/consent.h"
#include "authz/tests/home_helper.h"

#define MINUTE INT64_C(60000)

static struct browser *ann(void) {
    return browser_at_home("ann@example.com");
}

/* --- each row once ---------------------------------------------------------------------------- */

static const struct {
    const char *path, *form;
} forms[] = {
    {"/account/profile", "&displayName=Mallory"},
    {"/account/emails", "&do=add&email=mallory@example.com"},
    {"/account/password", "&current_password=a+quiet+river+in+may&password=another+quiet+river"},
    {"/account/two-factor", "&do=setup"},
    {"/account/sessions", "&do=end-others"},
    {"/account/apps", "&client_id=web"},
};

static void no_form_counts_without_its_csrf(void **state) {
    (void)state;
    struct browser *b = ann();
    for (size_t i = 0; i < COUNT(forms); i++) {
        browser_post(b, forms[i].path, forms[i].form + 1);
        browser_expect(b, 400, "Nothing was changed.", forms[i].path);
    }
    browser_get(b, "/account/profile");
    assert_false(browser_sees(b, "Mallory"));
    browser_free(b);
}

static void no_form_counts_from_another_site(void **state) {
    (void)state;
    static char field[40000], form[60000];
    struct browser *b = ann();
    browser_field(b, "csrf", field);
    b->fetch_site = "cross-site";
    for (size_t i = 0; i < COUNT(forms); i++) {
        snprintf(form, sizeof form, "csrf=%s%s", field, forms[i].form);
        browser_post(b, forms[i].path, form);
        assert_int_equal(browser_status(b), 403);
    }
    browser_free(b);
}

static void get_changes_nothing(void **state) {
    (void)state;
    char target[1024];
    struct browser *b = ann();
    for (size_t i = 0; i < COUNT(forms); i++) {
        snprintf(target, sizeof target, "%s?x=1%s", forms[i].path, forms[i].form);
        browser_get(b, target);
        assert_int_equal(browser_status(b), 200);
    }
    browser_get(b, "/account/profile");
    assert_false(browser_sees(b, "Mallory"));
    browser_get(b, "/account/emails");
    assert_false(browser_sees(b, "mallory"));
    browser_free(b);
}

static void a_button_that_is_not_there_does_nothing(void **state) {
    (void)state;
    static const char *const paths[] = {"/account/emails", "/account/two-factor",
                                        "/account/sessions"};
    static const char *const buttons[] = {"", "&do=", "&do=delete-all", "&do=add&do=remove"};
    struct browser *b = ann();
    for (size_t i = 0; i < COUNT(paths); i++)
        for (size_t k = 0; k < COUNT(buttons); k++) {
            browser_change(b, paths[i], buttons[k]);
            assert_int_equal(browser_status(b), 400);
        }
    browser_free(b);
}

/* OIDC Core 3.1.2.1, max_age: and back to the page afterwards. */
static void what_is_sensitive_wants_a_fresh_sign_in(void **state) {
    (void)state;
    static const struct {
        const char *path, *form;
        bool sensitive;
    } rows[] = {
        {"/account", NULL, false},
        {"/account/profile", "&displayName=Ann", false},
        {"/account/sessions", "&do=end-others", false},
        {"/account/apps", NULL, false},
        {"/account/emails", "&do=add&email=late@example.com", true},
        {"/account/password", "&current_password=x&password=y", true},
        {"/account/two-factor", "&do=setup", true},
    };
    struct flow_world *w = flow_world();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct browser *b = ann();
        browser_get(b, rows[i].path);
        assert_int_equal(browser_status(b), 200);
        w->now_ms += 24 * MINUTE; /* the form has its time, the page has not */
        if (rows[i].sensitive && rows[i].form) {
            browser_submit_own(b, rows[i].path, rows[i].form);
            browser_follow(b);
            assert_false(browser_sees(b, "sign-in-form"));
        }
        browser_get(b, rows[i].path);
        assert_int_equal(browser_status(b), rows[i].sensitive ? 303 : 200);
        w->now_ms += 2 * MINUTE;
        browser_get(b, "/account/profile");
        if (rows[i].form)
            browser_submit_own(b, rows[i].path, rows[i].form);
        browser_follow(b);
        if (browser_sees(b, "sign-in-form") != rows[i].sensitive)
            fail_msg("%s: %d", rows[i].path, browser_status(b));
        if (rows[i].sensitive) {
            assert_true(browser_sees(b, "ann@example.com")); /* that very person */
            browser_sign_in(b, "ann@example.com");
            browser_follow(b);
            browser_expect(b, 200, "id=\"sign-out\"", rows[i].path);
        }
        browser_free(b);
    }
    struct browser *b = ann();
    browser_get(b, "/account/emails");
    assert_false(browser_sees(b, "mallory"));
    browser_free(b);
}

/* --- profile ---------------------------------------------------------------------------------- */

static void a_profile_is_saved_and_shown(void **state) {
    (void)state;
    struct browser *b = ann();
    browser_change(
        b, "/account/profile",
        "&displayName=Ann+%3Cb%3E&surname=Lee&givenNames=Ann+May&username=ann_lee&locale=en&"
        "birthdate=1990-05-31&preferredOrder=eastern&street_address=1+Long+Road&country=Chile");
    browser_expect(b, 200, "Your profile is saved.", "saved");
    assert_true(browser_sees(b, "value=\"Ann &lt;b&gt;\""));
    assert_true(browser_sees(b, "value=\"eastern\" selected"));
    assert_true(browser_sees(b, "value=\"1 Long Road\""));
    browser_get(b, "/account/profile");
    assert_false(browser_sees(b, "Your profile is saved.")); /* told once */
    browser_change(b, "/account/profile", "&surname=Lee&username=ann_lee");
    assert_false(browser_sees(b, "Long Road"));
    assert_false(browser_sees(b, "value=\"1990-05-31\""));
    assert_true(browser_sees(b, "value=\"Lee\""));
    browser_free(b);
}

static void each_field_says_what_is_wrong_with_it(void **state) {
    (void)state;
    static const struct {
        const char *form, *field, *sentence;
    } rows[] = {
        {"&username=a", "username", "A username has 3 to 30"},
        {"&username=not+one", "username", "A username has 3 to 30"},
        {"&username=admin", "username", "A username has 3 to 30"},
        {"&username=bob_taken", "username", "This username is taken."},
        {"&website=nowhere", "website", "This is not a whole web address."},
        {"&picture=javascript:1", "picture", "This is not a whole web address."},
        {"&birthdate=yesterday", "birthdate", "This is not in the form"},
        {"&phone_number=call+me", "phone_number", "This is not in the form"},
        {"&locale=english+please", "locale", "This is not in the form"},
        {"&preferredOrder=northern", "", "Something is not right yet."},
        {"&country=%01", "", "This is not in the form"},
    };
    char note[128], long_name[200] = "&surname=";
    struct browser *b = ann(), *bob = browser_at_home("bob@example.com");
    browser_change(bob, "/account/profile", "&username=bob_taken");
    for (size_t i = 0; i < COUNT(rows); i++) {
        browser_change(b, "/account/profile", rows[i].form);
        browser_expect(b, 422, rows[i].sentence, rows[i].form);
        assert_true(browser_sees(b, "role=\"alert\""));
        snprintf(note, sizeof note, "aria-invalid=\"true\" aria-describedby=\"%s-note\"",
                 rows[i].field);
        if (rows[i].field[0])
            browser_expect(b, 422, note, rows[i].form);
    }
    memset(long_name + strlen(long_name), 'x', 120);
    browser_change(b, "/account/profile", long_name);
    browser_expect(b, 422, "This is too long.", "long name");
    assert_true(browser_sees(b, "xxxxxxxx")); /* what was typed is still there */
    browser_free(bob);
    browser_free(b);
}

/* --- sign-ins --------------------------------------------------------------------------------- */

static void a_sign_in_is_listed_and_ended(void **state) {
    (void)state;
    char sid[512], more[600];
    struct browser *here = ann(), *there = ann();
    browser_change(here, "/account/sessions", "&do=end-others");
    browser_expect(here, 200, "You are signed out everywhere else.", "others");
    assert_false(browser_sees(here, "value=\"end-browser\""));
    browser_get(there, "/account");
    assert_int_equal(browser_status(there), 303);
    browser_free(there);

    there = ann();
    browser_get(here, "/account/sessions");
    assert_true(browser_sees(here, "id=\"this-one\""));
    browser_pick(here, "value=\"end-browser\" id=\"end-", sid);
    snprintf(more, sizeof more, "&do=end-browser&id=%s", sid);
    browser_change(here, "/account/sessions", more);
    browser_expect(here, 200, "That sign-in has ended.", "one");
    browser_get(there, "/account");
    assert_int_equal(browser_status(there), 303);
    browser_change(here, "/account/sessions", more);
    assert_int_equal(browser_status(here), 404);
    browser_free(there);
    browser_free(here);
}

static void programs_are_listed_and_ended(void **state) {
    (void)state;
    char token[256], id[512], more[600];
    struct browser *b = ann();
    flow_api_token("ann@example.com", token);
    browser_get(b, "/account/sessions");
    browser_pick(b, "value=\"end-program\" id=\"end-", id);
    snprintf(more, sizeof more, "&do=end-program&id=%s", id);
    browser_change(b, "/account/sessions", more);
    browser_expect(b, 200, "That sign-in has ended.", "program");
    struct test_request *t = test_request_new("GET", "/auth/me");
    char authorization[300];
    snprintf(authorization, sizeof authorization, "Bearer %s", token);
    test_request_header(t, "Authorization", authorization);
    t->rq.now_ms = flow_world()->now_ms;
    test_request_send(t, flow_world()->authz->app);
    assert_int_equal(t->rs.status, 401);
    test_request_free(t);
    browser_free(b);
}

static void sign_ins_of_others_cannot_be_ended(void **state) {
    (void)state;
    char sid[512], id[512], more[600], token[256];
    struct browser *b = ann(), *bob = browser_at_home("bob@example.com"),
                   *bob_there = browser_at_home("bob@example.com");
    flow_api_token("bob@example.com", token);
    browser_get(bob, "/account/sessions");
    browser_pick(bob, "value=\"end-browser\" id=\"end-", sid);
    browser_pick(bob, "value=\"end-program\" id=\"end-", id);
    snprintf(more, sizeof more, "&do=end-browser&id=%s", sid);
    browser_change(b, "/account/sessions", more);
    assert_int_equal(browser_status(b), 404);
    snprintf(more, sizeof more, "&do=end-program&id=%s", id);
    browser_change(b, "/account/sessions", more);
    assert_int_equal(browser_status(b), 404);
    browser_change(b, "/account/sessions", "&do=end-others");
    assert_int_equal(browser_status(b), 200);
    browser_get(bob_there, "/account");
    assert_int_equal(browser_status(bob_there), 200);
    flow_call("GET", "/auth/me", token, NULL, NULL, NULL);
    browser_free(bob_there);
    browser_free(bob);
    browser_free(b);
}

/* Back-Channel Logout 1.0: whoever ends a sign-in, and from where. */
static void the_clients_of_an_ended_sign_in_are_told(void **state) {
    (void)state;
    struct browser *here = ann(), *there = ann();
    browser_get(there,
                "/oauth/authorize?client_id=leaver&response_type=id_token&scope=openid&nonce=n"
                "&redirect_uri=https%3A%2F%2Fleaver.example%2Fcb");
    browser_submit(there, "/interaction/consent", "&decision=allow");
    assert_string_not_equal(browser_answer(there, "id_token"), "");
    assert_int_equal(flow_count("SELECT count(*) FROM logout_notices"), 0);
    browser_change(here, "/account/sessions", "&do=end-others");
    browser_expect(here, 200, "You are signed out everywhere else.", "others");
    assert_int_equal(flow_count("SELECT count(*) FROM logout_notices WHERE client_id = 'leaver'"),
                     1);
    browser_free(there);
    browser_free(here);
}

/* --- connected apps --------------------------------------------------------------------------- */

static void an_app_is_listed_with_what_it_sees_and_removed(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    browser_get(b, "/account/apps");
    browser_expect(b, 200, "The web app", "listed");
    assert_true(browser_sees(b, "e-mail address: <strong>ann@example.com</strong>"));
    assert_false(browser_sees(b, "hitkey-account"));
    browser_submit_own(b, "/account/apps", "&client_id=web");
    browser_follow(b);
    browser_expect(b, 200, "The app has no access any more.", "removed");
    assert_false(browser_sees(b, "The web app"));
    browser_get(b, FLOW_REQUEST);
    assert_true(browser_shows(b, 200, "consent-form")); /* asked anew */
    assert_int_equal(flow_count("SELECT count(*) FROM audit WHERE event = 'access_removed'"), 1);
    browser_free(b);
}

/* In the memory that a request may have (server_exchange.c). */
static void many_apps_and_long_values_fit_the_page(void **state) {
    (void)state;
    static char metadata[3000], more[4096];
    char id[32];
    struct flow_world *w = flow_world();
    struct browser *b = browser_at_home("bob@example.com");
    memset(metadata, 'x', sizeof metadata - 1);
    snprintf(more, sizeof more, ",\"software_version\":\"%s\"", metadata);
    char profile[1024] = "&displayName=";
    for (int i = 0; i < 45; i++)
        strncat(profile, "%D0%9B", 7);
    browser_change(b, "/account/profile", profile);
    browser_expect(b, 200, "Your profile is saved.", "profile");
    for (int i = 0; i < 60; i++) {
        struct session session;
        const struct session_limits limits = {INT64_MAX / 4, INT64_MAX / 4};
        struct consent consent = {.scope = S("openid profile email phone address")};
        snprintf(id, sizeof id, "many%d", i);
        flow_client(id, more);
        assert_ok(session_load(w->authz->store, w->arena,
                               str_from(browser_cookie(b, "__Host-hk_session")), w->now_ms, &limits,
                               &session));
        consent.user_id = session.accounts[0].user_id;
        consent.client_id = str_from(id);
        assert_ok(consent_allow(w->authz->store, w->arena, &consent, NULL, w->now_ms));
    }
    b->ceiling = 1 << 20;
    browser_get(b, "/account/apps");
    browser_expect(b, 200, "The many3 app", "many");
    assert_true(browser_sees(b, "ЛЛЛ…"));
    browser_get(b, "/account");
    browser_expect(b, 200, "50 apps", "overview");
    browser_free(b);
}

static void apps_of_others_cannot_be_removed(void **state) {
    (void)state;
    static const char *const ids[] = {"web", "no-such", "", "%25", "hitkey-account"};
    char more[200];
    struct browser *bob = browser_signed_in("bob@example.com"), *b = ann();
    for (size_t i = 0; i < COUNT(ids); i++) {
        snprintf(more, sizeof more, "&client_id=%s", ids[i]);
        browser_change(b, "/account/apps", more);
        assert_int_equal(browser_status(b), 404);
    }
    browser_get(bob, FLOW_REQUEST);
    assert_true(browser_got_code(bob, FLOW_REDIRECT));
    browser_free(b);
    browser_free(bob);
}

/* --- without the core store ------------------------------------------------------------------- */

static void without_the_core_store_every_page_says_so(void **state) {
    (void)state;
    struct authz *authz = flow_world()->authz;
    struct core_link *core = authz->core, *dead;
    struct browser *b = ann();
    assert_ok(core_link_new(&(struct core_link_options){.url = S("http://127.0.0.1:1"),
                                                        .credential = S("credential"),
                                                        .most_calls = 8,
                                                        .most_forwarded = 8,
                                                        .connect_ms = 1000,
                                                        .first_byte_ms = 1000,
                                                        .idle_ms = 1000,
                                                        .total_ms = 2000},
                            &dead));
    authz->core = dead;
    for (size_t i = 0; i < COUNT(forms); i++) {
        browser_get(b, forms[i].path);
        browser_expect(b, 503, "Accounts cannot be reached just now.", forms[i].path);
        browser_post(b, forms[i].path, forms[i].form + 1);
        browser_expect(b, 503, "Try again in a moment.", forms[i].path);
    }
    authz->core = core;
    core_link_free(dead);
    browser_get(b, "/account");
    assert_int_equal(browser_status(b), 200);
    browser_free(b);
}

/* --- the front page --------------------------------------------------------------------------- */

static void the_front_page_tells_what_happened(void **state) {
    (void)state;
    struct browser *b = ann();
    browser_get(b, "/account");
    browser_expect(b, 200, "You signed in", "sign-in");
    assert_true(browser_sees(b, "You removed the access of an app: The web app"));
    assert_false(browser_sees(b, "grant_made"));
    browser_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_form_counts_without_its_csrf),
        cmocka_unit_test(no_form_counts_from_another_site),
        cmocka_unit_test(get_changes_nothing),
        cmocka_unit_test(a_button_that_is_not_there_does_nothing),
        cmocka_unit_test(what_is_sensitive_wants_a_fresh_sign_in),
        cmocka_unit_test(a_profile_is_saved_and_shown),
        cmocka_unit_test(each_field_says_what_is_wrong_with_it),
        cmocka_unit_test(a_sign_in_is_listed_and_ended),
        cmocka_unit_test(programs_are_listed_and_ended),
        cmocka_unit_test(sign_ins_of_others_cannot_be_ended),
        cmocka_unit_test(the_clients_of_an_ended_sign_in_are_told),
        cmocka_unit_test(an_app_is_listed_with_what_it_sees_and_removed),
        cmocka_unit_test(many_apps_and_long_values_fit_the_page),
        cmocka_unit_test(apps_of_others_cannot_be_removed),
        cmocka_unit_test(without_the_core_store_every_page_says_so),
        cmocka_unit_test(the_front_page_tells_what_happened),
    };
    return cmocka_run_group_tests(tests, flow_world_open, flow_world_close);
}
