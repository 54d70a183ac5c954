#include "core/reap.h"

#include "common/ops/log.h"
#include "core/world.h"

/* At most 500 rows a table, so that nobody waits long for the writer. */
#define REAP(tx, now, table, key)                                                                  \
    DB_RUN((tx), NULL,                                                                             \
           "DELETE FROM " table " WHERE " key " IN (SELECT " key " FROM " table                    \
           " WHERE expires_ms < ?1 LIMIT 500)",                                                    \
           DB_I(now))

static err reap(struct tx *tx, void *arg) {
    const int64_t *now_ms = arg;
    TRY(REAP(tx, *now_ms, "registrations", "address"));
    TRY(REAP(tx, *now_ms, "api_tokens", "hash"));
    TRY(REAP(tx, *now_ms, "api_refresh_tokens", "hash"));
    TRY(REAP(tx, *now_ms, "password_resets", "hash"));
    TRY(REAP(tx, *now_ms, "challenges", "hash"));
    TRY(REAP(tx, *now_ms, "throttles", "key"));
    return REAP(tx, *now_ms, "outbox", "id");
}

void core_reap(struct core *core, int64_t now_ms) {
    err e = db_write(core->db, reap, &now_ms);
    if (failed(e))
        log_err(LOG_WARN, "reaper", e);
}
