/* For tests only, never installed: this JOSE on the command line, so that others' can be held
 * against it. The text or token comes on standard input, the answer goes to standard output.
 *
 *     jose_tool sign ALG JWK         jose_tool encrypt ALG ENC JWK
 *     jose_tool verify ALG JWK       jose_tool decrypt ALG ENC JWK
 *     jose_tool algorithms: the names of the tables, a line for each table */
#include <stdio.h>
#include <string.h>

#include "common/base/json_read.h"
#include "keys/jwe.h"
#include "keys/jws.h"

struct wish {
    str alg, enc, input;
    const struct jwk *key;
    struct arena *arena;
};

static err sign(const struct wish *wish, str *out) {
    return jws_sign(wish->key, jose_alg_from(wish->alg), S("JWT"), wish->input, wish->arena, out);
}

static err verify(const struct wish *wish, str *out) {
    AUTO(jws_ref) jws = {0};
    TRY(jws_parse(wish->arena, wish->input, &jws));
    *out = jws.payload;
    return jws_verify(&jws, jose_alg_from(wish->alg), wish->key);
}

static err encrypt(const struct wish *wish, str *out) {
    return jwe_encrypt(wish->key, jwe_alg_from(wish->alg), jwe_enc_from(wish->enc), STR_ABSENT,
                       wish->input, wish->arena, out);
}

static err decrypt(const struct wish *wish, str *out) {
    return jwe_decrypt(wish->key, jwe_alg_from(wish->alg), jwe_enc_from(wish->enc), wish->input,
                       wish->arena, out);
}

static const struct command {
    const char *name;
    err (*run)(const struct wish *wish, str *out);
    int arguments;
} commands[] = {
    {"sign", sign, 4}, {"verify", verify, 4}, {"encrypt", encrypt, 5}, {"decrypt", decrypt, 5}};

static int algorithms(void) {
    for (int i = 1; i < JOSE_ALG_COUNT; i++)
        printf("%s ", jose_alg_name((enum jose_alg)i).p);
    puts("");
    for (int i = 1; i < JWE_ALG_COUNT; i++)
        printf("%s ", jwe_alg_name((enum jwe_alg)i).p);
    puts("");
    for (int i = 1; i < JWE_ENC_COUNT; i++)
        printf("%s ", jwe_enc_name((enum jwe_enc)i).p);
    return puts("") < 0;
}

static err run(const struct command *command, struct wish *wish, const char *jwk, str *out) {
    static char input[JWE_MAX + 1];
    AUTO(json_ref) json = NULL;
    struct jwk *key;
    wish->input = str_of(input, fread(input, 1, sizeof input, stdin));
    TRY(json_read_object(str_from(jwk), &json));
    TRY(jwk_import(json, &key));
    wish->key = key;
    err e = command->run(wish, out);
    jwk_free(key);
    return e;
}

static int finish(err e, str out) {
    if (failed(e))
        fprintf(stderr, "%s: %s\n", err_name(e.code), e.why);
    else
        fwrite(out.p, 1, out.n, stdout);
    return failed(e) ? 1 : 0;
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "algorithms") == 0)
        return algorithms();
    for (size_t i = 0; argc > 3 && i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[1], commands[i].name) != 0 || argc != commands[i].arguments)
            continue;
        str out = STR_ABSENT;
        struct wish wish = {.alg = str_from(argv[2]),
                            .enc = argc == 5 ? str_from(argv[3]) : STR_ABSENT,
                            .arena = arena_new(1 << 22)};
        int status = finish(run(&commands[i], &wish, argv[argc - 1], &out), out);
        arena_free(wish.arena);
        return status;
    }
    fputs("usage: see keys/tests/jose_tool.c\n", stderr);
    return 2;
}
