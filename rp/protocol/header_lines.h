/* Header fields as text: "Name: value\r\n" lines (RFC 9112 5). */
#ifndef RP_PROTOCOL_HEADER_LINES_H
#define RP_PROTOCOL_HEADER_LINES_H

#include "common/base/str.h"

/* The next value of that name, trimmed, off the front of *rest; false when there is none left. */
bool header_next(str *rest, str name, str *value);
/* Whether every line is a field that a program may add to a request of ours: well-formed, without
 * control characters, and none that the library or the transport writes itself. */
bool headers_may_be_added(str lines);
/* A token of RFC 9110 5.6.2: the name of a method, a field, a scheme. */
bool is_http_token(str text);

#endif
