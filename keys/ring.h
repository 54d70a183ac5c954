/* The key ring: the server's own keys for signing and for what is encrypted to it, one active key
 * an algorithm. The ECDH-ES key serves ECDH-ES with key wrapping too.
 *
 * A key is next (published, not signing yet), active, retiring (published until the last token it
 * signed has expired) or gone from the ring. The ring is one file, DIR/keys/ring.json, replaced
 * atomically and locked while it changes; private members in it are sealed under the master key. A
 * running server notices a change within a second and swaps its snapshot. */
#ifndef KEYS_RING_H
#define KEYS_RING_H

#include "keys/jwk.h"
#include "keys/master.h"

enum key_state { KEY_NEXT, KEY_ACTIVE, KEY_RETIRING };

struct ring_key {
    const struct jwk *jwk;
    enum jose_alg alg;     /* JOSE_NONE: not for signing */
    enum jwe_alg decrypts; /* JWE_ALG_NONE: not for encryption */
    enum key_state state;
    int64_t created_ms, active_ms, retiring_ms; /* 0: not yet */
};

/* What is in force now: immutable, counted, safe to read from every thread. */
struct ring_snapshot {
    const struct ring_key *keys;
    size_t n;
    struct jwk_set *published;
    str jwks_json; /* {"keys":[…]} ready to send */
    int64_t version;
    struct snapshot *owner; /* for ring_give */
};

struct ring_options {
    const char *dir; /* DIR/keys */
    const struct master_key *master;
    int64_t rotate_every_s; /* 0: only by command. A next key is made when the one before it becomes
                               active, so that it has been published for so long when it signs */
    int64_t retire_after_s; /* the longest life of a token it signed, and some */
    bool read_only;         /* looks only: makes no ring, no key, no file */
};

/* A next key is published for so long before a command may let it sign: clients keep the JWKS for
 * five minutes. */
enum { RING_PUBLISH_AHEAD_S = 600 };

struct ring;

/* Reads the ring; makes one with an active and a next key for each algorithm the first time, unless
 * it is only read: then E_not_found. */
err ring_open(const struct ring_options *options, int64_t now_ms, struct ring **out) MUST_CHECK;
void ring_close(struct ring *ring);
/* Take and give back; between the two the snapshot stays valid. */
const struct ring_snapshot *ring_take(struct ring *ring);
void ring_give(struct ring *ring, const struct ring_snapshot *snapshot);
/* Reads the file again if it changed, and moves keys whose time has come. Called every second by
 * the server. */
err ring_tick(struct ring *ring, int64_t now_ms) MUST_CHECK;
/* next → active, active → retiring, and a new next; JOSE_NONE: for every algorithm. E_config: the
 * ring keeps no keys of this one. E_conflict: a next key is younger than RING_PUBLISH_AHEAD_S and
 * not `at_once` (after a leak). */
err ring_rotate(struct ring *ring, enum jose_alg alg, bool at_once, int64_t now_ms) MUST_CHECK;
/* The same for the key of RSA-OAEP-256 or ECDH-ES. */
err ring_rotate_encryption(struct ring *ring, enum jwe_alg alg, bool at_once,
                           int64_t now_ms) MUST_CHECK;
/* "ES256", "RSA-OAEP-256". */
str ring_key_alg_name(const struct ring_key *key);
/* "next", "active", "retiring". */
str key_state_name(enum key_state state);

/* Signs with the active key of `alg`. The one narrow call that private keys are behind. */
err ring_sign(struct ring *ring, enum jose_alg alg, str typ, str payload, struct arena *arena,
              str *token) MUST_CHECK;
/* Verifies a token of ours against the published keys and gives its payload; `typ` must match
 * (absent: the header may have none or "JWT"). JOSE_NONE: the algorithm is that of the key with the
 * token's kid, as the ring knows it (for ID tokens that come back as hints). */
err ring_verify(struct ring *ring, enum jose_alg alg, str typ, str token, struct arena *arena,
                str *payload) MUST_CHECK;
/* Decrypts what was encrypted to us: with the key that the token's kid names, whatever its state,
 * or without a kid with the active key that fits its alg. E_jose_key: no such key. */
err ring_decrypt(struct ring *ring, str token, struct arena *arena, str *plain) MUST_CHECK;

#endif
