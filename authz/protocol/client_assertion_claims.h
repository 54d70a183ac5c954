/* What the claims of a client's assertion must say (RFC 7523 3, OIDC Core 9). The signature is
 * checked before. */
#ifndef AUTHZ_PROTOCOL_CLIENT_ASSERTION_CLAIMS_H
#define AUTHZ_PROTOCOL_CLIENT_ASSERTION_CLAIMS_H

#include "common/base/json_read.h"

/* An assertion may live so long from now on: its jti is remembered until then. */
enum { CLIENT_ASSERTION_MAX_S = 3600 };

/* ASSERTION_AUDIENCE(id, name, audiences that count, must be one string) */
enum assertion_audience {
#define ASSERTION_AUDIENCE(id, name, count, one_string) ASSERTION_AUDIENCE_##id,
#include "authz/protocol/assertion_audiences.def"
#undef ASSERTION_AUDIENCE
    ASSERTION_AUDIENCES
};
/* The policy of that name; asserts that there is one. */
enum assertion_audience assertion_audience_from(str name);

struct client_assertion_rules {
    str client_id;
    str audiences[3]; /* the issuer, the token endpoint, the endpoint that was called */
    enum assertion_audience policy;
    int64_t now_s;
};

struct client_assertion_claims {
    str jti; /* borrowed from the JSON */
    int64_t expires_s;
};

/* E_invalid_client: says which rule was broken. */
err client_assertion_claims_check(const json_t *claims, const struct client_assertion_rules *rules,
                                  struct client_assertion_claims *out) MUST_CHECK;

#endif
