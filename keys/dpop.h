/* DPoP proofs (RFC 9449): with each request a client shows that it holds a key.
 *
 * Pure: the time, the jti and what was seen before come from the caller. That there is one DPoP
 * header only (4.3, rule 1), and that a jti comes once (11.1), is for the caller to see to. */
#ifndef KEYS_DPOP_H
#define KEYS_DPOP_H

#include "keys/jwk.h"

enum { DPOP_MAX = 8 * 1024, DPOP_MAX_JTI = 256 }; /* longer is refused */

/* The request that a proof goes with. */
struct dpop_request {
    str method, url;  /* query and fragment of the URL are left out of the proof (4.2) */
    int64_t now;      /* Unix seconds */
    str jti;          /* fresh: at least 96 random bits as text */
    str nonce;        /* the last one of that server; absent: none */
    str access_token; /* that goes with the request; absent: none */
};
/* The value of the DPoP header. The key names itself in the proof by its public members.
 * E_jose_key: it cannot sign with alg, or is symmetric; E_bad_request: the URL is not one of http,
 * or method or jti are missing. */
err dpop_proof(const struct jwk *key, enum jose_alg alg, const struct dpop_request *request,
               struct arena *arena, str *out) MUST_CHECK;

/* What a proof must show. */
struct dpop_expected {
    str method, url;  /* of the request, as the client sees it */
    int64_t now;      /* Unix seconds */
    int64_t max_age;  /* seconds since iat */
    int64_t leeway;   /* seconds that iat may be ahead of us */
    str algs;         /* names separated by spaces; absent: each asymmetric one */
    str nonces;       /* any of these, separated by spaces; absent: none is asked for */
    str access_token; /* that came with the request: ath is its hash; absent: ath is not read */
    str jkt;          /* the thumbprint that a token or code is bound to; absent: any key */
};
struct dpop {
    enum jose_alg alg;
    str jkt;     /* RFC 7638 thumbprint of the key: cnf.jkt (6.1) */
    str jti;     /* for the caller's replay cache, together with the URL or the key */
    str nonce;   /* absent: it has none */
    int64_t iat; /* the jti need not be remembered past iat + max_age */
};
/* Every rule of 4.3 from the second on. Nothing is handed out before the signature is right.
 * E_invalid_dpop_proof says which rule; E_invalid_token: the key is another than jkt says;
 * E_use_dpop_nonce: all but the nonce is well (8 and 9).
 * E_bad_request: the expected URL is not one of http, which is the caller's fault. */
err dpop_verify(str proof, const struct dpop_expected *expected, struct arena *arena,
                struct dpop *out) MUST_CHECK;

#endif
