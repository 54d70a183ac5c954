#include "core/password.h"

#include <argon2.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/random.h"
#include "common/ops/metrics.h"

enum { SALT = 16, HASH = 32, ENCODED = 160, DEFAULT_MEMORY = 19456, DEFAULT_PASSES = 2 };

struct password_hasher {
    struct password_cost cost;
    pthread_mutex_t lock;
    pthread_cond_t freed;
    size_t free, inside, inside_max, done; /* inside: hashing or waiting for it */
    char prefix[64];                       /* of an encoded hash made with today's cost */
    char nobody[ENCODED]; /* what an unknown e-mail is compared with: nothing hashes to it */
};

static const char *const common_passwords[] = {
#define COMMON_PASSWORD(text) text,
#include "core/common_passwords.def"
#undef COMMON_PASSWORD
};

static err make(const struct password_cost *cost, secret password, char encoded[ENCODED]) {
    uint8_t salt[SALT];
    TRY(random_bytes(salt, sizeof salt));
    int code = argon2id_hash_encoded(cost->passes, cost->memory_kib, 1, password.bytes,
                                     password.len, salt, sizeof salt, HASH, encoded, ENCODED);
    REQUIRE(code != ARGON2_MEMORY_ALLOCATION_ERROR, no_memory, "there is no memory for a password");
    REQUIRE(code == ARGON2_OK, internal, "a password could not be hashed");
    return OK;
}

/* The PHC string format of the reference implementation. */
static void set_texts(struct password_hasher *hasher) {
    (void)snprintf(hasher->prefix, sizeof hasher->prefix, "$argon2id$v=19$m=%u,t=%u,p=1$",
                   hasher->cost.memory_kib, hasher->cost.passes);
    (void)snprintf(hasher->nobody, sizeof hasher->nobody, "%s%s", hasher->prefix,
                   "bm9ib2R5IGF0IGFsbCBoZQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
}

err password_hasher_new(size_t concurrency, size_t callers, struct password_cost cost,
                        struct password_hasher **out) {
    struct password_hasher *hasher = calloc(1, sizeof *hasher);
    REQUIRE(hasher, no_memory, "there is no memory for passwords");
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    hasher->cost.memory_kib = cost.memory_kib ? cost.memory_kib : DEFAULT_MEMORY;
    hasher->cost.passes = cost.passes ? cost.passes : DEFAULT_PASSES;
    hasher->free = concurrency ? concurrency : cores > 0 ? (size_t)cores : 1;
    hasher->inside_max = callers > 1 ? callers : 1;
    set_texts(hasher);
    pthread_mutex_init(&hasher->lock, NULL);
    pthread_cond_init(&hasher->freed, NULL);
    *out = hasher;
    return OK;
}

void password_hasher_free(struct password_hasher *hasher) {
    if (!hasher)
        return;
    pthread_cond_destroy(&hasher->freed);
    pthread_mutex_destroy(&hasher->lock);
    free(hasher);
}

static err enter(struct password_hasher *hasher) {
    pthread_mutex_lock(&hasher->lock);
    bool refused = hasher->inside >= hasher->inside_max;
    hasher->inside += !refused;
    while (!refused && hasher->free == 0)
        pthread_cond_wait(&hasher->freed, &hasher->lock);
    hasher->free -= !refused;
    pthread_mutex_unlock(&hasher->lock);
    REQUIRE(!refused, overloaded, "too many sign-ins at once: try again in a moment");
    return OK;
}

static void leave(struct password_hasher *hasher) {
    pthread_mutex_lock(&hasher->lock);
    hasher->free++;
    hasher->inside--;
    hasher->done++;
    pthread_cond_signal(&hasher->freed);
    pthread_mutex_unlock(&hasher->lock);
    metrics_add(M_password_hashes, STR_ABSENT, 1);
}

err password_hash(struct password_hasher *hasher, secret password, struct arena *arena, str *out) {
    char encoded[ENCODED];
    TRY(enter(hasher));
    err e = make(&hasher->cost, password, encoded);
    leave(hasher);
    TRY(e);
    return str_dup(arena, str_from(encoded), out);
}

static err compare(struct password_hasher *hasher, secret password, str stored, bool *right) {
    char encoded[ENCODED] = "";
    bool known = str_present(stored);
    REQUIRE(stored.n < ENCODED, internal, "a stored password is damaged");
    str against = known ? stored : str_from(hasher->nobody);
    memcpy(encoded, against.p, against.n);
    int code = argon2id_verify(encoded, password.bytes, password.len);
    REQUIRE(code == ARGON2_OK || code == ARGON2_VERIFY_MISMATCH, internal,
            "a password could not be verified");
    *right = known && code == ARGON2_OK;
    return OK;
}

err password_verify(struct password_hasher *hasher, secret password, str stored, bool *right,
                    bool *rehash) {
    TRY(enter(hasher));
    err e = compare(hasher, password, stored, right);
    leave(hasher);
    TRY(e);
    *rehash = str_present(stored) && !str_starts(stored, str_from(hasher->prefix));
    return OK;
}

size_t password_hasher_done(struct password_hasher *hasher) {
    pthread_mutex_lock(&hasher->lock);
    size_t done = hasher->done;
    pthread_mutex_unlock(&hasher->lock);
    return done;
}

bool password_is_common(str password, str email) {
    str name = str_head(email, str_find(email, '@'));
    if (str_eq_nocase(password, email) || str_eq_nocase(password, name))
        return true;
    for (size_t i = 0; i < sizeof common_passwords / sizeof common_passwords[0]; i++)
        if (str_eq_nocase(password, str_from(common_passwords[i])))
            return true;
    return false;
}
