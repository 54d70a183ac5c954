/* hitkey-conformance: looks at OpenID providers and relying parties from outside. */
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "conformance/op.h"
#include "conformance/rp.h"
#include "conformance/sign_in.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *what;
} commands[] = {
    {"op", op_main, "the Foundation's plans for OpenID providers, against any of them"},
    {"rp", rp_main, "the Foundation's plans for relying parties, against any of them"},
    {"sign-in", sign_in_main, "one complete sign-in through the pages, with its ID token verified"},
};

static int usage(FILE *to) {
    fputs("usage: hitkey-conformance COMMAND [option...]\n", to);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        fprintf(to, "  %-14s %s\n", commands[i].name, commands[i].what);
    return to == stderr ? 2 : 0;
}

int main(int argc, char **argv) {
    if (argc < 2)
        return usage(stderr);
    if (strcmp(argv[1], "--help") == 0)
        return usage(stdout);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[1], commands[i].name) != 0)
            continue;
        int status = commands[i].run(argc - 1, argv + 1);
        curl_global_cleanup();
        return status;
    }
    return usage(stderr);
}
