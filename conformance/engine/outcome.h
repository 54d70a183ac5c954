/* What a run of a module left behind: for the table, the JSON and the HTML report. Secrets are cut
 * as things are recorded. */
#ifndef CONFORMANCE_ENGINE_OUTCOME_H
#define CONFORMANCE_ENGINE_OUTCOME_H

#include <jansson.h>
#include <pthread.h>

#include "conformance/engine/http.h"
#include "conformance/engine/run.h"

struct outcome {
    pthread_mutex_t lock; /* of what follows, while the module runs */
    enum result result;
    json_t *record; /* {"module", "plan", "variant", "result", "reason", "seconds",
                       "conditions": [], "exchanges": [], "shots": [], "notes": []} */
};

struct outcome *outcome_new(const struct plan *plan, const struct module *module,
                            const struct variant *variant);
void outcome_free(struct outcome *outcome);
/* Keeps the worst of the two; the first reason for it stays. */
void outcome_worsen(struct outcome *outcome, enum result result, const char *reason);
void outcome_exchange(struct outcome *outcome, const char *who, const struct http_request *request,
                      const struct http_response *response, const char *problem);
void outcome_add(struct outcome *outcome, const char *list, json_t *entry);
/* "PASSED", "REVIEW", "WARNING", "SKIPPED", "FAILED". */
const char *outcome_word(enum result result);

#endif
