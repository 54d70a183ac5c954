/* What is no token: refused before any key is looked at. */
#include "keys/jws.h"

#include <stdlib.h>

#include "keys/tests/jws_sign_helper.h"
#include "keys/tests/keys_helper.h"

static struct arena *arena;
static struct jwk *key; /* HS256: a token that passes the parser verifies */

static int open_all(void **state) {
    (void)state;
    arena = arena_new(1 << 24);
    key = helper_key(JOSE_HS256);
    return 0;
}

static int close_all(void **state) {
    (void)state;
    jwk_free(key);
    arena_free(arena);
    return 0;
}

/* The bytes of helper_key(JOSE_HS256). */
static str raw_key(void) {
    return helper_from_hex(arena,
                           "0323354b2b0fa5bc837e0665777ba68f5ab328e6f054c928a90f84b2d2502ebf"
                           "d3fb5a92d20647ef968ab4c377623d223d2e2172052e4f08c0cd9af567d080a3");
}

/* Whatever the header, the signature is a right HMAC: only the header can be why. */
static str token_with(const char *header) {
    str input = helper_input(arena, header, "{}");
    return helper_token(arena, input, helper_hmac(arena, JOSE_HS256, raw_key(), input));
}

static err take(str token) {
    return helper_verify(arena, token, JOSE_HS256, key);
}

static void headers_that_ask_for_an_extension_are_refused(void **state) {
    (void)state;
    static const char *const headers[] = {
        "{'alg':'HS256','crit':['exp']}", "{'alg':'HS256','crit':[]}",
        "{'alg':'HS256','crit':null}",    "{'alg':'HS256','crit':['b64'],'b64':false}",
        "{'alg':'HS256','b64':false}",    "{'alg':'HS256','b64':true}",
        "{'alg':'HS256','zip':'DEF'}",
    };
    for (size_t i = 0; i < COUNT(headers); i++)
        assert_err(take(token_with(headers[i])), jose_malformed);
}

static void headers_that_are_no_object_of_unique_members_are_refused(void **state) {
    (void)state;
    static const char *const headers[] = {
        "",
        "[]",
        "'HS256'",
        "null",
        "1",
        "{'alg':'HS256'",
        "{'alg':'HS256'} ,",
        "{'alg':'HS256'}{}",
        "{'alg':'HS256','alg':'HS256'}",
        "{'alg':'HS256','kid':'a','kid':'b'}",
        "{'alg':'none','alg':'HS256'}",
        "{'alg':'HS256','x':{'a':1,'a':2}}",
        "{'alg':'HS256','kid':5}",
        "{'alg':'HS256','kid':null}",
        "{'alg':'HS256','kid':['h']}",
        "{'alg':'HS256','x':[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}",
        "{'alg':'HS256','x':'\xff'}",
        "{'alg':'HS256','x':'\xc0\x80'}",
    };
    for (size_t i = 0; i < COUNT(headers); i++)
        assert_err(take(token_with(headers[i])), jose_malformed);
}

static void algorithms_that_are_none_or_unknown_are_refused(void **state) {
    (void)state;
    static const char *const headers[] = {
        "{}",
        "{'alg':'none'}",
        "{'alg':'None'}",
        "{'alg':'NONE'}",
        "{'alg':'nOnE'}",
        "{'alg':''}",
        "{'alg':null}",
        "{'alg':256}",
        "{'alg':['HS256']}",
        "{'alg':{'alg':'HS256'}}",
        "{'alg':'hs256'}",
        "{'alg':'HS256 '}",
        "{'alg':' HS256'}",
        "{'alg':'HS256\\u0000'}",
        "{'alg':'HS1'}",
        "{'alg':'RSA1_5'}",
        "{'alg':'ES256K'}",
        "{'alg':'dir'}",
        "{'Alg':'HS256'}",
    };
    for (size_t i = 0; i < COUNT(headers); i++) {
        err e = take(token_with(headers[i]));
        /* An escaped NUL is refused with the text already. */
        assert_true(err_is(e, E_jose_algorithm) ||
                    (strstr(headers[i], "u0000") && err_is(e, E_jose_malformed)));
    }
}

