/* What every way of showing an err shares. */
#ifndef COMMON_HTTP_RENDER_H
#define COMMON_HTTP_RENDER_H

#include "common/http/http.h"

/* The same err as strangers may see it: nothing of our insides. */
err render_public(err e);
/* Retry-After with 429 and 503 (RFC 9110 10.2.3, RFC 6585 4). */
void render_retry_after(const struct request *rq, struct response *rs);
/* WWW-Authenticate, on every 401 (RFC 9110 11.6.1) and where RFC 6750 3 asks for it. */
void render_challenge(struct request *rq, err e, struct response *rs);

#endif
