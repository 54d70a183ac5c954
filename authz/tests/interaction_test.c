/* The forms of the pages: whose they are, how long they are good, and what they can be made to do.
 */
#include <stdio.h>
#include <stdlib.h>

#include "authz/tests/flow_helper.h"

#define STALE "This page has expired"

static void the_pages_lead_to_a_code_once(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, FLOW_REQUEST "&prompt=consent");
    assert_true(browser_shows(b, 200, "sign-in-form"));
    browser_sign_in(b, "ann@example.com");
    assert_true(browser_shows(b, 200, "consent-form"));
    browser_submit(b, "/interaction/consent", "&decision=allow");
    assert_true(browser_got_code(b, FLOW_REDIRECT));
    assert_string_equal(browser_answer(b, "state"), "st-1");
    browser_free(b);
}

/* --- whose form it is ------------------------------------------------------------------------- */

static const char *const paths[] = {
    "/interaction/sign-in",       "/interaction/second-factor",   "/interaction/register",
    "/interaction/register/code", "/interaction/register/resend", "/interaction/register/password",
    "/interaction/forgot",        "/interaction/choose-account",  "/interaction/consent",
    "/interaction/cancel",
};

static void no_form_works_without_its_hidden_field(void **state) {
    (void)state;
    static const char *const fields[] = {"", "interaction=", "interaction=garbage",
                                         "interaction=%FF", "x=1&interaction=AAAA"};
    struct browser *b = browser_new();
    browser_get(b, FLOW_REQUEST);
    for (size_t i = 0; i < COUNT(paths); i++)
        for (size_t j = 0; j < COUNT(fields); j++) {
            browser_post(b, paths[i], fields[j]);
            assert_true(browser_shows(b, 400, ""));
        }
    browser_free(b);
}

/* Login CSRF: the form of an attacker's own interaction, sent from the victim's browser. */
static void no_form_works_in_another_browser(void **state) {
    (void)state;
    struct browser *attacker = browser_new(), *victim = browser_new();
    static char form[60000], field[40000];
    browser_get(attacker, FLOW_REQUEST "&prompt=consent");
    browser_field(attacker, "interaction", field);
    snprintf(form, sizeof form, "interaction=%s&email=ann@example.com&password=%s&step=email",
             field, "a+quiet+river+in+may");
    browser_get(victim, FLOW_REQUEST);
    for (size_t i = 0; i < COUNT(paths); i++) {
        browser_post(victim, paths[i], form);
        assert_true(browser_shows(victim, 400, STALE));
        assert_string_equal(browser_cookie(victim, "__Host-hk_session"), "");
    }
    browser_post(attacker, "/interaction/sign-in", form);
    assert_int_equal(browser_status(attacker), 200);
    browser_free(attacker);
    browser_free(victim);
}

static void no_form_works_from_another_site(void **state) {
    (void)state;
    static const struct {
        const char *site, *origin;
        int status;
    } rows[] = {{"cross-site", "https://evil.example", 403},
                {"same-site", "https://evil.id.example", 403},
                {"cross-site", "null", 403},
                {NULL, "https://evil.example", 403},
                {NULL, "https://id.example.evil.example", 403},
                {NULL, "http://id.example", 403},
                {NULL, "https://id.example", 200},
                {NULL, "null", 200}, /* ours: no-referrer */
                {"same-origin", "null", 200},
                {NULL, NULL, 200}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct browser *b = browser_new();
        browser_get(b, FLOW_REQUEST "&prompt=consent");
        b->fetch_site = rows[i].site;
        b->origin = rows[i].origin;
        browser_sign_in(b, "ann@example.com");
        if (browser_status(b) != rows[i].status)
            fail_msg("row %zu: %d", i, browser_status(b));
        browser_free(b);
    }
}

static void an_altered_field_is_refused(void **state) {
    (void)state;
    struct browser *b = browser_new();
    static char field[40000], form[60000];
    browser_get(b, FLOW_REQUEST);
    browser_field(b, "interaction", field);
    size_t n = strlen(field);
    for (size_t at = 0; at < n; at += n / 40 + 1) {
        char was = field[at];
        field[at] = was == 'A' ? 'B' : 'A';
        snprintf(form, sizeof form, "interaction=%s&email=ann@example.com", field);
        browser_post(b, "/interaction/sign-in", form);
        assert_true(browser_shows(b, 400, STALE));
        field[at] = was;
    }
    snprintf(form, sizeof form, "interaction=%.*s&email=ann@example.com", (int)n - 4, field);
    browser_post(b, "/interaction/sign-in", form);
    assert_true(browser_shows(b, 400, STALE));
    snprintf(form, sizeof form, "interaction=%s&email=ann@example.com", field);
    browser_post(b, "/interaction/sign-in", form);
    assert_true(browser_shows(b, 200, "sign-in-form"));
    browser_free(b);
}

