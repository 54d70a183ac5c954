#include "authz/openapi/oauth_schemas.h"

/* --- claims ----------------------------------------------------------------------------------- */

static const struct {
    const char *name, *scope, *schema;
} claims[] = {
#define STRING                   "\"string\""
#define STRING_OR_NULL           "[\"string\",\"null\"]"
#define INTEGER                  "\"integer\""
#define BOOLEAN                  "\"boolean\""
#define OBJECT                   "\"object\""
#define CLAIM(name, scope, type) {name, scope, type},
#include "authz/protocol/claims.def"
#undef CLAIM
};

#define USER_INFO_EXAMPLE                                                                          \
    "[{\"sub\":\"5b9d1b36-6a6a-4d3c-8f0e-1c2d3e4f5a6b\","                                          \
    "\"id\":\"5b9d1b36-6a6a-4d3c-8f0e-1c2d3e4f5a6b\",\"name\":\"Ada Lovelace\","                   \
    "\"given_name\":\"Ada\",\"family_name\":\"Lovelace\",\"preferred_username\":\"ada\","          \
    "\"updated_at\":1704067200,\"email\":\"ada@example.com\",\"email_verified\":true}]"

static void put_member(struct json_put *j, const char *name, const char *about, const char *type) {
    json_put_open_at(j, name, '{');
    json_put_raw(j, "type", str_from(type));
    json_put_str(j, "description", str_from(about));
    json_put_close(j, '}');
}

static void put_user_info(struct json_put *j) {
    json_put_open_at(j, "UserInfo", '{');
    json_put_str(j, "type", S("object"));
    json_put_str(j, "description",
                 S("OIDC Core 5.1: the claims that are set, of the scopes named with them"));
    json_put_open_at(j, "properties", '{');
    put_member(j, "sub", "openid", "\"string\"");
    put_member(j, "id", "openid", "\"string\"");
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++)
        put_member(j, claims[i].name, claims[i].scope, claims[i].schema);
    json_put_close(j, '}');
    json_put_raw(j, "required", S("[\"sub\"]"));
    json_put_bool(j, "additionalProperties", false);
    json_put_raw(j, "examples", S(USER_INFO_EXAMPLE));
    json_put_close(j, '}');
}

/* --- the token endpoint ------------------------------------------------------------------------
 */

static const struct {
    const char *name, *about;
} token_params[] = {
#define TOKEN_PARAM(name, about) {#name, about},
#include "authz/endpoints/token_params.def"
#undef TOKEN_PARAM
};

static const char *const grants[] = {
#define GRANT_TYPE(id, name, waits) name,
#include "authz/protocol/grant_types.def"
#undef GRANT_TYPE
};

/* What a grant type must bring. */
static const struct {
    const char *grant, *required;
} required[] = {
    {"authorization_code", "code"},
    {"refresh_token", "refresh_token"},
};

#define TOKEN_EXAMPLES                                                                             \
    "[{\"grant_type\":\"authorization_code\",\"code\":\"q1w2e3r4t5y6\","                           \
    "\"redirect_uri\":\"https://app.example/callback\","                                           \
    "\"client_id\":\"0123456789abcdef0123456789abcdef\",\"client_secret\":\"q1w2e3r4t5y6\"},"      \
    "{\"grant_type\":\"refresh_token\",\"refresh_token\":\"hk_rt_q1w2e3r4t5y6\","                  \
    "\"client_id\":\"0123456789abcdef0123456789abcdef\",\"client_secret\":\"q1w2e3r4t5y6\"}]"

static void put_grant(struct json_put *j, const char *grant) {
    json_put_open(j, '{');
    json_put_str(j, "title", str_from(grant));
    json_put_open_at(j, "properties", '{');
    json_put_open_at(j, "grant_type", '{');
    json_put_str(j, "const", str_from(grant));
    json_put_close(j, '}');
    json_put_close(j, '}');
    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++)
        if (strcmp(grant, required[i].grant) == 0)
            json_put_words(j, "required", str_from(required[i].required));
    json_put_close(j, '}');
}

