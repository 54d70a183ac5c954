/* Registration, second factor and forgotten passwords, on the pages. */
#include <liboath/oath.h>
#include <stdio.h>
#include <stdlib.h>

#include "authz/tests/flow_helper.h"
#include "common/base/base32.h"

static void start(struct browser *b, const char *email) {
    char more[512];
    browser_get(b, FLOW_REQUEST);
    browser_submit(b, "/interaction/register", "");
    assert_true(browser_shows(b, 200, "register-form"));
    snprintf(more, sizeof more, "&step=email&email=%s", email);
    browser_submit(b, "/interaction/register", more);
}

static void a_new_person_comes_from_the_sign_in_page_to_a_code(void **state) {
    (void)state;
    struct browser *b = browser_new();
    char code[512], more[600];
    start(b, "carol@example.com");
    assert_true(browser_shows(b, 200, "We sent a code to carol@example.com"));
    flow_mailed(NULL, code);
    snprintf(more, sizeof more, "&code=%.3s+%s", code, code + 3); /* typed with a space */
    browser_submit(b, "/interaction/register/code", more);
    assert_true(browser_shows(b, 200, "value=\"carol@example.com\""));
    browser_submit(b, "/interaction/register/password", "&password=short");
    assert_true(browser_shows(b, 422, "role=\"alert\""));
    browser_submit(b, "/interaction/register/password", "&password=password123");
    assert_true(browser_shows(b, 422, "role=\"alert\""));
    browser_submit(b, "/interaction/register/password", "&password=a+quiet+river+in+may");
    assert_true(browser_shows(b, 200, "consent-form"));
    assert_int_equal(strlen(browser_cookie(b, "__Host-hk_session")), 43);
    browser_submit(b, "/interaction/consent", "&decision=allow");
    assert_true(browser_got_code(b, FLOW_REDIRECT));
    assert_int_equal(flow_count("SELECT count(*) FROM audit WHERE event = 'signed_up'"
                                " AND client_id = 'web'"),
                     1);
    browser_free(b);
}

static void prompt_create_leads_straight_to_registration(void **state) {
    (void)state;
    struct browser *b = browser_new();
    char code[512], more[600];
    browser_get(b, FLOW_REQUEST "&prompt=create&login_hint=dave%40example.com");
    assert_true(browser_shows(b, 200, "value=\"dave@example.com\""));
    browser_submit(b, "/interaction/register", "&step=email&email=dave@example.com");
    flow_mailed(NULL, code);
    snprintf(more, sizeof more, "&code=%s", code);
    browser_submit(b, "/interaction/register/code", more);
    browser_submit(b, "/interaction/register/password", "&password=a+quiet+river+in+may");
    assert_true(browser_shows(b, 200, "consent-form"));
    browser_free(b);
}

/* The address is the one that the code was right for, whatever the form says. */
static void nobody_sets_a_password_without_the_code(void **state) {
    (void)state;
    struct browser *owner = browser_new(), *stranger = browser_new();
    char code[512], more[600];
    start(owner, "erin@example.com");
    flow_mailed(NULL, code);
    snprintf(more, sizeof more, "&code=%s", code);
    browser_submit(owner, "/interaction/register/code", more);
    assert_true(browser_sees(owner, "new-password"));

    browser_get(stranger, FLOW_REQUEST);
    browser_submit(stranger, "/interaction/register/password",
                   "&email=erin@example.com&password=a+strangers+password");
    assert_true(browser_shows(stranger, 200, "name=\"step\" value=\"email\""));
    start(stranger, "erin@example.com"); /* a code was just mailed to the owner */
    browser_submit(stranger, "/interaction/register/password",
                   "&email=erin@example.com&password=a+strangers+password");
    assert_true(browser_shows(stranger, 200, "name=\"step\" value=\"email\""));
    assert_string_equal(browser_cookie(stranger, "__Host-hk_session"), "");

    /* Proven for one address, then another is typed: nothing is proven for that. */
    browser_submit(owner, "/interaction/register", "&email=victim@example.com");
    browser_submit(owner, "/interaction/register/password",
                   "&email=victim@example.com&password=a+quiet+river+in+may");
    assert_true(browser_shows(owner, 200, "name=\"step\" value=\"email\""));
    browser_free(owner);
    browser_free(stranger);
}

