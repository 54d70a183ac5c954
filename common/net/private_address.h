/* Which socket addresses belong to this machine or its own networks. */
#ifndef COMMON_NET_PRIVATE_ADDRESS_H
#define COMMON_NET_PRIVATE_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/* Loopback, private (RFC 1918, 6598), link-local, unique local (RFC 4193), unspecified, multicast,
 * documentation and other ranges that are not globally reachable (RFC 6890), also mapped or
 * translated into IPv6. An unknown family counts as private. */
bool private_address(const struct sockaddr *address);

#endif
