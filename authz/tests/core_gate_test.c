#include "authz/core_gate.h"

#include "common/base/testing.h"

enum { MOST = 3, MOST_FORWARDED = 5 };

static void each_lane_has_its_places_and_checks_need_none(void **state) {
    (void)state;
    struct core_gate gate;
    enum circuit_pass pass;
    core_gate_init(&gate, MOST, MOST_FORWARDED);
    for (int i = 0; i < MOST_FORWARDED; i++)
        assert_ok(core_gate_enter(&gate, CORE_GATE_FORWARD, &pass));
    assert_err(core_gate_enter(&gate, CORE_GATE_FORWARD, &pass), core_unavailable);
    for (int i = 0; i < MOST; i++)
        assert_ok(core_gate_enter(&gate, CORE_GATE_CALL, &pass));
    assert_err(core_gate_enter(&gate, CORE_GATE_CALL, &pass), core_unavailable);
    assert_ok(core_gate_enter(&gate, CORE_GATE_CHECK, &pass));
    core_gate_leave(&gate, CORE_GATE_CHECK, pass, OK, 200);
    core_gate_leave(&gate, CORE_GATE_FORWARD, CIRCUIT_CALL, OK, 200);
    assert_err(core_gate_enter(&gate, CORE_GATE_CALL, &pass), core_unavailable);
    assert_ok(core_gate_enter(&gate, CORE_GATE_FORWARD, &pass));
    core_gate_leave(&gate, CORE_GATE_CALL, CIRCUIT_CALL, OK, 200);
    assert_ok(core_gate_enter(&gate, CORE_GATE_CALL, &pass));
    core_gate_destroy(&gate);
}

/* What came of a call, and whether so many of them in a row close the way for every lane. */
static const struct {
    err result;
    int status;
    bool closes;
} rows[] = {
    {{E_io, "", ""}, 0, true},
    {{E_bad_gateway, "", ""}, 0, true},
    {{E_gateway_timeout, "", ""}, 0, true},
    {{E_ok, 0, 0}, 502, true},
    {{E_ok, 0, 0}, 504, true},
    {{E_ok, 0, 0}, 500, false},
    {{E_ok, 0, 0}, 503, false},
    {{E_ok, 0, 0}, 200, false},
    {{E_ok, 0, 0}, 0, false},
    {{E_no_memory, "", ""}, 0, false},
};

static void check_lanes(struct core_gate *gate, bool closed) {
    enum circuit_pass pass;
    for (int lane = 0; lane < CORE_GATE_LANES; lane++) {
        err e = core_gate_enter(gate, (enum core_gate_lane)lane, &pass);
        assert_int_equal(e.code, closed ? E_core_unavailable : E_ok);
    }
    assert_int_equal(core_gate_state(gate), closed ? CIRCUIT_IS_OPEN : CIRCUIT_IS_CLOSED);
}

static void failures_of_the_store_close_the_way_and_nothing_else_does(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct core_gate gate;
        enum circuit_pass pass;
        core_gate_init(&gate, MOST, MOST_FORWARDED);
        for (int k = 0; k < CIRCUIT_BREAKER_FAILURES; k++) {
            assert_ok(core_gate_enter(&gate, CORE_GATE_CALL, &pass));
            core_gate_leave(&gate, CORE_GATE_CALL, pass, rows[i].result, rows[i].status);
        }
        check_lanes(&gate, rows[i].closes);
        core_gate_destroy(&gate);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_lane_has_its_places_and_checks_need_none),
        cmocka_unit_test(failures_of_the_store_close_the_way_and_nothing_else_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