/* The key comes from the caller, never from the token. */
static void keys_in_the_header_are_ignored(void **state) {
    (void)state;
    struct jwk *other =
        helper_jwk("{'kty':'oct','k':'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'}");
    static const char *const headers[] = {
        "{'alg':'HS256','jku':'http://127.0.0.1:1/jwks'}",
        "{'alg':'HS256','x5u':'http://127.0.0.1:1/cert'}",
        "{'alg':'HS256','jwk':{'kty':'oct','k':'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'}}",
        "{'alg':'HS256','x5c':['AAAA']}",
    };
    for (size_t i = 0; i < COUNT(headers); i++) {
        str token = token_with(headers[i]);
        assert_ok(take(token));
        assert_err(helper_verify(arena, token, JOSE_HS256, other), jose_signature);
    }
    /* Signed with the key that it carries. */
    str own =
        helper_from_hex(arena, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    str input = helper_input(arena, headers[2], "{}");
    str forged = helper_token(arena, input, helper_hmac(arena, JOSE_HS256, own, input));
    assert_ok(helper_verify(arena, forged, JOSE_HS256, other));
    assert_err(take(forged), jose_signature);
    jwk_free(other);
}

static void other_than_three_strict_parts_are_refused(void **state) {
    (void)state;
    str good = token_with("{'alg':'HS256'}"), part[3], rest = good;
    for (size_t i = 0; i < 3; i++)
        assert_true(str_next(&rest, '.', &part[i]));
    assert_ok(take(good));
    const struct {
        str pieces[7];
    } rows[] = {
        {{S("")}},
        {{S(".")}},
        {{S("..")}},
        {{S("...")}},
        {{part[0]}},
        {{part[0], S("."), part[1]}},
        {{part[0], S("."), part[1], S(".")}},
        {{part[0], S(".."), part[2]}},
        {{S("."), part[1], S("."), part[2]}},
        {{good, S(".")}},
        {{good, S("."), part[2]}},
        {{good, S("."), part[1], S("."), part[2]}},
        {{good, S("."), part[1], S("."), part[2], S("."), part[2]}},
        {{good, S("=")}},
        {{good, S("\n")}},
        {{good, S(" ")}},
        {{good, str_of("\0", 1)}},
        {{S(" "), good}},
        {{S("Bearer "), good}},
        {{part[0], S("="), S("."), part[1], S("."), part[2]}},
        {{part[0], S("."), part[1], S("="), S("."), part[2]}},
        {{part[0], S("+."), part[1], S("."), part[2]}},
        {{part[0], S("/."), part[1], S("."), part[2]}},
        {{part[0], S("%2E"), part[1], S("."), part[2]}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        str token;
        assert_ok(str_join(arena, rows[i].pieces, 7, &token));
        assert_err(take(token), jose_malformed);
    }
    struct jws jws;
    assert_err(jws_parse(arena, STR_ABSENT, &jws), jose_malformed);
}

/* 32 bytes leave two bits over in their last character: four texts, one of them right. */
static void bits_left_over_are_refused(void **state) {
    (void)state;
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    str good = token_with("{'alg':'HS256'}");
    char *copy = arena_alloc(arena, good.n);
    memcpy(copy, good.p, good.n);
    size_t last = (size_t)(strchr(alphabet, copy[good.n - 1]) - alphabet);
    for (size_t bits = 1; bits < 4; bits++) {
        copy[good.n - 1] = alphabet[last ^ bits];
        assert_err(take(str_of(copy, good.n)), jose_malformed);
    }
}

static void a_token_over_16_kilobytes_is_refused(void **state) {
    (void)state;
    for (size_t payload = 8 * 1024; payload <= 13 * 1024; payload += 5 * 1024) {
        char *text = calloc(1, payload + 1);
        memset(text, 'x', payload);
        str input = helper_input(arena, "{'alg':'HS256'}", text);
        str token = helper_token(arena, input, helper_hmac(arena, JOSE_HS256, raw_key(), input));
        if (token.n > JWS_MAX)
            assert_err(take(token), jose_malformed);
        else
            assert_ok(take(token));
        free(text);
    }
}

static void the_parts_of_a_token_are_given(void **state) {
    (void)state;
    AUTO(jws_ref) jws = {0};
    str token = token_with("{'typ':'at+jwt','alg':'HS256','kid':'key 1','x':[1]}");
    assert_ok(jws_parse(arena, token, &jws));
    assert_int_equal(jws.alg, JOSE_HS256);
    assert_str(jws.kid, "key 1");
    assert_str(jws.typ, "at+jwt");
    assert_str(jws.payload, "{}");
    assert_int_equal(jws.signature.n, 32);
    assert_true(json_is_array(json_object_get(jws.header, "x")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_that_ask_for_an_extension_are_refused),
        cmocka_unit_test(headers_that_are_no_object_of_unique_members_are_refused),
        cmocka_unit_test(algorithms_that_are_none_or_unknown_are_refused),
        cmocka_unit_test(keys_in_the_header_are_ignored),
        cmocka_unit_test(other_than_three_strict_parts_are_refused),
        cmocka_unit_test(bits_left_over_are_refused),
        cmocka_unit_test(a_token_over_16_kilobytes_is_refused),
        cmocka_unit_test(the_parts_of_a_token_are_given),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
