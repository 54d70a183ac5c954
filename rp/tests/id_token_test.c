/* An ID token on its way through an op: decrypted, verified, read; in that order. */
#include "rp/flows/id_token.h"

#include "common/base/json_read.h"
#include "keys/jwe.h"
#include "rp/tests/token_helper.h"

#define JWKS_URL ISSUER "/jwks"
#define BASE                                                                                       \
    "{'iss':'" ISSUER "','sub':'jane','aud':'app','exp':1800000300,'iat':1800000000,'nonce':'n-1'" \
    "}"

struct flow {
    str token;
    struct id_token_expected expected;
    json_t *claims;
};

static err start(struct hk_op *op) {
    struct flow *flow = op->flow;
    return id_token_push(op, flow->token, &flow->expected, &flow->claims);
}

/* A client that knows the issuer's metadata and keys. */
static hk_rp *client(struct feed *feed, const struct issuer *issuer, const char *name,
                     const char *value) {
    hk_cfg *cfg = feed_cfg(feed);
    hk_rp *rp = NULL;
    hk_error e = HK_ERROR_INIT;
    hk_cfg_metadata(cfg, feed_metadata);
    hk_cfg_jwks(cfg, issuer->jwks);
    hk_cfg_set(cfg, "jwks_mode", "manual");
    hk_cfg_set(cfg, "id_token_alg", jose_alg_name(issuer->alg).p);
    if (name)
        hk_cfg_set(cfg, name, value);
    assert_int_equal(hk_rp_new(cfg, &rp, &e), HK_OK);
    return rp;
}

/* The rule that breaks for the token, "" if none. */
static const char *broken(hk_rp *rp, str token) {
    hk_error e = HK_ERROR_INIT;
    struct feed feed = {0};
    struct hk_op *op = op_new(rp, start, sizeof(struct flow));
    struct flow *flow = op->flow;
    flow->token = token;
    flow->expected = (struct id_token_expected){.nonce = S("n-1"), .max_age = -1};
    int code = feed_run(&feed, op, NULL, 0, &e);
    const struct rule *rule = rule_row(op->failure.rule);
    assert_int_equal(code, rule->code);
    assert_true((code == HK_OK) == (flow->claims != NULL));
    hk_op_free(op);
    return rule->name;
}

static void a_token_that_is_not_the_issuers_is_refused(void **state) {
    (void)state;
    struct issuer issuer, thief;
    struct feed feed = {0};
    issuer_start(&issuer, JOSE_ES256);
    issuer_start(&thief, JOSE_ES256);
    hk_rp *rp = client(&feed, &issuer, NULL, NULL);
    str good = issuer_sign(&issuer, BASE, STR_ABSENT), forged;
    assert_string_equal(broken(rp, good), "");
    assert_string_equal(broken(rp, issuer_sign(&thief, BASE, STR_ABSENT)), "token_key_is_known");
    assert_ok(str_dup(issuer.arena, good, &forged));
    forged.n -= 86; /* the signature */
    str other = issuer_sign(&issuer, "{'iss':'x'}", STR_ABSENT);
    assert_ok(STR_JOIN(issuer.arena, &forged, forged, str_from_pos(other, other.n - 86)));
    assert_string_equal(broken(rp, forged), "token_signature_verifies");
    hk_rp_free(rp);
    issuer_stop(&thief);
    issuer_stop(&issuer);
}

static void claims_must_be_an_object(void **state) {
    (void)state;
    static const char *const rows[] = {"[]",
                                       "\"text\"",
                                       "",
                                       "{\"iss\":1,\"iss\":2}",
                                       "{} x",
                                       "{",
                                       "null",
                                       "{\"exp\":9223372036854775808}",
                                       "{\"a\":\"\xff\"}"};
    struct issuer issuer;
    struct feed feed = {0};
    issuer_start(&issuer, JOSE_EdDSA);
    hk_rp *rp = client(&feed, &issuer, NULL, NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        str token;
        assert_ok(
            jws_sign(issuer.key, issuer.alg, STR_ABSENT, str_from(rows[i]), issuer.arena, &token));
        assert_string_equal(broken(rp, token),
                            rows[i][0] ? "claims_are_an_object" : "token_is_well_formed");
    }
    hk_rp_free(rp);
    issuer_stop(&issuer);
}

