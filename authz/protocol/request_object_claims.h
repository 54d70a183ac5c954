/* The claims of a request object (OIDC Core 6.1, RFC 9101 4) as the parameters of an authorization
 * request. How the object came and who signed it is settled before. */
#ifndef AUTHZ_PROTOCOL_REQUEST_OBJECT_CLAIMS_H
#define AUTHZ_PROTOCOL_REQUEST_OBJECT_CLAIMS_H

#include "common/base/form.h"
#include "common/base/json_read.h"

struct request_object_rules {
    str client_id; /* of the request outside */
    str issuer;
    int64_t now_s;
};

/* *out: the parameters outside with those inside laid over them (OIDC Core 6.1: those outside that
 * the object does not have still count), without request and request_uri.
 * E_invalid_request_object says which rule the object breaks; E_invalid_request: a parameter
 * outside is repeated. */
err request_object_claims_merge(struct arena *arena, const json_t *claims,
                                const struct request_object_rules *rules,
                                const struct form *outside, struct form *out) MUST_CHECK;

#endif
