/* Each allocation fails, in turn, while what a provider says is verified. */
#include "keys/jwe.h"
#include "rp/engine/session.h"
#include "rp/flows/id_token.h"
#include "rp/tests/starve_helper.h"
#include "rp/tests/token_helper.h"

static struct feed feed;
static struct issuer issuer; /* whose tokens were signed while there was memory */
static str encrypted, logout_body, userinfo_body;

static int client(const char *alg, const char *encryption, hk_rp **out) {
    hk_cfg *cfg = feed_cfg(&feed);
    hk_cfg_allocator(cfg, starve_resize, NULL);
    hk_cfg_metadata(cfg, feed_metadata);
    hk_cfg_jwks(cfg, issuer.jwks);
    hk_cfg_set(cfg, "id_token_alg", alg);
    if (encryption)
        hk_cfg_set(cfg, "id_token_encryption", encryption);
    return hk_rp_new(cfg, out, NULL);
}

/* Runs the op, every request of which gets that answer. */
static int run(hk_op *op, str body) {
    hk_http http;
    int code;
    while ((code = hk_op_next(op, &http, NULL)) == HK_PENDING)
        assert_int_equal(hk_op_feed(op, 200, (hk_str){"", 0}, (hk_str){body.p, body.n}, 0), HK_OK);
    return code;
}

struct flow {
    json_t *claims;
};

static err start(struct hk_op *op) {
    static const struct id_token_expected expected = {
        .nonce = {"n-1", 3}, .access_token = {"access", 6}, .max_age = -1};
    return id_token_push(op, encrypted, &expected, &((struct flow *)op->flow)->claims);
}

static int id_token(void) {
    hk_rp *rp;
    int code = client("ES256", "A256KW A128CBC-HS256", &rp);
    if (code)
        return code;
    struct hk_op *op = op_new(rp, start, sizeof(struct flow));
    code = run(op, STR_ABSENT);
    assert_true(code != HK_OK || ((struct flow *)op->flow)->claims);
    hk_op_free(op);
    hk_rp_free(rp);
    return code;
}

static int logout(void) {
    hk_rp *rp;
    hk_doc *doc;
    int code = client("HS256", NULL, &rp);
    if (code)
        return code;
    code = hk_backchannel_logout(rp, logout_body.p, &doc, NULL);
    assert_true((code == HK_OK) == (doc != NULL));
    hk_doc_free(doc);
    if (!code)
        code = hk_frontchannel_logout(rp, "iss=https%3A%2F%2Fop.example&sid=s", NULL, NULL);
    hk_rp_free(rp);
    return code;
}

static err fill(hk_session *session) {
    TRY(session_text(session, S(ISSUER), &session->iss));
    TRY(session_text(session, S("app"), &session->client_id));
    TRY(session_text(session, S("jane"), &session->sub));
    TRY(session_text(session, S("at-1"), &session->access_token));
    TRY(session_text(session, S("Bearer"), &session->token_type));
    return session_claims_done(session);
}

/* All of the new claims, or none. */
static int userinfo(void) {
    hk_rp *rp;
    hk_session *session = NULL;
    int code = client("ES256", NULL, &rp);
    if (code)
        return code;
    err made = session_new(&rp->memory, &session);
    if (!failed(made))
        made = fill(session);
    code = failed(made) ? HK_E_NOMEM : HK_OK;
    if (!code) {
        hk_op *op = hk_userinfo_op(rp, session);
        code = run(op, userinfo_body);
        hk_op_free(op);
        assert_true((code == HK_OK) == (hk_claim(session, "name").p != NULL));
    }
    hk_session_free(session);
    hk_rp_free(rp);
    return code;
}

#define STARVED(scenario)                                                                          \
    static void scenario##_survives_every_failed_allocation(void **state) {                        \
        (void)state;                                                                               \
        starve(scenario);                                                                          \
    }
STARVED(id_token)
STARVED(logout)
STARVED(userinfo)

static int set_up(void **state) {
    (void)state;
    static const char claims[] = "{'iss':'" ISSUER "','sub':'jane','aud':'app','exp':1800000300,"
                                 "'iat':1800000000,'nonce':'n-1',"
                                 "'at_hash':'oFYf1knNtrqnhAVfBRuteQ'}";
    struct jwk *key;
    str token;
    issuer_start(&issuer, JOSE_ES256);
    assert_ok(jwe_key_from_client_secret(secret_of(S("a-secret-of-more-than-thirty-two-bytes")),
                                         JWE_A256KW, JWE_A128CBC_HS256, &key));
    assert_ok(jwe_encrypt(key, JWE_A256KW, JWE_A128CBC_HS256, S("JWT"),
                          issuer_sign(&issuer, claims, S("JWT")), issuer.arena, &encrypted));
    jwk_free(key);
    token = token_hs256(issuer.arena, S("{\"alg\":\"HS256\"}"),
                        S("{\"iss\":\"" ISSUER "\",\"aud\":\"app\",\"iat\":1800000000,"
                          "\"exp\":1800000120,\"jti\":\"j\",\"sid\":\"s\",\"events\":{"
                          "\"http://schemas.openid.net/event/backchannel-logout\":{}}}"));
    assert_ok(STR_JOIN(issuer.arena, &logout_body, S("logout_token="), token));
    token = issuer_sign(&issuer, "{'score':650}", STR_ABSENT);
    assert_ok(STR_JOIN(issuer.arena, &userinfo_body,
                       S("{\"sub\":\"jane\",\"name\":\"J\",\"_claim_names\":{\"score\":\"s\"},"
                         "\"_claim_sources\":{\"s\":{\"JWT\":\""),
                       token, S("\"}}}")));
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    issuer_stop(&issuer);
    return 0;
}

int main(void) {
    starve_set_up();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(id_token_survives_every_failed_allocation),
        cmocka_unit_test(logout_survives_every_failed_allocation),
        cmocka_unit_test(userinfo_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
