/* hk_cfg_private_key, hk_cfg_decryption_key: keys of the client, from PEM. */
#include "rp/engine/config.h"

/* Without a name the key has its thumbprint's (RFC 7638), as a set that is published has it. */
static err import(hk_cfg *cfg, const char *pem, const char *kid, enum jose_alg alg,
                  struct jwk **out) {
    struct jwk *unnamed = NULL;
    str thumbprint;
    if (kid && *kid)
        return jwk_from_pem(str_from(pem), str_from(kid), alg, out);
    TRY(jwk_from_pem(str_from(pem), STR_ABSENT, alg, &unnamed));
    err e = jwk_thumbprint(unnamed, cfg->arena, &thumbprint);
    jwk_free(unnamed);
    TRY(e);
    return jwk_from_pem(str_from(pem), thumbprint, alg, out);
}

static err set_private_key(hk_cfg *cfg, const char *pem, const char *kid, const char *alg) {
    struct settings *settings = &cfg->settings;
    HOLD(&cfg->failure, argument_given, pem && alg);
    settings->private_alg = jose_alg_from(str_from(alg));
    bool usable = settings->private_alg != JOSE_NONE && !jose_alg_is_hmac(settings->private_alg);
    HOLD(&cfg->failure, key_is_usable, usable);
    jwk_free(settings->private_key);
    settings->private_key = NULL;
    HOLD_TRY(&cfg->failure, key_is_usable,
             import(cfg, pem, kid, settings->private_alg, &settings->private_key));
    HOLD(&cfg->failure, key_is_usable,
         jwk_is_private(settings->private_key) &&
             jwk_fits(settings->private_key, settings->private_alg));
    return OK;
}

int hk_cfg_private_key(hk_cfg *cfg, const char *pem, const char *kid, const char *alg) {
    return config_may_set(cfg) ? config_keep(cfg, set_private_key(cfg, pem, kid, alg))
                               : config_refused(cfg);
}

static err add_decryption_key(hk_cfg *cfg, const char *pem, const char *kid, const char *alg) {
    struct settings *settings = &cfg->settings;
    HOLD(&cfg->failure, argument_given, pem && alg);
    HOLD(&cfg->failure, setting_valid, settings->decryption_key_count < MAX_DECRYPTION_KEYS);
    struct jwk **key = &settings->decryption_keys[settings->decryption_key_count];
    enum jwe_alg jwe_alg = jwe_alg_from(str_from(alg));
    HOLD(&cfg->failure, decryption_key_is_usable,
         jwe_alg != JWE_ALG_NONE && !jwe_alg_is_symmetric(jwe_alg));
    HOLD_TRY(&cfg->failure, decryption_key_is_usable, import(cfg, pem, kid, JOSE_NONE, key));
    settings->decryption_key_count++;
    HOLD(&cfg->failure, decryption_key_is_usable,
         jwk_is_private(*key) && jwk_fits_encryption(*key, jwe_alg));
    return OK;
}

int hk_cfg_decryption_key(hk_cfg *cfg, const char *pem, const char *kid, const char *alg) {
    return config_may_set(cfg) ? config_keep(cfg, add_decryption_key(cfg, pem, kid, alg))
                               : config_refused(cfg);
}
