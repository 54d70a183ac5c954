/* What a project lets its members do, in its own words. All inside a transaction. */
#ifndef CORE_STORE_PERMISSION_H
#define CORE_STORE_PERMISSION_H

#include "common/db/db.h"

enum { PERMISSIONS_MAX = 100 }; /* of one project */

struct permission {
    str id, key, display_name, description; /* description may be absent */
    bool is_default;                        /* given to those who become members from now on */
    int64_t created_ms;
};

/* By key, behind the permission `after` (absent: from the first on), for permission_read. */
err permission_rows(struct tx *tx, str project_id, str after, struct db_rows **out) MUST_CHECK;
err permission_read(struct db_rows *rows, struct arena *arena, struct permission *out) MUST_CHECK;
/* E_PERMISSION_NOT_FOUND: none of this project. */
err permission_get(struct tx *tx, struct arena *arena, str project_id, str id,
                   struct permission *out) MUST_CHECK;
/* E_PERMISSION_KEY_TAKEN, E_LIMIT_REACHED. */
err permission_insert(struct tx *tx, str project_id,
                      const struct permission *permission) MUST_CHECK;
/* Members who have it keep it, whatever its key. E_PERMISSION_KEY_TAKEN. */
err permission_update(struct tx *tx, const struct permission *permission) MUST_CHECK;
/* Nobody has it any more. */
err permission_delete(struct tx *tx, str id) MUST_CHECK;

#endif
