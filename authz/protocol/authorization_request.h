/* The authorization request (RFC 6749 4.1.1, OIDC Core 3.1.2.1): its parameters, and every rule
 * that needs nothing but them. Who the client is and where its answers go must be settled before:
 * only then may an error be sent to it. */
#ifndef AUTHZ_PROTOCOL_AUTHORIZATION_REQUEST_H
#define AUTHZ_PROTOCOL_AUTHORIZATION_REQUEST_H

#include "authz/protocol/response_type.h"
#include "common/base/form.h"

enum { AUTHORIZATION_REQUEST_MAX = 16 * 1024 }; /* bytes of its form text */

struct authorization_request {
#define AUTHORIZATION_PARAM(name, kept, doc) str name;
#include "authz/protocol/authorization_params.def"
#undef AUTHORIZATION_PARAM
    /* understood by authorization_request_check: */
    const struct response_type *type;
    enum response_mode mode;
    unsigned prompts;  /* PROMPT_… bits */
    int64_t max_age_s; /* -1: not asked for */
};

/* Takes the parameters out of `form`: of a repeated one nothing, since it says two things. */
void authorization_request_read(const struct form *form, struct authorization_request *out);
/* All rules. in->mode is understood first, as far as it can be: errors go its way. */
err authorization_request_check(const struct form *form, bool public_client,
                                struct authorization_request *rq) MUST_CHECK;
/* The scope that is asked for: what of it the client may have; all that when none is asked.
 * E_invalid_scope: malformed, or nothing is left. */
err authorization_request_scope(struct arena *arena, const struct authorization_request *rq,
                                str allowed, str *scope) MUST_CHECK;
/* The kept parameters as form text, each once, for the way through the pages. E_invalid_request:
 * more than AUTHORIZATION_REQUEST_MAX. */
err authorization_request_write(struct arena *arena, const struct authorization_request *rq,
                                str *text) MUST_CHECK;

#endif
