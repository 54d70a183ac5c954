#include "rp/engine/config.h"

#include "common/base/json_read.h"
#include "rp/engine/sized.h"

enum { CEILING = 1 << 20 };

hk_cfg *hk_cfg_new(const char *issuer, const char *client_id) {
    struct arena *arena = arena_new(CEILING);
    hk_cfg *cfg = arena ? ARENA_NEW(arena, struct hk_cfg) : NULL;
    if (!cfg) {
        arena_free(arena);
        return NULL;
    }
    cfg->arena = arena;
    cfg->memory = memory_default;
    settings_defaults(&cfg->settings);
    cfg->problem = str_dup(arena, str_from(issuer), &cfg->settings.issuer);
    if (!failed(cfg->problem))
        cfg->problem = str_dup(arena, str_from(client_id), &cfg->settings.client_id);
    return cfg;
}

void hk_cfg_free(hk_cfg *cfg) {
    if (!cfg)
        return;
    settings_drop(&cfg->settings);
    arena_free(cfg->arena);
}

bool config_may_set(const hk_cfg *cfg) {
    return cfg && !failed(cfg->problem);
}

int config_keep(hk_cfg *cfg, err problem) {
    cfg->problem = problem;
    return failure_report(&cfg->failure, problem, NULL);
}

int config_refused(const hk_cfg *cfg) {
    return cfg ? failure_report(&cfg->failure, cfg->problem, NULL) : HK_E_NOMEM;
}

static err copy_text(hk_cfg *cfg, const char *text, str *out) {
    HOLD(&cfg->failure, argument_given, text && *text);
    return str_dup(cfg->arena, str_from(text), out);
}

/* One text setter is like the other. */
static int set_text(hk_cfg *cfg, const char *text, str *out) {
    return config_may_set(cfg) ? config_keep(cfg, copy_text(cfg, text, out)) : config_refused(cfg);
}

int hk_cfg_secret(hk_cfg *cfg, const char *client_secret) {
    return set_text(cfg, client_secret, cfg ? &cfg->settings.client_secret : NULL);
}

int hk_cfg_redirect_uri(hk_cfg *cfg, const char *uri) {
    return set_text(cfg, uri, cfg ? &cfg->settings.redirect_uri : NULL);
}

int hk_cfg_scopes(hk_cfg *cfg, const char *space_separated) {
    return set_text(cfg, space_separated, cfg ? &cfg->settings.scopes : NULL);
}

int hk_cfg_certificate(hk_cfg *cfg, const char *cert_file, const char *key_file) {
    set_text(cfg, cert_file, cfg ? &cfg->settings.certificate_file : NULL);
    return set_text(cfg, key_file, cfg ? &cfg->settings.certificate_key_file : NULL);
}

int hk_cfg_set(hk_cfg *cfg, const char *name, const char *value) {
    if (!config_may_set(cfg))
        return config_refused(cfg);
    return config_keep(cfg, settings_set(&cfg->settings, cfg->arena, str_from(name),
                                         str_from(value), &cfg->failure));
}

static err add_seal_key(hk_cfg *cfg, const uint8_t key[32], uint32_t key_id) {
    struct settings *settings = &cfg->settings;
    HOLD(&cfg->failure, argument_given, key);
    HOLD(&cfg->failure, setting_valid, settings->seal_key_count < MAX_SEAL_KEYS);
    struct seal_slot *slot = &settings->seal_keys[settings->seal_key_count++];
    memcpy(slot->key.bytes, key, sizeof slot->key.bytes);
    slot->id = key_id;
    return OK;
}

int hk_cfg_seal_key(hk_cfg *cfg, const uint8_t key[32], uint32_t key_id) {
    return config_may_set(cfg) ? config_keep(cfg, add_seal_key(cfg, key, key_id))
                               : config_refused(cfg);
}

static err read_object(hk_cfg *cfg, const char *json, json_t **out) {
    HOLD(&cfg->failure, argument_given, json);
    json_decref(*out);
    *out = NULL;
    HOLD_TRY(&cfg->failure, json_setting_valid, json_read_object(str_from(json), out));
    return OK;
}

static int set_object(hk_cfg *cfg, const char *json, json_t **out) {
    return config_may_set(cfg) ? config_keep(cfg, read_object(cfg, json, out))
                               : config_refused(cfg);
}

int hk_cfg_metadata(hk_cfg *cfg, const char *json) {
    return set_object(cfg, json, cfg ? &cfg->settings.metadata : NULL);
}

int hk_cfg_jwks(hk_cfg *cfg, const char *json) {
    return set_object(cfg, json, cfg ? &cfg->settings.jwks : NULL);
}

int hk_cfg_allocator(hk_cfg *cfg, hk_realloc_fn resize, void *ctx) {
    if (!config_may_set(cfg))
        return config_refused(cfg);
    if (resize)
        cfg->memory = (struct memory){resize, ctx};
    return HK_OK;
}

int hk_cfg_clock(hk_cfg *cfg, int64_t (*now)(void *ctx), void *ctx) {
    if (!config_may_set(cfg))
        return config_refused(cfg);
    cfg->settings.now = now;
    cfg->settings.now_context = ctx;
    return HK_OK;
}

int hk_cfg_on_event(hk_cfg *cfg, void (*fn)(void *ctx, const hk_event *), void *ctx) {
    if (!config_may_set(cfg))
        return config_refused(cfg);
    cfg->settings.on_event = fn;
    cfg->settings.on_event_context = ctx;
    return HK_OK;
}

int hk_cfg_on_tokens(hk_cfg *cfg, int (*fn)(void *ctx, const hk_session *, hk_str), void *ctx) {
    if (!config_may_set(cfg))
        return config_refused(cfg);
    cfg->settings.on_tokens = fn;
    cfg->settings.on_tokens_context = ctx;
    return HK_OK;
}

static err copy_store(hk_cfg *cfg, const hk_store *store) {
    hk_store all;
    sized_copy(&all, sizeof all, store);
    HOLD(&cfg->failure, argument_given, all.put && all.take);
    cfg->settings.store = all;
    return OK;
}

int hk_cfg_store(hk_cfg *cfg, const hk_store *store) {
    return config_may_set(cfg) ? config_keep(cfg, copy_store(cfg, store)) : config_refused(cfg);
}
