/* The embedded core store, for endpoint tests: the way to it without a second implementation. */
#include "authz/core_link.h"
#include "common/base/testing.h"
#include "core/core.h"

struct core_link {
    struct core *core;
};

err core_link_new(const struct core_link_options *options, struct core_link **out) {
    *out = test_calloc(1, sizeof **out);
    (*out)->core = options->embedded;
    return OK;
}

void core_link_free(struct core_link *link) {
    test_free(link);
}

bool core_link_is_remote(const struct core_link *link) {
    (void)link;
    return false;
}

err core_link_forward(struct core_link *link, struct request *rq, struct response *rs) {
    core_call(link->core, rq, rs);
    return OK;
}

err core_link_call(struct core_link *link, struct request *rq, enum http_method method, str path,
                   str json, struct response *rs) {
    struct header *headers = ARENA_NEW(rq->arena, struct header);
    struct request *inner = ARENA_NEW(rq->arena, struct request);
    REQUIRE(headers && inner, no_memory, "no memory for a call");
    *headers = (struct header){S("Content-Type"), S("application/json")};
    *inner = (struct request){.arena = rq->arena,
                              .method = method,
                              .path = path,
                              .headers = headers,
                              .header_count = str_present(json),
                              .body = json,
                              .remote = rq->remote,
                              .trusted = true,
                              .id = rq->id,
                              .now_ms = rq->now_ms,
                              .may_block = rq->may_block};
    core_call(link->core, inner, rs);
    return OK;
}

err core_link_check(struct core_link *link) {
    return core_check(link->core);
}
