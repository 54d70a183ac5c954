/* JSON Schemas of OAuth's requests and of claims, from the tables of authz/protocol and
 * authz/endpoints. */
#ifndef AUTHZ_OPENAPI_OAUTH_SCHEMAS_H
#define AUTHZ_OPENAPI_OAUTH_SCHEMAS_H

#include "common/base/json_put.h"

/* The components UserInfo, TokenRequest and AuthorizationRequest. */
void oauth_schemas_put(struct json_put *j);
/* The parameters of GET /oauth/authorize, as items. */
void oauth_schemas_put_query(struct json_put *j);

#endif
