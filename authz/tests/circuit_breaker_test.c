#include "authz/circuit_breaker.h"

#include "common/base/testing.h"

/* One step: who comes or goes, when, and what must come of it. */
enum step_kind { ENTER, ANSWER, FAILURE, GIVEN_UP };
struct step {
    enum step_kind kind;
    enum circuit_pass pass; /* ENTER: expected; else: what the call had */
    int64_t at_ms;
    bool opens; /* FAILURE: it opens the breaker */
};

#define CALL    CIRCUIT_CALL
#define PROBE   CIRCUIT_PROBE
#define REFUSED CIRCUIT_REFUSED
enum { PAUSE = CIRCUIT_BREAKER_PAUSE_MS, OPENED = 100, AFTER = OPENED + PAUSE };

static void walk(struct circuit_breaker *breaker, const struct step *steps, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const struct step *s = &steps[i];
        static const enum circuit_outcome outcomes[] = {
            [ANSWER] = CIRCUIT_ANSWERED, [FAILURE] = CIRCUIT_FAILED, [GIVEN_UP] = CIRCUIT_UNKNOWN};
        if (s->kind == ENTER)
            assert_int_equal(circuit_breaker_enter(breaker, s->at_ms), s->pass);
        else
            assert_int_equal(circuit_breaker_leave(breaker, s->pass, outcomes[s->kind], s->at_ms),
                             s->opens);
    }
}
#define WALK(breaker, ...)                                                                         \
    walk(breaker, (const struct step[]){__VA_ARGS__},                                              \
         sizeof((const struct step[]){__VA_ARGS__}) / sizeof(struct step))

static struct circuit_breaker opened(void) {
    struct circuit_breaker breaker = {0};
    for (int i = 1; i < CIRCUIT_BREAKER_FAILURES; i++)
        WALK(&breaker, {ENTER, CALL, 0, false}, {FAILURE, CALL, OPENED, false});
    WALK(&breaker, {ENTER, CALL, 0, false}, {FAILURE, CALL, OPENED, true});
    return breaker;
}

static void so_many_failures_in_a_row_open_it_for_the_pause(void **state) {
    (void)state;
    struct circuit_breaker breaker = opened();
    WALK(&breaker, {ENTER, REFUSED, OPENED, false}, {ENTER, REFUSED, AFTER - 1, false});
}

static void an_answer_between_starts_the_count_again(void **state) {
    (void)state;
    struct circuit_breaker breaker = {0};
    for (int i = 0; i < 3 * CIRCUIT_BREAKER_FAILURES; i++) {
        if (i % (CIRCUIT_BREAKER_FAILURES - 1) == 0)
            WALK(&breaker, {ANSWER, CALL, OPENED, false});
        WALK(&breaker, {FAILURE, CALL, OPENED, false}, {ENTER, CALL, OPENED, false});
    }
}

static void after_the_pause_one_call_alone_probes(void **state) {
    (void)state;
    struct circuit_breaker breaker = opened();
    WALK(&breaker, {ENTER, PROBE, AFTER, false}, {ENTER, REFUSED, AFTER, false},
         {ENTER, REFUSED, AFTER + 10 * PAUSE, false});
}

static void an_answered_probe_closes_it(void **state) {
    (void)state;
    struct circuit_breaker breaker = opened();
    WALK(&breaker, {ENTER, PROBE, AFTER, false}, {ANSWER, PROBE, AFTER + 1, false},
         {ENTER, CALL, AFTER + 1, false}, {FAILURE, CALL, AFTER + 2, false},
         {ENTER, CALL, AFTER + 2, false});
}

static void a_probe_that_fails_opens_it_again_for_longer(void **state) {
    (void)state;
    struct circuit_breaker breaker = opened();
    WALK(&breaker, {ENTER, PROBE, AFTER, false}, {FAILURE, PROBE, AFTER + 10, true},
         {ENTER, REFUSED, AFTER + 10 + 2 * PAUSE - 1, false},
         {ENTER, PROBE, AFTER + 10 + 2 * PAUSE, false});
}

