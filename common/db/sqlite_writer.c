#include "common/db/sqlite_writer.h"

#include <pthread.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/ops/log.h"
#include "common/ops/metrics.h"

enum { BATCH_MAX = 256, QUEUE_MAX = 4096 };

/* One waiting transaction; it lives on its caller's stack. */
struct job {
    db_fn *fn;
    void *arg;
    err result;
    bool done;
    pthread_cond_t wake;
    struct job *next;
};

struct writer {
    struct tx *tx;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t work;
    struct job *first, **last;
    size_t waiting;
    bool closing;
};

/* In a savepoint of its own, so that one that fails undoes itself alone. */
static void run_in_savepoint(struct tx *tx, struct job *job) {
    job->result = sqlite_script(tx, "SAVEPOINT job");
    if (failed(job->result))
        return;
    job->result = job->fn(tx, job->arg);
    err end =
        sqlite_script(tx, failed(job->result) ? "ROLLBACK TO job; RELEASE job" : "RELEASE job");
    if (!failed(job->result))
        job->result = end;
}

static void fail_all(struct job *batch, err e) {
    for (struct job *job = batch; job; job = job->next)
        if (!failed(job->result))
            job->result = e;
}

/* A full disk or an I/O error may roll the whole transaction back
 * (sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction"). The next savepoint
 * would then begin one of its own, and its release commit it: the batch ends here instead. */
static err run_jobs(struct tx *tx, struct job *batch) {
    for (struct job *job = batch; job; job = job->next) {
        run_in_savepoint(tx, job);
        REQUIRE(!sqlite3_get_autocommit(tx->sqlite), io, "the database undid the transaction");
    }
    return OK;
}

/* None of them is told of success before COMMIT has returned. */
static void run_batch(struct tx *tx, struct job *batch) {
    err e = sqlite_script(tx, "BEGIN IMMEDIATE");
    if (!failed(e))
        e = run_jobs(tx, batch);
    if (!failed(e))
        e = sqlite_script(tx, "COMMIT");
    if (!failed(e))
        return;
    fail_all(batch, e);
    if (!sqlite3_get_autocommit(tx->sqlite) && failed(sqlite_script(tx, "ROLLBACK")))
        LOG(LOG_ERROR, "rollback failed", LOG_STR("database", str_from(tx->name)));
}

/* Takes up to BATCH_MAX jobs off the queue; NULL when closing and empty. The lock is held. */
static struct job *take_batch(struct writer *writer, size_t *n) {
    while (!writer->first && !writer->closing)
        pthread_cond_wait(&writer->work, &writer->lock);
    struct job *batch = writer->first, **end = &batch;
    for (*n = 0; *end && *n < BATCH_MAX; ++*n)
        end = &(*end)->next;
    writer->first = *end;
    *end = NULL;
    if (!writer->first)
        writer->last = &writer->first;
    writer->waiting -= *n;
    return batch;
}

static void wake_all(struct writer *writer, struct job *batch) {
    pthread_mutex_lock(&writer->lock);
    while (batch) {
        struct job *next = batch->next; /* the job is gone once its caller sees done */
        batch->done = true;
        pthread_cond_signal(&batch->wake);
        batch = next;
    }
    pthread_mutex_unlock(&writer->lock);
}

static void *write_for_ever(void *arg) {
    struct writer *writer = arg;
    str name = str_from(writer->tx->name);
    for (;;) {
        size_t n;
        pthread_mutex_lock(&writer->lock);
        struct job *batch = take_batch(writer, &n);
        pthread_mutex_unlock(&writer->lock);
        if (!batch)
            return NULL;
        int64_t start = clock_monotonic_us();
        run_batch(writer->tx, batch);
        metrics_observe(M_commit_batch, name, (double)n);
        metrics_observe(M_commit_time, name, (double)(clock_monotonic_us() - start) / 1e6);
        wake_all(writer, batch);
    }
}

err writer_start(struct tx *tx, struct writer **out) {
    struct writer *writer = calloc(1, sizeof *writer);
    REQUIRE(writer, no_memory, "there is no memory for the database's writer");
    writer->tx = tx;
    writer->last = &writer->first;
    pthread_mutex_init(&writer->lock, NULL);
    pthread_cond_init(&writer->work, NULL);
    if (pthread_create(&writer->thread, NULL, write_for_ever, writer) != 0) {
        free(writer);
        return FAIL(io, "the database's writer could not be started");
    }
    *out = writer;
    return OK;
}

err writer_run(struct writer *writer, db_fn *fn, void *arg) {
    struct job job = {.fn = fn, .arg = arg, .result = OK};
    pthread_cond_init(&job.wake, NULL);
    pthread_mutex_lock(&writer->lock);
    bool refused = writer->closing || writer->waiting >= QUEUE_MAX;
    if (!refused) {
        *writer->last = &job;
        // cppcheck-suppress autoVariables ; we stay until the job is done
        writer->last = &job.next;
        writer->waiting++;
        pthread_cond_signal(&writer->work);
        while (!job.done)
            pthread_cond_wait(&job.wake, &writer->lock);
    }
    pthread_mutex_unlock(&writer->lock);
    pthread_cond_destroy(&job.wake);
    REQUIRE(!refused, busy, "the database has too much to write");
    return job.result;
}

void writer_stop(struct writer *writer) {
    if (!writer)
        return;
    pthread_mutex_lock(&writer->lock);
    writer->closing = true;
    pthread_cond_signal(&writer->work);
    pthread_mutex_unlock(&writer->lock);
    pthread_join(writer->thread, NULL);
    pthread_cond_destroy(&writer->work);
    pthread_mutex_destroy(&writer->lock);
    free(writer);
}
