#include "authz/tests/client_jwt_helper.h"

#include "authz/client_auth.h"
#include "authz/client_secret.h"
#include "common/base/base64url.h"
#include "common/base/json_read.h"
#include "keys/jws.h"

static struct arena *arena(void) {
    return flow_world()->arena;
}

str client_jwt_json(const char *text) {
    size_t n = strlen(text);
    char *copy = arena_alloc(arena(), n + 1);
    assert_non_null(copy);
    for (size_t i = 0; i < n; i++)
        copy[i] = text[i] == '\'' ? '"' : text[i];
    return str_of(copy, n);
}

struct jwk *client_jwt_key(enum jose_alg alg, const char *kid) {
    AUTO(json_ref) json = NULL;
    struct jwk *made, *key;
    str text;
    assert_ok(jwk_generate(alg, &made));
    assert_ok(jwk_private_json(made, arena(), &text));
    assert_ok(json_read_object(text, &json));
    json_object_del(json, "alg");
    json_object_del(json, "kid");
    if (kid)
        json_object_set_new(json, "kid", json_string(kid));
    assert_ok(jwk_import(json, &key));
    jwk_free(made);
    return key;
}

struct client_jwt_keys jwt_keys;

void client_jwt_open(void) {
    jwt_keys = (struct client_jwt_keys){.rsa = client_jwt_key(JOSE_RS256, "rsa"),
                                        .ec = client_jwt_key(JOSE_ES256, "ec"),
                                        .ec384 = client_jwt_key(JOSE_ES384, "ec384"),
                                        .ec521 = client_jwt_key(JOSE_ES512, "ec521"),
                                        .ed = client_jwt_key(JOSE_EdDSA, "ed"),
                                        .stranger = client_jwt_key(JOSE_ES256, "ec")};
}

void client_jwt_close(void) {
    struct jwk *const keys[] = {jwt_keys.rsa,   jwt_keys.ec, jwt_keys.ec384,
                                jwt_keys.ec521, jwt_keys.ed, jwt_keys.stranger};
    for (size_t i = 0; i < COUNT(keys); i++)
        jwk_free(keys[i]);
}

const char *client_jwt_all(void) {
    struct jwk *const keys[] = {jwt_keys.rsa, jwt_keys.ec, jwt_keys.ec384, jwt_keys.ec521,
                                jwt_keys.ed};
    return client_jwt_set(keys, COUNT(keys));
}

const char *client_jwt_set(struct jwk *const *keys, size_t n) {
    str set = S("");
    for (size_t i = 0; i < n; i++) {
        str one;
        assert_ok(jwk_public_json(keys[i], arena(), &one));
        assert_ok(STR_JOIN(arena(), &set, set, i ? S(",") : S(""), one));
    }
    assert_ok(STR_JOIN(arena(), &set, S("{\"keys\":["), set, S("]}")));
    return set.p;
}

const char *client_jwt(const struct jwk *key, enum jose_alg alg, const char *typ,
                       const char *payload) {
    str token;
    assert_ok(jws_sign(key, alg, str_from(typ), client_jwt_json(payload), arena(), &token));
    return token.p;
}

const char *client_jwt_raw(const char *header, const char *payload, const char *signature) {
    str first, second, token;
    assert_ok(base64url_encode(arena(), client_jwt_json(header), &first));
    assert_ok(base64url_encode(arena(), client_jwt_json(payload), &second));
    assert_ok(STR_JOIN(arena(), &token, first, S("."), second, S("."), str_from(signature)));
    return token.p;
}

struct jwk *client_jwt_secret_key(const char *text, enum jose_alg alg) {
    struct jwk *key;
    assert_ok(jwk_from_secret(secret_of(str_from(text)), alg, &key));
    return key;
}

static const char *add(struct client *client) {
    const struct authz *authz = flow_world()->authz;
    AUTO(json_ref) metadata = NULL;
    struct client_secret stored = {0};
    str plain = S(CLIENT_JWT_SECRET);
    assert_ok(json_read_object(client->metadata, &metadata));
    assert_ok(client_from_metadata(arena(), metadata, client));
    if (client_secret_is_key(client))
        assert_ok(client_secret_make(authz, arena(), client, &plain, &stored));
    else
        assert_ok(client_auth_hash(authz, arena(), plain, &stored.hash));
    assert_ok(client_create(authz->store, client, &stored));
    return plain.p;
}

const char *client_jwt_add(const char *client_id, const char *metadata) {
    str text;
    assert_ok(str_printf(arena(), &text,
                         "{'client_name':'The %s app','application_type':'web','redirect_uris':"
                         "['" FLOW_REDIRECT "'],"
                         "'grant_types':['authorization_code','refresh_token'],"
                         "'response_types':['code'],'scope':'openid profile email offline_access',"
                         "'id_token_signed_response_alg':'ES256',%s}",
                         client_id, metadata));
    struct client client = {.client_id = str_from(client_id),
                            .id = str_from(client_id),
                            .owner_id = S("developer"),
                            .created_ms = flow_world()->now_ms,
                            .metadata = client_jwt_json(text.p)};
    return add(&client);
}
