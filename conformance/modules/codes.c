/* An authorization code is for once (RFC 6749 4.1.2). */
#include "conformance/checks/token_response.h"
#include "conformance/checks/userinfo.h"
#include "conformance/engine/flow.h"
#include "conformance/modules/modules.h"

void module_codereuse(struct run *run) {
    struct flow *flow = flow_done(run, client_make(run, NULL));
    const struct http_response *response = flow_redeem(run, flow);
    if (check(run, WARNING, "a-code-is-for-once", "RFC6749-4.1.2", response->status != 200,
              "the code was accepted a second time"))
        check_token_error(run, response, "RFC6749-5.2", "invalid_grant");
    module_passed(run);
}

void module_codereuse_30seconds(struct run *run) {
    struct flow *flow = flow_done(run, client_make(run, NULL));
    run_wait(run, 30, "the code is used again after 30 seconds");
    const struct http_response *response = flow_redeem(run, flow);
    check_token_error(run, response, "RFC6749-4.1.2", "invalid_grant");
    response =
        run_send(run, &(struct http_request){.url = check_userinfo_endpoint(run),
                                             .authorization = pool_format(
                                                 run->pool, "Bearer %s", flow_access_token(flow))});
    check(run, WARNING, "what-a-reused-code-gave-is-revoked", "RFC6749-4.1.2",
          response->status / 100 == 4, "userinfo answers %ld to the first access token",
          response->status);
    module_passed(run);
}
