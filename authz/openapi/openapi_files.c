#include "authz/openapi/openapi_files.h"

#include "authz/openapi/metadata_schema.h"
#include "authz/openapi/oauth_schemas.h"
#include "common/base/json_read.h"

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
    oauth_schemas_put(j);
    TRY(metadata_schema_put(j));
    for (size_t i = 0; i < openapi_file_count; i++)
        TRY(put_file(j, arena, &openapi_files[i]));
    json_put_close(j, '}');
    return OK;
}
