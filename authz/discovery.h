/* The document that tells clients about this server: made once, when it starts. */
#ifndef AUTHZ_DISCOVERY_H
#define AUTHZ_DISCOVERY_H

#include "authz/authz.h"

/* JSON text in `arena`. Needs issuer and config. */
err discovery_write(const struct authz *authz, struct arena *arena, str *out) MUST_CHECK;

#endif
