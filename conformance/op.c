#include "conformance/op.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/engine/listener.h"
#include "conformance/engine/memory.h"
#include "conformance/engine/op_run.h"
#include "conformance/engine/parameters.h"
#include "conformance/engine/settings.h"
#include "conformance/jose/jwk.h"

/* Where a value goes: one of the two. */
struct target {
    const char **text;
    bool *flag;
};

static const struct {
    const char *name, *takes, *what;
} rows[] = {
#define OPTION(name, member, takes, what) {name, takes, what},
#define FLAG(name, member, what)          {name, NULL, what},
#include "conformance/op_options.def"
#undef OPTION
#undef FLAG
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static int usage(FILE *to) {
    fputs("usage: hitkey-conformance op --issuer URL [option...]\n", to);
    for (size_t i = 0; i < ROWS; i++)
        fprintf(to, "  --%-14s %-10s %s\n", rows[i].name, rows[i].takes ? rows[i].takes : "",
                rows[i].what);
    fputs("Ends with 0 if nothing FAILED (with --strict: all PASSED or REVIEW), else 1.\n", to);
    return to == stderr ? 2 : 0;
}

static int refuse(const char *what, const char *detail) {
    fprintf(stderr, "hitkey-conformance op: %s%s%s\n", what, detail[0] ? ": " : "", detail);
    return 2;
}

static bool read_options(int argc, char **argv, struct settings *settings) {
    const struct target targets[] = {
#define OPTION(name, member, takes, what) {.text = &settings->member},
#define FLAG(name, member, what)          {.flag = &settings->member},
#include "conformance/op_options.def"
#undef OPTION
#undef FLAG
    };
    struct option options[ROWS + 1] = {0};
    for (int i = 0; i < ROWS; i++)
        options[i] = (struct option){rows[i].name, rows[i].takes ? required_argument : no_argument,
                                     NULL, i + 256};
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option < 256)
            return false;
        const struct target *target = &targets[option - 256];
        if (target->text)
            *target->text = optarg;
        else
            *target->flag = true;
    }
    return optind == argc && settings->issuer;
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
    int status = op_run(settings);
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
