/* A client's metadata (client_metadata.def) as the members of a struct client. */
#include "authz/store/client.h"
#include "common/base/buf.h"
#include "common/base/json_read.h"
#include "common/base/url.h"

static str text_of(const json_t *value) {
    return str_of(json_string_value(value), json_string_length(value));
}

/* The strings of an array joined by `sep`: ["a","b"] gives "a b". */
static err joined(struct arena *arena, const json_t *list, char sep, str *out) {
    size_t i, max = 1;
    json_t *item;
    json_array_foreach(list, i, item) max += json_string_length(item) + 1;
    struct buf words = buf_in(arena, max);
    json_array_foreach(list, i, item) {
        if (i)
            buf_add_c(&words, sep);
        buf_add(&words, text_of(item));
    }
    return buf_str(&words, out);
}

static err strings(struct arena *arena, const json_t *list, const str **out, size_t *n) {
    size_t i;
    json_t *item;
    *n = json_array_size(list);
    if (*n == 0)
        return OK;
    str *copies = arena_array(arena, *n, sizeof *copies);
    REQUIRE(copies, no_memory, "no memory for a client");
    json_array_foreach(list, i, item) TRY(str_dup(arena, text_of(item), &copies[i]));
    *out = copies;
    return OK;
}

/* --- plain strings -------------------------------------------------------------------------- */

static const struct {
    const char *name;
    size_t offset;
} texts[] = {
#define TEXT_MEMBER(member)                                                                        \
    { #member, offsetof(struct client, member) }
    {"client_name", offsetof(struct client, name)},
    TEXT_MEMBER(scope),
    TEXT_MEMBER(sector_identifier_uri),
    TEXT_MEMBER(jwks_uri),
    TEXT_MEMBER(initiate_login_uri),
    TEXT_MEMBER(frontchannel_logout_uri),
    TEXT_MEMBER(backchannel_logout_uri),
    TEXT_MEMBER(client_uri),
    TEXT_MEMBER(logo_uri),
    TEXT_MEMBER(policy_uri),
    TEXT_MEMBER(tos_uri),
#undef TEXT_MEMBER
};

static err read_texts(struct arena *arena, const json_t *json, struct client *out) {
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        str *member = (str *)(void *)((char *)out + texts[i].offset);
        TRY(str_dup(arena, json_read_str(json, texts[i].name), member));
    }
    if (!str_present(out->name))
        out->name = out->client_id;
    return OK;
}

/* --- lists ---------------------------------------------------------------------------------- */

static err read_lists(struct arena *arena, const json_t *json, struct client *out) {
    TRY(strings(arena, json_object_get(json, "redirect_uris"), &out->redirect_uris,
                &out->redirect_uri_count));
    TRY(strings(arena, json_object_get(json, "request_uris"), &out->request_uris,
                &out->request_uri_count));
    TRY(strings(arena, json_object_get(json, "post_logout_redirect_uris"),
                &out->post_logout_redirect_uris, &out->post_logout_redirect_uri_count));
    TRY(joined(arena, json_object_get(json, "grant_types"), ' ', &out->grant_types));
    TRY(joined(arena, json_object_get(json, "default_acr_values"), ' ', &out->default_acr_values));
    return joined(arena, json_object_get(json, "response_types"), ',', &out->response_types);
}

/* --- algorithms ----------------------------------------------------------------------------- */

static enum client_auth auth_from(str name) {
    static const struct {
        str name;
        enum client_auth auth;
    } methods[] = {
        {S_INIT("client_secret_post"), CLIENT_SECRET_POST},
        {S_INIT("client_secret_jwt"), CLIENT_SECRET_JWT},
        {S_INIT("private_key_jwt"), CLIENT_PRIVATE_KEY_JWT},
        {S_INIT("none"), CLIENT_AUTH_NONE},
    };
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (str_eq(name, methods[i].name))
            return methods[i].auth;
    return CLIENT_SECRET_BASIC; /* RFC 7591 2: the default */
}

static void read_encryption(const json_t *json, const char *alg_name, const char *enc_name,
                            enum jwe_alg *alg, enum jwe_enc *enc) {
    *alg = jwe_alg_from(json_read_str(json, alg_name));
    *enc = jwe_enc_from(json_read_str(json, enc_name));
}

static void read_algorithms(const json_t *json, struct client *out) {
    out->auth = auth_from(json_read_str(json, "token_endpoint_auth_method"));
    out->token_auth_alg = jose_alg_from(json_read_str(json, "token_endpoint_auth_signing_alg"));
    out->id_token_alg = jose_alg_from(json_read_str(json, "id_token_signed_response_alg"));
    out->userinfo_alg = jose_alg_from(json_read_str(json, "userinfo_signed_response_alg"));
    str object_alg = json_read_str(json, "request_object_signing_alg");
    out->request_object_alg = jose_alg_from(object_alg);
    out->request_object_unsigned = str_eq(object_alg, S("none"));
    read_encryption(json, "id_token_encrypted_response_alg", "id_token_encrypted_response_enc",
                    &out->id_token_enc_alg, &out->id_token_enc);
    read_encryption(json, "userinfo_encrypted_response_alg", "userinfo_encrypted_response_enc",
                    &out->userinfo_enc_alg, &out->userinfo_enc);
    read_encryption(json, "request_object_encryption_alg", "request_object_encryption_enc",
                    &out->request_object_enc_alg, &out->request_object_enc);
}

/* --- the rest ------------------------------------------------------------------------------- */

/* OIDC Core 8.1: the host of sector_identifier_uri, or the one that all redirect URIs have. */
static err read_subject(struct arena *arena, const json_t *json, struct client *out) {
    struct url url = {0};
    out->pairwise = str_eq(json_read_str(json, "subject_type"), S("pairwise"));
    if (!out->pairwise)
        return OK;
    str from = str_present(out->sector_identifier_uri) ? out->sector_identifier_uri
                                                       : out->redirect_uris[0];
    TRY(url_parse(from, &url));
    return str_lower(arena, url.host, &out->sector_identifier);
}

static void read_logout(const json_t *json, struct client *out) {
    out->frontchannel_logout_session_required =
        json_read_true(json, "frontchannel_logout_session_required");
    out->backchannel_logout_session_required =
        json_read_true(json, "backchannel_logout_session_required");
}

err client_from_metadata(struct arena *arena, const json_t *json, struct client *out) {
    TRY(read_lists(arena, json, out));
    TRY(read_texts(arena, json, out));
    read_algorithms(json, out);
    read_logout(json, out);
    TRY(read_subject(arena, json, out));
    out->native = str_eq(json_read_str(json, "application_type"), S("native"));
    out->require_auth_time = json_read_true(json, "require_auth_time");
    out->default_max_age_s = -1;
    json_read_int(json, "default_max_age", &out->default_max_age_s);
    if (!json_object_get(json, "jwks"))
        return OK;
    return json_read_dump(arena, json_object_get(json, "jwks"), &out->jwks);
}