static void an_interaction_ends_with_its_time(void **state) {
    (void)state;
    struct flow_world *w = flow_world();
    struct browser *b = browser_new();
    browser_get(b, FLOW_REQUEST);
    w->now_ms += w->config.interaction_lifetime * 1000 - 1;
    browser_submit(b, "/interaction/sign-in", "");
    assert_true(browser_shows(b, 200, "sign-in-form"));
    w->now_ms += 1; /* the new page does not make it younger */
    browser_submit(b, "/interaction/sign-in", "");
    assert_true(browser_shows(b, 400, STALE));
    browser_free(b);
}

static void a_finished_interaction_cannot_be_sent_again(void **state) {
    (void)state;
    struct browser *b = browser_new();
    static char field[40000], form[60000];
    browser_get(b, FLOW_REQUEST "&prompt=consent");
    browser_sign_in(b, "ann@example.com");
    browser_field(b, "interaction", field);
    browser_submit(b, "/interaction/consent", "&decision=allow");
    assert_true(browser_got_code(b, FLOW_REDIRECT));
    snprintf(form, sizeof form, "interaction=%s&decision=allow", field);
    browser_post(b, "/interaction/consent", form);
    assert_true(browser_shows(b, 400, STALE));
    browser_free(b);
}

/* Whoever kept the cookie and the form still needs the session. */
static void progress_without_a_session_leads_to_the_sign_in_page(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, FLOW_REQUEST "&prompt=consent");
    browser_sign_in(b, "ann@example.com");
    assert_true(browser_shows(b, 200, "consent-form"));
    browser_set_cookie(b, "__Host-hk_session", "");
    browser_submit(b, "/interaction/consent", "&decision=allow");
    assert_true(browser_shows(b, 200, "sign-in-form"));
    browser_free(b);
}

static void several_tabs_finish_each_its_own(void **state) {
    (void)state;
    struct browser *b = browser_new();
    static char first[40000], form[60000];
    browser_get(b, FLOW_REQUEST "&prompt=consent");
    browser_field(b, "interaction", first);
    browser_get(b, FLOW_REQUEST "&prompt=consent");
    browser_sign_in(b, "ann@example.com");
    browser_submit(b, "/interaction/consent", "&decision=allow");
    assert_true(browser_got_code(b, FLOW_REDIRECT));
    snprintf(form, sizeof form,
             "interaction=%s&email=ann@example.com&password=a+quiet+river+in+may", first);
    browser_post(b, "/interaction/sign-in", form);
    assert_true(browser_shows(b, 200, "consent-form"));
    browser_free(b);
}

static void the_oldest_of_many_tabs_is_forgotten(void **state) {
    (void)state;
    struct browser *b = browser_new();
    static char first[40000], form[60000];
    browser_get(b, FLOW_REQUEST);
    browser_field(b, "interaction", first);
    for (int i = 0; i < 6; i++)
        browser_get(b, FLOW_REQUEST);
    assert_true(strlen(browser_cookie(b, "__Host-hk_ix")) < 200);
    snprintf(form, sizeof form, "interaction=%s", first);
    browser_post(b, "/interaction/sign-in", form);
    assert_true(browser_shows(b, 400, STALE));
    browser_free(b);
}

static void a_cookie_of_foreign_making_is_harmless(void **state) {
    (void)state;
    static const char *const values[] = {"x", "....", "AAAAAAAAAAAAAAAAAAAAAA<>", "\"a\"",
                                         "AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA"};
    for (size_t i = 0; i < COUNT(values); i++) {
        struct browser *b = browser_new();
        browser_set_cookie(b, "__Host-hk_ix", values[i]);
        browser_set_cookie(b, "__Host-hk_session", values[i]);
        browser_get(b, FLOW_REQUEST);
        assert_true(browser_shows(b, 200, "sign-in-form"));
        assert_null(strchr(browser_cookie(b, "__Host-hk_ix"), '<'));
        browser_sign_in(b, "ann@example.com");
        assert_int_equal(strlen(browser_cookie(b, "__Host-hk_session")), 43);
        browser_free(b);
    }
}

