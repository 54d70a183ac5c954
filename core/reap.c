#include "core/reap.h"

#include "common/db/reaper.h"
#include "common/ops/log.h"
#include "core/world.h"

enum { EVERY_MS = MINUTE_MS, BATCH = 500 };

#define EXPIRING(table, key) REAPER_TABLE(table, key, "expires_ms", "", BATCH)

static const struct reaper_table tables[] = {
    EXPIRING("registrations", "address"),
    EXPIRING("email_codes", "email_id"),
    EXPIRING("api_tokens", "hash"),
    EXPIRING("api_refresh_tokens", "hash"),
    EXPIRING("api_sign_ins", "id"),
    EXPIRING("password_resets", "hash"),
    EXPIRING("challenges", "hash"),
    EXPIRING("throttles", "key"),
    EXPIRING("outbox", "id"),
    EXPIRING("mail_log", "id"),
    EXPIRING("invites", "id"),
};

err reap_expired(struct core *core, int64_t now_ms) {
    bool more = true;
    while (more && !(core->reaper && ticker_stopping(core->reaper))) {
        more = false;
        for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
            TRY(reaper_run(core->db, &tables[i], now_ms, &more));
    }
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
