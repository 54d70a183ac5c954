#include "rp/flows/decrypt.h"

#include "keys/jwe.h"

struct encryption {
    enum jwe_alg alg;
    enum jwe_enc enc;
    str kid; /* that the token names, or absent */
};

static bool may_open(const struct jwk *key, const struct encryption *how) {
    str kid = jwk_kid(key);
    bool named = !str_present(how->kid) || !str_present(kid) || str_eq(how->kid, kid);
    return named && jwk_fits_encryption(key, how->alg);
}

static err open_with_secret(struct hk_op *op, const struct encryption *how, str token, str *plain) {
    struct jwk *key = NULL;
    secret shared = secret_of(op->rp->settings.client_secret);
    HOLD_TRY(&op->failure, decryption_key_is_known,
             jwe_key_from_client_secret(shared, how->alg, how->enc, &key));
    err e = jwe_decrypt(key, how->alg, how->enc, token, op->arena, plain);
    jwk_free(key);
    HOLD_TRY(&op->failure, token_decrypts, e);
    return OK;
}

/* Keys without a name are tried in turn: a rotation may leave two of them. */
static err open_with_keys(struct hk_op *op, const struct encryption *how, str token, str *plain) {
    const struct settings *settings = &op->rp->settings;
    err e = FAIL(jose_key, "no key was tried");
    bool tried = false;
    for (size_t i = 0; i < settings->decryption_key_count && failed(e); i++) {
        const struct jwk *key = settings->decryption_keys[i];
        if (!may_open(key, how))
            continue;
        tried = true;
        e = jwe_decrypt(key, how->alg, how->enc, token, op->arena, plain);
    }
    HOLD(&op->failure, decryption_key_is_known, tried);
    HOLD_TRY(&op->failure, token_decrypts, e);
    return OK;
}

err decrypt_token(struct hk_op *op, str encryption, str token, str *plain) {
    AUTO(jwe_ref) jwe = {0};
    *plain = S("");
    size_t space = str_find(encryption, ' ');
    struct encryption how = {
        .alg = jwe_alg_from(str_head(encryption, space)),
        .enc = jwe_enc_from(str_from_pos(encryption, space < encryption.n ? space + 1 : space))};
    HOLD_TRY(&op->failure, token_is_encrypted, jwe_parse(op->arena, token, &jwe));
    HOLD(&op->failure, token_encryption_matches, jwe.alg == how.alg && jwe.enc == how.enc);
    how.kid = jwe.kid;
    return jwe_alg_is_symmetric(how.alg) ? open_with_secret(op, &how, token, plain)
                                         : open_with_keys(op, &how, token, plain);
}
