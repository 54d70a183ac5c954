/* How far the provider's clock is from ours, by the Date header of its last answer: a token that is
 * "too old" or "from the future" is nearly always that. */
#ifndef RP_ENGINE_CLOCK_SKEW_H
#define RP_ENGINE_CLOCK_SKEW_H

#include "rp/engine/op.h"

/* Looks at op->answer, which has just come. */
void clock_skew_note(struct hk_op *op);
/* Adds it to the message of an HK_E_EXPIRED, where it is more than skew_s allows. */
void clock_skew_tell(const struct hk_op *op, hk_error *e);

#endif
