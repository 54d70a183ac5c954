#include "common/ops/worker_pool.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

struct job {
    void (*run)(void *);
    void *arg;
};

struct worker_pool {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct job *ring; /* `waiting` jobs from `first` on */
    size_t size, first, waiting;
    bool ending;
    pthread_t *threads;
    size_t thread_count;
};

/* The next job, or false when the pool ends and nothing waits any more. */
static bool next_job(struct worker_pool *pool, struct job *job) {
    pthread_mutex_lock(&pool->lock);
    while (pool->waiting == 0 && !pool->ending)
        pthread_cond_wait(&pool->wake, &pool->lock);
    bool found = pool->waiting > 0;
    if (found) {
        *job = pool->ring[pool->first];
        pool->first = (pool->first + 1) % pool->size;
        pool->waiting--;
    }
    pthread_mutex_unlock(&pool->lock);
    return found;
}

static void *work(void *arg) {
    struct worker_pool *pool = arg;
    struct job job;
    while (next_job(pool, &job))
        job.run(job.arg);
    return NULL;
}

static err start_threads(struct worker_pool *pool, size_t threads) {
    while (pool->thread_count < threads) {
        int code = pthread_create(&pool->threads[pool->thread_count], NULL, work, pool);
        REQUIRE(code == 0, no_memory, "a worker thread could not be started");
        pool->thread_count++;
    }
    return OK;
}

err worker_pool_new(size_t threads, size_t queue_max, struct worker_pool **out) {
    assert(threads > 0 && queue_max > 0);
    struct worker_pool *pool = calloc(1, sizeof *pool);
    REQUIRE(pool, no_memory, "there is no memory for the workers");
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pool->size = queue_max;
    pool->ring = calloc(queue_max, sizeof *pool->ring);
    pool->threads = calloc(threads, sizeof *pool->threads);
    err e = pool->ring && pool->threads ? start_threads(pool, threads)
                                        : FAIL(no_memory, "there is no memory for the workers");
    if (failed(e)) {
        worker_pool_free(pool);
        return e;
    }
    *out = pool;
    return OK;
}

err worker_pool_submit(struct worker_pool *pool, void (*job)(void *), void *arg) {
    pthread_mutex_lock(&pool->lock);
    bool room = pool->waiting < pool->size && !pool->ending;
    if (room) {
        pool->ring[(pool->first + pool->waiting) % pool->size] = (struct job){job, arg};
        pool->waiting++;
        pthread_cond_signal(&pool->wake);
    }
    pthread_mutex_unlock(&pool->lock);
    REQUIRE(room, overloaded, "The server is busy, try again");
    return OK;
}

size_t worker_pool_depth(struct worker_pool *pool) {
    pthread_mutex_lock(&pool->lock);
    size_t waiting = pool->waiting;
    pthread_mutex_unlock(&pool->lock);
    return waiting;
}

void worker_pool_free(struct worker_pool *pool) {
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->ending = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->lock);
    free(pool->threads);
    free(pool->ring);
    free(pool);
}
