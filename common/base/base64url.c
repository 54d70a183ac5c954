#include "common/base/base64url.h"

#include "common/base/base64_alphabet.h"

static const struct base64_alphabet alphabet = BASE64_ALPHABET("-_", '-', '_');

err base64url_encode(struct arena *arena, str bytes, str *out) {
    return base64_alphabet_encode(arena, &alphabet, bytes, out);
}

err base64url_decode(struct arena *arena, str text, str *out) {
    return base64_alphabet_decode(arena, &alphabet, text, out);
}
