/* hk_verify: a request with an access token comes to an API of ours (RFC 9068 4, RFC 6750 2.1,
 * RFC 9449 7, RFC 8705 3, RFC 9470). The header alone is looked at: a token in a form or a query
 * is none (RFC 9700 4.3.2). */
#include "rp/flows/verify.h"

#include "rp/engine/metadata.h"
#include "rp/engine/run.h"
#include "rp/engine/sized.h"

str verify_algs(const struct hk_rp *rp) {
    const struct options *options = &rp->settings.options;
    if (options->access_token_alg != JOSE_NONE)
        return jose_alg_name(options->access_token_alg);
    return options->profile == PROFILE_FAPI2 ? S("PS256 ES256 EdDSA Ed25519")
                                             : S("RS256 PS256 ES256 EdDSA Ed25519");
}

str verify_proof_algs(const struct hk_rp *rp) {
    if (rp->settings.options.profile == PROFILE_FAPI2)
        return S("ES256 PS256 EdDSA Ed25519");
    return S("ES256 ES384 ES512 PS256 PS384 PS512 RS256 RS384 RS512 EdDSA Ed25519 Ed448");
}

hk_request verify_given(const hk_request *request) {
    hk_request all;
    sized_copy(&all, sizeof all, request);
    return all;
}

static struct access_expected expected_of(const struct hk_rp *rp, const hk_request *request,
                                          const char *aud, const char *scope) {
    return (struct access_expected){
        .issuer = rp->settings.issuer,
        .aud = str_from(aud),
        .scope = str_from(scope),
        .acr_values = str_from(request->acr_values),
        .max_age = request->has_max_age ? request->max_age : -1,
        .now = client_now(rp),
        .skew = rp->settings.options.skew_s,
    };
}

/* What a call asks; the texts are whose it is. */
struct call {
    hk_request request;
    const char *aud, *scope;
};

/* RFC 6750 3.1: a request that is malformed, not a token that is wrong. */
static err read_credentials(const hk_request *request, struct failure *failure,
                            struct presented *out) {
    err e = credentials_read(failure, str_from(request->authorization), &out->credentials);
    if (failed(e))
        failure_oauth(failure, S("invalid_request"));
    return e;
}

/* Borrows from the call, and holds what the cache knows of the token. */
static err look(struct hk_rp *rp, const struct call *call, struct failure *failure,
                struct presented *out) {
    const hk_request *request = &call->request;
    HOLD(failure, argument_given, call->aud && *call->aud);
    HOLD(failure, argument_given, !request->has_max_age || request->max_age >= 0);
    HOLD(failure, issuer_set, str_present(rp->settings.issuer));
    out->expected = expected_of(rp, request, call->aud, call->scope);
    out->dpop = str_from(request->dpop);
    out->method = str_from(request->method);
    out->url = str_from(request->url);
    out->certificate = str_from(request->certificate);
    TRY(read_credentials(request, failure, out));
    HOLD(failure, access_token_is_sent, str_present(out->credentials.token));
    if (!rp->settings.options.verify_cache)
        return OK;
    out->digest = sha256(out->credentials.token);
    out->verified = verified_cache_find(rp->verified, &out->digest, out->expected.now);
    return OK;
}

static err admit(struct hk_rp *rp, const struct presented *presented, struct arena *arena,
                 struct failure *failure, hk_session **out) {
    TRY(access_token_judge(failure, &presented->verified->token, &presented->expected));
    TRY(binding_check(rp, presented, arena, failure));
    return verified_session(presented->verified, presented->credentials.scheme == SCHEME_DPOP, out);
}

/* --- as an op ------------------------------------------------------------------------------- */

struct verify {
    struct call call; /* in the op's arena */
    struct presented presented;
};

static void let_go(void *presented) {
    verified_release(((struct presented *)presented)->verified);
}

static err admit_sender(struct hk_op *op) {
    struct verify *verify = op->flow;
    return admit(op->rp, &verify->presented, op->arena, &op->failure, &op->session);
}

/* The signature is right. */
static err remember(struct hk_op *op) {
    struct presented *presented = &((struct verify *)op->flow)->presented;
    TRY(verified_new(&op->rp->memory, &presented->token, &op->failure, &presented->verified));
    presented->verified->digest = presented->digest;
    verified_cache_keep(op->rp->verified, presented->verified, presented->expected.now);
    return OK;
}

static err start(struct hk_op *op) {
    struct verify *verify = op->flow;
    struct presented *presented = &verify->presented;
    const struct settings *settings = &op->rp->settings;
    TRY(look(op->rp, &verify->call, &op->failure, presented));
    TRY(op_defer(op, let_go, presented));
    op_push(op, admit_sender);
    if (presented->verified) {
        client_event(op->rp, &(hk_event){.what = "cache_hit"});
        return OK;
    }
    presented->token =
        (struct signed_token){.token = presented->credentials.token, .algs = verify_algs(op->rp)};
    op_push(op, remember);
    TRY(keyset_push_verify(op, &presented->token));
    if (!settings->jwks && settings->options.jwks_mode == JWKS_FETCH)
        op_push(op, metadata_need); /* for jwks_uri alone */
    return OK;
}

static err copy(struct hk_op *op, const char **text) {
    str own;
    TRY(op_copy(op, *text, &own));
    *text = own.p;
    return OK;
}

static err copy_call(struct hk_op *op, struct call *call) {
    const char **texts[] = {
        &call->request.authorization,
        &call->request.dpop,
        &call->request.method,
        &call->request.url,
        &call->request.certificate,
        &call->request.acr_values,
        &call->aud,
        &call->scope,
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        TRY(copy(op, texts[i]));
    return OK;
}

hk_op *hk_verify_op(hk_rp *rp, const hk_request *request, const char *aud, const char *scope) {
    if (!request)
        return op_failed(rp, RULE_argument_given);
    struct hk_op *op = op_new(rp, start, sizeof(struct verify));
    if (!op)
        return NULL;
    struct call *call = &((struct verify *)op->flow)->call;
    *call = (struct call){verify_given(request), aud, scope};
    return op_made(op, copy_call(op, call));
}

/* --- blocking ------------------------------------------------------------------------------- */

/* A bearer token that is remembered needs no op; whoever is not admitted here is told why there. */
static bool admitted_at_once(hk_rp *rp, const struct call *call, hk_session **out) {
    struct failure unused = {0};
    struct presented presented = {0};
    if (failed(look(rp, call, &unused, &presented)) || !presented.verified)
        return false;
    const struct access_token *token = &presented.verified->token;
    bool plain = presented.credentials.scheme == SCHEME_BEARER && !str_present(token->jkt) &&
                 !str_present(token->x5t);
    bool admitted = plain && !failed(admit(rp, &presented, NULL, &unused, out));
    verified_release(presented.verified);
    if (admitted)
        client_event(rp, &(hk_event){.what = "cache_hit"});
    return admitted;
}

int hk_verify(hk_rp *rp, const hk_request *request, const char *aud, const char *scope,
              hk_session **out, hk_error *e) {
    const struct call call = {verify_given(request), aud, scope};
    if (rp && request && out && admitted_at_once(rp, &call, out))
        return HK_OK;
    return run_for_session(hk_verify_op(rp, request, aud, scope), out, e);
}
