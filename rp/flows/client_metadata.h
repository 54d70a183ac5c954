/* What a client registers (RFC 7591 2, OIDC Registration 2, and the specifications that add to it),
 * as its settings say. */
#ifndef RP_FLOWS_CLIENT_METADATA_H
#define RP_FLOWS_CLIENT_METADATA_H

#include "rp/engine/op.h"

/* The object ends with the op. */
err client_metadata(struct hk_op *op, json_t **out) MUST_CHECK;

#endif
