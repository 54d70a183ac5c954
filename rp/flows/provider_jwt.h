/* A JWT that the provider made for this client: decrypted where that was agreed, verified, and its
 * claims read. What the claims must say is for the caller to check, with the rules of protocol/. */
#ifndef RP_FLOWS_PROVIDER_JWT_H
#define RP_FLOWS_PROVIDER_JWT_H

#include "rp/engine/keyset.h"
#include "rp/protocol/jwt_claims.h"

/* Lives in the op's arena. The caller sets token, alg and, where tokens of this kind are encrypted,
 * encryption ("RSA-OAEP-256 A256GCM"); the rest is there after the steps. */
struct provider_jwt {
    str token, encryption;
    enum jose_alg alg;
    struct signed_token verified; /* its jws has the header */
    json_t *claims;               /* the op's */
    struct provider_jwt *outer;
};

/* Pushes all that; no claim is read before the signature is right. */
err provider_jwt_push(struct hk_op *op, struct provider_jwt *jwt) MUST_CHECK;
/* With the client's issuer, client_id, audiences, clock and skew. */
struct jwt_check provider_jwt_check(struct hk_op *op);

#endif
