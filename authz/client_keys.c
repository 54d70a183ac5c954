#include "authz/client_keys.h"

#include "authz/client_secret.h"
#include "authz/jwks_cache.h"
#include "keys/jwe.h"

static err take(struct request *rq, const struct client *client, const struct jwks *seen,
                struct jwks **out) {
    struct jwks_cache *cache = authz_of(rq)->client_jwks;
    struct jwks_wish wish = {client->jwks_uri, seen, rq->now_ms, rq->may_block};
    if (str_present(client->jwks))
        return jwks_cache_take_text(cache, client->jwks, out);
    REQUIRE(str_present(client->jwks_uri), jose_key,
            "the client has registered neither jwks nor jwks_uri");
    return jwks_cache_take(cache, &wish, out);
}

/* OIDC Core 10.1: without a kid there must be one key that fits. */
static err verify_with(const struct jwks *jwks, const struct jws *jws, enum jose_alg alg) {
    const struct jwk *key;
    TRY(jwk_set_find(jwks_keys(jwks), alg, jws->kid, &key));
    return jws_verify(jws, alg, key);
}

err client_keys_verify(struct request *rq, const struct client *client, const struct jws *jws,
                       enum jose_alg alg) {
    AUTO(jwks_ref) jwks = NULL;
    AUTO(jwks_ref) newer = NULL;
    REQUIRE(jws->alg == alg && !jose_alg_is_hmac(alg), jose_algorithm,
            "the token is signed with another algorithm");
    TRY(take(rq, client, NULL, &jwks));
    err e = verify_with(jwks, jws, alg);
    if (!failed(e) || str_present(client->jwks))
        return e;
    TRY(take(rq, client, jwks, &newer));
    return newer == jwks ? e : verify_with(newer, jws, alg);
}

/* --- encryption ------------------------------------------------------------------------------- */

void client_key_ref_drop(client_key_ref *key) {
    jwk_free(key->own);
    jwks_give(key->set);
}

err client_keys_shared(struct request *rq, const struct client *client, size_t i, enum jwe_alg alg,
                       enum jwe_enc enc, struct client_key *out) {
    str secrets[2];
    size_t n;
    TRY(client_secret_open(authz_of(rq), rq->arena, client->client_id, secrets, &n));
    REQUIRE(i < n, jose_key, "the client has no secret that is kept as a key");
    TRY(jwe_key_from_client_secret(secret_of(secrets[i]), alg, enc, &out->own));
    out->jwk = out->own;
    return OK;
}

err client_keys_encryption(struct request *rq, const struct client *client, enum jwe_alg alg,
                           enum jwe_enc enc, struct client_key *out) {
    *out = (struct client_key){0};
    if (jwe_alg_is_symmetric(alg))
        return client_keys_shared(rq, client, 0, alg, enc, out);
    TRY(take(rq, client, NULL, &out->set));
    return jwk_set_find_encryption(jwks_keys(out->set), alg, &out->jwk);
}
