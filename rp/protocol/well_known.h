/* Where an issuer publishes its metadata. */
#ifndef RP_PROTOCOL_WELL_KNOWN_H
#define RP_PROTOCOL_WELL_KNOWN_H

#include "common/base/str.h"

/* OIDC Discovery 4.1: behind the issuer's path, whose trailing slash goes. */
err well_known_oidc(struct arena *arena, str issuer, str *out) MUST_CHECK;
/* RFC 8414 3.1: between host and path. */
err well_known_oauth(struct arena *arena, str issuer, str *out) MUST_CHECK;

#endif
