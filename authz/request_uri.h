/* Request objects by reference: request_uri (OIDC Core 6.2, RFC 9101 5.2). */
#ifndef AUTHZ_REQUEST_URI_H
#define AUTHZ_REQUEST_URI_H

#include "authz/authz.h"
#include "authz/store/client.h"

enum { REQUEST_URI_MAX_BODY = 64 * 1024 };

/* Fetches the request object, each time: nothing is cached, so that its fragment need not change.
 * E_invalid_request_uri: the client has not registered it, or no object came from there; E_defer:
 * nothing may wait here; E_overloaded. */
err request_uri_fetch(struct request *rq, const struct client *client, str uri,
                      str *text) MUST_CHECK;

#endif
