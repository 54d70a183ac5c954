#include "conformance/provider/answer.h"

#include <stdlib.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"

json_t *answer_text(int status, const char *type, const char *body) {
    return json_pack("{s:i, s:{s:s, s:s}, s:o}", "status", status, "headers", "Content-Type", type,
                     "Cache-Control", "no-store", "body", text_json(body));
}

json_t *answer_json(int status, json_t *value) {
    char *text = json_dumps(value, JSON_COMPACT);
    json_t *answer = answer_text(status, "application/json", text);
    free(text);
    json_decref(value);
    return answer;
}

json_t *answer_redirect(const char *url) {
    json_t *answer = answer_text(303, "text/html", "");
    json_object_set_new(json_object_get(answer, "headers"), "Location", json_string(url));
    return answer;
}

static char *escaped(const char *text) {
    char *out = memory_copy("", 0);
    for (; *text; text++) {
        const char *entity = *text == '&' ? "&amp;" : *text == '"' ? "&quot;" : NULL;
        char *longer =
            entity ? memory_format("%s%s", out, entity) : memory_format("%s%c", out, *text);
        free(out);
        out = longer;
    }
    return out;
}

json_t *answer_form_post(const char *url, json_t *parameters) {
    char *fields = memory_copy("", 0), *action = escaped(url);
    const char *name;
    json_t *value;
    json_object_foreach(parameters, name, value) {
        char *content = escaped(json_string_value(value));
        char *longer =
            memory_format("%s<input type=hidden name=\"%s\" value=\"%s\">", fields, name, content);
        free(content);
        free(fields);
        fields = longer;
    }
    char *page = memory_format("<!doctype html><title>Signed in</title><body onload="
                               "\"document.forms[0].submit()\"><form method=post action=\"%s\">%s"
                               "<button>Go on</button></form>",
                               action, fields);
    json_t *answer = answer_text(200, "text/html", page);
    free(page);
    free(action);
    free(fields);
    return answer;
}

json_t *answer_frame(const char *frame, const char *next) {
    char *src = escaped(frame), *url = escaped(next);
    char *page =
        memory_format("<!doctype html><title>Signed out</title><iframe src=\"%s\"></iframe>"
                      "<meta http-equiv=refresh content=\"1;url=%s\">",
                      src, url);
    json_t *answer = answer_text(200, "text/html", page);
    free(page);
    free(url);
    free(src);
    return answer;
}

json_t *answer_error(int status, const char *error, const char *description) {
    return answer_json(status,
                       json_pack("{s:s, s:s}", "error", error, "error_description", description));
}
