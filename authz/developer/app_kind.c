#include "authz/developer/app_kind.h"

#define FIELDS(auth, type)                                                                         \
    {                                                                                              \
        {"client_name", DEVELOPER_TEXT, NULL}, {"redirect_uris", DEVELOPER_LINES, NULL},           \
            {"token_endpoint_auth_method", DEVELOPER_CONSTANT, "\"" auth "\""},                    \
            {"application_type", DEVELOPER_CONSTANT, "\"" type "\""}, {                            \
            "grant_types", DEVELOPER_CONSTANT, "[\"authorization_code\",\"refresh_token\"]"        \
        }                                                                                          \
    }

const struct developer_field app_kind_web[APP_KIND_FIELDS] = FIELDS("client_secret_basic", "web");
/* A page has nowhere to keep a secret (RFC 8252 8.5): PKCE alone. */
const struct developer_field app_kind_browser[APP_KIND_FIELDS] = FIELDS("none", "web");
const struct developer_field app_kind_native[APP_KIND_FIELDS] = FIELDS("none", "native");
