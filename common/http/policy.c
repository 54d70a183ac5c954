#include "common/http/policy.h"

#include "common/http/cors.h"
#include "common/http/rate_limit.h"

static err check_rate(struct request *rq) {
    const struct route *route = rq->route;
    if (!rq->app->limiter || route->rate == 0 || rq->trusted)
        return OK;
    return rate_limit(rq->app->limiter, route, rq->remote, route->rate, rq->now_ms,
                      &rq->retry_after_s);
}

/* RFC 9110 9.3.1: content in a GET or HEAD request has no meaning and hints at smuggling. */
static unsigned accepted_body(const struct request *rq) {
    bool reads = rq->method == HTTP_GET || rq->method == HTTP_HEAD;
    return reads ? rq->route->body & BODY_ANY : rq->route->body;
}

static bool body_follows(const struct request *rq) {
    str length = request_header(rq, S("Content-Length"));
    return rq->body.n > 0 || (str_present(length) && !str_eq(length, S("0"))) ||
           str_present(request_header(rq, S("Transfer-Encoding")));
}

static err refuse_type(unsigned accepted) {
    unsigned types = accepted & (BODY_FORM | BODY_JSON);
    REQUIRE(types != BODY_FORM, unsupported_media_type,
            "the body must be application/x-www-form-urlencoded");
    REQUIRE(types != BODY_JSON, unsupported_media_type, "the body must be application/json");
    return FAIL(unsupported_media_type,
                "the body must be application/x-www-form-urlencoded or application/json");
}

static err check_type(const struct request *rq, unsigned accepted) {
    static const struct {
        unsigned body;
        str type;
    } types[] = {{BODY_FORM, S_INIT("application/x-www-form-urlencoded")},
                 {BODY_JSON, S_INIT("application/json")}};
    REQUIRE(!request_header_repeated(rq, S("Content-Type")), bad_request,
            "Content-Type comes more than once");
    str type = request_media_type(rq);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (accepted & types[i].body && str_eq_nocase(type, types[i].type))
            return OK;
    return refuse_type(accepted);
}

static err check_body_type(const struct request *rq) {
    unsigned accepted = accepted_body(rq);
    unsigned types = accepted & (BODY_FORM | BODY_JSON | BODY_ANY);
    if (accepted & BODY_ANY)
        return OK;
    if (types == BODY_NONE) {
        REQUIRE(!body_follows(rq), bad_request, "this call takes no body");
        return OK;
    }
    if (!body_follows(rq) && (accepted & BODY_OPTIONAL || rq->method == HTTP_DELETE))
        return OK;
    bool typed = str_present(request_header(rq, S("Content-Type")));
    REQUIRE(typed || body_follows(rq), bad_request, "this call needs a body");
    return check_type(rq, types);
}

static err check_length(const struct request *rq) {
    str text = request_header(rq, S("Content-Length"));
    if (!str_present(text))
        return OK;
    int64_t length;
    TRY(str_to_int(text, INT64_MAX, &length));
    REQUIRE((uint64_t)length <= rq->route->body_cap, payload_too_large, "the body is too large");
    return OK;
}

err policy_check_head(struct request *rq) {
    TRY(check_rate(rq));
    TRY(check_body_type(rq));
    return check_length(rq);
}

err policy_check_body(const struct request *rq) {
    REQUIRE(rq->body.n <= rq->route->body_cap, payload_too_large, "the body is too large");
    return OK;
}

/* RFC 9111 5.2.2; RFC 6749 5.1 asks for Pragma beside no-store. An error is never stored. */
static void cache_headers(const struct request *rq, struct response *rs) {
    static const str fresh[] = {[CACHE_5_MINUTES] = S_INIT("public, max-age=300"),
                                [CACHE_IMMUTABLE] = S_INIT("public, max-age=31536000, immutable")};
    bool good = rs->status == 200 || rs->status == 304;
    enum cache cache = rq->route && good ? rq->route->cache : CACHE_NO_STORE;
    if (rq->route && rq->route->cache == CACHE_AS_SET &&
        str_present(response_header_get(rs, S("Cache-Control"))))
        return;
    if (cache == CACHE_5_MINUTES || cache == CACHE_IMMUTABLE) {
        response_header_set(rs, "Cache-Control", fresh[cache]);
        return;
    }
    response_header_set(rs, "Cache-Control", S("no-store"));
    if (rq->route && rq->route->dialect == DIALECT_OAUTH)
        response_header_set(rs, "Pragma", S("no-cache"));
}

static void security_headers(const struct request *rq, struct response *rs) {
    response_header_set(rs, "X-Content-Type-Options", S("nosniff"));
    response_header_set(rs, "Referrer-Policy", S("no-referrer"));
    if (!str_present(response_header_get(rs, S("Content-Security-Policy"))))
        response_header(rs, "Content-Security-Policy",
                        S("default-src 'none'; frame-ancestors 'none'"));
    if (rq->secure)
        response_header_set(rs, "Strict-Transport-Security", S("max-age=31536000"));
}

void policy_headers(const struct request *rq, struct response *rs) {
    cache_headers(rq, rs);
    cors_headers(rq, rs);
    security_headers(rq, rs);
    if (str_present(rq->id))
        response_header_set(rs, "X-Request-Id", rq->id);
}
