#include "rp/flows/id_token.h"

#include "rp/flows/claim_sources.h"
#include "rp/flows/provider_jwt.h"

struct id_token {
    struct provider_jwt jwt;
    struct id_token_expected expected;
    json_t **claims;
};

static err check(struct hk_op *op) {
    struct id_token *token = op->id_token;
    struct jwt_check check = provider_jwt_check(op);
    TRY(id_token_claims(&check, &token->jwt.verified.jws, token->jwt.claims, &token->expected));
    TRY(claim_sources_push(op, token->jwt.claims));
    *token->claims = token->jwt.claims;
    return OK;
}

err id_token_push(struct hk_op *op, str token, const struct id_token_expected *expected,
                  json_t **claims) {
    const struct options *options = &op->rp->settings.options;
    struct id_token *it = ARENA_NEW(op->arena, struct id_token);
    REQUIRE(it, no_memory, "the call needs more memory than it may have");
    it->jwt = (struct provider_jwt){
        .token = token, .alg = options->id_token_alg, .encryption = options->id_token_encryption};
    it->expected = *expected;
    it->claims = claims;
    op->id_token = it;
    op_push(op, check);
    return provider_jwt_push(op, &it->jwt);
}
