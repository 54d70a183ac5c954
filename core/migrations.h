/* The numbered migrations of core.db. */
#ifndef CORE_MIGRATIONS_H
#define CORE_MIGRATIONS_H

#include "common/db/db.h"

extern const struct db_migration core_migrations[];
extern const size_t core_migration_count;

#endif
