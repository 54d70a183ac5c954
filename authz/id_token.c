#include "authz/id_token.h"

#include "authz/config.h"
#include "common/base/base64url.h"
#include "common/base/json_put.h"
#include "keys/digest.h"
#include "keys/ring.h"

enum { PAYLOAD_MAX = 12 * 1024 };

/* OIDC Core 3.1.3.6: the left half of the hash that belongs to the algorithm. */
static err at_hash(struct arena *arena, enum jose_alg alg, str access_token, str *out) {
    uint8_t digest[64];
    size_t n = sha2(jose_alg_hash_bits(alg), access_token, digest);
    return base64url_encode(arena, str_of((const char *)digest, n / 2), out);
}

static err write_claims(const struct authz *authz, struct arena *arena, const struct id_token *in,
                        int64_t now_ms, str *out) {
    const struct grant *grant = in->grant;
    str hash;
    TRY(at_hash(arena, in->alg, in->access_token, &hash));
    struct json_put j = json_put_begin(arena, PAYLOAD_MAX);
    json_put_open(&j, '{');
    json_put_str(&j, "iss", authz->issuer);
    json_put_str(&j, "sub", grant->user_id);
    json_put_str(&j, "aud", grant->client_id);
    json_put_int(&j, "exp", now_ms / 1000 + authz->config->id_token_lifetime);
    json_put_int(&j, "iat", now_ms / 1000);
    json_put_int(&j, "auth_time", grant->auth_time_s);
    json_put_str(&j, "nonce", in->nonce);
    json_put_str(&j, "acr", grant->acr);
    if (!str_empty(grant->amr))
        json_put_words(&j, "amr", grant->amr);
    json_put_str(&j, "sid", grant->sid);
    json_put_str(&j, "at_hash", hash);
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}

err id_token_make(const struct authz *authz, struct arena *arena, const struct id_token *in,
                  int64_t now_ms, str *token) {
    str payload;
    TRY(write_claims(authz, arena, in, now_ms, &payload));
    return ring_sign(authz->ring, in->alg, S("JWT"), payload, arena, token);
}
