/* hitkey-authz: the authorization server. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "authz/authz.h"
#include "authz/config.h"
#include "common/base/clock.h"
#include "common/http/server.h"
#include "common/ops/log.h"

enum { EXIT_FAILED = 1, EXIT_USAGE = 2, CONFIG_ARENA = 1 << 20 };

struct program {
    int argc;
    char **argv;
    struct arena *arena;
    struct config config;
    enum config_action action;
    struct config_problem problem;
    struct authz *authz;
    struct server *server;
};

static err load(struct program *program, struct arena *arena, struct config *out) {
    const struct config_input input = {&authz_config_table, arena, program->argc, program->argv,
                                       environ};
    TRY(config_load(&input, out, &program->action, &program->problem));
    if (program->action == CONFIG_HELP || program->action == CONFIG_VERSION)
        return OK;
    return config_check(out, &program->problem);
}

static enum log_level level_of(str name) {
    static const str names[] = {S_INIT("debug"), S_INIT("info"), S_INIT("warn"), S_INIT("error")};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_eq(name, names[i]))
            return (enum log_level)i;
    return LOG_INFO;
}

static void set_up_log(const struct config *config) {
    enum log_format format = str_eq(config->log_format, S("text")) ? LOG_TEXT : LOG_JSON;
    log_setup(level_of(config->log_level), format, 2);
}

static err start(struct program *program) {
    const struct config *config = &program->config;
    TRY(authz_open(&(struct authz_options){.config = config}, clock_now_ms(), &program->authz));
    TRY(server_start(program->authz->app,
                     &(struct server_options){.listen = config->listen,
                                              .tls_cert = config->tls_cert,
                                              .tls_key = config->tls_key,
                                              .trusted_proxies = config->trusted_proxy,
                                              .event_loops = (size_t)config->event_loops,
                                              .workers = (size_t)config->workers},
                     &program->server));
    LOG(LOG_INFO, "listening", LOG_STR("issuer", config->issuer), LOG_STR("listen", config->listen),
        LOG_INT("port", server_port(program->server)), LOG_STR("version", S(HITKEY_VERSION)));
    return OK;
}

/* SIGHUP: certificates and the log level, from where they came; the rest stays. */
static err reload(struct program *program, struct arena *arena) {
    struct config config = {0};
    REQUIRE(arena, no_memory, "there is no memory to read the configuration again");
    TRY(load(program, arena, &config));
    set_up_log(&config);
    TRY(server_reload_tls(program->server));
    LOG(LOG_INFO, "reloaded", LOG_STR("level", config.log_level));
    return OK;
}

static void hang_up(struct program *program) {
    struct arena *arena = arena_new(CONFIG_ARENA);
    err e = reload(program, arena);
    if (failed(e))
        LOG(LOG_ERROR, "reload", LOG_STR("why", str_from(e.why)),
            LOG_STR("problem", str_from(program->problem.text)));
    arena_free(arena);
}

static void block_signals(sigset_t *signals) {
    sigemptyset(signals);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, signals, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static void run_until_told_to_end(struct program *program, const sigset_t *signals) {
    for (;;) {
        int number = sigtimedwait(signals, NULL, &(struct timespec){.tv_sec = 1});
        if (number == SIGTERM || number == SIGINT)
            return;
        if (number == SIGHUP)
            hang_up(program);
        authz_tick(program->authz, clock_now_ms());
    }
}

static void end(struct program *program) {
    LOG(LOG_INFO, "draining", LOG_INT("seconds", program->config.drain));
    server_stop(program->server, program->config.drain);
    authz_close(program->authz);
    LOG(LOG_INFO, "ended", LOG_STR("program", S("hitkey-authz")));
}

static int serve(struct program *program) {
    sigset_t signals;
    block_signals(&signals); /* before any thread is made: they inherit it */
    err e = start(program);
    if (failed(e)) {
        fprintf(stderr, "hitkey-authz: %s\n", e.why);
        authz_close(program->authz);
        return EXIT_FAILED;
    }
    run_until_told_to_end(program, &signals);
    end(program);
    return 0;
}

static int act(struct program *program) {
    switch (program->action) {
    case CONFIG_HELP:
        config_print_help(&authz_config_table, stdout);
        return 0;
    case CONFIG_VERSION:
        printf("hitkey-authz %s\n", HITKEY_VERSION);
        return 0;
    case CONFIG_CHECK:
        config_print(&authz_config_table, &program->config, stdout);
        return 0;
    case CONFIG_RUN:
        set_up_log(&program->config);
        return serve(program);
    }
    return EXIT_FAILED;
}

int main(int argc, char **argv) {
    struct program program = {.argc = argc, .argv = argv, .arena = arena_new(CONFIG_ARENA)};
    err e = program.arena ? load(&program, program.arena, &program.config)
                          : FAIL(no_memory, "there is no memory to start");
    if (failed(e))
        fprintf(stderr, "hitkey-authz: %s\n",
                program.problem.text[0] ? program.problem.text : e.why);
    int status = failed(e) ? EXIT_USAGE : act(&program);
    arena_free(program.arena);
    return status;
}
