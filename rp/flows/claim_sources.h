/* Aggregated and distributed claims (OIDC Core 5.6.2) become claims.
 *
 * A source counts when it is the provider, or one that the setting claim_sources names, and its
 * token holds; then its claims are added. What does not hold, or cannot be fetched, is left out,
 * with a "refused" event that names the rule: a credit bureau that is down keeps nobody from
 * signing in. Distributed claims are asked for with the token of their source, never ours, and at
 * these hosts only: the URL comes from outside. */
#ifndef RP_FLOWS_CLAIM_SOURCES_H
#define RP_FLOWS_CLAIM_SOURCES_H

#include "rp/engine/op.h"

/* Pushes it for `claims`, the op's; afterwards they have no _claim_names and _claim_sources. The
 * metadata must be there. */
err claim_sources_push(struct hk_op *op, json_t *claims) MUST_CHECK;

#endif
