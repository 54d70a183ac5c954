/* The pages of a person: who comes in, by which way, and whose forms count. */
#include "authz/account/area.h"

#include <stdio.h>

#include "authz/account/flash.h"
#include "authz/session_cookie.h"
#include "authz/tests/home_helper.h"

static const char *const pages[] = {"/account",          "/account/profile",    "/account/emails",
                                    "/account/password", "/account/two-factor", "/account/sessions",
                                    "/account/apps"};

/* --- the way in ------------------------------------------------------------------------------- */

static bool leads_to_sign_in(const struct browser *b) {
    str location = test_request_answer(b->last, "Location");
    return browser_status(b) == 303 &&
           str_starts(location, S("https://id.example/oauth/authorize?response_type=code&"
                                  "client_id=hitkey-account&"));
}

static void without_a_sign_in_every_page_leads_to_one(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(pages); i++) {
        struct browser *b = browser_new();
        browser_get(b, pages[i]);
        if (!leads_to_sign_in(b))
            fail_msg("%s: %d", pages[i], browser_status(b));
        browser_follow(b);
        assert_true(browser_shows(b, 200, "sign-in-form"));
        browser_sign_in(b, "ann@example.com");
        browser_follow(b);
        assert_true(browser_shows(b, 200, "id=\"sign-out\"")); /* without consent */
        browser_free(b);
    }
}

static void forms_without_a_sign_in_do_nothing(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_post(b, "/account/sign-out", "csrf=x");
    assert_true(leads_to_sign_in(b));
    browser_free(b);
}

static void who_goes_back_comes_to_the_front_page(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, "/account");
    browser_follow(b);
    browser_submit(b, "/interaction/cancel", "");
    browser_follow(b);
    assert_true(browser_shows(b, 200, "href=\"/account\""));
    assert_true(browser_sees(b, "One account for the apps you use."));
    browser_free(b);
}

static void every_page_speaks_every_language(void **state) {
    (void)state;
    static const struct {
        const char *tag, *word; /* of the navigation */
    } languages[] = {{"en", "Connected apps"},
                     {"es", "Aplicaciones conectadas"},
                     {"ru", "Подключённые приложения"},
                     {"kk", "Қосылған қолданбалар"},
                     {"tg", "Барномаҳои пайваст"}};
    struct browser *b = browser_signed_in("ann@example.com");
    for (size_t i = 0; i < COUNT(pages); i++)
        for (size_t k = 0; k < COUNT(languages); k++) {
            char html[64];
            snprintf(html, sizeof html, "<html lang=\"%s\" dir=\"ltr\">", languages[k].tag);
            b->language = languages[k].tag;
            browser_get(b, pages[i]);
            browser_expect(b, 200, html, pages[i]);
            browser_expect(b, 200, languages[k].word, pages[i]);
            assert_false(browser_sees(b, "{"));
            assert_true(str_ends(b->last->rs.body, S("</html>\n")));
        }
    browser_free(b);
}

/* --- and back: no open redirect --------------------------------------------------------------- */

static void goes_to(struct browser *b, const char *target, const char *expected) {
    browser_get(b, target);
    str location = test_request_answer(b->last, "Location");
    if (!str_eq(location, str_from(expected)))
        fail_msg("%s goes to %.*s", target, STR_FMT(location));
}

static void nobody_else_says_where_it_goes_on(void **state) {
    (void)state;
    static const char *const rows[] = {
        "/account/signed-in",
        "/account/signed-in?state=https://evil.example/",
        "/account/signed-in?state=/account/profile",
        "/account/signed-in?code=x&state=AAAA",
        "/account/signed-in?error=access_denied&state=AAAA",
    };
    struct browser *b = browser_at_home("ann@example.com"), *stranger = browser_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        goes_to(b, rows[i], "https://id.example/account");
        goes_to(stranger, rows[i], "https://id.example/");
    }
    browser_free(stranger);
    browser_free(b);
}

