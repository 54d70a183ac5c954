/* prompt, max_age and id_token_hint (OIDC Core 3.1.2.1), from the request to the ID token. */
#include <stdio.h>
#include <stdlib.h>

#include "authz/tests/flow_helper.h"
#include "common/base/base64url.h"
#include "common/base/json_read.h"
#include "common/base/percent.h"

enum outcome { CODE, SIGN_IN, CONSENT, CHOOSE, REGISTER, LOGIN_REQUIRED, CONSENT_REQUIRED };

/* What the browser meets first, by who is signed in there. */
static const struct {
    const char *more;
    enum outcome nobody, new_client, allowed; /* nobody signed in; web2, never allowed; web */
} rows[] = {
    {"", SIGN_IN, CONSENT, CODE},
    {"&prompt=none", LOGIN_REQUIRED, CONSENT_REQUIRED, CODE},
    {"&prompt=login", SIGN_IN, SIGN_IN, SIGN_IN},
    {"&prompt=consent", SIGN_IN, CONSENT, CONSENT},
    {"&prompt=select_account", SIGN_IN, CHOOSE, CHOOSE},
    {"&prompt=create", REGISTER, REGISTER, REGISTER},
    {"&prompt=login%20consent", SIGN_IN, SIGN_IN, SIGN_IN},
    {"&max_age=0", SIGN_IN, SIGN_IN, SIGN_IN},
    {"&max_age=1", SIGN_IN, SIGN_IN, SIGN_IN},
    {"&max_age=10000", SIGN_IN, CONSENT, CODE},
    {"&max_age=0&prompt=none", LOGIN_REQUIRED, LOGIN_REQUIRED, LOGIN_REQUIRED},
    {"&max_age=10000&prompt=none", LOGIN_REQUIRED, CONSENT_REQUIRED, CODE},
    {"&display=page", SIGN_IN, CONSENT, CODE},
    {"&display=popup", SIGN_IN, CONSENT, CODE},
    {"&ui_locales=se&claims_locales=se", SIGN_IN, CONSENT, CODE},
    {"&acr_values=urn%3Ahitkey%3Aacr%3Amfa%20urn%3Ahitkey%3Aacr%3Apwd", SIGN_IN, CONSENT, CODE},
    {"&acr_values=1%202", SIGN_IN, CONSENT, CODE},
    {"&extra=foobar", SIGN_IN, CONSENT, CODE},
};

static const struct {
    const char *form;  /* of the page */
    const char *error; /* of the redirect */
} outcomes[] = {
    [CODE] = {NULL, NULL},
    [SIGN_IN] = {"sign-in-form", NULL},
    [CONSENT] = {"consent-form", NULL},
    [CHOOSE] = {"choose-account-form", NULL},
    [REGISTER] = {"register-form", NULL},
    [LOGIN_REQUIRED] = {NULL, "login_required"},
    [CONSENT_REQUIRED] = {NULL, "consent_required"},
};

static void expect(const struct browser *b, const char *more, const char *target,
                   enum outcome outcome) {
    bool fine = browser_got_code(b, target);
    if (outcomes[outcome].form)
        fine = browser_shows(b, 200, outcomes[outcome].form);
    if (outcomes[outcome].error)
        fine = browser_got_error(b, target, outcomes[outcome].error);
    if (!fine)
        fail_msg("%s at %s: %d", more, target, browser_status(b));
}

#define WEB2                                                                                       \
    "/oauth/authorize?response_type=code&client_id=web2&scope=openid"                              \
    "&redirect_uri=https%3A%2F%2Ftwo.example%2Fother"

static void get_with(struct browser *b, const char *base, const char *more) {
    char target[8192];
    snprintf(target, sizeof target, "%s%s", base, more);
    browser_get(b, target);
}

