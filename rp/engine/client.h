/* hk_rp: what all calls of one client share. It does not change after hk_rp_new, but for the caches
 * below, each of which has its own rules for threads. */
#ifndef RP_ENGINE_CLIENT_H
#define RP_ENGINE_CLIENT_H

#include <pthread.h>

#include "keys/digest.h"
#include "rp/engine/settings.h"

enum document_id { DOCUMENT_METADATA, DOCUMENT_KEYS, DOCUMENT_COUNT };

/* A document that is kept (document.h), and how the last try to fetch it went. */
struct slot {
    struct document *document;
    int64_t failed_at, forced_at;
    bool forcing; /* what is being fetched now is for an unknown kid */
    struct failure failure;
    err problem;
};

enum { SERVER_NONCES = 4, SERVER_NONCE_MAX = 256 };

/* server_nonce.h */
struct server_nonce {
    struct sha256 origin;
    size_t size; /* 0: free */
    char text[SERVER_NONCE_MAX];
};

struct hk_rp {
    struct memory memory;
    struct arena *arena, *settings_arena;
    struct settings settings;
    pthread_mutex_t lock;              /* for everything below; never held over a fetch */
    pthread_cond_t landed;             /* a flight came to its end */
    struct flight *flights;            /* flight.h */
    struct slot slots[DOCUMENT_COUNT]; /* document.h */
    struct server_nonce nonces[SERVER_NONCES];
    size_t next_nonce;                 /* which makes room */
    struct refreshed_entry *refreshed; /* refreshed.h; the newest first */
    struct seen *seen;                 /* seen.h: what may be used only once */
    struct verified_cache *verified;   /* verified.h: tokens that hk_verify knows; its own locks */
    struct connections *connections;   /* transfer.h: of the blocking driver; its own lock */
};

/* Unix seconds by the client's clock. */
int64_t client_now(const struct hk_rp *rp);
/* Tells the event hook, if there is one; size is filled in, and an absent detail is "". */
void client_event(const struct hk_rp *rp, const hk_event *event);

#endif
