#include "keys/ring_snapshot.h"

#include <stdlib.h>

#include "common/base/json_put.h"
#include "common/base/json_read.h"

enum { ARENA = 1 << 20, MAX_JWKS = 256 * 1024 };

static err write_jwks(struct snapshot *snapshot) {
    struct json_put j = json_put_begin(snapshot->arena, MAX_JWKS);
    json_put_open(&j, '{');
    json_put_open_at(&j, "keys", '[');
    for (size_t i = 0; i < snapshot->owned.n; i++) {
        str jwk;
        TRY(jwk_public_json(snapshot->owned.list[i].jwk, snapshot->arena, &jwk));
        json_put_item_raw(&j, jwk);
    }
    json_put_close(&j, ']');
    json_put_close(&j, '}');
    return json_put_done(&j, &snapshot->shown.jwks_json);
}

static void show_keys(struct snapshot *snapshot) {
    for (size_t i = 0; i < snapshot->owned.n; i++) {
        const struct ring_entry *entry = &snapshot->owned.list[i];
        snapshot->keys[i] = (struct ring_key){.jwk = entry->jwk,
                                              .alg = entry->alg,
                                              .decrypts = entry->decrypts,
                                              .state = entry->state,
                                              .created_ms = entry->created_ms,
                                              .active_ms = entry->active_ms,
                                              .retiring_ms = entry->retiring_ms};
    }
    snapshot->shown.keys = snapshot->keys;
    snapshot->shown.n = snapshot->owned.n;
    snapshot->shown.owner = snapshot;
}

/* The published set is read back from the text that clients get. */
static err fill(struct snapshot *snapshot) {
    AUTO(json_ref) jwks = NULL;
    snapshot->arena = arena_new(ARENA);
    REQUIRE(snapshot->arena, no_memory, "there is no memory for the key ring");
    show_keys(snapshot);
    TRY(write_jwks(snapshot));
    TRY(json_read_object(snapshot->shown.jwks_json, &jwks));
    return jwk_set_import(jwks, &snapshot->shown.published);
}

err snapshot_new(struct ring_entries *entries, struct snapshot **out) {
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    if (!snapshot) {
        ring_entries_drop(entries);
        return FAIL(no_memory, "there is no memory for the key ring");
    }
    snapshot->owned = *entries;
    snapshot->users = 1;
    entries->n = 0;
    err e = fill(snapshot);
    if (failed(e))
        snapshot_give(snapshot);
    else
        *out = snapshot;
    return e;
}

struct snapshot *snapshot_take(struct snapshot *snapshot) {
    atomic_fetch_add(&snapshot->users, 1);
    return snapshot;
}

void snapshot_give(struct snapshot *snapshot) {
    if (!snapshot || atomic_fetch_sub(&snapshot->users, 1) != 1)
        return;
    jwk_set_free(snapshot->shown.published);
    ring_entries_drop(&snapshot->owned);
    arena_free(snapshot->arena);
    free(snapshot);
}
