/* What hk_verify and its parts share: a request to an API, and what its token must show. */
#ifndef RP_FLOWS_VERIFY_H
#define RP_FLOWS_VERIFY_H

#include "rp/engine/verified.h"
#include "rp/protocol/credentials.h"

struct presented {
    struct credentials credentials;
    str dpop, method, url, certificate; /* of the request */
    struct access_expected expected;
    struct sha256 digest; /* of the token */
    struct signed_token token;
    struct verified *verified; /* held */
};

/* All of what a program filled, which may have been compiled with a shorter struct: what that does
 * not have is absent. NULL is allowed. */
hk_request verify_given(const hk_request *request);
/* The algorithms of access tokens that are accepted (RFC 9068 4: none is symmetric unless it is
 * set). */
str verify_algs(const struct hk_rp *rp);
/* Those of DPoP proofs. */
str verify_proof_algs(const struct hk_rp *rp);

/* Whether the sender holds the key that the token is bound to: RFC 9449 7, RFC 8705 3. Breaks the
 * rules of what is bound to whom; a proof that is wrong leaves invalid_dpop_proof in the failure.
 * What a proof used up is noted after its signature (seen.h). */
err binding_check(struct hk_rp *rp, const struct presented *presented, struct arena *arena,
                  struct failure *failure) MUST_CHECK;

#endif
