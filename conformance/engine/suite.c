#include "conformance/engine/suite.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/outcome.h"
#include "conformance/engine/report.h"
#include "conformance/engine/shots.h"
#include "conformance/engine/terminal.h"

/* The longest response type is "code id_token token". */
enum { TYPE_ROOM = 32, MAX_JOBS = 16 };

/* One module with one response type of a plan. */
struct job {
    const struct plan *plan;
    const struct module *module;
    char response_type[TYPE_ROOM];
    struct outcome *outcome;
};

struct work {
    const struct settings *settings;
    const struct suite *suite;
    struct job *jobs;
    size_t n;
    pthread_mutex_t lock; /* of what follows, and of each job's outcome */
    pthread_cond_t done;
    size_t next;
};

static bool plan_wanted(const struct settings *settings, const struct plan *plan) {
    return strcmp(settings->plan, "all") == 0 || strstr(plan->name, settings->plan) != NULL;
}

static bool plan_is_named(const struct settings *settings, const struct plan *plan) {
    return strcmp(settings->plan, plan->name) == 0;
}

static bool module_wanted(const struct settings *settings, const struct module *module) {
    return !settings->module || strcmp(settings->module, module->name) == 0;
}

/* --fast takes a plan's last response type alone: the one with the most in its response. */
static bool type_wanted(const struct settings *settings, const char *type, const char *rest) {
    if (settings->response_type)
        return strcmp(settings->response_type, type) == 0;
    return !settings->fast || rest[0] == '\0';
}

static void add_jobs(struct work *work, const struct plan *plan, const char *type) {
    for (size_t i = 0; i < work->suite->modules_n; i++) {
        const struct module *module = &work->suite->modules[i];
        if (!plan_has(plan, module, type) || !module_wanted(work->settings, module))
            continue;
        work->jobs = memory_grow(work->jobs, work->n + 1, sizeof *work->jobs);
        struct job *job = &work->jobs[work->n++];
        *job = (struct job){.plan = plan, .module = module};
        snprintf(job->response_type, sizeof job->response_type, "%s", type);
    }
}

static void add_plan(struct work *work, const struct plan *plan) {
    char type[TYPE_ROOM];
    const char *rest = plan->response_types;
    while (plan_next_response_type(&rest, type, sizeof type))
        if (type_wanted(work->settings, type, rest))
            add_jobs(work, plan, type);
}

static struct variant variant_of(const struct job *job) {
    struct variant variant = job->plan->variant;
    variant.response_type = job->response_type;
    return variant;
}

/* The next job that need not run alone, or NULL. */
static struct job *take(struct work *work) {
    struct job *job = NULL;
    pthread_mutex_lock(&work->lock);
    while (!job && work->next < work->n) {
        job = &work->jobs[work->next++];
        if (job->module->lists & RUNS_ALONE)
            job = NULL;
    }
    pthread_mutex_unlock(&work->lock);
    return job;
}

static void run_job(struct work *work, struct job *job) {
    struct variant variant = variant_of(job);
    struct outcome *outcome = work->suite->run(work->settings, job->plan, &variant, job->module);
    pthread_mutex_lock(&work->lock);
    job->outcome = outcome;
    pthread_cond_broadcast(&work->done);
    pthread_mutex_unlock(&work->lock);
}

static void *worker_main(void *user) {
    struct work *work = user;
    for (struct job *job = take(work); job; job = take(work))
        run_job(work, job);
    return NULL;
}

/* Threads that were started; they are fewer than wanted only where none can be had. */
static size_t start_workers(struct work *work, pthread_t threads[MAX_JOBS]) {
    const char *jobs = work->settings->jobs;
    size_t wanted = jobs ? strtoul(jobs, NULL, 10) : 1, n = 0;
    while (n < wanted && n < MAX_JOBS && pthread_create(&threads[n], NULL, worker_main, work) == 0)
        n++;
    return n;
}

