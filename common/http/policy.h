/* What a route's row promises, kept for every handler: checks before it, headers behind it. */
#ifndef COMMON_HTTP_POLICY_H
#define COMMON_HTTP_POLICY_H

#include "common/http/http.h"

/* Needs only the head: rate limit, media type, declared length. */
err policy_check_head(struct request *rq) MUST_CHECK;
/* The body that came is within the cap. */
err policy_check_body(const struct request *rq) MUST_CHECK;
/* Cache, CORS, security and request id headers of an answer. rq->route may be NULL. */
void policy_headers(const struct request *rq, struct response *rs);

#endif
