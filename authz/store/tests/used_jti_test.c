#include "authz/store/used_jti.h"

#include "authz/store/reap.h"
#include "authz/store/tests/store_helper.h"

static void a_jti_is_used_once_until_it_is_forgotten(void **state) {
    struct store_world *w = *state;
    assert_ok(used_jti_add(&w->store, S("one"), 100));
    assert_err(used_jti_add(&w->store, S("one"), 100), conflict);
    assert_err(used_jti_add(&w->store, S("one"), 900), conflict);
    assert_ok(used_jti_add(&w->store, S("two"), 100));
    bool more;
    assert_ok(store_reap(&w->store, 99, 0, &more));
    assert_err(used_jti_add(&w->store, S("one"), 100), conflict);
    assert_ok(store_reap(&w->store, 100, 0, &more));
    assert_int_equal(store_world_count(w, "SELECT count(*) FROM used_jtis"), 0);
    assert_ok(used_jti_add(&w->store, S("one"), 200));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_jti_is_used_once_until_it_is_forgotten, store_world_open,
                                        store_world_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