static int api_password(const char *email) {
    char json[600];
    struct test_request *t = test_request_new("POST", "/auth/register/password");
    snprintf(json, sizeof json, "{\"email\":\"%s\",\"password\":\"a neighbours password\"}", email);
    t->rq.now_ms = flow_world()->now_ms;
    test_request_body(t, "application/json", json);
    test_request_send(t, flow_world()->authz->app);
    int status = t->rs.status;
    test_request_free(t);
    return status;
}

/* A phone changes its address between code and password; a neighbour behind the old one waits for
 * that, and has an interaction of his own. */
static void the_password_comes_from_the_browser_of_the_code_not_from_its_address(void **state) {
    (void)state;
    struct browser *b = browser_new(), *neighbour = browser_new();
    char code[512], more[600];
    start(neighbour, "paul@example.com");
    flow_mailed(NULL, code);
    start(b, "phone@example.com");
    flow_mailed(NULL, code);
    snprintf(more, sizeof more, "&code=%s", code);
    browser_submit(b, "/interaction/register/code", more);
    assert_true(browser_sees(b, "new-password"));
    assert_int_equal(api_password("phone@example.com"), 400);
    browser_submit(neighbour, "/interaction/register/password",
                   "&email=phone@example.com&password=a+neighbours+password");
    assert_string_equal(browser_cookie(neighbour, "__Host-hk_session"), "");
    b->remote = "2001:db8::77";
    browser_submit(b, "/interaction/register/password", "&password=a+quiet+river+in+may");
    assert_true(browser_shows(b, 200, "consent-form"));
    browser_free(b);
    browser_free(neighbour);
}

static void wrong_codes_and_addresses_are_told_in_a_sentence(void **state) {
    (void)state;
    struct browser *b = browser_new();
    char code[512];
    start(b, "not-an-address");
    assert_true(browser_shows(b, 422, "This is not a whole e-mail address."));
    start(b, "ann@example.com");
    assert_true(browser_shows(b, 422, "There is an account with this e-mail address."));
    start(b, "frank@example.com");
    flow_mailed(NULL, code);
    static const char *const wrong[] = {"&code=", "&code=12345", "&code=abcdef", "&code=%3Cb%3E",
                                        "&code=0000001"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        browser_submit(b, "/interaction/register/code", wrong[i]);
        assert_true(browser_shows(b, 422, "role=\"alert\""));
        assert_false(browser_sees(b, "<b>"));
    }
    browser_submit(b, "/interaction/register/resend", "");
    assert_true(browser_shows(b, 429, "Wait "));
    flow_world()->now_ms += 61 * 1000;
    browser_submit(b, "/interaction/register/resend", "");
    assert_true(browser_shows(b, 200, "We sent a code to frank@example.com"));
    browser_free(b);
}

/* --- the second factor ------------------------------------------------------------------------ */

static void totp(const char *base32, char code[8]) {
    char *raw;
    size_t n;
    assert_int_equal(oath_base32_decode(base32, strlen(base32), &raw, &n), OATH_OK);
    assert_int_equal(
        oath_totp_generate(raw, n, (time_t)(flow_world()->now_ms / 1000), 30, 0, 6, code), OATH_OK);
    free(raw);
}

static void with_two_factor_on_the_code_is_asked(void **state) {
    (void)state;
    char token[256], base32[256], code[8], more[512];
    flow_api_token("bob@example.com", token);
    flow_call("GET", "/auth/2fa/setup", token, NULL, "secret", base32);
    totp(base32, code);
    snprintf(more, sizeof more, "{\"code\":\"%s\"}", code);
    flow_call("POST", "/auth/2fa/enable", token, more, NULL, NULL);

    struct browser *b = browser_new();
    browser_get(b, FLOW_REQUEST "&prompt=consent");
    browser_sign_in(b, "bob@example.com");
    assert_true(browser_shows(b, 200, "second-factor-form"));
    assert_string_equal(browser_cookie(b, "__Host-hk_session"), "");
    browser_submit(b, "/interaction/second-factor", "&code=000000");
    assert_true(browser_shows(b, 422, "role=\"alert\""));
    browser_submit(b, "/interaction/consent", "&decision=allow"); /* no way around */
    assert_true(browser_shows(b, 200, "sign-in-form"));
    browser_sign_in(b, "bob@example.com");
    flow_world()->now_ms += 30 * 1000;
    totp(base32, code);
    snprintf(more, sizeof more, "&code=%s", code);
    browser_submit(b, "/interaction/second-factor", more);
    assert_true(browser_shows(b, 200, "consent-form"));
    browser_submit(b, "/interaction/consent", "&decision=allow");
    assert_true(browser_got_code(b, FLOW_REDIRECT));
    assert_int_equal(flow_count("SELECT count(*) FROM session_accounts WHERE amr = 'pwd otp mfa'"
                                " AND acr = 'urn:hitkey:acr:mfa'"),
                     1);
    browser_free(b);
}

