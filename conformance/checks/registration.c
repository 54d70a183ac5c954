#include "conformance/checks/registration.h"

#include <string.h>

#include "conformance/checks/token_response.h"

void check_registration(struct run *run, const struct http_response *response,
                        const json_t *metadata) {
    check(run, FAILURE, "registration-answers-201", "OIDCR-3.2", response->status == 201,
          "status %ld, error \"%s\": %s", response->status, text_of(metadata, "error"),
          text_of(metadata, "error_description"));
    check(run, FAILURE, "registration-answers-json", "OIDCR-3.2",
          metadata && has_media_type(response, "application/json"), "content type \"%s\"",
          http_header(response, "content-type"));
    check(run, FAILURE, "there-is-a-client-id", "OIDCR-3.2", text_of(metadata, "client_id")[0] != 0,
          "no client_id");
    if (json_object_get(metadata, "client_secret"))
        check(run, FAILURE, "client_secret_expires_at-is-a-number", "OIDCR-3.2",
              json_is_integer(json_object_get(metadata, "client_secret_expires_at")),
              "a client_secret without a numeric client_secret_expires_at");
    const char *uri = text_of(metadata, "registration_client_uri");
    const char *token = text_of(metadata, "registration_access_token");
    check(run, FAILURE, "management-is-offered-whole-or-not", "OIDCR-3.2", !uri[0] == !token[0],
          "registration_client_uri and registration_access_token must both be there, or neither");
    check(run, FAILURE, "registration_client_uri-is-https", "OIDCR-3.2",
          !uri[0] || strncmp(uri, "https://", 8) == 0, "registration_client_uri is %s", uri);
}

void check_registration_error(struct run *run, const struct http_response *response,
                              const char *codes) {
    const json_t *answer = run_json(run, response);
    const char *error = text_of(answer, "error");
    check(run, FAILURE, "registration-answers-400", "OIDCR-3.3", response->status == 400,
          "status %ld", response->status);
    check(run, FAILURE, "the-error-is-json", "OIDCR-3.3",
          answer && has_media_type(response, "application/json"), "content type \"%s\"",
          http_header(response, "content-type"));
    check(run, FAILURE, "the-registration-error-is-an-expected-one", "OIDCR-3.3",
          word_among(error, codes), "error \"%s\", expected one of %s", error, codes);
}
