/* Rows whose time is over. */
#ifndef AUTHZ_STORE_REAP_H
#define AUTHZ_STORE_REAP_H

#include "authz/store/store.h"

/* Deletes expired rows of each table that has an expiry, and what the audit table tells of
 * audit_until_ms and before: a bounded number (common/db/reaper.h). *more: there may be others. */
err store_reap(struct store *store, int64_t now_ms, int64_t audit_until_ms, bool *more) MUST_CHECK;

#endif