static void each_request_meets_the_page_or_answer_that_it_asks_for(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    flow_world()->now_ms += 5000;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct browser *nobody = browser_new();
        get_with(nobody, FLOW_REQUEST, rows[i].more);
        expect(nobody, rows[i].more, FLOW_REDIRECT, rows[i].nobody);
        browser_free(nobody);
        get_with(b, FLOW_REQUEST, rows[i].more);
        expect(b, rows[i].more, FLOW_REDIRECT, rows[i].allowed);
        get_with(b, WEB2, rows[i].more);
        expect(b, rows[i].more, "https://two.example/other", rows[i].new_client);
    }
    browser_free(b);
}

/* --- what the ID token says ------------------------------------------------------------------- */

/* Redeems the code of the last answer; the ID token is kept for hints. */
static void redeem(struct browser *b, char id_token[4096]) {
    struct browser *client = browser_new();
    char form[4096];
    AUTO(json_ref) tokens = NULL;
    snprintf(form, sizeof form,
             "grant_type=authorization_code&client_id=web&client_secret=secret&redirect_uri="
             "https%%3A%%2F%%2Fapp.example%%2Fcb&code=%s",
             browser_answer(b, "code"));
    browser_post(client, "/oauth/token", form);
    assert_int_equal(browser_status(client), 200);
    assert_ok(json_read_object(client->last->rs.body, &tokens));
    snprintf(id_token, 4096, "%.*s", STR_FMT(json_read_str(tokens, "id_token")));
    browser_free(client);
}

static json_t *claims_of(const char *id_token) {
    str rest = str_from(id_token), part, payload;
    json_t *claims = NULL;
    assert_true(str_next(&rest, '.', &part) && str_next(&rest, '.', &part));
    assert_ok(base64url_decode(flow_world()->arena, part, &payload));
    assert_ok(json_read_object(payload, &claims));
    return claims;
}

static int64_t auth_time(const char *id_token) {
    AUTO(json_ref) claims = claims_of(id_token);
    int64_t at = 0;
    assert_true(json_read_int(claims, "auth_time", &at));
    return at;
}

static void the_id_token_tells_how_and_when(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    char id_token[4096];
    redeem(b, id_token);
    AUTO(json_ref) claims = claims_of(id_token);
    assert_str(json_read_str(claims, "acr"), "urn:hitkey:acr:pwd");
    assert_str(json_read_str(claims, "nonce"), "n-1");
    assert_int_equal(auth_time(id_token), flow_world()->now_ms / 1000);
    assert_true(str_present(json_read_str(claims, "sid")));
    browser_free(b);
}

static void silent_requests_keep_auth_time_and_new_sign_ins_move_it(void **state) {
    (void)state;
    struct flow_world *w = flow_world();
    struct browser *b = browser_signed_in("ann@example.com");
    char id_token[4096];
    int64_t first = w->now_ms / 1000;
    w->now_ms += 30 * 1000;
    browser_get(b, FLOW_REQUEST "&prompt=none&max_age=10000");
    redeem(b, id_token);
    assert_int_equal(auth_time(id_token), first);
    static const char *const again[] = {"&prompt=login", "&max_age=1", "&max_age=0"};
    for (size_t i = 0; i < COUNT(again); i++) {
        w->now_ms += 2000;
        get_with(b, FLOW_REQUEST, again[i]);
        assert_true(browser_shows(b, 200, "sign-in-form"));
        assert_true(browser_sees(b, "value=\"ann@example.com\"")); /* who is expected */
        w->now_ms += 60 * 1000;                                    /* the person is slow */
        browser_sign_in(b, "ann@example.com");
        redeem(b, id_token);
        assert_int_equal(auth_time(id_token), w->now_ms / 1000);
    }
    browser_free(b);
}

/* --- id_token_hint ---------------------------------------------------------------------------- */

static void get_with_hint(struct browser *b, const char *id_token, const char *more) {
    char target[8192];
    snprintf(target, sizeof target, "%s&id_token_hint=%s%s", FLOW_REQUEST, id_token, more);
    browser_get(b, target);
}

