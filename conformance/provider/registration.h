/* The provider's clients: the one that the setup tells of, and those that register themselves
 * (OIDC Registration 1.0, RFC 7591, 7592). */
#ifndef CONFORMANCE_PROVIDER_REGISTRATION_H
#define CONFORMANCE_PROVIDER_REGISTRATION_H

#include "conformance/provider/provider.h"

/* The client of a setup with RP_CLIENT_ID. Under the lock. */
void registration_of_setup(struct provider *provider);
/* A client's metadata; NULL if there is none of this name. Borrowed. */
json_t *registration_find(struct provider *provider, const char *client_id);
/* A member, or its default. */
const char *registration_of(const json_t *client, const char *member, const char *otherwise);
/* Whether the client registered this value in a member that is an array. */
bool registration_lists(const json_t *client, const char *member, const char *value);
/* Its keys, {"keys": []}: "jwks", or what "jwks_uri" gives. NULL: none. The caller owns. */
json_t *registration_keys(struct provider *provider, const json_t *client);

#endif
