/* The last DPoP nonce of each origin (RFC 9449 8 and 8.2), for the proofs of all calls of a client.
 * A few origins are remembered, because a provider has one or two; any thread may call. The
 * authorization server of an origin and its API (userinfo) have nonces of their own. */
#ifndef RP_ENGINE_SERVER_NONCE_H
#define RP_ENGINE_SERVER_NONCE_H

#include "rp/engine/op.h"

enum nonce_of { NONCE_OF_SERVER, NONCE_OF_API };

/* Takes what came from the origin of `url`; absent, or one too long to be kept, changes nothing. */
err server_nonce_keep(struct hk_op *op, enum nonce_of of, str url, str nonce) MUST_CHECK;
/* What goes into a proof for `url`, in the op's arena; absent if that origin gave none. */
err server_nonce_get(struct hk_op *op, enum nonce_of of, str url, str *out) MUST_CHECK;

#endif
