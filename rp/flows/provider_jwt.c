#include "rp/flows/provider_jwt.h"

#include "rp/engine/metadata.h"
#include "rp/flows/decrypt.h"

struct jwt_check provider_jwt_check(struct hk_op *op) {
    const struct settings *settings = &op->rp->settings;
    return (struct jwt_check){
        .failure = &op->failure,
        .arena = op->arena,
        .issuer = settings->issuer,
        .client_id = settings->client_id,
        .audiences = settings->options.audiences,
        .now = op_now(op),
        .skew = settings->options.skew_s,
    };
}

static err read_claims(struct hk_op *op) {
    struct provider_jwt *jwt = op->provider_jwt;
    op->provider_jwt = jwt->outer;
    HOLD_TRY(&op->failure, claims_are_an_object,
             op_json_object(op, jwt->verified.jws.payload, &jwt->claims));
    return OK;
}

static err open_and_verify(struct hk_op *op) {
    struct provider_jwt *jwt = op->provider_jwt;
    str plain = jwt->token;
    if (str_present(jwt->encryption))
        TRY(decrypt_token(op, jwt->encryption, jwt->token, &plain));
    jwt->verified = (struct signed_token){.token = plain, .alg = jwt->alg};
    op_push(op, read_claims);
    return keyset_push_verify(op, &jwt->verified);
}

err provider_jwt_push(struct hk_op *op, struct provider_jwt *jwt) {
    jwt->outer = op->provider_jwt;
    op->provider_jwt = jwt;
    op_push(op, open_and_verify);
    op_push(op, metadata_need);
    return OK;
}
