/* The core store's state, as its own files see it. */
#ifndef CORE_WORLD_H
#define CORE_WORLD_H

#include "common/db/db.h"
#include "core/core.h"
#include "keys/digest.h"
#include "keys/seal.h"

struct core {
    struct db *db;
    str issuer;
    str service_credential;   /* absent: in-process calls only */
    struct seal_key seal_key; /* TOTP secrets, the outbox */
    uint8_t pepper[32];       /* HMAC of codes and throttle keys: short secrets */
    struct password_hasher *hasher;
    struct outbox *outbox;
    struct ticker *reaper;
    int64_t (*clock_ms)(void); /* of the threads and of a commit: handlers have rq->now_ms */
    struct arena *arena;
    struct app app;
};

static inline struct core *core_of(const struct request *rq) {
    return rq->app->world;
}

/* How long things live, in milliseconds (docs/api.md). */
enum {
    MINUTE_MS = 60 * 1000,
    CODE_LIFE_MS = 10 * MINUTE_MS,
    RESEND_AFTER_MS = MINUTE_MS,
    CODE_ATTEMPTS = 3,
    REGISTRATION_LIFE_MS = 60 * MINUTE_MS,
    API_TOKEN_LIFE_MS = 60 * MINUTE_MS,
    RESET_LIFE_MS = 15 * MINUTE_MS,
    CHALLENGE_LIFE_MS = 5 * MINUTE_MS,
    INVITE_LIFE_MS = 7 * 24 * 60 * MINUTE_MS,
    NOTICE_LIFE_MS = 24 * 60 * MINUTE_MS /* how long delivery of a notice is tried */
};
#define API_REFRESH_LIFE_MS (INT64_C(30) * 24 * 60 * MINUTE_MS)

/* The stored form of a random token: its SHA-256. */
err core_token_hash(struct arena *arena, str token, str *out) MUST_CHECK;
/* The stored form of something short (a code, an address): HMAC with the pepper over purpose and
 * text, so that a copy of the database cannot be searched for it. */
err core_keyed_hash(const struct core *core, struct arena *arena, const char *purpose, str text,
                    str *out) MUST_CHECK;
/* The same of an internet address: of IPv6, of its /64. */
err core_remote_hash(const struct core *core, struct arena *arena, const char *purpose, str remote,
                     str *out) MUST_CHECK;

#endif
