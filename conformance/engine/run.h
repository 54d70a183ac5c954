/* One run of one module: what it may use, how it says what it found, and how it ends.
 *
 * A module is a function that walks a flow and states conditions with check(). A failed FAILURE
 * condition ends the module there and then: check() does not return, so the code behind it may rely
 * on it. What the module allocates it takes from run->pool, which is released after it. Nothing
 * passes by default: a module that merely returns, or meets a page, status or redirect that no
 * condition expected, has FAILED; only module_passed() ends it well. */
#ifndef CONFORMANCE_ENGINE_RUN_H
#define CONFORMANCE_ENGINE_RUN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdnoreturn.h>

#include "conformance/engine/browser.h"
#include "conformance/engine/http.h"
#include "conformance/engine/parameters.h"
#include "conformance/engine/plan.h"
#include "conformance/engine/pool.h"
#include "conformance/engine/settings.h"

enum level { FAILURE, WARNING };

/* In the order of how much they say: the worst one met is the module's. */
enum result { PASSED, REVIEW, WARNED, SKIPPED, FAILED, RESULTS };

struct run {
    const struct settings *settings;
    const struct module *module;
    const struct plan *plan;
    struct variant variant;
    struct pool *pool;
    struct http *http;       /* the client's own requests: no person, no session */
    struct browser *browser; /* the person's; a fresh one for each module */
    json_t *discovery;       /* read and checked before the module starts */
    json_t *jwks;            /* the same; see run_fetch_jwks */
    struct outcome *outcome;
    struct client *clients; /* to be unregistered at the end */
};

/* A condition: its name is a word of its own in the report, `spec` the sentence it comes from
 * ("OIDCC-3.1.3.7-2"), `detail` what was found where it does not
 * hold, for a person who must repair it. FAILURE: does not
 * return if it does not hold. */
bool check(struct run *run, enum level level, const char *name, const char *spec, bool ok,
           const char *detail, ...) __attribute__((format(printf, 6, 7)));
/* Two texts are the same; the report tells both. */
bool check_same(struct run *run, enum level level, const char *name, const char *spec,
                const char *found, const char *expected);

noreturn void module_passed(struct run *run);
/* For what the specification leaves to the provider: why is told in the report. */
noreturn void module_skipped(struct run *run, const char *why, ...)
    __attribute__((format(printf, 2, 3)));
noreturn void module_failed(struct run *run, const char *name, const char *spec, const char *detail,
                            ...) __attribute__((format(printf, 4, 5)));
/* Keeps the browser's page for a person to look at: the module ends REVIEW instead of PASSED. */
void module_review(struct run *run, const char *what, const struct page *page);
/* A line of the report that judges nothing. */
void run_note(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A request of the client's own; no answer fails the module. Kept until the end of the run. */
const struct http_response *run_send(struct run *run, const struct http_request *request);
/* The JSON object of a body, NULL if it is none. Kept. */
json_t *run_json(struct run *run, const struct http_response *response);
/* Seconds since 1970; and a pause that the terminal tells of. */
long long run_now(void);
void run_wait(struct run *run, int seconds, const char *why);

#endif
