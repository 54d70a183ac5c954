/* The ID token (OIDC Core 2, 3.1.3.7, 3.2.2.10, 3.3.2.11): its signature and every claim. */
#ifndef CONFORMANCE_CHECKS_ID_TOKEN_H
#define CONFORMANCE_CHECKS_ID_TOKEN_H

#include "conformance/engine/flow.h"

enum id_token_from { ID_TOKEN_FRONT, ID_TOKEN_BACK };

/* The claims, kept by the run. `from`: the authorization or the token endpoint. */
json_t *check_id_token(struct run *run, const struct flow *flow, const char *token,
                       enum id_token_from from);
/* exp ahead, iat now, auth_time neither in the future nor in other units than seconds. */
void check_id_token_times(struct run *run, const json_t *claims);
/* Its header; kept. */
json_t *id_token_header(struct run *run, const char *token);
/* Signature, algorithm and key: what any JWT of the provider's must have. `alg` is the one
 * registered. */
json_t *check_signed_token(struct run *run, const struct client *client, const char *token,
                           const char *alg);
bool audience_has(const json_t *aud, const char *client_id);

#endif
