#include "authz/token_format.h"

#include "authz/client_secret.h"
#include "common/base/scope.h"
#include "keys/jws.h"
#include "keys/ring.h"

#define TYP S("JWT")

typedef struct jwk *jwk_ref;
static void jwk_ref_drop(struct jwk **jwk) {
    jwk_free(*jwk);
}

static bool is_hmac(enum jose_alg alg) {
    return alg == JOSE_HS256 || alg == JOSE_HS384 || alg == JOSE_HS512;
}

struct token_format token_format_id_token(const struct client *client) {
    return (struct token_format){client->id_token_alg};
}

struct token_format token_format_userinfo(const struct client *client) {
    return (struct token_format){client->userinfo_alg};
}

bool token_format_is_plain(const struct token_format *format) {
    return format->sign == JOSE_NONE;
}

/* --- making ---------------------------------------------------------------------------------- */

/* OIDC Core 10.1: the key is the client secret; of two live ones the newer. */
static err sign_with_secret(const struct authz *authz, struct arena *arena,
                            const struct client *client, enum jose_alg alg, str claims,
                            str *token) {
    AUTO(jwk_ref) key = NULL;
    str secrets[2];
    size_t n;
    TRY(client_secret_open(authz, arena, client->client_id, secrets, &n));
    REQUIRE(n > 0, internal, "a client that has no secret to sign with");
    TRY(jwk_from_secret(secret_of(secrets[0]), alg, &key));
    return jws_sign(key, alg, TYP, claims, arena, token);
}

err token_format_write(struct request *rq, const struct client *client,
                       const struct token_format *format, str claims, str *token) {
    const struct authz *authz = authz_of(rq);
    if (is_hmac(format->sign))
        return sign_with_secret(authz, rq->arena, client, format->sign, claims, token);
    return ring_sign(authz->ring, format->sign, TYP, claims, rq->arena, token);
}

/* --- reading --------------------------------------------------------------------------------- */

static err verify_with(const struct jws *jws, enum jose_alg alg, str text) {
    AUTO(jwk_ref) key = NULL;
    TRY(jwk_from_secret(secret_of(text), alg, &key));
    return jws_verify(jws, alg, key);
}

static err read_with_secret(const struct authz *authz, struct arena *arena,
                            const struct client *client, str token, str *claims) {
    AUTO(jws_ref) jws = {0};
    str secrets[2];
    size_t n;
    TRY(jws_parse(arena, token, &jws));
    REQUIRE(str_eq_nocase(jws.typ, TYP), jose_malformed, "the token is of another type");
    TRY(client_secret_open(authz, arena, client->client_id, secrets, &n));
    err e = FAIL(jose_key, "the client has no secret that could have signed the token");
    for (size_t i = 0; i < n && failed(e); i++)
        e = verify_with(&jws, client->id_token_alg, secrets[i]);
    *claims = jws.payload;
    return e;
}

err token_format_read(const struct authz *authz, struct arena *arena, const struct client *client,
                      str token, str *claims) {
    if (is_hmac(client->id_token_alg))
        return read_with_secret(authz, arena, client, token, claims);
    return ring_verify(authz->ring, client->id_token_alg, TYP, token, arena, claims);
}
