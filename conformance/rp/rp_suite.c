#include "conformance/rp/rp_suite.h"

#include <stdlib.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/run_module.h"
#include "conformance/rp/application.h"
#include "conformance/rp/rp_case.h"
#include "conformance/rp/rp_modules.h"

static const struct plan rp_plans[] = {
#define RP_PLAN(name, profile, list, response_types, mode, setup)                                  \
    {name, profile, list, response_types, {"", mode, "", setup}},
#include "conformance/rp/rp_plans.def"
#undef RP_PLAN
};

static const struct module rp_modules[] = {
#define RP_MODULE(name, function, lists, when, fault, verdict, setup, spec, demand)                \
    {name,                                                                                         \
     function,                                                                                     \
     lists,                                                                                        \
     when,                                                                                         \
     spec,                                                                                         \
     demand,                                                                                       \
     &(const struct rp_case){FAULT_##fault, verdict, setup}},
#include "conformance/rp/rp_modules.def"
#undef RP_MODULE
};

/* The browser stops at the callback, whose parameters relying_party.c delivers. */
static struct outcome *run(const struct settings *settings, const struct plan *plan,
                           const struct variant *variant, const struct module *module) {
    struct settings own = *settings;
    char *callback = memory_format("http://127.0.0.1:%d/callback", application_free_port());
    own.base_url = callback;
    json_t *no_discovery = json_object();
    struct outcome *outcome = run_offline(&own, plan, variant, module, no_discovery, NULL);
    json_decref(no_discovery);
    free(callback);
    return outcome;
}

const struct suite rp_suite = {.command = "rp",
                               .plans = rp_plans,
                               .plans_n = sizeof rp_plans / sizeof rp_plans[0],
                               .modules = rp_modules,
                               .modules_n = sizeof rp_modules / sizeof rp_modules[0],
                               .run = run};
