/* Whether an access token comes from whom it was given to: its DPoP proof (RFC 9449 7.1) or the
 * certificate of its sender (RFC 8705 3.1). */
#include "keys/certificate.h"
#include "keys/dpop.h"
#include "rp/engine/seen.h"
#include "rp/flows/verify.h"

/* FAPI 2.0 5.3.4: such an API takes sender-constrained tokens only. */
static bool is_bound_enough(const struct options *options, const struct access_token *token) {
    bool jkt = str_present(token->jkt), x5t = str_present(token->x5t);
    if (options->dpop == SWITCH_REQUIRE && !jkt)
        return false;
    if (options->mtls_bound == SWITCH_REQUIRE && !x5t)
        return false;
    return options->profile != PROFILE_FAPI2 || jkt || x5t;
}

/* RFC 9449 7.1 and 7.2: DPoP for tokens that are bound to a key, and for those alone. */
static err check_scheme(const struct access_token *token, bool dpop, struct failure *failure) {
    HOLD(failure, bound_token_needs_proof, !str_present(token->jkt) || dpop);
    HOLD(failure, proof_needs_bound_token, str_present(token->jkt) || !dpop);
    return OK;
}

/* RFC 8705 3: the certificate of the connection is the one of the token. */
static err check_certificate(const struct presented *presented, struct arena *arena,
                             struct failure *failure) {
    str bound = presented->verified->token.x5t, x5t = STR_ABSENT;
    if (!str_present(bound))
        return OK;
    HOLD(failure, certificate_is_sent, str_present(presented->certificate));
    HOLD_TRY(failure, certificate_is_readable,
             certificate_thumbprint(presented->certificate, arena, &x5t));
    HOLD(failure, certificate_is_the_tokens, secret_eq(secret_of(x5t), secret_of(bound)));
    return OK;
}

/* RFC 9449 11.1: within its window a proof is good for one request. */
static err use_up(struct hk_rp *rp, const struct dpop *proof, int64_t max_age, int64_t now,
                  struct arena *arena, struct failure *failure) {
    str use;
    TRY(STR_JOIN(arena, &use, proof->jkt, S(" "), proof->jti));
    HOLD(failure, proof_is_used_once,
         seen_first(rp->seen, S("dpop"), use, proof->iat + max_age, now));
    return OK;
}

static err check_proof(struct hk_rp *rp, const struct presented *presented, struct arena *arena,
                       struct failure *failure) {
    const struct access_expected *e = &presented->expected;
    struct dpop proof = {0};
    const struct dpop_expected expected = {
        .method = presented->method,
        .url = presented->url,
        .now = e->now,
        .max_age = rp->settings.options.proof_window_s,
        .leeway = e->skew,
        .algs = verify_proof_algs(rp),
        .access_token = presented->credentials.token,
        .jkt = presented->verified->token.jkt,
    };
    HOLD(failure, argument_given, str_present(presented->method) && str_present(presented->url));
    HOLD(failure, proof_is_sent, str_present(presented->dpop));
    err verdict = dpop_verify(presented->dpop, &expected, arena, &proof);
    HOLD(failure, proof_is_for_our_url, !err_is(verdict, E_bad_request));
    HOLD(failure, proof_is_by_the_tokens_key, !err_is(verdict, E_invalid_token));
    HOLD_TRY(failure, proof_is_valid, verdict);
    return use_up(rp, &proof, expected.max_age, e->now, arena, failure);
}

/* RFC 9449 7.1: whoever holds another key has a wrong token; everything else is the proof's. */
static bool is_proofs(const struct failure *failure) {
    return failure->rule == RULE_proof_is_sent || failure->rule == RULE_proof_is_valid ||
           failure->rule == RULE_proof_is_used_once;
}

err binding_check(struct hk_rp *rp, const struct presented *presented, struct arena *arena,
                  struct failure *failure) {
    const struct access_token *token = &presented->verified->token;
    bool dpop = presented->credentials.scheme == SCHEME_DPOP;
    HOLD(failure, token_is_bound_enough, is_bound_enough(&rp->settings.options, token));
    TRY(check_scheme(token, dpop, failure));
    TRY(check_certificate(presented, arena, failure));
    if (!dpop)
        return OK;
    err e = check_proof(rp, presented, arena, failure);
    if (failed(e) && is_proofs(failure))
        failure_oauth(failure, S("invalid_dpop_proof"));
    return e;
}
