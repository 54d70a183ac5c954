#include "authz/token_format.h"

#include "authz/client_keys.h"
#include "authz/client_secret.h"
#include "keys/jwe.h"
#include "keys/ring.h"

#define TYP S("JWT")

typedef struct jwk *jwk_ref;
static void jwk_ref_drop(struct jwk **jwk) {
    jwk_free(*jwk);
}

/* OIDC Registration 2: the default of …_encrypted_response_enc. */
static struct token_format with_default(struct token_format format) {
    if (format.content == JWE_ENC_NONE)
        format.content = JWE_A128CBC_HS256;
    return format;
}

struct token_format token_format_id_token(const struct client *client) {
    return with_default((struct token_format){TYP, client->id_token_alg, client->id_token_enc_alg,
                                              client->id_token_enc});
}

struct token_format token_format_userinfo(const struct client *client) {
    return with_default((struct token_format){TYP, client->userinfo_alg, client->userinfo_enc_alg,
                                              client->userinfo_enc});
}

struct token_format token_format_logout_token(const struct client *client) {
    struct token_format format = token_format_id_token(client);
    format.typ = S("logout+jwt");
    return format;
}

bool token_format_is_plain(const struct token_format *format) {
    return format->sign == JOSE_NONE && format->encrypt == JWE_ALG_NONE;
}

/* --- signing --------------------------------------------------------------------------------- */

static err sign(struct request *rq, const struct client *client, const struct token_format *format,
                str claims, str *token) {
    enum jose_alg alg = format->sign;
    AUTO(jwk_ref) key = NULL;
    str secrets[2];
    size_t n;
    if (!jose_alg_is_hmac(alg))
        return ring_sign(authz_of(rq)->ring, alg, format->typ, claims, rq->arena, token);
    TRY(client_secret_open(authz_of(rq), rq->arena, client->client_id, secrets, &n));
    REQUIRE(n > 0, internal, "a client that has no secret to sign with");
    TRY(jwk_from_secret(secret_of(secrets[0]), alg, &key)); /* of two live ones the newer */
    return jws_sign(key, alg, format->typ, claims, rq->arena, token);
}

/* --- encrypting ------------------------------------------------------------------------------- */

static err key_of_client(struct request *rq, const struct client *client,
                         const struct token_format *format, struct client_key *out) {
    err e = client_keys_encryption(rq, client, format->encrypt, format->content, out);
    REQUIRE(!err_is(e, E_jose_key), invalid_request,
            "the client has no key that the answer can be encrypted to");
    return e;
}

static err encrypt_to(struct request *rq, const struct client *client,
                      const struct token_format *format, str plain, str *token) {
    AUTO(client_key_ref) key = {0};
    str cty = format->sign == JOSE_NONE ? STR_ABSENT : S("JWT"); /* RFC 7519 5.2 */
    TRY(key_of_client(rq, client, format, &key));
    return jwe_encrypt(key.jwk, format->encrypt, format->content, cty, plain, rq->arena, token);
}

err token_format_prepare(struct request *rq, const struct client *client,
                         const struct token_format *format) {
    AUTO(client_key_ref) key = {0};
    return format->encrypt == JWE_ALG_NONE ? OK : key_of_client(rq, client, format, &key);
}

/* --- both ------------------------------------------------------------------------------------- */

err token_format_write(struct request *rq, const struct client *client,
                       const struct token_format *format, str claims, str *token) {
    *token = claims;
    if (format->sign != JOSE_NONE)
        TRY(sign(rq, client, format, claims, token));
    if (format->encrypt == JWE_ALG_NONE)
        return OK;
    return encrypt_to(rq, client, format, *token, token);
}

err token_format_read(const struct authz *authz, struct arena *arena, const struct client *client,
                      str token, str *claims) {
    AUTO(jws_ref) jws = {0};
    TRY(jws_parse(arena, token, &jws));
    if (!jose_alg_is_hmac(jws.alg)) {
        REQUIRE(str_present(jws.kid), jose_malformed, "a token of ours names its key");
        return ring_verify(authz->ring, JOSE_NONE, TYP, token, arena, claims);
    }
    REQUIRE(str_eq_nocase(jws.typ, TYP), jose_malformed, "the token is of another type");
    REQUIRE(jose_alg_is_hmac(client->id_token_alg), jose_key,
            "the secret of the client signs no ID tokens any more");
    *claims = jws.payload;
    return client_secret_verify(authz, arena, client->client_id, &jws);
}
