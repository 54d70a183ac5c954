#include "conformance/checks/token_response.h"

#include <string.h>
#include <strings.h>

#include "conformance/checks/code.h"

bool has_media_type(const struct http_response *response, const char *type) {
    const char *value = http_header(response, "content-type");
    size_t n = strcspn(value, "; ");
    return n == strlen(type) && strncasecmp(value, type, n) == 0;
}

static json_t *json_answer(struct run *run, const struct http_response *response,
                           const char *spec) {
    check(run, FAILURE, "the-answer-is-json", spec, has_media_type(response, "application/json"),
          "content type \"%s\"", http_header(response, "content-type"));
    json_t *answer = run_json(run, response);
    check(run, FAILURE, "the-answer-is-a-json-object", spec, answer != NULL,
          "the body is no JSON object");
    return answer;
}

json_t *check_token_response(struct run *run, const struct http_response *response) {
    const char *spec = "RFC6749-5.1";
    const json_t *failed = response->status == 200 ? NULL : run_json(run, response);
    check(run, FAILURE, "the-token-endpoint-answers-200", spec, response->status == 200,
          "status %ld, error \"%s\": %s", response->status, text_of(failed, "error"),
          text_of(failed, "error_description"));
    json_t *tokens = json_answer(run, response, spec);
    check(run, FAILURE, "there-is-an-access-token", spec,
          text_of(tokens, "access_token")[0] != '\0', "no access_token");
    check_unguessable(run, "access token", "RFC6749-10.10", text_of(tokens, "access_token"));
    check(run, FAILURE, "token_type-is-Bearer", "OIDCC-3.1.3.3",
          strcasecmp(text_of(tokens, "token_type"), "bearer") == 0, "token_type \"%s\"",
          text_of(tokens, "token_type"));
    check(run, FAILURE, "the-answer-is-not-stored", "OIDCC-3.1.3.3",
          strcasestr(http_header(response, "cache-control"), "no-store") != NULL,
          "cache-control \"%s\"", http_header(response, "cache-control"));
    check(run, WARNING, "expires_in-is-a-number", spec,
          json_is_integer(json_object_get(tokens, "expires_in")),
          "expires_in is missing or no number");
    if (json_object_get(tokens, "refresh_token"))
        check_unguessable(run, "refresh token", "RFC6749-10.10", text_of(tokens, "refresh_token"));
    return tokens;
}

void check_token_error(struct run *run, const struct http_response *response, const char *spec,
                       const char *code) {
    bool client = strcmp(code, "invalid_client") == 0;
    check(run, FAILURE, "the-token-endpoint-answers-400", spec,
          response->status == 400 || (client && response->status == 401), "status %ld",
          response->status);
    json_t *answer = json_answer(run, response, "RFC6749-5.2");
    check_same(run, FAILURE, "the-token-error-is-the-expected-one", spec, text_of(answer, "error"),
               code);
    check(run, FAILURE, "error_description-is-one-line", "RFC6749-5.2",
          !strpbrk(text_of(answer, "error_description"), "\r\n\t"),
          "error_description has CR, LF or TAB");
}
