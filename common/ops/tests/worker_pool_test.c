/* ctest: threads */
#include "common/base/testing.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "common/ops/worker_pool.h"

enum { THREADS = 4, JOBS = 1000, QUEUE = 8, SUBMITTERS = 8 };

static void count(void *arg) {
    atomic_fetch_add((atomic_int *)arg, 1);
}

/* A gate that holds every worker until it opens. */
struct gate {
    pthread_mutex_t lock;
    pthread_cond_t change;
    int inside;
    bool open;
};

static void pass_gate(void *arg) {
    struct gate *gate = arg;
    pthread_mutex_lock(&gate->lock);
    gate->inside++;
    pthread_cond_broadcast(&gate->change);
    while (!gate->open)
        pthread_cond_wait(&gate->change, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

static void gate_wait_inside(struct gate *gate, int n) {
    pthread_mutex_lock(&gate->lock);
    while (gate->inside < n)
        pthread_cond_wait(&gate->change, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

static void gate_open(struct gate *gate) {
    pthread_mutex_lock(&gate->lock);
    gate->open = true;
    pthread_cond_broadcast(&gate->change);
    pthread_mutex_unlock(&gate->lock);
}

static void full_queue_refuses_at_once(void **state) {
    (void)state;
    struct gate gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, false};
    struct worker_pool *pool;
    assert_ok(worker_pool_new(THREADS, QUEUE, &pool));
    for (int i = 0; i < THREADS; i++)
        assert_ok(worker_pool_submit(pool, pass_gate, &gate));
    gate_wait_inside(&gate, THREADS);
    for (int i = 0; i < QUEUE; i++)
        assert_ok(worker_pool_submit(pool, pass_gate, &gate));
    assert_int_equal(worker_pool_depth(pool), QUEUE);
    assert_err(worker_pool_submit(pool, pass_gate, &gate), overloaded);
    gate_open(&gate);
    worker_pool_free(pool);
    assert_int_equal(gate.inside, THREADS + QUEUE);
}

static void accepted_jobs_run_before_the_pool_ends(void **state) {
    (void)state;
    atomic_int ran = 0;
    struct worker_pool *pool;
    assert_ok(worker_pool_new(1, JOBS, &pool));
    for (int i = 0; i < JOBS; i++)
        assert_ok(worker_pool_submit(pool, count, &ran));
    worker_pool_free(pool);
    assert_int_equal(ran, JOBS);
}

struct submitter {
    struct worker_pool *pool;
    atomic_int *ran;
    atomic_int *accepted;
};

static void *submit_many(void *arg) {
    struct submitter *s = arg;
    for (int i = 0; i < JOBS; i++)
        if (!failed(worker_pool_submit(s->pool, count, s->ran)))
            atomic_fetch_add(s->accepted, 1);
    return NULL;
}

static void every_accepted_job_runs_exactly_once(void **state) {
    (void)state;
    atomic_int ran = 0, accepted = 0;
    struct submitter submitter = {NULL, &ran, &accepted};
    assert_ok(worker_pool_new(THREADS, QUEUE, &submitter.pool));
    pthread_t threads[SUBMITTERS];
    for (int i = 0; i < SUBMITTERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, submit_many, &submitter), 0);
    for (int i = 0; i < SUBMITTERS; i++)
        pthread_join(threads[i], NULL);
    worker_pool_free(submitter.pool);
    assert_true(accepted > 0);
    assert_int_equal(ran, accepted);
}

static void freeing_nothing_is_allowed(void **state) {
    (void)state;
    worker_pool_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_queue_refuses_at_once),
        cmocka_unit_test(accepted_jobs_run_before_the_pool_ends),
        cmocka_unit_test(every_accepted_job_runs_exactly_once),
        cmocka_unit_test(freeing_nothing_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
