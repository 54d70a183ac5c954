#include "authz/openapi/schema.h"

#include "authz/openapi/openapi_words.h"

static const struct {
    const char *type, *format;
} types[] = {
    [FIELD_TEXT] = {"string", NULL},   [FIELD_EMAIL] = {"string", "email"},
    [FIELD_URL] = {"string", "uri"},   [FIELD_DIGITS] = {"string", NULL},
    [FIELD_BOOL] = {"boolean", NULL},  [FIELD_WORD] = {"string", NULL},
    [FIELD_OBJECT] = {"object", NULL}, [FIELD_LIST] = {"array", NULL},
};

static bool is_text(const struct field *field) {
    return field->type == FIELD_TEXT || field->type == FIELD_EMAIL || field->type == FIELD_URL ||
           field->type == FIELD_DIGITS;
}

/* An empty text is taken as null: where that is no error, a text may be shorter than `min`. */
static void put_lengths(struct json_put *j, const struct field *field) {
    if (field->min && field->flags & FIELD_REQUIRED)
        json_put_int(j, "minLength", (int64_t)field->min);
    if (field->max)
        json_put_int(j, "maxLength", (int64_t)field->max);
    if (field->type == FIELD_DIGITS)
        json_put_str(j, "pattern", S("^[0-9]*$"));
}

static void put_choices(struct json_put *j, const struct field *field) {
    str words = str_from(field->choices), word;
    json_put_open_at(j, "enum", '[');
    while (str_next(&words, ' ', &word))
        json_put_item_str(j, word);
    if (field->flags & FIELD_NULLABLE)
        json_put_item_raw(j, S("null"));
    json_put_close(j, ']');
}

static void put_type(struct json_put *j, const struct field *field) {
    if (!(field->flags & FIELD_NULLABLE)) {
        json_put_str(j, "type", str_from(types[field->type].type));
        return;
    }
    json_put_open_at(j, "type", '[');
    json_put_item_str(j, str_from(types[field->type].type));
    json_put_item_str(j, S("null"));
    json_put_close(j, ']');
}

static void put_words(struct json_put *j, const char *name) {
    const struct member_words *words = openapi_member(name);
    if (!words)
        return;
    json_put_str(j, "description", str_from(words->about));
    json_put_open_at(j, "examples", '[');
    json_put_item_raw(j, str_from(words->example));
    json_put_close(j, ']');
}

static void put_field(struct json_put *j, const struct field *field) {
    json_put_open_at(j, field->name, '{');
    put_type(j, field);
    if (types[field->type].format)
        json_put_str(j, "format", str_from(types[field->type].format));
    if (is_text(field))
        put_lengths(j, field);
    if (field->type == FIELD_WORD)
        put_choices(j, field);
    if (field->type == FIELD_LIST)
        json_put_raw(j, "items", S("{\"type\":\"string\"}"));
    put_words(j, field->name);
    json_put_close(j, '}');
}

void schema_put_fields(struct json_put *j, const char *key, const struct field_table *table) {
    bool required = false;
    json_put_open_at(j, key, '{');
    json_put_str(j, "type", S("object"));
    json_put_open_at(j, "properties", '{');
    for (size_t i = 0; i < table->n; i++)
        put_field(j, &table->rows[i]);
    json_put_close(j, '}');
    for (size_t i = 0; i < table->n; i++)
        required |= table->rows[i].flags & FIELD_REQUIRED;
    if (required) {
        json_put_open_at(j, "required", '[');
        for (size_t i = 0; i < table->n; i++)
            if (table->rows[i].flags & FIELD_REQUIRED)
                json_put_item_str(j, str_from(table->rows[i].name));
        json_put_close(j, ']');
    }
    json_put_close(j, '}');
}
