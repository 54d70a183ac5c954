/* The folded display names that people are found by. */
#ifndef CORE_STORE_NAME_KEYS_H
#define CORE_STORE_NAME_KEYS_H

#include "common/db/db.h"

/* At start: gives a key to every name that was set before there were keys (migration 7). */
err name_keys_fill(struct db *db) MUST_CHECK;

#endif
