/* The provider's keys: which one verifies, when they are fetched anew, and when not. */
#include "common/base/json_read.h"
#include "rp/engine/keyset.h"
#include "rp/engine/metadata.h"
#include "rp/tests/feed_helper.h"

#define JWKS_URL ISSUER "/jwks"

static struct arena *arena;
static struct jwk *one, *two; /* ES256 keys of the provider */
static const char *set_of_one, *set_of_two, *set_of_both;

static const char *set_of(str first, str second) {
    str out, comma = str_empty(second) ? S("") : S(",");
    assert_ok(STR_JOIN(arena, &out, S("{\"keys\":["), first, comma, second, S("]}")));
    return out.p;
}

static int set_up(void **state) {
    (void)state;
    str json_one, json_two;
    arena = arena_new(1 << 22);
    assert_ok(jwk_generate(JOSE_ES256, &one));
    assert_ok(jwk_generate(JOSE_ES256, &two));
    assert_ok(jwk_public_json(one, arena, &json_one));
    assert_ok(jwk_public_json(two, arena, &json_two));
    set_of_one = set_of(S("{\"kty\":\"of the future\"}"), json_one);
    set_of_two = set_of(json_two, S(""));
    set_of_both = set_of(json_one, json_two);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    jwk_free(one);
    jwk_free(two);
    arena_free(arena);
    return 0;
}

static str signed_by(const struct jwk *key) {
    str token;
    assert_ok(jws_sign(key, JOSE_ES256, S("JWT"), S("{\"a\":1}"), arena, &token));
    return token;
}

/* An op that only verifies a token. */
static err verify(struct hk_op *op) {
    return keyset_push_verify(op, op->flow);
}

static err start(struct hk_op *op) {
    op_push(op, verify);
    op_push(op, metadata_need);
    return OK;
}

static hk_op *verifying(hk_rp *rp, str token, enum jose_alg alg) {
    hk_op *op = op_new(rp, start, sizeof(struct signed_token));
    *(struct signed_token *)op->flow = (struct signed_token){.token = token, .alg = alg};
    return op;
}

static int run(struct feed *feed, hk_rp *rp, str token, enum jose_alg alg,
               const struct canned *answers, size_t n) {
    hk_error e = HK_ERROR_INIT;
    hk_op *op = verifying(rp, token, alg);
    int code = feed_run(feed, op, answers, n, &e);
    hk_op_free(op);
    return code;
}

/* With metadata at hand, and keys only where a test gives them by hand. */
static hk_rp *client(struct feed *feed, const char *jwks, const char *mode) {
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp = NULL;
    hk_cfg *cfg = feed_cfg(feed);
    hk_cfg_metadata(cfg, feed_metadata);
    if (jwks)
        hk_cfg_jwks(cfg, jwks);
    hk_cfg_set(cfg, "jwks_mode", mode);
    assert_int_equal(hk_rp_new(cfg, &rp, &e), HK_OK);
    return rp;
}

static str altered(str token, size_t at, char c) {
    str copy;
    assert_ok(str_dup(arena, token, &copy));
    ((char *)(uintptr_t)copy.p)[at] = c;
    return copy;
}

