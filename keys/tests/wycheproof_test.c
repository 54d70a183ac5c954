/* Wycheproof's vectors for signatures, tokens, key sets and encrypted tokens: what is valid passes,
 * what is not is refused. Where we are stricter, the table of the test says so and why. */
#include <stdlib.h>

#include "common/base/base64url.h"
#include "common/base/json_read.h"
#include "keys/jwe.h"
#include "keys/jws.h"
#include "keys/tests/keys_helper.h"

/* Valid vectors that are refused here. */
struct stricter {
    int first, last; /* tcId */
    const char *why;
};

static json_t *load(const char *path) {
    json_error_t error;
    json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!json)
        fail_msg("%s: %s", path, error.text);
    return json;
}

static str text_at(const json_t *row, size_t i) {
    const json_t *value = json_array_get(row, i);
    assert_true(json_is_string(value));
    return str_of(json_string_value(value), json_string_length(value));
}

/* "valid", but for the rows of the table; "acceptable" is not good enough. */
static bool should_pass(const json_t *row, const struct stricter *table, size_t n) {
    json_int_t id = json_integer_value(json_array_get(row, 0));
    for (size_t i = 0; i < n; i++)
        if (id >= table[i].first && id <= table[i].last)
            return false;
    return str_eq(text_at(row, json_array_size(row) - 1), S("valid"));
}

/* How many rows passed and were refused, so that a file that lost its rows is noticed. */
struct tally {
    int passed, refused;
};

static void count(struct tally *tally, const json_t *group, const json_t *row, bool want, err got) {
    if (failed(got) == want)
        fail_msg("%s, tcId %d, %s: %s %s", json_string_value(json_object_get(group, "name")),
                 (int)json_integer_value(json_array_get(row, 0)), text_at(row, 1).p,
                 err_name(got.code), got.why ? got.why : "");
    tally->passed += want;
    tally->refused += !want;
}

static void assert_tally(const struct tally *tally, int passed, int refused) {
    assert_int_equal(tally->passed, passed);
    assert_int_equal(tally->refused, refused);
}

#define EACH(i, row, array) json_array_foreach((array), i, row)

/* Judges each row of the file by `judge`, which is given the row's group. */
typedef err judge_row(struct arena *arena, const json_t *group, const json_t *row);
static struct tally judge_file(const char *path, const struct stricter *stricter, size_t n,
                               judge_row *judge) {
    AUTO(json_ref) file = load(path);
    struct tally tally = {0};
    json_t *group, *row;
    size_t g, i;
    EACH(g, group, json_object_get(file, "groups"))
    EACH(i, row, json_object_get(group, "tests")) {
        struct arena *arena = arena_new(1 << 20);
        count(&tally, group, row, should_pass(row, stricter, n), judge(arena, group, row));
        arena_free(arena);
    }
    return tally;
}

/* --- signatures ----------------------------------------------------------------------------- */

static err verify_bytes(struct arena *arena, const struct jwk *key, enum jose_alg alg,
                        const json_t *row) {
    struct jws jws = {.alg = alg};
    str text = text_at(row, 2);
    if (text.n)
        TRY(base64url_decode(arena, text, &jws.signing_input));
    else
        jws.signing_input = S("");
    if (text_at(row, 3).n)
        TRY(base64url_decode(arena, text_at(row, 3), &jws.signature));
    return jws_verify(&jws, alg, key);
}

static void signatures_are_judged_alike(void **state) {
    (void)state;
    AUTO(json_ref) file = load("keys/tests/wycheproof/signatures.json");
    struct tally tally = {0};
    json_t *group, *row;
    size_t g, i;
    EACH(g, group, json_object_get(file, "groups")) {
        struct arena *arena = arena_new(1 << 22);
        struct jwk *key;
        enum jose_alg alg = jose_alg_from(json_read_str(group, "alg"));
        assert_ok(jwk_from_pem(json_read_str(group, "pem"), STR_ABSENT, alg, &key));
        EACH(i, row, json_object_get(group, "tests"))
        count(&tally, group, row, should_pass(row, NULL, 0), verify_bytes(arena, key, alg, row));
        jwk_free(key);
        arena_free(arena);
    }
    assert_tally(&tally, 128, 441);
}

