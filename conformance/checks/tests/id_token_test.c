/* Each fault of an ID token is found, by the condition that is about it. */
#include "conformance/checks/id_token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conformance/checks/hash.h"
#include "conformance/engine/memory.h"
#include "conformance/engine/outcome.h"
#include "conformance/engine/run_module.h"
#include "conformance/jose/jwk.h"
#include "conformance/jose/jws.h"

static const char issuer[] = "https://op.example";
static const char code[] = "a-code", access_token[] = "an-access-token";
static EVP_PKEY *key;
static json_t *jwks;

/* What the module of the moment is given. */
static struct {
    const char *token;
    enum id_token_from from;
} given;

static void module_under_test(struct run *run) {
    struct client client = {.id = "client", .secret = "", .metadata = NULL};
    struct flow flow = {.client = &client};
    flow.request = pool_json(run->pool, json_pack("{s:s, s:s}", "nonce", "n", "state", "s"));
    flow.response =
        pool_json(run->pool, json_pack("{s:s, s:s}", "code", code, "access_token", access_token));
    check_id_token(run, &flow, given.token, given.from);
    module_passed(run);
}

static struct outcome *judge(const char *token) {
    static const struct module module = {
        .name = "test", .run = module_under_test, .spec = "", .demand = ""};
    static const struct plan plan = {.name = "test"};
    static const struct variant variant = {"code id_token token", "default", "client_secret_basic",
                                           NULL};
    json_t *discovery = json_pack("{s:s}", "issuer", issuer);
    struct settings settings = {.issuer = issuer, .base_url = "https://rp.example"};
    given.token = token;
    given.from = ID_TOKEN_FRONT;
    struct outcome *outcome = run_offline(&settings, &plan, &variant, &module, discovery, jwks);
    json_decref(discovery);
    return outcome;
}

static json_t *good_claims(void) {
    char *at_hash = hash_half("RS256", access_token), *c_hash = hash_half("RS256", code);
    json_int_t now = run_now();
    json_t *claims =
        json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:s, s:s, s:s, s:s}", "iss", issuer, "aud",
                  "client", "sub", "somebody", "exp", now + 600, "iat", now, "auth_time", now,
                  "nonce", "n", "acr", "1", "at_hash", at_hash, "c_hash", c_hash);
    free(at_hash);
    free(c_hash);
    return claims;
}

/* The good token with one claim replaced by JSON (NULL: taken out). */
static char *token_with(const char *claim, const char *json) {
    json_t *header = json_pack("{s:s}", "kid", "k"), *claims = good_claims();
    if (claim && json)
        json_object_set_new(claims, claim, json_loads(json, JSON_DECODE_ANY, NULL));
    else if (claim)
        json_object_del(claims, claim);
    char *token = jws_sign(header, claims, "RS256", key, NULL);
    json_decref(header);
    json_decref(claims);
    return token;
}

static const struct {
    const char *claim, *json;
    enum result result;
    const char *condition; /* with which the reason begins */
} rows[] = {
    {"iss", "\"https://op.example/\"", FAILED, "iss-is-the-issuer"},
    {"iss", NULL, FAILED, "iss-is-the-issuer"},
    {"aud", "\"other\"", FAILED, "aud-has-the-client"},
    {"aud", "[\"other\"]", FAILED, "aud-has-the-client"},
    {"aud", "[\"client\", \"other\"]", FAILED, "azp-is-there-with-several-audiences"},
    {"azp", "\"other\"", FAILED, "azp-is-the-client"},
    {"sub", NULL, FAILED, "sub-is-a-text-of-at-most-255"},
    {"sub", "\"\"", FAILED, "sub-is-a-text-of-at-most-255"},
    {"sub", "7", FAILED, "sub-is-a-text-of-at-most-255"},
    {"exp", NULL, FAILED, "exp-is-ahead-and-sane"},
    {"exp", "1000000000", FAILED, "exp-is-ahead-and-sane"},
    {"exp", "9000000000000", FAILED, "exp-is-ahead-and-sane"},
    {"exp", "\"soon\"", FAILED, "exp-is-ahead-and-sane"},
    {"iat", NULL, FAILED, "iat-is-now"},
    {"iat", "1000000000", FAILED, "iat-is-now"},
    {"auth_time", "\"now\"", FAILED, "auth_time-is-sane"},
    {"auth_time", "9000000000", FAILED, "auth_time-is-sane"},
    {"nonce", NULL, FAILED, "nonce-is-the-one-sent"},
    {"nonce", "\"m\"", FAILED, "nonce-is-the-one-sent"},
    {"acr", "\"\"", FAILED, "acr-is-a-text"},
    {"amr", "\"pwd\"", FAILED, "amr-is-an-array"},
    {"at_hash", NULL, FAILED, "hashes-are-there-where-they-must-be"},
    {"at_hash", "\"77QmUPtjPfzWtF2AnpK9RQ\"", FAILED, "hashes-fit-what-they-are-of"},
    {"c_hash", NULL, FAILED, "hashes-are-there-where-they-must-be"},
    {"c_hash", "\"77QmUPtjPfzWtF2AnpK9RQ\"", FAILED, "hashes-fit-what-they-are-of"},
    {"s_hash", "\"77QmUPtjPfzWtF2AnpK9RQ\"", FAILED, "hashes-fit-what-they-are-of"},
    {"name", "\"Ada\"", WARNED, "no-claim-is-there-unasked"},
    {"email", "\"ada@example.com\"", WARNED, "no-claim-is-there-unasked"},
    {NULL, NULL, PASSED, ""},
    {"auth_time", NULL, PASSED, ""},
    {"acr", NULL, PASSED, ""},
    {"aud", "[\"client\"]", PASSED, ""},
    {"azp", "\"client\"", PASSED, ""},
};

