/* The page of /docs: Swagger UI over the OpenAPI document. Without script, or where Swagger UI is
 * not built in (cmake/HitkeySwaggerUi.cmake), a list of the calls. Nothing comes from elsewhere. */
#ifndef AUTHZ_OPENAPI_DOCS_PAGE_H
#define AUTHZ_OPENAPI_DOCS_PAGE_H

#include "common/http/http.h"
#include "common/text/embedded.h"

/* Of openapi/docs/, and Swagger UI's own if it is there: those are compressed. */
extern const struct embedded_file docs_files[];
extern const size_t docs_file_count;

err docs_page(struct request *rq, struct response *rs) MUST_CHECK;

#endif
