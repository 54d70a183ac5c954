/* A request to sign out (RP-Initiated Logout 1.0 2): who asks, whose sign-in is meant, where the
 * person goes afterwards. */
#ifndef AUTHZ_LOGOUT_REQUEST_H
#define AUTHZ_LOGOUT_REQUEST_H

#include "authz/authz.h"
#include "authz/store/client.h"
#include "authz/store/session.h"

struct logout_request {
    bool has_client; /* id_token_hint or client_id names one */
    struct client client;
    str hint_sub, hint_sid; /* of id_token_hint, or absent */
    str target;             /* where to go afterwards, with `state`; or absent */
};

/* A hint that a key signed which is no longer here, of a sign-in long past, counts as none: its
 * client is that of client_id, if there is one. E_invalid_request: a hint that is not an ID token
 * of ours, a client_id that is unknown or not the hint's, an address that the client did not
 * register. Nobody is sent anywhere then. An address without a client is not followed: `target`
 * stays absent. */
err logout_request_read(struct request *rq, const struct form *form,
                        struct logout_request *out) MUST_CHECK;
/* The account of the session that the hint means; NULL: none. */
const struct account *logout_request_account(struct request *rq, const struct logout_request *in,
                                             const struct session *session);

#endif
