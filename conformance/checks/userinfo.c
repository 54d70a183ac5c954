#include "conformance/checks/userinfo.h"

#include "conformance/checks/standard_claims.h"
#include "conformance/checks/token_response.h"

const char *check_userinfo_endpoint(struct run *run) {
    const char *url = text_of(run->discovery, "userinfo_endpoint");
    check(run, FAILURE, "userinfo_endpoint-is-known", "OIDCD-3", url[0] != '\0',
          "the discovery document has no userinfo_endpoint");
    return url;
}

void check_userinfo_claims(struct run *run, const json_t *claims, const char *sub) {
    check(run, FAILURE, "sub-is-a-text", "OIDCC-5.3.2", text_of(claims, "sub")[0] != '\0',
          "there is no sub");
    check_same(run, FAILURE, "sub-is-that-of-the-id-token", "OIDCC-5.3.2", text_of(claims, "sub"),
               sub);
    check_claim_types(run, claims);
}

json_t *check_userinfo(struct run *run, const struct http_response *response, const char *sub) {
    check(run, FAILURE, "the-userinfo-endpoint-answers-200", "OIDCC-5.3.2", response->status == 200,
          "status %ld: %s", response->status, http_header(response, "www-authenticate"));
    check(run, FAILURE, "userinfo-is-json", "OIDCC-5.3.2",
          has_media_type(response, "application/json"), "content type \"%s\"",
          http_header(response, "content-type"));
    json_t *claims = run_json(run, response);
    check(run, FAILURE, "userinfo-is-a-json-object", "OIDCC-5.3.2", claims != NULL,
          "the body is no JSON object");
    check_userinfo_claims(run, claims, sub);
    return claims;
}
