#include "rp/flows/client_metadata.h"

#include "common/base/json_read.h"
#include "rp/protocol/response_type.h"

/* Each setting under the name that it is registered by; one that is not set is left out. */
static const struct {
    const char *member;
    size_t option;
} texts[] = {
    {"client_name", offsetof(struct options, client_name)},
    {"initiate_login_uri", offsetof(struct options, initiate_login_uri)},
    {"backchannel_logout_uri", offsetof(struct options, backchannel_logout_uri)},
    {"frontchannel_logout_uri", offsetof(struct options, frontchannel_logout_uri)},
};

static const struct {
    const char *member;
    size_t option;
} lists[] = {
    {"post_logout_redirect_uris", offsetof(struct options, post_logout_redirect_uri)},
    {"request_uris", offsetof(struct options, request_uri)},
};

static const struct {
    const char *member;
    size_t option;
} algs[] = {
    {"userinfo_signed_response_alg", offsetof(struct options, userinfo_alg)},
    {"introspection_signed_response_alg", offsetof(struct options, introspection_alg)},
};

/* "alg enc" is two members. */
static const struct {
    const char *alg, *enc;
    size_t option;
} encryptions[] = {
    {"id_token_encrypted_response_alg", "id_token_encrypted_response_enc",
     offsetof(struct options, id_token_encryption)},
    {"userinfo_encrypted_response_alg", "userinfo_encrypted_response_enc",
     offsetof(struct options, userinfo_encryption)},
    {"authorization_encrypted_response_alg", "authorization_encrypted_response_enc",
     offsetof(struct options, authorization_encryption)},
    {"request_object_encryption_alg", "request_object_encryption_enc",
     offsetof(struct options, request_object_encryption)},
};

/* The first failure of jansson, which has one reason, is kept. */
struct writer {
    struct hk_op *op;
    const struct settings *settings;
    json_t *object;
    bool lost;
};

static const void *option_at(const struct writer *writer, size_t offset) {
    return (const char *)&writer->settings->options + offset;
}

static void put(struct writer *writer, const char *member, json_t *value) {
    writer->lost |= json_object_set_new(writer->object, member, value) != 0;
}

static void put_text(struct writer *writer, const char *member, str text) {
    if (str_present(text))
        put(writer, member, json_stringn(text.p, text.n));
}

/* An absent text adds no list. */
static void put_list(struct writer *writer, const char *member, str only) {
    if (str_present(only))
        put(writer, member, json_pack("[s%]", only.p, only.n));
}

static void put_true(struct writer *writer, const char *member, bool is) {
    if (is)
        put(writer, member, json_true());
}

static void put_alg(struct writer *writer, const char *member, enum jose_alg alg) {
    if (alg != JOSE_NONE)
        put_text(writer, member, jose_alg_name(alg));
}

static void put_tables(struct writer *writer) {
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        put_text(writer, texts[i].member, *(const str *)option_at(writer, texts[i].option));
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        put_list(writer, lists[i].member, *(const str *)option_at(writer, lists[i].option));
    for (size_t i = 0; i < sizeof algs / sizeof algs[0]; i++)
        put_alg(writer, algs[i].member, *(const enum jose_alg *)option_at(writer, algs[i].option));
    for (size_t i = 0; i < sizeof encryptions / sizeof encryptions[0]; i++) {
        str both = *(const str *)option_at(writer, encryptions[i].option);
        size_t space = str_find(both, ' ');
        if (!str_present(both))
            continue;
        put_text(writer, encryptions[i].alg, str_head(both, space));
        put_text(writer, encryptions[i].enc, str_trim(str_from_pos(both, space)));
    }
}

