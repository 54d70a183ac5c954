/* The registered claims (RFC 7519 4.1) of JWTs that clients make: assertions, request objects. */
#ifndef AUTHZ_PROTOCOL_JWT_CLAIMS_H
#define AUTHZ_PROTOCOL_JWT_CLAIMS_H

#include "common/base/json_read.h"

/* Whether `typ` of a header is absent, "JWT" or `own`, a media type without "application/" (RFC
 * 7515 4.1.9: that may be there, and case does not count). */
bool jwt_typ_fits(str typ, str own);

/* How far a client's clock may be ahead of ours: FAPI 2.0 5.3.2.1 asks for 10 to 60 s. */
enum { JWT_AHEAD_S = 60 };

/* Whether `aud`, a string or an array of strings, names one of `n` audiences. `one_string`: it must
 * be a string (FAPI 2.0 5.3.2.1). */
bool jwt_claims_audience(const json_t *claims, const str *audiences, size_t n, bool one_string);
/* `exp`, `nbf` and `iat`, those that are there: numbers, not over, not further ahead than
 * JWT_AHEAD_S. *why says what is wrong. */
bool jwt_claims_times(const json_t *claims, int64_t now_s, const char **why);
/* `exp` rounded up; false if it is not there or after `last_s`. After jwt_claims_times(). */
bool jwt_claims_expiry(const json_t *claims, int64_t last_s, int64_t *expires_s);

#endif
