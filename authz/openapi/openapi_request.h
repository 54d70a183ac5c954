/* What a call takes: caller, parameters, body. */
#ifndef AUTHZ_OPENAPI_OPENAPI_REQUEST_H
#define AUTHZ_OPENAPI_OPENAPI_REQUEST_H

#include "authz/openapi/operation.h"
#include "common/base/json_put.h"

/* "get" */
str openapi_method(enum http_method method);
void openapi_put_tag(struct json_put *j, const char *tag);
void openapi_put_security(struct json_put *j, const struct operation *operation,
                          const struct route *route);
/* components.securitySchemes */
err openapi_put_security_schemes(struct json_put *j, struct arena *arena, str issuer) MUST_CHECK;
void openapi_put_parameters(struct json_put *j, const struct operation *operation);
void openapi_put_body(struct json_put *j, const struct operation *operation,
                      const struct route *route);
/* {"$ref":"#/components/schemas/NAME"}, as the next member or item. */
void openapi_put_reference(struct json_put *j, const char *key, str name);

#endif
