/* GET /swagger.json: the OpenAPI document. */
#include "authz/openapi/openapi.h"
#include "authz/endpoints/endpoints.h"

err swagger_json(struct request *rq, struct response *rs) {
    str document, etag;
    TRY(openapi_get(authz_of(rq), &document, &etag));
    response_header_set(rs, "ETag", etag);
    if (str_eq(request_header(rq, S("If-None-Match")), etag)) {
        rs->status = 304; /* RFC 9110 13.1.2 */
        return OK;
    }
    response_json(rs, 200, document);
    return OK;
}
