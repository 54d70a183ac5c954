#include "conformance/op.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/engine/listener.h"
#include "conformance/engine/memory.h"
#include "conformance/engine/options.h"
#include "conformance/engine/parameters.h"
#include "conformance/engine/run_module.h"
#include "conformance/engine/settings.h"
#include "conformance/engine/suite.h"
#include "conformance/jose/jwk.h"

enum {
#define OPTION(name, member, takes, what) ROW_##member,
#define FLAG(name, member, what)          ROW_##member,
#include "conformance/op_options.def"
#undef OPTION
#undef FLAG
    ROWS
};

static void rows_of(struct settings *settings, struct option_row rows[ROWS]) {
    const struct option_row table[] = {
#define OPTION(name, member, takes, what) {name, takes, what, &settings->member, NULL, NULL, NULL},
#define FLAG(name, member, what)          {name, NULL, what, NULL, &settings->member, NULL, NULL},
#include "conformance/op_options.def"
#undef OPTION
#undef FLAG
    };
    memcpy(rows, table, sizeof table);
}

static int usage(FILE *to) {
    struct settings settings = {0};
    struct option_row rows[ROWS];
    rows_of(&settings, rows);
    fputs("usage: hitkey-conformance op --issuer URL [option...]\n", to);
    options_print(to, rows, ROWS);
    fputs("Ends with 0 if nothing FAILED (with --strict: all PASSED or REVIEW), else 1.\n", to);
    return to == stderr ? 2 : 0;
}

static int refuse(const char *what, const char *detail) {
    fprintf(stderr, "hitkey-conformance op: %s%s%s\n", what, detail[0] ? ": " : "", detail);
    return 2;
}

static bool read_options(int argc, char **argv, struct settings *settings) {
    struct option_row rows[ROWS];
    rows_of(settings, rows);
    return options_read(argc, argv, rows, ROWS, NULL) && settings->issuer;
}

static int read_client_file(struct settings *settings) {
    json_error_t error;
    settings->file = settings->client ? json_load_file(settings->client, 0, &error) : json_object();
    if (!json_is_object(settings->file))
        return refuse("the client file is no JSON object", error.text);
    return 0;
}

/* The host of https://host:port/path. */
static char *host_of(const char *url) {
    const char *host = strstr(url, "://");
    host = host ? host + 3 : url;
    return memory_copy(host, strcspn(host, ":/"));
}

/* A provider that is not there is one message, not some hundred failures. */
static bool is_reachable(const struct settings *settings) {
    struct http *http = http_new(&(struct http_options){.ca_file = settings->ca_file});
    struct http_response *response =
        http_send(http, &(struct http_request){.url = settings->issuer});
    if (!response)
        fprintf(stderr, "hitkey-conformance op: %s does not answer: %s\n", settings->issuer,
                http_problem(http));
    bool reachable = response != NULL;
    http_response_free(response);
    http_free(http);
    return reachable;
}

static int run_plans(const struct settings *settings) {
    const struct suite suite = {.command = "op",
                                .plans = plans,
                                .plans_n = plans_n,
                                .modules = modules,
                                .modules_n = modules_n,
                                .run = run_module};
    return is_reachable(settings) ? suite_run(settings, &suite) : 2;
}

static int with_listener(struct settings *settings) {
    char *problem = NULL, *host = settings->base_url ? host_of(settings->base_url) : NULL;
    settings->listener = listener_new(&(struct listener_options){.address = settings->listen,
                                                                 .cert = settings->tls_cert,
                                                                 .key = settings->tls_key,
                                                                 .ca = settings->tls_ca,
                                                                 .ca_key = settings->tls_ca_key,
                                                                 .host = host},
                                      &problem);
    free(host);
    if (problem) {
        int status = refuse(problem, "");
        free(problem);
        return status;
    }
    /* OIDC Registration 2: a web client with implicit grants must not be at "localhost". */
    char *made = settings->base_url
                     ? NULL
                     : memory_format("https://127.0.0.1:%d", listener_port(settings->listener));
    if (made)
        settings->base_url = made;
    settings->key = jwk_new_key("RSA");
    int status = run_plans(settings);
    EVP_PKEY_free(settings->key);
    listener_free(settings->listener);
    free(made);
    return status;
}

int op_main(int argc, char **argv) {
    struct settings settings = {.plan = "all", .listen = "127.0.0.1:0"};
    if (argc > 1 && strcmp(argv[1], "--help") == 0)
        return usage(stdout);
    if (!read_options(argc, argv, &settings))
        return usage(stderr);
    if (strncmp(settings.issuer, "https://", 8) != 0)
        return refuse("the issuer must be an https URL (OIDC Discovery 3)", settings.issuer);
    if (!settings.tls_cert != !settings.tls_key || !settings.tls_ca != !settings.tls_ca_key)
        return refuse("--cert goes with --key, and --ca with --ca-key", "");
    signal(SIGPIPE, SIG_IGN);
    int status = read_client_file(&settings);
    if (status == 0)
        status = with_listener(&settings);
    json_decref(settings.file);
    return status;
}
