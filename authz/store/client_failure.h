/* The last refused requests of each client, for whoever owns it. */
#ifndef AUTHZ_STORE_CLIENT_FAILURE_H
#define AUTHZ_STORE_CLIENT_FAILURE_H

#include "authz/store/store.h"

enum { CLIENT_FAILURES_KEPT = 50 };

struct client_failure {
    str client_id;
    int64_t time_ms;
    str endpoint; /* a path of routes.def */
    str error;    /* the code on the wire */
    str rule;     /* what was broken */
    str remote;   /* a shortened address */
};

/* All in one transaction. Those of clients that do not exist are left out; of each client the
 * CLIENT_FAILURES_KEPT newest stay. */
err client_failure_add(struct store *store, const struct client_failure *list, size_t n,
                       int64_t lifetime_ms) MUST_CHECK;
/* The newest first; those that expired are left out. */
err client_failure_list(struct store *store, struct arena *arena, str client_id, int64_t now_ms,
                        struct client_failure **out, size_t *n) MUST_CHECK;

#endif
