/* The claims that every JWT of a provider shares (RFC 7519 4.1, RFC 8725 3): pure rules.
 *
 * Each function breaks its rules through check->failure and returns the err of that. */
#ifndef RP_PROTOCOL_JWT_CLAIMS_H
#define RP_PROTOCOL_JWT_CLAIMS_H

#include <jansson.h>

#include "rp/engine/failure.h"

/* Who looks, and when. */
struct jwt_check {
    struct failure *failure;
    struct arena *arena; /* for what is computed on the way */
    str issuer, client_id;
    str audiences;     /* that may be in aud beside the client, separated by spaces; or absent */
    int64_t now, skew; /* seconds */
};

enum { JWT_TIME_ABSENT = -1 };

/* The header's typ, where there is one: "JWT", or `own` ("logout+jwt"; absent: no other). A token
 * of one kind must not pass as another (RFC 8725 3.11). */
err jwt_typ(const struct jwt_check *check, const json_t *header, str own) MUST_CHECK;
err jwt_iss(const struct jwt_check *check, const json_t *claims) MUST_CHECK;
/* A string or a list with the client in it; others only if check->audiences names them. */
err jwt_aud(const struct jwt_check *check, const json_t *claims) MUST_CHECK;
/* exp, iat and nbf, where they are; `required`: exp and iat are there. */
err jwt_times(const struct jwt_check *check, const json_t *claims, bool required) MUST_CHECK;
/* A NumericDate (RFC 7519 2), from 0 to the year 9999; JWT_TIME_ABSENT when there is none. */
err jwt_time(const struct jwt_check *check, const json_t *claims, const char *name,
             int64_t *out) MUST_CHECK;

#endif
