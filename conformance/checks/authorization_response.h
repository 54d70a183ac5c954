/* The authorization response (OIDC Core 3.1.2.5, 3.2.2.5, 3.3.2.5; RFC 9207; Form Post Response
 * Mode): where it came, and what every one of them must have. */
#ifndef CONFORMANCE_CHECKS_AUTHORIZATION_RESPONSE_H
#define CONFORMANCE_CHECKS_AUTHORIZATION_RESPONSE_H

#include "conformance/engine/flow.h"

/* The parameters with which the browser came to the redirect URI; the caller owns. */
json_t *check_response_is_delivered(struct run *run, const struct page *page,
                                    const char *redirect_uri);
/* In the query, the fragment or a form, as the request's response type and mode ask. */
void check_response_mode(struct run *run, const struct flow *flow);
/* state, iss, nothing twice. */
void check_response(struct run *run, const struct flow *flow);
/* Of a successful one: what its response type promises, and nothing else of that kind. */
void check_response_members(struct run *run, const struct flow *flow);
/* Of an error: one of "a|b", its description printable, no parameter that none expects. */
void check_error_response(struct run *run, const struct flow *flow, const char *spec,
                          const char *codes);

#endif
