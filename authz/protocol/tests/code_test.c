#include "authz/protocol/code.h"

#include "common/base/testing.h"

static const struct seal_key key = {{1, 2, 3}}, other_key = {{1, 2, 4}};

static struct code ordinary(void) {
    return (struct code){
        .client_id = S("0123456789abcdef0123456789abcdef"),
        .user_id = S("6f0e1d2c-3b4a-4958-8677-8695a4b3c2d1"),
        .sid = S("MDEyMzQ1Njc4OWFiY2RlZg"),
        .signed_in_ms = 1700000000123,
        .acr = S("urn:hitkey:pwd"),
        .amr = S("pwd otp"),
        .scope = S("openid profile email offline_access"),
        .redirect_uri = S("https://partner.example/signin/callback"),
        .redirect_uri_given = true,
        .nonce = S("n-0S6_WzA2MjN-0S6_WzA2MjN-0S6_WzA2MjN"),
        .challenge = S("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        .id = S("0123456789abcdef"),
        .expires_ms = 1700000600000,
    };
}

static void assert_same(str a, str b) {
    assert_true(str_eq(a, b));
}

static void what_was_sealed_comes_out(void **state) {
    (void)state;
    struct arena *arena = arena_new(65536);
    struct code in = ordinary(), out;
    str text;
    assert_ok(code_seal(&key, arena, &in, &text));
    assert_true(text.n < 700);
    assert_ok(code_open(&key, arena, text, &out));
    assert_same(in.client_id, out.client_id);
    assert_same(in.user_id, out.user_id);
    assert_same(in.sid, out.sid);
    assert_same(in.acr, out.acr);
    assert_same(in.amr, out.amr);
    assert_same(in.scope, out.scope);
    assert_same(in.redirect_uri, out.redirect_uri);
    assert_same(in.nonce, out.nonce);
    assert_same(in.challenge, out.challenge);
    assert_same(in.id, out.id);
    assert_int_equal(in.signed_in_ms, out.signed_in_ms);
    assert_int_equal(in.expires_ms, out.expires_ms);
    assert_true(out.redirect_uri_given);
    arena_free(arena);
}

static void absent_stays_absent_and_empty_stays_empty(void **state) {
    (void)state;
    struct arena *arena = arena_new(65536);
    struct code in = ordinary(), out;
    str text;
    in.nonce = in.challenge = STR_ABSENT;
    in.scope = S("");
    in.redirect_uri_given = false;
    assert_ok(code_seal(&key, arena, &in, &text));
    assert_ok(code_open(&key, arena, text, &out));
    assert_false(str_present(out.nonce));
    assert_false(str_present(out.challenge));
    assert_true(str_present(out.scope) && str_empty(out.scope));
    assert_false(out.redirect_uri_given);
    arena_free(arena);
}

static void a_change_of_any_character_is_noticed(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 24);
    struct code in = ordinary(), out;
    str text, copy;
    assert_ok(code_seal(&key, arena, &in, &text));
    for (size_t i = 0; i < text.n; i++) {
        char changed[2048];
        memcpy(changed, text.p, text.n);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        assert_err(code_open(&key, arena, str_of(changed, text.n), &out), invalid_grant);
    }
    for (size_t n = 0; n < text.n; n++)
        assert_err(code_open(&key, arena, str_head(text, n), &out), invalid_grant);
    assert_ok(STR_JOIN(arena, &copy, text, S("=")));
    assert_err(code_open(&key, arena, copy, &out), invalid_grant);
    assert_err(code_open(&key, arena, STR_ABSENT, &out), invalid_grant);
    arena_free(arena);
}

static void sealed_text_of_another_key_or_purpose_is_no_code(void **state) {
    (void)state;
    struct arena *arena = arena_new(65536);
    struct code in = ordinary(), out;
    str text;
    assert_ok(code_seal(&other_key, arena, &in, &text));
    assert_err(code_open(&key, arena, text, &out), invalid_grant);
    assert_ok(seal(&key, S("interaction"), S("{}"), arena, &text));
    assert_err(code_open(&key, arena, text, &out), invalid_grant);
    /* ours, but of another layout */
    assert_ok(seal(&key, S("authorization code"), S("{}"), arena, &text));
    assert_err(code_open(&key, arena, text, &out), invalid_grant);
    arena_free(arena);
}

static void a_request_that_is_too_large_is_refused(void **state) {
    (void)state;
    static char nonce[CODE_PLAIN_MAX + 1];
    struct arena *arena = arena_new(1 << 20);
    struct code in = ordinary();
    str text;
    memset(nonce, 'n', sizeof nonce);
    in.nonce = str_of(nonce, sizeof nonce);
    assert_err(code_seal(&key, arena, &in, &text), invalid_request);
    in.nonce = str_of(nonce, CODE_PLAIN_MAX);
    assert_err(code_seal(&key, arena, &in, &text), invalid_request);
    in.nonce = str_of(nonce, 4000);
    assert_ok(code_seal(&key, arena, &in, &text));
    assert_true(text.n <= 8192);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_sealed_comes_out),
        cmocka_unit_test(absent_stays_absent_and_empty_stays_empty),
        cmocka_unit_test(a_change_of_any_character_is_noticed),
        cmocka_unit_test(sealed_text_of_another_key_or_purpose_is_no_code),
        cmocka_unit_test(a_request_that_is_too_large_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
