/* What a client registers has effect (OIDC Registration 2 and 5). */
#include <string.h>

#include "conformance/checks/discovery.h"
#include "conformance/checks/id_token.h"
#include "conformance/checks/registration.h"
#include "conformance/checks/token_response.h"
#include "conformance/checks/userinfo.h"
#include "conformance/engine/flow.h"
#include "conformance/engine/listener.h"
#include "conformance/modules/modules.h"
#include "conformance/modules/request_object.h"

/* A transparent pixel: what a logo_uri serves. */
static const unsigned char pixel[] = {
    0x89, 'P',  'N',  'G',  '\r', '\n', 0x1a, '\n', 0,   0,   0,    13,   'I',  'H',
    'D',  'R',  0,    0,    0,    1,    0,    0,    0,   1,   8,    6,    0,    0,
    0,    0x1f, 0x15, 0xc4, 0x89, 0,    0,    0,    13,  'I', 'D',  'A',  'T',  0x78,
    0x9c, 0x63, 0x60, 0x60, 0x60, 0x60, 0,    0,    0,   5,   0,    1,    0xa5, 0xf6,
    0x45, 0x40, 0,    0,    0,    0,    'I',  'E',  'N', 'D', 0xae, 0x42, 0x60, 0x82};

/* Whether a page came that has the text. */
static bool shows(const struct page *page, const char *text) {
    return page && strstr(page->body, text);
}

/* Registers `member` with a URL of the runner's; the pages must show it. */
static void page_shows(struct run *run, const char *member, const char *uri, const char *what) {
    json_t *changes = pool_json(run->pool, json_pack("{s:s}", member, uri));
    struct client *client = client_make(run, changes);
    check_same(run, FAILURE, "the-metadata-is-told-back", "OIDCR-3.2",
               text_of(client->metadata, member), uri);
    struct flow *flow = flow_done(run, client);
    const struct walk *walk = &flow->walk;
    check(run, FAILURE, "a-person-saw-a-page", "OIDCR-2", walk->sign_in_page || walk->consent_page,
          "no page came on which it could be shown");
    check(run, WARNING, "the-page-shows-what-was-registered", "OIDCR-2",
          shows(walk->sign_in_page, uri) || shows(walk->consent_page, uri),
          "neither the sign-in nor the consent page has the %s", member);
    module_review(run, what,
                  shows(walk->consent_page, uri) && !shows(walk->sign_in_page, uri)
                      ? walk->consent_page
                      : walk->sign_in_page);
    module_passed(run);
}

void module_registration_logo_uri(struct run *run) {
    const char *path = request_object_path(run, "openid.png");
    listener_serve_bytes(run->settings->listener, path, "image/png", pixel, sizeof pixel, NULL);
    page_shows(run, "logo_uri", pool_format(run->pool, "%s%s", run->settings->base_url, path),
               "the page has the client's logo");
}

void module_registration_policy_uri(struct run *run) {
    page_shows(run, "policy_uri", pool_format(run->pool, "%s/policy", run->settings->base_url),
               "the page links to the client's policy");
}

void module_registration_tos_uri(struct run *run) {
    page_shows(run, "tos_uri", pool_format(run->pool, "%s/tos", run->settings->base_url),
               "the page links to the client's terms of service");
}

/* A URL of the runner's with a JSON array of redirect URIs. */
static json_t *sector_request(struct run *run, const char *redirect_uri, const char **path) {
    *path = request_object_path(run, "sector.json");
    json_t *request = client_request(run);
    json_t *array = pool_json(run->pool, json_pack("[s]", redirect_uri));
    listener_serve(run->settings->listener, *path, "application/json",
                   pool_text(run->pool, json_dumps(array, 0)));
    const char *uri = pool_format(run->pool, "%s%s", run->settings->base_url, *path);
    json_object_set_new(request, "sector_identifier_uri", json_string(uri));
    json_object_set_new(request, "subject_type", json_string("pairwise"));
    return request;
}

static void skip_without_pairwise(struct run *run) {
    if (!discovery_lists(run, "subject_types_supported", "pairwise"))
        module_skipped(run, "subject_types_supported has no pairwise");
}

