#include "rp/tests/api_helper.h"

#include "rp/engine/config.h"
#include "rp/engine/op.h"

static int64_t api_now(void *context) {
    return ((const struct api *)context)->feed.now;
}

void api_start(struct api *api, const char *option, const char *value) {
    hk_error e = HK_ERROR_INIT;
    *api = (struct api){0};
    issuer_start(&api->issuer, JOSE_ES256);
    api->feed.now = 1800000000;
    hk_cfg *cfg = hk_cfg_new(ISSUER, NULL);
    hk_cfg_clock(cfg, api_now, api);
    cfg->settings.redirect_uri = STR_ABSENT; /* an API signs nobody in */
    hk_cfg_jwks(cfg, api->issuer.jwks);
    if (option)
        hk_cfg_set(cfg, option, value);
    assert_int_equal(hk_rp_new(cfg, &api->rp, &e), HK_OK);
}

void api_stop(struct api *api) {
    hk_rp_free(api->rp);
    issuer_stop(&api->issuer);
}

str api_token(struct api *api, const char *claim, const char *value) {
    json_t *claims = claim ? token_changed(ACCESS_CLAIMS, claim, value) : token_json(ACCESS_CLAIMS);
    str token = issuer_sign_json(&api->issuer, claims, S("at+jwt"));
    json_decref(claims);
    return token;
}

const char *api_authorization(struct api *api, const char *scheme, str token) {
    str header;
    assert_ok(STR_JOIN(api->issuer.arena, &header, str_from(scheme), S(" "), token));
    return header.p;
}

const char *api_broken(struct api *api, const hk_request *request, const char *aud,
                       const char *scope, hk_error *e) {
    hk_op *op = hk_verify_op(api->rp, request, aud, scope);
    int code = feed_run(&api->feed, op, NULL, 0, e);
    hk_session *session = hk_op_take_session(op);
    const struct rule *rule = rule_row(op->failure.rule);
    assert_int_equal(code, rule->code);
    assert_true((code == HK_OK) == (session != NULL));
    hk_session_free(session);
    hk_op_free(op);
    return rule->name;
}

const char *api_bearer_broken(struct api *api, str token, hk_error *e) {
    const hk_request request = {.size = sizeof request,
                                .authorization = api_authorization(api, "Bearer", token)};
    return api_broken(api, &request, API, NULL, e);
}
