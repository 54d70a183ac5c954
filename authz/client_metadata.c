#include "authz/client_metadata.h"

#include <assert.h>

#include "authz/protocol/redirect_uri.h"
#include "authz/protocol/scope.h"
#include "common/base/url.h"
#include "common/base/utf8.h"

enum { METADATA_MAX = 64 * 1024, CONTACT_MAX = 254 };

#define GRANT_TYPE(id, name, waits) name " "
static const char grant_type_words[] =
#include "authz/protocol/grant_types.def"
    ;
#undef GRANT_TYPE
#define GRANT_TYPE_WORDS grant_type_words

struct row;
struct check {
    struct arena *arena;
    const json_t *given; /* all of it */
    bool loopback_http;
    struct json_put j;
};
/* Checks one given value and writes it. */
typedef err type_fn(struct check *c, const struct row *row, const json_t *value);

struct row {
    const char *name;
    type_fn *type;
    const char *fallback;
    size_t max;
    const char *choices;
};

static str text_of(const json_t *value) {
    return str_of(json_string_value(value), json_string_length(value));
}

static err put_value(struct check *c, const struct row *row, const json_t *value) {
    str text;
    TRY(json_read_dump(c->arena, value, &text));
    json_put_raw(&c->j, row->name, text);
    return OK;
}

static bool good_text(const json_t *value, size_t max) {
    if (!json_is_string(value))
        return false;
    str text = text_of(value);
    return !str_empty(text) && utf8_length(text) <= max && !utf8_has_control(text);
}

/* --- the types of the table
 * --------------------------------------------------------------------------- */

static err TEXT(struct check *c, const struct row *row, const json_t *value) {
    REQUIRE(good_text(value, row->max), invalid_client_metadata,
            "a text is empty, too long, of another type or holds control characters");
    return put_value(c, row, value);
}

static err TEXTS(struct check *c, const struct row *row, const json_t *value) {
    size_t i;
    json_t *item;
    REQUIRE(json_is_array(value) && json_array_size(value) <= row->max, invalid_client_metadata,
            "a list is of another type or too long");
    json_array_foreach(value, i, item) {
        REQUIRE(good_text(item, CONTACT_MAX), invalid_client_metadata,
                "a list holds something else than short texts");
    }
    return put_value(c, row, value);
}

/* Shown as a link to people: nothing but the web. */
static err WEB_URL(struct check *c, const struct row *row, const json_t *value) {
    struct url url = {0};
    REQUIRE(good_text(value, row->max) && !failed(url_parse(text_of(value), &url)),
            invalid_client_metadata, "an address is not an absolute URL");
    REQUIRE(str_eq_nocase(url.scheme, S("https")) || str_eq_nocase(url.scheme, S("http")),
            invalid_client_metadata, "an address is neither https nor http");
    REQUIRE(!str_empty(url.host) && !str_present(url.userinfo), invalid_client_metadata,
            "an address has no host, or user information");
    return put_value(c, row, value);
}

static err CHOICE(struct check *c, const struct row *row, const json_t *value) {
    REQUIRE(json_is_string(value) && !str_empty(text_of(value)) &&
                str_has_word(str_from(row->choices), text_of(value)),
            invalid_client_metadata, "a value is not one of those that are supported");
    return put_value(c, row, value);
}

static err WORDS(struct check *c, const struct row *row, const json_t *value) {
    size_t i;
    json_t *item;
    REQUIRE(json_is_array(value) && json_array_size(value) > 0 &&
                json_array_size(value) <= row->max,
            invalid_client_metadata, "a list is empty, of another type or too long");
    json_array_foreach(value, i, item) {
        REQUIRE(json_is_string(item) && !str_empty(text_of(item)) &&
                    str_has_word(str_from(row->choices), text_of(item)),
                invalid_client_metadata, "a list holds a value that is not supported");
    }
    return put_value(c, row, value);
}

