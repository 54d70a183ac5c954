#include "rp/tests/id_token_helper.h"

#include "rp/flows/id_token.h"

struct flow {
    str token;
    const struct id_token_expected *expected;
    json_t *claims;
};

static err start(struct hk_op *op) {
    struct flow *flow = op->flow;
    return id_token_push(op, flow->token, flow->expected, &flow->claims);
}

void id_token_client_start(struct id_token_client *client, enum jose_alg alg, const char *name,
                           const char *value) {
    hk_error e = HK_ERROR_INIT;
    *client = (struct id_token_client){0};
    issuer_start(&client->issuer, jose_alg_is_hmac(alg) ? JOSE_ES256 : alg);
    hk_cfg *cfg = feed_cfg(&client->feed);
    hk_cfg_metadata(cfg, feed_metadata);
    hk_cfg_jwks(cfg, client->issuer.jwks);
    hk_cfg_set(cfg, "jwks_mode", "manual");
    hk_cfg_set(cfg, "id_token_alg", jose_alg_name(alg).p);
    hk_cfg_set(cfg, "audiences", "friend");
    if (name)
        hk_cfg_set(cfg, name, value);
    assert_int_equal(hk_rp_new(cfg, &client->rp, &e), HK_OK);
}

void id_token_client_stop(struct id_token_client *client) {
    hk_rp_free(client->rp);
    issuer_stop(&client->issuer);
}

const struct rule *id_token_check(struct id_token_client *client, str token,
                                  const struct id_token_expected *expected) {
    hk_error e = HK_ERROR_INIT;
    struct hk_op *op = op_new(client->rp, start, sizeof(struct flow));
    struct flow *flow = op->flow;
    flow->token = token;
    flow->expected = expected;
    int code = feed_run(&client->feed, op, NULL, 0, &e);
    const struct rule *rule = rule_row(op->failure.rule);
    assert_int_equal(code, rule->code);
    assert_true((code == HK_OK) == (flow->claims != NULL));
    hk_op_free(op);
    return rule;
}
