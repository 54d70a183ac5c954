/* One documented call: what its route (policy, parameters of the path, members of the body) does
 * not tell already. */
#ifndef AUTHZ_OPENAPI_OPERATION_H
#define AUTHZ_OPENAPI_OPERATION_H

#include "common/http/http.h"

struct operation {
    enum http_method method;
    const char *path, *tag, *summary;
    const char *security; /* "": as the route's caller; else a name of openapi_security.def */
    const char *body;     /* "": the route's `takes`; else words "form:Schema", "json:Schema" */
    const char *query;    /* words, optional ones with '?'; "@authorization": that table */
    /* Words "200:Schema", "200:[Schema]" (a list), "204:-", "303:-", "200:html", "200:jwt"; from
     * 400 on "400:CODE" as it stands in err_kinds.def. What the policy of the route adds is not
     * here. */
    const char *answers;
};

extern const struct operation operations[];
extern const size_t operation_count;

/* A chapter of the document. */
struct tag {
    const char *name, *about;
};

extern const struct tag tags[];
extern const size_t tag_count;

/* The route that answers it; NULL: none. */
const struct route *operation_route(const struct operation *operation);

#endif
