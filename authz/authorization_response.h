/* The authorization response (RFC 6749 4.1.2, 4.1.2.1, OAuth 2.0 Multiple Response Types): in the
 * query or the fragment of a redirect, or by a form that posts itself (OAuth 2.0 Form Post Response
 * Mode); always with `state`, if there was one, and `iss` (RFC 9207). */
#ifndef AUTHZ_AUTHORIZATION_RESPONSE_H
#define AUTHZ_AUTHORIZATION_RESPONSE_H

#include "authz/authorization_answer.h"

err authorization_response_send(struct request *rq, const struct authorization *authorization,
                                const struct authorization_answer *answer,
                                struct response *rs) MUST_CHECK;
/* Tells the client of `e`: by its name if that belongs here, else as server_error or
 * temporarily_unavailable. */
err authorization_response_error(struct request *rq, const struct authorization *authorization,
                                 err e, struct response *rs) MUST_CHECK;
/* The URL that the answer goes to, for the HitKey dialect; instead of form_post the mode that is
 * usual for the response type. */
err authorization_response_url(struct request *rq, const struct authorization *authorization,
                               const struct authorization_answer *answer, str *url) MUST_CHECK;

#endif
