#include "authz/openapi/operation.h"

#include "authz/app.h"
#include "core/core.h"

const struct operation operations[] = {
#define OPERATION(method, path, tag, summary, security, body, query, answers)                      \
    {HTTP_##method, path, tag, summary, security, body, query, answers},
#include "authz/openapi/operations.def"
#undef OPERATION
};
const size_t operation_count = sizeof operations / sizeof operations[0];

const struct tag tags[] = {
#define TAG(name, about) {name, about},
#include "authz/openapi/tags.def"
#undef TAG
};
const size_t tag_count = sizeof tags / sizeof tags[0];

static const struct route *find(const struct route *routes, size_t n,
                                const struct operation *operation) {
    for (size_t i = 0; i < n; i++)
        if (routes[i].methods & operation->method && strcmp(routes[i].path, operation->path) == 0)
            return &routes[i];
    return NULL;
}

/* authz's own come first: what it answers is not passed on. */
const struct route *operation_route(const struct operation *operation) {
    size_t n;
    const struct route *routes = app_routes(&n), *found = find(routes, n, operation);
    if (found)
        return found;
    routes = core_routes(&n);
    return find(routes, n, operation);
}
