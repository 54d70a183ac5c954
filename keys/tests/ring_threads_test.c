/* ctest: threads
 * Threads sign and verify while another rotates and a second ring on the same folder follows. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "common/ops/log.h"
#include "keys/ring.h"
#include "keys/tests/keys_helper.h"

enum { SIGNERS = 3, ROTATIONS = 12 };
static const int64_t start = 1700000000000;

static struct ring *ring, *second;
static _Atomic bool done;
static _Atomic int problems, signatures;

static bool sign_and_verify(struct ring *with, enum jose_alg alg) {
    struct arena *arena = arena_new(1 << 18);
    str token, payload;
    bool good = !failed(ring_sign(with, alg, STR_ABSENT, S("{}"), arena, &token)) &&
                !failed(ring_verify(with, JOSE_NONE, STR_ABSENT, token, arena, &payload)) &&
                str_eq(payload, S("{}"));
    arena_free(arena);
    return good;
}

static void *sign(void *arg) {
    struct ring *with = arg;
    while (!atomic_load(&done)) {
        const struct ring_snapshot *shown = ring_take(with);
        size_t n = jwk_set_size(shown->published);
        if (n != shown->n || !sign_and_verify(with, JOSE_EdDSA) ||
            !sign_and_verify(with, JOSE_ES256))
            atomic_fetch_add(&problems, 1);
        ring_give(with, shown);
        atomic_fetch_add(&signatures, 2);
    }
    return NULL;
}

static void *follow(void *arg) {
    (void)arg;
    while (!atomic_load(&done))
        if (failed(ring_tick(second, start)))
            atomic_fetch_add(&problems, 1);
    return NULL;
}

static void threads_sign_while_another_rotates(void **state) {
    (void)state;
    char folder[64], dir[80];
    struct master_key master = {{3}};
    pthread_t signers[SIGNERS], follower;
    log_setup(LOG_OFF, LOG_JSON, 2);
    helper_folder(folder);
    snprintf(dir, sizeof dir, "%s/keys", folder);
    struct ring_options options = {.dir = dir, .master = &master, .retire_after_s = 3600};
    assert_ok(ring_open(&options, start, &ring));
    assert_ok(ring_open(&options, start, &second));
    const struct ring_snapshot *a = ring_take(ring), *b;
    size_t at_first = a->n;
    ring_give(ring, a);
    for (int i = 0; i < SIGNERS; i++)
        assert_int_equal(pthread_create(&signers[i], NULL, sign, i ? ring : second), 0);
    assert_int_equal(pthread_create(&follower, NULL, follow, NULL), 0);
    for (int i = 0; i < ROTATIONS; i++) {
        assert_ok(ring_rotate(ring, JOSE_EdDSA, true, start + i));
        assert_ok(ring_rotate(ring, JOSE_ES256, true, start + i));
        int before = atomic_load(&signatures);
        while (atomic_load(&signatures) < before + 4)
            continue;
    }
    atomic_store(&done, true);
    for (int i = 0; i < SIGNERS; i++)
        pthread_join(signers[i], NULL);
    pthread_join(follower, NULL);
    assert_int_equal(atomic_load(&problems), 0);
    assert_ok(ring_tick(second, start));
    a = ring_take(ring);
    b = ring_take(second);
    assert_true(str_eq(a->jwks_json, b->jwks_json));
    assert_int_equal(a->n, at_first + 2 * ROTATIONS);
    ring_give(ring, a);
    ring_give(second, b);
    ring_close(ring);
    ring_close(second);
    helper_remove(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(threads_sign_while_another_rotates)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
