#include "conformance/rp.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "conformance/engine/options.h"
#include "conformance/engine/settings.h"
#include "conformance/rp/rp_material.h"
#include "conformance/rp/rp_suite.h"

enum { MAX_ROWS = 32 };

static size_t rows_of(struct settings *settings, struct option_row rows[MAX_ROWS]) {
    const struct option_row table[] = {
#define OPTION(name, member, takes, what) {name, takes, what, &settings->member, NULL, NULL, NULL},
#define SETUP(name, variable, takes, values, what)                                                 \
    {name, takes, what, NULL, NULL, variable, values},
#define FLAG(name, member, what) {name, NULL, what, NULL, &settings->member, NULL, NULL},
#include "conformance/rp_options.def"
#undef OPTION
#undef SETUP
#undef FLAG
    };
    _Static_assert(sizeof table / sizeof table[0] <= MAX_ROWS, "more rows than room");
    memcpy(rows, table, sizeof table);
    return sizeof table / sizeof table[0];
}

static int usage(FILE *to) {
    struct settings settings = {0};
    struct option_row rows[MAX_ROWS];
    size_t n = rows_of(&settings, rows);
    fputs("usage: hitkey-conformance rp --rp COMMAND [option...]\n", to);
    options_print(to, rows, n);
    fputs("Ends with 0 if nothing FAILED (with --strict: all PASSED or REVIEW), else 1.\n", to);
    return to == stderr ? 2 : 0;
}

static int refuse(const char *what, const char *detail) {
    fprintf(stderr, "hitkey-conformance rp: %s: %s\n", what, detail);
    return 2;
}

/* Plans are also known without what the Foundation puts in the middle of their names. */
static const char *plan_named(const char *name) {
    static const char prefix[] = "oidcc-client-";
    for (size_t i = 0; i < rp_suite.plans_n; i++)
        if (strstr(rp_suite.plans[i].name, name))
            return name;
    return strncmp(name, prefix, strlen(prefix)) == 0 ? name + strlen(prefix) : name;
}

static int run_plans(struct settings *settings) {
    json_error_t error = {0};
    settings->file = settings->client ? json_load_file(settings->client, 0, &error) : json_object();
    if (!json_is_object(settings->file))
        return refuse("the client file is no JSON object", error.text);
    settings->plan = plan_named(settings->plan);
    settings->material = rp_material_new();
    if (!settings->material)
        return 2;
    settings->ca_file = settings->material->ca;
    int status = suite_run(settings, &rp_suite);
    rp_material_free(settings->material);
    return status;
}

int rp_main(int argc, char **argv) {
    struct settings settings = {.plan = "all", .rp_setup = json_object()};
    struct option_row rows[MAX_ROWS];
    int status = 2;
    signal(SIGPIPE, SIG_IGN);
    if (argc > 1 && strcmp(argv[1], "--help") == 0)
        status = usage(stdout);
    else if (!options_read(argc, argv, rows, rows_of(&settings, rows), settings.rp_setup))
        status = usage(stderr);
    else if (!settings.rp)
        status = refuse("there is no relying party", "--rp COMMAND");
    else
        status = run_plans(&settings);
    json_decref(settings.file);
    json_decref(settings.rp_setup);
    return status;
}
