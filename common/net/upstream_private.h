/* What the upstream*.c files share. */
#ifndef COMMON_NET_UPSTREAM_PRIVATE_H
#define COMMON_NET_UPSTREAM_PRIVATE_H

#include <pthread.h>

#include "common/net/upstream.h"
#include "common/ops/ticker.h"

struct upstream_trust; /* upstream_tls.c */

struct upstream {
    struct arena *arena;
    str authority, base;
    const char *host, *port;      /* to resolve */
    struct upstream_trust *trust; /* NULL: plain */

    struct ticker *resolver; /* NULL: there is nothing to resolve */
    int64_t resolved_us;     /* its own */

    pthread_mutex_t lock;
    struct upstream_address addresses[UPSTREAM_ADDRESSES];
    size_t n;
};

err upstream_trust_new(str ca_file, struct upstream_trust **out) MUST_CHECK;
void upstream_trust_free(struct upstream_trust *trust);

#endif