/* --- tokens --------------------------------------------------------------------------------- */

/* The alg that a receiver would have agreed on. */
static enum jose_alg pinned(const json_t *key) {
    return jose_alg_from(json_read_str(key, "alg"));
}

static err verify_token(struct arena *arena, const json_t *group, const json_t *row) {
    const json_t *json = json_object_get(group, "key");
    struct jwk *key = NULL;
    TRY(jwk_import(json, &key));
    enum jose_alg alg = pinned(json) ? pinned(json) : JOSE_RS256;
    err e = helper_verify(arena, text_at(row, 2), alg, key);
    jwk_free(key);
    return e;
}

static void tokens_are_judged_alike(void **state) {
    (void)state;
    static const struct stricter stricter[] = {
        {259, 259, "a token of ours has a payload: empty ones are no JWT"},
        {264, 264, "the same"},
        {268, 268, "the same"},
        {272, 272, "the same"},
        {320, 320, "the same"},
        {325, 325, "the same"},
        {346, 347, "the key names PS256 for a token with PS384, and ES521, which does not exist"},
        {350, 351, "the same"},
        {372, 373, "a character that is not base64url, which may not be skipped (RFC 7515 2)"},
    };
    const struct tally tally =
        judge_file("keys/tests/wycheproof/tokens.json", stricter, COUNT(stricter), verify_token);
    assert_tally(&tally, 34, 262);
}

/* --- sets ----------------------------------------------------------------------------------- */

static err verify_by_set(struct arena *arena, const json_t *group, const json_t *row) {
    AUTO(jws_ref) jws = {0};
    struct jwk_set *set;
    const struct jwk *key = NULL;
    TRY(jws_parse(arena, text_at(row, 2), &jws));
    TRY(jwk_set_import(json_object_get(group, "set"), &set));
    err e = jwk_set_find(set, jws.alg, jws.kid, &key);
    if (!failed(e))
        e = jws_verify(&jws, jws.alg, key);
    jwk_set_free(set);
    return e;
}

static void sets_are_judged_alike(void **state) {
    (void)state;
    static const struct stricter stricter[] = {
        {2, 2, "a symmetric key in a published set is everybody's"},
        {13, 15, "the same"},
    };
    const struct tally tally =
        judge_file("keys/tests/wycheproof/sets.json", stricter, COUNT(stricter), verify_by_set);
    assert_tally(&tally, 1, 25);
}

/* --- encrypted tokens ----------------------------------------------------------------------- */

static err decrypt(struct arena *arena, const json_t *group, const json_t *row) {
    const json_t *json = json_object_get(group, "key");
    struct jwk *key = NULL;
    str plain, want;
    TRY(jwk_import(json, &key));
    err e = jwe_decrypt(key, jwe_alg_from(json_read_str(json, "alg")), JWE_ENC_NONE,
                        text_at(row, 2), arena, &plain);
    jwk_free(key);
    if (failed(e))
        return e;
    assert_ok(base64url_decode(arena, text_at(row, 3), &want));
    assert_true(str_eq(plain, want));
    return OK;
}

static void encrypted_tokens_are_judged_alike(void **state) {
    (void)state;
    static const struct stricter stricter[] = {
        {71, 75, "AES-GCM key wrap"},
        {100, 100, "RSA1_5 (RFC 8725 3.2)"},
        {112, 112, "RSA1_5"},
        {128, 128, "RSA1_5"},
        {132, 132, "the key names its enc as alg (RFC 7517 4.4)"},
        {133, 133, "AES-GCM key wrap"},
        {135, 135, "compressed (RFC 8725 3.6)"},
    };
    const struct tally tally =
        judge_file("keys/tests/wycheproof/encrypted.json", stricter, COUNT(stricter), decrypt);
    assert_tally(&tally, 49, 77);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_are_judged_alike),
        cmocka_unit_test(tokens_are_judged_alike),
        cmocka_unit_test(sets_are_judged_alike),
        cmocka_unit_test(encrypted_tokens_are_judged_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
