#include "authz/id_token.h"

#include "authz/config.h"
#include "authz/protocol/claims.h"
#include "authz/subject.h"
#include "authz/token_format.h"
#include "keys/half_hash.h"

enum { PAYLOAD_MAX = 32 * 1024 };

/* OIDC Core 3.1.3.6, 3.3.2.11: our EdDSA keys are on Ed25519. */
static err put_hash(struct json_put *j, struct arena *arena, const char *name, enum jose_alg alg,
                    str text) {
    str hash;
    if (!str_present(text))
        return OK;
    TRY(half_hash(alg, text, arena, &hash));
    json_put_str(j, name, hash);
    return OK;
}

static err put_hashes(struct json_put *j, struct arena *arena, const struct id_token *in) {
    enum jose_alg alg = in->client->id_token_alg;
    TRY(put_hash(j, arena, "at_hash", alg, in->access_token));
    TRY(put_hash(j, arena, "c_hash", alg, in->code));
    return put_hash(j, arena, "s_hash", alg, in->state);
}

static err write_claims(struct request *rq, const struct id_token *in, str *out) {
    const struct authz *authz = authz_of(rq);
    const struct grant *grant = in->grant;
    str sub;
    TRY(subject_of(authz, rq->arena, in->client, grant->user_id, &sub));
    struct json_put j = json_put_begin(rq->arena, PAYLOAD_MAX);
    json_put_open(&j, '{');
    json_put_str(&j, "iss", authz->issuer);
    json_put_str(&j, "sub", sub);
    json_put_str(&j, "aud", grant->client_id);
    json_put_int(&j, "exp", rq->now_ms / 1000 + authz->config->id_token_lifetime);
    json_put_int(&j, "iat", rq->now_ms / 1000);
    json_put_int(&j, "auth_time", grant->signed_in_ms / 1000);
    json_put_str(&j, "nonce", in->nonce);
    json_put_str(&j, "acr", grant->acr);
    if (!str_empty(grant->amr))
        json_put_words(&j, "amr", grant->amr);
    json_put_str(&j, "sid", grant->sid);
    TRY(put_hashes(&j, rq->arena, in));
    if (in->person)
        TRY(claims_put(&j, rq->arena, in->person, in->scope, in->claims));
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}

err id_token_make(struct request *rq, const struct id_token *in, str *token) {
    struct token_format format = token_format_id_token(in->client);
    str claims;
    TRY(write_claims(rq, in, &claims));
    return token_format_write(rq, in->client, &format, claims, token);
}
