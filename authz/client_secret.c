#include "authz/client_secret.h"

#include "authz/client_auth.h"
#include "common/base/random.h"

enum { SECRET_BYTES = 32 };

static bool is_symmetric(enum jose_alg alg) {
    return alg == JOSE_HS256 || alg == JOSE_HS384 || alg == JOSE_HS512;
}

bool client_secret_is_key(const struct client *client) {
    return client->auth == CLIENT_SECRET_JWT || is_symmetric(client->id_token_alg) ||
           is_symmetric(client->userinfo_alg) || is_symmetric(client->request_object_alg) ||
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
    TRY(client->hitkey ? random_hex(arena, S(""), SECRET_BYTES, plain)
                       : random_token(arena, S("hk_cs_"), SECRET_BYTES, plain));
    TRY(client_auth_hash(authz, arena, *plain, &stored->hash));
    if (!client_secret_is_key(client))
        return OK;
    TRY(purpose(arena, client->client_id, &aad));
    return seal(&authz->client_secret_key, aad, *plain, arena, &stored->sealed);
}

err client_secret_after_change(const struct authz *authz, struct arena *arena,
                               const struct client *client, str *plain,
                               struct client_secrets_change *change) {
    struct client_secrets_held held;
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
