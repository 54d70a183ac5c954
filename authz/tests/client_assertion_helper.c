#include "authz/tests/client_assertion_helper.h"

#include <stdio.h>

#include "common/base/json_read.h"
#include "keys/jws.h"

/* Good claims of `client`, with a jti of their own. */
const char *assertion_claims(const char *client, const char *more) {
    static int jti;
    static char text[1024];
    snprintf(text, sizeof text,
             "{'iss':'%s','sub':'%s','aud':'" ISSUER "/oauth/token','jti':'j%d','exp':%lld%s}",
             client, client, ++jti, (long long)flow_world()->now_ms / 1000 + 60, more);
    return text;
}

const char *assertion_good(const char *client) {
    return client_jwt(jwt_keys.ec, JOSE_ES256, NULL, assertion_claims(client, ""));
}

struct told assertion_call(const char *type, const char *body, const char *authorization) {
    struct test_request *t = test_request_new("POST", "/oauth/token");
    struct told told = {0};
    AUTO(json_ref) answer = NULL;
    t->rq.now_ms = flow_world()->now_ms;
    test_request_body(t, type, body);
    if (authorization)
        test_request_header(t, "Authorization", authorization);
    test_request_send(t, flow_world()->authz->app);
    told.status = t->rs.status;
    assert_ok(json_read_object(t->rs.body, &answer));
    str error = json_read_str(answer, "error"), why = json_read_str(answer, "error_description");
    snprintf(told.error, sizeof told.error, "%.*s", STR_FMT(error));
    snprintf(told.why, sizeof told.why, "%.*s", STR_FMT(why));
    test_request_free(t);
    return told;
}

struct told assertion_send(const char *assertion, const char *more) {
    static char form[20000];
    snprintf(form, sizeof form,
             "grant_type=authorization_code&code=x&client_assertion_type=" TYPE
             "&client_assertion=%s%s",
             assertion, more);
    return assertion_call(FORM, form, NULL);
}

void assertion_told(struct told told, int status, const char *error) {
    if (told.status != status || strcmp(told.error, error) != 0)
        fail_msg("%d %s (%s), not %d %s", told.status, told.error, told.why, status, error);
}

void assertion_known(const char *assertion) {
    assertion_told(assertion_send(assertion, ""), 400, "invalid_grant");
}

void assertion_refused(const char *assertion) {
    assertion_told(assertion_send(assertion, ""), 401, "invalid_client");
}