/* --- sessions --------------------------------------------------------------------------------- */

static void a_session_tells_the_browser_and_the_address_of_its_sign_in(void **state) {
    (void)state;
    static const char sql[] = "SELECT count(*) FROM sessions WHERE user_agent = 'Flow/1'"
                              " AND length(address) > 0";
    int64_t before = flow_count(sql);
    browser_free(browser_signed_in("ann@example.com"));
    assert_int_equal(flow_count(sql), before + 1);
}

static void every_sign_in_gives_a_new_session_cookie(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    char before[512];
    snprintf(before, sizeof before, "%s", browser_cookie(b, "__Host-hk_session"));
    browser_get(b, FLOW_REQUEST "&prompt=login");
    browser_sign_in(b, "ann@example.com");
    assert_true(browser_got_code(b, FLOW_REDIRECT));
    assert_string_not_equal(browser_cookie(b, "__Host-hk_session"), before);

    struct browser *thief = browser_new(); /* who planted or copied the old one */
    browser_set_cookie(thief, "__Host-hk_session", before);
    browser_get(thief, FLOW_REQUEST "&prompt=none");
    assert_true(browser_got_error(thief, FLOW_REDIRECT, "login_required"));
    browser_free(thief);
    browser_free(b);
}

static void a_session_id_of_the_browsers_choice_is_never_taken(void **state) {
    (void)state;
    struct browser *b = browser_new();
    const char *chosen = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    browser_set_cookie(b, "__Host-hk_session", chosen);
    browser_get(b, FLOW_REQUEST "&prompt=consent");
    browser_sign_in(b, "ann@example.com");
    assert_string_not_equal(browser_cookie(b, "__Host-hk_session"), chosen);
    browser_free(b);
}

static void a_session_ends_when_it_is_idle_and_when_it_is_old(void **state) {
    (void)state;
    struct flow_world *w = flow_world();
    struct browser *b = browser_signed_in("ann@example.com");
    w->now_ms += w->config.session_idle * 1000;
    browser_get(b, FLOW_REQUEST "&prompt=none");
    assert_true(browser_got_error(b, FLOW_REDIRECT, "login_required"));
    browser_free(b);
    b = browser_signed_in("ann@example.com");
    int64_t hours = w->config.session_lifetime / 3600, used = 0;
    for (; used < hours + 20; used += 20) {
        browser_get(b, FLOW_REQUEST "&prompt=none");
        if (!browser_got_code(b, FLOW_REDIRECT))
            break;
        w->now_ms += 20 * 3600 * 1000;
    }
    assert_true(used >= hours && used < hours + 20);
    browser_free(b);
}

static void cookies_are_plain_on_http_only(void **state) {
    (void)state;
    struct flow_world *w = flow_world();
    str issuer = w->authz->issuer;
    struct browser *b = browser_new();
    w->authz->issuer = S("http://localhost:9400");
    b->plain = true;
    browser_get(b, FLOW_REQUEST "&prompt=consent");
    browser_sign_in(b, "ann@example.com");
    assert_int_equal(strlen(browser_cookie(b, "hk_session")), 43);
    assert_int_equal(strlen(browser_cookie(b, "hk_ix")), 22);
    w->authz->issuer = issuer;
    browser_free(b);
}

/* --- signing in ------------------------------------------------------------------------------- */

static void a_wrong_password_keeps_the_address_and_says_one_sentence(void **state) {
    (void)state;
    struct browser *b = browser_new();
    int64_t before = flow_count("SELECT count(*) FROM audit WHERE event = 'sign_in_failed'");
    static const char *const tries[] = {"&email=bob@example.com&password=wrong",
                                        "&email=nobody@example.com&password=wrong"};
    browser_get(b, FLOW_REQUEST);
    for (size_t i = 0; i < COUNT(tries); i++) {
        browser_submit(b, "/interaction/sign-in", tries[i]);
        assert_true(browser_shows(b, 422, "The e-mail address or the password is not right."));
        assert_true(
            browser_sees(b, i == 0 ? "value=\"bob@example.com\"" : "value=\"nobody@example.com\""));
        assert_false(browser_sees(b, "wrong"));
        assert_string_equal(browser_cookie(b, "__Host-hk_session"), "");
    }
    assert_int_equal(flow_count("SELECT count(*) FROM audit WHERE event = 'sign_in_failed'"),
                     before + 2);
    browser_free(b);
}

