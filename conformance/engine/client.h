/* The relying party that a module plays: registered for it (OIDC Registration 1.0), or taken from
 * the client file ("client", then "client2") where that says so. */
#ifndef CONFORMANCE_ENGINE_CLIENT_H
#define CONFORMANCE_ENGINE_CLIENT_H

#include <openssl/evp.h>

#include "conformance/engine/run.h"

struct client {
    json_t *metadata; /* what the provider answered, or the client file's object */
    const char *id, *secret, *redirect_uri;
    const char *auth; /* client_secret_basic, client_secret_post, client_secret_jwt,
                         private_key_jwt or none */
    EVP_PKEY *key;    /* RSA: of its "jwks" */
    const char *kid;  /* of that key, where the set has one; or NULL */
    bool registered;  /* by us: to be deleted at the end */
    struct client *next;
};

/* Whether the client file names static clients. */
bool clients_are_static(const struct run *run);
/* The suite's own request: one redirect URI, contacts, grant and response types of the variant, the
 * plan's authentication and an RS256 "jwks" without kid. Kept; change it as the module needs. */
json_t *client_request(struct run *run);
/* A client for this module. `changes` are members that replace the suite's (null removes), or NULL;
 * borrowed. Where clients are static, changes that the static client does not have skip the module.
 */
struct client *client_make(struct run *run, json_t *changes);
/* POSTs a registration request; the answer is the caller's to judge. */
const struct http_response *client_register(struct run *run, const json_t *request);
/* What an answer of 201 must be (OIDC Registration 3.2), and the client it makes. */
struct client *client_accept(struct run *run, const struct http_response *response);
/* A new RSA key; kept by the run. settings->key is the one that clients have otherwise. */
EVP_PKEY *client_new_key(struct run *run);
/* Puts the client's authentication (its `auth`) into a request to the token endpoint: parameters,
 * and the Authorization header's value, or NULL. */
const char *client_authenticate(struct run *run, const struct client *client, json_t *parameters);
/* A form POST to an endpoint of the discovery document, authenticated. */
const struct http_response *client_post(struct run *run, const struct client *client,
                                        const char *endpoint, json_t *parameters);
/* DELETEs what was registered (RFC 7592 2.3): anything but 204 is a WARNING. */
void clients_unregister(struct run *run);

#endif
