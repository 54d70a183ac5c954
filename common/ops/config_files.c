#include "common/ops/config_files.h"

#include <stdio.h>

#include "common/ops/credential_file.h"

enum { PEM_LINE = 128, CREDENTIAL_ARENA = 4096 };

static bool has_certificate(FILE *file) {
    static const char mark[] = "-----BEGIN CERTIFICATE-----";
    char line[PEM_LINE];
    while (fgets(line, sizeof line, file))
        if (strncmp(line, mark, sizeof mark - 1) == 0)
            return true;
    return false;
}

err config_files_ca(str name, struct config_problem *problem) {
    if (!str_present(name))
        return OK;
    FILE *file = fopen(name.p, "re");
    if (!file)
        return config_refuse(problem, "ca-file cannot be read");
    bool good = has_certificate(file);
    fclose(file);
    return good ? OK : config_refuse(problem, "ca-file holds no PEM certificate");
}

err config_files_master_key(str name, struct config_problem *problem) {
    if (!str_present(name))
        return OK;
    FILE *file = fopen(name.p, "re");
    if (!file)
        return config_refuse(problem, "master-key-file: the master key cannot be read");
    fclose(file);
    return OK;
}

err config_files_credential(str name, struct config_problem *problem) {
    if (!str_present(name))
        return OK;
    struct arena *arena = arena_new(CREDENTIAL_ARENA);
    str credential;
    REQUIRE(arena, no_memory, "there is no memory for the configuration");
    err e = credential_file_read(arena, name, &credential);
    arena_free(arena);
    return failed(e) ? config_refuse(problem, e.why) : OK;
}
