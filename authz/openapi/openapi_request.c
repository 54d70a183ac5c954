#include "authz/openapi/openapi_request.h"

#include <stdio.h>

#include "authz/openapi/oauth_schemas.h"
#include "authz/openapi/schema.h"
#include "common/http/method.h"

str openapi_method(enum http_method method) {
    static const struct {
        enum http_method method;
        str name;
    } names[] = {{HTTP_GET, S_INIT("get")},
                 {HTTP_POST, S_INIT("post")},
                 {HTTP_PUT, S_INIT("put")},
                 {HTTP_PATCH, S_INIT("patch")},
                 {HTTP_DELETE, S_INIT("delete")}};
    size_t i = 0;
    while (names[i].method != method)
        i++;
    return names[i].name;
}

void openapi_put_tag(struct json_put *j, const char *tag) {
    json_put_open_at(j, "tags", '[');
    json_put_item_str(j, str_from(tag));
    json_put_close(j, ']');
}

void openapi_put_reference(struct json_put *j, const char *key, str name) {
    char text[128];
    int n = snprintf(text, sizeof text, "{\"$ref\":\"#/components/schemas/%.*s\"}", STR_FMT(name));
    str json = str_of(text, (size_t)n);
    if (key)
        json_put_raw(j, key, json);
    else
        json_put_item_raw(j, json);
}

/* --- who may call --------------------------------------------------------------------------- */

static const struct {
    const char *name, *requirement;
} securities[] = {
    {"none", "[]"},
    {"optional-api", "[{},{\"apiBearer\":[]}]"},
    {"client", "[{\"clientSecretBasic\":[]},{}]"},
    {"initial-access", "[{},{\"initialAccessToken\":[]},{\"apiBearer\":[]}]"},
    {"registration", "[{\"registrationAccessToken\":[]}]"},
};

static const char *of_caller(enum caller caller) {
    if (caller == CALLER_API_BEARER)
        return "[{\"apiBearer\":[]}]";
    return caller == CALLER_OAUTH_TOKEN ? "[{\"accessToken\":[]},{\"openId\":[\"openid\"]}]" : "[]";
}

void openapi_put_security(struct json_put *j, const struct operation *operation,
                          const struct route *route) {
    const char *requirement = of_caller(route->caller);
    for (size_t i = 0; i < sizeof securities / sizeof securities[0]; i++)
        if (strcmp(operation->security, securities[i].name) == 0)
            requirement = securities[i].requirement;
    json_put_raw(j, "security", str_from(requirement));
}

static void put_scheme(struct json_put *j, const char *name, const char *scheme,
                       const char *about) {
    json_put_open_at(j, name, '{');
    json_put_str(j, "type", S("http"));
    json_put_str(j, "scheme", str_from(scheme));
    json_put_str(j, "description", str_from(about));
    json_put_close(j, '}');
}

err openapi_put_security_schemes(struct json_put *j, struct arena *arena, str issuer) {
    str url;
    TRY(STR_JOIN(arena, &url, issuer, S("/.well-known/openid-configuration")));
    json_put_open_at(j, "securitySchemes", '{');
    put_scheme(j, "apiBearer", "bearer",
               "The API token of POST /auth/login; it begins with hitkey_ and lives an hour");
    put_scheme(j, "accessToken", "bearer", "An OAuth access token of POST /oauth/token");
    put_scheme(
        j, "clientSecretBasic", "basic",
        "client_id and client_secret, both form-encoded (RFC 6749 2.3.1). Others: "
        "client_secret_post, private_key_jwt, client_secret_jwt, in the body; public clients "
        "send client_id alone");
    put_scheme(j, "initialAccessToken", "bearer", "RFC 7591 3: given by the operator");
    put_scheme(j, "registrationAccessToken", "bearer", "RFC 7592: of the client's registration");
    json_put_open_at(j, "openId", '{');
    json_put_str(j, "type", S("openIdConnect"));
    json_put_str(j, "openIdConnectUrl", url);
    json_put_close(j, '}');
    json_put_close(j, '}');
    return OK;
}

/* --- parameters ----------------------------------------------------------------------------- */

static const struct {
    const char *name, *schema, *about;
} parameters[] = {
#define PARAMETER(name, schema, about) {name, schema, about},
#include "authz/openapi/parameters.def"
#undef PARAMETER
};

static void put_parameter(struct json_put *j, str name, const char *in, bool required) {
    json_put_open(j, '{');
    json_put_str(j, "name", name);
    json_put_str(j, "in", str_from(in));
    json_put_bool(j, "required", required);
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
        if (!str_eq(name, str_from(parameters[i].name)))
            continue;
        json_put_str(j, "description", str_from(parameters[i].about));
        json_put_raw(j, "schema", str_from(parameters[i].schema));
    }
    json_put_close(j, '}');
}

static void put_query(struct json_put *j, const char *query) {
    str words = str_from(query), word;
    while (words.n && str_next(&words, ' ', &word)) {
        bool optional = str_ends(word, S("?"));
        put_parameter(j, optional ? str_head(word, word.n - 1) : word, "query", !optional);
    }
}

void openapi_put_parameters(struct json_put *j, const struct operation *operation) {
    str path = str_from(operation->path), part;
    json_put_open_at(j, "parameters", '[');
    while (str_next(&path, '/', &part))
        if (str_starts(part, S(":")))
            put_parameter(j, str_from_pos(part, 1), "path", true);
    if (strcmp(operation->query, "@authorization") == 0)
        oauth_schemas_put_query(j);
    else
        put_query(j, operation->query);
    json_put_close(j, ']');
}

/* --- bodies --------------------------------------------------------------------------------- */

static void put_content(struct json_put *j, str word) {
    size_t colon = str_find(word, ':');
    bool form = str_eq(str_head(word, colon), S("form"));
    json_put_open_at(j, form ? "application/x-www-form-urlencoded" : "application/json", '{');
    openapi_put_reference(j, "schema", str_from_pos(word, colon + 1));
    json_put_close(j, '}');
}

void openapi_put_body(struct json_put *j, const struct operation *operation,
                      const struct route *route) {
    str words = str_from(operation->body), word;
    if (!words.n && !route->takes)
        return;
    json_put_open_at(j, "requestBody", '{');
    json_put_bool(j, "required", !(route->body & BODY_OPTIONAL));
    json_put_open_at(j, "content", '{');
    while (words.n && str_next(&words, ' ', &word))
        put_content(j, word);
    if (route->takes) {
        json_put_open_at(j, "application/json", '{');
        schema_put_fields(j, "schema", route->takes);
        json_put_close(j, '}');
    }
    json_put_close(j, '}');
    json_put_close(j, '}');
}
