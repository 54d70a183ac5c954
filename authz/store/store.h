/* authz.db: opened once; the verbs on it are in client.h, grant.h, session.h, consent.h, audit.h.
 */
#ifndef AUTHZ_STORE_STORE_H
#define AUTHZ_STORE_STORE_H

#include "common/db/db.h"

struct store {
    struct db *db;
};

/* `path` of authz.db. See db_open for its errors. */
err store_open(const char *path, struct store *out) MUST_CHECK;
void store_close(struct store *store);

#endif