/* RFC 7591 2: the server may replace what it was asked for; scopes it does not know go. */
static err SCOPES(struct check *c, const struct row *row, const json_t *value) {
    str scope;
    REQUIRE(json_is_string(value) && !failed(scope_check(text_of(value))), invalid_client_metadata,
            "scope is not a list of words separated by single spaces");
    TRY(scope_intersect(c->arena, text_of(value), scope_all(), &scope));
    REQUIRE(!str_empty(scope), invalid_client_metadata, "scope holds no scope of this server");
    json_put_str(&c->j, row->name, scope);
    return OK;
}

static err REDIRECT_URIS(struct check *c, const struct row *row, const json_t *value) {
    struct redirect_uri_rules rules = {
        .native = str_eq(json_read_str(c->given, "application_type"), S("native")),
        .loopback_http = c->loopback_http};
    size_t i;
    json_t *item;
    REQUIRE(json_is_array(value) && json_array_size(value) > 0 &&
                json_array_size(value) <= row->max,
            invalid_redirect_uri, "redirect_uris is empty, of another type or too long");
    json_array_foreach(value, i, item) {
        REQUIRE(json_is_string(item), invalid_redirect_uri, "a redirect URI is not a string");
        TRY(redirect_uri_check(text_of(item), &rules));
    }
    return put_value(c, row, value);
}

/* --- the table
 * ------------------------------------------------------------------------------------------ */

static const struct row rows[] = {
#define CLIENT_METADATA(name, type, fallback, max, choices) {name, type, fallback, max, choices},
#include "authz/client_metadata.def"
#undef CLIENT_METADATA
};
enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

static err put_default(struct check *c, const struct row *row) {
    REQUIRE(row->type != REDIRECT_URIS, invalid_redirect_uri, "redirect_uris is missing");
    if (row->type == SCOPES)
        json_put_str(&c->j, row->name, scope_all());
    if (row->fallback && row->type == CHOICE)
        json_put_str(&c->j, row->name, str_from(row->fallback));
    if (row->fallback && row->type == WORDS)
        json_put_words(&c->j, row->name, str_from(row->fallback));
    return OK;
}

/* RFC 7591 2.1: every response type of this server belongs to the authorization code grant. */
static err check_together(const json_t *given) {
    const json_t *grants = json_object_get(given, "grant_types"), *item;
    size_t i;
    if (!json_is_array(grants))
        return OK;
    json_array_foreach(grants, i, item) {
        if (str_eq(text_of(item), S("authorization_code")))
            return OK;
    }
    return FAIL(invalid_client_metadata, "grant_types must hold authorization_code");
}

err client_metadata_check(struct arena *arena, const json_t *given, bool loopback_http, str *json) {
    struct check c = {arena, given, loopback_http, json_put_begin(arena, METADATA_MAX)};
    json_put_open(&c.j, '{');
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const json_t *value = json_object_get(given, rows[i].name);
        TRY(value && !json_is_null(value) ? rows[i].type(&c, &rows[i], value)
                                          : put_default(&c, &rows[i]));
    }
    json_put_close(&c.j, '}');
    TRY(check_together(given));
    return json_put_done(&c.j, json);
}

err client_metadata_merge(json_t *stored, const json_t *changes) {
    for (size_t i = 0; i < ROW_COUNT; i++) {
        json_t *value = json_object_get(changes, rows[i].name);
        if (value)
            REQUIRE(json_object_set(stored, rows[i].name, value) == 0, no_memory,
                    "no memory for metadata");
    }
    return OK;
}

err client_metadata_put(struct json_put *j, struct arena *arena, const json_t *stored) {
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const json_t *value = json_object_get(stored, rows[i].name);
        str text;
        if (!value)
            continue;
        TRY(json_read_dump(arena, value, &text));
        json_put_raw(j, rows[i].name, text);
    }
    return OK;
}

str client_metadata_choices(const char *name) {
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (strcmp(rows[i].name, name) == 0)
            return str_trim(str_from(rows[i].choices));
    assert(false);
    return STR_ABSENT;
}
