/* What may be used only once, until it would be refused as too old anyway: states of sign-ins, jti
 * of logout tokens and proofs. Bounded; when it is full the one that ends first makes room. */
#ifndef RP_ENGINE_SEEN_H
#define RP_ENGINE_SEEN_H

#include "common/base/memory.h"
#include "common/base/str.h"

struct seen;

err seen_new(const struct memory *memory, struct seen **out) MUST_CHECK;
void seen_free(struct seen *seen);
/* True when `what` (of a kind: "state", "logout", "dpop") was not seen before and is now, until
 * `expires`. Any thread. */
bool seen_first(struct seen *seen, str kind, str what, int64_t expires, int64_t now);

#endif