static void what_was_typed_is_escaped(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, FLOW_REQUEST "&login_hint=%22%3E%3Cscript%3Ezebra");
    assert_false(browser_sees(b, "zebra"));
    browser_submit(b, "/interaction/sign-in", "&email=%22%3E%3Cscript%3Ezebra&password=x");
    assert_true(browser_shows(b, 422, "zebra"));
    assert_false(browser_sees(b, "<script>"));
    browser_free(b);
}

static void too_many_tries_are_told_how_long_to_wait(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, FLOW_REQUEST);
    for (int i = 0; i < 40 && browser_status(b) != 429; i++)
        browser_submit(b, "/interaction/sign-in", "&email=throttled@example.com&password=wrong");
    assert_true(browser_shows(b, 429, "Too many tries. Wait "));
    assert_true(str_present(test_request_answer(b->last, "Retry-After")));
    browser_free(b);
}

static void login_hint_is_only_the_first_guess(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, FLOW_REQUEST "&login_hint=hint%40example.com");
    assert_true(browser_shows(b, 200, "value=\"hint@example.com\""));
    browser_submit(b, "/interaction/register", "&email=typed%40example.com");
    assert_true(browser_shows(b, 200, "value=\"typed@example.com\""));
    browser_free(b);
}

/* --- consent, accounts, going back ------------------------------------------------------------ */

static void who_denies_goes_back_with_access_denied(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("bob@example.com");
    browser_get(b, FLOW_REQUEST "&prompt=consent");
    browser_submit(b, "/interaction/consent", "&decision=deny");
    assert_true(browser_got_error(b, FLOW_REDIRECT, "access_denied"));
    assert_string_equal(browser_answer(b, "state"), "st-1");
    browser_free(b);
}

static void who_cancels_goes_back_with_access_denied(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, FLOW_REQUEST);
    browser_submit(b, "/interaction/cancel", "");
    assert_true(browser_got_error(b, FLOW_REDIRECT, "access_denied"));
    assert_string_equal(browser_cookie(b, "__Host-hk_ix"), "");
    browser_free(b);
}

static void no_decision_is_no_consent(void **state) {
    (void)state;
    static const char *const answers[] = {"", "&decision=", "&decision=Allow", "&decision=yes"};
    struct browser *b = browser_signed_in("bob@example.com");
    browser_get(b, FLOW_REQUEST "&prompt=consent");
    for (size_t i = 0; i < COUNT(answers); i++) {
        browser_submit(b, "/interaction/consent", answers[i]);
        assert_true(browser_shows(b, 200, "consent-form"));
    }
    browser_free(b);
}

static void a_consent_page_is_needed_for_a_consent(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    browser_get(b, FLOW_REQUEST "&prompt=select_account+consent");
    assert_true(browser_shows(b, 200, "choose-account-form"));
    browser_submit(b, "/interaction/consent", "&decision=allow");
    assert_true(browser_shows(b, 200, "choose-account-form"));
    browser_free(b);
}

/* The page asked Ann; by the time it is answered, only Bob is signed in here. */
static void a_consent_counts_only_for_the_person_it_showed(void **state) {
    (void)state;
    struct browser *ann = browser_new(), *bob = browser_signed_in("bob@example.com");
    int64_t before = flow_count("SELECT count(*) FROM audit WHERE event = 'consent_allowed'");
    browser_get(ann, FLOW_REQUEST "&prompt=consent");
    browser_sign_in(ann, "ann@example.com");
    assert_true(browser_shows(ann, 200, "consent-form"));
    browser_set_cookie(ann, "__Host-hk_session", browser_cookie(bob, "__Host-hk_session"));
    browser_submit(ann, "/interaction/consent", "&decision=allow");
    assert_true(browser_shows(ann, 200, "sign-in-form"));
    assert_int_equal(flow_count("SELECT count(*) FROM audit WHERE event = 'consent_allowed'"),
                     before);
    browser_free(ann);
    browser_free(bob);
}

