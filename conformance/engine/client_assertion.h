/* client_secret_jwt and private_key_jwt (OIDC Core 9, RFC 7523). */
#ifndef CONFORMANCE_ENGINE_CLIENT_ASSERTION_H
#define CONFORMANCE_ENGINE_CLIENT_ASSERTION_H

#include "conformance/engine/client.h"

/* An assertion for this audience; `kid` goes into its header, or NULL. Kept by the run. */
const char *client_assertion(struct run *run, const struct client *client, const char *audience,
                             const char *kid);
/* client_assertion and client_assertion_type for the audience. */
void client_assertion_add(struct run *run, const struct client *client, json_t *parameters,
                          const char *audience);

#endif
