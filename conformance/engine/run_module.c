#include "conformance/engine/run_module.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "conformance/checks/discovery.h"
#include "conformance/checks/jwks.h"
#include "conformance/engine/client.h"
#include "conformance/engine/memory.h"
#include "conformance/engine/outcome.h"

/* The run as the modules see it is the first member: run_end finds the rest behind it. */
struct engine {
    struct run run;
    jmp_buf end;
    char address[16];
    bool reached_end;
};

static struct engine *engine_of(struct run *run) {
    return (struct engine *)run;
}

jmp_buf *run_end(struct run *run) {
    return &engine_of(run)->end;
}

void run_reached_end(struct run *run) {
    engine_of(run)->reached_end = true;
}

static void observe_client(void *user, const struct http_request *request,
                           const struct http_response *response, const char *problem) {
    const struct run *run = user;
    outcome_exchange(run->outcome, "client", request, response, problem);
}

static void observe_browser(void *user, const struct http_request *request,
                            const struct http_response *response, const char *problem) {
    const struct run *run = user;
    outcome_exchange(run->outcome, "browser", request, response, problem);
}

/* Providers limit what one address may do in a minute: where the client file says that this one
 * trusts us as a proxy, each module comes from a machine of its own. */
static const char *own_address(struct engine *engine) {
    static atomic_uint machines;
    if (!json_is_true(json_object_get(engine->run.settings->file, "forwarded_for")))
        return NULL;
    unsigned machine = atomic_fetch_add(&machines, 1);
    snprintf(engine->address, sizeof engine->address, "10.0.%u.%u", machine >> 8 & 255,
             machine & 255);
    return engine->address;
}

static void set_up(struct engine *engine) {
    struct run *run = &engine->run;
    const struct settings *settings = run->settings;
    const char *address = own_address(engine);
    run->pool = pool_new();
    run->outcome = outcome_new(run->plan, run->module, &run->variant);
    run->http = http_new(&(struct http_options){.ca_file = settings->ca_file,
                                                .forwarded_for = address,
                                                .observe = observe_client,
                                                .user = run});
    run->browser = browser_new(&(struct browser_options){.http = {.forwarded_for = address,
                                                                  .ca_file = settings->ca_file,
                                                                  .observe = observe_browser,
                                                                  .user = run},
                                                         .stop_at = settings->base_url});
}

static void tear_down(struct engine *engine) {
    browser_free(engine->run.browser);
    http_free(engine->run.http);
    pool_free(engine->run.pool);
}

static void walk(struct engine *engine) {
    if (setjmp(engine->end))
        return;
    if (!engine->run.discovery) {
        check_discovery(&engine->run);
        check_jwks(&engine->run);
    }
    engine->run.module->run(&engine->run);
}

/* Runs behind the module, however that ended. */
static void clean_up(struct engine *engine) {
    if (setjmp(engine->end) == 0)
        clients_unregister(&engine->run);
}

static double seconds_since(const struct timespec *start) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

static struct outcome *run_one(const struct run *given) {
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    struct engine *engine = memory_new(1, sizeof *engine);
    engine->run = *given;
    set_up(engine);
    struct outcome *outcome = engine->run.outcome;
    walk(engine);
    if (!engine->reached_end && outcome->result != FAILED)
        outcome_worsen(outcome, FAILED, "the module ended without having passed");
    clean_up(engine);
    json_object_set_new(outcome->record, "result", json_string(outcome_word(outcome->result)));
    json_object_set_new(outcome->record, "seconds", json_real(seconds_since(&start)));
    tear_down(engine);
    free(engine);
    return outcome;
}

struct outcome *run_module(const struct settings *settings, const struct plan *plan,
                           const struct variant *variant, const struct module *module) {
    return run_offline(settings, plan, variant, module, NULL, NULL);
}

struct outcome *run_offline(const struct settings *settings, const struct plan *plan,
                            const struct variant *variant, const struct module *module,
                            json_t *discovery, json_t *jwks) {
    return run_one(&(struct run){.settings = settings,
                                 .module = module,
                                 .plan = plan,
                                 .variant = *variant,
                                 .discovery = discovery,
                                 .jwks = jwks});
}
