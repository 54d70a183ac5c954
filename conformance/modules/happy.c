/* Flows that must succeed, in their variations. */
#include <string.h>

#include "conformance/checks/discovery.h"
#include "conformance/checks/id_token.h"
#include "conformance/checks/token_response.h"
#include "conformance/engine/flow.h"
#include "conformance/jose/base64url.h"
#include "conformance/modules/modules.h"

#include <openssl/evp.h>

void module_server(struct run *run) {
    struct flow *flow = flow_done(run, client_make(run, NULL));
    if (flow_access_token(flow)[0])
        flow_userinfo(run, flow);
    flow_expect_no_other_credential(run, flow->client);
    module_passed(run);
}

void module_discovery(struct run *run) {
    check_discovery_whole(run);
    module_passed(run);
}

void module_idtoken_signature(struct run *run) {
    struct flow *flow = flow_done(run, client_make(run, NULL));
    const json_t *header = id_token_header(run, flow_id_token(flow));
    check_same(run, FAILURE, "RS256-is-the-default", "OIDCC-3.1.3.7-7", text_of(header, "alg"),
               "RS256");
    check(run, FAILURE, "the-header-names-the-key", "OIDCC-10.1", text_of(header, "kid")[0] != '\0',
          "the ID token's header has no kid");
    module_passed(run);
}

static void done_with_alg(struct run *run, const char *alg) {
    json_t *changes = pool_json(run->pool, json_pack("{s:s}", "id_token_signed_response_alg", alg));
    struct client *client = client_make(run, changes);
    check_same(run, FAILURE, "the-alg-is-registered", "OIDCR-3.2",
               text_of(client->metadata, "id_token_signed_response_alg"), alg);
    flow_done(run, client);
    module_passed(run);
}

void module_idtoken_unsigned(struct run *run) {
    if (!discovery_lists(run, "id_token_signing_alg_values_supported", "none"))
        module_skipped(run, "id_token_signing_alg_values_supported has no none");
    done_with_alg(run, "none");
}

void module_idtoken_rs256(struct run *run) {
    check(run, FAILURE, "RS256-is-supported", "OIDCC-15.1",
          discovery_lists(run, "id_token_signing_alg_values_supported", "RS256"),
          "id_token_signing_alg_values_supported has no RS256");
    done_with_alg(run, "RS256");
}

void module_without_nonce_succeeds(struct run *run) {
    struct flow *flow = flow_new(run, client_make(run, NULL));
    flow_set(flow, "nonce", NULL);
    flow_complete(run, flow);
    module_passed(run);
}

/* Every parameter in the reverse of the usual order, and openid not the first scope. */
void module_alternate_happy_flow(struct run *run) {
    struct flow *flow = flow_new(run, client_make(run, NULL));
    json_t *reversed = pool_json(run->pool, json_object());
    static const char *const order[] = {"response_mode", "response_type", "nonce",    "state",
                                        "scope",         "redirect_uri",  "client_id"};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        if (flow_get(flow, order[i])[0])
            json_object_set(reversed, order[i], json_object_get(flow->request, order[i]));
    flow->request = reversed;
    if (discovery_lists(run, "scopes_supported", "email"))
        flow_set(flow, "scope", "email openid");
    flow_complete(run, flow);
    module_passed(run);
}

static void done_with(struct run *run, const char *name, const char *value) {
    struct flow *flow = flow_new(run, client_make(run, NULL));
    flow_set(flow, name, value);
    flow_complete(run, flow);
    module_passed(run);
}

/* oidcc-display-page, oidcc-display-popup. */
void module_display(struct run *run) {
    done_with(run, "display", strrchr(run->module->name, '-') + 1);
}

void module_unknown_parameter(struct run *run) {
    done_with(run, "extra", "foobar");
}

/* What the client file says, else the suite's value. */
static const char *configured(const struct run *run, const char *name, const char *otherwise) {
    const char *value = text_of(run->settings->file, name);
    return value[0] ? value : otherwise;
}

void module_login_hint(struct run *run) {
    const char *host = strstr(run->settings->issuer, "://") + 3;
    const char *hint = pool_format(run->pool, "buffy@%.*s", (int)strcspn(host, ":/"), host);
    done_with(run, "login_hint", configured(run, "login_hint", hint));
}

void module_ui_locales(struct run *run) {
    done_with(run, "ui_locales", configured(run, "ui_locales", "se"));
}

void module_claims_locales(struct run *run) {
    done_with(run, "claims_locales", configured(run, "claims_locales", "se"));
}

void module_post_request(struct run *run) {
    struct flow *flow = flow_new(run, client_make(run, NULL));
    bool back = flow_walk_by_post(run, flow);
    check(run, WARNING, "an-authorization-request-may-be-a-post", "OIDCC-3.1.2.1", back,
          "the browser did not come back; it ended with status %ld", flow->page->status);
    if (!back)
        module_passed(run);
    flow_read_response(run, flow);
    flow_check_response(run, flow);
    flow_exchange(run, flow);
    module_passed(run);
}

void module_client_secret_post(struct run *run) {
    if (!discovery_lists(run, "token_endpoint_auth_methods_supported", "client_secret_post"))
        module_skipped(run, "token_endpoint_auth_methods_supported has no client_secret_post");
    json_t *changes = pool_json(
        run->pool, json_pack("{s:s}", "token_endpoint_auth_method", "client_secret_post"));
    struct client *client = client_make(run, changes);
    check_same(run, FAILURE, "the-method-is-registered", "OIDCR-3.2", client->auth,
               "client_secret_post");
    flow_done(run, client);
    flow_expect_no_other_credential(run, client);
    module_passed(run);
}

/* RFC 7636 4.2. */
static const char *challenge_of(struct run *run, const char *verifier) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    size_t size = 0;
    EVP_Q_digest(NULL, "SHA256", NULL, verifier, strlen(verifier), digest, &size);
    return pool_text(run->pool, base64url_encode(digest, size));
}

static struct flow *flow_with_challenge(struct run *run, struct client *client) {
    struct flow *flow = flow_new(run, client);
    flow->code_verifier = pool_text(run->pool, base64url_random(48));
    flow_set(flow, "code_challenge", challenge_of(run, flow->code_verifier));
    flow_set(flow, "code_challenge_method", "S256");
    return flow;
}

/* And with another verifier it does not succeed (RFC 7636 4.6). */
void module_pkce(struct run *run) {
    struct client *client = client_make(run, NULL);
    flow_complete(run, flow_with_challenge(run, client));
    struct flow *flow = flow_with_challenge(run, client);
    flow_authorize(run, flow);
    flow_check_response(run, flow);
    flow->code_verifier = pool_text(run->pool, base64url_random(48));
    check_token_error(run, flow_redeem(run, flow), "RFC7636-4.6", "invalid_grant");
    module_passed(run);
}
