/* A sign-in that has begun: what its answer must fit, kept by the browser in a sealed cookie, or by
 * the program's store (hk_cfg_store), with only the key in the cookie.
 *
 * The cookie is bound to its name, which is made of a hash of state: sign-ins in several tabs do
 * not disturb each other, and a cookie does not open under another's name. */
#ifndef RP_ENGINE_TRANSACTION_H
#define RP_ENGINE_TRANSACTION_H

#include "rp/engine/op.h"

struct transaction {
    str state, nonce, verifier; /* verifier: of PKCE (RFC 7636) */
    str issuer, client_id, redirect_uri, return_to;
    str scope;                            /* what was asked for */
    str acr;                              /* what the ID token must have, or absent */
    str dpop_key;                         /* private JWK, or absent */
    int64_t started, max_age;             /* max_age: -1: none was asked for */
    int64_t response_type, response_mode; /* of settings.h */
};

/* Fresh state, nonce and verifier, 256 random bits each; the rest is the caller's to fill. */
err transaction_begin(struct hk_op *op, struct transaction *out) MUST_CHECK;
/* The value of the Set-Cookie header that keeps it. */
err transaction_keep(struct hk_op *op, const struct transaction *transaction,
                     str *set_cookie) MUST_CHECK;
/* Finds, opens and checks the one of `state` in the Cookie header; each is taken once. */
err transaction_take(struct hk_op *op, str state, str cookies, struct transaction *out) MUST_CHECK;
/* The value of the Set-Cookie header that ends its cookie. */
err transaction_end_cookie(struct hk_op *op, const struct transaction *transaction,
                           str *set_cookie) MUST_CHECK;

enum { SURPLUS_MAX = 32 };
struct surplus {
    str set_cookies[SURPLUS_MAX];
    size_t n;
};
/* What ends the oldest sign-ins of the browser with that Cookie header, so that with one more they
 * are max_logins at most. */
err transaction_end_surplus(struct hk_op *op, str cookies, struct surplus *out) MUST_CHECK;

#endif
