/* The one server that a relay (relay.h) speaks to: where it is, and how to know it.
 *
 * A host name is resolved at the start and from then on in a thread of its own, every 30 s and when
 * a connection could not be had: nobody waits for it. */
#ifndef COMMON_NET_UPSTREAM_H
#define COMMON_NET_UPSTREAM_H

#include <sys/socket.h>

#include "common/base/str.h"

struct upstream;
enum { UPSTREAM_ADDRESSES = 8 };

struct upstream_address {
    struct sockaddr_storage address;
    socklen_t size;
};

/* `url`: http(s)://host[:port][/path] or unix:/path; `ca_file`: more certificate authorities than
 * the system's, or absent. E_config. A name that cannot be resolved now is no error. */
err upstream_new(str url, str ca_file, struct upstream **out) MUST_CHECK;
void upstream_free(struct upstream *upstream);
/* What Host says, and what stands before the paths; both live as long as the upstream. */
str upstream_authority(const struct upstream *upstream);
str upstream_base(const struct upstream *upstream);
/* How many addresses there are; 0: none is known. */
size_t upstream_addresses(struct upstream *upstream,
                          struct upstream_address out[UPSTREAM_ADDRESSES]);
/* A connection could not be had: the name may lead elsewhere by now. */
void upstream_doubt(struct upstream *upstream);

/* --- TLS, on a socket that does not block ---------------------------------------------------- */
struct upstream_tls;
bool upstream_is_tls(const struct upstream *upstream);
/* The session of a connected socket. NULL: no memory. */
struct upstream_tls *upstream_tls_new(const struct upstream *upstream, int fd);
void upstream_tls_free(struct upstream_tls *tls);
/* 1: done; 0: again when the socket is ready; -1: it is not whom we mean, or speaks no TLS. */
int upstream_tls_handshake(struct upstream_tls *tls);
/* As send() and recv(): -1 with EAGAIN; any other failure is ECONNRESET. The same bytes again after
 * EAGAIN. */
ssize_t upstream_tls_send(struct upstream_tls *tls, const void *bytes, size_t n);
ssize_t upstream_tls_recv(struct upstream_tls *tls, void *to, size_t n);

#endif