static void only_paths_of_the_pages_are_paths_of_the_pages(void **state) {
    (void)state;
    static const struct {
        const char *path;
        bool ok;
    } rows[] = {
        {"/account", true},          {"/account/emails", true},
        {"/account?x=1", true},      {"/developer/projects/a", true},
        {"/invite?token=x", true},   {"/accounts", false},
        {"//evil.example", false},   {"/account.evil.example", false},
        {"/\\evil.example", false},  {"https://evil.example/account", false},
        {"/oauth/authorize", false}, {"", false},
        {"/account@evil.ex", false}, {"/", false},
        {"/developers", false},      {".evil.example/account", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        if (area_is_path(str_from(rows[i].path)) != rows[i].ok)
            fail_msg("%s", rows[i].path);
}

/* Signing in by our own client is for us alone. */
static void the_client_of_our_pages_serves_nobody_else(void **state) {
    (void)state;
    static const struct {
        const char *query;
        int status;
    } rows[] = {
        {"response_type=code&redirect_uri=https%3A%2F%2Fevil.example%2Fcb", 400},
        {"response_type=code&redirect_uri=https%3A%2F%2Fid.example%2Faccount%2Fsigned-in%2F", 400},
        {"response_type=code&redirect_uri=https%3A%2F%2Fid.example%2Faccount", 400},
        {"response_type=token&redirect_uri=https%3A%2F%2Fid.example%2Faccount%2Fsigned-in", 303},
        {"response_type=code&scope=openid%20offline_access%20email%20profile&redirect_uri="
         "https%3A%2F%2Fid.example%2Faccount%2Fsigned-in&prompt=none",
         303},
    };
    char target[1024];
    struct browser *b = browser_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        snprintf(target, sizeof target, "/oauth/authorize?client_id=hitkey-account&%s",
                 rows[i].query);
        browser_get(b, target);
        if (browser_status(b) != rows[i].status)
            fail_msg("row %zu: %d", i, browser_status(b));
        if (rows[i].status == 303)
            assert_string_not_equal(browser_answer(b, "error"), "");
    }
    browser_free(b);
}

static void its_codes_cannot_be_redeemed(void **state) {
    (void)state;
    char form[8192];
    struct browser *b = browser_at_home("ann@example.com");
    browser_get(b, "/oauth/authorize?client_id=hitkey-account&response_type=code&scope=openid&"
                   "redirect_uri=https%3A%2F%2Fid.example%2Faccount%2Fsigned-in");
    snprintf(form, sizeof form,
             "grant_type=authorization_code&client_id=hitkey-account&client_secret=secret&code=%s"
             "&redirect_uri=https%%3A%%2F%%2Fid.example%%2Faccount%%2Fsigned-in",
             browser_answer(b, "code"));
    browser_post(b, "/oauth/token", form);
    assert_int_equal(browser_status(b), 401);
    assert_true(browser_sees(b, "invalid_client"));
    browser_free(b);
}

/* --- forms ------------------------------------------------------------------------------------ */

static void a_form_of_another_sign_in_does_nothing(void **state) {
    (void)state;
    static char form[60000], field[40000];
    struct browser *ann = browser_at_home("ann@example.com"),
                   *bob = browser_at_home("bob@example.com");
    static const char *const fields[] = {"", "csrf=", "csrf=x", "csrf=%00"};
    for (size_t i = 0; i < COUNT(fields); i++) {
        browser_post(ann, "/account/sign-out", fields[i]);
        if (browser_status(ann) != 400)
            fail_msg("row %zu: %d", i, browser_status(ann));
    }
    browser_field(bob, "csrf", field);
    snprintf(form, sizeof form, "csrf=%s", field);
    browser_post(ann, "/account/sign-out", form);
    assert_true(browser_shows(ann, 400, "Nothing was changed."));
    browser_get(ann, "/account");
    assert_true(browser_shows(ann, 200, "ann@example.com"));
    browser_free(bob);
    browser_free(ann);
}

static void a_form_from_another_site_does_nothing(void **state) {
    (void)state;
    static const struct {
        const char *site, *origin;
    } rows[] = {{"cross-site", "https://evil.example"},
                {"same-site", "https://evil.id.example"},
                {NULL, "https://evil.example"}};
    static char field[40000], form[60000];
    struct browser *b = browser_at_home("ann@example.com");
    browser_field(b, "csrf", field);
    snprintf(form, sizeof form, "csrf=%s", field);
    for (size_t i = 0; i < COUNT(rows); i++) {
        b->fetch_site = rows[i].site;
        b->origin = rows[i].origin;
        browser_post(b, "/account/sign-out", form);
        assert_int_equal(browser_status(b), 403);
    }
    b->fetch_site = b->origin = NULL;
    browser_get(b, "/account");
    assert_true(browser_shows(b, 200, "ann@example.com"));
    browser_free(b);
}

static void signing_out_ends_it(void **state) {
    (void)state;
    struct browser *b = browser_at_home("ann@example.com");
    browser_submit_own(b, "/account/sign-out", "");
    assert_true(browser_shows(b, 200, "You are signed out"));
    browser_get(b, "/account");
    assert_true(leads_to_sign_in(b));
    browser_free(b);
}

/* --- several accounts ------------------------------------------------------------------------- */

static void of_several_accounts_one_is_chosen(void **state) {
    (void)state;
    char account[256];
    struct browser *b = browser_at_home("ann@example.com");
    browser_get(b, "/account/switch");
    browser_follow(b);
    assert_true(browser_shows(b, 200, "choose-account-form"));
    browser_submit(b, "/interaction/choose-account", "&account=another");
    browser_sign_in(b, "bob@example.com");
    browser_follow(b);
    assert_true(browser_shows(b, 200, "bob@example.com"));

    browser_get(b, "/account/switch");
    browser_follow(b);
    str body = b->last->rs.body;
    size_t at = str_find_str(body, S("ann@example.com"));
    while (at > 0 && !str_starts(str_from_pos(body, at), S("value=\"")))
        at--;
    snprintf(account, sizeof account, "&account=%.36s", body.p + at + strlen("value=\""));
    browser_submit(b, "/interaction/choose-account", account);
    browser_follow(b);
    assert_true(browser_shows(b, 200, "ann@example.com"));
    browser_get(b, "/account");
    assert_true(browser_shows(b, 200, "ann@example.com"));
    browser_free(b);
}

/* A stranger's account is not chosen by the stranger's link. */
static void a_code_of_another_browser_chooses_nothing(void **state) {
    (void)state;
    char target[4096];
    struct browser *ann = browser_at_home("ann@example.com"),
                   *bob = browser_at_home("bob@example.com");
    browser_get(bob, "/oauth/authorize?client_id=hitkey-account&response_type=code&scope=openid&"
                     "redirect_uri=https%3A%2F%2Fid.example%2Faccount%2Fsigned-in");
    snprintf(target, sizeof target, "/account/signed-in?code=%s", browser_answer(bob, "code"));
    browser_get(ann, target);
    browser_follow(ann);
    assert_true(browser_shows(ann, 200, "ann@example.com"));
    browser_free(bob);
    browser_free(ann);
}

/* --- what was just done ----------------------------------------------------------------------- */

static void a_flash_is_for_one_sign_in_and_once(void **state) {
    (void)state;
    struct test_request *t = test_request_new("GET", "/account");
    char cookie[4096];
    str sentence, app_cookie;
    t->rq.app = flow_world()->authz->app;
    assert_ok(flash_set(&t->rq, &t->rs, S("sid-1"), S("It is done.")));
    app_cookie = response_header_get(&t->rs, S("Set-Cookie"));
    snprintf(cookie, sizeof cookie, "%.*s", (int)str_find(app_cookie, ';'), app_cookie.p);
    test_request_header(t, "Cookie", cookie);
    t->rq.headers = t->headers;
    assert_ok(flash_take(&t->rq, &t->rs, S("sid-2"), &sentence));
    assert_false(str_present(sentence));
    assert_ok(flash_take(&t->rq, &t->rs, S("sid-1"), &sentence));
    assert_true(str_eq(sentence, S("It is done.")));
    str last = t->rs.headers[t->rs.header_count - 1].value;
    assert_true(str_find_str(last, S("Max-Age=0")) < last.n);
    test_request_free(t);
}

static void a_forged_flash_says_nothing(void **state) {
    (void)state;
    struct browser *b = browser_at_home("ann@example.com");
    browser_set_cookie(b, "__Host-hk_flash", "Call+0900");
    browser_get(b, "/account");
    assert_int_equal(browser_status(b), 200);
    assert_false(browser_sees(b, "0900"));
    assert_string_equal(browser_cookie(b, "__Host-hk_flash"), "");
    browser_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_sign_in_every_page_leads_to_one),
        cmocka_unit_test(forms_without_a_sign_in_do_nothing),
        cmocka_unit_test(who_goes_back_comes_to_the_front_page),
        cmocka_unit_test(every_page_speaks_every_language),
        cmocka_unit_test(nobody_else_says_where_it_goes_on),
        cmocka_unit_test(only_paths_of_the_pages_are_paths_of_the_pages),
        cmocka_unit_test(the_client_of_our_pages_serves_nobody_else),
        cmocka_unit_test(its_codes_cannot_be_redeemed),
        cmocka_unit_test(a_form_of_another_sign_in_does_nothing),
        cmocka_unit_test(a_form_from_another_site_does_nothing),
        cmocka_unit_test(signing_out_ends_it),
        cmocka_unit_test(of_several_accounts_one_is_chosen),
        cmocka_unit_test(a_code_of_another_browser_chooses_nothing),
        cmocka_unit_test(a_flash_is_for_one_sign_in_and_once),
        cmocka_unit_test(a_forged_flash_says_nothing),
    };
    return cmocka_run_group_tests(tests, flow_world_open, flow_world_close);
}
