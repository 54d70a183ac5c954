#include "authz/client_metadata_rules.h"

#include "authz/protocol/response_type.h"
#include "common/base/url.h"
#include "keys/jwe_alg.h"
#include "keys/jwk.h"

struct input {
    const json_t *m; /* the metadata */
    bool development;
};

static str text_of(const json_t *value) {
    return str_of(json_string_value(value), json_string_length(value));
}

static bool has_item(const json_t *list, str word) {
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item) {
        if (str_eq(text_of(item), word))
            return true;
    }
    return false;
}

/* --- grant types and response types (RFC 7591 2.1, OIDC Registration 2) --------------------- */

static bool has_all(const json_t *list, str words) {
    str rest = words, word;
    while (str_next(&rest, ' ', &word))
        if (!has_item(list, word))
            return false;
    return true;
}

str client_metadata_grant_types(const json_t *response_types) {
    bool code = false, front = false;
    size_t i;
    json_t *item;
    json_array_foreach(response_types, i, item) {
        const struct response_type *type = response_type_find(text_of(item));
        code |= type && str_has_word(type->grant_types, S("authorization_code"));
        front |= type && str_has_word(type->grant_types, S("implicit"));
    }
    if (!front)
        return S("authorization_code");
    return code ? S("authorization_code implicit") : S("implicit");
}

static err check_grant_types(const struct input *in) {
    const json_t *grants = json_object_get(in->m, "grant_types");
    const json_t *types = json_object_get(in->m, "response_types");
    size_t i;
    json_t *item;
    json_array_foreach(types, i, item) {
        const struct response_type *type = response_type_find(text_of(item));
        REQUIRE(type && has_all(grants, type->grant_types), invalid_client_metadata,
                "grant_types lacks what response_types need: authorization_code for code, implicit "
                "for id_token and token");
    }
    REQUIRE(has_item(grants, S("authorization_code")) || has_item(grants, S("implicit")),
            invalid_client_metadata, "grant_types must hold authorization_code or implicit");
    return OK;
}

/* OIDC Registration 2, application_type: a web client that gets tokens in the front channel. */
static err check_front_channel_uris(const struct input *in) {
    const json_t *uris = json_object_get(in->m, "redirect_uris");
    bool web = str_eq(json_read_str(in->m, "application_type"), S("web"));
    size_t i;
    json_t *item;
    if (in->development || !web || !has_item(json_object_get(in->m, "grant_types"), S("implicit")))
        return OK;
    json_array_foreach(uris, i, item) {
        struct url url = {0};
        REQUIRE(!failed(url_parse(text_of(item), &url)) && str_eq_nocase(url.scheme, S("https")) &&
                    !str_eq_nocase(url.host, S("localhost")),
                invalid_redirect_uri,
                "a web client of the implicit grant needs https redirect URIs that are not on "
                "localhost");
    }
    return OK;
}

/* --- keys and secrets ----------------------------------------------------------------------- */

static bool has_keys(const json_t *m) {
    return json_object_get(m, "jwks") || json_object_get(m, "jwks_uri");
}

static err check_keys(const struct input *in) {
    str method = json_read_str(in->m, "token_endpoint_auth_method");
    REQUIRE(!json_object_get(in->m, "jwks") || !json_object_get(in->m, "jwks_uri"),
            invalid_client_metadata, "jwks and jwks_uri exclude each other");
    REQUIRE(has_keys(in->m) || !str_eq(method, S("private_key_jwt")), invalid_client_metadata,
            "private_key_jwt needs jwks or jwks_uri");
    return OK;
}

/* The rows that name an algorithm, and whether it signs or encrypts. */
static const char *const signing_rows[] = {
    "id_token_signed_response_alg", "userinfo_signed_response_alg", "request_object_signing_alg"};
static const char *const content_rows[] = {"id_token_encrypted_response_enc",
                                           "userinfo_encrypted_response_enc"};
static const char *const encryption_rows[] = {"id_token_encrypted_response_alg",
                                              "userinfo_encrypted_response_alg"};

static err check_signing_algs(const struct input *in) {
    bool public = str_eq(json_read_str(in->m, "token_endpoint_auth_method"), S("none"));
    for (size_t i = 0; i < sizeof signing_rows / sizeof signing_rows[0]; i++)
        REQUIRE(!public || !str_starts(json_read_str(in->m, signing_rows[i]), S("HS")),
                invalid_client_metadata,
                "a public client has no secret for an algorithm that is keyed with one");
    return OK;
}

