#include "conformance/engine/outcome.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/redact.h"

enum { MAX_BODY_SHOWN = 16 << 10 };

const char *outcome_word(enum result result) {
    static const char *const words[RESULTS] = {[PASSED] = "PASSED",
                                               [REVIEW] = "REVIEW",
                                               [WARNED] = "WARNING",
                                               [SKIPPED] = "SKIPPED",
                                               [FAILED] = "FAILED"};
    return words[result];
}

struct outcome *outcome_new(const struct plan *plan, const struct module *module,
                            const struct variant *variant) {
    struct outcome *outcome = memory_new(1, sizeof *outcome);
    pthread_mutex_init(&outcome->lock, NULL);
    outcome->record =
        json_pack("{s:s, s:s, s:{s:s, s:s, s:s}, s:s, s:s, s:s, s:[], s:[], s:[], s:[]}", "module",
                  module->name, "plan", plan->name, "variant", "response_type",
                  variant->response_type, "response_mode", variant->response_mode, "client_auth",
                  variant->client_auth, "demand", module->demand, "spec", module->spec, "reason",
                  "", "conditions", "exchanges", "shots", "notes");
    return outcome;
}

void outcome_free(struct outcome *outcome) {
    if (!outcome)
        return;
    json_decref(outcome->record);
    pthread_mutex_destroy(&outcome->lock);
    free(outcome);
}

void outcome_worsen(struct outcome *outcome, enum result result, const char *reason) {
    pthread_mutex_lock(&outcome->lock);
    if (result > outcome->result) {
        outcome->result = result;
        json_object_set_new(outcome->record, "reason", text_json(reason));
    }
    pthread_mutex_unlock(&outcome->lock);
}

void outcome_add(struct outcome *outcome, const char *list, json_t *entry) {
    pthread_mutex_lock(&outcome->lock);
    json_array_append_new(json_object_get(outcome->record, list), entry);
    pthread_mutex_unlock(&outcome->lock);
}

/* Text of any bytes, cut to what a report can hold. */
static json_t *shown(const char *text) {
    if (!text)
        return json_null();
    char *cut = redact(text);
    if (strlen(cut) > MAX_BODY_SHOWN)
        memcpy(cut + MAX_BODY_SHOWN - 3, "...", 4);
    json_t *string = text_json(cut);
    free(cut);
    return string;
}

static json_t *headers_shown(const struct http_response *response) {
    json_t *headers = json_array();
    for (size_t i = 0; response && i < response->n; i++) {
        char *line = memory_format("%s: %s", response->headers[i].name, response->headers[i].value);
        json_array_append_new(headers, shown(line));
        free(line);
    }
    return headers;
}

void outcome_exchange(struct outcome *outcome, const char *who, const struct http_request *request,
                      const struct http_response *response, const char *problem) {
    const char *method = request->method ? request->method : request->body ? "POST" : "GET";
    char *authorization =
        request->authorization ? memory_format("authorization: %s", request->authorization) : NULL;
    json_t *entry = json_pack("{s:s, s:s, s:o, s:o, s:o}", "who", who, "method", method, "url",
                              shown(request->url), "authorization", shown(authorization), "sent",
                              shown(request->body));
    free(authorization);
    if (response) {
        json_object_set_new(entry, "status", json_integer(response->status));
        json_object_set_new(entry, "headers", headers_shown(response));
        json_object_set_new(entry, "received", shown(response->body));
    } else {
        json_object_set_new(entry, "problem", text_json(problem));
    }
    outcome_add(outcome, "exchanges", entry);
}