void module_registration_sector_uri(struct run *run) {
    skip_without_pairwise(run);
    const char *path, *own = pool_format(run->pool, "%s/callback", run->settings->base_url);
    json_t *request = sector_request(run, own, &path);
    struct client *client = client_accept(run, client_register(run, request));
    json_t *fetched = pool_json(run->pool, listener_requests(run->settings->listener, path));
    check(run, FAILURE, "sector_identifier_uri-is-fetched", "OIDCR-5", json_array_size(fetched) > 0,
          "nobody asked for the sector_identifier_uri");
    const struct flow *flow = flow_done(run, client);
    if (!discovery_lists(run, "subject_types_supported", "public"))
        module_passed(run);
    json_t *changes = pool_json(run->pool, json_pack("{s:s}", "subject_type", "public"));
    const struct flow *public = flow_done(run, client_make(run, changes));
    check(run, FAILURE, "a-pairwise-sub-is-not-the-public-one", "OIDCC-8.1",
          !text_is(text_of(flow->claims, "sub"), text_of(public->claims, "sub")),
          "the client that registered pairwise got the sub of one that registered public");
    module_passed(run);
}

void module_registration_sector_bad(struct run *run) {
    skip_without_pairwise(run);
    const char *path;
    json_t *request = sector_request(run, "https://example.com/not-the-registered-one", &path);
    check_registration_error(run, client_register(run, request), "invalid_client_metadata");
    module_passed(run);
}

/* OIDC Core 5.3.2: a signed answer has iss and aud. */
void module_userinfo_rs256(struct run *run) {
    check(run, FAILURE, "RS256-signs-userinfo", "OIDCD-3",
          discovery_lists(run, "userinfo_signing_alg_values_supported", "RS256"),
          "userinfo_signing_alg_values_supported has no RS256");
    json_t *changes =
        pool_json(run->pool, json_pack("{s:s}", "userinfo_signed_response_alg", "RS256"));
    struct flow *flow = flow_done(run, client_make(run, changes));
    const struct http_response *response =
        run_send(run, &(struct http_request){.url = check_userinfo_endpoint(run),
                                             .authorization = pool_format(
                                                 run->pool, "Bearer %s", flow_access_token(flow))});
    check(run, FAILURE, "signed-userinfo-is-a-jwt", "OIDCC-5.3.2",
          response->status == 200 && has_media_type(response, "application/jwt"),
          "status %ld, content type \"%s\"", response->status,
          http_header(response, "content-type"));
    const json_t *claims = check_signed_token(run, flow->client, response->body, "RS256");
    check(run, WARNING, "signed-userinfo-has-iss", "OIDCC-5.3.2",
          strcmp(text_of(claims, "iss"), run->settings->issuer) == 0, "iss \"%s\"",
          text_of(claims, "iss"));
    check(run, WARNING, "signed-userinfo-has-aud", "OIDCC-5.3.2",
          audience_has(json_object_get(claims, "aud"), flow->client->id),
          "aud does not contain the client_id");
    check(run, FAILURE, "userinfo-has-no-nonce", "OIDCC-5.3.2", !json_object_get(claims, "nonce"),
          "userinfo has a nonce");
    check_userinfo_claims(run, claims, text_of(flow->claims, "sub"));
    module_passed(run);
}

static const char *initiate_login_uri(struct run *run, const char *scheme) {
    return pool_format(run->pool, "%s%s/initiate_login", scheme,
                       run->settings->base_url + strlen("https"));
}

void module_third_party_init_login(struct run *run) {
    const char *uri = initiate_login_uri(run, "https");
    json_t *changes = pool_json(run->pool, json_pack("{s:s}", "initiate_login_uri", uri));
    struct client *client = client_make(run, changes);
    check_same(run, FAILURE, "the-metadata-is-told-back", "OIDCR-3.2",
               text_of(client->metadata, "initiate_login_uri"), uri);
    const char *url = text_of(client->metadata, "registration_client_uri");
    check(run, FAILURE, "there-is-a-registration_client_uri", "OIDCR-4", url[0] != '\0',
          "no registration_client_uri");
    const char *token = text_of(client->metadata, "registration_access_token");
    const struct http_response *response =
        run_send(run, &(struct http_request){
                          .url = url, .authorization = pool_format(run->pool, "Bearer %s", token)});
    const json_t *read = run_json(run, response);
    check(run, FAILURE, "the-registration-can-be-read", "OIDCR-4.3",
          response->status == 200 && read && has_media_type(response, "application/json"),
          "status %ld, content type \"%s\"", response->status,
          http_header(response, "content-type"));
    check_same(run, FAILURE, "the-metadata-is-told-again", "OIDCR-4.3",
               text_of(read, "initiate_login_uri"), uri);
    module_passed(run);
}

void module_third_party_init_login_nohttps(struct run *run) {
    json_t *request = client_request(run);
    json_object_set_new(request, "initiate_login_uri",
                        json_string(initiate_login_uri(run, "http")));
    check_registration_error(run, client_register(run, request), "invalid_client_metadata");
    module_passed(run);
}
