/* The account pages of what is sensitive: addresses, the password, the second step. */
#include <liboath/oath.h>
#include <stdio.h>
#include <stdlib.h>

#include "authz/tests/home_helper.h"

#define MINUTE INT64_C(60000)

static struct browser *ann(void) {
    return browser_at_home("ann@example.com");
}

/* --- e-mail addresses ------------------------------------------------------------------------- */

static void an_address_is_added_proven_chosen_and_removed(void **state) {
    (void)state;
    char code[512], id[512], old[512], more[1200];
    struct browser *b = browser_at_home("bob@example.com");
    flow_forget_mails();
    browser_change(b, "/account/emails", "&do=add&email=bob2@example.com");
    browser_expect(b, 200, "A code is on its way", "add");
    flow_mailed(NULL, code);
    browser_change(b, "/account/emails", "&do=verify&email=bob2@example.com&code=000000");
    browser_expect(b, 422, "This code is not right.", "wrong code");
    browser_change(b, "/account/emails", "&do=verify&email=bob2@example.com&code=12");
    browser_expect(b, 422, "This code is not right.", "half a code");
    browser_change(b, "/account/emails", "&do=resend&email=bob2@example.com");
    browser_expect(b, 429, "Too many tries. Wait", "resend at once");
    assert_true(str_present(test_request_answer(b->last, "Retry-After")));
    snprintf(more, sizeof more, "&do=verify&email=bob2@example.com&code=%s", code);
    browser_change(b, "/account/emails", more);
    browser_expect(b, 200, "The address is confirmed.", "verify");

    browser_pick(b, "id=\"default-", id);
    snprintf(more, sizeof more, "&do=default&id=%s", id);
    browser_change(b, "/account/emails", more);
    browser_expect(b, 200, "The main address is another one now.", "default");
    browser_pick(b, "id=\"remove-", old);
    snprintf(more, sizeof more, "&do=remove&id=%s", old);
    browser_change(b, "/account/emails", more);
    browser_expect(b, 200, "The address is removed.", "remove");
    assert_false(browser_sees(b, ">bob@example.com<"));
    snprintf(more, sizeof more, "&do=remove&id=%s", old);
    browser_change(b, "/account/emails", more);
    browser_expect(b, 422, "It is not there any more.", "again");
    snprintf(more, sizeof more, "&do=remove&id=%s", id);
    browser_change(b, "/account/emails", more);
    browser_expect(b, 422, "This is the only confirmed address", "the only one");
    browser_free(b);
}

static void addresses_are_refused_beside_their_field(void **state) {
    (void)state;
    static const struct {
        const char *form, *sentence;
    } rows[] = {
        {"&do=add", "This is not a whole e-mail address."},
        {"&do=add&email=nobody", "This is not a whole e-mail address."},
        {"&do=add&email=ann@example.com", "This address belongs to an account already."},
    };
    struct browser *b = ann();
    for (size_t i = 0; i < COUNT(rows); i++) {
        browser_change(b, "/account/emails", rows[i].form);
        browser_expect(b, 422, rows[i].sentence, rows[i].form);
        browser_expect(b, 422, "aria-invalid=\"true\" aria-describedby=\"email-note\"",
                       rows[i].form);
    }
    browser_free(b);
}

/* Ids of another person, and what is no id. */
static void addresses_of_others_cannot_be_named(void **state) {
    (void)state;
    static const char *const ids[] = {"", "..", "../../me", "x%2Fdefault", "%00", "a?b"};
    char id[512], more[1200];
    struct browser *b = ann(), *bob = browser_at_home("bob2@example.com");
    browser_change(bob, "/account/emails", "&do=add&email=bob3@example.com");
    browser_pick(bob, "id=\"remove-", id);
    snprintf(more, sizeof more, "&do=remove&id=%s", id);
    browser_change(b, "/account/emails", more);
    browser_expect(b, 422, "It is not there any more.", "remove");
    snprintf(more, sizeof more, "&do=default&id=%s", id);
    browser_change(b, "/account/emails", more);
    browser_expect(b, 422, "It is not there any more.", "default");
    for (size_t i = 0; i < COUNT(ids); i++) {
        snprintf(more, sizeof more, "&do=remove&id=%s", ids[i]);
        browser_change(b, "/account/emails", more);
        assert_true(browser_status(b) == 404 || browser_status(b) == 400);
    }
    browser_get(bob, "/account/emails");
    assert_true(browser_sees(bob, "bob3@example.com"));
    browser_free(bob);
    browser_free(b);
}

/* --- password --------------------------------------------------------------------------------- */

static void a_new_password_ends_every_other_sign_in(void **state) {
    (void)state;
    struct browser *here = browser_at_home("bob2@example.com"),
                   *there = browser_at_home("bob2@example.com");
    browser_change(here, "/account/password",
                   "&current_password=a+quiet+river+in+may&password=a+loud+river+in+june");
    browser_expect(here, 200, "The password is changed.", "changed");
    browser_get(here, "/account");
    assert_true(browser_shows(here, 200, "bob2@example.com"));
    browser_get(there, "/account");
    assert_int_equal(browser_status(there), 303);
    browser_change(here, "/account/password",
                   "&current_password=a+loud+river+in+june&password=a+quiet+river+in+may");
    browser_expect(here, 200, "The password is changed.", "changed back");
    browser_free(there);
    browser_free(here);
}