static void the_pause_has_a_maximum(void **state) {
    (void)state;
    struct circuit_breaker breaker = opened();
    int64_t now_ms = AFTER;
    for (int i = 0; i < 10; i++) {
        WALK(&breaker, {ENTER, PROBE, now_ms, false}, {FAILURE, PROBE, now_ms, true});
        now_ms += CIRCUIT_BREAKER_PAUSE_MAX_MS;
    }
    WALK(&breaker, {ENTER, PROBE, now_ms, false}, {ANSWER, PROBE, now_ms, false});
    for (int i = 1; i < CIRCUIT_BREAKER_FAILURES; i++)
        WALK(&breaker, {FAILURE, CALL, now_ms, false});
    WALK(&breaker, {FAILURE, CALL, now_ms, true}, {ENTER, REFUSED, now_ms + PAUSE - 1, false},
         {ENTER, PROBE, now_ms + PAUSE, false});
}

static void a_probe_that_is_given_up_leaves_the_way_to_another(void **state) {
    (void)state;
    struct circuit_breaker breaker = opened();
    WALK(&breaker, {ENTER, PROBE, AFTER, false}, {GIVEN_UP, PROBE, AFTER + 1, false},
         {ENTER, PROBE, AFTER + 1, false}, {ENTER, REFUSED, AFTER + 1, false});
}

static void calls_that_are_given_up_count_for_nothing(void **state) {
    (void)state;
    struct circuit_breaker breaker = {0};
    for (int i = 0; i < 3 * CIRCUIT_BREAKER_FAILURES; i++)
        WALK(&breaker, {GIVEN_UP, CALL, OPENED, false}, {ENTER, CALL, OPENED, false});
    for (int i = 1; i < CIRCUIT_BREAKER_FAILURES; i++)
        WALK(&breaker, {FAILURE, CALL, OPENED, false}, {GIVEN_UP, CALL, OPENED, false});
    WALK(&breaker, {FAILURE, CALL, OPENED, true});
}

static void its_state_is_told(void **state) {
    (void)state;
    struct circuit_breaker breaker = {0};
    assert_int_equal(circuit_breaker_state(&breaker, 0), CIRCUIT_IS_CLOSED);
    breaker = opened();
    assert_int_equal(circuit_breaker_state(&breaker, AFTER - 1), CIRCUIT_IS_OPEN);
    assert_int_equal(circuit_breaker_state(&breaker, AFTER), CIRCUIT_IS_HALF_OPEN);
    WALK(&breaker, {ENTER, PROBE, AFTER, false});
    assert_int_equal(circuit_breaker_state(&breaker, AFTER), CIRCUIT_IS_HALF_OPEN);
    WALK(&breaker, {ANSWER, PROBE, AFTER, false});
    assert_int_equal(circuit_breaker_state(&breaker, AFTER), CIRCUIT_IS_CLOSED);
}

static void a_late_failure_of_before_changes_nothing(void **state) {
    (void)state;
    struct circuit_breaker breaker = opened();
    WALK(&breaker, {FAILURE, CALL, AFTER - 1, false}, {ENTER, PROBE, AFTER, false},
         {FAILURE, CALL, AFTER + 1, false}, {ENTER, REFUSED, AFTER + 1, false},
         {ANSWER, PROBE, AFTER + 2, false}, {ENTER, CALL, AFTER + 2, false});
}

static void a_late_answer_of_before_closes_it(void **state) {
    (void)state;
    struct circuit_breaker breaker = opened();
    WALK(&breaker, {ANSWER, CALL, OPENED + 1, false}, {ENTER, CALL, OPENED + 1, false});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_failures_in_a_row_open_it_for_the_pause),
        cmocka_unit_test(an_answer_between_starts_the_count_again),
        cmocka_unit_test(after_the_pause_one_call_alone_probes),
        cmocka_unit_test(an_answered_probe_closes_it),
        cmocka_unit_test(a_probe_that_fails_opens_it_again_for_longer),
        cmocka_unit_test(the_pause_has_a_maximum),
        cmocka_unit_test(a_probe_that_is_given_up_leaves_the_way_to_another),
        cmocka_unit_test(calls_that_are_given_up_count_for_nothing),
        cmocka_unit_test(its_state_is_told),
        cmocka_unit_test(a_late_failure_of_before_changes_nothing),
        cmocka_unit_test(a_late_answer_of_before_closes_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
