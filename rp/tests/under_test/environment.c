#include "rp/tests/under_test/environment.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    {"DISCOVERY", NULL, "discovery", NULL},
    {"RESPONSE_TYPE", NULL, "response_type", NULL},
    {"RESPONSE_MODE", NULL, "response_mode", NULL},
    {"CLIENT_AUTH", NULL, "client_auth", NULL},
    {"REQUEST_TYPE", "request_object", "request_object", "value"},
    {"REQUEST_TYPE", "request_uri", "request_object", "reference"},
    {"REQUEST_OBJECT_ALG", NULL, "request_object_alg", NULL},
    {"ID_TOKEN_ALG", NULL, "id_token_alg", NULL}, /* "none" is not believed: RS256 stays */
    {"USERINFO_ALG", NULL, "userinfo_alg", NULL},
    {"ID_TOKEN_ALG", NULL, "authorization_alg", NULL},
    {"ID_TOKEN_ENCRYPTION", NULL, "id_token_encryption", NULL},
    {"USERINFO_ENCRYPTION", NULL, "userinfo_encryption", NULL},
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

static const struct {
    const char *option, *path;
} urls[] = {
    {"post_logout_redirect_uri", "/logged_out"},
    {"backchannel_logout_uri", "/backchannel_logout"},
    {"frontchannel_logout_uri", "/frontchannel_logout"},
};

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
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++)
        hk_cfg_set(cfg, urls[i].option, environment_url(url, sizeof url, urls[i].path));
    hk_cfg_set(cfg, "initiate_login_uri",
               environment("LOGIN_URL", environment_url(url, sizeof url, "/login")));
    if (strcmp(environment("REQUEST_TYPE", ""), "request_uri") == 0)
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

static void set_keys(hk_cfg *cfg) {
    const char *pem = file_text(environment("PRIVATE_KEY", NULL));
    if (pem)
        hk_cfg_private_key(cfg, pem, environment("PRIVATE_KEY_ID", NULL), key_alg());
    pem = file_text(environment("DECRYPTION_KEY", NULL));
    if (pem)
        hk_cfg_decryption_key(cfg, pem, environment("DECRYPTION_KEY_ID", NULL), "RSA-OAEP-256");
    if (environment("TLS_CERT", NULL))
        hk_cfg_certificate(cfg, environment("TLS_CERT", NULL), environment("TLS_KEY", NULL));
}

hk_cfg *environment_cfg(const char *issuer, const char *registration) {
    static const uint8_t seal[32] = "under test, so it is no secret";
    char url[512];
    if (strcmp(environment("REQUEST_OBJECT_ALG", ""), "none") == 0)
        skip("unsigned request objects are not sent (RFC 9101 needs a signature)");
    bool registered = strcmp(environment("REGISTRATION", "static"), "static") == 0;
    if (!registered && strcmp(environment("ID_TOKEN_ALG", ""), "none") == 0)
        skip("unsigned ID tokens are not asked for (RFC 8725 3.2)");
    hk_cfg *cfg = hk_cfg_new(issuer, registered ? environment("CLIENT_ID", NULL) : NULL);
    if (registered && environment("CLIENT_SECRET", NULL))
        hk_cfg_secret(cfg, environment("CLIENT_SECRET", NULL));
    hk_cfg_redirect_uri(cfg, environment_url(url, sizeof url, "/callback"));
    hk_cfg_scopes(cfg, environment("SCOPE", "openid profile email"));
    hk_cfg_seal_key(cfg, seal, 1);
    set_options(cfg);
    set_keys(cfg);
    if (registration)
        hk_cfg_registration(cfg, registration);
    return cfg;
}
