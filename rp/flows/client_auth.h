/* How a client shows the provider who it is (OIDC Core 9, RFC 6749 2.3, RFC 7523, RFC 8705). */
#ifndef RP_FLOWS_CLIENT_AUTH_H
#define RP_FLOWS_CLIENT_AUTH_H

#include "common/base/form.h"
#include "rp/engine/op.h"

enum { CLIENT_AUTH_PARAMS = 3 };

struct client_auth_parts {
    str headers; /* lines, or "" */
    struct form_param params[CLIENT_AUTH_PARAMS];
    size_t param_count;
};

/* The configured method, or for "auto" the strongest that is configured and offered. The metadata
 * must be there. */
err client_auth_method(struct hk_op *op, enum client_auth *out) MUST_CHECK;
/* What goes with one request, in the op's arena. Ask anew for each one: an assertion is used once
 * (RFC 7523 3, jti). */
err client_auth_make(struct hk_op *op, struct client_auth_parts *out) MUST_CHECK;

#endif
