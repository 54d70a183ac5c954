/* The members of OpenID Connect Discovery 1.0 3, RFC 8414 2 and RFC 9207 3, written from the tables
 * that the code itself goes by. */
#include "authz/discovery.h"

#include "authz/client_metadata.h"
#include "authz/config.h"
#include "authz/initial_access.h"
#include "authz/protocol/pkce.h"
#include "common/base/json_put.h"

enum { MAX_DOCUMENT = 16 * 1024 };

static const struct {
    const char *member;
    str path;
} endpoints[] = {
    {"authorization_endpoint", S_INIT("/oauth/authorize")},
    {"token_endpoint", S_INIT("/oauth/token")},
    {"userinfo_endpoint", S_INIT("/oauth/userinfo")},
    {"jwks_uri", S_INIT("/oauth/jwks")},
    {"registration_endpoint", S_INIT("/oauth/register")},
    {"end_session_endpoint", S_INIT("/oauth/logout")},
    {"check_session_iframe", S_INIT("/oauth/check-session")},
};

static const char scopes[] = ""
#define SCOPE(id, name, doc) name " "
#include "authz/protocol/scopes.def"
#undef SCOPE
    ;
static const char claims[] =
    "iss aud exp iat auth_time nonce acr amr sid at_hash c_hash s_hash id sub "
#define CLAIM(name, scope, type) name " "
#include "authz/protocol/claims.def"
#undef CLAIM
    ;
static const char prompts[] = ""
#define PROMPT(id, word) word " "
#include "authz/protocol/prompts.def"
#undef PROMPT
    ;
static const char acr_values[] = ""
#define ACR(value, amr) value " "
#include "authz/protocol/acr_values.def"
#undef ACR
    ;
static const char grant_types[] = "implicit " /* the authorization endpoint's own */
#define GRANT_TYPE(id, name, waits) name " "
#include "authz/protocol/grant_types.def"
#undef GRANT_TYPE
    ;
static const char response_modes[] = ""
#define RESPONSE_MODE(id, name) name " "
#include "authz/protocol/response_modes.def"
#undef RESPONSE_MODE
    ;
static const char *const response_types[] = {
#define RESPONSE_TYPE(name, issues, needs_nonce, grant_types) name,
#include "authz/protocol/response_types.def"
#undef RESPONSE_TYPE
};

static const char ui_locales[] = ""
#define LANGUAGE(tag, direction) #tag " "
#include "common/http/languages.def"
#undef LANGUAGE
    ;

static const struct {
    const char *member, *words;
} lists[] = {
    {"scopes_supported", scopes},
    {"response_modes_supported", response_modes},
    {"grant_types_supported", grant_types},
    {"acr_values_supported", acr_values},
    {"display_values_supported", "page popup touch wap"},
    {"claim_types_supported", "normal"},
    {"claims_supported", claims},
    {"ui_locales_supported", ui_locales},
    {"code_challenge_methods_supported", PKCE_METHOD},
    {"prompt_values_supported", prompts},
};

static const struct {
    const char *member;
    bool value;
} flags[] = {
    {"claims_parameter_supported", true},
    {"request_parameter_supported", true},
    {"request_uri_parameter_supported", true},
    {"require_request_uri_registration", true},
    {"authorization_response_iss_parameter_supported", true},
    {"frontchannel_logout_supported", true},
    {"frontchannel_logout_session_supported", true},
    {"backchannel_logout_supported", true},
    {"backchannel_logout_session_supported", true},
};

/* What a row of the clients' metadata may say is what is supported. */
static const struct {
    const char *member, *row;
} choices[] = {
    {"subject_types_supported", "subject_type"},
    {"token_endpoint_auth_methods_supported", "token_endpoint_auth_method"},
    {"id_token_signing_alg_values_supported", "id_token_signed_response_alg"},
    {"userinfo_signing_alg_values_supported", "userinfo_signed_response_alg"},
    {"id_token_encryption_alg_values_supported", "id_token_encrypted_response_alg"},
    {"id_token_encryption_enc_values_supported", "id_token_encrypted_response_enc"},
    {"userinfo_encryption_alg_values_supported", "userinfo_encrypted_response_alg"},
    {"userinfo_encryption_enc_values_supported", "userinfo_encrypted_response_enc"},
    {"token_endpoint_auth_signing_alg_values_supported", "token_endpoint_auth_signing_alg"},
    {"request_object_encryption_alg_values_supported", "request_object_encryption_alg"},
    {"request_object_encryption_enc_values_supported", "request_object_encryption_enc"},
};

static void put_choices(struct json_put *j) {
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++)
        json_put_words(j, choices[i].member, client_metadata_choices(choices[i].row));
}

/* "none" stands last there. */
static void put_request_object_algs(struct json_put *j, const struct config *config) {
    str words = client_metadata_choices("request_object_signing_alg");
    if (!config->allow_unsigned_request_objects)
        words = str_head(words, words.n - S(" none").n);
    json_put_words(j, "request_object_signing_alg_values_supported", words);
}

static err put_endpoints(struct json_put *j, const struct authz *authz) {
    for (size_t i = 0; i < sizeof endpoints / sizeof endpoints[0]; i++) {
        str url;
        if (str_eq(endpoints[i].path, S("/oauth/register")) &&
            initial_access_mode(authz) == REGISTRATION_CLOSED)
            continue;
        TRY(STR_JOIN(j->buf.arena, &url, authz->issuer, endpoints[i].path));
        json_put_str(j, endpoints[i].member, url);
    }
    return OK;
}

static void put_response_types(struct json_put *j) {
    json_put_open_at(j, "response_types_supported", '[');
    for (size_t i = 0; i < sizeof response_types / sizeof response_types[0]; i++)
        json_put_item_str(j, str_from(response_types[i]));
    json_put_close(j, ']');
}

err discovery_write(const struct authz *authz, struct arena *arena, str *out) {
    struct json_put j = json_put_begin(arena, MAX_DOCUMENT);
    json_put_open(&j, '{');
    json_put_str(&j, "issuer", authz->issuer);
    TRY(put_endpoints(&j, authz));
    put_response_types(&j);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        json_put_words(&j, lists[i].member, str_from(lists[i].words));
    put_choices(&j);
    put_request_object_algs(&j, authz->config);
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        json_put_bool(&j, flags[i].member, flags[i].value);
    json_put_str(&j, "service_documentation", authz->config->service_documentation);
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}
