#include "conformance/engine/flow.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/checks/authorization_response.h"
#include "conformance/checks/code.h"
#include "conformance/checks/id_token.h"
#include "conformance/checks/token_response.h"
#include "conformance/checks/userinfo.h"
#include "conformance/engine/memory.h"
#include "conformance/jose/base64url.h"

void flow_set(struct flow *flow, const char *name, const char *value) {
    if (value)
        json_object_set_new(flow->request, name, json_string(value));
    else
        json_object_del(flow->request, name);
}

const char *flow_get(const struct flow *flow, const char *name) {
    return text_of(flow->request, name);
}

struct flow *flow_new(struct run *run, struct client *client) {
    struct flow *flow = pool_alloc(run->pool, sizeof *flow);
    *flow = (struct flow){.client = client, .request = pool_json(run->pool, json_object())};
    flow_set(flow, "client_id", client->id);
    flow_set(flow, "redirect_uri", client->redirect_uri);
    flow_set(flow, "scope", "openid");
    flow_set(flow, "state", pool_text(run->pool, base64url_random(9)));
    flow_set(flow, "nonce", pool_text(run->pool, base64url_random(9)));
    flow_set(flow, "response_type", run->variant.response_type);
    if (strcmp(run->variant.response_mode, "form_post") == 0)
        flow_set(flow, "response_mode", "form_post");
    return flow;
}

static bool arrive(struct run *run, struct flow *flow, const struct page *page) {
    page = pages_walk(run, page, &flow->walk);
    flow->page = pages_keep(run, page);
    flow->response = NULL;
    if (page->stopped)
        flow->response = pool_json(
            run->pool, check_response_is_delivered(run, page, flow->client->redirect_uri));
    return page->stopped;
}

bool flow_walk(struct run *run, struct flow *flow) {
    const char *endpoint = text_of(run->discovery, "authorization_endpoint");
    flow->url = pool_text(run->pool, parameters_url(endpoint, flow->request));
    return arrive(run, flow, browser_get(run->browser, flow->url));
}

bool flow_walk_by_post(struct run *run, struct flow *flow) {
    flow->url = text_of(run->discovery, "authorization_endpoint");
    const char *body = pool_text(run->pool, parameters_encode(flow->request));
    return arrive(run, flow, browser_post(run->browser, flow->url, body));
}

void flow_read_response(struct run *run, struct flow *flow) {
    check_response_mode(run, flow);
    check_response(run, flow);
}

void flow_expect_error(struct run *run, struct flow *flow, const char *spec, const char *codes) {
    flow_read_response(run, flow);
    check_error_response(run, flow, spec, codes);
}

void flow_expect_page(struct run *run, struct flow *flow, const char *spec, const char *what) {
    pages_expect_own(run, flow->page, spec, what);
}

void flow_expect_success(struct run *run, struct flow *flow) {
    check(run, FAILURE, "the-response-is-no-error", "OIDCC-3.1.2.6",
          !json_object_get(flow->response, "error"), "error \"%s\": %s",
          text_of(flow->response, "error"), text_of(flow->response, "error_description"));
}

void flow_authorize(struct run *run, struct flow *flow) {
    if (!flow_walk(run, flow))
        module_failed(run, "the-browser-comes-back-to-the-client", "OIDCC-3.1.2.5",
                      "it ended on a page with status %ld at %.*s that no rule for pages fits",
                      flow->page->status, (int)strcspn(flow->page->url, "?#"), flow->page->url);
    flow_read_response(run, flow);
    flow_expect_success(run, flow);
}

void flow_check_response(struct run *run, struct flow *flow) {
    check_response_members(run, flow);
    if (json_object_get(flow->response, "code"))
        check_code(run, text_of(flow->response, "code"));
    if (!json_object_get(flow->response, "id_token"))
        return;
    flow->front_claims =
        check_id_token(run, flow, text_of(flow->response, "id_token"), ID_TOKEN_FRONT);
    flow->claims = flow->front_claims;
}

json_t *flow_token_request(struct run *run, const struct flow *flow) {
    json_t *parameters =
        pool_json(run->pool, json_pack("{s:s, s:s, s:s}", "grant_type", "authorization_code",
                                       "code", text_of(flow->response, "code"), "redirect_uri",
                                       flow_get(flow, "redirect_uri")));
    if (flow->code_verifier)
        json_object_set_new(parameters, "code_verifier", json_string(flow->code_verifier));
    return parameters;
}

const struct http_response *flow_redeem(struct run *run, const struct flow *flow) {
    return client_post(run, flow->client, "token_endpoint", flow_token_request(run, flow));
}

void flow_expect_no_other_credential(struct run *run, struct client *client) {
    struct client *other = pool_alloc(run->pool, sizeof *other);
    if (!response_type_has(run->variant.response_type, "code") || text_is(client->auth, "none"))
        return;
    *other = *client;
    other->secret = pool_text(run->pool, base64url_random(32));
    other->key = client_new_key(run);
    struct flow *flow = flow_new(run, client);
    flow_authorize(run, flow);
    flow_check_response(run, flow);
    flow->client = other;
    check_token_error(run, flow_redeem(run, flow), "RFC6749-5.2", "invalid_client");
}

/* OIDC Core 3.3.3.6: the two ID tokens of a hybrid flow speak of the same person. */
static void check_same_person(struct run *run, const struct flow *flow) {
    if (!flow->front_claims || flow->front_claims == flow->claims)
        return;
    check_same(run, FAILURE, "both-id-tokens-have-one-iss", "OIDCC-3.3.3.6",
               text_of(flow->claims, "iss"), text_of(flow->front_claims, "iss"));
    check_same(run, FAILURE, "both-id-tokens-have-one-sub", "OIDCC-3.3.3.6",
               text_of(flow->claims, "sub"), text_of(flow->front_claims, "sub"));
}

void flow_exchange(struct run *run, struct flow *flow) {
    const struct http_response *response = flow_redeem(run, flow);
    flow->tokens = check_token_response(run, response);
    flow->claims = check_id_token(run, flow, text_of(flow->tokens, "id_token"), ID_TOKEN_BACK);
    flow->refresh_token = text_of(flow->tokens, "refresh_token");
    check_same_person(run, flow);
}

void flow_finish(struct run *run, struct flow *flow) {
    flow_check_response(run, flow);
    if (response_type_has(flow_get(flow, "response_type"), "code"))
        flow_exchange(run, flow);
}

void flow_complete(struct run *run, struct flow *flow) {
    flow_authorize(run, flow);
    flow_finish(run, flow);
}

struct flow *flow_done(struct run *run, struct client *client) {
    struct flow *flow = flow_new(run, client);
    flow_complete(run, flow);
    return flow;
}

const char *flow_access_token(const struct flow *flow) {
    const char *token = text_of(flow->tokens, "access_token");
    return token[0] ? token : text_of(flow->response, "access_token");
}

json_t *flow_userinfo(struct run *run, struct flow *flow) {
    const char *authorization = pool_format(run->pool, "Bearer %s", flow_access_token(flow));
    const struct http_response *response =
        run_send(run, &(struct http_request){.url = check_userinfo_endpoint(run),
                                             .authorization = authorization});
    return check_userinfo(run, response, text_of(flow->claims, "sub"));
}

bool flow_is_id_token_only(const struct run *run) {
    return strcmp(run->variant.response_type, "id_token") == 0;
}

const char *flow_id_token(const struct flow *flow) {
    const char *token = text_of(flow->tokens, "id_token");
    return token[0] ? token : text_of(flow->response, "id_token");
}
