/* Keys that change: the client's at its jwks_uri, the provider's at its own. */
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conformance/checks/discovery.h"
#include "conformance/checks/jwks.h"
#include "conformance/checks/token_response.h"
#include "conformance/engine/client_assertion.h"
#include "conformance/engine/flow.h"
#include "conformance/engine/listener.h"
#include "conformance/jose/base64url.h"
#include "conformance/jose/jwk.h"
#include "conformance/modules/modules.h"
#include "conformance/modules/refresh.h"
#include "conformance/modules/request_object.h"

enum { CACHE_S = 60, ROTATION_TRIES = 20 };

/* A new key with a kid, alone in the set that the path serves. */
static EVP_PKEY *serve_new_key(struct run *run, const char *path, const char **kid) {
    EVP_PKEY *key = client_new_key(run);
    *kid = pool_text(run->pool, base64url_random(6));
    json_t *jwk = jwk_of_key(key, "sig", "RS256");
    json_object_set_new(jwk, "kid", json_string(*kid));
    json_t *jwks = pool_json(run->pool, json_pack("{s:[o]}", "keys", jwk));
    listener_serve(run->settings->listener, path, "application/json",
                   pool_text(run->pool, json_dumps(jwks, JSON_COMPACT)));
    return key;
}

/* A client whose keys are at jwks_uri, with these changes besides. */
static struct client *client_by_reference(struct run *run, const char *path, json_t *changes) {
    const char *kid;
    EVP_PKEY *key = serve_new_key(run, path, &kid);
    json_object_set_new(changes, "jwks_uri",
                        json_string(pool_format(run->pool, "%s%s", run->settings->base_url, path)));
    json_object_set_new(changes, "jwks", json_null());
    struct client *client = client_make(run, changes);
    client->key = key;
    client->kid = kid;
    return client;
}

void module_registration_jwks_uri(struct run *run) {
    const char *path = request_object_path(run, "jwks.json");
    struct client *client = client_by_reference(run, path, pool_json(run->pool, json_object()));
    flow_done(run, client);
    json_t *fetched = pool_json(run->pool, listener_requests(run->settings->listener, path));
    check(run, FAILURE, "jwks_uri-is-fetched", "OIDCR-2", json_array_size(fetched) > 0,
          "nobody asked for the jwks_uri");
    flow_expect_no_other_credential(run, client);
    module_passed(run);
}

void module_refresh_token_rp_key_rotation(struct run *run) {
    const char *path = request_object_path(run, "jwks.json");
    struct client *client = client_by_reference(run, path, refresh_changes(run));
    struct flow *flow = refresh_flow(run, client);
    if (!flow->refresh_token[0])
        module_skipped(run, "no refresh token was given");
    client->key = serve_new_key(run, path, &client->kid);
    run_wait(run, CACHE_S, "the provider may keep the client's keys for a while");
    refresh_check(run, flow, refresh_send(run, client, flow->refresh_token));
    module_passed(run);
}

void module_client_assertion_iss_aud(struct run *run) {
    struct client *client = client_make(run, NULL);
    struct flow *flow = flow_new(run, client);
    flow_authorize(run, flow);
    flow_check_response(run, flow);
    json_t *parameters = flow_token_request(run, flow);
    client_assertion_add(run, client, parameters, text_of(run->discovery, "issuer"));
    const struct http_response *response = run_send(
        run, &(struct http_request){.url = text_of(run->discovery, "token_endpoint"),
                                    .body = pool_text(run->pool, parameters_encode(parameters))});
    if (check(run, WARNING, "the-issuer-is-an-audience-of-assertions", "OIDCC-9",
              response->status == 200, "status %ld", response->status))
        check_token_response(run, response);
    else
        check_token_error(run, response, "RFC6749-5.2", "invalid_client");
    module_passed(run);
}

/* Runs the command of --rotate-keys. */
static void rotate(struct run *run) {
    char *command =
        pool_copy(run->pool, run->settings->rotate_keys, strlen(run->settings->rotate_keys));
    char shell[] = "sh", option[] = "-c";
    char *const argv[] = {shell, option, command, NULL};
    pid_t pid;
    int status = -1;
    if (posix_spawn(&pid, "/bin/sh", NULL, NULL, argv, environ) == 0)
        waitpid(pid, &status, 0);
    check(run, FAILURE, "the-rotation-command-works", "", status == 0, "it ended with %d", status);
}

/* The same kid, or the same RSA modulus, or the same point's x under another kid. */
static bool is_key(const json_t *a, const json_t *b) {
    static const char *const members[] = {"kid", "n", "x"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (text_of(a, members[i])[0] && text_is(text_of(a, members[i]), text_of(b, members[i])))
            return true;
    return false;
}

static bool has_key(const json_t *jwks, const json_t *wanted) {
    size_t i;
    json_t *jwk;
    json_array_foreach(json_object_get(jwks, "keys"), i, jwk) {
        if (is_key(jwk, wanted))
            return true;
    }
    return false;
}

/* How many keys of the set are not in the other; with `note`, each is a WARNING. */
static size_t missing(struct run *run, const json_t *set, const json_t *other, bool note) {
    size_t i, n = 0;
    json_t *jwk;
    json_array_foreach(json_object_get(set, "keys"), i, jwk) {
        bool there = has_key(other, jwk);
        n += !there;
        if (note)
            check(run, WARNING, "old-keys-stay-published", "OIDCC-10.1.1", there, "kid \"%s\"",
                  text_of(jwk, "kid"));
    }
    return n;
}

void module_server_rotate_keys(struct run *run) {
    if (!run->settings->rotate_keys)
        module_skipped(run, "no --rotate-keys COMMAND says how this provider rotates its keys");
    const json_t *before = run->jwks;
    rotate(run);
    size_t fresh = 0;
    for (int i = 0; i < ROTATION_TRIES && fresh == 0; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 500000000L}, NULL);
        check_jwks(run);
        fresh = missing(run, run->jwks, before, false);
    }
    check(run, FAILURE, "a-new-key-with-a-new-kid-is-published", "OIDCC-10.1.1", fresh > 0,
          "the JWKS has no kid with a key that it did not have before");
    missing(run, before, run->jwks, true);
    flow_done(run, client_make(run, NULL));
    module_passed(run);
}
