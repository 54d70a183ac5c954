#include "authz/authz.h"

#include <stdlib.h>

#include "authz/app.h"
#include "authz/client_failures.h"
#include "authz/config.h"
#include "authz/core_link.h"
#include "authz/discovery.h"
#include "authz/initial_access.h"
#include "authz/jwks_cache.h"
#include "authz/logout_notifier.h"
#include "authz/openapi/openapi.h"
#include "authz/software_statement.h"
#include "authz/store/logout.h"
#include "authz/store/reap.h"
#include "common/base/secret.h"
#include "common/base/url.h"
#include "common/http/rate_limit.h"
#include "common/net/fetch.h"
#include "common/ops/credential_file.h"
#include "common/ops/data_folder.h"
#include "common/ops/log.h"
#include "core/core.h"
#include "keys/ring.h"

enum {
    ARENA = 64 * 1024,
    ENDING_ARENA = 8 << 20,
    LIMITED_ADDRESSES = 65536,
    HOUR_S = 3600,
    REAP_EVERY_MS = 10000,
    CLIENT_JWKS = 512
};

/* Everything that is opened, in the order in which it is. */
struct authz_parts {
    struct authz authz; /* the first member: authz_close goes back */
    struct app app;
    struct arena *arena;
    struct master_key master;
    struct store store;
    struct rate_limiter *limiter;
    struct core *core;
    int64_t reaped_ms;
};

static err path_in(struct authz_parts *parts, const char *name, const char **out) {
    return data_folder_path(parts->arena, parts->authz.config->data, name, out);
}

static err open_keys(struct authz_parts *parts, int64_t now_ms) {
    struct authz *authz = &parts->authz;
    const struct config *config = authz->config;
    const char *dir;
    TRY(master_key_load(config->data.p, config->master_key_file.p, true, &parts->master));
    master_key_derive(&parts->master, S("authorization codes"), authz->code_key.bytes);
    master_key_derive(&parts->master, S("interactions"), authz->interaction_key.bytes);
    master_key_derive(&parts->master, S("client secrets"), authz->client_secret_key.bytes);
    master_key_derive(&parts->master, S("authz pepper"), authz->secret_pepper);
    master_key_derive(&parts->master, S("refresh successors"), authz->successor_key);
    master_key_derive(&parts->master, S("pairwise subjects"), authz->subject_key);
    TRY(path_in(parts, "keys", &dir));
    int64_t longest = config->access_token_lifetime > config->id_token_lifetime
                          ? config->access_token_lifetime
                          : config->id_token_lifetime;
    return ring_open(&(struct ring_options){.dir = dir,
                                            .master = &parts->master,
                                            .rotate_every_s = config->key_rotation,
                                            .retire_after_s = longest + HOUR_S},
                     now_ms, &authz->ring);
}

static err open_core(struct authz_parts *parts, const struct authz_options *options) {
    const struct config *config = parts->authz.config;
    const char *db, *mail;
    TRY(path_in(parts, "core.db", &db));
    TRY(path_in(parts, "mail", &mail));
    return core_open(&(struct core_options){.db_path = str_from(db),
                                            .master = &parts->master,
                                            .issuer = config->issuer,
                                            .smtp_url = config->smtp,
                                            .mail_dir = str_from(mail),
                                            .mail_from = config->mail_from,
                                            .ca_file = config->ca_file,
                                            .hash_concurrency = (size_t)config->hash_concurrency,
                                            .hash_callers = (size_t)config->workers / 2,
                                            .test_hash_memory_kib = options->test_hash_memory_kib,
                                            .test_hash_passes = options->test_hash_passes,
                                            .limiter = parts->limiter},
                     &parts->core);
}

/* The other half goes on when somebody else is slow: the core store, hosts of clients. */
static int half_of_workers(const struct config *config) {
    return (int)((config->workers + 1) / 2);
}

static err link_core(struct authz_parts *parts, const struct authz_options *options) {
    const struct config *config = parts->authz.config;
    struct core_link_options link = {.url = config->core_url,
                                     .ca_file = config->ca_file,
                                     .most_calls = half_of_workers(config),
                                     .most_forwarded = (int)config->core_calls,
                                     .connect_ms = config->core_connect_timeout * 1000,
                                     .first_byte_ms = config->core_timeout * 1000,
                                     .idle_ms = config->core_idle_timeout * 1000,
                                     .total_ms = config->core_total_timeout * 1000};
    if (str_present(config->core_url))
        TRY(credential_file_read(parts->arena, config->core_credential_file, &link.credential));
    else
        TRY(open_core(parts, options));
    link.embedded = parts->core;
    return core_link_new(&link, &parts->authz.core);
}

static err open_store(struct authz_parts *parts) {
    const char *path;
    TRY(path_in(parts, "authz.db", &path));
    TRY(store_open(path, &parts->store));
    parts->authz.store = &parts->store;
    return OK;
}

static err open_documents(struct authz *authz) {
    int half = half_of_workers(authz->config);
    struct client_documents_options options = {.fetcher = authz->client_fetcher,
                                               .loopback_http = authz->config->allow_private_fetch,
                                               .most = half};
    TRY(client_documents_new(&options, &authz->client_documents));
    struct jwks_cache_options jwks = {
        .documents = authz->client_documents, .most = CLIENT_JWKS, .most_waiting = (size_t)half};
    return jwks_cache_new(&jwks, &authz->client_jwks);
}

