#include "conformance/modules/request_object.h"

#include <string.h>

#include "conformance/checks/discovery.h"
#include "conformance/engine/listener.h"
#include "conformance/jose/base64url.h"
#include "conformance/jose/jws.h"
#include "conformance/modules/modules.h"

void request_object_skip_unsigned(struct run *run) {
    const char *member = "request_object_signing_alg_values_supported";
    if (json_object_get(run->discovery, member) && !discovery_lists(run, member, "none"))
        module_skipped(run, "%s has no none", member);
}

const char *request_object_make(struct run *run, const struct flow *flow, const char *alg) {
    json_t *claims = pool_json(run->pool, json_deep_copy(flow->request));
    json_object_set_new(claims, "iss", json_string(flow->client->id));
    json_object_set_new(claims, "aud", json_string(text_of(run->discovery, "issuer")));
    json_t *header = pool_json(run->pool, json_object());
    if (flow->client->kid)
        json_object_set_new(header, "kid", json_string(flow->client->kid));
    return pool_text(run->pool, jws_sign(header, claims, alg, flow->client->key, NULL));
}

void request_object_hide(struct flow *flow) {
    flow_set(flow, "state", NULL);
    flow_set(flow, "nonce", NULL);
}

const char *request_object_path(struct run *run, const char *name) {
    return pool_format(run->pool, "/%s/%s", (const char *)pool_text(run->pool, base64url_random(9)),
                       name);
}

const char *request_object_serve(struct run *run, const char *object, const char **path) {
    *path = request_object_path(run, "request.jwt");
    listener_serve(run->settings->listener, *path, "application/oauth-authz-req+jwt", object);
    return pool_format(run->pool, "%s%s", run->settings->base_url, *path);
}

/* Sent with state and nonce inside only. The provider uses the object, or says by redirect that it
 * does not support them: `error`. Silence is the failure: the state would be missing. */
static void process_or_refuse(struct run *run, struct flow *flow, json_t *whole, const char *error,
                              const char *member, bool by_default) {
    bool back = flow_walk(run, flow);
    check(run, FAILURE, "the-browser-comes-back-to-the-client", "OIDCC-6", back,
          "it ended on a page with status %ld", flow->page->status);
    bool refused = strcmp(text_of(flow->response, "error"), error) == 0;
    check(run, WARNING, "discovery-tells-the-truth-about-request-objects", "OIDCD-3",
          refused != discovery_says(run, member, by_default), "%s is %s, and the object was %s",
          member, discovery_says(run, member, by_default) ? "true" : "false",
          refused ? "refused" : "not refused");
    if (refused)
        module_skipped(run, "the provider answers %s", error);
    flow->request = whole; /* what the response must fit */
    flow_read_response(run, flow);
    flow_expect_success(run, flow);
    flow_finish(run, flow);
    module_passed(run);
}

void module_request_object_unsigned_or_rejected(struct run *run) {
    request_object_skip_unsigned(run);
    json_t *changes =
        pool_json(run->pool, json_pack("{s:s}", "request_object_signing_alg", "none"));
    struct flow *flow = flow_new(run, client_make(run, clients_are_static(run) ? NULL : changes));
    const char *object = request_object_make(run, flow, "none");
    json_t *whole = pool_json(run->pool, json_copy(flow->request));
    request_object_hide(flow);
    flow_set(flow, "request", object);
    process_or_refuse(run, flow, whole, "request_not_supported", "request_parameter_supported",
                      false);
}

void module_request_uri_unsigned_or_rejected(struct run *run) {
    request_object_skip_unsigned(run);
    const char *path = request_object_path(run, "request.jwt");
    const char *uri = pool_format(run->pool, "%s%s", run->settings->base_url, path);
    json_t *changes = pool_json(run->pool, json_pack("{s:s, s:[s]}", "request_object_signing_alg",
                                                     "none", "request_uris", uri));
    struct flow *flow = flow_new(run, client_make(run, clients_are_static(run) ? NULL : changes));
    const char *object = request_object_make(run, flow, "none");
    json_t *whole = pool_json(run->pool, json_copy(flow->request));
    listener_serve(run->settings->listener, path, "application/oauth-authz-req+jwt", object);
    request_object_hide(flow);
    flow_set(flow, "request_uri", uri);
    process_or_refuse(run, flow, whole, "request_uri_not_supported",
                      "request_uri_parameter_supported", true);
}

/* The flow's request by reference: served at its own URL, state and nonce in the object alone. The
 * browser must come back as the object says. */
