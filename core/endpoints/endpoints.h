/* The handlers of core/routes.def, and what they share. */
#ifndef CORE_ENDPOINTS_ENDPOINTS_H
#define CORE_ENDPOINTS_ENDPOINTS_H

#include "core/store/api_token.h"
#include "core/store/throttle.h"
#include "core/store/user.h"

#define ROUTE(methods, path, handler, caller, body, cap, run, rate) handler_fn handler;
#include "core/routes.def"
#undef ROUTE

/* CALLER_API_BEARER: rq->caller. */
static inline const struct api_token *endpoints_bearer(const struct request *rq) {
    return rq->caller;
}
/* {"message": text}. */
err endpoints_message(struct request *rq, struct response *rs, str text) MUST_CHECK;
/* {"user_id","amr":[…]}: the answer of the internal sign-ins. */
err endpoints_signed_in(struct request *rq, struct response *rs, str user_id, str amr) MUST_CHECK;
/* An API sign-in: stores tokens and answers with them. */
err endpoints_issue(struct request *rq, struct response *rs, str user_id, str amr,
                    const char *message) MUST_CHECK;

/* A password that may be stored, hashed. E_validation with its field error. */
err endpoints_new_password(struct request *rq, str password, str email, str *hash) MUST_CHECK;

struct email_password {
    str email, password;
};
err endpoints_read_email_password(struct request *rq, struct email_password *out) MUST_CHECK;

/* The third step of registration. */
err endpoints_register(struct request *rq, str *user_id) MUST_CHECK;

/* Checks e-mail and password of the body. *challenge is present when a second factor must follow.
 */
struct signing_in {
    str user_id, challenge;
};
err endpoints_sign_in(struct request *rq, struct signing_in *out) MUST_CHECK;
/* {"totp_required": true, "challenge_token"}, 202. */
err endpoints_challenge(struct request *rq, struct response *rs, str challenge) MUST_CHECK;
/* The second factor of the body's challenge. */
err endpoints_second_factor(struct request *rq, str *user_id) MUST_CHECK;

#endif
