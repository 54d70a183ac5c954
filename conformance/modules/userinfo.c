/* The three ways to show an access token to the userinfo endpoint. */
#include "conformance/checks/userinfo.h"
#include "conformance/engine/flow.h"
#include "conformance/jose/base64url.h"
#include "conformance/modules/modules.h"

void module_userinfo_get(struct run *run) {
    struct flow *flow = flow_done(run, client_make(run, NULL));
    flow_userinfo(run, flow);
    const char *other = pool_format(run->pool, "Bearer %s",
                                    (const char *)pool_text(run->pool, base64url_random(32)));
    const struct http_response *response = run_send(
        run, &(struct http_request){.url = check_userinfo_endpoint(run), .authorization = other});
    check(run, FAILURE, "a-token-that-nobody-gave-is-refused", "RFC6750-3.1",
          response->status == 401, "userinfo answers %ld to it", response->status);
    module_passed(run);
}

void module_userinfo_post_header(struct run *run) {
    struct flow *flow = flow_done(run, client_make(run, NULL));
    const struct http_response *response =
        run_send(run, &(struct http_request){.url = check_userinfo_endpoint(run),
                                             .body = "",
                                             .authorization = pool_format(
                                                 run->pool, "Bearer %s", flow_access_token(flow))});
    check_userinfo(run, response, text_of(flow->claims, "sub"));
    module_passed(run);
}

/* RFC 6750 2.2: a resource server may support it. */
void module_userinfo_post_body(struct run *run) {
    struct flow *flow = flow_done(run, client_make(run, NULL));
    json_t *form =
        pool_json(run->pool, json_pack("{s:s}", "access_token", flow_access_token(flow)));
    const struct http_response *response = run_send(
        run, &(struct http_request){.url = check_userinfo_endpoint(run),
                                    .body = pool_text(run->pool, parameters_encode(form))});
    if (check(run, WARNING, "the-token-may-come-in-the-form", "RFC6750-2.2",
              response->status / 100 == 2, "status %ld", response->status))
        check_userinfo(run, response, text_of(flow->claims, "sub"));
    module_passed(run);
}
