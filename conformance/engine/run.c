#include "conformance/engine/run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/outcome.h"
#include "conformance/engine/run_module.h"

static noreturn void end(struct run *run) {
    longjmp(*run_end(run), 1);
}

static void record(struct run *run, enum level level, const char *name, const char *spec, bool ok,
                   const char *detail) {
    outcome_add(run->outcome, "conditions",
                json_pack("{s:s, s:s, s:s, s:b, s:o}", "name", name, "spec", spec, "level",
                          level == FAILURE ? "FAILURE" : "WARNING", "ok", ok, "detail",
                          text_json(ok ? "" : detail)));
    if (ok)
        return;
    char *reason = memory_format("%s: %s", name, detail);
    outcome_worsen(run->outcome, level == FAILURE ? FAILED : WARNED, reason);
    free(reason);
}

bool check(struct run *run, enum level level, const char *name, const char *spec, bool ok,
           const char *detail, ...) {
    va_list args;
    va_start(args, detail);
    char *text = pool_text(run->pool, memory_format_list(detail, args));
    va_end(args);
    record(run, level, name, spec, ok, text);
    if (!ok && level == FAILURE)
        end(run);
    return ok;
}

bool check_same(struct run *run, enum level level, const char *name, const char *spec,
                const char *found, const char *expected) {
    return check(run, level, name, spec, strcmp(found, expected) == 0,
                 "found \"%s\", expected \"%s\"", found, expected);
}

void module_passed(struct run *run) {
    run_reached_end(run);
    end(run);
}

void module_skipped(struct run *run, const char *why, ...) {
    va_list args;
    va_start(args, why);
    char *text = pool_text(run->pool, memory_format_list(why, args));
    va_end(args);
    outcome_worsen(run->outcome, SKIPPED, text);
    run_reached_end(run);
    end(run);
}

void module_failed(struct run *run, const char *name, const char *spec, const char *detail, ...) {
    va_list args;
    va_start(args, detail);
    char *text = pool_text(run->pool, memory_format_list(detail, args));
    va_end(args);
    record(run, FAILURE, name, spec, false, text);
    end(run);
}

void module_review(struct run *run, const char *what, const struct page *page) {
    outcome_add(run->outcome, "shots",
                json_pack("{s:s, s:s, s:i, s:o}", "what", what, "url", page->url, "status",
                          (int)page->status, "html", text_json(page->body)));
    outcome_worsen(run->outcome, REVIEW, what);
}

void run_note(struct run *run, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *text = memory_format_list(format, args);
    va_end(args);
    outcome_add(run->outcome, "notes", text_json(text));
    free(text);
}

static void release_response(void *response) {
    http_response_free(response);
}

const struct http_response *run_send(struct run *run, const struct http_request *request) {
    struct http_response *response =
        pool_keep(run->pool, http_send(run->http, request), release_response);
    if (!response)
        module_failed(run, "an-answer-came", "RFC9110-15", "%s: %s", request->url,
                      http_problem(run->http));
    return response;
}

json_t *run_json(struct run *run, const struct http_response *response) {
    json_t *value = json_loadb(response->body, response->size, JSON_REJECT_DUPLICATES, NULL);
    pool_json(run->pool, value);
    return json_is_object(value) ? value : NULL;
}

long long run_now(void) {
    return (long long)time(NULL);
}

void run_wait(struct run *run, int seconds, const char *why) {
    int real = run->settings->fast && seconds > 2 ? 2 : seconds;
    if (real < seconds)
        run_note(run, "--fast: waited %d s instead of %d s (%s)", real, seconds, why);
    nanosleep(&(struct timespec){.tv_sec = real}, NULL);
}
