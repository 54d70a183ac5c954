/* hitkey-keys: looks at and rotates the keys of a server's data folder. A running server
 * notices within a second. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/ops/log.h"
#include "keys/ring.h"

enum { EXIT_USAGE = 2, PATH_BYTES = 4096 };

struct wish {
    struct ring *ring;
    struct arena *arena;
    enum jose_alg alg;
    enum jwe_alg decrypts;
    bool at_once;
};

static err show(struct arena *arena, const struct ring_key *key) {
    str created, active = S("-");
    TRY(clock_iso8601(arena, key->created_ms, &created));
    if (key->active_ms)
        TRY(clock_iso8601(arena, key->active_ms, &active));
    printf("%-12.*s %-9.*s %-43.*s %-24.*s %.*s\n", STR_FMT(ring_key_alg_name(key)),
           STR_FMT(key_state_name(key->state)), STR_FMT(jwk_kid(key->jwk)), STR_FMT(created),
           STR_FMT(active));
    return OK;
}

static err list(const struct wish *wish) {
    const struct ring_snapshot *shown = ring_take(wish->ring);
    err e = OK;
    printf("%-12s %-9s %-43s %-24s %s\n", "ALG", "STATE", "KID", "CREATED", "ACTIVE SINCE");
    for (size_t i = 0; i < shown->n && !failed(e); i++)
        e = show(wish->arena, &shown->keys[i]);
    ring_give(wish->ring, shown);
    return e;
}

static err rotate(const struct wish *wish) {
    int64_t now_ms = clock_now_ms();
    TRY(wish->decrypts != JWE_ALG_NONE
            ? ring_rotate_encryption(wish->ring, wish->decrypts, wish->at_once, now_ms)
            : ring_rotate(wish->ring, wish->alg, wish->at_once, now_ms));
    return list(wish);
}

static err export_public(const struct wish *wish) {
    const struct ring_snapshot *shown = ring_take(wish->ring);
    printf("%.*s\n", STR_FMT(shown->jwks_json));
    ring_give(wish->ring, shown);
    return OK;
}

static const struct command {
    const char *name;
    err (*run)(const struct wish *wish);
    bool reads; /* changes nothing */
    const char *what;
} commands[] = {
    {"list", list, true, "the keys, their states and ages"},
    {"rotate", rotate, false,
     "let the next key sign; publish a new next one; --alg ALG for one algorithm;\n"
     "                 --at-once after a leak, though clients may not know the next key yet"},
    {"export-public", export_public, true, "the public keys as a JWKS"},
};

static int usage(FILE *to) {
    fputs(
        "usage: hitkey-keys COMMAND --data DIR [--alg ALG] [--at-once] [--master-key-file FILE]\n",
        to);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        fprintf(to, "  %-14s %s\n", commands[i].name, commands[i].what);
    return to == stdout ? 0 : EXIT_USAGE;
}

static const struct command *find(const char *name) {
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (name && strcmp(name, commands[i].name) == 0)
            return &commands[i];
    return NULL;
}

struct arguments {
    const char *data, *alg, *master_key_file;
    bool at_once;
};

static err run(const struct command *command, const struct arguments *arguments,
               struct wish *wish) {
    struct master_key master;
    char dir[PATH_BYTES];
    wish->alg = jose_alg_from(str_from(arguments->alg));
    wish->decrypts = jwe_alg_from(str_from(arguments->alg));
    REQUIRE(!arguments->alg || wish->alg != JOSE_NONE || wish->decrypts != JWE_ALG_NONE, config,
            "--alg must be one of RS256, ES256, PS256, EdDSA, RSA-OAEP-256, ECDH-ES");
    TRY(master_key_load(arguments->data, arguments->master_key_file, false, &master));
    snprintf(dir, sizeof dir, "%s/keys", arguments->data);
    wish->at_once = arguments->at_once;
    TRY(ring_open(
        &(struct ring_options){.dir = dir, .master = &master, .read_only = command->reads},
        clock_now_ms(), &wish->ring));
    return command->run(wish);
}

static int read_arguments(int argc, char **argv, struct arguments *out) {
    static const struct option options[] = {{"data", required_argument, NULL, 'd'},
                                            {"alg", required_argument, NULL, 'a'},
                                            {"master-key-file", required_argument, NULL, 'm'},
                                            {"at-once", no_argument, NULL, 'o'},
                                            {NULL, 0, NULL, 0}};
    int option;
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): before any thread */
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'd')
            out->data = optarg;
        if (option == 'a')
            out->alg = optarg;
        if (option == 'm')
            out->master_key_file = optarg;
        if (option == 'o')
            out->at_once = true;
        if (option == '?')
            return EXIT_USAGE;
    }
    return out->data && optind == argc ? 0 : EXIT_USAGE;
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "--help") == 0)
        return usage(stdout);
    if (argc > 1 && strcmp(argv[1], "--version") == 0)
        return puts("hitkey-keys " HITKEY_VERSION) < 0;
    const struct command *command = find(argc > 1 ? argv[1] : NULL);
    struct arguments arguments = {0};
    if (!command || read_arguments(argc - 1, argv + 1, &arguments) != 0)
        return usage(stderr);
    log_setup(LOG_WARN, LOG_TEXT, 2);
    struct wish wish = {.arena = arena_new(1 << 20)};
    err e = run(command, &arguments, &wish);
    if (failed(e))
        fprintf(stderr, "hitkey-keys: %s\n", e.why);
    ring_close(wish.ring);
    arena_free(wish.arena);
    return failed(e) ? 1 : 0;
}
