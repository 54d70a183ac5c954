/* The numbered migrations of authz.db. */
#ifndef AUTHZ_STORE_MIGRATIONS_H
#define AUTHZ_STORE_MIGRATIONS_H

#include "common/db/db.h"

extern const struct db_migration authz_migrations[];
extern const size_t authz_migration_count;

#endif