static void tokens_that_the_provider_did_not_sign_are_refused(void **state) {
    (void)state;
    struct jwk *hmac = NULL, *stranger = NULL;
    str forged, own = signed_by(one), cut = str_head(own, own.n - 1);
    /* CVE-2026-44699 of libjwt and its kin: the public keys as an HMAC key */
    assert_ok(jwk_from_secret(secret_of(str_from(set_of_one)), JOSE_HS256, &hmac));
    assert_ok(jws_sign(hmac, JOSE_HS256, S("JWT"), S("{\"a\":1}"), arena, &forged));
    assert_ok(jwk_generate(JOSE_ES256, &stranger));
    const struct {
        str token;
        enum jose_alg alg;
        int code;
    } rows[] = {
        {S("e30.e30"), JOSE_ES256, HK_E_TOKEN},
        {S(""), JOSE_ES256, HK_E_TOKEN},
        {S("eyJhbGciOiJub25lIn0.e30."), JOSE_ES256, HK_E_ALG},
        {S("eyJhbGciOiJFUzI1NiJ9.e30."), JOSE_ES256, HK_E_ALG},
        {S("eyJhbGciOiJub25lIn0.e30.AA"), JOSE_ES256, HK_E_ALG},
        {S("eyJhbGciOiJOb25FIn0.e30.AA"), JOSE_ES256, HK_E_ALG},
        {forged, JOSE_ES256, HK_E_ALG},
        {forged, JOSE_HS256, HK_E_SIG},
        {own, JOSE_RS256, HK_E_ALG},
        {cut, JOSE_ES256, HK_E_TOKEN},
        {altered(own, own.n - 20, own.p[own.n - 20] == 'A' ? 'B' : 'A'), JOSE_ES256, HK_E_SIG},
        {signed_by(stranger), JOSE_ES256, HK_E_KEY},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct feed feed = {0};
        hk_rp *rp = client(&feed, set_of_one, "manual");
        assert_int_equal(run(&feed, rp, rows[i].token, rows[i].alg, NULL, 0), rows[i].code);
        hk_rp_free(rp);
    }
    jwk_free(hmac);
    jwk_free(stranger);
}

static void the_fitting_key_verifies(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_rp *rp = client(&feed, set_of_both, "manual");
    assert_int_equal(run(&feed, rp, signed_by(one), JOSE_ES256, NULL, 0), HK_OK);
    assert_int_equal(run(&feed, rp, signed_by(two), JOSE_ES256, NULL, 0), HK_OK);
    hk_rp_free(rp);
}

static void without_keys_nothing_is_believed(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_rp *rp = client(&feed, NULL, "manual");
    assert_int_equal(run(&feed, rp, signed_by(one), JOSE_ES256, NULL, 0), HK_E_KEY);
    hk_rp_free(rp);
}

static void answers_that_are_no_keys_are_refused(void **state) {
    (void)state;
    static const struct {
        struct canned answer;
        int code;
    } rows[] = {
        {{JWKS_URL, 200, "{\"keys\":1}", NULL, 0}, HK_E_KEY},
        {{JWKS_URL, 200, "{}", NULL, 0}, HK_E_KEY},
        {{JWKS_URL, 200, "[]", NULL, 0}, HK_E_HTTP},
        {{JWKS_URL, 404, "{\"keys\":[]}", NULL, 0}, HK_E_HTTP},
        {{JWKS_URL, 0, NULL, NULL, HK_E_TIMEOUT}, HK_E_TIMEOUT},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct feed feed = {0};
        hk_rp *rp = client(&feed, NULL, "fetch");
        assert_int_equal(run(&feed, rp, signed_by(one), JOSE_ES256, &rows[i].answer, 1),
                         rows[i].code);
        /* and it is not asked again at once */
        assert_int_equal(run(&feed, rp, signed_by(one), JOSE_ES256, NULL, 0), rows[i].code);
        hk_rp_free(rp);
    }
}

static void keys_over_plain_http_are_refused(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp = NULL;
    hk_cfg *cfg = feed_cfg(&feed);
    hk_cfg_metadata(cfg, "{\"issuer\":\"" ISSUER "\",\"jwks_uri\":\"http://op.example/jwks\"}");
    assert_int_equal(hk_rp_new(cfg, &rp, &e), HK_OK);
    assert_int_equal(run(&feed, rp, signed_by(one), JOSE_ES256, NULL, 0), HK_E_CONFIG);
    hk_rp_free(rp);
}

static void an_unknown_kid_fetches_the_keys_anew(void **state) {
    (void)state;
    struct feed feed = {0};
    const struct canned old = {JWKS_URL, 200, set_of_one, NULL, 0},
                        new = {JWKS_URL, 200, set_of_two, NULL, 0};
    hk_rp *rp = client(&feed, NULL, "fetch");
    assert_int_equal(run(&feed, rp, signed_by(one), JOSE_ES256, &old, 1), HK_OK);
    assert_null(strstr(feed.last_headers, "no-cache"));
    assert_int_equal(run(&feed, rp, signed_by(two), JOSE_ES256, &new, 1), HK_OK);
    assert_non_null(strstr(feed.last_headers, "Cache-Control: no-cache\r\n"));
    /* what is unknown then is not asked for during the cool-down */
    assert_int_equal(run(&feed, rp, signed_by(one), JOSE_ES256, NULL, 0), HK_E_KEY);
    feed.now += 5;
    assert_int_equal(run(&feed, rp, signed_by(one), JOSE_ES256, &old, 1), HK_OK);
    hk_rp_free(rp);
}

