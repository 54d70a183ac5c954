/* The value of a WWW-Authenticate header (RFC 9110 11.6.1) for whoever came without a good token.
 */
#ifndef RP_PROTOCOL_CHALLENGE_WRITE_H
#define RP_PROTOCOL_CHALLENGE_WRITE_H

#include "common/base/buf.h"

/* What is absent is left out. */
struct challenge_params {
    str error, error_description;
    str scope;             /* RFC 6750 3 */
    str acr_values;        /* RFC 9470 3 */
    int64_t max_age;       /* -1: left out */
    str resource_metadata; /* RFC 9728 5.1 */
    str algs;              /* RFC 9449 7.1 */
};

/* Appends "scheme name=\"value\", ...", after ", " when there is a challenge already. */
void challenge_add(struct buf *buf, str scheme, const struct challenge_params *params);

#endif
