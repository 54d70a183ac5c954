#include "rp/tests/under_test/environment.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

const char *environment(const char *name, const char *standard) {
    char full[64];
    snprintf(full, sizeof full, "RP_%s", name);
    const char *value = getenv(full);
    return value && *value ? value : standard;
}

const char *environment_url(char *buffer, size_t size, const char *path) {
    snprintf(buffer, size, "%s%s", environment("BASE_URL", "http://127.0.0.1:8080"), path);
    return buffer;
}

/* Variables that are options of the library, word for word or by another word. */
static const struct {
    const char *variable, *value, *option, *to; /* value NULL: any, handed on as it is */
} rows[] = {
    {"PROFILE", NULL, "profile", NULL},
    {"RESPONSE_TYPE", NULL, "response_type", NULL},
    {"RESPONSE_MODE", NULL, "response_mode", NULL},
    {"CLIENT_AUTH", NULL, "client_auth", NULL},
    {"REQUEST_TYPE", "request_object", "request_object", "value"},
    {"REQUEST_TYPE", "request_uri", "request_object", "reference"},
    {"REQUEST_OBJECT_ALG", NULL, "request_object_alg", NULL},
    {"ID_TOKEN_ALG", NULL, "id_token_alg", NULL}, /* "none" is not believed: RS256 stays */
    {"USERINFO_ALG", NULL, "userinfo_alg", NULL},
    {"AUTHORIZATION_ALG", NULL, "authorization_alg", NULL},
    {"SENDER", "dpop", "dpop", "require"},
    {"SENDER", "mtls", "mtls_bound", "require"},
    {"PAR", "1", "par", "require"},
    {"CA_FILE", NULL, "ca_file", NULL},
    {"TOKEN_IN", NULL, "token_in", NULL},
};

static void skip(const char *why) {
    fprintf(stderr, "%s\n", why);
    exit(EXIT_SKIPPED);
}

static void set_options(hk_cfg *cfg) {
    char url[512];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *value = environment(rows[i].variable, NULL);
        if (!value || (rows[i].value && strcmp(value, rows[i].value) != 0))
            continue;
        bool unsigned_alg = strstr(rows[i].option, "_alg") && strcmp(value, "none") == 0;
        if (!unsigned_alg)
            hk_cfg_set(cfg, rows[i].option, rows[i].to ? rows[i].to : value);
    }
    hk_cfg_set(cfg, "post_logout_redirect_uri", environment_url(url, sizeof url, "/logged_out"));
    hk_cfg_set(cfg, "request_uri",
               environment("REQUEST_BASE", environment_url(url, sizeof url, "/request/")));
    hk_cfg_set(cfg, "jwks_cooldown_s", "0");
    hk_cfg_set(cfg, "retry_after_s", "0");
}

static char *file_text(const char *path) {
    static char text[16384];
    FILE *file = path ? fopen(path, "r") : NULL;
    if (!file)
        return NULL;
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    return text;
}

static const char *key_alg(void) {
    const char *object = environment("REQUEST_OBJECT_ALG", NULL);
    return environment("PRIVATE_KEY_ALG", object ? object : "PS256");
}

hk_cfg *environment_cfg(const char *issuer, const char *registration) {
    static const uint8_t seal[32] = "under test, so it is no secret";
    char url[512];
    if (strcmp(environment("REQUEST_OBJECT_ALG", ""), "none") == 0)
        skip("unsigned request objects are not sent (RFC 9101 needs a signature)");
    bool registered = strcmp(environment("REGISTRATION", "static"), "static") == 0;
    hk_cfg *cfg = hk_cfg_new(issuer, registered ? environment("CLIENT_ID", NULL) : NULL);
    if (registered && environment("CLIENT_SECRET", NULL))
        hk_cfg_secret(cfg, environment("CLIENT_SECRET", NULL));
    hk_cfg_redirect_uri(cfg, environment_url(url, sizeof url, "/callback"));
    hk_cfg_scopes(cfg, environment("SCOPE", "openid profile email"));
    hk_cfg_seal_key(cfg, seal, 1);
    set_options(cfg);
    const char *pem = file_text(environment("PRIVATE_KEY", NULL));
    if (pem)
        hk_cfg_private_key(cfg, pem, environment("PRIVATE_KEY_ID", NULL), key_alg());
    if (environment("TLS_CERT", NULL))
        hk_cfg_certificate(cfg, environment("TLS_CERT", NULL), environment("TLS_KEY", NULL));
    if (registration)
        hk_cfg_registration(cfg, registration);
    return cfg;
}

static void put(json_t *metadata, const char *member, const char *value) {
    if (value)
        json_object_set_new(metadata, member, json_string(value));
}

static void put_list(json_t *metadata, const char *member, const char *one, const char *two) {
    json_t *list = json_array();
    json_array_append_new(list, json_string(one));
    if (two)
        json_array_append_new(list, json_string(two));
    json_object_set_new(metadata, member, list);
}

static void put_urls(json_t *metadata) {
    char url[512];
    put_list(metadata, "redirect_uris", environment_url(url, sizeof url, "/callback"), NULL);
    put_list(metadata, "post_logout_redirect_uris", environment_url(url, sizeof url, "/logged_out"),
             NULL);
    put(metadata, "initiate_login_uri", environment_url(url, sizeof url, "/login"));
    put(metadata, "backchannel_logout_uri",
        environment_url(url, sizeof url, "/backchannel_logout"));
    put(metadata, "frontchannel_logout_uri",
        environment_url(url, sizeof url, "/frontchannel_logout"));
    json_object_set_new(metadata, "frontchannel_logout_session_required", json_true());
    if (strcmp(environment("REQUEST_TYPE", ""), "request_uri") == 0)
        put_list(metadata, "request_uris",
                 environment("REQUEST_BASE", environment_url(url, sizeof url, "/request/")), NULL);
}

const char *environment_metadata(char *buffer, size_t size) {
    json_t *metadata = json_object();
    bool code = strstr(environment("RESPONSE_TYPE", "code"), "code") != NULL;
    bool front = strcmp(environment("RESPONSE_TYPE", "code"), "code") != 0;
    put_urls(metadata);
    put(metadata, "client_name", "libhitkey-rp under test");
    put_list(metadata, "response_types", environment("RESPONSE_TYPE", "code"), NULL);
    put_list(metadata, "grant_types", code ? "authorization_code" : "implicit",
             code ? (front ? "implicit" : "refresh_token") : NULL);
    put(metadata, "token_endpoint_auth_method", environment("CLIENT_AUTH", "client_secret_basic"));
    put(metadata, "id_token_signed_response_alg", environment("ID_TOKEN_ALG", "RS256"));
    put(metadata, "userinfo_signed_response_alg", environment("USERINFO_ALG", NULL));
    put(metadata, "request_object_signing_alg", environment("REQUEST_OBJECT_ALG", NULL));
    size_t n = json_dumpb(metadata, buffer, size - 1, JSON_COMPACT);
    buffer[n < size ? n : 0] = 0;
    json_decref(metadata);
    return buffer;
}