/* The core store may be on this machine or in its network; what clients name may not, unless
 * --allow-private-fetch says so. */
static err open_fetcher(struct authz_parts *parts) {
    struct authz *authz = &parts->authz;
    const struct fetch_options options = {.allow_private = authz->config->allow_private_fetch,
                                          .ca_file = authz->config->ca_file};
    TRY(fetcher_new(&options, &authz->client_fetcher));
    return open_documents(authz);
}

/* What the operator gives to tell who may register. */
static err open_registration(struct authz_parts *parts) {
    const struct config *config = parts->authz.config;
    if (str_present(config->initial_access_token_file))
        TRY(initial_access_file_check(parts->arena, config->initial_access_token_file));
    if (!str_present(config->software_statement_jwks))
        return OK;
    return software_statement_keys(parts->arena, config->software_statement_jwks,
                                   &parts->authz.software_statement_keys);
}

/* What clients are told does not change while the server runs: only keys do. */
static err open_app(struct authz_parts *parts, const struct authz_options *options) {
    struct authz *authz = &parts->authz;
    struct url issuer;
    TRY(url_parse(authz->issuer, &issuer));
    authz->base = issuer.path;
    authz->development = str_eq_nocase(issuer.scheme, S("http")) && url_is_loopback(&issuer);
    TRY(discovery_write(authz, parts->arena, &authz->discovery));
    TRY(openapi_cache_new(&authz->openapi));
    parts->app = app_for(authz, options->no_limits ? NULL : parts->limiter);
    authz->app = &parts->app;
    return OK;
}

static err open_all(struct authz_parts *parts, const struct authz_options *options,
                    int64_t now_ms) {
    struct authz *authz = &parts->authz;
    authz->config = options->config;
    authz->issuer = options->config->issuer;
    parts->arena = arena_new(ARENA);
    REQUIRE(parts->arena, no_memory, "there is no memory to start");
    TRY(data_folder_open(authz->config->data));
    TRY(open_keys(parts, now_ms));
    TRY(rate_limiter_new(LIMITED_ADDRESSES, &parts->limiter));
    TRY(open_fetcher(parts));
    TRY(link_core(parts, options));
    TRY(open_store(parts));
    TRY(client_failures_new(&parts->authz.client_failures));
    TRY(open_registration(parts));
    TRY(open_app(parts, options));
    return logout_notifier_start(authz, &authz->logout_notifier);
}

err authz_open(const struct authz_options *options, int64_t now_ms, struct authz **out) {
    struct authz_parts *parts = calloc(1, sizeof *parts);
    REQUIRE(parts, no_memory, "there is no memory to start");
    *out = &parts->authz;
    err e = open_all(parts, options, now_ms);
    if (failed(e)) {
        authz_close(*out);
        *out = NULL;
    }
    return e;
}

static struct authz_parts *parts_of(struct authz *authz) {
    return (struct authz_parts *)authz;
}

void authz_close(struct authz *authz) {
    if (!authz)
        return;
    struct authz_parts *parts = parts_of(authz);
    logout_notifier_stop(authz->logout_notifier);
    core_link_free(authz->core);
    if (authz->client_failures)
        client_failures_flush(authz);
    client_failures_free(authz->client_failures);
    store_close(&parts->store);
    core_close(parts->core);
    jwks_cache_free(authz->client_jwks);
    client_documents_free(authz->client_documents);
    fetcher_free(authz->client_fetcher);
    openapi_cache_free(authz->openapi);
    rate_limiter_free(parts->limiter);
    jwks_give(authz->software_statement_keys);
    ring_close(authz->ring);
    arena_free(parts->arena);
    secret_wipe(parts, sizeof *parts);
    free(parts);
}

/* Sign-ins whose time is over, with what their clients are to be told. */
static err end_expired(const struct authz *authz, int64_t now_ms) {
    struct session_limits limits = {.idle_ms = authz->config->session_idle * 1000,
                                    .lifetime_ms = authz->config->session_lifetime * 1000};
    err e = OK;
    for (bool more = true; more && !failed(e);) {
        struct arena *arena = arena_new(ENDING_ARENA);
        REQUIRE(arena, no_memory, "there is no memory to end sessions");
        e = logout_expired(authz->store, arena, &limits, now_ms, &more);
        arena_free(arena);
    }
    return e;
}

/* Again at the next tick while there is more: what must end in time does not wait for it. */
static void reap(struct authz_parts *parts, int64_t now_ms) {
    const struct authz *authz = &parts->authz;
    bool more = false;
    err e = end_expired(authz, now_ms);
    if (failed(e))
        log_err(LOG_WARN, "ending of sessions", e);
    e = store_reap(authz->store, now_ms, now_ms - authz->config->audit_retention * 1000, &more);
    if (failed(e))
        log_err(LOG_WARN, "reaper", e);
    if (!more)
        parts->reaped_ms = now_ms;
}

void authz_tick(struct authz *authz, int64_t now_ms) {
    struct authz_parts *parts = parts_of(authz);
    err e = ring_tick(authz->ring, now_ms);
    if (failed(e))
        log_err(LOG_ERROR, "key ring", e);
    client_failures_flush(authz);
    if (now_ms - parts->reaped_ms >= REAP_EVERY_MS)
        reap(parts, now_ms);
}
