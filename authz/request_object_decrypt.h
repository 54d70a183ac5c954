/* The outer layer of request objects that are encrypted (OIDC Core 6.1, RFC 9101 6.1): to a
 * published key of ours, or with the secret that we share with the client (OIDC Core 10.2). */
#ifndef AUTHZ_REQUEST_OBJECT_DECRYPT_H
#define AUTHZ_REQUEST_OBJECT_DECRYPT_H

#include "authz/authz.h"
#include "authz/store/client.h"

/* *token: the JWT inside, or `text` if it is not encrypted. E_jose_malformed; E_jose_algorithm: not
 * what the client registered, if it did; E_jose_key, E_jose_signature. */
err request_object_decrypt(struct request *rq, const struct client *client, str text,
                           str *token) MUST_CHECK;

#endif
