/* The master key: 32 bytes from which every other secret of the server is derived.
 *
 * From DIR/master.key (32 bytes in hex, mode 0600; made at first start), or from the file named by
 * a systemd credential, or from the environment. A file others can read is refused. */
#ifndef KEYS_MASTER_H
#define KEYS_MASTER_H

#include "common/base/secret.h"

struct master_key {
    uint8_t bytes[32];
};

/* `file`: NULL for DIR/master.key. Makes the file when `create` and it is missing. */
err master_key_load(const char *dir, const char *file, bool create,
                    struct master_key *out) MUST_CHECK;
/* A key for one purpose: master_key_derive(&master, S("seal interaction"), key). */
void master_key_derive(const struct master_key *master, str purpose, uint8_t out[32]);

#endif
