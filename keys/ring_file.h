/* The ring's file: locked, read, and replaced whole. The inside of ring.h. */
#ifndef KEYS_RING_FILE_H
#define KEYS_RING_FILE_H

#include "common/base/scope.h"
#include "keys/ring.h"
#include "keys/seal.h"

/* A ring full of signing keys has room for the encryption keys that an upgrade adds. */
enum { RING_MAX_SIGNING_KEYS = 64, RING_MAX_KEYS = 80 };

/* A key as the file has it, opened. Owns its jwk. */
struct ring_entry {
    struct jwk *jwk;
    enum jose_alg alg;
    enum jwe_alg decrypts;
    enum key_state state;
    int64_t created_ms, active_ms, retiring_ms;
};

struct ring_entries {
    struct ring_entry list[RING_MAX_KEYS];
    size_t n;
};

/* What tells one version of the file from another. */
struct ring_stamp {
    int64_t seconds, nanoseconds, inode;
};

void ring_entries_drop(struct ring_entries *entries);
/* E_not_found: no ring yet. E_config: not ours (another master key, or damaged): nothing is
 * touched. */
err ring_file_read(const char *dir, const struct seal_key *key, struct ring_entries *out,
                   struct ring_stamp *stamp) MUST_CHECK;
/* Written beside, synced, renamed over, folder synced. */
err ring_file_write(const char *dir, const struct seal_key *key,
                    const struct ring_entries *entries) MUST_CHECK;
/* False: no file. */
bool ring_file_stamp(const char *dir, struct ring_stamp *out);
/* An exclusive lock, waited for; close the descriptor to give it back. */
err ring_file_lock(const char *dir, int *fd) MUST_CHECK;

#endif
