/* Runs a fuzzer over the files of its seed folders, once each: `fuzzer SEEDS...`. It stands in for
 * libFuzzer in ordinary builds, so that ctest replays every seed under the sanitizers. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SEED_MAX = 1024 * 1024, NAME_SIZE = 4096 };

/* A copy of exactly the right size: reading past it is seen. */
static void run(const uint8_t *bytes, size_t n) {
    uint8_t *copy = malloc(n ? n : 1);
    if (!copy)
        abort();
    for (size_t i = 0; i < n; i++)
        copy[i] = bytes[i];
    LLVMFuzzerTestOneInput(copy, n);
    free(copy);
}

static int run_file(const char *path) {
    static uint8_t bytes[SEED_MAX];
    FILE *file = fopen(path, "rb");
    if (!file)
        return 0;
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    run(bytes, n);
    return 1;
}

static int run_folder(const char *name) {
    char path[NAME_SIZE];
    const struct dirent *entry;
    int seeds = 0;
    DIR *folder = opendir(name);
    if (!folder)
        return 0;
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", name, entry->d_name);
        seeds += run_file(path);
    }
    closedir(folder);
    return seeds;
}

int main(int argc, char **argv) {
    int seeds = 0;
    run(NULL, 0);
    for (int i = 1; i < argc; i++)
        seeds += run_folder(argv[i]);
    printf("%d seeds\n", seeds);
    return seeds > 0 ? 0 : 1;
}
