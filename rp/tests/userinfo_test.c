/* Userinfo: how it is asked for, and what is believed. */
#include "rp/flows/userinfo.h"

#include "common/base/json_read.h"
#include "keys/dpop.h"
#include "keys/jwe.h"
#include "rp/tests/token_helper.h"

#define USERINFO_URL ISSUER "/userinfo"
#define SIGNED       "Content-Type: application/jwt\r\n"
#define JSON         "Content-Type: application/json\r\n"

struct flow {
    str token_type;
    struct jwk *dpop_key;
    json_t *claims;
};

static err start(struct hk_op *op) {
    struct flow *flow = op->flow;
    return userinfo_push(op, S("at-1"), flow->token_type, flow->dpop_key, S("jane"), &flow->claims);
}

struct world {
    struct feed feed;
    struct issuer issuer;
    hk_rp *rp;
    struct jwk *dpop_key;
};

static void world_start(struct world *world, const char *const settings[][2], size_t n) {
    hk_error e = HK_ERROR_INIT;
    *world = (struct world){0};
    issuer_start(&world->issuer, JOSE_ES256);
    hk_cfg *cfg = feed_cfg(&world->feed);
    hk_cfg_metadata(cfg, feed_metadata);
    hk_cfg_jwks(cfg, world->issuer.jwks);
    for (size_t i = 0; i < n; i++)
        hk_cfg_set(cfg, settings[i][0], settings[i][1]);
    assert_int_equal(hk_rp_new(cfg, &world->rp, &e), HK_OK);
}

static void world_stop(struct world *world) {
    hk_rp_free(world->rp);
    jwk_free(world->dpop_key);
    issuer_stop(&world->issuer);
}

/* The rule that breaks when userinfo gives those answers, "" if none; `member`, if not NULL, must
 * then be 1 in the claims. */
static const char *broken(struct world *world, const struct canned *answers, size_t n) {
    hk_error e = HK_ERROR_INIT;
    struct hk_op *op = op_new(world->rp, start, sizeof(struct flow));
    struct flow *flow = op->flow;
    flow->token_type = world->dpop_key ? S("DPoP") : S("bearer");
    flow->dpop_key = world->dpop_key;
    world->feed.requests = 0;
    int code = feed_run(&world->feed, op, answers, n, &e);
    const struct rule *rule = rule_row(op->failure.rule);
    assert_int_equal(code, rule->code);
    assert_true((code == HK_OK) == (flow->claims != NULL));
    hk_op_free(op);
    return rule->name;
}

static const char *broken_by(struct world *world, int status, const char *body,
                             const char *headers) {
    return broken(world, &(struct canned){USERINFO_URL, status, body, headers, 0}, 1);
}

