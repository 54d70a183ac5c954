#include "authz/own_call.h"

#include "authz/admit.h"

static struct request inner_of(const struct request *rq, const struct core_call *call) {
    return (struct request){.arena = rq->arena,
                            .method = call->method,
                            .path = call->path,
                            .body = call->json,
                            .remote = rq->remote,
                            .secure = rq->secure,
                            .id = rq->id,
                            .now_ms = rq->now_ms,
                            .app = rq->app,
                            .may_block = rq->may_block};
}

bool own_call_is(const struct request *rq, const struct core_call *call) {
    struct request inner = inner_of(rq, call);
    str allow;
    return !failed(route_find(rq->app, &inner, &allow)) && inner.route->caller == CALLER_API_BEARER;
}

/* Limits by address are for those who come from outside: the page has one of its own. */
err own_call_make(struct request *rq, const struct core_call *call, struct response *rs) {
    static const struct header json[] = {{S_INIT("Content-Type"), S_INIT("application/json")}};
    struct request inner = inner_of(rq, call);
    struct api_user user = {.user_id = call->acting};
    str allow;
    TRY(route_find(rq->app, &inner, &allow));
    inner.headers = json;
    inner.header_count = str_present(call->json) ? 1 : 0;
    inner.caller = &user;
    inner.who = user.user_id;
    rq->event = STR_ABSENT;
    *rs = (struct response){.status = 200};
    err e = inner.route->handler(&inner, rs);
    if (!failed(e))
        return OK;
    *rs = (struct response){.status = 200};
    render_api_error(&inner, e, rs);
    return OK;
}
