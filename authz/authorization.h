/* An authorization request that was found good: who asks, where the answer goes, for what. */
#ifndef AUTHZ_AUTHORIZATION_H
#define AUTHZ_AUTHORIZATION_H

#include "authz/authz.h"
#include "authz/protocol/authorization_request.h"
#include "authz/protocol/claims_request.h"
#include "authz/store/client.h"

struct authorization {
    struct authorization_request in;
    struct client client;
    str target; /* where answers go; absent: an error must not leave this server */
    str params; /* the request again, for the way through the pages */
    str scope;  /* what is asked for and may be had */
    struct claims_request claims; /* its subs: of id_token_hint too */
    str consent; /* what needs consent: the scope, and a word for each other claim */
    str acr;     /* classes that the sign-in should be of, the preferred first, or absent */
};

/* Reads the form text of a request. On an error, out->target tells whether the client may be told:
 * then by authorization_response_error(). Before that E_invalid_client is a client that is not
 * known, E_invalid_redirect_uri a redirect_uri that is not its own. A request object is read first
 * (request_object.h): the request is then what it says, and E_defer asks for a worker. Changes
 * nothing. From here on the pages speak the language of ui_locales (rq->ui_locales). */
err authorization_read(struct request *rq, str text, struct authorization *out) MUST_CHECK;
/* Whether the client is surely the registered one, so that a consent may be remembered for it:
 * it proves itself by a secret, or its answers go where only it is (RFC 8252 8.6). */
bool authorization_client_is_known(const struct authorization *authorization);

#endif
