/* components.schemas: the files of schemas/, each an object of schemas by name, built in. */
#ifndef AUTHZ_OPENAPI_OPENAPI_FILES_H
#define AUTHZ_OPENAPI_OPENAPI_FILES_H

#include "common/base/json_put.h"
#include "common/text/embedded.h"

extern const struct embedded_file openapi_files[];
extern const size_t openapi_file_count;

/* Those files, and what oauth_schemas.h and metadata_schema.h write from tables. */
err openapi_put_schemas(struct json_put *j, struct arena *arena) MUST_CHECK;

#endif
