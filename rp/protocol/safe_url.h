/* URLs that a browser or this library may be sent to: https, or http where nobody else can listen
 * (loopback; RFC 8252 8.3, RFC 9700 2.6), with a host and without a fragment. */
#ifndef RP_PROTOCOL_SAFE_URL_H
#define RP_PROTOCOL_SAFE_URL_H

#include "common/base/str.h"

bool safe_url(str text);

#endif
