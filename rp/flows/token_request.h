/* Requests to the token endpoint, and what a token response must be (RFC 6749 5.1). */
#ifndef RP_FLOWS_TOKEN_REQUEST_H
#define RP_FLOWS_TOKEN_REQUEST_H

#include "rp/flows/endpoint_request.h"

/* Texts are absent when the response has none, and live as long as the op. */
struct token_response {
    str access_token, token_type; /* "Bearer", "DPoP", or "N_A" (RFC 8693 2.2.1) */
    str refresh_token, id_token, issued_token_type;
    str scope;                     /* as granted: the response's, or what the request asked for */
    json_t *json;                  /* the whole of it */
    json_t *authorization_details; /* a list of objects (RFC 9396 7), or NULL */
    int64_t expires_at;            /* 0: unknown */
};

/* Pushes the request; *out (which must live as long as the op) is filled for the next step, every
 * rule of a token response held. That an ID token is there is for the caller to see to. */
err token_push(struct hk_op *op, const struct endpoint_request *request,
               struct token_response *out) MUST_CHECK;
/* The second half alone: reads op->answer of an endpoint_push. */
err token_read(struct hk_op *op, struct token_response *out) MUST_CHECK;
/* A key to bind tokens to, if the settings ask for one, else NULL. It ends with the op. */
err token_key_make(struct hk_op *op, struct jwk **out) MUST_CHECK;
/* A session with the tokens and a copy of the key (NULL: none), without a user yet. The caller
 * frees it. */
err token_session(struct hk_op *op, const struct token_response *response,
                  const struct jwk *dpop_key, hk_session **out) MUST_CHECK;
/* What one provider gave is not shown to another. */
err token_session_is_ours(struct hk_op *op, const hk_session *session) MUST_CHECK;
/* Tells the on_tokens hook of a session's new tokens; `old_refresh_token` may be absent. */
err token_told(struct hk_op *op, const hk_session *session, str old_refresh_token) MUST_CHECK;

#endif
