#include "common/ops/credential_file.h"

#include <stdio.h>

#include "common/base/secret.h"

enum { SHORTEST = 16, LONGEST = 512, LINE_END = 2 };

static bool is_word(str text) {
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] <= ' ' || text.p[i] > '~')
            return false;
    return true;
}

static err parse(struct arena *arena, str text, str *out) {
    while (str_ends(text, S("\n")) || str_ends(text, S("\r")))
        text.n--;
    REQUIRE(text.n >= SHORTEST, config,
            "the credential file must hold a word of 16 characters or more");
    REQUIRE(text.n <= LONGEST && is_word(text), config,
            "the credential file must hold one word of visible characters");
    return str_dup(arena, text, out);
}

err credential_file_read(struct arena *arena, str path, str *out) {
    char text[LONGEST + LINE_END + 1];
    FILE *file = fopen(path.p, "re");
    REQUIRE(file, config, "the credential file cannot be read");
    size_t n = fread(text, 1, sizeof text, file);
    fclose(file);
    err e = parse(arena, str_of(text, n), out);
    secret_wipe(text, sizeof text);
    return e;
}
