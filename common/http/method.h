/* The methods we know, and their names (RFC 9110 9; RFC 5789). */
#ifndef COMMON_HTTP_METHOD_H
#define COMMON_HTTP_METHOD_H

#include "common/http/http.h"

/* 0 for any other; methods are case-sensitive. */
enum http_method method_parse(str name);
/* "other" for 0; static. */
const char *method_name(enum http_method method);
/* "GET, HEAD, POST" of a mask of bits. */
err method_list(struct arena *arena, unsigned methods, str *out) MUST_CHECK;

#endif