/* RFC 7591 2.1: each response type has its grants; a client that can, keeps its user signed in. */
static void put_grants(struct writer *writer) {
    const struct options *options = &writer->settings->options;
    str type = settings_choice("response_type", options->response_type);
    bool code = str_has_word(type, S("code")), tokens = !str_eq(type, S("code"));
    json_t *grants = json_array();
    writer->lost |= !grants;
    if (code) {
        writer->lost |= json_array_append_new(grants, json_string("authorization_code")) != 0;
        writer->lost |= json_array_append_new(grants, json_string("refresh_token")) != 0;
    }
    if (tokens)
        writer->lost |= json_array_append_new(grants, json_string("implicit")) != 0;
    put_list(writer, "response_types", type);
    put(writer, "grant_types", grants);
}

/* With "auto" a key is what a client that has one means; a secret is for the provider to give. */
static void put_authentication(struct writer *writer) {
    const struct settings *settings = writer->settings;
    enum client_auth id = (enum client_auth)settings->options.client_auth;
    if (id == AUTH_AUTO && settings->private_key)
        id = AUTH_PRIVATE_KEY_JWT;
    if (id != AUTH_AUTO)
        put_text(writer, "token_endpoint_auth_method", settings_choice("client_auth", (int)id));
    if (id == AUTH_PRIVATE_KEY_JWT)
        put_alg(writer, "token_endpoint_auth_signing_alg", settings->private_alg);
}

static err add_key(struct writer *writer, json_t *keys, const struct jwk *key) {
    str text;
    json_t *json = NULL;
    if (!key)
        return OK;
    TRY(jwk_public_json(key, writer->op->arena, &text));
    TRY(json_read_object(text, &json));
    writer->lost |= json_array_append_new(keys, json) != 0;
    return OK;
}

static err put_keys(struct writer *writer) {
    const struct settings *settings = writer->settings;
    AUTO(json_ref) keys = json_array();
    TRY(add_key(writer, keys, settings->private_key));
    for (size_t i = 0; i < settings->decryption_key_count; i++)
        TRY(add_key(writer, keys, settings->decryption_keys[i]));
    if (json_array_size(keys))
        put(writer, "jwks", json_pack("{s:O}", "keys", keys));
    return OK;
}

static void put_promises(struct writer *writer) {
    const struct options *options = &writer->settings->options;
    bool objects = options->request_object != OBJECT_OFF;
    put_true(writer, "dpop_bound_access_tokens", options->dpop == SWITCH_REQUIRE);
    put_true(writer, "tls_client_certificate_bound_access_tokens",
             options->mtls_bound == SWITCH_REQUIRE);
    put_true(writer, "require_pushed_authorization_requests", options->par == PAR_REQUIRE);
    put_true(writer, "require_signed_request_object", objects);
    put_true(writer, "backchannel_logout_session_required",
             str_present(options->backchannel_logout_uri));
    put_true(writer, "frontchannel_logout_session_required",
             str_present(options->frontchannel_logout_uri));
    if (objects)
        put_alg(writer, "request_object_signing_alg",
                settings_request_object_alg(writer->settings));
    if (options->response_mode >= MODE_JWT)
        put_alg(writer, "authorization_signed_response_alg", options->authorization_alg);
}

/* OIDC Registration 2: what listens on the user's own machine is a native application. */
static void put_basics(struct writer *writer) {
    const struct settings *settings = writer->settings;
    bool native = str_starts(settings->redirect_uri, S("http:"));
    put_list(writer, "redirect_uris", settings->redirect_uri);
    put_text(writer, "application_type", native ? S("native") : S("web"));
    put_text(writer, "scope", settings->scopes);
    if (response_wants_id_token(settings, settings->scopes))
        put_alg(writer, "id_token_signed_response_alg", settings->options.id_token_alg);
}

static void drop_object(void *object) {
    json_decref(object);
}

err client_metadata(struct hk_op *op, json_t **out) {
    struct writer writer = {.op = op, .settings = &op->rp->settings, .object = json_object()};
    TRY(op_defer(op, drop_object, writer.object));
    put_basics(&writer);
    put_grants(&writer);
    put_authentication(&writer);
    put_tables(&writer);
    put_promises(&writer);
    TRY(put_keys(&writer));
    REQUIRE(!writer.lost, no_memory, "there is no memory for the metadata of the client");
    *out = writer.object;
    return OK;
}
