/* What may be used only once. */
#include <stdio.h>

#include "common/base/testing.h"
#include "rp/engine/seen.h"

static struct seen *seen;

static int set_up(void **state) {
    (void)state;
    assert_ok(seen_new(&memory_default, &seen));
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    seen_free(seen);
    return 0;
}

static void a_thing_is_first_only_once(void **state) {
    (void)state;
    assert_true(seen_first(seen, S("state"), S("a"), 100, 10));
    assert_false(seen_first(seen, S("state"), S("a"), 100, 10));
    assert_false(seen_first(seen, S("state"), S("a"), 200, 100)); /* its last second */
    assert_true(seen_first(seen, S("state"), S("a"), 200, 101));  /* it is over */
}

static void kinds_do_not_meet(void **state) {
    (void)state;
    assert_true(seen_first(seen, S("logout"), S("b"), 100, 10));
    assert_true(seen_first(seen, S("dpop"), S("b"), 100, 10));
    assert_false(seen_first(seen, S("dpop"), S("b"), 100, 10));
}

/* More than the first table holds: it grows, and forgets nothing that is live. */
static void what_is_live_is_not_forgotten(void **state) {
    (void)state;
    enum { MANY = 20000 };
    char name[32];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < MANY; i++) {
            int n = snprintf(name, sizeof name, "thing %d", i);
            bool first = seen_first(seen, S("many"), str_of(name, (size_t)n), 1000, 10);
            assert_int_equal(first, round == 0);
        }
    }
}

struct stingy {
    int left;
};

static void *stingy_resize(void *context, void *p, size_t n) {
    struct stingy *stingy = context;
    if (n && stingy->left-- <= 0)
        return NULL;
    return memory_default.resize(NULL, p, n);
}

static void what_cannot_be_remembered_is_refused(void **state) {
    (void)state;
    struct stingy stingy = {1};
    struct seen *own = NULL;
    const struct memory memory = {stingy_resize, &stingy};
    assert_ok(seen_new(&memory, &own));
    assert_false(seen_first(own, S("state"), S("a"), 100, 10));
    seen_free(own);
    seen_free(NULL);
    stingy.left = 0;
    assert_err(seen_new(&memory, &own), no_memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thing_is_first_only_once),
        cmocka_unit_test(kinds_do_not_meet),
        cmocka_unit_test(what_is_live_is_not_forgotten),
        cmocka_unit_test(what_cannot_be_remembered_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
