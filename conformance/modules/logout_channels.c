/* How other clients hear of a logout: OpenID Connect Front-Channel and Back-Channel Logout 1.0. */
#include "conformance/checks/logout_token.h"
#include "conformance/engine/listener.h"
#include "conformance/modules/logout.h"
#include "conformance/modules/modules.h"
#include "conformance/modules/request_object.h"

enum { AT_THE_REDIRECT_MS = 2000 };

static struct logout *with_channel(struct run *run, const char *channel, const char *path) {
    const char *uri = pool_format(run->pool, "%s%s", run->settings->base_url, path);
    json_t *more = pool_json(
        run->pool, json_pack("{s:s, s:b}", pool_format(run->pool, "%s_logout_uri", channel), uri,
                             pool_format(run->pool, "%s_logout_session_required", channel), 1));
    struct logout *logout = logout_new(run, logout_metadata(run, more));
    check(run, FAILURE, "the-id-token-has-a-sid", "FrontChannel-3",
          text_of(logout->flow->claims, "sid")[0] != '\0',
          "there is no sid in the ID token, although discovery says that logout names sessions");
    return logout;
}

static void check_front_request(struct run *run, const struct flow *flow, const json_t *request) {
    json_t *sent = pool_json(run->pool, parameters_parse(text_of(request, "query")));
    check_same(run, FAILURE, "the-frame-tells-iss", "FrontChannel-3", text_of(sent, "iss"),
               text_of(run->discovery, "issuer"));
    check_same(run, FAILURE, "the-frame-tells-sid", "FrontChannel-3", text_of(sent, "sid"),
               text_of(flow->claims, "sid"));
    check(run, FAILURE, "the-frame-tells-iss-and-sid-alone", "FrontChannel-3",
          json_object_size(sent) == 2, "there are %zu parameters", json_object_size(sent));
}

void module_frontchannel_logout(struct run *run) {
    const char *path = request_object_path(run, "frontchannel_logout");
    struct logout *logout = with_channel(run, "frontchannel", path);
    listener_serve(run->settings->listener, path, "text/html", "<!doctype html><title>out</title>");
    logout_walk(run, logout);
    json_t *requests = pool_json(run->pool, listener_requests(run->settings->listener, path));
    check(run, FAILURE, "the-frame-of-the-client-is-loaded", "FrontChannel-3",
          json_array_size(requests) == 1,
          "its frontchannel_logout_uri was loaded %zu times before the browser came back",
          json_array_size(requests));
    check_front_request(run, logout->flow, json_array_get(requests, 0));
    logout_expect_back(run, logout);
    logout_expect_signed_out(run, logout);
    module_passed(run);
}

void module_backchannel_logout(struct run *run) {
    const char *path = request_object_path(run, "backchannel_logout");
    struct logout *logout = with_channel(run, "backchannel", path);
    listener_serve_bytes(run->settings->listener, path, "text/plain", "", 0,
                         "Cache-Control: no-store");
    logout_walk(run, logout);
    json_t *requests =
        pool_json(run->pool, listener_wait(run->settings->listener, path, 1, AT_THE_REDIRECT_MS));
    check(run, FAILURE, "the-logout-token-came", "BackChannel-2.5", json_array_size(requests) == 1,
          "%zu requests came to its backchannel_logout_uri until the browser was back",
          json_array_size(requests));
    const char *token = check_logout_request(run, json_array_get(requests, 0));
    check_logout_token(run, logout->flow, token);
    logout_expect_back(run, logout);
    logout_expect_signed_out(run, logout);
    module_passed(run);
}
