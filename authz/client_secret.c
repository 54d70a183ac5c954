#include "authz/client_secret.h"

#include "authz/client_auth.h"
#include "common/base/random.h"

/* In base64url 48 bytes are the 64 that HS512 asks for at least (RFC 7518 3.2). */
enum { SECRET_BYTES = 32, KEY_BYTES = 48 };

bool client_secret_is_key(const struct client *client) {
    return client->auth == CLIENT_SECRET_JWT || jose_alg_is_hmac(client->id_token_alg) ||
           jose_alg_is_hmac(client->userinfo_alg) || jose_alg_is_hmac(client->request_object_alg) ||
           jwe_alg_is_symmetric(client->id_token_enc_alg) ||
           jwe_alg_is_symmetric(client->userinfo_enc_alg) ||
           jwe_alg_is_symmetric(client->request_object_enc_alg);
}

bool client_secret_is_needed(const struct client *client) {
    return client->auth == CLIENT_SECRET_BASIC || client->auth == CLIENT_SECRET_POST ||
           client_secret_is_key(client);
}

/* The sealed text is of use in the row of this client alone. */
static err purpose(struct arena *arena, str client_id, str *out) {
    return STR_JOIN(arena, out, S("client secret of "), client_id);
}

err client_secret_make(const struct authz *authz, struct arena *arena, const struct client *client,
                       str *plain, struct client_secret *stored) {
    str aad;
    *plain = STR_ABSENT;
    *stored = (struct client_secret){STR_ABSENT, STR_ABSENT};
    if (!client_secret_is_needed(client))
        return OK;
    size_t bytes = client_secret_is_key(client) ? KEY_BYTES : SECRET_BYTES;
    TRY(client->hitkey ? random_hex(arena, S(""), SECRET_BYTES, plain)
                       : random_token(arena, S("hk_cs_"), bytes, plain));
    TRY(client_auth_hash(authz, arena, *plain, &stored->hash));
    if (!client_secret_is_key(client))
        return OK;
    TRY(purpose(arena, client->client_id, &aad));
    return seal(&authz->client_secret_key, aad, *plain, arena, &stored->sealed);
}

err client_secret_after_change(const struct authz *authz, struct arena *arena,
                               const struct client *client, str *plain,
                               struct client_secrets_change *change) {
    struct client_secrets_held held = {0};
    *plain = STR_ABSENT;
    *change = (struct client_secrets_change){.drop = !client_secret_is_needed(client)};
    if (change->drop)
        return OK;
    TRY(client_secrets_held(authz->store, client->client_id, &held));
    if (held.live > 0 && (held.sealed > 0 || !client_secret_is_key(client)))
        return OK;
    return client_secret_make(authz, arena, client, plain, &change->fresh);
}

err client_secret_open(const struct authz *authz, struct arena *arena, str client_id,
                       str secrets[2], size_t *n) {
    str sealed[2], aad;
    TRY(purpose(arena, client_id, &aad));
    TRY(client_secrets_sealed(authz->store, arena, client_id, sealed, n));
    for (size_t i = 0; i < *n; i++)
        TRY(seal_open(&authz->client_secret_key, aad, sealed[i], arena, &secrets[i]));
    return OK;
}

static err verify_with(str text, const struct jws *jws) {
    struct jwk *key;
    TRY(jwk_from_secret(secret_of(text), jws->alg, &key));
    err e = jws_verify(jws, jws->alg, key);
    jwk_free(key);
    return e;
}

err client_secret_verify(const struct authz *authz, struct arena *arena, str client_id,
                         const struct jws *jws) {
    str secrets[2];
    size_t n;
    REQUIRE(jose_alg_is_hmac(jws->alg), jose_algorithm, "the token is not keyed with a secret");
    TRY(client_secret_open(authz, arena, client_id, secrets, &n));
    err e = FAIL(jose_key, "the client has no secret that is kept as a key: it must register the "
                           "algorithm that it signs with");
    for (size_t i = 0; i < n && failed(e); i++)
        e = verify_with(secrets[i], jws);
    return e;
}
