/* What the provider encrypts to this client (OIDC Core 10.2). */
#ifndef RP_FLOWS_DECRYPT_H
#define RP_FLOWS_DECRYPT_H

#include "rp/engine/op.h"

/* Opens `token` with the keys of hk_cfg_decryption_key, or with the client secret where the
 * algorithm is symmetric. `encryption`: "alg enc", the only ones that are accepted. */
err decrypt_token(struct hk_op *op, str encryption, str token, str *plain) MUST_CHECK;

#endif
