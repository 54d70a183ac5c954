/* A counted, immutable view of the ring. The inside of ring.h. */
#ifndef KEYS_RING_SNAPSHOT_H
#define KEYS_RING_SNAPSHOT_H

#include <stdatomic.h>

#include "keys/ring_file.h"

struct snapshot {
    struct ring_snapshot shown;
    _Atomic int users;
    struct ring_key keys[RING_MAX_KEYS];
    struct ring_entries owned;
    struct arena *arena;
};

/* Takes the entries' keys over, also when it fails. */
err snapshot_new(struct ring_entries *entries, struct snapshot **out) MUST_CHECK;
struct snapshot *snapshot_take(struct snapshot *snapshot);
/* The last one frees it. NULL is allowed. */
void snapshot_give(struct snapshot *snapshot);

#endif
