/* The Authorization header of a request to an API (RFC 9110 11.6.2, RFC 6750 2.1, RFC 9449 7.1). */
#ifndef RP_PROTOCOL_CREDENTIALS_H
#define RP_PROTOCOL_CREDENTIALS_H

#include "rp/engine/failure.h"

struct credentials {
    enum { SCHEME_NONE, SCHEME_BEARER, SCHEME_DPOP } scheme;
    str token; /* borrowed from the header */
};

/* SCHEME_NONE: there is no header, or one for another kind of authentication. Breaks
 * credentials_are_one_token when what follows the scheme is not exactly one token. */
err credentials_read(struct failure *failure, str header, struct credentials *out) MUST_CHECK;

#endif