static void a_second_factor_that_takes_too_long_starts_again(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, FLOW_REQUEST);
    browser_sign_in(b, "bob@example.com");
    assert_true(browser_shows(b, 200, "second-factor-form"));
    flow_world()->now_ms += 6 * 60 * 1000;
    browser_submit(b, "/interaction/second-factor", "&code=123456");
    assert_true(browser_shows(b, 422, "sign-in-form"));
    browser_submit(b, "/interaction/second-factor", "&code=123456"); /* nothing is pending */
    assert_true(browser_shows(b, 200, "sign-in-form"));
    browser_free(b);
}

/* --- forgotten -------------------------------------------------------------------------------- */

static void every_address_gets_the_same_answer(void **state) {
    (void)state;
    struct browser *b = browser_new();
    char known[40000];
    browser_get(b, FLOW_REQUEST);
    browser_submit(b, "/interaction/forgot", "&email=ann@example.com");
    assert_true(browser_shows(b, 200, "name=\"step\" value=\"send\""));
    browser_submit(b, "/interaction/forgot", "&step=send&email=ann@example.com");
    assert_int_equal(browser_status(b), 200);
    flow_mailed("/reset?token=", known);
    str body = b->last->rs.body;
    str main_part = str_from_pos(body, str_find_str(body, S("<h1>")));
    snprintf(known, sizeof known, "%.*s", (int)str_find_str(main_part, S("<form")), main_part.p);
    browser_get(b, FLOW_REQUEST);
    browser_submit(b, "/interaction/forgot", "&step=send&email=bob@nowhere.example");
    assert_int_equal(browser_status(b), 200);
    body = b->last->rs.body;
    main_part = str_from_pos(body, str_find_str(body, S("<h1>")));
    char unknown[40000];
    snprintf(unknown, sizeof unknown, "%.*s", (int)str_find_str(main_part, S("<form")),
             main_part.p);
    assert_null(strstr(known, "ann@"));
    assert_string_equal(known, unknown);
    browser_submit(b, "/interaction/forgot", "&step=send&email=nonsense");
    assert_true(browser_shows(b, 422, "This is not a whole e-mail address."));
    browser_free(b);
}

static void post_reset(struct browser *b, const char *token, const char *password) {
    static char form[60000], csrf[40000];
    browser_field(b, "csrf", csrf);
    snprintf(form, sizeof form, "csrf=%s&token=%s&password=%s", csrf, token, password);
    browser_post(b, "/reset", form);
}

#define CAROL "&email=carol@example.com&password="

static void start_of_a_later_minute(void) {
    int64_t minute = 60 * 1000;
    flow_world()->now_ms += 3 * minute - flow_world()->now_ms % minute;
}