static void put_token_request(struct json_put *j) {
    json_put_open_at(j, "TokenRequest", '{');
    json_put_str(j, "type", S("object"));
    json_put_open_at(j, "properties", '{');
    for (size_t i = 0; i < sizeof token_params / sizeof token_params[0]; i++)
        put_member(j, token_params[i].name, token_params[i].about, "\"string\"");
    json_put_close(j, '}');
    json_put_raw(j, "required", S("[\"grant_type\"]"));
    json_put_open_at(j, "oneOf", '[');
    for (size_t i = 0; i < sizeof grants / sizeof grants[0]; i++)
        put_grant(j, grants[i]);
    json_put_close(j, ']');
    json_put_raw(j, "examples", S(TOKEN_EXAMPLES));
    json_put_close(j, '}');
}

/* --- the authorization endpoint ----------------------------------------------------------------
 */

static const struct {
    const char *name, *about;
} authorization_params[] = {
#define AUTHORIZATION_PARAM(name, kept, about) {#name, about},
#include "authz/protocol/authorization_params.def"
#undef AUTHORIZATION_PARAM
};

enum { AUTHORIZATION_PARAMS = sizeof authorization_params / sizeof authorization_params[0] };

static const char response_modes[] = ""
#define RESPONSE_MODE(id, name) name " "
#include "authz/protocol/response_modes.def"
#undef RESPONSE_MODE
    ;

static const struct {
    const char *name, *example;
} authorization_examples[] = {
    {"client_id", "0123456789abcdef0123456789abcdef"},
    {"redirect_uri", "https://app.example/callback"},
    {"response_type", "code"},
    {"scope", "openid email"},
    {"state", "af0ifjsldkj"},
    {"nonce", "n-0S6_WzA2Mj"},
    {"code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"},
    {"code_challenge_method", "S256"},
};

static void put_authorization_schema(struct json_put *j, const char *name) {
    json_put_str(j, "type", S("string"));
    if (strcmp(name, "response_mode") == 0)
        json_put_words(j, "enum", str_from(response_modes));
    if (strcmp(name, "max_age") == 0)
        json_put_str(j, "pattern", S("^[0-9]+$"));
    for (size_t i = 0; i < sizeof authorization_examples / sizeof authorization_examples[0]; i++) {
        if (strcmp(name, authorization_examples[i].name) != 0)
            continue;
        json_put_open_at(j, "examples", '[');
        json_put_item_str(j, str_from(authorization_examples[i].example));
        json_put_close(j, ']');
    }
}

static void put_authorization_request(struct json_put *j) {
    json_put_open_at(j, "AuthorizationRequest", '{');
    json_put_str(j, "type", S("object"));
    json_put_open_at(j, "properties", '{');
    for (size_t i = 0; i < AUTHORIZATION_PARAMS; i++) {
        json_put_open_at(j, authorization_params[i].name, '{');
        put_authorization_schema(j, authorization_params[i].name);
        json_put_str(j, "description", str_from(authorization_params[i].about));
        json_put_close(j, '}');
    }
    json_put_close(j, '}');
    json_put_raw(j, "required", S("[\"client_id\"]"));
    json_put_close(j, '}');
}

void oauth_schemas_put_query(struct json_put *j) {
    for (size_t i = 0; i < AUTHORIZATION_PARAMS; i++) {
        const char *name = authorization_params[i].name;
        json_put_open(j, '{');
        json_put_str(j, "name", str_from(name));
        json_put_str(j, "in", S("query"));
        json_put_bool(j, "required", strcmp(name, "client_id") == 0);
        json_put_str(j, "description", str_from(authorization_params[i].about));
        json_put_open_at(j, "schema", '{');
        put_authorization_schema(j, name);
        json_put_close(j, '}');
        json_put_close(j, '}');
    }
}

void oauth_schemas_put(struct json_put *j) {
    put_user_info(j);
    put_token_request(j);
    put_authorization_request(j);
}
