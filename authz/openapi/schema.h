/* JSON Schema (2020-12) of what a body is read by. */
#ifndef AUTHZ_OPENAPI_SCHEMA_H
#define AUTHZ_OPENAPI_SCHEMA_H

#include "common/base/json_put.h"
#include "common/http/fields.h"

/* The value of the next member: {"type":"object",…}. */
void schema_put_fields(struct json_put *j, const char *key, const struct field_table *table);

#endif
