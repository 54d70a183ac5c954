/* The provider's keys (RFC 7517), and tokens that they sign. */
#ifndef RP_ENGINE_KEYSET_H
#define RP_ENGINE_KEYSET_H

#include "keys/jws.h"
#include "rp/engine/op.h"

/* A token on its way to being believed. */
struct signed_token {
    str token;
    enum jose_alg alg; /* the only one that is accepted (RFC 8725 3.1) */
    str algs;          /* or, where alg is JOSE_NONE, one of these words */
    struct jws jws;    /* after the steps: parsed, and its signature verified */
    bool looked_again; /* keys were fetched for its kid already */
};

/* Pushes what verifies `signed_token` (which lives in the op's arena) with the provider's keys, or
 * for HS* with the client's secret. The metadata must be there. An unknown kid fetches the keys
 * anew, once, and not during the cool-down. The signature is the first thing that is looked at: no
 * claim is read before. */
err keyset_push_verify(struct hk_op *op, struct signed_token *signed_token) MUST_CHECK;
/* A step: the keys are there after it. */
err keyset_need(struct hk_op *op) MUST_CHECK;
/* Makes a document of hk_cfg_jwks's JSON, in hk_rp_new. */
err keyset_given(struct hk_rp *rp, struct failure *failure) MUST_CHECK;

#endif
