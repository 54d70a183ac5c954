/* What the sign-in page shares with registration. */
#ifndef AUTHZ_ENDPOINTS_INTERACTION_REGISTER_H
#define AUTHZ_ENDPOINTS_INTERACTION_REGISTER_H

#include "authz/flow.h"

/* Has a code mailed to the interaction's address and asks for it. */
err interaction_register_begin(struct request *rq, struct flow *flow,
                               struct response *rs) MUST_CHECK;

#endif
