/* Both sides of an API: a call with the session's token, and what the API itself makes of one. */
#include <stdio.h>
#include <stdlib.h>

#include "rp/tests/grants/tool.h"

/* What came of it, and what the API said: its body, or its challenge as JSON. */
void command_call(char **word, hk_error *e) {
    char text[8192];
    int status;
    hk_doc *doc;
    const hk_api api = {.size = sizeof api, .method = "GET", .url = word[0]};
    int code = hk_api_call(tool_rp, tool_session, &api, &status, &doc, e);
    snprintf(text, sizeof text, "%d %s", status, doc ? hk_doc_json(doc).p : "-");
    tool_tell_all(code, e, text);
    hk_doc_free(doc);
}

/* What every request needs from now on. */
static struct {
    char audience[256], scope[256], acr_values[256];
    int max_age; /* -1: any */
} guard;

void command_guard(char **word, hk_error *e) {
    snprintf(guard.audience, sizeof guard.audience, "%s", word[0] ? word[0] : "");
    snprintf(guard.scope, sizeof guard.scope, "%s", word[1] ? word[1] : "");
    snprintf(guard.acr_values, sizeof guard.acr_values, "%s", word[2] ? word[2] : "");
    guard.max_age = word[3] ? atoi(word[3]) : -1;
    tool_tell(HK_OK, e, "guarded");
}

/* The status to answer with, then whose the token is, or the challenge. */
void command_verify(char **word, hk_error *e) {
    static char text[8192], challenge[4096];
    int status = 200;
    hk_session *caller;
    const hk_request request = {
        .size = sizeof request,
        .method = word[0],
        .url = word[1],
        .authorization = word[2],
        .dpop = word[3],
        .certificate = word[4] ? tool_read_file(word[4]) : NULL,
        .acr_values = guard.acr_values[0] ? guard.acr_values : NULL,
        .has_max_age = guard.max_age >= 0,
        .max_age = guard.max_age,
    };
    int code = hk_verify(tool_rp, &request, guard.audience, guard.scope, &caller, e);
    if (code)
        hk_challenge(tool_rp, &request, e, guard.scope, &status, challenge, sizeof challenge);
    snprintf(text, sizeof text, "%d %s", status, code ? challenge : hk_sub(caller).p);
    hk_session_free(caller);
    tool_tell_all(code, e, text);
}

void command_resource_metadata(char **word, hk_error *e) {
    char text[8192];
    int code = hk_resource_metadata(tool_rp, word[0], word[1], text, sizeof text, e);
    tool_tell(code, e, text);
}
