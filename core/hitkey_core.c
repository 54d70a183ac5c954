/* hitkey-core: the core store as a process of its own, for hitkey-authz --core-url. */
#include <stdlib.h>

#include "common/base/secret.h"
#include "common/http/rate_limit.h"
#include "common/http/service.h"
#include "common/ops/credential_file.h"
#include "common/ops/data_folder.h"
#include "core/core.h"
#include "core/core_config.h"

enum { ARENA = 16 * 1024, LIMITED_ADDRESSES = 65536 };

/* Everything that is opened, in the order in which it is. */
struct world {
    struct arena *arena;
    struct master_key master;
    struct rate_limiter *limiter;
    struct core *core;
};

static err check(const void *config, struct config_problem *problem) {
    return core_config_check(config, problem);
}

static struct service_settings settings(const void *from) {
    const struct core_config *config = from;
    return (struct service_settings){
        .issuer = config->issuer,
        .log_level = config->log_level,
        .log_format = config->log_format,
        .server = {.listen = config->listen,
                   .tls_cert = config->tls_cert,
                   .tls_key = config->tls_key,
                   .trusted_proxies = config->trusted_proxy,
                   .event_loops = (size_t)config->event_loops,
                   .workers = (size_t)config->workers},
        .drain_s = config->drain,
    };
}

static err open_core(struct world *world, const struct core_config *config) {
    const char *db, *mail;
    str credential;
    TRY(data_folder_path(world->arena, config->data, "core.db", &db));
    TRY(data_folder_path(world->arena, config->data, "mail", &mail));
    TRY(credential_file_read(world->arena, config->credential_file, &credential));
    return core_open(&(struct core_options){.db_path = str_from(db),
                                            .master = &world->master,
                                            .issuer = config->issuer,
                                            .smtp_url = config->smtp,
                                            .mail_dir = str_from(mail),
                                            .mail_from = config->mail_from,
                                            .ca_file = config->ca_file,
                                            .service_credential = credential,
                                            .hash_concurrency = (size_t)config->hash_concurrency,
                                            .hash_callers = (size_t)config->workers / 2,
                                            .limiter = world->limiter},
                     &world->core);
}

static err open_all(struct world *world, const struct core_config *config) {
    world->arena = arena_new(ARENA);
    REQUIRE(world->arena, no_memory, "there is no memory to start");
    TRY(data_folder_open(config->data));
    TRY(master_key_load(config->data.p, config->master_key_file.p, true, &world->master));
    TRY(rate_limiter_new(LIMITED_ADDRESSES, &world->limiter));
    return open_core(world, config);
}

static void close_world(void *from) {
    struct world *world = from;
    if (!world)
        return;
    core_close(world->core);
    rate_limiter_free(world->limiter);
    arena_free(world->arena);
    secret_wipe(world, sizeof *world);
    free(world);
}

static err open_world(const void *config, void **out, const struct app **app) {
    struct world *world = calloc(1, sizeof *world);
    REQUIRE(world, no_memory, "there is no memory to start");
    err e = open_all(world, config);
    if (failed(e)) {
        close_world(world);
        return e;
    }
    *out = world;
    *app = core_app(world->core);
    return OK;
}

int main(int argc, char **argv) {
    static const struct service service = {.table = &core_config_table,
                                           .config_size = sizeof(struct core_config),
                                           .check = check,
                                           .settings = settings,
                                           .open = open_world,
                                           .close = close_world};
    return service_main(&service, argc, argv);
}