static void the_link_of_the_mail_sets_a_new_password_once(void **state) {
    (void)state;
    struct browser *b = browser_new(), *other = browser_new();
    char link[512], target[600], form[1200];
    struct browser *thief = browser_new();
    start_of_a_later_minute();
    browser_get(thief, FLOW_REQUEST "&prompt=login");
    browser_submit(thief, "/interaction/sign-in", CAROL "a+quiet+river+in+may");
    assert_true(browser_got_code(thief, FLOW_REDIRECT));
    flow_world()->now_ms += 10;
    browser_get(b, FLOW_REQUEST);
    flow_forget_mails();
    browser_submit(b, "/interaction/forgot", "&step=send&email=carol@example.com");
    flow_mailed("/reset?token=", link);
    const char *token = strchr(link, '=') + 1;
    browser_get(b, link);
    assert_true(browser_shows(b, 200, "reset-form"));

    snprintf(form, sizeof form, "csrf=x&token=%s&password=another+river+in+june", token);
    browser_post(other, "/reset", form); /* without the page */
    assert_true(browser_shows(other, 400, "This page has expired"));
    snprintf(form, sizeof form, "token=%s&password=another+river+in+june", token);
    browser_post(b, "/reset", form);
    assert_true(browser_shows(b, 400, "This page has expired"));
    browser_get(b, link);
    b->fetch_site = "cross-site";
    post_reset(b, token, "another+river+in+june");
    assert_true(browser_shows(b, 403, ""));
    b->fetch_site = NULL;

    browser_get(b, link);
    post_reset(b, token, "short");
    assert_true(browser_shows(b, 422, "role=\"alert\""));
    post_reset(b, token, "another+river+in+june");
    assert_true(browser_shows(b, 200, "Your password is set"));
    browser_get(b, link);
    post_reset(b, token, "a+third+river+in+july");
    assert_true(browser_shows(b, 400, "This link does not work"));

    /* In the very same second: who came before is out, who comes now is in. */
    browser_get(thief, FLOW_REQUEST "&prompt=none");
    assert_true(browser_got_error(thief, FLOW_REDIRECT, "login_required"));
    flow_world()->now_ms += 10;
    browser_get(other, FLOW_REQUEST "&prompt=login");
    browser_submit(other, "/interaction/sign-in", CAROL "another+river+in+june");
    assert_true(browser_got_code(other, FLOW_REDIRECT));
    browser_get(other, FLOW_REQUEST "&prompt=none");
    assert_true(browser_got_code(other, FLOW_REDIRECT));
    browser_free(thief);
    snprintf(target, sizeof target, "/reset?token=%s&token=x", token);
    browser_get(other, "/reset");
    assert_true(browser_shows(other, 400, "This link does not work"));
    browser_free(b);
    browser_free(other);
}

/* Longer than the core store would ever take, in a form of a legal length. */
static void a_field_too_long_gets_the_sentence_of_its_page(void **state) {
    (void)state;
    static char more[18000];
    struct browser *b = browser_new();
    int n = snprintf(more, sizeof more, "&email=ann@example.com&password=");
    memset(more + n, 'x', 17000);
    browser_get(b, FLOW_REQUEST "&prompt=login");
    browser_submit(b, "/interaction/sign-in", more);
    assert_true(browser_shows(b, 422, "The e-mail address or the password is not right."));
    start(b, "long@example.com");
    n = snprintf(more, sizeof more, "&code=");
    memset(more + n, '1', 17000);
    more[n + 17000] = '\0';
    browser_submit(b, "/interaction/register/code", more);
    assert_true(browser_shows(b, 422, "This code is not right."));
    browser_free(b);
}

static void a_reset_page_echoes_its_token_escaped(void **state) {
    (void)state;
    struct browser *b = browser_new();
    browser_get(b, "/reset?token=%22%3E%3Cscript%3Ezebra");
    assert_false(browser_sees(b, "<script>zebra"));
    browser_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_person_comes_from_the_sign_in_page_to_a_code),
        cmocka_unit_test(prompt_create_leads_straight_to_registration),
        cmocka_unit_test(nobody_sets_a_password_without_the_code),
        cmocka_unit_test(the_password_comes_from_the_browser_of_the_code_not_from_its_address),
        cmocka_unit_test(wrong_codes_and_addresses_are_told_in_a_sentence),
        cmocka_unit_test(with_two_factor_on_the_code_is_asked),
        cmocka_unit_test(a_second_factor_that_takes_too_long_starts_again),
        cmocka_unit_test(every_address_gets_the_same_answer),
        cmocka_unit_test(the_link_of_the_mail_sets_a_new_password_once),
        cmocka_unit_test(a_field_too_long_gets_the_sentence_of_its_page),
        cmocka_unit_test(a_reset_page_echoes_its_token_escaped),
    };
    return cmocka_run_group_tests(tests, flow_world_open, flow_world_close);
}
