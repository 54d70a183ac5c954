/* Requests that must not succeed. */
#include "conformance/engine/flow.h"
#include "conformance/jose/base64url.h"
#include "conformance/modules/modules.h"

/* Nothing tells where the error should go: the query is the default mode of errors. */
void module_response_type_missing(struct run *run) {
    struct flow *flow = flow_new(run, client_make(run, NULL));
    flow_set(flow, "response_type", NULL);
    flow_set(flow, "response_mode", NULL);
    if (flow_walk(run, flow))
        flow_expect_error(run, flow, "RFC6749-4.1.2.1",
                          "unsupported_response_type|invalid_request");
    else
        flow_expect_page(run, flow, "RFC6749-3.1.1", "an error page: response_type is missing");
    module_passed(run);
}

void module_without_nonce_fails(struct run *run) {
    struct flow *flow = flow_new(run, client_make(run, NULL));
    flow_set(flow, "nonce", NULL);
    if (flow_walk(run, flow))
        flow_expect_error(run, flow, "OIDCC-3.2.2.1", "invalid_request");
    else
        flow_expect_page(run, flow, "OIDCC-3.2.2.1", "an error page: nonce is missing");
    module_passed(run);
}

void module_registered_redirect_uri(struct run *run) {
    struct client *client = client_make(run, NULL);
    struct flow *flow = flow_new(run, client);
    flow_set(flow, "redirect_uri",
             pool_format(run->pool, "%s/%s", client->redirect_uri,
                         (const char *)pool_text(run->pool, base64url_random(8))));
    flow_walk(run, flow);
    flow_expect_page(run, flow, "OIDCC-3.1.2.1", "an error page: redirect_uri is not registered");
    module_passed(run);
}
