#include "authz/circuit_breaker.h"

#include "common/base/testing.h"

/* One step: who comes or goes, when, and what must come of it. */
enum step_kind { ENTER, ANSWER, TIMEOUT };
struct step {
    enum step_kind kind;
    enum circuit_pass pass; /* ENTER: expected; else: what the call had */
    int64_t at_ms;
    bool opens; /* TIMEOUT: it opens the breaker */
};

#define CALL    CIRCUIT_CALL
#define PROBE   CIRCUIT_PROBE
#define REFUSED CIRCUIT_REFUSED
enum { PAUSE = CIRCUIT_BREAKER_PAUSE_MS, OPENED = 100, AFTER = OPENED + PAUSE };

static void walk(struct circuit_breaker *breaker, const struct step *steps, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const struct step *s = &steps[i];
        if (s->kind == ENTER)
            assert_int_equal(circuit_breaker_enter(breaker, s->at_ms), s->pass);
        else
            assert_int_equal(circuit_breaker_leave(breaker, s->pass, s->kind == TIMEOUT, s->at_ms),
                             s->opens);
    }
}
#define WALK(breaker, ...)                                                                         \
    walk(breaker, (const struct step[]){__VA_ARGS__},                                              \
         sizeof((const struct step[]){__VA_ARGS__}) / sizeof(struct step))

static struct circuit_breaker opened(void) {
    struct circuit_breaker breaker = {0};
    for (int i = 1; i < CIRCUIT_BREAKER_TIMEOUTS; i++)
        WALK(&breaker, {ENTER, CALL, 0, false}, {TIMEOUT, CALL, OPENED, false});
    WALK(&breaker, {ENTER, CALL, 0, false}, {TIMEOUT, CALL, OPENED, true});
    return breaker;
}

static void so_many_timeouts_in_a_row_open_it_for_the_pause(void **state) {
    (void)state;
    struct circuit_breaker breaker = opened();
    WALK(&breaker, {ENTER, REFUSED, OPENED, false}, {ENTER, REFUSED, AFTER - 1, false});
}

static void an_answer_between_starts_the_count_again(void **state) {
    (void)state;
    struct circuit_breaker breaker = {0};
    for (int i = 0; i < 3 * CIRCUIT_BREAKER_TIMEOUTS; i++) {
        if (i % (CIRCUIT_BREAKER_TIMEOUTS - 1) == 0)
            WALK(&breaker, {ANSWER, CALL, OPENED, false});
        WALK(&breaker, {TIMEOUT, CALL, OPENED, false}, {ENTER, CALL, OPENED, false});
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
         {ENTER, CALL, AFTER + 1, false}, {TIMEOUT, CALL, AFTER + 2, false},
         {ENTER, CALL, AFTER + 2, false});
}

static void a_probe_that_times_out_opens_it_again_at_once(void **state) {
    (void)state;
    struct circuit_breaker breaker = opened();
    WALK(&breaker, {ENTER, PROBE, AFTER, false}, {TIMEOUT, PROBE, AFTER + 10, true},
         {ENTER, REFUSED, AFTER + 10 + PAUSE - 1, false},
         {ENTER, PROBE, AFTER + 10 + PAUSE, false});
}

static void a_late_timeout_of_before_changes_nothing(void **state) {
    (void)state;
    struct circuit_breaker breaker = opened();
    WALK(&breaker, {TIMEOUT, CALL, AFTER - 1, false}, {ENTER, PROBE, AFTER, false},
         {TIMEOUT, CALL, AFTER + 1, false}, {ENTER, REFUSED, AFTER + 1, false},
         {ANSWER, PROBE, AFTER + 2, false}, {ENTER, CALL, AFTER + 2, false});
}

static void a_late_answer_of_before_closes_it(void **state) {
    (void)state;
    struct circuit_breaker breaker = opened();
    WALK(&breaker, {ANSWER, CALL, OPENED + 1, false}, {ENTER, CALL, OPENED + 1, false});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_timeouts_in_a_row_open_it_for_the_pause),
        cmocka_unit_test(an_answer_between_starts_the_count_again),
        cmocka_unit_test(after_the_pause_one_call_alone_probes),
        cmocka_unit_test(an_answered_probe_closes_it),
        cmocka_unit_test(a_probe_that_times_out_opens_it_again_at_once),
        cmocka_unit_test(a_late_timeout_of_before_changes_nothing),
        cmocka_unit_test(a_late_answer_of_before_closes_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
