/* Authorizations that are too large for a code of a size that every client and proxy passes on. */
#ifndef AUTHZ_STORE_STORED_REQUEST_H
#define AUTHZ_STORE_STORED_REQUEST_H

#include "authz/store/store.h"

/* Durable. `id` is new and random; `sealed` is kept as it is. */
err stored_request_put(struct store *store, str id, str sealed, int64_t expires_ms) MUST_CHECK;
/* E_not_found: never was, or its time is over. */
err stored_request_get(struct store *store, struct arena *arena, str id, str *sealed) MUST_CHECK;

#endif
