#include "authz/openapi/metadata_schema.h"

#include "authz/client_metadata.h"

/* How a type of client_metadata_types.h looks in JSON. */
struct shape {
    const char *type;   /* of the member */
    const char *format; /* of the text, or of the texts in the list; or NULL */
    bool words;         /* those of the row, and no others */
    bool localized;     /* may come as "name#es" too */
    const char *note;   /* or NULL */
};

enum metadata_shape {
    LABEL,
    LINK,
    TEXT,
    TEXTS,
    BOOL,
    SECONDS,
    CHOICE,
    CONTENT,
    WORDS,
    HTTPS,
    HTTPS_OR_LOOPBACK,
    REQUEST_URIS,
    REDIRECT_URIS,
    LOGOUT_REDIRECT_URIS,
    RESPONSE_TYPES,
    SCOPES,
    JWKS
};

static const struct shape shapes[] = {
    [LABEL] = {"string", NULL, false, true, "for people to read; in a language as NAME#es"},
    [LINK] = {"string", "uri", false, true, "for people to open; in a language as NAME#es"},
    [TEXT] = {"string", NULL, false, false, NULL},
    [TEXTS] = {"array", NULL, false, false, NULL},
    [BOOL] = {"boolean", NULL, false, false, NULL},
    [SECONDS] = {"integer", NULL, false, false, "seconds"},
    [CHOICE] = {"string", NULL, true, false, NULL},
    [CONTENT] = {"string", NULL, true, false,
                 "the default counts where the _alg beside it is given"},
    [WORDS] = {"array", NULL, true, false, NULL},
    [HTTPS] = {"string", "uri", false, false, "https"},
    [HTTPS_OR_LOOPBACK] = {"string", "uri", false, false, "https"},
    [REQUEST_URIS] = {"array", "uri", false, false, "https"},
    [REDIRECT_URIS] = {"array", "uri", false, false,
                       "https; of native clients also http on a loopback host and own schemes"},
    [LOGOUT_REDIRECT_URIS] = {"array", "uri", false, false, "as redirect_uris"},
    [RESPONSE_TYPES] = {"array", NULL, false, false, "OAuth 2.0 Multiple Response Types"},
    [SCOPES] = {"string", NULL, false, false, "words: the most that the client may ask for"},
    [JWKS] = {"object", NULL, false, false, "a set of public keys (RFC 7517 5)"},
};

static const struct row {
    const char *name;
    enum metadata_shape shape;
    const char *fallback;
    size_t max;
} rows[] = {
#define CLIENT_METADATA(name, type, fallback, max, choices) {name, type, fallback, max},
#include "authz/client_metadata.def"
#undef CLIENT_METADATA
};

enum { ROWS = sizeof rows / sizeof rows[0] };

/* --- one member ------------------------------------------------------------------------------- */

/* A null is as good as nothing in what comes, and is never answered. */
static void put_type(struct json_put *j, const char *type, bool comes) {
    if (!comes) {
        json_put_str(j, "type", str_from(type));
        return;
    }
    json_put_open_at(j, "type", '[');
    json_put_item_str(j, str_from(type));
    json_put_item_str(j, S("null"));
    json_put_close(j, ']');
}

static void put_enum(struct json_put *j, const struct row *row, bool null_too) {
    str words = client_metadata_choices(row->name), word;
    json_put_open_at(j, "enum", '[');
    while (str_next(&words, ' ', &word))
        if (word.n)
            json_put_item_str(j, word);
    if (null_too)
        json_put_item_raw(j, S("null"));
    json_put_close(j, ']');
}

static void put_list(struct json_put *j, const struct row *row, const struct shape *shape) {
    if (row->max)
        json_put_int(j, "maxItems", (int64_t)row->max);
    json_put_open_at(j, "items", '{');
    json_put_str(j, "type", S("string"));
    json_put_str(j, "format", str_from(shape->format));
    if (shape->words)
        put_enum(j, row, false);
    json_put_close(j, '}');
}

static void put_text(struct json_put *j, const struct row *row, const struct shape *shape,
                     bool comes) {
    json_put_str(j, "format", str_from(shape->format));
    if (row->max)
        json_put_int(j, "maxLength", (int64_t)row->max);
    if (shape->words)
        put_enum(j, row, comes);
}

