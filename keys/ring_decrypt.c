/* What clients encrypt to the server: request objects. */
#include "keys/jwe.h"
#include "keys/ring.h"

static bool is_meant(const struct ring_key *key, const struct jwe *jwe) {
    if (key->decrypts == JWE_ALG_NONE || !jwk_fits_encryption(key->jwk, jwe->alg))
        return false;
    return str_present(jwe->kid) ? str_eq(jwk_kid(key->jwk), jwe->kid) : key->state == KEY_ACTIVE;
}

static err decrypt_with(const struct ring_snapshot *shown, const struct jwe *jwe, str token,
                        struct arena *arena, str *plain) {
    for (size_t i = 0; i < shown->n; i++)
        if (is_meant(&shown->keys[i], jwe))
            return jwe_decrypt(shown->keys[i].jwk, jwe->alg, jwe->enc, token, arena, plain);
    return FAIL(jose_key, "the token is not encrypted to a key of this server: see its JWKS");
}

err ring_decrypt(struct ring *ring, str token, struct arena *arena, str *plain) {
    AUTO(jwe_ref) jwe = {0};
    *plain = STR_ABSENT;
    TRY(jwe_parse(arena, token, &jwe));
    const struct ring_snapshot *shown = ring_take(ring);
    err e = decrypt_with(shown, &jwe, token, arena, plain);
    ring_give(ring, shown);
    return e;
}
