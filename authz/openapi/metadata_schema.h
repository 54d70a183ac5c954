/* JSON Schema of client metadata, from client_metadata.def. */
#ifndef AUTHZ_OPENAPI_METADATA_SCHEMA_H
#define AUTHZ_OPENAPI_METADATA_SCHEMA_H

#include "common/base/json_put.h"

/* The components ClientMetadata (what a client says about itself), ClientRequest (the same, or the
 * two members of the HitKey API) and ClientMetadataShown (what is answered). */
err metadata_schema_put(struct json_put *j) MUST_CHECK;

#endif
