/* Progress and the table, as a person at a terminal sees them. */
#ifndef CONFORMANCE_ENGINE_TERMINAL_H
#define CONFORMANCE_ENGINE_TERMINAL_H

#include "conformance/engine/outcome.h"

struct terminal {
    bool quiet;
    size_t at, of; /* of the plan being run */
    size_t plans;
    size_t excused; /* SKIPPED ones that are so on purpose */
    struct terminal_sum {
        char title[96];
        size_t counts[RESULTS];
    } sums[64];
};

void terminal_plan(struct terminal *terminal, const struct plan *plan,
                   const struct variant *variant, size_t modules_of_it);
void terminal_start(struct terminal *terminal, const struct module *module);
void terminal_end(struct terminal *terminal, const struct module *module,
                  const struct outcome *outcome, bool excused);
/* The table of all plans. Whether nothing FAILED; strictly: nothing but PASSED,
 * REVIEW and what is SKIPPED on purpose. */
bool terminal_sums(const struct terminal *terminal, bool strict);

#endif
