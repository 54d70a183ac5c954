#include "authz/openapi/openapi_files.h"

#include "common/base/json_read.h"

/* --- from tables ---------------------------------------------------------------------------- */

static const struct {
    const char *name, *schema;
} claims[] = {
#define STRING                   "{\"type\":\"string\"}"
#define STRING_OR_NULL           "{\"type\":[\"string\",\"null\"]}"
#define INTEGER                  "{\"type\":\"integer\"}"
#define BOOLEAN                  "{\"type\":\"boolean\"}"
#define OBJECT                   "{\"type\":\"object\"}"
#define CLAIM(name, scope, type) {name, type},
#include "authz/protocol/claims.def"
#undef CLAIM
};

static const struct {
    const char *name, *about;
} token_params[] = {
#define TOKEN_PARAM(name, about) {#name, about},
#include "authz/endpoints/token_params.def"
#undef TOKEN_PARAM
};

static void put_claims(struct json_put *j) {
    json_put_open_at(j, "UserInfo", '{');
    json_put_str(j, "type", S("object"));
    json_put_open_at(j, "properties", '{');
    json_put_raw(j, "sub", S("{\"type\":\"string\"}"));
    json_put_raw(j, "id", S("{\"type\":\"string\"}"));
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++)
        json_put_raw(j, claims[i].name, str_from(claims[i].schema));
    json_put_close(j, '}');
    json_put_raw(j, "required", S("[\"sub\"]"));
    json_put_bool(j, "additionalProperties", false);
    json_put_close(j, '}');
}

static void put_token_request(struct json_put *j) {
    json_put_open_at(j, "TokenRequest", '{');
    json_put_str(j, "type", S("object"));
    json_put_open_at(j, "properties", '{');
    for (size_t i = 0; i < sizeof token_params / sizeof token_params[0]; i++) {
        json_put_open_at(j, token_params[i].name, '{');
        json_put_str(j, "type", S("string"));
        json_put_str(j, "description", str_from(token_params[i].about));
        json_put_close(j, '}');
    }
    json_put_close(j, '}');
    json_put_raw(j, "required", S("[\"grant_type\"]"));
    json_put_close(j, '}');
}

/* --- from files ----------------------------------------------------------------------------- */

static err put_file(struct json_put *j, struct arena *arena, const struct embedded_file *file) {
    AUTO(json_ref) schemas = NULL;
    const char *name;
    json_t *schema;
    TRY(json_read_object(str_of((const char *)file->bytes, file->n), &schemas));
    json_object_foreach(schemas, name, schema) {
        str text, key;
        TRY(json_read_dump(arena, schema, &text));
        TRY(str_dup(arena, str_from(name), &key));
        json_put_raw(j, key.p, text);
    }
    return OK;
}

err openapi_put_schemas(struct json_put *j, struct arena *arena) {
    json_put_open_at(j, "schemas", '{');
    put_claims(j);
    put_token_request(j);
    for (size_t i = 0; i < openapi_file_count; i++)
        TRY(put_file(j, arena, &openapi_files[i]));
    json_put_close(j, '}');
    return OK;
}
