#include "conformance/checks/authorization_response.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conformance/engine/memory.h"

json_t *check_response_is_delivered(struct run *run, const struct page *page,
                                    const char *redirect_uri) {
    size_t n = strcspn(redirect_uri, "?#");
    check(run, FAILURE, "the-redirect-goes-to-the-redirect-uri", "OIDCC-3.1.2.5",
          strcspn(page->url, "?#") == n && strncmp(page->url, redirect_uri, n) == 0,
          "it went to %.*s instead of %.*s", (int)strcspn(page->url, "?#"), page->url, (int)n,
          redirect_uri);
    if (page->posted)
        return parameters_parse(page->posted);
    char *query = parameters_query(page->url), *fragment = parameters_fragment(page->url);
    json_t *response = parameters_parse(fragment[0] ? fragment : query);
    free(query);
    free(fragment);
    return response;
}

static const char *expected_mode(const struct flow *flow) {
    const char *mode = flow_get(flow, "response_mode"), *type = flow_get(flow, "response_type");
    if (mode[0])
        return mode;
    bool front = response_type_has(type, "id_token") || response_type_has(type, "token");
    return front ? "fragment" : "query";
}

static const char *actual_mode(const struct page *page) {
    return page->posted ? "form_post" : strchr(page->url, '#') ? "fragment" : "query";
}

void check_response_mode(struct run *run, const struct flow *flow) {
    const char *actual = actual_mode(flow->page);
    check_same(run, FAILURE, "the-response-comes-by-the-right-mode", "OAuth2-Multiple-2.1", actual,
               expected_mode(flow));
    if (strcmp(actual, "form_post") != 0)
        return;
    const char *body = flow->page->body;
    check(run, FAILURE, "the-form-posts-itself", "OAuth2-FormPost-2",
          strstr(body, "submit()") || strstr(body, "<script"),
          "the page has no script that would submit its form");
}

static bool nothing_twice(json_t *response) {
    const char *name;
    json_t *value;
    json_object_foreach(response, name, value) {
        if (!json_is_string(value))
            return false;
    }
    return true;
}

void check_response(struct run *run, const struct flow *flow) {
    check(run, FAILURE, "no-response-parameter-comes-twice", "RFC6749-3.1",
          nothing_twice(flow->response), "a parameter of the response is repeated");
    check_same(run, FAILURE, "state-is-the-one-sent", "RFC6749-4.1.2",
               text_of(flow->response, "state"), flow_get(flow, "state"));
    const json_t *promised =
        json_object_get(run->discovery, "authorization_response_iss_parameter_supported");
    if (json_object_get(flow->response, "iss"))
        check_same(run, FAILURE, "iss-of-the-response-is-the-issuer", "RFC9207-2.4",
                   text_of(flow->response, "iss"), text_of(run->discovery, "issuer"));
    else /* beside an ID token that says it there (RFC 9207 4) it may be left out */
        check(run, FAILURE, "iss-is-there-as-promised", "RFC9207-2.4",
              !json_is_true(promised) || json_object_get(flow->response, "id_token"),
              "the discovery document promises the iss parameter; the response has none");
}

void check_response_members(struct run *run, const struct flow *flow) {
    static const struct {
        const char *word, *member;
    } rows[] = {{"code", "code"}, {"id_token", "id_token"}, {"token", "access_token"}};
    const char *type = flow_get(flow, "response_type");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool there = text_of(flow->response, rows[i].member)[0] != '\0';
        bool wanted = response_type_has(type, rows[i].word);
        check(run, FAILURE, "the-response-has-what-its-type-promises", "OAuth2-Multiple-5",
              there == wanted, "response_type %s, and %s is %s", type, rows[i].member,
              there ? "there" : "not there");
    }
    if (!response_type_has(type, "token"))
        return;
    check(run, FAILURE, "token_type-is-Bearer", "OIDCC-3.2.2.5",
          strcasecmp(text_of(flow->response, "token_type"), "bearer") == 0,
          "token_type \"%s\" in the authorization response", text_of(flow->response, "token_type"));
    const char *expires = text_of(flow->response, "expires_in");
    check(run, WARNING, "expires_in-is-there", "RFC6749-4.2.2",
          expires[0] && expires[strspn(expires, "0123456789")] == '\0',
          "expires_in \"%s\" in the authorization response", expires);
}

/* RFC 6749 4.1.2.1: %x20-21 / %x23-5B / %x5D-7E; the plans forbid CR, LF and TAB. */
static bool printable(const char *text) {
    return !strpbrk(text, "\r\n\t");
}

void check_error_response(struct run *run, const struct flow *flow, const char *spec,
                          const char *codes) {
    const char *error = text_of(flow->response, "error");
    check(run, FAILURE, "the-error-is-an-expected-one", spec, word_among(error, codes),
          "error \"%s\", expected one of %s", error, codes);
    check(run, FAILURE, "error_description-is-one-line", "RFC6749-4.1.2.1",
          printable(text_of(flow->response, "error_description")),
          "error_description has CR, LF or TAB");
    const char *name;
    json_t *value;
    json_object_foreach(flow->response, name, value) {
        check(run, WARNING, "the-error-has-known-parameters-only", "OIDCC-3.1.2.6",
              word_among(name, "error|error_description|error_uri|state|session_state|iss"),
              "parameter %s", name);
    }
}
