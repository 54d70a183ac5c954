/* hitkey-authz: the authorization server. */
#include "authz/authz.h"
#include "authz/config.h"
#include "common/base/clock.h"
#include "common/http/service.h"

static err check(const void *config, struct config_problem *problem) {
    return config_check(config, problem);
}

static struct service_settings settings(const void *from) {
    const struct config *config = from;
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

static err open_world(const void *config, void **world, const struct app **app) {
    struct authz *authz;
    TRY(authz_open(&(struct authz_options){.config = config}, clock_now_ms(), &authz));
    *world = authz;
    *app = authz->app;
    return OK;
}

static void close_world(void *world) {
    authz_close(world);
}

static void tick(void *world, int64_t now_ms) {
    authz_tick(world, now_ms);
}

int main(int argc, char **argv) {
    static const struct service service = {.table = &authz_config_table,
                                           .config_size = sizeof(struct config),
                                           .check = check,
                                           .settings = settings,
                                           .open = open_world,
                                           .close = close_world,
                                           .tick = tick};
    return service_main(&service, argc, argv);
}
