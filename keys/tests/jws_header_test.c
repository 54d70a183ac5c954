/* Tokens that are signed with more in their header than alg, typ and kid. */
#include <openssl/err.h>

#include "common/base/json_read.h"
#include "keys/jws.h"
#include "keys/tests/keys_helper.h"

static struct arena *arena;
static struct jwk *key; /* ES256, with a kid */

static int open_all(void **state) {
    (void)state;
    arena = arena_new(1 << 22);
    assert_ok(jwk_generate(JOSE_ES256, &key));
    return 0;
}

static int close_all(void **state) {
    (void)state;
    jwk_free(key);
    arena_free(arena);
    return 0;
}

/* The header as text, of a token that verifies. */
static str header_of(const struct jws_header *header) {
    AUTO(jws_ref) jws = {0};
    str token, text;
    assert_ok(jws_sign_header(key, header, S("{}"), arena, &token));
    assert_ok(jws_parse(arena, token, &jws));
    assert_ok(jws_verify(&jws, JOSE_ES256, key));
    assert_str(jws.payload, "{}");
    assert_ok(json_read_dump(arena, jws.header, &text));
    return text;
}

static void each_member_stands_where_it_is_given(void **state) {
    (void)state;
    str bare, expected;
    json_t *more = helper_json("{'iss':'i','x5c':['AAAA'],'nested':{'a':[1,null]}}");
    assert_ok(jwk_bare_json(key, arena, &bare));
    assert_ok(STR_JOIN(arena, &expected, S("{\"alg\":\"ES256\",\"typ\":\"dpop+jwt\",\"jwk\":"),
                       bare, S("}")));
    assert_true(str_eq(
        header_of(&(struct jws_header){.alg = JOSE_ES256, .typ = S("dpop+jwt"), .jwk = bare}),
        expected));
    assert_ok(STR_JOIN(arena, &expected, S("{\"alg\":\"ES256\",\"cty\":\"JWT\",\"kid\":\""),
                       jwk_kid(key),
                       S("\",\"iss\":\"i\",\"x5c\":[\"AAAA\"],\"nested\":{\"a\":[1,null]}}")));
    assert_true(
        str_eq(header_of(&(struct jws_header){.alg = JOSE_ES256, .cty = S("JWT"), .more = more}),
               expected));
    json_decref(more);
}

static void members_that_have_a_place_or_a_meaning_of_their_own_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "{'alg':'none'}", "{'typ':'x'}",   "{'cty':'x'}",   "{'jwk':{}}",   "{'kid':'x'}",
        "{'crit':['x']}", "{'b64':false}", "{'zip':'DEF'}", "{'alg':null}", "{'x':1,'crit':null}"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        str token;
        json_t *more = helper_json(bad[i]);
        assert_err(jws_sign_header(key, &(struct jws_header){.alg = JOSE_ES256, .more = more},
                                   S("{}"), arena, &token),
                   jose_malformed);
        json_decref(more);
    }
}

static void a_key_that_does_not_fit_does_not_sign(void **state) {
    (void)state;
    str token;
    for (int alg = JOSE_NONE; alg < JOSE_ALG_COUNT; alg++)
        if (alg != JOSE_ES256)
            assert_err(jws_sign_header(key, &(struct jws_header){.alg = (enum jose_alg)alg},
                                       S("{}"), arena, &token),
                       jose_key);
}

/* The queue belongs to the program: its own entries stay, ours do not. */
static void openssl_s_queue_of_errors_is_left_as_it_was(void **state) {
    (void)state;
    for (int before = 0; before < 2; before++) {
        struct jwk *bad = NULL;
        if (before)
            ERR_raise(ERR_LIB_USER, 42);
        str input = helper_input(arena, "{'alg':'ES256'}", "{}");
        static const char zeros[64];
        assert_err(
            helper_verify(arena, helper_token(arena, input, str_of(zeros, 64)), JOSE_ES256, key),
            jose_signature);
        json_t *json = helper_json("{'kty':'EC','crv':'P-256',"
                                   "'x':'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',"
                                   "'y':'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'}");
        assert_err(jwk_import(json, &bad), jose_key);
        json_decref(json);
        assert_int_equal(ERR_GET_REASON(ERR_get_error()), before ? 42 : 0);
        assert_int_equal(ERR_get_error(), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_that_have_a_place_or_a_meaning_of_their_own_are_refused),
        cmocka_unit_test(a_key_that_does_not_fit_does_not_sign),
        cmocka_unit_test(each_member_stands_where_it_is_given),
        cmocka_unit_test(openssl_s_queue_of_errors_is_left_as_it_was),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
