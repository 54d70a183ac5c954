#include "authz/core_gate.h"

#include "common/base/testing.h"

enum { MOST = 3 };

static void past_the_most_calls_are_refused_and_checks_are_not(void **state) {
    (void)state;
    struct core_gate gate;
    enum circuit_pass pass;
    core_gate_init(&gate, MOST);
    for (int i = 0; i < MOST; i++)
        assert_ok(core_gate_enter(&gate, CORE_GATE_CALL, &pass));
    assert_err(core_gate_enter(&gate, CORE_GATE_CALL, &pass), core_unavailable);
    assert_ok(core_gate_enter(&gate, CORE_GATE_CHECK, &pass));
    core_gate_leave(&gate, CORE_GATE_CHECK, pass, OK);
    assert_err(core_gate_enter(&gate, CORE_GATE_CALL, &pass), core_unavailable);
    core_gate_leave(&gate, CORE_GATE_CALL, CIRCUIT_CALL, OK);
    assert_ok(core_gate_enter(&gate, CORE_GATE_CALL, &pass));
    core_gate_destroy(&gate);
}

static void after(err result, err expected) {
    struct core_gate gate;
    enum circuit_pass pass;
    core_gate_init(&gate, MOST);
    for (int i = 0; i < CIRCUIT_BREAKER_TIMEOUTS; i++) {
        assert_ok(core_gate_enter(&gate, CORE_GATE_CALL, &pass));
        core_gate_leave(&gate, CORE_GATE_CALL, pass, result);
    }
    assert_int_equal(core_gate_enter(&gate, CORE_GATE_CALL, &pass).code, expected.code);
    assert_int_equal(core_gate_enter(&gate, CORE_GATE_CHECK, &pass).code, expected.code);
    core_gate_destroy(&gate);
}

static void only_timeouts_close_the_way(void **state) {
    (void)state;
    after(FAIL(gateway_timeout, "-"), FAIL(core_unavailable, "-"));
    after(FAIL(bad_gateway, "-"), OK);
    after(OK, OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(past_the_most_calls_are_refused_and_checks_are_not),
        cmocka_unit_test(only_timeouts_close_the_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
