#include "conformance/jose/base64url.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/engine/memory.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

struct bytes base64url_decode(const char *text, size_t n) {
    struct bytes out = {.p = memory_new(n + 1, 1)};
    unsigned bits = 0, held = 0;
    for (size_t i = 0; i < n; i++) {
        const char *at = text[i] ? strchr(alphabet, text[i]) : NULL;
        if (!at || n % 4 == 1) {
            free(out.p);
            return (struct bytes){0};
        }
        bits = (bits << 6 | (unsigned)(at - alphabet)) & 0xffff;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out.p[out.n++] = (unsigned char)(bits >> held & 0xff);
        }
    }
    return out;
}

char *base64url_encode(const void *p, size_t n) {
    char *out = memory_new(n / 3 * 4 + 5, 1);
    EVP_EncodeBlock((unsigned char *)out, p, (int)n);
    for (char *c = out; *c; c++)
        *c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
    out[strcspn(out, "=")] = '\0';
    return out;
}

char *base64url_random(size_t bytes) {
    unsigned char raw[256];
    if (bytes > sizeof raw || RAND_bytes(raw, (int)bytes) != 1)
        abort();
    return base64url_encode(raw, bytes);
}
