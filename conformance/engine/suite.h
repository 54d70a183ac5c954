/* A suite of plans and modules, and the running of those that the settings choose: tells the
 * terminal and writes the reports. */
#ifndef CONFORMANCE_ENGINE_SUITE_H
#define CONFORMANCE_ENGINE_SUITE_H

#include "conformance/engine/outcome.h"
#include "conformance/engine/settings.h"

struct suite {
    const char *command; /* of hitkey-conformance */
    const struct plan *plans;
    size_t plans_n;
    const struct module *modules;
    size_t modules_n;
    /* One module, from its beginning to its clean-up; the outcome is the caller's. */
    struct outcome *(*run)(const struct settings *settings, const struct plan *plan,
                           const struct variant *variant, const struct module *module);
};

/* The program's exit status. */
int suite_run(const struct settings *settings, const struct suite *suite);

#endif
