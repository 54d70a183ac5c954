/* A Unix socket to listen on: "unix:/path". Whoever may write to it may connect: its mode is 0660.
 *
 * A socket that an ended program left behind is replaced; one that somebody listens on, and any
 * other file, is not. */
#ifndef COMMON_HTTP_SERVER_UNIX_H
#define COMMON_HTTP_SERVER_UNIX_H

#include <sys/un.h>

#include "common/base/str.h"

/* Whether the address is of this kind. */
bool server_unix_is(str address);
/* E_config: the path is not absolute, or too long for a socket. */
err server_unix_parse(str address, struct sockaddr_un *out) MUST_CHECK;
/* A bound socket that listens. E_config, E_io. */
err server_unix_listen(str address, int *fd) MUST_CHECK;
/* Takes the name of a listening socket away; nothing if it is none of this kind. While it listens:
 * afterwards another program may have made the name its own. */
void server_unix_remove(int fd);

#endif
