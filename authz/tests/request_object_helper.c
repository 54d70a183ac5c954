#include "authz/tests/request_object_helper.h"

#include <stdio.h>

struct request_object_secrets request_object_secrets;

static const char *add_client(const char *client_id, const char *member, const char *text) {
    static char metadata[8192];
    snprintf(metadata, sizeof metadata, "'token_endpoint_auth_method':'client_secret_post'%s%s",
             member, text);
    return client_jwt_add(client_id, metadata);
}

static void make_clients(void) {
    const char *set = client_jwt_all();
    char uri[512];
    request_object_secrets.shared =
        add_client("shared", ",'id_token_encrypted_response_alg':'dir','jwks':", set);
    request_object_secrets.dir = add_client("dir",
                                            ",'request_object_encryption_alg':'dir',"
                                            "'request_object_encryption_enc':'A256GCM','jwks':",
                                            set);
    add_client("any", ",'jwks':", set);
    add_client("es256", ",'request_object_signing_alg':'ES256','jwks':", set);
    add_client("none", ",'request_object_signing_alg':'none','jwks':", set);
    add_client("keyless", "", "");
    request_object_secrets.secret =
        add_client("hs256", ",'request_object_signing_alg':", "'HS256'");
    snprintf(uri, sizeof uri, "'%s'", document_server_url("/jwks"));
    add_client("remote", ",'jwks_uri':", uri);
    snprintf(uri, sizeof uri,
             "['%s','https://app.example/other'],'jwks':", document_server_url("/object#old"));
    static char by_reference[8192];
    snprintf(by_reference, sizeof by_reference, "%s%s", uri, set);
    add_client("reference", ",'request_uris':", by_reference);
}

static int open_with(const char *more) {
    char ca[128];
    document_server_start();
    snprintf(ca, sizeof ca, "--ca-file=%s", document_server_ca());
    int opened =
        flow_world_open_with((const char *const[]){ca, "--allow-private-fetch", more, NULL});
    client_jwt_open();
    make_clients();
    return opened;
}

int request_object_open(void **state) {
    (void)state;
    return open_with(NULL);
}

int request_object_open_lenient(void **state) {
    (void)state;
    return open_with("--allow-unsigned-request-objects");
}

int request_object_close(void **state) {
    client_jwt_close();
    flow_world_close(state);
    document_server_stop();
    return 0;
}

/* --- asking --------------------------------------------------------------------------------- */

struct browser *object_ask(const char *client_id, const char *outside, const char *object) {
    static char target[30000];
    struct browser *browser = browser_new();
    snprintf(target, sizeof target, "/oauth/authorize?client_id=%s&%s%s%s", client_id, outside,
             object ? "&request=" : "", object ? object : "");
    browser_get(browser, target);
    return browser;
}

void object_counts(const char *client_id, const char *outside, const char *object,
                   const char *state) {
    struct browser *browser = object_ask(client_id, outside, object);
    if (!browser_got_error(browser, FLOW_REDIRECT, "login_required"))
        fail_msg("%s %s: %d %s %s", client_id, outside, browser_status(browser),
                 browser_answer(browser, "error"), browser_answer(browser, "error_description"));
    assert_string_equal(browser_answer(browser, "state"), state);
    browser_free(browser);
}

void object_told(const char *client_id, const char *outside, const char *object, const char *error,
                 const char *state) {
    struct browser *browser = object_ask(client_id, outside, object);
    if (!browser_got_error(browser, FLOW_REDIRECT, error))
        fail_msg("%s %s %s: %d %s, not %s", client_id, outside, object, browser_status(browser),
                 browser_answer(browser, "error"), error);
    assert_string_equal(browser_answer(browser, "state"), state);
    browser_free(browser);
}

void object_page(const char *client_id, const char *outside, const char *object) {
    struct browser *browser = object_ask(client_id, outside, object);
    if (!browser_shows(browser, 400, "<!doctype html>"))
        fail_msg("%s %s: %d %.*s", client_id, outside, browser_status(browser),
                 STR_FMT(test_request_answer(browser->last, "Location")));
    browser_free(browser);
}

const char *object_of(const char *payload) {
    return client_jwt(jwt_keys.ec, JOSE_ES256, NULL, payload);
}
