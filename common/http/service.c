#include "common/http/service.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/ops/log.h"

enum { EXIT_FAILED = 1, EXIT_USAGE = 2, CONFIG_ARENA = 1 << 20 };

struct program {
    const struct service *service;
    int argc;
    char **argv;
    enum config_action action;
    struct config_problem problem;
    void *config;
    struct service_settings settings;
    void *world;
    struct server *server;
};

static err load(struct program *program, struct arena *arena, void **out) {
    const struct service *service = program->service;
    const struct config_input input = {service->table, arena, program->argc, program->argv,
                                       environ};
    REQUIRE(arena, no_memory, "there is no memory for the configuration");
    void *config = arena_alloc(arena, service->config_size);
    REQUIRE(config, no_memory, "there is no memory for the configuration");
    memset(config, 0, service->config_size);
    TRY(config_load(&input, config, &program->action, &program->problem));
    *out = config;
    if (program->action == CONFIG_HELP || program->action == CONFIG_VERSION)
        return OK;
    TRY(service->check(config, &program->problem));
    const struct service_settings settings = service->settings(config);
    return server_check(&settings.server);
}

static enum log_level level_of(str name) {
    static const str names[] = {S_INIT("debug"), S_INIT("info"), S_INIT("warn"), S_INIT("error")};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_eq(name, names[i]))
            return (enum log_level)i;
    return LOG_INFO;
}

static void set_up_log(const struct service_settings *settings) {
    enum log_format format = str_eq(settings->log_format, S("text")) ? LOG_TEXT : LOG_JSON;
    log_setup(level_of(settings->log_level), format, 2);
}

static err start(struct program *program) {
    const struct service_settings *settings = &program->settings;
    const struct app *app;
    TRY(program->service->open(program->config, &program->world, &app));
    TRY(server_start(app, &settings->server, &program->server));
    LOG(LOG_INFO, "listening", LOG_STR("issuer", settings->issuer),
        LOG_STR("listen", settings->server.listen), LOG_INT("port", server_port(program->server)),
        LOG_STR("version", str_from(program->service->table->version)));
    return OK;
}

/* The strings of the new configuration do not outlive this call. */
static err reload(struct program *program, struct arena *arena) {
    void *config;
    TRY(load(program, arena, &config));
    const struct service_settings settings = program->service->settings(config);
    TRY(server_reload_tls(program->server, settings.server.tls_cert, settings.server.tls_key));
    set_up_log(&settings);
    LOG(LOG_INFO, "reloaded", LOG_STR("log_level", settings.log_level));
    return OK;
}

static void hang_up(struct program *program) {
    struct arena *arena = arena_new(CONFIG_ARENA);
    program->problem.text[0] = '\0';
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
        if (program->service->tick)
            program->service->tick(program->world, clock_now_ms());
    }
}

static const char *name_of(const struct program *program) {
    return program->service->table->program;
}

static void end(struct program *program) {
    LOG(LOG_INFO, "draining", LOG_INT("seconds", program->settings.drain_s));
    server_stop(program->server, program->settings.drain_s);
    program->service->close(program->world);
    LOG(LOG_INFO, "ended", LOG_STR("program", str_from(name_of(program))));
}

static int serve(struct program *program) {
    sigset_t signals;
    program->settings = program->service->settings(program->config);
    set_up_log(&program->settings);
    block_signals(&signals); /* before any thread is made: they inherit it */
    err e = start(program);
    if (failed(e)) {
        fprintf(stderr, "%s: %s\n", name_of(program), e.why);
        program->service->close(program->world);
        return EXIT_FAILED;
    }
    run_until_told_to_end(program, &signals);
    end(program);
    return 0;
}

static int act(struct program *program) {
    const struct config_table *table = program->service->table;
    switch (program->action) {
    case CONFIG_HELP:
        config_print_help(table, stdout);
        return 0;
    case CONFIG_VERSION:
        printf("%s %s\n", table->program, table->version);
        return 0;
    case CONFIG_CHECK:
        config_print(table, program->config, stdout);
        return 0;
    case CONFIG_RUN:
        return serve(program);
    }
    return EXIT_FAILED;
}

int service_main(const struct service *service, int argc, char **argv) {
    struct program program = {.service = service, .argc = argc, .argv = argv};
    struct arena *arena = arena_new(CONFIG_ARENA);
    err e = load(&program, arena, &program.config);
    if (failed(e))
        fprintf(stderr, "%s: %s\n", service->table->program,
                program.problem.text[0] ? program.problem.text : e.why);
    int status = failed(e) ? EXIT_USAGE : act(&program);
    arena_free(arena);
    return status;
}
