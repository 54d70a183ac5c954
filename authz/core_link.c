#include "authz/core_link.h"

#include <stdlib.h>

#include "authz/core_http.h"
#include "common/http/language.h"
#include "core/core.h"

enum { ARENA = 4096 };

struct core_link {
    struct core *embedded;
    struct core_http http; /* when not embedded */
    struct arena *arena;
};

err core_link_new(const struct core_link_options *options, struct core_link **out) {
    struct core_link *link = calloc(1, sizeof *link);
    REQUIRE(link, no_memory, "there is no memory for the core store");
    link->embedded = options->embedded;
    link->arena = arena_new(ARENA);
    err e = link->arena ? OK : FAIL(no_memory, "there is no memory for the core store");
    if (!failed(e) && !link->embedded)
        e = core_http_set_up(link->arena, options, &link->http);
    if (failed(e))
        core_link_free(link);
    else
        *out = link;
    return e;
}

void core_link_free(struct core_link *link) {
    if (!link)
        return;
    if (!link->embedded)
        core_http_clear(&link->http);
    arena_free(link->arena);
    free(link);
}

bool core_link_is_remote(const struct core_link *link) {
    return link->embedded == NULL;
}

/* What of the outer request every inner one has: who, when, where from. */
static struct request inner(const struct request *rq) {
    return (struct request){.arena = rq->arena,
                            .remote = rq->remote,
                            .secure = rq->secure,
                            .id = rq->id,
                            .now_ms = rq->now_ms,
                            .may_block = rq->may_block};
}

/* The core store's answer without the headers that the outer answer sets itself. */
static void adopt(const struct response *from, struct response *to) {
    to->status = from->status;
    to->body = from->body;
    for (size_t i = 0; i < from->header_count; i++)
        response_header_set(to, from->headers[i].name.p, from->headers[i].value);
}

err core_link_forward(struct core_link *link, struct request *rq, struct response *rs) {
    if (!link->embedded)
        return core_http_forward(&link->http, rq, rs);
    TRY(may_block(rq));
    struct request call = inner(rq);
    struct response answer = {.status = 200};
    call.outer = rq;
    call.method = rq->method;
    call.path = rq->path;
    call.query = rq->query;
    call.headers = rq->headers;
    call.header_count = rq->header_count;
    call.body = rq->body;
    core_call(link->embedded, &call, &answer);
    rq->event = call.event;
    adopt(&answer, rs);
    return OK;
}

static void add_header(struct request *rq, struct header *headers, str name, str value) {
    if (str_present(value))
        headers[rq->header_count++] = (struct header){name, value};
}

err core_link_call(struct core_link *link, struct request *rq, const struct core_call *call,
                   struct response *rs) {
    if (!link->embedded)
        return core_http_call(&link->http, rq, call, rs);
    struct request to = inner(rq);
    struct header headers[4];
    to.headers = headers;
    add_header(&to, headers, S("X-Api-Token"), request_authorization(rq, S("Bearer")));
    add_header(&to, headers, S("X-Act-As"), call->acting);
    add_header(&to, headers, S("Accept-Language"), language_tag(language_of(rq)));
    add_header(&to, headers, S("Content-Type"),
               str_present(call->json) ? S("application/json") : STR_ABSENT);
    size_t path = str_find(call->path, '?');
    to.method = call->method;
    to.path = str_head(call->path, path);
    to.query = path < call->path.n ? str_from_pos(call->path, path + 1) : STR_ABSENT;
    to.body = call->json;
    to.trusted = true;
    *rs = (struct response){.status = 200};
    core_call(link->embedded, &to, rs);
    rq->event = to.event;
    return OK;
}

err core_link_check(struct core_link *link) {
    return link->embedded ? core_check(link->embedded) : core_http_check(&link->http);
}

str core_link_circuit(struct core_link *link) {
    static const str states[] = {[CIRCUIT_IS_CLOSED] = S_INIT("closed"),
                                 [CIRCUIT_IS_OPEN] = S_INIT("open"),
                                 [CIRCUIT_IS_HALF_OPEN] = S_INIT("half-open")};
    return link->embedded ? STR_ABSENT : states[core_gate_state(&link->http.gate)];
}
