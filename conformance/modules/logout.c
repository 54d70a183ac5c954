#include "conformance/modules/logout.h"

#include <string.h>

#include "conformance/checks/authorization_response.h"
#include "conformance/jose/base64url.h"

const char *logout_redirect_uri(struct run *run) {
    return pool_format(run->pool, "%s/post_logout_redirect", run->settings->base_url);
}

json_t *logout_metadata(struct run *run, json_t *more) {
    json_t *metadata = json_pack("{s:[s]}", "post_logout_redirect_uris", logout_redirect_uri(run));
    json_object_update(metadata, more);
    return pool_json(run->pool, metadata);
}

void logout_set(struct logout *logout, const char *name, const char *value) {
    if (value)
        json_object_set_new(logout->request, name, json_string(value));
    else
        json_object_del(logout->request, name);
}

/* 128 characters, every unreserved one of RFC 3986 2.3 among them. */
static const char *long_state(struct run *run) {
    const char *random = pool_text(run->pool, base64url_random(90));
    return pool_format(run->pool, "-._~%.120s-._~", random);
}

struct logout *logout_of(struct run *run, struct flow *flow) {
    struct logout *logout = pool_alloc(run->pool, sizeof *logout);
    *logout = (struct logout){.flow = flow,
                              .request = pool_json(run->pool, json_object()),
                              .redirect_uri = logout_redirect_uri(run)};
    logout_set(logout, "id_token_hint", flow_id_token(flow));
    logout_set(logout, "post_logout_redirect_uri", logout->redirect_uri);
    logout_set(logout, "state", long_state(run));
    return logout;
}

struct logout *logout_new(struct run *run, json_t *metadata) {
    return logout_of(run, flow_done(run, client_make(run, metadata)));
}

const char *logout_url(struct run *run, const struct logout *logout) {
    const char *endpoint = text_of(run->discovery, "end_session_endpoint");
    check(run, FAILURE, "end_session_endpoint-is-known", "RPLogout-2.1", endpoint[0] != '\0',
          "the discovery document has no end_session_endpoint");
    return pool_text(run->pool, parameters_url(endpoint, logout->request));
}

void logout_go(struct run *run, struct logout *logout) {
    struct walk walk;
    const struct page *page = browser_get(run->browser, logout_url(run, logout));
    logout->page = pages_keep(run, pages_walk(run, page, &walk));
}

void logout_walk(struct run *run, struct logout *logout) {
    struct walk walk;
    logout_go(run, logout);
    const json_t *rule = logout->page->stopped ? NULL : pages_rule(run);
    if (!rule)
        return;
    logout->question = logout->page;
    logout->page = pages_keep(run, pages_walk(run, pages_act(run, rule), &walk));
}

void logout_expect_back(struct run *run, const struct logout *logout) {
    const struct page *page = logout->page;
    if (!page->stopped)
        module_failed(run, "the-browser-comes-back-after-logout", "RPLogout-3",
                      "it ended on a page with status %ld at %.*s", page->status,
                      (int)strcspn(page->url, "?#"), page->url);
    json_t *response =
        pool_json(run->pool, check_response_is_delivered(run, page, logout->redirect_uri));
    check_same(run, FAILURE, "state-comes-back-from-logout", "RPLogout-3",
               text_of(response, "state"), text_of(logout->request, "state"));
    const char *name;
    json_t *value;
    json_object_foreach(response, name, value) {
        check(run, WARNING, "logout-adds-nothing-but-state", "RPLogout-3",
              text_is(name, "state") && json_is_string(value), "parameter %s", name);
    }
}

void logout_expect_signed_out(struct run *run, const struct logout *logout) {
    struct flow *flow = flow_new(run, logout->flow->client);
    flow_set(flow, "prompt", "none");
    check(run, FAILURE, "an-error-comes-back-without-pages", "OIDCC-3.1.2.1",
          flow_walk(run, flow) && flow->walk.sign_ins == 0,
          "the browser ended on a page, or met a sign-in page");
    flow_expect_error(run, flow, "OIDCC-3.1.2.6",
                      "login_required|interaction_required|account_selection_required");
}
