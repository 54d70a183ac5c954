/* A code is for once, for one client and one redirect URI (RFC 6749 4.1.2, 4.1.3). */
#include "conformance/checks/token_response.h"
#include "conformance/checks/userinfo.h"
#include "conformance/engine/flow.h"
#include "conformance/modules/modules.h"

static struct flow *flow_with_code(struct run *run, struct client *client) {
    struct flow *flow = flow_new(run, client);
    flow_authorize(run, flow);
    flow_check_response(run, flow);
    return flow;
}

/* OIDC Core 3.1.3.2: a code is the client's that it was given to, and goes with its redirect_uri.
 */
static void expect_bound(struct run *run, struct client *client) {
    json_t *parameters = flow_token_request(run, flow_with_code(run, client));
    const char *uri = pool_format(run->pool, "%s/other", client->redirect_uri);
    json_object_set_new(parameters, "redirect_uri", json_string(uri));
    check_token_error(run, client_post(run, client, "token_endpoint", parameters), "OIDCC-3.1.3.2",
                      "invalid_grant");
    if (clients_are_static(run))
        return; /* there may be no second one */
    parameters = flow_token_request(run, flow_with_code(run, client));
    check_token_error(run, client_post(run, client_make(run, NULL), "token_endpoint", parameters),
                      "OIDCC-3.1.3.2", "invalid_grant");
}

void module_codereuse(struct run *run) {
    struct flow *flow = flow_done(run, client_make(run, NULL));
    const struct http_response *response = flow_redeem(run, flow);
    if (check(run, WARNING, "a-code-is-for-once", "RFC6749-4.1.2", response->status != 200,
              "the code was accepted a second time"))
        check_token_error(run, response, "RFC6749-5.2", "invalid_grant");
    expect_bound(run, flow->client);
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
