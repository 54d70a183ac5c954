/* The listening socket. */
#ifndef COMMON_HTTP_SERVER_LISTEN_H
#define COMMON_HTTP_SERVER_LISTEN_H

#include "common/base/str.h"

/* "127.0.0.1:9400", "[::]:9400" (IPv4 too); port 0 picks one, told in *port; "unix:/path"
 * (server_unix.h), whose *port is 0. E_config. */
err server_listen(str address, int *fd, int *port) MUST_CHECK;

/* Whether it is such an address, without touching it. E_config. */
err server_listen_check(str address) MUST_CHECK;

/* Whether only this machine can reach it. */
bool server_listen_is_loopback(str address);

#endif