static void done_by_reference(struct run *run, struct flow *flow, const char *path, const char *uri,
                              const char *alg) {
    const char *object = request_object_make(run, flow, alg);
    json_t *whole = pool_json(run->pool, json_copy(flow->request));
    listener_serve(run->settings->listener, path, "application/oauth-authz-req+jwt", object);
    request_object_hide(flow);
    flow_set(flow, "request_uri", uri);
    bool back = flow_walk(run, flow);
    check(run, FAILURE, "the-browser-comes-back-to-the-client", "OIDCC-6.2", back,
          "it ended on a page with status %ld", flow->page->status);
    flow->request = whole;
    flow_read_response(run, flow);
    flow_expect_success(run, flow);
    flow_finish(run, flow);
    json_t *fetched = pool_json(run->pool, listener_requests(run->settings->listener, path));
    check(run, FAILURE, "the-object-was-fetched", "OIDCC-6.2.3", json_array_size(fetched) > 0,
          "nobody asked for the request_uri");
}

/* OIDC Core 6.3.2: what another key than the client's signed is not used. */
static void expect_no_other_key(struct run *run, struct client *client, const char *path,
                                const char *uri) {
    struct client *other = pool_alloc(run->pool, sizeof *other);
    struct flow *flow = flow_new(run, client);
    *other = *client;
    other->key = client_new_key(run);
    flow->client = other;
    listener_serve(run->settings->listener, path, "application/oauth-authz-req+jwt",
                   request_object_make(run, flow, "RS256"));
    request_object_hide(flow);
    flow_set(flow, "request_uri", uri);
    bool back = flow_walk(run, flow);
    check(run, FAILURE, "an-object-of-another-key-is-refused", "OIDCC-6.3.2",
          !back || json_object_get(flow->response, "error"),
          "the browser came back to the client without an error");
}

/* OIDC Core 6.2: the fragment is the base64url digest of the object; registered with it. */
static const char *uri_of(struct run *run, const char *path, const char *alg) {
    bool plain = text_is(alg, "none");
    return pool_format(run->pool, "%s%s%s%s", run->settings->base_url, path, plain ? "" : "#",
                       plain ? "" : (const char *)pool_text(run->pool, base64url_random(32)));
}

static void by_reference(struct run *run, const char *alg) {
    const char *path = request_object_path(run, "request.jwt");
    const char *other_path = request_object_path(run, "request.jwt");
    const char *uri = uri_of(run, path, alg), *other_uri = uri_of(run, other_path, alg);
    json_t *changes =
        pool_json(run->pool, json_pack("{s:s, s:[s, s]}", "request_object_signing_alg", alg,
                                       "request_uris", uri, other_uri));
    struct client *client = client_make(run, changes);
    done_by_reference(run, flow_new(run, client), path, uri, alg);
    if (!text_is(alg, "none"))
        expect_no_other_key(run, client, other_path, other_uri);
    module_passed(run);
}

void module_request_uri_unsigned(struct run *run) {
    request_object_skip_unsigned(run);
    by_reference(run, "none");
}

void module_request_uri_signed_rs256(struct run *run) {
    check(run, FAILURE, "request_uri-is-supported", "OIDCC-15.2",
          discovery_says(run, "request_uri_parameter_supported", true),
          "request_uri_parameter_supported is false");
    by_reference(run, "RS256");
}

/* OIDC Core 6.1: parameters of the object supersede those outside. The outer URI is not registered:
 * no error may go there, nor to a URI that the request does not name validly. */
void module_request_object_with_redirect_uri(struct run *run) {
    request_object_skip_unsigned(run);
    json_t *changes =
        pool_json(run->pool, json_pack("{s:s}", "request_object_signing_alg", "none"));
    struct client *client = client_make(run, clients_are_static(run) ? NULL : changes);
    struct flow *flow = flow_new(run, client);
    json_t *whole = pool_json(run->pool, json_copy(flow->request));
    flow_set(flow, "request", request_object_make(run, flow, "none"));
    flow_set(flow, "redirect_uri", pool_format(run->pool, "%s/wrong", client->redirect_uri));
    if (!flow_walk(run, flow)) {
        flow_expect_page(run, flow, "OIDCC-6.1",
                         "an error page: the outer redirect_uri is not registered");
        module_passed(run);
    }
    flow->request = whole; /* what the response must fit */
    flow_read_response(run, flow);
    check(run, FAILURE, "the-response-is-no-error", "OIDCC-6.1",
          !json_object_get(flow->response, "error"),
          "error \"%s\" was sent to a redirect URI that the request did not validly name",
          text_of(flow->response, "error"));
    flow_finish(run, flow);
    module_passed(run);
}
