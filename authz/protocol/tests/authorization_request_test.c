#include "authz/protocol/authorization_request.h"

#include "authz/protocol/acr.h"
#include "authz/protocol/prompt.h"
#include "common/base/testing.h"

#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define GOOD                                                                                       \
    "client_id=c&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&response_type=code&scope=openid"      \
    "&state=xyz"

static int with_arena(void **state) {
    *state = arena_new(1 << 20);
    return *state ? 0 : -1;
}

static int drop_arena(void **state) {
    arena_free(*state);
    return 0;
}

static err check(struct arena *arena, const char *more, bool public_client,
                 struct authorization_request *rq) {
    struct form form;
    str text;
    TRY(STR_JOIN(arena, &text, S(GOOD), str_from(more)));
    TRY(form_parse(arena, text, &form));
    authorization_request_read(&form, rq);
    return authorization_request_check(&form, public_client, rq);
}

struct row {
    const char *more; /* behind a good request */
    enum err_code error;
};

static const struct row rows[] = {
    {"", E_ok},
    {"&extra=foobar", E_ok},
    {"&prompt=", E_ok}, /* RFC 6749 3.1: no value, no parameter */
    {"&response_mode=query", E_ok},
    {"&response_mode=form_post", E_ok},
    {"&response_mode=fragment", E_ok},
    {"&response_mode=query.jwt", E_invalid_request},
    {"&response_mode=Query", E_invalid_request},
    {"&response_mode=query%0D%0ALocation:%20x", E_invalid_request},
    {"&client_id=d", E_invalid_request},
    {"&state=xyz", E_invalid_request},
    {"&nonce=a&nonce=a", E_invalid_request},
    {"&extra=a&extra=b", E_invalid_request},
    {"&resource=a&resource=b", E_ok},
    {"&registration=%7B%7D", E_registration_not_supported},
    {"&code_challenge=" CHALLENGE "&code_challenge_method=S256", E_ok},
    {"&code_challenge=" CHALLENGE, E_invalid_request},
    {"&code_challenge=" CHALLENGE "&code_challenge_method=plain", E_invalid_request},
    {"&code_challenge=" CHALLENGE "&code_challenge_method=s256", E_invalid_request},
    {"&code_challenge_method=S256", E_invalid_request},
    {"&code_challenge=" CHALLENGE "A&code_challenge_method=S256", E_invalid_request},
    {"&code_challenge=" CHALLENGE "=&code_challenge_method=S256", E_invalid_request},
    {"&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw%2BcM&code_challenge_method=S256",
     E_invalid_request},
    {"&prompt=login", E_ok},
    {"&prompt=none%20login", E_invalid_request},
    {"&prompt=whatever", E_invalid_request},
    {"&max_age=0", E_ok},
    {"&max_age=10000", E_ok},
    {"&max_age=-1", E_invalid_request},
    {"&max_age=1.5", E_invalid_request},
    {"&max_age=ten", E_invalid_request},
    {"&max_age=99999999999999999999", E_invalid_request},
    {"&display=page", E_ok},
    {"&display=popup", E_ok},
    {"&display=hologram", E_ok}, /* OIDC Core 3.1.2.1: pages suit every display */
    {"&ui_locales=se&claims_locales=se&login_hint=buffy%40issuer&acr_values=1%202", E_ok},
};

static void each_parameter_is_taken_or_refused_as_its_row_says(void **state) {
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct authorization_request rq;
        err e = check(*state, rows[i].more, false, &rq);
        if (e.code != rows[i].error)
            fail_msg("%s: %s", rows[i].more, err_name(e.code));
    }
}

/* RFC 6749 4.1.2.1: error_description is %x20-21 / %x23-5B / %x5D-7E. */
static void descriptions_have_only_characters_that_the_rfc_allows(void **state) {
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct authorization_request rq;
        err e = check(*state, rows[i].more, false, &rq);
        for (const char *p = e.why; p && *p; p++)
            assert_true(*p >= 0x20 && *p < 0x7f && *p != '"' && *p != '\\');
    }
}

static void a_public_client_must_send_a_challenge(void **state) {
    struct authorization_request rq;
    assert_err(check(*state, "", true, &rq), invalid_request);
    assert_ok(check(*state, "&code_challenge=" CHALLENGE "&code_challenge_method=S256", true, &rq));
}

static err check_alone(struct arena *arena, const char *text, struct authorization_request *rq) {
    struct form form;
    TRY(form_parse(arena, str_from(text), &form));
    authorization_request_read(&form, rq);
    return authorization_request_check(&form, false, rq);
}

