/* Claims that others than the provider vouch for (OIDC Core 5.6.2): _claim_names says which claim
 * comes from which member of _claim_sources. */
#ifndef RP_PROTOCOL_CLAIM_SOURCES_H
#define RP_PROTOCOL_CLAIM_SOURCES_H

#include <jansson.h>

#include "rp/engine/failure.h"

enum { CLAIM_SOURCES = 4 };

struct claim_source {
    str name;
    str jwt;                    /* 5.6.2.1: the claims are there already */
    str endpoint, access_token; /* 5.6.2.2: or they are to be fetched */
};

struct claim_sources {
    struct claim_source list[CLAIM_SOURCES];
    size_t n;
};

/* The sources of `claims`, which may have none. */
err claim_sources_read(struct failure *failure, const json_t *claims,
                       struct claim_sources *out) MUST_CHECK;
/* Adds to `claims` those of `from` that are named for `source`: neither protected ones
 * (claims_merge.h) nor what the provider says itself. */
err claim_sources_add(json_t *claims, str source, const json_t *from) MUST_CHECK;
/* Takes the two members, and the access tokens in them, out. */
void claim_sources_forget(json_t *claims);

/* The setting claim_sources: issuers separated by spaces, each with "=" and the URL of its keys
 * where it has no metadata. Whether `issuer` is one; *jwks_uri may be absent. */
bool claim_sources_trusted(str setting, str issuer, str *jwks_uri);

#endif
