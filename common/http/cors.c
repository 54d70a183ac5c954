#include "common/http/cors.h"

#include "common/http/method.h"

static bool is_open(const struct request *rq) {
    return rq->route && rq->route->cors == CORS_ANY;
}

/* A path can have several rows: the one counts whose method the browser asks about. */
static void find_wanted_row(struct request *rq) {
    enum http_method wanted = method_parse(request_header(rq, S("Access-Control-Request-Method")));
    struct request probe = *rq;
    str allow;
    probe.method = wanted;
    if (wanted && !failed(route_find(rq->app, &probe, &allow)))
        rq->route = probe.route;
}

void cors_options(struct request *rq, str allow, struct response *rs) {
    rs->status = 204;
    response_header(rs, "Allow", allow);
    find_wanted_row(rq);
    if (!is_open(rq) || !str_present(request_header(rq, S("Origin"))))
        return;
    response_header(rs, "Access-Control-Allow-Methods", allow);
    /* A star would not cover Authorization. */
    response_header(rs, "Access-Control-Allow-Headers",
                    S("Authorization, Content-Type, DPoP, X-Request-Id"));
    response_header(rs, "Access-Control-Max-Age", S("86400"));
}

void cors_headers(const struct request *rq, struct response *rs) {
    if (!is_open(rq))
        return;
    response_header_set(rs, "Access-Control-Allow-Origin", S("*"));
    response_header_set(rs, "Access-Control-Expose-Headers",
                        S("WWW-Authenticate, Retry-After, X-Request-Id"));
}
