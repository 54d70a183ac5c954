/* The head of a request as RFC 9110 and 9112 want it, beyond what libmicrohttpd looks at: whatever
 * two readers could understand in two ways (request smuggling) is refused. */
#ifndef COMMON_HTTP_HEAD_CHECK_H
#define COMMON_HTTP_HEAD_CHECK_H

#include "common/http/http.h"

enum { HEAD_MAX = 16 * 1024, HEAD_URI_MAX = 12 * 1024 };

/* Splits a request target in origin or absolute form (RFC 9112 3.2). E_bad_request, E_uri_too_long.
 */
err head_check_target(str target, str *path, str *query) MUST_CHECK;
/* The headers of rq. `http_1_0`: the version is 1.0, where chunks do not exist. */
err head_check_headers(const struct request *rq, bool http_1_0) MUST_CHECK;
/* A name is a token (RFC 9110 5.6.2), a value has no controls (5.5). */
bool head_check_name(str name);
bool head_check_value(str value);
/* Whether content follows the head. */
bool head_check_has_body(const struct request *rq);

#endif
