/* The authorization server's world: built once at start, const afterwards, reached from every
 * handler as authz_of(rq). */
#ifndef AUTHZ_AUTHZ_H
#define AUTHZ_AUTHZ_H

#include "common/http/http.h"
#include "keys/master.h"
#include "keys/seal.h"

struct config;           /* authz/config.h: options.def as a struct */
struct store;            /* authz/store/store.h: authz.db */
struct ring;             /* keys/ring.h */
struct core_link;        /* authz/core_link.h */
struct fetcher;          /* common/net/fetch.h */
struct client_documents; /* authz/client_documents.h */
struct jwks_cache;       /* authz/jwks_cache.h */
struct jwks;             /* authz/jwks.h */
struct client_failures;  /* authz/client_failures.h */
struct openapi_cache;    /* authz/openapi/openapi.h */
struct logout_notifier;  /* authz/logout_notifier.h */

struct authz {
    const struct config *config;
    str issuer;
    str base;                      /* the issuer's path, "/id"; empty without one */
    str discovery;                 /* the document, ready to send */
    struct openapi_cache *openapi; /* authz/openapi/openapi.h: made when it is first asked for */
    struct store *store;
    struct ring *ring;
    struct core_link *core;
    struct fetcher *client_fetcher; /* for URLs that clients name */
    struct client_documents *client_documents;
    struct jwks_cache *client_jwks;
    struct logout_notifier *logout_notifier;
    struct client_failures *client_failures;
    const struct app *app;
    /* Of the trusted signers of software statements, or NULL. */
    struct jwks *software_statement_keys;
    bool development;                  /* the issuer is http on a loopback host */
    struct seal_key code_key;          /* authorization codes */
    struct seal_key interaction_key;   /* hidden form fields */
    struct seal_key client_secret_key; /* secrets of clients that are keys of theirs */
    uint8_t subject_key[32];           /* HMAC of pairwise subjects: must never change */
    uint8_t secret_pepper[32];         /* HMAC of client secrets */
    uint8_t successor_key[32];         /* derives the successors of refresh tokens */
};

struct authz_options {
    const struct config *config;                     /* lives as long as the world */
    bool no_limits;                                  /* for tests: no limits by address */
    uint32_t test_hash_memory_kib, test_hash_passes; /* for tests: cheaper passwords; 0: real */
};

/* Opens data folder, keys, core store and store, and makes the app. What cannot be had is one
 * sentence in the err: E_config, E_io, E_schema_newer. */
err authz_open(const struct authz_options *options, int64_t now_ms, struct authz **out) MUST_CHECK;
/* NULL is allowed. */
void authz_close(struct authz *authz);
/* What time does: keys that move on, rows that are over. Called every second. */
void authz_tick(struct authz *authz, int64_t now_ms);

static inline const struct authz *authz_of(const struct request *rq) {
    return rq->app->world;
}

#endif