static void json_that_is_not_the_users_is_refused(void **state) {
    (void)state;
    static const struct {
        int status;
        const char *body, *headers, *rule;
    } rows[] = {
        {200, "{\"sub\":\"jane\",\"name\":\"J\"}", JSON, ""},
        {200, "{\"sub\":\"jane\"}", "content-type: Application/JSON; charset=UTF-8\r\n", ""},
        {200, "{\"sub\":\"jane\"}", NULL, ""},
        {200, "{\"sub\":\"mary\"}", JSON, "userinfo_sub_matches"},
        {200, "{\"sub\":\"Jane\"}", JSON, "userinfo_sub_matches"},
        {200, "{\"sub\":\"jane \"}", JSON, "userinfo_sub_matches"},
        {200, "{\"sub\":\"jane\\u0000\"}", JSON, "answer_is_json"},
        {200, "{\"name\":\"jane\"}", JSON, "token_sub_valid"},
        {200, "{\"sub\":\"\"}", JSON, "token_sub_valid"},
        {200, "{\"sub\":null}", JSON, "token_sub_valid"},
        {200, "{\"sub\":[\"jane\"]}", JSON, "token_sub_valid"},
        {200, "[{\"sub\":\"jane\"}]", JSON, "answer_is_json"}, /* mod_auth_openidc, 2026 audit */
        {200, "{\"sub\":\"jane\",\"sub\":\"mary\"}", JSON, "answer_is_json"},
        {200, "\"jane\"", JSON, "answer_is_json"},
        {200, "{\"sub\":\"jane\"", JSON, "answer_is_json"},
        {200, "", JSON, "answer_is_json"},
        {200, "{\"sub\":\"jane\"}", SIGNED, "userinfo_is_json"},
        {204, "", NULL, "answer_is_json"},
        {302, "", "Location: https://op.example/login\r\n", "answer_is_no_redirect"},
        {401, "", "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n", "api_takes_the_token"},
        {401, "{\"sub\":\"jane\"}", JSON, "api_takes_the_token"},
        {403, "{\"sub\":\"jane\"}", "WWW-Authenticate: Bearer error=\"insufficient_scope\"\r\n",
         "api_scope_is_enough"},
        {403, "{\"sub\":\"jane\"}", JSON, "answer_is_success"},
        {404, "{\"sub\":\"jane\"}", JSON, "answer_is_success"},
        {500, "{\"sub\":\"jane\"}", JSON, "answer_is_success"},
    };
    struct world world;
    world_start(&world, NULL, 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *rule = broken_by(&world, rows[i].status, rows[i].body, rows[i].headers);
        if (strcmp(rule, rows[i].rule) != 0)
            fail_msg("row %d broke \"%s\", not \"%s\"", (int)i, rule, rows[i].rule);
    }
    world_stop(&world);
}

static void the_token_travels_where_it_was_set_to(void **state) {
    (void)state;
    static const char *const body[][2] = {{"token_in", "body"}};
    struct world world;
    world_start(&world, NULL, 0);
    assert_string_equal(broken_by(&world, 200, "{\"sub\":\"jane\"}", JSON), "");
    assert_non_null(strstr(world.feed.last_headers, "Authorization: Bearer at-1\r\n"));
    assert_string_equal(world.feed.last_body, "");
    assert_string_equal(world.feed.last_url, USERINFO_URL);
    world_stop(&world);
    world_start(&world, body, 1);
    assert_string_equal(broken_by(&world, 200, "{\"sub\":\"jane\"}", JSON), "");
    assert_null(strstr(world.feed.last_headers, "Authorization"));
    assert_string_equal(world.feed.last_body, "access_token=at-1");
    assert_string_equal(world.feed.last_url, USERINFO_URL);
    world_stop(&world);
}

/* The proof in the last request's headers. */
static struct dpop last_proof(struct world *world, const char *nonce) {
    const char *header = strstr(world->feed.last_headers, "DPoP: ");
    struct dpop dpop;
    assert_non_null(header);
    str proof = str_of(header + 6, strcspn(header + 6, "\r"));
    const struct dpop_expected expected = {.method = S("GET"),
                                           .url = S(USERINFO_URL),
                                           .now = world->feed.now,
                                           .max_age = 60,
                                           .nonces = str_from(nonce),
                                           .access_token = S("at-1")};
    assert_ok(dpop_verify(proof, &expected, world->issuer.arena, &dpop));
    return dpop;
}