static void put_default(struct json_put *j, const struct row *row) {
    if (row->shape == BOOL)
        json_put_raw(j, "default", str_from(row->fallback));
    else if (row->shape == RESPONSE_TYPES)
        json_put_words(j, "default", str_from(row->fallback));
    else
        json_put_str(j, "default", str_from(row->fallback));
}

static void put_row(struct json_put *j, const struct row *row, bool comes) {
    const struct shape *shape = &shapes[row->shape];
    json_put_open_at(j, row->name, '{');
    put_type(j, shape->type, comes);
    json_put_str(j, "description", str_from(shape->note));
    if (strcmp(shape->type, "array") == 0)
        put_list(j, row, shape);
    if (strcmp(shape->type, "string") == 0)
        put_text(j, row, shape, comes);
    if (strcmp(shape->type, "integer") == 0)
        json_put_int(j, "minimum", 0);
    if (comes && row->fallback)
        put_default(j, row);
    json_put_close(j, '}');
}

/* --- the schemas ------------------------------------------------------------------------------ */

static void put_rows(struct json_put *j, bool comes) {
    for (size_t i = 0; i < ROWS; i++)
        put_row(j, &rows[i], comes);
}

/* "client_name#es" */
static err put_localized(struct json_put *j) {
    struct buf buf = buf_in(j->buf.arena, 1024);
    str names;
    const char *pattern;
    for (size_t i = 0; i < ROWS; i++) {
        if (!shapes[rows[i].shape].localized)
            continue;
        buf_add(&buf, buf.n ? S("|") : S("^("));
        buf_add(&buf, str_from(rows[i].name));
    }
    buf_add(&buf, S(")#"));
    TRY(buf_str(&buf, &names));
    TRY(str_to_c(j->buf.arena, names, &pattern));
    json_put_open_at(j, "patternProperties", '{');
    json_put_raw(j, pattern, S("{\"type\":\"string\"}"));
    json_put_close(j, '}');
    return OK;
}

#define SHORT_EXAMPLE "{\"name\":\"My app\",\"redirect_uri\":\"https://app.example/callback\"}"
#define METADATA_EXAMPLE                                                                           \
    "{\"client_name\":\"My app\",\"redirect_uris\":[\"https://app.example/callback\"],"            \
    "\"grant_types\":[\"authorization_code\",\"refresh_token\"]}"

static err put_metadata(struct json_put *j) {
    json_put_open_at(j, "ClientMetadata", '{');
    json_put_str(j, "type", S("object"));
    json_put_str(j, "description",
                 S("RFC 7591 2, OIDC Dynamic Client Registration 2; members that "
                   "are not known are left out"));
    json_put_open_at(j, "properties", '{');
    put_rows(j, true);
    json_put_close(j, '}');
    TRY(put_localized(j));
    json_put_raw(j, "examples", S("[" METADATA_EXAMPLE "]"));
    json_put_close(j, '}');
    return OK;
}

static err put_request(struct json_put *j) {
    json_put_open_at(j, "ClientRequest", '{');
    json_put_str(j, "type", S("object"));
    json_put_str(j, "description",
                 S("name and redirect_uri, or the metadata of ClientMetadata; not both"));
    json_put_open_at(j, "properties", '{');
    json_put_raw(j, "name", S("{\"type\":\"string\",\"maxLength\":255}"));
    json_put_raw(j, "redirect_uri",
                 S("{\"type\":\"string\",\"format\":\"uri\",\"maxLength\":2000}"));
    put_rows(j, true);
    json_put_close(j, '}');
    TRY(put_localized(j));
    json_put_raw(j, "examples", S("[" SHORT_EXAMPLE "," METADATA_EXAMPLE "]"));
    json_put_close(j, '}');
    return OK;
}

/* Open: those that refer to it say what stands beside it, and that nothing else does. */
static err put_shown(struct json_put *j) {
    json_put_open_at(j, "ClientMetadataShown", '{');
    json_put_str(j, "type", S("object"));
    json_put_str(j, "description", S("All that is registered, defaults too"));
    json_put_open_at(j, "properties", '{');
    put_rows(j, false);
    json_put_close(j, '}');
    TRY(put_localized(j));
    json_put_open_at(j, "required", '[');
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].fallback && rows[i].shape != CONTENT)
            json_put_item_str(j, str_from(rows[i].name));
    json_put_close(j, ']');
    json_put_close(j, '}');
    return OK;
}

err metadata_schema_put(struct json_put *j) {
    TRY(put_metadata(j));
    TRY(put_request(j));
    return put_shown(j);
}
