/* Redirect URIs: matched exactly, their queries kept (OIDC Core 3.1.2.1, RFC 6749 3.1.2). */
#include "conformance/checks/registration.h"
#include "conformance/engine/flow.h"
#include "conformance/modules/modules.h"

/* A client with these redirect URIs ("/callback" and more behind the base URL); the second may be
 * NULL. */
static struct client *client_with(struct run *run, const char *first, const char *second) {
    json_t *uris = json_array();
    const char *suffixes[] = {first, second};
    for (size_t i = 0; i < 2 && suffixes[i]; i++)
        json_array_append_new(uris, json_string(pool_format(run->pool, "%s/callback%s",
                                                            run->settings->base_url, suffixes[i])));
    json_t *changes = pool_json(run->pool, json_pack("{s:o}", "redirect_uris", uris));
    return client_make(run, changes);
}

/* Sends a redirect URI that is not the registered one; NULL: none. The provider must show a page.
 */
static void expect_page_for(struct run *run, struct client *client, const char *redirect_uri,
                            const char *what) {
    struct flow *flow = flow_new(run, client);
    flow_set(flow, "redirect_uri", redirect_uri);
    flow_walk(run, flow);
    flow_expect_page(run, flow, "OIDCC-3.1.2.1", what);
    module_passed(run);
}

void module_redirect_uri_missing(struct run *run) {
    struct client *client = client_with(run, "", "/other");
    expect_page_for(run, client, NULL, "an error page: redirect_uri is missing");
}

void module_redirect_uri_query_mismatch(struct run *run) {
    struct client *client = client_with(run, "?foo=bar", NULL);
    expect_page_for(run, client,
                    pool_format(run->pool, "%s/callback?bar=foo", run->settings->base_url),
                    "an error page: the query of redirect_uri is another");
}

void module_redirect_uri_query_added(struct run *run) {
    struct client *client = client_with(run, "", NULL);
    expect_page_for(run, client,
                    pool_format(run->pool, "%s/callback?foo=bar", run->settings->base_url),
                    "an error page: redirect_uri is registered without a query");
}

void module_redirect_uri_query_ok(struct run *run) {
    struct flow *flow = flow_done(run, client_with(run, "?foo=bar", NULL));
    json_t *query = pool_json(
        run->pool, parameters_parse(pool_text(run->pool, parameters_query(flow->page->url))));
    check_same(run, FAILURE, "the-query-of-the-redirect-uri-is-kept", "RFC6749-3.1.2",
               text_of(query, "foo"), "bar");
    module_passed(run);
}

void module_redirect_uri_regfrag(struct run *run) {
    json_t *request = client_request(run);
    json_t *uri =
        json_string(pool_format(run->pool, "%s/callback#foobar", run->settings->base_url));
    json_object_set_new(request, "redirect_uris", json_pack("[o]", uri));
    check_registration_error(run, client_register(run, request),
                             "invalid_redirect_uri|invalid_client_metadata");
    module_passed(run);
}
