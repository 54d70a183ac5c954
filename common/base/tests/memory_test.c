/* Arenas, growing texts and secrets. */
#include "common/base/buf.h"
#include "common/base/secret.h"
#include "common/base/tests/arena_helper.h"

static void an_arena_keeps_its_ceiling(void **state) {
    (void)state;
    struct arena *small = arena_new(64 * 1024);
    size_t got = 0;
    while (arena_alloc(small, 1000) && got < 1000)
        got++;
    assert_true(got >= 40 && got <= 65);
    assert_null(arena_alloc(small, 64 * 1024));
    assert_null(arena_alloc(small, SIZE_MAX));
    assert_null(arena_alloc(small, SIZE_MAX - 8));
    assert_null(arena_array(small, SIZE_MAX / 2, 3));
    assert_null(arena_array(small, SIZE_MAX, SIZE_MAX));
    assert_int_equal(arena_used(small), got * 1000);
    arena_reset(small);
    assert_int_equal(arena_used(small), 0);
    assert_non_null(arena_alloc(small, 1000));
    arena_free(small);
    arena_free(NULL);
}

struct counted {
    int live, fail_after; /* fail_after < 0: never */
};

static void *counted_resize(void *context, void *p, size_t n) {
    struct counted *counted = context;
    if (!n) {
        counted->live--;
        return memory_default.resize(NULL, p, 0);
    }
    if (counted->fail_after == 0)
        return NULL;
    counted->fail_after--;
    counted->live += p == NULL;
    return memory_default.resize(NULL, p, n);
}

static void an_arena_keeps_to_the_memory_that_it_was_given(void **state) {
    (void)state;
    struct counted counted = {0, -1};
    const struct memory memory = {counted_resize, &counted};
    struct arena *own = arena_new_in(&memory, 1 << 20);
    assert_non_null(arena_alloc(own, 100000));
    assert_int_equal(counted.live, 2);
    arena_reset(own);
    arena_free(own);
    assert_int_equal(counted.live, 0);
    counted.fail_after = 1;
    own = arena_new_in(&memory, 1 << 20);
    assert_null(arena_alloc(own, 1));
    arena_free(own);
    assert_null(arena_new_in(&memory, 1 << 20));
    assert_int_equal(counted.live, 0);
}

static void an_arena_gives_aligned_zeros(void **state) {
    (void)state;
    struct arena *own = arena_new(1 << 20);
    for (int round = 0; round < 3; round++) {
        for (size_t n = 0; n < 300; n++) {
            uint8_t *p = arena_alloc(own, n);
            assert_non_null(p);
            assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
            for (size_t i = 0; i < n; i++)
                assert_int_equal(p[i], 0);
            memset(p, 0xaa, n);
        }
        arena_reset(own); /* what it kept is wiped */
    }
    void *a = arena_alloc(own, 0), *b = arena_alloc(own, 0);
    assert_true(a && b && a != b);
    arena_free(own);
}

static void a_buf_past_its_maximum_stays_failed(void **state) {
    (void)state;
    str out;
    struct buf buf = buf_in(arena, 10);
    buf_add(&buf, S("0123456789"));
    assert_ok(buf_str(&buf, &out));
    assert_str(out, "0123456789");
    assert_int_equal(out.p[10], 0);
    buf_add_c(&buf, 'x');
    assert_err(buf_str(&buf, &out), no_memory);
    buf_add(&buf, S(""));
    assert_err(buf_str(&buf, &out), no_memory);
    buf = buf_in(arena, 10);
    buf_addf(&buf, "%s", "01234567890");
    assert_err(buf_str(&buf, &out), no_memory);
    struct arena *small = arena_new(1024);
    buf = buf_in(small, 1 << 20);
    for (int i = 0; i < 2000; i++)
        buf_add_c(&buf, 'x');
    assert_err(buf_str(&buf, &out), no_memory);
    arena_free(small);
}

static void a_buf_grows(void **state) {
    (void)state;
    str out;
    struct buf buf = buf_in(arena, 100000);
    assert_ok(buf_str(&buf, &out));
    assert_str(out, "");
    for (int i = 0; i < 10000; i++)
        buf_addf(&buf, "%04d", i);
    assert_ok(buf_str(&buf, &out));
    assert_int_equal(out.n, 40000);
    assert_str(str_of(out.p + 4 * 1234, 4), "1234");
    buf_add(&buf, STR_ABSENT);
    assert_int_equal(buf.n, 40000);
}

static void secrets_are_equal_only_to_the_same_bytes(void **state) {
    (void)state;
    assert_true(secret_eq(secret_of(S("abc")), secret_of(S("abc"))));
    assert_false(secret_eq(secret_of(S("abc")), secret_of(S("abd"))));
    assert_false(secret_eq(secret_of(S("abc")), secret_of(S("xbc"))));
    assert_false(secret_eq(secret_of(S("abc")), secret_of(S("ab"))));
    assert_true(secret_eq(secret_of(str_of("a\0b", 3)), secret_of(str_of("a\0b", 3))));
    assert_false(secret_eq(secret_of(str_of("a\0b", 3)), secret_of(str_of("a\0c", 3))));
    /* Absent or empty never equals anything: a missing secret opens nothing. */
    assert_false(secret_eq(secret_of(S("")), secret_of(S(""))));
    assert_false(secret_eq(secret_of(STR_ABSENT), secret_of(STR_ABSENT)));
    assert_false(secret_eq(secret_of(STR_ABSENT), secret_of(S("a"))));
}

static void a_secret_is_copied_and_wiped(void **state) {
    (void)state;
    char bytes[] = "top secret";
    secret copy;
    assert_ok(secret_dup(arena, secret_of(str_of(bytes, 10)), &copy));
    secret_wipe(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        assert_int_equal(bytes[i], 0);
    assert_memory_equal(copy.bytes, "top secret", 10);
}

static void an_arena_tells_where_its_memory_is_from(void **state) {
    (void)state;
    assert_ptr_equal(arena_memory(arena)->resize, memory_default.resize);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arena_tells_where_its_memory_is_from),
        cmocka_unit_test(an_arena_keeps_its_ceiling),
        cmocka_unit_test(an_arena_keeps_to_the_memory_that_it_was_given),
        cmocka_unit_test(an_arena_gives_aligned_zeros),
        cmocka_unit_test(a_buf_past_its_maximum_stays_failed),
        cmocka_unit_test(a_buf_grows),
        cmocka_unit_test(secrets_are_equal_only_to_the_same_bytes),
        cmocka_unit_test(a_secret_is_copied_and_wiped),
    };
    return cmocka_run_group_tests(tests, arena_open, arena_close);
}
