/* Connected apps: clients that a person has allowed something, or that hold a living grant of the
 * person. */
#ifndef AUTHZ_STORE_CONNECTION_H
#define AUTHZ_STORE_CONNECTION_H

#include "authz/store/client.h"
#include "authz/store/consent.h"

enum { CONNECTIONS_SHOWN = 50 };

struct connection {
    str client_id;
    str scope;        /* words: what was allowed, and what living grants hold */
    int64_t since_ms; /* the first of it that is known */
    int64_t used_ms;  /* the last sign-in or refresh that is known */
};

/* The last used first, at most CONNECTIONS_SHOWN. Reads only. */
err connection_list(struct store *store, struct arena *arena, str user_id, int64_t now_ms,
                    struct connection **out, size_t *n) MUST_CHECK;
/* Takes it all away: the consent goes, and every grant is revoked with its tokens, whatever its
 * scope; in one transaction. E_not_found: the client had nothing of this person. */
err connection_remove(struct store *store, const struct consent *whose,
                      const struct audit_entry *audit, int64_t now_ms) MUST_CHECK;

#endif