/* Joins them; what runs alone runs now. */
static void finish(struct work *work, pthread_t threads[MAX_JOBS], size_t *n) {
    while (*n)
        pthread_join(threads[--*n], NULL);
    worker_main(work);
    for (size_t i = 0; i < work->n; i++)
        if (!work->jobs[i].outcome)
            run_job(work, &work->jobs[i]);
}

static void await(struct work *work, const struct job *job) {
    pthread_mutex_lock(&work->lock);
    while (!job->outcome)
        pthread_cond_wait(&work->done, &work->lock);
    pthread_mutex_unlock(&work->lock);
}

static bool same_variant(const struct job *a, const struct job *b) {
    return a->plan == b->plan && strcmp(a->response_type, b->response_type) == 0;
}

/* How many jobs from this one on are of its plan and response type. */
static size_t variant_size(const struct work *work, size_t at) {
    size_t n = 0;
    while (at + n < work->n && same_variant(&work->jobs[at], &work->jobs[at + n]))
        n++;
    return n;
}

/* The client file's "refused": modules about what this provider refuses on purpose, and why. They
 * may be SKIPPED, even strictly. */
static bool is_excused(const struct settings *settings, const struct module *module) {
    return text_of(json_object_get(settings->file, "refused"), module->name)[0] != '\0';
}

/* Tells of every job in its order, as it is done. */
static void follow(struct work *work, struct terminal *terminal, json_t *records) {
    pthread_t threads[MAX_JOBS];
    size_t n = start_workers(work, threads);
    for (size_t i = 0; i < work->n; i++) {
        struct job *job = &work->jobs[i];
        struct variant variant = variant_of(job);
        if (i == 0 || !same_variant(&work->jobs[i - 1], job))
            terminal_plan(terminal, job->plan, &variant, variant_size(work, i));
        terminal_start(terminal, job->module);
        if (n == 0 || job->module->lists & RUNS_ALONE)
            finish(work, threads, &n);
        await(work, job);
        terminal_end(terminal, job->module, job->outcome, is_excused(work->settings, job->module));
        json_array_append(records, job->outcome->record);
    }
    finish(work, threads, &n);
}

static void work_free(struct work *work) {
    for (size_t i = 0; i < work->n; i++)
        outcome_free(work->jobs[i].outcome);
    free(work->jobs);
    pthread_cond_destroy(&work->done);
    pthread_mutex_destroy(&work->lock);
}

static int run_all(struct work *work) {
    json_t *records = json_array();
    struct terminal terminal = {.quiet = work->settings->quiet};
    follow(work, &terminal, records);
    int status = terminal_sums(&terminal, work->settings->strict) ? 0 : 1;
    if (work->settings->report_dir)
        shots_take(work->settings, records);
    if (work->settings->report_dir && !report_write(work->settings, records))
        status = 2;
    json_decref(records);
    return status;
}

/* A plan's own name means it alone, although others may contain it. */
static void add_plans(struct work *work) {
    const struct suite *suite = work->suite;
    bool (*wanted)(const struct settings *, const struct plan *) = plan_wanted;
    for (size_t i = 0; i < suite->plans_n; i++)
        if (plan_is_named(work->settings, &suite->plans[i]))
            wanted = plan_is_named;
    for (size_t i = 0; i < suite->plans_n; i++)
        if (wanted(work->settings, &suite->plans[i]))
            add_plan(work, &suite->plans[i]);
}

int suite_run(const struct settings *settings, const struct suite *suite) {
    struct work work = {.settings = settings, .suite = suite};
    int status = 2;
    pthread_mutex_init(&work.lock, NULL);
    pthread_cond_init(&work.done, NULL);
    add_plans(&work);
    if (work.n == 0)
        fprintf(stderr, "hitkey-conformance %s: no module has these names\n", suite->command);
    else
        status = run_all(&work);
    work_free(&work);
    return status;
}
