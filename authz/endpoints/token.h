/* POST /oauth/token (RFC 6749 3.2, OIDC Core 3.1.3): the endpoint and what its grant types share.
 */
#ifndef AUTHZ_ENDPOINTS_TOKEN_H
#define AUTHZ_ENDPOINTS_TOKEN_H

#include <jansson.h>

#include "authz/store/client.h"
#include "authz/store/grant.h"
#include "common/http/http.h"

/* RUN_INLINE_FIRST, BODY_FORM | BODY_JSON, DIALECT_OAUTH, CORS_ANY, CALLER_ANYONE. */
handler_fn token_post;

/* What the client sent; absent where it sent nothing. */
struct token_request {
#define TOKEN_PARAM(name, doc) str name;
#include "authz/endpoints/token_params.def"
#undef TOKEN_PARAM
    struct client client; /* authenticated */
};

/* What a grant type decided: durable by then. */
struct token_answer {
    struct grant grant;
    str scope;         /* the grant's or less */
    str refresh_token; /* or absent */
    str nonce;         /* for the ID token, or absent */
    json_t *person;    /* whose tokens they are, with all claims; dropped with this */
};
typedef struct token_answer token_answer_ref;
void token_answer_ref_drop(struct token_answer *answer);

/* Members of a private project alone get tokens of its clients, each time that they ask: whoever
 * was removed gets no more. E_invalid_grant, E_unauthorized_client: the project is gone. */
err token_check_member(struct request *rq, const struct client *client, str user_id) MUST_CHECK;

/* The grant types: token_<id>.c */
#define GRANT_TYPE(id, name, waits)                                                                \
    err token_##id(struct request *rq, const struct token_request *in, struct token_answer *out)   \
        MUST_CHECK;
#include "authz/protocol/grant_types.def"
#undef GRANT_TYPE

#endif
