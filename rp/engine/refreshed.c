#include "rp/engine/refreshed.h"

/* 256 refreshes in 10 seconds: by then those that waited have what they waited for. */
enum { KEPT_S = 10, MOST = 256, OVERHEAD = 64 * 1024 };

struct refreshed_entry {
    struct refreshed_entry *older;
    struct sha256 key;
    int64_t made;
    struct arena *arena;
    struct refreshed refreshed;
};

static void entry_free(struct hk_rp *rp, struct refreshed_entry *entry) {
    arena_free(entry->arena);
    memory_free(&rp->memory, entry);
}

/* Drops those that match, and all that are too old or too many. */
static void sweep(struct hk_rp *rp, const struct sha256 *key, int64_t now) {
    struct refreshed_entry **at = &rp->refreshed;
    for (size_t n = 0; *at;) {
        struct refreshed_entry *entry = *at;
        bool over = now - entry->made >= KEPT_S || now < entry->made || n >= MOST;
        if (over || (key && memcmp(&entry->key, key, sizeof *key) == 0)) {
            *at = entry->older;
            entry_free(rp, entry);
            continue;
        }
        at = &entry->older;
        n++;
    }
}

#define TEXTS(X)                                                                                   \
    X(access_token)                                                                                \
    X(token_type)                                                                                  \
    X(refresh_token) X(id_token) X(scope) X(authorization_details) X(id_claims)

static err copy(struct arena *arena, const struct refreshed *from, struct refreshed *out) {
    *out = *from;
#define COPY(name) TRY(str_dup(arena, from->name, &out->name));
    TEXTS(COPY)
#undef COPY
    return OK;
}

static size_t size_of(const struct refreshed *refreshed) {
    size_t size = 0;
#define ADD(name) size += refreshed->name.n + 32;
    TEXTS(ADD)
#undef ADD
    return size;
}

static err fill(struct hk_rp *rp, const struct refreshed *refreshed,
                struct refreshed_entry *entry) {
    entry->arena = arena_new_in(&rp->memory, OVERHEAD + size_of(refreshed));
    REQUIRE(entry->arena, no_memory, "there is no memory for new tokens");
    return copy(entry->arena, refreshed, &entry->refreshed);
}

err refreshed_keep(struct hk_op *op, const struct sha256 *key, const struct refreshed *refreshed) {
    struct hk_rp *rp = op->rp;
    struct refreshed_entry *entry = memory_zeroed(&rp->memory, sizeof *entry);
    REQUIRE(entry, no_memory, "there is no memory for new tokens");
    entry->key = *key;
    entry->made = op_now(op);
    err e = fill(rp, refreshed, entry);
    pthread_mutex_lock(&rp->lock);
    sweep(rp, key, entry->made);
    if (failed(e)) {
        entry_free(rp, entry);
    } else {
        entry->older = rp->refreshed;
        rp->refreshed = entry;
    }
    pthread_mutex_unlock(&rp->lock);
    return e;
}

const struct refreshed *refreshed_find(struct hk_op *op, const struct sha256 *key) {
    sweep(op->rp, NULL, op_now(op));
    for (struct refreshed_entry *entry = op->rp->refreshed; entry; entry = entry->older)
        if (memcmp(&entry->key, key, sizeof *key) == 0)
            return &entry->refreshed;
    return NULL;
}

void refreshed_forget(struct hk_rp *rp, const struct sha256 *key) {
    sweep(rp, key, client_now(rp));
}

err refreshed_copy(struct hk_op *op, const struct refreshed *from, struct refreshed *out) {
    return copy(op->arena, from, out);
}

void refreshed_free(struct hk_rp *rp) {
    while (rp->refreshed) {
        struct refreshed_entry *entry = rp->refreshed;
        rp->refreshed = entry->older;
        entry_free(rp, entry);
    }
}
