#include "authz/request_object_decrypt.h"

#include "authz/client_keys.h"
#include "keys/jwe.h"
#include "keys/ring.h"

enum { LIVE_SECRETS = 2 };

/* RFC 7516 3.1: five parts. */
static bool is_encrypted(str text) {
    size_t dots = 0;
    for (size_t i = 0; i < text.n; i++)
        dots += text.p[i] == '.';
    return dots == 4;
}

/* OIDC Registration 2: what the client declared, if it did. */
static err check_registered(const struct client *client, const struct jwe *jwe) {
    REQUIRE(client->request_object_enc_alg == JWE_ALG_NONE ||
                client->request_object_enc_alg == jwe->alg,
            jose_algorithm,
            "alg of the encrypted request object is not the one that the client registered");
    REQUIRE(client->request_object_enc == JWE_ENC_NONE || client->request_object_enc == jwe->enc,
            jose_algorithm,
            "enc of the encrypted request object is not the one that the client registered");
    return OK;
}

static err with_secrets(struct request *rq, const struct client *client, const struct jwe *jwe,
                        str text, str *token) {
    err e = FAIL(jose_key, "the client has no secret that is kept as a key");
    for (size_t i = 0; i < LIVE_SECRETS && failed(e); i++) {
        AUTO(client_key_ref) key = {0};
        err got = client_keys_shared(rq, client, i, jwe->alg, jwe->enc, &key);
        if (failed(got))
            return i && err_is(got, E_jose_key) ? e : got;
        e = jwe_decrypt(key.jwk, jwe->alg, jwe->enc, text, rq->arena, token);
    }
    return e;
}

err request_object_decrypt(struct request *rq, const struct client *client, str text, str *token) {
    AUTO(jwe_ref) jwe = {0};
    *token = text;
    if (!is_encrypted(text))
        return OK;
    TRY(jwe_parse(rq->arena, text, &jwe));
    TRY(check_registered(client, &jwe));
    if (jwe_alg_is_symmetric(jwe.alg))
        return with_secrets(rq, client, &jwe, text, token);
    return ring_decrypt(authz_of(rq)->ring, text, rq->arena, token);
}