/* A request of nothing but these, and the way of its answer, right or wrong. */
static const struct {
    const char *text;
    enum err_code error;
    enum response_mode mode;
} responses[] = {
    {"client_id=c", E_invalid_request, RESPONSE_MODE_QUERY},
    {"response_type=", E_invalid_request, RESPONSE_MODE_QUERY},
    {"response_type=Code", E_unsupported_response_type, RESPONSE_MODE_QUERY},
    {"response_type=token", E_unsupported_response_type, RESPONSE_MODE_FRAGMENT},
    {"response_type=token&response_mode=form_post", E_unsupported_response_type,
     RESPONSE_MODE_FORM_POST},
    {"response_type=code%20code", E_unsupported_response_type, RESPONSE_MODE_QUERY},
    {"response_type=code%20%20id_token", E_unsupported_response_type, RESPONSE_MODE_FRAGMENT},
    {"response_type=code%20magic", E_unsupported_response_type, RESPONSE_MODE_QUERY},
    {"response_type=none", E_unsupported_response_type, RESPONSE_MODE_QUERY},
    {"response_type=code", E_ok, RESPONSE_MODE_QUERY},
    {"response_type=code&response_mode=fragment", E_ok, RESPONSE_MODE_FRAGMENT},
    {"response_type=code&response_mode=form_post", E_ok, RESPONSE_MODE_FORM_POST},
    {"response_type=code&response_mode=jwt", E_invalid_request, RESPONSE_MODE_QUERY},
    {"response_type=id_token", E_invalid_request, RESPONSE_MODE_FRAGMENT}, /* no nonce */
    {"response_type=id_token&nonce=n", E_ok, RESPONSE_MODE_FRAGMENT},
    {"response_type=id_token&nonce=n&response_mode=fragment", E_ok, RESPONSE_MODE_FRAGMENT},
    {"response_type=id_token&nonce=n&response_mode=form_post", E_ok, RESPONSE_MODE_FORM_POST},
    {"response_type=id_token&nonce=n&response_mode=query", E_invalid_request,
     RESPONSE_MODE_FRAGMENT},
    {"response_type=id_token&nonce=n&response_mode=jwt", E_invalid_request, RESPONSE_MODE_FRAGMENT},
    {"response_type=id_token%20token", E_invalid_request, RESPONSE_MODE_FRAGMENT},
    {"response_type=id_token%20token&nonce=n", E_ok, RESPONSE_MODE_FRAGMENT},
    {"response_type=token%20id_token&nonce=n", E_ok, RESPONSE_MODE_FRAGMENT},
    {"response_type=code%20id_token", E_invalid_request, RESPONSE_MODE_FRAGMENT},
    {"response_type=id_token%20code&nonce=n", E_ok, RESPONSE_MODE_FRAGMENT},
    {"response_type=code%20token", E_ok, RESPONSE_MODE_FRAGMENT}, /* OIDC Core 3.3.2.1 */
    {"response_type=code%20token&response_mode=query", E_invalid_request, RESPONSE_MODE_FRAGMENT},
    {"response_type=code%20id_token%20token", E_invalid_request, RESPONSE_MODE_FRAGMENT},
    {"response_type=token%20id_token%20code&nonce=n", E_ok, RESPONSE_MODE_FRAGMENT},
};

static void each_response_has_its_type_and_its_way(void **state) {
    for (size_t i = 0; i < COUNT(responses); i++) {
        struct authorization_request rq;
        err e = check_alone(*state, responses[i].text, &rq);
        if (e.code != responses[i].error || rq.mode != responses[i].mode)
            fail_msg("%s: %s, mode %d", responses[i].text, err_name(e.code), (int)rq.mode);
    }
}

static void a_public_client_needs_no_challenge_without_a_code(void **state) {
    static const struct {
        const char *type;
        enum err_code error;
    } types[] = {{"id_token", E_ok},
                 {"id_token%20token", E_ok},
                 {"code%20id_token", E_invalid_request},
                 {"code%20token", E_invalid_request},
                 {"code%20id_token%20token", E_invalid_request}};
    for (size_t i = 0; i < COUNT(types); i++) {
        struct authorization_request rq;
        struct form form;
        str text;
        assert_ok(STR_JOIN(*state, &text, S("nonce=n&response_type="), str_from(types[i].type)));
        assert_ok(form_parse(*state, text, &form));
        authorization_request_read(&form, &rq);
        err e = authorization_request_check(&form, true, &rq);
        if (e.code != types[i].error)
            fail_msg("%s: %s", types[i].type, err_name(e.code));
    }
}

static void the_way_of_an_error_is_known_before_the_error(void **state) {
    struct authorization_request rq;
    assert_err(check(*state, "&response_mode=form_post&prompt=x", false, &rq), invalid_request);
    assert_int_equal(rq.mode, RESPONSE_MODE_FORM_POST);
    assert_err(check(*state, "&response_mode=form_post&extra=1&extra=2", false, &rq),
               invalid_request);
    assert_int_equal(rq.mode, RESPONSE_MODE_FORM_POST);
    assert_err(check_alone(*state, "response_mode=form_post&response_mode=query", &rq),
               invalid_request);
    assert_int_equal(rq.mode, RESPONSE_MODE_QUERY);
}

static void a_repeated_parameter_has_no_value(void **state) {
    struct authorization_request rq;
    assert_err(check(*state, "&state=other", false, &rq), invalid_request);
    assert_false(str_present(rq.state));
}