static void a_hint_names_the_person_even_when_it_has_expired(void **state) {
    (void)state;
    struct flow_world *w = flow_world();
    struct browser *ann = browser_signed_in("ann@example.com"),
                   *bob = browser_signed_in("bob@example.com");
    char id_token[4096];
    redeem(ann, id_token);
    w->now_ms += (w->config.id_token_lifetime + 10) * 1000;
    get_with_hint(ann, id_token, "&prompt=none");
    assert_true(browser_got_code(ann, FLOW_REDIRECT));
    get_with_hint(bob, id_token, "&prompt=none");
    assert_true(browser_got_error(bob, FLOW_REDIRECT, "login_required"));
    get_with_hint(bob, id_token, "");
    assert_true(browser_shows(bob, 200, "sign-in-form"));
    browser_sign_in(bob, "bob@example.com"); /* not whom the app expects */
    assert_true(browser_got_error(bob, FLOW_REDIRECT, "login_required"));
    browser_free(ann);
    browser_free(bob);
}

static void a_hint_of_another_client_or_an_altered_one_is_refused(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    char id_token[4096], target[8192];
    redeem(b, id_token);
    snprintf(target, sizeof target, "%s&id_token_hint=%s", WEB2, id_token);
    browser_get(b, target);
    assert_true(browser_got_error(b, "https://two.example/other", "invalid_request"));
    char *payload = strchr(id_token, '.') + 8;
    *payload = *payload == 'A' ? 'B' : 'A';
    get_with_hint(b, id_token, "&prompt=none");
    assert_true(browser_got_error(b, FLOW_REDIRECT, "invalid_request"));
    browser_free(b);
}

/* --- several people --------------------------------------------------------------------------- */

static void a_new_sign_in_asks_nobody_to_choose(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    browser_get(b, FLOW_REQUEST "&prompt=login");
    browser_sign_in(b, "bob@example.com");
    if (browser_sees(b, "consent-form"))
        browser_submit(b, "/interaction/consent", "&decision=allow");
    assert_true(browser_got_code(b, FLOW_REDIRECT));
    browser_get(b, FLOW_REQUEST "&prompt=login");
    assert_true(browser_shows(b, 200, "sign-in-form"));
    browser_get(b, FLOW_REQUEST);
    assert_true(browser_shows(b, 200, "choose-account-form"));
    browser_free(b);
}

/* OIDC Registration 2: default_max_age holds where the request says nothing. */
static void a_client_may_want_young_sign_ins_by_default(void **state) {
    (void)state;
    struct flow_world *w = flow_world();
    int64_t now_ms = w->now_ms;
    static const char request[] =
        "/oauth/authorize?response_type=code&client_id=careful&scope=openid&state=s"
        "&redirect_uri=https%3A%2F%2Fcareful.example%2Fcb";
    char target[512];
    struct browser *b = browser_signed_in("ann@example.com");
    browser_get(b, request);
    browser_submit(b, "/interaction/consent", "&decision=allow");
    assert_true(browser_got_code(b, "https://careful.example/cb"));
    w->now_ms += 61 * 1000L;
    browser_get(b, request);
    assert_true(browser_shows(b, 200, "sign-in-form"));
    snprintf(target, sizeof target, "%s&max_age=3600", request);
    browser_get(b, target);
    assert_true(browser_got_code(b, "https://careful.example/cb"));
    w->now_ms = now_ms;
    browser_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_request_meets_the_page_or_answer_that_it_asks_for),
        cmocka_unit_test(the_id_token_tells_how_and_when),
        cmocka_unit_test(silent_requests_keep_auth_time_and_new_sign_ins_move_it),
        cmocka_unit_test(a_hint_names_the_person_even_when_it_has_expired),
        cmocka_unit_test(a_hint_of_another_client_or_an_altered_one_is_refused),
        cmocka_unit_test(a_new_sign_in_asks_nobody_to_choose),
        cmocka_unit_test(a_client_may_want_young_sign_ins_by_default),
    };
    return cmocka_run_group_tests(tests, flow_world_open, flow_world_close);
}
