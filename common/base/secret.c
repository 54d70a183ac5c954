#include "common/base/secret.h"

#include <openssl/crypto.h>

secret secret_of(str s) {
    return (secret){(const uint8_t *)s.p, s.n};
}

bool secret_eq(secret a, secret b) {
    if (a.len == 0 || a.len != b.len)
        return false;
    return CRYPTO_memcmp(a.bytes, b.bytes, a.len) == 0;
}

err secret_dup(struct arena *arena, secret s, secret *out) {
    str copy;
    TRY(str_dup(arena, str_of((const char *)s.bytes, s.len), &copy));
    *out = secret_of(copy);
    return OK;
}

void secret_wipe(void *p, size_t n) {
    OPENSSL_cleanse(p, n);
}