static str encrypt(struct issuer *issuer, const struct jwk *key, enum jwe_alg alg, enum jwe_enc enc,
                   str plain) {
    str token;
    assert_ok(jwe_encrypt(key, alg, enc, S("JWT"), plain, issuer->arena, &token));
    return token;
}

static void an_encrypted_token_is_opened_in_the_agreed_way_only(void **state) {
    (void)state;
    struct issuer issuer;
    struct feed feed = {0};
    struct jwk *ours, *strange;
    issuer_start(&issuer, JOSE_ES256);
    assert_ok(jwk_generate_encryption(JWE_ECDH_ES, &ours));
    assert_ok(jwk_generate_encryption(JWE_ECDH_ES, &strange));
    hk_rp *rp = client(&feed, &issuer, "id_token_encryption", "ECDH-ES A256GCM");
    str good = issuer_sign(&issuer, BASE, STR_ABSENT);
    str box = encrypt(&issuer, ours, JWE_ECDH_ES, JWE_A256GCM, good), bent;
    assert_string_equal(broken(rp, box), "decryption_key_is_known");
    rp->settings.decryption_keys[0] = ours; /* the client's from now on */
    rp->settings.decryption_key_count = 1;
    assert_string_equal(broken(rp, box), "");
    assert_string_equal(broken(rp, good), "token_is_encrypted");
    assert_string_equal(broken(rp, encrypt(&issuer, ours, JWE_ECDH_ES, JWE_A128GCM, good)),
                        "token_encryption_matches");
    assert_string_equal(broken(rp, encrypt(&issuer, ours, JWE_ECDH_ES_A256KW, JWE_A256GCM, good)),
                        "token_encryption_matches");
    assert_string_equal(broken(rp, encrypt(&issuer, strange, JWE_ECDH_ES, JWE_A256GCM, good)),
                        "decryption_key_is_known");
    assert_ok(
        STR_JOIN(issuer.arena, &bent, str_head(box, box.n - 22), S("AAAAAAAAAAAAAAAAAAAAAA")));
    assert_string_equal(broken(rp, bent), "token_decrypts");
    /* Anybody can encrypt to us: what is inside must be signed all the same. */
    assert_string_equal(
        broken(rp, encrypt(&issuer, ours, JWE_ECDH_ES, JWE_A256GCM, S("{\"sub\":\"jane\"}"))),
        "token_is_well_formed");
    hk_rp_free(rp);
    jwk_free(strange);
    issuer_stop(&issuer);
}

static void a_shared_secret_opens_too(void **state) {
    (void)state;
    struct issuer issuer;
    struct feed feed = {0};
    struct jwk *shared;
    issuer_start(&issuer, JOSE_ES256);
    hk_rp *rp = client(&feed, &issuer, "id_token_encryption", "dir A256GCM");
    assert_ok(jwe_key_from_client_secret(secret_of(S("a-secret-of-more-than-thirty-two-bytes")),
                                         JWE_DIR, JWE_A256GCM, &shared));
    str box =
        encrypt(&issuer, shared, JWE_DIR, JWE_A256GCM, issuer_sign(&issuer, BASE, STR_ABSENT));
    assert_string_equal(broken(rp, box), "");
    hk_rp_free(rp);
    jwk_free(shared);
    issuer_stop(&issuer);
}

static void only_known_encryption_can_be_set(void **state) {
    (void)state;
    static const char *const names[] = {"id_token_encryption", "userinfo_encryption",
                                        "request_object_encryption"};
    static const char *const rows[] = {"RSA-OAEP-256",          "RSA1_5 A256GCM", "ECDH-ES a256gcm",
                                       "RSA-OAEP-256  A256GCM", "A256GCM",        " A256GCM"};
    for (size_t i = 0; i < COUNT(names) * COUNT(rows); i++) {
        struct feed feed = {0};
        hk_rp *rp;
        hk_cfg *cfg = feed_cfg(&feed);
        hk_cfg_set(cfg, names[i / COUNT(rows)], rows[i % COUNT(rows)]);
        assert_int_equal(hk_rp_new(cfg, &rp, NULL), HK_E_CONFIG);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_that_is_not_the_issuers_is_refused),
        cmocka_unit_test(claims_must_be_an_object),
        cmocka_unit_test(an_encrypted_token_is_opened_in_the_agreed_way_only),
        cmocka_unit_test(a_shared_secret_opens_too),
        cmocka_unit_test(only_known_encryption_can_be_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
