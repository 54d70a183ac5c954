/* JWT access tokens (RFC 9068) as an API looks at them: pure rules over their claims, after the
 * signature. They are read once; what depends on the request and the time is judged each time. */
#ifndef RP_PROTOCOL_ACCESS_TOKEN_H
#define RP_PROTOCOL_ACCESS_TOKEN_H

#include <jansson.h>

#include "rp/engine/failure.h"

/* Borrowed from the claims. */
struct access_token {
    str iss, sub, client_id, jti;
    str scope, acr;         /* or absent */
    str jkt, x5t;           /* what it is bound to (RFC 9449 6.1, RFC 8705 3.1), or absent */
    const json_t *aud;      /* a string, or a list */
    int64_t exp, iat;       /* Unix seconds */
    int64_t nbf, auth_time; /* JWT_TIME_ABSENT: it has none */
};

/* `typ` is the header's. */
err access_token_read(struct failure *failure, str typ, const json_t *claims,
                      struct access_token *out) MUST_CHECK;

/* What a request needs of its token. */
struct access_expected {
    str issuer, aud;
    str scope;         /* words that must all be there; absent: none */
    str acr_values;    /* one of these words (RFC 9470 4); absent: any */
    int64_t max_age;   /* seconds since the user authenticated; -1: any */
    int64_t now, skew; /* seconds */
};
err access_token_judge(struct failure *failure, const struct access_token *token,
                       const struct access_expected *expected) MUST_CHECK;

#endif
