/* Who somebody means by what they typed, and whom to ask about it (OIDC Discovery 2, RFC 7033). */
#ifndef RP_PROTOCOL_WEBFINGER_H
#define RP_PROTOCOL_WEBFINGER_H

#include "rp/engine/failure.h"

struct webfinger {
    str resource; /* "acct:joe@example.com", "https://example.com/" */
    str origin;   /* "https://example.com": who is asked */
};

/* OIDC Discovery 2.1.2: an address, a host, host and port, or a URL. Breaks
 * identifier_is_understood. */
err webfinger_normalize(struct failure *failure, struct arena *arena, str identifier,
                        struct webfinger *out) MUST_CHECK;

#endif
