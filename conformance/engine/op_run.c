#include "conformance/engine/op_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/outcome.h"
#include "conformance/engine/report.h"
#include "conformance/engine/run_module.h"
#include "conformance/engine/terminal.h"

/* The longest response type is "code id_token token". */
enum { TYPE_ROOM = 32 };

static bool plan_wanted(const struct settings *settings, const struct plan *plan) {
    return strcmp(settings->plan, "all") == 0 || strstr(plan->name, settings->plan) != NULL;
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

static size_t count(const struct settings *settings, const struct plan *plan, const char *type) {
    size_t n = 0;
    for (size_t i = 0; i < modules_n; i++)
        n += plan_has(plan, &modules[i], type) && module_wanted(settings, &modules[i]);
    return n;
}

/* The client file's "refused": modules about what this provider refuses on purpose, and why. They
 * may be SKIPPED, even strictly. */
static bool is_excused(const struct settings *settings, const struct module *module) {
    return text_of(json_object_get(settings->file, "refused"), module->name)[0] != '\0';
}

static void run_variant(const struct settings *settings, const struct plan *plan, const char *type,
                        struct terminal *terminal, json_t *records) {
    struct variant variant = plan->variant;
    variant.response_type = type;
    terminal_plan(terminal, plan, &variant, count(settings, plan, type));
    for (size_t i = 0; i < modules_n; i++) {
        if (!plan_has(plan, &modules[i], type) || !module_wanted(settings, &modules[i]))
            continue;
        terminal_start(terminal, &modules[i]);
        struct outcome *outcome = run_module(settings, plan, &variant, &modules[i]);
        terminal_end(terminal, &modules[i], outcome, is_excused(settings, &modules[i]));
        json_array_append(records, outcome->record);
        outcome_free(outcome);
    }
}

static void run_plan(const struct settings *settings, const struct plan *plan,
                     struct terminal *terminal, json_t *records) {
    char type[TYPE_ROOM];
    const char *rest = plan->response_types;
    while (plan_next_response_type(&rest, type, sizeof type))
        if (type_wanted(settings, type, rest) && count(settings, plan, type))
            run_variant(settings, plan, type, terminal, records);
}

/* A provider that is not there is one message, not some hundred failures. */
static bool is_reachable(const struct settings *settings) {
    struct http *http = http_new(&(struct http_options){.ca_file = settings->ca_file});
    struct http_response *response =
        http_send(http, &(struct http_request){.url = settings->issuer});
    if (!response)
        fprintf(stderr, "hitkey-conformance op: %s does not answer: %s\n", settings->issuer,
                http_problem(http));
    bool reachable = response != NULL;
    http_response_free(response);
    http_free(http);
    return reachable;
}

int op_run(const struct settings *settings) {
    if (!is_reachable(settings))
        return 2;
    json_t *records = json_array();
    struct terminal terminal = {.quiet = settings->quiet};
    for (size_t i = 0; i < plans_n; i++)
        if (plan_wanted(settings, &plans[i]))
            run_plan(settings, &plans[i], &terminal, records);
    int status = 2;
    if (json_array_size(records) == 0)
        fputs("hitkey-conformance op: no module has these names\n", stderr);
    else
        status = terminal_sums(&terminal, settings->strict) ? 0 : 1;
    if (settings->report_dir && status != 2 && !report_write(settings, records))
        status = 2;
    json_decref(records);
    return status;
}
