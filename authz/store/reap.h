/* Rows whose time is over. */
#ifndef AUTHZ_STORE_REAP_H
#define AUTHZ_STORE_REAP_H

#include "authz/store/store.h"

/* Deletes a bounded batch of expired rows of each table that has an expiry, in one transaction
 * (none if nothing has expired). *removed (may be NULL) says how many; called every few seconds. */
err store_reap(struct store *store, int64_t now_ms, int64_t *removed) MUST_CHECK;

#endif