static void a_bound_token_comes_with_a_proof_and_the_nonce(void **state) {
    (void)state;
    static const char *const body[][2] = {{"token_in", "body"}};
    static const struct canned nonce_first[] = {
        {USERINFO_URL, 401, "",
         "WWW-Authenticate: DPoP error=\"use_dpop_nonce\"\r\nDPoP-Nonce: fresh\r\n", 0},
        {USERINFO_URL, 200, "{\"sub\":\"jane\"}", JSON, 0}};
    static const struct canned never_pleased[] = {
        {USERINFO_URL, 401, "",
         "WWW-Authenticate: DPoP error=\"use_dpop_nonce\"\r\nDPoP-Nonce: one\r\n", 0},
        {USERINFO_URL, 401, "",
         "WWW-Authenticate: DPoP error=\"use_dpop_nonce\"\r\nDPoP-Nonce: two\r\n", 0}};
    struct world world;
    world_start(&world, body, 1); /* RFC 9449 7.1: in its header all the same */
    assert_ok(jwk_generate(JOSE_ES256, &world.dpop_key));
    assert_string_equal(broken_by(&world, 200, "{\"sub\":\"jane\"}", JSON), "");
    assert_non_null(strstr(world.feed.last_headers, "Authorization: DPoP at-1\r\n"));
    str first = last_proof(&world, NULL).jti;
    assert_string_equal(broken(&world, nonce_first, 2), "");
    assert_false(str_eq(first, last_proof(&world, "fresh").jti));
    /* It is known the next time, and another one that came with a good answer the time after. */
    assert_string_equal(broken_by(&world, 200, "{\"sub\":\"jane\"}", JSON "DPoP-Nonce: newer\r\n"),
                        "");
    last_proof(&world, "fresh");
    assert_string_equal(broken_by(&world, 200, "{\"sub\":\"jane\"}", JSON), "");
    last_proof(&world, "newer");
    assert_string_equal(broken(&world, never_pleased, 2), "answer_is_success");
    world_stop(&world);
}

#define CLAIMS "{'iss':'" ISSUER "','aud':'app','sub':'jane'}"

static void signed_userinfo_is_for_us_from_the_issuer(void **state) {
    (void)state;
    static const char *const settings[][2] = {{"userinfo_alg", "ES256"}};
    static const struct {
        const char *name, *value, *rule;
    } rows[] = {
        {"name", "'J'", ""},
        {"iss", NULL, "token_iss_matches"},
        {"iss", "'https://other.example'", "token_iss_matches"},
        {"aud", NULL, "token_aud_is_text"},
        {"aud", "'other'", "token_aud_has_us"},
        {"aud", "['app','other']", "token_aud_is_ours_alone"},
        {"aud", "['app']", ""},
        {"exp", "1799999000", "token_not_expired"},
        {"exp", "1800000300", ""},
        {"iat", "1800000300", "token_iat_is_past"},
        {"nbf", "1800000300", "token_nbf_is_past"},
        {"exp", "'soon'", "token_times_are_numbers"},
        {"sub", "'mary'", "userinfo_sub_matches"},
        {"sub", NULL, "token_sub_valid"},
    };
    struct world world;
    world_start(&world, settings, 1);
    for (size_t i = 0; i < COUNT(rows); i++) {
        json_t *claims = token_changed(CLAIMS, rows[i].name, rows[i].value);
        str token = issuer_sign_json(&world.issuer, claims, S("JWT"));
        assert_string_equal(broken_by(&world, 200, token.p, SIGNED), rows[i].rule);
        json_decref(claims);
    }
    str typed = issuer_sign(&world.issuer, CLAIMS, S("at+jwt"));
    assert_string_equal(broken_by(&world, 200, typed.p, SIGNED), "token_typ_fits");
    str good = issuer_sign(&world.issuer, CLAIMS, STR_ABSENT);
    assert_string_equal(broken_by(&world, 200, good.p, JSON), "userinfo_is_signed");
    assert_string_equal(broken_by(&world, 200, good.p, NULL), "userinfo_is_signed");
    assert_string_equal(broken_by(&world, 200, "{\"sub\":\"jane\"}", JSON), "userinfo_is_signed");
    assert_string_equal(broken_by(&world, 200, "{\"sub\":\"jane\"}", SIGNED),
                        "token_is_well_formed");
    world_stop(&world);
}