static void each_fault_is_found_by_its_condition(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *token = token_with(rows[i].claim, rows[i].json);
        struct outcome *outcome = judge(token);
        const char *reason = text_of(outcome->record, "reason");
        if (outcome->result != rows[i].result ||
            strncmp(reason, rows[i].condition, strlen(rows[i].condition)) != 0)
            fail_msg("%s = %s: %s", rows[i].claim ? rows[i].claim : "",
                     rows[i].json ? rows[i].json : "", reason);
        outcome_free(outcome);
        free(token);
    }
}

static void expect_failure(char *token, const char *condition) {
    struct outcome *outcome = judge(token);
    assert_int_equal(outcome->result, FAILED);
    assert_memory_equal(text_of(outcome->record, "reason"), condition, strlen(condition));
    outcome_free(outcome);
    free(token);
}

static void a_token_must_be_signed_with_a_published_key_and_the_registered_algorithm(void **state) {
    (void)state;
    json_t *header = json_pack("{s:s}", "kid", "unknown"), *claims = good_claims();
    expect_failure(jws_sign(header, claims, "RS256", key, NULL), "the-signature-is-good");
    json_object_set_new(header, "kid", json_string("k"));
    expect_failure(jws_sign(header, claims, "PS256", key, NULL),
                   "the-token-has-the-registered-alg");
    expect_failure(jws_sign(header, claims, "none", NULL, NULL),
                   "the-token-has-the-registered-alg");
    expect_failure(memory_copy("no token", 8), "the-token-is-a-jws");
    expect_failure(memory_copy("", 0), "there-is-an-id-token");
    json_decref(header);
    json_decref(claims);
}

static void falls_off_its_end(struct run *run) {
    check(run, FAILURE, "holds", "", true, "nothing is wrong");
}

static void a_module_that_does_not_pass_has_failed(void **state) {
    (void)state;
    const struct module module = {
        .name = "test", .run = falls_off_its_end, .spec = "", .demand = ""};
    const struct plan plan = {.name = "test"};
    const struct variant variant = {"code", "default", "client_secret_basic", NULL};
    const struct settings settings = {.issuer = issuer, .base_url = "https://rp.example"};
    json_t *discovery = json_object();
    struct outcome *outcome = run_offline(&settings, &plan, &variant, &module, discovery, jwks);
    assert_int_equal(outcome->result, FAILED);
    outcome_free(outcome);
    json_decref(discovery);
}

static int make_key(void **state) {
    (void)state;
    key = jwk_new_key("RSA");
    json_t *jwk = jwk_of_key(key, "sig", NULL);
    json_object_set_new(jwk, "kid", json_string("k"));
    jwks = json_pack("{s:[o]}", "keys", jwk);
    return 0;
}

static int free_key(void **state) {
    (void)state;
    EVP_PKEY_free(key);
    json_decref(jwks);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_is_found_by_its_condition),
        cmocka_unit_test(a_token_must_be_signed_with_a_published_key_and_the_registered_algorithm),
        cmocka_unit_test(a_module_that_does_not_pass_has_failed),
    };
    return cmocka_run_group_tests(tests, make_key, free_key);
}