static void more_scope_than_was_allowed_is_asked_for(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("bob@example.com");
    browser_get(b, "/oauth/authorize?response_type=code&client_id=web&scope=openid%20profile"
                   "&redirect_uri=https%3A%2F%2Fapp.example%2Fcb");
    assert_true(browser_shows(b, 200, "data-scope=\"profile\""));
    browser_free(b);
}

static void several_people_share_a_browser(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    char more[512];
    browser_get(b, FLOW_REQUEST "&prompt=select_account");
    assert_true(browser_shows(b, 200, "ann@example.com"));
    assert_false(browser_sees(b, "bob@example.com"));
    browser_submit(b, "/interaction/choose-account", "&account=another");
    assert_true(browser_shows(b, 200, "sign-in-form"));
    browser_sign_in(b, "bob@example.com");
    if (browser_sees(b, "consent-form"))
        browser_submit(b, "/interaction/consent", "&decision=allow");
    assert_true(browser_got_code(b, FLOW_REDIRECT));

    browser_get(b, FLOW_REQUEST);
    assert_true(browser_shows(b, 200, "ann@example.com"));
    assert_true(browser_sees(b, "bob@example.com"));
    str body = b->last->rs.body;
    str from = str_from_pos(body, str_find_str(body, S("name=\"account\" value=\"")));
    snprintf(more, sizeof more, "&account=%.36s", from.p + strlen("name=\"account\" value=\""));
    browser_submit(b, "/interaction/choose-account", more);
    assert_true(browser_got_code(b, FLOW_REDIRECT));
    browser_get(b, FLOW_REQUEST "&prompt=none");
    assert_true(browser_got_error(b, FLOW_REDIRECT, "account_selection_required"));
    browser_free(b);
}

static void nobody_chooses_an_account_that_is_not_signed_in(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    browser_get(b, FLOW_REQUEST "&prompt=select_account");
    browser_submit(b, "/interaction/choose-account",
                   "&account=00000000-0000-4000-8000-000000000000");
    assert_true(browser_shows(b, 200, "choose-account-form"));
    browser_submit(b, "/interaction/choose-account", "");
    assert_true(browser_shows(b, 200, "choose-account-form"));
    browser_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pages_lead_to_a_code_once),
        cmocka_unit_test(no_form_works_without_its_hidden_field),
        cmocka_unit_test(no_form_works_in_another_browser),
        cmocka_unit_test(no_form_works_from_another_site),
        cmocka_unit_test(an_altered_field_is_refused),
        cmocka_unit_test(an_interaction_ends_with_its_time),
        cmocka_unit_test(a_finished_interaction_cannot_be_sent_again),
        cmocka_unit_test(progress_without_a_session_leads_to_the_sign_in_page),
        cmocka_unit_test(several_tabs_finish_each_its_own),
        cmocka_unit_test(the_oldest_of_many_tabs_is_forgotten),
        cmocka_unit_test(a_cookie_of_foreign_making_is_harmless),
        cmocka_unit_test(a_session_tells_the_browser_and_the_address_of_its_sign_in),
        cmocka_unit_test(every_sign_in_gives_a_new_session_cookie),
        cmocka_unit_test(a_session_id_of_the_browsers_choice_is_never_taken),
        cmocka_unit_test(a_session_ends_when_it_is_idle_and_when_it_is_old),
        cmocka_unit_test(cookies_are_plain_on_http_only),
        cmocka_unit_test(a_wrong_password_keeps_the_address_and_says_one_sentence),
        cmocka_unit_test(what_was_typed_is_escaped),
        cmocka_unit_test(too_many_tries_are_told_how_long_to_wait),
        cmocka_unit_test(login_hint_is_only_the_first_guess),
        cmocka_unit_test(who_denies_goes_back_with_access_denied),
        cmocka_unit_test(who_cancels_goes_back_with_access_denied),
        cmocka_unit_test(no_decision_is_no_consent),
        cmocka_unit_test(a_consent_page_is_needed_for_a_consent),
        cmocka_unit_test(a_consent_counts_only_for_the_person_it_showed),
        cmocka_unit_test(more_scope_than_was_allowed_is_asked_for),
        cmocka_unit_test(several_people_share_a_browser),
        cmocka_unit_test(nobody_chooses_an_account_that_is_not_signed_in),
    };
    return cmocka_run_group_tests(tests, flow_world_open, flow_world_close);
}
