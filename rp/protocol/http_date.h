/* The Date header: what a server's clock says. */
#ifndef RP_PROTOCOL_HTTP_DATE_H
#define RP_PROTOCOL_HTTP_DATE_H

#include "common/base/str.h"

/* "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate, RFC 9110 5.6.7, the only form that may be sent) as
 * Unix seconds. False for anything else, and for years before 1970 and after 9999. */
bool http_date_read(str text, int64_t *out);

#endif
