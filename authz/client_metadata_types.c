#include "authz/client_metadata_types.h"

#include <stdio.h>

#include "authz/protocol/redirect_uri.h"
#include "authz/protocol/response_type.h"
#include "authz/protocol/scope.h"
#include "common/base/url.h"
#include "common/base/utf8.h"
#include "keys/jwk.h"

enum {
    SHORT_TEXT_MAX = 254,
    SECONDS_MAX = INT32_MAX,
    REQUEST_URI_MAX = 512,
    TAG_MAX = 35,
    SUBTAG_MAX = 8
};

static str text_of(const json_t *value) {
    return str_of(json_string_value(value), json_string_length(value));
}

static err put_value(struct metadata_check *c, const struct metadata_row *row,
                     const json_t *value) {
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

/* --- texts and numbers ---------------------------------------------------------------------- */

err metadata_TEXT(struct metadata_check *c, const struct metadata_row *row, const json_t *value) {
    REQUIRE(good_text(value, row->max), invalid_client_metadata,
            "a text is empty, too long, of another type or holds control characters");
    return put_value(c, row, value);
}

err metadata_LABEL(struct metadata_check *c, const struct metadata_row *row, const json_t *value) {
    return metadata_TEXT(c, row, value);
}

err metadata_TEXTS(struct metadata_check *c, const struct metadata_row *row, const json_t *value) {
    size_t i;
    json_t *item;
    REQUIRE(json_is_array(value) && json_array_size(value) <= row->max, invalid_client_metadata,
            "a list is of another type or too long");
    json_array_foreach(value, i, item) {
        REQUIRE(good_text(item, SHORT_TEXT_MAX), invalid_client_metadata,
                "a list holds something else than short texts");
    }
    return put_value(c, row, value);
}

err metadata_BOOL(struct metadata_check *c, const struct metadata_row *row, const json_t *value) {
    REQUIRE(json_is_boolean(value), invalid_client_metadata, "a value is neither true nor false");
    return put_value(c, row, value);
}

err metadata_SECONDS(struct metadata_check *c, const struct metadata_row *row,
                     const json_t *value) {
    REQUIRE(json_is_integer(value) && json_integer_value(value) >= 0 &&
                json_integer_value(value) <= SECONDS_MAX,
            invalid_client_metadata, "a value is not a number of seconds");
    return put_value(c, row, value);
}

/* --- words ---------------------------------------------------------------------------------- */

static bool is_choice(const struct metadata_row *row, const json_t *value) {
    return json_is_string(value) && !str_empty(text_of(value)) &&
           str_has_word(str_from(row->choices), text_of(value));
}

err metadata_CHOICE(struct metadata_check *c, const struct metadata_row *row, const json_t *value) {
    REQUIRE(is_choice(row, value), invalid_client_metadata,
            "a value is not one of those that are supported");
    return put_value(c, row, value);
}

err metadata_CONTENT(struct metadata_check *c, const struct metadata_row *row,
                     const json_t *value) {
    return metadata_CHOICE(c, row, value);
}

bool metadata_has_alg(const struct metadata_check *c, const struct metadata_row *row) {
    static const char end[] = "enc";
    char alg[64];
    snprintf(alg, sizeof alg, "%.*salg", (int)(strlen(row->name) - strlen(end)), row->name);
    return json_is_string(json_object_get(c->given, alg));
}

static err check_list(const struct metadata_row *row, const json_t *value) {
    REQUIRE(json_is_array(value) && json_array_size(value) > 0 &&
                json_array_size(value) <= row->max,
            invalid_client_metadata, "a list is empty, of another type or too long");
    return OK;
}

err metadata_WORDS(struct metadata_check *c, const struct metadata_row *row, const json_t *value) {
    size_t i;
    json_t *item;
    TRY(check_list(row, value));
    json_array_foreach(value, i, item) {
        REQUIRE(is_choice(row, item), invalid_client_metadata,
                "a list holds a value that is not supported");
    }
    return put_value(c, row, value);
}

/* Stored with its words in our order, so that an answer of ours and a request compare. */
err metadata_RESPONSE_TYPES(struct metadata_check *c, const struct metadata_row *row,
                            const json_t *value) {
    size_t i;
    json_t *item;
    TRY(check_list(row, value));
    json_put_open_at(&c->j, row->name, '[');
    json_array_foreach(value, i, item) {
        const struct response_type *type =
            json_is_string(item) ? response_type_find(text_of(item)) : NULL;
        REQUIRE(type, invalid_client_metadata,
                "response_types holds a value that is not supported");
        json_put_item_str(&c->j, type->name);
    }
    json_put_close(&c->j, ']');
    return OK;
}

/* RFC 7591 2: the server may replace what it was asked for; scopes it does not know go. */
err metadata_SCOPES(struct metadata_check *c, const struct metadata_row *row, const json_t *value) {
    str scope;
    REQUIRE(json_is_string(value) && !failed(scope_check(text_of(value))), invalid_client_metadata,
            "scope is not a list of words separated by single spaces");
    TRY(scope_intersect(c->arena, text_of(value), scope_all(), &scope));
    REQUIRE(!str_empty(scope), invalid_client_metadata, "scope holds no scope of this server");
    json_put_str(&c->j, row->name, scope);
    return OK;
}

/* --- addresses ------------------------------------------------------------------------------ */

static err parse_address(const json_t *value, size_t max, struct url *out) {
    REQUIRE(good_text(value, max) && !failed(url_parse(text_of(value), out)),
            invalid_client_metadata, "an address is not an absolute URL");
    REQUIRE(!str_empty(out->host) && !str_present(out->userinfo), invalid_client_metadata,
            "an address has no host, or user information");
    return OK;
}

/* Shown as a link to people: nothing but the web. */
err metadata_LINK(struct metadata_check *c, const struct metadata_row *row, const json_t *value) {
    struct url url = {0};
    TRY(parse_address(value, row->max, &url));
    REQUIRE(str_eq_nocase(url.scheme, S("https")) || str_eq_nocase(url.scheme, S("http")),
            invalid_client_metadata, "an address is neither https nor http");
    return put_value(c, row, value);
}

err metadata_HTTPS(struct metadata_check *c, const struct metadata_row *row, const json_t *value) {
    struct url url = {0};
    TRY(parse_address(value, row->max, &url));
    REQUIRE(str_eq_nocase(url.scheme, S("https")) && !str_present(url.fragment),
            invalid_client_metadata, "an address must be https, without fragment");
    return put_value(c, row, value);
}

err metadata_HTTPS_OR_LOOPBACK(struct metadata_check *c, const struct metadata_row *row,
                               const json_t *value) {
    struct url url = {0};
    TRY(parse_address(value, row->max, &url));
    if (!c->development || !url_is_loopback(&url))
        return metadata_HTTPS(c, row, value);
    REQUIRE(!str_present(url.fragment), invalid_client_metadata,
            "an address must be https, without fragment");
    return put_value(c, row, value);
}

/* OIDC Registration 2: a fragment may hold the hash of the object that is there. */
static err check_request_uri(const struct metadata_check *c, const json_t *value) {
    struct url url = {0};
    TRY(parse_address(value, REQUEST_URI_MAX, &url));
    REQUIRE(str_eq_nocase(url.scheme, S("https")) || (c->development && url_is_loopback(&url)),
            invalid_client_metadata, "a request URI must be https");
    return OK;
}

err metadata_REQUEST_URIS(struct metadata_check *c, const struct metadata_row *row,
                          const json_t *value) {
    size_t i;
    json_t *item;
    REQUIRE(json_is_array(value) && json_array_size(value) <= row->max, invalid_client_metadata,
            "a list is of another type or too long");
    json_array_foreach(value, i, item) {
        TRY(check_request_uri(c, item));
    }
    return put_value(c, row, value);
}

static bool may_redirect_to(const struct metadata_check *c, const json_t *uri) {
    struct redirect_uri_rules rules = {
        .native = str_eq(json_read_str(c->given, "application_type"), S("native")),
        .loopback_http = c->development};
    return json_is_string(uri) && !failed(redirect_uri_check(text_of(uri), &rules));
}

err metadata_REDIRECT_URIS(struct metadata_check *c, const struct metadata_row *row,
                           const json_t *value) {
    size_t i;
    json_t *item;
    REQUIRE(json_is_array(value) && json_array_size(value) > 0 &&
                json_array_size(value) <= row->max,
            invalid_redirect_uri, "redirect_uris is empty, of another type or too long");
    json_array_foreach(value, i, item) {
        REQUIRE(
            may_redirect_to(c, item), invalid_redirect_uri,
            "a redirect URI must be absolute, without fragment and user information: https; for "
            "native clients also http on a loopback host, or a scheme of their own with a dot");
    }
    return put_value(c, row, value);
}

err metadata_LOGOUT_REDIRECT_URIS(struct metadata_check *c, const struct metadata_row *row,
                                  const json_t *value) {
    size_t i;
    json_t *item;
    REQUIRE(json_is_array(value) && json_array_size(value) <= row->max, invalid_client_metadata,
            "post_logout_redirect_uris is of another type or too long");
    json_array_foreach(value, i, item) {
        REQUIRE(may_redirect_to(c, item), invalid_client_metadata,
                "an address to return to after signing out is not one that may be redirected to");
    }
    return put_value(c, row, value);
}

/* --- keys ----------------------------------------------------------------------------------- */

/* RFC 7591 2: public keys. A private member is a leak that its owner should hear of. */
static bool has_private_member(const json_t *key) {
    static const char *const members[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (json_object_get(key, members[i]))
            return true;
    return false;
}

static bool has_usable_key(const json_t *value) {
    struct jwk_set *set = NULL;
    bool usable = !failed(jwk_set_import(value, &set)) && jwk_set_size(set) > 0;
    jwk_set_free(set);
    return usable;
}

err metadata_JWKS(struct metadata_check *c, const struct metadata_row *row, const json_t *value) {
    const json_t *keys = json_object_get(value, "keys"), *key;
    size_t i;
    REQUIRE(json_is_array(keys) && json_array_size(keys) > 0 && json_array_size(keys) <= row->max,
            invalid_client_metadata, "jwks is not a set of 1 to 64 keys");
    json_array_foreach(keys, i, key) {
        REQUIRE(json_is_object(key) && !has_private_member(key), invalid_client_metadata,
                "jwks holds something else than public keys");
    }
    REQUIRE(has_usable_key(value), invalid_client_metadata, "jwks holds no key of use here");
    return put_value(c, row, value);
}

/* --- languages ------------------------------------------------------------------------------ */

bool metadata_is_localized(const struct metadata_row *row) {
    return row->type == metadata_LABEL || row->type == metadata_LINK;
}

static bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool metadata_language_tag(str tag) {
    str rest = tag, part;
    if (str_empty(tag) || tag.n > TAG_MAX || str_ends(tag, S("-")))
        return false;
    while (str_next(&rest, '-', &part)) {
        if (str_empty(part) || part.n > SUBTAG_MAX)
            return false;
        for (size_t i = 0; i < part.n; i++)
            if (!is_alphanumeric(part.p[i]))
                return false;
    }
    return true;
}