static void keys_that_were_just_fetched_are_fetched_anew_for_an_unknown_kid(void **state) {
    (void)state;
    struct feed feed = {0};
    const struct canned both[] = {{JWKS_URL, 200, set_of_one, NULL, 0},
                                  {JWKS_URL, 200, set_of_two, NULL, 0}};
    hk_rp *rp = client(&feed, NULL, "fetch");
    assert_int_equal(run(&feed, rp, signed_by(two), JOSE_ES256, both, 2), HK_OK);
    hk_rp_free(rp);
}

static void a_storm_of_unknown_kids_makes_one_request(void **state) {
    (void)state;
    struct feed feed = {0};
    const struct canned old = {JWKS_URL, 200, set_of_one, NULL, 0};
    hk_rp *rp = client(&feed, NULL, "fetch");
    str unknown = signed_by(two);
    assert_int_equal(run(&feed, rp, signed_by(one), JOSE_ES256, &old, 1), HK_OK);
    assert_int_equal(run(&feed, rp, unknown, JOSE_ES256, &old, 1), HK_E_KEY);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(run(&feed, rp, unknown, JOSE_ES256, NULL, 0), HK_E_KEY);
    assert_int_equal(feed.requests, 2);
    hk_rp_free(rp);
}

/* A fetch that was never answered tells nothing, and cools nothing down. */
static void one_that_ends_midway_leaves_the_fetch_to_the_next(void **state) {
    (void)state;
    struct feed feed = {0};
    hk_http http;
    const struct canned old = {JWKS_URL, 200, set_of_one, NULL, 0},
                        new = {JWKS_URL, 200, set_of_two, NULL, 0};
    hk_rp *rp = client(&feed, NULL, "fetch");
    assert_int_equal(run(&feed, rp, signed_by(one), JOSE_ES256, &old, 1), HK_OK);
    hk_op *op = verifying(rp, signed_by(two), JOSE_ES256);
    assert_int_equal(hk_op_next(op, &http, NULL), HK_PENDING);
    hk_op_free(op);
    assert_int_equal(run(&feed, rp, signed_by(two), JOSE_ES256, &new, 1), HK_OK);
    hk_rp_free(rp);
}

static void old_keys_serve_while_new_ones_cannot_be_had(void **state) {
    (void)state;
    struct feed feed = {0};
    const struct canned old = {JWKS_URL, 200, set_of_one, NULL, 0},
                        down = {JWKS_URL, 0, NULL, NULL, HK_E_NET};
    hk_rp *rp = client(&feed, NULL, "fetch");
    assert_int_equal(run(&feed, rp, signed_by(one), JOSE_ES256, &old, 1), HK_OK);
    feed.now += 601;
    assert_int_equal(run(&feed, rp, signed_by(one), JOSE_ES256, &down, 1), HK_OK);
    hk_rp_free(rp);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_that_the_provider_did_not_sign_are_refused),
        cmocka_unit_test(the_fitting_key_verifies),
        cmocka_unit_test(without_keys_nothing_is_believed),
        cmocka_unit_test(answers_that_are_no_keys_are_refused),
        cmocka_unit_test(keys_over_plain_http_are_refused),
        cmocka_unit_test(an_unknown_kid_fetches_the_keys_anew),
        cmocka_unit_test(keys_that_were_just_fetched_are_fetched_anew_for_an_unknown_kid),
        cmocka_unit_test(a_storm_of_unknown_kids_makes_one_request),
        cmocka_unit_test(one_that_ends_midway_leaves_the_fetch_to_the_next),
        cmocka_unit_test(old_keys_serve_while_new_ones_cannot_be_had),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
