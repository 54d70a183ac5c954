/* Runs one module of a plan from its beginning to its clean-up. */
#ifndef CONFORMANCE_ENGINE_RUN_MODULE_H
#define CONFORMANCE_ENGINE_RUN_MODULE_H

#include <setjmp.h>

#include "conformance/engine/run.h"

/* The caller frees the outcome. */
struct outcome *run_module(const struct settings *settings, const struct plan *plan,
                           const struct variant *variant, const struct module *module);

/* The same without a provider: the module finds these documents instead of fetched ones. For the
 * tests of conditions. */
struct outcome *run_offline(const struct settings *settings, const struct plan *plan,
                            const struct variant *variant, const struct module *module,
                            json_t *discovery, json_t *jwks);

/* For run.c alone: where a module's end leads, and that it was reached by module_passed(). */
jmp_buf *run_end(struct run *run);
void run_reached_end(struct run *run);

#endif
