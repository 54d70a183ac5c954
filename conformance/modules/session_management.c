/* OpenID Connect Session Management 1.0: the frame at the provider tells the client's page, in a
 * browser with scripts, whether the person is still the same. */
#include <string.h>

#include "conformance/checks/authorization_response.h"
#include "conformance/engine/chromium_walk.h"
#include "conformance/engine/listener.h"
#include "conformance/modules/logout.h"
#include "conformance/modules/modules.h"
#include "conformance/modules/request_object.h"

/* Puts the provider's frame into the client's page. */
static const char embed[] = "new Promise((resolve) => {"
                            "  const frame = document.createElement('iframe');"
                            "  frame.id = 'provider';"
                            "  frame.onload = () => resolve(true);"
                            "  frame.src = %s;"
                            "  document.body.append(frame);"
                            "})";

/* What that frame answers; silence is an empty text. */
static const char ask[] = "new Promise((resolve) => {"
                          "  const frame = document.getElementById('provider');"
                          "  addEventListener('message', ({source, data}) =>"
                          "    source === frame.contentWindow && resolve(String(data)));"
                          "  setTimeout(() => resolve(''), 5000);"
                          "  frame.contentWindow.postMessage(%s, new URL(frame.src).origin);"
                          "})";

struct watch {
    struct chromium *chromium;
    const char *page_url; /* of the client */
};

static const char *quoted(struct run *run, const char *text) {
    json_t *string = pool_json(run->pool, json_string(text));
    return pool_text(run->pool, json_dumps(string, JSON_ENCODE_ANY));
}

static struct watch watch_new(struct run *run, struct chromium *chromium) {
    const char *path = request_object_path(run, "session.html");
    listener_serve(run->settings->listener, path, "text/html",
                   "<!doctype html><title>Relying party</title><body></body>");
    return (struct watch){chromium, pool_format(run->pool, "%s%s", run->settings->base_url, path)};
}

/* What the frame says to this message, on a page of the client's that was just opened. */
static const char *answer(struct run *run, const struct watch *watch, const char *message) {
    const char *frame = text_of(run->discovery, "check_session_iframe");
    const char *script = pool_format(run->pool, embed, quoted(run, frame));
    bool there = chromium_go(watch->chromium, watch->page_url) &&
                 pool_json(run->pool, chromium_evaluate(watch->chromium, script));
    script = pool_format(run->pool, ask, quoted(run, message));
    json_t *said = there ? pool_json(run->pool, chromium_evaluate(watch->chromium, script)) : NULL;
    return json_is_string(said) ? json_string_value(said) : "";
}

static struct flow *signed_in(struct run *run, struct chromium *chromium) {
    struct flow *flow = flow_new(run, client_make(run, logout_metadata(run, NULL)));
    const char *endpoint = text_of(run->discovery, "authorization_endpoint");
    flow->url = pool_text(run->pool, parameters_url(endpoint, flow->request));
    flow->page = chromium_walk(run, chromium, flow->url);
    flow->response = pool_json(
        run->pool, check_response_is_delivered(run, flow->page, flow->client->redirect_uri));
    flow_read_response(run, flow);
    flow_expect_success(run, flow);
    flow_finish(run, flow);
    return flow;
}

static const char *session_state(struct run *run, const struct flow *flow) {
    const char *state = text_of(flow->response, "session_state");
    check(run, FAILURE, "the-response-has-a-session_state", "Session-2",
          state[0] && !strchr(state, ' '), "session_state \"%s\"", state);
    return pool_format(run->pool, "%s %s", flow->client->id, state);
}

void module_session_management(struct run *run) {
    struct watch watch = watch_new(run, chromium_for(run));
    struct flow *flow = signed_in(run, watch.chromium);
    const char *message = session_state(run, flow);
    check_same(run, FAILURE, "the-frame-says-unchanged", "Session-3.2",
               answer(run, &watch, message), "unchanged");
    check_same(run, WARNING, "the-frame-says-error-to-what-is-no-state", "Session-3.2",
               answer(run, &watch, "nonsense"), "error");
    struct logout *logout = logout_of(run, flow);
    logout->page = chromium_walk(run, watch.chromium, logout_url(run, logout));
    logout_expect_back(run, logout);
    check_same(run, FAILURE, "the-frame-says-changed-after-logout", "Session-3.2",
               answer(run, &watch, message), "changed");
    module_passed(run);
}
