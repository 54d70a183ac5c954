/* How many passwords a second all cores can verify when they do nothing else: argon2id by the
 * product's parameters, one thread a core. Called by bench/logins with the seconds to measure. */
#include <argon2.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/arena.h"
#include "common/base/clock.h"
#include "core/password.h"

#define PASSWORD "a quiet river in may"
enum { CORES_MAX = 256, SECONDS_MAX = 60, SECOND_US = 1000000 };

static struct arena *arena;
static str encoded; /* says the parameters */
static atomic_size_t done;
static int64_t end_us;

static void check(bool good, const char *what) {
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static void encode(void) {
    struct password_hasher *hasher;
    check(!failed(password_hasher_new(1, 1, (struct password_cost){0, 0}, &hasher)) &&
              !failed(password_hash(hasher, secret_of(S(PASSWORD)), arena, &encoded)),
          "no password could be hashed");
    password_hasher_free(hasher);
}

/* A hash that ends too late does not count, as no sign-in does that is answered too late. */
static void *verify(void *unused) {
    (void)unused;
    while (clock_monotonic_us() < end_us) {
        check(argon2id_verify(encoded.p, PASSWORD, sizeof PASSWORD - 1) == ARGON2_OK,
              "a password could not be verified");
        atomic_fetch_add(&done, clock_monotonic_us() < end_us);
    }
    return NULL;
}

int main(int argc, char **argv) {
    long seconds = argc == 2 ? strtol(argv[1], NULL, 10) : 0;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    check(seconds >= 1 && seconds <= SECONDS_MAX, "usage: hash_bench SECONDS (1 to 60)");
    check(cores >= 1 && cores <= CORES_MAX, "the number of cores is not known");
    arena = arena_new(1 << 20);
    encode();
    end_us = clock_monotonic_us() + seconds * SECOND_US;
    pthread_t threads[CORES_MAX];
    for (long i = 0; i < cores; i++)
        check(pthread_create(&threads[i], NULL, verify, NULL) == 0,
              "a thread could not be started");
    for (long i = 0; i < cores; i++)
        pthread_join(threads[i], NULL);
    printf("%.2f\n", (double)atomic_load(&done) / (double)seconds);
    arena_free(arena);
    return 0;
}
