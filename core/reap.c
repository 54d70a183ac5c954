#include "core/reap.h"

#include "common/ops/log.h"
#include "core/world.h"

/* At most 500 rows a table, so that nobody waits long for the writer. */
#define REAP(tx, reaping, table, key)                                                              \
    do {                                                                                           \
        int64_t n_;                                                                                \
        TRY(DB_RUN((tx), &n_,                                                                      \
                   "DELETE FROM " table " WHERE " key " IN (SELECT " key " FROM " table            \
                   " WHERE expires_ms <= ?1 LIMIT 500)",                                           \
                   DB_I((reaping)->now_ms)));                                                      \
        (reaping)->full |= n_ == BATCH;                                                            \
    } while (0)

enum { EVERY_MS = MINUTE_MS, BATCH = 500 };

struct reaping {
    int64_t now_ms;
    bool full; /* there may be more */
};

static err reap(struct tx *tx, void *arg) {
    struct reaping *reaping = arg;
    reaping->full = false;
    REAP(tx, reaping, "registrations", "address");
    REAP(tx, reaping, "api_tokens", "hash");
    REAP(tx, reaping, "api_refresh_tokens", "hash");
    REAP(tx, reaping, "password_resets", "hash");
    REAP(tx, reaping, "challenges", "hash");
    REAP(tx, reaping, "throttles", "key");
    REAP(tx, reaping, "outbox", "id");
    return OK;
}

err reap_expired(struct core *core, int64_t now_ms) {
    struct reaping reaping = {now_ms, true};
    while (reaping.full && !(core->reaper && ticker_stopping(core->reaper)))
        TRY(db_write(core->db, reap, &reaping));
    return OK;
}

static void run(void *arg) {
    struct core *core = arg;
    err e = reap_expired(core, core->clock_ms());
    if (failed(e))
        log_err(LOG_WARN, "reaper", e);
}

err reap_start(struct core *core, struct ticker **out) {
    return ticker_start(EVERY_MS, run, core, out);
}
