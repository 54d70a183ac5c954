/* What happened to an account lately, for its person: rows of the audit table. */
#ifndef AUTHZ_STORE_ACTIVITY_H
#define AUTHZ_STORE_ACTIVITY_H

#include "authz/store/audit.h"
#include "authz/store/store.h"

enum { ACTIVITY_SHOWN = 12 };

struct activity {
    str event;             /* of audit.def */
    str client_id, remote; /* or absent */
    int64_t time_ms;
};

/* Those of `events` (ids of audit.def, words), the latest first, at most ACTIVITY_SHOWN. Reads
 * only.
 */
err activity_list(struct store *store, struct arena *arena, str user_id, str events,
                  struct activity **out, size_t *n) MUST_CHECK;

#endif