static void what_is_written_reads_the_same_again(void **state) {
    struct authorization_request rq, again;
    str text, once_more;
    assert_ok(check(*state,
                    "&nonce=n%20%26%3D%2B&prompt=login%20consent&max_age=5&foo=bar&"
                    "login_hint=%C3%A9%40x&code_challenge=" CHALLENGE "&code_challenge_method=S256",
                    false, &rq));
    assert_ok(authorization_request_write(*state, &rq, &text));
    assert_true(str_find_str(text, S("foo")) == text.n);
    assert_ok(check_alone(*state, text.p, &again));
    assert_str(again.nonce, "n &=+");
    assert_str(again.login_hint, "\xC3\xA9@x");
    assert_int_equal(again.prompts, PROMPT_LOGIN | PROMPT_CONSENT);
    assert_int_equal(again.max_age_s, 5);
    assert_ok(authorization_request_write(*state, &again, &once_more));
    assert_true(str_eq(text, once_more));
}

static void a_request_that_grows_past_its_maximum_is_refused(void **state) {
    struct authorization_request rq = {.max_age_s = -1};
    char *state_value = arena_alloc(*state, AUTHORIZATION_REQUEST_MAX);
    str text;
    memset(state_value, '/', AUTHORIZATION_REQUEST_MAX);
    rq.state = str_of(state_value, AUTHORIZATION_REQUEST_MAX / 3);
    assert_err(authorization_request_write(*state, &rq, &text), invalid_request);
    rq.state = str_of(state_value, 1000);
    assert_ok(authorization_request_write(*state, &rq, &text));
}

static void scope_is_what_the_client_may_have_of_it(void **state) {
    struct authorization_request rq = {.scope = S("openid foo email openid")};
    str scope;
    assert_ok(authorization_request_scope(*state, &rq, S("email openid profile"), &scope));
    assert_str(scope, "openid email");
    rq.scope = STR_ABSENT;
    assert_ok(authorization_request_scope(*state, &rq, S("email openid"), &scope));
    assert_str(scope, "email openid");
    rq.scope = S("foo bar");
    assert_err(authorization_request_scope(*state, &rq, S("email openid"), &scope), invalid_scope);
    rq.scope = S("openid  email");
    assert_err(authorization_request_scope(*state, &rq, S("email openid"), &scope), invalid_scope);
    rq.scope = S("openid \"email\"");
    assert_err(authorization_request_scope(*state, &rq, S("email openid"), &scope), invalid_scope);
}

static void the_class_of_a_sign_in_is_its_strongest(void **state) {
    (void)state;
    assert_str(acr_of(S("pwd")), "urn:hitkey:acr:pwd");
    assert_str(acr_of(S("pwd otp mfa")), "urn:hitkey:acr:mfa");
    assert_str(acr_of(S("pwd mfa")), "urn:hitkey:acr:mfa"); /* a recovery code */
    assert_str(acr_of(S("pwd otp")), "urn:hitkey:acr:mfa"); /* a sign-in stored long ago */
    assert_false(str_present(acr_of(S(""))));
    assert_false(str_present(acr_of(S("pwdotp"))));
}

static void the_class_that_is_wanted_most_is_the_one_told(void **state) {
    (void)state;
#define PWD "urn:hitkey:acr:pwd"
#define MFA "urn:hitkey:acr:mfa"
    assert_str(acr_choose(S("pwd"), S(MFA " " PWD)), PWD);
    assert_str(acr_choose(S("pwd otp"), S(PWD " " MFA)), PWD);
    assert_str(acr_choose(S("pwd mfa"), S(PWD " " MFA)), PWD);
    assert_str(acr_choose(S("pwd mfa"), S(MFA)), MFA);
    assert_str(acr_choose(S("pwd otp"), S("1 2")), MFA);
    assert_str(acr_choose(S("pwd otp"), STR_ABSENT), MFA);
    assert_str(acr_choose(S("pwd"), S(MFA)), PWD);
    assert_true(acr_known(S("1 " PWD)));
    assert_false(acr_known(S("1 2")));
    assert_false(acr_known(S("")));
    assert_false(acr_meets(S("pwd"), S(MFA)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, with_arena, drop_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(each_parameter_is_taken_or_refused_as_its_row_says),
        TEST(descriptions_have_only_characters_that_the_rfc_allows),
        TEST(a_public_client_must_send_a_challenge),
        TEST(each_response_has_its_type_and_its_way),
        TEST(a_public_client_needs_no_challenge_without_a_code),
        TEST(the_way_of_an_error_is_known_before_the_error),
        TEST(a_repeated_parameter_has_no_value),
        TEST(what_is_written_reads_the_same_again),
        TEST(a_request_that_grows_past_its_maximum_is_refused),
        TEST(scope_is_what_the_client_may_have_of_it),
        TEST(the_class_of_a_sign_in_is_its_strongest),
        TEST(the_class_that_is_wanted_most_is_the_one_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
