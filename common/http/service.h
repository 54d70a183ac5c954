/* A program that serves an app until it is told to end: its command line, log and signals.
 *
 * SIGTERM and SIGINT drain and end with 0; SIGHUP reads the configuration again and takes over the
 * log level and the certificate. What is wrong is one sentence on standard error: exit status 2 for
 * the configuration, 1 for what cannot be had. */
#ifndef COMMON_HTTP_SERVICE_H
#define COMMON_HTTP_SERVICE_H

#include "common/http/server.h"
#include "common/ops/config.h"

/* What of the configuration matters here. */
struct service_settings {
    str issuer;                /* for the log */
    str log_level, log_format; /* words of log.h: "info", "json" */
    struct server_options server;
    int64_t drain_s; /* how long requests may take to finish */
};

struct service {
    const struct config_table *table;
    size_t config_size; /* of the struct that the table fills */
    err (*check)(const void *config, struct config_problem *problem);
    struct service_settings (*settings)(const void *config);
    /* `config` lives as long as the world. */
    err (*open)(const void *config, void **world, const struct app **app);
    void (*close)(void *world);                /* NULL is allowed */
    void (*tick)(void *world, int64_t now_ms); /* every second; may be NULL */
};

/* The whole of main; gives the exit status. */
int service_main(const struct service *service, int argc, char **argv);

#endif
