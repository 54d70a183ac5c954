#include "common/base/base64.h"

#include "common/base/base64_alphabet.h"

static const struct base64_alphabet alphabet = BASE64_ALPHABET("+/", '+', '/');

err base64_encode(struct arena *arena, str bytes, str *out) {
    str text;
    TRY(base64_alphabet_encode(arena, &alphabet, bytes, &text));
    return STR_JOIN(arena, out, text, str_head(S("=="), (4 - text.n % 4) % 4));
}

err base64_decode(struct arena *arena, str text, str *out) {
    REQUIRE(text.n % 4 == 0, bad_request, "base64 text lacks its padding");
    size_t padding = 0;
    while (padding < 2 && padding < text.n && text.p[text.n - 1 - padding] == '=')
        padding++;
    return base64_alphabet_decode(arena, &alphabet, str_head(text, text.n - padding), out);
}