static void encrypted_userinfo_is_opened(void **state) {
    (void)state;
    static const char *const settings[][2] = {{"userinfo_encryption", "ECDH-ES A256GCM"},
                                              {"userinfo_alg", "ES256"}};
    struct world world;
    for (size_t with_signature = 0; with_signature < 2; with_signature++) {
        world_start(&world, settings, 1 + with_signature);
        struct jwk *key;
        str box, plain = with_signature ? issuer_sign(&world.issuer, CLAIMS, STR_ABSENT)
                                        : S("{\"sub\":\"jane\"}");
        assert_ok(jwk_generate_encryption(JWE_ECDH_ES, &key));
        world.rp->settings.decryption_keys[0] = key;
        world.rp->settings.decryption_key_count = 1;
        assert_ok(jwe_encrypt(key, JWE_ECDH_ES, JWE_A256GCM, STR_ABSENT, plain, world.issuer.arena,
                              &box));
        assert_string_equal(broken_by(&world, 200, box.p, SIGNED), "");
        assert_string_equal(broken_by(&world, 200, plain.p, SIGNED), "token_is_encrypted");
        assert_ok(jwe_encrypt(key, JWE_ECDH_ES, JWE_A256GCM, STR_ABSENT, S("[\"jane\"]"),
                              world.issuer.arena, &box));
        assert_string_equal(broken_by(&world, 200, box.p, SIGNED),
                            with_signature ? "token_is_well_formed" : "claims_are_an_object");
        world_stop(&world);
    }
}

static err push_odd_token(struct hk_op *op) {
    struct flow *flow = op->flow;
    return userinfo_push(op, flow->token_type, S("Bearer"), NULL, S("jane"), &flow->claims);
}

static void a_token_cannot_break_out_of_its_header(void **state) {
    (void)state;
    static const char *const rows[] = {"a\r\nCookie: b", "a b", "", "a\xc3\xa4", "a\x7f"};
    struct world world;
    world_start(&world, NULL, 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        hk_error e = HK_ERROR_INIT;
        struct hk_op *op = op_new(world.rp, push_odd_token, sizeof(struct flow));
        ((struct flow *)op->flow)->token_type = str_from(rows[i]);
        assert_int_equal(feed_run(&world.feed, op, NULL, 0, &e), HK_E_TOKEN);
        hk_op_free(op);
    }
    world_stop(&world);
}

static err push_without_key(struct hk_op *op) {
    struct flow *flow = op->flow;
    return userinfo_push(op, S("at-1"), S("dpop"), NULL, S("jane"), &flow->claims);
}

static void a_bound_token_is_not_sent_without_its_key(void **state) {
    (void)state;
    struct world world;
    hk_error e = HK_ERROR_INIT;
    world_start(&world, NULL, 0);
    struct hk_op *op = op_new(world.rp, push_without_key, sizeof(struct flow));
    assert_int_equal(feed_run(&world.feed, op, NULL, 0, &e), HK_E_BINDING);
    hk_op_free(op);
    world_stop(&world);
}

static void the_older_dialect_names_the_user_by_id(void **state) {
    (void)state;
    static const char *const dialect[][2] = {{"profile", "hitkey-v1"}};
    struct world world;
    world_start(&world, dialect, 1);
    assert_string_equal(broken_by(&world, 200, "{\"id\":\"jane\"}", JSON), "");
    assert_string_equal(broken_by(&world, 200, "{\"id\":\"mary\"}", JSON), "userinfo_sub_matches");
    assert_string_equal(broken_by(&world, 200, "{\"id\":7}", JSON), "token_sub_valid");
    assert_string_equal(broken_by(&world, 200, "{\"id\":\"jane\",\"sub\":\"mary\"}", JSON),
                        "userinfo_sub_matches");
    world_stop(&world);
    world_start(&world, NULL, 0);
    assert_string_equal(broken_by(&world, 200, "{\"id\":\"jane\"}", JSON), "token_sub_valid");
    world_stop(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_that_is_not_the_users_is_refused),
        cmocka_unit_test(the_token_travels_where_it_was_set_to),
        cmocka_unit_test(a_bound_token_comes_with_a_proof_and_the_nonce),
        cmocka_unit_test(signed_userinfo_is_for_us_from_the_issuer),
        cmocka_unit_test(encrypted_userinfo_is_opened),
        cmocka_unit_test(the_older_dialect_names_the_user_by_id),
        cmocka_unit_test(a_token_cannot_break_out_of_its_header),
        cmocka_unit_test(a_bound_token_is_not_sent_without_its_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
