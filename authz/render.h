/* The one place where an err becomes an answer: JSON of either dialect, or a page. Errors that go
 * back to a client by redirect are the authorization endpoint's own (authorization_response.h). */
#ifndef AUTHZ_RENDER_H
#define AUTHZ_RENDER_H

#include "common/http/http.h"

void render(struct request *rq, err e, struct response *rs);

#endif
