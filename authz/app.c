#include "authz/app.h"

#include "authz/admit.h"
#include "authz/endpoints/endpoints.h"
#include "authz/pages/pages.h"
#include "authz/render.h"

#define ALL_METHODS (HTTP_GET | HTTP_POST | HTTP_PUT | HTTP_PATCH | HTTP_DELETE | HTTP_OPTIONS)

static const struct route routes[] = {
#define ROUTE(methods, path, handler, caller, body, cap, dialect, cors, cache, run, rate)          \
    {(methods), path, handler, caller, (body), cap, dialect, cors, cache, run, rate, NULL},
#define ROUTE_TAKES(methods, path, handler, caller, body, cap, dialect, run, rate, takes)          \
    {(methods), path,      handler,        caller, (body), cap,                                    \
     dialect,   CORS_NONE, CACHE_NO_STORE, run,    rate,   &(takes)},
#include "authz/routes.def"
#undef ROUTE_TAKES
#undef ROUTE
};

const struct route *app_routes(size_t *n) {
    *n = sizeof routes / sizeof routes[0];
    return routes;
}

struct app app_for(struct authz *authz, struct rate_limiter *limiter) {
    return (struct app){.name = "authz",
                        .routes = routes,
                        .n = sizeof routes / sizeof routes[0],
                        .base = authz->base,
                        .world = authz,
                        .admit = admit,
                        .render = render,
                        .limiter = limiter};
}