static void passwords_are_refused_beside_their_field(void **state) {
    (void)state;
    static const struct {
        const char *form, *sentence, *note;
    } rows[] = {
        {"", "Fill this in.", "current-note"},
        {"&current_password=&password=a+new+river+in+may", "Fill this in.", "current-note"},
        {"&current_password=wrong&password=a+new+river+in+may", "The current password is wrong.",
         "current-note"},
        {"&current_password=a+quiet+river+in+may&password=short", "This password is too short.",
         "password-note"},
        {"&current_password=a+quiet+river+in+may&password=password123", "easily guessed",
         "password-note"},
    };
    struct browser *b = ann();
    for (size_t i = 0; i < COUNT(rows); i++) {
        browser_change(b, "/account/password", rows[i].form);
        browser_expect(b, 422, rows[i].sentence, rows[i].form);
        browser_expect(b, 422, rows[i].note, rows[i].form);
        assert_false(browser_sees(b, "quiet river"));
    }
    browser_free(b);
}

/* --- the second step -------------------------------------------------------------------------- */

static void code_of(const char *base32, int64_t now_ms, char out[16]) {
    char *key;
    size_t n;
    assert_int_equal(oath_base32_decode(base32, strlen(base32), &key, &n), OATH_OK);
    assert_int_equal(oath_totp_generate(key, n, now_ms / 1000, 30, 0, 6, out), OATH_OK);
    free(key);
}

static void the_second_step_is_set_up_used_and_turned_off(void **state) {
    (void)state;
    char base32[512], code[16], more[1024], recovery[512];
    static char key[40000];
    struct flow_world *w = flow_world();
    struct browser *b = ann();
    browser_change(b, "/account/two-factor", "&do=setup");
    browser_expect(b, 200, "data:image/svg+xml;base64,", "set-up");
    browser_pick(b, "aria-labelledby=\"key-label\">", base32);
    browser_field(b, "key", key);
    static char wrong[41000];
    snprintf(wrong, sizeof wrong, "&do=enable&code=000000&key=%s", key);
    browser_submit_own(b, "/account/two-factor", wrong);
    browser_expect(b, 422, "This code is not right.", "wrong code");
    assert_true(browser_sees(b, base32)); /* no other one to scan */

    code_of(base32, w->now_ms, code);
    snprintf(more, sizeof more, "&do=enable&code=%.3s+%s", code, code + 3);
    browser_submit_own(b, "/account/two-factor", more);
    browser_expect(b, 200, "The second step is on.", "enabled");
    browser_pick(b, "id=\"recovery-codes\">\n<li>", recovery);
    browser_get(b, "/account/two-factor");
    assert_false(browser_sees(b, recovery)); /* shown once */

    browser_change(b, "/account/two-factor", "&do=setup");
    browser_expect(b, 422, "The second step is on already.", "set-up again");
    browser_change(b, "/account/two-factor", "&do=disable&code=");
    browser_expect(b, 422, "This code is not right.", "no code");
    snprintf(more, sizeof more, "&do=renew&code=%s", recovery);
    browser_change(b, "/account/two-factor", more);
    browser_expect(b, 200, "The old recovery codes no longer work.", "renewed");
    browser_change(b, "/account/two-factor", more);
    browser_expect(b, 422, "This code is not right.", "an old recovery code");
    w->now_ms += MINUTE;
    code_of(base32, w->now_ms, code);
    snprintf(more, sizeof more, "&do=disable&code=%s", code);
    browser_change(b, "/account/two-factor", more);
    browser_expect(b, 200, "The second step is off.", "disabled");
    browser_change(b, "/account/two-factor", "&do=disable&code=123456");
    browser_expect(b, 422, "The second step is off already.", "disabled again");
    browser_free(b);
}

static void a_code_without_a_set_up_says_so(void **state) {
    (void)state;
    struct browser *b = browser_at_home("bob2@example.com");
    browser_change(b, "/account/two-factor", "&do=enable&code=123456");
    browser_expect(b, 422, "The key was made too long ago.", "enable");
    browser_change(b, "/account/two-factor", "&do=enable&code=123456&key=stolen");
    assert_false(browser_sees(b, "stolen"));
    browser_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_added_proven_chosen_and_removed),
        cmocka_unit_test(addresses_are_refused_beside_their_field),
        cmocka_unit_test(addresses_of_others_cannot_be_named),
        cmocka_unit_test(a_new_password_ends_every_other_sign_in),
        cmocka_unit_test(passwords_are_refused_beside_their_field),
        cmocka_unit_test(the_second_step_is_set_up_used_and_turned_off),
        cmocka_unit_test(a_code_without_a_set_up_says_so),
    };
    return cmocka_run_group_tests(tests, flow_world_open, flow_world_close);
}
