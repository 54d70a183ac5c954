#include "rp/engine/client.h"

#include "common/base/clock.h"
#include "common/base/random.h"
#include "rp/engine/config.h"
#include "rp/engine/document.h"
#include "rp/engine/keyset.h"
#include "rp/engine/metadata.h"
#include "rp/engine/refreshed.h"
#include "rp/engine/seen.h"
#include "rp/engine/transfer.h"
#include "rp/engine/verified.h"

enum { CEILING = 1 << 20 };

int64_t client_now(const struct hk_rp *rp) {
    const struct settings *settings = &rp->settings;
    return settings->now ? settings->now(settings->now_context) : clock_now_ms() / 1000;
}

void client_event(const struct hk_rp *rp, const hk_event *event) {
    hk_event whole = *event;
    whole.size = sizeof whole;
    whole.detail = event->detail ? event->detail : "";
    if (rp->settings.on_event)
        rp->settings.on_event(rp->settings.on_event_context, &whole);
}

/* Without a key to seal with, one that this process alone has: sign-ins do not survive a restart,
 * and two machines do not know each other's. */
static err need_seal_key(struct hk_rp *rp) {
    struct settings *settings = &rp->settings;
    if (settings->seal_key_count)
        return OK;
    TRY(random_bytes(settings->seal_keys[0].key.bytes, sizeof settings->seal_keys[0].key.bytes));
    settings->seal_key_count = 1;
    client_event(rp, &(hk_event){.what = "warning",
                                 .detail = "no seal key is set: cookies end with this process"});
    return OK;
}

static err set_up(struct hk_rp *rp, hk_cfg *cfg) {
    TRY(cfg->problem);
    TRY(settings_check(&rp->settings, &cfg->failure));
    TRY(need_seal_key(rp));
    TRY(metadata_given(rp, &cfg->failure));
    TRY(keyset_given(rp, &cfg->failure));
    TRY(seen_new(&rp->memory, &rp->seen));
    TRY(verified_cache_new(&rp->memory, (size_t)rp->settings.options.verify_cache, &rp->verified));
    return connections_new(rp, &cfg->failure, &rp->connections);
}

/* The settings move; the cfg that held them is spent. */
static struct hk_rp *rp_of(hk_cfg *cfg) {
    struct arena *arena = arena_new_in(&cfg->memory, CEILING);
    struct hk_rp *rp = arena ? ARENA_NEW(arena, struct hk_rp) : NULL;
    if (!rp) {
        arena_free(arena);
        return NULL;
    }
    rp->memory = cfg->memory;
    rp->arena = arena;
    rp->settings_arena = cfg->arena;
    rp->settings = cfg->settings;
    pthread_mutex_init(&rp->lock, NULL);
    pthread_cond_init(&rp->landed, NULL);
    return rp;
}

int hk_rp_new(hk_cfg *cfg, hk_rp **out, hk_error *e) {
    const err no_memory = FAIL(no_memory, "there is no memory for a client");
    struct failure failure = {0};
    if (!out) {
        hk_cfg_free(cfg);
        return failure_report(&failure, rule_broken(&failure, RULE_argument_given), e);
    }
    *out = NULL;
    struct hk_rp *rp = cfg ? rp_of(cfg) : NULL;
    if (!rp) {
        hk_cfg_free(cfg);
        return failure_report(&failure, no_memory, e);
    }
    err problem = set_up(rp, cfg);
    failure = cfg->failure;
    if (failed(problem))
        hk_rp_free(rp);
    else
        *out = rp;
    return failure_report(&failure, problem, e);
}

void hk_rp_free(hk_rp *rp) {
    if (!rp)
        return;
    connections_free(rp->connections);
    seen_free(rp->seen);
    refreshed_free(rp);
    verified_cache_free(rp->verified);
    for (size_t i = 0; i < DOCUMENT_COUNT; i++)
        document_release(rp, rp->slots[i].document);
    settings_drop(&rp->settings);
    pthread_cond_destroy(&rp->landed);
    pthread_mutex_destroy(&rp->lock);
    struct arena *settings_arena = rp->settings_arena;
    arena_free(rp->arena);
    arena_free(settings_arena);
}

hk_str hk_redirect_uri(const hk_rp *rp) {
    str uri = rp ? rp->settings.redirect_uri : STR_ABSENT;
    return (hk_str){uri.p, uri.n};
}

const char *hk_version(void) {
    return HITKEY_RP_VERSION;
}
