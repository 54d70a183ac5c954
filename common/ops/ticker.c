#include "common/ops/ticker.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "common/base/clock.h"

struct ticker {
    void (*run)(void *);
    void *arg;
    int64_t every_ms;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool woken, stopping;
};

static struct timespec in_ms(int64_t ms) {
    int64_t us = clock_monotonic_us() + ms * 1000;
    return (struct timespec){.tv_sec = (time_t)(us / 1000000), .tv_nsec = us % 1000000 * 1000};
}

/* False: stop. */
static bool wait_for_turn(struct ticker *ticker) {
    struct timespec until = in_ms(ticker->every_ms);
    int timeout = 0;
    pthread_mutex_lock(&ticker->lock);
    while (!ticker->woken && !ticker->stopping && timeout == 0)
        timeout = pthread_cond_timedwait(&ticker->wake, &ticker->lock, &until);
    ticker->woken = false;
    bool go_on = !ticker->stopping;
    pthread_mutex_unlock(&ticker->lock);
    return go_on;
}

static void *tick(void *arg) {
    struct ticker *ticker = arg;
    do
        ticker->run(ticker->arg);
    while (wait_for_turn(ticker));
    return NULL;
}

static void ticker_free(struct ticker *ticker) {
    pthread_cond_destroy(&ticker->wake);
    pthread_mutex_destroy(&ticker->lock);
    free(ticker);
}

err ticker_start(int64_t every_ms, void (*run)(void *), void *arg, struct ticker **out) {
    struct ticker *ticker = calloc(1, sizeof *ticker);
    REQUIRE(ticker, no_memory, "there is no memory for a thread");
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&ticker->lock, NULL);
    pthread_cond_init(&ticker->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    ticker->run = run;
    ticker->arg = arg;
    ticker->every_ms = every_ms;
    *out = ticker;
    if (pthread_create(&ticker->thread, NULL, tick, ticker) == 0)
        return OK;
    *out = NULL;
    ticker_free(ticker);
    return FAIL(io, "a thread could not be started");
}

static void set(struct ticker *ticker, bool *flag) {
    pthread_mutex_lock(&ticker->lock);
    *flag = true;
    pthread_cond_signal(&ticker->wake);
    pthread_mutex_unlock(&ticker->lock);
}

void ticker_wake(struct ticker *ticker) {
    set(ticker, &ticker->woken);
}

bool ticker_stopping(struct ticker *ticker) {
    pthread_mutex_lock(&ticker->lock);
    bool stopping = ticker->stopping;
    pthread_mutex_unlock(&ticker->lock);
    return stopping;
}

void ticker_stop(struct ticker *ticker) {
    if (!ticker)
        return;
    set(ticker, &ticker->stopping);
    pthread_join(ticker->thread, NULL);
    ticker_free(ticker);
}
