#include "authz/protocol/prompt.h"

static const struct {
    str word;
    unsigned bit;
} prompts[] = {
#define PROMPT(id, word) {S_INIT(word), PROMPT_##id},
#include "authz/protocol/prompts.def"
#undef PROMPT
};

static unsigned bit_of(str word) {
    for (size_t i = 0; i < sizeof prompts / sizeof prompts[0]; i++)
        if (str_eq(word, prompts[i].word))
            return prompts[i].bit;
    return 0;
}

err prompt_parse(str text, unsigned *out) {
    str word;
    *out = 0;
    while (str_next(&text, ' ', &word)) {
        unsigned bit = bit_of(word);
        REQUIRE(bit, invalid_request, "prompt has an unknown value");
        *out |= bit;
    }
    /* OIDC Core 3.1.2.1: "If this parameter contains none with any other value, an error" */
    REQUIRE(!(*out & PROMPT_NONE) || *out == PROMPT_NONE, invalid_request,
            "prompt=none stands alone");
    return OK;
}
