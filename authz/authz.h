/* The authorization server's world: built once at start, const afterwards, reached from every
 * handler as authz_of(rq). */
#ifndef AUTHZ_AUTHZ_H
#define AUTHZ_AUTHZ_H

#include "common/http/http.h"
#include "keys/master.h"
#include "keys/seal.h"

struct config;    /* authz/config.h: options.def as a struct */
struct store;     /* authz/store/store.h: authz.db */
struct ring;      /* keys/ring.h */
struct core_link; /* authz/core_link.h */

struct authz {
    const struct config *config;
    str issuer;
    struct store *store;
    struct ring *ring;
    struct core_link *core;
    struct seal_key code_key;        /* authorization codes */
    struct seal_key interaction_key; /* hidden form fields */
    uint8_t secret_pepper[32];       /* HMAC of client secrets, of refresh token succession */
};

static inline const struct authz *authz_of(const struct request *rq) {
    return rq->app->world;
}

#endif
