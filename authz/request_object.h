/* Request objects: the parameters of an authorization request in a JWT of the client, by value
 * (`request`) or by reference (`request_uri`) (OIDC Core 6, RFC 9101). */
#ifndef AUTHZ_REQUEST_OBJECT_H
#define AUTHZ_REQUEST_OBJECT_H

#include "authz/authz.h"
#include "authz/protocol/authorization_request.h"
#include "authz/store/client.h"

/* Reads the object that `in` has, if any: fetched, decrypted, verified. *form and *in are then the
 * request that counts, as if it had come without an object; on an error they are untouched.
 * E_invalid_request: `request` and `request_uri` at once; E_invalid_request_object,
 * E_invalid_request_uri; E_defer: something must be fetched and nothing may wait here;
 * E_overloaded. */
err request_object_apply(struct request *rq, const struct client *client, struct form *form,
                         struct authorization_request *in) MUST_CHECK;

#endif
