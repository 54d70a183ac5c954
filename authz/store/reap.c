/* A grant outlives the code it was made from, so that a code cannot come back to life: its shortest
 * life is longer than the longest of a code (see life_s in token_authorization_code.c). */
#include "authz/store/reap.h"

#include "common/db/reaper.h"

/* Refresh tokens go with their grant: fewer grants at a time. */
enum { BATCH = 500, GRANTS = 100 };

/* store/logout.c ends the sign-ins of a session before it goes: their clients are told. */
#define EMPTY                                                                                      \
    " AND NOT EXISTS (SELECT 1 FROM session_accounts a WHERE a.session_hash = sessions.id_hash)"

#define EXPIRING(table, key) REAPER_TABLE(table, key, "expires_ms", "", BATCH)

static const struct reaper_table tables[] = {
    EXPIRING("refresh_tokens", "hash"),
    REAPER_TABLE("grants", "id", "expires_ms", "", GRANTS),
    REAPER_TABLE("sessions", "id_hash", "expires_ms", EMPTY, BATCH),
    EXPIRING("stored_requests", "id"),
    EXPIRING("used_jtis", "hash"),
    EXPIRING("logout_notices", "id"),
    EXPIRING("client_failures", "id"),
};
static const struct reaper_table audit = REAPER_TABLE("audit", "id", "time_ms", "", BATCH);

err store_reap(struct store *store, int64_t now_ms, int64_t audit_until_ms, bool *more) {
    *more = false;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        TRY(reaper_run(store->db, &tables[i], now_ms, more));
    return reaper_run(store->db, &audit, audit_until_ms, more);
}
