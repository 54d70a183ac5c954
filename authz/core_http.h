/* The core store as a process of its own, over HTTP. The inside of core_link.h. */
#ifndef AUTHZ_CORE_HTTP_H
#define AUTHZ_CORE_HTTP_H

#include "authz/core_gate.h"
#include "authz/core_link.h"

struct core_http {
    struct relay *relay;
    str service_credential; /* beside somebody's own Authorization */
    str credential;         /* "Bearer …" */
    int64_t timeout_ms;     /* of a call of ours */
    struct core_gate gate;
};

/* E_config: the URL is not http(s)://host[:port] or unix:/path, or the file has no certificates. */
err core_http_set_up(struct arena *arena, const struct core_link_options *options,
                     struct core_http *out) MUST_CHECK;
void core_http_clear(struct core_http *core);
err core_http_forward(struct core_http *core, struct request *rq, struct response *rs) MUST_CHECK;
err core_http_call(struct core_http *core, struct request *rq, const struct core_call *call,
                   struct response *rs) MUST_CHECK;
err core_http_check(struct core_http *core) MUST_CHECK;

#endif
