/* The OpenAPI 3.1 document of everything that this server answers (GET /swagger.json), written from
 * the tables that answer it: routes and their policies, the members of bodies, parameters, errors;
 * and from operations.def and schemas/ what no table says. */
#ifndef AUTHZ_OPENAPI_OPENAPI_H
#define AUTHZ_OPENAPI_OPENAPI_H

#include "authz/authz.h"

enum { OPENAPI_MAX = 1 << 20 };

err openapi_write(const struct authz *authz, struct arena *arena, str *out) MUST_CHECK;

/* The document as ready bytes with their ETag, made at the first call and kept. */
struct openapi_cache;
err openapi_cache_new(struct openapi_cache **out) MUST_CHECK;
/* NULL is allowed. */
void openapi_cache_free(struct openapi_cache *cache);
err openapi_get(const struct authz *authz, str *document, str *etag) MUST_CHECK;

#endif
