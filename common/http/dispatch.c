/* One request from its route to its answer. */
#include "common/http/http.h"

#include <assert.h>

#include "common/base/clock.h"
#include "common/http/cors.h"
#include "common/http/policy.h"
#include "common/http/request_log.h"
#include "common/ops/metrics.h"

err may_block(const struct request *rq) {
    REQUIRE(rq->may_block, defer, "this call waits: it needs a worker");
    return OK;
}

static void render(struct request *rq, err e, struct response *rs) {
    *rs = (struct response){.status = 200};
    if (rq->app->render)
        rq->app->render(rq, e, rs);
    else
        render_api_error(rq, e, rs);
}

static void tell_outer(const struct request *rq, err e) {
    rq->outer->inner_route = rq->route;
    rq->outer->inner_error = e;
    rq->outer->who = rq->who;
}

static void complete(struct request *rq, err e, struct response *rs) {
    if (rq->app->finish)
        rq->app->finish(rq, rs);
    policy_headers(rq, rs);
    if (rq->outer)
        tell_outer(rq, e);
    else
        request_log(rq, rs, e);
}

void dispatch_refuse(struct request *rq, err e, struct response *rs) {
    metrics_add(M_refused, str_from(err_name(e.code)), 1);
    render(rq, e, rs);
    complete(rq, e, rs);
}

/* RFC 9110 9.3.7, 15.5.6: what the path does take. */
static void other_method(struct request *rq, err e, str allow, struct response *rs) {
    if (rq->method == HTTP_OPTIONS) {
        cors_options(rq, allow, rs);
        complete(rq, OK, rs);
        return;
    }
    render(rq, e, rs);
    response_header_set(rs, "Allow", allow);
    complete(rq, e, rs);
}

static err known_method(const struct request *rq) {
    REQUIRE(rq->method, not_implemented, "this method is not known here");
    return OK;
}

bool dispatch_begin(const struct app *app, struct request *rq, struct response *rs) {
    *rs = (struct response){.status = 200};
    if (rq->started_us == 0)
        rq->started_us = clock_monotonic_us();
    str allow;
    err e = route_find(app, rq, &allow);
    if (err_is(e, E_method_not_allowed) && rq->method) {
        other_method(rq, e, allow, rs);
        return false;
    }
    if (err_is(e, E_method_not_allowed))
        e = known_method(rq);
    if (!failed(e))
        e = policy_check_head(rq);
    if (failed(e))
        dispatch_refuse(rq, e, rs);
    return !failed(e);
}

static err admit(struct request *rq) {
    if (rq->route->caller == CALLER_ANYONE)
        return OK;
    assert(rq->app->admit);
    return rq->app->admit(rq);
}

static err run(struct request *rq, struct response *rs) {
    TRY(policy_check_body(rq));
    TRY(admit(rq));
    return rq->route->handler(rq, rs);
}

bool dispatch_found(struct request *rq, struct response *rs) {
    *rs = (struct response){.status = 200};
    err e = run(rq, rs);
    bool may_defer = rq->route->run == RUN_INLINE_FIRST || rq->route->run == RUN_RELAY;
    if (err_is(e, E_defer) && may_defer && !rq->may_block)
        return false;
    if (failed(e))
        render(rq, e, rs);
    complete(rq, e, rs);
    return true;
}

void dispatch(const struct app *app, struct request *rq, struct response *rs) {
    if (!dispatch_begin(app, rq, rs) || dispatch_found(rq, rs))
        return;
    dispatch_refuse(rq, FAIL(internal, "a call that waits was made where nothing may wait"), rs);
}