/* RFC 7518 4.1: to the client's own key, or to one that is made of its secret (OIDC Core 10.2). */
static err check_encryption_algs(const struct input *in) {
    bool public = str_eq(json_read_str(in->m, "token_endpoint_auth_method"), S("none"));
    for (size_t i = 0; i < sizeof encryption_rows / sizeof encryption_rows[0]; i++) {
        enum jwe_alg alg = jwe_alg_from(json_read_str(in->m, encryption_rows[i]));
        REQUIRE(alg != JWE_ALG_NONE || !json_object_get(in->m, content_rows[i]),
                invalid_client_metadata,
                "an encrypted_response_enc says nothing without its encrypted_response_alg");
        if (alg == JWE_ALG_NONE)
            continue;
        REQUIRE(!public || !jwe_alg_is_symmetric(alg), invalid_client_metadata,
                "a public client has no secret for an algorithm that is keyed with one");
        REQUIRE(has_keys(in->m) || jwe_alg_is_symmetric(alg), invalid_client_metadata,
                "answers cannot be encrypted to a client without jwks or jwks_uri");
    }
    return OK;
}

/* OIDC Registration 2: they are encrypted to our keys, or with the secret that we share. */
static err check_request_object_encryption(const struct input *in) {
    bool public = str_eq(json_read_str(in->m, "token_endpoint_auth_method"), S("none"));
    enum jwe_alg alg = jwe_alg_from(json_read_str(in->m, "request_object_encryption_alg"));
    REQUIRE(alg != JWE_ALG_NONE || !json_object_get(in->m, "request_object_encryption_enc"),
            invalid_client_metadata,
            "request_object_encryption_enc says nothing without request_object_encryption_alg");
    REQUIRE(!public || alg == JWE_ALG_NONE || !jwe_alg_is_symmetric(alg), invalid_client_metadata,
            "a public client has no secret for an algorithm that is keyed with one");
    return OK;
}

/* RFC 7523: HS* proves a secret, the others prove a key. */
static err check_assertion_alg(const struct input *in) {
    str method = json_read_str(in->m, "token_endpoint_auth_method");
    str alg = json_read_str(in->m, "token_endpoint_auth_signing_alg");
    bool symmetric = str_starts(alg, S("HS"));
    REQUIRE(!str_present(alg) || !str_has_word(S("client_secret_jwt"), method) || symmetric,
            invalid_client_metadata, "client_secret_jwt is signed with HS256, HS384 or HS512");
    REQUIRE(!str_eq(method, S("private_key_jwt")) || !symmetric, invalid_client_metadata,
            "private_key_jwt is signed with the key of a client, not with its secret");
    return OK;
}

/* --- subjects and logout -------------------------------------------------------------------- */

/* OIDC Core 8.1: one sector, or a document that says so. */
static err check_sector(const struct input *in) {
    const json_t *uris = json_object_get(in->m, "redirect_uris");
    struct url first = {0};
    size_t i;
    json_t *item;
    if (!str_eq(json_read_str(in->m, "subject_type"), S("pairwise")) ||
        json_object_get(in->m, "sector_identifier_uri"))
        return OK;
    json_array_foreach(uris, i, item) {
        struct url url = {0};
        TRY(url_parse(text_of(item), &url));
        first = i == 0 ? url : first;
        REQUIRE(str_eq_nocase(url.host, first.host), invalid_client_metadata,
                "pairwise subjects with redirect URIs on several hosts need sector_identifier_uri");
    }
    return OK;
}

/* Front-Channel Logout 2: scheme, host and port of one of the redirect URIs. */
static err check_front_channel_logout(const struct input *in) {
    const json_t *uris = json_object_get(in->m, "redirect_uris");
    str text = json_read_str(in->m, "frontchannel_logout_uri");
    struct url url = {0};
    size_t i;
    json_t *item;
    if (!str_present(text))
        return OK;
    TRY(url_parse(text, &url));
    json_array_foreach(uris, i, item) {
        struct url other = {0};
        if (!failed(url_parse(text_of(item), &other)) && str_eq_nocase(url.scheme, other.scheme) &&
            str_eq_nocase(url.host, other.host) && str_eq(url.port, other.port))
            return OK;
    }
    return FAIL(invalid_client_metadata,
                "frontchannel_logout_uri must be where one of the redirect URIs is");
}

err client_metadata_rules(const json_t *checked, bool development) {
    const struct input in = {checked, development};
    static err (*const rules[])(const struct input *) = {check_grant_types,
                                                         check_front_channel_uris,
                                                         check_keys,
                                                         check_signing_algs,
                                                         check_encryption_algs,
                                                         check_request_object_encryption,
                                                         check_assertion_alg,
                                                         check_sector,
                                                         check_front_channel_logout};
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        TRY(rules[i](&in));
    return OK;
}
