/* Hashing of passwords: parameters, bounds, and what an unknown person costs.
 * ctest: threads */
#include "core/password.h"

#include <pthread.h>

#include "common/base/testing.h"

static struct arena *arena;

static int set_up(void **state) {
    (void)state;
    arena = arena_new(1 << 20);
    return arena ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

enum { CALLERS_MAX = 8 };

static struct password_hasher *hasher_of(size_t concurrency, uint32_t memory_kib) {
    struct password_hasher *hasher;
    assert_ok(password_hasher_new(concurrency, CALLERS_MAX, (struct password_cost){memory_kib, 1},
                                  &hasher));
    return hasher;
}

static void default_cost_is_argon2id_19_mib_t2_p1(void **state) {
    (void)state;
    struct password_hasher *hasher;
    str stored;
    bool right, rehash;
    assert_ok(password_hasher_new(0, 1, (struct password_cost){0, 0}, &hasher));
    assert_ok(password_hash(hasher, secret_of(S("a quiet river")), arena, &stored));
    assert_true(str_starts(stored, S("$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_ok(password_verify(hasher, secret_of(S("a quiet river")), stored, &right, &rehash));
    assert_true(right && !rehash);
    password_hasher_free(hasher);
}

static void hashes_of_one_password_differ(void **state) {
    (void)state;
    struct password_hasher *hasher = hasher_of(1, 64);
    str first, second;
    assert_ok(password_hash(hasher, secret_of(S("a quiet river")), arena, &first));
    assert_ok(password_hash(hasher, secret_of(S("a quiet river")), arena, &second));
    assert_false(str_eq(first, second));
    password_hasher_free(hasher);
}

static void wrong_passwords_are_wrong(void **state) {
    (void)state;
    static const char *const rows[] = {"a quiet rive", "a quiet river ", "A quiet river", "x"};
    struct password_hasher *hasher = hasher_of(1, 64);
    str stored;
    bool right = true, rehash;
    assert_ok(password_hash(hasher, secret_of(S("a quiet river")), arena, &stored));
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_ok(password_verify(hasher, secret_of(str_from(rows[i])), stored, &right, &rehash));
        assert_false(right);
    }
    password_hasher_free(hasher);
}

static void nobody_costs_a_hash_and_is_never_right(void **state) {
    (void)state;
    static const char *const rows[] = {"a quiet river", "nobody", ""};
    struct password_hasher *hasher = hasher_of(1, 64);
    bool right = true, rehash = true;
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t before = password_hasher_done(hasher);
        assert_ok(
            password_verify(hasher, secret_of(str_from(rows[i])), STR_ABSENT, &right, &rehash));
        assert_false(right);
        assert_false(rehash);
        assert_int_equal(password_hasher_done(hasher), before + 1);
    }
    password_hasher_free(hasher);
}

static void other_parameters_ask_for_a_new_hash(void **state) {
    (void)state;
    struct password_hasher *old = hasher_of(1, 32), *hasher = hasher_of(1, 64);
    str stored;
    bool right, rehash;
    assert_ok(password_hash(old, secret_of(S("a quiet river")), arena, &stored));
    assert_ok(password_verify(hasher, secret_of(S("a quiet river")), stored, &right, &rehash));
    assert_true(right && rehash);
    password_hasher_free(old);
    password_hasher_free(hasher);
}

static void damaged_hash_is_an_error_not_a_no(void **state) {
    (void)state;
    struct password_hasher *hasher = hasher_of(1, 64);
    char long_one[200];
    bool right, rehash;
    memset(long_one, 'x', sizeof long_one);
    assert_err(password_verify(hasher, secret_of(S("x")), S("plain text"), &right, &rehash),
               internal);
    assert_err(password_verify(hasher, secret_of(S("x")), str_of(long_one, sizeof long_one), &right,
                               &rehash),
               internal);
    password_hasher_free(hasher);
}

struct caller {
    pthread_t thread;
    struct password_hasher *hasher;
    enum err_code code;
};

static void *ask(void *arg) {
    struct caller *caller = arg;
    bool right, rehash;
    caller->code =
        password_verify(caller->hasher, secret_of(S("x")), STR_ABSENT, &right, &rehash).code;
    return NULL;
}

/* One at work, seven waiting: the rest is refused at once. */
static void queue_is_bounded(void **state) {
    (void)state;
    enum { CALLERS = 120 };
    struct caller callers[CALLERS];
    struct password_hasher *hasher = hasher_of(1, 8192);
    size_t served = 0, refused = 0;
    for (size_t i = 0; i < CALLERS; i++) {
        callers[i] = (struct caller){.hasher = hasher};
        assert_int_equal(pthread_create(&callers[i].thread, NULL, ask, &callers[i]), 0);
    }
    for (size_t i = 0; i < CALLERS; i++) {
        pthread_join(callers[i].thread, NULL);
        served += callers[i].code == E_ok;
        refused += callers[i].code == E_overloaded;
    }
    assert_int_equal(served + refused, CALLERS);
    assert_in_range(served, CALLERS_MAX, CALLERS - 1);
    assert_int_equal(password_hasher_done(hasher), served);
    password_hasher_free(hasher);
}

static void common_passwords_are_known_whatever_their_case(void **state) {
    (void)state;
    static const struct {
        const char *password;
        bool common;
    } rows[] = {{"password", true},         {"PASSWORD", true},      {"12345678", true},
                {"qwertyuiop", true},       {"iloveyou1", true},     {"ada@example.com", true},
                {"Ada@Example.Com", true},  {"ada", true},           {"a quiet river", false},
                {"ada@example.org", false}, {"correct horse", false}};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(password_is_common(str_from(rows[i].password), S("ada@example.com")),
                         rows[i].common);
}

#define HERE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        HERE(default_cost_is_argon2id_19_mib_t2_p1),
        HERE(hashes_of_one_password_differ),
        HERE(wrong_passwords_are_wrong),
        HERE(nobody_costs_a_hash_and_is_never_right),
        HERE(other_parameters_ask_for_a_new_hash),
        HERE(damaged_hash_is_an_error_not_a_no),
        HERE(queue_is_bounded),
        HERE(common_passwords_are_known_whatever_their_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
